"""Writing a CMF file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from homeward.formats.codis.limits import NAMESPACE
from homeward.formats.codis.values import CmfImport, Locus, Specimen
from homeward.formats.markup import XmlElement, write_xml

__all__ = ["write_cmf"]

_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


def write_cmf(file: CmfImport, path: str | Path) -> None:
    """Write a CODIS import file (UTF-8); reading it again gives an equal value.

    Args: ``file``, the content, which has checked itself; ``path`` of the file to be written, or replaced in one step.
    """
    prefixes = {"": NAMESPACE}
    attributes: tuple[tuple[str, str], ...] = ()
    if file.schema_location is not None:
        prefixes["xsi"] = _INSTANCE
        attributes = ((f"{{{_INSTANCE}}}schemaLocation", file.schema_location),)
    write_xml(XmlElement(_name("CODISImportFile"), "", attributes, tuple(_file(file))), path, prefixes=prefixes)


def _name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"


def _text(name: str, text: str | None) -> Iterator[XmlElement]:
    if text is not None:
        yield XmlElement(_name(name), text)


def _attributes(**texts: str | None) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in texts.items() if text is not None)


def _file(file: CmfImport) -> Iterator[XmlElement]:
    for name, text in (("HEADERVERSION", file.version), ("MESSAGETYPE", "Import"), ("DESTINATIONORI", file.destination),
                       ("SOURCELAB", file.source), ("SUBMITBYUSERID", file.submitted_by),
                       ("SUBMITDATETIME", file.submitted_at), ("BATCHID", file.batch), ("KIT", file.kit)):
        yield from _text(name, text)
    for specimen in file.specimens:
        partial = None if specimen.partial is None else str(specimen.partial).lower()
        yield XmlElement(_name("SPECIMEN"), "", _attributes(
            SOURCEID=specimen.source_identified, CASEID=specimen.case, PARTIAL=partial), tuple(_specimen(specimen)))


def _specimen(specimen: Specimen) -> Iterator[XmlElement]:
    yield from _text("SPECIMENID", specimen.id)
    yield from _text("SPECIMENCATEGORY", specimen.category)
    yield from _text("SPECIMENCOMMENT", specimen.comment)
    for locus in specimen.loci:
        yield XmlElement(_name("LOCUS"), "", _attributes(BATCHID=locus.batch, KIT=locus.kit), tuple(_locus(locus)))


def _locus(locus: Locus) -> Iterator[XmlElement]:
    yield from _text("LOCUSNAME", locus.name)
    yield from _text("READINGBY", locus.read_by)
    yield from _text("READINGDATETIME", locus.read_at)
    for allele in locus.alleles:
        yield XmlElement(_name("ALLELE"), "", _attributes(ALLELEREQUIRED="true" if allele.required else None),
                         tuple(_text("ALLELEVALUE", allele.value)))
