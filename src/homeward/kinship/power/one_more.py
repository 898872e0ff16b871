"""The missing member beside one more relative: his outcomes for every genotype that the relative may turn out to have.

P(c, g | refs), c the relative's genotype and g the member's, comes from one table of g for each c. Where the member is
inbred that is dear, since his table is then computed genotype by genotype; so the roles are exchanged: one table of c
for each g, times P(g | refs).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.batch import FamilyBatch, MarkerTables
from homeward.kinship.engine import evaluate
from homeward.kinship.likelihood import Typed, problem_of
from homeward.kinship.locus import Locus
from homeward.kinship.power.outcomes import (
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
    references; ``possible``: numbers of those above 0; ``genotypes`` of these; ``unseen``: (n,), whether nothing is
    seen, of two silent alleles.
    """

    single: bool
    pairs: _Index
    probability: _Array
    possible: _Index
    genotypes: list[Genotype]
    unseen: NDArray[np.bool_]


def joint_outcomes(relatives: Relatives, donor: str, markers: Sequence[tuple[Marker, Locus]]) -> list[Joint]:
    """The joint outcomes at several markers.

    Args: ``relatives``, the member and the references; ``donor``, the relative who would be typed; ``markers``, each
    with its arrays (perhaps with another mutation model).

    Raises TooLarge for a pedigree beyond exact computation.
    """
    typed, member = relatives.typed, relatives.member
    exchange = _is_inbred(typed, member, donor) and not _is_inbred(typed, donor, member)
    return [(_exchanged if exchange else _straight)(relatives, donor, marker, locus) for marker, locus in markers]


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
    unseen = np.zeros(len(pairs), dtype=np.bool_)
    if marker.silent is not None:
        unseen = (pairs == marker.index(marker.silent)).all(axis=1)
    genotypes = [_genotype(marker, pairs[k], single) for k in possible]
    return _Reports(single, pairs, probability / probability.sum(), possible, genotypes, unseen)


def _population(locus: Locus, single: bool) -> _Array:
    p = locus.frequencies
    return np.diag(p) if single else np.outer(p, p)


def _genotype(marker: Marker, pair: _Index, single: bool) -> Genotype:
    first, second = (marker.alleles[a] for a in pair)
    return Genotype(first, None, hemizygous=True) if single else Genotype(first, second)


def _batch(relatives: Relatives, known: str, marker: Marker, genotypes: Sequence[Genotype | None]) -> FamilyBatch:
    """The family at one marker, once for each genotype of one of its people; None: nothing is known of it."""
    typed, name = relatives.typed, marker.name
    others = {m: Profile(m, {name: p.genotypes[name]}) for m, p in typed.profiles.items()
              if name in p.genotypes and m != known}
    readings = {m: r for m, r in typed.readings.items() if m in others}
    rows = [{**others, known: Profile(known, {} if g is None else {name: g})} for g in genotypes]
    return FamilyBatch([replace(relatives, typed=Typed(typed.family, row, readings)) for row in rows], [marker])


def _straight(relatives: Relatives, donor: str, marker: Marker, locus: Locus) -> Joint:
    """A table of g for each c."""
    donors = _reports(Relatives(relatives.typed, donor), marker, locus)
    seen = [None if donors.unseen[k] else g for k, g in zip(donors.possible, donors.genotypes, strict=True)]
    parts = tuple((tables.rows, outcomes_in_tables(tables, marker, locus))
                  for tables in _batch(relatives, donor, marker, seen).tables(0, locus))
    return Joint(donors.probability[donors.possible], parts)


def _exchanged(relatives: Relatives, donor: str, marker: Marker, locus: Locus) -> Joint:
    """P(g | refs) times tables of c for each g, read as tables of g for each c."""
    other = Relatives(relatives.typed, donor)
    own, donors = _reports(relatives, marker, locus), _reports(other, marker, locus)
    apart = own.probability[:, None] * donors.probability
    joint = apart.copy()
    for tables in _batch(other, relatives.member, marker, own.genotypes).tables(0, locus):
        rows = own.possible[tables.rows]
        joint[rows] = own.probability[rows, None] * _of_donor(tables, marker, locus, donors)
    joint[:, donors.unseen] = apart[:, donors.unseen]  # a relative of whom nothing is seen tells nothing
    joint = joint[:, donors.possible].T
    unrelated = as_reported(_population(locus, own.single)[None], marker, own.pairs)
    sums = joint.sum(axis=1)
    outcomes = quotients(joint / sums[:, None], np.broadcast_to(unrelated, joint.shape), own.unseen)
    return Joint(sums / sums.sum(), ((np.arange(len(sums)), outcomes),))


def _of_donor(tables: MarkerTables, marker: Marker, locus: Locus, donors: _Reports) -> _Array:
    """P(c | refs, g) of each report c, a row for each g."""
    row, place = np.arange(len(tables.place))[:, None, None], tables.place
    log10_lr = tables.log10_lr[row, place[:, :, None], place[:, None, :]]
    given = as_reported(10.0**log10_lr * _population(locus, donors.single), marker, donors.pairs)
    return np.asarray(given / given.sum(axis=1, keepdims=True))
