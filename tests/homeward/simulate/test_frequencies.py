"""The shipped frequency table, against the publication."""

import math

import pytest

from homeward.model import InvalidValue, MutationModel
from homeward.simulate import fbi2015, populations


def test_every_marker_of_every_population_sums_to_one():
    for population in populations():
        for marker in fbi2015(population).markers:
            assert math.fsum(marker.frequencies) == 1.0


def test_there_are_23_markers_and_12_groups():
    assert len(populations()) == 12
    assert {len(fbi2015(p).markers) for p in populations()} == {23}


def test_frequencies_are_the_published_ones():
    # Moretti et al. 2016, doi:10.1016/j.fsigen.2016.07.022, supplementary table, TPOX of 404 Caucasian alleles.
    marker = fbi2015("Caucasian")["TPOX"]
    assert dict(zip(marker.alleles, marker.frequencies, strict=True)) == pytest.approx(
        {"8": 221 / 404, "9": 50 / 404, "10": 15 / 404, "11": 103 / 404, "12": 15 / 404}, abs=1e-11)


def test_the_source_names_the_publication_and_how_many_alleles_were_counted():
    source = fbi2015("Caucasian").source
    assert "doi:10.1016/j.fsigen.2016.07.022" in source
    assert "401–404 alleles" in source


def test_markers_come_in_the_order_asked_for():
    assert [m.name for m in fbi2015("Navajo", markers=["vWA", "TPOX"]).markers] == ["vWA", "TPOX"]


def test_one_mutation_model_serves_both_sexes_and_a_pair_one_each():
    female, male = MutationModel("equal", 0.001), MutationModel("proportional", 0.002)
    both = fbi2015(markers=["TPOX"], mutation=male)["TPOX"]
    each = fbi2015(markers=["TPOX"], mutation=(female, male))["TPOX"]
    assert (both.female, both.male, each.female, each.male) == (male, male, female, male)


@pytest.mark.parametrize(("arguments", "named"), [
    ({"population": "Martian"}, "Martian"),
    ({"markers": ["D99"]}, "D99"),
])
def test_what_the_table_does_not_hold_is_refused_with_what_it_holds(arguments, named):
    with pytest.raises(InvalidValue, match=named) as refusal:
        fbi2015(**arguments)
    assert "Navajo" in refusal.value.allowed or "TPOX" in refusal.value.allowed
