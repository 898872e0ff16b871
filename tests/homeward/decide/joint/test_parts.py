"""Connected parts, the order that keeps their frontier narrow, and what may be cut off with a proven bound."""

import numpy as np
import pytest
from hypothesis import given

from homeward.decide.joint.frontier import frontier_of
from homeward.decide.joint.parts import cut, is_surely_wide, orient, split

from .plain import choice, examples, listed, problems


def test_families_that_share_no_possible_remains_are_apart():
    choices = [choice((0,), {(0,): 1.0, (1,): 0.0}), choice((1,), {(3,): 1.0}), choice((2,), {(1,): 2.0}),
               choice((3,), {})]
    parts = split(choices, 5)
    assert [(p.which.tolist(), p.things.tolist()) for p in parts] == [([0, 2], [0, 1]), ([1], [3])]
    assert parts[0].choices[1].picks.tolist() == [[-1], [1]]


def test_a_family_with_several_missing_joins_what_it_may_take():
    parts = split([choice((0, 1), {(0, 2): 1.0}), choice((2,), {(2,): 1.0}), choice((3,), {(1,): 1.0})], 3)
    assert [p.which.tolist() for p in parts] == [[0, 1], [2]]


def test_things_that_only_one_chooser_can_take_are_never_open():
    choices = [choice((0, 1), {(a, b): 0.0 for a in range(9) for b in range(9) if a != b}), choice((2,), {(0,): 0.0})]
    assert frontier_of(choices, 9, most_states=np.inf).width == 1


def test_a_long_chain_has_a_narrow_frontier():
    chain = [choice((i,), {(i,): 0.0, (i + 1,): 0.0}) for i in range(200)]
    shuffled = [chain[i] for i in np.random.default_rng(0).permutation(200)]
    found = frontier_of(shuffled, 201, most_states=np.inf)
    assert found.width <= 3
    assert found.states < 2000


def test_few_persons_and_many_remains_are_taken_from_the_side_of_the_remains():
    choices = [choice((i,), {(j,): 0.0 for j in range(40)}) for i in range(4)]
    found = orient(split(choices, 40)[0], most_states=2.0**20)
    assert found.turned
    assert found.frontier.width == 4


def test_what_is_too_wide_is_said_to_be_so():
    dense = [choice((i,), {(j,): 0.0 for j in range(30)}) for i in range(30)]
    assert orient(split(dense, 30)[0], most_states=2.0**20) is None
    wider = [choice((i,), {(j,): 0.0 for j in range(70)}) for i in range(70)]
    assert orient(split(wider, 70)[0], most_states=2.0**100) is None
    assert is_surely_wide(split(wider, 70)[0])
    assert not is_surely_wide(split([*wider, choice((70,), {(3,): 0.0})], 70)[0]), "a narrow beginning: not surely"


@examples(40)
@given(problems(scale=12.0))
def test_no_posterior_moves_by_more_than_the_bound_of_what_was_cut(problem):
    choices, n_things = problem
    if not any(len(c.picks) > 1 for c in choices):
        return
    less = cut(choices, 0.05)
    assert less.bound <= 0.05 * (1 + 1e-12)
    whole, part = listed(choices, n_things), listed(less.choices, n_things)
    for all_, some, kept in zip(whole.options(), part.options(), less.kept, strict=True):
        spread = np.zeros(len(kept))
        spread[kept] = some
        assert np.abs(all_ - spread).max() <= less.bound + 1e-12
    assert whole.log_total - part.log_total <= -np.log1p(-less.bound) + 1e-12


def test_nothing_is_cut_for_a_remainder_of_nothing():
    choices = [choice((0,), {(0,): -3.0, (1,): 5.0})]
    less = cut(choices, 0.0)
    assert less.bound == 0.0
    assert less.kept[0].all()


def test_the_least_options_are_cut_first():
    choices = [choice((0,), {(0,): -9.0, (1,): 5.0}), choice((1,), {(0,): -1.0, (1,): -8.0})]
    less = cut(choices, 1e-3)
    assert [k.tolist() for k in less.kept] == [[True, False, True], [True, True, False]]
    assert less.bound == pytest.approx(np.exp(-9.0) + np.exp(-8.0), rel=1e-3)
