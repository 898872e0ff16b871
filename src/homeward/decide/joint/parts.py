"""Connected parts of a problem: families and remains that no possible pair joins have nothing to do with each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from homeward.decide.joint.frontier import Frontier, frontier_of
from homeward.decide.joint.options import Choice, transposed

__all__ = ["Cut", "Oriented", "Part", "cut", "is_surely_wide", "orient", "split"]

_SURELY_WIDE = 64  # the first chooser of all would open so many things

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One connected part. ``which``: numbers of its choices in the whole; ``things``: of its things; both ascending.

    ``choices``: the same choices, their picks numbered within the part.
    """

    which: _Index
    things: _Index
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Oriented:
    """A part as it is computed: families choosing remains or, ``turned``, remains choosing persons."""

    choices: tuple[Choice, ...]
    n_things: int
    frontier: Frontier
    turned: bool


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Choices without their least options. ``kept``: which options of each were kept.

    ``bound``: no probability of any assignment or pairing changes by more than this, for
    Z_all ≤ Z_kept ∏_f (1 + D_f), D_f what the family's dropped options weigh: each assignment becomes a kept one when
    the families with a dropped option take none.
    """

    choices: tuple[Choice, ...]
    kept: tuple[NDArray[np.bool_], ...]
    bound: float


def split(choices: Sequence[Choice], n_things: int) -> list[Part]:
    """The connected parts, by their first choice; choices with nothing to choose and unwanted things are in none."""
    wanted = [choice.things() for choice in choices]
    choosers = np.repeat(np.arange(len(choices)), [len(w) for w in wanted])
    things = np.concatenate([*wanted, np.zeros(0, dtype=np.int64)])
    size = len(choices) + n_things
    joined = coo_array((np.ones(len(things), dtype=np.int8), (choosers, len(choices) + things)), shape=(size, size))
    _, label = connected_components(joined, directed=False)
    label_of_choice, label_of_thing = label[:len(choices)], label[len(choices):]
    parts = []
    for number in dict.fromkeys(label_of_choice[[len(w) > 0 for w in wanted]].tolist()):
        mine, its_things = np.flatnonzero(label_of_choice == number), np.flatnonzero(label_of_thing == number)
        place = np.full(n_things + 1, -1, dtype=np.int32)
        place[its_things] = np.arange(len(its_things), dtype=np.int32)
        parts.append(Part(mine, its_things, tuple(
            Choice(choices[c].who, place[choices[c].picks], choices[c].log_weight) for c in mine.tolist())))
    return parts


def orient(part: Part, *, most_states: float) -> Oriented | None:
    """The part with the narrower of its frontiers, None where it has more than ``most_states`` states."""
    n_things = len(part.things)
    if is_surely_wide(part):
        return None
    found = frontier_of(part.choices, n_things, most_states=most_states)
    straight = None if found is None else Oriented(part.choices, n_things, found, turned=False)
    if any(len(choice.who) > 1 for choice in part.choices):
        return straight
    most = most_states if straight is None else straight.frontier.states
    sideways = transposed(part.choices, n_things)
    found = frontier_of(sideways, len(part.choices), most_states=most)
    if found is None or (straight is not None and found.states >= straight.frontier.states):
        return straight
    return Oriented(tuple(sideways), len(part.choices), found, turned=True)


def is_surely_wide(part: Part) -> bool:
    """Whether any first chooser opens so many things, and any first thing so many choosers, that no order is narrow.

    More options only make it wider.
    """
    mine = [choice.things() for choice in part.choices]
    wanted = np.bincount(np.concatenate(mine), minlength=len(part.things))
    return bool(min(*map(len, mine), *wanted.tolist()) > _SURELY_WIDE)


def cut(choices: Sequence[Choice], remainder: float) -> Cut:
    """Drop the least options, as long as what is dropped weighs no more than ``remainder`` in all."""
    weights = np.sort(np.concatenate([c.log_weight[1:] for c in choices]))
    weighed = np.cumsum(np.exp(np.minimum(weights, 0.0)))
    count = int(np.searchsorted(weighed, remainder, side="right"))
    least = weights[count] if count < len(weights) else np.inf
    kept = [np.append(True, c.log_weight[1:] >= least) for c in choices]
    dropped = [float(np.exp(c.log_weight[~k]).sum()) for c, k in zip(choices, kept, strict=True)]
    return Cut(tuple(Choice(c.who, c.picks[k], c.log_weight[k]) for c, k in zip(choices, kept, strict=True)),
               tuple(kept), float(-np.expm1(-np.log1p(dropped).sum())))
