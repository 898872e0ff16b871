"""The account folder: written and read back as it was, refused whole with all its faults."""

import datetime
from dataclasses import replace

import numpy as np
import pytest

from homeward.account import (
    TABLES,
    Account,
    Basis,
    Line,
    check_account,
    korea_account,
    read_account,
    write_account,
)
from homeward.model import FaultyInput, InvalidValue
from homeward.model.quantities import Bound, Quantity
from homeward.model.sources import Chain, Claim, Preference, Quote, Source

MANIFEST = 'format = "homeward-account/1"\nname = "small"\n'
SOURCES = "id,title\nS1,A report\n"
CLAIMS = "id,subject,value,unit,bound,hedge,said_by,said,source,quote\n"


def folder(tmp_path, **tables):
    files = {"account.toml": MANIFEST, "sources.csv": SOURCES} | {
        f"{name}.csv": text for name, text in tables.items() if name != "manifest"}
    if "manifest" in tables:
        files["account.toml"] = tables["manifest"]
    for name, text in files.items():
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return tmp_path


def rules(path):
    return [(f.file, f.line, f.column, f.rule) for f in check_account(path)]


def test_the_public_account_is_read_back_as_it_was_written(tmp_path):
    account = korea_account()
    write_account(account, tmp_path)
    assert read_account(tmp_path) == account
    empty = {t for t in TABLES if not getattr(account, t)}
    assert empty == {"preferences"}


def test_texts_that_a_spreadsheet_or_a_reader_might_mistake_come_back_unchanged(tmp_path):
    said = 'He said "=1+1", a; b,\nand 한국\xa0was\' '
    account = Account(
        "odd", 'a "title" \\ of\tsorts', "a note", True,
        Basis(Line("another line", 37.5, 3), datetime.date(1973, 3, 29)),
        sources=(Source("S1", "=HYPERLINK(1)"), Source("S2", "'t Hooft"), Source("S3", "-5", note="@x")),
        claims=(Claim("C1", "x", Quote("S1", said, start=3, end=3 + len(said)), Chain(("a", "b")),
                      Quantity(0.5, "percent", Bound.BETWEEN, 1.25, "some", "per cent"), denies=True, group="g"),),
        preferences=(Preference("P1", "g", "C1", "b", datetime.date(2020, 1, 1), "r", datetime.date(2021, 1, 1), "c",
                                "d"),))
    write_account(account, tmp_path)
    assert read_account(tmp_path) == account
    assert "'=HYPERLINK(1)" in (tmp_path / "sources.csv").read_text(encoding="utf-8")


def test_writing_again_removes_tables_that_have_no_rows_any_more(tmp_path):
    write_account(korea_account(), tmp_path)
    smaller = replace(korea_account(), agenda=())
    write_account(smaller, tmp_path)
    assert read_account(tmp_path) == smaller


def test_a_semicolon_and_a_byte_order_mark_are_read(tmp_path):
    path = folder(tmp_path, sources=b"\xef\xbb\xbfid;title\nS1;A report, in parts\n")
    assert read_account(path).sources == (Source("S1", "A report, in parts"),)


def test_columns_of_the_user_s_own_are_left_alone(tmp_path):
    assert read_account(folder(tmp_path, sources="id,title,x_shelf\nS1,A report,12\n")).sources[0].title == "A report"


@pytest.mark.parametrize(("table", "text", "line", "column", "rule"), [
    ("claims", CLAIMS + "C1,holding,200,person,at most,up to,an official,2018,,\n", 2, "source", "required"),
    ("claims", CLAIMS + "C1,holding,200,,at most,up to,an official,2018,S1,\n", 2, "unit", "unit"),
    ("claims", CLAIMS + "C1,holding,200,lorry,,,an official,2018,S1,\n", 2, "unit", "unit"),
    ("claims", CLAIMS + "C1,holding,200,person,maybe,,an official,2018,S1,\n", 2, "bound", "choice"),
    ("claims", CLAIMS + "C1,holding,many,person,,,an official,2018,S1,\n", 2, "value", "value"),
    ("claims", CLAIMS + "C1,holding,1,person,,,,2018,S1,\n", 2, "said_by", "required"),
    ("claims", CLAIMS + "C1,holding,1,person,,,an official,last week,S1,\n", 2, "said", "value"),
    ("claims", CLAIMS + "C1,holding,1,person,,,an official,2018,S9,\n", 2, "source", "reference"),
    ("claims", CLAIMS + "C1,holding,1,person,,,an official -> ,2018,S1,\n", 2, "said_by", "value"),
    ("commitments", "id,by,what,made,due,said_by,source\nK1,DPRK,a list,2018-09-19,2018-09-18,MND,S1\n", 2, "due",
     "due-before-made"),
    ("commitments", "id,by,what,made,said_by,source\nK1,,a list,2018-09-19,MND,S1\n", 2, "by", "required"),
    ("fulfilments", "id,commitment,effect,on,said_by,source\nF1,K9,fulfils,2018,MND,S1\n", 2, "commitment",
     "reference"),
    ("fulfilments", "id,commitment,effect,on,said_by,source\nF1,K9,wins,2018,MND,S1\n", 2, "", "choice"),
    ("entries", "id,kind,on,count\nE1,listed,,-4\n", 2, "count", "value"),
    ("entries", "id,kind,on,count\nE1,accounted for,,4\n", 2, "on", "value"),
    ("sources", "id,title\nS1,A report\nS1,Another\n", 3, "id", "duplicate-key"),
    ("sources", "id,title\nS1\n", 2, "", "row-length"),
    ("sources", "id\nS1\n", 1, "title", "missing-column"),
    ("sources", "id,title,colour\nS1,A report,red\n", 1, "colour", "unknown-column"),
    ("sources", "id,title,title\nS1,A report,B\n", 1, "title", "duplicate-column"),
    ("sources", b"id,title\nS1,caf\xe9\n", 2, "", "encoding"),
    ("sources", "id,title\nS1,a\0b\n", 2, "", "control-character"),
    ("sources", 'id,title\nS1,"never closed\n', 2, "", "csv"),
    ("sources", "", 0, "", "no-header"),
    ("wishes", "id\nW1\n", 0, "", "unknown-table"),
])
def test_each_rule_that_is_broken_is_named_with_its_place(tmp_path, table, text, line, column, rule):
    path = folder(tmp_path, **{table: text})
    assert (f"{table}.csv", line, column, rule) in rules(path)
    with pytest.raises(FaultyInput):
        read_account(path)


