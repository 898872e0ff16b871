"""The kernels of the blind search: rows of look-ups for blocks of families, and the scan of all remains over a block.

A row holds one genotype's log10 LR at one marker for 64 families side by side, float32; the scan adds up a row for
each marker of some remains, 64 pairs at a time. What passes the floor is computed again in float64.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

__all__ = ["BLOCK", "exact_sums", "fill_known", "fill_reports", "scan_block"]

BLOCK = 64


@nb.njit(cache=True, nogil=True)
def fill_known(rows: Any, offset: Any, families: Any, log10_lr: Any, place: Any, pairs: Any) -> Any:
    """Rows of one marker's known genotypes. ``rows``: (block, row, 64); ``pairs``: (n, 2); ``families``: (L,).

    Returns the largest finite size of what was filled in.
    """
    reach = 0.0
    for i in range(families.shape[0]):
        block, w = families[i] // BLOCK, families[i] % BLOCK
        for k in range(pairs.shape[0]):
            value = log10_lr[i, place[i, pairs[k, 0]], place[i, pairs[k, 1]]]
            rows[block, offset + k, w] = np.float32(value)
            if value > -np.inf:
                reach = max(reach, abs(value))
    return reach


@nb.njit(cache=True, nogil=True)
def fill_reports(rows: Any, offset: Any, families: Any, log10_lr: Any) -> Any:
    """Rows of one marker's open reports, ``log10_lr`` (L, n); returns the largest finite size of what was filled in."""
    reach = 0.0
    for i in range(families.shape[0]):
        block, w = families[i] // BLOCK, families[i] % BLOCK
        for k in range(log10_lr.shape[1]):
            value = log10_lr[i, k]
            rows[block, offset + k, w] = np.float32(value)
            if value > -np.inf:
                reach = max(reach, abs(value))
    return reach


@nb.njit(cache=True, nogil=True, boundscheck=False)
def scan_block(rows: Any, codes: Any, floor: Any, sums: Any, excluded: Any, column: Any, lane: Any,
               start: Any) -> Any:
    """All remains against one block of families; pairs at or above ``floor`` are listed.

    ``rows``: float32 (row, 64); ``codes``: (remains, row of each marker); ``sums``: float32 (64,), working space;
    ``excluded``: int64 (64,), counts of −inf. Fills ``column`` and ``lane`` from ``start``; returns the new end.
    """
    end = start
    n_markers = np.uint64(codes.shape[1])
    for r in range(np.uint64(codes.shape[0])):
        first = np.uint64(codes[r, 0])
        for w in range(BLOCK):
            sums[w] = rows[first, w]
        for m in range(np.uint64(1), n_markers):
            row = np.uint64(codes[r, m])
            for w in range(BLOCK):
                sums[w] += rows[row, w]
        best = np.float32(-np.inf)
        for w in range(BLOCK):
            excluded[w] += sums[w] == -np.inf
            best = max(best, sums[w])
        if best >= floor:
            for w in range(BLOCK):
                if sums[w] >= floor:
                    column[end] = r
                    lane[end] = w
                    end += 1
    return end


@nb.njit(cache=True, nogil=True)
def exact_sums(total: Any, compared: Any, family: Any, column: Any, table_of: Any, log10_lr: Any, place: Any,
               pairs: Any, report: Any, report_lr: Any, takes_reports: Any) -> None:
    """Add one marker in float64 to the listed pairs.

    ``family``, ``column``: (n,); ``table_of``: (families,) table of a family among these or −1; ``pairs``: (remains,
    2), −1 untyped, −2 for an open report, whose number is ``report`` (remains,) in ``report_lr`` (L, reports);
    ``takes_reports``: whether these families are compared with such.
    """
    for k in range(family.shape[0]):
        t, a, b = table_of[family[k]], pairs[column[k], 0], pairs[column[k], 1]
        if t < 0 or a == -1 or (a == -2 and not takes_reports):
            continue
        compared[k] += 1
        if a >= 0:
            total[k] += log10_lr[t, place[t, a], place[t, b]]
        else:
            total[k] += report_lr[t, report[column[k]]]
