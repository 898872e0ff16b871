"""What was recorded of a person in life: the height on his papers, his teeth on a chart."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from homeward.model.dates import PartialDate
from homeward.model.errors import InvalidValue

__all__ = ["MOUTH", "DentalChart", "RecordedHeight", "surfaces_of"]

# FDI numbers of the permanent teeth, quadrant by quadrant: upper right, upper left, lower left, lower right.
MOUTH = tuple(10 * quadrant + n for quadrant in (1, 2, 3, 4) for n in range(1, 9))
_SURFACES = re.compile(r"[MODFLIBP]{1,5}")
_SAME = {"I": "O", "B": "F", "P": "L"}  # incisal, buccal, palatal
_WORDS = ("V", "R", "C", "X", "T", "?")


@dataclass(frozen=True, slots=True)
class RecordedHeight:
    """A height as it stands on a paper.

    ``sd_cm``: standard error of such a record; ``shift_cm``: by how much such records are too tall; ``rounding_cm``: to
    what it was rounded (2.54: the whole inch, 1.27: the half), 0 where it was not. ``age_years``, ``died_age_years``:
    of the person when it was recorded, and at death; None where not known, which leaves no room for growth.

    Raises InvalidValue for figures that no height has.
    """

    height_cm: float
    sd_cm: float = 0.0
    shift_cm: float = 0.0
    rounding_cm: float = 0.0
    age_years: float | None = None
    died_age_years: float | None = None

    def __post_init__(self) -> None:
        for name, low, high in (("height_cm", 100.0, 250.0), ("sd_cm", 0.0, 20.0), ("shift_cm", -20.0, 20.0),
                                ("rounding_cm", 0.0, 20.0), ("age_years", 0.0, 120.0), ("died_age_years", 0.0, 120.0)):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and low <= value <= high):
                raise InvalidValue("recorded height", name, value, f"must be from {low:g} to {high:g}")
        if None not in (self.age_years, self.died_age_years) and float(self.age_years or 0) > float(
                self.died_age_years or 0):
            raise InvalidValue("recorded height", "age_years", self.age_years,
                               f"must not be above died_age_years, {self.died_age_years:g}")


@dataclass(frozen=True, slots=True)
class DentalChart:
    """The teeth of one person in life, or of one set of remains.

    ``teeth``: FDI number (11 to 48) → what is charted: ``V`` sound; filled surfaces of M, O (or I), D, F (or B) and
    L (or P), such as ``MOD``; ``R`` filled, not said where; ``C`` crown; ``X`` missing, lost in life; ``T`` there, not
    said how. A tooth that is not named, or is ``?``, was not seen: a tooth lost after death is one of these.
    ``charted``: when, where that is known.

    Raises InvalidValue for a number that is no permanent tooth's, and for a code that means nothing.
    """

    id: str
    teeth: Mapping[int, str] = field(default_factory=dict)
    charted: PartialDate | None = None

    def __post_init__(self) -> None:
        for tooth, code in self.teeth.items():
            if tooth not in MOUTH:
                raise InvalidValue(self.id, "tooth", tooth, "must be an FDI number from 11 to 48")
            if code not in _WORDS and surfaces_of(code) is None:
                raise InvalidValue(self.id, f"tooth {tooth}", code,
                                   "must be V, R, C, X, T, ?, or filled surfaces of M, O, D, F, L such as MOD")


def surfaces_of(code: str) -> frozenset[str] | None:
    """The filled surfaces that a code names, by the letters M, O, D, F, L; None where it names none.

    >>> sorted(surfaces_of("MIB"))
    ['F', 'M', 'O']
    """
    if not _SURFACES.fullmatch(code):
        return None
    named = [_SAME.get(letter, letter) for letter in code]
    return frozenset(named) if len(set(named)) == len(named) else None
