"""Sex: what the remains show of it against the sex that is recorded of each missing person.

Model: x, what was seen (traits, measurements, amelogenin), speaks by P(x | male)/P(x | female) alone. H1, the remains
are the person, whose sex s is the recorded one s* but for errors of the record; H2, they are someone else of the pool,
a share π of whom is male:

    LR = (1 − η) · Σ_s P(s | s*) P(x | s) / Σ_s π_s P(x | s) + η

with P(s | s*) ∝ π_s P(s* | s), the record being wrong with probability ``record_error``, and η the probability that
the finding says nothing of this person (another's bone in the box, a sample exchanged). So the LR never falls below η:
a difference of sex is strong evidence and no exclusion, unless both rates are stated as 0 and the finding is sure.

Assumptions: a person's recorded sex is as often wrong for men as for women; traits of one skeleton are correlated and
enter as one finding, by a joint model (``SexReference``) or the posterior of a published one. Where the pool is nearly
all male, an agreement of sex says nearly nothing, and the figure says so.

Source: Morrison, Weber, Basu, Puch-Solis & Randolph-Quinney 2021, doi:10.1016/j.fsisyn.2021.100202 (likelihood ratios
for sex from measurements, linear and quadratic discriminants).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.model import InvalidValue, Sex

__all__ = [
    "CONDITIONS_ON", "NAME", "Antemortem", "Params", "Postmortem", "SexReference", "compare", "from_decision",
    "from_posterior", "male_share", "probability_male",
]

NAME = "sex"
CONDITIONS_ON: tuple[str, ...] = ()
_LARGEST = 300.0  # log10, of a finding that leaves no doubt


@dataclass(frozen=True, slots=True)
class Params:
    """``male_share``: π, of the pool that H2 is taken from; ``record_error``: probability that a recorded sex is wrong;
    ``finding_error``: η. Both errors are assumptions, to be replaced by the archive's and the laboratory's own.

    Raises InvalidValue for a share that is not between 0 and 1, and for an error of 0.5 and more.
    """

    male_share: float
    record_error: float = 1e-3
    finding_error: float = 1e-3

    def __post_init__(self) -> None:
        if not 0.0 < self.male_share < 1.0:
            raise InvalidValue("sex parameters", "male_share", self.male_share, "must be above 0 and below 1")
        for name in ("record_error", "finding_error"):
            if not 0.0 <= getattr(self, name) < 0.5:
                raise InvalidValue("sex parameters", name, getattr(self, name), "must be at least 0 and below 0.5")


@dataclass(frozen=True, slots=True)
class Antemortem:
    """The missing persons with their recorded sexes."""

    ids: tuple[str, ...]
    sexes: tuple[Sex, ...]


@dataclass(frozen=True, slots=True)
class Postmortem:
    """The remains; ``log10_lr_male``: log10 of P(x | male)/P(x | female) of each, None where nothing was seen.

    ±inf where only one sex can show it. Raises InvalidValue for a NaN.
    """

    ids: tuple[str, ...]
    log10_lr_male: tuple[float | None, ...]

    def __post_init__(self) -> None:
        for remains, value in zip(self.ids, self.log10_lr_male, strict=True):
            if value is not None and math.isnan(value):
                raise InvalidValue(remains, "log10_lr_male", value, "must be a number")


@dataclass(frozen=True, slots=True)
class SexReference:
    """Measurements of men and women of known sex: means (L,) and covariances (L, L) in the unit of ``codes``.

    ``n_male``, ``n_female``: how many were measured. Where both covariances are one array the discriminant is linear,
    otherwise quadratic. Raises InvalidValue for shapes that differ, a covariance that is none, and fewer than 2 people
    of either sex.
    """

    codes: tuple[str, ...]
    male_mean: NDArray[np.float64]
    female_mean: NDArray[np.float64]
    male_covariance: NDArray[np.float64]
    female_covariance: NDArray[np.float64]
    n_male: int
    n_female: int

    def __post_init__(self) -> None:
        size = len(self.codes)
        for name in ("male_mean", "female_mean"):
            if getattr(self, name).shape != (size,):
                raise InvalidValue("sex reference", name, getattr(self, name).shape, f"must have the shape {(size,)}")
        for name in ("male_covariance", "female_covariance"):
            matrix = getattr(self, name)
            if matrix.shape != (size, size) or not np.allclose(matrix, matrix.T) or (
                    np.linalg.eigvalsh(matrix)[0] <= 0.0):
                raise InvalidValue("sex reference", name, matrix.tolist(), "must be a positive definite matrix")
        for name in ("n_male", "n_female"):
            if getattr(self, name) < 2:
                raise InvalidValue("sex reference", name, getattr(self, name), "must be at least 2")

    def log10_lr_male(self, measured: Mapping[str, float]) -> float | None:
        """log10 P(x | male)/P(x | female) of the measurements that the reference has; None where it has none.

        What was not measured is marginalised. So few people cannot carry any figure: the result is kept within
        −log10(n_female + 1) and log10(n_male + 1).
        """
        at = [k for k, code in enumerate(self.codes) if code in measured]
        if not at:
            return None
        x = np.array([measured[self.codes[k]] for k in at], dtype=np.float64)
        male, female = (_log_normal(x - mean[at], covariance[np.ix_(at, at)]) for mean, covariance in (
            (self.male_mean, self.male_covariance), (self.female_mean, self.female_covariance)))
        found = (male - female) / math.log(10.0)
        return float(np.clip(found, -math.log10(self.n_female + 1), math.log10(self.n_male + 1)))


def compare(am: Antemortem, pm: Postmortem, params: Params) -> Support:
    """log10 LR of every pair.

    Args: ``am`` rows, ``pm`` columns.

    Returns the tile's support; a pair is not compared where either sex is unknown, and excluded only where the
    parameters leave no room for an error.

    >>> am = Antemortem(("P-1", "P-2"), (Sex.MALE, Sex.FEMALE))
    >>> pm = Postmortem(("R-1",), (from_posterior(0.98),))
    >>> compare(am, pm, Params(male_share=0.9)).log10_lr.round(2).tolist()
    [[0.04], [-1.48]]
    """
    shown = np.array([0.0 if v is None else v for v in pm.log10_lr_male], dtype=np.float64)
    # P(x | male) and P(x | female), the greater of which is 1: a common factor cancels.
    likelihood = np.array([10.0 ** np.minimum(shown, 0.0), 10.0 ** np.minimum(-shown, 0.0)])
    pool = np.array([params.male_share, 1.0 - params.male_share])
    lr = _true_given_recorded(params, pool) @ likelihood / (pool @ likelihood)
    lr = (1.0 - params.finding_error) * lr + params.finding_error
    rows = np.array([_ROW[s] for s in am.sexes], dtype=np.int64)
    known = (rows >= 0)[:, None] & np.array([v is not None for v in pm.log10_lr_male])[None, :]
    with np.errstate(divide="ignore"):
        found = np.log10(lr)[np.maximum(rows, 0)]
    status = np.where(known, np.where(np.isneginf(found), EXCLUDED, COMPARED), NOT_COMPARED).astype(np.int8)
    return Support(NAME, am.ids, pm.ids, np.where(known, found, 0.0), status)


_ROW = {Sex.MALE: 0, Sex.FEMALE: 1, Sex.UNKNOWN: -1}


def _true_given_recorded(params: Params, pool: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(s | s*), rows by the recorded sex."""
    wrong = params.record_error
    joint = np.array([[1.0 - wrong, wrong], [wrong, 1.0 - wrong]]) * pool
    return np.asarray(joint / joint.sum(axis=1, keepdims=True))


