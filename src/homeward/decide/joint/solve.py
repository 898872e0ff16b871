"""The posterior of all pairings under one prior, part by part, each in the best way that its width permits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from homeward.decide.joint.blocks import BLOCK, corrected, measured_error
from homeward.decide.joint.crowds import Crowds, against, settled
from homeward.decide.joint.options import Choice, Pairings, by_member, least_kept, no_trifle
from homeward.decide.joint.parts import Oriented, Part, cut, is_surely_wide, orient, split
from homeward.decide.joint.prior import PairPrior
from homeward.decide.joint.propagation import HIGHEST, propagate
from homeward.decide.joint.subsets import Sums, sums_of
from homeward.model import InvalidValue

__all__ = ["How", "JointLimits", "PartFacts", "Solution", "Solved", "solve"]

_REMAINDERS = (1e-12, 1e-9, 1e-6)
_MOST_OPTIONS = 10_000  # of one family, that messages are summed over

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


class How(StrEnum):
    """How far a number is exact."""

    EXACT = "exact"
    BOUNDED = "exact but for a stated remainder"
    APPROXIMATE = "approximate, with a measured error"


@dataclass(frozen=True, slots=True)
class JointLimits:
    """What may be spent, and given away.

    ``most_states``: of a part's forward–backward (8 bytes each, twice). ``remainder``: the largest bound that an answer
    without the least options may have; 0 for none. ``most_assignments``: of one family's joint table, eight times as
    many for two missing. ``kept_options``: of one family; where it has more, only those that weigh anything, and of
    these the greatest. What the others weigh is part of the error.
    """

    most_states: float = 2.0**25
    remainder: float = 1e-6
    most_assignments: int = 2_000_000
    kept_options: int = 50_000

    def __post_init__(self) -> None:
        if self.most_states < 2.0:
            raise InvalidValue("joint limits", "most_states", self.most_states, "must be at least 2")
        if not 0.0 <= self.remainder < 1.0:
            raise InvalidValue("joint limits", "remainder", self.remainder, "must be at least 0 and below 1")
        for name in ("most_assignments", "kept_options"):
            if getattr(self, name) < 1:
                raise InvalidValue("joint limits", name, getattr(self, name), "must be at least 1")


@dataclass(frozen=True, slots=True, eq=False)
class PartFacts:
    """How one connected part was computed.

    ``persons``, ``remains``: rows and columns in it, int64. ``how`` and ``by``: in a word, and in words. ``error``: of
    a pairing's posterior, 0 where exact, a proven bound where bounded, the largest seen where measured. ``width``: of
    the frontier in things, ``rounds`` of messages; 0 where there are none.
    """

    persons: _Index
    remains: _Index
    how: How
    by: str
    error: float
    width: int = 0
    rounds: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """One part with its posterior. ``options``: of each of the part's choices, ``free`` of its things.

    ``members``: of each member's being each thing of the part, (k, n_things), for each choice.
    ``oriented``: the parts as exact sums saw them, each with the numbers of its choices and things in this part; none
    where messages were passed. ``log_total``: natural log of the sum over assignments, None likewise.
    """

    part: Part
    options: tuple[_Array, ...]
    members: tuple[_Array, ...]
    free: _Array
    facts: PartFacts
    oriented: tuple[tuple[Part, Oriented], ...]
    log_total: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """The posterior under one prior.

    ``posterior``: (n_persons + 1, n_remains), the last row "none of them", each column summing to 1; ``unnamed``:
    (n_persons,), of each person being none of the remains. ``choices``, ``options``: every family's options and their
    posterior. ``parts``: those with anything to decide. ``log_nobody``: (n_remains,) natural log weight, against which
    the options are weighed, of being nobody who has a choice of their own; None where it is 0 throughout.
    """

    prior: PairPrior
    posterior: _Array
    unnamed: _Array
    choices: tuple[Choice, ...]
    options: tuple[_Array, ...]
    parts: tuple[Solved, ...]
    log_nobody: _Array | None = None


def solve(pairings: Pairings, prior: PairPrior, limits: JointLimits, crowds: Crowds | None = None) -> Solution:
    """The posterior of every pairing: exact where a part is narrow enough, elsewhere by messages.

    ``crowds``: listed persons outside ``pairings`` of whom nothing speaks; their rows of the answer are filled in.
    """
    choices = pairings.choices(prior)
    if crowds is None or not crowds.rows:
        return _solve(pairings, prior, choices, limits)
    rest = settled(crowds, crowds.weights(pairings, prior),
                   lambda weight: _solve(pairings, prior, against(choices, weight), limits).posterior[-1])
    found = _solve(pairings, prior, against(choices, rest.weight), limits)
    nobody = found.posterior[-1]
    for rows, mine in zip(crowds.rows, rest.taken, strict=True):
        found.posterior[rows] = mine / len(rows)
        found.unnamed[rows] = 1.0 - mine.sum() / len(rows)
    found.posterior[-1] = nobody / rest.weight
    parts = tuple(_among(solved, rest.error, len(crowds.everyone)) for solved in found.parts)
    return replace(found, parts=parts, log_nobody=np.log(rest.weight))


def _among(solved: Solved, relative: _Array, n: int) -> Solved:
    """What it adds to a part's error that persons of whom nothing speaks were weighed as crowds."""
    error = max(solved.facts.error, float(relative[solved.part.things].max(initial=0.0)))
    how = How.APPROXIMATE if solved.facts.how is How.APPROXIMATE else How.BOUNDED
    by = f"{solved.facts.by}; {n} listed persons without references weighed together"
    return replace(solved, facts=replace(solved.facts, how=how, by=by, error=error))


