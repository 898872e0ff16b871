"""Records become samples, pedigrees become families, and a case becomes a message."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from homeward.formats.niem import (
    DnaAllele,
    DnaEncoding,
    DnaLocus,
    DnaRecord,
    Donor,
    Identification,
    MitoData,
    MitoFragment,
    MitoPolymorphism,
    NiemFile,
    Pedigree,
    PedigreeMember,
    StrData,
    XmlAttribute,
    case_to_niem,
    niem_case,
    read_niem,
    read_niem_case,
    write_niem,
)
from homeward.model import (
    Case,
    Family,
    FaultyInput,
    FrequencyTable,
    Genotype,
    Laboratory,
    Marker,
    Member,
    MissingPerson,
    Profile,
    ReferenceSample,
    Remains,
    RemainsSample,
    Sex,
)
from homeward.model.lineage import MitoProfile, YProfile
from homeward.simulate import fbi2015, grow_case

_WORKED = Path(__file__).parents[4] / "spec" / "niem" / "worked"
_MARKERS = fbi2015()
_WHEN = "2024-05-01T09:30:00Z"


def ident(kind, name):
    return Identification(id=name, description=kind)


def locus(name="TH01", *alleles, quality="Normal", category="Autosomal"):
    return DnaLocus(name=name, category=category, quality=quality, alleles=tuple(
        a if isinstance(a, DnaAllele) else DnaAllele(operator="Equal", call=a) for a in alleles or ("6", "7")))


def record(name, category="Family Relative", *loci, sex=None, ids=(), encodings=None):
    return DnaRecord(categories=(category,), identifications=(ident("DNA Profile ID", name), *ids),
                     donors=() if sex is None else (Donor(sex_text=sex),), encodings=encodings or (
                         DnaEncoding(technology="STR", str_data=StrData(loci=loci or (locus(),))),))


def member(name, status="K", sex=None, parents=(), ids=()):
    father, mother = [Identification(attributes=(XmlAttribute("structures:ref", p),)) if p else None
                      for p in parents or (None, None)]
    return PedigreeMember(attributes=(XmlAttribute("structures:id", name),), identifications=tuple(ids), sex_text=sex,
                          status=status, father=father, mother=mother)


def pedigree(*members, name="C-1", status="Claimed"):
    return Pedigree(identifications=(ident("Case ID", name),), status=status, members=members)


def of(name):
    return (ident("DNA Profile ID", name),)


_FATHER, _SOUGHT = member("A", sex="Male", ids=of("S-1")), member("B", "S", "Female", ("A", None))


_CLAIM = pedigree(_FATHER, _SOUGHT)


def case_of(*records, pedigrees=(_CLAIM,), **given):
    return niem_case(NiemFile(records=records, pedigrees=pedigrees), given.pop("table", _MARKERS), **given)


def rules(*args, **given):
    with pytest.raises(FaultyInput) as caught:
        case_of(*args, **given)
    return [fault.rule for fault in caught.value.faults]


def test_the_worked_family_is_read_as_was_worked_out_by_hand():
    case = read_niem_case(_WORKED / "one-family.xml", _MARKERS, synthetic=True)
    whose = {s.id: f"remains {s.remains}" for s in case.remains_samples}
    whose |= {s.id: f"{s.kind} {s.member}" for s in case.reference_samples}
    found = {(p.sample, m): str(g) for p in case.profiles for m, g in p.genotypes.items()}
    found |= {(p.sample, m): "-".join(a) for p in case.y_profiles for m, a in p.haplotype.items()}
    found |= {(p.sample, "mtDNA"): str(p) for p in case.mito_profiles}
    with (_WORKED / "one-family.csv").open(encoding="utf-8", newline="") as table:
        expected = {(row["sample"], row["marker"]): row for row in csv.DictReader(table)}
    assert found == {key: row["genotype"] for key, row in expected.items()}
    assert {whose[sample] for sample, _ in found} == {row["whose"] for row in expected.values()}
    assert case.families == (Family("MP-0412", (
        Member("ID-1", None, None, Sex.FEMALE), Member("ID-2", None, None, Sex.MALE, "MP-0412"),
        Member("ID-3", "ID-2", "ID-1", Sex.MALE))),)
    assert case.roster == (MissingPerson("MP-0412", sex=Sex.MALE),)
    assert case.remains[0].sex is Sex.MALE
    assert "CSF1PO is not definitive, and is not compared" in case.notes


@pytest.mark.parametrize(("quality", "alleles", "genotype"), [
    ("Normal", ("6", "7"), Genotype("6", "7")), ("Normal", ("6",), Genotype("6", "6")),
    ("Partial", ("6",), Genotype("6", None)), ("Silent Allele", ("6",), Genotype("6", None)),
    ("Partial", ("6", "6"), Genotype("6", "6")), ("Not Definitive", ("6", "7"), None),
    ("Normal", ("6", DnaAllele(operator="AboveUpperLimit", call="13")), Genotype("6", None)),
    ("Normal", (DnaAllele(operator="BelowLowerLimit", call="4"),), None),
    ("Normal", ("6", DnaAllele(operator="Range", call="7", call_2="8")), Genotype("6", None)),
    ("Normal", (DnaAllele(call="6"), DnaAllele(call="7")), Genotype("6", "7")), ("Normal", ("6", "7", "8"), None),
])
def test_quality_and_operators_say_what_is_known_of_a_genotype(quality, alleles, genotype):
    loci = locus("TH01", *alleles, quality=quality), locus("FGA", "22", "23")
    case = case_of(record("R-1", "Unidentified Person", *loci))
    assert case.profiles[0].genotypes.get("TH01") == genotype


def test_a_parent_who_is_not_named_is_added_and_said():
    case = case_of(record("S-1"))
    assert case.families[0].members == (
        Member("A", None, None, Sex.MALE), Member("B", "A", "mother of B", Sex.FEMALE, "C-1"),
        Member("mother of B", None, None, Sex.FEMALE))
    assert "C-1: mother of B added, untyped, since one parent is named" in case.notes


def test_a_missing_persons_record_is_a_personal_items_by_his_own_id_or_the_pedigrees():
    for ids, sought in (((ident("Case ID", "C-1"),), _SOUGHT), ((), replace(_SOUGHT, identifications=of("BRUSH")))):
        case = case_of(record("S-1"), record("BRUSH", "Missing Person", ids=ids),
                       pedigrees=(pedigree(_FATHER, sought),))
        assert [(s.id, s.member, s.kind) for s in case.reference_samples] == [
            ("S-1", "A", "relative"), ("BRUSH", "B", "personal item")]


def test_the_pedigrees_own_id_is_nobodys_own():
    ids = (ident("Case ID", "C-1"),)
    case = case_of(record("S-1", ids=ids), record("S-2", ids=ids), pedigrees=(
        pedigree(replace(_FATHER, identifications=(*of("S-1"), *ids)), _SOUGHT),))
    assert [s.id for s in case.reference_samples] == ["S-1"]
    assert "records without a place in a pedigree, set aside: 1 of Family Relative" in case.notes


def test_ids_of_another_kind_are_another_id():
    other = PedigreeMember(identifications=(ident("Person ID", "S-1"),), sex_text="Male", status="K",
                           attributes=(XmlAttribute("structures:id", "A"),))
    assert case_of(record("S-1"), pedigrees=(pedigree(other, _SOUGHT),)).reference_samples == ()
    unkinded = replace(other, identifications=(Identification(id="S-1"),))
    assert len(case_of(record("S-1"), pedigrees=(pedigree(unkinded, _SOUGHT),)).reference_samples) == 1


def test_one_who_is_looked_for_bears_his_own_id_on_the_roster_if_he_has_one():
    two = (member("B", "S", "Male", ("A", None), (ident("NCIC", "M-77"),)), member("D", "S", "Male", ("A", None)))
    case = case_of(record("S-1"), pedigrees=(pedigree(_FATHER, *two),))
    assert [p.id for p in case.roster] == ["M-77", "C-1/D"]


@pytest.mark.parametrize("status", ["Negated", "Unable to process"])
def test_a_pedigree_that_was_refuted_is_not_used(status):
    case = case_of(record("S-1"), pedigrees=(pedigree(_FATHER, _SOUGHT, status=status),))
    assert (case.families, case.roster) == ((), ())
    assert f"pedigree C-1 is left out: {status}" in case.notes


@pytest.mark.parametrize("status", ["Candidate", "Inconclusive"])
def test_a_pedigree_that_is_open_is_taken_and_said(status):
    case = case_of(record("S-1"), pedigrees=(pedigree(_FATHER, _SOUGHT, status=status),))
    assert len(case.families) == 1
    assert f"pedigree C-1 is {status}; it is taken as it stands" in case.notes


def test_a_profile_of_low_template_is_said():
    encoding = DnaEncoding(technology="STR", low_template=True, str_data=StrData(loci=(locus(),)))
    case = case_of(record("R-1", "Unidentified Person", encodings=(encoding,)))
    assert "a profile of low template; its loci are taken as their quality says" in case.notes


def test_a_candidate_among_the_remains_stays_remains():
    claimed = replace(_SOUGHT, identifications=of("R-1"))
    case = case_of(record("S-1"), record("R-1", "Unidentified Person"), pedigrees=(pedigree(_FATHER, claimed),))
    assert [r.id for r in case.remains] == ["R-1"]
    assert [s.id for s in case.reference_samples] == ["S-1"]
    assert "C-1: B bears the id of remains; that claim is not used" in case.notes


def test_one_donor_in_two_pedigrees_has_his_sample_twice():
    case = case_of(record("S-1"), pedigrees=(pedigree(_FATHER, _SOUGHT), pedigree(_FATHER, _SOUGHT, name="C-2")))
    assert [(s.id, s.family) for s in case.reference_samples] == [("S-1", "C-1"), ("S-1 in C-2", "C-2")]
    assert case.profiles[0].genotypes == case.profiles[1].genotypes


def test_a_pedigree_without_anyone_looked_for_is_said():
    case = case_of(record("S-1"), pedigrees=(pedigree(_FATHER),))
    assert "C-1: no member has the status S, so that nobody is looked for" in case.notes


def test_the_sex_of_a_member_comes_from_his_record_where_the_pedigree_has_none():
    case = case_of(record("S-1", "Spouse", locus(), locus("Amelogenin", "X")),
                   pedigrees=(pedigree(member("A", ids=of("S-1")), member("B", "S", "Male")),))
    assert case.families[0].member("A").sex is Sex.FEMALE


def test_contradictions_of_sex_are_refused_wherever_they_are():
    amelogenin = (locus(), locus("Amelogenin", "X"))
    assert rules(record("S-1", "Family Relative", *amelogenin)) == ["amelogenin-sex"]
    assert rules(record("S-1", "Family Relative", *amelogenin, sex="Male")) == ["amelogenin-sex"] * 2
    same = (ident("Remains ID", "R"),)
    assert rules(record("R-1", "Unidentified Person", *amelogenin, ids=same),
                 record("R-2", "Unidentified Person", locus(), locus("Amelogenin", "X", "Y"), ids=same)) == ["sex"]


def test_people_who_cannot_be_are_refused():
    own_father = pedigree(member("A", "S", "Male", ("A", None)))
    woman_as_father = pedigree(member("A", sex="Female"), member("B", "S", None, ("A", None)))
    nobody_as_father = pedigree(_FATHER, member("B", "S", None, ("Z", None)))
    for impossible in (own_father, woman_as_father, nobody_as_father):
        assert rules(record("S-1"), pedigrees=(impossible,)) == ["invalid-value"]


def test_remains_under_one_id_are_one_set_and_a_profile_given_twice_is_refused():
    same = (ident("Remains ID", "R"),)
    case = case_of(record("S-2", "Unidentified Person", ids=same), record("S-3", "Unidentified Person", ids=same))
    assert [(s.id, s.remains) for s in case.remains_samples] == [("S-2", "R"), ("S-3", "R")]
    assert rules(record("S-2", "Unidentified Person"), record("S-2", "Unidentified Person")) == ["twice"]


def test_a_locus_twice_in_a_profile_is_refused():
    assert rules(record("R-1", "Unidentified Person", locus("TH01", "6"), locus("THO1", "7"))) == ["marker-twice"]
    assert rules(record("R-1", "Unidentified Person", locus("TH01", "6"), locus("TH01", "6"))) == ["marker-twice"]


def test_alleles_without_a_frequency_are_refused_or_get_the_one_that_is_given():
    odd = record("R-1", "Unidentified Person", locus("TH01", "6", "99"))
    assert rules(odd) == ["unseen-allele"]
    assert "TH01: 99 added with frequency 0.001" in case_of(odd, unseen=0.001).notes


_X = FrequencyTable("invented", (Marker("DXS8378", ("10", "11"), (0.5, 0.5), x_linked=True),))


@pytest.mark.parametrize(("sex", "genotype"), [
    ("Male", Genotype("10", None, hemizygous=True)), ("Female", Genotype("10", "10")), (None, Genotype("10", None))])
def test_one_allele_of_the_x_is_one_of_a_man_and_two_of_a_woman(sex, genotype):
    remains = record("R-1", "Unidentified Person", locus("DXS8378", "10", category="X-STR"), sex=sex)
    assert case_of(remains, table=_X).profiles[0].genotypes == {"DXS8378": genotype}


def test_a_locus_on_another_chromosome_than_its_frequencies_is_refused():
    assert rules(record("R-1", "Unidentified Person", locus("DXS8378", "10")), table=_X) == ["locus-category"]


def _mito(reference, *polymorphisms):
    fragment = MitoFragment(start="73", end="340", polymorphisms=tuple(
        MitoPolymorphism(site=s, offset=o, base=b) for s, o, b in polymorphisms))
    return record("R-1", "Unidentified Person", encodings=(DnaEncoding(
        technology="mtDNA First Generation", mito_data=MitoData(reference=reference, fragments=(fragment,))),))


def test_mitochondrial_dna_is_read_against_the_rcrs_alone():
    found = ("263", None, "G"), ("309", "1", "C"), ("200", "0", "N")
    case = case_of(_mito("revised Cambridge Reference Sequence", *found))
    assert str(case.mito_profiles[0]) == "73-199 201-340: 263G 309.1C"
    case = case_of(_mito("RSRS", ("263", None, "G")))
    assert case.mito_profiles == ()
    assert any("not known to be the rCRS" in note for note in case.notes)


def test_differences_that_cannot_be_are_refused():
    found = rules(_mito(None, ("263", None, "A"), ("400", None, "C"), (None, None, "C")))
    assert set(found) == {"mt-difference", "mt-outside"}


# From a case to a message

def test_a_grown_case_comes_back_the_same(tmp_path):
    case = grow_case(families=6, remains=8, rng=np.random.default_rng(5)).case
    export = case_to_niem(case)
    write_niem(export.file, tmp_path / "x.xml")
    back = read_niem_case(tmp_path / "x.xml", case.frequencies, synthetic=True)
    assert back.families == case.families
    assert back.reference_samples == case.reference_samples
    assert {p.sample: p for p in back.profiles} == {p.sample: p for p in case.profiles if p.genotypes}
    assert {(s.id, s.remains) for s in back.remains_samples} == {(s.id, s.remains) for s in case.remains_samples}
    assert {(p.id, p.sex) for p in back.roster} == {(p.id, p.sex) for p in case.roster if p.id in case.place_of()}


def _small(**parts):
    y = YProfile.parse("S-2", {"DYS391": "10", "DYS385": "11,14", "DYS19": "0"})
    mito = MitoProfile.parse("S-2", "16024-16365 73-340", "263G 315.1C 249DEL 16189Y")
    given = {
        "name": "invented", "frequencies": FrequencyTable("invented", (*_MARKERS.markers, *_X.markers)),
        "roster": (MissingPerson("P-1", sex=Sex.MALE), MissingPerson("P-9")),
        "families": (Family("F", (Member("a", None, None, Sex.MALE), Member("b", None, None, Sex.FEMALE),
                                  Member("c", "a", "b", Sex.MALE, "P-1")), {"a": 0.1}),),
        "remains": (Remains("R", Sex.MALE), Remains("Q")), "remains_samples": (RemainsSample("S-2", "R"),),
        "reference_samples": (ReferenceSample("S-1", "F", "a", laboratory=Laboratory(0.1)),
                              ReferenceSample("S-3", "F", "c", "personal item"), ReferenceSample("S-4", "F", "b")),
        "profiles": (Profile("S-1", {"TH01": Genotype("6", None), "FGA": Genotype("22", "22")}),
                     Profile("S-2", {"DXS8378": Genotype("10", None, hemizygous=True), "TH01": Genotype("6", "7")}),
                     Profile("S-3", {"TH01": Genotype("6", "7")})),
        "y_profiles": (y,), "mito_profiles": (mito,), **parts}
    return Case(**given)


def test_all_kinds_of_results_come_back_and_what_is_lost_is_named():
    case = _small()
    export = case_to_niem(case, processed=_WHEN)
    back = niem_case(export.file, case.frequencies)
    assert {p.sample: p for p in back.profiles} == {p.sample: p for p in case.profiles}
    assert back.y_profiles == (YProfile.parse("S-2", {"DYS391": "10", "DYS385": "11,14"}),)
    assert back.mito_profiles == case.mito_profiles
    assert [(s.id, s.family, s.member, s.kind) for s in back.reference_samples] == [
        ("S-1", "F", "a", "relative"), ("S-4", "F", "b", "relative"), ("S-3", "F", "c", "personal item")]
    assert set(export.left_out) >= {
        "S-2: DYS19, which has a null allele", "entries of the roster without a family: 1",
        "remains without a sample: 1", "samples' rates of drop-out, drop-in and error: 1",
        "families with inbred founders, their coefficients: 1"}


def test_loci_say_of_what_chromosome_and_quality_they_are():
    found = {(r.label, locus.name): (locus.category, locus.quality, [a.call for a in locus.alleles])
             for r, _, locus in case_to_niem(_small()).file.loci()}
    assert found["S-1", "TH01"] == ("Autosomal", "Partial", ["6"])
    assert found["S-1", "FGA"] == ("Autosomal", "Normal", ["22"])
    assert found["S-2", "DXS8378"] == ("X-STR", "Normal", ["10"])
    assert found["S-2", "DYS385"] == ("Y-STR", "Normal", ["11", "14"])


def test_mitochondrial_dna_without_a_date_or_a_code_is_named():
    assert any("NIEM asks when it was read" in line for line in case_to_niem(_small()).left_out)
    mixed = MitoProfile.parse("S-2", "303-315", "309.2c 309.1C")
    left_out = case_to_niem(_small(mito_profiles=(mixed,)), processed=_WHEN).left_out
    assert "S-2: the mitochondrial profile, since 309.2c have no code in NIEM" in left_out


def test_a_case_of_nobody_makes_no_message():
    with pytest.raises(FaultyInput, match="must be at least one"):
        case_to_niem(Case(name="empty", frequencies=_MARKERS))


def test_other_releases_are_written_as_such(tmp_path):
    write_niem(case_to_niem(_small(), release="6.0").file, tmp_path / "x.xml")
    assert read_niem(tmp_path / "x.xml").release == "6.0"
