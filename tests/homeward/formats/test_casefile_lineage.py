"""Haplotypes in the case folder: read, joined, refused with all faults, written. Everyone here is invented."""

import csv
import io
import re
import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook

from homeward.formats.casefile import check_case, read_case, write_case
from homeward.model import Case, FaultyInput, FrequencyTable, InvalidValue, Remains, RemainsSample
from homeward.model.lineage import HaplotypeDatabase, MitoProfile, YProfile

VALID = Path(__file__).parents[3] / "spec" / "valid"
MTDNA = "sample,ranges,differences\n"
YSTR = "sample,marker,alleles\n"
PROFILES = "sample,marker,allele1,allele2\n"


@pytest.fixture
def folder(tmp_path):
    """Copies a valid case of spec/, with some files put in the place of its own (None: left out)."""
    def make(files, base="y-rows-of-a-kit"):
        shutil.copytree(VALID / base, tmp_path / "case")
        for name, content in files.items():
            path = tmp_path / "case" / name
            path.unlink(missing_ok=True)
            if content is not None:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / "case"
    return make


def found(path):
    return [(f.file, f.line, f.column, f.rule) for f in check_case(path)]


def haplotypes(case):
    return {p.sample: dict(p.haplotype) for p in case.y_profiles}


def workbook(text):
    book = Workbook()
    for row in csv.reader(text.splitlines()):
        book.active.append([float(c) if c.replace(".", "", 1).isdecimal() else c or None for c in row])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


# Mitochondrial DNA

def test_mitochondrial_haplotypes_and_their_database_are_read():
    case = read_case(VALID / "mitochondrial")
    assert [str(p) for p in case.mito_profiles] == [
        "16024-16365 73-340: 16093C 263G 309.1C 315.1C", "16024-16365: 16093Y", "73-340: 263G 309.1c 315.1C"]
    database = case.mito_database
    assert (database.population, database.source) == ("invented", "invented for this case")
    assert database.counts == (2, 3, 1, 1)
    assert database.size == 7
    assert [str(h) for h in database.haplotypes[2:]] == [
        "16024-576: no differences", "16024-16125 16127-16365 73-340: 16189C 263G 315.1C"]
    assert case.frequencies.markers == case.profiles == case.y_profiles == ()


def test_a_blank_list_of_differences_is_no_list_without_differences(folder):
    path = folder({"mtdna.csv": MTDNA + "M1,16024-576,\nS1,,263G\nS2,16024-576,RCRS\n"})
    assert found(path) == [("mtdna.csv", 2, "differences", "required"), ("mtdna.csv", 3, "ranges", "required")]


def test_all_faults_of_a_haplotype_come_at_once_with_what_is_allowed(folder):
    path = folder({"mtdna.csv": MTDNA + "M1,16024-16365,16093C 16093Y C16094Y 263G 310.2C rCRS\nS9,9-,C263G\n"})
    assert sorted((f.line, f.value, f.rule) for f in check_case(path)) == [
        (2, "16093C", "mt-twice"), (2, "16093Y", "mt-twice"), (2, "263G", "mt-outside"),
        (2, "310.2C", "mt-insertion-order"), (2, "310.2C", "mt-outside"), (2, "C16094Y", "mt-difference"),
        (2, "rCRS", "mt-difference"), (3, "9-", "mt-range"), (3, "C263G", "mt-difference"), (3, "S9", "unknown-record")]


def test_a_row_of_a_thousand_faults_shows_the_first_and_counts_the_rest(folder):
    faults = check_case(folder({"mtdna.csv": MTDNA + f"M1,16024-576,{'x ' * 1000}\n"}))
    assert len(faults) == 51
    assert faults[-1].allowed.endswith("(and 949 more faults in this row)")


def test_one_sample_has_one_row(folder):
    path = folder({"mtdna.csv": MTDNA + "M1,16024-16365,16093C\nM1,73-340,263G\n"})
    assert found(path) == [("mtdna.csv", 3, "sample", "duplicate-key")]


