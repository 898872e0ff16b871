"""What a Familias file says, and how it is said that it does not say it."""

from pathlib import Path

import pytest

from homeward.formats.familias import (
    FamiliasGenotype,
    FamiliasMutation,
    FamiliasRelation,
    FamiliasSetting,
    read_familias,
)
from homeward.model import FaultyInput, Sex, Unsupported

_DATA = Path(__file__).parent / "data" / "familias"


def _changed(tmp_path, name, *changes):
    """A fixture with some lines (by number, as an editor counts them) replaced, or taken out where None."""
    lines = (_DATA / name).read_bytes().decode("utf-8").split("\r\n")
    for number, line in changes:
        lines[number - 1] = line
    path = tmp_path / name
    path.write_text("\n".join(line for line in lines if line is not None), encoding="utf-8")
    return path


def _faults(path):
    with pytest.raises(FaultyInput) as caught:
        read_familias(path)
    return [(f.line, f.column, f.rule) for f in caught.value.faults]


def test_persons_pedigrees_and_database_are_read_with_names_for_indices():
    file = read_familias(_DATA / "two_pedigrees.fam")
    assert (file.version, file.remark, file.dvi, file.notes) == ("3.3.1", "synthetic: invented people", None, ())
    assert [(p.id, p.sex, p.birth_year, p.is_child) for p in file.persons] == [
        ("AF", Sex.MALE, None, False), ("MO", Sex.FEMALE, None, False), ("CH", Sex.FEMALE, 1951, True)]
    assert file.persons[0].genotypes == (FamiliasGenotype("L1", "12", "13"), FamiliasGenotype("L2", "9.3", "10"))
    assert file.persons[1].genotypes == ()
    assert [(p.name, p.relations) for p in file.pedigrees] == [
        ("H1", (FamiliasRelation("AF", "CH"), FamiliasRelation("MO", "CH"))), ("H2", (FamiliasRelation("MO", "CH"),))]
    first, second = file.database.loci
    assert (first.alleles, first.frequencies, first.database_size) == (("12", "13", "14"), (0.2, 0.3, 0.5), 600.0)
    assert second.female == FamiliasMutation(4, 0.001, 1e-6, 0.1)
    assert second.male == FamiliasMutation(4, 0.002, 1e-6, 0.1)
    assert file.settings[0] == FamiliasSetting(("Advanced", "Direct/Identity"), "Dropin", "0")


def test_silent_alleles_are_counted_apart():
    first, second = read_familias(_DATA / "silent.fam").database.loci
    assert (first.alleles, first.silent, first.possibilities) == (("12", "13", "14"), 0.05, None)
    assert (second.silent, second.female.model, second.male.model) == (0.1, 1, 0)


def test_theta_relations_known_beforehand_and_extra_people_are_read():
    file = read_familias(_DATA / "theta_known_relations.fam")
    assert file.database.theta == 0.02
    assert file.database.name is None
    assert [(p.consider_dropouts, p.flag) for p in file.persons] == [(True, False), (False, True)]
    assert file.known.relations == (FamiliasRelation("extra female 1", "Brother A"),)
    assert file.pedigrees[0].relations[0] == FamiliasRelation("extra female 1", "Brother B")
    assert file.pedigrees[0].extra_males == ("added to full: male 1",)
    assert file.pedigrees[1].extra_males == ("added to half: male 1", "added to half: male 2")
    assert file.database.loci[0].dropout == 0.1


def test_the_part_on_disaster_victims_is_read():
    file = read_familias(_DATA / "dvi.fam")
    assert file.dvi is not None
    assert [(p.id, p.sex, len(p.genotypes)) for p in file.dvi.unidentified] == [
        ("R-001", Sex.MALE, 2), ("R-002", Sex.FEMALE, 2), ("R-003", Sex.UNKNOWN, 1)]
    assert file.dvi.unidentified[1].genotypes[1] == FamiliasGenotype("TH01", "8", "9.3")
    assert file.dvi.unidentified[2].genotypes == (FamiliasGenotype("L1", "13", None),)
    assert [f.name for f in file.dvi.families] == ["Family one", "Family two"]
    assert [p.name for p in file.dvi.families[0].pedigrees] == ["Reference pedigree", "son"]
    assert FamiliasRelation("Mother", "Missing person") in file.dvi.families[0].pedigrees[1].relations
    assert "found by the river" in file.dvi.notes
    assert file.notes == ("marker THO1 read as TH01",
                          "AMEL shows the sex; it is not in the database and not compared")


