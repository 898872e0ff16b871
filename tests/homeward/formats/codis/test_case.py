"""Specimens become remains and reference samples by their category, and families by their case."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from homeward.formats.codis import (
    Allele,
    CmfImport,
    Locus,
    Relation,
    Specimen,
    cmf_case,
    cmf_samples,
    read_cmf,
    read_cmf_case,
)
from homeward.model import FaultyInput, FrequencyTable, Genotype, Marker, Member, Sex
from homeward.simulate import fbi2015

_WORKED = Path(__file__).parents[4] / "spec" / "codis" / "worked"
_TIME = "2024-05-01T09:30:00"
_MARKERS = fbi2015(markers=["TH01", "TPOX", "D3S1358", "FGA"])


def specimen(name, category, case=None, partial=None, **loci):
    return Specimen(name, category, tuple(
        Locus(marker.replace("_", " "), "a", _TIME, tuple(Allele(x) for x in alleles.split())) for marker, alleles in
        (loci or {"TH01": "6 7"}).items()), case=case, partial=partial)


def file_of(*specimens):
    return CmfImport("SYNTH0000", "SYNTH0001", "analyst1", _TIME, specimens)


def only_genotypes(**loci):
    samples = cmf_samples(file_of(specimen("R", "Unidentified Person", **loci)))
    return dict(samples.profiles[0].genotypes)


def rules(caught):
    return sorted({fault.rule for fault in caught.value.faults})


def test_the_worked_family_is_read_as_was_worked_out_by_hand():
    samples = cmf_samples(read_cmf(_WORKED / "one-family.xml"))
    whose = {r.id: "remains" for r in samples.remains} | {r.sample: r.relation.value for r in samples.references}
    found = {(p.sample, m): str(g) for p in samples.profiles for m, g in p.genotypes.items()}
    found |= {(p.sample, m): "-".join(a) for p in samples.y_profiles for m, a in p.haplotype.items()}
    with (_WORKED / "one-family.csv").open(encoding="utf-8", newline="") as table:
        expected = {(row["sample"], row["marker"]): row for row in csv.DictReader(table)}
    assert found == {key: row["genotype"] for key, row in expected.items()}
    assert whose == {row["sample"]: row["whose"] for row in expected.values()}
    assert [s.id for s in samples.set_aside] == ["STAFF-03"]
    assert samples.sexes["M-0412-MOTHER"] is Sex.FEMALE
    assert samples.remains[1].sex is Sex.UNKNOWN  # one X of a partial specimen shows no woman


def test_the_worked_family_becomes_a_case():
    case = read_cmf_case(_WORKED / "one-family.xml", _MARKERS, synthetic=True)
    assert (case.name, case.synthetic, [p.id for p in case.roster]) == ("one-family", True, ["M-0412"])
    assert case.families[0].members == (
        Member("missing", "father", "mother", Sex.MALE, "M-0412"), Member("father", None, None, Sex.MALE),
        Member("mother", None, None, Sex.FEMALE), Member("M-0412-SISTER", "father", "mother", Sex.FEMALE),
        Member("spouse", None, None, Sex.FEMALE), Member("M-0412-SON", "missing", "spouse", Sex.MALE))
    assert [(s.id, s.member, s.kind) for s in case.reference_samples] == [
        ("M-0412-BRUSH", "missing", "personal item"), ("M-0412-MOTHER", "mother", "relative"),
        ("M-0412-SISTER", "M-0412-SISTER", "relative"), ("M-0412-WIFE", "spouse", "relative"),
        ("M-0412-SON", "M-0412-SON", "relative")]
    assert [r.id for r in case.remains] == ["R-0001", "R-0002"]
    assert "M-0412: siblings are taken to be full siblings" in case.notes
    assert any(note.startswith("paternal relative:") for note in case.notes)


@pytest.mark.parametrize(("category", "relation"), [
    ("Missing Person", Relation.SELF), ("Biological Mother", Relation.MOTHER), ("Biological Father", Relation.FATHER),
    ("Biological Sibling", Relation.SIBLING), ("Biological Child", Relation.CHILD), ("Spouse", Relation.SPOUSE),
    ("Maternal Relative", Relation.MATERNAL), ("Paternal Relative", Relation.PATERNAL), ("Deceased", Relation.DECEASED),
    ("Alleged Mother", Relation.ALLEGED_MOTHER), ("Alleged Father", Relation.ALLEGED_FATHER),
])
def test_each_category_of_a_reference_states_its_relation(category, relation):
    samples = cmf_samples(file_of(specimen("S", category, "M-1")))
    assert (samples.references[0].relation, samples.references[0].case, samples.remains) == (relation, "M-1", ())
    assert samples.references[0].kind == ("personal item" if relation is Relation.SELF else "relative")


@pytest.mark.parametrize("category", ["Suspect, Known", "Staff", "Forensic Mixture", "Population", "Something new"])
def test_other_categories_are_set_aside_and_named(category):
    samples = cmf_samples(file_of(specimen("S", category), specimen("R", "Unidentified Person")))
    assert [s.id for s in samples.set_aside] == ["S"]
    assert any(category in note for note in samples.notes)


@pytest.mark.parametrize(("written", "read"), [
    ("THO1", "TH01"), ("TP0X", "TPOX"), ("Penta_D", "Penta D"), ("VWA", "vWA"), ("D3S1358", "D3S1358"),
    ("csf1po", "CSF1PO"),
])
def test_markers_are_met_however_they_are_spelled(written, read):
    assert list(only_genotypes(**{written: "6 7"})) == [read]


def test_with_frequencies_the_names_are_those_of_the_table():
    table = FrequencyTable("invented", (Marker("tpox", ("8", "9"), (0.5, 0.5)),))
    samples = cmf_samples(file_of(specimen("R", "Unidentified Person", TP0X="8", D3S1358="15")), table)
    assert samples.profiles[0].genotypes == {"tpox": Genotype("8", "8")}
    assert "D3S1358 has no allele frequencies and is not compared" in samples.notes


def test_a_homozygote_written_once_is_doubled_on_an_autosome_and_never_on_the_y():
    loci = {"TH01": "7", "DYS391": "10", "DYS385": "11", "DYS389 I": "13"}
    samples = cmf_samples(file_of(specimen("R", "Unidentified Person", **loci)))
    assert samples.profiles[0].genotypes == {"TH01": Genotype("7", "7")}
    assert samples.y_profiles[0].haplotype == {"DYS391": ("10",), "DYS385": ("11",), "DYS389I": ("13",)}


def test_two_copies_of_the_y_are_kept_and_one_written_twice_is_one():
    loci = {"DYS385": "14 11", "DYS391": "10 10", "DYF387S1": "35 37"}
    samples = cmf_samples(file_of(specimen("R", "Unidentified Person", **loci)))
    assert samples.y_profiles[0].haplotype == {"DYS385": ("11", "14"), "DYS391": ("10",), "DYF387S1": ("35", "37")}


def test_one_allele_of_a_partial_specimen_may_stand_beside_a_lost_one():
    file = file_of(specimen("R", "Unidentified Person", None, True, TH01="7", TPOX="8 8", FGA="22 23"))
    assert dict(cmf_samples(file).profiles[0].genotypes) == {
        "TH01": Genotype("7", None), "TPOX": Genotype("8", "8"), "FGA": Genotype("22", "23")}
    assert cmf_samples(file, partial_homozygotes=True).profiles[0].genotypes["TH01"] == Genotype("7", "7")


def test_alleles_outside_the_ladder_are_seen_and_not_named():
    assert only_genotypes(TH01="<4 7", TPOX="<6", FGA=">31 22.2") == {
        "TH01": Genotype("7", None), "FGA": Genotype("22.2", None)}


def test_three_alleles_are_not_compared_and_said():
    samples = cmf_samples(file_of(specimen("R", "Unidentified Person", TPOX="8 9 11", TH01="6 7")))
    assert list(samples.profiles[0].genotypes) == ["TH01"]
    assert "TPOX has more than two alleles and is not compared" in samples.notes


@pytest.mark.parametrize(("name", "alleles", "sex"), [
    ("AMEL", "X Y", Sex.MALE), ("Amelogenin", "Y", Sex.MALE), ("amelogenin", "X", Sex.FEMALE),
    ("AMEL", "X X", Sex.FEMALE), ("AMEL", "", Sex.UNKNOWN), ("AMEL", "X Z", Sex.UNKNOWN),
])
def test_amelogenin_shows_the_sex_and_is_no_marker(name, alleles, sex):
    samples = cmf_samples(file_of(specimen("R", "Unidentified Person", TH01="6 7", **{name: alleles})))
    assert samples.remains[0].sex is sex
    assert list(samples.profiles[0].genotypes) == ["TH01"]


def test_a_marker_under_two_names_in_one_specimen_is_refused():
    with pytest.raises(FaultyInput) as caught:
        cmf_samples(file_of(specimen("R", "Unidentified Person", TH01="6 7", THO1="6 8"),
                            specimen("Q", "Unidentified Person", DYS391="10", dys_391="11")))
    assert [(f.value, f.rule) for f in caught.value.faults] == [("R", "marker-twice"), ("Q", "marker-twice")]


def test_alleles_without_a_frequency_are_refused_or_get_the_one_that_is_given():
    file = file_of(specimen("R", "Unidentified Person", TH01="6 99", FGA="98"))
    with pytest.raises(FaultyInput) as caught:
        cmf_case(file, _MARKERS)
    assert [(f.column, f.value) for f in caught.value.faults] == [("TH01", "99"), ("FGA", "98")]
    case = cmf_case(file, _MARKERS, unseen=0.001)
    th01 = case.frequencies["TH01"]
    assert th01.frequencies[th01.index("99")] == 0.001
    assert sum(th01.frequencies) == pytest.approx(1.0, abs=1e-12)
    assert "TH01: 99 added with frequency 0.001" in case.notes
    with pytest.raises(FaultyInput):
        cmf_case(file, _MARKERS, unseen=1.0)


def test_the_sex_of_a_missing_parent_follows_from_the_spouse():
    case = cmf_case(file_of(specimen("H", "Spouse", "M-1", AMEL="X Y", TH01="6 7"),
                            specimen("C", "Biological Child", "M-1", TH01="6 9")), _MARKERS)
    assert case.roster[0].sex is Sex.FEMALE
    assert case.families[0].member("C").mother == "missing"


def test_a_missing_parent_of_unknown_sex_stands_as_a_father_and_that_is_said():
    children = [specimen(name, "Biological Child", "M-1") for name in "CD"]
    case = cmf_case(file_of(*children), _MARKERS)
    assert case.families[0].member("D").father == "missing"
    assert case.roster[0].sex is Sex.UNKNOWN
    assert [n for n in case.notes if n.startswith("M-1")] == [
        "M-1: 2 children are taken to be of one couple",
        "M-1: the sex of the missing person is not recorded; placed as a father"]


def test_siblings_can_be_left_out_since_the_category_does_not_say_whether_they_are_full():
    file = file_of(specimen("S", "Biological Sibling", "M-1"), specimen("F", "Biological Father", "M-1"))
    assert [s.id for s in cmf_case(file, _MARKERS).reference_samples] == ["F", "S"]
    case = cmf_case(file, _MARKERS, full_siblings=False)
    assert [s.id for s in case.reference_samples] == ["F"]
    assert "sibling, full or half: left out" in case.notes


def test_relatives_of_no_case_or_place_are_left_out_and_their_missing_stays_on_the_roster():
    case = cmf_case(file_of(specimen("A", "Maternal Relative", "M-1"), specimen("B", "Biological Mother"),
                            specimen("D", "Deceased", "M-2"), specimen("E", "Spouse", "M-3")), _MARKERS)
    assert [p.id for p in case.roster] == ["M-3", "M-1"]
    assert case.reference_samples == ()
    assert len([n for n in case.notes if "left out" in n]) == 4


def test_two_samples_of_one_mother_must_agree():
    mother = specimen("A", "Biological Mother", "M-1", TH01="6 7")
    same = cmf_case(file_of(mother, replace(mother, id="B")), _MARKERS)
    assert same.reference_profiles()["M-1", "mother"].genotypes == {"TH01": Genotype("6", "7")}
    with pytest.raises(FaultyInput) as caught:
        cmf_case(file_of(mother, specimen("B", "Biological Mother", "M-1", TH01="8 9")), _MARKERS)
    assert rules(caught) == ["invalid-value"]


def test_a_mother_with_a_y_is_refused():
    with pytest.raises(FaultyInput) as caught:
        cmf_case(file_of(specimen("A", "Biological Mother", "M-1", AMEL="X Y", TH01="6 7"),
                         specimen("B", "Biological Father", "M-1", AMEL="X", TH01="6 7")), _MARKERS)
    assert sorted(fault.value for fault in caught.value.faults) == ["A", "B"]
    assert rules(caught) == ["amelogenin-sex"]
