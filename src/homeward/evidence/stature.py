"""Stature: the lengths of bones against the height that was recorded in life.

Model: bones are regressed on stature, b | h ~ N(α + βh, Σ) jointly, with their residual covariance Σ: a femur and a
tibia of one leg are nearly one observation, and never two factors. The lengths of one set of remains then say of h no
more than one figure, ĥ = βᵀΣ⁻¹(b − α)/p with the error variance 1/p, p = βᵀΣ⁻¹β. The recorded height is
h* = h + shift + e, with e of the record's own error; a rounded record may be anything within half a unit; a man
measured while he still grew was taller when he died, by an exponential amount, never smaller:

    LR = (1 − δ) · ∫ N(ĥ; h, 1/p) P(h | h*) dh / Σ_g P(g) ∫ N(ĥ_g; h, 1/p_g) f_g(h) dh + δ

where f_g = N(μ_g, τ_g²) are the adult statures of group g (a sex of a population) of the pool, and δ is the probability
that the record is another's, or that the bones are. P(h | h*) ∝ P(h* | h) f(h): a record of 190 cm is more often one of
a man of 188 that was misread than of one of 192.

Assumptions: joint normality; the reference's bones are of the pool's population (see the paper for what that costs);
left and right of one code are averaged before they enter. How much men of each age still grow is an assumption
(``growth_left_cm``): growth ends between 18 and 23 in conscripts (Douros et al. 2015, doi:10.15406/bbij.2015.02.00047).

Sources: Konigsberg, Ross & Jungers 2006, in Forensic Anthropology and Medicine, ch. 13 (bone on stature; LR);
Ousley 1995, doi:10.1520/JFS15381J (recorded against measured stature); Willey & Falsetti 1991 (heights on licences).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import COMPARED, NOT_COMPARED, Support
from homeward.model import InvalidValue
from homeward.model.antemortem import RecordedHeight

__all__ = [
    "CONDITIONS_ON", "NAME", "Antemortem", "Params", "Postmortem", "StatureEstimate", "StatureGroup", "compare",
    "growth_left_cm", "pool_of",
]

NAME = "stature"
CONDITIONS_ON = ("sex",)
_GROWN_AT, _LEFT_EACH_YEAR = 23.0, 0.6
_Array = NDArray[np.float64]
# Nodes of a uniform on (−1/2, 1/2) and of an exponential of mean 1: (offset, weight).
_UNIFORM = tuple((x / 2.0, w / 2.0) for x, w in zip(*np.polynomial.legendre.leggauss(3), strict=True))
_EXPONENTIAL = tuple(zip(*np.polynomial.laguerre.laggauss(5), strict=True))


@dataclass(frozen=True, slots=True)
class StatureGroup:
    """Bones on stature in one group, and the adult statures of its members in the pool.

    ``intercepts_cm``, ``slopes``: α and β of each of ``codes``, (L,); ``residuals``: Σ, (L, L), cm²; ``mean_cm``,
    ``sd_cm``: μ and τ. ``n``: people in the reference, who widen Σ by what so few cannot tell; None: taken as known.
    Raises InvalidValue for shapes that differ, a Σ that is no covariance, a τ that is not positive, and n below 8.
    """

    name: str
    codes: tuple[str, ...]
    intercepts_cm: _Array
    slopes: _Array
    residuals: _Array
    mean_cm: float
    sd_cm: float
    n: int | None = None

    def __post_init__(self) -> None:
        size = len(self.codes)
        for name, shape in (("intercepts_cm", (size,)), ("slopes", (size,)), ("residuals", (size, size))):
            if getattr(self, name).shape != shape:
                raise InvalidValue(self.name, name, getattr(self, name).shape, f"must have the shape {shape}")
        if not np.allclose(self.residuals, self.residuals.T) or np.linalg.eigvalsh(self.residuals)[0] <= 0.0:
            raise InvalidValue(self.name, "residuals", self.residuals.tolist(), "must be a positive definite matrix")
        if not self.sd_cm > 0.0:
            raise InvalidValue(self.name, "sd_cm", self.sd_cm, "must be positive")
        if self.n is not None and self.n < 8:
            raise InvalidValue(self.name, "n", self.n, "must be at least 8")

    @classmethod
    def of_moments(cls, name: str, codes: tuple[str, ...], mean_cm: _Array, covariance: _Array,
                   n: int | None = None) -> StatureGroup:
        """The group of a reference by its means and covariance, stature first, then the bones: (L + 1,), cm."""
        slopes = covariance[1:, 0] / covariance[0, 0]
        residuals = covariance[1:, 1:] - np.outer(slopes, slopes) * covariance[0, 0]
        return cls(name, codes, mean_cm[1:] - slopes * mean_cm[0], slopes, residuals, float(mean_cm[0]),
                   math.sqrt(covariance[0, 0]), n)

    @property
    def predictive(self) -> _Array:
        """Σ as of one more person: (n + 1)/n · (n − 2)/(n − 4) times that of the reference."""
        return self.residuals if self.n is None else self.residuals * (
            (self.n + 1) / self.n * (self.n - 2) / (self.n - 4))


@dataclass(frozen=True, slots=True)
class StatureEstimate:
    """A stature that somebody estimated when the bones were before him: an instrument with an error of its own.

    ``shift_cm``: by how much such estimates are too tall. Raises InvalidValue for an error that is not positive.
    """

    stature_cm: float
    sd_cm: float
    shift_cm: float = 0.0

    def __post_init__(self) -> None:
        if not self.sd_cm > 0.0:
            raise InvalidValue("stature estimate", "sd_cm", self.sd_cm, "must be positive")


@dataclass(frozen=True, slots=True)
class Params:
    """``groups``: of the pool; ``wrong_record``: δ; ``growth_at_18_cm``: what is left to grow, on average, at 18.

    Raises InvalidValue for a δ that is no probability below 1, for no group, and for groups of one name.
    """

    groups: tuple[StatureGroup, ...]
    wrong_record: float = 1e-3
    growth_at_18_cm: float = 1.5

    def __post_init__(self) -> None:
        names = [g.name for g in self.groups]
        if not names or len(set(names)) != len(names):
            raise InvalidValue("stature parameters", "groups", names, "must be at least one, each named once")
        if not 0.0 <= self.wrong_record < 1.0:
            raise InvalidValue("stature parameters", "wrong_record", self.wrong_record,
                               "must be at least 0 and below 1")
        if not 0.0 <= self.growth_at_18_cm <= 10.0:
            raise InvalidValue("stature parameters", "growth_at_18_cm", self.growth_at_18_cm, "must be from 0 to 10")


@dataclass(frozen=True, slots=True)
class Antemortem:
    """The missing persons, each with his recorded height and his group; None where there is none, or not known."""

    ids: tuple[str, ...]
    heights: tuple[RecordedHeight | None, ...]
    groups: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Postmortem:
    """The remains: what was measured, cm by code; or an estimate, which counts only where nothing was measured.

    ``shares``: P(group | sex and population that the remains show) as of a member of the pool, (n_pm, n_groups), rows
    summing to 1: stature is weighed given sex. Raises InvalidValue for shares of another shape or sum.
    """

    ids: tuple[str, ...]
    measured_cm: tuple[Mapping[str, float], ...]
    shares: _Array
    estimates: Mapping[str, StatureEstimate]

    def __post_init__(self) -> None:
        if self.shares.shape[:1] != (len(self.ids),) or not np.allclose(self.shares.sum(axis=1), 1.0) or (
                self.shares < 0.0).any():
            raise InvalidValue("remains", "shares", self.shares.shape, "must be probabilities summing to 1 in each row")


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the bones say, by group: ĥ, its variance, log of the factor beside N(ĥ; h, ·); each (n_g, n_pm)."""

    stature: _Array
    variance: _Array
    factor: _Array


