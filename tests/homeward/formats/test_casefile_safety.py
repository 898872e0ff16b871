"""Hostile and damaged cases: refused with faults, in good time, whatever the bytes. Everyone here is invented.

``HOMEWARD_FUZZ`` sets the number of mutated cases (2,000 unless told otherwise) and ``HOMEWARD_FUZZ_SEED`` their seed.
"""

import csv
import io
import os
import random
import shutil
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from homeward.formats.casefile import check_case, read_case
from homeward.formats.casefile.schemas import rules
from homeward.model import Case, FaultyInput

SPEC = Path(__file__).parents[3] / "spec"
MUTATIONS = int(os.environ.get("HOMEWARD_FUZZ", "2000"))
SEED = int(os.environ.get("HOMEWARD_FUZZ_SEED", "20261121"))
SECONDS, BYTES = 10.0, 256 * 2**20


def minimal(**files):
    """The smallest case with some files in the place of its own; ``roster_csv`` is roster.csv."""
    case = {p.name: p.read_bytes() for p in (SPEC / "valid" / "minimal").iterdir()}
    for name, content in files.items():
        case[name.replace("_", ".")] = content if isinstance(content, bytes) else content.encode()
    return case


def written(folder, files):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def with_part(data, part, content):
    """The workbook with one of its parts replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped(parts | {part: content})


def rules_of(path):
    """The rules broken, found within the time and the memory promised."""
    tracemalloc.start()
    start = time.process_time()
    try:
        faults = check_case(path)
    finally:
        seconds, (_, peak) = time.process_time() - start, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert seconds < SECONDS
    assert peak < BYTES
    return {f.rule for f in faults}


@pytest.mark.parametrize(("roster", "rule"), [
    (b"person\n" + b"x" * 10_000_000, "csv"),
    (b"person\n" + b"," * 10_000_000, None),
    (b"," * 10_000_000, "no-header"),
    (b"person" + b",y" * 100_000 + b"\n", "table-width"),
    (b'person\n"' + b"x\n" * 1_000_000, "csv"),
    (b"person\n" + b"\n" * 1_000_000, None),
    (b"\0" * 10_000_000, "control-character"),
    (b"person\nP1\n\x00\n", "control-character"),
    (b"\xef\xbb\xbf", "no-header"),
    (b"", "no-header"),
    (b'"', "csv"),
    (b'person\n"P1"x\n', "csv"),
    (b"person,born\nP1," + b"9" * 5000 + b"\n", "date"),
    (b"PK\x03\x04", "control-character"),
])
def test_hostile_tables_are_refused_in_good_time(tmp_path, roster, rule):
    found = rules_of(written(tmp_path / "case", minimal(roster_csv=roster)))
    assert rule in found if rule else found <= {"csv", "row-length"}


@pytest.mark.parametrize("number", ["9" * 400, "1e309", "-1e999", "nan", "1_000", "0x10", "٣", "1e-400", "+" * 50])
def test_numbers_that_are_none_are_refused(tmp_path, number):
    found = rules_of(written(tmp_path / "case", minimal(incidents_csv=f"incident,latitude_deg\nI1,{number}\n")))
    assert found <= {"number", "range"}
    assert found or float(number) == 0.0


@pytest.mark.parametrize(("lines", "rule"), [
    ("x = " + "[" * 30_000, "toml"), ("x = " + "9" * 5000, "toml"), ("a" + ".a" * 20_000 + " = 1", "toml"),
    ("a" + ".a" * 99 + " = 1", "unknown-key"),
    ("[rule]\nminimum_lines = 0x" + "f" * 20_000, "key-range"), ("[prior]\non_roster = nan", "key-range"),
    ("[prior]\non_roster = inf", "key-range"), ("[prior]\non_roster = 1" + "0" * 400, "key-range"),
    ("[prior]\non_roster = true", "key-type"), ("[rule]\nposterior = 1979-05-27", "key-type"),
    ("prior = 3", "unknown-key"),
    ("tables = []", "key-type"), ("[[population]]", "toml"), ('x = "\\ud800"', "toml"),
    ("[tables]\nroster = {}", "table-path"), ("x = [0x" + "f" * 20_000 + "]", "unknown-key"),
])
def test_hostile_manifests_are_refused(tmp_path, lines, rule):
    head = 'format = "homeward-case/1"\nname = "n"\n'
    section = "" if "[[population]]" not in lines else '[population]\nname = "p"\n'
    body = f'population.name = "p"\n{lines}\n' if not section else f"{section}{lines}\n"
    found = rules_of(written(tmp_path / "case", minimal(case_toml=head + body)))
    assert rule in found if rule else found


def test_a_manifest_that_is_not_utf8_is_refused(tmp_path):
    assert rules_of(written(tmp_path / "case", minimal(case_toml=b'name = "\xe9"'))) == {"encoding"}


def bomb(size, name="roster.csv"):
    return zipped(minimal() | {name: b"person\n" + b"\n" * size})


def lying(data, size):
    """The zip file with another size of its first file in its list."""
    at = data.find(b"PK\x01\x02") + 24
    return data[:at] + struct.pack("<I", size) + data[at + 4:]


def with_a_nameless_file(files):
    """The files zipped, beside one whose name is empty in the zip file's list."""
    data = zipped(files | {"a": b""})
    at, end = data.rfind(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
    size, = struct.unpack("<I", data[end + 12:end + 16])
    entry = data[at:at + 28] + struct.pack("<H", 0) + data[at + 30:at + 46] + data[at + 47:end]
    return data[:at] + entry + data[end:end + 12] + struct.pack("<I", size - 1) + data[end + 16:]


def test_a_file_without_a_name_in_a_zip_file_is_passed_over(tmp_path):
    (tmp_path / "case.zip").write_bytes(with_a_nameless_file(minimal()))
    with zipfile.ZipFile(tmp_path / "case.zip") as archive:
        assert "" in archive.namelist()
    assert check_case(tmp_path / "case.zip") == ()


@pytest.mark.parametrize(("data", "rule"), [
    (bomb(30_000_000), "zip-size"),
    (lying(zipped(minimal()), 0xFFFFFFF0), "zip-size"),
    (lying(zipped(minimal()), 5), "zip-unreadable"),
    (zipped(minimal() | {f"{i}.txt": b"" for i in range(10_001)}), "zip-size"),
    (zipped(minimal() | {"../../roster.csv": b""}), "zip-path"),
    (zipped(minimal() | {"a/../../roster.csv": b""}), "zip-path"),
    (zipped(minimal() | {"/roster.csv": b""}), "zip-path"),
    (zipped(minimal() | {"..\\roster.csv": b""}), "zip-path"),
    (zipped(minimal() | {"C:roster.csv": b""}), "zip-path"),
    (zipped(minimal(), zipfile.ZIP_LZMA), "zip-unreadable"),
    (zipped(minimal(), zipfile.ZIP_BZIP2), "zip-unreadable"),
    (zipped({f"a/{n}": c for n, c in minimal().items()} | {"b/case.toml": b""}), "missing-manifest"),
    (zipped({f"a/b/{n}": c for n, c in minimal().items()}), "missing-manifest"),
    (zipped({}), "missing-manifest"),
    (zipped(minimal())[:-30], "zip-unreadable"),
    (zipped(minimal())[50:], None),
    (b"", "zip-unreadable"),
    (b"PK\x05\x06" + b"\0" * 18, "missing-manifest"),
])
def test_hostile_zip_files_are_refused(tmp_path, data, rule):
    (tmp_path / "case.zip").write_bytes(data)
    found = rules_of(tmp_path / "case.zip")
    assert found == {rule} if rule else found
    assert [p.name for p in tmp_path.iterdir()] == ["case.zip"]


def test_links_in_a_zip_file_are_refused(tmp_path):
    link = zipfile.ZipInfo("roster.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "case.zip", "w") as archive:
        archive.writestr(link, "elsewhere")
    assert rules_of(tmp_path / "case.zip") == {"zip-path"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_file_that_holds_a_table_twice_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "case.zip", "w") as archive:
        for name in ("case.toml", "roster.csv", "roster.csv"):
            archive.writestr(name, "")
    assert rules_of(tmp_path / "case.zip") == {"table-twice"}


LAUGHS = (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaaaaaaaaaaaa">'
          + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 20) for i in range(9)) + b"]><x>&j;</x>")
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "case.toml">]><x>&a;</x>'
BOOK = workbook(["person", "sex"], ["P1", "male"])
PARTS = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml",
         "xl/_rels/workbook.xml.rels")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("content", [LAUGHS, OUTSIDE, b"", b"<a>", b"<a/>", b"<" * 1000, b"<a>" * 30_000, b"\0\xff"])
