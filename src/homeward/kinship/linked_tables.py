"""LRs of genotypes at two linked markers together: one pass over a family, then any remains are a look-up.

The missing member's genotype at the first marker is fixed to each of its values in turn, a lane each; the table of his
genotypes at the second comes out of the pedigree with it. So P(references, genotype, genotype) is known for every pair
of genotypes, and what remains show at the two markers is a weighted sum over them. Where his two alleles may be copies
of one, the genotype at the second marker is fixed as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.laboratory import ClassWeights
from homeward.kinship.lanes import Lanes, run_lanes
from homeward.kinship.linked import Part, genotype_terms, linked_lanes, linked_shape
from homeward.kinship.locus import Locus, Observation, locus_of, lumped
from homeward.kinship.remains_codes import RemainsCodes
from homeward.kinship.shape import Kind, males_of, shape_of
from homeward.kinship.strategy import strategy_for
from homeward.kinship.tables import Relatives
from homeward.model import FrequencyTable, Linkage, Marker, TooLarge

__all__ = ["LinkedMarkers", "LinkedPair", "Shown", "linked_lrs", "linked_pairs"]

_MOST_WORK = 2e10  # multiplications for one family

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LinkedMarkers:
    """Two markers with the recombination rate ρ between them; both of the autosomes, or both of the X."""

    first: Marker
    second: Marker
    recombination_rate: float
    loci: tuple[Locus, Locus]

    @classmethod
    def of(cls, table: FrequencyTable, linkage: Linkage) -> LinkedMarkers:
        """The linked markers of a table."""
        first, second = (table[name] for name in linkage.markers)
        return cls(first, second, linkage.recombination_rate, (locus_of(first), locus_of(second)))


@dataclass(frozen=True, slots=True)
class Shown:
    """The different things that remains show at one marker: ``known`` genotypes (n, 2), then open ``reports``."""

    known: _Index
    reports: tuple[ClassWeights, ...]

    @classmethod
    def of(cls, codes: RemainsCodes, marker: int) -> Shown:
        """What the remains show at one marker of the table that they were coded for."""
        return cls(codes.known[marker], codes.reports[marker])

    def numbers(self, codes: RemainsCodes, marker: int) -> _Index:
        """For each remains the number of what it shows, len(known) + len(reports) where it is not typed."""
        first, number = codes.pairs[marker, :, 0], codes.report_number[marker]
        untyped = len(self.known) + len(self.reports)
        return np.where(first == -1, untyped, np.where(first == -2, len(self.known) + number, number))


@dataclass(frozen=True, slots=True)
class LinkedPair:
    """Two linked markers of a table, and what each of N remains shows at both.

    ``positions``: of the two in the table. ``shown``: the different things shown at each; ``both`` (n, 2): the
    different pairs of numbers among them, the last number of each being "not typed"; ``number`` (N,): the pair that
    each remains shows.
    """

    positions: tuple[int, int]
    markers: LinkedMarkers
    shown: tuple[Shown, Shown]
    both: _Index
    number: _Index

    def log10_lrs(self, relatives: Relatives) -> _Array | None:
        """log10 LR of each of ``both``, −inf where impossible, as ``linked_lrs``."""
        lrs = linked_lrs(relatives, self.markers, self.shown)
        if lrs is None:
            return None
        with np.errstate(divide="ignore"):
            return np.asarray(np.log10(lrs[self.both[:, 0], self.both[:, 1]]))


def linked_pairs(table: FrequencyTable, codes: RemainsCodes) -> tuple[LinkedPair, ...]:
    """The pairs of linked markers of a table, with what the remains show there."""
    names = [m.name for m in table.markers]
    made = []
    for linkage in table.linked:
        first, second = (names.index(name) for name in linkage.markers)
        shown = Shown.of(codes, first), Shown.of(codes, second)
        numbers = np.stack([s.numbers(codes, m) for s, m in zip(shown, (first, second), strict=True)], axis=1)
        both, number = np.unique(numbers, axis=0, return_inverse=True)
        made.append(LinkedPair((first, second), LinkedMarkers.of(table, linkage), shown, both, number.reshape(-1)))
    return tuple(made)


def linked_lrs(relatives: Relatives, markers: LinkedMarkers, shown: tuple[Shown, Shown]) -> _Array | None:
    """LRs of all pairs of what remains show at two linked markers; None where no relative is typed at either.

    H1: the remains are the missing member; H2: they are an unrelated person, whose genotypes at the two markers are
    independent (linkage equilibrium). The references' genotypes at both are the condition of both.

    Returns (n_first + 1, n_second + 1), rows what is shown at the first marker, columns at the second, the last of
    each "not typed"; NaN throughout where the references are impossible. A man's X is compared with known genotypes
    alone, an open report there is as not typed.

    Raises TooLarge for a pedigree beyond exact computation.
    """
    both = markers.first, markers.second
    observations = [relatives.typed.observations(m) for m in both]
    if not any(observations):
        return None
    family = _Family(relatives, markers.first.x_linked, markers.recombination_rate)
    sides = [_Side.of(locus, o, single=family.single, may_lump=family.is_outbred)
             for locus, o in zip(markers.loci, observations, strict=True)]
    joint = family.joint(*sides)
    total = float(joint.sum())
    if total <= 0.0:
        return np.full([len(s.known) + len(s.reports) + 1 for s in shown], np.nan)
    lr = joint / (total * np.outer(sides[0].population, sides[1].population))
    return sides[1].weighed(sides[0].weighed(lr, shown[0]).T, shown[1]).T


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two markers in one family.

    ``locus``, and ``small`` with the alleles that no relative shows as one where that is exact; ``place`` (A,): each
    allele's index there; ``observations`` of the relatives in it. ``cells``: the missing member's genotypes, (n, 2);
    ``cell`` (K, K), their numbers; ``population`` (n,), their probabilities. ``single``: he has one allele alone.
    """

    locus: Locus
    small: Locus
    place: _Index
    observations: dict[str, Observation]
    cells: _Index
    cell: _Index
    population: _Array
    single: bool

    @classmethod
    def of(cls, locus: Locus, observations: dict[str, Observation], *, single: bool, may_lump: bool) -> _Side:
        known = [o.known for o in observations.values() if o.known is not None]
        seen = tuple(sorted({a for pair in known for a in pair}))
        small, place = locus, np.arange(locus.n_alleles)
        if may_lump and locus.lumpable and len(known) == len(observations) and len(seen) + 1 < locus.n_alleles:
            small, place = lumped(locus, seen)
            observations = {m: Observation((int(place[o.known[0]]), int(place[o.known[1]])))
                            for m, o in observations.items() if o.known is not None}
        k, p = small.n_alleles, small.frequencies
        first, second = (np.arange(k), np.arange(k)) if single else np.triu_indices(k)
        cell = np.full((k, k), -1, dtype=np.int64)
        cell[first, second] = cell[second, first] = np.arange(len(first))
        population = p if single else p[first] * p[second] * np.where(first == second, 1.0, 2.0)
        return cls(locus, small, place, observations, np.stack([first, second], axis=1), cell, population, single)

    def weighed(self, lr: _Array, shown: Shown) -> _Array:
        """LRs of what is shown, and of "not typed", out of those of the genotypes: (cells, m) to (n + 1, m)."""
        n_known = len(shown.known)
        found = np.zeros((n_known + len(shown.reports) + 1, lr.shape[1]))
        number = self.cell[self.place[shown.known[:, 0]], self.place[shown.known[:, 1]]]
        rows = np.flatnonzero(number >= 0)  # two different alleles cannot be a man's X
        found[rows] = lr[number[rows]]
        weights = [self.population if self.single else self._of_report(r) for r in shown.reports]
        # Not by a matrix product of the library's, whose threads cost more than these few sums.
        found[n_known:] = np.einsum("ij,jk->ik", np.stack([*weights, self.population]), lr)
        return found

    def _of_report(self, report: ClassWeights) -> _Array:
        """Population probability of the report and each genotype, over that of the report."""
        p = self.locus.frequencies
        expected = np.outer(p, p) * _full(report, len(p))
        number = self.cell[self.place[:, None], self.place[None, :]]
        found = np.bincount(number.ravel(), weights=expected.ravel(), minlength=len(self.cells))
        return np.asarray(found / found.sum(), dtype=np.float64)

    def own(self, member: str) -> _Array:
        """P(the missing member's own report, from a personal item | each genotype); ones where there is none."""
        if member not in self.observations:
            return np.ones(len(self.cells))
        terms = genotype_terms(self.observations[member], self.small.n_alleles)
        if self.single:
            return np.asarray(terms[:, 1].sum(axis=0))
        return np.asarray(sum(u[self.cells[:, 0]] * w[self.cells[:, 1]] for u, w in terms))


