"""Probabilities from database counts, against published figures, another program and closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.kinship.lineage.haplotypes import Estimate, falling_ratio, poisson_classes
from homeward.model import InvalidValue


def _one(x, n, **settings):
    return float(Estimate(**settings).probabilities(np.array([x]), n)[0])


def test_the_count_adds_the_haplotype_in_hand():
    assert _one(0, 4999) == 1 / 5000
    assert _one(9, 99) == 0.1


@pytest.mark.parametrize(("n", "stated"), [(50, 0.06), (1000, 0.003)])
def test_the_upper_bound_of_nothing_seen_is_that_of_the_rule_of_three(n, stated):
    # JAMA 1995;274:1013, on Hanley & Lippman-Hand 1983: no deaths among 50 patients, at most about 6 %; among 1,000,
    # 0.3 %. The exact bound is 1 − 0.05^(1/n).
    assert math.isclose(_one(0, n, kind="upper"), stated, rel_tol=0.04)
    assert math.isclose(_one(0, n, kind="upper"), 1.0 - 0.05 ** (1.0 / n), rel_tol=1e-12)


def test_the_upper_bound_is_that_of_r():
    # binom.test(682, 925, p = 0.75), the example of R's own manual (after Conover 1971, p. 97): 95 percent confidence
    # interval 0.7076683 0.7654066; two-sided, so that its upper end is the one-sided bound at 0.975.
    assert round(_one(682, 925, kind="upper", confidence=0.975), 7) == 0.7654066


def test_the_upper_bound_of_everybody_is_one():
    assert _one(7, 7, kind="upper") == 1.0


def test_kappa_gives_the_unseen_the_share_that_is_no_singleton():
    # Brenner 2010: (1 − κ)/n, with n = 100 people, the one in hand among them, of whom 80 have a type of their own.
    p = Estimate("kappa").probabilities(np.array([0, 5]), 99, singletons=79)
    assert math.isclose(p[0], (1.0 - 0.8) / 100.0)
    assert p[1] == 6 / 100


def test_kappa_leaves_what_was_seen_to_the_count():
    assert Estimate("kappa").probabilities(np.array([1]), 99, singletons=79)[0] == 2 / 100


def test_a_database_of_singletons_alone_does_not_make_the_unseen_impossible():
    assert math.isclose(Estimate("kappa").probabilities(np.array([0]), 99, singletons=99)[0], 1 / 100**2)


def test_theta_raises_the_identical_and_lowers_the_rest():
    p = Estimate(theta=0.02).probabilities(np.array([0, 49]), 99)
    assert np.allclose(p, [0.02 + 0.98 * 0.01, 0.98 * 0.5])


@pytest.mark.parametrize("settings", [
    {"kind": "guess"}, {"confidence": 1.0}, {"confidence": 0.0}, {"theta": 1.0}, {"theta": -0.1},
])
def test_an_estimate_that_cannot_be_is_refused(settings):
    with pytest.raises(InvalidValue):
        Estimate(**settings)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 40), st.integers(0, 4000), st.sampled_from(["count", "upper"]))
def test_more_people_who_show_it_never_lower_a_probability(x, extra, kind):
    n = x + extra + 1
    assert 0.0 < _one(x, n, kind=kind) <= _one(x + 1, n, kind=kind) <= 1.0
    assert _one(x, n + 10, kind=kind) <= _one(x, n, kind=kind)


def test_poisson_classes_are_the_poisson_probabilities():
    for mean in (1e-12, 0.05, 1.0, 7.0):
        got = np.exp(poisson_classes(mean, 5))
        plain = [math.exp(-mean) * mean**k / math.factorial(k) for k in range(60)]
        assert np.allclose(got, [*plain[:5], sum(plain[5:])], rtol=1e-9)
    assert np.array_equal(np.exp(poisson_classes(0.0, 3)), [1.0, 0.0, 0.0, 0.0])


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(st.floats(-30.0, 0.0), min_size=12, max_size=12),
       st.lists(st.floats(1e-6, 1.0), min_size=6, max_size=6))
def test_ratios_fall_along_every_axis_and_never_exceed_the_plain_ratio(loglik, probability):
    loglik, probability = np.array(loglik).reshape(4, 3), np.array(probability).reshape(3, 2)
    got = falling_ratio(loglik, probability)
    whole = np.ones((4, 3))
    whole[:3, :2] = probability
    assert (np.diff(got, axis=0) <= 0.0).all()
    assert (np.diff(got, axis=1) <= 0.0).all()
    assert (got <= loglik - np.log(whole) + 1e-12).all()
    assert got[0, 0] == loglik[0, 0] - np.log(probability[0, 0])
