"""The prior that is stated, and the posterior by hand."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.decide import posterior_of, prior_of
from homeward.decide.prior import pair_weights, sex_contradicts
from homeward.model import Incident, Prior

from ..kinship.random_families import examples
from .invented import F, M, U, case, markers


def _support(log10_lr, status):
    log10_lr, status = np.array(log10_lr, dtype=np.float64), np.array(status, dtype=np.int8)
    return Support("kinship", tuple(f"P{i}" for i in range(log10_lr.shape[0])),
                   tuple(f"R{j}" for j in range(log10_lr.shape[1])), log10_lr, status)


def _prior(persons, remains, on_roster=0.5):
    invented = case([], dict.fromkeys((f"R{k}" for k in range(len(remains))), None), markers(1),
                    without=tuple(f"P{k}" for k in range(len(persons))), on_roster=on_roster,
                    sexes={f"P{k}": s for k, s in enumerate(persons)},
                    remains_sexes={f"R{k}": s for k, s in enumerate(remains)})
    return prior_of(invented), sex_contradicts(invented)


def test_the_share_of_the_roster_is_spread_evenly_over_those_whose_sex_does_not_contradict():
    prior, contradicts = _prior([M, M, F, U], [M, F, U], on_roster=0.6)
    np.testing.assert_allclose(prior, [[0.2, 0.0, 0.15], [0.2, 0.0, 0.15], [0.0, 0.3, 0.15], [0.2, 0.3, 0.15],
                                       [0.4, 0.4, 0.4]], rtol=1e-15)
    assert contradicts.tolist() == [[False, True, False]] * 2 + [[True, False, False], [False] * 3]


def _weighed(prior, persons):
    """Persons with their incident (None: none) and sex, one set of remains of a man and one of unknown sex."""
    invented = case([], {"R0": None, "R1": None}, markers(1), without=tuple(f"P{k}" for k in range(len(persons))),
                    sexes={f"P{k}": s for k, (_, s) in enumerate(persons)}, remains_sexes={"R0": M})
    roster = tuple(dataclasses.replace(p, incident=i) for p, (i, _) in zip(invented.roster, persons, strict=True))
    return dataclasses.replace(invented, roster=roster, incidents=(Incident("I1"), Incident("I2")), prior=prior)


def test_persons_of_a_weighted_incident_have_their_weight_and_all_others_one():
    persons = [("I1", M), ("I2", M), (None, M), ("I1", F)]
    weighed = _weighed(Prior(0.6, incidents={"I1": 3.0}), persons)
    # Of the man: 3, 1, 1 and, for the woman, nothing; of the other: 3, 1, 1, 3.
    np.testing.assert_allclose(prior_of(weighed), [[0.36, 0.225], [0.12, 0.075], [0.12, 0.075], [0.0, 0.225],
                                                   [0.4, 0.4]], rtol=1e-14)
    assert pair_weights(weighed).tolist() == [[3.0, 3.0], [1.0, 1.0], [1.0, 1.0], [3.0, 3.0]]
    assert pair_weights(_weighed(Prior(0.6), persons)) is None


def test_those_on_the_roster_who_are_not_in_the_case_have_their_part_of_the_share():
    prior = prior_of(_weighed(Prior(0.6, roster_size=8), [(None, M)] * 2))
    np.testing.assert_allclose(prior, [[0.075, 0.075], [0.075, 0.075], [0.85, 0.85]], rtol=1e-14)


def test_where_the_sexes_leave_nobody_all_stands_on_not_on_the_roster():
    prior, _ = _prior([M, M], [F])
    assert prior[:, 0].tolist() == [0.0, 0.0, 1.0]


def test_the_posterior_of_two_persons_and_two_remains_by_hand():
    prior = np.array([[0.25, 0.25], [0.25, 0.25], [0.5, 0.5]])
    support = _support([[2.0, -1.0], [1.0, -np.inf]], [[COMPARED, COMPARED], [COMPARED, EXCLUDED]])
    posterior = posterior_of(support, prior)
    # First column: ¼·100, ¼·10, ½ = 25 + 2.5 + 0.5 = 28. Second: ¼·0.1, 0, ½ = 0.525.
    np.testing.assert_allclose(posterior, [[25 / 28, 0.025 / 0.525], [2.5 / 28, 0.0], [0.5 / 28, 0.5 / 0.525]],
                               rtol=1e-14)


def test_a_pair_that_was_not_compared_keeps_its_share_beside_a_neutral_one():
    prior = np.array([[0.25], [0.25], [0.5]])
    posterior = posterior_of(_support([[0.0], [0.0]], [[NOT_COMPARED], [COMPARED]]), prior)
    np.testing.assert_allclose(posterior, prior, rtol=1e-15)


@pytest.mark.parametrize("size", [400.0, -400.0, 5000.0, -5000.0])
def test_lrs_beyond_the_range_of_doubles_are_weighed_without_overflow(size):
    prior = np.array([[0.25, 0.25], [0.25, 0.25], [0.5, 0.5]])
    posterior = posterior_of(_support([[size, size], [size - 1.0, 0.0]], [[COMPARED, COMPARED]] * 2), prior)
    assert np.isfinite(posterior).all()
    if size > 0:
        np.testing.assert_allclose(posterior[:, 0], [10 / 11, 1 / 11, 0.0], rtol=1e-9, atol=1e-300)
    else:
        np.testing.assert_allclose(posterior[:, 1], [0.0, 1 / 3, 2 / 3], rtol=1e-12, atol=1e-300)


@examples(60)
@given(st.integers(0, 6), st.integers(0, 5), st.floats(0.001, 0.999), st.integers(0, 2**16))
def test_columns_of_prior_and_posterior_sum_to_one_whatever_was_found(n_am, n_pm, on_roster, seed):
    rng = np.random.default_rng(seed)
    sexes = [rng.choice([M, F, U]) for _ in range(n_am + n_pm)]
    prior, contradicts = _prior(sexes[:n_am], sexes[n_am:], on_roster)
    status = np.where(contradicts, EXCLUDED, rng.integers(0, 3, (n_am, n_pm))).astype(np.int8)
    log10_lr = np.where(status == COMPARED, rng.normal(0, 200, (n_am, n_pm)),
                        np.where(status == EXCLUDED, -np.inf, 0.0))
    posterior = posterior_of(_support(log10_lr.reshape(n_am, n_pm), status.reshape(n_am, n_pm)), prior)
    for matrix in (prior, posterior):
        assert not np.isnan(matrix).any()
        np.testing.assert_allclose(matrix.sum(axis=0), 1.0, rtol=1e-12)
    assert not posterior[:-1][status == EXCLUDED].any()


def test_a_likely_person_is_never_raised_by_adding_a_rival():
    alone = posterior_of(_support([[3.0]], [[COMPARED]]), np.array([[0.5], [0.5]]))
    rival = posterior_of(_support([[3.0], [2.0]], [[COMPARED]] * 2), np.array([[0.25], [0.25], [0.5]]))
    assert rival[0, 0] < alone[0, 0]
