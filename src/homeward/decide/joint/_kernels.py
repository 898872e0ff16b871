"""The kernels of joint identification: sums and maxima over which things are taken, and messages between pairs.

A state is a set of open things as bits; an option needs the bits of its mask free and sets them. Options of one thing
go block by block over the states, so that the inner loop runs along memory; the few of several things go one by one.
Indices are unsigned: a signed one costs Numba a test for wrap-around at each access.
"""
# mypy: disable-error-code="misc"

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

__all__ = [
    "claims_of_family", "claims_of_rows", "free_of_claims", "gather", "gather_best", "shortest_paths",
    "spread", "spread_best",
]

_ZERO, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)


@nb.njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def spread(before: Any, masks: Any, weights: Any, after: Any) -> None:
    """after[S | mask] += before[S] · weight, for each state S and each option whose mask is free in S."""
    n = np.uint64(len(before))
    for o in range(len(masks)):
        mask, w = masks[o], weights[o]
        if mask == _ZERO:
            for s in range(n):
                after[s] += before[s] * w
        elif mask & (mask - _ONE) == _ZERO:
            for start in range(_ZERO, n, _TWO * mask):
                for s in range(start, start + mask):
                    after[s + mask] += before[s] * w
        else:
            for s in range(n):
                if s & mask == _ZERO:
                    after[s | mask] += before[s] * w


@nb.njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract", "reassoc"})
def gather(before: Any, masks: Any, weights: Any, after: Any, back: Any, mass: Any) -> None:
    """The same backwards: back[S] = Σ after[S | mask] · weight; ``mass`` of each option is added up beside it."""
    n = np.uint64(len(before))
    for o in range(len(masks)):
        mask, w, total = masks[o], weights[o], 0.0
        if mask == _ZERO:
            for s in range(n):
                back[s] += after[s] * w
                total += before[s] * after[s]
        elif mask & (mask - _ONE) == _ZERO:
            for start in range(_ZERO, n, _TWO * mask):
                for s in range(start, start + mask):
                    back[s] += after[s + mask] * w
                    total += before[s] * after[s + mask]
        else:
            for s in range(n):
                if s & mask == _ZERO:
                    back[s] += after[s | mask] * w
                    total += before[s] * after[s | mask]
        mass[o] = total * w


@nb.njit(cache=True, nogil=True, error_model="numpy", fastmath={"nnan", "nsz", "reassoc"})
def spread_best(before: Any, masks: Any, log_weights: Any, after: Any) -> None:
    """after[S | mask] = the best of before[S] + log weight."""
    n = np.uint64(len(before))
    for o in range(len(masks)):
        mask, w = masks[o], log_weights[o]
        if mask == _ZERO:
            for s in range(n):
                after[s] = max(after[s], before[s] + w)
        elif mask & (mask - _ONE) == _ZERO:
            for start in range(_ZERO, n, _TWO * mask):
                for s in range(start, start + mask):
                    after[s + mask] = max(after[s + mask], before[s] + w)
        else:
            for s in range(n):
                if s & mask == _ZERO:
                    after[s | mask] = max(after[s | mask], before[s] + w)


@nb.njit(cache=True, nogil=True, error_model="numpy", fastmath={"nnan", "nsz", "reassoc"})
def gather_best(before: Any, masks: Any, log_weights: Any, after: Any, back: Any, best: Any) -> None:
    """The same backwards: back[S], and the ``best`` whole that each option is part of."""
    n = np.uint64(len(before))
    for o in range(len(masks)):
        mask, w, most = masks[o], log_weights[o], -np.inf
        if mask == _ZERO:
            for s in range(n):
                back[s] = max(back[s], after[s] + w)
                most = max(most, before[s] + after[s])
        elif mask & (mask - _ONE) == _ZERO:
            for start in range(_ZERO, n, _TWO * mask):
                for s in range(start, start + mask):
                    back[s] = max(back[s], after[s + mask] + w)
                    most = max(most, before[s] + after[s + mask])
        else:
            for s in range(n):
                if s & mask == _ZERO:
                    back[s] = max(back[s], after[s | mask] + w)
                    most = max(most, before[s] + after[s | mask])
        best[o] = most + w


