"""How tables are written down: dialects of CSV, workbooks, names of files. Everyone here is invented."""

import datetime
import io
import shutil
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from homeward.formats.casefile import check_case, read_case
from homeward.model import PartialDate

VALID = Path(__file__).parents[3] / "spec" / "valid"


@pytest.fixture
def folder(tmp_path):
    """Copies a valid case of spec/, with some files put in the place of its own (None: left out)."""
    def make(files, base="minimal"):
        shutil.copytree(VALID / base, tmp_path / "case")
        for name, content in files.items():
            path = tmp_path / "case" / name
            path.unlink(missing_ok=True)
            if content is not None:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / "case"
    return make


def workbook(*rows, sheets=(), formats=()):
    """A workbook's bytes; ``formats`` are (cell, number format)."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in formats:
        book.active[cell].number_format = number_format
    for sheet in sheets:
        book.create_sheet(sheet)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def patched(data, part, old, new):
    """The workbook with a text of one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            assert name != part or old in content
            after.writestr(name, content.replace(old, new) if name == part else content)
    return out.getvalue()


def found(path):
    return [(f.file, f.line, f.column, f.rule) for f in check_case(path)]


SHEET = "xl/worksheets/sheet1.xml"


# CSV

@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiters_line_ends_and_byte_order_marks_are_read(folder, delimiter, end, mark):
    rows = [["person", "sex", "name"], ["P1", "male", '"Example, Kim; the\telder"'], ["P2", "m", "김예시"]]
    text = mark + end.join(delimiter.join(row) for row in rows) + end
    roster = read_case(folder({"roster.csv": text})).roster
    assert [(p.id, p.sex.value, p.name) for p in roster] == [
        ("P1", "male", "Example, Kim; the\telder"), ("P2", "male", "김예시")]


def test_quoted_names_of_columns_tell_the_delimiter(folder):
    case = read_case(folder({"roster.csv": '"person"; "x_a, b, c, d";"name"\nP1;;"a, b, c"\n'}))
    assert case.roster[0].name == "a, b, c"


def test_columns_come_in_any_order_and_in_capitals(folder):
    assert read_case(folder({"roster.csv": "SEX, Person\nF,P1\n"})).roster[0].sex == "female"


def test_blank_lines_and_blank_trailing_columns_are_left_out(folder):
    case = read_case(folder({"roster.csv": "\n , \nperson,name,,\n\nP1,a,,\n,,,\n , ,\t,\nP2,b,,\n"}))
    assert [p.id for p in case.roster] == ["P1", "P2"]


def test_lines_are_counted_through_quoted_line_ends_and_blank_lines(folder):
    path = folder({"roster.csv": 'person,name,sex\nP1,"two\nlines",male\n\nP2,"\r\n",man\nP3,c,boy\n'})
    assert found(path) == [("roster.csv", 5, "sex", "choice"), ("roster.csv", 7, "sex", "choice")]


@pytest.mark.parametrize(("text", "line"), [("P1,a\nP2,\xe9\n", 3), ("\xe9,a\n", 2), ('"x\ny",\xff\n', 3)])
def test_a_byte_that_is_not_utf8_is_named_with_its_line(folder, text, line):
    fault, = check_case(folder({"roster.csv": ("person,name\n" + text).encode("latin-1")}))
    assert (fault.line, fault.rule) == (line, "encoding")
    assert fault.value in ("byte 0xe9", "byte 0xff")


@pytest.mark.parametrize("encoding", ["utf-16", "cp949", "utf-16-le"])
def test_other_encodings_are_refused(folder, encoding):
    rules = {r for *_, r in found(folder({"roster.csv": "person,name\nP1,김예시\n".encode(encoding)}))}
    assert rules <= {"encoding", "control-character"}
    assert rules


def test_a_row_that_ends_early_is_a_fault_and_not_a_partial_profile(folder):
    path = folder({"profiles.csv": "sample,marker,allele1,allele2\nM1,TH01,6,7\nS1,TH01,6"}, base="one-family")
    assert found(path) == [("profiles.csv", 3, "", "row-length")]


def test_a_row_with_too_many_cells_is_one_fault(folder):
    assert found(folder({"roster.csv": "person,sex\nP1,Example, Kim,male\n"})) == [("roster.csv", 2, "", "row-length")]


def test_columns_of_ones_own_are_left_alone(folder):
    assert read_case(folder({"roster.csv": "person,x_note,X_shelf\nP1,=1,\n"})).roster[0].id == "P1"


def test_blanks_around_cells_are_taken_off_and_hangul_ids_are_composed(folder):
    decomposed = "\u1100\u1161"  # typed as two signs, shown as 가
    case = read_case(folder({"roster.csv": f"person,name\n \u00a0{decomposed} ,\u3000Kim  Example \n",
                             "families.csv": "family,member,person\nF1,one,가\n"}))
    assert (case.roster[0].id, case.roster[0].name) == ("가", "Kim  Example")


