"""The number of individuals where nobody knows which left belongs to which right: the pairs are summed over.

Given N persons every way to pair P of the lefts with P of the rights is as likely as any other, so that a way M has the
posterior weight Π LR over its pairs times G(P), G(P) = Σ_N p(N)·p(P | N) / (C(L, P)·C(R, P)·P!), with p(P | N) as by
Adams & Konigsberg 2004 (doi:10.1002/ajpa.10381). Few bones are summed exactly, many are sampled by Metropolis steps
that join, part and exchange pairs; given P the posterior of N is exact in both. A number of pairs taken as certain
gives an interval that is too short, and with missed pairs one that lies too high.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, logsumexp

from homeward.commingling.likely_number import LikelyNumber, log_hypergeometric
from homeward.model import InvalidValue

__all__ = ["UncertainPairs", "number_with_uncertain_pairs"]

_Floats = NDArray[np.float64]
_EXACT_SIDE = 12  # sums over all sets of so many bones are exact in a moment


@dataclass(frozen=True, slots=True)
class UncertainPairs:
    """The posterior of the number of persons, and of the number of pairs, shape (min(L, R) + 1,).

    ``together``: the probability of each pair, shape (L, R). ``error``: the Monte-Carlo standard error of the mean
    number of pairs, 0 where the sum is exact.
    """

    number: LikelyNumber
    pairs: _Floats
    together: _Floats
    error: float


def number_with_uncertain_pairs(log10_lr: _Floats, *, most: int, level: float = 0.95,
                                rng: np.random.Generator | None = None, sweeps: int = 2000) -> UncertainPairs:
    """The number of persons from left and right bones of one kind and the LRs of all their pairs.

    Args: ``log10_lr``, shape (L, R), of one person over two; ``most``, how many persons there can be, such as all who
    are missing: the prior is flat up to there; ``level`` of the region; ``rng`` and ``sweeps``, where it is sampled.

    Returns the posterior. Raises InvalidValue where more bones stand on one side than there are persons, and where it
    must be sampled and no ``rng`` is given.

    >>> two = np.array([[4.0, -2.0], [-2.0, 4.0]])
    >>> number_with_uncertain_pairs(two, most=100).number.mode
    2
    """
    n_left, n_right = log10_lr.shape
    if most < max(n_left, n_right, 1):
        raise InvalidValue("uncertain pairs", "most", most, f"must be at least {max(n_left, n_right, 1)}")
    loglik = log10_lr * np.log(10.0)
    if n_right > n_left:
        turned = number_with_uncertain_pairs(log10_lr.T, most=most, level=level, rng=rng, sweeps=sweeps)
        return UncertainPairs(turned.number, turned.pairs, turned.together.T, turned.error)
    persons = np.arange(max(n_left, n_right, 1), most + 1)
    given = _given_pairs(persons.astype(np.float64), n_left, n_right)
    ways = np.array([gammaln(n_left + 1) - gammaln(n_left - k + 1) + gammaln(n_right + 1) - gammaln(n_right - k + 1)
                     - gammaln(k + 1) for k in range(n_right + 1)])
    held = logsumexp(given, axis=1)
    weight = held - ways  # −inf for so few pairs that there would be more persons than there can be
    error = 0.0
    if n_right <= _EXACT_SIDE:
        pairs, together = _summed(loglik, weight)
    elif rng is None:
        raise InvalidValue("uncertain pairs", "rng", None, f"must be given for more than {_EXACT_SIDE} bones a side")
    else:
        pairs, together, error = _sampled(loglik, weight, rng, sweeps)
    can = np.isfinite(held)
    posterior = pairs[can] @ np.exp(given[can] - held[can, None])
    return UncertainPairs(_number(persons, posterior, level), pairs, together, error)


def _given_pairs(persons: _Floats, n_left: int, n_right: int) -> _Floats:
    """Log p(P | N): (min(L, R) + 1, persons)."""
    return np.stack([log_hypergeometric(persons, n_left, n_right, k) for k in range(n_right + 1)])


def _number(persons: NDArray[np.int64], posterior: _Floats, level: float) -> LikelyNumber:
    order = np.argsort(-posterior, kind="stable")
    chosen = order[:int(np.searchsorted(np.cumsum(posterior[order]), level * (1.0 - 1e-12))) + 1]
    held = np.flatnonzero(posterior > 0.0)
    return LikelyNumber(int(persons[held[0]]), int(persons[order[0]]), float(posterior @ persons),
                        (int(persons[chosen].min()), float(persons[chosen].max())), float(posterior[chosen].sum()),
                        level, persons, posterior)


def _summed(loglik: _Floats, weight: _Floats) -> tuple[_Floats, _Floats]:
    """Exact: forward and backward over the lefts, on all sets of rights that are taken."""
    n_left, n_right = loglik.shape
    sets = 1 << n_right
    forward = np.full((n_left + 1, sets), -np.inf)
    forward[0, 0] = 0.0
    bits = [1 << j for j in range(n_right)]
    every = np.arange(sets)
    for i in range(n_left):
        row = forward[i].copy()
        for j, bit in enumerate(bits):
            free = every[(every & bit) == 0]
            row[free | bit] = np.logaddexp(row[free | bit], forward[i, free] + loglik[i, j])
        forward[i + 1] = row
    size = np.array([bin(s).count("1") for s in every])
    backward = weight[size]
    total = logsumexp(forward[-1] + backward)
    pairs = np.array([np.exp(logsumexp(forward[-1][size == k] + weight[k]) - total) for k in range(n_right + 1)])
    together = np.zeros(loglik.shape)
    for i in range(n_left - 1, -1, -1):
        before = backward.copy()
        for j, bit in enumerate(bits):
            free = every[(every & bit) == 0]
            through = loglik[i, j] + backward[free | bit]
            together[i, j] = np.exp(logsumexp(forward[i, free] + through) - total)
            before[free] = np.logaddexp(before[free], through)
        backward = before
    return pairs, together


def _sampled(loglik: _Floats, weight: _Floats, rng: np.random.Generator,
             sweeps: int) -> tuple[_Floats, _Floats, float]:
    n_left, n_right = loglik.shape
    # pairs are proposed in proportion to what their LR gives them, and each now and then
    proposal = np.exp(np.clip(loglik, -2.0, 2.0))
    proposal /= proposal.sum()
    chain = _Matching(loglik, weight, proposal)
    chain.begin()
    steps = n_left + n_right
    counts = np.zeros(sweeps)
    together = np.zeros(loglik.shape)
    burn = sweeps // 5
    for sweep in range(sweeps + burn):
        picked = rng.choice(proposal.size, size=steps, p=proposal.ravel())
        for cell, u in zip(picked.tolist(), np.log(rng.random(steps)).tolist(), strict=True):
            chain.step(cell // n_right, cell % n_right, u)
        if sweep >= burn:
            counts[sweep - burn] = chain.n
            for i, j in enumerate(chain.right_of):
                if j >= 0:
                    together[i, j] += 1.0
    pairs = np.bincount(counts.astype(np.int64), minlength=n_right + 1) / sweeps
    batches = counts[:sweeps - sweeps % 20].reshape(20, -1).mean(axis=1)
    return pairs, together / sweeps, float(batches.std(ddof=1) / np.sqrt(20))


class _Matching:
    """One way to pair, and the Metropolis steps that change it."""

    def __init__(self, loglik: _Floats, weight: _Floats, proposal: _Floats) -> None:
        self.loglik, self.weight = loglik.tolist(), weight.tolist()
        self.q: list[list[float]] = proposal.tolist()
        self.right_of, self.left_of = [-1] * len(loglik), [-1] * loglik.shape[1]
        self.n = 0

    def begin(self) -> None:
        """Pair as many as there must be at least, the likeliest of each row first."""
        while self.weight[self.n] == -np.inf:
            i = self.right_of.index(-1)
            j = max((j for j, taken in enumerate(self.left_of) if taken < 0), key=self.loglik[i].__getitem__)
            self._join(i, j)
            self.n += 1

    def step(self, i: int, j: int, log_u: float) -> None:
        """Part i and j where they are a pair; else make them one, and give what they leave to each other."""
        a, b, w = self.right_of[i], self.left_of[j], self.loglik
        if a == j:
            if log_u < self.weight[self.n - 1] - self.weight[self.n] - w[i][j]:
                self.right_of[i] = self.left_of[j] = -1
                self.n -= 1
        elif a < 0 and b < 0:
            if log_u < self.weight[self.n + 1] - self.weight[self.n] + w[i][j]:
                self._join(i, j)
                self.n += 1
        elif a >= 0 and b >= 0:
            back = np.log((self.q[i][a] + self.q[b][j]) / (self.q[i][j] + self.q[b][a]))
            if log_u < w[i][j] + w[b][a] - w[i][a] - w[b][j] + back:
                self._join(i, j)
                self._join(b, a)
        else:
            x, y = (i, a) if a >= 0 else (b, j)
            if log_u < w[i][j] - w[x][y] + np.log(self.q[x][y] / self.q[i][j]):
                self.right_of[x] = self.left_of[y] = -1
                self._join(i, j)

    def _join(self, i: int, j: int) -> None:
        self.right_of[i], self.left_of[j] = j, i
