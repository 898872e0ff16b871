"""Public facts of the Korean War accounting that the demonstration stands on: places, hand-overs, documents.

Counts and coordinates are what the named sources say, rough as they are, and may contradict each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from homeward.model import PartialDate, Transfer

__all__ = ["KoreaHandOver", "KoreaPlace", "KoreaSource", "Leg", "korea_hand_overs", "korea_legs", "korea_places",
           "korea_sources"]


@dataclass(frozen=True, slots=True)
class KoreaPlace:
    """A place of loss, camp or cemetery; degrees of WGS 84.

    ``precision_km``: how far off the coordinates may be; ``approximate``: whether they are good for a demonstration
    only; ``rough_count``: how many are said to be unaccounted for there, when ``counted``; ``share``: how many invented
    persons the demonstration places there, lost between ``lost_from`` and ``lost_to``.
    """

    id: str
    name: str
    spellings: tuple[str, ...]
    kind: str
    part_of: str | None
    latitude_deg: float | None
    longitude_deg: float | None
    approximate: bool
    precision_km: float | None
    rough_count: int | None
    counted: PartialDate | None
    source: str
    note: str
    share: int
    lost_from: PartialDate | None
    lost_to: PartialDate | None


@dataclass(frozen=True, slots=True)
class KoreaSource:
    """A public document that facts are taken from."""

    id: str
    title: str
    kind: str
    publisher: str
    dated: PartialDate
    address: str


@dataclass(frozen=True, slots=True)
class KoreaHandOver:
    """A hand-over by the North; ``labels``: how many boxes the demonstration labels with which place."""

    transfer: Transfer
    source: str
    labels: Mapping[str, int]
    synthetic_remains: int


@dataclass(frozen=True, slots=True)
class Leg:
    """A later hand-over of all that came with a transfer; ``at`` as precise as it is public."""

    transfer: str
    giver: str
    receiver: str
    at: PartialDate
    place: str
    note: str


@cache
def korea_places() -> tuple[KoreaPlace, ...]:
    """The places, in the order of the file; a place comes with its parts."""
    return tuple(_place(entry) for entry in _load("korea_places")["places"])


@cache
def korea_hand_overs() -> tuple[KoreaHandOver, ...]:
    """The hand-overs from 1990 to 2018, by date."""
    return tuple(map(_hand_over, _load("korea_handovers")["transfers"]))


@cache
def korea_legs() -> tuple[Leg, ...]:
    """Where the boxes went from there."""
    return tuple(Leg(e["transfer"], e["giver"], e["receiver"], PartialDate.parse(e["at"]), e["place"], e["note"])
                 for e in _load("korea_handovers")["legs"])


@cache
def korea_sources() -> tuple[KoreaSource, ...]:
    """The documents behind the hand-overs."""
    return tuple(KoreaSource(e["id"], e["title"], e["kind"], e["publisher"], PartialDate.parse(e["dated"]),
                             e["address"]) for e in _load("korea_handovers")["documents"])


def _load(name: str) -> dict[str, Any]:
    text = (files("homeward.simulate") / "data" / f"{name}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _place(entry: Mapping[str, Any]) -> KoreaPlace:
    where = entry["coordinates_from"]
    return KoreaPlace(
        entry["id"], entry["name"], tuple(entry["spellings"]), entry["kind"], entry["part_of"], entry["latitude_deg"],
        entry["longitude_deg"], where.startswith(("approximate", "midpoint")), entry["precision_km"],
        entry["rough_count"], _date(entry["counted"]), entry["source"] + (f"; coordinates: {where}" if where else ""),
        entry["note"], entry["synthetic_share"], _date(entry["lost_from"]), _date(entry["lost_to"]))


def _hand_over(entry: Mapping[str, Any]) -> KoreaHandOver:
    transfer = Transfer(entry["id"], PartialDate.parse(entry["date"]), entry["giver"], entry["receiver"],
                        entry["place"], entry["count"], entry["unit"], entry["said"])
    return KoreaHandOver(transfer, entry["document"], entry["from"], entry["synthetic_remains"])


def _date(text: str | None) -> PartialDate | None:
    return None if text is None else PartialDate.parse(text)
