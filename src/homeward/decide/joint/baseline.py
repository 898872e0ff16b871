"""The likelihood of no remains being anyone: every family's references under its pedigree, every profile by chance."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from homeward.kinship import ClassWeights, RemainsCodes, Typed, marker_logliks
from homeward.model import Case, FrequencyTable, Marker, Profile, TooLarge, Unsupported

__all__ = ["unidentified_loglik"]


def unidentified_loglik(case: Case, families: Sequence[Typed], remains: Sequence[str], codes: RemainsCodes) -> float:
    """Natural log likelihood of references and remains, all remains taken as unrelated people of the population.

    Nothing is left out of it, but for families whose references contradict their pedigree or are beyond exact
    computation. ``codes`` of ``remains``.
    """
    profiles = case.remains_profiles()
    total = sum(loglik for loglik in _of_families(families, case.frequencies) if math.isfinite(loglik))
    for m, marker in enumerate(case.frequencies.markers):
        p = np.array(marker.frequencies)
        for j, r in enumerate(remains):
            first = int(codes.pairs[m, j, 0])
            if first == -2:
                total += math.log(_of_report(codes.reports[m][codes.report_number[m, j]], p))
            elif first >= 0:
                total += math.log(_of_pair(first, int(codes.pairs[m, j, 1]), p, _single(profiles[r], marker)))
    return total


def _of_families(families: Sequence[Typed], table: FrequencyTable) -> list[float]:
    """Natural log likelihood of each family's references, without those beyond exact computation."""
    try:
        return [sum(by_marker.values()) for by_marker in marker_logliks(families, table)]
    except (TooLarge, Unsupported):
        if len(families) == 1:
            return []
        return [loglik for family in families for loglik in _of_families([family], table)]


def _single(profile: Profile, marker: Marker) -> bool:
    genotype = profile.genotypes.get(marker.name)
    return genotype is not None and genotype.hemizygous


def _of_pair(a: int, b: int, p: NDArray[np.float64], single: bool) -> float:
    """Hardy–Weinberg probability of a genotype; of the one allele of a man's X."""
    if single:
        return float(p[a])
    return float(p[a] ** 2 if a == b else 2.0 * p[a] * p[b])


def _of_report(report: ClassWeights, p: NDArray[np.float64]) -> float:
    """Σ over genotypes of their probability and that of the report."""
    named, others = p[list(report.alleles)], np.delete(p, list(report.alleles))
    rest, same = float(others.sum()), float((others**2).sum())
    return float(named @ report.seen @ named + 2.0 * rest * (report.mixed @ named)
                 + report.other_pair * (rest**2 - same) + report.other_same * same)