def compare(am: Antemortem, pm: Postmortem, params: Params) -> Support:
    """log10 LR of every pair.

    Args: ``am`` rows, ``pm`` columns.

    Returns the tile's support; a pair is not compared without a recorded height, or without a bone that all groups
    know and without an estimate. Stature excludes nobody by itself. Raises InvalidValue for a group that is none.
    """
    names = {g.name: k for k, g in enumerate(params.groups)}
    for person, group in zip(am.ids, am.groups, strict=True):
        if group is not None and group not in names:
            raise InvalidValue(person, "group", group, f"must be one of {', '.join(names)}")
    shown, known = _shown(pm, params.groups)
    with np.errstate(divide="ignore"):
        shares = np.log(pm.shares.T)
    mean, spread = (np.array([[x] for x in of]) for of in zip(*((g.mean_cm, g.sd_cm**2) for g in params.groups),
                                                              strict=True))
    pool = _log_normal(shown.stature, mean, spread + shown.variance)
    stranger = np.logaddexp.reduce(shares + shown.factor + pool)
    kinds = list(dict.fromkeys((h, g) for h, g in zip(am.heights, am.groups, strict=True) if h is not None))
    number = {kind: k for k, kind in enumerate(kinds)}
    table = np.zeros((len(kinds) + 1, len(pm.ids)))
    for row, (height, group) in enumerate(kinds):
        of = range(len(params.groups)) if group is None else [names[group]]
        each = np.array([shown.factor[g] + _mixture(height, params, shown, g) for g in of])
        own = np.logaddexp.reduce(each + shares) if group is None else each[0]
        table[row] = np.where(known, own - stranger, 0.0)
    with np.errstate(divide="ignore"):
        table[:-1] = np.logaddexp(math.log1p(-params.wrong_record) + table[:-1], np.log(params.wrong_record))
    table /= math.log(10.0)
    table[:, ~known] = 0.0
    rows = np.array([-1 if h is None else number[h, g] for h, g in zip(am.heights, am.groups, strict=True)],
                    dtype=np.int64)
    status = np.where((rows >= 0)[:, None] & known[None, :], COMPARED, NOT_COMPARED).astype(np.int8)
    return Support(NAME, am.ids, pm.ids, table[rows], status)


