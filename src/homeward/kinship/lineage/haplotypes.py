"""How probable a haplotype, or a class of haplotypes, is in a population, from a database of it.

The database is a sample of N people of whom x show what is asked for. Three estimates are offered:

- ``count``: (x + 1)/(N + 1), the haplotype in hand counted among the sample;
- ``upper``: the one-sided upper bound of Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404;
- ``kappa``: for what nobody in the database has, (1 − κ)/n with n = N + 1 people, the one in hand among them, of whom
  the share κ has a haplotype of his own (Brenner 2010, doi:10.1016/j.fsigen.2009.10.013); for the rest, the count.

Members of one village are more alike than a wide database says; θ raises the probability of being identical to
θ + (1 − θ)·p (Buckleton, Krawczak & Weir 2011, doi:10.1016/j.fsigen.2011.01.007).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, gammainc, gammaln

from homeward.model import InvalidValue
from homeward.model.parameters import ESTIMATES

__all__ = ["ESTIMATES", "Estimate", "falling_ratio", "poisson_classes"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Which estimate is used.

    ``kind``: one of ESTIMATES; ``confidence``: of the upper bound; ``theta``: coancestry of the population's members
    on the line, 0 to below 1. Raises InvalidValue for values outside these.
    """

    kind: str = "count"
    confidence: float = 0.95
    theta: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in ESTIMATES:
            raise InvalidValue("estimate", "kind", self.kind, f"must be one of {', '.join(ESTIMATES)}")
        if not 0.0 < self.confidence < 1.0:
            raise InvalidValue("estimate", "confidence", self.confidence, "must be above 0 and below 1")
        if not 0.0 <= self.theta < 1.0:
            raise InvalidValue("estimate", "theta", self.theta, "must be at least 0 and below 1")

    def probabilities(self, counts: NDArray[np.int64], n: int, singletons: int = 0) -> NDArray[np.float64]:
        """Probability that a member of the population falls into each class of haplotypes.

        Args: ``counts``, of any shape, people of the database in each class; the first is that of the haplotype in
        hand. ``n``: people in the database. ``singletons``: those whose haplotype nobody else in it has (kappa).

        Returns probabilities of the shape of ``counts``. They need not sum to 1: each is guarded against a class
        that the database has missed.

        >>> Estimate().probabilities(np.array([0, 4]), 99)
        array([0.01, 0.05])
        """
        x = counts.astype(np.float64)
        if self.kind == "upper":
            with np.errstate(all="ignore"):
                p = np.where(x >= n, 1.0, betaincinv(x + 1.0, np.maximum(n - x, 1e-9), self.confidence))
        else:
            p = (x + 1.0) / (n + 1.0)
        if self.kind == "kappa" and x.flat[0] == 0.0:
            # κ = 1 would make the unseen impossible: one of the n is taken to have been seen twice.
            kappa = min(singletons + 1, n) / (n + 1.0)
            p.flat[0] = (1.0 - kappa) / (n + 1.0)
        p *= 1.0 - self.theta
        p.flat[0] += self.theta
        return np.asarray(p, dtype=np.float64)


def falling_ratio(loglik: NDArray[np.float64], probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Natural log LR of each class of differences, never rising with more of them.

    Args: ``loglik``, log probability of each class for one line; ``probability``, for a member of the population, of
    the same shape or one shorter along each axis: the last class of a kind, "so many or more", is then given 1, so
    that it can only lower an LR. Each axis counts one kind of difference from 0.

    A stranger is a relative over more meioses. His differences are therefore spread further than a known relative's,
    and the true ratio falls along each axis; a database that happens to lack the next class must not make it rise.
    """
    ratio = loglik.copy()
    ratio[tuple(slice(n) for n in probability.shape)] -= np.log(probability)
    for axis in range(ratio.ndim):
        ratio = np.minimum.accumulate(ratio, axis=axis)
    return ratio


def poisson_classes(mean: float, last: int) -> NDArray[np.float64]:
    """Natural log probability of 0, 1, … events, and of ``last`` or more; shape (last + 1,). Mean 0: none is certain.

    >>> np.exp(poisson_classes(0.1, 2)).round(6)
    array([0.904837, 0.090484, 0.004679])
    """
    k = np.arange(last, dtype=np.float64)
    with np.errstate(divide="ignore"):
        below = k * np.log(mean) - mean - gammaln(k + 1.0) if mean > 0.0 else np.where(k == 0.0, 0.0, -math.inf)
        return np.append(below, np.log(gammainc(last, mean)))
