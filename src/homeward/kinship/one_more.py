"""The missing member beside one more relative: his outcomes for every genotype that the relative may turn out to have.

P(c, g | refs), c the relative's genotype and g the member's, comes from one table of g for each c. Where the member is
inbred that is dear, since his table is then computed genotype by genotype; so the roles are exchanged: one table of c
for each g, times P(g | refs).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.batch import FamilyBatch, MarkerTables
from homeward.kinship.engine import evaluate
from homeward.kinship.likelihood import Typed, problem_of
from homeward.kinship.locus import Locus
from homeward.kinship.outcomes import (
    Outcomes,
    as_reported,
    has_one_allele,
    outcomes_in_tables,
    quotients,
    report_pairs,
)
from homeward.kinship.shape import Kind, shape_of
from homeward.kinship.tables import Relatives, genotype_tables
from homeward.model import Genotype, Marker, Profile

__all__ = ["Joint", "joint_outcomes"]

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Joint:
    """What the relative may turn out to be at one marker, and the member's outcomes then.

    ``probability``: (n,) of each of the relative's genotypes, given the references. ``parts``: numbers of some of
    these genotypes, ascending, and the member's outcomes, a row for each; beside a genotype that stands in no part
    nothing is compared.
    """

    probability: _Array
    parts: tuple[tuple[_Index, Outcomes], ...]

    def moment(self, order: int) -> float:
        """E[(log10 LR)^order] if the remains are the member, over all that the relative may turn out to be."""
        return float(sum(self.probability[rows] @ outcomes.moment(order) for rows, outcomes in self.parts))

    @property
    def exclusion(self) -> float:
        """Probability that an unrelated person is excluded here, over all that the relative may turn out to be."""
        return float(sum(self.probability[rows] @ outcomes.exclusion for rows, outcomes in self.parts))

    def draw(self, rng: np.random.Generator, draws: int) -> _Array:
        """log10 LRs of the member, (draws,): the relative's genotype is drawn first, then the member's beside it."""
        chosen = rng.choice(len(self.probability), size=draws, p=self.probability)
        drawn = np.zeros(draws)
        for rows, outcomes in self.parts:
            mine = np.isin(chosen, rows)
            drawn[mine] = outcomes.draw(np.searchsorted(rows, chosen[mine]), rng)
        return drawn


@dataclass(frozen=True, slots=True)
class _Reports:
    """What a laboratory may report of one person at one marker.

    ``single``: the person has one allele there; ``pairs``: (n, 2), every genotype; ``probability``: (n,), given the
    references; ``possible``: numbers of those above 0; ``genotypes`` of these, None where nothing is seen, of two
    silent alleles.
    """

    single: bool
    pairs: _Index
    probability: _Array
    possible: _Index
    genotypes: list[Genotype | None]


def joint_outcomes(relatives: Relatives, donor: str, markers: Sequence[Marker],
                   loci: Mapping[int, Locus]) -> dict[int, Joint]:
    """The joint outcomes at several markers.

    Args: ``relatives``, the member and the references; ``donor``, the relative who would be typed; ``markers``;
    ``loci``: for the number of each marker at which he would be, its arrays (perhaps with another mutation model).

    Raises TooLarge for a pedigree beyond exact computation.
    """
    typed, member = relatives.typed, relatives.member
    donors = {m: _reports(Relatives(typed, donor), markers[m], locus) for m, locus in loci.items()}
    if _is_inbred(typed, member, donor) and not _is_inbred(typed, donor, member):
        own = {m: _reports(relatives, markers[m], locus) for m, locus in loci.items()}
        batch = _batch(Relatives(typed, donor), member, markers, own)
        return {m: _exchanged(batch, m, locus, (own[m], donors[m])) for m, locus in loci.items()}
    batch = _batch(relatives, donor, markers, donors)
    return {m: _straight(batch, m, locus, donors[m]) for m, locus in loci.items()}


def _is_inbred(typed: Typed, query: str, known: str) -> bool:
    """Whether the query's two alleles may be copies of one, the references and one more person known."""
    if query == known:
        return False
    kinds = dict.fromkeys((*typed.profiles, known), Kind.KNOWN)
    kinds.pop(query, None)
    shape, _ = shape_of(typed.family, kinds, query=query)
    return max(shape.paths_to_query()) > 1