def test_decimal_commas_western_letters_and_files_without_second_rates_are_read():
    file = read_familias(_DATA / "commas_latin1.fam")
    assert [p.id for p in file.persons] == ["Søster Françoise", "Frère"]
    assert (file.remark, file.database.name, file.database.theta) == ("", "fréquences", 0.01)
    first, second = file.database.loci
    assert (first.male, first.database_size, first.dropout) == (FamiliasMutation(2, 0.002, 0.0, 0.1), 250.5, 0.05)
    assert (second.alleles, second.frequencies) == (("8", "9.3", "10"), (0.25, 0.35, 0.4))
    assert file.notes == ("TH01: allele 8,0 read as 8", "TH01: allele 9,3 read as 9.3")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_encoding_and_line_end_gives_the_same(tmp_path, encoding, end):
    text = (_DATA / "commas_latin1.fam").read_bytes().decode("latin-1")
    path = tmp_path / "copy.fam"
    path.write_bytes(text.replace("\r\n", end).encode(encoding))
    assert read_familias(path) == read_familias(_DATA / "commas_latin1.fam")


def test_a_number_of_alleles_that_does_not_count_those_listed_is_kept(tmp_path):
    assert read_familias(_changed(tmp_path, "two_pedigrees.fam", (66, "9"))).database.loci[0].possibilities == 9


def test_direct_relations_are_kept_as_such():
    assert read_familias(_DATA / "direct_twins.fam").pedigrees[0].relations == (
        FamiliasRelation("Twin 1", "Twin 2", direct=True),)


def test_pedigrees_come_in_the_order_of_their_indices(tmp_path):
    path = _changed(tmp_path, "two_pedigrees.fam", (41, "1"), (50, "0"))
    assert [p.name for p in read_familias(path).pedigrees] == ["H2", "H1"]


def test_values_that_are_wrong_are_all_named_with_their_lines(tmp_path):
    changes = ((12, "7"), (17, "5"), (46, "9"), (62, "1,5"), (64, "7"), (75, "-0.3"))
    path = _changed(tmp_path, "two_pedigrees.fam", *changes)
    assert _faults(path) == [
        (17, "marker", "index"), (46, "parent", "index"), (62, "mutation rate (female)", "number"),
        (64, "mutation model (female)", "index"), (75, "frequency of L1 12", "number")]
    path = _changed(tmp_path, "two_pedigrees.fam", *changes[:3])
    assert _faults(path) == [(12, "allele 1 of L1", "index"), (17, "marker", "index"), (46, "parent", "index")]


@pytest.mark.parametrize(("change", "fault"), [
    ((1, '"Output of another program"'), (1, "title", "not-familias")),
    ((1, "Output from Familias"), (1, "title", "text")),
    ((5, "many"), (5, "number of persons", "count")),
    ((5, "99999"), (5, "number of persons", "count")),
    ((6, "#FALSE#"), (6, "person", "text")),
    ((7, "0"), (7, "flag of the person", "flag")),
    ((8, "then"), (8, "year of birth", "number")),
    ((5, "2"), (24, "heading", "heading")),
])
def test_lines_that_break_the_order_are_named(tmp_path, change, fault):
    assert fault in _faults(_changed(tmp_path, "two_pedigrees.fam", change))


def test_a_second_father_and_a_parent_of_himself_are_refused(tmp_path):
    lines = (_DATA / "two_pedigrees.fam").read_text().splitlines()
    at = lines.index('"H1"')
    assert lines[at + 4:at + 8] == ["0", "2", "1", "2"]
    path = _changed(tmp_path, "two_pedigrees.fam", (at + 8, "1"))
    assert (at + 8, "relation", "own-parent") in _faults(path)
    text = (_DATA / "two_pedigrees.fam").read_text().replace('"MO"\n#FALSE#\n-1\n#FALSE#\n#FALSE#',
                                                             '"MO"\n#FALSE#\n-1\n#FALSE#\n#TRUE#')
    path.write_text(text)
    assert (at + 8, "relation", "two-parents") in _faults(path)


