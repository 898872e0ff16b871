"""The account of a case: its statements one by one, and whole, as the science takes it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import CharField, Q, QuerySet, TextField

from casework.policy import Permission, require
from casework.queries.visible import visible
from casework.store.bridge import BOOK, book_of
from casework.store.models import (
    Account,
    CaseFile,
    Claim,
    LedgerEntry,
    Person,
    Record,
)
from homeward.account import Account as Book

__all__ = ["BOOK_READ_BY", "account", "entry_rows", "rivals", "statement", "statement_by_key", "statements",
           "statements_about"]

_READS = (Permission.CLAIM_READ, Permission.TALK_READ, Permission.LEDGER_READ)
BOOK_READ_BY: Mapping[str, Permission] = MappingProxyType(
    {name: Permission(f"{table.model.SUBJECT}.read") for name, table in BOOK.items()})


def account(actor: Account, case_file: CaseFile) -> Book:
    """The account of a case as a whole, the entries of its own roster among the others; raises NotAllowed."""
    for permission in _READS:
        require(actor, permission)
    return book_of(case_file)


def statements(actor: Account, case_file: CaseFile, table: str, *, text: str = "",
               withdrawn: bool = False) -> QuerySet[Any]:
    """The rows of one table of the account, by key; ``text``: words that one of their columns holds.

    Raises NotAllowed.
    """
    model = BOOK[table].model
    rows = visible(actor, BOOK_READ_BY[table], model, withdrawn=withdrawn).filter(case=case_file)
    if text:
        words = Q()
        for field in model._meta.concrete_fields:
            if isinstance(field, CharField | TextField) and not field.is_relation:
                words |= Q(**{f"{field.name}__icontains": text})
        rows = rows.filter(words)
    return rows.order_by("key", "pk")


def statement(actor: Account, table: str, number: int) -> Any:
    """One row of a table of the account, withdrawn or not; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, BOOK_READ_BY[table], BOOK[table].model, withdrawn=True)
    return rows.select_related("case").get(pk=number)


def statement_by_key(actor: Account, case_file: CaseFile, table: str, key: str) -> Any:
    """The standing row of that key, None where there is none; raises NotAllowed."""
    return visible(actor, BOOK_READ_BY[table], BOOK[table].model).filter(case=case_file, key=key).first()


def statements_about(actor: Account, record: Record, table: str, column: str) -> QuerySet[Any]:
    """The rows of a table that refer to a record in one column, by key; raises NotAllowed."""
    rows = visible(actor, BOOK_READ_BY[table], BOOK[table].model)
    return rows.filter(**{column: record.pk}).order_by("pk")


def rivals(actor: Account, case_file: CaseFile, group: str) -> QuerySet[Claim]:
    """The claims of one group, which stand side by side; raises NotAllowed."""
    rows = visible(actor, Permission.CLAIM_READ, Claim).filter(case=case_file, group=group)
    return rows.select_related("source").order_by("said", "key")


def entry_rows(actor: Account, case_file: CaseFile, ids: list[str]) -> dict[str, LedgerEntry | Person]:
    """The records behind a figure, by the ids that it gives: entries of the ledger, or persons of the roster.

    Raises NotAllowed.
    """
    entries = visible(actor, Permission.LEDGER_READ, LedgerEntry).filter(case=case_file, key__in=ids).select_related(
        "lot", "source")
    found: dict[str, LedgerEntry | Person] = {row.key: row for row in entries}
    # The entries that the roster makes end with the person's key.
    keys = {one: one.removeprefix("listed ") if one.startswith("listed ") else one.split(" ", 3)[-1]
            for one in ids if one not in found}
    persons = {p.key: p for p in visible(actor, Permission.ROSTER_READ, Person).filter(
        case=case_file, key__in=set(keys.values()))}
    return found | {one: persons[key] for one, key in keys.items() if key in persons}