@nb.njit(cache=True, nogil=True, error_model="numpy", fastmath={"nnan", "reassoc", "contract"})
def claims_of_rows(rows: Any, weights: Any, nothing: Any, free: Any, claims: Any) -> None:
    """claims[r, j] = w_ij / (nothing_i + Σ_{k≠j} w_ik free_rk) for each i and r = rows[i].

    One of the terms at most has more than half of the sum; without it the sum is taken anew, since a subtraction would
    lose what is left. All others are subtracted.
    """
    n, m = weights.shape
    for i in range(n):
        r, total, most = rows[i], nothing[i], 0.0
        for j in range(m):
            term = weights[i, j] * free[r, j]
            total += term
            most = max(most, term)
        for j in range(m):
            claims[r, j] = weights[i, j] / (total - weights[i, j] * free[r, j])
        if most > 0.5 * total:
            place = 0
            while place < m - 1 and weights[i, place] * free[r, place] < most:
                place += 1
            without = nothing[i]
            for j in range(m):
                if j != place:
                    without += weights[i, j] * free[r, j]
            claims[r, place] = weights[i, place] / without


@nb.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def free_of_claims(claims: Any, damping: Any, before: Any, free: Any) -> Any:
    """free[i, j] = 1 / (1 + Σ_{k≠i} claims_kj), damped; the largest change. ``before`` is room to work in."""
    n, m = claims.shape
    total = np.ones(m)
    for i in range(n):
        for j in range(m):
            before[i, j] = total[j]
            total[j] += claims[i, j]
    after, change = np.zeros(m), 0.0
    for i in range(n - 1, -1, -1):
        for j in range(m):
            now = 1.0 / (before[i, j] + after[j])
            change = max(change, abs(now - free[i, j]))
            free[i, j] += (1.0 - damping) * (now - free[i, j])
            after[j] += claims[i, j]
    return change


@nb.njit(cache=True, nogil=True, error_model="numpy")
def claims_of_family(picks: Any, weights: Any, free: Any, mass: Any, claims: Any) -> None:
    """Claims of one family with several missing on each thing, by its options; ``mass`` of each option beside it.

    claims[j] = Σ_{o∋j} w_o ∏_{k∈o, k≠j} free_k / Σ_{o∌j} w_o ∏_{k∈o} free_k. Where the options with j have most of the
    mass, those without are summed anew: a subtraction would lose them.
    """
    n, k = picks.shape
    total, taken = 0.0, np.zeros(len(free))
    for o in range(n):
        value = weights[o]
        for i in range(k):
            if picks[o, i] >= 0:
                value *= free[picks[o, i]]
        mass[o] = value
        total += value
        for i in range(k):
            if picks[o, i] >= 0:
                taken[picks[o, i]] += value
    for j in range(len(free)):
        without = total - taken[j]
        if without < 0.5 * total:
            without = 0.0
            for o in range(n):
                holds = False
                for i in range(k):
                    holds = holds or picks[o, i] == j
                if not holds:
                    without += mass[o]
        claims[j] = taken[j] / (free[j] * without) if taken[j] > 0.0 else 0.0


@nb.njit(cache=True, nogil=True, error_model="numpy")
def shortest_paths(cost: Any) -> None:
    """All shortest paths in place, (n, n), no negative cycles (Floyd 1962, doi:10.1145/367766.368168)."""
    n = len(cost)
    for k in range(n):
        through = cost[k]
        for i in range(n):
            first = cost[i, k]
            if first < np.inf:
                row = cost[i]
                for j in range(n):
                    row[j] = min(row[j], first + through[j])
