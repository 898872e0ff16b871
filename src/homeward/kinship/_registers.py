"""The kernel that drops dead instructions of a program and lets the others share registers."""
# mypy: disable-error-code="misc"

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

__all__ = ["allocate"]


@nb.njit(cache=True, nogil=True)
def _live(code: Any, register: Any, reads: Any, needed: Any) -> Any:
    """Whether each instruction is needed for the outputs, from the last to the first; ``needed``: (2, registers)."""
    live = np.zeros(len(code), np.bool_)
    for n in range(len(code) - 1, -1, -1):
        op = code[n, 0]
        if needed[reads[op, 3], register[n]]:
            live[n] = True
            for k in range(3):
                if reads[op, k] >= 0:
                    needed[reads[op, k], code[n, 1 + k]] = True
    return live


@nb.njit(cache=True, nogil=True)
def allocate(code: Any, register: Any, reads: Any, keep: Any, fixed: Any) -> Any:
    """Live instructions with registers reused once their last reader has run; a destination is never an operand.

    ``code``: (n, 4), op and operands; ``register``: (n,), what each instruction fills. ``reads``: (ops, 4), the file
    (0 vectors, 1 scalars) of operands a, b, c, −1 where it is no register, then of the destination. ``keep``: (2,
    registers), the outputs; ``fixed``: (2,), registers that are there from the start.

    Returns the new code (m, 5), the numbers of registers used (2,), and the new place of each register (2, registers).
    """
    live = _live(code, register, reads, keep.copy())
    last = np.full(keep.shape, -1, np.int64)
    for n in range(len(code)):
        for k in range(3):
            if live[n] and reads[code[n, 0], k] >= 0:
                last[reads[code[n, 0], k], code[n, 1 + k]] = n
    place = np.full(keep.shape, -1, np.int64)
    free, n_free, used = np.empty(keep.shape, np.int64), np.zeros(2, np.int64), fixed.copy()
    for file in range(2):
        place[file, :fixed[file]] = np.arange(fixed[file])
    made, m = np.zeros((live.sum(), 5), np.int32), 0
    for n in range(len(code)):
        op = code[n, 0]
        if not live[n]:
            continue
        made[m, 0] = op
        for k in range(3):
            file = reads[op, k]
            made[m, 2 + k] = place[file, code[n, 1 + k]] if file >= 0 else code[n, 1 + k]
        file = reads[op, 3]
        if n_free[file] > 0:
            n_free[file] -= 1
            place[file, register[n]] = free[file, n_free[file]]
        else:
            place[file, register[n]] = used[file]
            used[file] += 1
        made[m, 1] = place[file, register[n]]
        m += 1
        for k in range(3):
            file = reads[op, k]
            if file < 0:
                continue
            r = code[n, 1 + k]
            if r >= fixed[file] and not keep[file, r] and last[file, r] == n:
                last[file, r] = -2
                free[file, n_free[file]] = place[file, r]
                n_free[file] += 1
    return made, used, place