def test_samples_of_one_person_that_disagree_are_told_with_all_places_and_names(folder):
    path = folder({"mtdna.csv": MTDNA + "S1,16024-576,263G 309.1C\nS2,16024-576,16093C 263G 309.2C 309.1C 152C\n"})
    faults = check_case(path)
    assert [(f.line, f.value, f.rule) for f in faults] == [
        (3, "152C and the rCRS", "mt-disagree"), (3, "16093C and the rCRS", "mt-disagree")]
    assert {f.allowed for f in faults} == {"must agree between the samples of R1: S1, S2"}


def test_laboratory_rates_of_alleles_do_not_let_haplotypes_disagree(folder):
    path = folder({"samples.csv": "sample,remains,dropout,error\nS1,R1,,\nS2,R1,0.1,0.1\n",
                   "mtdna.csv": MTDNA + "S1,16024-576,263G\nS2,16024-576,rCRS\n",
                   "ystr.csv": YSTR + "S1,DYS19,14\nS2,DYS19,15\n"})
    assert [r for *_, r in found(path)] == ["mt-disagree", "y-disagree"]


def test_haplotypes_alone_need_no_markers_and_a_forgotten_table_is_still_found(folder):
    path = folder({}, base="mitochondrial")
    assert check_case(path) == ()
    (path / "markers.csv").write_text("marker\nTH01\n")
    assert [(f.file, f.rule) for f in check_case(path)] == [
        ("frequencies.csv", "missing-table"), ("profiles.csv", "missing-table")]
    (path / "markers.csv").unlink()
    (path / "mtdna.csv").unlink()
    assert [(f.file, f.rule) for f in check_case(path)] == [
        ("markers.csv", "missing-table"), ("frequencies.csv", "missing-table"), ("profiles.csv", "missing-table")]


# The Y

def test_y_haplotypes_and_their_database_are_read():
    case = read_case(VALID / "y-haplotypes")
    assert haplotypes(case) == {
        "M2": {"DYS19": ("14",), "DYS385": ("11", "14"), "DYS448": ("0",), "DYS458": ("17.2",)},
        "S1": {"DYS19": ("14",), "DYS385": ("11", "14")}, "S2": {}}
    database = case.y_database
    assert (database.population, database.source, database.counts) == ("invented men", "", (3, 1, 2))
    assert dict(database.haplotypes[1].haplotype) == {"DYS19": ("15",), "DYS385": ("12", "12")}
    assert dict(database.haplotypes[2].haplotype) == {"DYS19": ("16",), "DYS385": ("0",)}
    assert {h.sample for h in database.haplotypes} == {""}


def test_y_rows_of_a_kit_are_moved_to_the_haplotypes_and_noted_once():
    case = read_case(VALID / "y-rows-of-a-kit")
    assert haplotypes(case) == {"S1": {"DYS19": ("14",), "DYS390": ("24",), "DYS385": ("11", "14")}, "M1": {},
                                "M2": {"DYS19": ("14",), "DYS385": ("11", "14")}}
    assert {p.sample: set(p.genotypes) for p in case.profiles} == {"M1": {"TH01"}, "M2": {"TH01"}, "S1": {"TH01"}}


@pytest.mark.parametrize(("written", "alleles"), [
    ("14", ("14",)), ("14.0", ("14",)), ("11,14", ("11", "14")), ("14 11", ("11", "14")), ("11-14", ("11", "14")),
    ("11/14", ("11", "14")), ("11; 14", ("11", "14")), ("8,9", ("8", "9")), ("9,10", ("9", "10")), ("17.2", ("17.2",)),
    ("16 17.2", ("16", "17.2")), ("16,17.2", ("16", "17.2")), ("0", ("0",)), ("Null", ("0",)),
    ("12,13,14,15", ("12", "13", "14", "15"))])
def test_alleles_are_read_in_the_forms_of_laboratories(folder, written, alleles):
    case = read_case(folder({"ystr.csv": YSTR + f'M2,DYS464,"{written}"\n', "profiles.csv": PROFILES}))
    assert haplotypes(case) == {"M2": {"DYS464": alleles}}
    assert case.notes == ()


