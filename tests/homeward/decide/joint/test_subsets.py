"""Exact sums and maxima against all assignments, one by one."""

import numpy as np
import pytest
from hypothesis import given

from homeward.decide.joint.frontier import frontier_of
from homeward.decide.joint.options import by_member, left_out, transposed
from homeward.decide.joint.subsets import best_of, sums_of

from .plain import assert_close, choice, examples, listed, problems


def _frontier(choices, n_things):
    return frontier_of(choices, n_things, most_states=np.inf)


@examples(80)
@given(problems())
def test_posteriors_are_those_of_all_assignments(problem):
    choices, n_things = problem
    found, plain = sums_of(choices, n_things, _frontier(choices, n_things)), listed(choices, n_things)
    for got, expected in zip(found.options, plain.options(), strict=True):
        assert_close(got, expected)
    assert_close(found.free, plain.free())
    assert found.log_total == pytest.approx(plain.log_total, rel=1e-12, abs=1e-12)


@examples(60)
@given(problems())
def test_best_assignments_are_those_of_all_assignments(problem):
    choices, n_things = problem
    found, plain = best_of(choices, n_things, _frontier(choices, n_things)), listed(choices, n_things)
    for got, expected in zip(found.options, plain.best(), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)
    assert found.highest == pytest.approx(max(w for _, w in plain.listed), rel=1e-12, abs=1e-12)


def test_a_chance_of_one_in_ten_to_the_hundred_is_not_lost():
    # Two persons, one of the remains: e^300 against 1 for each; the second's share is e^-300 of the first's.
    choices = [choice((0,), {(0,): 300.0}), choice((1,), {(0,): 0.0})]
    found = sums_of(choices, 1, _frontier(choices, 1))
    assert found.options[1][1] == pytest.approx(np.exp(-300.0), rel=1e-9)
    assert found.free[0] == pytest.approx(np.exp(-300.0), rel=1e-9)


def test_many_strong_claims_on_one_of_the_remains_stay_numbers():
    # Without prices the bound is 19 × 60 above the best assignment, e^1140: no double holds it.
    choices = [choice((i,), {(0,): 60.0 + i, (1,): 1.0}) for i in range(20)]
    found = sums_of(choices, 2, _frontier(choices, 2))
    plain = {(i, j): 60.0 + i + 1.0 * (j >= 0) for i in range(20) for j in range(-1, 20) if j != i}
    weight = np.array(list(plain.values()))
    total = np.exp(weight - weight.max()).sum()
    for i in range(20):
        mine = sum(np.exp(w - weight.max()) for (who, _), w in plain.items() if who == i) / total
        assert found.options[i][1] == pytest.approx(mine, rel=1e-9)


def test_weights_without_any_prices_that_keep_them_apart_are_given_up():
    # Three families want pairs of three remains, any two of which collide: the duality gap is half of 1,000.
    pairs = {(0, 1): 1000.0, (1, 2): 1000.0, (0, 2): 1000.0}
    choices = [choice((2 * f, 2 * f + 1), pairs) for f in range(3)]
    assert sums_of(choices, 3, _frontier(choices, 3)) is None


@examples(60)
@given(problems(most_choosers=4, most_things=4))
def test_what_is_left_without_a_thing_is_summed_and_not_subtracted(problem):
    choices, n_things = problem
    for c in choices:
        mass = np.exp(c.log_weight)
        taken, without = left_out(mass, c.picks, n_things)
        for thing in range(n_things):
            holds = (c.picks == thing).any(axis=1)
            assert taken[thing] == pytest.approx(mass[holds].sum(), rel=1e-12, abs=1e-300)
            assert without[thing] == pytest.approx(mass[~holds].sum(), rel=1e-12)
        assert by_member(c, mass, n_things).sum(axis=0) == pytest.approx(taken, rel=1e-12, abs=1e-300)


def test_choosers_and_things_change_places_without_a_change():
    rng = np.random.default_rng(2)
    choices = [choice((i,), {(j,): float(w) for j, w in enumerate(rng.normal(0, 3, 3))}) for i in range(4)]
    straight = sums_of(choices, 3, _frontier(choices, 3))
    turned = transposed(choices, 3)
    sideways = sums_of(turned, 4, _frontier(turned, 4))
    assert sideways.log_total == pytest.approx(straight.log_total, rel=1e-12)
    assert sideways.free == pytest.approx([o[0] for o in straight.options], rel=1e-12)
    for thing in range(3):
        assert sideways.options[thing][1:] == pytest.approx([o[1 + thing] for o in straight.options], rel=1e-12)


def test_the_grid_of_the_plane_crash_is_the_sum_of_weights_of_one():
    choices = [choice((i,), {(j,): 0.0 for j in range(8)}) for i in range(5)]
    found = sums_of(choices, 8, _frontier(choices, 8))
    assert round(np.exp(found.log_total)) == 19081  # 5 persons, 8 remains: Vigeland & Egeland 2021
