"""The discrete Laplace mixture against published figures, direct optimisation and simulated populations."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize

from homeward.kinship.lineage.discrete_laplace import DiscreteLaplace, dispersions, fit_discrete_laplace
from homeward.model import InvalidValue

LOCI = ("DYS19", "DYS389I", "DYS389II", "DYS390", "DYS391", "DYS392", "DYS393", "DYS437", "DYS438", "DYS439")
# The best fit to 185 Danish men as printed in the vignette "Introduction" of disclapmix 1.7.1 (5 June 2018):
# its central haplotypes and dispersion parameters.
CENTRES = np.array([[14, 13, 29, 24, 11, 13, 13, 15, 12, 12], [15, 14, 31, 23, 10, 12, 14, 14, 10, 11],
                    [15, 13, 30, 25, 10, 11, 13, 14, 11, 11], [14, 12, 28, 22, 10, 11, 13, 16, 10, 11]])
P = np.array([
    [0.1519902, 0.10790796, 0.2309797, 0.2190487, 0.11291165,
     0.06488933, 0.10614775, 0.04510183, 0.04104708, 0.1842068],
    [0.2119974, 0.15051099, 0.3221725, 0.3055310, 0.15749018,
     0.09050823, 0.14805584, 0.06290844, 0.05725284, 0.2569333],
    [0.1874694, 0.13309693, 0.2848973, 0.2701812, 0.13926864,
     0.08003646, 0.13092584, 0.05562996, 0.05062871, 0.2272062],
    [0.1235191, 0.08769439, 0.1877120, 0.1780160, 0.09176078,
     0.05273412, 0.08626391, 0.03665325, 0.03335805, 0.1497008],
])


def _single(p=0.3, centre=13):
    return DiscreteLaplace(("DYS19",), np.array([[centre]]), np.array([[p]]), np.array([1.0]))


def test_the_alleles_8_to_18_hold_what_the_tutorial_prints():
    # Andersen, Eriksen & Morling 2013, arXiv:1304.2129: p = 0.3, y = 13: sum over 8..18 is 0.9989.
    total = np.exp(_single().logprob(np.arange(8, 19)[:, None])).sum()
    assert round(float(total), 4) == 0.9989


def test_a_mixture_sums_to_one():
    model = DiscreteLaplace(("A", "B"), np.array([[10, 20], [12, 17]]), np.array([[0.2, 0.3], [0.1, 0.25]]),
                            np.array([0.3, 0.7]))
    grid = np.stack(np.meshgrid(np.arange(-30, 60), np.arange(-30, 60), indexing="ij"), axis=-1).reshape(-1, 2)
    assert math.isclose(np.exp(model.logprob(grid)).sum(), 1.0, rel_tol=1e-12)


def test_an_untyped_locus_is_summed_over():
    model = DiscreteLaplace(("A", "B"), np.array([[10, 20], [12, 17]]), np.array([[0.2, 0.3], [0.1, 0.25]]),
                            np.array([0.3, 0.7]))
    summed = sum(math.exp(model.logprob(np.array([[11, b]]))[0]) for b in range(-60, 120))
    got = math.exp(model.logprob(np.array([[11, 0]]), np.array([[True, False]]))[0])
    assert math.isclose(got, summed, rel_tol=1e-12)


def test_the_dispersions_printed_by_disclapmix_are_those_of_their_own_mean_distances():
    # P is additive in log p; a sample with exactly the mean distances 2p/(1 − p²) must give P back.
    people = np.array([80e9, 30e9, 50e9, 25e9])
    assert np.allclose(dispersions(people, people[:, None] * 2 * P / (1 - P**2)), P, rtol=2e-6)


def test_one_cluster_has_the_closed_form_of_the_paper():
    rng = np.random.default_rng(1)
    truth = DiscreteLaplace(("A", "B"), np.array([[13, 20]]), np.array([[0.3, 0.1]]), np.array([1.0]))
    repeats = truth.sample(rng, 4000)
    fit = fit_discrete_laplace(("A", "B"), repeats, clusters=1, rng=rng)
    mu = np.abs(repeats - np.array([13, 20])).sum(axis=0) + 0.5  # half a step is added at each locus
    mu = mu / len(repeats)
    assert np.array_equal(fit.model.centres, [[13, 20]])
    assert np.allclose(fit.model.p[0], (np.sqrt(mu**2 + 1) - 1) / mu, rtol=1e-9)


def test_the_dispersions_are_the_highest_point_of_the_likelihood():
    rng = np.random.default_rng(2)
    people = rng.uniform(20, 200, 3)
    off = people[:, None] * rng.uniform(0.05, 0.9, (3, 5))
    padded = off + 0.5 * (people / people.sum())[:, None]

    def fall(x):
        log_p = np.minimum(x[:3, None] + x[3:], -1e-3)
        p = np.exp(log_p)
        return -float((people[:, None] * (np.log1p(-p) - np.log1p(p)) + padded * log_p).sum())

    best = minimize(fall, np.concatenate([np.zeros(3), np.full(5, -1.5)]), method="BFGS", options={"gtol": 1e-7})
    assert np.allclose(dispersions(people, off), np.exp(best.x[:3, None] + best.x[3:]), rtol=1e-4)


def test_a_locus_at_which_all_agree_keeps_some_spread():
    p = dispersions(np.array([100.0]), np.array([[0.0, 30.0]]))
    assert 0.0 < p[0, 0] < 0.01


def test_the_fit_finds_the_clusters_and_frequencies_of_a_simulated_population():
    rng = np.random.default_rng(1950)
    truth = DiscreteLaplace(LOCI, CENTRES, P, np.array([0.45, 0.15, 0.25, 0.15]))
    fit = fit_discrete_laplace(LOCI, truth.sample(rng, 2000), clusters=4, rng=rng)
    order = [int(np.abs(fit.model.centres - c).sum(axis=1).argmin()) for c in CENTRES]
    assert np.array_equal(fit.model.centres[order], CENTRES)
    assert np.allclose(fit.model.shares[order], truth.shares, atol=0.04)
    assert np.allclose(fit.model.p[order], P, rtol=0.35)
    fresh = truth.sample(rng, 2000)
    error = fit.model.logprob(fresh) - truth.logprob(fresh)
    # Within a factor of 2 for 19 haplotypes in 20, and no more than a few thousandths lost on average.
    assert np.quantile(np.abs(error), 0.95) < math.log(2.0)
    assert -0.02 < error.mean() < 0.005


def test_the_bic_finds_the_number_of_clusters():
    rng = np.random.default_rng(7)
    truth = DiscreteLaplace(LOCI, CENTRES[:2], P[:2], np.array([0.6, 0.4]))
    repeats = truth.sample(rng, 300)
    bic = [fit_discrete_laplace(LOCI, repeats, clusters=c, rng=rng, starts=3).bic for c in (1, 2, 3)]
    assert int(np.argmin(bic)) == 1


def test_the_sample_has_the_mean_distance_of_its_p():
    rng = np.random.default_rng(3)
    off = np.abs(_single(0.4).sample(rng, 40_000) - 13)
    expected = 2 * 0.4 / (1 - 0.16)
    assert abs(off.mean() - expected) < 4 * off.std() / 200


@pytest.mark.parametrize("change", [
    {"p": np.array([[1.0]])}, {"p": np.array([[0.0]])}, {"p": np.array([[0.1, 0.2]])}, {"shares": np.array([0.5])},
    {"centres": np.array([[1], [2]])},
])
def test_a_mixture_that_cannot_be_is_refused(change):
    parts = {"loci": ("A",), "centres": np.array([[1]]), "p": np.array([[0.1]]), "shares": np.array([1.0]), **change}
    with pytest.raises(InvalidValue):
        DiscreteLaplace(**parts)


def test_a_fit_that_cannot_be_made_is_refused():
    rng = np.random.default_rng(1)
    with pytest.raises(InvalidValue, match="clusters"):
        fit_discrete_laplace(("A",), np.array([[1]]), clusters=2, rng=rng)
    with pytest.raises(InvalidValue, match="columns"):
        fit_discrete_laplace(("A", "B"), np.array([[1]]), clusters=1, rng=rng)