def test_a_decimal_comma_in_an_allele_is_a_point_and_noted(folder):
    case = read_case(folder({"ystr.csv": "sample;marker;alleles\nM2;DYS458;17,2\nM2;DYS385;11,14\n",
                             "profiles.csv": PROFILES}))
    assert haplotypes(case) == {"M2": {"DYS458": ("17.2",), "DYS385": ("11", "14")}}
    assert case.notes == ("ystr.csv:2: decimal commas read as points, first in the column alleles",)


@pytest.mark.parametrize("written", ["OL", "x", "<8", "-14", "14-", "24.25", "1114", "0 14", "011.22", "14?", "-"])
def test_what_is_no_allele_of_the_y_is_refused(folder, written):
    fault, = check_case(folder({"ystr.csv": YSTR + f"M2,DYS385,{written}\n", "profiles.csv": PROFILES}))
    assert (fault.line, fault.column, fault.value, fault.rule) == (2, "alleles", written, "y-allele")


def test_alleles_of_a_workbook_are_read_as_shown(folder):
    path = folder({"ystr.csv": None, "ystr.xlsx": workbook(YSTR + "M2,DYS19,14\nM2,DYS458,17.2\nM2,DYS385,11 14\n"),
                   "profiles.csv": PROFILES})
    assert haplotypes(read_case(path)) == {"M2": {"DYS19": ("14",), "DYS458": ("17.2",), "DYS385": ("11", "14")}}


def test_one_marker_has_one_spelling_over_all_tables(folder):
    path = folder({"ystr.csv": YSTR + "S1,Y-GATA-H4,11\nS2,YGATAH4,11\n",
                   "profiles.csv": PROFILES + "M2,GATA H4,12,\n"})
    case = read_case(path)
    assert haplotypes(case) == {
        "S1": {"Y-GATA-H4": ("11",)}, "S2": {"Y-GATA-H4": ("11",)}, "M2": {"Y-GATA-H4": ("12",)}}
    assert case.notes == ("ystr.csv:3: marker 'YGATAH4' read as 'Y-GATA-H4'",
                          "profiles.csv: 1 row of a Y marker was read as Y haplotypes",
                          "profiles.csv:2: marker 'GATA H4' read as 'Y-GATA-H4'")
    (path / "ystr.csv").write_text(YSTR + "S1,DYS 19,14\nS1,dys19,14\nS2,DYS385a,11\nS2,DYS385,11 14\nS2,dys385A,11\n")
    assert found(path) == [("ystr.csv", 3, "marker", "duplicate-key"), ("ystr.csv", 5, "marker", "duplicate-key"),
                           ("ystr.csv", 6, "marker", "duplicate-key")]


def test_two_reports_of_one_sample_must_agree_and_one_that_says_nothing_gives_way(folder):
    path = folder({"ystr.csv": YSTR + "M2,DYS19,\nM2,DYS390,24\nM2,DYS385,11 14\n",
                   "profiles.csv": PROFILES + "M2,DYS19,14,none\nM2,DYS390,25,25\nM2,DYS385,14,11\nM2,DYS19,14,\n"})
    assert [(f.file, f.line, f.rule) for f in check_case(path)] == [
        ("profiles.csv", 3, "y-disagree"), ("profiles.csv", 5, "genotype-twice")]
    assert check_case(path)[0].allowed == "must agree with 24 of sample M2 in ystr.csv:3"


def test_copies_of_equal_length_are_kept_and_a_single_marker_written_twice_is_one(folder):
    path = folder({"ystr.csv": None, "profiles.csv": PROFILES + "M2,DYS385,12,12\nM2,DYS19,14,14\nM2,DYS390,23,24\n"
                                                                "M2,DYS459,0,0\n"})
    assert haplotypes(read_case(path)) == {
        "M2": {"DYS385": ("12", "12"), "DYS19": ("14",), "DYS390": ("23", "24"), "DYS459": ("0",)}}


