"""One event of custody: what it says, how that is written in one line, and the hash of the line.

The hashed line holds every column in a fixed order with one TAB between two. No column may hold a TAB or any other
control character, so that a line can be taken apart in one way only; it starts with the form's number, so that a later
form cannot be mistaken for this one. The line names the hash of the event before it: the events form a chain.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from homeward.custody.moments import recorded_minute, span
from homeward.model import TRANSFER_UNITS, InvalidValue

__all__ = ["ACTS", "FIRST_HASH", "FORM", "ITEM_KINDS", "LIMITS", "Act", "Event", "Row", "form_faults", "hash_of",
           "is_hash", "unprintable", "whole"]

FORM = "1"
FIRST_HASH = "0" * 64  # stands where the first event of a chain names its predecessor
ITEM_KINDS = ("container", "remains", "element", "sample")
LIMITS = MappingProxyType({
    "handover": 120, "case_key": 120, "item_key": 120, "giver": 300, "receiver": 300, "place": 300, "parent_key": 120,
    "seals": 300, "difference": 500, "note": 2000, "document_key": 120, "actor": 200})


class Act(StrEnum):
    """What happens to an item; ``receiver`` is always who holds it afterwards."""

    RECEIVED = "received"  # from outside the register's world: custody begins, or begins again
    HANDED_OVER = "handed over"
    RELEASED = "released"  # to somebody outside: custody ends
    TAKEN_OUT = "taken out"  # of its parent: remains of a box, an element of remains, a sample cut from an element
    PUT_INTO = "put into"  # a parent, with which it then moves
    OPENED = "opened"
    SEALED = "sealed"
    CHECKED = "checked"  # counted, weighed or looked at by its holder
    USED_UP = "used up"


ACTS = tuple(act.value for act in Act)


class Row(NamedTuple):
    """An event as the chain holds it: every column as text, "" for what is not recorded."""

    form: str
    seq: str
    handover: str
    case_key: str
    item_kind: str
    item_key: str
    act: str
    giver: str
    receiver: str
    at: str
    place: str
    parent_kind: str
    parent_key: str
    count: str  # type: ignore[assignment]  # hides the tuple's own method, which nothing here needs
    unit: str
    seals: str
    mass_mg: str
    difference: str
    note: str
    document_key: str
    actor: str
    recorded: str
    previous_hash: str

    @property
    def item(self) -> str:
        """The item in words."""
        return f"{self.item_kind} {self.item_key}"

    @property
    def line(self) -> str:
        """The text that is hashed."""
        return "\t".join(self)


@dataclass(frozen=True, slots=True)
class Event:
    """One item changes hands, or its holder opens, seals, checks, divides or uses it up.

    ``seq`` counts from 1 without a gap; ``handover`` is the key that the items of one act share; ``at`` is a partial
    date of the place's calendar, or a minute of UTC as 2018-07-27T05:20Z, ``recorded`` a second of UTC. ``receiver`` is
    who holds the item afterwards, ``parent`` what it is taken out of or put into; ``count`` is of ``unit``, ``seals``
    are those seen (for ``sealed`` and ``received``: those it now bears); ``difference`` says why count, seals or mass
    are not those recorded before. Raises InvalidValue for a column that may not hold what it does.
    """

    seq: int
    handover: str
    case_key: str
    item_kind: str
    item_key: str
    act: Act
    giver: str
    receiver: str
    at: str
    place: str
    actor: str
    recorded: str
    previous_hash: str
    parent_kind: str = ""
    parent_key: str = ""
    count: int | None = None
    unit: str = ""
    seals: str = ""
    mass_mg: int | None = None
    difference: str = ""
    note: str = ""
    document_key: str = ""

    def __post_init__(self) -> None:
        for column, value, allowed in form_faults(self.row):
            raise InvalidValue(f"event {self.seq}", column, value, allowed)

    @property
    def row(self) -> Row:
        """All columns as text."""
        texts = {f.name: _text(getattr(self, f.name)) for f in fields(self)}
        return Row(form=FORM, **texts)

    @property
    def hash(self) -> str:
        """SHA-256 of the line, in hexadecimal digits."""
        return hash_of(self.row.line)

    @classmethod
    def of(cls, row: Row) -> Event:
        """The event that a line says; raises InvalidValue for the first column that it may not hold."""
        for column, value, allowed in form_faults(row):
            raise InvalidValue(f"event {row.seq}", column, value, allowed)
        whole = {name: int(text) if text else None
                 for name, text in (("count", row.count), ("mass_mg", row.mass_mg))}
        values = {f.name: getattr(row, f.name) for f in fields(cls)}
        return cls(**{**values, **whole, "seq": int(row.seq), "act": Act(row.act)})


def hash_of(line: str) -> str:
    """SHA-256 of a line's UTF-8 bytes, in hexadecimal digits."""
    return hashlib.sha256(line.encode("utf-8", "surrogateescape")).hexdigest()


