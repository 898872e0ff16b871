"""Times of custody: when something happened, as far as it is known, and when it was recorded."""

from __future__ import annotations

import calendar
import datetime
import re
from functools import lru_cache

__all__ = ["LATE_DAYS", "Times", "recorded_minute", "span", "times"]

LATE_DAYS = 30
_DAY = 24 * 60
# A date is that of the place's calendar, and clocks on earth are from 14 hours ahead of UTC to 12 hours behind it.
_AHEAD, _BEHIND = 14 * 60, 12 * 60
_SECONDS = ":00Z"
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_SECOND = re.compile(r"T([01]\d|2[0-3]):([0-5]\d):[0-5]\dZ", re.ASCII)


# First and last minute at which something may have happened, and "future", "late" or "" for when it was recorded.
Times = tuple[int, int, str]


@lru_cache(maxsize=4096)
def times(at: str, recorded: str) -> Times | None:
    """When it happened beside when it was recorded; None where either is no time. All items of one act share both."""
    minute = recorded_minute(recorded)
    if minute is None:
        return None
    if len(at) == 17 and at[:10] == recorded[:10]:  # the same day, as a register in use has it mostly
        of_day = _minute_of_day(at[10:16] + _SECONDS) if at[16] == "Z" else None
        if of_day is None:
            return None
        first = last = minute - minute % _DAY + of_day
    else:
        happened = span(at)
        if happened is None:
            return None
        first, last = happened
    # A minute is compared with the minute; a date was reached if its day had begun anywhere on earth.
    return first, last, "future" if first > minute else "late" if minute - last > LATE_DAYS * _DAY else ""


@lru_cache(maxsize=65_536)
def span(at: str) -> tuple[int, int] | None:
    """First and last minute of UTC, counted from the year 1, at which it may have happened; None for no time at all."""
    day, clock = at[:10], at[10:]
    if clock:
        minute = recorded_minute(day + clock[:6] + _SECONDS) if len(clock) == 7 and clock[6] == "Z" else None
        return None if minute is None else (minute, minute)
    found = _DATE.fullmatch(day)
    if found is None:
        return None
    year, month, of_month = (int(part) if part else None for part in found.groups())
    try:
        first = datetime.date(year or 0, month or 1, of_month or 1)
        last_month = month or 12
        last = datetime.date(first.year, last_month, of_month or calendar.monthrange(first.year, last_month)[1])
    except ValueError:
        return None
    return first.toordinal() * _DAY - _AHEAD, (last.toordinal() + 1) * _DAY + _BEHIND


def recorded_minute(text: str) -> int | None:
    """Minute of UTC, counted from the year 1, of a time written 2018-07-27T05:20:31Z; None for anything else."""
    start, of_day = _day_of(text[:10]), _minute_of_day(text[10:])
    return None if start is None or of_day is None else start + of_day


@lru_cache(maxsize=86_400)
def _minute_of_day(text: str) -> int | None:
    found = _SECOND.fullmatch(text)
    return None if found is None else 60 * int(found[1]) + int(found[2])


@lru_cache(maxsize=65_536)
def _day_of(date: str) -> int | None:
    found = _DATE.fullmatch(date)
    if found is None or found[3] is None:
        return None
    try:
        return datetime.date(int(found[1]), int(found[2]), int(found[3])).toordinal() * _DAY
    except ValueError:
        return None
