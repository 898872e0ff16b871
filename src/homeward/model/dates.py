"""Dates that carry their precision: a year, a month of a year, or a day."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from homeward.model.errors import InvalidValue

__all__ = ["PartialDate"]

_FORM = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the year, the month or the day; written 1950, 1950-12 or 1950-12-02."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise InvalidValue("date", "day", self.day, "needs a month")
        try:
            datetime.date(self.year, self.month or 1, self.day or 1)
        except ValueError as error:
            raise InvalidValue("date", "date", str(self), f"must be a date of the calendar ({error})") from error

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read YYYY, YYYY-MM or YYYY-MM-DD; raise InvalidValue for anything else."""
        found = _FORM.match(text.strip())
        if found is None:
            raise InvalidValue("date", "date", text, "must be YYYY, YYYY-MM or YYYY-MM-DD")
        year, month, day = found.groups()
        return cls(int(year), int(month) if month else None, int(day) if day else None)

    @property
    def first_day(self) -> datetime.date:
        """The first day that it may mean."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> datetime.date:
        """The last day that it may mean."""
        month = self.month or 12
        return datetime.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
        if self.day is not None:
            text += f"-{self.day:02d}"
        return text
