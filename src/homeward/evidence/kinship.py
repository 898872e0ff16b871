"""Kinship: the remains' autosomal and X STR profile against the relatives of each missing person.

Model: H1, the remains are the missing member of this family, whose relatives gave references; H2, they are an
unrelated person of the stated population. Per marker LR = P(genotype | family) / P(genotype | population), markers
independent; founders in Hardy–Weinberg proportions; mutation as the marker states. Source of the method: Elston &
Stewart 1971, doi:10.1159/000152448; LR in identification: Egeland, Kling & Mostad 2016, ISBN 978-0-12-802402-7.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.kinship import (
    FamilyBatch,
    GenotypeTable,
    MarkerTables,
    Relatives,
    add_tables,
    genotype_tables,
    locus_of,
    lrs_in_urn,
    observe,
)
from homeward.model import FrequencyTable, Genotype, Marker, Profile, Sex

__all__ = ["NAME", "Antemortem", "Comparison", "Params", "Postmortem", "compare", "explain"]

NAME = "kinship"
_TILE = 512  # persons whose tables are held at once


@dataclass(frozen=True, slots=True)
class Params:
    """The population whose frequencies and mutation models are used."""

    table: FrequencyTable


@dataclass(frozen=True, slots=True)
class Antemortem:
    """The missing persons, each with his relatives; None for one whose family gave no references."""

    ids: tuple[str, ...]
    relatives: tuple[Relatives | None, ...]


@dataclass(frozen=True, slots=True)
class Postmortem:
    """The remains with their profiles and the sex they show; an empty profile where none was got."""

    ids: tuple[str, ...]
    profiles: tuple[Profile, ...]
    sexes: tuple[Sex, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``support``, and beside it what it rests on.

    ``n_markers``: compared, int32 (n_am, n_pm). ``excluding``: uint64 (n_words, n_am, n_pm), bit m % 64 of word
    m // 64 set where marker m of ``markers`` excludes. ``contradictions``: person id → markers at which the
    references contradict the pedigree; such a person is not compared.
    """

    support: Support
    markers: tuple[str, ...]
    n_markers: NDArray[np.int32]
    excluding: NDArray[np.uint64]
    contradictions: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def excluding_markers(self, i: int, j: int) -> tuple[str, ...]:
        """The markers that exclude person i from being remains j."""
        words = [int(w) for w in self.excluding[:, i, j]]
        return tuple(m for k, m in enumerate(self.markers) if words[k // 64] >> (k % 64) & 1)


def compare(am: Antemortem, pm: Postmortem, params: Params, *,
            progress: Callable[[float], None] = lambda share: None) -> Comparison:
    """log10 LR of every pair.

    Args: ``am`` rows, ``pm`` columns; ``progress`` is told the share done, from 0 to 1.

    Returns the tile's support with the number of markers behind each pair. A pair without a marker typed on both
    sides is not compared; one marker at which the profile is impossible excludes.

    Raises TooLarge for a pedigree beyond exact computation.
    """
    shape = (len(am.ids), len(pm.ids))
    markers = params.table.markers
    names = tuple(m.name for m in markers)
    total, n_markers = np.zeros(shape), np.zeros(shape, np.int32)
    excluding = np.zeros((-(-len(markers) // 64) or 1, *shape), np.uint64)
    contradictions: dict[str, tuple[str, ...]] = {}
    present = [row for row, r in enumerate(am.relatives) if r is not None]
    batch = FamilyBatch([r for r in am.relatives if r is not None], markers)
    for m, marker in enumerate(markers):
        sums = _Sums(total, n_markers, excluding[m // 64], np.uint64(1 << m % 64))
        known, pairs, vague = _columns(marker, pm)
        for tile in range(0, len(present), _TILE):
            for tables in batch.tables(m, locus_of(marker), slice(tile, tile + _TILE)):
                rows = np.array(present)[tables.rows]
                for row in rows[~tables.possible]:
                    contradictions[am.ids[row]] = (*contradictions.get(am.ids[row], ()), marker.name)
                if params.table.theta > 0.0:
                    _add_marker_in_urn(marker, params.table.theta, rows[tables.possible].tolist(), (am, pm), sums)
                    continue
                add_tables(sums.log10_lr, sums.n_markers, sums.excluding, sums.bit, rows, tables.log10_lr,
                           tables.place, tables.possible, known, pairs)
                _add_vague(marker, tables, rows, vague, am, sums)
        progress((m + 1) / len(markers))
    refused = np.array([i in contradictions for i in am.ids])
    n_markers[refused] = 0
    excluded = excluding.any(axis=0)
    status = np.where(n_markers == 0, NOT_COMPARED, np.where(excluded, EXCLUDED, COMPARED)).astype(np.int8)
    log10_lr = np.where(status == COMPARED, total, np.where(status == EXCLUDED, -np.inf, 0.0))
    return Comparison(Support(NAME, am.ids, pm.ids, log10_lr, status), names, n_markers, excluding, contradictions)


@dataclass(frozen=True, slots=True)
class _Sums:
    """What one marker is added to: log10 LR, markers compared, and the marker's bit among the excluding ones."""

    log10_lr: NDArray[np.float64]
    n_markers: NDArray[np.int32]
    excluding: NDArray[np.uint64]
    bit: np.uint64


def _add_vague(marker: Marker, tables: MarkerTables, rows: NDArray[np.int64], vague: list[tuple[int, Genotype]],
               am: Antemortem, sums: _Sums) -> None:
    """Add the genotypes that leave something open, by their weights."""
    p = np.array(marker.frequencies)
    for k, row in enumerate(rows if vague else ()):
        relatives = am.relatives[row]
        if not tables.possible[k] or relatives is None or (marker.x_linked and relatives.sex is Sex.MALE):
            continue  # a partial or silent result on a man's only X is not compared
        table = GenotypeTable(tables.place[k], 10.0 ** tables.log10_lr[k], tables.weights[k], 0.0)
        for column, genotype in vague:
            value = table.log10_lr(observe(marker, genotype, hemizygous=False), p, single=False)
            sums.n_markers[row, column] += 1
            if math.isinf(value):
                sums.excluding[row, column] |= sums.bit
            else:
                sums.log10_lr[row, column] += value


def _add_marker_in_urn(marker: Marker, theta: float, rows: list[int], sides: tuple[Antemortem, Postmortem],
                       sums: _Sums) -> None:
    """The same with coancestry: each different genotype is computed with its family."""
    am, pm = sides
    columns: dict[Genotype, list[int]] = {}
    for column, profile in enumerate(pm.profiles):
        if marker.name in profile.genotypes:
            columns.setdefault(profile.genotypes[marker.name], []).append(column)
    for row in rows:
        relatives = am.relatives[row]
        single = marker.x_linked and relatives is not None and relatives.sex is Sex.MALE
        usable = [g for g in columns if not single or g.hemizygous]
        if relatives is None or not usable:
            continue
        lrs = lrs_in_urn(relatives, marker, [observe(marker, g, hemizygous=g.hemizygous) for g in usable], theta)
        for genotype, lr in zip(usable, [] if lrs is None else lrs, strict=True):
            for column in columns[genotype]:
                sums.n_markers[row, column] += 1
                if lr > 0.0:
                    sums.log10_lr[row, column] += math.log10(lr)
                else:
                    sums.excluding[row, column] |= sums.bit


def _columns(marker: Marker, pm: Postmortem,
             ) -> tuple[NDArray[np.int64], NDArray[np.int64], list[tuple[int, Genotype]]]:
    """Columns with a known genotype and its allele indices; columns where something is left open."""
    known, pairs, vague = [], [], []
    for column, profile in enumerate(pm.profiles):
        genotype = profile.genotypes.get(marker.name)
        if genotype is None:
            continue
        observation = observe(marker, genotype, hemizygous=genotype.hemizygous)
        if observation.known is None:
            vague.append((column, genotype))
        else:
            known.append(column)
            pairs.append(observation.known)
    return np.array(known, dtype=np.int64), np.array(pairs, dtype=np.int64).reshape(-1, 2), vague


def explain(relatives: Relatives, profiles: Sequence[Profile], table: FrequencyTable) -> list[dict[str, float | None]]:
    """For each profile: marker name → log10 LR against one missing person, None where not compared."""
    results: list[dict[str, float | None]] = [{} for _ in profiles]
    single_sex = relatives.sex is Sex.MALE
    for marker in table.markers:
        locus = locus_of(marker)
        made = genotype_tables([relatives], marker, locus)[0]
        for result, profile in zip(results, profiles, strict=True):
            genotype = profile.genotypes.get(marker.name)
            single = marker.x_linked and single_sex
            if made is None or genotype is None or (single and not genotype.hemizygous):
                result[marker.name] = None
                continue
            observation = observe(marker, genotype, hemizygous=genotype.hemizygous)
            if table.theta > 0.0:
                lrs = lrs_in_urn(relatives, marker, [observation], table.theta)
                result[marker.name] = None if lrs is None else math.log10(lrs[0]) if lrs[0] > 0.0 else -math.inf
            else:
                result[marker.name] = made.log10_lr(observation, locus.frequencies, single=single)
    return results
