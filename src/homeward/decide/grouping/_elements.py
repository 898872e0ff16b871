"""The step of one element: it leaves its group and joins one again, a new one included, with the right probability.

An element with evidence on identity that joins a group of "someone of incident i" (or opens a group) brings the name
with it: the choice is of group and label at once, summed over all free persons. What is taken away is put back the
same way, so that the step leaves the posterior as it is.
"""

from __future__ import annotations

import math
from typing import Any

from homeward.decide.grouping._compiled import lean
from homeward.decide.grouping._groups import add, delta_bones, evidence, incident_of, open_group, relabel, remove

__all__ = ["choose", "element_step", "free_lrs", "home", "join", "place"]

_NONE = -1e300
_FAR = -45.0  # natural log: below this a marker after marker product is not followed further


@lean
def home(data: Any, rates: Any, incident: int, b: int) -> float:
    """Probability of finding one element of a new person of an incident (−1: of none) in box b, as all elsewhere."""
    if b < 0:
        return 1.0
    step = rates.box[1] - 1.0
    if incident < 0:
        return float(rates.box[0] * (1.0 + rates.box[2] * step))
    chance = rates.away[incident]
    if data.stated[b] == incident:
        chance += rates.near[incident]
    return float(rates.box[0] * (1.0 + chance * step))


@lean
def _boxed(data: Any, state: Any, rates: Any, e: int, g: int) -> float:
    """Ratio of the group's probability of boxes, with the element over without it."""
    b = data.box[e]
    if b < 0:
        return 1.0
    i = incident_of(data, state.label[g])
    away, near = rates.box[2], 0.0
    if i >= 0:
        away, near = rates.away[i], rates.near[i]
    before = 1.0 + away * state.all_boxes[g] + near * state.own_boxes[g]
    step = rates.box[1] ** state.in_box[g, b] * (rates.box[1] - 1.0)
    chance = away + near if i >= 0 and data.stated[b] == i else away
    return float(rates.box[0] * (1.0 + chance * step / before))


@lean
def _same_slot(data: Any, state: Any, e: int, g: int) -> float:
    """log of what further elements of one bone and side cost: a fragment of it, or an error in the inventory."""
    total, f = 0.0, state.head[g]
    if data.several[data.slot[e]]:
        return 0.0
    while f >= 0:
        if data.slot[f] == data.slot[e]:
            total += data.penalty[0] if data.zone[f] & data.zone[e] else data.penalty[1]
        f = state.following[f]
    return total


@lean
def _associated(data: Any, state: Any, e: int, g: int) -> float:
    total = 0.0
    for k in range(data.joined_start[e], data.joined_start[e + 1]):
        if state.group[data.joined[k]] == g:
            total += data.joined_log[k]
    return total


@lean
def _typed_alike(data: Any, state: Any, e: int, g: int, least: float) -> float:
    """log P(the element's report | all reports of the group, its label) − log P(it | population)."""
    d = data.dna[e]
    if not data.compatible[d, state.anchor[g]]:
        return _NONE
    mixed, total, product = state.mixed[state.row[g]], -data.log_population[d], 1.0
    for k in range(len(data.first) - 1):
        if data.typed[d, k]:
            inner = 0.0
            for s in range(data.first[k], data.first[k + 1]):
                inner += mixed[s] * data.weights[d, s]
            product *= inner
            if product < 1e-20:
                total += math.log(max(product, 1e-300))
                product = 1.0
                # No factor is above 1, so that it can only fall.
                if total < least:
                    return _NONE
    return float(total + math.log(product))


@lean
def _told_apart(data: Any, state: Any, e: int, g: int) -> float:
    """log of what an informative element says of the label of a group that has a person's name, or none."""
    label, row = state.label[g], data.informs[e]
    if state.row[g] < 0 or data.dna[e] < 0:
        return float(data.alone[row, label]) if label >= 0 else 0.0
    total = _typed_alike(data, state, e, g, _FAR)
    if label >= 0 and data.am[e] >= 0:
        total += data.lines[data.am[e], label]
    return float(total)


@lean
def free_lrs(data: Any, state: Any, row: int, out: Any) -> None:
    """Σ LR over the persons of each incident whose name is free."""
    for i in range(len(out)):
        out[i] = data.rest[row, i]
    for k in range(data.top.shape[1]):
        m = data.top[row, k]
        if m >= 0 and state.owner[m] < 0:
            out[data.incident[m]] += math.exp(float(data.alone[row, m]))
    for at in range(state.n_active[0]):
        m = state.label[state.active[at]]
        if m >= 0:
            is_top = False
            for k in range(data.top.shape[1]):
                is_top |= data.top[row, k] == m
            if not is_top:
                out[data.incident[m]] -= math.exp(float(data.alone[row, m]))
    for i in range(len(out)):
        out[i] = max(out[i], 0.0)


