"""What each figure counts, in words and with a version; and the line that parts north from south."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from homeward.model import InvalidValue
from homeward.model.figures import Definition

__all__ = ["PARALLEL_38", "Basis", "Line"]


@dataclass(frozen=True, slots=True)
class Line:
    """A parallel that parts north from south; what lies on it counts as north."""

    name: str
    latitude_deg: float
    version: int = 1

    def __post_init__(self) -> None:
        if not -90.0 <= self.latitude_deg <= 90.0:
            raise InvalidValue(self.name, "latitude_deg", self.latitude_deg, "must be from -90 to 90")

    def is_north(self, latitude_deg: float) -> bool:
        """Whether a latitude lies on the line or north of it."""
        return latitude_deg >= self.latitude_deg


# The demarcation line of 1953 is another line: it crosses this one.
PARALLEL_38 = Line("the 38th parallel", 38.0)

_VERSION = 1
_TEXTS = {
    "listed": "Persons on the roster at the end of the day: listed, and not struck off.",
    "unaccounted for": "Persons on the roster at the end of the day who are not accounted for by then. A person listed "
                       "twice counts once.",
    "accounted for": "Persons accounted for by a decision that stands at the end of the day. A person counts once.",
    "received": "What came in by the end of the day, in the unit in which it was received. Units are never added.",
    "estimated": "How many persons are thought to be in what was received, by the latest estimate of the lot by then.",
    "returned": "What was given to another country by the end of the day, in the unit in which it was given.",
    "operations": "Operations carried out by the end of the day.",
    "not yet named": "The latest estimate of the persons in a lot, less those accounted for out of it and those "
                     "returned to another country as persons; not below 0.",
}


@dataclass(frozen=True, slots=True)
class Basis:
    """What the definitions leave open.

    ``line``: parts north from south. ``accounted_from``: decisions dated before it are not counted among the accounted
    for, though they take a person off the unaccounted for; None counts all.
    """

    line: Line = PARALLEL_38
    accounted_from: datetime.date | None = None

    def definition(self, measure: str, group: str = "") -> Definition:
        """The definition of a measure, of one group of it where it is broken down; raises InvalidValue."""
        text = _TEXTS.get(measure)
        if text is None:
            raise InvalidValue("figure", "measure", measure, f"must be one of {', '.join(_TEXTS)}")
        if measure == "accounted for" and self.accounted_from is not None:
            text += f" Decisions before {self.accounted_from} are not counted."
        if group == "side":
            text += (f" North is whoever was lost on or north of {self.line.name} ({self.line.latitude_deg:g}°, "
                     f"version {self.line.version} of the line), by the latitude of the loss.")
        elif group:
            text += f" By {group}, as recorded for the loss." if group in ("place", "incident") else f" By {group}."
        return Definition(f"{measure}, {group}" if group else measure, _VERSION, text)
