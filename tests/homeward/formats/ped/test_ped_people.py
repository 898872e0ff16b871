"""From PED files to families, profiles and cases, and back."""

from pathlib import Path

import pytest

from homeward.formats import check_any, read_any
from homeward.formats.ped import ped_case, ped_file, ped_people, read_ped, read_ped_case, write_ped
from homeward.model import (
    Family,
    FaultyInput,
    FrequencyTable,
    Genotype,
    InvalidValue,
    Marker,
    Member,
    Profile,
    Sex,
    Unsupported,
)

_DATA = Path(__file__).parents[1] / "data" / "ped"


def _read(tmp_path, text, **beside):
    (tmp_path / "x.ped").write_text(text, encoding="utf-8")
    for suffix, content in beside.items():
        (tmp_path / f"x.{suffix}").write_text(content, encoding="utf-8")
    return read_ped(tmp_path / "x.ped")


def test_a_family_is_made_with_parents_who_are_not_there(tmp_path):
    people = ped_people(_read(tmp_path, "F child dad 0 1\nF dad 0 0 1\nF other dad gone 2\n"))
    family, = people.families
    assert family.members == (
        Member("child", "dad", "mother of child", Sex.MALE), Member("dad", None, None, Sex.MALE),
        Member("other", "dad", "gone", Sex.FEMALE), Member("mother of child", None, None, Sex.FEMALE),
        Member("gone", None, None, Sex.FEMALE))
    assert people.notes == ("F: mother of child added, untyped, since the file names one parent",
                            "F: gone, the mother of other, has no row, and is added, untyped")


def test_who_is_missing_is_told_by_name_or_by_the_caller(tmp_path):
    text = "F Missing_son 1 2 1\nF 1 0 0 1\nF 2 0 0 2\nG 1 0 0 1\n"
    file = _read(tmp_path, text)
    assert [(f.id, m.id, m.person) for f in ped_people(file).families for m in f.missing] == [
        ("F", "Missing_son", "F/Missing_son")]
    assert [m.person for f in ped_people(file, missing={"G/1": "P-7"}).families for m in f.missing] == ["P-7"]
    with pytest.raises(FaultyInput) as caught:
        ped_people(file, missing=["1", "nobody"])
    assert [(f.value, f.rule) for f in caught.value.faults] == [("1", "unknown-person"), ("nobody", "unknown-person")]


def test_alleles_are_written_in_one_way_and_a_man_has_one_x():
    people = ped_people(read_ped(_DATA / "plink.ped"))
    assert people.profiles["FAM001", "1"].genotypes["rs4"] == Genotype("A", None, hemizygous=True)
    assert "rs3" not in people.profiles["FAM001", "1"].genotypes  # its base pair is negative: to be passed over
    assert people.notes == ("rs3 is to be skipped and is not compared",)


def test_what_is_not_autosomal_or_partial_is_noted(tmp_path):
    people = ped_people(_read(tmp_path, "id fid mid sex D3 DYS19 AMEL TH01\na 0 0 1 12.0/13 14/14 X/Y 9,3/-\n"))
    assert people.profiles["family", "a"].genotypes == {"D3": Genotype("12", "13"), "TH01": Genotype("9.3", None)}
    assert people.notes == (
        "DYS19 is not autosomal and is not compared", "AMEL is not autosomal and is not compared",
        "alleles read anew: 12.0 as 12, 9,3 as 9.3", "1 genotypes give one allele; the other is taken as not known")


def test_a_man_with_two_alleles_of_an_x_marker_is_refused(tmp_path):
    with pytest.raises(FaultyInput) as caught:
        ped_people(_read(tmp_path, "id fid mid sex DXS1\na 0 0 1 12/13\nb 0 0 2 12/13\n"))
    assert [(f.file, f.column, f.rule) for f in caught.value.faults] == [("family/a", "DXS1", "x-linked")]


@pytest.mark.parametrize(("codes", "refused"), [(("MZ", "MZ"), True), (("1", "1"), True), (("2", "2"), False),
                                                (("0", "0"), False), (("1", "3"), False), (("MZ", "DZ"), False)])
def test_identical_twins_are_not_computed(tmp_path, codes, refused):
    text = "F d 0 0 1 0\nF m 0 0 2 0\nF a d m 1 {}\nF b d m 1 {}\n".format(*codes)
    file = _read(tmp_path, text, dat="Z twins\n")
    if refused:
        with pytest.raises(Unsupported, match="a and b are said to be identical twins"):
            ped_people(file)
    else:
        assert len(ped_people(file).families) == 1


def test_a_file_with_frequencies_beside_it_is_a_case():
    case = read_any(_DATA / "merlin.ped")
    assert check_any(_DATA / "merlin.ped") == ()
    assert (case.name, case.synthetic, case.rule.minimum_lines) == ("merlin", True, 1)
    assert [(p.id, p.sex) for p in case.roster] == [("Kim/Missing_son", Sex.MALE)]
    assert [(s.id, s.kind) for s in case.reference_samples] == [  # the son was typed at a skipped marker alone
        ("Kim/F", "relative"), ("Kim/M", "relative"), ("Kim/Sister", "relative")]
    assert [(m.name, m.alleles, m.frequencies) for m in case.frequencies.markers] == [
        ("D3S1358", ("14", "15", "16", "17"), (0.1, 0.3, 0.25, 0.35)), ("TH01", ("6", "7", "9.3"), (0.25, 0.2, 0.55))]
    assert case.reference_profiles()["Kim", "Sister"].genotypes["TH01"] == Genotype("6", "9.3")


