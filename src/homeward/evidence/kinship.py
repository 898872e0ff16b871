"""Kinship: the remains' autosomal and X STR profile against the relatives of each missing person.

Model: H1, the remains are the missing member of this family, whose relatives gave references; H2, they are an
unrelated person of the stated population. Per marker LR = P(genotype | family) / P(genotype | population), markers
independent; founders in Hardy–Weinberg proportions; mutation as the marker states. Source of the method: Elston &
Stewart 1971, doi:10.1159/000152448; LR in identification: Egeland, Kling & Mostad 2016, ISBN 978-0-12-802402-7.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.kinship import (
    ClassWeights,
    FamilyBatch,
    Observation,
    Relatives,
    RemainsCodes,
    Report,
    add_reports,
    add_tables,
    encode_remains,
    locus_of,
    lrs_in_urn,
    rank_one_terms,
    report_rows,
)
from homeward.model import CERTAIN, FrequencyTable, Laboratory, Marker, Profile, Sex, Unsupported

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
    """The remains with their profiles and the sex they show; an empty profile where none was got.

    ``readings``: of remains whose reading is not certain, each sample with its laboratory's rates.
    """

    ids: tuple[str, ...]
    profiles: tuple[Profile, ...]
    sexes: tuple[Sex, ...]
    readings: Mapping[str, tuple[tuple[Profile, Laboratory], ...]] = field(default_factory=dict)

    def reports(self) -> list[Report]:
        """What the laboratory reports of each."""
        reports = []
        for remains, profile, sex in zip(self.ids, self.profiles, self.sexes, strict=True):
            (first, laboratory), *others = self.readings.get(remains, ((profile, CERTAIN),))
            reports.append(Report(first, sex, laboratory, tuple(others)))
        return reports


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
    codes = encode_remains(pm.reports(), params.table)
    batch = FamilyBatch([r for r in am.relatives if r is not None], markers)
    for m, marker in enumerate(markers):
        sums = _Sums(total, n_markers, excluding[m // 64], np.uint64(1 << m % 64))
        locus = locus_of(marker)
        shown = _Columns.of(codes, m)
        for tile in range(0, len(present), _TILE):
            for tables in batch.tables(m, locus, slice(tile, tile + _TILE)):
                rows = np.array(present)[tables.rows]
                for row in rows[~tables.possible]:
                    contradictions[am.ids[row]] = (*contradictions.get(am.ids[row], ()), marker.name)
                if params.table.theta > 0.0:
                    urn = _Urn(marker, params.table.theta, codes.reports[m])
                    _add_marker_in_urn(urn, rows[tables.possible].tolist(), am, shown, sums)
                    continue
                add_tables(sums.log10_lr, sums.n_markers, sums.excluding, sums.bit, rows, tables.log10_lr,
                           tables.place, tables.possible, shown.known, shown.pairs)
                add_reports(sums.log10_lr, sums.n_markers, sums.excluding, sums.bit, rows,
                            report_rows(tables, locus, codes.reports[m]), tables.possible & (not tables.single),
                            shown.open, shown.report)
        progress((m + 1) / len(markers))
    refused = np.array([i in contradictions for i in am.ids], dtype=np.bool_)
    n_markers[refused] = 0
    excluding[:, refused] = 0
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


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which remains show what at one marker: known genotypes as pairs, open reports by number."""

    known: NDArray[np.int64]
    pairs: NDArray[np.int64]
    open: NDArray[np.int64]
    report: NDArray[np.int64]

    @classmethod
    def of(cls, codes: RemainsCodes, m: int) -> _Columns:
        first = codes.pairs[m, :, 0]
        known, open_ = np.flatnonzero(first >= 0), np.flatnonzero(first == -2)
        return cls(known, codes.pairs[m, known], open_, codes.report_number[m, open_])


@dataclass(frozen=True, slots=True)
class _Urn:
    """A marker with coancestry, and the open reports that some remains show at it."""

    marker: Marker
    theta: float
    reports: tuple[ClassWeights, ...]

    def observations(self, shown: _Columns) -> tuple[list[Observation], list[tuple[int, int]]]:
        """The different observations, and for each column of remains the number of its own."""
        pairs = list(dict.fromkeys(map(tuple, shown.pairs.tolist())))
        found = [Observation((a, b)) for a, b in pairs]
        columns = [(c, pairs.index(tuple(p))) for c, p in zip(shown.known.tolist(), shown.pairs.tolist(), strict=True)]
        for number, report in enumerate(self.reports):
            terms = rank_one_terms(report, len(self.marker.alleles))
            if terms is None:
                raise Unsupported(f"{self.marker.name}: remains with drop-out and coancestry need dropout_homozygote = "
                                  "dropout² and at most three alleles shown")
            columns += [(c, len(found)) for c, r in zip(shown.open.tolist(), shown.report.tolist(), strict=True)
                        if r == number]
            found.append(Observation(None, terms))
        return found, columns


def _add_marker_in_urn(urn: _Urn, rows: list[int], am: Antemortem, shown: _Columns, sums: _Sums) -> None:
    """One marker with coancestry: each different observation is computed with its family."""
    observations, columns = urn.observations(shown)
    for row in rows if observations else ():
        relatives = am.relatives[row]
        if relatives is None:
            continue
        single = urn.marker.x_linked and relatives.sex is Sex.MALE
        taken = [n for n, o in enumerate(observations) if not single or o.known is not None]
        found = lrs_in_urn(relatives, urn.marker, [observations[n] for n in taken], urn.theta) if taken else None
        lrs = {} if found is None else dict(zip(taken, found.tolist(), strict=True))
        for column, number in columns:
            if number in lrs:
                sums.n_markers[row, column] += 1
                if lrs[number] > 0.0:
                    sums.log10_lr[row, column] += math.log10(lrs[number])
                else:
                    sums.excluding[row, column] |= sums.bit


def explain(am: Antemortem, pm: Postmortem, params: Params,
            pairs: Sequence[tuple[int, int]]) -> list[dict[str, float | None]]:
    """For each pair (row, column): marker name → log10 LR, −inf where it excludes, None where not compared."""
    rows, columns = sorted({i for i, _ in pairs}), sorted({j for _, j in pairs})
    few_am = Antemortem(tuple(am.ids[i] for i in rows), tuple(am.relatives[i] for i in rows))
    few_pm = Postmortem(tuple(pm.ids[j] for j in columns), tuple(pm.profiles[j] for j in columns),
                        tuple(pm.sexes[j] for j in columns), pm.readings)
    results: list[dict[str, float | None]] = [{} for _ in pairs]
    for marker in params.table.markers:
        one = FrequencyTable(params.table.population, (marker,), theta=params.table.theta)
        found = compare(few_am, few_pm, Params(one)).support
        for result, (i, j) in zip(results, pairs, strict=True):
            at = rows.index(i), columns.index(j)
            result[marker.name] = None if found.status[at] == NOT_COMPARED else float(found.log10_lr[at])
    return results
