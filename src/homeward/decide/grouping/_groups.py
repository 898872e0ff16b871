"""Kernels that keep each group's sums: elements come and go, and everything that depends on them follows."""

from __future__ import annotations

import math
from typing import Any

from homeward.decide.grouping._compiled import lean

__all__ = ["add", "close", "delta_bones", "evidence", "incident_of", "open_group", "rebuild", "relabel", "remove"]


@lean
def incident_of(data: Any, label: int) -> int:
    """The incident of a label, −1 for "not on the roster"."""
    if label == -1:
        return -1
    return int(data.incident[label]) if label >= 0 else -2 - label


@lean
def evidence(v: Any) -> float:
    """log ∫ N(z; 0, I) exp(c + ηᵀz − ½ zᵀΛz) dz of v = (c, η, Λ by rows of its upper half)."""
    a, d, f = 1.0 + v[4], 1.0 + v[7], 1.0 + v[9]
    l11 = math.sqrt(a)
    l21, l31 = v[5] / l11, v[6] / l11
    l22 = math.sqrt(d - l21 * l21)
    l32 = (v[8] - l21 * l31) / l22
    l33 = math.sqrt(f - l31 * l31 - l32 * l32)
    y1 = v[1] / l11
    y2 = (v[2] - l21 * y1) / l22
    y3 = (v[3] - l31 * y1 - l32 * y2) / l33
    return float(v[0] - math.log(l11 * l22 * l33) + 0.5 * (y1 * y1 + y2 * y2 + y3 * y3))


@lean
def _pair(data: Any, e: int, f: int) -> int:
    """Where left and right of one bone type stand together; the left one has the pairs."""
    if data.pair_start[e] >= 0:
        return int(data.pair_start[e] + data.rank[f])
    return int(data.pair_start[f] + data.rank[e])


@lean
def delta_bones(data: Any, state: Any, e: int, g: int, out: Any) -> None:
    """What element e adds to the bones of group g, which does not hold it: one of each side are weighed as a pair."""
    slot = data.slot[e]
    other = data.opposite[slot]
    mine, theirs = state.gauged[g, slot], 0
    if other >= 0:
        theirs = state.gauged[g, other]
    for k in range(10):
        out[k] = data.single[e, k]
    if theirs == 1 and mine == 0:
        f = state.ids[g, other]
        both = _pair(data, e, f)
        for k in range(10):
            out[k] = data.pairs[both, k] - data.single[f, k]
    elif theirs == 1 and mine == 1:
        f, h = state.ids[g, other], state.ids[g, slot]
        both = _pair(data, f, h)
        for k in range(10):
            out[k] += data.single[f, k] + data.single[h, k] - data.pairs[both, k]


@lean
def _power(rate: float, n: int) -> float:
    return float(rate ** n)


@lean
def _box_sums(data: Any, state: Any, rates: Any, g: int) -> None:
    """Both sums over the group's boxes, anew."""
    incident = incident_of(data, state.label[g])
    total, own = 0.0, 0.0
    e = state.head[g]
    while e >= 0:
        b = data.box[e]
        if b >= 0:
            # Each box once: its share of every element in it.
            n = state.in_box[g, b]
            term = (_power(rates.box[1], n) - 1.0) / n
            total += term
            if incident >= 0 and data.stated[b] == incident:
                own += term
        e = state.following[e]
    state.all_boxes[g], state.own_boxes[g] = total, own


@lean
def _levels(data: Any, state: Any, rates: Any, g: int) -> None:
    """Probability of each completeness, anew."""
    largest = -1e300
    levels = state.level[g]
    for q in range(len(levels)):
        levels[q] = math.log(rates.nothing[q] + 1e-300)
    for t in range(state.count.shape[1]):
        if state.count[g, t] > 0:
            for q in range(len(levels)):
                levels[q] += math.log(rates.odds[t, q])
    for q in range(len(levels)):
        largest = max(largest, levels[q])
    total = 0.0
    for q in range(len(levels)):
        levels[q] = math.exp(levels[q] - largest)
        total += levels[q]
    for q in range(len(levels)):
        levels[q] /= total


@lean
def _mix(data: Any, state: Any, g: int) -> None:
    """P(state | label) · weights of all its samples, of sum 1 at each marker, anew."""
    mixed, label = state.mixed[state.row[g]], state.label[g]
    column = data.column[label] if label >= 0 else -1
    for s in range(len(mixed)):
        mixed[s] = data.population[s] if column < 0 else data.tables[s, column]
    e = state.head[g]
    while e >= 0:
        if data.dna[e] >= 0:
            _multiply(data, mixed, data.dna[e])
        e = state.following[e]


@lean
def _multiply(data: Any, mixed: Any, d: int) -> None:
    for k in range(len(data.first) - 1):
        if data.typed[d, k]:
            total = 0.0
            for s in range(data.first[k], data.first[k + 1]):
                mixed[s] *= data.weights[d, s]
                total += mixed[s]
            scale = 1.0 / max(total, 1e-300)
            for s in range(data.first[k], data.first[k + 1]):
                mixed[s] *= scale


