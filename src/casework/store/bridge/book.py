"""An account's records as rows and back: the columns of the tables are those of the account folder, by name."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.db import models as columns

from casework.store import models
from homeward.account import Account, Basis, Line, cells_of, record_of
from homeward.account.tables import SPECS
from homeward.model import PartialDate
from homeward.model.entries import Entry, EntryKind
from homeward.model.spans import Span

__all__ = ["BOOK", "BookTable", "basis_of", "book_of", "part_of_book", "roster_entries_of", "rows_of_book",
           "said_by_row", "table_of"]

_PARTED = ";"
_NO_LOSS: tuple[str | None, str, float | None] = (None, "", None)
_NAMES: Mapping[str, str] = MappingProxyType({"id": "key"})


@dataclass(frozen=True, slots=True)
class BookTable:
    """The rows that hold one table of an account.

    ``refers``: by column, the table of the account, or the records of the case, whose key the column holds;
    ``renamed``: the attribute of the row, where it is not called as the column.
    """

    name: str
    model: type[models.Record]
    refers: Mapping[str, type[models.Record]] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)

    def attribute(self, column: str) -> str:
        """What a column is called on the row."""
        return self.renamed.get(column, _NAMES.get(column, column))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, as the account folder has them."""
        return SPECS[self.name].columns


def _tables() -> Iterator[BookTable]:
    m, said = models, {"source": models.Document}
    yield BookTable("sources", m.Document)
    yield BookTable("actors", m.Party, {"of": m.Party})
    yield BookTable("transfers", m.Transfer, {"source": m.Document}, {"source": "document"})
    yield BookTable("claims", m.Claim, said)
    yield BookTable("preferences", m.Preference, {"claim": m.Claim})
    yield BookTable("channels", m.Channel)
    yield BookTable("channel_events", m.ChannelEvent, said | {"channel": m.Channel})
    yield BookTable("meetings", m.Meeting)
    yield BookTable("meeting_events", m.MeetingEvent, said | {"meeting": m.Meeting})
    yield BookTable("delegations", m.Delegation, {"meeting": m.Meeting})
    yield BookTable("agenda", m.AgendaItem, said | {"meeting": m.Meeting})
    yield BookTable("agreements", m.Agreement, said | {"meeting": m.Meeting})
    yield BookTable("commitments", m.Commitment, said | {"agreement": m.Agreement})
    yield BookTable("fulfilments", m.Fulfilment, said | {"commitment": m.Commitment})
    yield BookTable("holdings", m.Holding, said)
    yield BookTable("contents", m.Content, said | {"transfer": m.Transfer})
    yield BookTable("access", m.Access, said)
    yield BookTable("payments", m.Payment, said)
    yield BookTable("operations", m.Operation, said)
    yield BookTable("lots", m.Lot, {"transfer": m.Transfer})
    yield BookTable("entries", m.LedgerEntry, {"person": m.Person, "lot": m.Lot, "incident": m.Incident, **said})


# In the order in which rows can be written: what refers to a table comes after it.
BOOK: Mapping[str, BookTable] = MappingProxyType({table.name: table for table in _tables()})
_BY_MODEL = {table.model: table for table in BOOK.values()}
_CASES_OWN = (models.Document, models.Transfer)  # which the case has beside its account, with columns of their own


def table_of(model: type[Any]) -> BookTable | None:
    """The table of an account that a model's rows hold; None where they are no statement of an account."""
    return None if model in _CASES_OWN else _BY_MODEL.get(model)


def said_by_row(row: models.Record) -> Any:
    """One row as the science's record; raises InvalidValue, naming the column, where the record may not be."""
    table = _BY_MODEL[type(row)]
    return record_of(table.name, _cells(table, row, lambda model, number, column: getattr(
        row, table.attribute(column)).key))


def book_of(case: models.CaseFile, *, roster: bool = True) -> Account:
    """The account of a case: its statements, and the entries that its own roster makes; raises InvalidValue.

    ``roster``: without it the account holds what was entered into it alone, as an account folder does.
    """
    tables = part_of_book(case, BOOK)
    if roster:
        tables["entries"] += roster_entries_of(case)
    said = case.account
    return Account(case.key, title=case.title, note=said.get("note", ""), synthetic=case.synthetic,
                   basis=basis_of(case), **tables)


def part_of_book(case: models.CaseFile, tables: Iterable[str], *,
                 only: Mapping[str, columns.Q] | None = None) -> dict[str, tuple[Any, ...]]:
    """The records of some tables of an account, without the entries of the roster.

    Args: ``tables``: what others refer to stands before them, so that their keys are known; ``only``: by table, which
    of its rows.
    """
    keys = _Keys()
    found: dict[str, tuple[Any, ...]] = {}
    for table in (BOOK[name] for name in tables):
        rows = table.model._default_manager.filter(case=case, withdrawn_at__isnull=True).order_by("pk")
        if only and table.name in only:
            rows = rows.filter(only[table.name])
        found[table.name] = tuple(record_of(table.name, _cells(table, row, keys)) for row in keys.read(rows))
    return found


