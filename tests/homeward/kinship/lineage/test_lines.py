"""Maternal and paternal lines of synthetic families, against breadth-first search over the same pedigrees."""

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.kinship.lineage.lines import (
    Descent,
    indistinguishable,
    line_references,
    member_haplotypes,
    remains_haplotypes,
    trace_lines,
)
from homeward.model import (
    Case,
    Family,
    FaultyInput,
    FrequencyTable,
    InvalidValue,
    Marker,
    Member,
    MissingPerson,
    ReferenceSample,
    Remains,
    RemainsSample,
    Sex,
)
from homeward.model.lineage import MitoProfile, YProfile, merge_mito_profiles, merge_y_profiles

M, F, U = Sex.MALE, Sex.FEMALE, Sex.UNKNOWN
FREQUENCIES = FrequencyTable("Synthetic", (Marker("TH01", ("6", "7"), (0.5, 0.5)),))


def _family(name="F-1", persons=(("missing", "M-1"), ("brother", "M-2"), ("nephew", "M-3"))):
    """Grandparents, a mother with a sister and a brother, the missing man, his brother, his sister and her son."""
    who = dict(persons)
    members = [("grandmother", F, None, None), ("grandfather", M, None, None),
               ("mother", F, "grandfather", "grandmother"), ("aunt", F, "grandfather", "grandmother"),
               ("uncle", M, "grandfather", "grandmother"), ("father", M, None, None),
               ("missing", M, "father", "mother"), ("brother", M, "father", "mother"),
               ("sister", F, "father", "mother"), ("sister's husband", M, None, None),
               ("nephew", M, "sister's husband", "sister"), ("uncle's wife", F, None, None),
               ("cousin", M, "uncle", "uncle's wife")]
    return Family(name, tuple(Member(m, f, mo, sex, who.get(m)) for m, sex, f, mo in members))


def _case(**more):
    settings = {"families": (_family(),), "roster": tuple(MissingPerson(f"M-{i}", sex=M) for i in (1, 2, 3)), **more}
    return Case("lines", FREQUENCIES, synthetic=True, **settings)


def _meioses(descent, a, b):
    return trace_lines([_family()], descent).meioses(("F-1", a), ("F-1", b))


@pytest.mark.parametrize(("relative", "meioses"), [
    ("missing", 0), ("mother", 1), ("brother", 2), ("sister", 2), ("nephew", 3), ("grandmother", 2), ("aunt", 3),
    ("uncle", 3), ("father", None), ("grandfather", None), ("cousin", None), ("sister's husband", None),
])
def test_the_maternal_line_runs_through_women_to_all_their_children(relative, meioses):
    assert _meioses(Descent.MATERNAL, "missing", relative) == meioses
    assert _meioses(Descent.MATERNAL, relative, "missing") == meioses


@pytest.mark.parametrize(("relative", "meioses"), [
    ("missing", 0), ("father", 1), ("brother", 2), ("sister", None), ("nephew", None), ("uncle", None),
    ("mother", None),
])
def test_the_paternal_line_runs_from_men_to_their_sons(relative, meioses):
    assert _meioses(Descent.PATERNAL, "missing", relative) == meioses


def test_a_line_names_its_members_and_its_founder():
    lines = trace_lines([_family()], Descent.PATERNAL)
    assert lines.members(("F-1", "uncle")) == (("F-1", "grandfather"), ("F-1", "uncle"), ("F-1", "cousin"))
    assert lines.founder(("F-1", "cousin")) == ("F-1", "grandfather")
    assert lines.founder(("F-1", "aunt")) is None
    assert lines.members(("F-1", "aunt")) == ()


def test_someone_of_unknown_sex_is_taken_to_be_on_his_fathers_line():
    family = Family("F-1", (Member("father", None, None, M), Member("mother", None, None, F),
                            Member("missing", "father", "mother", U, "M-1")))
    assert trace_lines([family], Descent.PATERNAL).meioses(("F-1", "missing"), ("F-1", "father")) == 1


def test_families_are_joined_by_the_same_person_alone():
    joined = trace_lines([_family("F-1", [("nephew", "M-3")]),
                          Family("F-2", (Member("he", None, None, M, "M-3"), Member("wife", None, None, F),
                                         Member("son", "he", "wife", M)))], Descent.PATERNAL)
    assert joined.meioses(("F-2", "son"), ("F-1", "sister's husband")) == 2
    apart = trace_lines([_family("F-1"), _family("F-2", ())], Descent.MATERNAL)
    assert apart.meioses(("F-1", "missing"), ("F-2", "missing")) is None


def test_one_person_may_not_have_parents_in_two_families():
    with pytest.raises(InvalidValue, match="in one family only"):
        trace_lines([_family("F-1", [("missing", "M-1")]), _family("F-2", [("missing", "M-1")])], Descent.MATERNAL)


def test_families_joined_in_a_circle_are_refused():
    two = [Family("F-1", (Member("a", None, None, M, "A"), Member("x", None, None, F), Member("b", "a", "x", M, "B"))),
           Family("F-2", (Member("b", None, None, M, "B"), Member("y", None, None, F), Member("a", "b", "y", M, "A")))]
    with pytest.raises(InvalidValue, match="his own ancestor"):
        trace_lines(two, Descent.PATERNAL)


