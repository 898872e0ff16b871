"""A grouping held against the truth, on cases small enough to count by hand."""

import pytest

from homeward.decide.score_groups import StatedGrouping, StatedName, calibration, score_grouping

TRUTH = {"E1": ("A", True), "E2": ("A", True), "E3": ("B", True), "E4": ("X", False), "E5": ("C", True)}


def _stated(*names, pairs=(), low=3, high=4):
    return StatedGrouping(tuple(TRUTH), names, low, 3.5, high, pairs, True)


def test_right_wrong_and_missed_are_counted():
    found = score_grouping(_stated(
        StatedName("A", 0.9999, "E1", True, {"E1": 0.9999, "E2": 0.9995, "E3": 0.9993}),
        StatedName("B", 0.9998, "E4", True, {"E4": 0.9998, "E3": 0.4}),
        StatedName("C", 0.99, "E5", False, {"E5": 0.99})), TRUTH)
    assert (found.persons, found.listed) == (4, 3)
    assert (found.right, found.missed) == (1, 2)
    assert [n.person for n in found.wrong] == ["B"]
    assert found.elements_right == 2
    assert [(w.element, w.person, w.truly) for w in found.elements_wrong] == [("E3", "A", "B"), ("E4", "B", "X")]


def test_the_interval_holds_the_number_or_does_not():
    assert score_grouping(_stated(), TRUTH).holds_number
    assert not score_grouping(_stated(low=1, high=3), TRUTH).holds_number


def test_f1_of_pairs_is_counted_against_all_true_pairs():
    # one true pair, E1 with E2; two said, one of them right: 2·1/(2 + 1)
    pairs = (("E1", "E2", 0.9), ("E3", "E4", 0.6), ("E3", "E5", 0.2))
    assert score_grouping(_stated(pairs=pairs), TRUTH).f1 == pytest.approx(2 / 3)


def test_elements_without_a_truth_are_left_out_and_told():
    stated = StatedGrouping(("E1", "E9"), (StatedName("A", 1.0, "E9", True, {"E9": 1.0}),), 1, 1.0, 1, (), True)
    found = score_grouping(stated, TRUTH)
    assert (found.elements, found.unknown, found.right, found.elements_right) == (1, 1, 0, 0)


def test_probabilities_of_one_and_nought_find_their_bins():
    bins = calibration([(1.0, True), (0.999, True), (0.0, False), (0.9985, False)])
    assert [(b.low, b.n, b.right) for b in bins] == [(0.0, 1, 0), (0.99, 1, 0), (0.999, 2, 2)]
    assert calibration([]) == ()
