"""A case that is written and read is the same case. Everyone here is invented."""

import csv
import dataclasses
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from homeward.formats.casefile import check_case, read_case, write_case, writing_tables
from homeward.model import (
    Case,
    Element,
    Family,
    FaultyInput,
    FrequencyTable,
    Genotype,
    Incident,
    InvalidValue,
    Laboratory,
    Marker,
    Member,
    MissingPerson,
    MutationModel,
    PartialDate,
    Prior,
    Profile,
    ReferenceSample,
    Remains,
    RemainsSample,
    Rule,
    Sex,
    Transfer,
)
from homeward.model.lineage import HaplotypeDatabase, MitoProfile, YProfile

VALID = Path(__file__).parents[3] / "spec" / "valid"
MALE, FEMALE, UNKNOWN = Sex.MALE, Sex.FEMALE, Sex.UNKNOWN


def full_case():
    """Every field of every record, in every kind of value that it can hold."""
    ladder = ("6", "7", "9.3")
    third = 1 / 3
    markers = (
        Marker("TH01", ladder, (third, third, third), MutationModel("stepwise", 0.001, 1e-05, 0.1),
               MutationModel("equal", 0.003)),
        Marker("Penta D", ("2.2", "10", "null"), (0.1, 0.85, 0.05), MutationModel("none", 0.5),
               MutationModel("proportional", 0.002), silent="null"),
        Marker("FGA", ("19", "20", "21"), (0.2, 0.3, 0.5), MutationModel("dawid", 1e-4, step_range=0.5),
               MutationModel("onestep", 2e-3)),
        Marker("custom, one", ("A", "=B"), (0.25, 0.75),
               MutationModel("custom", matrix=((0.999, 0.001), (0.0, 1.0))),
               MutationModel("custom", 0.1, matrix=((1 - third, third), (1e-300, 1.0)))),
        Marker("DXS10103", ("15", "19"), (0.2501, 0.75), x_linked=True),
    )
    loop = (
        Member("grandfather", None, None, MALE), Member("grandmother", None, None, FEMALE),
        Member("son", "grandfather", "grandmother", MALE, "P2"), Member("wife", None, None, UNKNOWN),
        Member("man", "son", "wife", MALE), Member("daughter", "grandfather", "grandmother", FEMALE),
        Member("child", "man", "daughter", MALE, "P1"), Member("someone", "man", "daughter", UNKNOWN))
    return Case(
        name="full, \"and\" 'more'", title="Línea\n두 줄\\ \x7f", synthetic=True,
        frequencies=FrequencyTable("invented\t1", markers, "a \"source\"", 0.01),
        prior=Prior(0.123456789012345678), rule=Rule(0.99, 3),
        incidents=(Incident("I1", "=name", PartialDate(1950, 12), "place", -38.123456789012345, 127.0),
                   Incident("I2")),
        roster=(MissingPerson("P1", "김예시, \"the\nelder\"", MALE, PartialDate(1931), PartialDate(1950, 12, 2), "I1",
                              "00123", "'t Hooft"),
                MissingPerson("P2"), MissingPerson("-P3", "@x", FEMALE)),
        families=(Family("F1", loop, {"grandfather": 0.0, "wife": 0.0625}),
                  Family("+F2", (Member("=m", None, None, FEMALE, "-P3"),))),
        remains=(Remains("R1", UNKNOWN, "T1", PartialDate(2018, 7, 27), "site 3 / N2E4", "one\r\ntwo\rthree"),
                 Remains("R2", MALE), Remains("R3", FEMALE)),
        elements=(Element("E1", "R1", "femur", "left", "1/2"), Element("E2", "R2", "cranium")),
        transfers=(Transfer("T1", PartialDate(2018, 7, 27), "A", "B", "Wonsan", 55, "box", "paper 1"),
                   Transfer("T2", PartialDate(1954), "A", "B", count=0, unit="bone"), Transfer("T3", PartialDate(1990),
                                                                                              "A", "B")),
        reference_samples=(ReferenceSample("M1", "F1", "daughter"), ReferenceSample("M2", "F1", "child",
                                                                                    "personal item"),
                           ReferenceSample("M3", "F1", "someone", laboratory=Laboratory(error=1e-3))),
        remains_samples=(RemainsSample("S1", "R1", "E1", Laboratory(0.1, 0.015, 0.05, 0.001)),
                         RemainsSample("S2", "R2"), RemainsSample("S3", "R3", laboratory=Laboratory(0.2)),
                         RemainsSample("S4", "R1", laboratory=Laboratory(dropout_homozygote=0.0))),
        profiles=(
            Profile("S2", {"DXS10103": Genotype("15", None, hemizygous=True), "TH01": Genotype("9.3", "6")}),
            Profile("M1", {"custom, one": Genotype("A", "=B"), "Penta D": Genotype("10", "10")}),
            Profile("S1", {"TH01": Genotype("6", None), "DXS10103": Genotype("19", None, hemizygous=True)}),
            Profile("S3", {"DXS10103": Genotype("19", None)}), Profile("S4"),
            Profile("M3", {"DXS10103": Genotype("15", None, hemizygous=True)})),
        mito_profiles=(MitoProfile.parse("S1", "16024-340", "16093Y 309.1c 315.1C 249d"),
                       MitoProfile.parse("M1", "16024-16365, 73-340, 16519", "")),
        y_profiles=(YProfile("S2", {"DYS385": ("11", "14"), "DYS458": ("17.2",), "DYS448": ("0",)}), YProfile("S4")),
        mito_database=HaplotypeDatabase("invented, too", (MitoProfile.parse("", "16024-576", "263G 523-524DEL"),
                                                          MitoProfile.parse("", "1-16569", "")), (3, 1), "=source"),
        y_database=HaplotypeDatabase("invented", (YProfile("", {"DYS19": ("14",), "DYS385": ("9", "10")}),
                                                  YProfile("", {"DYS19": ("15",)})), (1, 12)),
    )


