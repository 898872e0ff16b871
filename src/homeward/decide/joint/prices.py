"""Prices of things that many choosers want, so that the weights of a part stay within what a double can hold.

With prices v ≥ 0 an option's weight is divided by e^v of each of its things, a thing that stays free counts e^−v, and
each chooser's weights are divided by their greatest: every assignment's weight changes by the same factor. What the
best assignment loses in scale is the gap to the bound Σ_choosers max + Σ v (Lagrangian duality; Held, Wolfe & Crowder
1974, doi:10.1007/BF01580223). Where it is too large without prices, they are raised by subgradient steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.decide.joint.options import Choice

__all__ = ["Priced", "priced"]

_GAP = 350.0  # natural log; with it 1e-150 of the best is still a number
_ROUNDS = 400

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """Weights of each chooser's options, at most 1; ``free`` (n_things,), what a thing counts that nobody takes.

    ``log_scale``: natural log of what every assignment's weight was divided by.
    """

    weights: tuple[_Array, ...]
    free: _Array
    log_scale: float


def priced(choices: Sequence[Choice], n_things: int) -> Priced | None:
    """The scaled weights; None where no prices were found that keep the best assignment within reach."""
    prices = np.zeros(n_things)
    reached = _greedy(choices, n_things)
    best, bound = prices, np.inf
    for _ in range(_ROUNDS):
        now, slope = _bound(choices, prices)
        if now < bound:
            best, bound = prices, now
        if bound - reached <= _GAP:
            return _scaled(choices, best)
        steepness = float((slope**2).sum())
        if steepness == 0.0:
            break
        prices = np.maximum(prices - (now - reached) / steepness * slope, 0.0)
    return None


def _bound(choices: Sequence[Choice], prices: _Array) -> tuple[float, _Array]:
    """No assignment weighs more than this, natural log; and how it changes with each price."""
    total, slope = float(prices.sum()), np.ones(len(prices))
    for choice in choices:
        cost = _charged(choice, prices)
        best = int(cost.argmax())
        total += float(cost[best])
        slope[choice.picks[best][choice.picks[best] >= 0]] -= 1.0
    return total, np.where((prices > 0.0) | (slope < 0.0), slope, 0.0)


def _charged(choice: Choice, prices: _Array) -> _Array:
    return np.asarray(choice.log_weight - np.append(prices, 0.0)[choice.picks].sum(axis=1))


def _scaled(choices: Sequence[Choice], prices: _Array) -> Priced:
    charged = [_charged(c, prices) for c in choices]
    tops = [float(c.max()) for c in charged]
    return Priced(tuple(np.exp(c - top) for c, top in zip(charged, tops, strict=True)), np.exp(-prices),
                  sum(tops) + float(prices.sum()))


def _greedy(choices: Sequence[Choice], n_things: int) -> float:
    """Natural log weight of an assignment made choice by choice, the greatest first: a lower bound of the best."""
    taken = np.zeros(n_things + 1, dtype=np.bool_)
    total = 0.0
    for choice in sorted(choices, key=lambda c: -float(c.log_weight.max())):
        possible = ~taken[choice.picks].any(axis=1)
        best = int(np.where(possible, choice.log_weight, -np.inf).argmax())
        total += float(choice.log_weight[best])
        taken[choice.picks[best][choice.picks[best] >= 0]] = True
    return total
