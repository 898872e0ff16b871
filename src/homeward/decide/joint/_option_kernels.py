"""The kernels that go through the options of a family: what each weighs, which are kept, what the others weigh."""
# mypy: disable-error-code="misc"

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

__all__ = ["add_pairs", "drop", "keep_of_two", "mark", "weigh_two"]


@nb.njit(cache=True, nogil=True, error_model="numpy")
def add_pairs(values: Any, rows: Any, picks: Any, total: Any) -> None:
    """total[o] = Σ over the pairs of option o of ``values`` (n_persons, n_remains)."""
    for o in range(len(picks)):
        found = 0.0
        for i in range(len(rows)):
            if picks[o, i] >= 0:
                found += values[rows[i], picks[o, i]]
        total[o] = found


@nb.njit(cache=True, nogil=True)
def mark(picks: Any, wanted: Any) -> None:
    """Marks each thing that any option takes; the last of ``wanted`` is for nothing."""
    for o in range(picks.shape[0]):
        for i in range(picks.shape[1]):
            wanted[picks[o, i]] = True


@nb.njit(cache=True, nogil=True, error_model="numpy")
def drop(picks: Any, log_lr: Any, kept: Any, dropped: Any) -> None:
    """Adds the LR of every option that is not ``kept`` to ``dropped``, by its number of pairs."""
    for o in range(len(picks)):
        if not kept[o]:
            n_pairs = 0
            for i in range(picks.shape[1]):
                n_pairs += picks[o, i] >= 0
            dropped[n_pairs] += np.exp(log_lr[o])


@nb.njit(cache=True, nogil=True, error_model="numpy")
def weigh_two(logliks: Any, first: Any, second: Any, log_lr: Any) -> Any:
    """Log LR of every option of two persons: of its pairs alone, and what the matrix says beyond its pairs.

    ``logliks``, ``log_lr``: (n + 1, n + 1), last row and column none; ``first``, ``second``: (n + 1,) of the pairs of
    each person, 0 at the end. The number of possible options, and the largest of what was added to the pairs.
    """
    last = len(first) - 1
    count, most = 0, 0.0
    for i in range(last + 1):
        for j in range(last + 1):
            if logliks[i, j] == -np.inf:
                log_lr[i, j] = -np.inf
                continue
            beyond = 0.0
            if i < last and j < last:
                beyond = (logliks[i, j] - logliks[i, last]) - (logliks[last, j] - logliks[last, last])
            log_lr[i, j] = first[i] + second[j] + beyond
            most = max(most, abs(beyond))
            count += 1
    return count, most


@nb.njit(cache=True, nogil=True, error_model="numpy")
def keep_of_two(log_lr: Any, kept: Any, picks: Any, values: Any, dropped: Any) -> None:
    """Lists the options of two persons that are ``kept``, after that of nobody: ``picks`` and ``values``.

    The others' LRs are added to ``dropped``, by their number of pairs. Matrices as for ``weigh_two``.
    """
    last = len(log_lr) - 1
    picks[0], values[0], n = -1, 0.0, 1
    for i in range(last + 1):
        for j in range(last + 1):
            if log_lr[i, j] == -np.inf or (i == last and j == last):
                continue
            if kept[i, j]:
                picks[n, 0], picks[n, 1] = i if i < last else -1, j if j < last else -1
                values[n] = log_lr[i, j]
                n += 1
            else:
                dropped[(i < last) + (j < last)] += np.exp(log_lr[i, j])
