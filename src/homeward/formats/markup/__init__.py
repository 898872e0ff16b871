"""XML read safely, with the line of every fault, written so that it is read back equal."""

from homeward.formats.markup.element import XmlElement, is_xml_text, split_name
from homeward.formats.markup.faults import Faults
from homeward.formats.markup.instants import as_instant, is_date_or_instant
from homeward.formats.markup.reading import XmlStream, root_name
from homeward.formats.markup.writing import write_xml, xml_bytes

__all__ = [
    "Faults", "XmlElement", "XmlStream", "as_instant", "is_date_or_instant", "is_xml_text", "root_name", "split_name",
    "write_xml", "xml_bytes",
]
