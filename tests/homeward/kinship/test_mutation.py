"""Mutation matrices against those of other programs, against plain formulas and against their own laws."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from homeward.kinship.mutation import mutation_matrix, stationary_matrix
from homeward.model import InvalidValue, MutationModel, Unsupported

_CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "dna" / "likelihood"
_P3 = np.array([0.2, 0.3, 0.5])


def _stated():
    """Every model of the case files with the matrix that pedmut 0.9 wrote for it."""
    for path in sorted(_CASES.glob("*.json")):
        for marker in json.loads(path.read_text())["markers"]:
            for side in ("female", "male"):
                if marker["mutation"] is not None:
                    yield marker, marker["mutation"][side]


def _model(stated):
    return MutationModel(stated["model"], stated["rate"], stated["rate2"] or 0.0, stated["range"] or 0.1)


@pytest.mark.skipif(not _CASES.is_dir(), reason="needs the case files of ../shared")
def test_every_stated_matrix_of_pedmut_is_reproduced():
    seen = Counter()
    for marker, stated in _stated():
        if stated["model"] == "random":
            continue
        ours = mutation_matrix(_model(stated), tuple(marker["alleles"]), np.array(marker["freqs"]))
        np.testing.assert_allclose(ours, np.array(stated["matrix"]), rtol=0.0, atol=1e-14)
        seen[stated["model"]] += 1
    assert set(seen) == {"equal", "proportional", "stepwise", "onestep", "dawid"}
    assert min(seen.values()) > 50


@pytest.mark.skipif(not _CASES.is_dir(), reason="needs the case files of ../shared")
def test_stabilised_steps_over_whole_repeats_are_the_reversible_model_of_pedmut():
    # The rows of both are proportional to range^|i - j|, and only one matrix of such rows is stationary at that rate.
    checked = 0
    for marker, stated in _stated():
        if stated["model"] == "dawid":
            p = np.array(marker["freqs"])
            plain = MutationModel("stepwise", stated["rate"], 0.0, stated["range"])
            steps = mutation_matrix(plain, tuple(marker["alleles"]), p)
            np.testing.assert_allclose(stationary_matrix(steps, p), np.array(stated["matrix"]), rtol=0.0, atol=1e-13)
            checked += 1
    assert checked > 50


def _plain_stepwise(alleles, rate, rate2, step_range):
    """Familias 3, loop by loop: a row's rate goes to its own microvariants, its second rate to the others."""
    part = [a.partition(".")[2] for a in alleles]
    n = len(alleles)
    matrix = np.zeros((n, n))
    for i in range(n):
        near = {j: step_range ** abs(float(alleles[i]) - float(alleles[j]))
                for j in range(n) if j != i and part[i] == part[j]}
        for j in range(n):
            if j in near:
                matrix[i, j] = rate * near[j] / sum(near.values())
            elif j != i:
                matrix[i, j] = rate2 / sum(part[i] != other for other in part)
        matrix[i, i] = 1 - sum(matrix[i])
    return matrix


@pytest.mark.parametrize("alleles", [("8", "9", "9.3", "10", "10.3"), ("9.3", "7", "8"), ("7", "12"), ("9", "9.1")])
def test_steps_between_microvariants_take_the_second_rate(alleles):
    p = np.full(len(alleles), 1 / len(alleles))
    ours = mutation_matrix(MutationModel("stepwise", 0.003, 0.0004, 0.1), alleles, p)
    np.testing.assert_allclose(ours, _plain_stepwise(alleles, 0.003, 0.0004, 0.1), rtol=1e-13)


@pytest.mark.parametrize("kind", ["none", "equal", "proportional", "stepwise", "onestep", "dawid"])
def test_every_row_sums_to_one(kind):
    model = MutationModel(kind, 0.0 if kind == "none" else 0.01, step_range=0.3)
    matrix = mutation_matrix(model, ("10", "11", "13"), _P3)
    np.testing.assert_allclose(matrix.sum(axis=1), 1.0, atol=1e-15)
    assert (matrix >= 0.0).all()


@pytest.mark.parametrize("kind", ["proportional", "dawid"])
def test_the_reversible_models_balance_and_keep_the_expected_rate(kind):
    matrix = mutation_matrix(MutationModel(kind, 0.02, step_range=0.2), ("10", "11", "12"), _P3)
    flow = _P3[:, None] * matrix
    np.testing.assert_allclose(flow, flow.T, rtol=1e-14)
    assert _P3 @ (1 - np.diag(matrix)) == pytest.approx(0.02, rel=1e-13)


def test_stabilising_keeps_the_population_the_rate_and_the_proportions_of_each_row():
    alleles = ("8", "9", "9.3", "10", "10.3")
    p = np.array([0.1, 0.25, 0.3, 0.2, 0.15])
    before = mutation_matrix(MutationModel("stepwise", 0.01, 0.001, 0.1), alleles, p)
    after = stationary_matrix(before, p)
    np.testing.assert_allclose(p @ after, p, rtol=1e-13)
    assert np.abs(p @ before - p).max() > 1e-4
    assert p @ np.diag(after) == pytest.approx(p @ np.diag(before), rel=1e-13)
    off = ~np.eye(5, dtype=bool)
    ratio = np.where(off, after / before, np.nan)
    np.testing.assert_allclose(np.nanmax(ratio, axis=1), np.nanmin(ratio, axis=1), rtol=1e-9)


