"""The best assignments in order, against all of them sorted; and the one best of a part too wide to search."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.decide.joint.options import FamilyOptions, Pairings
from homeward.decide.joint.prior import PairPrior, PriorKind
from homeward.decide.joint.ranked import ranked
from homeward.decide.joint.solve import JointLimits, solve

from .plain import examples, listed


def _pairings(seed, n, m):
    rng = np.random.default_rng(seed)
    log_lr = rng.choice([-2.0, 0.0, 1.0, 5.0], (n, m)) + rng.choice([0.0, 0.25], (n, m))
    log_lr[rng.random((n, m)) < 0.3] = -np.inf
    if n < 3:
        return Pairings(log_lr, np.arange(n), ())
    picks = np.array([(-1, -1), *((j, -1) for j in range(m)), *((-1, j) for j in range(m)),
                      *((j, k) for j in range(m) for k in range(m) if j != k)], dtype=np.int32)
    family = FamilyOptions(np.array([0, 1]), picks, np.append(0.0, rng.normal(0, 2, len(picks) - 1)), np.zeros(3))
    log_lr[:2] = 0.0
    return Pairings(log_lr, np.arange(2, n), (family,))


def _prior(shape, log_odds=-0.7):
    return PairPrior(PriorKind.STATED, 0.5, log_odds, 1.0, np.full(shape, log_odds))


@examples(50)
@given(st.integers(0, 2**16), st.integers(1, 4), st.integers(1, 3), st.integers(1, 30))
def test_the_best_assignments_come_in_their_order(seed, n, m, count):
    pairings = _pairings(seed, n, m)
    prior = _prior((n, m))
    found = ranked(solve(pairings, prior, JointLimits()), count)
    choices = pairings.choices(prior)
    expected = sorted((w for _, w in listed(choices, m).listed), reverse=True)[:count]
    assert [r.log_weight for r in found] == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert len({r.pairs for r in found}) == len(found)
    for r in found:
        assert len({i for i, _ in r.pairs}) == len({j for _, j in r.pairs}) == len(r.pairs)


def test_parts_that_have_nothing_in_common_are_joined():
    log_lr = np.full((3, 3), -np.inf)
    np.fill_diagonal(log_lr, [3.0, 2.0, 1.0])
    found = ranked(solve(Pairings(log_lr, np.arange(3), ()), _prior((3, 3), 0.0), JointLimits()), 4)
    assert [r.pairs for r in found] == [((0, 0), (1, 1), (2, 2)), ((0, 0), (1, 1)), ((0, 0), (2, 2)), ((0, 0),)]
    assert [r.log_weight for r in found] == pytest.approx([6.0, 5.0, 4.0, 3.0])


@pytest.mark.parametrize("seed", range(4))
def test_the_best_of_a_wide_part_is_found_by_an_integer_programme(seed):
    pairings, prior = _pairings(seed, 4, 3), _prior((4, 3))
    wide = solve(pairings, prior, JointLimits(most_states=2, remainder=0.0))
    assert {p.facts.how.value for p in wide.parts} == {"approximate, with a measured error"}
    best = max(w for _, w in listed(pairings.choices(prior), 3).listed)
    assert ranked(wide, 10)[0].log_weight == pytest.approx(best, abs=1e-9)
