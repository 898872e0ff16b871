"""One chain: sweeps of all steps, and what is added up on the way."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from homeward.decide.grouping._compiled import allocating, door, lean
from homeward.decide.grouping._elements import choose, join, place, weigh
from homeward.decide.grouping._groups import add, remove
from homeward.decide.grouping._labels import label_step, label_weights
from homeward.decide.grouping._merges import merge_or_split
from homeward.decide.grouping._rates import log_joint, rates_step

__all__ = ["TRACES", "Sums", "begin", "sweeps"]

TRACES = ("persons", "listed", "pairs", "log_posterior", "unlisted", "present", "spread", "recovery")
_SAME_BOX = 0.8
_LEAST = 1e-7  # a smaller probability of a name is not added up by person


class Sums(NamedTuple):
    """What the recorded sweeps add up. ``recorded``: their number, (1,).

    ``together``: (E, E) in one group. ``by_label``: (E, N) probability of each name given the groups; ``by_place``:
    the same given the names, over the groups that the element could be in. ``unlisted``: (E,). ``traces``: (sweeps, 8).
    """

    recorded: Any
    together: Any
    by_label: Any
    by_place: Any
    unlisted: Any
    traces: Any
    accepted: Any


@door
def begin(data: Any, state: Any, rates: Any, order: Any, alone: bool, rng: Any) -> None:
    """Place all elements, one after the other: each by itself, or where it fits best with those before it."""
    labels = np.empty(len(rates.rho) + 1)
    for e in order:
        n = weigh(data, state, rates, e, labels)
        chosen = n - 1 if alone else choose(state.options, n, rng)
        place(data, state, rates, e, chosen, labels, rng)


@lean
def _tally(data: Any, state: Any, e: int, n: int, labels: Any, out: Any) -> None:
    """Add the probability of each name that the element's options give it."""
    row = data.informs[e]
    total = 0.0
    for i in range(len(labels)):
        total += labels[i]
    for k in range(n):
        p = state.options[k]
        if p < _LEAST:
            continue
        label = -1
        if k < n - 1:
            label = state.label[state.active[k]]
        if label >= 0:
            out[e, label] += p
        elif row >= 0 and (k == n - 1 or label < -1):
            for j in range(data.top.shape[1]):
                m = data.top[row, j]
                if m < 0 or state.owner[m] >= 0:
                    continue
                i = data.incident[m]
                share = labels[i] / total if k == n - 1 else (1.0 if i == -2 - label else 0.0)
                if share > 0.0:
                    out[e, m] += p * share * math.exp(float(data.alone[row, m])) / state.chances[i]


@lean
def _swap(data: Any, state: Any, rates: Any, e: int, f: int, rng: Any) -> bool:
    """Two elements of one slot and of two groups change places, if they may. Neither tells who."""
    g, h = state.group[e], state.group[f]
    if g == h or state.size[g] == 1 or state.size[h] == 1 or data.informs[e] >= 0 or data.informs[f] >= 0:
        return False
    change = 0.0
    for k in range(2):
        remove(data, state, rates, f if k else e)
    for k in range(4):
        weight = join(data, state, rates, e if k < 2 else f, g if k % 2 else h)
        change += weight if k in (0, 3) else -weight
    taken = change >= 0.0 or rng.random() < math.exp(change)
    if taken:
        g, h = h, g
    for k in range(2):
        add(data, state, rates, f if k else e, h if k else g)
    return bool(taken)


@lean
def _swaps(data: Any, state: Any, rates: Any, by_slot: Any, slot_start: Any, n: int, rng: Any) -> int:
    accepted = 0
    for _ in range(n):
        e = int(rng.random() * len(data.slot))
        t = data.slot[e]
        f = by_slot[slot_start[t] + int(rng.random() * (slot_start[t + 1] - slot_start[t]))]
        if _swap(data, state, rates, e, f, rng):
            accepted += 1
    return accepted


@lean
def _merges(data: Any, state: Any, rates: Any, by_box: Any, box_start: Any, n: int, chances: Any, rng: Any) -> int:
    """Merges and splits, of elements of one box rather than of any two."""
    accepted, n_elements = 0, len(data.slot)
    for _ in range(n):
        e = int(rng.random() * n_elements)
        b = data.box[e]
        if b >= 0 and rng.random() < _SAME_BOX:
            f = by_box[box_start[b] + int(rng.random() * (box_start[b + 1] - box_start[b]))]
        else:
            f = int(rng.random() * n_elements)
        if e != f and merge_or_split(data, state, rates, e, f, chances, rng):
            accepted += 1
    return accepted


@lean
def _record(data: Any, state: Any, rates: Any, sums: Any, chances: Any, names: Any) -> None:
    sums.recorded[0] += 1
    for at in range(state.n_active[0]):
        g = state.active[at]
        n = label_weights(data, state, rates, g, chances)
        found = 0
        if state.n_informing[g] > 0:
            for m in range(n):
                if chances[m] > _LEAST:
                    names[found] = m
                    found += 1
        e = state.head[g]
        while e >= 0:
            sums.unlisted[e] += chances[n]
            for k in range(found):
                sums.by_label[e, names[k]] += chances[names[k]]
            f = state.head[g]
            while f >= 0:
                sums.together[e, f] += 1.0
                f = state.following[f]
            e = state.following[e]


@allocating
def _trace(data: Any, state: Any, rates: Any, out: Any) -> None:
    listed, pairs = 0, 0.0
    for at in range(state.n_active[0]):
        g = state.active[at]
        listed += int(state.label[g] != -1)
        pairs += 0.5 * state.size[g] * (state.size[g] - 1)
    out[0], out[1], out[2] = state.n_active[0], listed, pairs
    out[3] = log_joint(data, state, rates)
    out[4], out[5] = rates.unlisted[0], rates.present[0]
    out[6], out[7] = rates.spread_grid[rates.spread[0]], rates.recovery.mean()


@door
def sweeps(data: Any, state: Any, rates: Any, sums: Any, plan: Any, neighbours: Any, rng: Any) -> None:
    """Run sweeps ``plan``[0] up to ``plan``[1]; from ``plan``[2] every ``plan``[3]rd is recorded; rates stay if [4].

    ``neighbours``: the elements by slot, where each slot starts among them, and the same by box.
    """
    by_slot, slot_start, by_box, box_start = neighbours
    n_incidents = len(rates.rho)
    labels = np.empty(n_incidents + 1)
    chances = np.empty(max(len(data.incident), n_incidents) + 1)
    names = np.empty(len(data.incident) + 1, np.int64)
    for sweep in range(plan[0], plan[1]):
        recorded = sweep >= plan[2] and (sweep - plan[2]) % plan[3] == 0
        for e in range(len(data.slot)):
            remove(data, state, rates, e)
            n = weigh(data, state, rates, e, labels)
            if recorded:
                _tally(data, state, e, n, labels, sums.by_place)
            place(data, state, rates, e, choose(state.options, n, rng), labels, rng)
        sums.accepted[1] += _merges(data, state, rates, by_box, box_start, 1 + len(data.slot) // 4, chances, rng)
        sums.accepted[0] += _swaps(data, state, rates, by_slot, slot_start, len(data.slot), rng)
        for at in range(state.n_active[0]):
            label_step(data, state, rates, state.active[at], chances, rng)
        rates_step(data, state, rates, plan[4] > 0, rng)
        _trace(data, state, rates, sums.traces[sweep])
        if recorded:
            _record(data, state, rates, sums, chances, names)
