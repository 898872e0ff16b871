"""Genotype tables of many missing members at once: families of one structure share one plan and run as lanes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.kinship._kernels import log10_lrs, reports_log10
from homeward.kinship.laboratory import ClassWeights
from homeward.kinship.lanes import Lanes, run_lanes
from homeward.kinship.locus import Locus
from homeward.kinship.shape import Kind, Shape, males_of, shape_of
from homeward.kinship.tables import Relatives, genotype_tables
from homeward.model import Family, Marker, Member, Sex

__all__ = ["FamilyBatch", "MarkerTables", "report_rows"]

_UNTYPED, _OPEN = (-1, -1), (-2, -2)
_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MarkerTables:
    """Tables of L missing members at one marker.

    ``rows``: (L,) which of the batch's relatives they are. ``place``: (L, A) allele → index in the table, int64;
    ``log10_lr``: (L, K, K), symmetric, of the unordered genotype, −inf where it is impossible; for a man's X the
    diagonal counts. ``weights``: (L, K), population frequencies, 0 where a table is smaller than K. ``possible``:
    (L,) whether the references agree with the pedigree; where not, the table is not to be used. ``single``: whether
    the members have one allele only (men, at an X-linked marker): they are compared with known genotypes alone.
    """

    rows: _Index
    place: _Index
    log10_lr: _Array
    weights: _Array
    possible: NDArray[np.bool_]
    single: bool


def report_rows(tables: MarkerTables, locus: Locus, reports: Sequence[ClassWeights]) -> _Array:
    """log10 LR of open reports against each table, (L, n); zeros where they are not compared."""
    out = np.zeros((len(tables.rows), len(reports)))
    if reports and not tables.single:
        width = max(len(r.alleles) for r in reports) or 1
        alleles = np.full((len(reports), width), -1)
        seen, mixed = np.zeros((len(reports), width, width)), np.zeros((len(reports), width))
        for n, r in enumerate(reports):
            k = len(r.alleles)
            alleles[n, :k], seen[n, :k, :k], mixed[n, :k] = r.alleles, r.seen, r.mixed
        reports_log10(tables.log10_lr, tables.place, tables.weights, locus.frequencies, alleles, seen, mixed,
                      np.array([r.other_pair for r in reports]), np.array([r.other_same for r in reports]), out)
    return out


@dataclass(frozen=True, slots=True)
class _Structure:
    """A family without names: for each member father, mother (−1: founder), sex, f; who is missing; who is typed."""

    parents: tuple[tuple[int, int], ...]
    sexes: tuple[Sex, ...]
    inbreeding: tuple[float, ...]
    missing: int
    typed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Form:
    """A structure at a marker: its shape, its members' f, and the place of each known member among the typed."""

    shape: Shape
    inbreeding: _Array
    order: tuple[int, ...]