@pytest.mark.parametrize(("old", "new", "column", "rule"), [
    ("nPersons= 3\n[[[Person 1", "nPersons= 4\n[[[Person 1", "nPersons", "count"),
    ("nSystems= 2", "nSystems= 3", "nSystems", "count"),
    ("nRelations= 2", "nRelations= 1", "nRelations", "count"),
    ("nFamilies= 2\n[[[F", "[[[F", "nFamilies", "missing-key"),
    ("Gender= Male", "Gender= Man", "Gender", "sex"),
    ("Name= R-002", "Name= R-001", "Name", "twice"),
    ("Name= R-002", "Name=", "Name", "name"),
    ("SystemName= THO1", "SystemName= D3S1358", "SystemName", "marker"),
    ("Allele1= 12", "Allele1= 99", "allele of L1", "allele"),
    ("Allele2= 13\n", "Allele2= 13\nAllele3= 14\n", "DNA data", "allele"),
    ("Parent= Father", "Parent= Uncle", "Parent", "unknown-person"),
    ("Parent= Father\n", "", "Child", "pairs"),
    ("Parent= Father\nChild= Missing person", "Parent= Father\nChild= Father", "Child", "own-parent"),
    ("Name= Aunt\nGender= Female", "Name= Missing aunt\nGender= Female", "heading", None),
    ("[[[[[[DNA data]]]]]]", "[[[[[[[[DNA data]]]]]]]]", "heading", "depth"),
    ("nSystems= 2\n", "nSystems= 2\nx\n", "line", "line"),
    ("[[[[Pedigrees]]]]", "[[[[Trees]]]]", "Pedigrees", "missing-key"),
    ("[[Notes]]", "[[Unidentified persons]]", "heading", "twice"),
    ("[Prior]", "[DVI]", "heading", "twice"),
])
def test_each_fault_of_the_second_part_is_named(tmp_path, old, new, column, rule):
    text = (_DATA / "dvi.fam").read_bytes().decode().replace("\r\n", "\n")
    assert old in text
    path = tmp_path / "dvi.fam"
    path.write_text(text.replace(old, new, 1))
    if rule is None:
        assert [p.id for p in read_familias(path).dvi.families[0].persons][-1] == "Missing aunt"
    else:
        faults = _faults(path)
        assert (column, rule) in {(c, r) for _, c, r in faults}
        assert all(line > 0 for line, _, _ in faults)


def test_the_second_part_is_checked_though_the_first_breaks_off(tmp_path):
    text = (_DATA / "dvi.fam").read_bytes().decode().replace("\r\n", "\n")
    path = tmp_path / "dvi.fam"
    path.write_text(text.replace('"L1"\n', "", 1).replace("Gender= Female", "Gender= Frau", 1))
    faults = _faults(path)
    assert [(c, r) for _, c, r in faults] == [("marker", "text"), ("Gender", "sex")]


@pytest.mark.parametrize(("old", "new"), [("#Databases: 1", "#Databases: 2"), ("#FALSE# (#Data", "#TRUE# (#Data")])
def test_several_databases_and_computed_probabilities_are_not_supported(tmp_path, old, new):
    path = tmp_path / "x.fam"
    path.write_text((_DATA / "two_pedigrees.fam").read_text().replace(old, new))
    with pytest.raises(Unsupported, match="line 57"):
        read_familias(path)


def test_a_database_that_goes_on_after_its_end_is_refused(tmp_path):
    path = tmp_path / "x.fam"
    path.write_text((_DATA / "mutation.fam").read_text().replace("Fst: 0 )\n7\n", "Fst: 0 )\n6\n"))
    assert [(c, r) for _, c, r in _faults(path)] == [("end of the database", "too-long")]


@pytest.mark.parametrize(("old", "new", "column"), [
    ('"13"\n', '"12.0"\n', "allele of L1"), ("0.3\n", "0\n", "frequency of L1 13"), ("0.3\n", "0.9\n", "L1"),
    ("Fst: 0 )", "Fst: x )", "Theta/Kinship/Fst"), ('"L2"', '"L1"', "marker"), ('"MO"', '"AF"', "person"),
    ('"H2"', '"H1"', "name of the pedigree"), ("DatabaseSize = 600", "DatabaseSize = ?", "DatabaseSize"),
    ("\n0.001\n0.002\n0\n", "\n1.#QNAN\n0.002\n0\n", "mutation rate (female)"),
])
def test_each_fault_of_the_first_part_is_named(tmp_path, old, new, column):
    text = (_DATA / "two_pedigrees.fam").read_text()
    assert old in text
    path = tmp_path / "x.fam"
    path.write_text(text.replace(old, new, 1))
    assert column in {c for _, c, _ in _faults(path)}


def test_what_cannot_be_read_at_all_is_refused_in_words(tmp_path):
    with pytest.raises(FaultyInput, match="cannot be read"):
        read_familias(tmp_path / "none.fam")
    contents = ((b"", "title"), (b"\x00" * 50, "text file"), (b"\xff\xfe", "title"), (b"PK\x03\x04", "title"))
    for content, words in contents:
        (tmp_path / "x.fam").write_bytes(content)
        with pytest.raises(FaultyInput, match=words):
            read_familias(tmp_path / "x.fam")