def test_faulty_alleles_among_the_profiles_are_told_at_their_cells(folder):
    path = folder({"ystr.csv": None, "profiles.csv": PROFILES + "M2,DYS19,14,OL\nM2,DYS385a,0,\nM2,DYS385b,14,\n"
                                                                "Z9,DYS19,14,\n"})
    assert found(path) == [
        ("profiles.csv", 2, "allele2", "y-allele"), ("profiles.csv", 4, "allele1", "y-allele"),
        ("profiles.csv", 5, "sample", "unknown-record")]


@pytest.mark.parametrize(("rates", "alleles", "refused"), [
    (",,", "14", True), ("0.1,,", "14", True), (",0.01,", "14", False), (",,0.01", "14", False), (",,", "0", False),
    (",,", "", False)])
def test_a_woman_has_no_y_unless_her_sample_may_show_what_is_not_hers(folder, rates, alleles, refused):
    path = folder({"references.csv": f"sample,family,member,dropout,dropin,error\nM1,F1,woman,{rates}\n",
                   "ystr.csv": YSTR + f"M1,DYS19,{alleles}\n", "profiles.csv": PROFILES})
    assert [r for *_, r in found(path)] == ["y-female"] * refused


def test_a_y_beside_the_amelogenin_of_a_woman_is_refused(folder):
    path = folder({"ystr.csv": YSTR + "S2,DYS19,14\n", "profiles.csv": PROFILES + "S1,AMEL,X,X\n"})
    fault, = check_case(path)
    assert (fault.rule, fault.allowed) == ("y-female", "is of a Y, and R1 is female")


def test_markers_of_other_chromosomes_are_refused_and_unknown_ones_noted(folder):
    path = folder({"ystr.csv": YSTR + "M2,THO1,6\nM2,Amelogenin,\nM2,DSY391,11\n"})
    assert found(path) == [("ystr.csv", 2, "marker", "y-marker"), ("ystr.csv", 3, "marker", "y-marker")]
    (path / "ystr.csv").write_text(YSTR + "M2,DSY391,11\n")
    assert read_case(path).notes[0] == "ystr.csv:2: 'DSY391' is not known as a marker of the Y, and read as one"


def test_a_marker_of_the_y_among_the_markers_is_passed_over_and_noted(folder):
    path = folder({"markers.csv": "marker\nTH01\nDYS391\n", "ystr.csv": None,
                   "frequencies.csv": "marker,allele,frequency\nTH01,6,0.5\nTH01,7,0.5\nDYS391,10,1\n",
                   "profiles.csv": PROFILES + "M2,DYS391,10,\n"})
    case = read_case(path)
    assert [m.name for m in case.frequencies.markers] == ["TH01"]
    assert haplotypes(case) == {"M2": {"DYS391": ("10",)}}
    assert case.notes[0] == ("markers.csv:3: 'DYS391' lies on the Y and is not read as a marker: its rows in the "
                             "profiles are read as Y haplotypes")


# Databases

DATABASE = "haplotype,marker,alleles,count\n"


def test_a_haplotype_is_counted_once_however_often_its_count_is_given(folder):
    text = DATABASE + "a,DYS19,14,\nb,DYS19,15,2\na,DYS390,24,5\na,DYS391,10,5\nc,DYS19,15,\n"
    database = read_case(folder({"ystr_database.csv": text}, base="y-haplotypes")).y_database
    assert database.counts == (5, 2, 1)
    assert [len(h) for h in database.haplotypes] == [3, 1, 1]


