"""Exact sums on blocks of a part that is too wide for them: what corrects belief propagation, and measures its error.

A block holds up to fifteen families and fifteen of the remains, the most entangled; what the rest of the case does to
them is kept as the messages say it, and within the block every assignment counts. Where the messages were wrong, two
families with several missing wanting one pair of brothers' remains, say, the block's sums replace them. What is left
is measured on other blocks, grown from other remains, and on smaller ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeward.decide.joint.frontier import frontier_of
from homeward.decide.joint.options import Choice, by_member, different_rows
from homeward.decide.joint.propagation import Beliefs
from homeward.decide.joint.subsets import Sums, sums_of

__all__ = ["BLOCK", "corrected", "measured_error"]

BLOCK = 15
_MOST_BLOCKS = 40  # that are corrected
_MEASURED = 6
_SMALL, _SMALL_IN_ROW = 1e-5, 5  # corrections end when so many blocks in a row move no posterior by more

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Choosers and things, ascending, grown from the thing ``seed``.

    ``inside``: the choosers' options as they are within the block, ``which`` of these each of their options is;
    ``sums`` over all assignments of the block.
    """

    seed: int
    choosers: _Index
    things: _Index
    inside: tuple[Choice, ...]
    which: tuple[_Index, ...]
    sums: Sums

    def members(self) -> list[_Array]:
        """Exact posterior of each member's being each thing, (k, things of the block), for each chooser."""
        return [by_member(c, mass, len(self.things)) for c, mass in zip(self.inside, self.sums.options, strict=True)]


def corrected(choices: Sequence[Choice], beliefs: Beliefs) -> Beliefs:
    """The beliefs, with exact sums where families and remains are most entangled."""
    quiet = 0
    for block in _blocks(choices, beliefs, _MOST_BLOCKS):
        before = beliefs
        beliefs = _replaced(choices, beliefs, block)
        moved = max(float(np.abs(beliefs.members[c] - before.members[c]).max()) for c in block.choosers.tolist())
        quiet = quiet + 1 if moved <= _SMALL else 0
        if quiet == _SMALL_IN_ROW:
            break
    return beliefs