@lean
def rebuild(data: Any, state: Any, rates: Any, g: int) -> None:
    """Everything that depends on the rates, anew."""
    _box_sums(data, state, rates, g)
    _levels(data, state, rates, g)


@lean
def open_group(state: Any) -> int:
    """An empty group, without a label yet."""
    n = state.n_active[0]
    g = state.active[n]
    state.place[g] = n
    state.n_active[0] = n + 1
    state.label[g] = -1
    state.head[g] = -1
    state.all_boxes[g] = 0.0
    state.own_boxes[g] = 0.0
    return int(g)


@lean
def close(state: Any, g: int) -> None:
    """An empty group is given back."""
    n = state.n_active[0] - 1
    last, at = state.active[n], state.place[g]
    state.active[at], state.active[n] = last, g
    state.place[last], state.place[g] = at, n
    state.n_active[0] = n


@lean
def _count_label(data: Any, state: Any, g: int, step: int) -> None:
    label = state.label[g]
    if label >= 0:
        state.owner[label] = g if step > 0 else -1
        state.named[data.incident[label]] += step
    elif label < -1:
        state.lumped[-2 - label] += step


@lean
def relabel(data: Any, state: Any, rates: Any, g: int, label: int) -> None:
    """Give a group another label; whose it was before is free again."""
    if label == state.label[g]:
        return
    _count_label(data, state, g, -1)
    state.label[g] = label
    _count_label(data, state, g, 1)
    _box_sums(data, state, rates, g)
    if state.row[g] >= 0:
        _mix(data, state, g)


@lean
def add(data: Any, state: Any, rates: Any, e: int, g: int) -> None:
    """Element e joins group g, whose label stands."""
    delta = state.scratch
    if data.measured[e]:
        delta_bones(data, state, e, g, delta)
        for k in range(10):
            state.bones[g, k] += delta[k]
        state.fit[g] = evidence(state.bones[g])
    _link(state, e, g)
    slot, b = data.slot[e], data.box[e]
    state.count[g, slot] += 1
    if data.measured[e]:
        state.gauged[g, slot] += 1
        state.ids[g, slot] += e
    if b >= 0:
        state.in_box[g, b] += 1
    rebuild(data, state, rates, g)
    if data.informs[e] >= 0:
        state.n_informing[g] += 1
        state.signature[g] += data.mark[e]
    d = data.dna[e]
    if d >= 0:
        state.n_dna[g] += 1
        state.anchor[g] = d
        if state.row[g] < 0:
            n = state.n_rows[0] - 1
            state.row[g], state.n_rows[0] = state.rows[n], n
            _mix(data, state, g)
        else:
            _multiply(data, state.mixed[state.row[g]], d)


@lean
def _link(state: Any, e: int, g: int) -> None:
    state.group[e] = g
    state.following[e], state.before[e] = state.head[g], -1
    if state.head[g] >= 0:
        state.before[state.head[g]] = e
    state.head[g] = e
    state.size[g] += 1


@lean
def _unlink(state: Any, e: int, g: int) -> None:
    ahead, behind = state.before[e], state.following[e]
    if ahead >= 0:
        state.following[ahead] = behind
    else:
        state.head[g] = behind
    if behind >= 0:
        state.before[behind] = ahead
    state.group[e] = -1
    state.size[g] -= 1


@lean
def remove(data: Any, state: Any, rates: Any, e: int) -> int:
    """Element e leaves; a group without anyone is given back, one that no longer tells who keeps only the incident."""
    g = state.group[e]
    _unlink(state, e, g)
    slot, b, d = data.slot[e], data.box[e], data.dna[e]
    state.count[g, slot] -= 1
    if data.measured[e]:
        state.gauged[g, slot] -= 1
        state.ids[g, slot] -= e
    if b >= 0:
        state.in_box[g, b] -= 1
    if data.measured[e]:
        _take_bones(data, state, e, g)
    if data.informs[e] >= 0:
        state.n_informing[g] -= 1
        state.signature[g] -= data.mark[e]
    if d >= 0:
        _take_dna(data, state, g)
    if state.size[g] == 0:
        _count_label(data, state, g, -1)
        state.label[g] = -1
        close(state, g)
        return -1
    if state.n_informing[g] == 0 and state.label[g] >= 0:
        relabel(data, state, rates, g, -2 - data.incident[state.label[g]])
    rebuild(data, state, rates, g)
    return int(g)


@lean
def _take_bones(data: Any, state: Any, e: int, g: int) -> None:
    if state.size[g] == 0:
        state.bones[g, :] = 0.0
        state.fit[g] = 0.0
        return
    delta = state.scratch
    delta_bones(data, state, e, g, delta)
    for k in range(10):
        state.bones[g, k] -= delta[k]
    state.fit[g] = evidence(state.bones[g])


@lean
def _take_dna(data: Any, state: Any, g: int) -> None:
    state.n_dna[g] -= 1
    if state.n_dna[g] == 0:
        state.rows[state.n_rows[0]] = state.row[g]
        state.n_rows[0] += 1
        state.row[g] = -1
        return
    e = state.head[g]
    while data.dna[e] < 0:
        e = state.following[e]
    state.anchor[g] = data.dna[e]
    _mix(data, state, g)
