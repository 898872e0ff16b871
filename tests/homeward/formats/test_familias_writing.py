"""What is written is read as it was."""

from dataclasses import replace
from pathlib import Path

import pytest

from homeward.formats.familias import (
    FamiliasDatabase,
    FamiliasDvi,
    FamiliasFamily,
    FamiliasFile,
    FamiliasGenotype,
    FamiliasLocus,
    FamiliasMutation,
    FamiliasPedigree,
    FamiliasPerson,
    FamiliasRelation,
    FamiliasSetting,
    read_familias,
    write_familias,
)
from homeward.model import InvalidValue, Sex

_DATA = Path(__file__).parent / "data" / "familias"
_L1 = FamiliasLocus("L1", ("12", "13"), (1 / 3, 2 / 3))


@pytest.mark.parametrize("name", sorted(p.name for p in _DATA.glob("*.fam")))
def test_every_fixture_comes_back_as_it_was(tmp_path, name):
    file = read_familias(_DATA / name)
    write_familias(file, tmp_path / "out.fam")
    again = read_familias(tmp_path / "out.fam")
    assert again == file
    write_familias(again, tmp_path / "twice.fam")
    assert (tmp_path / "twice.fam").read_bytes() == (tmp_path / "out.fam").read_bytes()


def test_a_file_of_every_kind_of_value_comes_back_as_it_was(tmp_path):
    loci = (
        _L1,
        FamiliasLocus("S 2", ("9.3", "10"), (0.1, 0.8999999999999999), FamiliasMutation(4, 1e-5, 1e-7, 0.123456789),
                      FamiliasMutation(3, 0.002), silent=0.05, database_size=250.5, minor_allele_frequency=1e-3,
                      possibilities=7),
    )
    dvi = FamiliasDvi(
        (FamiliasPerson("R [1] = é", Sex.UNKNOWN, (FamiliasGenotype("S 2", "9.3", None),)),
         FamiliasPerson("R2", Sex.FEMALE)),
        (FamiliasFamily("Kim", (FamiliasPerson("A", Sex.MALE, (FamiliasGenotype("L1", "13", "12"),)),),
                        (FamiliasPedigree("P", (FamiliasRelation("A", "Missing person"),)), FamiliasPedigree("Q"))),
         FamiliasFamily("Kim", (), ())),
        ("nFamilies= 2", "", "a note = with signs"))
    file = FamiliasFile(
        FamiliasDatabase(loci, "", 0.01),
        (FamiliasPerson("김 영희", Sex.FEMALE, (FamiliasGenotype("L1", "13", "12"),), 1930, True, True, True),
         FamiliasPerson("B", Sex.MALE)),
        FamiliasPedigree("Known relations", (FamiliasRelation("extra male 1", "B"),), (), ("extra male 1",)),
        (FamiliasPedigree("H 1", (FamiliasRelation("added to H 1: female 1", "B"),
                                  FamiliasRelation("김 영희", "B", direct=True)), ("added to H 1: female 1",)),),
        dvi,
        (FamiliasSetting(("Prior",), "Size", "3"), FamiliasSetting(("Advanced", "X"), "a", ""),
         FamiliasSetting(("Advanced", "Y"), "b", "2"), FamiliasSetting(("Advanced",), "c", "1=2"),
         FamiliasSetting(("Advanced", "Y", "Z"), "d", "4")),
        "2.0", "a remark")
    write_familias(file, tmp_path / "out.fam")
    assert read_familias(tmp_path / "out.fam") == file


def test_the_form_is_that_of_familias_three(tmp_path):
    write_familias(FamiliasFile(FamiliasDatabase((_L1,), "db")), tmp_path / "out.fam")
    head = ['"Output from Familias, version 3.3.1"', '"(Written by Homeward)"', "3.3.1", '""', "0"]
    relations = ['"Known relations"', "0", "0", "0", "0"]
    database = ["#FALSE# (#Databases: 1 ;Theta/Kinship/Fst: 0 )", "1", "#TRUE#", '"db"']
    locus = ['"L1"', "0", "0", "0", "0", "2", "0.1", "0.1", "0", "0", "#FALSE#", "0", "2", '"12"', "0.3333333333333333",
             '"13"', "0.6666666666666666"]
    assert (tmp_path / "out.fam").read_bytes().decode() == "\r\n".join([*head, *relations, *database, *locus, ""])


@pytest.mark.parametrize(("field", "build"), [
    ("relation", lambda: FamiliasFile(FamiliasDatabase((_L1,)), pedigrees=(
        FamiliasPedigree("P", (FamiliasRelation("A", "B"),)),))),
    ("marker", lambda: FamiliasFile(FamiliasDatabase((_L1,)), (
        FamiliasPerson("A", Sex.MALE, (FamiliasGenotype("L2", "12", "12"),)),))),
    ("allele", lambda: FamiliasFile(FamiliasDatabase((_L1,)), (
        FamiliasPerson("A", Sex.MALE, (FamiliasGenotype("L1", "12", "19"),)),))),
    ("sex", lambda: FamiliasFile(FamiliasDatabase((_L1,)), (FamiliasPerson("A", Sex.UNKNOWN),))),
    ("id", lambda: FamiliasPerson('A "B"', Sex.MALE)),
    ("id", lambda: FamiliasPerson("A\nB", Sex.MALE)),
    ("id", lambda: FamiliasFile(FamiliasDatabase((_L1,)), (FamiliasPerson("A", Sex.MALE),) * 2)),
    ("marker", lambda: FamiliasPerson("A", Sex.MALE, (FamiliasGenotype("L1", "12", "12"),) * 2)),
    ("relation", lambda: FamiliasFamily("F", (), (FamiliasPedigree("P", (FamiliasRelation("A", "Missing"),)),))),
    ("frequency", lambda: replace(_L1, frequencies=(0.0, 1.0))),
    ("frequencies", lambda: replace(_L1, frequencies=(1.0,))),
    ("allele", lambda: replace(_L1, alleles=("12", "12"))),
    ("model", lambda: FamiliasMutation(5)),
    ("rate", lambda: FamiliasMutation(0, 1.0)),
    ("step_range", lambda: FamiliasMutation(0, 0.1, 0.0, float("nan"))),
    ("theta", lambda: FamiliasDatabase((_L1,), theta=1.0)),
    ("marker", lambda: FamiliasDatabase((_L1, _L1))),
    ("name", lambda: FamiliasDvi((FamiliasPerson("A", Sex.MALE),) * 2)),
    ("a", lambda: FamiliasSetting(("S",), "a", "1\n[DVI]")),
])
def test_what_no_file_could_say_is_refused_where_it_is_made(field, build):
    with pytest.raises(InvalidValue) as caught:
        build()
    assert caught.value.field == field
