"""What a GEDCOM file says, in which characters, and how it is said that it does not say it."""

import time
from pathlib import Path

import pytest

from homeward.formats import check_any, read_any
from homeward.formats.gedcom import DateKind, Descent, GedcomName, GedcomParents, read_gedcom
from homeward.formats.gedcom.ansel import decode_ansel
from homeward.model import FaultyInput, Sex, Unsupported

_DATA = Path(__file__).parents[1] / "data" / "gedcom"
_HEAD = "0 HEAD\n1 GEDC\n2 VERS 5.5.1\n1 CHAR {}\n"


def _file(tmp_path, body, *, char="UTF-8", encoding="utf-8"):
    path = tmp_path / "x.ged"
    path.write_bytes(f"{_HEAD.format(char)}{body}0 TRLR\n".encode(encoding))
    return path


def _faults(path, **how):
    with pytest.raises(FaultyInput) as caught:
        read_gedcom(path, **how)
    return [(f.line, f.column, f.value, f.rule) for f in caught.value.faults]


def test_people_and_families_are_read_with_their_marriages():
    tree = read_gedcom(_DATA / "kim.ged")
    assert (tree.version, len(tree.persons), len(tree.families), tree.notes) == ("5.5.1", 18, 8, ())
    son, father = tree.persons["I1"], tree.persons["I2"]
    assert son.names == (GedcomName("Gil-dong /Kim/", "birth"), GedcomName("길동 /김/", "fone hangul"))
    assert (son.name, son.names[0].surname, son.sex, son.dead, son.years) == (
        "Gil-dong Kim", "Kim", Sex.MALE, False, (1929, 1929))
    assert (father.partner_in, father.dead, father.death.kind) == (("F1", "F5"), True, DateKind.BEFORE)
    assert (tree.families["F1"].husband, tree.families["F1"].wife, tree.families["F1"].children) == (
        "I2", "I3", ("I1", "I4", "I5"))
    assert (tree.families["F1"].number, tree.families["F5"].married.years) == ("17", (1944, 1960))
    note = tree.records[2].first("NOTE")
    assert note.text == ("Missing since the winter of 1950; the family last heard of him from the reservoir.\n"
                         "His sister wrote this.")
    assert [p.xref for p in tree.named("kim gil")] == ["I1"]


def test_version_seven_is_read_with_its_calendars_pointers_to_nobody_and_doubts():
    tree = read_gedcom(_DATA / "seven.ged")
    anna = tree.persons["A_1"]
    assert (tree.version, anna.names[1]) == ("7.0", GedcomName("アンナ", "tran ja"))
    assert anna.parents == (GedcomParents("F1", Descent.BIRTH, Descent.BIRTH),
                            GedcomParents("F2", Descent.ADOPTED, Descent.ADOPTED))
    assert (str(anna.birth.stated), anna.birth.phrase) == ("1900-03-13", "as the parish book has it")
    assert tree.families["F2"].husband is None
    assert not tree.persons["A_4"].dead  # NO DEAT
    assert tree.persons["A_8"].parents == (GedcomParents("F3", Descent.DOUBTED, Descent.DOUBTED),)
    assert tree.records[-2].first("NOTE").text == "@ is written twice at the beginning"


# Words of Appendix D of the GEDCOM standard 5.5 (examples of use), with the bytes that it gives for their marks.
@pytest.mark.parametrize(("content", "text"), [
    (b"\xe8oppna", "öppna"), (b"r\xe1egle", "règle"), (b"est\xe2a", "está"), (b"m\xe3eme", "même"),
    (b"ni\xe4no", "niño"), (b"g\xe5aj\xe5ejs", "gājējs"), (b"\xe7zaba", "żaba"), (b"h\xeaar", "hår"),
    (b"id\xeeoszaki", "időszaki"), (b"\xf0ca", "ça"), (b"\xa1\xe2od\xe2z", "Łódź"),
    (b"Gro\xcfe \xa5r\xb2", "Große Ærø"), (b"\xf2\xe3a", "ậ"), (b"plain", "plain"),
])
def test_ansel_is_decoded(content, text):
    assert decode_ansel(content) == text


def test_a_file_in_ansel_is_read(tmp_path):
    path = _file(tmp_path, "0 @I1@ INDI\n1 NAME J\xe8urgen /M\xe8uller/\n", char="ANSEL", encoding="latin-1")
    tree = read_gedcom(path)
    assert (tree.persons["I1"].name, tree.charset) == ("Jürgen Müller", "ansel")