def growth_left_cm(age_years: float, at_18_cm: float) -> float:
    """How much a man of this age still grows, on average: less by 40 % a year, nothing from 23. An assumption."""
    return 0.0 if age_years >= _GROWN_AT else float(at_18_cm * _LEFT_EACH_YEAR ** (max(age_years, 15.0) - 18.0))


def pool_of(heights: Iterable[RecordedHeight | None]) -> tuple[float, float]:
    """Mean and standard deviation of the statures behind a roster's records, their errors taken out.

    Raises InvalidValue for fewer than 10 records.
    """
    recorded = [h for h in heights if h is not None]
    if len(recorded) < 10:
        raise InvalidValue("roster", "heights", len(recorded), "must be at least 10 to describe a pool")
    values = np.array([h.height_cm - h.shift_cm for h in recorded])
    noise = np.mean([h.sd_cm**2 + h.rounding_cm**2 / 12.0 for h in recorded])
    variance = values.var(ddof=1)
    # Never less than a quarter: a roster of overstated errors would otherwise have no spread at all.
    return float(values.mean()), math.sqrt(max(variance - noise, variance / 4.0))


def _shown(pm: Postmortem, groups: Sequence[StatureGroup]) -> tuple[_Shown, NDArray[np.bool_]]:
    """What the bones say, and of which remains anything is known."""
    shape = (len(groups), len(pm.ids))
    shown, known = _Shown(np.zeros(shape), np.ones(shape), np.zeros(shape)), np.zeros(len(pm.ids), np.bool_)
    usable = set(groups[0].codes).intersection(*(g.codes for g in groups))
    patterns: dict[tuple[str, ...], list[int]] = {}
    for j, measured in enumerate(pm.measured_cm):
        codes = tuple(c for c in groups[0].codes if c in usable and c in measured)
        if codes:
            patterns.setdefault(codes, []).append(j)
        elif pm.ids[j] in pm.estimates:
            estimate = pm.estimates[pm.ids[j]]
            shown.stature[:, j], shown.variance[:, j] = estimate.stature_cm - estimate.shift_cm, estimate.sd_cm**2
            known[j] = True
    for codes, columns in patterns.items():
        known[columns] = True
        bones = np.array([[pm.measured_cm[j][c] for c in codes] for j in columns])
        for k, group in enumerate(groups):
            at = [group.codes.index(c) for c in codes]
            _project(shown, k, columns, bones - group.intercepts_cm[at], group.slopes[at],
                     group.predictive[np.ix_(at, at)])
    return shown, known


