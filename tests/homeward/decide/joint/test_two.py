"""Options of two missing out of the matrix of their assignments: the same as out of the list, and what is left out."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from homeward.decide.joint import JointLimits, JointPrior, identify_jointly
from homeward.decide.joint.options import least_kept, no_trifle
from homeward.decide.joint.two import options_of_two
from homeward.decide.lines import compare_lines
from homeward.model import Genotype, Member, MutationModel, ReferenceSample

from ..invented import F, M, all_of, case, couple, markers
from .plain import examples

_ROWS = np.array([4, 7])


def _drawn(seed, n):
    """Logliks of all assignments, LRs of pairs and prior weights; some pairs impossible, some not computed jointly."""
    rng = np.random.default_rng(seed)
    log_lr = rng.normal(0, 3, (2, n))
    log_lr[rng.random((2, n)) < 0.2] = -np.inf
    logliks = rng.normal(-20, 3, (n + 1, n + 1))
    computed = np.isfinite(log_lr) & (rng.random((2, n)) < 0.9)
    possible = np.append(computed, [[True], [True]], axis=1)
    logliks[~(possible[0][:, None] & possible[1])] = -np.inf
    logliks[np.arange(n), np.arange(n)] = -np.inf
    return logliks, log_lr, rng.choice([-1.0, -0.5], (2, n))


def _plain(logliks, log_lr):
    """Every possible option with its log LR, one after another."""
    n, found = log_lr.shape[1], {(-1, -1): 0.0}
    for i, j in itertools.product(range(-1, n), repeat=2):
        alone = (log_lr[0, i] if i >= 0 else 0.0) + (log_lr[1, j] if j >= 0 else 0.0)
        if (i < 0) != (j < 0) and np.isfinite(alone):
            found[i, j] = alone  # a pair alone is as likely as it is, computed or not
        elif i >= 0 and j >= 0 and np.isfinite(logliks[i, j]):
            found[i, j] = alone + logliks[i, j] - logliks[i, -1] - logliks[-1, j] + logliks[-1, -1]
    return found


@examples(60)
@given(st.integers(0, 2**16), st.integers(2, 6))
def test_all_options_are_listed_where_there_is_room(seed, n):
    logliks, log_lr, prior = _drawn(seed, n)
    expected = _plain(logliks, log_lr)
    assume(any(i >= 0 and j >= 0 for i, j in expected))
    found = options_of_two(_ROWS, logliks.copy(), log_lr, prior, 1000)
    listed = dict(zip(map(tuple, found.picks.tolist()), found.log_lr.tolist(), strict=True))
    assert next(iter(listed)) == (-1, -1)
    assert listed == pytest.approx(expected, abs=1e-12)
    assert found.dropped.tolist() == [0.0, 0.0, 0.0]
    assert found.rows is _ROWS


@examples(60)
@given(st.integers(0, 2**16), st.integers(3, 6), st.integers(1, 12))
def test_the_greatest_are_kept_and_the_others_are_counted_by_their_pairs(seed, n, most):
    logliks, log_lr, prior = _drawn(seed, n)
    every = _plain(logliks, log_lr)
    assume(any(i >= 0 and j >= 0 for i, j in every))
    found = options_of_two(_ROWS, logliks.copy(), log_lr, prior, most)
    listed = set(map(tuple, found.picks.tolist()))
    assert len(listed) == len(found.picks) <= most + 1
    weight = {p: lr + sum(prior[m, j] for m, j in enumerate(p) if j >= 0) for p, lr in every.items()}
    if len(every) > most:
        assert len(listed) >= most
        left_out = max(weight[p] for p in every if p not in listed)
        assert all(weight[p] >= left_out for p in listed - {(-1, -1)})
    dropped = np.zeros(3)
    for p, lr in every.items():
        dropped[sum(j >= 0 for j in p)] += np.exp(lr) * (p not in listed)
    np.testing.assert_allclose(found.dropped, dropped, rtol=1e-9)


def test_options_that_weigh_nothing_are_left_out_unless_a_prior_makes_them_weigh():
    n = 40
    logliks, log_lr = np.zeros((n + 1, n + 1)), np.full((2, n), -1.0)
    logliks[np.arange(n), np.arange(n)] = -np.inf
    logliks[:20, :n] -= 60.0
    log_lr[0, :20] -= 60.0
    log_lr[0, 25] = 3.0  # so that the two are not independent, and not to be exchanged
    logliks[25, :10] += 1.0
    found = options_of_two(_ROWS, logliks.copy(), log_lr, np.full((2, n), -5.0), 10_000)
    assert not np.isin(found.picks[:, 0], np.arange(20)).any()
    assert 0.0 < found.dropped.sum() < 1e-12
    heavy = np.full((2, n), -5.0)
    heavy[0, 3] = 70.0
    found = options_of_two(_ROWS, logliks.copy(), log_lr, heavy, 10_000)
    assert set(found.picks[:, 0].tolist()) == {-1, 3, *range(20, n)}


def test_two_who_say_nothing_of_each_other_are_taken_one_by_one_unless_they_may_be_exchanged():
    n = 5
    log_lr = np.random.default_rng(1).normal(size=(2, n))
    logliks = np.zeros((n + 1, n + 1))
    logliks[:n, :] += log_lr[0][:, None]
    logliks[:, :n] += log_lr[1]
    logliks[np.arange(n), np.arange(n)] = -np.inf
    assert options_of_two(_ROWS, logliks.copy(), log_lr, np.zeros((2, n)), 3) is None
    log_lr[1] = log_lr[0]
    twins = log_lr[0]
    logliks = np.append(twins, 0.0)[:, None] + np.append(twins, 0.0)
    logliks[np.arange(n), np.arange(n)] = -np.inf
    assert options_of_two(_ROWS, logliks, log_lr, np.zeros((2, n)), 100) is not None


def test_what_is_equal_but_for_rounding_is_kept_or_left_out_together():
    weights = np.array([3.0, 1.0, 2.0, 2.0 + 1e-13, 2.0 - 1e-13, 0.5])
    assert (weights > least_kept(weights, 2)).tolist() == [True] + [False] * 5
    assert (weights > least_kept(weights, 4)).tolist() == [True, False, True, True, True, False]
    assert (weights > least_kept(weights, 6)).all()
    assert (weights > least_kept(weights, 60)).all()


@examples(30)
@given(st.integers(0, 2**16), st.integers(1, 200))
def test_trifles_weigh_nothing_together(seed, n):
    weights = np.random.default_rng(seed).normal(-25, 10, n)
    assert np.exp(weights[~no_trifle(weights)]).sum() <= 1e-12


def _many(n_remains, references=True):
    """Two brothers and their sister, and remains at random, among them the brothers'."""
    rng = np.random.default_rng(8)
    remains = {f"R{n}": {f"L{k}": Genotype(str(a), str(b)) for k, (a, b) in enumerate(row.tolist())}
               for n, row in enumerate(rng.integers(1, 11, (n_remains, 10, 2)))}
    remains |= {"R0": all_of("1/3", 10), "R1": all_of("1/3", 10)}
    typed = {"sis": all_of("1/4", 10)} if references else {}
    return case([couple("F", "P1", "P2", typed=typed, others=("sis",))], remains,
                markers(10, MutationModel("proportional", 0.01)))


