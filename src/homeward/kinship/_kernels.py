"""The kernel that runs a program on many lanes at once, and the look-ups of genotypes in tables.

Lanes go by eight, innermost in memory, so that one instruction of the machine serves eight problems. Indices are
unsigned inside the loops: a signed index costs Numba a test for wrap-around at each access.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

__all__ = ["LANES", "add_lookups", "run_program"]

LANES = 8

_VMUL, _VADD, _VSCALE, _VUP, _VDOWN, _VCOL, _VROW, _VOBS, _SSUM, _SDOT, _SMUL, _SADD, _SROW = range(13)


@nb.njit(cache=True, nogil=True, inline="always")
def _entry(x: Any, t: Any, same: Any, other: Any, dense: Any) -> Any:
    """M(x, t) of one lane: dense, or ``same`` on the diagonal plus ``other[t]``."""
    if dense.shape[0] > 0:
        return dense[x, t]
    return other[t] + (same if x == t else 0.0)


@nb.njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _mutate_up(out: Any, v: Any, same: Any, other: Any, dense: Any) -> None:
    n = np.uint64(v.shape[0])
    if dense.shape[0] > 0:
        for x in range(n):
            for w in range(LANES):
                out[x, w] = 0.0
            for t in range(n):
                m = dense[x, t]
                if m != 0.0:
                    for w in range(LANES):
                        out[x, w] += m * v[t, w]
        return
    total = np.zeros(LANES)
    for t in range(n):
        for w in range(LANES):
            total[w] += other[t, w] * v[t, w]
    for x in range(n):
        for w in range(LANES):
            out[x, w] = same[w] * v[x, w] + total[w]


@nb.njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _mutate_down(out: Any, v: Any, same: Any, other: Any, dense: Any) -> None:
    n = np.uint64(v.shape[0])
    if dense.shape[0] > 0:
        for t in range(n):
            for w in range(LANES):
                out[t, w] = 0.0
        for x in range(n):
            for t in range(n):
                m = dense[x, t]
                if m != 0.0:
                    for w in range(LANES):
                        out[t, w] += m * v[x, w]
        return
    total = np.zeros(LANES)
    for x in range(n):
        for w in range(LANES):
            total[w] += v[x, w]
    for t in range(n):
        for w in range(LANES):
            out[t, w] = same[w] * v[t, w] + total[w] * other[t, w]


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _run_chunk(code: Any, vectors: Any, scalars: Any, known: Any, observed: Any, same: Any, other: Any,
               dense: Any) -> None:
    """Run the instructions on eight lanes. ``known``: (k, 2, lanes) allele indices; ``observed``: (k, term, slot,
    allele, lane) weights; ``same``: (sex, lane); ``other``: (sex, allele, lane); ``dense``: (sex, A, A), empty where
    the matrix is ``same`` on the diagonal plus a row ``other``."""
    n = np.uint64(vectors.shape[1])
    for i in range(code.shape[0]):
        op, d, a, b, c = code[i, 0], code[i, 1], code[i, 2], code[i, 3], code[i, 4]
        if op == _VMUL:
            out, x, y = vectors[d], vectors[a], vectors[b]
            for t in range(n):
                for w in range(LANES):
                    out[t, w] = x[t, w] * y[t, w]
        elif op == _VADD:
            out, x, y = vectors[d], vectors[a], vectors[b]
            for t in range(n):
                for w in range(LANES):
                    out[t, w] = x[t, w] + y[t, w]
        elif op == _VSCALE:
            out, x, s = vectors[d], vectors[a], scalars[b]
            for t in range(n):
                for w in range(LANES):
                    out[t, w] = x[t, w] * s[w]
        elif op == _VUP:
            _mutate_up(vectors[d], vectors[a], same[b], other[b], dense[b])
        elif op == _VDOWN:
            _mutate_down(vectors[d], vectors[a], same[b], other[b], dense[b])
        elif op == _VCOL:
            for w in range(LANES):
                t = known[a, b, w]
                for x_ in range(n):
                    vectors[d, x_, w] = _entry(x_, t, same[c, w], other[c, :, w], dense[c])
        elif op == _VROW:
            for w in range(LANES):
                for t_ in range(n):
                    p = _entry(known[a, 0, w], t_, same[b, w], other[b, :, w], dense[b])
                    if c == 0:
                        p += _entry(known[a, 1, w], t_, same[b, w], other[b, :, w], dense[b])
                    vectors[d, t_, w] = p
        elif op == _VOBS:
            for t in range(n):
                for w in range(LANES):
                    vectors[d, t, w] = observed[a, b, c, t, w]
        elif op == _SSUM:
            out_s, x = scalars[d], vectors[a]
            for w in range(LANES):
                out_s[w] = 0.0
            for t in range(n):
                for w in range(LANES):
                    out_s[w] += x[t, w]
        elif op == _SDOT:
            out_s, x, y = scalars[d], vectors[a], vectors[b]
            for w in range(LANES):
                out_s[w] = 0.0
            for t in range(n):
                for w in range(LANES):
                    out_s[w] += x[t, w] * y[t, w]
        elif op == _SMUL:
            for w in range(LANES):
                scalars[d, w] = scalars[a, w] * scalars[b, w]
        elif op == _SADD:
            for w in range(LANES):
                scalars[d, w] = scalars[a, w] + scalars[b, w]
        else:
            sex, k = c & 1, b >> 1
            for w in range(LANES):
                t = known[k, b & 1, w]
                p = _entry(known[a, 0, w], t, same[sex, w], other[sex, :, w], dense[sex])
                if c < 2:
                    p += _entry(known[a, 1, w], t, same[sex, w], other[sex, :, w], dense[sex])
                scalars[d, w] = p


@nb.njit(cache=True, nogil=True)
def _table_of_chunk(table: Any, vectors: Any, pairs: Any, diagonal: Any) -> None:
    """Ordered genotype table (lane, allele, allele) as a sum of outer products."""
    n = vectors.shape[1]
    for k in range(pairs.shape[0]):
        x, y = vectors[pairs[k, 0]], vectors[pairs[k, 1]]
        for w in range(LANES):
            for s in range(n):
                for t in range(n):
                    table[w, s, t] += x[s, w] * y[t, w]
    for k in range(diagonal.shape[0]):
        x = vectors[diagonal[k]]
        for w in range(LANES):
            for s in range(n):
                table[w, s, s] += x[s, w]


@nb.njit(cache=True, nogil=True)
def run_program(code: Any, sizes: Any, pairs: Any, diagonal: Any, frequencies: Any, presets: Any, known: Any,
                observed: Any, same: Any, other: Any, dense: Any, value: Any, table: Any) -> None:
    """Run a program on chunks of eight lanes.

    ``sizes``: numbers of vector and scalar registers, and the result register or −1. ``frequencies``: (chunk, A,
    lane); ``presets``: (chunk, k, lane); ``known``: (chunk, k, 2, lane); ``observed``: (chunk, k, term, slot, A,
    lane); ``same``: (chunk, sex, lane); ``other``: (chunk, sex, A, lane); ``dense``: (sex, A, A) or (2, 0, 0).
    Fills ``value`` (chunk, lane) or ``table`` (chunk, lane, A, A).
    """
    n_alleles = frequencies.shape[1]
    vectors = np.empty((sizes[0], n_alleles, LANES))
    scalars = np.empty((sizes[1], LANES))
    vectors[0] = 1.0
    scalars[0] = 1.0
    for chunk in range(frequencies.shape[0]):
        vectors[1] = frequencies[chunk]
        for k in range(presets.shape[1]):
            scalars[1 + k] = presets[chunk, k]
        _run_chunk(code, vectors, scalars, known[chunk], observed[chunk], same[chunk], other[chunk], dense)
        if sizes[2] >= 0:
            value[chunk] = scalars[sizes[2]]
        else:
            _table_of_chunk(table[chunk], vectors, pairs, diagonal)


@nb.njit(cache=True, nogil=True)
def add_lookups(total: Any, compared: Any, excluding: Any, bit: Any, log10_lr: Any, place: Any, columns: Any,
                pairs: Any) -> None:
    """Add one person's log10 LRs at one marker to his row: the genotype of each column, looked up.

    ``log10_lr``: (K, K) with −inf where excluded; ``place``: (A,) allele → K; ``columns``: (n,); ``pairs``: (n, 2).
    An excluding marker sets its ``bit`` in ``excluding`` and adds nothing, so that the sum stays a number.
    """
    for k in range(columns.shape[0]):
        value = log10_lr[place[pairs[k, 0]], place[pairs[k, 1]]]
        compared[columns[k]] += 1
        if np.isneginf(value):
            excluding[columns[k]] |= bit
        else:
            total[columns[k]] += value
