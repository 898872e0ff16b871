"""The case folder: a case as plain tables beside a manifest, read with all its faults at once and written whole."""

from homeward.formats.casefile.joining import holds_tables_alone, read_tables_into
from homeward.formats.casefile.reading import check_case, read_case
from homeward.formats.casefile.schemas import TABLES
from homeward.formats.casefile.writing import write_case

__all__ = ["TABLES", "check_case", "holds_tables_alone", "read_case", "read_tables_into", "write_case"]
