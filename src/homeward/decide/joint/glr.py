"""The generalised likelihood ratio of each pairing: best assignment with it over best assignment without.

It says of a pairing what no pairwise LR can, since everything else is put in its best place on both sides (Egeland &
Vigeland 2025, Kinship cases with partially specified hypotheses, Forensic Science International: Genetics). No prior
enters. Exact: by best sums over the open things where a part is narrow enough; where it is not and no family has
several missing, by the assignment problem: the best assignment with a pairing costs a shortest cycle through it (Ahuja,
Magnanti & Orlin 1993, ISBN 0-13-617549-X, ch. 12).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from homeward.decide.joint._kernels import shortest_paths
from homeward.decide.joint.options import Choice, FamilyOptions, Pairings
from homeward.decide.joint.parts import Oriented, Part, orient, split
from homeward.decide.joint.subsets import best_of

__all__ = ["Likeliest", "likeliest"]

_MOST_PERSONS = 2000  # shortest paths take the cube of it

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Likeliest:
    """GLRs, and the likeliest assignment.

    ``log10_glr``: (n_persons, n_remains), −inf where a pairing is impossible, NaN where its part is too wide to tell,
    or where options of its family that were left out may be its best.
    ``log_lr``: natural log LR of the likeliest assignment against "none of the remains is anyone", None likewise.
    """

    log10_glr: _Array
    log_lr: float | None


def likeliest(pairings: Pairings, *, most_states: float) -> Likeliest:
    """GLR of every pairing, and the likelihood of the likeliest assignment."""
    choices = pairings.choices()
    glr = np.full((pairings.n_persons, pairings.n_remains), -np.inf)
    highest: float | None = 0.0
    doubtful = [row for f in pairings.families if f.dropped.sum() >= 1.0 for row in f.rows.tolist()]
    reached = np.asarray(np.isfinite(pairings.log_lr[doubtful]).any(axis=0))
    for part in split(choices, pairings.n_remains):
        rows = np.concatenate([choice.who for choice in part.choices])
        found, best = _unsaid(part) if reached[part.things].any() else _of_part(part, most_states)
        glr[np.ix_(rows, part.things)] = found
        highest = None if highest is None or best is None else highest + best
    for family in pairings.families:
        if family.dropped.any():
            _doubt(glr, family, pairings.log_lr)
    return Likeliest(glr / np.log(10.0), highest)


def _doubt(glr: _Array, family: FamilyOptions, log_lr: _Array) -> None:
    """Unsay what options that were left out might change.

    They weigh less than 1 together, so that nobody's being anyone is better than any of them: of all best assignments
    only those with a pairing that is as unlikely can be in doubt.
    """
    least, mine = np.log(family.dropped.sum()), glr[family.rows]
    glr[family.rows] = np.where((mine < least) & np.isfinite(log_lr[family.rows]), np.nan, mine)


def _of_part(part: Part, most_states: float) -> tuple[_Array, float | None]:
    """Natural log GLR, rows the persons of the part in the order of its choices; and its likeliest assignment."""
    oriented = orient(part, most_states=most_states)
    if oriented is not None:
        return _by_subsets(oriented)
    if sum(len(choice.who) for choice in part.choices) == len(part.choices) <= _MOST_PERSONS:
        return _by_assignment(part)
    return _unsaid(part)


def _unsaid(part: Part) -> tuple[_Array, None]:
    return np.full((sum(len(choice.who) for choice in part.choices), len(part.things)), np.nan), None


def _by_subsets(oriented: Oriented) -> tuple[_Array, float]:
    best = best_of(oriented.choices, oriented.n_things, oriented.frontier)
    rows = [row for choice, options in zip(oriented.choices, best.options, strict=True)
            for row in _of_choice(choice, options, oriented.n_things)]
    glr = np.array(rows)
    return (glr.T if oriented.turned else glr), best.highest


def _of_choice(choice: Choice, best: _Array, n_things: int) -> list[_Array]:
    """Best with each thing minus best without it, for each member of one choice."""
    rows = []
    for i in range(len(choice.who)):
        with_ = np.full(n_things + 1, -np.inf)  # the last: with nothing
        np.maximum.at(with_, choice.picks[:, i], best)
        rows.append(_with_minus_without(with_)[:-1])
    return rows


def _with_minus_without(with_: _Array) -> _Array:
    """Each alternative's best less the best of the other alternatives; −inf where it is impossible."""
    order = np.argsort(with_)
    without = np.full(len(with_), with_[order[-1]])
    without[order[-1]] = with_[order[-2]] if len(with_) > 1 else -np.inf
    possible = with_ > -np.inf
    return np.where(possible, np.where(possible, with_, 0.0) - without, -np.inf)


def _by_assignment(part: Part) -> tuple[_Array, float]:
    """The same by the assignment problem. Persons are nodes of a graph, and the last node is nobody.

    An arc from a person to another is his taking the other's remains, at the cost of what that loses. The best
    assignment with a pairing is the best of all less the shortest cycle through the arc that makes it.
    """
    gain = _gains(part.choices, len(part.things))
    n, m = gain.shape
    square = np.full((n, m + n), -1e9)
    square[:, :m] = np.maximum(gain, -1e9)
    square[np.arange(n), m + np.arange(n)] = 0.0
    taken = linear_sum_assignment(square, maximize=True)[1]
    at = np.where(taken < m, taken, -1)
    own = np.where(at >= 0, gain[np.arange(n), at], 0.0)
    holder = np.full(m, n)
    holder[at[at >= 0]] = np.flatnonzero(at >= 0)
    cost = np.full((n + 1, n + 1), np.inf)
    np.minimum.at(cost, (np.repeat(np.arange(n), m), np.tile(holder, n)), (own[:, None] - gain).ravel())
    cost[:n, n] = np.minimum(cost[:n, n], own)
    cost[n] = 0.0
    np.fill_diagonal(cost, 0.0)
    shortest_paths(cost)
    total = float(own.sum())
    with_ = total - (own[:, None] - gain + cost[holder, :n].T)
    nobody = total - (own + cost[n, :n])
    rows = [_with_minus_without(np.append(with_[i], nobody[i]))[:-1] for i in range(n)]
    return np.array(rows), total


def _gains(choices: Sequence[Choice], n_things: int) -> _Array:
    gain = np.full((len(choices), n_things), -np.inf)
    for c, choice in enumerate(choices):
        gain[c, choice.picks[1:, 0]] = choice.log_weight[1:]
    return gain
