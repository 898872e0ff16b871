"""The family of somebody missing: who belongs to it by blood, on which side, and who is left out."""

import datetime
import random
from pathlib import Path

import pytest

from homeward.formats.gedcom import Reach, Side, gedcom_family, gedcom_of, read_gedcom
from homeward.formats.gedcom.births import Births
from homeward.formats.gedcom.pruning import pruned
from homeward.model import Family, FaultyInput, InvalidValue, Member, Sex, TooLarge

_DATA = Path(__file__).parents[1] / "data" / "gedcom"
_TODAY = datetime.date(2026, 1, 1)


def _tree(tmp_path, body):
    path = tmp_path / "x.ged"
    path.write_text(f"0 HEAD\n1 GEDC\n2 VERS 5.5.1\n1 CHAR UTF-8\n{body}0 TRLR\n", encoding="utf-8")
    return read_gedcom(path)


def _person(xref, sex, *lines):
    return f"0 @{xref}@ INDI\n1 SEX {sex}\n" + "".join(f"1 {line}\n" for line in lines)


def _family(xref, husband, wife, *children):
    partners = "".join(f"1 {tag} @{who}@\n" for tag, who in (("HUSB", husband), ("WIFE", wife)) if who)
    return f"0 @{xref}@ FAM\n{partners}" + "".join(f"1 CHIL @{c}@\n" for c in children)


def _parents(kin):
    return {m.id: (m.father, m.mother) for m in kin.family.members}


def test_relatives_are_named_with_their_side_and_the_lines_that_they_share():
    kin = gedcom_family(read_gedcom(_DATA / "kim.ged"), {"@I1@": "P-1"}, reach=Reach(today=_TODAY))
    living = [r for r in kin.relatives if r.may_live]
    assert [(r.id, r.relation, r.side, r.meioses, r.mother_line, r.father_line) for r in living] == [
        ("I16", "son", Side.DESCENDANT, 1, False, True), ("I17", "half-brother", Side.FATHER, 2, False, True),
        ("I4", "sister", Side.BOTH, 2, True, False), ("I9", "father's brother's son", Side.FATHER, 4, False, True),
        ("I13", "mother's sister's daughter", Side.MOTHER, 4, True, False),
        ("I14", "mother's sister's daughter's daughter", Side.MOTHER, 5, True, False)]
    assert [m.id for m in kin.family.missing] == ["I1"]
    assert kin.family.missing[0].person == "P-1"
    assert all(r.member for r in kin.relatives)
    assert {r.id for r in kin.relatives if not r.may_live} == {"I2", "I3", "I6", "I7", "I8", "I11", "I12"}


def test_an_adopted_brother_is_no_relative_and_is_told_of():
    kin = gedcom_family(read_gedcom(_DATA / "kim.ged"), "I1", reach=Reach(today=_TODAY))
    assert "I5" not in {r.id for r in kin.relatives} | {m.id for m in kin.family.members}
    assert "I5 is a child of F1 (adopted); not counted as blood where it is not birth" in kin.notes


def test_only_those_who_join_the_donors_are_kept():
    kin = gedcom_family(read_gedcom(_DATA / "kim.ged"), "I1", reach=Reach(donors=["I9"]))
    assert _parents(kin) == {"I1": ("I2", "I3"), "I2": ("I6", "I7"), "I3": (None, None), "I6": (None, None),
                             "I7": (None, None), "I8": ("I6", "I7"), "I9": ("I8", "I10"), "I10": (None, None)}
    alone = gedcom_family(read_gedcom(_DATA / "kim.ged"), "I1", reach=Reach(donors=[]))
    assert _parents(alone) == {"I1": (None, None)}
    wife = gedcom_family(read_gedcom(_DATA / "kim.ged"), "I1", reach=Reach(donors=["I15", "I16"]))
    assert _parents(wife) == {"I1": (None, None), "I15": (None, None), "I16": ("I1", "I15")}
    stranger = gedcom_family(read_gedcom(_DATA / "kim.ged"), "I1", reach=Reach(donors=["I10"]))
    assert "I10 is joined to nobody missing, by blood or by a child; left out" in stranger.notes


def test_the_lines_reach_further_than_the_family_does():
    near = gedcom_family(read_gedcom(_DATA / "kim.ged"), "I1", reach=Reach(meioses=2, line_meioses=0, today=_TODAY))
    assert {r.id for r in near.relatives} == {"I16", "I2", "I3", "I17", "I4", "I6", "I7", "I11"}
    lines = gedcom_family(read_gedcom(_DATA / "kim.ged"), "I1", reach=Reach(meioses=0, line_meioses=5, today=_TODAY))
    assert {r.id for r in lines.relatives} == {"I3", "I12", "I13", "I14", "I4", "I2", "I6", "I8", "I9", "I16", "I17"}


