"""A marker as arrays: frequencies, mutation in its cheapest exact form, and what observations say of its alleles."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.mutation import mutation_matrix
from homeward.kinship.shape import Kind
from homeward.model import Genotype, Marker, Unsupported

__all__ = ["Locus", "Observation", "locus_of", "lumped", "observe"]

_NO_MATRIX = np.zeros((2, 0, 0))


@dataclass(frozen=True, slots=True)
class Locus:
    """One marker's numbers; sex index 0 female, 1 male.

    ``frequencies``: (A,). A mutation matrix is ``same`` (sex,) on the diagonal plus a row ``other`` (sex, A), or,
    where it has no such form, ``dense`` (sex, A, A). Without ``dense``, alleles that nobody shows may be taken as one
    in any likelihood, exactly (Egeland, Pinto & Amorim 2017, doi:10.1016/j.fsigen.2017.04.019). ``lumpable``: and a
    genotype table spreads over them in proportion to their frequencies (no mutation, or the proportional model).
    """

    name: str
    frequencies: NDArray[np.float64]
    same: NDArray[np.float64]
    other: NDArray[np.float64]
    dense: NDArray[np.float64]
    lumpable: bool

    @property
    def n_alleles(self) -> int:
        """Number of alleles, lumped ones as one."""
        return len(self.frequencies)

    @property
    def is_dense(self) -> bool:
        """Whether mutation needs the full matrix."""
        return bool(self.dense.shape[1] > 0)


@dataclass(frozen=True, slots=True)
class Observation:
    """What is known of one member's genotype at one marker.

    ``known``: the two allele indices (twice the one of a man's X), or None; then the weight of the ordered genotype
    (a, b) is Σ_k terms[k, 0, a] · terms[k, 1, b], ``terms`` of shape (2 or 4, 2, A).
    """

    known: tuple[int, int] | None
    terms: NDArray[np.float64] | None = None

    @property
    def kind(self) -> Kind:
        """How it enters the shape."""
        if self.known is not None:
            return Kind.KNOWN
        return Kind.VAGUE if self.terms is None or len(self.terms) == 2 else Kind.VAGUER


def locus_of(marker: Marker) -> Locus:
    """The arrays of a marker; raises InvalidValue where a mutation model does not fit its alleles."""
    p = np.array(marker.frequencies)
    matrices = np.stack([mutation_matrix(m, marker.alleles, p, silent=marker.silent)
                         for m in (marker.female, marker.male)])
    split = [_diagonal_plus_row(m) for m in matrices]
    if any(part is None for part in split):
        zero = np.zeros((2, len(p)))
        return Locus(marker.name, p, np.zeros(2), zero, matrices, lumpable=False)
    same = np.array([part[0] for part in split if part is not None])
    other = np.stack([part[1] for part in split if part is not None])
    ratio = other / p
    lumpable = bool(np.all(np.ptp(ratio, axis=1) <= 1e-12 * np.max(ratio, axis=1, initial=0.0)))
    return Locus(marker.name, p, same, other, _NO_MATRIX, lumpable)


def _diagonal_plus_row(matrix: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]] | None:
    """``same`` and ``other`` with matrix = same · I + 1 otherᵀ, or None where it has no such form."""
    n = len(matrix)
    if n == 1:
        return 1.0, np.zeros(1)
    other = np.array([matrix[(t + 1) % n, t] for t in range(n)])
    same = float(matrix[0, 0] - other[0])
    rebuilt = same * np.eye(n) + other
    return (same, other) if np.abs(rebuilt - matrix).max() <= 4e-16 else None


def lumped(locus: Locus, seen: tuple[int, ...]) -> tuple[Locus, NDArray[np.int64]]:
    """The locus with the alleles that are not ``seen`` as one, and each allele's new index.

    Raises Unsupported where the mutation model does not permit it.
    """
    if locus.is_dense:
        raise Unsupported(f"{locus.name}: its mutation model does not permit lumping")
    place = np.full(locus.n_alleles, len(seen))
    place[list(seen)] = np.arange(len(seen))
    p = _with_rest(locus.frequencies, seen, 1.0)
    other = [_with_rest(row, seen, None) for row in locus.other]
    return replace(locus, frequencies=p, other=np.stack(other)), place


def _with_rest(row: NDArray[np.float64], seen: tuple[int, ...], total: float | None) -> NDArray[np.float64]:
    """The seen alleles' values and one for the rest.

    The rest is what the seen leave of the total, so that a table rounded in its last printed digit sums to 1; where
    the table is further off than that, it is the sum of the others as they stand.
    """
    mine = row[list(seen)]
    if len(mine) == len(row):
        return mine
    stated = float(np.delete(row, list(seen)).sum())
    if total is None:
        return np.append(mine, stated)
    left = total - float(mine.sum())
    return np.append(mine, left if abs(left - stated) <= 1e-6 * stated else stated)


def observe(marker: Marker, genotype: Genotype, *, hemizygous: bool) -> Observation:
    """What a reported genotype says; ``hemizygous`` for a man at an X-linked marker.

    A homozygote a/a at a marker with a silent allele may be a/silent. A partial genotype says that one allele is
    there and nothing of the other.
    """
    first = marker.index(genotype.first)
    if hemizygous:
        return Observation((first, first))
    if genotype.second is None:
        return Observation(None, _one_allele(len(marker.alleles), first, np.ones(len(marker.alleles))))
    second = marker.index(genotype.second)
    if first == second and marker.silent is not None and genotype.first != marker.silent:
        partner = np.zeros(len(marker.alleles))
        partner[[first, marker.index(marker.silent)]] = 1.0
        return Observation(None, _one_allele(len(marker.alleles), first, partner))
    return Observation((first, second))


def _one_allele(n_alleles: int, allele: int, partner: NDArray[np.float64]) -> NDArray[np.float64]:
    """Terms for "this allele, and any of the partners": (a, partner) and (partner other than a, a)."""
    one = np.zeros(n_alleles)
    one[allele] = 1.0
    rest = partner.copy()
    rest[allele] = 0.0
    return np.stack([np.stack([one, partner]), np.stack([rest, one])])
