"""The kernels of the blind search, each against loops that say the same."""

import itertools
import math

import numpy as np
import pytest

from homeward.kinship._blind_kernels import BLOCK, exact_sums, fill_known, fill_reports, scan_block
from homeward.kinship._kernels import add_reports, reports_log10

INF = math.inf


def _scan(rows, codes, floor, start=0):
    """What the kernel lists and counts, and where it ends."""
    n = start + len(codes) * BLOCK
    column, lane = np.full(n, -1, dtype=np.int32), np.full(n, -1, dtype=np.int32)
    excluded = np.zeros(BLOCK, dtype=np.int64)
    end = scan_block(rows, codes, np.float32(floor), np.empty(BLOCK, np.float32), excluded, column, lane, start)
    assert (column[:start] == -1).all()
    return list(zip(column[start:end].tolist(), lane[start:end].tolist(), strict=True)), excluded.tolist()


def _plain_scan(rows, codes, floor):
    listed, excluded = [], [0] * BLOCK
    for r, row_of in enumerate(codes.tolist()):
        for w in range(BLOCK):
            total = np.float32(0.0)
            for row in row_of:
                total = np.float32(total + rows[row, w])
            excluded[w] += total == -INF
            if total >= np.float32(floor):
                listed.append((r, w))
    return listed, excluded


def _random_rows(rng, n_rows=30, impossible=0.02):
    rows = rng.normal(-0.3, 0.8, (n_rows, BLOCK)).astype(np.float32)
    rows[rng.random(rows.shape) < impossible] = -INF
    rows[0] = 0.0  # not compared
    return rows


@pytest.mark.parametrize("n_markers", [1, 2, 7])
@pytest.mark.parametrize("floor", [-20.0, -0.5, 0.0, 1.25, 50.0])
def test_the_scan_lists_what_loops_list_and_counts_what_they_count(n_markers, floor):
    rng = np.random.default_rng(n_markers)
    rows, codes = _random_rows(rng), rng.integers(0, 30, (40, n_markers)).astype(np.uint32)
    listed, excluded = _plain_scan(rows, codes, floor)
    assert _scan(rows, codes, floor) == (listed, excluded)
    assert sum(excluded) > 0
    assert (len(listed) > 0) == (floor < 50.0)


def test_a_sum_at_the_floor_is_listed_and_one_just_below_is_not():
    rows = np.zeros((2, BLOCK), np.float32)
    rows[1, 5], rows[1, 6] = 1.25, np.nextafter(np.float32(1.25), np.float32(0.0))
    listed, _ = _scan(rows, np.array([[0, 1]], dtype=np.uint32), 1.25)
    assert listed == [(0, 5)]


def test_a_scan_goes_on_where_another_ended():
    rng = np.random.default_rng(8)
    rows, codes = _random_rows(rng), rng.integers(0, 30, (5, 3)).astype(np.uint32)
    assert _scan(rows, codes, -1.0, start=17) == _scan(rows, codes, -1.0)


def test_no_remains_give_nothing():
    assert _scan(np.zeros((3, BLOCK), np.float32), np.zeros((0, 3), np.uint32), 0.0) == ([], [0] * BLOCK)