def from_posterior(posterior_male: float, prior_male: float = 0.5) -> float:
    """log10 P(x | male)/P(x | female) behind the posterior of a published method, which rests on a prior of its own.

    Raises InvalidValue for a probability out of range.
    """
    if not 0.0 <= posterior_male <= 1.0:
        raise InvalidValue("sex", "posterior_male", posterior_male, "must be from 0 to 1")
    if not 0.0 < prior_male < 1.0:
        raise InvalidValue("sex", "prior_male", prior_male, "must be above 0 and below 1")
    if posterior_male in (0.0, 1.0):
        return math.copysign(math.inf, posterior_male - 0.5)
    return math.log10(posterior_male / (1.0 - posterior_male)) - math.log10(prior_male / (1.0 - prior_male))


def from_decision(sex: Sex, right_male: float, right_female: float) -> float | None:
    """The same behind a mere decision, by a method that is right for these shares of men and of women.

    None for Sex.UNKNOWN. Raises InvalidValue for a share out of range, or one that says the method is worthless.
    """
    for name, share in (("right_male", right_male), ("right_female", right_female)):
        if not 0.0 < share <= 1.0:
            raise InvalidValue("sex", name, share, "must be above 0 and at most 1")
    if sex is Sex.UNKNOWN:
        return None
    if sex is Sex.MALE:
        return math.inf if right_female == 1.0 else math.log10(right_male / (1.0 - right_female))
    return -math.inf if right_male == 1.0 else math.log10((1.0 - right_male) / right_female)


def male_share(sexes: Sequence[Sex]) -> float:
    """π of a pool, from the recorded sexes of its members: (men + 1)/(known + 2), never 0 or 1."""
    men = sum(s is Sex.MALE for s in sexes)
    return (men + 1) / (sum(s is not Sex.UNKNOWN for s in sexes) + 2)


def probability_male(pm: Postmortem, params: Params) -> NDArray[np.float64]:
    """P(male | x) of each remains as of a member of the pool, (n_pm,): what the lines that depend on sex go by."""
    shown = np.array([0.0 if v is None else v for v in pm.log10_lr_male], dtype=np.float64)
    odds = np.clip(shown, -_LARGEST, _LARGEST) + math.log10(params.male_share / (1.0 - params.male_share))
    sure = 1.0 / (1.0 + 10.0 ** -np.clip(odds, -_LARGEST, _LARGEST))
    return np.asarray((1.0 - params.finding_error) * sure + params.finding_error * params.male_share)


def _log_normal(x: NDArray[np.float64], covariance: NDArray[np.float64]) -> float:
    """Log density of a normal vector but for (2π)^(−L/2), which cancels."""
    factor = np.linalg.cholesky(covariance)
    z = np.linalg.solve(factor, x)
    return float(-0.5 * (z @ z) - np.log(np.diag(factor)).sum())
