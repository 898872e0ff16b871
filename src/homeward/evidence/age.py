"""Age: what bones and teeth show of the age at death against the age that the records give.

Model: transition analysis. A trait passes through ordered stages; its stage c at age a has the probability

    P(c | a, u) = Φ((log a + u − μ_c)/σ) − Φ((log a + u − μ_{c+1})/σ),        u ~ N(0, ω²),

μ_c being the log age at which half have passed into stage c. Traits of one skeleton are early or late together: u is
common to all of them, so that ten traits are not ten witnesses. A person's age is known from his date of birth and the
day he went missing, to the precision of both; the recorded birth is wrong with probability δ₁, by some years (boys made
themselves older to enlist). With P_i(a) his age and f(a) that of the pool,

    LR = (1 − δ) · Σ_a P_i(a) L(a) / Σ_a f(a) L(a) + δ,        L(a) = ∫ Π_t P(c_t | a, u) N(u; 0, ω²) du.

Growth excludes: a stage that nobody outside an age range has shown (``GrowthLimit``: an open epiphysis at 36, a fused
clavicle at 15) leaves no room for a person who is outside it by more than ``Params.leeway_years``. That is a stated
rule, and can be turned off; the likelihood ratio by itself never excludes.

Assumptions: stages depend on age and not on the population within the reference; sex may be conditioned on by giving
the traits of that sex. An estimate in words ("20 to 25") enters as a normal with that range.

Sources: Boldsen, Milner, Konigsberg & Wood 2002, in Paleodemography, Cambridge, 73–106 (transition analysis);
Konigsberg, Herrmann, Wescott & Kimmerle 2008, doi:10.1111/j.1556-4029.2008.00710.x (likelihood ratios, the prior of
the case).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.model import InvalidValue, PartialDate

__all__ = [
    "CONDITIONS_ON", "LATERAL_CLAVICLE", "NAME", "AgeEstimate", "AgeRange", "Antemortem", "GrowthLimit", "Params",
    "Postmortem", "Trait", "compare", "likelihoods", "range_of",
]

NAME = "age"
CONDITIONS_ON = ("sex",)
_Array = NDArray[np.float64]
_STEP = 0.25  # years
AGES = np.arange(12.0, 90.0, _STEP) + _STEP / 2.0
_LATENT, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)


@dataclass(frozen=True, slots=True)
class Trait:
    """One trait: stages 0 to K.

    ``transitions_years``: (K,), age at which half have passed into stages 1 to K; ``sd_log``: of the log age at which
    one person passes, u included. Raises InvalidValue for ages that do not rise, and for a spread that is not positive.
    """

    name: str
    transitions_years: tuple[float, ...]
    sd_log: float

    def __post_init__(self) -> None:
        t = self.transitions_years
        if not t or t[0] <= 0.0 or any(b <= a for a, b in pairwise(t)):
            raise InvalidValue(self.name, "transitions_years", t, "must be positive, each above the one before")
        if not self.sd_log > 0.0:
            raise InvalidValue(self.name, "sd_log", self.sd_log, "must be positive")

    def probabilities(self, log_age: _Array, shared: float) -> _Array:
        """P(stage | log age + u) of all stages, (K + 1, …); ``shared``: ω, which is taken out of ``sd_log``."""
        sd = math.sqrt(max(self.sd_log**2 - shared**2, (0.2 * self.sd_log) ** 2))
        passed = [ndtr((log_age - math.log(t)) / sd) for t in self.transitions_years]
        bounds = np.stack([np.ones_like(log_age), *passed, np.zeros_like(log_age)])
        return np.asarray(np.maximum(bounds[:-1] - bounds[1:], 1e-300))


# Langley 2016, doi:10.1007/s00414-015-1236-9: 95 males of 11 to 25 years; half begin to fuse at 17.5, have fused at 20;
# 98.5 % above 24 have: log(24/20)/2.17.
LATERAL_CLAVICLE = Trait("lateral clavicle", (17.5, 20.0), 0.084)


@dataclass(frozen=True, slots=True)
class GrowthLimit:
    """The ages, in years, between which anybody has shown some stage of growth; None: no limit on that side."""

    youngest_years: float | None = None
    oldest_years: float | None = None


@dataclass(frozen=True, slots=True)
class AgeEstimate:
    """An age as somebody estimated it: a range that holds the true age with probability ``coverage``.

    Raises InvalidValue for a range without width, and a coverage that is not between 0 and 1.
    """

    low_years: float
    high_years: float
    coverage: float = 0.95

    def __post_init__(self) -> None:
        if not 0.0 <= self.low_years < self.high_years:
            raise InvalidValue("age estimate", "high_years", self.high_years, f"must be above {self.low_years:g}")
        if not 0.0 < self.coverage < 1.0:
            raise InvalidValue("age estimate", "coverage", self.coverage, "must be above 0 and below 1")


@dataclass(frozen=True, slots=True)
class AgeRange:
    """An age at death by the records: evenly anything from ``low_years`` to ``high_years``.

    Raises InvalidValue for ages out of order, and outside 12 to 90.
    """

    low_years: float
    high_years: float

    def __post_init__(self) -> None:
        if not 12.0 <= self.low_years <= self.high_years <= 90.0:
            raise InvalidValue("age at death", "years", (self.low_years, self.high_years),
                               "must rise and be from 12 to 90")


@dataclass(frozen=True, slots=True)
class Antemortem:
    """The missing persons with their ages at death by the records; None where not recorded."""

    ids: tuple[str, ...]
    ages: tuple[AgeRange | None, ...]


@dataclass(frozen=True, slots=True)
class Postmortem:
    """The remains: the stage of each trait that was seen, or an estimate, and what growth allows.

    An estimate counts only where no trait was scored: it was made from the same bones.
    """

    ids: tuple[str, ...]
    stages: tuple[Mapping[str, int], ...]
    estimates: Mapping[str, AgeEstimate] = field(default_factory=dict)
    limits: Mapping[str, GrowthLimit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Params:
    """The traits' reference, and the pool.

    ``pool``: weight of each age of ``AGES`` among the people that H2 is taken from, summing to 1 (``Params.of_pool``).
    ``shared``: ω, of the log age. ``wrong_birth``: δ₁; then the age is wrong by up to ``wrong_years``. ``wrong_bones``:
    δ. ``leeway_years``: of the growth limits; None: growth does not exclude. All rates are assumptions.

    Raises InvalidValue for rates that are none, weights that do not sum to 1, traits of one name.
    """

    pool: _Array
    traits: tuple[Trait, ...] = ()
    shared: float = 0.05
    wrong_birth: float = 0.02
    wrong_years: float = 3.0
    wrong_bones: float = 1e-3
    leeway_years: float | None = 2.0

    def __post_init__(self) -> None:
        record = "age parameters"
        if self.pool.shape != AGES.shape or (self.pool < 0.0).any() or not math.isclose(self.pool.sum(), 1.0,
                                                                                        abs_tol=1e-9):
            raise InvalidValue(record, "pool", self.pool.shape, f"must be {len(AGES)} weights summing to 1")
        names = [t.name for t in self.traits]
        if len(set(names)) != len(names):
            raise InvalidValue(record, "traits", names, "must be named once each")
        for name in ("wrong_birth", "wrong_bones"):
            if not 0.0 <= getattr(self, name) < 1.0:
                raise InvalidValue(record, name, getattr(self, name), "must be at least 0 and below 1")
        for name in ("shared", "wrong_years", "leeway_years"):
            value = getattr(self, name)
            if value is not None and not 0.0 <= value < 50.0:
                raise InvalidValue(record, name, value, "must be at least 0 and below 50")

    @staticmethod
    def of_pool(ages: Sequence[AgeRange | None], even: float = 0.05) -> _Array:
        """The pool's ages by a roster's own, a share ``even`` of it spread evenly from 15 to 60."""
        known = [a for a in ages if a is not None]
        spread = _even(15.0, 60.0)
        return spread if not known else (1.0 - even) * np.mean([_even(a.low_years, a.high_years) for a in known],
                                                               axis=0) + even * spread


def compare(am: Antemortem, pm: Postmortem, params: Params) -> Support:
    """log10 LR of every pair.

    Args: ``am`` rows, ``pm`` columns.

    Returns the tile's support; a pair is not compared where no age is recorded, or nothing was seen. Excluded is what
    growth leaves no room for. Raises InvalidValue for a trait or a stage that the reference does not have.
    """
    few, columns = _alike(pm)
    likelihood, seen = likelihoods(few, params)
    kinds = list(dict.fromkeys(a for a in am.ages if a is not None))
    number = {kind: k for k, kind in enumerate(kinds)}
    ages = np.array([_recorded(kind, params) for kind in kinds]).reshape(len(kinds), len(AGES))
    lr = ages @ likelihood / (params.pool @ likelihood)
    with np.errstate(divide="ignore"):
        found = np.log10((1.0 - params.wrong_bones) * lr + params.wrong_bones)
    excluded = _outgrown(kinds, few, params) | np.isneginf(found)
    # A row more for whoever has no age recorded.
    status = np.zeros((len(kinds) + 1, len(few.ids)), np.int8)
    log10_lr = np.zeros(status.shape)
    status[:-1] = np.where(seen, np.where(excluded, EXCLUDED, COMPARED), NOT_COMPARED)
    log10_lr[:-1] = np.where(status[:-1] == COMPARED, found, np.where(status[:-1] == EXCLUDED, -np.inf, 0.0))
    rows = np.array([-1 if a is None else number[a] for a in am.ages], dtype=np.int64)
    return Support(NAME, am.ids, pm.ids, log10_lr[:, columns][rows], status[:, columns][rows])


def _alike(pm: Postmortem) -> tuple[Postmortem, NDArray[np.int64]]:
    """Remains of which nothing that matters differs, as one; and for each remains its number among these."""
    number: dict[object, int] = {}
    first: list[int] = []
    columns = []
    for j, (remains, stages) in enumerate(zip(pm.ids, pm.stages, strict=True)):
        key = (tuple(sorted(stages.items())), pm.estimates.get(remains), pm.limits.get(remains))
        if key not in number:
            first.append(j)
        columns.append(number.setdefault(key, len(number)))
    few = Postmortem(tuple(pm.ids[j] for j in first), tuple(pm.stages[j] for j in first), pm.estimates, pm.limits)
    return few, np.array(columns, dtype=np.int64)


def likelihoods(pm: Postmortem, params: Params) -> tuple[_Array, NDArray[np.bool_]]:
    """L(a) of each remains over AGES, (n_ages, n_pm), 1 where nothing was seen; and where anything was, (n_pm,)."""
    tables = {t.name: t.probabilities(np.log(AGES)[:, None] + params.shared * _LATENT, params.shared)
              for t in params.traits}
    weights = _WEIGHTS / _WEIGHTS.sum()
    columns, seen = [], []
    for remains, stages in zip(pm.ids, pm.stages, strict=True):
        for trait, stage in stages.items():
            if trait not in tables:
                raise InvalidValue(remains, "trait", trait, f"must be one of {', '.join(tables) or 'none'}")
            if not 0 <= stage < len(tables[trait]):
                raise InvalidValue(remains, trait, stage, f"must be a stage from 0 to {len(tables[trait]) - 1}")
        estimate = pm.estimates.get(remains)
        if stages:
            columns.append(np.prod([tables[t][s] for t, s in stages.items()], axis=0) @ weights)
        else:
            columns.append(np.ones(len(AGES)) if estimate is None else _estimated(estimate))
        seen.append(bool(stages) or estimate is not None or remains in pm.limits)
    return np.array(columns).reshape(len(pm.ids), len(AGES)).T, np.array(seen, dtype=np.bool_)


def range_of(born: PartialDate | None, died: PartialDate | None) -> AgeRange | None:
    """The age at death that two dates leave open; None where one is not known, or the age is none of a soldier.

    >>> range_of(PartialDate(1930), PartialDate(1950, 12, 2)).low_years
    19.92...
    """
    if born is None or died is None:
        return None
    low = (died.first_day - born.last_day).days / 365.25
    high = (died.last_day - born.first_day).days / 365.25
    return AgeRange(max(low, 12.0), min(high, 90.0)) if high >= 12.0 and low <= 90.0 else None


def _even(low: float, high: float) -> _Array:
    """Weights of AGES, even from low to high."""
    inside = np.clip(np.minimum(AGES + _STEP / 2.0, high) - np.maximum(AGES - _STEP / 2.0, low), 0.0, None)
    if inside.sum() == 0.0:  # known to the day
        inside = (np.abs(AGES - low) <= _STEP / 2.0 + 1e-12).astype(np.float64)
    return np.asarray(inside / inside.sum())


def _recorded(age: AgeRange, params: Params) -> _Array:
    """P_i(a): the recorded age, or one that is wrong by some years."""
    wrong = _even(max(age.low_years - params.wrong_years, 12.0), min(age.high_years + params.wrong_years, 90.0))
    return (1.0 - params.wrong_birth) * _even(age.low_years, age.high_years) + params.wrong_birth * wrong


def _estimated(estimate: AgeEstimate) -> _Array:
    middle = (estimate.low_years + estimate.high_years) / 2.0
    # Half the range is so many standard deviations as the coverage asks for.
    sd = (estimate.high_years - middle) / float(ndtri((1.0 + estimate.coverage) / 2.0))
    return np.exp(-0.5 * ((AGES - middle) / sd) ** 2)


def _outgrown(kinds: Sequence[AgeRange], pm: Postmortem, params: Params) -> NDArray[np.bool_]:
    """Where growth leaves no room for a recorded age."""
    none = GrowthLimit()
    limits = [pm.limits.get(remains, none) for remains in pm.ids]
    if params.leeway_years is None:
        return np.zeros((len(kinds), len(limits)), np.bool_)
    youngest = np.array([-math.inf if g.youngest_years is None else g.youngest_years for g in limits])
    oldest = np.array([math.inf if g.oldest_years is None else g.oldest_years for g in limits])
    low, high = (np.array([getattr(k, name) for k in kinds], dtype=np.float64)[:, None]
                 for name in ("low_years", "high_years"))
    return np.asarray((high + params.leeway_years < youngest) | (low - params.leeway_years > oldest))