@pytest.mark.parametrize(("cell", "text"), [
    ("'=1+1", "=1+1"), ("'-", "-"), ("''t", "'t"), ("'t", "'t"), ("'", "'"), ("'@x", "@x"), ("=1", "=1"),
    ("'''", "''")])
def test_an_apostrophe_before_a_sign_is_taken_off(folder, cell, text):
    assert read_case(folder({"roster.csv": f"person,name\nP1,{cell}\n"})).roster[0].name == text


def test_decimal_commas_are_noted_once_a_file(folder):
    case = read_case(folder({
        "incidents.csv": 'incident;latitude_deg;longitude_deg\nI1;38;127,5\nI2;38,25;"127,25"\n'}))
    assert [(i.latitude_deg, i.longitude_deg) for i in case.incidents] == [(38.0, 127.5), (38.25, 127.25)]
    assert case.notes == ("incidents.csv:3: decimal commas read as points, first in the column latitude_deg",)


@pytest.mark.parametrize("date", ["1950-13", "50-12-02", "1950-12-2", "02.12.1950", "0000", "99999", "1950-12-32",
                                  "1900-02-29", "12/2/1950", "-1950", "1950-12-02T00:00", "unknown"])
def test_what_is_no_date_is_a_fault(folder, date):
    assert found(folder({"roster.csv": f"person,born\nP1,{date}\n"})) == [("roster.csv", 2, "born", "date")]


# Workbooks

def test_numbers_are_read_as_the_sheet_shows_them(folder):
    book = workbook(["marker", "allele", "frequency"], ["TH01", 6, 0.25], ["TH01", 9.25, 0.7], ["", None])
    for rounded, stored in ((b"<v>0.25</v>", b"<v>0.30000000000000004</v>"),
                            (b"<v>9.25</v>", b"<v>9.300000000000001</v>")):
        book = patched(book, SHEET, rounded, stored)
    case = read_case(folder({"frequencies.csv": None, "frequencies.xlsx": book,
                             "profiles.csv": "sample,marker,allele1,allele2\n"}, base="one-family"))
    marker = case.frequencies["TH01"]
    assert marker.alleles == ("6", "9.3")
    assert marker.frequencies == (0.1 + 0.2, 0.7)  # a frequency keeps digits that the sheet does not show


def test_leading_zeros_are_kept_where_the_sheet_shows_them(folder):
    book = workbook(["person", "service_number"], ["P1", 123], ["P2", "0123"], ["P3", 123],
                    formats=[("B2", "00000000")])
    roster = read_case(folder({"roster.csv": None, "roster.xlsx": book})).roster
    assert [p.service_number for p in roster] == ["00000123", "0123", "123"]


@pytest.mark.parametrize(("shown", "expected"), [
    ("yyyy-mm-dd", PartialDate(1950, 12, 2)), ("dd.mm.yyyy", PartialDate(1950, 12, 2)), ("General", PartialDate(1950)),
    ("mmm yyyy", PartialDate(1950, 12)), ('yyyy"년" m"월"', PartialDate(1950, 12)), ("yyyy", PartialDate(1950)),
    ("[$-409]mmm\\-yy", PartialDate(1950, 12))])
def test_a_date_is_as_precise_as_the_sheet_shows_it(folder, shown, expected):
    cell = 1950 if shown == "General" else datetime.date(1950, 12, 2)
    book = workbook(["person", "born"], ["P1", cell], formats=[("B2", shown)])
    assert read_case(folder({"roster.csv": None, "roster.xlsx": book})).roster[0].born == expected


def test_a_date_with_a_time_of_day_and_a_lone_time_are_refused(folder):
    book = workbook(["person", "born", "missing_since"],
                    ["P1", datetime.datetime(1931, 5, 1, 13, 0), datetime.time(12, 30)])
    assert found(folder({"roster.csv": None, "roster.xlsx": book})) == [
        ("roster.xlsx", 2, "born", "xlsx-date"), ("roster.xlsx", 2, "missing_since", "xlsx-date")]


def test_an_allele_that_became_a_date_is_refused(folder):
    book = workbook(["sample", "marker", "allele1", "allele2"], ["M1", "TH01", 6, datetime.date(2026, 3, 9)])
    fault, = check_case(folder({"profiles.csv": None, "profiles.xlsx": book}, base="one-family"))
    assert (fault.line, fault.column, fault.rule) == (2, "allele2", "xlsx-date")


def test_every_formula_and_error_is_refused_at_its_cell_and_columns_of_ones_own_may_hold_them(folder):
    book = workbook(["person", "name", "x_total"], ["P1", "=A2", "=1"], ["P2", "#REF!", "#N/A"])
    assert found(folder({"roster.csv": None, "roster.xlsx": book})) == [
        ("roster.xlsx", 2, "name", "xlsx-formula"), ("roster.xlsx", 3, "name", "xlsx-error")]


