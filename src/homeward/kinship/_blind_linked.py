"""Two linked markers in the blind search: one row of look-ups for each pair of things that remains show at the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.batch import FamilyBatch, report_rows
from homeward.kinship.linked_tables import LinkedPair
from homeward.kinship.locus import Locus
from homeward.kinship.remains_codes import RemainsCodes
from homeward.model import TooLarge

__all__ = ["Contradictions", "LinkedRows", "linked_rows", "with_pairs"]

Contradictions = dict[int, tuple[str, ...]]  # person → markers at which his references contradict the pedigree


@dataclass(frozen=True, slots=True)
class LinkedRows:
    """What two linked markers say of some families, row by row: (L, n) over the pair's ``both``.

    ``log10_lr``: 0 where nothing is compared; ``n_markers``: how many of the two are. ``left_out``: persons with whom
    the two could not be weighed together, and the second was left out.
    """

    log10_lr: NDArray[np.float64]
    n_markers: NDArray[np.int64]
    left_out: tuple[int, ...]


def with_pairs(codes: RemainsCodes, pairs: Sequence[LinkedPair]) -> tuple[NDArray[np.uint32], tuple[int, ...], int]:
    """Codes of remains that look up two linked markers in one row: (codes, each pair's first row, number of rows)."""
    found, next_row, offsets = codes.codes.copy(), codes.n_rows, []
    for pair in pairs:
        first, second = pair.positions
        found[:, first] = next_row + pair.number
        found[:, second] = 0
        offsets.append(next_row)
        next_row += len(pair.both)
    return found, tuple(offsets), next_row


def linked_rows(pair: LinkedPair, batch: FamilyBatch, loci: Sequence[Locus], codes: RemainsCodes, *, span: slice,
                contradictions: Contradictions) -> LinkedRows:
    """The rows of the families in ``span``; takes into ``contradictions`` whose references are impossible."""
    alone = [_alone(batch, loci, codes, m, span, contradictions) for m in pair.positions]
    (first, first_typed), (second, second_typed) = (
        (value[:, numbers], typed[:, numbers]) for (value, typed), numbers in zip(alone, pair.both.T, strict=True))
    log10_lr = np.where(first_typed, first, second)
    n_markers = first_typed.astype(np.int64) + second_typed
    left_out = []
    for k, person in enumerate(range(span.start, span.stop)):
        if person in contradictions:
            continue
        try:
            lrs = pair.log10_lrs(batch.relatives[person])
        except TooLarge:
            if (n_markers[k] == 2).any():
                left_out.append(person)
            n_markers[k] = np.minimum(n_markers[k], 1)
            continue
        if lrs is not None and np.isnan(lrs).any():
            names = tuple(batch.markers[m].name for m in pair.positions)
            contradictions[person] = (*contradictions.get(person, ()), *names)
        elif lrs is not None:
            log10_lr[k] = lrs
    return LinkedRows(np.where(n_markers > 0, log10_lr, 0.0), n_markers, tuple(left_out))


def _alone(batch: FamilyBatch, loci: Sequence[Locus], codes: RemainsCodes, m: int, span: slice,
           contradictions: Contradictions) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Each family's log10 LR of all that remains show at one marker, the last "not typed", and where it is one."""
    known, reports = codes.known[m], codes.reports[m]
    value = np.zeros((span.stop - span.start, len(known) + len(reports) + 1))
    typed = np.zeros(value.shape, dtype=np.bool_)
    for tables in batch.tables(m, loci[m], span):
        rows, lane = tables.rows - span.start, np.arange(len(tables.rows))[:, None]
        value[rows, :len(known)] = tables.log10_lr[lane, tables.place[:, known[:, 0]], tables.place[:, known[:, 1]]]
        typed[rows, :len(known)] = True
        if reports and not tables.single:
            value[rows, len(known):-1] = report_rows(tables, loci[m], reports)
            typed[rows, len(known):-1] = True
        for person in tables.rows[~tables.possible].tolist():
            contradictions[person] = (*contradictions.get(person, ()), batch.markers[m].name)
    return value, typed
