"""A case becomes a CMF file; what the file cannot carry is named, and what does not fit is refused."""

from dataclasses import replace

import numpy as np
import pytest

from homeward.formats.codis import Letter, Relation, case_to_cmf, cmf_case, read_cmf, relation_to, write_cmf
from homeward.model import (
    Case,
    Family,
    FaultyInput,
    Genotype,
    InvalidValue,
    Laboratory,
    Member,
    MissingPerson,
    Profile,
    ReferenceSample,
    Remains,
    RemainsSample,
    Sex,
)
from homeward.model.lineage import YProfile
from homeward.simulate import fbi2015, grow_case

_LETTER = Letter("SYNTH0000", "SYNTH0001", "analyst1", "2024-05-01T09:30:00")
M, F = Sex.MALE, Sex.FEMALE
_FAMILY = Family("F-1", (
    Member("grandfather", None, None, M), Member("grandmother", None, None, F), Member("gf2", None, None, M),
    Member("gm2", None, None, F), Member("father", "grandfather", "grandmother", M), Member("mother", "gf2", "gm2", F),
    Member("uncle", "grandfather", "grandmother", M), Member("aunt", "gf2", "gm2", F),
    Member("missing", "father", "mother", M, "P-1"), Member("sister", "father", "mother", F),
    Member("stepmother", None, None, F), Member("half", "father", "stepmother", M), Member("wife", None, None, F),
    Member("son", "missing", "wife", M), Member("grandson", "son", "stranger", M), Member("stranger", None, None, F),
    Member("nephew", "inlaw", "sister", M), Member("inlaw", None, None, M), Member("cousin", "uncle", "x", F),
    Member("x", None, None, F)))


def case_of(*samples, remains=(), **parts):
    """A case of the family above; samples are (member, genotypes)."""
    return Case(
        name="invented", frequencies=fbi2015(), synthetic=True, roster=(MissingPerson("P-1", sex=M),),
        families=(_FAMILY,), remains=tuple(Remains(r) for r, _ in remains),
        reference_samples=tuple(ReferenceSample(m, "F-1", m, "personal item" if m == "missing" else "relative")
                                for m, _ in samples),
        remains_samples=tuple(RemainsSample(f"{r}-S", r) for r, _ in remains),
        profiles=(*(Profile(m, g) for m, g in samples), *(Profile(f"{r}-S", g) for r, g in remains)), **parts)


_GENOTYPES = {"TH01": Genotype("6", "7"), "TPOX": Genotype("8", "8")}


@pytest.mark.parametrize(("donor", "relation"), [
    ("missing", Relation.SELF), ("mother", Relation.MOTHER), ("father", Relation.FATHER), ("sister", Relation.SIBLING),
    ("son", Relation.CHILD), ("wife", Relation.SPOUSE), ("half", Relation.PATERNAL), ("uncle", Relation.PATERNAL),
    ("cousin", Relation.PATERNAL), ("grandfather", Relation.PATERNAL), ("aunt", Relation.MATERNAL),
    ("gm2", Relation.MATERNAL), ("grandson", None), ("nephew", None), ("stepmother", None), ("inlaw", None),
])
def test_the_pedigree_tells_the_category(donor, relation):
    assert relation_to(_FAMILY, donor, "missing") is relation


def test_a_donor_who_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        relation_to(_FAMILY, "nobody", "missing")


def test_a_grown_case_comes_back_with_its_genotypes(tmp_path):
    case = grow_case(families=6, remains=8, rng=np.random.default_rng(5)).case
    export = case_to_cmf(case, _LETTER)
    write_cmf(export.file, tmp_path / "x.xml")
    back = cmf_case(read_cmf(tmp_path / "x.xml"), case.frequencies, synthetic=True)
    profiles = {p.sample: p for p in case.profiles}
    assert len(back.profiles) > len(case.remains)
    assert all(profiles[p.sample] == p for p in back.profiles)
    assert {s.id for s in back.remains_samples} == {s.id for s in case.remains_samples if s.id in profiles}


def test_each_sample_is_a_specimen_of_its_category_and_case():
    donors = [(who, _GENOTYPES) for who in ("mother", "nephew", "missing")]
    case = case_of(*donors, remains=[("R-1", _GENOTYPES)])
    export = case_to_cmf(case, _LETTER)
    assert [(s.id, s.category, s.case) for s in export.file.specimens] == [
        ("R-1-S", "Unidentified Person", "R-1"), ("mother", "Biological Mother", "P-1"), ("nephew", "Other", "P-1"),
        ("missing", "Missing Person", "P-1")]
    assert [tuple(a.value for a in locus.alleles) for locus in export.file.specimens[0].loci] == [("6", "7"), ("8",)]
    assert "nephew: how nephew of F-1 is related (category Other)" in export.left_out
    assert "allele frequencies of markers: 23" in export.left_out


