"""The best assignment of a part that is too wide for best sums: an integer programme over the few options that count.

Prices of the things, from the linear relaxation, bound every assignment: none weighs more than Σ prices + Σ over
choosers of the most that an option brings beyond its things' prices. An option that brings less than its chooser's
most by more than the bound exceeds an assignment already found is in no better one (reduced-cost fixing; Dantzig,
Fulkerson & Johnson 1954, doi:10.1287/opre.2.4.393). So options are left out, and still the best of all is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_array

from homeward.decide.joint.options import Choice

__all__ = ["best_packing"]

_LIKELY = 0.01  # posterior from which an option is among the first that are looked at
_ROUNDS = 50
_ROUNDING = 1e-7  # natural log weight
_SLACK = 1.0  # natural log weight; what the relaxation is first thought to exceed the best assignment by

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]
_Mask = NDArray[np.bool_]


def best_packing(choices: Sequence[Choice], n_things: int, posterior: Sequence[_Array]) -> tuple[list[int], float]:
    """The option of each choice that the assignment of greatest weight takes, and its natural log weight.

    ``posterior``: of each choice's options, roughly: where to begin.
    """
    every = _Options.of(choices, n_things)
    likely = np.concatenate([mass[1:] >= _LIKELY for mass in posterior] or [np.zeros(0, dtype=np.bool_)])
    loss, bound = every.losses(likely)
    slack, taken, weight = _SLACK, np.zeros(0, dtype=np.int64), 0.0
    for _ in range(2):
        near = np.flatnonzero(loss <= slack)
        taken = near[_packed(every.matrix(near), every.weight[near])]
        weight = float(every.weight[taken].sum())
        if bound - weight <= slack:
            break
        slack = bound - weight + _ROUNDING
    found = [0] * len(choices)
    for owner, option in zip(every.owner[taken].tolist(), every.number[taken].tolist(), strict=True):
        found[owner] = option
    return found, weight


@dataclass(frozen=True, slots=True, eq=False)
class _Options:
    """All options but those of taking nothing: whose, which of his, what they take, filled up with ``n_things``."""

    owner: _Index
    number: _Index
    picks: _Index
    weight: _Array
    n_choices: int
    n_things: int

    @classmethod
    def of(cls, choices: Sequence[Choice], n_things: int) -> _Options:
        sizes = [len(c.picks) - 1 for c in choices]
        most = max((len(c.who) for c in choices), default=1)
        picks = np.full((sum(sizes), most), n_things, dtype=np.int64)
        start = 0
        for choice, size in zip(choices, sizes, strict=True):
            mine = choice.picks[1:]
            picks[start:start + size, :mine.shape[1]] = np.where(mine >= 0, mine, n_things)
            start += size
        return cls(np.repeat(np.arange(len(choices)), sizes),
                   np.concatenate([np.arange(1, size + 1) for size in [0, *sizes]]), picks,
                   np.concatenate([np.zeros(0), *(c.log_weight[1:] for c in choices)]), len(choices), n_things)

    def matrix(self, which: _Index) -> csc_array:
        """A column for each option: 1 in its owner's row and in those of what it takes."""
        rows = np.concatenate([self.owner[which, None], self.n_choices + self.picks[which]], axis=1)
        held = rows < self.n_choices + self.n_things
        ends = np.append(0, held.sum(axis=1).cumsum())
        return csc_array((np.ones(int(ends[-1])), rows[held], ends),
                         shape=(self.n_choices + self.n_things, len(which)))

    def losses(self, first: _Mask) -> tuple[_Array, float]:
        """What an assignment with each option loses at least, against the bound; and the bound, natural log weights.

        Prices come from the relaxation over ``first`` and what it turns out to lack.
        """
        mine = first.copy()
        best: tuple[_Array, float] | None = None
        for _ in range(_ROUNDS):
            prices = self._prices(np.flatnonzero(mine))
            gain = self.weight - np.append(prices, 0.0)[self.picks].sum(axis=1)
            most, known = np.zeros(self.n_choices), np.zeros(self.n_choices)
            np.maximum.at(most, self.owner, gain)
            np.maximum.at(known, self.owner[mine], gain[mine])
            bound = float(most.sum() + prices.sum())
            if best is None or bound < best[1]:
                best = most[self.owner] - gain, bound
            lacking = gain > np.maximum(known + _ROUNDING, most - _SLACK)[self.owner]
            if not lacking.any():
                break
            mine |= lacking
        if best is None:
            raise AssertionError("there is at least one round")
        return best

    def _prices(self, which: _Index) -> _Array:
        """The things' prices in the relaxation over some of the options."""
        if not len(which):
            return np.zeros(self.n_things)
        found = linprog(-self.weight[which], A_ub=self.matrix(which), b_ub=np.ones(self.n_choices + self.n_things),
                        method="highs")
        return np.asarray(np.maximum(-found.ineqlin.marginals[self.n_choices:], 0.0))


def _packed(matrix: csc_array, weight: _Array) -> _Index:
    """Which options to take: of each choice at most one, each thing at most once, the greatest total weight."""
    if not len(weight):
        return np.zeros(0, dtype=np.int64)
    found = milp(-weight, integrality=np.ones(len(weight)), bounds=Bounds(0.0, 1.0),
                 constraints=LinearConstraint(matrix, ub=np.ones(matrix.shape[0])), options={"mip_rel_gap": 0.0})
    if found.x is None:
        raise AssertionError("taking no option at all is always possible")
    return np.flatnonzero(found.x > 0.5)
