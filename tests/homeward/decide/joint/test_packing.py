"""The best assignment by an integer programme over a few options, against all assignments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.decide.joint import packing
from homeward.decide.joint.packing import best_packing

from .plain import choice, examples, listed, problems


def _weight(choices, taken):
    things = [t for c, o in zip(choices, taken, strict=True) for t in c.picks[o].tolist() if t >= 0]
    assert len(set(things)) == len(things)
    return sum(float(c.log_weight[o]) for c, o in zip(choices, taken, strict=True))


@examples(60)
@given(problems(), st.integers(0, 2**16))
def test_the_best_assignment_is_found_wherever_one_begins(problem, seed):
    choices, n_things = problem
    rng = np.random.default_rng(seed)
    taken, weight = best_packing(choices, n_things, [rng.choice([0.0, 1.0], len(c.picks)) for c in choices])
    assert weight == pytest.approx(max(w for _, w in listed(choices, n_things).listed), abs=1e-6)
    assert _weight(choices, taken) == pytest.approx(weight, rel=1e-12)


def test_where_the_relaxation_promises_too_much_more_options_are_considered():
    # Each of three families wants two of three things: halves of all of them would weigh 6, whole ones weigh 4.
    choices = [choice((2 * f, 2 * f + 1), {pair: 4.0}) for f, pair in enumerate([(0, 1), (1, 2), (2, 0)])]
    choices.append(choice((6,), {(0,): 0.5}))
    nothing = [np.zeros(len(c.picks)) for c in choices]
    taken, weight = best_packing(choices, 3, nothing)
    assert weight == pytest.approx(4.5)
    assert taken == [0, 1, 0, 1]


def test_nothing_is_taken_where_nothing_is_worth_it():
    choices = [choice((0,), {(0,): -1.0}), choice((1,), {(0,): -2.0})]
    assert best_packing(choices, 1, [np.ones(2), np.ones(2)]) == ([0, 0], 0.0)
    assert best_packing([], 3, []) == ([], 0.0)


def test_few_options_are_considered_of_a_great_case(monkeypatch):
    rng = np.random.default_rng(6)
    n = 60
    weights = rng.normal(-6.0, 2.0, (n, n)) + 16.0 * np.eye(n)
    choices = [choice((i,), {(j,): float(w) for j, w in enumerate(row)}) for i, row in enumerate(weights)]
    columns, solve = [], packing._packed
    monkeypatch.setattr(packing, "_packed", lambda matrix, own: (columns.append(len(own)), solve(matrix, own))[1])
    taken, _ = best_packing(choices, n, [np.zeros(n + 1) for _ in choices])
    assert taken == list(range(1, n + 1))
    assert max(columns) < 200, "of 3,600"
