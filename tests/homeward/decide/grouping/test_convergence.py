"""R-hat and effective draws, against what is known of chains that agree, that do not, and that remember."""

import numpy as np
import pytest

from homeward.decide.grouping.convergence import effective_draws, r_hat


def test_independent_chains_agree_and_are_worth_what_they_count():
    draws = np.random.default_rng(1).normal(size=(4, 1000))
    assert r_hat(draws) < 1.01
    assert effective_draws(draws) == pytest.approx(4000, rel=0.15)


def test_a_chain_at_another_place_is_noticed():
    draws = np.random.default_rng(2).normal(size=(4, 500))
    draws[0] += 1.5
    assert r_hat(draws) > 1.1


def test_a_chain_of_another_width_is_noticed_though_the_means_agree():
    draws = np.random.default_rng(3).normal(size=(4, 500))
    draws[0] *= 4.0
    assert r_hat(draws) > 1.1


def test_a_drift_within_each_chain_is_noticed():
    assert r_hat(np.random.default_rng(4).normal(size=(4, 500)) + np.linspace(0.0, 3.0, 500)) > 1.2


def test_what_never_varies_has_converged_and_what_differs_by_chain_alone_has_not():
    assert r_hat(np.full((4, 100), 7.0)) == 1.0
    assert r_hat(np.repeat(np.arange(4.0)[:, None], 100, axis=1)) == np.inf


def test_autoregressive_chains_are_worth_the_share_that_theory_says():
    # AR(1) with coefficient a: n (1 − a) / (1 + a).
    rng, a, n = np.random.default_rng(5), 0.6, 4000
    draws = np.zeros((4, n))
    noise = rng.normal(size=(4, n))
    for t in range(1, n):
        draws[:, t] = a * draws[:, t - 1] + noise[:, t]
    assert effective_draws(draws) == pytest.approx(4 * n * (1 - a) / (1 + a), rel=0.2)
