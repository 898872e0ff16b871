"""Haplotype frequencies from a mixture of discrete Laplace distributions.

Andersen, Eriksen & Morling 2013, doi:10.1016/j.jtbi.2013.03.009: a population descends from a few central haplotypes
y_j with shares τ_j; at locus k a member of cluster j is d = |x − y_jk| repeats off with probability
(1 − p_jk)/(1 + p_jk)·p_jk^d, loci independent within a cluster, and log p_jk = ω_j + λ_k.

It smooths over haplotypes that nobody in the database has. It describes likeness by chance, not likeness by recent
descent, and with many loci gives probabilities that are too small (Kruijver & Taylor 2023, disclapmix2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from homeward.model import InvalidValue

__all__ = ["DiscreteLaplace", "Fit", "dispersions", "fit_discrete_laplace"]

_NEWTON_STEPS = 50
_EM_STEPS = 500
_HIGHEST = -1e-3  # log p: keeps p below 1 on the way of Newton's method


@dataclass(frozen=True, slots=True)
class DiscreteLaplace:
    """The mixture: ``loci``; ``centres`` (c, L) repeats; ``p`` (c, L); ``shares`` (c,), summing to 1.

    Raises InvalidValue where the shapes disagree, a p is not above 0 and below 1, or the shares do not sum to 1.
    """

    loci: tuple[str, ...]
    centres: NDArray[np.int64]
    p: NDArray[np.float64]
    shares: NDArray[np.float64]

    def __post_init__(self) -> None:
        shape = (len(self.shares), len(self.loci))
        for name in ("centres", "p"):
            if getattr(self, name).shape != shape:
                raise InvalidValue("discrete Laplace", name, getattr(self, name).shape, f"must have the shape {shape}")
        if not ((self.p > 0.0) & (self.p < 1.0)).all():
            raise InvalidValue("discrete Laplace", "p", self.p.tolist(), "must be above 0 and below 1")
        if (self.shares < 0.0).any() or abs(float(self.shares.sum()) - 1.0) > 1e-9:
            raise InvalidValue("discrete Laplace", "shares", float(self.shares.sum()), "must sum to 1, none negative")

    def locus_logprob(self, repeats: NDArray[np.int64]) -> NDArray[np.float64]:
        """log P of each locus in each cluster; ``repeats`` (n, L); shape (n, c, L)."""
        distance = np.abs(repeats[:, None, :] - self.centres)
        return np.asarray(np.log1p(-self.p) - np.log1p(self.p) + distance * np.log(self.p))

    def logprob(self, repeats: NDArray[np.int64], typed: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """Natural log probability of haplotypes (n, L); loci that are not ``typed`` (n, L) are summed over."""
        by_locus = self.locus_logprob(repeats)
        if typed is not None:
            by_locus = np.where(typed[:, None, :], by_locus, 0.0)
        with np.errstate(divide="ignore"):
            return np.asarray(logsumexp(by_locus.sum(axis=2) + np.log(self.shares), axis=1))

    def sample(self, rng: np.random.Generator, n: int) -> NDArray[np.int64]:
        """n haplotypes drawn from the mixture, (n, L)."""
        cluster = rng.choice(len(self.shares), size=n, p=self.shares)
        p = self.p[cluster]
        # The difference of two geometric variables is a discrete Laplace one.
        off = rng.geometric(1.0 - p) - rng.geometric(1.0 - p)
        return np.asarray(self.centres[cluster] + off)


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted mixture with its natural log likelihood and its BIC (lower is better)."""

    model: DiscreteLaplace
    loglik: float
    bic: float


def fit_discrete_laplace(loci: tuple[str, ...], repeats: NDArray[np.int64], *, clusters: int,
                         rng: np.random.Generator, starts: int = 5) -> Fit:
    """The best of several EM runs for a given number of clusters.

    Args: ``repeats``, haplotypes (n, L) of whole repeats, one row for each person; ``clusters``, tried by the caller
    from 1 up until the BIC rises; ``rng`` draws the first centres; ``starts``, number of runs.

    Raises InvalidValue for fewer people than clusters.
    """
    if repeats.ndim != 2 or repeats.shape[1] != len(loci):
        raise InvalidValue("discrete Laplace", "repeats", repeats.shape, f"must have {len(loci)} columns")
    if not 1 <= clusters <= len(repeats):
        raise InvalidValue("discrete Laplace", "clusters", clusters, f"must be from 1 to {len(repeats)}, the people")
    fits = [_run(loci, repeats, _first_centres(repeats, clusters, rng)) for _ in range(starts if clusters > 1 else 1)]
    return max(fits, key=lambda fit: fit.loglik)


