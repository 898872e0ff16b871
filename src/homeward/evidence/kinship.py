"""Kinship: the remains' autosomal and X STR profile against the relatives of each missing person.

Model: H1, the remains are the missing member of this family, whose relatives gave references; H2, they are an
unrelated person of the stated population. Per marker LR = P(genotype | family) / P(genotype | population), markers
independent but for those stated to be linked, two of which have one LR; founders in Hardy–Weinberg proportions and
linkage equilibrium; mutation as the marker states. Source of the method: Elston &
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
    LinkedPair,
    Observation,
    Relatives,
    RemainsCodes,
    Report,
    add_reports,
    add_tables,
    encode_remains,
    linked_pairs,
    locus_of,
    lrs_in_urn,
    rank_one_terms,
    report_rows,
)
from homeward.model import CERTAIN, FrequencyTable, Laboratory, Marker, Profile, Sex, TooLarge, Unsupported

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
    references contradict the pedigree; such a person is not compared. ``left_out``: person id → markers that were left
    out beside a linked one, because the two could not be weighed together.
    """

    support: Support
    markers: tuple[str, ...]
    n_markers: NDArray[np.int32]
    excluding: NDArray[np.uint64]
    contradictions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def excluding_markers(self, i: int, j: int) -> tuple[str, ...]:
        """The markers that exclude person i from being remains j."""
        words = [int(w) for w in self.excluding[:, i, j]]
        return tuple(m for k, m in enumerate(self.markers) if words[k // 64] >> (k % 64) & 1)


def compare(am: Antemortem, pm: Postmortem, params: Params, *,
            progress: Callable[[float], None] = lambda share: None) -> Comparison:
    """log10 LR of every pair.

    Args: ``am`` rows, ``pm`` columns; ``progress`` is told the share done, from 0 to 1.

    Returns the tile's support with the number of markers behind each pair. A pair without a marker typed on both
    sides is not compared; one marker at which the profile is impossible excludes. Two linked markers of the table are
    weighed together; where that is beyond exact computation, or θ > 0, the second of them is left out, and named.

    Raises TooLarge for a pedigree beyond exact computation.
    """
    work = _Work(am, pm, params.table)
    names = work.names
    linked = {m for pair in work.pairs for m in pair.positions}
    alone = [m for m in range(len(names)) if m not in linked]
    for done, m in enumerate(alone, start=1):
        work.add_marker(m, work.sums(m, work.total, work.n_markers))
        progress(done / len(names))
    for done, pair in enumerate(work.pairs, start=1):
        work.add_pair(pair)
        progress((len(alone) + 2 * done) / len(names))
    total, n_markers, excluding = work.total, work.n_markers, work.excluding
    refused = np.array([i in work.contradictions for i in am.ids], dtype=np.bool_)
    n_markers[refused] = 0
    excluding[:, refused] = 0
    excluded = excluding.any(axis=0)
    status = np.where(n_markers == 0, NOT_COMPARED, np.where(excluded, EXCLUDED, COMPARED)).astype(np.int8)
    log10_lr = np.where(status == COMPARED, total, np.where(status == EXCLUDED, -np.inf, 0.0))
    return Comparison(Support(NAME, am.ids, pm.ids, log10_lr, status), names, n_markers, excluding,
                      work.contradictions, work.left_out)


@dataclass(frozen=True, slots=True)
class _Sums:
    """What one marker is added to: log10 LR, markers compared, and the marker's bit among the excluding ones."""

    log10_lr: NDArray[np.float64]
    n_markers: NDArray[np.int32]
    excluding: NDArray[np.uint64]
    bit: np.uint64

    def excludes(self, row: int) -> NDArray[np.bool_]:
        """Where the marker excludes in a row."""
        return np.asarray((self.excluding[row] & self.bit) != 0)


class _Work:
    """One tile while it is added up: log10 LRs, markers compared, and which of them exclude."""

    def __init__(self, am: Antemortem, pm: Postmortem, table: FrequencyTable) -> None:
        self.am, self.table = am, table
        self.names = tuple(m.name for m in table.markers)
        shape = (len(am.ids), len(pm.ids))
        self.total, self.n_markers = np.zeros(shape), np.zeros(shape, np.int32)
        self.excluding = np.zeros((-(-len(self.names) // 64) or 1, *shape), np.uint64)
        self.contradictions: dict[str, tuple[str, ...]] = {}
        self.left_out: dict[str, tuple[str, ...]] = {}
        relatives = [(row, r) for row, r in enumerate(am.relatives) if r is not None]
        self.present = np.array([row for row, _ in relatives], dtype=np.int64)
        self.batch = FamilyBatch([r for _, r in relatives], table.markers)
        self.codes = encode_remains(pm.reports(), table)
        self.pairs = linked_pairs(table, self.codes)

    def sums(self, m: int, log10_lr: NDArray[np.float64], n_markers: NDArray[np.int32]) -> _Sums:
        """What marker m is added to, with its own bit among those that exclude."""
        return _Sums(log10_lr, n_markers, self.excluding[m // 64], np.uint64(1 << m % 64))

    def add_marker(self, m: int, sums: _Sums) -> None:
        """Add one marker by itself to all rows."""
        marker, theta = self.table.markers[m], self.table.theta
        locus, shown = locus_of(marker), _Columns.of(self.codes, m)
        for tile in range(0, len(self.present), _TILE):
            for tables in self.batch.tables(m, locus, slice(tile, tile + _TILE)):
                rows = self.present[tables.rows]
                self._contradict(rows[~tables.possible].tolist(), marker.name)
                if theta > 0.0:
                    urn = _Urn(marker, theta, self.codes.reports[m])
                    _add_marker_in_urn(urn, rows[tables.possible].tolist(), self.am, shown, sums)
                    continue
                add_tables(sums.log10_lr, sums.n_markers, sums.excluding, sums.bit, rows, tables.log10_lr,
                           tables.place, tables.possible, shown.known, shown.pairs)
                add_reports(sums.log10_lr, sums.n_markers, sums.excluding, sums.bit, rows,
                            report_rows(tables, locus, self.codes.reports[m]), tables.possible & (not tables.single),
                            shown.open, shown.report)

    def _contradict(self, rows: Sequence[int], marker: str) -> None:
        for row in rows:
            person = self.am.ids[row]
            self.contradictions[person] = (*self.contradictions.get(person, ()), marker)

    def add_pair(self, pair: LinkedPair) -> None:
        """Add two linked markers to all rows: which exclude is known from each alone, the LR is of both together."""
        each = [self.sums(m, np.zeros_like(self.total), np.zeros_like(self.n_markers)) for m in pair.positions]
        for m, sums in zip(pair.positions, each, strict=True):
            self.add_marker(m, sums)
        for row in self.present.tolist():
            relatives = self.am.relatives[row]
            if relatives is None or self.am.ids[row] in self.contradictions:
                continue
            try:
                if self.table.theta > 0.0:
                    raise Unsupported("linked markers with coancestry")
                lrs = pair.log10_lrs(relatives)
            except (TooLarge, Unsupported):
                self._add_first(row, each)
                self._leave_out(row, self.names[pair.positions[1]], each)
            else:
                self._add_both(row, pair, lrs, each)

    def _add_both(self, row: int, pair: LinkedPair, lrs: NDArray[np.float64] | None, each: Sequence[_Sums]) -> None:
        compared = each[0].n_markers[row] + each[1].n_markers[row]
        if lrs is None or not compared.any():
            return
        if np.isnan(lrs).any():
            for m in pair.positions:
                self._contradict([row], self.names[m])
            return
        found = np.where(compared > 0, lrs[pair.number], 0.0)
        impossible = np.isneginf(found)
        self.total[row] += np.where(impossible, 0.0, found)
        self.n_markers[row] += compared
        # Possible each, and impossible together: both exclude.
        together = impossible & ~np.logical_or(*(sums.excludes(row) for sums in each))
        for sums in each:
            sums.excluding[row] |= np.where(together, sums.bit, np.uint64(0))

    def _add_first(self, row: int, each: Sequence[_Sums]) -> None:
        """Add the first of two linked markers alone; the second where the first says nothing."""
        first, second = each
        by_first = first.n_markers[row] > 0
        self.total[row] += np.where(by_first, first.log10_lr[row], second.log10_lr[row])
        self.n_markers[row] += np.where(by_first, first.n_markers[row], second.n_markers[row])
        second.excluding[row] &= np.where(by_first, ~second.bit, ~np.uint64(0))

    def _leave_out(self, row: int, marker: str, each: Sequence[_Sums]) -> None:
        if ((each[0].n_markers[row] > 0) & (each[1].n_markers[row] > 0)).any():
            person = self.am.ids[row]
            self.left_out[person] = (*self.left_out.get(person, ()), marker)


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
    """For each pair (row, column): marker name → log10 LR, −inf where it excludes, None where not compared.

    Of two linked markers the first has its own LR, the second what it adds to it: together, that of both.
    """
    rows, columns = sorted({i for i, _ in pairs}), sorted({j for _, j in pairs})
    few_am = Antemortem(tuple(am.ids[i] for i in rows), tuple(am.relatives[i] for i in rows))
    few_pm = Postmortem(tuple(pm.ids[j] for j in columns), tuple(pm.profiles[j] for j in columns),
                        tuple(pm.sexes[j] for j in columns), pm.readings)
    table = params.table
    results: list[dict[str, float | None]] = [{} for _ in pairs]
    places = [(rows.index(i), columns.index(j)) for i, j in pairs]
    for marker in table.markers:
        found = compare(few_am, few_pm, Params(FrequencyTable(table.population, (marker,), theta=table.theta)))
        for result, at in zip(results, places, strict=True):
            result[marker.name] = _value(found, at)
    for linkage in table.linked:
        first, second = linkage.markers
        two = FrequencyTable(table.population, (table[first], table[second]), theta=table.theta, linked=(linkage,))
        found = compare(few_am, few_pm, Params(two))
        for result, at in zip(results, places, strict=True):
            result[first], result[second] = _shares(result[first], result[second], _value(found, at),
                                                    int(found.n_markers[at]))
    return results


def _value(found: Comparison, at: tuple[int, int]) -> float | None:
    return None if found.support.status[at] == NOT_COMPARED else float(found.support.log10_lr[at])


def _shares(first: float | None, second: float | None, both: float | None, n_markers: int,
            ) -> tuple[float | None, float | None]:
    """What each of two linked markers adds to the LR of both; the second is None where it was left out."""
    if both is None or first is None or second is None:
        return (None, both) if first is None else (both, None)
    if n_markers == 1:
        return first, None
    if math.isinf(both):
        return first, second if math.isinf(first) or math.isinf(second) else both
    return first, both - first
