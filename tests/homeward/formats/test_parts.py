"""Laboratories' reports and family trees that go into a case that stands."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from homeward.formats.codis import Letter, case_to_cmf, write_cmf
from homeward.formats.gedcom import gedcom_of, write_gedcom
from homeward.formats.niem import case_to_niem, write_niem
from homeward.formats.parts import read_part
from homeward.formats.ped import ped_file, write_ped
from homeward.model import Case, Family, FaultyInput, Genotype, Member, MissingPerson, Profile, RemainsSample, Sex
from homeward.simulate import Plan, grow_case

LETTER = Letter("SYNTHETIC1", "SYNTHETIC2", "analyst", "2024-05-01T09:30:00")


@pytest.fixture(scope="module")
def case() -> Case:
    plan = Plan(mix={"parents": 1.0}, partial=0.0, resampled=0.0, women=0.0)
    return grow_case(families=3, remains=4, rng=np.random.default_rng(5), plan=plan).case


def _cmf(case: Case, folder: Path) -> Path:
    write_cmf(case_to_cmf(case, LETTER).file, folder / "report.xml")
    return folder / "report.xml"


def _niem(case: Case, folder: Path) -> Path:
    write_niem(case_to_niem(case).file, folder / "report.xml")
    return folder / "report.xml"


def _unreported(case: Case) -> Case:
    """The case before its laboratory reported."""
    return replace(case, profiles=())


@pytest.mark.parametrize(("write", "kind"), [(_cmf, "CODIS CMF"), (_niem, "NIEM")])
def test_samples_that_stand_receive_their_profiles(case: Case, tmp_path: Path, write: object, kind: str) -> None:
    part = read_part(_unreported(case), write(case, tmp_path))  # type: ignore[operator]
    assert part.kind == kind
    assert {p.sample: dict(p.genotypes) for p in part.case.profiles} == {
        p.sample: dict(p.genotypes) for p in case.profiles}
    assert replace(part.case, profiles=case.profiles) == case


@pytest.mark.parametrize("write", [_cmf, _niem])
def test_unknown_samples_come_with_their_remains(case: Case, tmp_path: Path, write: object) -> None:
    gone = {s.id for s in case.remains_samples[:2]}
    left = {r.id for r in case.remains[2:]}
    fewer = replace(case, remains_samples=case.remains_samples[2:], remains=case.remains[2:],
                    elements=tuple(e for e in case.elements if e.remains in left),
                    profiles=tuple(p for p in case.profiles if p.sample not in gone))
    part = read_part(fewer, write(case, tmp_path))  # type: ignore[operator]
    assert gone <= {s.id for s in part.case.remains_samples}
    assert len(part.case.remains) == len(case.remains)
    assert part.case.families == case.families
    assert part.case.roster == case.roster


def test_a_family_that_stands_is_not_replaced_by_a_report(case: Case, tmp_path: Path) -> None:
    reference = case.reference_samples[0]
    fewer = replace(case, reference_samples=case.reference_samples[1:],
                    profiles=tuple(p for p in case.profiles if p.sample != reference.id))
    with pytest.raises(FaultyInput) as refused:
        read_part(fewer, _cmf(case, tmp_path))
    assert "enter the sample there" in str(refused.value)


def test_a_sample_is_of_remains_or_of_a_relative(case: Case, tmp_path: Path) -> None:
    path = _cmf(case, tmp_path)
    reference = case.reference_samples[0]
    wrong = replace(case, reference_samples=case.reference_samples[1:], profiles=(), remains_samples=(
        *case.remains_samples, RemainsSample(reference.id, case.remains[0].id)))
    with pytest.raises(FaultyInput, match="of remains in the case"):
        read_part(wrong, path)


def test_a_second_report_adds_markers_and_supersedes_others(case: Case, tmp_path: Path) -> None:
    path = _cmf(case, tmp_path)
    sample, genotypes = case.profiles[0].sample, dict(case.profiles[0].genotypes)
    marker = next(m for m, g in genotypes.items() if g.first != g.second)
    earlier = {m: (Genotype(g.first, None) if m == marker else g) for m, g in list(genotypes.items())[:10]}
    before = replace(case, profiles=(Profile(sample, earlier), *case.profiles[1:]))
    assert dict(read_part(before, path).case.profiles[0].genotypes) == genotypes


def test_unknown_markers_are_named(case: Case, tmp_path: Path) -> None:
    path = _cmf(case, tmp_path)
    dropped = case.frequencies.markers[0].name
    smaller = replace(case, profiles=(), frequencies=replace(case.frequencies, markers=case.frequencies.markers[1:]))
    assert any(dropped in note for note in read_part(smaller, path).notes)


def test_a_ped_file_brings_families_of_persons_on_the_roster(case: Case, tmp_path: Path) -> None:
    family = Family("FX", (Member("pa", None, None, Sex.MALE), Member("ma", None, None, Sex.FEMALE),
                           Member("son", "pa", "ma", Sex.MALE)))
    mother = Profile("FX-ma", {"TPOX": Genotype("8", "8")})
    write_ped(ped_file([family], {("FX", "ma"): mother}, frequencies=case.frequencies), tmp_path / "fx.ped")
    listed = replace(case, roster=(*case.roster, MissingPerson("P-X", "Synthetic X", Sex.MALE)))
    part = read_part(listed, tmp_path / "fx.ped", missing={"son": "P-X"})
    assert part.kind == "PED"
    new = next(f for f in part.case.families if f.missing[0].person == "P-X")
    assert len(new.members) == 3
    assert part.case.roster == listed.roster
    assert read_part(part.case, tmp_path / "fx.ped", missing={"son": "P-X"}).case == part.case


def test_a_tree_needs_to_be_told_who_is_missing(case: Case, tmp_path: Path) -> None:
    family = Family("FX", (Member("pa", None, None, Sex.MALE), Member("ma", None, None, Sex.FEMALE),
                           Member("son", "pa", "ma", Sex.MALE), Member("sis", "pa", "ma", Sex.FEMALE)))
    tree = gedcom_of([family])
    write_gedcom(tree, tmp_path / "tree.ged")
    son = next(x for x, p in tree.persons.items() if p.sex is Sex.MALE and p.parents)
    listed = replace(case, roster=(*case.roster, MissingPerson("P-X", "Synthetic X", Sex.MALE)))
    part = read_part(listed, tmp_path / "tree.ged", missing={son: "P-X"})
    assert part.kind == "GEDCOM"
    assert [m.person for m in part.case.families[-1].missing] == ["P-X"]
    for missing, why in (({}, "who of the tree"), ({son: "P-NOBODY"}, "on the roster")):
        with pytest.raises(FaultyInput, match=why):
            read_part(listed, tmp_path / "tree.ged", missing=missing)


def test_other_endings_are_refused(case: Case, tmp_path: Path) -> None:
    with pytest.raises(FaultyInput, match=r"\.ged"):
        read_part(case, tmp_path / "report.pdf")
