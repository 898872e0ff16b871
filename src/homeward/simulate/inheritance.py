"""Genes dropped through a pedigree: founders draw alleles from the population, children inherit.

At each marker a child receives one of the two alleles of each parent with equal probability, changed with the rates
of the marker's mutation model, the mother's or the father's. Markers are inherited independently of each other (no
linkage). Founders draw from the Balding–Nichols urn of the table's ``theta`` (Balding & Nichols 1994,
doi:10.1016/0379-0738(94)90222-4): after n alleles of which b_a are a, the next is a with probability
(b_a θ + (1 − θ) p_a) / (1 + (n − 1) θ); θ = 0 is independent draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.mutation import mutation_matrix
from homeward.model import Family, FrequencyTable, Genotype, InvalidValue, Member, MutationModel, Profile, Sex

__all__ = ["Loci", "drop", "gene_drop"]

_ABSENT = -1  # the allele that a man's X does not have
_TO_DRAW = -2
_PATERNAL, _MATERNAL = 0, 1

_Alleles = NDArray[np.int64]  # (n_markers, 2): paternal, maternal; positions in the marker's alleles


@dataclass(frozen=True, slots=True)
class Loci:
    """A frequency table laid out as arrays, padded to the marker with most alleles.

    ``frequencies``: (n_markers, n_alleles), 0 beyond a marker's own. ``x_linked``: (n_markers,). ``female`` and
    ``male``: cumulative transmission probabilities (n_markers, parental, transmitted), None where nothing mutates.
    """

    table: FrequencyTable
    frequencies: NDArray[np.float64]
    last: NDArray[np.int64]
    x_linked: NDArray[np.bool_]
    female: NDArray[np.float64] | None
    male: NDArray[np.float64] | None

    @classmethod
    def of(cls, table: FrequencyTable) -> Loci:
        """Lay out a table; worth keeping where many families are dropped from the same one."""
        widest = max((len(m.alleles) for m in table.markers), default=1)
        frequencies = np.zeros((len(table.markers), widest))
        for row, marker in zip(frequencies, table.markers, strict=True):
            row[: len(marker.alleles)] = marker.frequencies
        last = np.array([len(m.alleles) - 1 for m in table.markers], dtype=np.int64)
        x_linked = np.array([m.x_linked for m in table.markers], dtype=np.bool_)
        female = _cumulative(table, [m.female for m in table.markers], widest)
        male = _cumulative(table, [m.male for m in table.markers], widest)
        return cls(table, frequencies, last, x_linked, female, male)


def _cumulative(table: FrequencyTable, models: list[MutationModel], widest: int) -> NDArray[np.float64] | None:
    if all(model.kind == "none" for model in models):
        return None
    # Beyond a marker's own alleles the cumulative probability is 1, so that none of them is ever reached.
    rows = np.ones((len(models), widest, widest))
    for out, marker, model in zip(rows, table.markers, models, strict=True):
        n = len(marker.alleles)
        matrix = mutation_matrix(model, marker.alleles, np.array(marker.frequencies), silent=marker.silent)
        out[:n, : n - 1] = np.cumsum(matrix, axis=1)[:, :-1]
    return rows


def gene_drop(family: Family, table: FrequencyTable, rng: np.random.Generator, *,
              founders: Mapping[str, Profile] | None = None) -> dict[str, Profile]:
    """Genotypes of every member of a pedigree, drawn once.

    ``family``: any pedigree, loops and founder inbreeding included. ``founders``: genotypes of some founders by
    member id, real ones for example; what they leave open (a member, a marker, the second allele) is drawn.
    X-linked markers follow the sex of the members. A silent allele is passed on and not seen: the profile shows the
    other allele twice, or nothing.

    Returns: a profile for each member id, as a faultless laboratory would report it; ``sample`` is the member's id.
    Raises: InvalidValue for given genotypes that name no founder, an unknown marker or allele, or one allele where
    there must be two (or the reverse); for a member of unknown sex where a marker is X-linked.

    >>> from homeward.simulate import family_of, fbi2015
    >>> shaped = family_of("one sib")
    >>> profiles = gene_drop(shaped.family, fbi2015(), np.random.default_rng(1))
    >>> len(profiles["sib"])
    23
    """
    return drop(family, Loci.of(table), rng, founders=founders)


def drop(family: Family, loci: Loci, rng: np.random.Generator, *,
         founders: Mapping[str, Profile] | None = None) -> dict[str, Profile]:
    """``gene_drop`` from a table that is laid out already; the same arguments, returns and raises."""
    _check_sexes(family, loci)
    genes = _founder_genes(family, loci, rng, founders or {})
    for member in _parents_first(family):
        if member.father is None or member.mother is None:
            continue
        alleles = np.full((len(loci.last), 2), _ABSENT, dtype=np.int64)
        alleles[:, _MATERNAL] = _transmitted(genes[member.mother], loci.female, rng)
        from_father = _transmitted(genes[member.father], loci.male, rng)
        has_two = ~loci.x_linked | (member.sex is not Sex.MALE)
        alleles[has_two, _PATERNAL] = from_father[has_two]
        genes[member.id] = alleles
    return {m.id: _profile(m, genes[m.id], loci) for m in family.members}


def _check_sexes(family: Family, loci: Loci) -> None:
    if loci.x_linked.any():
        for m in family.members:
            if m.sex is Sex.UNKNOWN:
                raise InvalidValue(f"{family.id}/{m.id}", "sex", m.sex.value, "must be known for X-linked markers")


def _founder_genes(family: Family, loci: Loci, rng: np.random.Generator,
                   given: Mapping[str, Profile]) -> dict[str, _Alleles]:
    by_id = {m.id: m for m in family.members if m.is_founder}
    for member_id in given:
        if member_id not in by_id:
            raise InvalidValue(f"{family.id}/{member_id}", "founders", member_id, "must be a founder of the family")
    genes = {m.id: _given_genes(f"{family.id}/{m.id}", m, loci, given.get(m.id)) for m in by_id.values()}
    theta = loci.table.theta
    urn = (1.0 - theta) * loci.frequencies
    if theta > 0.0:
        for alleles in genes.values():
            _count(urn, alleles, theta)
    for member_id, alleles in genes.items():
        for slot in (_MATERNAL, _PATERNAL):
            open_ = alleles[:, slot] == _TO_DRAW
            drawn = _draw(urn, loci.last, rng)
            f = family.inbreeding.get(member_id, 0.0) if slot == _PATERNAL else 0.0
            # An allele that is a copy by descent is no new draw from the population, hence not counted in the urn.
            copied = open_ & (rng.random(len(drawn)) < f) if f > 0.0 else np.zeros_like(open_)
            alleles[open_, slot] = drawn[open_]
            alleles[copied, slot] = alleles[copied, _MATERNAL]
            if theta > 0.0:
                new = np.flatnonzero(open_ & ~copied)
                urn[new, alleles[new, slot]] += theta
    return genes


def _given_genes(record: str, member: Member, loci: Loci, given: Profile | None) -> _Alleles:
    alleles = np.full((len(loci.last), 2), _TO_DRAW, dtype=np.int64)
    if member.sex is Sex.MALE:
        alleles[loci.x_linked, _PATERNAL] = _ABSENT
    if given is None:
        return alleles
    positions = {m.name: i for i, m in enumerate(loci.table.markers)}
    for name, genotype in given.genotypes.items():
        if name not in positions:
            raise InvalidValue(record, "marker", name, "is not in the frequency table")
        i = positions[name]
        single = alleles[i, _PATERNAL] == _ABSENT
        if genotype.hemizygous != single:
            allowed = "must be one allele, hemizygous" if single else "must not be hemizygous"
            raise InvalidValue(record, name, str(genotype), allowed)
        marker = loci.table.markers[i]
        alleles[i, _MATERNAL] = marker.index(genotype.first)
        if genotype.second is not None:
            alleles[i, _PATERNAL] = marker.index(genotype.second)
    return alleles


def _count(urn: NDArray[np.float64], alleles: _Alleles, theta: float) -> None:
    for slot in (_MATERNAL, _PATERNAL):
        known = np.flatnonzero(alleles[:, slot] >= 0)
        urn[known, alleles[known, slot]] += theta


def _draw(weights: NDArray[np.float64], last: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    cumulative = np.cumsum(weights, axis=1)
    at = rng.random(len(cumulative)) * cumulative[:, -1]
    drawn: NDArray[np.int64] = np.minimum((at[:, None] >= cumulative).sum(axis=1), last)
    return drawn


def _transmitted(parent: _Alleles, cumulative: NDArray[np.float64] | None,
                 rng: np.random.Generator) -> NDArray[np.int64]:
    markers = np.arange(len(parent))
    slots = rng.integers(0, 2, size=len(parent))
    slots[parent[:, _PATERNAL] == _ABSENT] = _MATERNAL
    alleles = parent[markers, slots]
    if cumulative is None:
        return alleles
    at = rng.random(len(parent))
    return np.asarray((at[:, None] >= cumulative[markers, alleles]).sum(axis=1), dtype=np.int64)


def _parents_first(family: Family) -> list[Member]:
    ordered: list[Member] = []
    placed: set[str | None] = {None}
    waiting = list(family.members)
    while waiting:
        ready = [m for m in waiting if m.father in placed and m.mother in placed]
        ordered += ready
        placed.update(m.id for m in ready)
        waiting = [m for m in waiting if m.id not in placed]
    return ordered


def _profile(member: Member, alleles: _Alleles, loci: Loci) -> Profile:
    genotypes: dict[str, Genotype] = {}
    for marker, (paternal, maternal) in zip(loci.table.markers, alleles.tolist(), strict=True):
        carried = [marker.alleles[i] for i in (paternal, maternal) if i != _ABSENT]
        seen = [a for a in carried if a != marker.silent]
        if not seen:
            continue
        genotypes[marker.name] = (Genotype(seen[0], None, hemizygous=True) if len(carried) == 1
                                  else Genotype(seen[0], seen[-1]))
    return Profile(member.id, genotypes)
