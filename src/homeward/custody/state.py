"""Where an item is: with a party, inside another item, outside, or used up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["ItemId", "Phase", "Standing", "State"]

ItemId = tuple[str, str, str]  # case, kind, key


class Phase(Enum):
    """What an item's last event made of it."""

    HELD = "held"
    INSIDE = "inside"  # with its parent, and so with whoever holds that
    RELEASED = "released"
    USED_UP = "used up"


class State:
    """An item after its last event; "" and None mean not recorded."""

    __slots__ = ("at", "bare", "count", "holder", "mass_mg", "n_inside", "parent", "phase", "seals", "seq", "slack_mg",
                 "unit", "weighed")

    def __init__(self) -> None:
        self.phase = Phase.HELD
        self.holder = ""  # of what was released: who received it
        self.parent: ItemId | None = None
        self.n_inside = 0
        self.seq = ""
        self.at = ""
        self.seals = ""
        self.bare = False  # known to bear no seal
        self.count = ""
        self.unit = ""
        self.mass_mg: int | None = None
        self.weighed = ""  # the mass as it was last stated, if nothing was taken out or put in since
        self.slack_mg = 0  # what cutting may have cost in dust


@dataclass(frozen=True, slots=True)
class Standing:
    """An item as it stands: ``holder`` is "" where nobody of the register's world holds it.

    ``parent`` is what it lies in; ``receiver`` to whom it was released; ``since`` and ``seq`` are time and number of
    its last event. ``seals`` None: not recorded; "": known to bear none.
    """

    phase: Phase
    holder: str
    parent: ItemId | None
    receiver: str
    since: str
    seq: int
    seals: str | None
    count: int | None
    unit: str
    mass_mg: int | None