def _solve(pairings: Pairings, prior: PairPrior, choices: Sequence[Choice], limits: JointLimits) -> Solution:
    options = [np.ones(1)] * len(choices)
    posterior = np.zeros((pairings.n_persons + 1, pairings.n_remains))
    posterior[-1] = 1.0
    unnamed = np.ones(pairings.n_persons)
    left_out = _left_out_weight(pairings, prior)
    solved = []
    for part in split(choices, pairings.n_remains):
        found = _doubted(_solve_part(part, float(left_out[part.which].sum()), limits), pairings.doubts)
        solved.append(found)
        posterior[-1, part.things] = found.free
        for c, mass, members in zip(part.which.tolist(), found.options, found.members, strict=True):
            options[c] = mass
            posterior[np.ix_(choices[c].who, part.things)] = members
            for i, row in enumerate(choices[c].who.tolist()):
                unnamed[row] = mass[choices[c].picks[:, i] < 0].sum()
    posterior /= posterior.sum(axis=0)
    return Solution(prior, posterior, unnamed, tuple(choices), tuple(options), tuple(solved))


def _left_out_weight(pairings: Pairings, prior: PairPrior) -> _Array:
    """For each choice, what its options weigh that were left out when its table was made."""
    weights = []
    for family in pairings.families:
        highest = float(np.exp(prior.log_weight[family.rows].max(initial=-np.inf)))
        weights.append(float((family.dropped * highest ** np.arange(len(family.dropped))).sum()))
    return np.array([0.0] * len(pairings.singles) + weights)


def _members(part: Part, options: Sequence[_Array]) -> tuple[_Array, ...]:
    return tuple(by_member(c, mass, len(part.things)) for c, mass in zip(part.choices, options, strict=True))


def _solve_part(part: Part, left_out: float, limits: JointLimits) -> Solved:
    oriented = orient(part, most_states=limits.most_states)
    if oriented is not None:
        whole = Part(np.arange(len(part.choices)), np.arange(len(part.things)), part.choices)
        found = _exact(part, [(whole, oriented)], left_out)
        if found is not None:
            return found
    remainders = [r for r in _REMAINDERS if r <= limits.remainder]
    if remainders and not _is_wide_without(part, remainders[-1]):
        for remainder in remainders:
            found = _bounded(part, remainder, left_out, limits)
            if found is not None:
                return found
    return _approximate(part, left_out)


def _is_wide_without(part: Part, remainder: float) -> bool:
    """Whether the part is surely too wide even without the least options; then it is with some of them, too."""
    less = cut(part.choices, remainder)
    return any(is_surely_wide(inner) for inner in split(less.choices, len(part.things)))


def _exact(part: Part, oriented: Sequence[tuple[Part, Oriented]], left_out: float) -> Solved | None:
    """Exact sums over the inner parts; None where weights span too much."""
    options: list[_Array] = [np.ones(1)] * len(part.choices)
    free = np.ones(len(part.things))
    log_total = 0.0
    for inner, turned in oriented:
        sums = sums_of(turned.choices, turned.n_things, turned.frontier)
        if sums is None:
            return None
        for c, mass in zip(inner.which.tolist(), _turned_back(inner, turned, sums), strict=True):
            options[c] = mass
        free[inner.things] = np.array([o[0] for o in sums.options]) if turned.turned else sums.free
        log_total += sums.log_total
    width = max((turned.frontier.width for _, turned in oriented), default=0)
    bound = float(-np.expm1(-np.log1p(left_out)))
    facts = _facts(part, How.BOUNDED if bound > 0.0 else How.EXACT,
                   f"forward–backward over sets of at most {width} open things", bound, width=width)
    return Solved(part, tuple(options), _members(part, options), free, facts, tuple(oriented), log_total)