@lean
def join(data: Any, state: Any, rates: Any, e: int, g: int) -> float:
    """log of the weight of group g for element e, against leaving e out."""
    slot = data.slot[e]
    total = 0.0
    if state.count[g, slot] > 0:
        total, linear = _same_slot(data, state, e, g), 1.0
    else:
        linear = 0.0
        for q in range(len(rates.shares)):
            linear += state.level[g, q] * rates.odds[slot, q]
    total += math.log(linear * _boxed(data, state, rates, e, g))
    if data.joined_start[e + 1] > data.joined_start[e]:
        total += _associated(data, state, e, g)
    if data.informs[e] >= 0:
        if state.n_informing[g] > 0:
            total += _told_apart(data, state, e, g)
        elif state.label[g] < -1:
            i = -2 - state.label[g]
            free = data.start[i + 1] - data.start[i] - state.named[i]
            total += math.log(max(state.chances[i], 1e-300) / free)
    if data.measured[e] and total > _NONE:
        delta = state.scratch
        delta_bones(data, state, e, g, delta)
        for k in range(10):
            delta[k] += state.bones[g, k]
        total += evidence(delta) - state.fit[g]
    return total


@lean
def _new_label(data: Any, state: Any, rates: Any, e: int, out: Any) -> None:
    """Weight of each label of a new group of e alone, but for what all share: (I + 1,), the last "not listed"."""
    n, b = len(out) - 1, data.box[e]
    out[n] = rates.unlisted[0] * home(data, rates, -1, b)
    for i in range(n):
        free = data.start[i + 1] - data.start[i] - state.named[i]
        left = free - state.lumped[i]
        out[i] = 0.0
        if left > 0:
            lrs = state.chances[i] / free if data.informs[e] >= 0 else 1.0
            out[i] = left * rates.rho[i] * home(data, rates, i, b) * lrs


@lean
def choose(weights: Any, n: int, rng: Any) -> int:
    """A place among the first n, in proportion to its weight."""
    total = 0.0
    for k in range(n):
        total += weights[k]
    at, last = rng.random() * total, 0
    for k in range(n):
        if weights[k] > 0.0:
            last = k
            at -= weights[k]
            if at < 0.0:
                return k
    return last


@lean
def _free_person(data: Any, state: Any, row: int, incident: int, rng: Any) -> int:
    """A free person of the incident, in proportion to the LR of one informative element."""
    first, last = data.start[incident], data.start[incident + 1]
    total = 0.0
    for m in range(first, last):
        if state.owner[m] < 0:
            total += math.exp(float(data.alone[row, m]))
    at, chosen = rng.random() * total, -1
    for m in range(first, last):
        if state.owner[m] < 0:
            lr = math.exp(float(data.alone[row, m]))
            if lr > 0.0 or chosen < 0:
                chosen = m
            at -= lr
            if at < 0.0:
                break
    return chosen


@lean
def weigh(data: Any, state: Any, rates: Any, e: int, labels: Any) -> int:
    """The weights of all options of an element that is out, into ``options``; their number, the last a new group."""
    if data.informs[e] >= 0:
        free_lrs(data, state, data.informs[e], state.chances)
    n = state.n_active[0]
    options = state.options
    _new_label(data, state, rates, e, labels)
    total = 0.0
    for i in range(len(labels)):
        total += labels[i]
    alone = evidence(data.single[e]) if data.measured[e] else 0.0
    largest = math.log(total * rates.base[data.slot[e]]) + alone
    options[n] = largest
    for k in range(n):
        options[k] = join(data, state, rates, e, state.active[k])
        largest = max(largest, options[k])
    scale = 0.0
    for k in range(n + 1):
        options[k] = math.exp(options[k] - largest)
        scale += options[k]
    for k in range(n + 1):
        options[k] /= scale
    return int(n + 1)


@lean
def place(data: Any, state: Any, rates: Any, e: int, chosen: int, labels: Any, rng: Any) -> int:
    """Put the element where it was chosen to be; the label of its group, where it brings one. Returns the group."""
    row, fresh = data.informs[e], chosen == state.n_active[0]
    if fresh:
        i = choose(labels, len(labels), rng)
        label = -1 if i == len(labels) - 1 else -2 - i
        g = open_group(state)
    else:
        g = state.active[chosen]
        label = state.label[g]
    if row >= 0 and label < -1 and state.n_informing[g] == 0:
        label = _free_person(data, state, row, -2 - label, rng)
    relabel(data, state, rates, g, label)
    add(data, state, rates, e, g)
    return int(g)


@lean
def element_step(data: Any, state: Any, rates: Any, e: int, labels: Any, rng: Any) -> int:
    """Take an element out and put it back; its options' probabilities stay in ``options``. Returns their number."""
    remove(data, state, rates, e)
    n = weigh(data, state, rates, e, labels)
    place(data, state, rates, e, choose(state.options, n, rng), labels, rng)
    return int(n)
