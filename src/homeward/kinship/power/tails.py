"""Tails of a sum of log10 LRs over markers: the probability of passing a threshold, however rare, with its error.

An unrelated person passes LR = 10⁴ less than once in ten thousand, and plain counting would need millions of draws. So
the draws are tilted: outcomes g are drawn with probability ∝ P(g | unrelated) LR(g)^s, which for s = 0 is an unrelated
person's profile and for s = 1 the member's, with the s between that brings the expected log10 LR to the threshold; each
draw then carries the weight that undoes the tilt. Source: Siegmund 1976, doi:10.1214/aos/1176343541.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.power.outcomes import Outcomes

__all__ = ["Estimate", "Tail", "mean_of", "tail_of"]

_HALVINGS = 12  # any s gives a right answer, and one near the best gives a sharp one
_MOST_TILT = 8.0  # beyond the member's own 1: for thresholds that even his own remains rarely pass

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A simulated figure and its standard error, which is 0 only where the figure is exact."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Tail:
    """P(log10 LR > ``log10_threshold``) if the remains are the missing member, and if they are an unrelated person."""

    log10_threshold: float
    if_member: Estimate
    if_unrelated: Estimate

    @property
    def unrelated_below(self) -> Estimate:
        """P(log10 LR ≤ threshold) of an unrelated person: what refuses him where mutation leaves nothing impossible."""
        return Estimate(1.0 - self.if_unrelated.value, self.if_unrelated.error)

    def false_candidates(self, pool: int) -> Estimate:
        """How many of ``pool`` unrelated persons' remains are expected above the threshold."""
        return Estimate(pool * self.if_unrelated.value, pool * self.if_unrelated.error)


def tail_of(outcomes: Sequence[Outcomes], log10_threshold: float, *, rng: np.random.Generator, draws: int) -> Tail:
    """P(log10 LR > threshold) over independent markers, under both hypotheses.

    Args: ``outcomes``, one row (L = 1) for each marker; ``log10_threshold`` t; ``rng``; ``draws``, how many serve both
    figures. With K(s) = ln Σ_g P(g | unrelated) LR(g)^s over all markers, the weights of a draw are exp(K(s) − s ln LR)
    for the unrelated person and exp(K(s) + (1 − s) ln LR) for the member; each sums the rarer side of the threshold.
    """
    markers = _Tilting.of(outcomes)
    t = log10_threshold * math.log(10.0)
    if markers is None:
        sure = Estimate(float(t < 0.0), 0.0)
        return Tail(log10_threshold, sure, sure)
    lowest, highest = markers.range
    if highest <= t:
        return Tail(log10_threshold, Estimate(0.0, 0.0), Estimate(0.0, 0.0))
    if lowest > t:  # passed by everyone whom no marker excludes
        return Tail(log10_threshold, Estimate(1.0, 0.0), Estimate(math.exp(markers.normalisation(0.0)), 0.0))
    s = markers.reaching(t)
    k, ln_lr = markers.normalisation(s), markers.draw(s, rng, draws)
    passes = ln_lr > t
    unrelated = mean_of(_weighted(passes, k - s * ln_lr), math.exp(min(k - s * t, 0.0)))
    rarely = s > 1.0
    member = mean_of(_weighted(passes == rarely, k + (1.0 - s) * ln_lr), math.exp(min(k + (1.0 - s) * t, 0.0)))
    return Tail(log10_threshold, member if rarely else Estimate(1.0 - member.value, member.error), unrelated)


def _weighted(counted: NDArray[np.bool_], ln_weight: _Array) -> _Array:
    return np.exp(np.where(counted, ln_weight, -np.inf))


def mean_of(values: _Array, most: float) -> Estimate:
    """The mean of draws that lie from 0 to ``most``.

    Its error is that of the draws and two more, one at each end (for a count: Agresti & Coull 1998,
    doi:10.1080/00031305.1998.10480550), so that what was never drawn is not taken for impossible.
    """
    wider = np.concatenate([values, [0.0, most]])
    return Estimate(float(values.mean()), float(wider.std() / math.sqrt(len(wider))))


@dataclass(frozen=True, slots=True)
class _Tilting:
    """Outcomes that are possible for the member, all markers end to end; ``starts``: each marker's first."""

    unrelated: _Array
    ln_lr: _Array
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, outcomes: Sequence[Outcomes]) -> _Tilting | None:
        """The markers at which something is compared; None if there is none."""
        if not outcomes:
            return None
        kept = [(o.if_unrelated[0] > 0.0) & (o.if_member[0] > 0.0) for o in outcomes]
        unrelated = [o.if_unrelated[0, keep] for o, keep in zip(outcomes, kept, strict=True)]
        ln_lr = [o.log10_lr[0, keep] * math.log(10.0) for o, keep in zip(outcomes, kept, strict=True)]
        sizes = np.array([len(u) for u in unrelated])
        return cls(np.concatenate(unrelated), np.concatenate(ln_lr), np.cumsum(sizes) - sizes)

    def _weights(self, s: float) -> _Array:
        return np.asarray(self.unrelated * np.exp(s * self.ln_lr))

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest ln LR that there can be."""
        ends = (ufunc.reduceat(self.ln_lr, self.starts).sum() for ufunc in (np.minimum, np.maximum))
        lowest, highest = map(float, ends)
        return lowest, highest

    def normalisation(self, s: float) -> float:
        """K(s)."""
        return float(np.log(np.add.reduceat(self._weights(s), self.starts)).sum())

    def reaching(self, t: float) -> float:
        """The s from 0 for which the expected ln LR, K′(s), comes nearest to t; K′ rises with s."""
        low, high = (0.0, 1.0) if self._slope(1.0) > t else (1.0, _MOST_TILT)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2.0
            low, high = (middle, high) if self._slope(middle) < t else (low, middle)
        return low

    def _slope(self, s: float) -> float:
        weights = self._weights(s)
        sums = np.add.reduceat(weights, self.starts)
        return float((np.add.reduceat(weights * self.ln_lr, self.starts) / sums).sum())

    def draw(self, s: float, rng: np.random.Generator, draws: int) -> _Array:
        """Totals of ln LR over the markers, (draws,), drawn with the tilt s."""
        total = np.zeros(draws)
        parts = (np.split(x, self.starts[1:]) for x in (self._weights(s), self.ln_lr))
        for weights, ln_lr in zip(*parts, strict=True):
            reached = weights.cumsum()
            total += ln_lr[np.searchsorted(reached, rng.random(draws) * reached[-1] * (1.0 - 1e-12), side="right")]
        return total