def as_workbooks(folder, *, numbers):
    """Turns every CSV table into a workbook, its cells into numbers where they look like them."""
    for path in sorted(folder.glob("*.csv")):
        book = Workbook(write_only=True)
        sheet = book.create_sheet("any")
        text = path.read_bytes().decode("utf-8-sig")
        for number, row in enumerate(csv.reader(text.splitlines(keepends=True))):
            sheet.append([_as_number(cell) if numbers and number else cell or None for cell in row])
        book.save(path.with_suffix(".xlsx"))
        path.unlink()


def _as_number(cell):
    if not cell or (cell.startswith("0") and "." not in cell and cell != "0"):
        return cell or None  # service numbers that begin with 0 are text in a sheet as well
    try:
        number = float(cell) if "." in cell or "e" in cell else int(cell)
    except ValueError:
        return cell
    return number if float(f"{number:.16g}") == number else cell  # openpyxl writes 16 digits


def test_a_written_case_is_read_back_equal(tmp_path):
    case = full_case()
    write_case(case, tmp_path / "case")
    back = read_case(tmp_path / "case")
    assert back == case
    assert back.digest() == case.digest()
    assert back.notes == ()


def test_writing_what_was_read_gives_the_same_bytes(tmp_path):
    write_case(full_case(), tmp_path / "one")
    write_case(read_case(tmp_path / "one"), tmp_path / "two")
    files = sorted(p.name for p in (tmp_path / "one").iterdir())
    assert files == sorted(p.name for p in (tmp_path / "two").iterdir())
    assert len(files) == 17
    assert all((tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes() for f in files)


@pytest.mark.parametrize("top", ["", "case of ours/"])
def test_a_zipped_case_is_read_back_equal(tmp_path, top):
    case = full_case()
    write_case(case, tmp_path / "case")
    with zipfile.ZipFile(tmp_path / "case.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in (tmp_path / "case").iterdir():
            archive.write(path, top + path.name)
    back = read_case(tmp_path / "case.zip")
    assert (back, back.digest()) == (case, case.digest())


@pytest.mark.parametrize("numbers", [False, True])
def test_a_case_of_workbooks_is_read_back_equal(tmp_path, numbers):
    # A workbook turns the end of a line within a cell into one sign, whatever it was.
    case = dataclasses.replace(full_case(), remains=(*full_case().remains[1:], Remains(
        "R1", UNKNOWN, "T1", PartialDate(2018, 7, 27), "site 3 / N2E4", "one\ntwo")))
    write_case(case, tmp_path / "case")
    as_workbooks(tmp_path / "case", numbers=numbers)
    back = read_case(tmp_path / "case")
    assert back == case
    assert back.digest() == case.digest()


@pytest.mark.parametrize("name", sorted(p.name for p in VALID.iterdir() if p.is_dir()))
def test_every_valid_case_is_written_and_read_back_equal(tmp_path, name):
    path = VALID / name / "case.zip"
    case = read_case(path if path.exists() else VALID / name)
    write_case(case, tmp_path / "case")
    assert read_case(tmp_path / "case") == case


_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(str.strip)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(texts=st.lists(_TEXT, min_size=6, max_size=6))
def test_any_text_is_written_and_read_back_equal(tmp_path_factory, texts):
    name, person, vouched_by, bone, title, population = texts
    case = Case(
        name=name or "n", title=title, frequencies=FrequencyTable(population or "p", ()),
        roster=(MissingPerson("P1", person, vouched_by=vouched_by),), remains=(Remains("R1", description=person),),
        elements=(Element("E1", "R1", bone or "b", portion=name),))
    folder = tmp_path_factory.mktemp("text") / "case"
    write_case(case, folder)
    assert read_case(folder) == case


@settings(max_examples=40, deadline=None, derandomize=True)
@given(x=st.floats(-90, 90), p=st.floats(5e-324, 0.5), theta=st.floats(0, 1, exclude_max=True))
def test_any_number_is_written_and_read_back_to_the_last_digit(tmp_path_factory, x, p, theta):
    marker = Marker("M", ("1", "2"), (p, 1 - p), MutationModel("equal", theta), MutationModel("equal", 0.0))
    case = Case(name="n", frequencies=FrequencyTable("p", (marker,), theta=theta), incidents=(
        Incident("I1", latitude_deg=x, longitude_deg=p),))
    folder = tmp_path_factory.mktemp("number") / "case"
    write_case(case, folder)
    assert read_case(folder).digest() == case.digest()


def test_whole_numbers_in_the_place_of_fractions_make_no_other_case(tmp_path):
    whole = Case(name="n", frequencies=FrequencyTable("p", (), theta=0), incidents=(Incident("I1", latitude_deg=38),))
    write_case(whole, tmp_path / "case")
    assert read_case(tmp_path / "case").digest() == whole.digest()


def test_tables_without_rows_are_left_out_and_those_that_must_be_there_are_written(tmp_path):
    case = Case(name="n", frequencies=FrequencyTable("p", ()))
    write_case(case, tmp_path / "bare")
    assert sorted(p.name for p in (tmp_path / "bare").iterdir()) == ["case.toml", "remains.csv", "roster.csv"]
    with_samples = dataclasses.replace(case, remains=(Remains("R1"),), remains_samples=(RemainsSample("S1", "R1"),))
    write_case(with_samples, tmp_path / "samples")
    assert read_case(tmp_path / "samples") == with_samples


def test_cells_that_a_spreadsheet_would_run_are_protected(tmp_path):
    text = "=HYPERLINK(1)"
    write_case(Case(name="n", frequencies=FrequencyTable("p", ()), roster=(
        MissingPerson("P1", text), MissingPerson("P2", "+1"), MissingPerson("P3", "-1"), MissingPerson("P4", "@SUM"),
        MissingPerson("P5", "'t Hooft"))), tmp_path / "case")
    lines = (tmp_path / "case" / "roster.csv").read_text().splitlines()[1:]
    assert [line.split(",")[1] for line in lines] == [f"'{text}", "'+1", "'-1", "'@SUM", "'t Hooft"]


def test_hangul_is_written_with_the_mark_by_which_spreadsheets_know_utf8(tmp_path):
    roster = (MissingPerson("P1", "김예시"),)
    write_case(Case(name="예", frequencies=FrequencyTable("p", ()), roster=roster), tmp_path / "c")
    assert (tmp_path / "c" / "roster.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (tmp_path / "c" / "remains.csv").read_bytes().startswith(b"remains")
    assert (tmp_path / "c" / "case.toml").read_bytes().startswith(b"format")


# Refusals: nothing is left behind

def person(**fields):
    return {"roster": (MissingPerson(**{"id": "P1"} | fields),)}


@pytest.mark.parametrize(("fields", "message"), [
    (person(name=" Kim"), "case n: roster=.*cannot be written so that it is read back equal"),
    (person(id="\u1100\u1161"), "case n: roster"),
    (person(name="\ud800"), "roster.csv: text=.*must hold whole characters only"),
    ({"name": ""}, r"case.toml:2: name='' must be given \[missing-key\]"),
    (person(name="a\0b"), r"roster.csv:2: .* \[control-character\]"),
    ({"families": (Family("F1", ()),)}, "case n: families='1' cannot be written"),
    ({"frequencies": FrequencyTable("p", (Marker("M", ("12.0", "13"), (0.5, 0.5)),))}, "case n: frequencies"),
    ({"frequencies": FrequencyTable("p", (Marker("AMEL", ("X", "Y"), (0.5, 0.5)),))}, "case n: frequencies"),
])
def test_what_no_table_can_carry_is_refused_and_nothing_is_left(tmp_path, fields, message):
    case = Case(**{"name": "n", "frequencies": FrequencyTable("p", ())} | fields)
    with pytest.raises((InvalidValue, FaultyInput), match=message):
        write_case(case, tmp_path / "case")
    assert list(tmp_path.iterdir()) == []


def test_a_case_that_breaks_rules_of_the_folder_is_refused_with_all_its_faults(tmp_path):
    woman = Member("w", None, None, FEMALE, "P1")
    case = Case(name="n", frequencies=FrequencyTable("p", ()), roster=(MissingPerson("P1", sex=MALE),),
                families=(Family("F1", (woman,)), Family("F2", (Member("x", None, None, MALE),))),
                reference_samples=(ReferenceSample("M1", "F2", "x", "personal item"),))
    with pytest.raises(FaultyInput) as refused:
        write_case(case, tmp_path / "case")
    assert [f.rule for f in refused.value.faults] == ["person-sex", "personal-item"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_else_is_refused_and_left_alone(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("kept")
    (tmp_path / "file").write_text("kept")
    for name in ("letters", "file", "case.zip"):
        with pytest.raises(InvalidValue, match="must be a case folder, an empty folder, or not there yet"):
            write_case(full_case(), tmp_path / name)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["file", "letter.txt", "letters"]


def test_a_case_folder_is_replaced_and_other_files_in_it_stay(tmp_path):
    folder = tmp_path / "deep" / "case"
    write_case(full_case(), folder)
    (folder / "case.toml").write_text((folder / "case.toml").read_text() + '[tables]\nelements = "bones.csv"\n')
    (folder / "elements.csv").rename(folder / "bones.csv")
    (folder / "papers").mkdir()
    (folder / "papers" / "scan.txt").write_text("kept")
    (folder / "x_own.csv").write_text("kept")
    assert check_case(folder) == ()
    write_case(read_case(VALID / "minimal"), folder)
    assert sorted(p.name for p in folder.iterdir()) == ["case.toml", "papers", "remains.csv", "roster.csv", "x_own.csv"]
    assert (folder / "papers" / "scan.txt").read_text() == "kept"
    assert read_case(folder) == read_case(VALID / "minimal")
    assert [p.name for p in folder.parent.iterdir()] == ["case"]


def test_an_empty_folder_is_written_to(tmp_path):
    write_case(full_case(), tmp_path)
    assert read_case(tmp_path) == full_case()


@pytest.mark.parametrize("failing", range(1, 20))
def test_a_disk_that_fails_at_any_file_leaves_the_former_case_whole(tmp_path, monkeypatch, failing):
    folder = tmp_path / "case"
    shutil.copytree(VALID / "minimal", folder)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    calls = []

    def fsync(number):
        calls.append(number)
        if len(calls) == failing:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    if failing <= 17:
        with pytest.raises(OSError, match="No space left"):
            write_case(full_case(), folder)
        assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    else:
        write_case(full_case(), folder)
        assert len(calls) == 17
    assert [p.name for p in tmp_path.iterdir()] == ["case"]


def test_a_rename_that_fails_puts_the_former_case_back(tmp_path, monkeypatch):
    folder = tmp_path / "case"
    shutil.copytree(VALID / "minimal", folder)
    rename = Path.rename

    def failing(self, target):
        if self.name.endswith(".writing"):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="Input/output"):
        write_case(full_case(), folder)
    assert read_case(folder) == read_case(VALID / "minimal")
    assert [p.name for p in tmp_path.iterdir()] == ["case"]


def test_a_file_that_was_written_wrongly_is_found_before_it_takes_its_place(tmp_path, monkeypatch):
    monkeypatch.setattr(writing_tables, "_cell",
                        lambda value: "" if value is None else str(value).replace("male", "unknown"))
    with pytest.raises((InvalidValue, FaultyInput)):
        write_case(read_case(VALID / "minimal"), tmp_path / "case")
    assert list(tmp_path.iterdir()) == []
