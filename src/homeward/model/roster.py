"""The roster of the missing, and the incidents in which they were lost."""

from __future__ import annotations

from dataclasses import dataclass

from homeward.model.dates import PartialDate
from homeward.model.errors import InvalidValue
from homeward.model.family import Sex

__all__ = ["Incident", "MissingPerson"]


@dataclass(frozen=True, slots=True)
class Incident:
    """One loss: where and when people went missing together; latitude and longitude in degrees (WGS 84)."""

    id: str
    name: str = ""
    date: PartialDate | None = None
    place: str = ""
    latitude_deg: float | None = None
    longitude_deg: float | None = None

    def __post_init__(self) -> None:
        if self.latitude_deg is not None and not -90.0 <= self.latitude_deg <= 90.0:
            raise InvalidValue(self.id, "latitude_deg", self.latitude_deg, "must be from -90 to 90")
        if self.longitude_deg is not None and not -180.0 <= self.longitude_deg <= 180.0:
            raise InvalidValue(self.id, "longitude_deg", self.longitude_deg, "must be from -180 to 180")


@dataclass(frozen=True, slots=True)
class MissingPerson:
    """Someone on the roster, by name; ``vouched_by`` says who vouches for the entry."""

    id: str
    name: str = ""
    sex: Sex = Sex.UNKNOWN
    born: PartialDate | None = None
    missing_since: PartialDate | None = None
    incident: str | None = None
    service_number: str = ""
    vouched_by: str = ""
