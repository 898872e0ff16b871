"""The grown case and its truth."""

from collections import Counter

import numpy as np
import pytest

from homeward.formats import read_case, write_case
from homeward.model import InvalidValue, Sex
from homeward.simulate import DEFAULT_MIX, Plan, fbi2015, grow_case


def _grow(seed=1950, **arguments):
    return grow_case(rng=np.random.default_rng(seed), **arguments)


@pytest.fixture(scope="module")
def grown():
    return _grow()


def test_the_demonstration_has_its_stated_size(grown):
    case = grown.case
    assert (len(case.families), len(case.roster), len(case.remains)) == (60, 70, 80)
    assert sum(person is not None for person in grown.truth.values()) == 50


def test_the_same_seed_gives_the_same_case_and_another_seed_another(grown):
    again, other = _grow(), _grow(1951)
    assert again.case.digest() == grown.case.digest()
    assert again.truth == grown.truth
    assert other.case.digest() != grown.case.digest()


def test_truth_names_every_remains_and_each_person_at_most_once(grown):
    roster = {p.id for p in grown.case.roster}
    listed = [p for p in grown.truth.values() if p is not None]
    assert list(grown.truth) == [r.id for r in grown.case.remains]
    assert set(listed) <= roster
    assert len(set(listed)) == len(listed)


def test_some_listed_persons_have_no_family_and_some_of_these_were_found(grown):
    alone = {p.id for p in grown.case.roster} - set(grown.case.place_of())
    assert len(alone) == 10
    assert alone & set(grown.truth.values())


def test_everything_in_it_is_marked_as_invented(grown):
    case = grown.case
    assert case.synthetic
    assert "Synthetic" in case.title
    assert all(p.name == f"Synthetic Person {p.id.removeprefix('P-')}" for p in case.roster)
    assert all(i.name.startswith("Synthetic") and i.place.startswith("Invented") for i in case.incidents)
    assert all(t.giver.startswith("Synthetic") and t.receiver.startswith("Synthetic") for t in case.transfers)
    # 0 to 2 degrees north and east is open sea off West Africa
    assert all(0.0 <= i.latitude_deg <= 2.0 and 0.0 <= i.longitude_deg <= 2.0 for i in case.incidents)


def test_the_rule_asks_for_one_line_and_says_why(grown):
    assert grown.case.rule.minimum_lines == 1
    assert any("DNA alone" in note for note in grown.case.notes)


def test_every_set_of_remains_lies_in_a_box_of_its_transfer(grown):
    boxes = {t.id: t.count for t in grown.case.transfers}
    for r in grown.case.remains:
        assert 1 <= int(r.provenience.removeprefix("box ")) <= boxes[r.transfer]
    assert {e.remains for e in grown.case.elements} == {r.id for r in grown.case.remains}


def test_sex_where_it_is_recorded_of_the_remains_is_never_wrong():
    grown = _grow(plan=Plan(women=0.5))
    sexes = {p.id: p.sex for p in grown.case.roster}
    shown = [(r.sex, sexes[grown.truth[r.id]]) for r in grown.case.remains if grown.truth[r.id] is not None]
    assert all(seen in (Sex.UNKNOWN, true) for seen, true in shown)
    assert {seen for seen, _ in shown} == {Sex.MALE, Sex.FEMALE, Sex.UNKNOWN}


def test_a_partial_profile_has_fewer_markers_and_the_others_have_all(grown):
    counts = Counter(len(p) for p in grown.case.remains_profiles().values())
    assert 40 <= counts[23] < 80
    assert min(counts) >= 10


def test_remains_share_an_allele_with_their_mother_at_every_marker():
    grown = _grow(families=30, remains=30, table=fbi2015(), plan=Plan(mix={"mother": 1.0}, partial=0.5))
    remains, references = grown.case.remains_profiles(), grown.case.reference_profiles()
    places, compared = grown.case.place_of(), 0
    for remains_id, person in grown.truth.items():
        if person in places:
            family, _ = places[person]
            for name, genotype in remains[remains_id].genotypes.items():
                assert set(genotype.alleles) & set(references[family.id, "mother"].genotypes[name].alleles)
                compared += 1
    assert compared > 200


def test_several_sets_of_remains_may_be_of_one_person_and_then_agree():
    grown = _grow(families=6, remains=20, plan=Plan(most_per_person=4, partial=0.5))
    profiles = grown.case.remains_profiles()
    by_person = {}
    for remains_id, person in grown.truth.items():
        if person is not None:
            by_person.setdefault(person, []).append(profiles[remains_id].genotypes)
    assert 2 <= max(map(len, by_person.values())) <= 4
    for several in by_person.values():
        for name in set.intersection(*map(set, several)):
            assert len({genotypes[name] for genotypes in several}) == 1


def test_no_more_listed_remains_than_listed_persons():
    grown = _grow(families=3, remains=40)
    assert sum(p is not None for p in grown.truth.values()) <= len(grown.case.roster)


def test_families_are_shared_out_by_the_mix():
    counts = Counter(Plan().shares_out(60))
    sibs_alone = counts["one sib"] + counts["two sibs"] + counts["three sibs"]
    well = counts["parent and sib"] + counts["parents"]
    assert (well, sibs_alone, counts["two nephews"], counts["two cousins and an aunt"]) == (24, 18, 12, 6)


@pytest.mark.parametrize("families", range(1, 30))
def test_shares_add_up_and_differ_from_the_mix_by_less_than_one(families):
    counts = Counter(Plan().shares_out(families))
    assert counts.total() == families
    assert all(abs(counts[shape] - families * weight) < 1.0 for shape, weight in DEFAULT_MIX.items())


def test_two_missing_of_one_family_are_both_on_the_roster():
    grown = _grow(families=4, remains=6, plan=Plan(mix={"two missing brothers": 1.0}, without_references=0.0))
    assert len(grown.case.roster) == 8
    assert {len(f.missing) for f in grown.case.families} == {2}


@pytest.mark.parametrize("arguments", [{"families": 0}, {"remains": 0}])
def test_an_empty_case_is_refused(arguments):
    with pytest.raises(InvalidValue, match="must be at least 1"):
        _grow(**arguments)


@pytest.mark.parametrize(("arguments", "named"), [
    ({"mix": {"penpals": 1.0}}, "penpals"),
    ({"mix": {"one sib": -1.0}}, "must not be negative"),
    ({"mix": {"one sib": float("nan")}}, "must not be negative"),
    ({"mix": {}}, "weight above 0"),
    ({"partial": 1.5}, "partial=1.5"),
    ({"women": float("nan")}, "women=nan"),
    ({"most_per_person": 0}, "most_per_person=0"),
    ({"least_markers": 0}, "least_markers=0"),
])
def test_a_plan_that_cannot_be_is_refused(arguments, named):
    with pytest.raises(InvalidValue, match=named):
        Plan(**arguments)


def test_the_case_is_the_same_after_a_way_through_its_folder(grown, tmp_path):
    write_case(grown.case, tmp_path / "case")
    again = read_case(tmp_path / "case")
    assert again == grown.case
    assert again.digest() == grown.case.digest()