def test_faults_of_databases_are_told_at_their_rows(folder):
    path = folder({"ystr_database.csv": DATABASE + "a,DYS19,14,0\na,TH01,6,\na,DYS19,,2\n,DYS19,14,\nb,DYS19,14,\n"
                                                   "b,DYS19,15,\n",
                   "mtdna_database.csv": "ranges,differences,count\n16024-576,263A,1\n16024-576,rCRS,1.5\n",
                   "markers.csv": "marker\nTH01\n", "frequencies.csv": "marker,allele,frequency\nTH01,6,1\n",
                   "profiles.csv": PROFILES}, base="y-haplotypes")
    assert sorted(found(path)) == [
        ("case.toml", 0, "mtdna.population", "haplotype-population"),
        ("mtdna_database.csv", 2, "differences", "mt-difference"), ("mtdna_database.csv", 3, "count", "integer"),
        ("ystr_database.csv", 2, "count", "range"), ("ystr_database.csv", 3, "marker", "y-marker"),
        ("ystr_database.csv", 4, "alleles", "required"), ("ystr_database.csv", 5, "haplotype", "required"),
        ("ystr_database.csv", 7, "marker", "duplicate-key")]


@pytest.mark.parametrize(("section", "expected"), [
    ('[ystr]\npopulation = ""\n', [(0, "ystr.population", "haplotype-population")]),
    ('[ystr]\nsource = "s"\n', [(0, "ystr.population", "haplotype-population")]),
    ("[ystr]\npopulation = 3\n", [(7, "ystr.population", "key-type")]),
    ('[ystr]\npopulaton = "p"\n', [(7, "ystr.populaton", "unknown-key")]),
    ('[ystr]\npopulation = "p"\n[mtdna]\nsource = "s"\n', [(9, "mtdna.source", "haplotype-population")])])
def test_the_population_of_a_database_is_stated_and_no_other(folder, section, expected):
    head = 'format = "homeward-case/1"\nname = "n"\nsynthetic = true\n[population]\nname = "p"\n'
    path = folder({"case.toml": head + section}, base="y-haplotypes")
    assert [(f.line, f.column, f.rule) for f in check_case(path)] == expected


def test_a_database_that_cannot_be_read_is_not_called_empty(folder):
    path = folder({"ystr_database.csv": b"haplotype,marker,alleles\n\xff"}, base="y-haplotypes")
    assert [r for *_, r in found(path)] == ["encoding"]


def test_a_file_prepared_for_empop_is_the_database():
    database = read_case(VALID / "empop-file").mito_database
    assert [str(h) for h in database.haplotypes] == [
        "16024-576: 16093C 263G 309.1C 315.1C", "16024-576: no differences",
        "16024-16365 73-340: 16189C 249DEL 263G"]
    assert database.counts == (1, 4, 1)


def test_faults_of_a_file_prepared_for_empop_are_told_at_its_lines(folder):
    text = ("# Brandst\xe4tter\r\n1\t?\t1\t263G\r\n#! 16024-16365\r\n2\t?\tx\t16093C\r\n3 ? 1\r\n\r\n"
            "4\t?\t1\t263G\t16093C\r\n")
    path = folder({"Invented_XXX_6.emp": text.encode("latin-1")}, base="empop-file")
    assert sorted(found(path)) == [
        ("Invented_XXX_6.emp", 2, "ranges", "required"), ("Invented_XXX_6.emp", 4, "count", "integer"),
        ("Invented_XXX_6.emp", 5, "", "row-length"), ("Invented_XXX_6.emp", 7, "differences", "mt-outside")]


def test_a_file_prepared_for_empop_stands_for_no_other_table_and_is_read_under_the_name_of_its_own(folder):
    path = folder({}, base="empop-file")
    case = read_case(path)
    manifest = (path / "case.toml").read_text()
    (path / "case.toml").write_text(manifest.replace("mtdna_database", "ystr_database"))
    assert ("table-path", "must be the name of a CSV or XLSX file in the same folder") in [
        (f.rule, f.allowed) for f in check_case(path)]
    (path / "case.toml").write_text(manifest.partition("[tables]")[0])
    (path / "Invented_XXX_6.emp").rename(path / "mtdna_database.emp")
    assert read_case(path) == case
    shutil.copy(path / "mtdna_database.emp", path / "other.emp")
    assert "other.emp: is no table of a case and was not read" in read_case(path).notes
    write_case(case, path)
    assert (path / "mtdna_database.csv").exists()
    assert not (path / "mtdna_database.emp").exists()


