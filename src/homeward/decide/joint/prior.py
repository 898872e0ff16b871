"""The prior over assignments: how many of the remains are thought to be listed people, and what each pair weighs.

An assignment with k pairs has a prior ∝ κ^k ∏ w_ij, w the stated weights of its pairs (1 where none are stated, 0 where
sex or a statement forbids). Pairs compete: of remains that can be one of N people, each of whom can be one of the R
remains, odds of x/(1−x)/N a pair would be too low. κ is set so that the expected number of pairs is what was stated.
For one weight throughout (or men and women apart) E[k] = Σ k κ^k C(R,k) C(N,k) k! / Σ κ^k C(R,k) C(N,k) k! is solved
in logs, exactly; for equal sides and large N it tends to κN = x/(1−x)². Otherwise the sum over matchings is taken by
belief propagation over classes of alike persons and remains, exact in the limit of large classes (Vontobel 2013,
doi:10.1109/TIT.2012.2227109).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching
from scipy.special import gammaln, logsumexp

from homeward.model import InvalidValue

__all__ = ["JointPrior", "PairPrior", "PriorKind", "highest_share", "log_pair_odds", "pair_priors"]

_RECORD = "joint prior"
_FURTHEST = 50.0  # natural log of the pair odds beyond which nothing is looked for
_ROUNDS = 2000

_Array = NDArray[np.float64]


class PriorKind(StrEnum):
    """The priors under which every posterior is given, so that its dependence on them is seen."""

    STATED = "share as stated"
    HALF = "half the share"
    DOUBLE = "double the share"
    FLAT = "flat over assignments"


@dataclass(frozen=True, slots=True, eq=False)
class JointPrior:
    """What is believed of the whole before the evidence.

    ``share``: x, of the remains that belong to someone on the roster. ``roster_size``: N, the people on the roster,
    None where all of them are in the comparison. ``weights``: (n_persons, n_remains), relative prior weight of each
    pair (by incident, say), 0 forbids; None for equal weights. ``flat``: all assignments are to be taken as equally
    probable instead (as dvir does); ``share`` and ``weights`` then serve the other priors that are shown beside it.
    """

    share: float = 0.5
    roster_size: int | None = None
    weights: NDArray[np.float64] | None = None
    flat: bool = False

    def __post_init__(self) -> None:
        if not 0.0 < self.share < 1.0:
            raise InvalidValue(_RECORD, "share", self.share, "must be above 0 and below 1")
        if self.roster_size is not None and self.roster_size < 1:
            raise InvalidValue(_RECORD, "roster_size", self.roster_size, "must be at least 1")
        if self.weights is not None:
            if not (np.isfinite(self.weights).all() and (self.weights >= 0.0).all()):
                raise InvalidValue(_RECORD, "weights", "some", "must be finite and not negative")
            self.weights.setflags(write=False)

    @property
    def kind(self) -> PriorKind:
        """The prior that the conclusions rest on."""
        return PriorKind.FLAT if self.flat else PriorKind.STATED


@dataclass(frozen=True, slots=True, eq=False)
class PairPrior:
    """One prior in figures: ``log_weight`` (n_persons, n_remains), natural log of κ w_ij, −inf where forbidden.

    ``share``: x, None for the flat prior; ``log_odds``: log κ, natural; ``expected_pairs``: x times the remains.
    """

    kind: PriorKind
    share: float | None
    log_odds: float
    expected_pairs: float | None
    log_weight: _Array


def pair_priors(prior: JointPrior, allowed: NDArray[np.bool_]) -> tuple[PairPrior, ...]:
    """The stated prior and those beside it: half and double the share, and flat.

    Args: ``prior``; ``allowed`` (n_persons, n_remains), pairs that are not contradicted by sex.

    Double the share stops half-way between the share and the largest that the counts permit.

    Raises InvalidValue for weights of another shape, a roster smaller than its listed part, or a share that needs
    more persons than there are.
    """
    weights, highest = _weights(prior, allowed), highest_share(prior, allowed)
    if prior.share >= highest:
        raise InvalidValue(_RECORD, "share", prior.share, f"must be below {highest:.6g}, since {allowed.shape[1]} "
                           "remains can be no more of the roster's persons than there are")
    doubled = min(2.0 * prior.share, (prior.share + highest) / 2.0)
    made = []
    for kind, share in ((PriorKind.STATED, prior.share), (PriorKind.HALF, prior.share / 2.0),
                        (PriorKind.DOUBLE, doubled)):
        expected = share * allowed.shape[1] * _listed(prior, allowed)
        log_odds = log_pair_odds(weights, expected) if weights.any() else 0.0
        with np.errstate(divide="ignore"):
            made.append(PairPrior(kind, share, log_odds, expected, log_odds + np.log(weights)))
    with np.errstate(divide="ignore"):
        made.append(PairPrior(PriorKind.FLAT, None, 0.0, None, np.log(allowed.astype(np.float64))))
    return tuple(made)


def highest_share(prior: JointPrior, allowed: NDArray[np.bool_]) -> float:
    """The share of the remains that could at most be someone on the roster, each person being one of them; at most 1.

    Raises InvalidValue for weights of another shape, or a roster smaller than its listed part.
    """
    weights = _weights(prior, allowed)
    if not weights.any():
        return 1.0
    return float(min(1.0, _most_pairs(weights) / (allowed.shape[1] * _listed(prior, allowed))))


def _listed(prior: JointPrior, allowed: NDArray[np.bool_]) -> float:
    """The part of the roster that is in the comparison."""
    n_persons = len(allowed)
    size = n_persons if prior.roster_size is None else prior.roster_size
    if size < n_persons:
        raise InvalidValue(_RECORD, "roster_size", size, f"must be at least the {n_persons} persons compared")
    return n_persons / size if size else 1.0


def _weights(prior: JointPrior, allowed: NDArray[np.bool_]) -> _Array:
    if prior.weights is None:
        return allowed.astype(np.float64)
    if prior.weights.shape != allowed.shape:
        raise InvalidValue(_RECORD, "weights", prior.weights.shape, f"must have the shape {allowed.shape}")
    return np.where(allowed, prior.weights, 0.0)


def log_pair_odds(weights: NDArray[np.float64], expected: float) -> float:
    """Natural log of κ with which the expected number of pairs is ``expected``.

    Args: ``weights`` (n_persons, n_remains) of the pairs, not negative; ``expected``, above 0 and below the largest
    possible number of pairs.

    Raises InvalidValue for an expectation that no κ gives.

    >>> kappa = np.exp(log_pair_odds(np.ones((1000, 1000)), 600.0))
    >>> round(float(kappa * 1000), 2)  # x/(1−x)² = 3.75
    3.75
    """
    most = _most_pairs(weights)
    if not 0.0 < expected < most:
        raise InvalidValue(_RECORD, "expected pairs", expected, f"must be above 0 and below {most}")
    blocks = _even_blocks(weights)
    if blocks is None:
        return _solve(_Classes.of(weights).expected_pairs, expected)
    terms = [_log_matchings(*block) for block in blocks]
    found = _solve(lambda log_odds: sum(_mean_pairs(t, log_odds) for t in terms), expected)
    return found - math.log(float(weights.max()))


def _solve(mean: Callable[[float], float], expected: float) -> float:
    """The log κ at which the mean number of pairs is as expected, looked for outwards from 0."""
    low, high, step = 0.0, 0.0, 1.0
    while mean(low) >= expected and low > -_FURTHEST:
        low, step = low - step, 2.0 * step
    step = 1.0
    while mean(high) <= expected:
        high, step = high + step, 2.0 * step
        if high > _FURTHEST:
            raise InvalidValue(_RECORD, "expected pairs", expected, f"must be below {mean(_FURTHEST):.6g}")
    return float(brentq(lambda log_odds: mean(log_odds) - expected, low, high, xtol=1e-9, rtol=1e-12))


def _most_pairs(weights: _Array) -> int:
    """The largest number of pairs that can be made."""
    blocks = _even_blocks(weights)
    if blocks is not None:
        return sum(min(block) for block in blocks)
    return int((maximum_bipartite_matching(csr_array(weights > 0.0), perm_type="column") >= 0).sum())


def _even_blocks(weights: _Array) -> list[tuple[int, int]] | None:
    """Sizes of the blocks of persons and remains that may be paired, all with one weight; None where it is not so."""
    allowed = weights > 0.0
    packed = np.ascontiguousarray(np.packbits(allowed, axis=1))
    rows = packed.view(f"V{packed.shape[1]}").ravel()
    _, first, number = np.unique(rows, return_index=True, return_inverse=True)
    blocks = []
    for k, kind in enumerate(allowed[first]):
        mine = number.reshape(-1) == k
        if kind.any():
            inside = weights[np.ix_(mine, kind)]
            if (weights[np.ix_(~mine, kind)] > 0.0).any() or (inside != weights.max()).any():
                return None
            blocks.append(inside.shape)
    return blocks


def _log_matchings(n_persons: int, n_remains: int) -> _Array:
    """log C(N,k) C(R,k) k! for k = 0 … min(N, R): the assignments with k pairs."""
    k = np.arange(min(n_persons, n_remains) + 1, dtype=np.float64)
    falling = [gammaln(n + 1.0) - gammaln(n - k + 1.0) for n in (n_persons, n_remains)]
    return np.asarray(falling[0] + falling[1] - gammaln(k + 1.0))


def _mean_pairs(log_matchings: _Array, log_odds: float) -> float:
    k = np.arange(len(log_matchings))
    terms = log_matchings + k * log_odds
    return float((k * np.exp(terms - logsumexp(terms))).sum())


def _all_but_one(terms: _Array, axis: int) -> _Array:
    """Sums along an axis without each term in turn, by exclusion: a subtraction would lose the small ones."""
    before = np.cumsum(terms, axis=axis)
    after = np.flip(np.cumsum(np.flip(terms, axis), axis=axis), axis)
    left, right = np.roll(before, 1, axis=axis), np.roll(after, -1, axis=axis)
    edge: list[slice | int] = [slice(None)] * terms.ndim
    edge[axis] = 0
    left[tuple(edge)] = 0.0
    edge[axis] = -1
    right[tuple(edge)] = 0.0
    return np.asarray(left + right)


@dataclass(slots=True, eq=False)
class _Classes:
    """Persons and remains in classes of equal weights: their sizes n and m, and the weights between classes."""

    n: _Array
    m: _Array
    weights: _Array
    passed: _Array  # messages of the last solution, from which the next starts

    @classmethod
    def of(cls, weights: _Array) -> _Classes:
        rows, n = np.unique(weights, axis=0, return_counts=True)
        columns, m = np.unique(rows, axis=1, return_counts=True)
        return cls(n.astype(np.float64), m.astype(np.float64), columns, np.ones(columns.shape))

    def expected_pairs(self, log_odds: float) -> float:
        """Bethe estimate of the expected number of pairs."""
        w = self.weights * math.exp(log_odds)
        free = self.passed
        for _ in range(_ROUNDS):
            taken = w * free
            claims = w / (1.0 + _all_but_one(taken * self.m, 1) + (self.m - 1.0) * taken)
            rivals = _all_but_one(self.n[:, None] * claims, 0) + (self.n[:, None] - 1.0) * claims
            now = 1.0 / (1.0 + rivals)
            change = float(np.abs(now - free).max())
            free = 0.5 * (free + now)
            if change < 1e-8:
                break
        self.passed = free
        taken = w * free
        return float((self.n[:, None] * self.m * taken / (1.0 + (taken @ self.m)[:, None])).sum())