@pytest.mark.parametrize(("text", "column", "rule"), [
    ('name = "x"\n', "format", "missing-key"),
    ('format = "homeward-account/2"\nname = "x"\n', "format", "format-version"),
    (MANIFEST + "colour = 1\n", "colour", "unknown-key"), (MANIFEST + "synthetic = 1\n", "synthetic", "key-type"),
    (MANIFEST + '[line]\nname = "x"\nlatitude_deg = 99\n', "line.latitude_deg", "key-range"),
    (MANIFEST + '[line]\nname = "x"\n', "line.latitude_deg", "key-type"),
    (MANIFEST + 'accounted_from = "1982"\n', "accounted_from", "key-type"), ("name = \n", "", "toml"),
    (b"\xff", "", "encoding"),
])
def test_a_manifest_that_breaks_a_rule_is_refused(tmp_path, text, column, rule):
    assert ("account.toml", column, rule) in [(f, c, r) for f, _, c, r in rules(folder(tmp_path, manifest=text))]


def test_all_faults_are_told_at_once(tmp_path):
    path = folder(tmp_path, claims=CLAIMS + "C1,holding,200,,,,an official,2018,S1,\n,x,1,person,,,,2018,,\n",
                  lots="id,name,kind\nL1,a lot,purchase\n")
    assert [(f, line) for f, line, *_ in rules(path)] == [("claims.csv", 2), ("claims.csv", 3), ("claims.csv", 3),
                                                          ("claims.csv", 3), ("lots.csv", 2)]


def test_what_is_no_folder_or_has_no_manifest_is_refused_in_words(tmp_path):
    assert rules(tmp_path / "nowhere") == [("nowhere", 0, "", "unreadable")]
    (tmp_path / "sources.csv").write_text(SOURCES, encoding="utf-8")
    assert rules(tmp_path) == [("account.toml", 0, "", "missing-manifest")]


def test_evidence_about_somebody_who_owes_nothing_is_refused(tmp_path):
    path = folder(tmp_path, commitments="id,by,what,made,said_by,source\nK1,DPRK; ROK,a list,2018-09-19,MND,S1\n",
                  fulfilments="id,commitment,effect,on,by,said_by,source\nF1,K1,fulfils,2018-10,China,MND,S1\n")
    assert rules(path) == [("fulfilments.csv", 2, "by", "not-owing")]


def test_an_account_made_in_memory_is_checked_as_well():
    with pytest.raises(InvalidValue, match="must be one of sources"):
        Account("x", claims=(Claim("C1", "x", Quote("S9"), Chain(("a",))),))


def test_tables_that_are_damaged_at_random_are_read_or_refused_and_nothing_else(tmp_path):
    rng = np.random.default_rng(38)
    write_account(korea_account(), tmp_path)
    whole = {path: path.read_bytes() for path in sorted(tmp_path.iterdir())}
    small = [path for path, data in whole.items() if len(data) < 12_000]
    refused = 0
    for _ in range(60):
        path = small[int(rng.integers(len(small)))]
        path.write_bytes(_damaged(whole[path], rng))
        faults = check_account(tmp_path)
        if faults:
            refused += 1
            with pytest.raises(FaultyInput):
                read_account(tmp_path)
        path.write_bytes(whole[path])
    assert refused > 20


def _damaged(data, rng):
    at, other = (int(rng.integers(len(data))) for _ in range(2))
    change = int(rng.integers(6))
    if change == 0:
        return data[:at]
    if change == 1:
        return data[:at] + bytes([int(rng.integers(256))]) + data[at + 1:]
    if change == 2:
        return data[:at] + data[other:]
    if change == 3:
        return data.replace(b",", b",,", 1 + int(rng.integers(3)))
    if change == 4:
        return data[:at] + b'"' + data[at:]
    return data[:at] + bytes(str(rng.choice(["-1", "9" * 400, "1e999", "nan", "١", "0/0", "\t", "2018-02-30"])),
                             "utf-8") + data[at:]