def test_hostile_parts_of_a_workbook_are_refused(tmp_path, part, content):
    files = minimal() | {"roster.xlsx": with_part(BOOK, part, content)}
    del files["roster.csv"]
    assert rules_of(written(tmp_path / "case", files)) <= {
        "xlsx-unreadable", "xlsx-sheet", "no-header", "zip-size", "required"}


def test_no_entity_is_ever_resolved(tmp_path):
    sheet = (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "person">]><worksheet xmlns="http://schemas.openxmlformats.org'
             b'/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>'
             b"</sheetData></worksheet>")
    files = minimal() | {"roster.xlsx": with_part(BOOK, PARTS[0], sheet)}
    del files["roster.csv"]
    assert rules_of(written(tmp_path / "case", files)) == {"xlsx-unreadable"}


@pytest.mark.parametrize("data", [BOOK[:1000], BOOK[:-10], b"", b"PK", zipped({"a": b""}), zipped(minimal()),
                                  b"\xd0\xcf\x11\xe0" * 99])
def test_workbooks_that_are_none_are_refused(tmp_path, data):
    files = minimal() | {"roster.xlsx": data}
    del files["roster.csv"]
    assert rules_of(written(tmp_path / "case", files)) == {"xlsx-unreadable"}


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path):
    files = minimal() | {"roster.xlsx": with_part(BOOK, PARTS[0], b"<row/>" * 5_000_000)}
    del files["roster.csv"]
    assert rules_of(written(tmp_path / "case", files)) == {"zip-size"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_the_place_of_a_table_is_not_waited_for(tmp_path):
    path = written(tmp_path / "case", minimal())
    (path / "roster.csv").unlink()
    os.mkfifo(path / "roster.csv")
    assert rules_of(path) == {"unreadable"}


@pytest.mark.parametrize("name", ["", "nothing", "nothing/case.toml", "a\0b", "x" * 5000, "case.toml"])
def test_a_path_where_nothing_is_gives_a_fault(tmp_path, name):
    assert rules_of(tmp_path / name) <= {"unreadable", "missing-manifest"}
    assert rules_of(tmp_path / name)


# Mutations

NASTY = ("", " ", "'", '"', ",", ";", "\t", "\n", "\r", "=1+1", "\ufeff", "NaN", "-1", "1e999", "9" * 40, "0", "none",
         "?", "male", "female", "P1", "R1", "S1", "M1", "F1", "TH01", "AMEL", "X", "Y", "6", "9,3", "child", "man",
         "woman", "true", "custom", "stepwise", "1950-12-02", "9999-99-99", "\u202e", "가", "\u1100\u1161", "x" * 500,
         "personal item", "16024-576", "73-340 16024", "263G 16093N", "1-9999DEL", "rCRS", "DYS385a", "11,14", "null")
CHUNKS = (b"\0", b"\xff", b'"', b"\n", b"\r", b",", b";", b"\xef\xbb\xbf", b"]", b"[", b"=", b"'''", b"<",
          b"PK\x01\x02", b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"9" * 30)


def valid_cases():
    cases = []
    for folder in sorted((SPEC / "valid").iterdir()):
        files = {p.name: p.read_bytes() for p in folder.iterdir()} if folder.is_dir() else {}
        if files and "case.zip" not in files:
            cases.append(files)
    return cases


def mutate_bytes(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 5, 20))):
        at, to = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
        kind = rng.randrange(6)
        if kind == 0 and data:
            data[at % len(data)] = rng.randrange(256)
        elif kind == 1:
            data[at:at] = rng.choice(CHUNKS)
        elif kind == 2:
            del data[at:min(to, at + rng.choice((1, 4, 50)))]
        elif kind == 3:
            data[at:at] = data[at:min(to, at + 200)]
        elif kind == 4:
            del data[at:]
        elif data:
            data[at % len(data)] ^= 1 << rng.randrange(8)
    return bytes(data)


