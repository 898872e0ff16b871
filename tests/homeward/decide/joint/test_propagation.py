"""Belief propagation: exact on trees, near the exact sums elsewhere, with an error that is measured and not guessed."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.decide.joint._kernels import claims_of_family, claims_of_rows, free_of_claims
from homeward.decide.joint.blocks import corrected, measured_error
from homeward.decide.joint.frontier import frontier_of
from homeward.decide.joint.options import by_member
from homeward.decide.joint.propagation import propagate
from homeward.decide.joint.subsets import sums_of

from .plain import choice, examples


def _dense(rng, n, m, spread, pairs=0):
    """n persons and m remains, all pairs possible: false log10 LRs with mean LR 1, six in ten true ones; κN = 3.75.

    ``pairs`` families have two missing whose remains support or contradict each other at random.
    """
    s = spread * np.log(10.0)
    log_weight = rng.normal(-s * s / 2, s, (n, m)) + np.log(3.75 / m)
    for i in range(min(n, m)):
        if rng.random() < 0.6:
            log_weight[i, i] = rng.normal(2.5 * np.log(10.0), s)
    made = []
    for f in range(pairs):
        a, b = log_weight[2 * f], log_weight[2 * f + 1]
        options = {(j, -1): float(a[j]) for j in range(m)} | {(-1, j): float(b[j]) for j in range(m)}
        beyond = rng.normal(-1.0, 2.0, (m, m))
        options |= {(j, k): float(a[j] + b[k] + beyond[j, k]) for j in range(m) for k in range(m) if j != k}
        made.append(choice((2 * f, 2 * f + 1), options))
    return [*made, *(choice((i,), {(j,): float(w) for j, w in enumerate(log_weight[i])}) for i in range(2 * pairs, n))]


def _exact(choices, n_things):
    return sums_of(choices, n_things, frontier_of(choices, n_things, most_states=np.inf))


def _largest_difference(choices, n_things, found, exact):
    apart = [np.abs(a - by_member(c, b, n_things)).max()
             for c, a, b in zip(choices, found.members, exact.options, strict=True)]
    return max(*apart, np.abs(found.free - exact.free).max())


def test_on_a_tree_it_is_exact():
    # Each person and the next share one of the remains: a chain.
    rng = np.random.default_rng(4)
    choices = [choice((i,), {(i,): float(rng.normal()), (i + 1,): float(rng.normal())}) for i in range(8)]
    choices.append(choice((8, 9), {(8, -1): 0.3, (-1, 9): -1.0, (8, 9): 2.0}))
    found = propagate(choices, 10)
    assert found.settled
    assert _largest_difference(choices, 10, found, _exact(choices, 10)) < 1e-8


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("n", "m", "pairs"), [(15, 15, 0), (15, 15, 3), (9, 15, 2), (15, 8, 3)])
def test_on_dense_blocks_it_is_within_a_hundredth_of_exact(seed, n, m, pairs):
    choices = _dense(np.random.default_rng(seed), n, m, 1.0, pairs)
    found, exact = propagate(choices, m), _exact(choices, m)
    difference = _largest_difference(choices, m, found, exact)
    assert difference <= 0.01
    # The whole is a block of itself, so that what is measured is what there is, or more.
    assert measured_error(choices, found) >= difference - 1e-9
    better = corrected(choices, found)
    assert _largest_difference(choices, m, better, exact) <= 1e-9
    assert [o.sum() for o in better.options] == pytest.approx([1.0] * len(choices))
    for options, other in zip(better.options, exact.options, strict=True):
        np.testing.assert_allclose(options, other, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize(("seed", "pairs"), [(0, 0), (1, 0), (2, 3), (3, 3)])
def test_beyond_a_block_corrections_leave_little_and_the_measure_says_how_much(seed, pairs):
    choices = _dense(np.random.default_rng(seed), 18, 17, 1.0, pairs)
    found, exact = propagate(choices, 17), _exact(choices, 17)
    before = _largest_difference(choices, 17, found, exact)
    better = corrected(choices, found)
    after = _largest_difference(choices, 17, better, exact)
    assert after <= max(0.3 * before, 1e-4)
    assert after <= 2.0 * measured_error(choices, better) + 1e-4
    columns = np.sum([m.sum(axis=0) for m in better.members], axis=0) + better.free
    assert columns == pytest.approx(np.ones(17), abs=0.01)


def test_two_families_that_want_one_pair_of_brothers_are_seen_as_such():
    # Each family with two missing takes both remains or none; messages think of the remains one by one.
    both = {(0, 1): 6.0, (1, 0): 6.0}
    choices = [choice((0, 1), both), choice((2, 3), both), choice((4,), {(0,): 2.0}), choice((5,), {(1,): 2.0})]
    found, exact = propagate(choices, 2), _exact(choices, 2)
    assert _largest_difference(choices, 2, found, exact) > 0.01
    assert _largest_difference(choices, 2, corrected(choices, found), exact) < 1e-9


def test_without_its_pairs_of_pairs_a_family_would_be_far_off():
    choices = _dense(np.random.default_rng(0), 15, 15, 1.0, 3)
    exact = _exact(choices, 15)
    apart = [c if len(c.who) == 1 else None for c in choices]
    alone = []
    for c, kept in zip(choices, apart, strict=True):
        if kept is not None:
            alone.append(kept)
            continue
        for i in range(2):
            single = (c.picks[:, i] >= 0) & (c.picks[:, 1 - i] < 0)
            alone.append(choice((int(c.who[i]),), dict(zip(((int(j),) for j in c.picks[single, i]),
                                                           c.log_weight[single].tolist(), strict=True))))
    found = propagate(alone, 15)
    claimed = sum(by_member(c, m, 15).sum(axis=0) for c, m in zip(alone[:6], found.options[:6], strict=True))
    right = sum(by_member(c, m, 15).sum(axis=0) for c, m in zip(choices[:3], exact.options[:3], strict=True))
    assert np.abs(claimed - right).max() > 0.02


def test_each_column_and_each_family_sums_to_one():
    choices = _dense(np.random.default_rng(1), 12, 10, 1.5, 2)
    found = propagate(choices, 10)
    assert found.pairs.sum(axis=0) + found.free == pytest.approx(np.ones(10), abs=1e-12)
    assert [float(o.sum()) for o in found.options] == pytest.approx([1.0] * len(choices))


def test_weights_that_are_far_apart_are_taken():
    choices = [choice((0,), {(0,): 300.0, (1,): 290.0}), choice((1,), {(0,): 299.0, (1,): -300.0})]
    found, exact = propagate(choices, 2), _exact(choices, 2)
    assert _largest_difference(choices, 2, found, exact) < 1e-6


@examples(40)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**16))
def test_messages_are_those_of_the_plain_formula(n, m, seed):
    rng = np.random.default_rng(seed)
    weights, free = np.exp(rng.normal(0, 30, (n, m))), rng.random((n, m))
    nothing, rows = np.exp(rng.normal(0, 30, n)), rng.permutation(n)
    claims = np.empty((n, m))
    claims_of_rows(rows, weights, nothing, free, claims)
    for (i, r), j in itertools.product(enumerate(rows.tolist()), range(m)):
        rest = nothing[i] + sum(weights[i, k] * free[r, k] for k in range(m) if k != j)
        assert claims[r, j] == pytest.approx(weights[i, j] / rest, rel=1e-12)
    before = free.copy()
    change = free_of_claims(claims, 0.25, np.empty((n, m)), free)
    plain = np.array([[1.0 / (1.0 + sum(claims[k, j] for k in range(n) if k != i)) for j in range(m)]
                      for i in range(n)])
    np.testing.assert_allclose(free, 0.25 * before + 0.75 * plain, rtol=1e-11)
    assert change == pytest.approx(np.abs(plain - before).max(), rel=1e-9)


@examples(40)
@given(st.integers(2, 5), st.integers(0, 2**16))
def test_claims_of_a_family_are_those_of_the_plain_formula(m, seed):
    rng = np.random.default_rng(seed)
    picks = np.array([p for p in itertools.product(range(-1, m), repeat=2) if p[0] != p[1] or p[0] < 0], dtype=np.int32)
    weights, free = np.exp(rng.normal(0, 20, len(picks))), rng.random(m)
    mass, claims = np.empty(len(picks)), np.empty(m)
    claims_of_family(picks, weights, free, mass, claims)
    for j in range(m):
        above = sum(w * np.prod([free[k] for k in p if k >= 0 and k != j])
                    for p, w in zip(picks.tolist(), weights, strict=True) if j in p)
        below = sum(w * np.prod([free[k] for k in p if k >= 0])
                    for p, w in zip(picks.tolist(), weights, strict=True) if j not in p)
        assert claims[j] == pytest.approx(above / below, rel=1e-10)
