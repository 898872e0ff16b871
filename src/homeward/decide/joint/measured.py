"""The error of belief propagation, measured against exact sums on blocks of the same case.

A block holds up to fifteen families and fifteen of the remains, the most entangled first; what the rest of the case
does to them is kept as the messages say it. Within the block belief propagation says what it says of the whole; the
exact sum over the block's assignments says what is right there. Families with several missing are in blocks too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from homeward.decide.joint.frontier import frontier_of
from homeward.decide.joint.options import Choice, by_member
from homeward.decide.joint.propagation import Beliefs
from homeward.decide.joint.subsets import sums_of

__all__ = ["BLOCK", "measured_error"]

BLOCK = 15
_BLOCKS = 6

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


def measured_error(choices: Sequence[Choice], beliefs: Beliefs) -> float:
    """The largest difference of a pairing's posterior from the exact one, over the blocks."""
    doubt = beliefs.pairs * (1.0 - beliefs.pairs)
    errors = []
    for choosers, things in _blocks(choices, doubt):
        inside = [_inside(choices[c], beliefs.open[c], things) for c in choosers.tolist()]
        outside = 1.0 + np.delete(beliefs.claims[:, things], choosers, axis=0).sum(axis=0)
        block = [_against(choice, outside) for choice in inside]
        believed = [by_member(choices[c], beliefs.options[c], beliefs.pairs.shape[1])[:, things]
                    for c in choosers.tolist()]
        errors.append(_error(block, believed))
    return max(errors, default=0.0)


def _blocks(choices: Sequence[Choice], doubt: _Array) -> list[tuple[_Index, _Index]]:
    """The most entangled choosers and things: from the most doubtful thing, then from the most doubtful family."""
    left = doubt.copy()
    several = [c for c, choice in enumerate(choices) if len(choice.who) > 1]
    blocks = []
    for number in range(_BLOCKS):
        wanted = left[several] if several and number % 2 else left
        thing = int(wanted.sum(axis=0).argmax())
        if left[:, thing].sum() <= 0.0:
            break
        blocks.append(_grown(doubt, thing))
        left[:, blocks[-1][1]] = 0.0
    return blocks


def _grown(doubt: _Array, thing: int) -> tuple[_Index, _Index]:
    """From one thing: in turn the chooser, then the thing, that shares most doubt with those that are in."""
    things, choosers = [thing], list[int]()
    for size in range(1, BLOCK + 1):
        if size <= len(doubt):
            shared = doubt[:, things].sum(axis=1)
            shared[choosers] = -1.0
            choosers.append(int(shared.argmax()))
        if size < min(BLOCK, doubt.shape[1]):
            shared = doubt[choosers].sum(axis=0)
            shared[things] = -1.0
            things.append(int(shared.argmax()))
    return np.array(sorted(choosers)), np.array(sorted(things))


def _inside(choice: Choice, free: _Array, things: _Index) -> Choice:
    """A choice within the block: what it takes outside is as free as the messages say, and is nothing inside."""
    place = np.full(len(free) + 1, -1, dtype=np.int32)
    place[things] = np.arange(len(things), dtype=np.int32)
    log_free = np.append(np.log(free), 0.0)
    log_free[things] = 0.0
    picks = place[choice.picks]
    log_weight = choice.log_weight + log_free[choice.picks].sum(axis=1)
    different, which = np.unique(picks, axis=0, return_inverse=True)  # the first is all −1: nothing inside
    top = float(log_weight.max())
    together = np.bincount(which.reshape(-1), weights=np.exp(log_weight - top), minlength=len(different))
    with np.errstate(divide="ignore"):
        total = np.log(together) + top
    return Choice(choice.who, different, total - total[0])


def _against(choice: Choice, outside: _Array) -> Choice:
    """A choice against the claims from outside the block, ``outside`` being 1 and these, for each thing."""
    cost = np.append(np.log(outside), 0.0)[choice.picks].sum(axis=1)
    return Choice(choice.who, choice.picks, choice.log_weight - cost)


def _error(block: Sequence[Choice], believed: Sequence[_Array]) -> float:
    """The largest difference, of each member's things and of each thing's staying out of the block."""
    n_things = believed[0].shape[1]
    frontier = frontier_of(block, n_things, most_states=np.inf)
    if frontier is None:
        raise AssertionError("a block has a bounded number of states")
    sums = sums_of(block, n_things, frontier)
    if sums is None:
        return 1.0
    exact = [by_member(choice, posterior, n_things) for choice, posterior in zip(block, sums.options, strict=True)]
    apart = np.concatenate([*exact, 1.0 - sums.free[None]]) - np.concatenate(
        [*believed, np.sum([b.sum(axis=0) for b in believed], axis=0)[None]])
    return float(np.abs(apart).max())