def mutate_table(rng, data):
    """Changes cells, rows and columns, and writes it as a table again."""
    rows = [list(row) for row in csv.reader(data.decode("utf-8-sig").splitlines())] or [[""]]
    for _ in range(rng.choice((1, 1, 2, 4))):
        row, other = rng.randrange(len(rows)), rng.randrange(len(rows))
        column = rng.randrange(max(1, len(rows[0])))
        kind = rng.randrange(9)
        if kind <= 3 and rows[row]:
            rows[row][column % len(rows[row])] = rng.choice(NASTY)
        elif kind == 4:
            rows.insert(other, list(rows[row]))
        elif kind == 5 and len(rows) > 1:
            del rows[row]
        elif kind == 6:
            rows[row], rows[other] = rows[other], rows[row]
        elif kind == 7:
            rows = [r[:column] + r[column + 1:] for r in rows]
        else:
            rows = [[*r, r[column] if column < len(r) else ""] for r in rows]
    out = io.StringIO()
    csv.writer(out, delimiter=rng.choice(",,,;\t"), lineterminator=rng.choice(("\n", "\r\n"))).writerows(rows)
    return out.getvalue().encode("utf-8")


def mutate_workbook(rng, data):
    """Damages one part of a workbook and packs it well again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = rng.choice(sorted(parts))
    if rng.random() < 0.1:
        del parts[part]
    else:
        parts[part] = mutate_bytes(rng, parts[part])
    return zipped(parts)


def mutate_archive(rng, files):
    """The case zipped, with its list of files or its bytes damaged."""
    names = sorted(files)
    renamed = {(rng.choice(("", "a/", "../", "/", "a/b/", "C:", ".")) if rng.random() < 0.1 else "") + name: files[name]
               for name in names}
    data = zipped(renamed, rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))
    return mutate_bytes(rng, data) if rng.random() < 0.8 else data


def mutated(rng, files):
    """One mutated case: files of a folder, or the bytes of a zip file."""
    files = dict(files)
    if rng.random() < 0.2:
        return mutate_archive(rng, files)
    name = rng.choice(sorted(files))
    if rng.random() < 0.05:
        del files[name]
    elif rng.random() < 0.05:
        files[rng.choice(("roster.csv", "roster.xlsx", "families.csv", "profiles.csv", "ystr.csv", "mtdna.csv",
                          "x.csv"))] = files[name]
    elif name.endswith(".xlsx") and rng.random() < 0.7:
        files[name] = mutate_workbook(rng, files[name])
    elif name.endswith(".csv") and rng.random() < 0.6:
        files[name] = mutate_table(rng, files[name])
    else:
        files[name] = mutate_bytes(rng, files[name])
    return files


def case_or_faults(path):
    try:
        return read_case(path)
    except FaultyInput as error:
        return error.faults


def test_no_mutated_case_gives_anything_but_a_case_or_its_faults(tmp_path):
    rng = random.Random(SEED)
    cases = valid_cases()
    slowest, refused = 0.0, 0
    for number in range(MUTATIONS):
        content = mutated(rng, rng.choice(cases))
        path = tmp_path / "case.zip"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path = written(tmp_path / "case", content)
        start = time.process_time()
        result = case_or_faults(path)
        slowest = max(slowest, time.process_time() - start)
        if not isinstance(result, Case):
            refused += 1
            # "refused" would mean that the model knows a rule that the reader does not.
            assert {f.rule for f in result} <= set(rules()) - {"refused"}, (number, result)
            assert result
    assert slowest < SECONDS
    assert MUTATIONS * 0.5 < refused < MUTATIONS
