"""The steps of what is inferred beside the grouping: recovery, completeness, presence, and the spread over boxes.

Persons of whom nothing was found are drawn too, so that each rate is drawn from counts.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from homeward.decide.grouping._compiled import allocating, door, lean
from homeward.decide.grouping._elements import choose
from homeward.decide.grouping._groups import incident_of, rebuild

__all__ = ["log_joint", "rates_step", "refresh"]


@door
def refresh(data: Any, rates: Any) -> None:
    """All that follows from the rates."""
    n_slots, n_levels = rates.odds.shape
    nothing = np.log(np.maximum(rates.shares, 1e-300))
    for t in range(n_slots):
        for q in range(n_levels):
            p = rates.recovery[t] * rates.levels[q]
            rates.odds[t, q] = p / (1.0 - p)
            nothing[q] += math.log(1.0 - p)
    rates.missed[0] = 0.0
    for q in range(n_levels):
        rates.nothing[q] = math.exp(nothing[q])
        rates.missed[0] += rates.nothing[q]
    for t in range(n_slots):
        rates.base[t] = 0.0
        for q in range(n_levels):
            rates.base[t] += rates.nothing[q] * rates.odds[t, q]
    n_boxes = max(len(data.stated), 1)
    s, w = rates.spread_grid[rates.spread[0]], rates.wrong_grid[rates.wrong[0]]
    rates.box[0], rates.box[1], rates.box[2] = s / n_boxes, 1.0 + (1.0 - s) * n_boxes / s, 1.0 / n_boxes
    for i in range(len(rates.rho)):
        p = rates.present[data.stated_class[i]]
        rates.rho[i] = p / (1.0 - p + p * rates.missed[0])
        rates.away[i], rates.near[i] = 1.0 / n_boxes, 0.0
        if data.n_boxes[i] > 0:
            rates.away[i] *= w
            rates.near[i] = (1.0 - w) / data.n_boxes[i]


@allocating
def _persons_by_level(data: Any, state: Any, rates: Any, counts: Any, found: Any, rng: Any) -> None:
    """Draw the completeness of every person here, those of whom nothing was found with them.

    ``counts``: (Q,) persons; ``found``: (n_slots, Q) of them with something in the slot.
    """
    counts[:] = 0.0
    found[:, :] = 0.0
    n_off, n_class = 0, np.zeros(2, np.int64)
    for at in range(state.n_active[0]):
        g = state.active[at]
        q = choose(state.level[g], len(counts), rng)
        counts[q] += 1.0
        for t in range(found.shape[0]):
            if state.count[g, t] > 0:
                found[t, q] += 1.0
        i = incident_of(data, state.label[g])
        if i < 0:
            n_off += 1
        else:
            n_class[data.stated_class[i]] += 1
    unseen = rng.poisson(rates.unlisted[0] * rates.missed[0])
    rates.unlisted[0] = rng.gamma(rates.prior[0] + n_off + unseen, 1.0 / (rates.prior[1] + 1.0))
    for c in range(2):
        listed = 0
        for i in range(len(data.n_boxes)):
            if data.stated_class[i] == c:
                listed += data.start[i + 1] - data.start[i]
        p = rates.present[c]
        chance = p * rates.missed[0] / (1.0 - p + p * rates.missed[0])
        hidden = _binomial(listed - n_class[c], chance, rng)
        here = n_class[c] + hidden
        p = rng.beta(rates.prior[2 + 2 * c] + here, rates.prior[3 + 2 * c] + listed - here)
        rates.present[c] = min(max(p, 1e-9), 1.0 - 1e-9)
        unseen += hidden
    for _ in range(unseen):
        counts[choose(rates.nothing, len(counts), rng)] += 1.0


@allocating
def _binomial(n: int, p: float, rng: Any) -> int:
    return int(rng.binomial(n, p)) if n > 0 and p > 0.0 else 0


@allocating
def _draw_recovery(rates: Any, counts: Any, found: Any, rng: Any) -> None:
    grid = rates.recovery_grid
    weights = np.empty(len(grid))
    for t in range(found.shape[0]):
        largest = -1e300
        for k in range(len(grid)):
            total = (rates.prior[6] - 1.0) * math.log(grid[k]) + (rates.prior[7] - 1.0) * math.log(1.0 - grid[k])
            for q in range(len(counts)):
                p = grid[k] * rates.levels[q]
                total += found[t, q] * math.log(p) + (counts[q] - found[t, q]) * math.log(1.0 - p)
            weights[k] = total
            largest = max(largest, total)
        for k in range(len(grid)):
            weights[k] = math.exp(weights[k] - largest)
        rates.recovery[t] = grid[choose(weights, len(grid), rng)]


@allocating
def _draw_shares(rates: Any, counts: Any, rng: Any) -> None:
    total = 0.0
    for q in range(len(counts)):
        rates.shares[q] = max(rng.gamma(rates.prior[8] + counts[q], 1.0), 1e-12)
        total += rates.shares[q]
    for q in range(len(counts)):
        rates.shares[q] /= total


@lean
def _log_boxes(data: Any, state: Any, rates: Any) -> float:
    """log probability of all boxes under the rates as they are; the groups' sums are made anew."""
    total = 0.0
    for at in range(state.n_active[0]):
        g = state.active[at]
        rebuild(data, state, rates, g)
        i = incident_of(data, state.label[g])
        away, near = rates.box[2], 0.0
        if i >= 0:
            away, near = rates.away[i], rates.near[i]
        total += math.log(1.0 + away * state.all_boxes[g] + near * state.own_boxes[g])
        e = state.head[g]
        while e >= 0:
            if data.box[e] >= 0:
                total += math.log(rates.box[0])
            e = state.following[e]
    return total