def test_a_family_that_names_no_mother_gives_all_its_children_one():
    kin = gedcom_family(read_gedcom(_DATA / "seven.ged"), "A_1", reach=Reach(today=_TODAY))
    assert _parents(kin)["A_7"] == ("A_2", "mother in F4")
    assert ("A_7", "half-brother") in {(r.id, r.relation) for r in kin.relatives}
    assert "A_4" not in {m.id for m in kin.family.members}  # who adopted her
    assert "A_8" not in {m.id for m in kin.family.members}  # whose birth is challenged


def test_two_families_of_birth_are_refused_until_one_is_chosen(tmp_path):
    body = (_person("C", "M", "FAMC @F1@", "FAMC @F2@") + _person("A", "M") + _person("B", "F") + _person("X", "M")
            + _person("Y", "F") + _person("S", "F", "FAMC @F2@") + _family("F1", "A", "B", "C")
            + _family("F2", "X", "Y", "C", "S"))
    tree = _tree(tmp_path, body)
    with pytest.raises(FaultyInput) as caught:
        gedcom_family(tree, "C")
    fault, = caught.value.faults
    assert (fault.file, fault.value, fault.rule) == ("C", "F1, F2", "two-births")
    assert "birth_families={'C': …}" in fault.allowed
    assert _parents(gedcom_family(tree, "C", birth_families={"C": "F2"}))["C"] == ("X", "Y")
    stated = _tree(tmp_path, body.replace("1 FAMC @F1@\n", "1 FAMC @F1@\n2 PEDI birth\n"))
    assert _parents(gedcom_family(stated, "C"))["C"] == ("A", "B")
    with pytest.raises(FaultyInput) as caught:
        gedcom_family(tree, "C", birth_families={"C": "F9", "nobody": "F1"})
    assert sorted(f.rule for f in caught.value.faults) == ["unknown-family", "unknown-person"]


def test_a_stepfather_is_no_father_and_a_mother_stays_one(tmp_path):
    body = (_person("C", "M", "FAMC @F1@") + _person("H", "M") + _person("W", "F") + _person("S", "M", "FAMC @F1@")
            + _family("F1", "H", "W", "C", "S").replace("1 CHIL @C@\n", "1 CHIL @C@\n2 _FREL Step\n"))
    kin = gedcom_family(_tree(tmp_path, body), "C")
    assert _parents(kin)["C"] == ("father of C", "W")
    assert _parents(kin)["S"] == ("H", "W")
    assert [(r.id, r.relation, r.side) for r in kin.relatives] == [
        ("W", "mother", Side.MOTHER), ("S", "half-brother", Side.MOTHER)]


def test_parents_are_placed_by_their_sex_and_contradictions_named(tmp_path):
    body = _person("C", "M", "FAMC @F1@") + _person("A", "F") + _person("B", "M") + _family("F1", "A", "B", "C")
    kin = gedcom_family(_tree(tmp_path, body), "C")
    assert _parents(kin)["C"] == ("B", "A")
    assert "F1: husband and wife are placed by their recorded sex, not by their place" in kin.notes
    with pytest.raises(FaultyInput) as caught:
        gedcom_family(_tree(tmp_path, body.replace("INDI\n1 SEX M\n0 @F1@", "INDI\n1 SEX F\n0 @F1@")), "C")
    assert [(f.rule, f.allowed.partition(",")[0]) for f in caught.value.faults] == [
        ("parent-sex", "are both female in F1")]
    adopted = body.replace("1 SEX M\n0 @F1@", "1 SEX F\n0 @F1@").replace("CHIL @C@\n", "CHIL @C@\n2 _MREL adopted\n")
    kin = gedcom_family(_tree(tmp_path, adopted), "C", reach=Reach(donors=["A"]))
    assert _parents(kin)["C"] == ("father of C", "A")
    both = _person("C", "M", "FAMC @F1@") + _person("D", "M", "FAMC @F2@") + _person("U", "U")
    both += _family("F1", "U", None, "C") + _family("F2", None, "U", "D")
    with pytest.raises(FaultyInput) as caught:
        gedcom_family(_tree(tmp_path, both), ["C", "D"])
    assert [(f.file, f.column, f.rule) for f in caught.value.faults] == [("U", "SEX", "parent-sex")]


