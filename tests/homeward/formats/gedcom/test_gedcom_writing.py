"""What is written is read as it was; the living are not named in what is handed on."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from homeward.formats.gedcom import (
    GedcomLine,
    gedcom_family,
    gedcom_from,
    gedcom_of,
    read_gedcom,
    without_living,
    write_gedcom,
)
from homeward.model import Family, FaultyInput, InvalidValue, Member, Sex

_DATA = Path(__file__).parents[1] / "data" / "gedcom"
_TODAY = datetime.date(2026, 1, 1)


@pytest.mark.parametrize("name", ["kim", "seven"])
def test_every_fixture_comes_back_line_by_line(tmp_path, name):
    tree = read_gedcom(_DATA / f"{name}.ged")
    write_gedcom(tree, tmp_path / "out.ged")
    again = read_gedcom(tmp_path / "out.ged")
    assert (again, again.persons, again.families) == (tree, tree.persons, tree.families)
    written = (tmp_path / "out.ged").read_text(encoding="utf-8-sig")
    assert written.splitlines() == (_DATA / f"{name}.ged").read_text(encoding="utf-8").splitlines()


def test_blanks_in_values_and_lines_without_one_stay(tmp_path):
    text = "0 HEAD\r\n1 GEDC\r\n2 VERS 5.5.1\r\n1 NOTE  two blanks \r\n2 CONT\r\n2 CONC x @@ y\r\n0 TRLR\r\n"
    (tmp_path / "x.ged").write_bytes(text.encode())
    write_gedcom(read_gedcom(tmp_path / "x.ged"), tmp_path / "out.ged")
    assert (tmp_path / "out.ged").read_bytes() == text.encode()


def test_what_was_in_ansel_is_written_in_utf8_and_says_so(tmp_path):
    text = "0 HEAD\n1 GEDC\n2 VERS 5.5.1\n1 CHAR ANSEL\n2 VERS Z39.47\n0 @I1@ INDI\n1 NAME M\xe8uller\n0 TRLR\n"
    (tmp_path / "x.ged").write_bytes(text.encode("latin-1"))
    tree = read_gedcom(tmp_path / "x.ged")
    write_gedcom(tree, tmp_path / "out.ged")
    again = read_gedcom(tmp_path / "out.ged")
    assert again.records[0].below == (tree.records[0].below[0], GedcomLine(1, "CHAR", "UTF-8"))
    assert (again.records[1:], again.persons["I1"].name) == (tree.records[1:], "Müller")


@pytest.mark.parametrize("line", [
    GedcomLine(0, "NOTE", "two\nlines"), GedcomLine(1, "NOTE"), GedcomLine(0, "no tag"),
    GedcomLine(0, "NOTE", xref="a@b"), GedcomLine(0, "NOTE", below=(GedcomLine(2, "CONT"),)),
])
def test_a_line_that_the_grammar_does_not_allow_is_refused_before_anything_is_written(tmp_path, line):
    tree = read_gedcom(_DATA / "kim.ged")
    with pytest.raises(InvalidValue):
        write_gedcom(replace(tree, records=(*tree.records, line)), tmp_path / "out.ged")
    assert not (tmp_path / "out.ged").exists()


def test_records_that_were_changed_are_checked_as_if_they_were_read():
    tree = read_gedcom(_DATA / "kim.ged")
    assert gedcom_from(tree.records).persons == tree.persons
    with pytest.raises(FaultyInput):
        gedcom_from((*tree.records[:-1], GedcomLine(0, "INDI", xref="I1"), tree.records[-1]))


_FAMILY = Family("Kim/Lee", (Member("son", "F", "M", Sex.MALE, "P-1"), Member("F", None, None, Sex.MALE),
                             Member("M", None, None, Sex.FEMALE), Member("half", "F", "second @ wife", Sex.UNKNOWN),
                             Member("second @ wife", None, None, Sex.FEMALE)))


@pytest.mark.parametrize("version", ["5.5.1", "7.0"])
def test_a_family_of_the_model_is_made_into_a_tree_and_found_in_it_again(tmp_path, version):
    tree = gedcom_of([_FAMILY], names={("Kim/Lee", "F"): "Sang-ho /Kim/"}, version=version)
    write_gedcom(tree, tmp_path / "out.ged")
    again = read_gedcom(tmp_path / "out.ged")
    assert (again, again.notes) == (tree, ())
    assert [p.name for p in again.persons.values()] == ["", "Sang-ho Kim", "", "", ""]
    assert [[n.text for n in r.all("REFN")] for r in again.records if r.tag == "INDI"] == [
        ["Kim/Lee/son", "P-1"], ["Kim/Lee/F"], ["Kim/Lee/M"], ["Kim/Lee/half"], ["Kim/Lee/second @ wife"]]
    found = gedcom_family(again, "I1").family
    assert [(m.id, m.father, m.mother, m.sex) for m in found.members] == [
        ("I1", "I2", "I3", Sex.MALE), ("I2", None, None, Sex.MALE), ("I3", None, None, Sex.FEMALE),
        ("I4", "I2", "I5", Sex.UNKNOWN), ("I5", None, None, Sex.FEMALE)]


def test_other_versions_and_names_of_several_lines_are_refused():
    with pytest.raises(InvalidValue, match="version"):
        gedcom_of([_FAMILY], version="6")
    with pytest.raises(InvalidValue, match="must be one line"):
        gedcom_of([_FAMILY], names={("Kim/Lee", "F"): "a\n0 TRLR"})


# --- the living

_SECRET = "Geheimnis"


def _planted(tmp_path):
    """A tree that names somebody alive wherever a file can: in his record, in those of the dead, in notes and heads."""
    text = f"""0 HEAD