def _project(shown: _Shown, k: int, columns: list[int], bones: _Array, slopes: _Array, residuals: _Array) -> None:
    """The joint density of the bones as one of ĥ: N(b; α + βh, Σ) = factor · N(ĥ; h, 1/p)."""
    inverse = np.linalg.inv(residuals)
    p = float(slopes @ inverse @ slopes)
    stature = bones @ inverse @ slopes / p
    off = bones - np.outer(stature, slopes)
    log_det = float(np.linalg.slogdet(residuals)[1])
    shown.stature[k, columns], shown.variance[k, columns] = stature, 1.0 / p
    shown.factor[k, columns] = -0.5 * (np.einsum("ij,jk,ik->i", off, inverse, off) + log_det
                                       + (len(slopes) - 1) * math.log(2.0 * math.pi) + math.log(p))


def _mixture(height: RecordedHeight, params: Params, shown: _Shown, k: int) -> _Array:
    """Log ∫ N(ĥ; h, ·) P(h | h*) dh over all remains."""
    weights, means, variance = _stature_given(height, params.groups[k], params)
    spread = variance + shown.variance[k]
    each = (shown.stature[k] - means[:, None]) ** 2 * (-0.5 / spread) + np.log(weights)[:, None]
    largest = each.max(axis=0)
    return np.asarray(np.log(np.exp(each - largest).sum(axis=0)) + largest - 0.5 * np.log(2.0 * math.pi * spread))


def _stature_given(height: RecordedHeight, group: StatureGroup, params: Params) -> tuple[_Array, _Array, float]:
    """P(h | h*) as a mixture of normals of one variance: weights, means, variance."""
    grown = _growth_cm(height, params.growth_at_18_cm)
    offsets = [(0.0, 1.0)] if height.rounding_cm == 0.0 else [(x * height.rounding_cm, w) for x, w in _UNIFORM]
    if grown > 0.0:
        offsets = [(x + y * grown, w * v) for x, w in offsets for y, v in _EXPONENTIAL]
    at, weights = np.array(offsets).T
    at = at + height.height_cm - height.shift_cm
    error, spread = height.sd_cm**2, group.sd_cm**2
    log_weights = np.log(weights) + _log_normal(at, group.mean_cm, error + spread)
    weights = np.exp(log_weights - np.logaddexp.reduce(log_weights))
    return weights, (at * spread + group.mean_cm * error) / (error + spread), error * spread / (error + spread)


def _growth_cm(height: RecordedHeight, at_18_cm: float) -> float:
    """Mean growth between the record and death."""
    if height.age_years is None or height.died_age_years is None:
        return 0.0
    return growth_left_cm(height.age_years, at_18_cm) - growth_left_cm(height.died_age_years, at_18_cm)


def _log_normal(x: _Array, mean: _Array | float, variance: _Array | float) -> _Array:
    return np.asarray(-0.5 * ((x - mean) ** 2 / variance + np.log(2.0 * math.pi * np.asarray(variance))))