def test_dates_that_make_a_birth_impossible_are_told(tmp_path):
    body = (_person("C", "M", "FAMC @F1@", "BIRT\n2 DATE 1950") + _person("A", "M", "BIRT\n2 DATE AFT 1945")
            + _person("B", "F", "DEAT\n2 DATE 1949") + _family("F1", "A", "B", "C"))
    notes = gedcom_family(_tree(tmp_path, body), "C", reach=Reach(donors=["A", "B"])).notes
    assert notes == ("C would have been born before A, the father, was ten years old: look at the dates",
                     "C would have been born after the death of B, the mother: look at the dates")


def test_sisters_who_married_cousins_keep_their_parents(tmp_path):
    # G1 × G2 have sons A and B; A's wife V and B's wife W are sisters. C (missing) is A's nephew through Z.
    body = "".join((
        _person("C", "M", "FAMC @F1@"), _person("Z", "M", "FAMC @F0@"), _person("A", "M", "FAMC @F0@", "DEAT Y"),
        _person("B", "M", "FAMC @F0@", "DEAT Y"), _person("G1", "M"), _person("G2", "F"), _person("P", "F"),
        _person("V", "F", "FAMC @F9@"), _person("W", "F", "FAMC @F9@"), _person("X", "M"), _person("Y", "F"),
        _person("a", "F", "FAMC @F2@"), _person("b", "F", "FAMC @F3@"),
        _family("F0", "G1", "G2", "Z", "A", "B"), _family("F1", "Z", "P", "C"), _family("F2", "A", "V", "a"),
        _family("F3", "B", "W", "b"), _family("F9", "X", "Y", "V", "W")))
    tree = _tree(tmp_path, body)
    both = _parents(gedcom_family(tree, "C", reach=Reach(donors=["a", "b"])))
    assert both["V"] == both["W"] == ("X", "Y")
    assert "X" not in _parents(gedcom_family(tree, "C", reach=Reach(donors=["a"])))


def test_strangers_and_too_large_a_family_are_refused(tmp_path):
    tree = read_gedcom(_DATA / "kim.ged")
    for missing, reach in (("I99", None), ([], None), ("I1", Reach(donors=["nobody"]))):
        with pytest.raises(FaultyInput) as caught:
            gedcom_family(tree, missing, reach=reach)
        assert {f.rule for f in caught.value.faults} == {"unknown-person"}
    with pytest.raises(InvalidValue):
        Reach(meioses=-1)
    children = [f"S{i}" for i in range(2100)]
    body = "".join((*(_person(c, "M", "FAMC @F1@") for c in children), _person("A", "M"), _person("B", "F"),
                    _family("F1", "A", "B", *children)))
    with pytest.raises(TooLarge, match="2102 members"):
        gedcom_family(_tree(tmp_path, body), "S0")


# --- slow and obvious: what pruning must not change


def _kinship(parents):
    """Coefficients of kinship by the recursion of Malécot (1948), over founders who are not related."""
    depth = {}

    def _depth(who):
        if who not in depth:
            depth[who] = 0 if parents[who][0] is None else 1 + max(_depth(p) for p in parents[who])
        return depth[who]

    found = {}

    def phi(a, b):
        if (a, b) not in found:
            if _depth(a) < _depth(b):
                a, b = b, a
            if a == b:
                value = 0.5 if parents[a][0] is None else 0.5 * (1 + phi(*parents[a]))
            elif parents[a][0] is None:
                value = 0.0
            else:
                value = 0.5 * sum(phi(p, b) for p in parents[a])
            found[a, b] = found[b, a] = value
        return found[a, b]

    return phi


def _grown(rng, n):
    """A random pedigree with loops: each of its people is a founder or has two of those before him for parents."""
    members = []
    for i in range(n):
        men = [m.id for m in members if m.sex is Sex.MALE]
        women = [m.id for m in members if m.sex is Sex.FEMALE]
        born = men and women and rng.random() < 0.65
        members.append(Member(f"m{i}", rng.choice(men) if born else None, rng.choice(women) if born else None,
                              rng.choice((Sex.MALE, Sex.FEMALE))))
    return Family("F", tuple(members))


def test_pruning_changes_no_kinship_among_those_kept():
    rng = random.Random(1953)
    smaller = 0
    for _ in range(60):
        family = _grown(rng, rng.randint(5, 30))
        tree = gedcom_of([family])
        numbers = {m.id: f"I{i}" for i, m in enumerate(family.members, 1)}
        keep = [numbers[m.id] for m in rng.sample(family.members, 4)]
        full = {numbers[m.id]: (numbers.get(m.father), numbers.get(m.mother)) for m in family.members}
        small = {who: (b.father, b.mother) for who, b in pruned(keep, keep, Births(tree, {})).items()}
        before, after = _kinship(full), _kinship(small)
        assert [after(a, b) for a in keep for b in keep] == [before(a, b) for a in keep for b in keep]
        smaller += len(small) < len(full)
    assert smaller > 30
