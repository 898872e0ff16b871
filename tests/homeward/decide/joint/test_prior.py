"""The prior over assignments: its odds against the counts, the limit for large numbers, and its refusals."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.decide.joint.prior import JointPrior, PriorKind, highest_share, log_pair_odds, pair_priors
from homeward.model import InvalidValue

from .plain import choice, examples, listed


def _expected_pairs(weights, log_odds):
    """The mean number of pairs over all assignments, listed one by one."""
    n, m = weights.shape
    choices = [choice((i,), {(j,): log_odds + math.log(weights[i, j]) for j in range(m) if weights[i, j] > 0.0})
               for i in range(n)]
    all_ = listed(choices, m)
    return sum(len(all_.taken(o)) * math.exp(w - all_.log_total) for o, w in all_.listed)


@examples(40)
@given(st.integers(1, 4), st.integers(1, 4), st.floats(0.05, 0.95))
def test_the_expected_number_of_pairs_is_the_one_that_was_stated(n, m, part):
    expected = part * min(n, m)
    log_odds = log_pair_odds(np.ones((n, m)), expected)
    assert _expected_pairs(np.ones((n, m)), log_odds) == pytest.approx(expected, rel=1e-7)


def test_men_and_women_apart_are_counted_exactly():
    weights = np.zeros((4, 4))
    weights[:3, :2] = weights[3:, 2:] = 1.0
    log_odds = log_pair_odds(weights, 1.7)
    assert _expected_pairs(weights, log_odds) == pytest.approx(1.7, rel=1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_uneven_weights_come_near_the_stated_number(seed):
    # Belief propagation over classes: within 3 % for 4 × 4, better for larger ones.
    weights = np.random.default_rng(seed).choice([0.0, 1.0, 2.0, 5.0], (4, 4))
    weights[0, 0] = 1.0
    log_odds = log_pair_odds(weights, 1.5)
    assert _expected_pairs(weights, log_odds) == pytest.approx(1.5, rel=0.03)


def test_classes_agree_with_the_exact_count_for_many_alike():
    # Two classes of persons, one with weight 1 ± 1e-9: not one weight, and as good as one.
    weights = np.ones((60, 40))
    exact = log_pair_odds(weights, 25.0)
    weights[:30] += 1e-9
    assert log_pair_odds(weights, 25.0) == pytest.approx(exact, abs=5e-3)


@pytest.mark.parametrize("share", [0.1, 0.6, 0.9])
def test_equal_sides_and_large_numbers_have_the_odds_of_the_closed_form(share):
    # κN = x/(1−x)²: N remains, N persons, both sides' competition (see docs/joint-identification.md).
    n = 4000
    log_odds = log_pair_odds(np.ones((n, n)), share * n)
    assert math.exp(log_odds) * n == pytest.approx(share / (1 - share) ** 2, rel=5e-3)


def test_weights_count_relative_to_each_other_alone():
    even = np.ones((3, 5))
    assert log_pair_odds(7.0 * even, 2.0) == pytest.approx(log_pair_odds(even, 2.0) - math.log(7.0), rel=1e-9)


def test_every_prior_is_there_with_its_share_and_its_odds():
    made = {p.kind: p for p in pair_priors(JointPrior(0.3), np.ones((20, 10), dtype=np.bool_))}
    assert set(made) == set(PriorKind)
    assert [made[k].share for k in PriorKind] == [0.3, 0.15, 0.6, None]
    assert [made[k].expected_pairs for k in PriorKind] == pytest.approx([3.0, 1.5, 6.0, None])
    assert made[PriorKind.FLAT].log_weight.tolist() == np.zeros((20, 10)).tolist()
    assert made[PriorKind.HALF].log_odds < made[PriorKind.STATED].log_odds < made[PriorKind.DOUBLE].log_odds


def test_double_a_high_share_stays_possible():
    made = {p.kind: p for p in pair_priors(JointPrior(0.8), np.ones((9, 10), dtype=np.bool_))}
    assert made[PriorKind.DOUBLE].share == pytest.approx(0.85), "half-way from 0.8 to 0.9: nine persons, ten remains"


def test_pairs_that_sex_forbids_have_no_prior_whatever_it_is():
    allowed = np.array([[True, False], [True, True]])
    for p in pair_priors(JointPrior(0.4), allowed):
        assert np.isneginf(p.log_weight[0, 1])
        assert np.isfinite(p.log_weight[allowed]).all()


def test_the_part_of_the_roster_that_is_compared_gets_its_part_of_the_pairs():
    made = pair_priors(JointPrior(0.5, roster_size=100), np.ones((25, 10), dtype=np.bool_))
    assert made[0].expected_pairs == pytest.approx(0.5 * 10 * 25 / 100)


def test_the_highest_share_is_what_the_persons_suffice_for():
    assert highest_share(JointPrior(0.5), np.ones((3, 12), dtype=np.bool_)) == pytest.approx(0.25)
    assert highest_share(JointPrior(0.5), np.ones((30, 12), dtype=np.bool_)) == 1.0
    # One man and ten women on the roster, eight men's remains and two of unknown sex: three pairs at most.
    allowed = np.ones((11, 10), dtype=np.bool_)
    allowed[1:, :8] = False
    assert highest_share(JointPrior(0.5), allowed) == pytest.approx(0.3)


@pytest.mark.parametrize(("prior", "message"), [
    (lambda: JointPrior(0.0), "share=0.0 must be above 0 and below 1"),
    (lambda: JointPrior(roster_size=0), "roster_size=0 must be at least 1"),
    (lambda: JointPrior(weights=np.array([[-1.0]])), "weights='some' must be finite and not negative"),
])
def test_a_prior_that_is_none_is_refused(prior, message):
    with pytest.raises(InvalidValue, match=message):
        prior()


@pytest.mark.parametrize(("prior", "message"), [
    (JointPrior(0.5), "share=0.5 must be below 0.2"),
    (JointPrior(0.1, roster_size=1), "roster_size=1 must be at least the 2 persons compared"),
    (JointPrior(0.1, weights=np.ones((3, 3))), r"weights=\(3, 3\) must have the shape \(2, 10\)"),
])
def test_a_prior_that_does_not_fit_the_case_is_refused(prior, message):
    with pytest.raises(InvalidValue, match=message):
        pair_priors(prior, np.ones((2, 10), dtype=np.bool_))


@pytest.mark.parametrize("expected", [0.0, 2.0, -1.0])
def test_an_expectation_that_no_odds_give_is_refused(expected):
    with pytest.raises(InvalidValue, match="expected pairs"):
        log_pair_odds(np.ones((2, 3)), expected)


def test_all_assignments_are_counted_in_the_flat_prior():
    counts = [math.comb(4, k) * math.comb(3, k) * math.factorial(k) for k in range(4)]
    flat = _expected_pairs(np.ones((4, 3)), 0.0)
    assert flat == pytest.approx(sum(k * c for k, c in enumerate(counts)) / sum(counts), rel=1e-12)
    assert list(itertools.accumulate(counts))[-1] == 73
