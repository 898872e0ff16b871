"""The case folder: a case as plain tables beside a manifest, read with all its faults at once and written whole."""

from homeward.formats.casefile.reading import check_case, read_case
from homeward.formats.casefile.writing import write_case

__all__ = ["check_case", "read_case", "write_case"]
