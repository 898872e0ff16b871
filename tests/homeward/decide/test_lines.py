"""Several lines of evidence: added where they are independent, counted where they support, named where they exclude."""

import dataclasses

import numpy as np
import pytest

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.decide import Conclusion, identify
from homeward.decide.combine import combine, supporting_lines
from homeward.model import InvalidValue, Rule, Sex
from homeward.model.lineage import HaplotypeDatabase, MitoProfile, YProfile
from homeward.model.rcrs import reference_base
from homeward.simulate import grow_case

RANGES = "16024-16365 73-340"


def _support(line, log10_lr, status):
    lr = np.where(np.array(status) == EXCLUDED, -np.inf, np.array(log10_lr, dtype=float))
    return Support(line, ("P",), tuple("ABC"), lr.reshape(1, 3), np.array(status, dtype=np.int8).reshape(1, 3))


def test_log10_lrs_add_up_over_the_lines_that_compared():
    first = _support("one", [2.0, 0.0, 1.0], [COMPARED, NOT_COMPARED, COMPARED])
    second = _support("two", [1.5, 0.0, 0.0], [COMPARED, NOT_COMPARED, EXCLUDED])
    both = combine([first, second])
    assert both.log10_lr.tolist() == [[3.5, 0.0, -np.inf]]
    assert both.status.tolist() == [[COMPARED, NOT_COMPARED, EXCLUDED]]
    assert both.line == "one + two"
    assert supporting_lines([first, second], 0, 0) == ("one", "two")
    assert supporting_lines([first, second], 0, 2) == ("one",)


def test_a_line_that_compared_nothing_changes_nothing():
    first = _support("one", [2.0, 0.0, 1.0], [COMPARED, NOT_COMPARED, COMPARED])
    nothing = _support("two", [0.0] * 3, [NOT_COMPARED] * 3)
    both = combine([first, nothing])
    assert both.log10_lr.tolist() == first.log10_lr.tolist()
    assert both.status.tolist() == first.status.tolist()


def test_lines_of_other_remains_are_refused():
    other = Support("two", ("P",), ("A", "B", "D"), np.zeros((1, 3)), np.zeros((1, 3), np.int8))
    with pytest.raises(InvalidValue, match="must be those of one"):
        combine([_support("one", [0.0] * 3, [NOT_COMPARED] * 3), other])


@pytest.fixture(scope="module")
def grown():
    """A grown case with one more kind of record: the mothers' mitochondrial types, and those of some remains."""
    grown = grow_case(families=20, remains=24, rng=np.random.default_rng(7))
    return grown, HaplotypeDatabase.of("invented", _haplotypes(200))


def _haplotypes(n):
    found = []
    for k in range(n):
        position = 73 + k
        base = next(b for b in "ACGT" if b != reference_base(position))
        found.append(MitoProfile.parse(f"db{k}", RANGES, f"{position}{base}"))
    return found


def _with_mito(grown, database):
    """Each typed mother, and the remains of her son, have one type of their own."""
    case, types = grown.case, database.haplotypes
    place = {m.person: (f, m) for f in case.families for m in f.missing}
    profiles = []
    for n, (remains, person) in enumerate(grown.truth.items()):
        if person not in place:
            continue
        family, member = place[person]
        sample = next((s for s in case.reference_samples
                       if s.family == family.id and s.member == member.mother), None)
        bone = next((s for s in case.remains_samples if s.remains == remains), None)
        if sample is not None and bone is not None and sample.id not in {p.sample for p in profiles}:
            profiles += [dataclasses.replace(types[n], sample=s.id) for s in (sample, bone)]
    return dataclasses.replace(case, mito_profiles=tuple(profiles), mito_database=database, rule=Rule(0.9995, 2))


def test_a_mother_s_type_is_a_second_line_and_meets_a_rule_that_asks_for_two(grown):
    case = _with_mito(*grown)
    assert case.mito_profiles
    found = identify(case)
    assert [line.line for line in found.lines] == ["kinship", "mtdna"]
    two = [p for p in found.proposals if p.lines == ("kinship", "mtdna")]
    assert two
    assert all(p.conclusion is Conclusion.IDENTIFIED and p.meets_rule for p in two)
    assert all(grown[0].truth[p.remains] == p.person for p in two)
    alone = [p for p in found.proposals if p.lines == ("kinship",)]
    assert all(p.conclusion is Conclusion.PROBABLE for p in alone)
    for p in two:
        i, j = found.support.am_ids.index(p.person), found.support.pm_ids.index(p.remains)
        assert p.log10_lr == pytest.approx(sum(line.log10_lr[i, j] for line in found.lines), abs=1e-12)
        assert p.line_log10_lrs == tuple((line.line, line.log10_lr[i, j]) for line in found.lines)


def test_haplotypes_without_a_database_are_not_compared_and_that_is_said(grown):
    case = dataclasses.replace(_with_mito(*grown), mito_database=None)
    found = identify(case)
    assert [line.line for line in found.lines] == ["kinship"]
    assert "mtDNA haplotypes are not compared: the case has no database to count them in" in found.warnings


def test_a_y_line_is_not_counted_as_independent_of_kinship(grown):
    case = grown[0].case
    place = {m.person: (f, m) for f in case.families for m in f.missing}
    profiles, taken = [], set()
    for remains, person in grown[0].truth.items():
        if person not in place:
            continue
        family, member = place[person]
        men = {m.id for m in family.members
               if m.sex is Sex.MALE and member.father in (m.id, m.father)}
        sample = next((s for s in case.reference_samples if s.family == family.id and s.member in men), None)
        bone = next((s for s in case.remains_samples if s.remains == remains), None)
        if sample is None or bone is None or sample.id in taken:
            continue
        taken.add(sample.id)
        for s in (sample, bone):
            profiles.append(YProfile(s.id, {f"DYS{n}": ("14",) for n in (19, 390, 391, 392, 393, 437, 438, 439)}))
    database = HaplotypeDatabase.of("invented", [
        YProfile(f"y{k}", {f"DYS{n}": (str(10 + (k + n) % 9),) for n in (19, 390, 391, 392, 393, 437, 438, 439)})
        for k in range(60)])
    found = identify(dataclasses.replace(case, y_profiles=tuple(profiles), y_database=database, rule=Rule(0.9995, 2)))
    assert [line.line for line in found.lines] == ["kinship", "ystr"]
    with_y = [p for p in found.proposals if "ystr" in p.lines]
    assert with_y
    assert all(p.conclusion is Conclusion.PROBABLE for p in with_y)
    assert any("paternal line" in w for w in found.warnings)