def test_without_frequencies_it_is_no_case_and_says_what_is_needed():
    fault, = check_any(_DATA / "plink.ped")
    assert (fault.rule, fault.value) == ("no-frequencies", "rs1, rs2, rs4")


def test_frequencies_given_meet_the_names_of_the_file(tmp_path):
    table = FrequencyTable("invented", (Marker("TH01", ("6", "9.3"), (0.5, 0.5)), Marker("FGA", ("20",), (1.0,))))
    file = _read(tmp_path, "id fid mid sex THO1 D3\na 0 0 1 6/9.3 14/15\nb 0 0 2 6/7 14/15\n")
    with pytest.raises(FaultyInput) as caught:
        ped_case(file, frequencies=table)
    assert [(f.file, f.column, f.value) for f in caught.value.faults] == [("family/b", "TH01", "7")]
    case = ped_case(_read(tmp_path, "id fid mid sex THO1 D3\na 0 0 1 6/9.3 14/15\n"), frequencies=table)
    assert case.reference_profiles()["family", "a"].genotypes == {"TH01": Genotype("6", "9.3")}
    assert "THO1 is read as TH01" in case.notes


def test_frequencies_are_scaled_where_rounded_and_refused_where_wrong(tmp_path):
    text = "1 a 0 0 1 1 1 2\n"
    case = ped_case(_read(tmp_path, text, freq="M M1\nF 0.33 0.33 0.33 0\n"))
    assert case.frequencies["M1"].frequencies == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert "M1: frequencies that sum to 0.99 are scaled to 1" in case.notes
    with pytest.raises(FaultyInput) as caught:
        ped_case(_read(tmp_path, text, freq="M M1\nF 0.5 0.6\n"))
    assert [(f.column, f.rule) for f in caught.value.faults] == [("M1", "frequency-sum")]


def test_markers_close_together_are_told_of(tmp_path):
    files = {"map": "CHR MARKER POS\n6 M1 10\n6 M2 15.5\n7 M3 16\n", "dat": "M M1\nM M2\nM M3\n",
             "freq": "".join(f"M M{i}\nF 0.5 0.5\n" for i in (1, 2, 3))}
    case = ped_case(_read(tmp_path, "1 a 0 0 1 1 2 1 1 1 2\n", **files))
    assert [n for n in case.notes if "apart" in n] == [
        "M1 and M2 lie 5.5 centimorgans apart, and are taken as independent"]


_FAMILY = Family("Kim Lee", (Member("Missing son", "F", "M", Sex.MALE, "P-1"), Member("F", None, None, Sex.MALE),
                             Member("M", None, None, Sex.FEMALE), Member("Aunt", None, None, Sex.UNKNOWN)), {"F": 0.1})
_ONE_X = Genotype("7", None, hemizygous=True)
_PROFILES = {("Kim Lee", "F"): Profile("s", {"TH01": Genotype("6", "9.3"), "DXS1": _ONE_X}),
             ("Kim Lee", "M"): Profile("t", {"TH01": Genotype("6", None), "DXS1": Genotype("7", "8")})}


@pytest.mark.parametrize("header", [False, True])
def test_families_and_profiles_come_back_from_a_file_made_of_them(tmp_path, header):
    table = FrequencyTable("invented", (Marker("DXS1", ("7", "8"), (0.5, 0.5), x_linked=True),
                                        Marker("TH01", ("6", "9.3"), (0.25, 0.75))))
    file = ped_file([_FAMILY], _PROFILES, frequencies=table, header=header)
    assert file.notes == ("Kim Lee: the inbreeding of founders is not in a PED file",
                          "Kim Lee/Missing son is missing (P-1), which a PED file does not say",
                          "Kim Lee is written Kim_Lee", "Missing son is written Missing_son")
    write_ped(file, tmp_path / "out.ped")
    again = read_ped(tmp_path / "out.ped")
    assert again == file
    people = ped_people(again, missing={"Missing_son": "P-1"})
    assert [(m.father, m.mother, m.sex, m.person) for m in people.families[0].members] == [
        (m.father, m.mother, m.sex, m.person) for m in _FAMILY.members]
    assert [people.profiles["Kim_Lee", who].genotypes for who in ("F", "M")] == [
        _PROFILES["Kim Lee", who].genotypes for who in ("F", "M")]
    assert read_ped_case(tmp_path / "out.ped").frequencies["TH01"].frequencies == (0.25, 0.75)


def test_names_that_become_one_are_refused():
    family = Family("F", (Member("a b", None, None, Sex.MALE), Member("a_b", None, None, Sex.MALE)))
    with pytest.raises(InvalidValue, match="is written like F/a b"):
        ped_file([family], {})
