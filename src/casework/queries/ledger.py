"""The ledger of a case: figures as of any day, the records behind each, and where claims say otherwise."""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from casework.policy import Permission, require
from casework.queries.books import entry_rows
from casework.queries.kept import kept, rests_on
from casework.queries.visible import visible
from casework.store.bridge import basis_of, part_of_book, roster_entries_of
from casework.store.models import Account, CaseFile, Claim, Document, LedgerEntry, Lot, Person, Revision
from homeward.account import (
    Basis,
    ClaimedFigures,
    Ledger,
    Standing,
    TableSum,
    flow_of,
    series_with_claims,
    table_sums,
)
from homeward.model import InvalidValue
from homeward.model.entries import LOT_KINDS, Entry, EntryKind
from homeward.model.figures import Difference, Figure, Flow, Series
from homeward.model.quantities import UNITS
from homeward.model.sources import Claim as Statement

__all__ = ["ENTRY_KINDS", "LOT_KINDS", "UNITS", "Behind", "LedgerBook", "LedgerDay", "behind", "claim_rows",
           "days_of", "document_rows", "drawn_days", "entries", "entry", "figure_on", "known_claims", "ledger_book",
           "ledger_day", "lot", "lot_by_key", "lots", "series_on", "settings_changes", "settings_of"]

ENTRY_KINDS = tuple(kind.value for kind in EntryKind)
_DRAWN = 300  # days of a time series; more are too many to see
# What the ledger and the claims about it rest on, in the order in which it is read.
_TABLES, _CLAIMS = ("sources", "transfers", "lots", "entries"), ("sources", "claims")
_COUNTED, _CLAIMED = rests_on(*_TABLES, roster=True), rests_on(*_CLAIMS)
_WITH_FIGURES = {"claims": ~Q(figure="")}


@dataclass(frozen=True, slots=True)
class LedgerBook:
    """The ledger of a case with the claims that speak of its figures; ``days``: those on which any figure changes."""

    ledger: Ledger
    claims: tuple[Statement, ...]
    claimed: ClaimedFigures
    days: tuple[datetime.date, ...]


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """The ledger at the end of a day; ``before``, ``after``: the nearest days on which a figure changes."""

    standing: Standing
    differences: tuple[Difference, ...]
    sums: tuple[TableSum, ...]
    flow: Flow
    before: datetime.date | None
    after: datetime.date | None


@dataclass(frozen=True, slots=True)
class Behind:
    """One record behind a figure: its id in the ledger, and its row; ``row`` None where it is withdrawn by now."""

    id: str
    row: LedgerEntry | Person | None


def ledger_book(actor: Account, case_file: CaseFile) -> LedgerBook:
    """The ledger of a case, its own roster counted in; raises NotAllowed."""
    for permission in (Permission.LEDGER_READ, Permission.CLAIM_READ, Permission.ROSTER_READ):
        require(actor, permission)
    ledger, days = kept(case_file, "ledger", _COUNTED, lambda: _counted(CaseFile.objects.get(pk=case_file.pk)))
    claims = kept(case_file, "claims of figures", _CLAIMED, lambda: part_of_book(
        case_file, _CLAIMS, only=_WITH_FIGURES)["claims"])
    return LedgerBook(ledger, claims, ClaimedFigures(ledger, claims), days)


def ledger_day(book: LedgerBook, day: datetime.date) -> LedgerDay:
    """What stands at the end of a day."""
    standing = book.ledger.as_of(day)
    before, after = bisect_left(book.days, day), bisect_right(book.days, day)
    return LedgerDay(
        standing, book.claimed.differences(day), table_sums(known_claims(book.claims, day), book.ledger),
        flow_of(standing), book.days[before - 1] if before else None,
        book.days[after] if after < len(book.days) else None)


def figure_on(book: LedgerBook, key: str, unit: str, day: datetime.date) -> Figure | None:
    """One figure at the end of a day; None where there is no such figure."""
    try:
        return book.ledger.as_of(day).figure(key, unit=unit)
    except InvalidValue:
        return None


def series_on(book: LedgerBook, key: str, unit: str, day: datetime.date) -> Series | None:
    """A figure over time up to a day, beside what was said of it by then; None where nothing could be drawn."""
    days = drawn_days(book.ledger, key, day)
    if not days or unit not in book.ledger.units_of(key):
        return None
    return series_with_claims(book.ledger, key, days, known_claims(book.claims, day), unit=unit)


def drawn_days(ledger: Ledger, key: str, day: datetime.date) -> list[datetime.date]:
    """The days on which a figure changes, up to a day and with it; years, where there are too many to be seen."""
    changes = ledger.days_of_change(key, day)
    if len(changes) > _DRAWN:
        changes = tuple(datetime.date(year, 1, 1) for year in range(changes[0].year + 1, day.year + 1))
    return sorted({*changes, day}) if changes else []


