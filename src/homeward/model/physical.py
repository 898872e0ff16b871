"""What a case knows of bodies: papers and charts made in life, examinations of the remains, and what they rest on.

Each record is one row of one table; ``Physical`` holds them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from homeward.model.antemortem import DentalChart
from homeward.model.dates import PartialDate
from homeward.model.errors import InvalidValue

__all__ = [
    "EXAMINED", "BoneOutline", "Examination", "FilmDistance", "FilmOutline", "FoundEffect", "LineRate", "Physical",
    "PhysicalRecord", "RecoveryPlace", "Stage", "StatureCorrelation", "StatureMoment", "Tooth",
]

EXAMINED = ("sex", "age", "growth", "stature")


@dataclass(frozen=True, slots=True)
class PhysicalRecord:
    """What a listed person's papers say of his body.

    ``group``: whose statures he belongs to; ``height_error_cm``: standard error of such a record; ``too_tall_cm``: by
    how much such records are too tall; ``rounded_to_cm``: 2.54 for the inch. ``measured``: when the height was
    recorded; ``teeth_charted``: when the teeth were.
    """

    person: str
    group: str | None = None
    height_cm: float | None = None
    height_error_cm: float | None = None
    too_tall_cm: float | None = None
    rounded_to_cm: float | None = None
    measured: PartialDate | None = None
    teeth_charted: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Tooth:
    """One tooth of the chart of a person or of remains: its FDI number, and what is charted (``DentalChart``)."""

    owner: str
    tooth: int
    code: str


@dataclass(frozen=True, slots=True)
class Examination:
    """One finding on remains.

    ``line`` sex: ``finding`` posterior_male or log10_lr_male with its ``value``. age: a trait, with its stage as
    ``value``, or range, from ``value`` to ``upper`` years, ``error`` of which do not hold the age. growth: what was
    seen, with the youngest (``value``) and oldest (``upper``) age at which it is. stature: a bone of the reference,
    its length as ``value``, cm, or estimate, with its ``error``, cm.
    """

    remains: str
    line: str
    finding: str
    value: float | None = None
    upper: float | None = None
    error: float | None = None

    def __post_init__(self) -> None:
        if self.line not in EXAMINED:
            raise InvalidValue(self.remains, "line", self.line, f"must be one of {', '.join(EXAMINED)}")


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of an age trait: at which age, in years, half have reached it, and the spread of its log."""

    trait: str
    stage: int
    age_years: float
    sd_log: float


@dataclass(frozen=True, slots=True)
class StatureMoment:
    """Mean and standard deviation of stature, or of a bone's length, in one group of one sex; ``people`` measured."""

    group: str
    sex: str
    measured: str
    mean_cm: float
    sd_cm: float
    people: int | None = None


@dataclass(frozen=True, slots=True)
class StatureCorrelation:
    """The correlation of two of these in one group."""

    group: str
    one: str
    other: str
    correlation: float


@dataclass(frozen=True, slots=True)
class FoundEffect:
    """An effect found with remains: what kind, and what is read on it, "?" for a sign that cannot be read."""

    remains: str
    effect: str
    kind: str
    number: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class RecoveryPlace:
    """Where remains are said to have lain, and how probable it is that the statement is simply ``wrong``."""

    remains: str
    latitude_deg: float
    longitude_deg: float
    error_km: float | None = None
    wrong: float | None = None


@dataclass(frozen=True, slots=True)
class FilmOutline:
    """One harmonic of the outline of a bone on a person's chest film: normalised elliptic Fourier coefficients."""

    person: str
    quality: str
    bone: str
    harmonic: int
    a: float
    b: float
    c: float
    d: float


@dataclass(frozen=True, slots=True)
class BoneOutline:
    """One harmonic of the outline of a bone of remains, in the view of a film."""

    remains: str
    bone: str
    harmonic: int
    a: float
    b: float
    c: float
    d: float


@dataclass(frozen=True, slots=True)
class FilmDistance:
    """The distance of a film of this quality and a bone, of one person or of two whose names are known."""

    quality: str
    distance: float
    same_person: bool


@dataclass(frozen=True, slots=True)
class LineRate:
    """A rate that the case states of a line of evidence, by the name that the line has for it."""

    line: str
    rate: str
    value: float


@dataclass(frozen=True, slots=True)
class Physical:
    """All that a case knows of bodies, table by table."""

    antemortem: tuple[PhysicalRecord, ...] = ()
    dental_am: tuple[Tooth, ...] = ()
    dental_pm: tuple[Tooth, ...] = ()
    examinations: tuple[Examination, ...] = ()
    age_traits: tuple[Stage, ...] = ()
    stature_reference: tuple[StatureMoment, ...] = ()
    stature_correlations: tuple[StatureCorrelation, ...] = ()
    effects: tuple[FoundEffect, ...] = ()
    recovery_places: tuple[RecoveryPlace, ...] = ()
    film_outlines: tuple[FilmOutline, ...] = ()
    bone_outlines: tuple[BoneOutline, ...] = ()
    film_distances: tuple[FilmDistance, ...] = ()
    line_rates: tuple[LineRate, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is recorded."""
        return not any(getattr(self, f.name) for f in fields(self))

    def rates(self, line: str) -> Mapping[str, float]:
        """What is stated of one line."""
        return {r.rate: r.value for r in self.line_rates if r.line == line}

    def charts(self, teeth: tuple[Tooth, ...]) -> dict[str, DentalChart]:
        """The charts of ``dental_am`` or ``dental_pm``, by their owners."""
        charted = {r.person: r.teeth_charted for r in self.antemortem}
        found: dict[str, dict[int, str]] = {}
        for tooth in teeth:
            found.setdefault(tooth.owner, {})[tooth.tooth] = tooth.code
        return {owner: DentalChart(owner, of, charted.get(owner)) for owner, of in found.items()}