def test_each_value_comes_to_its_family_and_genotype_and_the_largest_is_told():
    rng = np.random.default_rng(5)
    families = np.array([3, 64, 65, 130])
    place = np.array([[0, 1, 2, 2, 2], [0, 1, 1, 1, 2], [2, 1, 0, 0, 0], [0, 0, 1, 2, 2]])
    log10_lr = rng.normal(0, 2, (4, 3, 3))
    log10_lr[1, 0, 0] = -INF
    pairs = np.array([[0, 0], [1, 4], [2, 3]])
    rows = np.zeros((3, 9, BLOCK), np.float32)
    reach = fill_known(rows, 4, families, log10_lr, place, pairs)
    expected, sizes = np.zeros((3 * BLOCK, 9), np.float32), []
    for i, family in enumerate(families):
        for k, (a, b) in enumerate(pairs):
            value = log10_lr[i, place[i, a], place[i, b]]
            expected[family, 4 + k] = value
            sizes += [abs(value)] if math.isfinite(value) else []
    np.testing.assert_array_equal(np.moveaxis(rows, 1, 2).reshape(-1, 9), expected)
    assert reach == max(sizes)
    reports = rng.normal(0, 2, (4, 2))
    reports[2, 1] = -INF
    assert fill_reports(rows, 1, families, reports) == np.abs(reports[np.isfinite(reports)]).max()
    for i, family in enumerate(families):
        np.testing.assert_array_equal(rows[family // BLOCK, 1:3, family % BLOCK], reports[i].astype(np.float32))


@pytest.mark.parametrize("takes_reports", [True, False])
def test_the_exact_sums_are_those_of_loops(takes_reports):
    rng = np.random.default_rng(6)
    n, tables = 60, 4
    family, column = rng.integers(0, 9, n), rng.integers(0, 12, n)
    table_of = np.array([0, -1, 1, 2, -1, 3, 0, 1, 2])
    log10_lr, place = rng.normal(0, 2, (tables, 3, 3)), rng.integers(0, 3, (tables, 5))
    pairs = np.array([[-1, -1], [-2, -2], [-2, -2], *rng.integers(0, 5, (9, 2))])
    report, report_lr = rng.integers(0, 2, 12), rng.normal(0, 2, (tables, 2))
    total, compared = np.full(n, 0.5), np.full(n, 3, dtype=np.int64)
    exact_sums(total, compared, family, column, table_of, log10_lr, place, pairs, report, report_lr, takes_reports)
    for k in range(n):
        t, (a, b) = table_of[family[k]], pairs[column[k]]
        value = None
        if t >= 0 and a >= 0:
            value = log10_lr[t, place[t, a], place[t, b]]
        elif t >= 0 and a == -2 and takes_reports:
            value = report_lr[t, report[column[k]]]
        assert total[k] == (0.5 if value is None else 0.5 + value)
        assert compared[k] == (3 if value is None else 4)


def _random_tables(rng, n_tables, p, n_seen):
    """Tables over the first alleles and a rest, whose alleles share their LRs; in the first nothing is possible."""
    size = n_seen + 1
    place = np.tile(np.minimum(np.arange(len(p)), n_seen), (n_tables, 1))
    lr = rng.gamma(1.0, 1.0, (n_tables, size, size))
    lr = (lr + lr.transpose(0, 2, 1)) / 2 * (np.arange(n_tables) > 0)[:, None, None]
    lr[:, 0, 0] = 0.0
    weights = np.tile([*p[:n_seen], p[n_seen:].sum()], (n_tables, 1))
    with np.errstate(divide="ignore"):
        return place, weights, lr, np.log10(lr)


@pytest.mark.parametrize("n_seen", [1, 3, 5])
def test_open_reports_are_the_sums_over_all_ordered_genotypes(n_seen):
    rng = np.random.default_rng(n_seen)
    p = np.array([0.05, 0.1, 0.2, 0.25, 0.3, 0.1])
    place, weights, lr, log10_lr = _random_tables(rng, 6, p, n_seen)
    named = [(0,), (1, 4), (0, 2, 5), (), (3,)]
    alleles, seen, mixed = np.full((5, 3), -1), np.zeros((5, 3, 3)), np.zeros((5, 3))
    pair, same = rng.random(5), rng.random(5)
    for n, some in enumerate(named):
        k = len(some)
        alleles[n, :k] = some
        both = rng.random((k, k))
        seen[n, :k, :k], mixed[n, :k] = both + both.T, rng.random(k)
    found = np.zeros((6, 5))
    reports_log10(log10_lr, place, weights, p, alleles, seen, mixed, pair, same, found)
    for i, n in itertools.product(range(6), range(5)):
        some, above, below = named[n], 0.0, 0.0
        for a, b in itertools.product(range(6), repeat=2):
            if a in some and b in some:
                weight = seen[n, some.index(a), some.index(b)]
            elif a in some or b in some:
                weight = mixed[n, some.index(a if a in some else b)]
            else:
                weight = same[n] if a == b else pair[n]
            above += weight * p[a] * p[b] * lr[i, place[i, a], place[i, b]]
            below += weight * p[a] * p[b]
        assert math.isclose(found[i, n], math.log10(above / below) if above else -INF, rel_tol=1e-12, abs_tol=1e-12)
    assert np.isneginf(found[0]).all()
    assert np.isfinite(found[1:]).all()


def test_open_reports_are_added_to_their_rows_and_exclude_by_their_bit():
    sums, compared = np.zeros((3, 4)), np.zeros((3, 4), np.int32)
    excluding = np.zeros((3, 4), np.uint64)
    log10_lr = np.array([[0.5, -INF], [1.5, 2.5]])
    add_reports(sums, compared, excluding, np.uint64(8), np.array([2, 0]), log10_lr, np.array([True, True]),
                np.array([1, 3]), np.array([1, 0]))
    add_reports(sums, compared, excluding, np.uint64(16), np.array([1]), log10_lr[:1], np.array([False]),
                np.array([1, 3]), np.array([1, 0]))
    np.testing.assert_array_equal(sums, [[0, 2.5, 0, 1.5], [0] * 4, [0, 0, 0, 0.5]])
    np.testing.assert_array_equal(compared, [[0, 1, 0, 1], [0] * 4, [0, 1, 0, 1]])
    np.testing.assert_array_equal(excluding, [[0] * 4, [0] * 4, [0, 8, 0, 0]])
