"""The tables of bodies in a case folder: papers, charts and examinations, read with all faults and written whole."""

from homeward.formats.physical.reading import check_physical, read_physical
from homeward.formats.physical.schemas import PHYSICAL
from homeward.formats.physical.writing import write_physical

__all__ = ["PHYSICAL", "check_physical", "read_physical", "write_physical"]
