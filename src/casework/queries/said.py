"""The rows of an account's tables together with what each says, as the science takes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from casework.queries.books import statements
from casework.store.bridge import BOOK, said_by_row
from casework.store.models import Account, CaseFile

__all__ = ["Said", "as_said", "rows_with_sources", "said"]


@dataclass(frozen=True, slots=True)
class Said:
    """A row, and the science's record of it: of ``homeward.model``, whose fields are checked and computed with."""

    row: Any
    record: Any


def said(actor: Account, case_file: CaseFile, table: str) -> list[Said]:
    """All standing rows of one table with their records, by key; raises NotAllowed."""
    return as_said(rows_with_sources(actor, case_file, table))


def rows_with_sources(actor: Account, case_file: CaseFile, table: str, **filters: Any) -> Any:
    """The rows of ``queries.books.statements``, each fetched with what it refers to, so that none is asked for again.

    Raises NotAllowed.
    """
    book = BOOK[table]
    return statements(actor, case_file, table, **filters).select_related(*(book.attribute(c) for c in book.refers))


def as_said(rows: Iterable[Any]) -> list[Said]:
    """Rows with what they say."""
    return [Said(row, said_by_row(row)) for row in rows]
