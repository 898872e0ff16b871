"""The kernel that runs a program on many lanes at once, and the look-ups of genotypes in tables.

Lanes go by eight, innermost in memory, so that one instruction of the machine serves eight problems. Indices are
unsigned inside the loops: a signed index costs Numba a test for wrap-around at each access.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

__all__ = ["LANES", "add_reports", "add_tables", "log10_lrs", "reports_log10", "run_program"]

LANES = 8

_VMUL, _VADD, _VSCALE, _VUP, _VDOWN, _VCOL, _VROW, _VOBS, _SSUM, _SDOT, _SMUL, _SADD, _SROW, _SFREQ = range(14)


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
def _run_chunk(code: Any, vectors: Any, scalars: Any, known: Any, inverse: Any, observed: Any, same: Any, other: Any,
               dense: Any) -> None:
    """Run the instructions on eight lanes. ``known``: (k, 2, lanes) allele indices, each with a factor ``inverse``
    that keeps products of many small numbers in range; ``observed``: (k, term, slot,
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
                    vectors[d, x_, w] = inverse[a, b, w] * _entry(x_, t, same[c, w], other[c, :, w], dense[c])
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
        elif op == _SFREQ:
            for w in range(LANES):
                scalars[d, w] = vectors[1, known[a, b, w], w] * inverse[a, b, w]
        else:
            sex, k = c & 1, b >> 1
            for w in range(LANES):
                t = known[k, b & 1, w]
                p = _entry(known[a, 0, w], t, same[sex, w], other[sex, :, w], dense[sex])
                if c < 2:
                    p += _entry(known[a, 1, w], t, same[sex, w], other[sex, :, w], dense[sex])
                scalars[d, w] = p * inverse[k, b & 1, w]


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
                inverse: Any, observed: Any, same: Any, other: Any, dense: Any, value: Any, table: Any) -> None:
    """Run a program on chunks of eight lanes.

    ``sizes``: numbers of vector and scalar registers, and the result register or −1. ``frequencies``: (chunk, A,
    lane); ``presets``: (chunk, k, lane); ``known``, ``inverse``: (chunk, k, 2, lane); ``observed``: (chunk, k, term,
    slot, A, lane); ``same``: (chunk, sex, lane); ``other``: (chunk, sex, A, lane); ``dense``: (sex, A, A) or (2, 0, 0).
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
        _run_chunk(code, vectors, scalars, known[chunk], inverse[chunk], observed[chunk], same[chunk], other[chunk],
                   dense)
        if sizes[2] >= 0:
            value[chunk] = scalars[sizes[2]]
        else:
            _table_of_chunk(table[chunk], vectors, pairs, diagonal)


@nb.njit(cache=True, nogil=True)
def log10_lrs(ordered: Any, weights: Any, single: Any, log10_lr: Any, possible: Any) -> None:
    """Tables of LRs from tables of joint probabilities.

    ``ordered``: (L, K, K), its sum the likelihood of the references; ``weights``: (L, K); ``single``: a man's X.
    Fills ``log10_lr`` (L, K, K), symmetric, −inf where impossible, and ``possible`` (L,).
    """
    n = ordered.shape[1]
    for i in range(ordered.shape[0]):
        total = ordered[i].sum()
        possible[i] = total > 0.0
        for a in range(n):
            for b in range(a + 1):
                value = 0.0 if single else 0.5 * (ordered[i, a, b] + ordered[i, b, a])
                expected = weights[i, a] * weights[i, b] * total
                if single and a == b:
                    value, expected = ordered[i, a, a], weights[i, a] * total
                result = np.log10(value / expected) if value > 0.0 and expected > 0.0 else -np.inf
                log10_lr[i, a, b] = result
                log10_lr[i, b, a] = result


@nb.njit(cache=True, nogil=True)
def add_tables(sums: Any, compared: Any, excluding: Any, bit: Any, rows: Any, log10_lr: Any, place: Any,
               possible: Any, columns: Any, pairs: Any) -> None:
    """Add one marker's log10 LRs of many members to their rows: the genotype of each column, looked up.

    ``rows``: (L,) rows of ``sums``, ``compared`` and ``excluding`` (n_am, n_pm); ``log10_lr``: (L, K, K) with −inf
    where excluded; ``place``: (L, A) allele → K; ``columns``: (n,); ``pairs``: (n, 2). An excluding marker sets its
    ``bit`` and adds nothing, so that the sum stays a number.
    """
    for i in range(rows.shape[0]):
        if not possible[i]:
            continue
        row = rows[i]
        for k in range(columns.shape[0]):
            column = columns[k]
            value = log10_lr[i, place[i, pairs[k, 0]], place[i, pairs[k, 1]]]
            compared[row, column] += 1
            if np.isneginf(value):
                excluding[row, column] |= bit
            else:
                sums[row, column] += value


@nb.njit(cache=True, nogil=True)
def add_reports(sums: Any, compared: Any, excluding: Any, bit: Any, rows: Any, log10_lr: Any, taken: Any,
                columns: Any, report: Any) -> None:
    """Add one marker's open reports: ``log10_lr`` (L, reports), ``report`` (n,) the number that each column shows."""
    for i in range(rows.shape[0]):
        if not taken[i]:
            continue
        row = rows[i]
        for k in range(columns.shape[0]):
            value = log10_lr[i, report[k]]
            compared[row, columns[k]] += 1
            if np.isneginf(value):
                excluding[row, columns[k]] |= bit
            else:
                sums[row, columns[k]] += value


