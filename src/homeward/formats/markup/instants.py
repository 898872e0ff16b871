"""Dates and times as XML Schema writes them (xs:date, xs:dateTime)."""

from __future__ import annotations

import datetime
import re

__all__ = ["as_instant", "is_date_or_instant"]

_ZONE = r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
_DATE = r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
_TIME = r"T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<part>[0-9]{1,30}))?"
_INSTANT = re.compile(_DATE + _TIME + _ZONE)
_DAY = re.compile(_DATE + _ZONE)


def as_instant(text: str) -> datetime.datetime | None:
    """The instant that an xs:dateTime names, to the microsecond; None for a text that is none.

    It carries its time zone where one is written. Years have four digits here.

    >>> as_instant("2024-05-01T24:00:00Z").isoformat()
    '2024-05-02T00:00:00+00:00'
    """
    found = _INSTANT.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = (int(found[part]) for part in ("hour", "minute", "second"))
    micro = int((found["part"] or "0")[:6].ljust(6, "0"))
    midnight = hour == 24 and (minute, second, micro) == (0, 0, 0)
    try:
        day = datetime.date.fromisoformat(found["date"])
        time = datetime.time(0 if midnight else hour, minute, second, micro, _zone(found["zone"]))
        return datetime.datetime.combine(day, time) + datetime.timedelta(days=midnight)
    except (ValueError, OverflowError):
        return None


def is_date_or_instant(text: str) -> bool:
    """Whether a text is an xs:date or an xs:dateTime."""
    found = _DAY.fullmatch(text)
    return as_instant(f"{found['date']}T00:00:00{found['zone'] or ''}" if found is not None else text) is not None


def _zone(text: str | None) -> datetime.timezone | None:
    if text is None or text == "Z":
        return None if text is None else datetime.UTC
    hours, minutes = int(text[1:3]), int(text[4:])
    if minutes > 59 or (hours, minutes) > (14, 0):
        raise ValueError(text)
    return datetime.timezone((-1 if text[0] == "-" else 1) * datetime.timedelta(hours=hours, minutes=minutes))
