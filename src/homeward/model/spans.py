"""Spans of time whose ends carry their precision: a day, a month, a year, or from one of them to another."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from homeward.model.dates import PartialDate
from homeward.model.errors import InvalidValue

__all__ = ["Span"]


@dataclass(frozen=True, slots=True)
class Span:
    """When something was or is to be; written 2018-07-15, 2018-07, 1954, or 1990/1994 from one to the other.

    ``last`` is None where the span is ``first`` alone.
    """

    first: PartialDate
    last: PartialDate | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last.last_day < self.first.first_day:
            raise InvalidValue("span", "last", str(self.last), f"must not end before {self.first}")

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read a date, or two parted by a stroke; raise InvalidValue for anything else.

        >>> Span.parse("1990/1994").ends
        datetime.date(1994, 12, 31)
        """
        first, stroke, last = text.strip().partition("/")
        return cls(PartialDate.parse(first), PartialDate.parse(last) if stroke else None)

    @classmethod
    def of_day(cls, day: datetime.date) -> Span:
        """The span of one day."""
        return cls(PartialDate(day.year, day.month, day.day))

    @property
    def begins(self) -> datetime.date:
        """The first day that it may mean."""
        return self.first.first_day

    @property
    def ends(self) -> datetime.date:
        """The last day that it may mean: what is dated no better has surely happened only then."""
        return (self.last or self.first).last_day

    @property
    def is_day(self) -> bool:
        """Whether it is known to the day."""
        return self.begins == self.ends

    def overlaps(self, other: Span) -> bool:
        """Whether both may mean the same day."""
        return self.begins <= other.ends and other.begins <= self.ends

    def __str__(self) -> str:
        return str(self.first) if self.last is None else f"{self.first}/{self.last}"
