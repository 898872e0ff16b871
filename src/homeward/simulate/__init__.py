"""Cases with known truth: invented people who carry real allele frequencies."""

from homeward.simulate.demonstration import GrownCase, grow_case
from homeward.simulate.frequencies import fbi2015, populations
from homeward.simulate.inheritance import gene_drop
from homeward.simulate.korea import GrownKorea, grow_korea
from homeward.simulate.plan import DEFAULT_MIX, Plan
from homeward.simulate.shapes import ShapedFamily, family_of, shapes

__all__ = [
    "DEFAULT_MIX", "GrownCase", "GrownKorea", "Plan", "ShapedFamily", "family_of", "fbi2015", "gene_drop", "grow_case",
    "grow_korea", "populations", "shapes",
]
