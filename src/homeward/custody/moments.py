"""Times of custody: when something happened, as far as it is known, and when it was recorded."""

from __future__ import annotations

import calendar
import datetime
import re
from functools import lru_cache

__all__ = ["LATE_DAYS", "judge_times", "recorded_minute", "span"]

LATE_DAYS = 30
_DAY = 24 * 60
# A date is that of the place's calendar, and clocks on earth are from 14 hours ahead of UTC to 12 hours behind it.
_AHEAD, _BEHIND = 14 * 60, 12 * 60
_SECONDS = ":00Z"
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_SECOND = re.compile(r"T([01]\d|2[0-3]):([0-5]\d):[0-5]\dZ", re.ASCII)


def judge_times(at: str, recorded: str) -> str | None:
    """Whether it was recorded in time: "" yes, "future" too early, "late"; None where either is no time."""
    day = recorded[:10]
    if at.startswith(day):  # the same day, as a register in use has it mostly
        if _day_of(day) is None or _minute_of_day(recorded[10:]) is None:
            return None
        if at == day:
            return ""
        clock = at[10:16]
        if len(at) != 17 or at[16] != "Z" or _minute_of_day(clock + _SECONDS) is None:
            return None
        return "future" if clock > recorded[10:16] else ""
    happened, minute = span(at), recorded_minute(recorded)
    if happened is None or minute is None:
        return None
    # A minute is compared with the minute; a date was reached if its day had begun anywhere on earth.
    return "future" if happened[0] > minute else "late" if minute - happened[1] > LATE_DAYS * _DAY else ""


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