def _first_centres(repeats: NDArray[np.int64], clusters: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Haplotypes far from each other: each next one drawn in proportion to its distance from those before it."""
    centres = [repeats[rng.integers(len(repeats))]]
    while len(centres) < clusters:
        distance = np.min([np.abs(repeats - c).sum(axis=1) for c in centres], axis=0).astype(np.float64)
        weight = distance if distance.any() else np.ones(len(repeats))
        centres.append(repeats[rng.choice(len(repeats), p=weight / weight.sum())])
    return np.array(centres)


def _run(loci: tuple[str, ...], repeats: NDArray[np.int64], centres: NDArray[np.int64]) -> Fit:
    n, clusters = len(repeats), len(centres)
    distance = np.abs(repeats[:, None, :] - centres).sum(axis=2)
    member = (distance == distance.min(axis=1, keepdims=True)).astype(np.float64)
    member /= member.sum(axis=1, keepdims=True)
    before = -np.inf
    for _ in range(_EM_STEPS):
        model = _maximised(loci, repeats, member)
        with np.errstate(divide="ignore"):
            joint = model.locus_logprob(repeats).sum(axis=2) + np.log(model.shares)
        each = logsumexp(joint, axis=1)
        member = np.exp(joint - each[:, None])
        loglik = float(each.sum())
        if loglik - before < 1e-8 * n:
            break
        before = loglik
    parameters = clusters * len(loci) + (clusters + len(loci) - 1) + (clusters - 1)
    return Fit(model, loglik, parameters * float(np.log(n)) - 2.0 * loglik)


def _maximised(loci: tuple[str, ...], repeats: NDArray[np.int64], member: NDArray[np.float64]) -> DiscreteLaplace:
    centres = np.array([_medians(repeats, weight) for weight in member.T])
    people = member.sum(axis=0)
    off = np.einsum("ij,ijk->jk", member, np.abs(repeats[:, None, :] - centres))
    return DiscreteLaplace(loci, centres, dispersions(people, off), people / people.sum())


def _medians(repeats: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.int64]:
    order = np.argsort(repeats, axis=0, kind="stable")
    reached = np.cumsum(weight[order], axis=0) >= 0.5 * weight.sum()
    middle = np.take_along_axis(order, reached.argmax(axis=0)[None, :], axis=0)
    return np.asarray(np.take_along_axis(repeats, middle, axis=0)[0])


def dispersions(people: NDArray[np.float64], off: NDArray[np.float64]) -> NDArray[np.float64]:
    """The maximum-likelihood p_jk under log p_jk = ω_j + λ_k.

    Args: ``people`` (c,), weight of each cluster; ``off`` (c, L), weighted sum of repeats off the centre. Half a step
    is added at each locus, spread over the clusters, so that a locus at which all agree keeps a p above 0.

    >>> dispersions(np.array([1e9]), np.array([[2e9 * 0.3 / (1 - 0.3**2)]])).round(6)
    array([[0.3]])
    """
    off = off + 0.5 * (people / people.sum())[:, None]
    c, n_loci = off.shape
    design = np.hstack([np.repeat(np.eye(c), n_loci, axis=0), np.tile(np.eye(n_loci), (c, 1))])
    weight = np.repeat(people, n_loci)
    mean = off.sum(axis=0) / people.sum()
    # The discrete Laplace distribution with mean distance μ has p = (√(1 + μ²) − 1)/μ.
    parameters = np.concatenate([np.zeros(c), np.log((np.sqrt(1.0 + mean**2) - 1.0) / mean)])
    value = _value(design @ parameters, weight, off.ravel())
    for _ in range(_NEWTON_STEPS):
        p = np.exp(np.minimum(design @ parameters, _HIGHEST))
        mu = 2.0 * p / (1.0 - p**2)
        gradient = design.T @ (off.ravel() - weight * mu)
        curvature = design.T @ ((weight * mu * np.sqrt(1.0 + mu**2))[:, None] * design)
        move = np.linalg.lstsq(curvature, gradient, rcond=1e-12)[0]
        while _value(design @ (parameters + move), weight, off.ravel()) < value and np.abs(move).max() > 1e-12:
            move = move / 2.0
        parameters = parameters + move
        value = _value(design @ parameters, weight, off.ravel())
        if np.abs(design @ move).max() < 1e-12:
            break
    return np.asarray(np.exp(np.minimum(design @ parameters, _HIGHEST)).reshape(c, n_loci))


def _value(log_p: NDArray[np.float64], weight: NDArray[np.float64], off: NDArray[np.float64]) -> float:
    """Log likelihood of the dispersions; −∞ outside p < 1."""
    if log_p.max() > _HIGHEST:
        return -np.inf
    p = np.exp(log_p)
    return float((weight * (np.log1p(-p) - np.log1p(p)) + off * log_p).sum())
