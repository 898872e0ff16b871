"""The blind search: all remains against all families, streaming; what passes the floor is kept, exactly.

Families go by chunks. A chunk's tables become rows of look-ups (``_blind_kernels``), all remains are scanned over
them in float32, and the pairs within a hair of the floor are computed again in float64 from the same tables. A pair
below the floor is counted, not kept. Two linked markers have their rows together (``_blind_linked``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from homeward.kinship._blind_kernels import (
    BLOCK,
    exact_sums,
    fill_known,
    fill_reports,
    scan_block,
)
from homeward.kinship._blind_linked import Contradictions, LinkedRows, linked_rows, with_pairs
from homeward.kinship.batch import FamilyBatch, MarkerTables, report_rows
from homeward.kinship.linked_tables import linked_pairs
from homeward.kinship.locus import Locus, locus_of
from homeward.kinship.remains_codes import RemainsCodes, Report, encode_remains
from homeward.kinship.tables import Relatives
from homeward.model import FrequencyTable, InvalidValue, Sex, Unsupported

__all__ = ["BlindSearch", "blind_search"]

_CHUNK = 1024  # families whose tables are in memory together, a multiple of the block
_ROUNDING = 2.0 ** -23  # of float32, with room for the floor's own; what it does to a sum bounds the margin
_LEAST = float(np.finfo(np.float32).min)  # an excluded pair's −inf stays below every floor

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BlindSearch:
    """The pairs kept, by falling log10 LR within each person.

    ``person``, ``remains``: (n,) indices into what was searched; ``log10_lr``: (n,) float64; ``n_markers``: (n,).
    ``floor_log10_lr``: the floor in force at the end; it is raised, and this says so, where more than ``most`` pairs
    would pass. ``n_pairs`` compared, ``n_excluded`` of them impossible, by sex or by a marker; ``excluded_of_person``
    counts them person by person. ``contradictions``: person → markers at which his references contradict the
    pedigree; he was compared with nothing. ``left_out``: person → markers left out beside a linked one, since his
    pedigree is too large to weigh the two together.
    """

    person: NDArray[np.int64]
    remains: NDArray[np.int64]
    log10_lr: _Array
    n_markers: NDArray[np.int64]
    floor_log10_lr: float
    n_pairs: int
    n_excluded: int
    excluded_of_person: NDArray[np.int64]
    contradictions: Contradictions = field(default_factory=dict)
    left_out: Contradictions = field(default_factory=dict)

    def top(self, k: int) -> BlindSearch:
        """Only pairs among the k best of their person or the k best of their remains."""
        keep = _among_best(self.person, self.log10_lr, k) | _among_best(self.remains, self.log10_lr, k)
        return replace(self, person=self.person[keep], remains=self.remains[keep], log10_lr=self.log10_lr[keep],
                       n_markers=self.n_markers[keep])


def _among_best(group: NDArray[np.int64], value: _Array, k: int) -> NDArray[np.bool_]:
    order = np.lexsort((-value, group))
    sorted_group = group[order]
    first = np.searchsorted(sorted_group, sorted_group)
    keep = np.zeros(len(group), dtype=np.bool_)
    keep[order] = np.arange(len(group)) - first < k
    return keep


def blind_search(relatives: Sequence[Relatives], reports: Sequence[Report], table: FrequencyTable, *,
                 floor_log10_lr: float = 2.0, most: int = 20_000_000, workers: int = 1,
                 progress: Callable[[float], None] = lambda share: None) -> BlindSearch:
    """Search all remains against all missing persons.

    Args: ``relatives``, of each person; ``reports``, of each remains: sex, profile, laboratory rates;
    ``floor_log10_lr``, pairs below it are counted and not kept; ``most``, pairs to keep before the floor is raised;
    ``workers``, threads; ``progress`` is told the share done.

    Raises Unsupported for θ > 0, for which no bound is known that would keep the promise of the floor; TooLarge for a
    pedigree beyond exact computation, InvalidValue for a floor that is no number or fewer than one pair to keep.
    """
    if math.isnan(floor_log10_lr):
        raise InvalidValue("blind search", "floor_log10_lr", floor_log10_lr, "must be a number")
    if most < 1:
        raise InvalidValue("blind search", "most", most, "must be at least 1")
    if table.theta > 0.0:
        raise Unsupported(f"{table.population}: theta={table.theta}: the blind search computes no coancestry; identify "
                          "does, pair by pair, or search with theta=0 and identify what it keeps")
    search = _Search(FamilyBatch(relatives, table.markers), table, encode_remains(reports, table))
    starts = range(0, len(relatives), _CHUNK)
    kept = _Kept(floor_log10_lr, most, len(relatives))
    with ThreadPoolExecutor(max(1, workers)) as pool:
        for done, found in enumerate(pool.map(lambda s: search.chunk(s, kept.floor), starts), 1):
            kept.add(found)
            progress(done / len(starts))
    return kept.result(len(relatives) * len(reports))


@dataclass(frozen=True, slots=True)
class _Found:
    """What one chunk of families gave."""

    start: int
    person: NDArray[np.int64]
    remains: NDArray[np.int64]
    log10_lr: _Array
    n_markers: NDArray[np.int64]
    excluded: NDArray[np.int64]
    contradictions: Contradictions
    left_out: Contradictions


class _Kept:
    """The pairs kept so far; raises the floor when they would be too many."""

    def __init__(self, floor: float, most: int, n_persons: int) -> None:
        self.floor, self._most = floor, most
        self._parts: list[_Found] = []
        self._count = 0
        self._excluded = np.zeros(n_persons, dtype=np.int64)

    def add(self, found: _Found) -> None:
        # A chunk may have been scanned under an older floor: what it lets through depends on the threads' timing.
        found = self._above(found)
        self._parts.append(found)
        self._count += len(found.person)
        self._excluded[found.start:found.start + len(found.excluded)] = found.excluded
        if self._count > self._most:
            values = np.concatenate([p.log10_lr for p in self._parts])
            first = len(values) - max(1, self._most // 2)  # room for as many again
            self.floor = float(np.partition(values, first)[first])
            self._parts = [self._above(p) for p in self._parts]
            self._count = sum(len(p.person) for p in self._parts)

    def _above(self, p: _Found) -> _Found:
        keep = p.log10_lr >= self.floor
        return replace(p, person=p.person[keep], remains=p.remains[keep], log10_lr=p.log10_lr[keep],
                       n_markers=p.n_markers[keep])

    def result(self, n_pairs: int) -> BlindSearch:
        parts = [self._above(p) for p in self._parts]
        person, remains, log10_lr, n_markers = (
            np.concatenate([getattr(p, name) for p in parts] or [np.zeros(0, dtype)])
            for name, dtype in (("person", np.int64), ("remains", np.int64), ("log10_lr", np.float64),
                                ("n_markers", np.int64)))
        order = np.lexsort((remains, -log10_lr, person))
        contradictions = {person: markers for p in parts for person, markers in p.contradictions.items()}
        left_out = {person: markers for p in parts for person, markers in p.left_out.items()}
        return BlindSearch(person[order], remains[order], log10_lr[order], n_markers[order], self.floor, n_pairs,
                           int(self._excluded.sum()), self._excluded, contradictions, left_out)


@dataclass(slots=True)
class _Rows:
    """One chunk's rows of look-ups, and the tables they were filled from.

    ``reach``: of each thing that is looked up, the largest finite size. ``kept``: by marker, tables and their rows of
    open reports; ``linked``: by pair of linked markers.
    """

    rows: NDArray[np.float32]
    reach: list[float]
    kept: list[tuple[int, MarkerTables, _Array]]
    linked: list[LinkedRows]
    contradictions: Contradictions
    left_out: Contradictions


class _Search:
    """One chunk of families at a time against all remains."""

    def __init__(self, batch: FamilyBatch, table: FrequencyTable, codes: RemainsCodes) -> None:
        self.batch, self.codes = batch, codes
        self.loci = [locus_of(m) for m in table.markers]
        self.pairs = linked_pairs(table, codes)
        self.scanned, self.offsets, self.n_rows = with_pairs(codes, self.pairs)

    def chunk(self, start: int, floor: float) -> _Found:
        """Rows of this chunk's tables, the scan, and the exact log10 LR of what came close to the floor."""
        span = slice(start, min(start + _CHUNK, len(self.batch)))
        filled = self._filled(span)
        self._fill_sex(filled.rows, span.start, span.stop, filled.contradictions)
        reach = sum(filled.reach)
        margin = _ROUNDING * (len(self.loci) + 1) * (reach + min(abs(floor), 1.0 / _ROUNDING))
        person, remains, excluded = self._scan(filled.rows, max(floor - margin, _LEAST))
        usable = np.array([p not in filled.contradictions for p in range(span.start, span.stop)])
        total, n_markers = self._exact(person, remains, filled, start)
        keep = (total >= floor) & (n_markers > 0)
        return _Found(start, person[keep] + start, remains[keep], total[keep], n_markers[keep],
                      np.where(usable, excluded[:len(usable)], 0), filled.contradictions, filled.left_out)

    def _filled(self, span: slice) -> _Rows:
        n_blocks = -(-(span.stop - span.start) // BLOCK)
        made = _Rows(np.zeros((n_blocks, self.n_rows, BLOCK), dtype=np.float32), [], [], [], {}, {})
        together = {m for pair in self.pairs for m in pair.positions}
        for m, locus in enumerate(self.loci):
            if m not in together:
                made.reach.append(self._fill_marker(m, locus, span, made))
        families = np.arange(span.stop - span.start)
        for pair, offset in zip(self.pairs, self.offsets, strict=True):
            found = linked_rows(pair, self.batch, self.loci, self.codes, span=span,
                                contradictions=made.contradictions)
            made.reach.append(fill_reports(made.rows, offset, families, found.log10_lr))
            made.linked.append(found)
            second = self.batch.markers[pair.positions[1]].name
            made.left_out |= {p: (*made.left_out.get(p, ()), second) for p in found.left_out}
        return made

    def _fill_marker(self, m: int, locus: Locus, span: slice, made: _Rows) -> float:
        """The rows of one marker; returns how far they reach."""
        reach = 0.0
        for tables in self.batch.tables(m, locus, span):
            open_ = report_rows(tables, locus, self.codes.reports[m])
            families = tables.rows - span.start
            reach = max(
                reach,
                fill_known(made.rows, self.codes.known_offset[m], families, tables.log10_lr, tables.place,
                           self.codes.known[m]),
                fill_reports(made.rows, self.codes.report_offset[m], families, open_))
            made.kept.append((m, tables, open_))
            for person in tables.rows[~tables.possible].tolist():
                made.contradictions[person] = (*made.contradictions.get(person, ()), self.batch.markers[m].name)
        return reach

    def _fill_sex(self, rows: NDArray[np.float32], start: int, stop: int, contradictions: Contradictions) -> None:
        """Three last rows, for remains of unknown, female and male sex: −inf where it contradicts the person's."""
        base = self.codes.sex_offset
        rows[:, base:base + 3] = -np.inf
        for k in range(stop - start):
            sex = self.batch.relatives[start + k].sex
            if start + k not in contradictions:
                wrong = {Sex.MALE: 1, Sex.FEMALE: 2, Sex.UNKNOWN: -1}[sex]
                for code in range(3):
                    rows[k // BLOCK, base + code, k % BLOCK] = -np.inf if code == wrong else 0.0

    def _scan(self, rows: NDArray[np.float32], floor: float,
              ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        n_remains = len(self.scanned)
        column, lane = (np.empty(n_remains * BLOCK, dtype=np.int32) for _ in range(2))
        sums, excluded = np.empty(BLOCK, dtype=np.float32), np.zeros(len(rows) * BLOCK, dtype=np.int64)
        persons, remains = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for block in range(len(rows)):
            mine = excluded[block * BLOCK:(block + 1) * BLOCK]
            end = scan_block(rows[block], self.scanned, np.float32(floor), sums, mine, column, lane, 0)
            persons.append(lane[:end].astype(np.int64) + block * BLOCK)
            remains.append(column[:end].astype(np.int64))
        return np.concatenate(persons), np.concatenate(remains), excluded

    def _exact(self, person: NDArray[np.int64], remains: NDArray[np.int64], filled: _Rows,
               start: int) -> tuple[_Array, NDArray[np.int64]]:
        total, compared = np.zeros(len(person)), np.zeros(len(person), dtype=np.int64)
        for m, tables, open_ in filled.kept:
            table_of = np.full(_CHUNK, -1)
            table_of[tables.rows - start] = np.arange(len(tables.rows))
            exact_sums(total, compared, person, remains, table_of, tables.log10_lr, tables.place,
                       self.codes.pairs[m], self.codes.report_number[m], open_, not tables.single)
        for pair, found in zip(self.pairs, filled.linked, strict=True):
            at = person, pair.number[remains]
            total += found.log10_lr[at]
            compared += found.n_markers[at]
        return total, compared
