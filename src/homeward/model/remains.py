"""Remains, their elements and the samples cut from them or given by relatives."""

from __future__ import annotations

from dataclasses import dataclass

from homeward.model.dates import PartialDate
from homeward.model.errors import InvalidValue
from homeward.model.family import Sex
from homeward.model.laboratory import CERTAIN, Laboratory

__all__ = ["SIDES", "Element", "ReferenceSample", "Remains", "RemainsSample"]

SIDES = ("left", "right", "middle", "unsided")


@dataclass(frozen=True, slots=True)
class Remains:
    """One accessioned set of human remains, from a whole body to a fragment; ``sex`` as the remains show it."""

    id: str
    sex: Sex = Sex.UNKNOWN
    transfer: str | None = None
    recovered: PartialDate | None = None
    provenience: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """One bone or tooth of some remains."""

    id: str
    remains: str
    bone: str
    side: str = "unsided"
    portion: str = ""

    def __post_init__(self) -> None:
        if self.side not in SIDES:
            raise InvalidValue(self.id, "side", self.side, f"must be one of {', '.join(SIDES)}")


@dataclass(frozen=True, slots=True)
class RemainsSample:
    """Sample cut from remains, from which element where that is recorded, and how surely the laboratory reads it."""

    id: str
    remains: str
    element: str | None = None
    laboratory: Laboratory = CERTAIN


@dataclass(frozen=True, slots=True)
class ReferenceSample:
    """Sample from a relative (a donor), or from a personal item of the missing member himself."""

    id: str
    family: str
    member: str
    kind: str = "relative"
    laboratory: Laboratory = CERTAIN

    def __post_init__(self) -> None:
        if self.kind not in ("relative", "personal item"):
            raise InvalidValue(self.id, "kind", self.kind, "must be relative or personal item")
