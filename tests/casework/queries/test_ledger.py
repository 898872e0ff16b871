"""The ledger of the register: the official tables come out of its records, and no figure is ever a stale one."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casework.actions.books import load_account
from casework.actions.ledger import change_ledger_settings
from casework.actions.people import change_status
from casework.actions.records import correct, withdraw
from casework.policy import NotAllowed, Role
from casework.queries.ledger import behind, figure_on, ledger_book, ledger_day, series_on
from casework.queries.public_account import public_account
from casework.store.models import Account, CaseFile, Claim, Document, LedgerEntry, Person
from homeward.account import korea_account
from homeward.model import PartialDate

Accounts = Callable[..., Account]
_TABLES = Path(__file__).parents[4] / "shared" / "korea" / "accounting.json"
# The origins of the published tables, by the first words that tell them apart, as lots of the account.
_LOTS = (("unilateral turnover 1990", "k208"), ("joint field", "jfa"), ("unilateral turnover 2007", "2007"),
         ("unilateral turnover 2018", "k55"), ("disinterment", "nmcp"), ("recovery operations in china", "china"),
         ("recovery operations in japan", "japan"), ("recovery operations in south korea", "rok"),
         ("joint operations in china", "china"), ("joint operations in japan", "japan"))
_UNITS = {"boxes": "box", "caskets": "box", "individuals": "person"}


@pytest.fixture
def korea(account: Accounts) -> CaseFile:
    return load_account(actor=account(Role.HISTORIAN), source=korea_account()).case


def _published() -> list[dict[str, Any]]:
    if not _TABLES.exists():
        pytest.skip("the tables of ../shared are not there")
    found: list[dict[str, Any]] = json.loads(_TABLES.read_text(encoding="utf-8"))
    return found


def _lot(origin: str) -> str:
    return next(lot for words, lot in _LOTS if origin.lower().startswith(words))


@pytest.mark.parametrize(("number", "total", "missing"), [(0, 416, 7740), (1, 459, 7697), (2, 612, 7544)])
def test_the_official_tables_come_out_of_the_register(korea: CaseFile, account: Accounts, number: int, total: int,
                                                      missing: int) -> None:
    # Progress on Korean War Personnel Accounting, fact sheets of 27 July 2017, 18 June 2018 and 1 April 2022. That of
    # 2018 says 7,699 missing, two more than the roster of the other two leaves: a difference, shown as one.
    table = _published()[number]
    standing = ledger_day(ledger_book(account(Role.REVIEWER), korea), datetime.date.fromisoformat(table["as_of"]))
    told = {(f.key, f.amount.unit): f.amount for f in standing.standing.figures}
    assert told["accounted for", "person"].low == told["accounted for", "person"].high == total
    assert total == table["total_accounted_for"]
    assert told["unaccounted for", "person"].low == missing
    assert missing in (table["unaccounted_for"], table["unaccounted_for"] - 2)
    for row in table["rows"]:
        lot = _lot(row["origin"])
        if row["accounted_for"] is not None:
            assert told[f"accounted for/{lot}", "person"].low == row["accounted_for"], row
        if row["unit"] in _UNITS and lot != "rok":
            assert told[f"received/{lot}", _UNITS[row["unit"]]].low == row["received"], row
    by_lot = sum(amount.low for (key, _), amount in told.items() if key.startswith("accounted for/"))
    assert by_lot == total


def test_every_figure_leads_to_rows_of_the_register(korea: CaseFile, account: Accounts) -> None:
    actor = account(Role.REVIEWER)
    figures = ledger_day(ledger_book(actor, korea), datetime.date(2022, 4, 1)).standing.figures
    assert len(figures) > 20
    for figure in figures:
        found = behind(actor, korea, figure.records)
        assert found
        assert all(isinstance(one.row, LedgerEntry) for one in found)


def test_days_before_and_after_are_those_on_which_something_changes(korea: CaseFile, account: Accounts) -> None:
    book = ledger_book(account(Role.REVIEWER), korea)
    day = ledger_day(book, datetime.date(2018, 7, 27))
    assert day.before is not None
    assert day.before < datetime.date(2018, 7, 27)
    assert day.after is not None
    assert ledger_day(book, day.after).before == datetime.date(2018, 7, 27)
    assert ledger_day(book, datetime.date(1700, 1, 1)).before is None
    assert ledger_day(book, datetime.date(9999, 1, 1)).after is None


def test_a_series_holds_the_claims_of_its_unit(korea: CaseFile, account: Accounts) -> None:
    book = ledger_book(account(Role.REVIEWER), korea)
    series = series_on(book, "unaccounted for", "person", datetime.date(2022, 4, 1))
    assert series is not None
    assert {p.amount.low for p in series.claimed} >= {7740, 7699, 7544}
    assert series_on(book, "unaccounted for", "box", datetime.date(2022, 4, 1)) is None
    assert series_on(book, "nothing", "person", datetime.date(2022, 4, 1)) is None


def test_the_ledger_asks_who_reads_it(korea: CaseFile, account: Accounts) -> None:
    with pytest.raises(NotAllowed):
        ledger_book(account(Role.FAMILY), korea)
    with pytest.raises(NotAllowed):
        change_ledger_settings(actor=account(Role.HISTORIAN), case=korea, note="", line_name="a line",
                               line_latitude_deg=38.0, accounted_from=None, reason="why not")


@pytest.mark.django_db(transaction=True)
def test_no_figure_is_kept_beyond_a_write_by_whatever_way(account: Accounts, case_file: CaseFile,
                                                          on_postgres: bool) -> None:
    """Outside of transactions, where figures are kept: each write is followed by a look at the figures."""
    actor, day = account(Role.CASE_MANAGER), datetime.date(2025, 1, 1)

    def missing() -> tuple[str, int]:
        figure = figure_on(ledger_book(actor, case_file), "unaccounted for", "person", day)
        return ("none", 0) if figure is None else (str(figure.amount), len(figure.records))

    assert missing() == ("none", 0)
    document = Document.objects.create(case=case_file, key="D", title="Synthetic")
    people = [Person.objects.create(case=case_file, key=f"P{i}") for i in range(7)]
    assert missing() == ("7 persons", 7)
    # Kept, while nothing is written; on PostgreSQL whoever writes anywhere on the server keeps it from being kept.
    assert on_postgres or ledger_book(actor, case_file).ledger is ledger_book(actor, case_file).ledger
    change_status(actor=actor, person=people[0], status="accounted for", dated=PartialDate(2020), reason="found",
                  document=document)
    assert missing() == ("6 persons", 8)
    people[1].refresh_from_db()
    withdraw(people[1], actor=actor, reason="listed twice")
    assert missing() == ("5 persons", 7)
    entry = LedgerEntry.objects.create(case=case_file, key="E", kind="listed", count=10, source=document)
    assert missing() == ("15 persons", 8)
    correct(entry, actor=actor, changes={"count": 20}, reason="misread")
    assert missing() == ("25 persons", 8)
    LedgerEntry.objects.filter(pk=entry.pk).update(count=30)  # a write that no version tells of
    assert missing() == ("35 persons", 8)
    before = ledger_book(actor, case_file)
    Claim.objects.create(case=case_file, key="C", subject="the missing", source=document, said_by="Somebody", value=1.0,
                         unit="person", bound="exactly", figure="unaccounted for", as_of="2024")
    assert before.claims == ()
    assert len(ledger_day(ledger_book(actor, case_file), day).differences) == 1
    changed = change_ledger_settings(actor=actor, case=case_file, note="", line_name="another", line_latitude_deg=30.0,
                                     accounted_from=None, reason="a test")
    assert ledger_book(actor, changed).ledger.basis.line.name == "another"


@pytest.mark.django_db(transaction=True)
def test_the_public_figures_follow_every_write_too(account: Accounts, case_file: CaseFile) -> None:
    CaseFile.objects.filter(pk=case_file.pk).update(account_public_at="2026-01-01T00:00:00Z")
    today = datetime.date(2026, 11, 22)

    def listed() -> str:
        return next((f.shown for f in public_account(case_file.pk, today=today).figures if f.key == "listed"), "none")

    assert listed() == "none"
    Person.objects.bulk_create([Person(case=case_file, key=f"P{i}") for i in range(9)])
    assert listed() == "9 persons"
    assert listed() == "9 persons"
    Person.objects.filter(case=case_file, key="P1").update(withdrawn_at="2026-01-01T00:00:00Z")
    assert listed() == "8 persons"