def _turned_back(inner: Part, turned: Oriented, sums: Sums) -> list[_Array]:
    """The posterior of the part's own options, whichever side chose."""
    if not turned.turned:
        return list(sums.options)
    found = [np.empty(len(choice.picks)) for choice in inner.choices]
    at = [dict(zip(choice.picks[:, 0].tolist(), range(len(choice.picks)), strict=True)) for choice in inner.choices]
    for thing, (choice, mass) in enumerate(zip(turned.choices, sums.options, strict=True)):
        for chooser, value in zip(choice.picks[1:, 0].tolist(), mass[1:].tolist(), strict=True):
            found[chooser][at[chooser][thing]] = value
    for chooser, value in enumerate(sums.free.tolist()):
        found[chooser][0] = value
    return found


def _bounded(part: Part, remainder: float, left_out: float, limits: JointLimits) -> Solved | None:
    """Exact sums without the least options; a dropped option has the posterior that its weight gives it to first order.

    None where even so a part is too wide.
    """
    less = cut(part.choices, remainder)
    oriented = []
    for inner in split(less.choices, len(part.things)):
        narrow = orient(inner, most_states=limits.most_states)
        if narrow is None:
            return None
        oriented.append((inner, narrow))
    found = _exact(replace(part, choices=less.choices), oriented, left_out)
    if found is None:
        return None
    options = []
    for choice, mass, kept in zip(part.choices, found.options, less.kept, strict=True):
        spread = np.empty(len(kept))
        spread[kept] = mass
        free = np.append(found.free, 1.0)[choice.picks[~kept]].prod(axis=1)
        spread[~kept] = np.exp(choice.log_weight[~kept]) * mass[0] * free
        options.append(spread / spread.sum())
    bound = 1.0 - (1.0 - less.bound) * (1.0 - found.facts.error)
    facts = _facts(part, How.BOUNDED, f"{found.facts.by}, without pairs that together weigh {less.bound:.1g}", bound,
                   width=found.facts.width)
    return Solved(part, tuple(options), _members(part, options), found.free, facts, found.oriented, found.log_total)


def _approximate(part: Part, left_out: float) -> Solved:
    """Messages over all pairs; of a family with very many options the greatest, the others counted into the error."""
    kept = [_greatest(choice) for choice in part.choices]
    choices = [Choice(c.who, c.picks[k], np.minimum(c.log_weight[k], HIGHEST))
               for c, k in zip(part.choices, kept, strict=True)]
    for choice, mine in zip(part.choices, kept, strict=True):
        left_out += float(np.exp(np.delete(choice.log_weight, mine)).sum())
    beliefs = propagate(choices, len(part.things))
    by = f"belief propagation over all pairs, {beliefs.rounds} rounds"
    if beliefs.settled:
        beliefs = corrected(choices, beliefs)
        error = min(1.0, measured_error(choices, beliefs) + left_out)
        by += (f", corrected by exact sums on blocks of up to {BLOCK} × {BLOCK}; error measured on others and on "
               "smaller ones")
    else:
        error, by = 1.0, f"{by}, which did not settle"
    if any(c.log_weight.max() > HIGHEST for c in part.choices):
        error, by = 1.0, f"{by}; weights beyond e^{HIGHEST:g} were taken as that"
    options = [np.zeros(len(choice.picks)) for choice in part.choices]
    for all_, mine, mass in zip(options, kept, beliefs.options, strict=True):
        all_[mine] = mass
    facts = _facts(part, How.APPROXIMATE, by, error, rounds=beliefs.rounds)
    return Solved(part, tuple(options), beliefs.members, beliefs.free, facts, (), None)


def _greatest(choice: Choice) -> _Index:
    """The first option and the greatest of the others, ascending."""
    kept = no_trifle(choice.log_weight) if len(choice.who) > 1 else np.ones(len(choice.picks), dtype=np.bool_)
    if kept.sum() > _MOST_OPTIONS:
        kept &= choice.log_weight > least_kept(choice.log_weight[kept], _MOST_OPTIONS)
    kept[0] = True
    return np.flatnonzero(kept)


def _doubted(solved: Solved, doubts: Sequence[tuple[_Index, str]]) -> Solved:
    """A part that holds a family whose options are not all there is approximate, and its error is not known."""
    reasons = [reason for rows, reason in doubts if np.isin(rows, solved.facts.persons).any()]
    if not reasons:
        return solved
    facts = replace(solved.facts, how=How.APPROXIMATE, by="; ".join([solved.facts.by, *reasons]), error=1.0)
    return replace(solved, facts=facts)


def _facts(part: Part, how: How, by: str, error: float, *, width: int = 0, rounds: int = 0) -> PartFacts:
    persons = np.sort(np.concatenate([choice.who for choice in part.choices]))
    return PartFacts(persons, part.things, how, by, error, width, rounds)
