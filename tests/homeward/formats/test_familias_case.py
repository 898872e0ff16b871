"""Cases made of Familias files: who is in them, with which markers, and what is said about it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from homeward.formats.familias import (
    FamiliasDatabase,
    FamiliasDvi,
    FamiliasFamily,
    FamiliasFile,
    FamiliasLocus,
    FamiliasMutation,
    FamiliasPedigree,
    FamiliasPerson,
    FamiliasRelation,
    familias_case,
    read_familias,
    read_familias_case,
)
from homeward.kinship.mutation import mutation_matrix
from homeward.model import FaultyInput, Genotype, InvalidValue, MutationModel, Sex, Unsupported

_DATA = Path(__file__).parent / "data" / "familias"
_L1 = FamiliasLocus("L1", ("12", "13", "14"), (0.2, 0.3, 0.5))


def _parents(family):
    return {m.id: (m.father, m.mother) for m in family.members if not m.is_founder}


def _with(*loci, **fields):
    return FamiliasFile(FamiliasDatabase(loci or (_L1,)), **fields)


def _searching(persons, relations, **fields):
    """A file of one reference family whose pedigree has the given pairs of parent and child."""
    pedigree = FamiliasPedigree("P", tuple(FamiliasRelation(*pair) for pair in relations))
    family = FamiliasFamily("F", tuple(FamiliasPerson(*p) for p in persons), (pedigree,))
    return _with(dvi=FamiliasDvi(families=(family,)), **fields)


def test_each_pedigree_becomes_a_family_with_samples_of_its_own():
    case = read_familias_case(_DATA / "two_pedigrees.fam")
    assert (case.name, case.synthetic, case.rule.minimum_lines, case.roster, case.remains) == (
        "two_pedigrees", True, 1, (), ())
    assert _parents(case.families[0]) == {"CH": ("AF", "MO")}
    assert _parents(case.families[1]) == {"CH": ("father of CH", "MO")}
    assert [(s.id, s.family, s.member) for s in case.reference_samples] == [
        ("H1/AF", "H1", "AF"), ("H1/CH", "H1", "CH"), ("H2/AF", "H2", "AF"), ("H2/CH", "H2", "CH")]
    assert {p.sample: p.genotypes["L1"] for p in case.profiles}["H2/CH"] == Genotype("13", "14")
    assert case.frequencies["L1"].male == MutationModel("equal", 0.002)
    assert case.frequencies["L2"].female == MutationModel("stepwise", 0.001, 1e-6, 0.1)
    assert case.notes == ("H2: father of CH added, untyped, since the file names one parent",)


def test_known_relations_and_extra_people_are_in_every_family():
    case = read_familias_case(_DATA / "theta_known_relations.fam")
    assert case.frequencies.theta == 0.02
    assert _parents(case.families[0]) == {
        "Brother A": ("added to full: male 1", "extra female 1"),
        "Brother B": ("added to full: male 1", "extra female 1")}
    assert _parents(case.families[1]) == {
        "Brother A": ("added to half: male 1", "extra female 1"),
        "Brother B": ("added to half: male 2", "added to half: female 1")}
    assert "drop-out is not computed: stated for 1 markers and 1 persons" in case.notes
    assert "Advanced/Direct/Identity: Dropin=0.05 is not used" in case.notes


def test_relations_known_beforehand_are_a_family_where_there_is_no_pedigree():
    case = read_familias_case(_DATA / "commas_latin1.fam")
    assert [f.id for f in case.families] == ["Known relations"]
    assert _parents(case.families[0])["Frère"] == ("extra male 1", "extra female 1")
    assert read_familias_case(_DATA / "mutation.fam").families == ()


def test_the_unidentified_become_remains_and_the_missing_the_roster():
    case = read_familias_case(_DATA / "dvi.fam")
    assert [(p.id, p.sex) for p in case.roster] == [
        ("Family one/Missing person", Sex.UNKNOWN), ("Family two/Missing wife", Sex.FEMALE),
        ("Family two/Missing person", Sex.MALE)]
    assert [(r.id, r.sex) for r in case.remains] == [
        ("R-001", Sex.MALE), ("R-002", Sex.FEMALE), ("R-003", Sex.UNKNOWN)]
    assert [(s.id, s.kind) for s in case.reference_samples] == [
        ("Family one/Mother", "relative"), ("Family two/Daughter", "relative"),
        ("Family two/Missing wife", "personal item"), ("Family two/Son", "relative")]
    assert _parents(case.families[0]) == {"Missing person": ("Father", "Mother")}
    assert _parents(case.families[1]) == dict.fromkeys(("Daughter", "Son"), ("Missing person", "Missing wife"))
    profiles = {p.sample: p.genotypes for p in case.profiles}
    assert profiles["R-003"] == {"L1": Genotype("13", "13")}
    assert "1 genotypes give one allele and are read as homozygotes" in case.notes
    assert "Family one: Aunt has no place in the pedigree son and is left out" in case.notes
    assert "marker THO1 read as TH01" in case.notes


def test_pedigrees_that_differ_must_be_decided():
    with pytest.raises(Unsupported, match="parent, child"):
        read_familias_case(_DATA / "dvi_undecided.fam")
    case = read_familias_case(_DATA / "dvi_undecided.fam", pedigrees={"F": "child"})
    assert _parents(case.families[0]) == {"Missing person": ("Ref", "mother of Missing person")}
    for wrong in ({"F": "cousin"}, {"G": "child"}):
        with pytest.raises(FaultyInput, match="must"):
            read_familias_case(_DATA / "dvi_undecided.fam", pedigrees=wrong)


def test_a_parent_of_unknown_sex_is_the_other_of_the_one_that_is_known():
    case = familias_case(_searching(
        [("Mother", Sex.FEMALE), ("Son", Sex.MALE), ("Girl", Sex.FEMALE)],
        [("Missing person", "Son"), ("Mother", "Son"), ("Missing person", "Girl"), ("Missing spouse", "Girl")]))
    assert {p.id: p.sex for p in case.roster} == {"F/Missing person": Sex.MALE, "F/Missing spouse": Sex.FEMALE}
    assert not any("not recorded" in note for note in case.notes)


def test_a_parent_whose_sex_nothing_tells_is_placed_as_a_father_and_that_is_said():
    case = familias_case(_searching([("Son", Sex.MALE)], [("Missing person", "Son")]))
    assert [(m.id, m.sex, m.father, m.mother) for m in case.families[0].members] == [
        ("Son", Sex.MALE, "Missing person", "mother of Son"), ("Missing person", Sex.UNKNOWN, None, None),
        ("mother of Son", Sex.UNKNOWN, None, None)]
    assert "F: the sex of Missing person, a parent, is not recorded; placed as a father" in case.notes


def test_sexes_that_contradict_each_other_and_circles_are_refused():
    with pytest.raises(FaultyInput, match="father and a mother"):
        familias_case(_searching(
            [("M", Sex.FEMALE), ("P", Sex.MALE), ("A", Sex.MALE), ("B", Sex.MALE)],
            [("Missing person", "A"), ("M", "A"), ("Missing person", "B"), ("P", "B")]))
    with pytest.raises(FaultyInput, match="own ancestor"):
        familias_case(_searching([("A", Sex.MALE), ("B", Sex.MALE)], [("A", "B"), ("B", "A")]))


def test_people_without_a_place_are_left_out_but_for_a_missing_person_with_dna():
    case = familias_case(_searching([("R", Sex.MALE), ("Missing son", Sex.MALE), ("Cousin", Sex.MALE)],
                                    [("R", "Missing person")]))
    assert [p.id for p in case.roster] == ["F/Missing person"]
    assert "F: Missing son has no place in the pedigree P and is left out" in case.notes
    file = read_familias(_DATA / "dvi.fam")
    alone = replace(file.dvi.families[1], pedigrees=(FamiliasPedigree("none of them"),))
    kept = familias_case(replace(file, dvi=replace(file.dvi, families=(alone,))))
    assert [p.id for p in kept.roster] == ["Family two/Missing wife"]
    assert [s.kind for s in kept.reference_samples] == ["personal item"]


def test_families_of_one_name_are_told_apart_and_one_that_looks_for_nobody_is_named():
    one = FamiliasFamily("Kim", (FamiliasPerson("A", Sex.MALE), FamiliasPerson("B", Sex.MALE)),
                         (FamiliasPedigree("P", (FamiliasRelation("A", "B"),)),))
    case = familias_case(_with(dvi=FamiliasDvi(families=(one, one))))
    assert [f.id for f in case.families] == ["Kim", "Kim (2)"]
    assert "Kim (2): nobody in it is called Missing, so that nobody is looked for" in case.notes


def test_identical_twins_are_not_supported():
    with pytest.raises(Unsupported, match="Twin 1 and Twin 2"):
        read_familias_case(_DATA / "direct_twins.fam")


def test_silent_alleles_neither_mutate_nor_arise():
    case = read_familias_case(_DATA / "silent.fam")
    first, second = case.frequencies["S1"], case.frequencies["S2"]
    assert (first.silent, first.alleles[-1], first.frequencies) == ("silent", "silent", (0.19, 0.285, 0.475, 0.05))
    assert first.female == MutationModel()
    assert (second.female, second.male) == (MutationModel("proportional", 0.002), MutationModel("equal", 0.003))
    stationary = read_familias(_DATA / "silent.fam").database.loci[0]
    whole = familias_case(_with(replace(stationary, female=FamiliasMutation(3, 0.002)))).frequencies["S1"]
    matrix, p = np.array(whole.female.matrix), np.array(whole.frequencies)
    np.testing.assert_array_equal(matrix[3], [0, 0, 0, 1])
    np.testing.assert_allclose(p @ matrix, p, rtol=1e-14)
    assert p[:3] @ (1 - np.diag(matrix)[:3]) == pytest.approx(0.002 * 0.95)  # the rate is that of the visible alleles


def test_each_mutation_model_of_familias_becomes_ours():
    case = read_familias_case(_DATA / "mutation.fam")
    models = {m.name: (m.female, m.male) for m in case.frequencies.markers}
    assert models["EXT"] == (MutationModel("stepwise", 0.001, 1e-6, 0.1), MutationModel("stepwise", 0.004, 1e-5, 0.2))
    assert models["STEP"] == (MutationModel("stepwise", 0.002), MutationModel("stepwise", 0.003, 0.0, 0.05))
    assert models["STAT"] == (MutationModel("dawid", 0.002), MutationModel("dawid", 0.003, 0.0, 0.05))
    assert models["NONE"] == (MutationModel(), MutationModel())
    assert models["REST"] == (MutationModel("equal", 0.002), MutationModel("proportional", 0.003))
    assert models["BLOCKS"] == (MutationModel("equal", 0.002), MutationModel("equal", 0.003))
    assert [note.split(":")[0] for note in case.notes] == ["REST", "BLOCKS"]


def test_stationary_steps_between_microvariants_keep_the_population_and_the_rate():
    marker = read_familias_case(_DATA / "mutation.fam").frequencies["STATMICRO"]
    p = np.array(marker.frequencies)
    plain = mutation_matrix(MutationModel("stepwise", 0.002, 0.0001), marker.alleles, p)
    stationary = np.array(marker.female.matrix)
    np.testing.assert_allclose(p @ stationary, p, rtol=1e-13)
    assert p @ np.diag(stationary) == pytest.approx(p @ np.diag(plain), rel=1e-13)
    assert marker.male == MutationModel("stepwise", 0.003, 0.0001)


def test_a_model_that_does_not_apply_falls_back_as_told_or_is_refused_by_name():
    case = read_familias_case(_DATA / "mutation.fam", fallback="proportional")
    assert case.frequencies["REST"].female == MutationModel("proportional", 0.002)
    with pytest.raises(Unsupported, match="REST: the extended stepwise"):
        read_familias_case(_DATA / "mutation.fam", fallback=None)
    with pytest.raises(InvalidValue, match="fallback"):
        read_familias_case(_DATA / "mutation.fam", fallback="dawid")
    steep = replace(_L1, frequencies=(0.9989, 0.001, 0.0001), female=FamiliasMutation(1, 0.9))
    with pytest.raises(Unsupported, match="L1: the proportional"):
        familias_case(_with(steep))
    rest = replace(steep, alleles=("8", "9", "Rest allele"), female=FamiliasMutation(4, 0.9))
    with pytest.raises(Unsupported, match="nor does the proportional"):
        familias_case(_with(rest), fallback="proportional")


@pytest.mark.parametrize(("frequencies", "expected", "note"), [
    ((0.2, 0.3, 0.5), (0.2, 0.3, 0.5), None),
    ((0.2, 0.3, 0.4999999), (0.2, 0.3, 0.4999999), None),
    ((0.2, 0.3, 0.49), (0.2 / 0.99, 0.3 / 0.99, 0.49 / 0.99), "L1: frequencies sum to 0.99 and are scaled to 1"),
    ((0.2, 0.3, 0.52), (0.2 / 1.02, 0.3 / 1.02, 0.52 / 1.02), "L1: frequencies sum to 1.02 and are scaled to 1"),
    ((0.2, 0.3, 0.1), (0.2, 0.3, 0.1, 0.4), "L1: frequencies sum to 0.6; Rest allele added with the rest"),
])
def test_frequencies_that_do_not_sum_to_one_are_scaled_or_get_a_rest_allele(frequencies, expected, note):
    case = familias_case(_with(replace(_L1, frequencies=frequencies)))
    assert case.frequencies["L1"].frequencies == pytest.approx(expected, rel=1e-14)
    assert case.notes == ((note,) if note else ())


def test_a_silent_allele_counted_on_top_makes_the_others_smaller():
    case = familias_case(_with(replace(_L1, silent=0.1)))
    assert case.frequencies["L1"].frequencies == pytest.approx((0.18, 0.27, 0.45, 0.1))
    assert len(case.notes) == 1


def test_markers_that_are_not_autosomal_are_left_out_with_a_word():
    loci = [replace(_L1, name=name) for name in ("L1", "AMEL", "DXS10135", "DYS391")]
    case = familias_case(_with(*loci))
    assert [m.name for m in case.frequencies.markers] == ["L1"]
    assert len(case.notes) == 3


def test_a_number_of_alleles_that_is_not_that_of_the_list_is_told():
    assert "states 9 alleles and lists 3" in familias_case(_with(replace(_L1, possibilities=9))).notes[0]


def test_the_same_file_gives_the_same_digest():
    first, second = (read_familias_case(_DATA / "dvi.fam") for _ in range(2))
    assert first == second
    assert first.digest() == second.digest()
