"""What a PED file says, in the dialects of LINKAGE, PLINK, Merlin and pedtools, and how it is said that it does not."""

from pathlib import Path

import pytest

from homeward.formats.ped import (
    ColumnKind,
    GenotypeForm,
    PedColumn,
    PedComment,
    PedCompanions,
    PedFile,
    PedGenotype,
    PedPerson,
    read_ped,
)
from homeward.model import FaultyInput, InvalidValue, Sex

_DATA = Path(__file__).parents[1] / "data" / "ped"


def _file(tmp_path, text, **beside):
    path = tmp_path / "x.ped"
    path.write_text(text, encoding="utf-8")
    for suffix, content in beside.items():
        (tmp_path / f"x.{suffix}").write_text(content, encoding="utf-8")
    return path


def _faults(path, **how):
    with pytest.raises(FaultyInput) as caught:
        read_ped(path, **how)
    return [(f.file, f.line, f.column, f.rule) for f in caught.value.faults]


def test_the_example_of_merlins_manual_is_read(tmp_path):
    # Merlin tour, "Input files", University of Michigan: basic.ped, and the same with one affection and two markers.
    basic = "1 1 0 0 1\n1 2 0 0 2\n1 3 0 0 1\n1 4 1 2 2\n1 5 3 4 2\n1 6 3 4 1\n"
    file = read_ped(_file(tmp_path, basic))
    assert [(p.id, p.father, p.mother, p.sex) for p in file.persons][3:] == [
        ("4", "1", "2", Sex.FEMALE), ("5", "3", "4", Sex.FEMALE), ("6", "3", "4", Sex.MALE)]
    assert (file.markers, file.value_columns) == ((), ())
    full = "1 1 0 0 1 1 x 3 3 x x\n1 2 0 0 2 1 x 4 4 x x\n1 4 1 2 2 1 x 4 3 x x\n1 5 3 4 2 2 1.234 1 3 2 2\n"
    dat = "A some_disease\nT some_trait\nM some_marker\nM another_marker\n"
    names = "CHROMOSOME MARKER LOCATION\n24 some_marker 123.4\n24 another_marker 136.2\n"
    freq = "M some_marker\nF 0.1 0.2 0.3 0.4\nM another_marker\nF 0.6 0.4\n"
    file = read_ped(_file(tmp_path, full, dat=dat, map=names, freq=freq))
    assert [m.name for m in file.markers] == ["some_marker", "another_marker"]
    assert [(m.chromosome, m.map_position) for m in file.markers] == [("24", 123.4), ("24", 136.2)]
    assert file.markers[0].frequencies == (("1", 0.1), ("2", 0.2), ("3", 0.3), ("4", 0.4))
    assert [file.affected(p) for p in file.persons] == [False, False, False, True]
    assert file.persons[3].values == ("2", "1.234")
    assert file.persons[0].genotypes == (PedGenotype("3", "3"), None)


def test_a_file_of_plink_has_the_markers_of_its_map():
    file = read_ped(_DATA / "plink.ped")
    assert [m.name for m in file.markers] == ["rs1", "rs2", "rs3", "rs4"]
    assert (file.markers[1].map_position, file.markers[1].base_pair, file.markers[2].base_pair) == (0.01, 2000, -5)
    assert file.markers[3].x_linked
    assert file.persons[1].genotypes[1:3] == (PedGenotype("A", "G"), None)
    assert file.affected(file.persons[1]) is None


def test_letters_without_a_sign_are_told_apart_by_the_map(tmp_path):
    file = read_ped(_file(tmp_path, "1 a 0 0 1 2 AC 00\n1 b 0 0 2 2 AA GT\n", map="1 r1 0 1\n1 r2 0 2\n"))
    assert file.form.genotypes is GenotypeForm.JOINED
    assert [p.genotypes for p in file.persons] == [(PedGenotype("A", "C"), None),
                                                   (PedGenotype("A", "A"), PedGenotype("G", "T"))]


def test_a_header_of_pedtools_tells_fathers_from_families():
    file = read_ped(_DATA / "pedtools.ped")
    assert [p.father for p in file.persons] == ["F", None, None]
    assert [p.family for p in file.persons] == ["Kim"] * 3
    assert [m.name for m in file.markers] == ["D3S1358", "TH01", "DXS10074"]
    assert file.persons[1].genotypes[2] == PedGenotype("17", None)
    assert file.persons[1].values == ("Upper one",)
    assert file.notes == ("pedtools.ped: columns that are kept as they stand, and are no genotypes: village",)


def test_two_columns_under_names_of_one_stem_are_a_marker():
    file = read_ped(_DATA / "pairs.ped")
    assert [m.name for m in file.markers] == ["D3", "TH01"]
    assert [p.family for p in file.persons] == ["1"] * 3  # FID is the family beside IID
    assert file.persons[2].genotypes == (None, PedGenotype("7", None))


