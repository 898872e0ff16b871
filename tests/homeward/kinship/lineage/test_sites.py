"""Differences between mitochondrial haplotypes, pair by pair. The haplotypes are synthetic."""

import numpy as np
import pytest

from homeward.kinship.lineage.sites import site_table
from homeward.model.lineage import MitoProfile

CONTROL = "16024-576"


def _differ(a, b, ranges=(CONTROL, CONTROL), lengths=False, bystanders=()):
    profiles = [MitoProfile.parse("a", ranges[0], a), MitoProfile.parse("b", ranges[1], b),
                *(MitoProfile.parse("c", "1-16569", c) for c in bystanders)]
    table = site_table(profiles, lengths=lengths)
    one, other = table.rows.pick([0]), table.rows.pick([1])
    found = int(np.bitwise_count(table.events(one, other)).sum())
    assert found == int(np.bitwise_count(table.events(other, one)).sum())
    return found


@pytest.mark.parametrize(("a", "b", "differences"), [
    ("", "", 0), ("263G", "263G", 0), ("263G", "", 1), ("16093C", "16093A", 1), ("16093C 263G", "152C", 3),
    ("16093Y", "16093C", 0), ("16093Y", "", 0), ("16093Y", "16093Y", 0), ("16093Y", "16093A", 1), ("16093R", "", 1),
    ("249DEL", "", 1), ("249DEL", "249DEL", 0), ("249-251DEL", "", 1), ("249-251DEL", "249DEL 250DEL", 1),
    ("249DEL 251DEL", "", 2), ("249DEL", "249G", 1), ("249a", "249DEL", 0), ("249a", "", 0),
    ("42.1T", "", 1), ("42.1T 42.2T", "", 1), ("42.1T", "42.1C", 1), ("42.1T 42.2T", "42.1T", 1), ("42.1t", "", 0),
])
def test_differences_are_counted_as_a_reader_would(a, b, differences):
    assert _differ(a, b) == differences


@pytest.mark.parametrize(("a", "b", "counted"), [
    ("309.1C 309.2C", "", 1), ("315.1C", "", 1), ("16193.1C", "", 1), ("573.1C 573.2C", "573.1C", 1),
    ("523-524DEL", "", 1), ("524.1A 524.2C", "", 1), ("455.1T", "", 1), ("309DEL", "", 1),
    ("310.1T 315.1C", "315.1C", 1), ("16183C 16189C", "16189C", 1),
])
def test_lengths_of_c_stretches_count_only_where_that_is_asked_for(a, b, counted):
    assert _differ(a, b) == 0
    assert _differ(a, b, lengths=True) == counted


def test_substitutions_in_a_tract_count():
    assert _differ("16189C", "") == 1
    assert _differ("310C 309.1C", "") == 1


def test_the_nine_base_deletion_is_one_difference():
    whole = ("1-16569", "1-16569")
    assert _differ("8281-8289DEL", "", whole) == 1
    assert _differ("8289.1CCCCCTCTA", "", whole) == 1


def test_only_what_both_have_read_is_compared():
    assert _differ("16093C 73G", "", (CONTROL, "16024-16092")) == 0
    assert _differ("16093C 73G", "", (CONTROL, "16024-16365")) == 1
    assert _differ("16093N 73G", "16093C", (CONTROL, CONTROL)) == 1
    assert _differ("", "42.1T", ("43-100", "40-100")) == 0
    assert _differ("", "16569.1C", ("16500-1", "16500-1")) == 1


def test_a_pair_does_not_depend_on_the_others_of_its_table():
    others = ("249-260DEL 42.1T 42.2T 42.3T 250.1A", "16093N 73C 8281-8289DEL", "251.1C 251.2C 152Y")
    for a, b in (("249-251DEL", "250DEL"), ("42.1T 42.2T", "249DEL 251DEL"), ("16093Y 73G", "152C")):
        assert _differ(a, b) == _differ(a, b, bystanders=others)


def test_rows_can_be_seen_as_if_they_showed_anothers_mixture():
    profiles = [MitoProfile.parse("x", CONTROL, text) for text in ("16093Y 152R", "", "16093C", "16093A", "152C")]
    table = site_table(profiles)
    mixture = table.rows.pick([0])
    mixed = table.mixed(mixture)
    assert table.written(mixed) == ((152, 0), (16093, 0))
    seen = table.as_mixed(table.rows, mixture, mixed)
    plain = site_table([*profiles, MitoProfile.parse("x", CONTROL, "16093Y")])
    # 16093 of the second and the third row is now Y, that of the fourth is A still; 152 is T in all but one: no R.
    for row, k in ((1, 0), (2, 0), (3, 1)):
        assert int(np.bitwise_count(table.events(seen.pick([1]), seen.pick([row]))).sum()) == k
    assert int(np.bitwise_count(plain.events(plain.rows.pick([5]), plain.rows.pick([3]))).sum()) == 1


def test_many_rows_are_packed_as_one_by_one():
    profiles = [MitoProfile.parse("x", CONTROL, "263G" if i % 3 else "16093C 315.1C") for i in range(5000)]
    table = site_table(profiles)
    k = np.bitwise_count(table.events(table.rows.pick([0]), table.rows)).sum(axis=1)
    assert np.array_equal(k, [2 * (i % 3 > 0) for i in range(5000)])


def test_haplotypes_without_any_difference_can_be_compared():
    assert _differ("", "", ("1-16569", CONTROL)) == 0