class FamilyBatch:
    """Families of missing members, sorted by structure, their genotypes as arrays of allele indices.

    Genotypes that leave something open (partial, or homozygous where a silent allele exists) are kept apart: their
    families are computed one by one at that marker.
    """

    def __init__(self, relatives: Sequence[Relatives], markers: Sequence[Marker]) -> None:
        self.relatives = tuple(relatives)
        self.markers = tuple(markers)
        self._pairs: list[dict[tuple[str, str | None, bool], tuple[int, int]]] = [{} for _ in markers]
        groups: dict[_Structure, list[int]] = defaultdict(list)
        for row, r in enumerate(self.relatives):
            groups[_structure(r)].append(row)
        self._groups = [(s, np.array(rows, dtype=np.int64), self._genotypes(s, rows)) for s, rows in groups.items()]
        self._forms: dict[tuple[_Structure, tuple[bool, ...], bool], _Form] = {}

    def __len__(self) -> int:
        return len(self.relatives)

    def _genotypes(self, structure: _Structure, rows: list[int]) -> NDArray[np.int16]:
        """(rows, typed members, markers, 2); −1 untyped, −2 left open."""
        names = [m.name for m in self.markers]
        found: list[tuple[int, int]] = []
        for row in rows:
            typed = self.relatives[row].typed
            for member in structure.typed:
                member_id = typed.family.members[member].id
                genotypes = typed.profiles[member_id].genotypes
                if member_id in typed.readings:
                    found += [_UNTYPED if name not in genotypes else _OPEN for name in names]
                    continue
                for m, name in enumerate(names):
                    g = genotypes.get(name)
                    found.append(_UNTYPED if g is None else self._pair(m, (g.first, g.second, g.hemizygous)))
        return np.array(found, dtype=np.int16).reshape(len(rows), len(structure.typed), len(names), 2)

    def _pair(self, m: int, genotype: tuple[str, str | None, bool]) -> tuple[int, int]:
        pair = self._pairs[m].get(genotype)
        if pair is None:
            (first, second, hemizygous), marker = genotype, self.markers[m]
            a = marker.index(first)
            if hemizygous:
                pair = a, a
            elif second is None or (first == second and marker.silent is not None):
                pair = _OPEN
            else:
                pair = a, marker.index(second)
            self._pairs[m][genotype] = pair
        return pair

    def tables(self, m: int, locus: Locus, rows: slice = slice(None)) -> Iterator[MarkerTables]:
        """The tables at marker number ``m`` of the relatives in ``rows``; those untyped there are left out.

        Raises TooLarge for a pedigree beyond exact computation.
        """
        start, stop, _ = rows.indices(len(self.relatives))
        for structure, members, genotypes in self._groups:
            low, high = np.searchsorted(members, (start, stop))
            mine = genotypes[low:high, :, m]
            state = mine[:, :, 0].astype(np.int64)
            patterns, which = np.unique(np.minimum(state, 0), axis=0, return_inverse=True)
            for p, pattern in enumerate(patterns):
                selected = np.flatnonzero(which.reshape(-1) == p)
                owners = members[low:high][selected]
                if (pattern == -2).any():
                    yield from self._one_by_one(m, locus, owners)
                elif (pattern == 0).any():
                    known = mine[selected][:, pattern == 0].astype(np.int64)
                    form = self._form(structure, pattern == 0, m)
                    yield _together(locus, form, owners, known[:, form.order])

    def _form(self, structure: _Structure, typed: NDArray[np.bool_], m: int) -> _Form:
        key = structure, tuple(typed.tolist()), self.markers[m].x_linked
        found = self._forms.get(key)
        if found is None:
            found = self._forms[key] = _form(structure, key[1], x_linked=key[2])
        return found

    def _one_by_one(self, m: int, locus: Locus, owners: _Index) -> Iterator[MarkerTables]:
        made = genotype_tables([self.relatives[row] for row in owners], self.markers[m], locus)
        first = self.relatives[owners[0]]
        single = self.markers[m].x_linked and first.member in males_of(first.typed.family)  # as of all in a structure
        for row, table in zip(owners, made, strict=True):
            if table is not None:
                with np.errstate(divide="ignore"):
                    log10_lr = np.log10(table.lr)
                yield MarkerTables(np.array([row]), table.place[None], log10_lr[None], table.weights[None],
                                   np.array([np.isfinite(table.loglik)]), single)


def _together(locus: Locus, form: _Form, owners: _Index, known: _Index) -> MarkerTables:
    """Lanes of one shape. ``known``: (L, typed, 2), in the shape's order."""
    shape = form.shape
    place: _Index = np.tile(np.arange(locus.n_alleles), (len(owners), 1))
    frequencies: _Array = np.broadcast_to(locus.frequencies, place.shape)
    other: _Array = np.broadcast_to(locus.other, (len(owners), *locus.other.shape))
    outbred = max(shape.paths_to_query()) <= 1 and shape.query not in shape.inbred
    if locus.lumpable and outbred and 2 * known.shape[1] + 1 < locus.n_alleles:
        place, frequencies, other = _lumped_rows(locus, known)
        known = np.take_along_axis(place, known.reshape(len(owners), -1), axis=1).reshape(known.shape)
    n, inbreeding = len(owners), np.broadcast_to(form.inbreeding, (len(owners), shape.size))
    ordered = run_lanes(Lanes(shape, frequencies, np.broadcast_to(locus.same, (n, 2)), other, locus.dense, known,
                              np.zeros((n, 0, 2, 2, frequencies.shape[1])), inbreeding,
                              scale=frequencies[np.arange(n)[:, None, None], known]))
    if ordered.ndim == 1:  # the member himself is typed, from a personal item
        ordered = _on_his_genotype(shape, ordered, known, frequencies.shape[1])
    single = shape.x_linked and shape.male[shape.query]
    log10_lr, possible = np.empty(ordered.shape), np.empty(n, dtype=np.bool_)
    log10_lrs(ordered, frequencies, single, log10_lr, possible)
    return MarkerTables(owners, place, log10_lr, frequencies, possible, single)


