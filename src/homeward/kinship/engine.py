"""Problems in, numbers out: families at markers, grouped by shape and run as lanes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.coancestry import run_lanes_in_urn
from homeward.kinship.lanes import Lanes, run_lanes
from homeward.kinship.locus import Locus, Observation
from homeward.kinship.shape import VAGUE_KINDS, Kind, Shape

__all__ = ["Problem", "evaluate", "evaluate_scaled"]

_SLICE = 256  # problems that share one padded number of alleles


@dataclass(frozen=True, slots=True)
class Problem:
    """One family at one marker.

    ``observations``: of each member of the shape, None where untyped; ``inbreeding``: f of each member, 0 where none.
    """

    shape: Shape
    locus: Locus
    observations: tuple[Observation | None, ...]
    inbreeding: tuple[float, ...]


def evaluate(problems: Sequence[Problem], *, theta: float = 0.0) -> list[NDArray[np.float64]]:
    """The likelihood of each problem, or its query's genotype table, as ``evaluate_scaled`` with the scale put in.

    With very many typed members these numbers fall below the smallest that there is, and are 0.
    """
    return [value * np.exp(log_scale) for value, log_scale in evaluate_scaled(problems, theta=theta)]


def evaluate_scaled(problems: Sequence[Problem], *, theta: float = 0.0) -> list[tuple[NDArray[np.float64], float]]:
    """The likelihood of each problem, or its query's genotype table, and the natural log of the scale it is to bear.

    Args: ``problems``; ``theta``, the coancestry of the population, with which no problem may have a query.

    Without a query: an array of shape () with P(observations). With one: (A, A), entry (a, b) the probability of
    the observations and of the ordered genotype (a, b) of the query, whose own observation, if any, counts too.
    The sum of the table is the likelihood; (a, b) + (b, a) is the unordered genotype's. All are divided by the
    population frequencies of the typed members' alleles, whose product is the scale.

    Raises TooLarge, with the number, for a pedigree that is beyond exact computation here.
    """
    groups: dict[tuple[Shape, int, int], list[int]] = defaultdict(list)
    for n, problem in enumerate(problems):
        locus = problem.locus
        size = locus.n_alleles if theta > 0.0 else 0  # a padded allele would be a needless dimension of the urn
        groups[problem.shape, id(locus.dense) if locus.is_dense else 0, size].append(n)
    results: list[tuple[NDArray[np.float64], float]] = [(np.empty(0), 0.0)] * len(problems)
    for members in groups.values():
        members.sort(key=lambda n: problems[n].locus.n_alleles)
        for start in range(0, len(members), _SLICE):
            slice_ = members[start:start + _SLICE]
            lanes = _lanes([problems[n] for n in slice_])
            values = run_lanes_in_urn(lanes, theta) if theta > 0.0 else run_lanes(lanes)
            for n, value, log_scale in zip(slice_, values, _log_scale(lanes), strict=True):
                size = problems[n].locus.n_alleles
                results[n] = value[:size, :size] if value.ndim else np.asarray(value), float(log_scale)
    return results


def _log_scale(lanes: Lanes) -> NDArray[np.float64]:
    """log of the product by which each lane's result is divided."""
    log_scale = np.zeros(len(lanes.frequencies))
    members = [m for m in range(lanes.shape.size) if lanes.shape.kind[m] is Kind.KNOWN]
    for k, m in enumerate(members):
        if lanes.scale is not None:
            log_scale += np.log(lanes.scale[:, k, :len(lanes.shape.slots(m))]).sum(axis=1)
    return log_scale


def _lanes(problems: list[Problem]) -> Lanes:
    """Problems of one shape, padded to the largest number of alleles; a padded allele has frequency 0."""
    size = max(p.locus.n_alleles for p in problems)
    shape = problems[0].shape
    known = [[_pair(p.observations[m]) for m in range(shape.size) if shape.kind[m] is Kind.KNOWN] for p in problems]
    vague = [m for m in range(shape.size) if shape.kind[m] in VAGUE_KINDS]
    observed = np.zeros((len(problems), len(vague), 4 if Kind.VAGUER in shape.kind else 2, 2, size))
    for n, p in enumerate(problems):
        for k, m in enumerate(vague):
            terms = _terms(p.observations[m])
            observed[n, k, :len(terms)] = _padded(terms, size)
    pairs = np.array(known, dtype=np.int64).reshape(len(problems), len(known[0]), 2)
    frequencies = np.stack([_padded(p.locus.frequencies, size) for p in problems])
    return Lanes(
        shape=shape, frequencies=frequencies,
        same=np.stack([p.locus.same for p in problems]),
        other=np.stack([_padded(p.locus.other, size) for p in problems]),
        dense=problems[0].locus.dense,
        known=pairs, observed=observed, scale=frequencies[np.arange(len(problems))[:, None, None], pairs],
        inbreeding=np.array([p.inbreeding for p in problems]).reshape(len(problems), shape.size))


def _padded(row: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    if row.shape[-1] == size:
        return row
    padded = np.zeros((*row.shape[:-1], size))
    padded[..., :row.shape[-1]] = row
    return padded


def _pair(observation: Observation | None) -> tuple[int, int]:
    if observation is None or observation.known is None:
        raise AssertionError("a known member has a genotype")
    return observation.known


def _terms(observation: Observation | None) -> NDArray[np.float64]:
    if observation is None or observation.terms is None:
        raise AssertionError("a vague member has weights")
    return observation.terms
