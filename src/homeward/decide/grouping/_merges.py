"""Two groups become one, or one becomes two, at one stroke: steps that single elements would take through a valley.

Two elements are picked without regard to the state. If they lie together, their group's elements are dealt out anew,
one after the other, to the one or the other, with the probabilities that they have for each; if they lie apart, their
groups become one. Labels are drawn last, given the elements, so that only their chance of being "not listed" is left
in the ratio. Sequentially allocated merge–split: Dahl 2005 (with Jain & Neal 2004, doi:10.1198/1061860043001).
"""

from __future__ import annotations

import math
from typing import Any

from homeward.decide.grouping._compiled import lean
from homeward.decide.grouping._elements import choose, home, join
from homeward.decide.grouping._groups import add, evidence, open_group, relabel, remove
from homeward.decide.grouping._labels import label_weights

__all__ = ["merge_or_split"]

_SURE = -700.0
# Natural log. A merge so much less probable before any name is not made up for by one: the LR of a name given all
# reports is hardly above the product of those given each group's.
_HOPELESS = 25.0
_OVERLAPS = 2  # groups that share more places of the skeleton are not tried as one person


@lean
def _alone(data: Any, rates: Any, e: int) -> float:
    """log of the weight of a group of e alone, not listed."""
    total = math.log(rates.unlisted[0] * home(data, rates, -1, data.box[e]) * rates.base[data.slot[e]])
    return total + evidence(data.single[e]) if data.measured[e] else total


@lean
def _gather(data: Any, state: Any, e: int, f: int, rng: Any) -> int:
    """All others of both groups into ``deal``, those that tell who first; ``side`` 1: with f. Their number."""
    n, g, h = 0, state.group[e], state.group[f]
    for informative in (True, False):
        first = n
        for which in range(1 if g == h else 2):
            k = state.head[h if which else g]
            while k >= 0:
                if k not in (e, f) and (data.informs[k] >= 0) == informative:
                    at = first + int(rng.random() * (n - first + 1))
                    state.deal[n], state.side[n] = state.deal[at], state.side[at]
                    state.deal[at], state.side[at] = k, which
                    n += 1
                k = state.following[k]
    return n


@lean
def _build(data: Any, state: Any, rates: Any, e: int, f: int, n: int, form: int, rng: Any) -> float:
    """Build one group of all (form 0), or two: as ``side`` says (1), or dealt anew (2).

    Returns the log of their weight while not listed, over the chance of so dealing.
    """
    total, weights = 0.0, state.two
    for k in range(-2, n):
        m = e if k == -2 else f if k == -1 else state.deal[k]
        if k == -2 or (k == -1 and form > 0):
            total += _alone(data, rates, m)
            g = open_group(state)
        elif form == 0:
            total += join(data, state, rates, m, state.group[e])
            g = state.group[e]
        else:
            for which in range(2):
                weights[which] = join(data, state, rates, m, state.group[f if which else e])
            top = max(weights[0], weights[1])
            # weight over chance is the sum of both weights, whichever was dealt
            both = top + math.log(math.exp(weights[0] - top) + math.exp(weights[1] - top))
            total += both
            if form == 2:
                state.side[k] = 0 if rng.random() < math.exp(weights[0] - both) else 1
            g = state.group[f if state.side[k] else e]
        add(data, state, rates, m, g)
    return total


@lean
def _name(data: Any, state: Any, rates: Any, g: int, label: int, chances: Any, rng: Any) -> float:
    """Draw a label (or, where ``label`` is not −3 − I, take it); returns log chance of "not listed"."""
    n = label_weights(data, state, rates, g, chances)
    if label < -2 - len(rates.rho):
        chosen = choose(chances, n + 1, rng)
        label = -1
        if chosen < n:
            label = chosen if state.n_informing[g] > 0 else -2 - chosen
    unlisted = math.log(max(chances[n], 1e-300))
    relabel(data, state, rates, g, label)
    return unlisted


@lean
def _overlaps(data: Any, state: Any, g: int, h: int) -> int:
    n = 0
    for t in range(state.count.shape[1]):
        n += int(state.count[g, t] > 0 and state.count[h, t] > 0 and not data.several[t])
    return n


@lean
def _possible(data: Any, state: Any, g: int, h: int) -> bool:
    typed = state.n_dna[g] > 0 and state.n_dna[h] > 0
    if typed and not data.compatible[state.anchor[g], state.anchor[h]]:
        return False
    return bool(_overlaps(data, state, g, h) <= _OVERLAPS)


@lean
def merge_or_split(data: Any, state: Any, rates: Any, e: int, f: int, chances: Any, rng: Any) -> bool:
    """Propose it for the groups of e and f; returns whether it was taken.

    First the state as it is is built again, for its weight, then the proposal; then, if it is refused, the first again.
    """
    g, h, drawn = state.group[e], state.group[f], -3 - len(rates.rho)
    split = g == h
    if not (split or _possible(data, state, g, h)):
        return False
    first, second = state.label[g], state.label[h]
    n, before, unnamed, taken = _gather(data, state, e, f, rng), 0.0, 0.0, False
    for phase in range(3):
        for k in range(2):
            g = state.group[f if k else e]
            while g >= 0 and state.size[g] > 0:
                remove(data, state, rates, state.head[g])
        anew = phase == 1
        form = 0 if split != anew else 2 if anew else 1
        weight = _build(data, state, rates, e, f, n, form, rng)
        if anew and not split and weight < unnamed - _HOPELESS:
            continue
        unnamed = weight
        for k in range(2 if form else 1):
            label = drawn if anew else second if k else first
            weight -= _name(data, state, rates, state.group[f if k else e], label, chances, rng)
        if anew:
            change = weight - before
            taken = change >= 0.0 or rng.random() < math.exp(max(change, _SURE))
            if taken:
                break
        before = weight
    return taken
