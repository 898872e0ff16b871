"""The step of one group's label: whose it is, given all its elements and all other groups' labels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from homeward.decide.grouping._compiled import allocating, door, lean
from homeward.decide.grouping._elements import choose
from homeward.decide.grouping._groups import relabel

__all__ = ["label_step", "label_weights", "log_lrs_of", "singles"]

_FAR = 34.0  # natural log: a person so much less probable than the best is left out of the sum


@lean
def _product(data: Any, members: Any, k: int, out: Any) -> float:
    """Weights of all the members' samples at one marker, into ``out``; the smallest, −1 where none is typed."""
    low, high, typed = data.first[k], data.first[k + 1], False
    out[low:high] = 1.0
    for e in members:
        d = data.dna[e]
        if d >= 0 and data.typed[d, k]:
            typed = True
            for s in range(low, high):
                out[s] *= data.weights[d, s]
    if not typed:
        return -1.0
    least = out[low]
    for s in range(low, high):
        least = min(least, out[s])
    return float(least)


@lean
def _add_marker(data: Any, product: Any, k: int, least: float, ratio: Any, column: Any) -> None:
    """Multiply in one marker's LR of each person. Most states weigh alike, and tables sum to 1: one term for all."""
    low, high = data.first[k], data.first[k + 1]
    below = 0.0
    for s in range(low, high):
        below += product[s] * data.population[s]
    column[:] = least
    for s in range(low, high):
        above = product[s] - least
        if above > 1e-12 * least:
            for r in range(len(column)):
                column[r] += above * data.tables[s, r]
    scale = 1.0 / below
    for r in range(len(column)):
        ratio[r] *= column[r] * scale


@allocating
def _genetic(data: Any, members: Any, out: Any) -> None:
    n_ref = data.tables.shape[1]
    ratio, column = np.ones(n_ref), np.empty(n_ref)
    total, product = np.zeros(n_ref), np.empty(len(data.population))
    for k in range(len(data.first) - 1):
        least = _product(data, members, k, product)
        if least >= 0.0:
            _add_marker(data, product, k, least, ratio, column)
        if k % 8 == 7 or k == len(data.first) - 2:
            for r in range(n_ref):
                total[r] += math.log(ratio[r] + 1e-300)
                ratio[r] = 1.0
    for m in range(len(out)):
        if data.column[m] >= 0:
            out[m] = total[data.column[m]]


@allocating
def log_lrs_of(data: Any, members: Any, out: Any) -> None:
    """log LR of all evidence on the identity of some elements for each person, against someone not on the roster."""
    out[:] = 0.0
    for e in members:
        if data.dna[e] >= 0:
            _genetic(data, members, out)
            break
    for e in members:
        if data.am[e] >= 0:
            for m in range(len(out)):
                out[m] += data.lines[data.am[e], m]


@door
def singles(data: Any, elements: Any, out: Any) -> None:
    """The same of each informative element by itself: (n, N)."""
    for k in range(len(elements)):
        log_lrs_of(data, elements[k:k + 1], out[k])


@lean
def _informative(data: Any, state: Any, g: int) -> int:
    """The group's informative elements into ``informers``; their number."""
    n, e = 0, state.head[g]
    while e >= 0:
        if data.informs[e] >= 0:
            state.informers[n] = e
            n += 1
        e = state.following[e]
    return n


@lean
def _log_lrs(data: Any, state: Any, g: int) -> None:
    """Bring the group's row of ``log_lrs`` up to date, from another row of the same elements where there is one."""
    sought = state.signature[g]
    if state.held[g] == sought:
        return
    n = _informative(data, state, g)
    out = state.log_lrs[g]
    if n == 1:
        row = data.informs[state.informers[0]]
        for m in range(len(out)):
            out[m] = data.alone[row, m]
    else:
        same = -1
        for r in range(len(state.held)):
            if state.held[r] == sought:
                same = r
                break
        if same >= 0:
            for m in range(len(out)):
                out[m] = state.log_lrs[same, m]
        else:
            log_lrs_of(data, state.informers[:n], out)
    state.held[g] = sought


@lean
def _own_sums(data: Any, state: Any, rates: Any, g: int, out: Any) -> None:
    """Σ (R^n − 1) over the group's boxes that state each incident."""
    out[:] = 0.0
    e = state.head[g]
    while e >= 0:
        b = data.box[e]
        if b >= 0 and data.stated[b] >= 0:
            n = state.in_box[g, b]
            out[data.stated[b]] += (rates.box[1] ** n - 1.0) / n
        e = state.following[e]


@lean
def label_weights(data: Any, state: Any, rates: Any, g: int, out: Any) -> int:
    """Probability of each label of a group: persons, or incidents where nothing tells who; the last "not listed".

    Returns their number. The group's own label is taken as free.
    """
    label = state.label[g]
    informing = state.n_informing[g] > 0
    own_incident = -1
    if label != -1:
        own_incident = data.incident[label] if label >= 0 else -2 - label
    n_incidents = len(data.start) - 1
    n = len(data.incident) if informing else n_incidents
    own = state.chances
    _own_sums(data, state, rates, g, own)
    total = rates.unlisted[0] * (1.0 + rates.box[2] * state.all_boxes[g])
    largest = 0.0
    if informing:
        _log_lrs(data, state, g)
        log_lrs = state.log_lrs[g]
        for m in range(n):
            if state.owner[m] < 0 or m == label:
                largest = max(largest, float(log_lrs[m]))
    out[n] = total * math.exp(-largest)
    total = out[n]
    for i in range(n_incidents):
        named, lumped = state.named[i], state.lumped[i]
        if i == own_incident:
            named, lumped = (named - 1, lumped) if label >= 0 else (named, lumped - 1)
        free = data.start[i + 1] - data.start[i] - named
        here = rates.rho[i] * (1.0 + rates.away[i] * state.all_boxes[g] + rates.near[i] * own[i])
        if informing:
            here *= (free - lumped) / max(free, 1)
            for m in range(data.start[i], data.start[i + 1]):
                out[m] = 0.0
                if here > 0.0 and log_lrs[m] > largest - _FAR and (state.owner[m] < 0 or m == label):
                    out[m] = here * math.exp(float(log_lrs[m]) - largest)
                    total += out[m]
        else:
            out[i] = max(free - lumped, 0) * here
            total += out[i]
    for k in range(n + 1):
        out[k] /= total
    return int(n)


@lean
def label_step(data: Any, state: Any, rates: Any, g: int, out: Any, rng: Any) -> int:
    """Draw the group's label anew; the probabilities stay in ``out``. Returns how many there are but the last."""
    n = label_weights(data, state, rates, g, out)
    chosen = choose(out, n + 1, rng)
    label = -1
    if chosen < n:
        label = chosen if state.n_informing[g] > 0 else -2 - chosen
    relabel(data, state, rates, g, label)
    return int(n)
