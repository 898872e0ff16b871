"""The SVG of a family: what is drawn, what is said of it, and that no text of the data becomes markup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from homeward.model import Family, FaultyInput, Member, Sex
from homeward.report import draw_pedigree

SVG = "{http://www.w3.org/2000/svg}"
_FamilyOf = Callable[..., Family]


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def test_men_are_squares_women_circles_and_the_unrecorded_diamonds(family_of: _FamilyOf) -> None:
    root = parsed(draw_pedigree(family_of("half-sibs"), typed=[], missing="missing"))
    shapes = Counter(child.tag.removeprefix(SVG) for g in root.iter(f"{SVG}g") for child in g)
    assert (shapes["rect"], shapes["circle"], shapes["polygon"]) == (2, 3, 1)


def test_typed_members_are_filled_and_the_missing_are_asked_for(family_of: _FamilyOf) -> None:
    root = parsed(draw_pedigree(family_of("sibs"), typed=["sister", "brother"], missing="missing",
                                others_missing=["father"]))
    fill, sign = {}, {}
    for g in root.iter(f"{SVG}g"):
        said = g.findtext(f"{SVG}title") or ""
        fill[said.split(",")[0]] = g[1].get("fill")
        sign[said.split(",")[0]] = g.findtext(f"{SVG}text")
    assert fill["sister"] == fill["brother"] not in (fill["mother"], fill["father"], fill["missing"])
    assert len({fill["mother"], fill["father"], fill["missing"]}) == 3
    assert sign == {"father": "?", "mother": None, "sister": None, "missing": "?", "brother": None}


def test_the_picture_is_told_to_those_who_cannot_see_it(family_of: _FamilyOf) -> None:
    root = parsed(draw_pedigree(family_of("trio", "F-7", "P-9"), typed=["mother"], missing="missing"))
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "Pedigree of family F-7"
    assert root.findtext(f"{SVG}desc") == (
        "father, male, not typed; mother, female, typed; missing, male, on the roster as P-9, "
        "the missing person in question, not typed, child of father and mother")


def test_partners_related_by_blood_are_joined_by_a_double_line(family_of: _FamilyOf) -> None:
    def horizontals_of_couples(shape: str) -> int:
        svg = draw_pedigree(family_of(shape), typed=[], missing=None)
        path = next(p.get("d") or "" for p in parsed(svg).iter(f"{SVG}path"))
        return path.count("M")

    single = horizontals_of_couples("cousins and aunt")  # three couples: no double line
    assert single == 3 + 3 + 2 + (3 + 2)  # couple lines, drops, bars, lines to five of the six children
    assert horizontals_of_couples("cousins married") == (4 + 1) + 4 + 2 + (2 + 2)


def test_a_duplicate_has_a_broken_outline_and_says_so() -> None:
    family = Family("F", (Member("man", None, None, Sex.MALE), Member("wife", None, None, Sex.FEMALE),
                          Member("daughter", "man", "wife", Sex.FEMALE),
                          Member("child", "man", "daughter", Sex.MALE)))
    root = parsed(draw_pedigree(family, typed=[], missing=None))
    again = [g for g in root.iter(f"{SVG}g") if "(drawn again)" in (g.findtext(f"{SVG}title") or "")]
    assert [g[1].get("stroke-dasharray") for g in again] == ["4 3"]


def test_long_names_are_wrapped_and_cut_but_told_in_full() -> None:
    long = "maternal grandmother of the second marriage"
    family = Family("F", (Member(long, None, None, Sex.FEMALE),))
    root = parsed(draw_pedigree(family, typed=[], missing=None))
    labels = [t.text or "" for t in root.iter(f"{SVG}text")]
    assert len(labels) == 2
    assert max(map(len, labels)) <= 14
    assert labels[1].endswith("…")
    assert long in (root.findtext(f"{SVG}desc") or "")


def test_hostile_names_stay_text() -> None:
    hostile = "<script>alert('1')</script>\"><img src=x onerror=1>&"
    family = Family(hostile, (Member(hostile, None, None, Sex.MALE, hostile),))
    svg = draw_pedigree(family, typed=[hostile], missing=hostile)
    tags = {e.tag.removeprefix(SVG) for e in parsed(svg).iter()}
    assert tags <= {"svg", "title", "desc", "path", "g", "rect", "text"}
    assert hostile in (parsed(svg).findtext(f"{SVG}desc") or "")


def test_ids_that_are_no_members_are_refused_all_at_once(family_of: _FamilyOf) -> None:
    with pytest.raises(FaultyInput) as refused:
        draw_pedigree(family_of("trio"), typed=["nobody", "mother"], missing="x", others_missing=["y"])
    assert [(f.file, f.column, f.value) for f in refused.value.faults] == [
        ("F", "typed", "nobody"), ("F", "missing", "x"), ("F", "others_missing", "y")]


def test_the_same_family_has_the_same_drawing(family_of: _FamilyOf) -> None:
    first, second = (draw_pedigree(family_of("cousins and aunt"), typed=["aunt"], missing="missing") for _ in range(2))
    assert first == second
