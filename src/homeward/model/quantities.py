"""Quantities as people state them, and the amounts that may be computed from them: units never mix."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from homeward.model.errors import HomewardError, InvalidValue

__all__ = ["UNITS", "UNIT_WORDS", "Amount", "Bound", "Quantity", "UnitsMixed", "unit_of"]

# "remains" stands for itself: whoever says it has not said whether sets, bones or persons are meant.
UNITS = ("box", "set", "remains", "bone", "person", "tag", "item", "operation", "meeting", "vehicle", "day", "percent")
_CURRENCY = re.compile(r"[A-Z]{3}")  # ISO 4217
_PLURALS = {"box": "boxes", "remains": "remains", "person": "persons", "percent": "percent"}

# Whatever remains are carried in is a box; the word that was used is kept in ``Quantity.said``.
UNIT_WORDS: Mapping[str, str] = MappingProxyType({word: unit for unit, words in (
    ("box", "box, boxes, case, cases, casket, caskets, coffin, coffins, transit case, transit cases, transfer case, "
            "transfer cases, container, containers"),
    ("set", "set, sets, set of remains, sets of remains"),
    ("remains", "remains"),
    ("bone", "bone, bones, bone fragment, bone fragments, fragment, fragments, element, elements"),
    ("person", "person, persons, people, individual, individuals, body, bodies, soldier, soldiers, serviceman, "
               "servicemen, service member, service members, troop, troops, american, americans, man, men, marine, "
               "marines, airman, airmen, fallen, prisoner, prisoners"),
    ("tag", "tag, tags, dog tag, dog tags, identity tag, identity tags"),
    ("item", "item, items, artifact, artifacts, artefact, artefacts, effect, effects"),
    ("operation", "operation, operations, joint operation, joint operations, mission, missions, joint field activity, "
                  "joint field activities, excavation, excavations"),
    ("meeting", "meeting, meetings, round of talks, rounds of talks"),
    ("vehicle", "vehicle, vehicles, truck, trucks, truckload, truckloads, ambulance, ambulances"),
    ("day", "day, days"),
    ("percent", "percent, per cent, %"),
    ("USD", "$, us$, dollar, dollars, u.s. dollars, us dollars, usd"),
) for word in words.split(", ")})


class UnitsMixed(HomewardError):
    """Two amounts of different units that somebody wanted to add, subtract or compare."""

    def __init__(self, one: object, other: object, *, one_unit: str, other_unit: str) -> None:
        self.units = (one_unit, other_unit)
        super().__init__(f"{one} and {other}: {one_unit} and {other_unit} are different units, which are never added, "
                         "subtracted or compared")


class Bound(StrEnum):
    """What a stated number is to the number meant; the words themselves are kept as the hedge.

    ``otherwise``: said in words that give no such bound ("dozens", "a vague number"); the value may be unknown.
    """

    EXACTLY = "exactly"
    AT_MOST = "at most"
    AT_LEAST = "at least"
    ABOUT = "about"
    BETWEEN = "between"
    OTHERWISE = "otherwise"


def unit_of(word: str) -> str | None:
    """The unit that a word stands for, or None where it is not known to stand for one.

    >>> unit_of("Caskets"), unit_of("hope")
    ('box', None)
    """
    return UNIT_WORDS.get(" ".join(unicodedata.normalize("NFKC", word).casefold().split()))


def _check_unit(record: str, unit: str) -> None:
    if not unit:
        raise InvalidValue(record, "unit", unit, "must be stated: a number without a unit says nothing")
    if unit not in UNITS and not _CURRENCY.fullmatch(unit):
        raise InvalidValue(record, "unit", unit, f"must be one of {', '.join(UNITS)}, or a currency such as USD")


@dataclass(frozen=True, slots=True)
class Amount:
    """What a computation may take a quantity for: anything from ``low`` to ``high``, of one unit.

    ``high`` is None where there is no upper bound. ``about``: the bounds themselves are no more than rough. Sums and
    differences of amounts keep all that is possible, so that no computation is more exact than what was said.
    """

    low: float
    high: float | None
    unit: str
    about: bool = False

    def __post_init__(self) -> None:
        _check_unit("amount", self.unit)
        ends = (self.low,) if self.high is None else (self.low, self.high)
        if not all(math.isfinite(end) for end in ends):
            raise InvalidValue("amount", "bounds", ends, "must be finite")
        if self.high is not None and self.high < self.low:
            raise InvalidValue("amount", "high", self.high, f"must be at least {self.low:g}")

    @classmethod
    def exactly(cls, value: float, unit: str) -> Amount:
        """The amount of exactly this many."""
        return cls(value, value, unit)

    @property
    def is_exact(self) -> bool:
        """Whether it is one number, and that not roughly."""
        return self.low == self.high and not self.about

    def __add__(self, other: Amount) -> Amount:
        self._same_unit(other)
        high = None if self.high is None or other.high is None else self.high + other.high
        return Amount(self.low + other.low, high, self.unit, self.about or other.about)

    def minus(self, other: Amount, *, least: float | None = None) -> Amount:
        """What is left of this, with all that is possible; raises UnitsMixed.

        Args: ``least``: what the result cannot be below, such as 0 for things; None for a difference of two counts,
            which may be of either sign and then needs upper bounds on both sides.

        >>> Amount(0, 200, "set").minus(Amount.exactly(55, "set"), least=0)
        Amount(low=0, high=145, unit='set', about=False)
        """
        self._same_unit(other)
        if other.high is None and least is None:
            raise InvalidValue("amount", "high", None, "must be bounded for a difference")
        floor = least if least is not None else -math.inf
        low = floor if other.high is None else max(floor, self.low - other.high)
        high = None if self.high is None else max(floor, self.high - other.low)
        return Amount(low, high, self.unit, self.about or other.about)

    def agrees_with(self, other: Amount) -> bool | None:
        """Whether both can be the same number; None where one is rough and its bounds alone do not decide.

        Raises UnitsMixed.
        """
        self._same_unit(other)
        apart = (self.high is not None and self.high < other.low) or (other.high is not None and other.high < self.low)
        return None if apart and (self.about or other.about) else not apart

    def _same_unit(self, other: Amount) -> None:
        if self.unit != other.unit:
            raise UnitsMixed(self, other, one_unit=self.unit, other_unit=other.unit)

    def __str__(self) -> str:
        about = "about " if self.about else ""
        if self.high is None and self.low <= 0:
            return f"any number of {_PLURALS.get(self.unit, f'{self.unit}s')}" if self.unit in UNITS else (
                f"any sum of {self.unit}")
        if self.high is None:
            return f"at least {about}{_counted(self.low, self.unit)}"
        if self.low == self.high:
            return about + _counted(self.low, self.unit)
        if self.low == 0:
            return f"at most {about}{_counted(self.high, self.unit)}"
        return f"{about}{_figures(self.low)} to {_counted(self.high, self.unit)}"


def _figures(value: float) -> str:
    written = f"{abs(value):,.0f}" if value == int(value) else f"{abs(value):,.10g}"
    return f"−{written}" if value < 0 else written


def _counted(value: float, unit: str) -> str:
    if _CURRENCY.fullmatch(unit):
        return f"{unit} {_figures(value)}"
    return f"{_figures(value)} {unit if abs(value) == 1 else _PLURALS.get(unit, f'{unit}s')}"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it was stated: its unit, what kind of bound it is, and the words of its hedge, verbatim.

    Args:
        value: the number said; None only with the bound ``otherwise`` ("dozens").
        unit: one of UNITS, or a currency (ISO 4217).
        bound: what the number is to the number meant.
        upper: the second number, with the bound ``between`` alone: 50 to 55.
        hedge: the hedging words as they stand in the source: "up to", "nearly", "what it said were".
        said: the unit in the source's words: "wooden coffins".
    """

    value: float | None
    unit: str
    bound: Bound = Bound.EXACTLY
    upper: float | None = None
    hedge: str = ""
    said: str = ""

    def __post_init__(self) -> None:
        _check_unit("quantity", self.unit)
        object.__setattr__(self, "bound", Bound(self.bound))
        for name, value in (("value", self.value), ("upper", self.upper)):
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise InvalidValue("quantity", name, value, "must be a number not below 0")
        if self.value is None and self.bound is not Bound.OTHERWISE:
            raise InvalidValue("quantity", "value", None, "must be given unless the bound is otherwise")
        if (self.upper is None) == (self.bound is Bound.BETWEEN):
            raise InvalidValue("quantity", "upper", self.upper, "must be given with the bound between alone")
        if self.upper is not None and self.value is not None and self.upper < self.value:
            raise InvalidValue("quantity", "upper", self.upper, f"must be at least {self.value:g}")
        if self.bound is Bound.OTHERWISE and not self.hedge:
            raise InvalidValue("quantity", "hedge", "", "must hold the words, where the bound is otherwise")

    @property
    def is_money(self) -> bool:
        """Whether the unit is a currency."""
        return self.unit not in UNITS

    @property
    def amount(self) -> Amount:
        """What may be computed with: "more than 50" is at least 50, "up to 200" from 0 to 200, "dozens" anything."""
        if self.value is None:
            return Amount(0, None, self.unit, about=True)
        bounds: dict[Bound, tuple[float, float | None]] = {
            Bound.AT_MOST: (0, self.value), Bound.AT_LEAST: (self.value, None), Bound.BETWEEN: (self.value, self.upper)}
        low, high = bounds.get(self.bound, (self.value, self.value))
        return Amount(low, high, self.unit, about=self.bound in (Bound.ABOUT, Bound.OTHERWISE))

    def __add__(self, other: Quantity) -> Amount:
        return self.amount + other.amount

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.hedge} ({self.unit})"
        unit = self.said or self.unit
        if self.is_money:
            number = _counted(self.value, self.unit) + (f" to {_figures(self.upper)}" if self.upper is not None else "")
        elif self.upper is not None:
            number = f"{_figures(self.value)} to {self._in_words(self.upper, unit)}"
        else:
            number = self._in_words(self.value, unit)
        words = self.hedge or ("" if self.bound in (Bound.EXACTLY, Bound.BETWEEN) else self.bound.value)
        return f"{words} {number}".strip()

    def _in_words(self, value: float, unit: str) -> str:
        return f"{_figures(value)} {unit}" if self.said else _counted(value, unit)