def measured_error(choices: Sequence[Choice], beliefs: Beliefs) -> float:
    """The largest difference of a pairing's posterior from exact sums on other blocks and on smaller ones.

    Blocks of the same size, grown from remains that were no seeds, and the most entangled ones of two thirds of the
    size, which are further from the truth: what they differ by is no less, as a rule, than what is wrong. Of the
    posterior of each of the remains being none of a block's persons, too.
    """
    others = _blocks(choices, beliefs, _MEASURED, seeds=beliefs.seeds)
    smaller = _blocks(choices, beliefs, _MEASURED, size=2 * BLOCK // 3)
    return max((_difference(beliefs, block) for block in (*others, *smaller)), default=0.0)


def _difference(beliefs: Beliefs, block: _Block) -> float:
    believed = [beliefs.members[c][:, block.things] for c in block.choosers.tolist()]
    named = np.sum([b.sum(axis=0) for b in believed], axis=0)
    apart = np.concatenate([*block.members(), 1.0 - block.sums.free[None]]) - np.concatenate([*believed, named[None]])
    return float(np.abs(apart).max())


def _blocks(choices: Sequence[Choice], beliefs: Beliefs, count: int, *, size: int = BLOCK,
            seeds: frozenset[int] = frozenset()) -> Iterator[_Block]:
    """Blocks around the most doubtful things, in turn of all families and of those with several missing.

    ``seeds`` are not used as such again, unless there is nothing else.
    """
    doubt = beliefs.pairs * (1.0 - beliefs.pairs)
    several = [c for c, choice in enumerate(choices) if len(choice.who) > 1]
    left = doubt.copy()
    if len(seeds) < left.shape[1]:
        left[:, list(seeds)] = 0.0
    for number in range(count):
        wanted = left[several] if several and number % 2 else left
        thing = int(wanted.sum(axis=0).argmax())
        if wanted[:, thing].sum() <= 0.0:
            thing = int(left.sum(axis=0).argmax())
        if left[:, thing].sum() <= 0.0:
            return
        left[:, thing] = 0.0
        block = _solved(choices, beliefs, thing, _grown(doubt, thing, size))
        if block is not None:
            left[:, block.things] *= 0.5  # the next ones are looked for elsewhere first
            yield block


def _grown(doubt: _Array, thing: int, most: int) -> tuple[_Index, _Index]:
    """From one thing: in turn the chooser, then the thing, that shares most doubt with those that are in."""
    things, choosers = [thing], list[int]()
    for size in range(1, most + 1):
        if size <= len(doubt):
            shared = doubt[:, things].sum(axis=1)
            shared[choosers] = -1.0
            choosers.append(int(shared.argmax()))
        if size < min(most, doubt.shape[1]):
            shared = doubt[choosers].sum(axis=0)
            shared[things] = -1.0
            things.append(int(shared.argmax()))
    return np.array(sorted(choosers)), np.array(sorted(things))


def _solved(choices: Sequence[Choice], beliefs: Beliefs, seed: int, block: tuple[_Index, _Index]) -> _Block | None:
    """The block with its exact sums; None where its weights span too much."""
    choosers, things = block
    outside = 1.0 + np.delete(beliefs.claims[:, things], choosers, axis=0).sum(axis=0)
    found = [_inside(choices[c], beliefs.open[c], things, outside) for c in choosers.tolist()]
    inside = tuple(choice for choice, _ in found)
    frontier = frontier_of(inside, len(things), most_states=np.inf)
    if frontier is None:
        raise AssertionError("a block has a bounded number of states")
    sums = sums_of(inside, len(things), frontier)
    return None if sums is None else _Block(seed, choosers, things, inside, tuple(which for _, which in found), sums)


def _inside(choice: Choice, free: _Array, things: _Index, outside: _Array) -> tuple[Choice, _Index]:
    """A choice within the block, and which of its options there each of its own is.

    What it takes outside is as free as the messages say, and is nothing inside; what it takes inside stands against the
    claims from ``outside``, which are 1 and these, for each thing.
    """
    place = np.full(len(free) + 1, -1, dtype=np.int32)
    place[things] = np.arange(len(things), dtype=np.int32)
    cost = np.append(-np.log(free), 0.0)
    cost[things] = np.log(outside)
    log_weight = choice.log_weight - cost[choice.picks].sum(axis=1)
    # The first of the different rows is all −1: nothing inside.
    different, which = different_rows(place[choice.picks])
    top = float(log_weight.max())
    together = np.bincount(which, weights=np.exp(log_weight - top), minlength=len(different))
    with np.errstate(divide="ignore"):
        total = np.log(together) + top
    return Choice(choice.who, different, total - total[0]), which


def _replaced(choices: Sequence[Choice], beliefs: Beliefs, block: _Block) -> Beliefs:
    """The beliefs with the block's sums in place of the messages'; what is outside keeps its proportions."""
    n_things = beliefs.pairs.shape[1]
    options, members = list(beliefs.options), list(beliefs.members)
    pairs, free = beliefs.pairs.copy(), beliefs.free.copy()
    for c, which, exact in zip(block.choosers.tolist(), block.which, block.sums.options, strict=True):
        before = np.bincount(which, weights=options[c], minlength=len(exact))
        factor = np.divide(exact, before, out=np.zeros_like(exact), where=before > 0.0)
        options[c] = options[c] * factor[which]
        options[c] = options[c] / options[c].sum()
        members[c] = by_member(choices[c], options[c], n_things)
        pairs[c] = members[c].sum(axis=0)
    outside = np.setdiff1d(np.arange(len(choices)), block.choosers)
    was = beliefs.free[block.things] + beliefs.pairs[np.ix_(outside, block.things)].sum(axis=0)
    factor = block.sums.free / was
    free[block.things] *= factor
    pairs[np.ix_(outside, block.things)] *= factor
    for c in outside.tolist():
        members[c] = members[c].copy()
        members[c][:, block.things] *= factor
    return replace(beliefs, options=tuple(options), members=tuple(members), pairs=pairs, free=free,
                   seeds=beliefs.seeds | {block.seed})
