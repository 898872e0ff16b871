"""Steps between Y-STR haplotypes, and the drift of a line. The haplotypes are synthetic."""

import math

import numpy as np
import pytest

from homeward.kinship.lineage.repeats import Y_RATES, drift, marker_key, repeat_table, steps_apart
from homeward.model.lineage import YProfile


def _apart(a, b):
    table = repeat_table([YProfile.parse("a", a), YProfile.parse("b", b)])
    found = steps_apart(table.pick([0]), table.pick([1]))
    back = steps_apart(table.pick([1]), table.pick([0]))
    for name in ("compared", "steps", "other"):
        assert np.array_equal(getattr(found, name), getattr(back, name))
    compared = found.compared[0]
    return int(found.steps[0, compared].sum()), int(found.other[0, compared].sum()), int(compared.sum())


@pytest.mark.parametrize(("a", "b", "steps", "other"), [
    ("14", "14", 0, 0), ("14", "15", 1, 0), ("14", "17", 3, 0), ("17.2", "18.2", 1, 0), ("17.2", "18", 0, 1),
    ("14", "null", 0, 1), ("null", "null", 0, 0), ("11,14", "11,14", 0, 0), ("11,14", "12,14", 1, 0),
    ("11,14", "12,15", 2, 0), ("14", "14,15", 0, 1), ("9,11", "11,9", 0, 0),
])
def test_steps_are_counted_as_a_reader_would(a, b, steps, other):
    assert _apart({"DYS19": a}, {"DYS19": b}) == (steps, other, 1)


def test_one_allele_at_a_marker_of_two_copies_stands_for_both():
    assert _apart({"DYS385": "13"}, {"DYS385": "13,14"}) == (1, 0, 1)
    assert _apart({"DYS385": "null"}, {"DYS385": "13,14"}) == (0, 1, 1)


def test_only_markers_typed_on_both_sides_are_compared():
    assert _apart({"DYS19": "14", "DYS390": "24"}, {"DYS19": "15", "DYS391": "10"}) == (1, 0, 1)


def test_a_mutation_in_the_first_part_of_dys389_counts_once():
    assert _apart({"DYS389I": "13", "DYS389II": "29"}, {"DYS389I": "14", "DYS389II": "30"}) == (1, 0, 2)
    assert _apart({"DYS389I": "13", "DYS389II": "29"}, {"DYS389I": "13", "DYS389II": "30"}) == (1, 0, 2)
    assert _apart({"DYS389I": "13", "DYS389II": "29"}, {"DYS389II": "30"}) == (1, 0, 1)
    assert _apart({"DYS389II": "29"}, {"DYS389II": "30"}) == (1, 0, 1)
    assert _apart({"DYS389II-I": "16"}, {"DYS389II-I": "17"}) == (1, 0, 1)


def test_names_of_markers_meet_in_whatever_way_they_are_written():
    assert len({marker_key(m) for m in ("Y-GATA-H4", "YGATAH4", "GATA H4", "Y GATA H4.1")}) == 1
    assert _apart({"DYS389 I": "13", "dys 19": "14"}, {"DYS389I": "13", "DYS19": "15"}) == (1, 0, 2)
    assert set(map(marker_key, Y_RATES)) == set(Y_RATES)


def test_drift_over_one_meiosis_is_the_mutation_model_itself():
    change = drift(0.01, 1, two_step=0.04, error=0.0, reach=4)
    assert np.allclose(change, [0, 0, 0.0002, 0.0048, 0.99, 0.0048, 0.0002, 0, 0], atol=1e-15)


def test_drift_over_two_meioses_without_double_steps_is_a_trinomial():
    u = 0.01
    change = drift(u, 2, two_step=0.0, error=0.0, reach=3)
    assert math.isclose(change[3], (1 - u) ** 2 + u**2 / 2)
    assert math.isclose(change[4], u * (1 - u))
    assert math.isclose(change[5], u**2 / 4)


@pytest.mark.parametrize("meioses", [0, 1, 5, 40])
def test_drift_is_a_distribution_and_even(meioses):
    change = drift(0.02, meioses, two_step=0.04, error=1e-3, reach=3)
    assert math.isclose(change.sum(), 1.0)
    assert np.allclose(change, change[::-1])


def test_double_steps_are_as_rare_as_was_counted():
    # Ballantyne et al. 2010 (doi:10.1016/j.ajhg.2010.08.006): single-repeat to multirepeat changes 25.23 : 1.
    change = drift(0.003, 1, two_step=1 / 26.23, error=0.0, reach=4)
    assert math.isclose((change[3] + change[5]) / (change[2] + change[6]), 25.23, rel_tol=1e-9)