def test_a_matrix_that_is_stationary_already_is_left_as_it_is():
    matrix = mutation_matrix(MutationModel("proportional", 0.02), ("a", "b", "c"), _P3)
    np.testing.assert_allclose(stationary_matrix(matrix, _P3), matrix, atol=1e-15)
    np.testing.assert_array_equal(stationary_matrix(np.eye(3), _P3), np.eye(3))


def test_parts_that_never_reach_each_other_are_not_stabilised():
    matrix = mutation_matrix(MutationModel("stepwise", 0.01, 0.0, 0.1), ("8", "9", "9.3", "10.3"), np.full(4, 0.25))
    with pytest.raises(Unsupported, match="never mutate into each other"):
        stationary_matrix(matrix, np.full(4, 0.25))


def test_a_rare_allele_that_would_have_to_mutate_more_often_than_always_is_refused():
    matrix = mutation_matrix(MutationModel("stepwise", 0.3, 0.0, 0.1), ("8", "9", "10"), _P3)
    with pytest.raises(Unsupported, match="above 1"):
        stationary_matrix(matrix, np.array([0.999, 0.0005, 0.0005]))


@pytest.mark.parametrize("kind", ["equal", "proportional", "stepwise"])
def test_a_silent_allele_neither_mutates_nor_arises(kind):
    model = MutationModel(kind, 0.01)
    p = np.array([0.3, 0.05, 0.4, 0.25])
    matrix = mutation_matrix(model, ("9", "silent", "10", "11"), p, silent="silent")
    np.testing.assert_array_equal(matrix[1], [0, 1, 0, 0])
    np.testing.assert_array_equal(matrix[:, 1], [0, 1, 0, 0])
    if kind == "proportional":  # R package Familias 2.6: the rate is expected over all alleles, the silent one included
        assert p @ (1 - np.diag(matrix)) == pytest.approx(0.01, rel=1e-13)
    else:
        assert matrix[0, 0] == pytest.approx(0.99)


@pytest.mark.parametrize("step_range", [1e-300, 0.1, 1.0, 1e308])
@pytest.mark.parametrize("kind", ["stepwise", "dawid"])
def test_alleles_far_apart_and_odd_ranges_still_share_the_whole_rate(kind, step_range):
    matrix = mutation_matrix(MutationModel(kind, 0.001, step_range=step_range), ("7", "8", "900"), _P3)
    assert np.isfinite(matrix).all()
    if kind == "stepwise":
        np.testing.assert_allclose(np.diag(matrix), 0.999, rtol=1e-15)
    else:
        assert _P3 @ (1 - np.diag(matrix)) == pytest.approx(0.001, rel=1e-12)


def test_one_allele_alone_cannot_mutate():
    assert mutation_matrix(MutationModel("stepwise", 0.01), ("9",), np.array([1.0])).tolist() == [[1.0]]


def test_a_custom_matrix_is_taken_as_given():
    given = ((0.9, 0.1), (0.2, 0.8))
    model = MutationModel("custom", matrix=given)
    np.testing.assert_array_equal(mutation_matrix(model, ("a", "b"), np.array([0.5, 0.5])), np.array(given))
    with pytest.raises(InvalidValue, match="3 alleles"):
        mutation_matrix(model, ("a", "b", "c"), _P3)


@pytest.mark.parametrize(("kind", "alleles"), [
    ("stepwise", ("9", "Rest allele")), ("stepwise", ("9", "9.33")), ("onestep", ("9", "9.3")), ("dawid", ("9", "9.3")),
    ("stepwise", ("9", "-1")), ("stepwise", ("9", "²")), ("stepwise", ("9", "1e1")),
    ("stepwise", ("9", "9.12")), ("stepwise", ("9", "9" * 30)), ("stepwise", ("9", "\u0669")),
])
def test_alleles_that_a_model_cannot_order_are_named(kind, alleles):
    with pytest.raises(InvalidValue, match="allele"):
        mutation_matrix(MutationModel(kind, 0.01), alleles, np.array([0.5, 0.5]))


def test_a_rate_too_high_for_a_rare_allele_is_refused():
    with pytest.raises(InvalidValue, match="stay as it is"):
        mutation_matrix(MutationModel("dawid", 0.5), ("9", "10"), np.array([0.999, 0.001]))


def test_frequencies_must_be_positive_and_one_for_each_allele():
    for p in ([0.5, 0.5], [0.5, 0.5, 0.0], [0.5, 0.5, np.nan]):
        with pytest.raises(InvalidValue, match="frequencies"):
            mutation_matrix(MutationModel("equal", 0.01), ("9", "10", "11"), np.array(p))
