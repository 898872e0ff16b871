"""Dates of GEDCOM with what they leave open: about, before, between, from and to, calculated, in four calendars."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from homeward.formats.gedcom.calendars import CALENDARS, MONTHS, days_of
from homeward.model import InvalidValue, PartialDate

__all__ = ["DateKind", "GedcomDate", "parse_date"]


class DateKind(StrEnum):
    """How a date is meant. ``UNREAD``: a text that is no date of GEDCOM; ``PHRASE``: one that says so itself."""

    ON = "on"
    ABOUT = "about"
    CALCULATED = "calculated"
    ESTIMATED = "estimated"
    BEFORE = "before"
    AFTER = "after"
    BETWEEN = "between"
    FROM = "from"
    TO = "to"
    PERIOD = "from … to"
    INTERPRETED = "interpreted"
    PHRASE = "phrase"
    UNREAD = "unread"


_ONE = {
    **dict.fromkeys(("ABT", "ABOUT", "CIRCA", "CA"), DateKind.ABOUT), "CAL": DateKind.CALCULATED,
    "EST": DateKind.ESTIMATED, **dict.fromkeys(("BEF", "BEFORE"), DateKind.BEFORE),
    **dict.fromkeys(("AFT", "AFTER"), DateKind.AFTER), "FROM": DateKind.FROM, "TO": DateKind.TO,
}
_TWO = re.compile(r"(BET|BETWEEN|FROM)\.?\s+(.+?)\s+(?:(AND)|(TO))\s+(.+)")
_WORD = re.compile(r"([A-Z]+)\.?\s+(.+)")
_INTERPRETED = re.compile(r"INT\s+([^()]+?)\s*\((.*)\)")
_CALENDAR = re.compile(r"(?:@#D([A-Z ]+)@|(GREGORIAN|JULIAN|HEBREW|FRENCH_R)(?=\s))\s*(.*)")
_DATE = re.compile(r"(?:(?:([0-9]{1,2})\s+)?([A-Z]+)\.?\s+)?([0-9]{3,5}|[0-9]{1,2}(?=$))(?:/([0-9]{2,4}))?")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")
_FULL = {name[:3]: name for name in ("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST",
                                     "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER")}
_Bounds = tuple[PartialDate, PartialDate]


@dataclass(frozen=True, slots=True)
class GedcomDate:
    """A date as the file has it.

    ``first`` and ``last`` are its bounds in the Gregorian calendar, None where it is open; both are the date itself
    where there is one date, however roughly it is known (``kind``). ``text`` is the value as written, ``phrase`` the
    words beside it.
    """

    text: str
    kind: DateKind
    first: PartialDate | None = None
    last: PartialDate | None = None
    phrase: str = ""

    @property
    def stated(self) -> PartialDate | None:
        """The date, where it is one that is stated as such: never for about, before, between and their like."""
        return self.first if self.kind in (DateKind.ON, DateKind.INTERPRETED) and self.first == self.last else None

    @property
    def years(self) -> tuple[int | None, int | None]:
        """The years of the two bounds."""
        return (None if self.first is None else self.first.year), (None if self.last is None else self.last.year)


@lru_cache(maxsize=65_536)
def parse_date(text: str, phrase: str = "") -> GedcomDate:
    """The date that a value of GEDCOM means.

    Of a year written twice (1699/00) the second is taken, that of a year which begins in January. Dates before the
    year 1 cannot be said in the model and are unread.

    Args: ``text``, the value of DATE; ``phrase``, that of PHRASE below it.

    >>> date = parse_date("BET 1950 AND 2 JAN 1951")
    >>> date.kind.value, str(date.first), str(date.last), date.stated
    ('between', '1950', '1951-01-02', None)
    """
    upper = " ".join(text.upper().split())
    if upper.startswith("(") and upper.endswith(")"):
        return GedcomDate(text, DateKind.PHRASE, phrase=text.strip()[1:-1])
    if not upper and phrase:
        return GedcomDate(text, DateKind.PHRASE, phrase=phrase)
    for form in (_interpreted, _range, _qualified, _plain):
        found = form(upper)
        if found is not None:
            kind, first, last = found
            said = text[text.index("(") + 1:text.rindex(")")] if kind is DateKind.INTERPRETED else phrase
            return GedcomDate(text, kind, first, last, said)
    return GedcomDate(text, DateKind.UNREAD, phrase=phrase)


_Found = tuple[DateKind, PartialDate | None, PartialDate | None]


def _interpreted(text: str) -> _Found | None:
    found = _INTERPRETED.fullmatch(text)
    bounds = _bounds(found[1]) if found else None
    return None if bounds is None else (DateKind.INTERPRETED, *bounds)


def _range(text: str) -> _Found | None:
    found = _TWO.fullmatch(text)
    if found is None or (found[1] == "FROM") != (found[4] is not None):
        return None
    first, last = _bounds(found[2]), _bounds(found[5])
    if first is None or last is None or _order(first[0]) > _order(last[1]):
        return None
    return (DateKind.PERIOD if found[1] == "FROM" else DateKind.BETWEEN), first[0], last[1]


def _order(date: PartialDate) -> tuple[int, int, int]:
    return date.year, date.month or 0, date.day or 0


def _qualified(text: str) -> _Found | None:
    found = _WORD.fullmatch(text)
    kind = _ONE.get(found[1]) if found else None
    bounds = _bounds(found[2]) if found and kind else None
    if kind is None or bounds is None:
        return None
    first = None if kind in (DateKind.BEFORE, DateKind.TO) else bounds[0]
    last = None if kind in (DateKind.AFTER, DateKind.FROM) else bounds[1]
    return kind, first, last


def _plain(text: str) -> _Found | None:
    bounds = _bounds(text)
    return None if bounds is None else (DateKind.ON, *bounds)


def _bounds(text: str) -> _Bounds | None:
    """The first and last day, month or year of one date; the same twice where it is a date of the model."""
    if _ISO.fullmatch(text):
        return _same(lambda: PartialDate.parse(text))
    found = _CALENDAR.fullmatch(text)
    name = (found[1] or found[2]).strip().replace(" ", "_") if found else "GREGORIAN"
    date = _DATE.fullmatch(found[3] if found else text)
    if name not in CALENDARS or date is None:
        return None
    month = None
    if date[2] is not None:
        word = date[2][:3] if _FULL.get(date[2][:3], "").startswith(date[2]) and name in CALENDARS[:2] else date[2]
        if word not in MONTHS[name]:
            return None
        month = MONTHS[name].index(word) + 1
    year, day = _year(date[3], date[4]), int(date[1]) if date[1] else None
    if year is None or (date[4] and name not in CALENDARS[:2]):
        return None
    if name == "GREGORIAN":
        return _same(lambda: PartialDate(year, month, day))
    return days_of(name, year, month, day)


def _year(written: str, second: str | None) -> int | None:
    """The year; of two the second, which must be the next one."""
    year = int(written)
    if second is None:
        return year
    following = year + 1
    return following if str(following).endswith(second) else None


def _same(make: Callable[[], PartialDate]) -> _Bounds | None:
    try:
        date = make()
    except InvalidValue:  # no day of the calendar: 30 FEB, or a year beyond 9999
        return None
    return date, date
