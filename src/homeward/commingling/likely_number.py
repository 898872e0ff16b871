"""The most likely number of individuals, from how many left and right bones were found and how many pairs they make.

L left and R right bones of one kind with P pairs, of N persons: P is hypergeometric,
p(P | N) = C(L, P)·C(N − L, R − P) / C(N, R), over N ≥ L + R − P (Adams & Konigsberg 2004, doi:10.1002/ajpa.10381).
Lincoln's index is L·R/P, the MLNI ⌊(L + 1)(R + 1)/(P + 1)⌋ − 1. Kinds of bones multiply. The posterior is summed to
where nothing is left of it, however far that is: its tail is a power of N, so that a table that ends early gives an
interval that is too short. The published script multiplies 1/(N + 1) once for each kind of bone; that is the prior
``adams_konigsberg``, beside the flat one.

Where pairs are uncertain the number of pairs is summed over, weighted by the likelihood ratios of all ways to pair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from homeward.model import InvalidValue

__all__ = [
    "PRIORS", "LikelyNumber", "PairCount", "chapman", "interval_text", "likely_number", "lincoln", "log_hypergeometric",
]

PRIORS = ("flat", "adams_konigsberg")
_Floats = NDArray[np.float64]
_LogPosterior = Callable[[_Floats], _Floats]
_EXACT = 20_000  # so many numbers one by one; beyond, cells that grow by a thousandth
_NEGLIGIBLE = 1e-13


@dataclass(frozen=True, slots=True)
class PairCount:
    """Left and right bones of one kind, and how many pairs they make."""

    bone: str
    left: int
    right: int
    pairs: int

    def __post_init__(self) -> None:
        if self.left < 0 or self.right < 0:
            raise InvalidValue(self.bone, "left, right", (self.left, self.right), "must not be negative")
        if not 0 <= self.pairs <= min(self.left, self.right):
            raise InvalidValue(self.bone, "pairs", self.pairs, f"must be from 0 to {min(self.left, self.right)}")


@dataclass(frozen=True, slots=True)
class LikelyNumber:
    """The posterior of the number of persons.

    Args:
        minimum: the least number possible. mode, mean: of the posterior; the mean is infinite where there is none.
        interval: the highest-density region, least and most; the most is infinite where the posterior is not proper.
        mass: the probability in the interval. level: what was asked for.
        persons, probability: numbers and their probabilities, shape (m,), up to the interval's end and beyond.
    """

    minimum: int
    mode: int
    mean: float
    interval: tuple[int, float]
    mass: float
    level: float
    persons: NDArray[np.int64]
    probability: _Floats


def lincoln(left: int, right: int, pairs: int) -> float:
    """Lincoln's index L·R/P; infinite without a pair."""
    return left * right / pairs if pairs else inf


def chapman(left: int, right: int, pairs: int) -> int:
    """The MLNI in closed form, ⌊(L + 1)(R + 1)/(P + 1)⌋ − 1 (Chapman 1951; Adams & Konigsberg 2004)."""
    return (left + 1) * (right + 1) // (pairs + 1) - 1


def likely_number(counts: Sequence[PairCount], *, prior: str = "flat", level: float = 0.95) -> LikelyNumber:
    """The posterior of the number of persons from one or more kinds of bones.

    Args: ``counts``, one for each kind of bone; ``prior``, one of PRIORS; ``level`` of the highest-density region.

    Returns the posterior, never cut short. Raises InvalidValue for no counts and for an unknown prior.

    >>> likely_number([PairCount("femur", 21, 15, 11)]).interval
    (25, 40.0)
    """
    if not counts:
        raise InvalidValue("likely number", "counts", 0, "must be one or more")
    if prior not in PRIORS:
        raise InvalidValue("likely number", "prior", prior, f"must be one of {', '.join(PRIORS)}")
    minimum = max(max(c.left + c.right - c.pairs for c in counts), 1)
    decay = sum(c.pairs for c in counts) + (len(counts) if prior == "adams_konigsberg" else 0)

    def log_posterior(n: _Floats) -> _Floats:
        total = np.zeros(n.shape)
        for c in counts:
            total += log_hypergeometric(n, c.left, c.right, c.pairs)
            if prior == "adams_konigsberg":
                total -= np.log(n + 1.0)
        return total

    return _summed(log_posterior, minimum, decay, level)


