"""The calendars of GEDCOM as days: Julian, French Republican and Hebrew dates in the Gregorian calendar.

Sources: Dershowitz and Reingold 1990, Calendrical calculations, doi:10.1002/spe.4380200903 (Hebrew); the decree of
the National Convention of 4 frimaire II (24 November 1793), with leap years 3, 7 and 11 as they were kept.
"""

from __future__ import annotations

import datetime

from homeward.model import PartialDate

__all__ = ["CALENDARS", "MONTHS", "days_of"]

CALENDARS = ("GREGORIAN", "JULIAN", "HEBREW", "FRENCH_R")
_LATIN = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
MONTHS = {
    "GREGORIAN": _LATIN,
    "JULIAN": _LATIN,
    "HEBREW": ("TSH", "CSH", "KSL", "TVT", "SHV", "ADR", "ADS", "NSN", "IYR", "SVN", "TMZ", "AAV", "ELL"),
    "FRENCH_R": ("VEND", "BRUM", "FRIM", "NIVO", "PLUV", "VENT", "GERM", "FLOR", "PRAI", "MESS", "THER", "FRUC",
                 "COMP"),
}
_LAST_YEAR = {"JULIAN": 9998, "HEBREW": 13000, "FRENCH_R": 14}
# Ordinals are days since 1 January of the year 1 (Gregorian), which is day 1, as datetime counts them.
_FRENCH_EPOCH = 654_415  # 22 September 1792
_HEBREW_EPOCH = -1_373_427
_PARTS_OF_A_DAY, _PARTS_OF_A_MONTH, _PARTS_OF_THE_FIRST = 25_920, 13_753, 12_084


def days_of(calendar: str, year: int, month: int | None, day: int | None) -> tuple[PartialDate, PartialDate] | None:
    """The first and the last day of a day, month (1-based, in the order of MONTHS) or year of another calendar.

    None where there is no such date, or it lies outside the years 1 to 9999.

    >>> [str(d) for d in days_of("FRENCH_R", 8, 2, 18)]
    ['1799-11-09', '1799-11-09']
    """
    if not 1 <= year <= _LAST_YEAR[calendar]:
        return None
    start = {"JULIAN": _julian, "HEBREW": _hebrew, "FRENCH_R": _french}[calendar]
    if month is None:
        first, last = start(year, 1), start(year + 1, 1) - 1
    else:
        first, last = start(year, month), start(year, month + 1) - 1
        if day is not None:
            if not first <= first + day - 1 <= last:
                return None
            first = last = first + day - 1
    if not 1 <= first <= last <= datetime.date.max.toordinal():
        return None  # a month that the year does not have, or a day outside the model's years
    return _partial(first), _partial(last)


def _partial(ordinal: int) -> PartialDate:
    day = datetime.date.fromordinal(ordinal)
    return PartialDate(day.year, day.month, day.day)


def _julian(year: int, month: int) -> int:
    """The ordinal of the first of a month; month 13 is the next January."""
    year, month = year + (month - 1) // 12, (month - 1) % 12
    lengths = (31, 28 + (year % 4 == 0), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return (year - 1) * 365 + (year - 1) // 4 + sum(lengths[:month]) - 1


def _french(year: int, month: int) -> int:
    if month > 13:
        year, month = year + 1, 1
    return _FRENCH_EPOCH + 365 * (year - 1) + year // 4 + 30 * (month - 1)


def _hebrew(year: int, month: int) -> int:
    """The ordinal of the first of a month, counted from Tishri; Adar I has no day in a common year."""
    new_year, days = _hebrew_new_year(year), _hebrew_new_year(year + 1) - _hebrew_new_year(year)
    leap = days > 380
    lengths = (30, 30 if days % 10 == 5 else 29, 29 if days % 10 == 3 else 30, 29, 30,
               30 if leap else 29, 29 if leap else 0, 30, 29, 30, 29, 30, 29)
    return new_year + sum(lengths[:month - 1])


def _hebrew_new_year(year: int) -> int:
    return _HEBREW_EPOCH + _elapsed(year) + _delay(year)


def _elapsed(year: int) -> int:
    """Days from the epoch to the mean new moon of Tishri, with the rules that keep it from some days of the week."""
    months = (235 * year - 234) // 19
    parts = _PARTS_OF_THE_FIRST + _PARTS_OF_A_MONTH * months
    day = 29 * months + parts // _PARTS_OF_A_DAY
    return day + 1 if 3 * (day + 1) % 7 < 3 else day


def _delay(year: int) -> int:
    before, at, after = _elapsed(year - 1), _elapsed(year), _elapsed(year + 1)
    return 2 if after - at == 356 else int(at - before == 382)