def test_a_header_may_begin_with_a_sign_and_name_the_sexes():
    file = read_ped(_DATA / "trio.ped")
    assert [p.sex for p in file.persons] == [Sex.MALE, Sex.MALE, Sex.FEMALE]
    assert file.form.sexes == ("male", "female", "0")
    assert [file.affected(p) for p in file.persons] == [True, False, False]


def test_one_name_over_both_columns_of_a_marker_is_understood(tmp_path):
    file = read_ped(_file(tmp_path, "# a remark\nid fid mid sex D3 TH01\n\na 0 0 1 14 15 6 7\nb 0 0 2 14 14 0 0\n"))
    assert [m.name for m in file.markers] == ["D3", "TH01"]
    assert file.persons[0].genotypes == (PedGenotype("14", "15"), PedGenotype("6", "7"))
    assert file.families == ("",)
    assert file.form.comments == (PedComment(0, "# a remark"),)


def test_the_columns_of_a_file_without_a_header_can_be_named(tmp_path):
    path = _file(tmp_path, "a 0 0 1 14/15\nb 0 0 2 14/14\n")
    assert read_ped(path, columns=("id", "fid", "mid", "sex", "D3")).persons[0].genotypes == (PedGenotype("14", "15"),)


def test_linkage_files_before_and_after_makeped_are_read():
    file = read_ped(_DATA / "linkage.ped")
    assert [c.kind for c in file.value_columns] == [ColumnKind.AFFECTION, ColumnKind.LIABILITY]
    assert file.markers[0].frequencies == (("1", 0.2), ("2", 0.3), ("3", 0.5))
    assert file.form.linkage.loci[0].lines[1:] == ("0 0 1", "0 0 0.5")
    made = read_ped(_DATA / "makeped.ped")
    assert made.persons[2].values == ("0", "0", "0", "1", "2")
    assert made.persons[2].ending == "Ped: 1  Per: 3"
    assert made.persons[2].genotypes == (PedGenotype("12", "14"),)


def test_sex_linked_linkage_files_have_x_markers_and_two_lines_of_penetrances(tmp_path):
    # User's guide of the LINKAGE package, section 2.6: the three loci for Duchenne muscular dystrophy.
    dat = ("3 0 1 5 << no loci, risk locus, sexlinked (if 1), program code\n3 0.001 0.001 0 << mut locus\n1 3 2\n"
           "2 2 <<< binary factors, # alleles\n5.00000E-01 5.00000E-01 << gene freqs\n2 << number of binary factors\n"
           "1 0\n0 1\n3 2 # DXS1\n0.5 0.5\n0 2 <<< quan, # alleles\n9.99800E-01 2.00000E-04 << gene freqs\n"
           "1 << number of traits\n1.57 2.1 2.1 << genotype means\n5.9E-02 << variance\n2.9 << multiplier\n"
           "0 0\n0.1 0.1\n1 0.5 0.5\n")
    file = read_ped(_file(tmp_path, "1 a 0 0 1 1 0 2 2 1.5\n1 b 0 0 2 1 1 1 2 0\n", dat=dat))
    assert [(c.kind, c.name) for c in file.columns[5:]] == [
        (ColumnKind.OTHER, "L1.1"), (ColumnKind.OTHER, "L1.2"), (ColumnKind.MARKER, "DXS1"), (ColumnKind.TRAIT, "L3")]
    assert file.markers[0].x_linked
    assert file.form.linkage.tail == ("0 0", "0.1 0.1", "1 0.5 0.5")


def test_companions_can_be_named_and_refused(tmp_path):
    path = _file(tmp_path, "1 a 0 0 1 1 14 15\n", map="nothing that is a map\n")
    assert _faults(path)[0] == ("x.map", 1, "", "map")
    assert read_ped(path, companions=PedCompanions()).markers[0].name == "M1"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_and_line_ends_are_read(tmp_path, encoding):
    path = tmp_path / "x.ped"
    path.write_bytes("Björn 1 0 0 1\r\nBjörn 2 0 0 2\r\n".encode(encoding))
    assert [p.family for p in read_ped(path).persons] == ["Björn", "Björn"]


def test_all_faults_come_at_once_each_with_its_line(tmp_path):
    text = ("F 1 0 0 1 1 14 15\n"
            "F 2 0 0 9 1 14 15\n"     # a sex that is none
            "F 1 0 0 1 1 14 15\n"     # named twice
            "F 0 0 0 1 1 14 15\n"     # nobody
            "F 3 1 0 1 1 14\n"        # a column is lost
            "F 4 5 1 2 1 14 1/5\n"    # the mother is a man; no allele
            "F 5 4 0 1 1 14 15\n")    # the child's father is a woman
    assert _faults(_file(tmp_path, text)) == [
        ("x.ped", 2, "sex", "sex"), ("x.ped", 3, "person", "person-twice"), ("x.ped", 4, "person", "person"),
        ("x.ped", 5, "", "row-length"), ("x.ped", 6, "M1", "genotype")]