def basis_of(case: models.CaseFile) -> Basis:
    """On what the figures of a case rest: the line between north and south, from when decisions count."""
    said = case.account
    since = said.get("accounted_from")
    return Basis(**({"line": Line(**said["line"])} if "line" in said else {}),
                 accounted_from=None if since is None else datetime.date.fromisoformat(since))


def rows_of_book(table: str, records: Iterable[Any], keys: Mapping[type[models.Record], Mapping[str, int]],
                 **common: Any) -> Iterator[models.Record]:
    """Rows for records of one table; ``keys``: by model, the numbers of the rows that can be referred to, by key.

    Raises KeyError for a reference to a record that is not there. ``common``: case, batch, organisation.
    """
    book = BOOK[table]
    fields = {column: book.model._meta.get_field(book.attribute(column)) for column in book.columns}
    for record in records:
        values: dict[str, Any] = {}
        for column, cell in cells_of(table, record).items():
            if column in book.refers:
                values[f"{book.attribute(column)}_id"] = keys[book.refers[column]][cell] if cell else None
            else:
                values[book.attribute(column)] = _value(fields[column], cell)
        if book.model is models.Transfer:
            values["document_text"] = record.document
            values["unit"] = values["unit"] or None
        yield book.model(**values, **common)


class _Keys:
    """The keys of rows by their numbers, as the rows are read."""

    def __init__(self) -> None:
        self._known: dict[type[models.Record], dict[int, str]] = {}

    def read(self, rows: Iterable[models.Record]) -> Iterator[models.Record]:
        for row in rows:
            self._known.setdefault(type(row), {})[row.pk] = row.key
            yield row

    def __call__(self, model: type[models.Record], number: int, column: str) -> str:
        known = self._known.setdefault(model, {})
        if number not in known:
            known[number] = model._default_manager.values_list("key", flat=True).get(pk=number)
        return known[number]


def _cells(table: BookTable, row: models.Record,
           key_of: Callable[[type[models.Record], int, str], str]) -> dict[str, str]:
    cells = {}
    for column in table.columns:
        name = table.attribute(column)
        if column in table.refers:
            number = getattr(row, f"{name}_id")
            cells[column] = "" if number is None else key_of(table.refers[column], number, column)
        else:
            cells[column] = _cell(getattr(row, name))
    return cells


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"{_PARTED} ".join(map(str, value))
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _value(column: Any, cell: str) -> Any:
    if isinstance(column, columns.JSONField):
        return [part.strip() for part in cell.split(_PARTED) if part.strip()]
    if not cell:
        return None if column.null else column.get_default()
    return cell == "true" if isinstance(column, columns.BooleanField) else column.to_python(cell)


def roster_entries_of(case: models.CaseFile, *, public: bool = False) -> tuple[Entry, ...]:
    """The case's own persons as entries: each listed, and accounted for from the day of the status on.

    ``public``: without what rests on decisions that are not public yet: the family may not have been told.
    """
    return tuple(_roster_entries(case, public=public))


def _roster_entries(case: models.CaseFile, *, public: bool) -> Iterator[Entry]:
    persons = models.Person.objects.filter(case=case, withdrawn_at__isnull=True).order_by("pk")
    spans: dict[int, list[tuple[str, PartialDate]]] = {}
    steps = models.StatusChange.objects.filter(person__in=persons).order_by("person", "pk")
    if public:
        steps = steps.exclude(decision__isnull=False, decision__published_at__isnull=True)
    for person, status, dated in steps.values_list("person", "status", "dated"):
        spans.setdefault(person, []).append((status, dated))
    losses = {pk: (key, place or text or "", place_latitude if latitude is None else latitude)
              for pk, key, place, text, latitude, place_latitude in models.Incident.objects.filter(
                  case=case).values_list("pk", "key", "place__name", "place_text", "latitude_deg",
                                         "place__latitude_deg")}
    for pk, key, loss in persons.values_list("pk", "key", "incident").iterator():
        incident, place, latitude = losses.get(loss, _NO_LOSS)
        yield Entry(f"listed {key}", EntryKind.LISTED, None, person=key, incident=incident, place=place,
                    latitude_deg=latitude)
        yield from _accounted(key, spans.get(pk, ()))


def _accounted(key: str, steps: Sequence[tuple[str, PartialDate]]) -> Iterator[Entry]:
    since: PartialDate | None = None
    for number, (status, dated) in enumerate([*steps, ("", None)]):
        if since is not None and status != "accounted for":
            yield Entry(f"accounted for {number} {key}", EntryKind.ACCOUNTED_FOR, Span(since), person=key,
                        withdrawn=None if dated is None else Span(dated))
            since = None
        elif since is None and status == "accounted for":
            since = dated