def _reports(person: Relatives, marker: Marker, locus: Locus) -> _Reports:
    single = has_one_allele(marker, person)
    pairs = report_pairs(marker, single=single)
    table = genotype_tables([person], marker, locus)[0]
    if table is None:
        ordered = evaluate([problem_of(person.typed, locus, {}, query=person.member, x_linked=marker.x_linked)])[0]
    else:
        ordered = table.lr[np.ix_(table.place, table.place)] * _population(locus, single)
    probability = as_reported(ordered[None], marker, pairs)[0]
    possible = np.flatnonzero(probability > 0.0)
    genotypes = [_genotype(marker, pairs[k], single) for k in possible]
    return _Reports(single, pairs, probability / probability.sum(), possible, genotypes)


def _population(locus: Locus, single: bool) -> _Array:
    p = locus.frequencies
    return np.diag(p) if single else np.outer(p, p)


def _genotype(marker: Marker, pair: _Index, single: bool) -> Genotype | None:
    first, second = (marker.alleles[a] for a in pair)
    if first == second == marker.silent:
        return None
    return Genotype(first, None, hemizygous=True) if single else Genotype(first, second)


def _batch(relatives: Relatives, known: str, markers: Sequence[Marker], reports: Mapping[int, _Reports]) -> FamilyBatch:
    """The family once for each report of one of its people, all markers side by side: row k holds number k of each."""
    typed = relatives.typed
    before = typed.profiles.get(known, Profile(known)).genotypes
    rows = []
    for k in range(max((len(r.genotypes) for r in reports.values()), default=0)):
        seen = {markers[m].name: r.genotypes[k] for m, r in reports.items() if k < len(r.genotypes)}
        profile = Profile(known, {**before, **{name: g for name, g in seen.items() if g is not None}})
        rows.append(replace(relatives, typed=replace(typed, profiles={**typed.profiles, known: profile})))
    return FamilyBatch(rows, markers)


def _straight(batch: FamilyBatch, m: int, locus: Locus, donors: _Reports) -> Joint:
    parts = tuple((tables.rows, outcomes_in_tables(tables, batch.markers[m], locus))
                  for tables in batch.tables(m, locus, slice(0, len(donors.possible))))
    return Joint(donors.probability[donors.possible], parts)


def _exchanged(batch: FamilyBatch, m: int, locus: Locus, reports: tuple[_Reports, _Reports]) -> Joint:
    """P(g | refs) times tables of c for each g, read as tables of g for each c."""
    marker, (own, donors) = batch.markers[m], reports
    joint = own.probability[:, None] * donors.probability  # where nothing at all is typed, both are independent
    for tables in batch.tables(m, locus, slice(0, len(own.possible))):
        rows = own.possible[tables.rows]
        joint[rows] = own.probability[rows, None] * _of_donor(tables, marker, locus, donors)
    joint = joint[:, donors.possible].T
    silent = -1 if marker.silent is None else marker.index(marker.silent)
    unrelated = as_reported(_population(locus, own.single)[None], marker, own.pairs)
    sums = joint.sum(axis=1)
    outcomes = quotients(joint / sums[:, None], np.broadcast_to(unrelated, joint.shape),
                         (own.pairs == silent).all(axis=1))
    return Joint(sums / sums.sum(), ((np.arange(len(sums)), outcomes),))


def _of_donor(tables: MarkerTables, marker: Marker, locus: Locus, donors: _Reports) -> _Array:
    """P(c | refs, g) of each report c, a row for each g."""
    row, place = np.arange(len(tables.place))[:, None, None], tables.place
    log10_lr = tables.log10_lr[row, place[:, :, None], place[:, None, :]]
    given = as_reported(10.0**log10_lr * _population(locus, donors.single), marker, donors.pairs)
    return np.asarray(given / given.sum(axis=1, keepdims=True))