@allocating
def _draw_boxes(data: Any, state: Any, rates: Any, which: Any, n: int, rng: Any) -> None:
    """Draw a position in a grid, of the spread or of the share of wrong proveniences."""
    weights = np.empty(n)
    for k in range(n):
        which[0] = k
        refresh(data, rates)
        weights[k] = _log_boxes(data, state, rates)
    largest = weights.max()
    for k in range(n):
        weights[k] = math.exp(weights[k] - largest)
    which[0] = choose(weights, n, rng)


@allocating
def rates_step(data: Any, state: Any, rates: Any, fixed: bool, rng: Any) -> None:
    """Draw all rates given the groups; with ``fixed`` they stay as they are."""
    if not fixed:
        counts, found = np.zeros(len(rates.shares)), np.zeros(rates.odds.shape)
        _persons_by_level(data, state, rates, counts, found, rng)
        _draw_recovery(rates, counts, found, rng)
        _draw_shares(rates, counts, rng)
        if len(data.stated) > 0:
            _draw_boxes(data, state, rates, rates.spread, len(rates.spread_grid), rng)
            _draw_boxes(data, state, rates, rates.wrong, len(rates.wrong_grid), rng)
    refresh(data, rates)
    for at in range(state.n_active[0]):
        rebuild(data, state, rates, state.active[at])


@allocating
def _log_slots(data: Any, state: Any, rates: Any, g: int) -> float:
    """log probability of what was recovered of a group's person, with what further elements of one slot cost."""
    weights = rates.nothing.copy()
    total = 0.0
    e = state.head[g]
    seen = np.zeros(rates.odds.shape[0], np.bool_)
    while e >= 0:
        t = data.slot[e]
        if not seen[t]:
            for q in range(len(weights)):
                weights[q] *= rates.odds[t, q]
            seen[t] = True
        f = state.following[e]
        while f >= 0:
            if data.slot[f] == t and not data.several[t]:
                total += data.penalty[0] if data.zone[f] & data.zone[e] else data.penalty[1]
            f = state.following[f]
        e = state.following[e]
    return total + math.log(weights.sum())


@allocating
def _log_identity(data: Any, state: Any, g: int) -> float:
    """log P(all reports of the group | its label), and of the antemortem lines."""
    total, label = 0.0, state.label[g]
    column = data.column[label] if label >= 0 else -1
    product = np.empty(len(data.population))
    product[:] = 1.0
    e = state.head[g]
    while e >= 0:
        d = data.dna[e]
        if d >= 0:
            product *= data.weights[d]
        if data.am[e] >= 0 and label >= 0:
            total += data.lines[data.am[e], label]
        e = state.following[e]
    if state.n_dna[g] > 0:
        for k in range(len(data.first) - 1):
            inner = 0.0
            for s in range(data.first[k], data.first[k + 1]):
                inner += product[s] * (data.population[s] if column < 0 else data.tables[s, column])
            total += math.log(max(inner, 1e-300))
    return total


@lean
def _log_together(data: Any, state: Any) -> float:
    """log of the associations kept, each counted once from either end."""
    total = 0.0
    for e in range(len(data.slot)):
        for k in range(data.joined_start[e], data.joined_start[e + 1]):
            if state.group[data.joined[k]] == state.group[e]:
                total += 0.5 * data.joined_log[k]
    return total


@allocating
def log_joint(data: Any, state: Any, rates: Any) -> float:
    """log p(grouping, labels, data | rates), constants of the data left out; of the rates' own prior nothing."""
    total = _log_boxes(data, state, rates) + _log_together(data, state)
    for at in range(state.n_active[0]):
        g = state.active[at]
        total += _log_slots(data, state, rates, g) + state.fit[g] + _log_identity(data, state, g)
        if state.label[g] == -1:
            total += math.log(rates.unlisted[0])
    total -= rates.unlisted[0] * (1.0 - rates.missed[0])
    for i in range(len(rates.rho)):
        listed = data.start[i + 1] - data.start[i]
        here, p = state.named[i] + state.lumped[i], rates.present[data.stated_class[i]]
        total += here * math.log(p) + (listed - here) * math.log(1.0 - p + p * rates.missed[0])
        for k in range(state.lumped[i]):
            total += math.log(listed - state.named[i] - k)
    return float(total)
