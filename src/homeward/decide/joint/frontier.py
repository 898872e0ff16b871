"""The order in which choosers are taken, so that few things are open at any time.

A thing is open from its first chooser to its last; which of the open things are taken is the whole state. A thing that
only one chooser can take is never open. Narrow orders are looked for greedily: next comes the chooser that leaves
fewest things open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.decide.joint.options import Choice

__all__ = ["Frontier", "Step", "frontier_of"]

_FAR_TOO_WIDE = 1000  # two to that power is still a number, and more than any limit

_Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One chooser: ``opened`` new things come to the end of the open ones; ``open`` then are these, by bit.

    ``closed``: bits of the things that nobody after him can take, highest first, and ``done`` which things they are.
    """

    chooser: int
    opened: int
    open: tuple[int, ...]
    closed: tuple[int, ...]
    done: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Frontier:
    """The steps, how many things are open at most, and the number of states over all steps."""

    steps: tuple[Step, ...]
    width: int
    states: float


def frontier_of(choices: Sequence[Choice], n_things: int, *, most_states: float) -> Frontier | None:
    """An order of the choosers; None as soon as the order found needs more than ``most_states`` states."""
    takers = np.zeros(n_things, dtype=np.int64)
    for choice in choices:
        takers[choice.things()] += 1
    shared = [_as_bits(thing for thing in choice.things().tolist() if takers[thing] > 1) for choice in choices]
    waiting = dict(enumerate(shared))
    left = takers.copy()
    open_: list[int] = []
    steps: list[Step] = []
    width, states = 0, 0.0
    while waiting:
        chooser = _next(waiting, _as_bits(open_), left)
        mine = _from_bits(waiting.pop(chooser))
        new = [thing for thing in mine if thing not in open_]
        open_ += new
        left[mine] -= 1
        width, states = max(width, len(open_)), states + 2.0 ** min(len(open_), _FAR_TOO_WIDE)
        if states > most_states:
            return None
        closed = [bit for bit, thing in enumerate(open_) if left[thing] == 0][::-1]
        steps.append(Step(chooser, len(new), tuple(open_), tuple(closed), tuple(open_[bit] for bit in closed)))
        open_ = [thing for thing in open_ if left[thing] > 0]
    return Frontier(tuple(steps), width, states)


def _next(waiting: dict[int, int], open_: int, left: _Index) -> int:
    """The chooser after whom fewest things are open; among equals the one who opens fewest, then the first."""
    last = _as_bits(np.flatnonzero(left == 1).tolist())
    best: tuple[int, int, int] | None = None
    for chooser, mine in waiting.items():
        together = open_ | mine
        key = (together & ~(mine & last)).bit_count(), together.bit_count(), chooser
        if best is None or key < best:
            best = key
    if best is None:
        raise AssertionError("somebody is waiting")
    return best[2]


def _as_bits(things: object) -> int:
    bits = 0
    for thing in things:  # type: ignore[attr-defined]
        bits |= 1 << int(thing)
    return bits


def _from_bits(bits: int) -> list[int]:
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found
