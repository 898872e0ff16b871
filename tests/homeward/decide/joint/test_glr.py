"""The generalised LR, by sets of open things and by shortest cycles, against all assignments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.decide.joint.glr import likeliest
from homeward.decide.joint.options import FamilyOptions, Pairings

from .plain import examples, listed


def _plain(pairings):
    """Natural log of best with over best without, for each pair, over all assignments."""
    choices = pairings.choices()
    with_ = np.full(pairings.log_lr.shape, -np.inf)
    without = np.full(pairings.log_lr.shape, -np.inf)
    for options, weight in listed(choices, pairings.n_remains).listed:
        made = {(int(r), int(t)) for c, o in zip(choices, options, strict=True)
                for r, t in zip(c.who, c.picks[o], strict=True) if t >= 0}
        for pair in np.ndindex(pairings.log_lr.shape):
            side = with_ if pair in made else without
            side[pair] = max(side[pair], weight)
    return with_ - without


def _single_pairings(seed, n, m):
    rng = np.random.default_rng(seed)
    log_lr = rng.choice([-3.0, 0.0, 2.0], (n, m)) + rng.choice([0.0, 0.5, 4.0], (n, m))
    log_lr[rng.random((n, m)) < 0.25] = -np.inf
    return Pairings(log_lr, np.arange(n), ())


@examples(80)
@given(st.integers(0, 2**16), st.integers(1, 4), st.integers(1, 4))
def test_both_ways_give_the_best_with_over_the_best_without(seed, n, m):
    pairings = _single_pairings(seed, n, m)
    expected = _plain(pairings) / np.log(10.0)
    for most_states in (np.inf, 0.0):
        found = likeliest(pairings, most_states=most_states)
        np.testing.assert_allclose(found.log10_glr, expected, rtol=1e-10, atol=1e-12)
        assert found.log_lr == pytest.approx(max(w for _, w in listed(pairings.choices(), m).listed), abs=1e-12)


def test_a_family_with_several_missing_is_taken_as_a_whole():
    log_lr = np.array([[1.0, 2.0, -np.inf], [0.0, 1.0, 3.0], [2.0, 2.0, 2.0]])
    family = FamilyOptions(np.array([0, 1]), np.array([[-1, -1], [0, -1], [1, -1], [-1, 2], [0, 2], [1, 0]],
                                                      dtype=np.int32),
                           np.array([0.0, 1.0, 2.0, 3.0, 9.0, 4.0]), np.zeros(3))
    pairings = Pairings(log_lr, np.array([2]), (family,))
    found = likeliest(pairings, most_states=np.inf)
    np.testing.assert_allclose(found.log10_glr, _plain(pairings) / np.log(10.0), rtol=1e-12)
    assert found.log_lr == pytest.approx(11.0)


def test_a_wide_part_with_several_missing_is_left_open_and_not_guessed():
    family = FamilyOptions(np.array([0, 1]), np.array([[-1, -1], [0, 1]], dtype=np.int32), np.array([0.0, 1.0]),
                           np.zeros(3))
    pairings = Pairings(np.zeros((3, 2)), np.array([2]), (family,))
    found = likeliest(pairings, most_states=1.0)
    assert np.isnan(found.log10_glr).all()
    assert found.log_lr is None


@examples(40)
@given(st.integers(0, 2**16), st.integers(1, 8))
def test_what_options_that_were_left_out_might_change_is_left_open(seed, kept):
    rng = np.random.default_rng(seed)
    picks = np.array([(i, j) for i in range(-1, 4) for j in range(-1, 4) if i != j or i < 0], dtype=np.int32)
    log_lr = np.append(0.0, rng.normal(-4, 3, len(picks) - 1))
    single = rng.normal(-1, 3, (3, 4))
    order = np.append(0, 1 + np.argsort(-log_lr[1:]))[:kept]
    dropped = np.zeros(3)
    left = np.setdiff1d(np.arange(len(picks)), order)
    np.add.at(dropped, (picks[left] >= 0).sum(axis=1), np.exp(log_lr[left]))
    whole = Pairings(single, np.array([2]), (FamilyOptions(np.array([0, 1]), picks, log_lr, np.zeros(3)),))
    cut = Pairings(single, np.array([2]), (FamilyOptions(np.array([0, 1]), picks[order], log_lr[order], dropped),))
    expected, found = (likeliest(p, most_states=np.inf).log10_glr for p in (whole, cut))
    told = ~np.isnan(found)
    np.testing.assert_allclose(found[told], expected[told], rtol=1e-10, atol=1e-12)
    assert np.isfinite(found[told]).all()
    assert told.any() == (dropped.sum() < 1.0)