def known_claims(claims: Iterable[Statement], day: datetime.date) -> tuple[Statement, ...]:
    """The claims that were made by the end of a day."""
    return tuple(c for c in claims if c.said is None or c.said.ends <= day)


def days_of(entries_taken: Iterable[Entry]) -> tuple[datetime.date, ...]:
    """The days on which any of some entries begins to count, or ceases to."""
    days: set[datetime.date] = set()
    for found in entries_taken:
        if found.on is not None:
            days |= {found.on.begins, found.on.ends}
        if found.withdrawn is not None:
            days.add(found.withdrawn.begins)
    return tuple(sorted(days))


def behind(actor: Account, case_file: CaseFile, ids: Sequence[str]) -> list[Behind]:
    """The records of those ids, in their order; raises NotAllowed."""
    rows = entry_rows(actor, case_file, list(ids))
    return [Behind(one, rows.get(one)) for one in ids]


def claim_rows(actor: Account, case_file: CaseFile, keys: Iterable[str]) -> dict[str, Claim]:
    """The standing claims of those keys, by key; raises NotAllowed."""
    rows = visible(actor, Permission.CLAIM_READ, Claim).filter(case=case_file, key__in=set(keys))
    return {row.key: row for row in rows.select_related("source")}


def document_rows(actor: Account, case_file: CaseFile, keys: Iterable[str]) -> dict[str, Document]:
    """The standing documents of those keys, by key; raises NotAllowed."""
    rows = visible(actor, Permission.DOCUMENT_READ, Document).filter(case=case_file, key__in=set(keys))
    return {row.key: row for row in rows}


def lots(actor: Account, case_file: CaseFile, *, text: str = "", withdrawn: bool = False) -> QuerySet[Lot]:
    """The lots of a case in the order of its tables; raises NotAllowed."""
    rows = visible(actor, Permission.LEDGER_READ, Lot, withdrawn=withdrawn).filter(case=case_file)
    if text:
        rows = rows.filter(Q(key__icontains=text) | Q(name__icontains=text))
    return rows.select_related("transfer").order_by("pk")


def lot(actor: Account, number: int) -> Lot:
    """One lot, withdrawn or not; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.LEDGER_READ, Lot, withdrawn=True)
    return rows.select_related("case", "transfer").get(pk=number)


def lot_by_key(actor: Account, case_file: CaseFile, key: str) -> Lot | None:
    """The standing lot of that key, None where there is none; raises NotAllowed."""
    return visible(actor, Permission.LEDGER_READ, Lot).filter(case=case_file, key=key).first()


def entries(actor: Account, case_file: CaseFile, *, text: str = "", kind: str = "", of: str = "",
            withdrawn: bool = False) -> QuerySet[LedgerEntry]:
    """The entries of a case's ledger by key; ``of``: the key of a lot. Raises NotAllowed."""
    rows = visible(actor, Permission.LEDGER_READ, LedgerEntry, withdrawn=withdrawn).filter(case=case_file)
    if kind:
        rows = rows.filter(kind=kind)
    if of:
        rows = rows.filter(lot__key=of)
    if text:
        rows = rows.filter(Q(key__icontains=text) | Q(place__icontains=text) | Q(note__icontains=text)
                           | Q(source__title__icontains=text))
    return rows.select_related("lot", "source", "person", "incident").order_by("key", "pk")


def entry(actor: Account, number: int) -> LedgerEntry:
    """One entry, withdrawn or not; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.LEDGER_READ, LedgerEntry, withdrawn=True)
    return rows.select_related("case", "lot", "source", "person", "incident").get(pk=number)


def settings_of(actor: Account, case_file: CaseFile) -> tuple[str, Basis]:
    """The note of a case's account, and on what its figures rest; raises NotAllowed."""
    require(actor, Permission.LEDGER_READ)
    return str(case_file.account.get("note", "")), basis_of(case_file)


def settings_changes(actor: Account, case_file: CaseFile) -> list[tuple[Revision, dict[str, Any]]]:
    """What the account's settings said before, latest first; raises NotAllowed."""
    require(actor, Permission.LEDGER_READ)
    rows = Revision.objects.filter(table_name=CaseFile._meta.db_table, row=case_file.pk).select_related("by")
    return [(row, row.values["account"]) for row in rows.order_by("-version") if "account" in row.values]


def _counted(case_file: CaseFile) -> tuple[Ledger, tuple[datetime.date, ...]]:
    """The ledger, and the days on which it changes."""
    tables = part_of_book(case_file, _TABLES)
    counted = tables["entries"] + roster_entries_of(case_file)
    return Ledger(counted, tables["lots"], basis=basis_of(case_file)), days_of(counted)
