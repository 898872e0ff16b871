"""One posterior, three ways: exact, exact but for a bounded remainder, approximate with a measured error."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.decide.joint.options import FamilyOptions, Pairings
from homeward.decide.joint.prior import JointPrior, pair_priors
from homeward.decide.joint.solve import How, JointLimits, solve
from homeward.model import InvalidValue

from .plain import assert_close, examples, listed


def _dense(seed, n, m, low=-9.0):
    return Pairings(np.random.default_rng(seed).normal(low, 5.0, (n, m)), np.arange(n), ())


def _stated(pairings, share=0.4):
    return pair_priors(JointPrior(share), np.isfinite(pairings.log_lr) | True)[0]


def _plain_posterior(pairings, prior):
    choices = pairings.choices(prior)
    all_ = listed(choices, pairings.n_remains)
    found = np.zeros((pairings.n_persons + 1, pairings.n_remains))
    for options, weight in all_.listed:
        share = np.exp(weight - all_.log_total)
        for c, o in zip(choices, options, strict=True):
            for row, thing in zip(c.who, c.picks[o], strict=True):
                if thing >= 0:
                    found[row, thing] += share
    found[-1] = all_.free()
    return found


@examples(40)
@given(st.integers(0, 2**16), st.integers(1, 5), st.integers(1, 5))
def test_pairings_have_the_posterior_of_all_assignments(seed, n, m):
    pairings = _dense(seed, n, m, low=0.0)
    pairings.log_lr[np.random.default_rng(seed).random((n, m)) < 0.3] = -np.inf
    prior = pair_priors(JointPrior(0.1 if n < m else 0.4), np.ones((n, m), dtype=np.bool_))[0]
    found = solve(pairings, prior, JointLimits())
    assert_close(found.posterior, _plain_posterior(pairings, prior))
    assert found.unnamed == pytest.approx(1.0 - found.posterior[:-1].sum(axis=1), abs=1e-12)
    assert {p.facts.how for p in found.parts} <= {How.EXACT}
    assert [p.facts.error for p in found.parts] == [0.0] * len(found.parts)


def test_a_remainder_that_is_cut_off_is_bounded_and_said():
    rng = np.random.default_rng(7)
    log_lr = np.full((14, 14), -40.0) + rng.normal(0, 2, (14, 14))
    np.fill_diagonal(log_lr, 4.0)
    pairings = Pairings(log_lr, np.arange(14), ())
    prior = _stated(pairings)
    exact = solve(pairings, prior, JointLimits())
    cut = solve(pairings, prior, JointLimits(most_states=100.0, remainder=1e-9))
    assert {p.facts.how for p in cut.parts} == {How.BOUNDED}
    assert "without pairs that together weigh" in cut.parts[0].facts.by
    error = np.abs(cut.posterior - exact.posterior).max()
    assert error <= cut.parts[0].facts.error <= 1e-9
    # A pair that was cut off keeps the posterior that its weight gives it.
    far = ~np.eye(15, 14, dtype=np.bool_)
    far[-1] = False
    np.testing.assert_allclose(cut.posterior[far], exact.posterior[far], rtol=1e-3)


def test_what_cannot_be_bounded_is_approximated_and_measured():
    pairings = _dense(1, 17, 17, low=-2.0)
    prior = _stated(pairings)
    exact = solve(pairings, prior, JointLimits())
    rough = solve(pairings, prior, JointLimits(most_states=64.0))
    facts = rough.parts[0].facts
    assert facts.how is How.APPROXIMATE
    assert "belief propagation" in facts.by
    assert np.abs(rough.posterior - exact.posterior).max() <= 2.0 * facts.error + 1e-4
    assert facts.error <= 0.02
    assert rough.posterior.sum(axis=0) == pytest.approx(np.ones(17), abs=1e-9)


def test_weights_that_messages_cannot_carry_leave_the_error_open():
    pairings = _dense(1, 12, 12, low=-2.0)
    pairings.log_lr[3, 4] = 2000.0
    found = solve(pairings, _stated(pairings), JointLimits(most_states=64.0)).parts[0].facts
    assert found.error == 1.0
    assert found.by.endswith("weights beyond e^300 were taken as that")


def test_parts_are_exact_or_not_each_by_itself():
    log_lr = np.full((13, 13), -np.inf)
    log_lr[:12, :12] = np.random.default_rng(3).normal(-2.0, 5.0, (12, 12))
    log_lr[12, 12] = 3.0
    pairings = Pairings(log_lr, np.arange(13), ())
    found = solve(pairings, _stated(pairings), JointLimits(most_states=64.0))
    assert [p.facts.how for p in found.parts] == [How.APPROXIMATE, How.EXACT]
    assert found.parts[1].facts.persons.tolist() == [12]


def _family(dropped):
    picks = np.array([[-1, -1], [0, -1], [-1, 1], [0, 1]], dtype=np.int32)
    return FamilyOptions(np.array([0, 1]), picks, np.array([0.0, 1.0, 2.0, 5.0]), np.array([0.0, dropped, 0.0]))


def test_options_that_were_left_out_of_a_table_are_part_of_the_error():
    pairings = Pairings(np.zeros((2, 2)), np.zeros(0, dtype=np.int64), (_family(1e-7),))
    prior = _stated(pairings)
    found = solve(pairings, prior, JointLimits()).parts[0].facts
    assert found.how is How.BOUNDED
    assert found.error == pytest.approx(1e-7 * np.exp(prior.log_odds), rel=1e-6)


def test_a_family_that_could_not_be_computed_makes_its_part_doubtful():
    pairings = Pairings(np.zeros((2, 2)), np.zeros(0, dtype=np.int64), (_family(0.0),),
                        ((np.array([0, 1]), "family F: its missing were taken one by one"),))
    found = solve(pairings, _stated(pairings), JointLimits()).parts[0].facts
    assert found.how is How.APPROXIMATE
    assert found.error == 1.0
    assert found.by.endswith("family F: its missing were taken one by one")


def test_nobody_and_nothing_have_an_answer():
    for shape in ((0, 0), (0, 3), (3, 0)):
        pairings = Pairings(np.zeros(shape), np.arange(shape[0]), ())
        prior = pair_priors(JointPrior(0.3), np.ones(shape, dtype=np.bool_))[0]
        found = solve(pairings, prior, JointLimits())
        assert found.posterior.shape == (shape[0] + 1, shape[1])
        assert (found.posterior[-1] == 1.0).all()
        assert found.unnamed.tolist() == [1.0] * shape[0]


@pytest.mark.parametrize(("field", "value"), [
    ("most_states", 1.0), ("remainder", 1.0), ("most_assignments", 0), ("kept_options", 0)])
def test_limits_that_make_no_sense_are_refused(field, value):
    with pytest.raises(InvalidValue, match=field):
        JointLimits(**{field: value})