def _on_his_genotype(shape: Shape, likelihood: _Array, known: _Index, n_alleles: int) -> _Array:
    own = known[:, sum(k is Kind.KNOWN for k in shape.kind[:shape.query])]
    ordered = np.zeros((len(known), n_alleles, n_alleles))
    row = np.arange(len(known))
    ordered[row, own[:, 0], own[:, 1]] += likelihood / 2
    ordered[row, own[:, 1], own[:, 0]] += likelihood / 2
    return ordered


def _structure(r: Relatives) -> _Structure:
    family = r.typed.family
    place = {m.id: k for k, m in enumerate(family.members)}
    return _Structure(
        parents=tuple((-1, -1) if m.father is None or m.mother is None else (place[m.father], place[m.mother])
                      for m in family.members),
        sexes=tuple(m.sex for m in family.members),
        inbreeding=tuple(family.inbreeding.get(m.id, 0.0) for m in family.members) if family.inbreeding else (),
        missing=place[r.member], typed=tuple(k for k, m in enumerate(family.members) if m.id in r.typed.profiles))


def _form(structure: _Structure, typed: tuple[bool, ...], *, x_linked: bool) -> _Form:
    names = [f"{k:06d}" for k in range(len(structure.parents))]
    members = tuple(Member(names[k], None if f < 0 else names[f], None if m < 0 else names[m], sex)
                    for k, ((f, m), sex) in enumerate(zip(structure.parents, structure.sexes, strict=True)))
    inbreeding = {names[k]: f for k, f in enumerate(structure.inbreeding) if f > 0.0}
    kinds = {names[k]: Kind.KNOWN for k, yes in zip(structure.typed, typed, strict=True) if yes}
    shape, ids = shape_of(Family("structure", members, inbreeding), kinds, query=names[structure.missing],
                          x_linked=x_linked)
    known = [names[k] for k, yes in zip(structure.typed, typed, strict=True) if yes]
    order = tuple(known.index(i) for i in ids if i in kinds)
    return _Form(shape, np.array([inbreeding.get(i, 0.0) for i in ids]), order)


def _lumped_rows(locus: Locus, known: _Index) -> tuple[_Index, _Array, _Array]:
    """Each lane's own lumping: place (L, A), frequencies (L, K), mutation rows (L, 2, K)."""
    n, n_alleles = len(known), locus.n_alleles
    seen = np.zeros((n, n_alleles), dtype=np.bool_)
    seen[np.arange(n)[:, None], known.reshape(n, -1)] = True
    count = seen.sum(axis=1)
    place = np.where(seen, seen.cumsum(axis=1) - 1, count[:, None])
    size = int(count.max(initial=0)) + 1
    other = [_gathered(row, place, size) for row in locus.other]
    frequencies = _gathered(locus.frequencies, place, size)
    lane = np.arange(n)
    stated, left = frequencies[lane, count], 1.0 - np.where(seen, locus.frequencies, 0.0).sum(axis=1)
    frequencies[lane, count] = np.where(np.abs(left - stated) <= 1e-6 * stated, left, stated)
    return place, frequencies, np.stack(other, axis=1)


def _gathered(row: _Array, place: _Index, size: int) -> _Array:
    """Values of the seen alleles and of the rest, for every lane."""
    n = len(place)
    flat = (np.arange(n)[:, None] * size + place).ravel()
    weights = np.broadcast_to(row, place.shape).ravel()
    return np.bincount(flat, weights=weights, minlength=n * size).astype(np.float64).reshape(n, size)