1 SOUR {_SECRET}
2 CORP {_SECRET}
1 FILE /home/{_SECRET}/x.ged
1 SUBM @{_SECRET}1@
1 NOTE {_SECRET}
1 COPR {_SECRET}
1 GEDC
2 VERS 5.5.1
1 CHAR UTF-8
0 @{_SECRET}1@ SUBM
1 NAME {_SECRET}
1 ADDR {_SECRET}
0 @{_SECRET}2@ INDI
1 NAME {_SECRET} /{_SECRET}/
2 NOTE {_SECRET}
1 SEX F
1 BIRT
2 DATE 3 MAY 1965
2 PLAC {_SECRET}
1 RESI
2 ADDR {_SECRET}
3 CONT {_SECRET}
2 EMAIL {_SECRET}@@example.org
1 OBJE
2 FILE {_SECRET}.jpg
1 FAMC @{_SECRET}3@
2 NOTE {_SECRET}
1 FAMS @F2@
1 _UID {_SECRET}
0 @I1@ INDI
1 NAME Bert /Kim/
2 TYPE {_SECRET}
1 NAME Bert /Kim/
2 TYPE birth
2 SOUR @S1@
3 PAGE told by {_SECRET}
2 ROMN {_SECRET}
3 TYPE {_SECRET}
1 SEX M
1 BIRT
2 DATE INT 1900 (says {_SECRET})
2 NOTE {_SECRET}
1 DEAT
2 DATE (in the arms of {_SECRET})
2 AGNC {_SECRET}
2 CAUS {_SECRET}
1 BURI
2 DATE 2 DEC 1950
3 PHRASE {_SECRET}
2 PLAC Seoul
3 NOTE {_SECRET}
1 ASSO @{_SECRET}2@
2 RELA {_SECRET}
1 WILL
2 NOTE {_SECRET}
1 NOTE @N1@
1 FAMS @{_SECRET}3@
0 @{_SECRET}3@ FAM
1 HUSB @I1@
1 CHIL @{_SECRET}2@
2 _FREL {_SECRET}
1 MARR
2 DATE 1949
2 TYPE {_SECRET}
2 WITN {_SECRET}
1 MRIN {_SECRET}
0 @F2@ FAM
1 WIFE @{_SECRET}2@
1 MARR
2 DATE 1985
2 PLAC Planted
0 @S1@ SOUR
1 TITL {_SECRET}
1 TEXT {_SECRET}
0 @N1@ NOTE {_SECRET}
1 CONC {_SECRET}
0 @R1@ REPO
1 NAME {_SECRET}
0 @X1@ _CUSTOM {_SECRET}
0 TRLR
"""
    (tmp_path / "planted.ged").write_text(text, encoding="utf-8")
    return read_gedcom(tmp_path / "planted.ged")


def test_nothing_that_was_planted_about_the_living_is_handed_on(tmp_path):
    tree = _planted(tmp_path)
    write_gedcom(without_living(tree, today=_TODAY), tmp_path / "out.ged")
    text = (tmp_path / "out.ged").read_text(encoding="utf-8")
    assert _SECRET not in text
    assert "1965" not in text
    assert "Planted" not in text
    for kept in ("1 NAME Bert /Kim/\n", "1 BURI\n2 DATE 2 DEC 1950\n2 PLAC Seoul\n", "1 MARR\n2 DATE 1949\n",
                 "1 NAME Living //\n"):
        assert kept in text
    again = read_gedcom(tmp_path / "out.ged")
    assert [(p.sex, len(p.parents)) for p in again.persons.values()] == [(Sex.FEMALE, 1), (Sex.MALE, 0)]


def test_kinship_and_adoption_stay_as_they_were():
    for name, missing in (("kim", "I1"), ("seven", "A_1")):
        tree = read_gedcom(_DATA / f"{name}.ged")
        made = without_living(tree, today=_TODAY)
        xrefs = dict(zip(tree.persons, made.persons, strict=True))
        families = dict(zip(tree.families, made.families, strict=True))
        for old, new in xrefs.items():
            before, after = ([(p.of_husband.biological, p.of_wife.biological) for p in parents]
                             for parents in (tree.persons[old].parents, made.persons[new].parents))
            assert before == after
            assert [families[p.family] for p in tree.persons[old].parents] == [
                p.family for p in made.persons[new].parents]
        before = gedcom_family(tree, missing).family
        after = gedcom_family(made, xrefs[missing]).family
        assert len(before.members) == len(after.members)


def test_who_may_be_alive_is_told_by_deaths_and_by_age():
    tree = read_gedcom(_DATA / "kim.ged")
    named = {x for x, p in without_living(tree, today=_TODAY, keep=["@I1@"]).persons.items() if p.name != "Living"}
    assert named == {"I1", "I2", "I3", "I6", "I7", "I8", "I10", "I11", "I12", "I18"}
    later = without_living(tree, today=datetime.date(2060, 1, 1)).persons
    assert {x for x, p in later.items() if p.name == "Living"} == {"I14", "I15"}  # of I15 nothing is known
