"""Whether chains agree: split R-hat on ranks, and the effective number of draws.

Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, doi:10.1214/20-BA1221.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

__all__ = ["effective_draws", "r_hat"]

_Array = NDArray[np.float64]


def r_hat(draws: _Array) -> float:
    """The larger of the rank-normalised split R-hat of the draws, (chains, n), and of how far they are from the median.

    1 where nothing varies; infinite where each chain stays at a value of its own.
    """
    folded = np.abs(draws - np.median(draws))
    return max(_split(_normal_scores(_halves(draws))), _split(_normal_scores(_halves(folded))))


def _halves(draws: _Array) -> _Array:
    n = draws.shape[1] // 2
    return np.concatenate([draws[:, :n], draws[:, draws.shape[1] - n:]])


def _normal_scores(draws: _Array) -> _Array:
    ranks = rankdata(draws, method="average").reshape(draws.shape)
    return np.asarray(norm.ppf((ranks - 0.375) / (draws.size + 0.25)))


def _split(z: _Array) -> float:
    within = float(z.var(axis=1, ddof=1).mean())
    between = float(z.mean(axis=1).var(ddof=1))
    if within <= 1e-12:
        return 1.0 if between <= 1e-12 else float("inf")
    n = z.shape[1]
    return float(np.sqrt((n - 1) / n + between / within))


def effective_draws(draws: _Array) -> float:
    """How many independent draws the chains, (chains, n), are worth for their mean (Geyer's initial monotone sums)."""
    halves = _halves(draws)
    m, n = halves.shape
    within = float(halves.var(axis=1, ddof=1).mean())
    if within <= 1e-12:
        return float(m * n)
    total = within * (n - 1) / n + float(halves.mean(axis=1).var(ddof=1))
    correlation = 1.0 - (within - _autocovariance(halves).mean(axis=0)) / total
    pairs = correlation[:-1:2] + correlation[1::2]
    positive = np.flatnonzero(pairs < 0.0)
    kept = np.minimum.accumulate(pairs[:positive[0] if len(positive) else len(pairs)])
    return float(min(m * n / max(2.0 * kept.sum() - 1.0, 1e-3), m * n * np.log10(m * n)))


def _autocovariance(draws: _Array) -> _Array:
    n = draws.shape[1]
    centred = draws - draws.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centred, 2 * n, axis=1)
    return np.asarray(np.fft.irfft(spectrum * spectrum.conj(), 2 * n, axis=1)[:, :n] / n)
