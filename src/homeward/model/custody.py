"""Transfers: hand-overs of remains from one party to another."""

from __future__ import annotations

from dataclasses import dataclass

from homeward.model.dates import PartialDate
from homeward.model.errors import InvalidValue

__all__ = ["TRANSFER_UNITS", "Transfer"]

TRANSFER_UNITS = ("box", "set", "bone", "person")


@dataclass(frozen=True, slots=True)
class Transfer:
    """One hand-over; ``count`` is of ``unit`` (boxes, sets, bones and persons are never added up)."""

    id: str
    date: PartialDate
    giver: str
    receiver: str
    place: str = ""
    count: int | None = None
    unit: str | None = None
    document: str = ""

    def __post_init__(self) -> None:
        for name in ("giver", "receiver"):
            if not getattr(self, name):
                raise InvalidValue(self.id, name, "", "must be recorded")
        if self.unit is not None and self.unit not in TRANSFER_UNITS:
            raise InvalidValue(self.id, "unit", self.unit, f"must be one of {', '.join(TRANSFER_UNITS)}")
        if (self.count is None) != (self.unit is None):
            raise InvalidValue(self.id, "count", self.count, "and unit must be given together")
        if self.count is not None and self.count < 0:
            raise InvalidValue(self.id, "count", self.count, "must not be negative")
