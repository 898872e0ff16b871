"""Cells of an inventory that mean more than one word: zones, codes of measurements, ids in a row."""

from __future__ import annotations

import re
from collections.abc import Iterable

from homeward.formats.casefile.findings import nearest
from homeward.model import InvalidValue
from homeward.model.measurement_codes import MEASUREMENTS, STANDARDS, measurement_code

__all__ = ["Zones", "code_of", "ids_of", "ids_text", "zones_of", "zones_text"]

_RUN = re.compile(r"([0-9]{1,3})(?:-([0-9]{1,3}))?")
_PARTED = re.compile(r"[\s,;]+")
_NONE = "none"
_SIDES = {"L": "left", "R": "right"}
_SHORT = {"bu": "buikstra_ubelaker_1994", "langley": "langley_2016", "byrd": "byrd_adams_2003"}

Zones = frozenset[int]


def zones_of(text: str) -> Zones | None:
    """The zones that a cell names; None where it is not made of numbers and runs of them.

    >>> sorted(zones_of("1 3-5"))
    [1, 3, 4, 5]
    """
    if text.casefold() == _NONE:
        return frozenset()
    found: set[int] = set()
    for part in _PARTED.split(text.replace("–", "-")):
        run = _RUN.fullmatch(part)
        if run is None:
            return None
        found.update(range(int(run[1]), int(run[2] or run[1]) + 1))
    return frozenset(found)


def zones_text(zones: Zones | None) -> str | None:
    """Zones as they are written: by numbers alone, since spreadsheets make dates of runs."""
    if zones is None:
        return None
    return " ".join(map(str, sorted(zones))) or _NONE


def ids_of(text: str) -> tuple[str, ...]:
    """The ids of a cell, parted by semicolons."""
    return tuple(part.strip() for part in text.split(";"))


def ids_text(ids: Iterable[str]) -> str:
    """Ids as one cell."""
    return "; ".join(ids)


def code_of(written: str, bone: str, side: str | None) -> str:
    """The code that a written measurement of an element means.

    Args: ``written``: a code (Hum_01, hum_1, Hum_01R of a right bone), a number with its standard (bu:40,
    langley_2016:45, byrd:41A) or a name in words (maximum length); ``bone`` and ``side`` of the element.

    Returns the code; a code of another bone or side is returned as it is, since the inventory says what is wrong.
    Raises InvalidValue where it means none.

    >>> code_of("bu:40", "humerus", "left"), code_of("hum_1", "humerus", None)
    ('Hum_01', 'Hum_01')
    """
    standard, colon, number = written.partition(":")
    if colon:
        standard = standard.strip().casefold().replace(" ", "_")
        return measurement_code(number.strip(), standard=_SHORT.get(standard, standard), bone=bone)
    found = _own_code(written, side)
    if found is not None:
        return found
    name = re.sub(r"[\s-]+", "_", written.casefold())
    named = [m.code for m in MEASUREMENTS.values() if m.bone == bone and m.name == name]
    if len(named) == 1:
        return named[0]
    known = [m.code for m in MEASUREMENTS.values() if m.bone == bone]
    raise InvalidValue(bone, "code", written, "must be a code of the list, a name in words, or a number with its "
                       f"standard ({', '.join(_SHORT)}: as in bu:40; {', '.join(STANDARDS[1:])})"
                       + nearest(written, known))


def _own_code(written: str, side: str | None) -> str | None:
    parts = re.fullmatch(r"([A-Za-z]+[0-9]?)_([0-9]{1,2})([LRlr]?)", written)
    if parts is None:
        return None
    plain, letter = f"{parts[1].capitalize()}_{int(parts[2]):02d}", parts[3].upper()
    for stem in (plain, f"{parts[1].upper()}_{int(parts[2]):02d}"):  # MC1_01 and MT5_01 are all capitals
        if stem + letter in MEASUREMENTS:
            return stem + letter
        if letter and stem in MEASUREMENTS:
            return stem if side == _SIDES[letter] else stem + letter
    return None