def test_truth_values_and_whole_numbers_of_a_sheet_are_read(folder):
    case = read_case(folder({
        "markers.csv": None, "markers.xlsx": workbook(["marker", "x_linked"], ["TH01", True]),
        "transfers.csv": None, "transfers.xlsx": workbook(
            ["transfer", "date", "giver", "receiver", "count", "unit"], [7, 2018, "A", "B", 55.0, "box"]),
        "profiles.csv": "sample,marker,allele1,allele2\n"}, base="one-family"))
    assert case.frequencies["TH01"].x_linked
    assert (case.transfers[0].id, case.transfers[0].count) == ("7", 55)


def test_the_sheet_named_as_the_table_is_read_among_others(folder):
    book = workbook(["anything"], ["else"], sheets=["Roster"])
    book = patched(book, "xl/worksheets/sheet2.xml", b"<sheetData></sheetData>",
                   b'<sheetData><row r="3"><c r="B3" t="inlineStr"><is><t>person</t></is></c></row>'
                   b'<row r="9"><c r="B9" t="inlineStr"><is><t>P1</t></is></c></row></sheetData>')
    path = folder({"roster.csv": None, "roster.xlsx": book})
    assert [p.id for p in read_case(path).roster] == ["P1"]


def test_rows_of_a_sheet_are_counted_as_the_sheet_counts_them(folder):
    book = workbook(["person", "sex"], [], ["P1", "male"], ["P2", "man"])
    assert found(folder({"roster.csv": None, "roster.xlsx": book})) == [("roster.xlsx", 4, "sex", "choice")]


def test_what_a_sheet_says_of_its_own_size_is_not_believed(folder):
    book = patched(workbook(["person"], ["P1"], ["P2"]), SHEET, b'ref="A1:A3"', b'ref="A1:A2"')
    assert len(read_case(folder({"roster.csv": None, "roster.xlsx": book})).roster) == 2


@pytest.mark.parametrize("row", ["1048577", "99999999999", "1e15"])
def test_a_row_beyond_the_last_of_a_sheet_is_refused_in_good_time(folder, row):
    book = patched(workbook(["person"], ["P1"]), SHEET, b'<row r="2">', f'<row r="{row}">'.encode())
    assert [r for *_, r in found(folder({"roster.csv": None, "roster.xlsx": book}))] == ["table-width"]


def test_a_cell_far_to_the_right_is_refused(folder):
    book = workbook(["person"], ["P1", *[None] * 63, "?"])
    assert [r for *_, r in found(folder({"roster.csv": None, "roster.xlsx": book}))] == ["table-width"]


# Files

@pytest.mark.parametrize("name", ["Roster.csv", "profile.csv", "references.xls", "remains (1).csv", "samples.tsv"])
def test_a_file_that_nearly_bears_the_name_of_a_table_is_a_fault(folder, name):
    assert found(folder({name: "x\n"})) == [(name, 0, "", "table-name")]


@pytest.mark.parametrize("name", [".roster.csv", "~$roster.xlsx", "x_roster.csv", "README.md", "roster.pdf"])
def test_hidden_files_and_papers_are_left_alone(folder, name):
    assert read_case(folder({name: b"\0"})).notes == ()


def test_a_table_under_another_name_is_read_and_missed_under_that_name(folder):
    manifest = (VALID / "minimal" / "case.toml").read_text() + '[tables]\nroster = "people.XLSX"\nremains = "r.csv"\n'
    path = folder({"case.toml": manifest, "roster.csv": None, "people.XLSX": workbook(["person"], ["P1"])})
    assert found(path) == [("r.csv", 0, "", "missing-table"), ("remains.csv", 0, "", "table-name")]
    (path / "remains.csv").rename(path / "r.csv")
    assert read_case(path).roster[0].id == "P1"


@pytest.mark.parametrize("file", ['"a/b.csv"', '"..\\\\b.csv"', '"C:b.csv"', '"roster"', '".csv"', "3", '"/etc/x.csv"'])
def test_a_table_lies_in_the_folder_itself(folder, file):
    manifest = (VALID / "minimal" / "case.toml").read_text() + f"[tables]\nincidents = {file}\n"
    assert ("case.toml", 8, "tables.incidents", "table-path") in found(folder({"case.toml": manifest}))


def test_two_tables_are_not_one_file(folder):
    manifest = (VALID / "minimal" / "case.toml").read_text() + '[tables]\nroster = "a.csv"\nremains = "a.csv"\n'
    assert ("case.toml", 9, "tables.remains", "table-twice") in found(folder({"case.toml": manifest}))


def test_any_table_about_dna_asks_for_the_three(folder):
    assert found(folder({"samples.csv": "sample,remains\nS1,R1\n"})) == [
        (f"{name}.csv", 0, "", "missing-table") for name in ("markers", "frequencies", "profiles")]