# Controls, separators of lines and paragraphs, halves of characters, and the signs that turn the direction of writing,
# with which a line would read otherwise than it is.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_REQUIRED = ("handover", "case_key", "item_key", "giver", "at", "place", "actor", "recorded")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")
_MOST = 2**31 - 1
_HASH = re.compile(r"[0-9a-f]{64}")
_FORMULA = ("=", "+", "-", "@")


def unprintable(text: str) -> bool:
    """Whether a text holds a character that no column may hold."""
    return _FORBIDDEN.search(text) is not None


def is_hash(text: str) -> bool:
    """Whether a text is a SHA-256 in hexadecimal digits."""
    return _HASH.fullmatch(text) is not None


def whole(text: str) -> int | None:
    """The whole number that a column says; None for any other text."""
    return int(text) if len(text) < 19 and text.isdecimal() else None


def form_faults(row: Row) -> list[tuple[str, str, str]]:
    """All columns that cannot be what they are: column, value, what is allowed."""
    found = [(name, value, "must hold no control character and no sign that turns the direction of writing")
             for name, value in zip(row._fields, row, strict=True) if unprintable(value)]
    found += [(name, "", "must be recorded") for name in _REQUIRED if not getattr(row, name)]
    found += [(name, getattr(row, name)[:40] + "…", f"must have no more than {most} characters")
              for name, most in LIMITS.items() if len(getattr(row, name)) > most]
    found += [(name, getattr(row, name), "must not begin with =, +, - or @: a spreadsheet would compute it")
              for name in LIMITS if getattr(row, name).startswith(_FORMULA)]
    for name, allowed in (("form", (FORM,)), ("item_kind", ITEM_KINDS), ("act", ACTS),
                          ("parent_kind", ("", *ITEM_KINDS)), ("unit", ("", *TRANSFER_UNITS))):
        if getattr(row, name) not in allowed:
            found.append((name, getattr(row, name), "must be " + _alternatives(allowed)))
    for name in ("seq", "count", "mass_mg"):
        value = getattr(row, name)
        if not (_WHOLE.fullmatch(value) or (not value and name != "seq")):
            found.append((name, value, "must be a whole number, not negative"))
    if (whole(row.count) or 0) > _MOST:
        found.append(("count", row.count, f"must not be more than {_MOST}"))
    if (row.count == "") != (row.unit == ""):
        found.append(("count", row.count, "and unit must be given together"))
    if not is_hash(row.previous_hash):
        found.append(("previous_hash", row.previous_hash, "must be 64 hexadecimal digits"))
    if row.at and span(row.at) is None:
        found.append(("at", row.at, "must be YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mmZ (UTC)"))
    if row.recorded and recorded_minute(row.recorded) is None:
        found.append(("recorded", row.recorded, "must be YYYY-MM-DDThh:mm:ssZ (UTC)"))
    return found


def _alternatives(allowed: tuple[str, ...]) -> str:
    *some, last = [word or "empty" for word in allowed]
    return f"{', '.join(some)} or {last}" if some else last


def _text(value: object) -> str:
    return "" if value is None else str(value)