def test_the_examples_of_the_paper_are_read(folder):
    paper = (VALID.parents[1] / "docs" / "case-folder.md").read_text(encoding="utf-8")
    part = paper.partition("## Haplotypes")[2].partition("<!-- schemas -->")[0]
    files = dict(re.findall(r"`(\w+\.csv)`:\n\n```\n(.*?)```", part, flags=re.DOTALL))
    assert set(files) == {"mtdna.csv", "ystr.csv", "mtdna_database.csv", "ystr_database.csv"}
    sections = re.search(r"```toml\n(.*?)```", part, flags=re.DOTALL)[1]
    head = 'format = "homeward-case/1"\nname = "n"\nsynthetic = true\n[population]\nname = "p"\n'
    case = read_case(folder(files | {"case.toml": head + sections}, base="y-haplotypes"))
    assert (case.mito_database.size, case.y_database.size, case.notes) == (4, 4, ())


@pytest.mark.parametrize(("name", "text", "column"), [
    ("mtdna.csv", "sample,ranges\nS1,16024-576\n", "differences"), ("ystr.csv", "marker,alleles\nDYS19,14\n", "sample"),
    ("ystr_database.csv", "haplotype,alleles\n1,14\n", "marker"),
    ("ystr_database.csv", "haplotype,marker\n1,DYS19\n", "alleles")])
def test_a_column_that_is_not_there_is_one_fault(folder, name, text, column):
    assert found(folder({name: text}, base="y-haplotypes")) == [(name, 1, column, "missing-column")]


# Writing

def lineage_case(**fields):
    return Case(**{"name": "n", "synthetic": True, "frequencies": FrequencyTable("p", ()), "remains": (Remains("R1"),),
                   "remains_samples": (RemainsSample("S1", "R1"),)} | fields)


def test_a_case_of_haplotypes_alone_is_written_without_tables_of_markers(tmp_path):
    case = lineage_case(mito_profiles=(MitoProfile.parse("S1", "16024-576", "263G"),), y_profiles=(YProfile("S1"),))
    write_case(case, tmp_path / "case")
    assert sorted(p.name for p in (tmp_path / "case").iterdir()) == [
        "case.toml", "mtdna.csv", "remains.csv", "roster.csv", "samples.csv", "ystr.csv"]
    back = read_case(tmp_path / "case")
    assert (back, back.digest()) == (case, case.digest())


def test_names_of_people_in_a_database_are_neither_written_nor_digested(tmp_path):
    named, nameless = (lineage_case(mito_database=HaplotypeDatabase.of("p", [
        MitoProfile.parse(name, "16024-576", d) for d in ("263G", "")])) for name in ("Kim", ""))
    assert (named, named.digest()) == (nameless, nameless.digest())
    write_case(named, tmp_path / "case")
    assert read_case(tmp_path / "case") == named
    assert "Kim" not in (tmp_path / "case" / "mtdna_database.csv").read_text()


@pytest.mark.parametrize("haplotype", [
    {"DYS385a": ("11",)}, {" DYS19": ("14",)}, {"DYS19": ("14",), "DYS 19": ("14",)}])
def test_haplotypes_that_would_be_read_in_another_way_are_not_written(tmp_path, haplotype):
    with pytest.raises((InvalidValue, FaultyInput), match=r"y_profiles=|\[duplicate-key\]"):
        write_case(lineage_case(y_profiles=(YProfile("S1", haplotype),)), tmp_path / "case")
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_ten_thousand_men_is_read_in_good_time(folder):
    markers = [f"DYS{390 + k}" for k in range(23)]
    rows = (f"{h},{m},{10 + (h * 7 + k) % 12},1\n" for h in range(10_000) for k, m in enumerate(markers))
    text = DATABASE + "".join(rows)
    database = read_case(folder({"ystr_database.csv": text}, base="y-haplotypes")).y_database
    assert database.size == 10_000
    assert len(database.haplotypes[0]) == 23
