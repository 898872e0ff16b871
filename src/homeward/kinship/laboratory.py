"""What the laboratory saw: drop-out, drop-in, typing error and replicates between a genotype and its report.

Each allele of the genotype is seen with probability 1 − d (1 − d₂ for both copies of a homozygote), alone; each allele
that is seen and not in the genotype has dropped in, with probability c p_a, and none has with 1 − c. With probability
ε the report is another genotype of the population, taken at random. Replicate amplifications are independent given
the genotype. A silent allele is never seen, and is not dropped out. A partial report says that one allele was seen, and
nothing of any other.

Gill et al. 2012, doi:10.1016/j.fsigen.2012.06.002; Haned, Slooten & Gill 2012, doi:10.1016/j.fsigen.2012.08.008. With
all rates 0 a report is its genotype, and nothing here is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.locus import observe
from homeward.model import CERTAIN, Genotype, InvalidValue, Laboratory, Marker

__all__ = ["CERTAIN", "ClassWeights", "Laboratory", "class_weights", "open_report", "rank_one_terms", "report_weights"]


@dataclass(frozen=True, slots=True)
class ClassWeights:
    """P(reports | genotype) by what the genotype's alleles are: one of the k ``alleles`` named, or any other.

    ``seen``: (k, k), both alleles named; ``mixed``: (k,), one named and one other; ``other_pair``: two different
    others; ``other_same``: an other twice. With no more than that, an LR is a few sums over a table.
    """

    alleles: tuple[int, ...]
    seen: NDArray[np.float64]
    mixed: NDArray[np.float64]
    other_pair: float
    other_same: float


def report_weights(reports: Sequence[tuple[int, ...]], laboratory: Laboratory,
                   frequencies: NDArray[np.float64], *, silent: int | None = None) -> NDArray[np.float64]:
    """P(reports | ordered genotype), float64 (A, A), symmetric.

    Args: ``reports``, the distinct allele indices that each amplification showed (empty: nothing was seen);
    ``laboratory``, its rates; ``frequencies`` (A,); ``silent``, the index of the silent allele.
    """
    weights = np.ones((len(frequencies), len(frequencies)))
    for report in reports:
        weights *= _one_report(report, laboratory, frequencies, silent)
    return weights


def _one_report(report: tuple[int, ...], laboratory: Laboratory, p: NDArray[np.float64],
                silent: int | None) -> NDArray[np.float64]:
    n = len(p)
    seen = np.zeros(n, dtype=np.bool_)
    seen[list(report)] = True
    d, d2, c = laboratory.dropout, laboratory.homozygote, laboratory.dropin
    each, twice = np.where(seen, 1.0 - d, d), np.where(seen, 1.0 - d2, d2)
    if silent is not None:
        each[silent] = twice[silent] = 1.0
    shown = np.outer(each, each)
    np.fill_diagonal(shown, twice)
    in_genotype = np.eye(n, dtype=np.bool_)
    extra = np.ones((n, n))  # what dropped in: every seen allele that the genotype lacks
    dropped_in = np.zeros((n, n), dtype=np.bool_)
    for a in report:
        lacks = ~(in_genotype[a][:, None] | in_genotype[a][None, :])
        extra = np.where(lacks, extra * c * p[a], extra)
        dropped_in |= lacks
    extra = np.where(dropped_in, extra, 1.0 - c)
    return np.asarray((1.0 - laboratory.error) * shown * extra + laboratory.error * _at_random(report, p, silent))


def _at_random(report: tuple[int, ...], p: NDArray[np.float64], silent: int | None) -> float:
    """Population frequency of the genotypes that a report of one or two alleles shows."""
    if len(report) == 1:
        unseen = 0.0 if silent is None else p[silent]
        return float(p[report[0]] ** 2 + 2.0 * p[report[0]] * unseen)
    return float(2.0 * p[report[0]] * p[report[1]]) if len(report) == 2 else 0.0


def _at_least(a: int, laboratory: Laboratory, p: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(allele a is seen, whatever else is | ordered genotype)."""
    n, error = len(p), laboratory.error
    shown = np.full((n, n), laboratory.dropin * p[a])
    shown[a, :] = shown[:, a] = 1.0 - laboratory.dropout
    shown[a, a] = 1.0 - laboratory.homozygote
    return np.asarray((1.0 - error) * shown + error * p[a] * (2.0 - p[a]))


def class_weights(weights: NDArray[np.float64], alleles: tuple[int, ...]) -> ClassWeights:
    """The weights of a table (A, A) that tells apart no others than the named alleles."""
    n = len(weights)
    others = [a for a in range(n) if a not in alleles][:2]
    named = list(alleles)
    mixed = weights[named, others[0]] if others else np.zeros(len(named))
    same = float(weights[others[0], others[0]]) if others else 0.0
    pair = float(weights[others[0], others[1]]) if len(others) > 1 else same
    return ClassWeights(alleles, weights[np.ix_(named, named)], mixed, pair, same)


def rank_one_terms(found: ClassWeights, n_alleles: int) -> NDArray[np.float64] | None:
    """The weights as Σ_k terms[k, 0] ⊗ terms[k, 1], (2 or 4, 2, A); None where they are of no such form.

    That is so where at most three are named, and an other allele twice weighs as two different others do (d₂ = d²).
    """
    k = len(found.alleles)
    if k > 3 or (k < n_alleles - 1 and abs(found.other_same - found.other_pair) > 1e-15):
        return None
    small = np.block([[found.seen, found.mixed[:, None]], [found.mixed[None, :], np.array([[found.other_pair]])]])
    spread = np.full(n_alleles, k)
    spread[list(found.alleles)] = np.arange(k)
    # One product for each different row: no term is negative, so that none cancels another.
    rows, which = np.unique(small, axis=0, return_inverse=True)
    kept = [r for r in range(len(rows)) if rows[r].any() and (which.reshape(-1)[spread] == r).any()]
    terms = np.zeros((2 if len(kept) <= 2 else 4, 2, n_alleles))
    for term, r in enumerate(kept):
        terms[term] = which.reshape(-1)[spread] == r, rows[r][spread]
    return terms


def open_report(marker: Marker, shown: Sequence[tuple[Genotype, Laboratory]]) -> ClassWeights:
    """The weights of amplifications that leave the genotype open, all taken together.

    Raises InvalidValue where no genotype could have given them: certain ones that disagree.
    """
    p = np.array(marker.frequencies)
    silent = None if marker.silent is None else marker.index(marker.silent)
    weights = np.ones((len(p), len(p)))
    named = set() if silent is None else {silent}
    for genotype, laboratory in shown:
        alleles = tuple(sorted({marker.index(a) for a in genotype.alleles}))
        named.update(alleles)
        if laboratory.is_certain:
            weights *= _certain(marker, genotype)
        elif genotype.is_partial:
            weights *= _at_least(alleles[0], laboratory, p)
        else:
            weights *= report_weights([alleles], laboratory, p, silent=silent)
    if not weights.any():
        raise InvalidValue(marker.name, "samples", " and ".join(str(g) for g, _ in shown),
                           "must agree, or have laboratory rates under which they can differ")
    return class_weights(weights, tuple(sorted(named)))


def _certain(marker: Marker, genotype: Genotype) -> NDArray[np.float64]:
    observation = observe(marker, genotype, hemizygous=genotype.hemizygous)
    if observation.terms is not None:
        return np.asarray(sum(np.outer(u, w) for u, w in observation.terms))
    a, b = observation.known or (0, 0)
    weights = np.zeros((len(marker.alleles),) * 2)
    weights[a, b] = weights[b, a] = 1.0
    return weights