def log_hypergeometric(n: _Floats, left: int, right: int, pairs: int) -> _Floats:
    """Natural log of C(L, P)·C(N − L, R − P)/C(N, R), −inf where it cannot be; real N is allowed, to integrate.

    Far out the gamma functions of N lose every digit of their differences; there the quotient is written out,
    Π (1 − R/(N − i)) over i < L − P, over Π (N − i) for the P others.
    """
    left, right = min(left, right), max(left, right)
    value = np.full(n.shape, -np.inf)
    can = n >= left + right - pairs
    near = can & (n < _EXACT + left + right)
    far = n[can & ~near]
    m = n[near]
    value[near] = (gammaln(m - left + 1.0) - gammaln(m - left - right + pairs + 1.0) - gammaln(m + 1.0)
                   + gammaln(m - right + 1.0))
    written = np.zeros(far.shape)
    for i in range(left):
        written += np.log1p(-right / (far - i)) if i < left - pairs else -np.log(far - i)
    value[can & ~near] = written
    return np.asarray(value + _log_choose(left, pairs) + gammaln(right + 1.0) - gammaln(right - pairs + 1.0))


def _log_choose(n: int, k: int) -> float:
    return float(gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0))


def _summed(log_posterior: _LogPosterior, minimum: int, decay: float, level: float) -> LikelyNumber:
    """Sum a posterior that falls at last as N to the power −decay."""
    n, width = _cells(minimum, decay)
    density = log_posterior(n)
    mode = int(n[np.argmax(density)])
    mass = np.exp(density - density.max()) * width
    mass /= mass.sum()
    if decay <= 1.0:
        return LikelyNumber(minimum, mode, inf, (minimum, inf), 1.0, level, np.round(n).astype(np.int64), mass)
    order = np.argsort(-density, kind="stable")
    chosen = order[:int(np.searchsorted(np.cumsum(mass[order]), level)) + 1]
    end = float(np.floor(np.max(n[chosen] + (width[chosen] - 1.0) / 2.0)))
    mean = float(mass @ n) if decay > 2.0 else inf
    last = int(np.flatnonzero(mass > _NEGLIGIBLE).max()) + 1
    return LikelyNumber(minimum, mode, mean, (round(float(n[chosen].min())), end), float(mass[chosen].sum()), level,
                        np.round(n[:last]).astype(np.int64), mass[:last])


def _cells(minimum: int, decay: float) -> tuple[_Floats, _Floats]:
    """Numbers one by one, then the middles of cells that grow with the number, and how many numbers each holds."""
    single = np.arange(minimum, minimum + _EXACT, dtype=np.float64)
    if decay <= 1.0:
        return single, np.ones(_EXACT)
    # so far that of a tail that falls as N to the power 1 − decay less than 10⁻¹⁵ is left beyond
    reach = min(35.0 / (decay - 1.0), 35.0) + np.log(1.0 + minimum)
    edges = (single[-1] + 0.5) * np.exp(np.arange(0.0, reach, 0.002))
    return np.concatenate([single, (edges[1:] + edges[:-1]) / 2.0]), np.concatenate([np.ones(_EXACT), np.diff(edges)])


def interval_text(number: LikelyNumber) -> str:
    """The number with its interval in words: ``28 persons (95 %: 25 to 40)``."""
    end = f"{number.interval[1]:.0f}" if isfinite(number.interval[1]) else "without end"
    return f"{number.mode} persons ({100 * number.level:g} %: {number.interval[0]} to {end})"
