"""The words that the rules look for, read from the tables beside this file."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

__all__ = ["ActorEntry", "PlaceEntry", "abbreviations", "actors", "any_of", "column", "number_words", "places",
           "spoken", "table", "word_map"]


@dataclass(frozen=True, slots=True)
class ActorEntry:
    """An actor of the gazetteer; ``code`` is what its documents' file names are apt to begin with."""

    name: str
    kind: str
    of: str
    code: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A place of the gazetteer; coordinates in degrees (WGS 84), None where no table has them."""

    name: str
    kind: str
    latitude_deg: float | None
    longitude_deg: float | None
    precision_km: float | None
    spellings: tuple[str, ...]
    source: str


@functools.cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one table, by the names at its head."""
    text = files("homeward.intake.tables").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@functools.cache
def column(name: str, key: str, value: str | None = None) -> tuple[str, ...]:
    """The first column of a table: all of it, or the rows whose ``key`` is ``value``."""
    first = next(iter(table(name)[0]))
    return tuple(row[first] for row in table(name) if value is None or row[key] == value)


@functools.cache
def word_map(name: str, key: str) -> dict[str, str]:
    """From the first column, in lower case with single spaces, to another."""
    first = next(iter(table(name)[0]))
    return {spoken(row[first]): row[key] for row in table(name)}


def spoken(text: str) -> str:
    """A phrase as the tables' keys have it: lower case, single spaces, straight apostrophes."""
    return " ".join(text.replace("’", "'").lower().split())


def any_of(phrases: Iterable[str]) -> str:
    """A pattern for any of some phrases, the longest first; blanks stand for any white space."""
    ordered = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+").replace("'", "['’]") for phrase in ordered)


@functools.cache
def actors() -> tuple[ActorEntry, ...]:
    """The gazetteer of states, commands, agencies, press and persons in public acts."""
    return tuple(ActorEntry(row["name"], row["kind"], row["of"], row["code"] or "", _parted(row["spellings"]))
                 for row in table("actors"))


@functools.cache
def places() -> tuple[PlaceEntry, ...]:
    """The gazetteer of places of loss, camps, cemeteries and talks."""
    return tuple(PlaceEntry(row["name"], row["kind"], _number(row["latitude_deg"]), _number(row["longitude_deg"]),
                            _number(row["precision_km"]), _parted(row["spellings"]), row["source"])
                 for row in table("places"))


@functools.cache
def abbreviations() -> frozenset[str]:
    """Words after which a full stop ends no sentence."""
    return frozenset(column("abbreviations", "word"))


@functools.cache
def number_words(kind: str) -> dict[str, float]:
    """Number words of one kind, with what they are worth; vague ones are worth nothing that could be computed with."""
    return {row["word"]: float(row["value"] or "nan") for row in table("numbers") if row["kind"] == kind}


def _parted(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _number(text: str) -> float | None:
    return float(text) if text else None