def test_readings_bear_the_name_and_time_that_the_letter_gives():
    case = case_of(("mother", _GENOTYPES))
    locus = case_to_cmf(case, _LETTER).file.specimens[0].loci[0]
    assert (locus.read_by, locus.read_at) == ("analyst1", "2024-05-01T09:30:00")
    letter = replace(_LETTER, read_by="analyst2", read_at="2024-04-30T16:05:00")
    locus = case_to_cmf(case, letter).file.specimens[0].loci[0]
    assert (locus.read_by, locus.read_at) == ("analyst2", "2024-04-30T16:05:00")


def test_partial_results_make_a_partial_specimen_and_homozygotes_beside_them_are_named():
    case = case_of(("mother", {"TH01": Genotype("6", None), "TPOX": Genotype("8", "8"), "FGA": Genotype("22", "23")}))
    export = case_to_cmf(case, _LETTER)
    assert export.file.specimens[0].partial is True
    assert "mother: that TPOX are homozygous, while of TH01 one allele is not known" in export.left_out
    back = cmf_case(export.file, case.frequencies)
    assert back.profiles[0].genotypes["TPOX"] == Genotype("8", None)  # less than was known, and nothing wrong


def test_y_haplotypes_are_carried_by_3_3_and_named_by_3_2():
    y = YProfile.parse("missing", {"DYS389I": "13", "DYS385": "11,14", "DYS391": "0", "DYS19": "14", "DYS999": "9"})
    case = case_of(("missing", _GENOTYPES), y_profiles=(y,))
    export = case_to_cmf(case, _LETTER)
    assert {locus.name: tuple(a.value for a in locus.alleles) for locus in export.file.specimens[0].loci[2:]} == {
        "DYS389 I": ("13",), "DYS385": ("11", "14"), "DYS19": ("14",)}
    assert "missing: DYS391 0, which is a null allele" in export.left_out
    assert "missing: DYS999 9, which is no marker of CMF 3.3" in export.left_out
    older = case_to_cmf(case, replace(_LETTER, version="3.2"))
    assert [locus.name for locus in older.file.specimens[0].loci] == ["TH01", "TPOX"]
    assert len([line for line in older.left_out if "no marker of CMF 3.2" in line]) == 5


def test_what_does_not_fit_is_refused_all_at_once_and_nothing_is_cut():
    case = case_of(("mother", _GENOTYPES), remains=[("R" * 40, _GENOTYPES)])
    with pytest.raises(FaultyInput) as caught:
        case_to_cmf(case, _LETTER)
    assert [f.column for f in caught.value.faults] == ["SPECIMENID", "CASEID"]


def test_samples_without_a_result_and_rates_are_named():
    case = case_of(("mother", _GENOTYPES), ("father", {}))
    rates = replace(case.reference_samples[0], laboratory=Laboratory(0.1))
    export = case_to_cmf(replace(case, reference_samples=(rates, case.reference_samples[1])), _LETTER)
    assert [s.id for s in export.file.specimens] == ["mother"]
    assert "father: the sample, which has no result that CMF carries" in export.left_out
    assert "samples' rates of drop-out, drop-in and error: 1" in export.left_out


def test_a_case_without_results_makes_no_file():
    with pytest.raises(FaultyInput, match="must be at least one"):
        case_to_cmf(case_of(), _LETTER)


def test_a_letter_that_does_not_fit_is_refused():
    with pytest.raises(InvalidValue, match="DESTINATIONORI"):
        case_to_cmf(case_of(("mother", _GENOTYPES)), replace(_LETTER, destination="far too long a code"))


def test_someone_related_to_two_of_the_missing_is_said_to_be():
    family = Family("F-2", (Member("a", None, None, F), Member("b", None, None, M), Member("m1", "b", "a", M, "P-1"),
                            Member("m2", "b", "a", M, "P-2")))
    case = Case(name="x", frequencies=fbi2015(), roster=(MissingPerson("P-1"), MissingPerson("P-2")),
                families=(family,), reference_samples=(ReferenceSample("S", "F-2", "a"),),
                profiles=(Profile("S", _GENOTYPES),))
    export = case_to_cmf(case, _LETTER)
    assert export.file.specimens[0].case == "P-1"
    assert "S: that a of F-2 is a relative of P-2 as well" in export.left_out