@pytest.mark.parametrize("references", [True, False])
def test_many_remains_are_weighed_as_few_are_and_brothers_are_said_to_be_alike(references):
    the_case = _many(20, references)
    support = compare_lines(the_case).support
    whole = identify_jointly(the_case, support, prior=JointPrior(0.05))
    matrix = identify_jointly(the_case, support, prior=JointPrior(0.05), limits=JointLimits(kept_options=300))
    assert whole.stated.error == 0.0
    assert np.abs(matrix.stated.posterior - whole.stated.posterior).max() <= matrix.stated.error + 1e-12 < 1e-4
    assert [(s.persons, s.remains) for s in matrix.symmetries] == [(("P1", "P2"), ("R0", "R1"))]
    assert matrix.first == whole.first
    told = ~np.isnan(matrix.log10_glr)
    np.testing.assert_allclose(matrix.log10_glr[told], whole.log10_glr[told], rtol=1e-9)


def test_two_of_whom_the_references_say_nothing_are_known_by_each_other_though_options_are_left_out():
    the_case = _many(20)
    family = the_case.families[0]
    members = (*family.members, Member("wife", None, None, F), Member("child", "at-P1", "wife", M))
    samples = (ReferenceSample("F-sis", "F", "wife"),)
    the_case = replace(the_case, families=(replace(family, members=members),), reference_samples=samples)
    found = identify_jointly(the_case, compare_lines(the_case).support, prior=JointPrior(0.05),
                             limits=JointLimits(kept_options=100))
    assert found.first.uninformed == (), "of each other they say something"
    assert [(s.persons, s.remains) for s in found.symmetries] == [(("P1", "P2"), ("R0", "R1"))]


def test_a_matrix_that_is_too_large_is_of_the_most_likely_remains_and_said_to_be_doubtful():
    the_case = _many(20)
    found = identify_jointly(the_case, compare_lines(the_case).support, prior=JointPrior(0.05),
                             limits=JointLimits(most_assignments=30, kept_options=150))
    warning = next(w for w in found.warnings if "computed jointly" in w)
    assert warning.startswith("family F: of 421 assignments only those of the 11 most likely remains"), warning
    assert found.stated.error == 1.0
    assert (found.stated.posterior[:2] > 0.0).all(), "the others are still possible, one by one"
