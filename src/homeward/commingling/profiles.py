"""Whether two DNA samples are of one person: identical profiles, conflicting ones, and everything between.

Autosomal: per marker Σ_g P(g)·P(a | g)·P(b | g) over Σ_g P(g)·P(a | g) times Σ_g P(g)·P(b | g), with what a laboratory
may have missed or misread (``kinship.laboratory``) and P(g) with coancestry θ. Mitochondrial: two haplotypes that agree
wherever both were read are worth one over the frequency of that in the pool, (x + 1)/(n + 1) with x of its n haplotypes
agreeing too; a difference of one position may be a fresh mutation within a person. Beside both stands the rate at which
samples are mixed up: with that probability a sample says nothing of the element, so that neither an identity nor a
conflict can say more than the laboratory's care allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

import numpy as np
from numpy.typing import NDArray

from homeward.kinship import ClassWeights
from homeward.kinship.laboratory import open_report
from homeward.model import FrequencyTable, Genotype, InvalidValue, Laboratory, Marker, Profile
from homeward.model.lineage import MitoProfile, in_length_tract

__all__ = ["DnaSettings", "autosomal_log10_lr", "mito_log10_lr"]

_Floats = NDArray[np.float64]
_OLD_BONE = Laboratory(dropout=0.05, dropin=0.01, error=0.001)


@dataclass(frozen=True, slots=True)
class DnaSettings:
    """Rates of the DNA lines.

    Args:
        laboratory: drop-out, drop-in and typing error of a sample from remains.
        mixed_up: probability that one of two samples is not of the element it is filed under.
        theta: coancestry of the pool.
        heteroplasmy: probability that two samples of one person differ at one mitochondrial position.
    """

    laboratory: Laboratory = _OLD_BONE
    mixed_up: float = 0.001
    theta: float = 0.01
    heteroplasmy: float = 0.01

    def __post_init__(self) -> None:
        for name in ("mixed_up", "theta", "heteroplasmy"):
            if not 0.0 <= getattr(self, name) < 1.0:
                raise InvalidValue("dna", name, getattr(self, name), "must be at least 0 and below 1")


def autosomal_log10_lr(a: Profile, b: Profile, frequencies: FrequencyTable, settings: DnaSettings) -> float | None:
    """log10 LR of two autosomal profiles, of one person over two unrelated; None where no marker is in both.

    Args: ``a``, ``b``; ``frequencies``, whose markers are compared; ``settings``. A marker whose alleles the table does
    not have, and one of the X of a man, is left out.
    """
    total, n = 0.0, 0
    for marker in frequencies.markers:
        x, y = a.genotypes.get(marker.name), b.genotypes.get(marker.name)
        if x is None or y is None or x.hemizygous or y.hemizygous or not _known(marker, x, y):
            continue
        n += 1
        joint, alone_x, alone_y = (_likelihood(marker, shown, settings) for shown in ((x, y), (x,), (y,)))
        if joint == 0.0 or total == -np.inf:
            total = -np.inf
        else:
            total += log10(joint / (alone_x * alone_y))
    return _careful(total, settings) if n else None


def _known(marker: Marker, *genotypes: Genotype) -> bool:
    return all(allele in marker.alleles for g in genotypes for allele in g.alleles)


def _careful(log10_lr: float, settings: DnaSettings) -> float:
    """Beside the rate at which samples are mixed up: m + (1 − m)·LR."""
    if settings.mixed_up == 0.0:
        return log10_lr
    return float(np.logaddexp(np.log(settings.mixed_up), np.log1p(-settings.mixed_up) + log10_lr * np.log(10.0))
                 / np.log(10.0))


def _likelihood(marker: Marker, shown: Sequence[Genotype], settings: DnaSettings) -> float:
    try:
        weights = open_report(marker, [(g, settings.laboratory) for g in shown])
    except InvalidValue:
        return 0.0  # certain reports that no one genotype gives
    return _expected(weights, np.asarray(marker.frequencies), settings.theta)


def _expected(w: ClassWeights, p: _Floats, theta: float) -> float:
    """Σ_g P(g)·weight(g), alleles that are not named lumped: P(ab) = p_a·p_b·(1 − θ), with θ·p_a more where a = b."""
    named = p[list(w.alleles)]
    others = np.delete(p, list(w.alleles))
    rest = float(others.sum())
    same = float((others**2).sum())
    apart = (float(named @ w.seen @ named) + 2.0 * rest * float(named @ w.mixed) + (rest**2 - same) * w.other_pair
             + same * w.other_same)
    alike = float(named @ np.diag(w.seen)) + rest * w.other_same
    return (1.0 - theta) * apart + theta * alike


def mito_log10_lr(a: MitoProfile, b: MitoProfile, pool: Sequence[MitoProfile], settings: DnaSettings) -> float | None:
    """log10 LR of two mitochondrial haplotypes, of one person over two of the pool; None where none was read in both.

    Args: ``a``, ``b``; ``pool``, the haplotypes that a stranger's is drawn from; ``settings``. Maternal relatives share
    a haplotype: where such may lie together, the frequency in the pool is too low, and the LR too high.
    """
    apart = _differences(a, b)
    if apart is None:
        return None
    chance = {0: 1.0 - settings.heteroplasmy, 1: settings.heteroplasmy}.get(apart, 0.0)
    alike = sum(_differences(a, other) == apart for other in pool)
    share = (alike + 1.0) / (len(pool) + 1.0)
    return _careful(log10(chance / share) if chance else -np.inf, settings)


def _differences(a: MitoProfile, b: MitoProfile) -> int | None:
    """How many positions differ where both were read, lengths of tracts left aside; None where nothing was."""
    if not any(_meet(x, y) for x in a.ranges for y in b.ranges):
        return None
    one, other = ({d for d in p.differences if not in_length_tract(d.position)} for p in (a, b))
    return len({d.position for d in one ^ other if a.covers(d.position) and b.covers(d.position)})


def _meet(x: tuple[int, int], y: tuple[int, int]) -> bool:
    # a range that passes the origin has its first position above its last
    return any(first <= last_other and first_other <= last
               for first, last in _straight(x) for first_other, last_other in _straight(y))


def _straight(span: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    first, last = span
    return ((first, last),) if first <= last else ((first, 16569), (1, last))
