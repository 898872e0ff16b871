"""The best assignments in their order, without listing the others.

Within a part, a search that always goes on from the most promising beginning (A*; Hart, Nilsson & Raphael 1968,
doi:10.1109/TSSC.1968.300136): the best of what can follow is known exactly from the backward pass, so that nothing is
gone into in vain. Parts are then joined, best sums first. Where a part was too wide for that, its one best assignment
comes from an integer programme (``packing``).
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.decide.joint.packing import best_packing
from homeward.decide.joint.parts import Oriented, Part
from homeward.decide.joint.solve import Solution, Solved
from homeward.decide.joint.subsets import best_of, masks_of

__all__ = ["Ranked", "ranked"]

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]
_Pair = tuple[int, int]  # row of the person, column of the remains


@dataclass(frozen=True, slots=True)
class Ranked:
    """One assignment: its pairs, and its natural log weight, prior times LR, against no remains being anyone."""

    pairs: tuple[_Pair, ...]
    log_weight: float


def ranked(solution: Solution, count: int) -> list[Ranked]:
    """The ``count`` best assignments under the solution's prior, best first.

    Where a part's messages were approximate, its best assignment alone is combined with the others'.
    """
    lists = [found for solved in solution.parts for found in _lists(solved, count)]
    weight, which = np.zeros(1), np.zeros((1, 0), dtype=np.int64)
    for found in lists:
        more = np.array([r.log_weight for r in found])
        # Of the sums of two falling lists the best have small ranks in both.
        i, j = np.nonzero((np.arange(len(weight))[:, None] + 1) * (np.arange(len(more)) + 1) <= count)
        order = np.argsort(-(weight[i] + more[j]), kind="stable")[:count]
        weight = weight[i[order]] + more[j[order]]
        which = np.concatenate([which[i[order]], j[order][:, None]], axis=1)
    return [Ranked(tuple(sorted(pair for found, place in zip(lists, row, strict=True) for pair in found[place].pairs)),
                   float(total)) for row, total in zip(which.tolist(), weight.tolist(), strict=True)]


def _lists(solved: Solved, count: int) -> Iterator[list[Ranked]]:
    """For each inner part its best assignments, best first."""
    if not solved.oriented:
        yield [_integer_best(solved)]
    for inner, oriented in solved.oriented:
        yield [Ranked(_pairs(solved.part, inner, oriented, options), weight)
               for weight, options in itertools.islice(_best_first(oriented), count)]


def _pairs(part: Part, inner: Part, oriented: Oriented, options: Sequence[int]) -> tuple[_Pair, ...]:
    """The pairs of an assignment in rows and columns of the whole."""
    persons = [part.choices[c].who for c in inner.which.tolist()]
    columns = part.things[inner.things]
    pairs = []
    for number, (choice, option) in enumerate(zip(oriented.choices, options, strict=True)):
        for i, thing in enumerate(choice.picks[option].tolist()):
            if thing >= 0 and oriented.turned:
                pairs.append((int(persons[thing][0]), int(columns[number])))
            elif thing >= 0:
                pairs.append((int(persons[number][i]), int(columns[thing])))
    return tuple(pairs)


@dataclass(frozen=True, slots=True, eq=False)
class _Expansion:
    """The options from one state at one step, best first: the bound of the whole, and the state that follows."""

    step: int
    order: _Index
    bounds: _Array
    states: _Index


_Entry = tuple[float, int, float, tuple[int, ...], _Expansion, int]  # −bound, tie, weight so far, beginning, and rank


class _Search:
    """One part, with the best of what follows each state."""

    def __init__(self, oriented: Oriented) -> None:
        best = best_of(oriented.choices, oriented.n_things, oriented.frontier)
        self.steps = oriented.frontier.steps
        self.highest = best.highest
        self._onwards = best.onwards
        self._weights = [oriented.choices[step.chooser].log_weight for step in self.steps]
        self._masks = [masks_of(oriented.choices[step.chooser], step, oriented.n_things) for step in self.steps]

    def expanded(self, step: int, state: int, so_far: float) -> _Expansion:
        """Every option that is possible from a state."""
        masks = self._masks[step]
        fits = np.flatnonzero(masks & state == 0)
        after = masks[fits] | state
        for bit in self.steps[step].closed:
            after = (after >> (bit + 1) << bit) | (after & ((1 << bit) - 1))
        bounds = so_far + self._weights[step][fits] + self._onwards[step + 1][after]
        order = np.argsort(-bounds, kind="stable")
        order = order[bounds[order] > -np.inf]
        return _Expansion(step, fits[order], bounds[order], after[order])


def _best_first(oriented: Oriented) -> Iterator[tuple[float, list[int]]]:
    """All assignments of one part, best first: natural log weight, and each chooser's option."""
    search = _Search(oriented)
    ties = itertools.count()
    heap: list[_Entry] = [(-search.highest, next(ties), 0.0, (), search.expanded(0, 0, 0.0), 0)]
    while heap:
        bound, _, so_far, chosen, expansion, rank = heapq.heappop(heap)
        if rank + 1 < len(expansion.order):
            heapq.heappush(heap, (-expansion.bounds[rank + 1], next(ties), so_far, chosen, expansion, rank + 1))
        option = int(expansion.order[rank])
        chosen = (*chosen, option)
        if expansion.step + 1 == len(search.steps):
            options = [0] * len(chosen)
            for step, taken in zip(search.steps, chosen, strict=True):
                options[step.chooser] = taken
            yield -bound, options
            continue
        weight = so_far + float(oriented.choices[search.steps[expansion.step].chooser].log_weight[option])
        further = search.expanded(expansion.step + 1, int(expansion.states[rank]), weight)
        heapq.heappush(heap, (-further.bounds[0], next(ties), weight, chosen, further, 0))


def _integer_best(solved: Solved) -> Ranked:
    """The best assignment of a part whose messages were approximate."""
    choices, things = solved.part.choices, solved.part.things
    found, weight = best_packing(choices, len(things), solved.options)
    return Ranked(tuple((int(row), int(things[thing])) for choice, option in zip(choices, found, strict=True)
                        for row, thing in zip(choice.who.tolist(), choice.picks[option].tolist(), strict=True)
                        if thing >= 0), weight)