@pytest.mark.parametrize(("char", "encoding", "charset", "note"), [
    ("UTF-8", "utf-8", None, None), ("UTF-8", "utf-8-sig", None, None), ("UNICODE", "utf-16", None, None),
    ("UNICODE", "utf-16-le", None, None), ("UNICODE", "utf-16-be", None, None),
    ("ANSI", "cp1252", None, "names no character"), ("ANSEL", "utf-8", None, "read as UTF-8"),
    ("ASCII", "cp1252", None, "there is more in it"),
    ("ANSI", "cp1250", "cp1250", None), ("IBMPC", "cp437", None, "names no character"),
])
def test_character_sets_are_told_by_marks_heads_and_callers(tmp_path, char, encoding, charset, note):
    path = _file(tmp_path, "0 @I1@ INDI\n1 NAME Jürgen /Öß/\n", char=char, encoding=encoding)
    tree = read_gedcom(path, charset=charset)
    assert tree.persons["I1"].name == "Jürgen Öß"
    assert (note in tree.notes[0]) if note else (tree.notes == ())


def test_korean_windows_files_are_read_when_their_set_is_named(tmp_path):
    path = _file(tmp_path, "0 @I1@ INDI\n1 NAME 길동 /김/\n", char="ANSI", encoding="cp949")
    assert read_gedcom(path, charset="cp949").persons["I1"].name == "길동 김"


@pytest.mark.parametrize(("char", "content", "charset"), [
    ("UTF-8", b"1 NOTE \xfc\n", None), ("ANSEL", b"1 NOTE \xfc\n", None), ("KOI8", b"1 NOTE \xfc\n", None),
    ("UTF-8", b"", "no-such-set"), ("UTF-8", b"", "hex"),
])
def test_a_wrong_character_set_is_refused_in_words(tmp_path, char, content, charset):
    path = tmp_path / "x.ged"
    path.write_bytes(_HEAD.format(char).encode() + content + b"0 TRLR\n")
    assert [f[3] for f in _faults(path, charset=charset)] == ["charset"]


def test_all_faults_come_at_once_each_with_its_line(tmp_path):
    body = ("0 @I1@ INDI\n1 SEX F\n1 SEX M\n"          # 5: two sexes
            "3 DATE 1950\n"                             # 8: a level is left out
            "words without a level\n"                   # 9
            "0 @I1@ INDI\n"                             # 10: named twice
            "1 FAMC @F9@\n0 @I2@ INDI\n1 SEX Q\n"       # 13: no such sex
            "1 FAMC @F9@\n"                             # 14: points to nothing
            "1 FAMS @I1@\n"                             # 15: points to a person
            "0 @F1@ FAM\n1 HUSB @I1@\n1 HUSB @I2@\n"    # 18: two husbands
            "1 WIFE @I1@\n"                             # 16: husband and wife are one
            "0 INDI\n")                                 # 20: without a name
    assert _faults(_file(tmp_path, body)) == [
        (7, "SEX", "female, male", "sex"), (8, "level", "3", "level"), (9, "", "words without a level", "line"),
        (10, "INDI", "I1", "twice"), (13, "SEX", "Q", "sex"), (14, "FAMC", "@F9@", "pointer"),
        (15, "FAMS", "@I1@", "pointer"), (16, "FAM", "I1", "parent-sex"), (18, "HUSB", "@I2@", "twice"),
        (20, "INDI", "INDI", "xref")]


def test_somebody_who_would_be_his_own_ancestor_is_named_with_the_circle(tmp_path):
    body = ("0 @I1@ INDI\n1 FAMC @F1@\n0 @I2@ INDI\n1 FAMC @F2@\n0 @I3@ INDI\n1 FAMC @F1@\n"
            "0 @F1@ FAM\n1 HUSB @I2@\n1 CHIL @I1@\n1 CHIL @I3@\n0 @F2@ FAM\n1 WIFE @I1@\n1 CHIL @I2@\n")
    with pytest.raises(FaultyInput) as caught:
        read_gedcom(_file(tmp_path, body))
    assert [(f.value, f.allowed) for f in caught.value.faults] == [("I1", "would be his own ancestor: I1 → I2 → I1")]
    adopted = body.replace("1 FAMC @F2@\n", "1 FAMC @F2@\n2 PEDI adopted\n")
    assert len(read_gedcom(_file(tmp_path, adopted)).persons) == 3


@pytest.mark.parametrize(("content", "rule"), [
    (b"", "not-gedcom"), (b"1 HEAD\n0 TRLR\n", "level"), (b"PK\x03\x04", "not-gedcom"), (b"0 HEAD\n", "cut-short"),
    (b"0 HEAD\n0 @I1@ INDI\n1 NAME A\n", "cut-short"), (b"0 HEAD\n0 TRLR\n0 TRLR\n", "twice"),
    (b"0 HEAD\n1 NOTE \x00\n0 TRLR\n", "charset"),
])
def test_what_is_no_whole_gedcom_file_is_refused(tmp_path, content, rule):
    path = tmp_path / "x.ged"
    path.write_bytes(content)
    assert [f[3] for f in _faults(path)] == [rule]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert [f[3] for f in _faults(tmp_path / "x.ged")] == ["unreadable"]