def test_sexes_that_contradict_each_other_are_named(tmp_path):
    text = "F 1 0 0 1\nF 2 0 0 2\nF 3 2 0 1\nF 4 0 1 2\nF 5 6 0 1\nF 7 0 6 1\n"
    with pytest.raises(FaultyInput) as caught:
        read_ped(_file(tmp_path, text))
    assert [str(f) for f in caught.value.faults] == [
        "x.ped:3: father='2' must not be female, as line 2 has it [parent-sex]",
        "x.ped:4: mother='1' must not be male, as line 1 has it [parent-sex]",
        "x.ped:6: mother='6' must not be a mother: line 5 has the same person as a father [parent-sex]"]


def test_somebody_who_would_be_his_own_ancestor_is_named_with_the_circle(tmp_path):
    text = "F a b 0 1\nF b c 0 1\nF c a 0 1\nF d a 0 1\nG a 0 0 1\nG s s 0 1\n"
    with pytest.raises(FaultyInput) as caught:
        read_ped(_file(tmp_path, text))
    assert [(f.line, f.allowed) for f in caught.value.faults] == [
        (1, "would be his own ancestor: a → b → c → a"), (6, "would be his own ancestor: s → s")]


@pytest.mark.parametrize(("text", "rule"), [
    ("", "empty"), ("# only a remark\n", "empty"), ("1,1,0,0,1\n", "separator"), ("1 1 0 0 1 1 14\n", "columns"),
    ("id fid mid M1\na 0 0 1/2\n", "header"), ("famid id fid mid sex M1\na 0 0 1\n", "columns"), ("1 1\n", "columns"),
    ("id fid mid sex M1 M1\na 0 0 1 1/2 1/2\n", "header"),
])
def test_files_whose_columns_nothing_tells_are_refused(tmp_path, text, rule):
    assert [f[3] for f in _faults(_file(tmp_path, text))] == [rule]


@pytest.mark.parametrize(("suffix", "content", "place"), [
    ("dat", "A lost\nQ what\n", (2, "", "dat")), ("dat", "9999999 0 0 5\n", (1, "number of loci", "dat")),
    ("dat", "2 0 0 5\n0 0 0 0\n1 2\n1 2\nhalf\n", (5, "gene frequencies", "dat")),
    ("dat", "1 0 0 5\n0 0 0 0\n1\n3 2\n0.5 1.5\n", (5, "gene frequencies", "dat")),
    ("freq", "M M1\nF 0.5 2\n", (2, "", "freq")), ("freq", "A 1 0.5\n", (1, "", "freq")),
    ("map", "1 M1 0 1\n1 M2 0\n", (2, "", "map")), ("map", "1 M1 0 1\n1 M1 0 2\n", (0, "marker", "map")),
])
def test_faults_of_the_files_beside_it_bear_their_names(tmp_path, suffix, content, place):
    path = _file(tmp_path, "1 a 0 0 1 1 14 15\n", **{suffix: content})
    assert (f"x.{suffix}", *place) in _faults(path)


def test_a_width_that_its_dat_or_map_does_not_have_is_refused(tmp_path):
    assert _faults(_file(tmp_path, "1 a 0 0 1 1 14 15\n", dat="A x\nM a\nM b\n"))[0][2:] == ("columns", "columns")
    (tmp_path / "x.dat").unlink()
    assert _faults(_file(tmp_path, "1 a 0 0 1 1 14 15\n", map="1 a 0 1\n1 b 0 2\n"))[0][2:] == ("columns", "columns")


def test_a_value_refuses_what_no_file_could_say():
    person = PedPerson("F", "1", None, None, Sex.MALE)
    for build in (lambda: PedFile((person, person)), lambda: PedFile((PedPerson("F", "a b", None, None, Sex.MALE),)),
                  lambda: PedFile((PedPerson("", "1", None, None, Sex.MALE),)),
                  lambda: PedFile((PedPerson("F", "1", None, None, Sex.MALE, (None,)),)),
                  lambda: PedFile((), (PedColumn(ColumnKind.PERSON),)), lambda: PedGenotype(None, None),
                  lambda: PedGenotype("a b", None)):
        with pytest.raises(InvalidValue):
            build()


def test_a_file_with_a_thousand_faults_and_more_is_not_read_to_its_end(tmp_path):
    with pytest.raises(FaultyInput) as caught:
        read_ped(_file(tmp_path, "F 1 0 0 1\n" + "F x 0 0 9\n" * 5000))
    assert len(caught.value.faults) == 1000