def test_brothers_and_a_sisters_son_cannot_be_told_apart_by_their_maternal_line():
    assert indistinguishable(_case(), Descent.MATERNAL) == (("M-1", "M-2", "M-3"),)
    assert indistinguishable(_case(), Descent.PATERNAL) == (("M-1", "M-2"),)


def test_someone_without_a_family_is_in_no_group():
    case = _case(roster=tuple(MissingPerson(f"M-{i}", sex=M) for i in (1, 2, 3, 4)))
    assert all("M-4" not in group for group in indistinguishable(case, Descent.MATERNAL))


def test_one_reference_serves_every_missing_person_of_its_line():
    typed = {("F-1", "aunt"): MitoProfile.parse("S-1", "16024-576", "263G")}
    found = line_references(_case(), Descent.MATERNAL, typed)
    assert [[(r.donor, r.meioses) for r in each] for each in found] == [[(("F-1", "aunt"), m)] for m in (3, 3, 4)]


def test_references_stand_nearest_first_and_a_personal_item_at_zero():
    typed = {("F-1", m): YProfile(f"S-{m}", {"DYS19": ("14",)}) for m in ("brother", "father", "missing", "cousin")}
    found = line_references(_case(), Descent.PATERNAL, typed)
    assert [(r.donor[1], r.meioses) for r in found[0]] == [("missing", 0), ("father", 1), ("brother", 2)]
    assert found[2] is None


def test_a_missing_woman_has_no_paternal_line():
    case = _case(families=(_family(persons=[("sister", "M-1")]),), roster=(MissingPerson("M-1", sex=F),))
    typed = {("F-1", "father"): YProfile("S-1", {"DYS19": ("14",)})}
    assert line_references(case, Descent.PATERNAL, typed) == (None,)


def test_samples_find_their_owners_and_are_merged():
    case = _case(remains=(Remains("R-1"),), remains_samples=(RemainsSample("S-3", "R-1"), RemainsSample("S-4", "R-1")),
                 reference_samples=(ReferenceSample("S-1", "F-1", "aunt"), ReferenceSample("S-2", "F-1", "aunt")))
    profiles = [MitoProfile.parse(s, r, "") for s, r in (("S-1", "1-100"), ("S-2", "101-200"), ("S-3", "1-50"))]
    assert member_haplotypes(case, profiles, merge_mito_profiles)["F-1", "aunt"].ranges == ((1, 200),)
    assert remains_haplotypes(case, profiles, merge_mito_profiles)["R-1"].ranges == ((1, 50),)


def test_unknown_samples_and_disagreeing_ones_are_refused_together():
    case = _case(reference_samples=(ReferenceSample("S-1", "F-1", "aunt"), ReferenceSample("S-2", "F-1", "aunt")))
    profiles = [YProfile("S-1", {"DYS19": ("14",)}), YProfile("S-2", {"DYS19": ("15",)}), YProfile("S-9", {})]
    with pytest.raises(FaultyInput) as caught:
        member_haplotypes(case, profiles, merge_y_profiles)
    assert sorted(f.rule for f in caught.value.faults) == ["unknown-reference", "y-disagree"]


@st.composite
def _random_families(draw):
    size = draw(st.integers(2, 12))
    sexes = [draw(st.sampled_from([M, F])) for _ in range(size)]
    members = []
    for i, sex in enumerate(sexes):
        men = [f"{j}" for j in range(i) if sexes[j] is M]
        women = [f"{j}" for j in range(i) if sexes[j] is F]
        born = bool(men) and bool(women) and draw(st.booleans())
        parents = (draw(st.sampled_from(men)), draw(st.sampled_from(women))) if born else (None, None)
        members.append(Member(f"{i}", *parents, sex))
    return Family("F", tuple(members))


def _by_search(family, descent, start):
    """Steps to everyone reached by single transmissions, up or down, through mothers or from fathers to sons."""
    edges = {m.id: set() for m in family.members}
    for m in family.members:
        parent = m.mother if descent is Descent.MATERNAL else m.father
        if parent is not None and (descent is Descent.MATERNAL or m.sex is M):
            edges[m.id].add(parent)
            edges[parent].add(m.id)
    reached, waiting = {start: 0}, deque([start])
    while waiting:
        node = waiting.popleft()
        for other in edges[node] - set(reached):
            reached[other] = reached[node] + 1
            waiting.append(other)
    return reached


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(_random_families(), st.sampled_from(Descent))
def test_lines_of_random_families_are_those_of_a_search(family, descent):
    lines = trace_lines([family], descent)
    for a in family.members:
        carries = descent is Descent.MATERNAL or a.sex is M
        reached = _by_search(family, descent, a.id) if carries else {}
        for b in family.members:
            assert lines.meioses(("F", a.id), ("F", b.id)) == reached.get(b.id)
        assert {m for _, m in lines.members(("F", a.id))} == set(reached)