def _full(report: ClassWeights, n_alleles: int) -> _Array:
    """The weights of a report for all ordered genotypes, (A, A)."""
    full = np.full((n_alleles, n_alleles), report.other_pair)
    np.fill_diagonal(full, report.other_same)
    named = list(report.alleles)
    full[named, :] = report.mixed[:, None]
    full[:, named] = report.mixed[None, :]
    full[np.ix_(named, named)] = report.seen
    return full


@dataclass(frozen=True, slots=True)
class _Family:
    """One missing member's family at two markers."""

    relatives: Relatives
    x_linked: bool
    rho: float

    @property
    def single(self) -> bool:
        """Whether the missing member has one allele alone: a man, on the X."""
        return self.x_linked and self.relatives.member in males_of(self.relatives.typed.family)

    @property
    def is_outbred(self) -> bool:
        """Whether the missing member's two alleles can never be copies of one."""
        shape, _ = shape_of(self.relatives.typed.family, {}, query=self.relatives.member, x_linked=self.x_linked)
        return max(shape.paths_to_query()) <= 1 and shape.query not in shape.inbred

    def joint(self, first: _Side, second: _Side) -> _Array:
        """P(references, genotype at the first, genotype at the second), (cells, cells)."""
        if not self.is_outbred:
            return self._cell_by_cell(first, second)
        # Whichever has fewer genotypes is the one to be fixed.
        if len(first.cells) <= len(second.cells):
            return self._by_query(first, second)
        return self._by_query(second, first).T

    def _by_query(self, first: _Side, second: _Side) -> _Array:
        """The same by the table of the query at the second."""
        lanes, rows = self._lanes(first, second, query=True)
        k, n = first.small.n_alleles, len(first.cells)
        observed = np.repeat(lanes.observed, n, axis=0)
        observed[:, rows[0], :, :, :k] = self._terms(first, observed.shape[2])
        tables = run_lanes(_repeated(lanes, observed))[:, k:, k:]
        a, b = second.cells.T
        return np.asarray(tables[:, a, b] + np.where(a == b, 0.0, tables[:, b, a]))

    def _cell_by_cell(self, first: _Side, second: _Side) -> _Array:
        """The same, with both genotypes fixed in turn."""
        lanes, rows = self._lanes(first, second, query=False)
        k, n = first.small.n_alleles, len(second.cells)
        size = lanes.frequencies.shape[1]
        work = len(first.cells) * n * strategy_for(lanes.shape, size, dense=True).program.cost(size, dense=True)
        if work > _MOST_WORK:
            raise TooLarge(f"{len(first.cells)} × {n} pairs of genotypes at two linked markers need {work:.2g} "
                           f"multiplications; {_MOST_WORK:.0g} are allowed")
        observed = np.repeat(lanes.observed, n, axis=0)
        observed[:, rows[1], :, :, k:] = self._terms(second, observed.shape[2])
        joint = np.empty((len(first.cells), n))
        for cell, terms in enumerate(self._terms(first, observed.shape[2])):
            observed[:, rows[0], :, :, :k] = terms
            joint[cell] = run_lanes(_repeated(lanes, observed))
        return joint

    def _lanes(self, first: _Side, second: _Side, *, query: bool) -> tuple[Lanes, tuple[int, int]]:
        """A lane, and the rows of the missing member's weights at each marker; at the second of no meaning if asked."""
        member, family = self.relatives.member, self.relatives.typed.family
        fixed = Observation((0, 0))
        parts: tuple[Part, Part] = ((first.small, {**first.observations, member: fixed}),
                                    (second.small, second.observations if query
                                     else {**second.observations, member: fixed}))
        seen = {m for _, observations in parts for m in observations}
        single, ids = shape_of(family, dict.fromkeys(seen, Kind.VAGUE), query=member if query else None,
                               x_linked=self.x_linked)
        inbreeding = [family.inbreeding.get(m, 0.0) for m in ids]
        lanes = linked_lanes(linked_shape(single, parts, ids), parts, ids, inbreeding, self.rho)
        before = ids[:ids.index(member)]
        rows = [sum(m in observations for m in before) for _, observations in parts]
        return lanes, (rows[0], len(parts[0][1]) + rows[1])

    def _terms(self, side: _Side, n_terms: int) -> _Array:
        """Weights of each genotype fixed, times that of a personal item's report: (cells, terms, 2, K)."""
        own, k = side.own(self.relatives.member), side.small.n_alleles
        terms = np.zeros((len(side.cells), n_terms, 2, k))
        for cell, (a, b) in enumerate(side.cells.tolist()):
            terms[cell, :2] = genotype_terms(Observation((a, b)), k)
            terms[cell, :, 1] *= own[cell]
        return terms


def _repeated(lanes: Lanes, observed: _Array) -> Lanes:
    """As many lanes as there are observations, alike but for these."""
    n = len(observed)
    return replace(lanes, observed=observed, frequencies=np.repeat(lanes.frequencies, n, axis=0),
                   same=np.repeat(lanes.same, n, axis=0), other=np.repeat(lanes.other, n, axis=0),
                   known=np.repeat(lanes.known, n, axis=0), inbreeding=np.repeat(lanes.inbreeding, n, axis=0))
