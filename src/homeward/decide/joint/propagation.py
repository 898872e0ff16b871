"""Belief propagation over all pairs of a part that is too wide for exact sums.

Each family claims each of the remains with odds that take its other options as the rest of the problem leaves them
free, and each of the remains is free for a family as far as no other claims it:
claim_fj = Σ_{o∋j} w_o ∏_{k∈o, k≠j} free_fk / Σ_{o∌j} w_o ∏_{k∈o} free_fk,  free_fj = 1 / (1 + Σ_{g≠f} claim_gj),
damped until nothing changes (Yedidia, Freeman & Weiss 2005, doi:10.1109/TIT.2005.850085; on matchings Vontobel 2013,
doi:10.1109/TIT.2012.2227109). Exact on trees; elsewhere an approximation, corrected and measured by exact sums on
blocks (``blocks``). A
family with several missing enters with all its options, its pairs of pairs too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.decide.joint._kernels import claims_of_family, claims_of_rows, free_of_claims
from homeward.decide.joint.options import Choice, by_member

__all__ = ["HIGHEST", "Beliefs", "propagate"]

_DAMPING = 0.5
_MOST_ROUNDS = 2000
_STILL = 1e-9
HIGHEST = 300.0  # natural log weight that messages can carry, 1e130

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Beliefs:
    """What is believed, and the messages that it came from.

    ``options``: posterior of each choice's options, each summing to 1; ``members``: of each member's being each thing,
    (k, n_things), for each choice. ``pairs``: (n_choices, n_things), of each thing being taken by each choice;
    ``free``: (n_things,), by none; a thing's column sums to 1. ``claims``, ``open``: (n_choices, n_things), the
    messages; ``rounds`` of them; ``settled``: whether they stopped changing. ``seeds``: things around which exact sums
    have taken the messages' place.
    """

    options: tuple[_Array, ...]
    members: tuple[_Array, ...]
    pairs: _Array
    free: _Array
    claims: _Array
    open: _Array
    rounds: int
    settled: bool
    seeds: frozenset[int] = frozenset()


def propagate(choices: Sequence[Choice], n_things: int) -> Beliefs:
    """The posterior of all options by belief propagation; log weights may be up to ``HIGHEST``."""
    choosers = _Choosers.of(choices, n_things)
    claims, free = np.zeros((len(choices), n_things)), np.ones((len(choices), n_things))
    room = np.empty_like(claims)
    rounds, change = 0, np.inf
    while change > _STILL and rounds < _MOST_ROUNDS:
        choosers.claim(free, claims)
        change = free_of_claims(claims, _DAMPING, room, free)
        rounds += 1
    choosers.claim(free, claims)
    total = 1.0 + claims.sum(axis=0)
    options = choosers.options(choices, free)
    members = tuple(by_member(c, mass, n_things) for c, mass in zip(choices, options, strict=True))
    return Beliefs(options, members, claims / total, 1.0 / total, claims, free, rounds, change <= _STILL)


@dataclass(frozen=True, slots=True, eq=False)
class _Choosers:
    """Choices of one person each as rows of a matrix, the others with their options; weights scaled by ``tops``."""

    single: _Index
    weights: _Array
    nothing: _Array
    several: tuple[tuple[int, NDArray[np.int32], _Array, _Array], ...]  # number, picks, weights, mass

    @classmethod
    def of(cls, choices: Sequence[Choice], n_things: int) -> _Choosers:
        single = np.array([c for c, choice in enumerate(choices) if len(choice.who) == 1], dtype=np.int64)
        weights, nothing = np.zeros((len(single), n_things)), np.zeros(len(single))
        for row, c in enumerate(single.tolist()):
            scaled = _scaled(choices[c].log_weight)
            nothing[row] = scaled[0]
            weights[row, choices[c].picks[1:, 0]] = scaled[1:]
        several = tuple((c, np.ascontiguousarray(choice.picks), _scaled(choice.log_weight), np.zeros(len(choice.picks)))
                        for c, choice in enumerate(choices) if len(choice.who) > 1)
        return cls(single, weights, nothing, several)

    def claim(self, free: _Array, claims: _Array) -> None:
        """Write what every chooser claims into ``claims``."""
        claims_of_rows(self.single, self.weights, self.nothing, free, claims)
        for c, picks, weights, mass in self.several:
            claims_of_family(picks, weights, free[c], mass, claims[c])

    def options(self, choices: Sequence[Choice], free: _Array) -> tuple[_Array, ...]:
        """Posterior of each choice's options, with the things as free as they are for it."""
        found: list[_Array] = [np.empty(0)] * len(choices)
        for row, c in enumerate(self.single.tolist()):
            things = choices[c].picks[1:, 0]
            found[c] = np.append(self.nothing[row], self.weights[row, things] * free[c, things])
        for c, _, _, mass in self.several:
            found[c] = mass.copy()
        return tuple(mass / mass.sum() for mass in found)


def _scaled(log_weight: _Array) -> _Array:
    return np.asarray(np.exp(log_weight - log_weight.max()))
