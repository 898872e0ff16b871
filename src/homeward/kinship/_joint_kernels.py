"""The kernels of a family's joint table: counting assignments, and adding up the markers of all pairs of remains."""
# mypy: disable-error-code="misc"

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

__all__ = ["add_markers", "count_assignments"]


@nb.njit(cache=True, nogil=True)
def count_assignments(possible: Any, counts: Any) -> None:
    """counts[S]: ways to place remains at the set S of members, for ``possible`` (k, n); counts[0] is 1 at first."""
    k, n = possible.shape
    for j in range(n):
        for s in range(len(counts) - 1, 0, -1):
            for i in range(k):
                if s >> i & 1 and possible[i, j]:
                    counts[s] += counts[s ^ 1 << i]


@nb.njit(cache=True, nogil=True, error_model="numpy")
def add_markers(tables: Any, start: Any, width: Any, first: Any, second: Any, total: Any) -> None:
    """total[i, j] = Σ over markers m of the entry (first[m, i], second[m, j]) of m's table.

    ``tables``: the markers' tables one after the other, row by row; ``start`` (M,) of each, its ``width`` (M,).
    Rows go one by one, so that a row of each table and the sums stay in the nearest memory.
    """
    n = np.uint64(total.shape[1])
    for i in range(total.shape[0]):
        sums = total[i]
        sums[:] = 0.0
        for m in range(len(start)):
            low = start[m] + first[m, i] * width[m]
            row, code = tables[low:low + width[m]], second[m]
            for j in range(n):
                sums[j] += row[code[j]]
