"""What the ledger counts: lots, and dated entries about persons and remains."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from homeward.model.errors import InvalidValue
from homeward.model.quantities import UNITS
from homeward.model.spans import Span

__all__ = ["LOT_KINDS", "Entry", "EntryKind", "Lot"]

LOT_KINDS = ("turnover", "joint field activity", "disinterment", "recovery", "other")


class EntryKind(StrEnum):
    """What an entry counts.

    ``listed``: persons put on the roster · ``struck``: taken off it without being accounted for · ``received``: what
    came in · ``estimated``: how many persons are thought to be in it, the latest estimate of a lot standing ·
    ``accounted for``: persons · ``returned``: given to another country · ``operation``: operations carried out.
    """

    LISTED = "listed"
    STRUCK = "struck"
    RECEIVED = "received"
    ESTIMATED = "estimated"
    ACCOUNTED_FOR = "accounted for"
    RETURNED = "returned"
    OPERATION = "operation"


@dataclass(frozen=True, slots=True)
class Lot:
    """Remains that are accounted together, by their origin: one row of an official table.

    ``kind``: one of LOT_KINDS; ``transfer``: the hand-over they came in, where there was one.
    """

    id: str
    name: str
    kind: str
    transfer: str | None = None

    def __post_init__(self) -> None:
        if not self.name:
            raise InvalidValue(self.id or "lot", "name", "", "must be recorded")
        if self.kind not in LOT_KINDS:
            raise InvalidValue(self.id, "kind", self.kind, f"must be one of {', '.join(LOT_KINDS)}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated record behind the ledger's figures.

    Args:
        on: when; on the days that it may mean a figure has a range, and the entry counts surely after the last.
        count, unit: how many of what; ``upper``: the most, of an estimate given as a range.
        person: id of the one person that it is about, None where it stands for several who are not named here.
        lot: the lot that it belongs to; ``place``, ``incident``, ``latitude_deg``: of the loss, for persons.
        withdrawn: from when it no longer counts.
        to: to whom something was returned.
        source: where it stands; "" for records of the register itself.
    """

    id: str
    kind: EntryKind
    on: Span | None
    count: int = 1
    unit: str = "person"
    upper: int | None = None
    person: str | None = None
    lot: str | None = None
    place: str = ""
    incident: str | None = None
    latitude_deg: float | None = None
    withdrawn: Span | None = None
    to: str = ""
    source: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.kind, EntryKind):
            object.__setattr__(self, "kind", EntryKind(self.kind))
        if self.count < 0:
            raise InvalidValue(self.id, "count", self.count, "must not be negative")
        if self.unit not in UNITS:
            raise InvalidValue(self.id, "unit", self.unit, f"must be one of {', '.join(UNITS)}")
        if self.upper is not None and (self.kind is not EntryKind.ESTIMATED or self.upper < self.count):
            raise InvalidValue(self.id, "upper", self.upper, "must be at least the count, of an estimate alone")
        if self.kind in _OF_PERSONS and self.unit != "person":
            raise InvalidValue(self.id, "unit", self.unit, f"must be person for {self.kind}")
        if self.person is not None and (self.kind not in _OF_PERSONS or self.count != 1):
            raise InvalidValue(self.id, "person", self.person, "must be of an entry that counts one person")
        if self.kind is EntryKind.OPERATION and self.unit != "operation":
            raise InvalidValue(self.id, "unit", self.unit, "must be operation")
        if self.kind in _OF_LOTS and not self.lot:
            raise InvalidValue(self.id, "lot", "", f"must be recorded for {self.kind}")
        if self.latitude_deg is not None and not -90.0 <= self.latitude_deg <= 90.0:
            raise InvalidValue(self.id, "latitude_deg", self.latitude_deg, "must be from -90 to 90")
        if self.on is None and self.kind is not EntryKind.LISTED:
            raise InvalidValue(self.id, "on", "", "must be recorded; only a listing may stand from the beginning")


_OF_PERSONS = (EntryKind.LISTED, EntryKind.STRUCK, EntryKind.ACCOUNTED_FOR)
_OF_LOTS = (EntryKind.RECEIVED, EntryKind.ESTIMATED, EntryKind.RETURNED, EntryKind.OPERATION)
