"""The t-tests of OsteoSort, number for number, for laboratories that compare with what they have.

D = Σ (left − right), or Σ |left − right|, over the measurements that a pair shares; the reference is the same sum over
the persons who have all of those on both sides. t = (D − mean)/sd and a p-value of Student's t with n − 1 degrees
(Byrd & LeGarde 2014; Lynch, Byrd & LeGarde 2018, doi:10.1111/1556-4029.13560). Where D is absolute and the tails are
two, version 2 doubles the upper tail, so that a p-value may exceed 1, and version 1.2.6 takes the absolute t. Version 2
may transform D by Yeo & Johnson, 1.2.6 by Box & Cox, D shifted by 0.00005; both parameters are found by maximum
likelihood, and come from an optimiser: they agree to about eight digits. Articulation by regression is that of the log
of one sum on the log of the other.

A p-value says how rare such a difference is in one person, and nothing of how rare it is between two:
``compare_pairs`` says both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import boxcox
from scipy.stats import boxcox_llf, yeojohnson, yeojohnson_llf
from scipy.stats import t as student

from homeward.model import InvalidValue

__all__ = ["OsteoSortPairs", "OsteoSortRegression", "OsteoSortSettings", "osteosort_pairs", "osteosort_regression"]

_Floats = NDArray[np.float64]
_SHIFT = 0.00005
_BOUNDS = (-2.0, 2.0)  # of the parameter of either transform, as there
_VERSIONS = ("1.2.6", "2.0")


@dataclass(frozen=True, slots=True)
class OsteoSortSettings:
    """Its switches, by its names; ``transform``: Box–Cox in version 1.2.6 (with absolute), Yeo–Johnson in 2.0."""

    absolute: bool = False
    zero_mean: bool = False
    transform: bool = False
    tails: int = 2
    version: str = "2.0"

    def __post_init__(self) -> None:
        if self.tails not in (1, 2):
            raise InvalidValue("OsteoSort", "tails", self.tails, "must be 1 or 2")
        if self.version not in _VERSIONS:
            raise InvalidValue("OsteoSort", "version", self.version, f"must be one of {', '.join(_VERSIONS)}")
        if self.version == "1.2.6" and self.transform and not self.absolute:
            raise InvalidValue("OsteoSort", "transform", True, "needs absolute differences in version 1.2.6")


@dataclass(frozen=True, slots=True)
class OsteoSortPairs:
    """Each of shape (n_rows, n_columns): p-value, reference mean, sd and n, and the pair's own value.

    NaN, and n = 0, where a pair shares no measurement.
    """

    p: _Floats
    mean: _Floats
    sd: _Floats
    n: NDArray[np.int64]
    value: _Floats


@dataclass(frozen=True, slots=True)
class OsteoSortRegression:
    """Each of shape (n_rows, n_columns): p-value, r², intercept, slope, residual sd and n of the reference."""

    p: _Floats
    r2: _Floats
    intercept: _Floats
    slope: _Floats
    sigma: _Floats
    n: NDArray[np.int64]


def osteosort_pairs(rows: _Floats, columns: _Floats, reference_rows: _Floats, reference_columns: _Floats,
                    settings: OsteoSortSettings) -> OsteoSortPairs:
    """Every row's element against every column's, with the same measurements in the same order.

    Args: ``rows`` (n, v) and ``columns`` (m, v) in millimetres, NaN where not taken; ``reference_rows`` and
    ``reference_columns`` (r, v), the two bones of reference persons; ``settings``.

    Returns the tests. A measurement of one element that the other lacks is not used.
    """
    shape = (len(rows), len(columns))
    p, mean, sd, value = (np.full(shape, np.nan) for _ in range(4))
    out = OsteoSortPairs(p, mean, sd, np.zeros(shape, dtype=np.int64), value)
    (taken_x, of_x), (taken_y, of_y) = (np.unique(~np.isnan(v), axis=0, return_inverse=True) for v in (rows, columns))
    kept: dict[bytes, tuple[_Floats, float]] = {}
    for a, there_a in enumerate(taken_x):
        for b, there_b in enumerate(taken_y):
            shared = there_a & there_b
            if shared.any():
                if shared.tobytes() not in kept:
                    kept[shared.tobytes()] = _reference(reference_rows[:, shared] - reference_columns[:, shared],
                                                        settings)
                where = np.ix_(of_x.ravel() == a, of_y.ravel() == b)
                gap = rows[of_x.ravel() == a][:, None, shared] - columns[of_y.ravel() == b][None, :, shared]
                _test(out, where, _sum(gap, settings), *kept[shared.tobytes()], settings)
    return out


def _sum(gap: _Floats, settings: OsteoSortSettings) -> _Floats:
    return np.asarray((np.abs(gap) if settings.absolute else gap).sum(axis=-1))


def _reference(gap: _Floats, settings: OsteoSortSettings) -> tuple[_Floats, float]:
    """The differences of the reference persons who have all measurements, transformed, and the parameter of that."""
    d = _sum(gap[~np.isnan(gap).any(axis=1)], settings)
    if not settings.transform or len(d) < 3:
        return d, 1.0
    if settings.version == "1.2.6":
        parameter = _best(lambda p: boxcox_llf(p, d + _SHIFT))
    else:
        parameter = _best(lambda p: yeojohnson_llf(p, d))
    return _transformed(d, parameter, settings), parameter


def _best(loglik: Callable[[float], float]) -> float:
    return float(minimize_scalar(lambda p: -loglik(p), bounds=_BOUNDS, method="bounded", options={"xatol": 1e-12}).x)


def _transformed(d: _Floats, parameter: float, settings: OsteoSortSettings) -> _Floats:
    if settings.version == "1.2.6":  # the power alone: (D + shift)^λ
        return np.asarray(boxcox(d + _SHIFT, parameter) * parameter + 1.0)
    return np.asarray(yeojohnson(d.ravel(), parameter)).reshape(d.shape)


def _test(out: OsteoSortPairs, where: tuple[NDArray[np.int64], ...], value: _Floats, reference: _Floats,
          parameter: float, settings: OsteoSortSettings) -> None:
    n = len(reference)
    out.n[where] = n
    value = _transformed(value, parameter, settings) if settings.transform and n >= 3 else value
    out.value[where] = value
    if not n:
        return
    mean = 0.0 if settings.zero_mean else float(reference.mean())
    sd = float(reference.std(ddof=1)) if n > 1 else np.nan
    out.mean[where], out.sd[where] = mean, sd
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (value - mean) / sd
    # version 2 of absolute differences: the upper tail, however many tails are asked for
    t = t if settings.absolute and settings.version == "2.0" else np.abs(t)
    out.p[where] = settings.tails * student.sf(t, n - 1)


def osteosort_regression(rows: _Floats, columns: _Floats, reference_rows: _Floats,
                         reference_columns: _Floats) -> OsteoSortRegression:
    """Articulation by regression: the log of a column's sum of measurements on the log of a row's.

    Args: ``rows`` (n, v) and ``columns`` (m, w), all that was measured of each; ``reference_rows`` (r, v) and
    ``reference_columns`` (r, w), the same of reference persons, of whom those count who have all of it.

    Returns the tests, NaN where fewer than three persons have all of it.
    """
    shape = (len(rows), len(columns))
    p, r2, intercept, slope, sigma = (np.full(shape, np.nan) for _ in range(5))
    out = OsteoSortRegression(p, r2, intercept, slope, sigma, np.zeros(shape, dtype=np.int64))
    (taken_x, of_x), (taken_y, of_y) = (np.unique(~np.isnan(v), axis=0, return_inverse=True) for v in (rows, columns))
    for a, there_a in enumerate(taken_x):
        for b, there_b in enumerate(taken_y):
            where = (of_x.ravel() == a, of_y.ravel() == b)
            known = ~np.isnan(reference_rows[:, there_a]).any(axis=1)
            known &= ~np.isnan(reference_columns[:, there_b]).any(axis=1)
            out.n[np.ix_(*where)] = known.sum()
            if known.sum() > 2 and there_a.any() and there_b.any():
                _regress(out, where, (np.log(rows[where[0]][:, there_a].sum(axis=1)),
                                      np.log(columns[where[1]][:, there_b].sum(axis=1))),
                         (np.log(reference_rows[known][:, there_a].sum(axis=1)),
                          np.log(reference_columns[known][:, there_b].sum(axis=1))))
    return out


def _regress(out: OsteoSortRegression, where: tuple[NDArray[np.bool_], NDArray[np.bool_]],
             case: tuple[_Floats, _Floats], reference: tuple[_Floats, _Floats]) -> None:
    (x0, y0), (x, y) = case, reference
    n, centred = len(x), x - x.mean()
    spread = float(centred @ centred)
    slope = float(centred @ y) / spread
    intercept = float(y.mean() - slope * x.mean())
    residual = y - intercept - slope * x
    sigma = float(np.sqrt(residual @ residual / (n - 2)))
    error = sigma * np.sqrt(1.0 + 1.0 / n + (x0 - x.mean()) ** 2 / spread)
    t = (y0[None, :] - (intercept + slope * x0)[:, None]) / error[:, None]
    cells = np.ix_(*where)
    out.p[cells] = 2.0 * student.sf(np.abs(t), n - 2)
    out.r2[cells] = 1.0 - float(residual @ residual) / float(((y - y.mean()) ** 2).sum())
    out.intercept[cells], out.slope[cells], out.sigma[cells] = intercept, slope, sigma
