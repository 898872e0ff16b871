"""Persons of whom nothing speaks, weighed together, against weighing each by name."""

import math

import numpy as np
import pytest

from homeward.decide.joint.crowds import apart
from homeward.decide.joint.options import Pairings
from homeward.decide.joint.prior import JointPrior, pair_priors
from homeward.decide.joint.solve import JointLimits, solve

SEX = np.array([0, 0, 0, 1, 1, 2])  # of the remains: 0 and 1, 2 cannot be told


def _pairings(n_silent: int, seed: int) -> tuple[Pairings, np.ndarray]:
    """Four persons whose references speak, and many of whom nothing does; half of these of each sex."""
    rng = np.random.default_rng(seed)
    speaking = rng.normal(0.0, 4.0, (4, 6))
    speaking[0, 1] = 12.0
    speaking[1, 4] = -np.inf
    sexes = np.arange(n_silent) % 2
    allowed = np.vstack([np.isfinite(speaking), (SEX[None, :] == 2) | (SEX[None, :] == sexes[:, None])])
    log_lr = np.vstack([speaking, np.where(allowed[4:], 0.0, -np.inf)])
    return Pairings(log_lr, np.arange(len(log_lr)), ()), allowed


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("seed", range(4))
def test_a_crowd_weighs_what_its_persons_weigh_by_name(seed: int, share: float) -> None:
    everyone, allowed = _pairings(400, seed)
    priors = pair_priors(JointPrior(share), allowed)
    others, crowds = apart(everyone, priors)
    assert sorted(map(len, crowds.rows)) == [200, 200]
    assert others.singles.tolist() == [0, 1, 2, 3]
    for prior in priors:
        by_name = solve(everyone, prior, JointLimits())
        together = solve(others, prior, JointLimits(), crowds)
        error = max(part.facts.error for part in together.parts)
        assert 0.0 < error < 1e-3
        assert np.abs(by_name.posterior - together.posterior).max() <= error
        assert np.abs(by_name.unnamed - together.unnamed).max() <= error
        assert together.posterior.sum(axis=0) == pytest.approx(np.ones(6), abs=1e-12)


def test_incidents_of_different_weight_are_crowds_of_their_own() -> None:
    everyone, allowed = _pairings(600, 1)
    weights = np.where(allowed, 1.0, 0.0)
    weights[4:304, :3] *= 5.0
    priors = pair_priors(JointPrior(0.5, weights=weights), allowed)
    others, crowds = apart(everyone, priors)
    assert len(crowds.rows) == 3  # men of either incident, women, whose remains no incident tells apart
    by_name, together = solve(everyone, priors[0], JointLimits()), solve(others, priors[0], JointLimits(), crowds)
    assert np.abs(by_name.posterior - together.posterior).max() <= max(p.facts.error for p in together.parts)


def test_few_are_weighed_by_name() -> None:
    everyone, allowed = _pairings(100, 0)
    others, crowds = apart(everyone, pair_priors(JointPrior(0.5), allowed))
    assert crowds.rows == ()
    assert others is everyone


def test_without_anyone_else_the_odds_are_those_of_the_closed_form() -> None:
    n, m = 5000, 3
    allowed = np.ones((n, m), dtype=np.bool_)
    everyone = Pairings(np.zeros((n, m)), np.arange(n), ())
    prior = pair_priors(JointPrior(0.6), allowed)[0]
    others, crowds = apart(everyone, (prior,))
    found = solve(others, prior, JointLimits(), crowds)
    terms = np.array([math.comb(m, k) * math.exp(k * prior.log_odds) * math.perm(n, k) for k in range(m + 1)])
    expected = float((np.arange(m + 1) * terms).sum() / terms.sum() / m)
    assert 1.0 - found.posterior[-1, 0] == pytest.approx(expected, abs=1e-7)
    assert expected == pytest.approx(0.6, abs=1e-6)