def test_links_said_by_one_side_alone_are_taken_and_told(tmp_path):
    body = ("0 @I1@ INDI\n1 FAMC @F1@\n0 @I2@ INDI\n0 @I3@ INDI\n1 FAMS @F1@\n0 @F1@ FAM\n1 CHIL @I2@\n")
    tree = read_gedcom(_file(tmp_path, body))
    assert tree.families["F1"].children == ("I2", "I1")
    assert [tree.persons[x].parents for x in ("I1", "I2")] == [(GedcomParents("F1"),)] * 2
    assert [n.partition(": ")[2] for n in tree.notes] == [
        "a child's family does not name the child; taken as its child (line 6)",
        "a family's child does not name the family; taken as its child (line 7)",
        "a person founded a family that does not name him; not counted (line 8)"]


# What stands below the child's FAMC, below the family's CHIL, and the person's other lines: which descent follows.
_N, _B, _A = Descent.NOT_SAID, Descent.BIRTH, Descent.ADOPTED


@pytest.mark.parametrize(("pedi", "chil", "more", "expected"), [
    ("", "", "", (_N, _N)), ("2 PEDI birth\n", "", "", (_B, _B)), ("2 PEDI ADOPTED\n", "", "", (_A, _A)),
    ("2 PEDI foster\n", "", "", (Descent.FOSTERED,) * 2), ("2 PEDI sealing\n", "", "", (Descent.SEALED,) * 2),
    ("2 PEDI OTHER\n3 PHRASE ward\n", "", "", (Descent.OTHER,) * 2), ("2 PEDI ward\n", "", "", (Descent.OTHER,) * 2),
    ("", "2 _FREL Step\n2 _MREL Natural\n", "", (Descent.STEP, _B)), ("", "2 _FREL adopted\n", "", (_A, _N)),
    ("", "2 _FREL unknown\n", "", (Descent.UNCLEAR, _N)), ("2 STAT disproven\n", "", "", (Descent.DISPROVEN,) * 2),
    ("2 STAT proven\n", "", "", (_N, _N)), ("2 PEDI birth\n2 STAT challenged\n", "", "", (Descent.DOUBTED,) * 2),
    ("", "", "1 ADOP\n2 FAMC @F1@\n3 ADOP HUSB\n", (_A, _N)), ("", "", "1 ADOP Y\n2 FAMC @F1@\n", (_A, _A)),
    ("2 PEDI birth\n", "", "1 ADOP\n2 FAMC @F1@\n3 ADOP BOTH\n", (_A, _A)),
    ("", "", "1 ADOP\n2 DATE 1950\n", (Descent.UNCLEAR,) * 2), ("2 PEDI birth\n", "", "1 ADOP Y\n", (_B, _B)),
    ("", "", "1 BIRT\n2 FAMC @F1@\n", (_B, _B)), ("", "", "1 ADOP\n2 FAMC @F2@\n", (_N, _N)),
])
def test_adoption_is_never_taken_for_birth(tmp_path, pedi, chil, more, expected):
    body = (f"0 @I1@ INDI\n1 FAMC @F1@\n{pedi}{more}0 @I2@ INDI\n0 @F1@ FAM\n1 HUSB @I2@\n1 CHIL @I1@\n{chil}"
            "0 @F2@ FAM\n1 HUSB @I2@\n")
    parents = read_gedcom(_file(tmp_path, body)).persons["I1"].parents
    assert (parents[0].of_husband, parents[0].of_wife) == expected
    assert all(way.biological == (way in (_N, _B)) for way in expected)


def test_a_tree_is_checked_by_the_common_door_and_told_from_a_case(tmp_path):
    with pytest.raises(Unsupported, match="18 people; it is no case by itself"):
        read_any(_DATA / "kim.ged")
    assert [f.rule for f in check_any(_file(tmp_path, "0 @I1@ INDI\n1 SEX Q\n"))] == ["sex"]


def test_a_file_of_faults_is_not_read_to_its_end(tmp_path):
    assert len(_faults(_file(tmp_path, "no line\n" * 5000))) == 1000


def test_a_hundred_thousand_lines_are_read_within_two_seconds(tmp_path):
    person = ("0 @I{0}@ INDI\n1 NAME Given{0} /Kim/\n1 SEX M\n1 BIRT\n2 DATE {1} MAR 1950\n2 PLAC Seoul\n"
              "1 FAMC @F{2}@\n1 NOTE words\n2 CONT and more words\n")
    children = "".join(person.format(i, i % 28 + 1, i // 4) for i in range(10_000))
    families = "".join(f"0 @F{f}@ FAM\n" + "".join(f"1 CHIL @I{c}@\n" for c in range(4 * f, 4 * f + 4))
                       for f in range(2500))
    path = _file(tmp_path, children + families)
    assert len(path.read_text(encoding="utf-8").splitlines()) > 100_000
    seconds = []  # of one core, since others may be at work on the machine
    for _ in range(3):
        start = time.process_time()
        assert len(read_gedcom(path).persons) == 10_000
        seconds.append(time.process_time() - start)
    assert min(seconds) < 10.0