@nb.njit(cache=True, nogil=True)
def reports_log10(log10_lr: Any, place: Any, weights: Any, p: Any, alleles: Any, seen: Any, mixed: Any, pair: Any,
                  same: Any, out: Any) -> None:
    """log10 LR of reports that leave something open: their weights' mean over the family's genotypes and over all.

    ``log10_lr``: (L, K, K); ``place``: (L, A); ``weights``: (L, K); ``p``: (A,); a report names ``alleles`` (n, k),
    −1 where it names fewer, and weighs ``seen`` (n, k, k), ``mixed`` (n, k), ``pair`` (n,), ``same`` (n,). Fills
    ``out`` (L, n).
    """
    n_tables, size = log10_lr.shape[0], log10_lr.shape[1]
    square, row_sum, lr = np.zeros(size), np.zeros(size), np.zeros((size, size))
    for i in range(n_tables):
        square[:] = 0.0
        for a in range(p.shape[0]):
            square[place[i, a]] += p[a] * p[a]
        total, twice = 0.0, 0.0
        for s in range(size):
            row_sum[s] = 0.0
            for t in range(size):
                lr[s, t] = 10.0 ** log10_lr[i, s, t]
                row_sum[s] += weights[i, t] * lr[s, t]
            total += weights[i, s] * row_sum[s]
            twice += square[s] * lr[s, s]
        population_twice, everyone = square.sum(), weights[i].sum()
        population = everyone**2
        for r in range(alleles.shape[0]):
            above, below, left, left0, twice_left, twice_left0 = 0.0, 0.0, total, population, twice, population_twice
            for x in range(alleles.shape[1]):
                a = alleles[r, x]
                if a < 0:
                    break
                mixed_a, mixed0 = row_sum[place[i, a]], everyone
                for y in range(alleles.shape[1]):
                    b = alleles[r, y]
                    if b < 0:
                        break
                    value = p[b] * lr[place[i, a], place[i, b]]
                    mixed_a -= value
                    mixed0 -= p[b]
                    above += seen[r, x, y] * p[a] * value
                    below += seen[r, x, y] * p[a] * p[b]
                    left -= p[a] * value
                    left0 -= p[a] * p[b]
                above += 2.0 * mixed[r, x] * p[a] * max(mixed_a, 0.0)
                below += 2.0 * mixed[r, x] * p[a] * mixed0
                left -= 2.0 * p[a] * mixed_a
                left0 -= 2.0 * p[a] * mixed0
                twice_left -= p[a] * p[a] * lr[place[i, a], place[i, a]]
                twice_left0 -= p[a] * p[a]
            above += pair[r] * max(left - twice_left, 0.0) + same[r] * max(twice_left, 0.0)
            below += pair[r] * (left0 - twice_left0) + same[r] * twice_left0
            out[i, r] = np.log10(above / below) if above > 0.0 else -np.inf
