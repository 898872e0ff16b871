"""The columns of an account's tables: how each field of a record is read from cells and written to them."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from homeward.account.book import TABLES
from homeward.model import InvalidValue, PartialDate, Transfer
from homeward.model.access import Access, Content, Holding, Operation, Payment
from homeward.model.entries import Entry, Lot
from homeward.model.quantities import Bound, Quantity
from homeward.model.sources import Actor, Chain, Claim, Preference, Quote, Source
from homeward.model.spans import Span
from homeward.model.talks import (
    AgendaItem,
    Agreement,
    Channel,
    ChannelEvent,
    Commitment,
    Delegation,
    Fulfilment,
    Meeting,
    MeetingEvent,
)

__all__ = ["BLANK", "SPECS", "Cells", "Field", "Spec", "cells_of", "record_of"]

BLANK = object()
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_PARTED = ";"

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record: its columns, and how it is read (BLANK where nothing is written) and written."""

    name: str
    columns: tuple[str, ...]
    read: Callable[[Cells], Any]
    write: Callable[[Any], tuple[str, ...]]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Spec:
    """One table: the record of each of its rows, and its fields in the order of its columns."""

    table: str
    record: Callable[..., Any]
    fields: tuple[Field, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in order."""
        return tuple(column for field in self.fields for column in field.columns)


def _one(name: str, read: Callable[[str], Any], write: Callable[[Any], str] = str, column: str = "") -> Field:
    """A field of a single column."""
    column = column or name

    def from_cells(cells: Cells) -> Any:
        cell = cells.get(column, "")
        if not cell:
            return BLANK
        try:
            return read(cell)
        except InvalidValue as error:
            raise InvalidValue(error.record, column, cell, error.allowed) from error

    return Field(name, (column,), from_cells, lambda value: ("" if value is None else write(value),))


def _text(name: str, column: str = "") -> Field:
    return _one(name, lambda cell: unicodedata.normalize("NFC", cell), column=column)


def _list(name: str) -> Field:
    def read(cell: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in unicodedata.normalize("NFC", cell).split(_PARTED) if part.strip())

    return _one(name, read, f"{_PARTED} ".join)


def _boolean_of(cell: str) -> bool:
    truth = _TRUTH.get(cell.casefold())
    if truth is None:
        raise InvalidValue("cell", "value", cell, "must be true or false")
    return truth


def _boolean(name: str) -> Field:
    return _one(name, _boolean_of, lambda value: str(value).lower())


def _integer_of(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= 15):
        raise InvalidValue("cell", "value", cell, "must be a whole number not below 0")
    return int(cell)


def _number_of(cell: str) -> float:
    try:
        number = float(cell) if len(cell) <= 30 else None
    except ValueError:
        number = None
    if number is None or "_" in cell:
        raise InvalidValue("cell", "value", cell, "must be a number")
    return int(number) if number.is_integer() else number


def _day_of(cell: str) -> datetime.date:
    found = PartialDate.parse(cell)
    if found.day is None:
        raise InvalidValue("cell", "value", cell, "must be a day, YYYY-MM-DD")
    return found.first_day


def _integer(name: str) -> Field:
    return _one(name, _integer_of)


def _number(name: str) -> Field:
    return _one(name, _number_of, lambda value: f"{value:.12g}")


def _date(name: str) -> Field:
    return _one(name, PartialDate.parse)


def _day(name: str) -> Field:
    return _one(name, _day_of)


def _span(name: str) -> Field:
    return _one(name, Span.parse)


def _chain() -> Field:
    return _one("chain", Chain.parse, column="said_by")


_QUOTE = ("source", "quote", "page", "start", "end")
_QUANTITY = ("value", "upper", "unit", "bound", "hedge", "unit_said")


def _quote() -> Field:
    def read(cells: Cells) -> Any:
        if not cells.get("source"):
            return BLANK
        start, end = (_at(cells, name, _integer_of) for name in ("start", "end"))
        return Quote(cells["source"], cells.get("quote", ""), cells.get("page", ""), start, end)

    def write(quote: Quote) -> tuple[str, ...]:
        return (quote.source, quote.text, quote.page, *("" if n is None else str(n) for n in (quote.start, quote.end)))

    return Field("quote", _QUOTE, read, write)


def _quantity() -> Field:
    def read(cells: Cells) -> Any:
        if not any(cells.get(column) for column in _QUANTITY):
            return BLANK
        value, upper = (_at(cells, name, _number_of) for name in ("value", "upper"))
        bound = cells.get("bound") or Bound.EXACTLY.value
        if bound not in [b.value for b in Bound]:
            raise InvalidValue("quantity", "bound", bound, f"must be one of {', '.join(Bound)}")
        return Quantity(value, cells.get("unit", ""), Bound(bound), upper, cells.get("hedge", ""),
                        cells.get("unit_said", ""))

    def write(quantity: Quantity | None) -> tuple[str, ...]:
        if quantity is None:
            return ("",) * len(_QUANTITY)
        numbers = ("" if n is None else f"{n:.15g}" for n in (quantity.value, quantity.upper))
        return (*numbers, quantity.unit, quantity.bound.value, quantity.hedge, quantity.said)

    return Field("quantity", _QUANTITY, read, write)


def _at(cells: Cells, column: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(cells[column]) if cells.get(column) else None
    except InvalidValue as error:
        raise InvalidValue(error.record, column, error.value, error.allowed) from error


def _spec(table: str, record: Any, *columns: Field, optional: tuple[str, ...] = ()) -> Spec:
    """A table; what has no default in the record is required, but for ``optional``."""
    bare = {f.name for f in fields(record) if f.default is MISSING and f.default_factory is MISSING}
    return Spec(table, record, tuple(
        Field(f.name, f.columns, f.read, f.write, f.name in bare and f.name not in optional) for f in columns))


_SAID = (_quote(), _chain())

SPECS: Mapping[str, Spec] = {spec.table: spec for spec in (
    _spec("actors", Actor, _text("id"), _text("name"), _text("kind"), _text("of"), _text("title"), _list("spellings")),
    _spec("sources", Source, _text("id"), _text("title"), _text("kind"), _text("publisher"), _date("dated"),
          _text("address"), _text("note")),
    _spec("claims", Claim, _text("id"), _text("subject"), _quantity(), _chain(), _span("said"), _span("as_of"),
          _text("certainty"), _boolean("denies"), _text("group"), _text("figure"), _text("statement"), _quote()),
    _spec("preferences", Preference, _text("id"), _text("group"), _text("claim"), _text("by"), _day("on"),
          _text("reason"), _day("withdrawn_on"), _text("withdrawn_by"), _text("withdrawn_why")),
    _spec("channels", Channel, _text("id"), _text("name"), _list("between")),
    _spec("channel_events", ChannelEvent, _text("id"), _text("channel"), _text("state"), _span("on"), _text("by"),
          _text("note"), *_SAID),
    _spec("meetings", Meeting, _text("id"), _text("title"), _list("parties"), _text("place"), _text("level")),
    _spec("meeting_events", MeetingEvent, _text("id"), _text("meeting"), _text("state"), _span("on"),
          _span("meant_for"), _text("by"), _list("absent"), _text("note"), *_SAID),
    _spec("delegations", Delegation, _text("id"), _text("meeting"), _text("party"), _text("leader"), _text("rank"),
          _text("office"), _list("members")),
    _spec("agenda", AgendaItem, _text("id"), _text("meeting"), _text("subject"), _boolean("on_agenda"),
          _boolean("discussed"), *_SAID),
    _spec("agreements", Agreement, _text("id"), _text("title"), _span("made"), _list("parties"), _text("meeting"),
          _quote()),
    _spec("commitments", Commitment, _text("id"), _text("agreement"), _list("by"), _list("to"), _text("what"),
          _text("kind"), _quantity(), _span("made"), _span("due"), _text("note"), *_SAID),
    _spec("fulfilments", Fulfilment, _text("id"), _text("commitment"), _text("effect"), _span("on"), _text("by"),
          _quantity(), _text("record"), _text("note"), *_SAID),
    _spec("holdings", Holding, _text("id"), _text("party"), _text("kind"), _quantity(), _span("as_of"), _text("whose"),
          _text("group"), *_SAID),
    _spec("transfers", Transfer, _text("id"), _date("date"), _text("giver"), _text("receiver"), _text("place"),
          _integer("count"), _text("unit"), _text("document", "source")),
    _spec("contents", Content, _text("id"), _text("transfer"), _quantity(), _span("as_of"), _text("whose"), *_SAID),
    _spec("access", Access, _text("id"), _text("site"), _text("season"), _text("state"), _span("on"), _text("by"),
          _text("to"), _text("note"), *_SAID),
    _spec("payments", Payment, _text("id"), _text("state"), _text("payer"), _text("payee"), _quantity(), _span("on"),
          _text("what_for"), _boolean("running"), _text("group"), *_SAID),
    _spec("operations", Operation, _text("id"), _text("name"), _text("site"), _span("on"), _list("parties"),
          _integer("count"), *_SAID),
    _spec("lots", Lot, _text("id"), _text("name"), _text("kind"), _text("transfer")),
    _spec("entries", Entry, _text("id"), _text("kind"), _span("on"), _integer("count"), _text("unit"),
          _integer("upper"), _text("person"), _text("lot"), _text("place"), _text("incident"), _number("latitude_deg"),
          _span("withdrawn"), _text("to"), _text("source"), _text("note"), optional=("on",)),
)}


def record_of(table: str, cells: Cells) -> Any:
    """The record that one row of a table says, its cells by column; a column that is left out is blank.

    Raises InvalidValue, naming the column, for the first value that is missing or not allowed.

    >>> record_of("channels", {"id": "CH-1", "name": "the liaison line", "between": "A; B"}).between
    ('A', 'B')
    """
    spec = SPECS[table]
    values: dict[str, Any] = {}
    for field in spec.fields:
        value = field.read(cells)
        if value is not BLANK:
            values[field.name] = value
        elif field.required:
            raise InvalidValue(cells.get("id") or table, field.columns[0], "", "must be filled")
        elif field.name == "on":
            values["on"] = None  # the one field that may be blank without having a default
    try:
        return spec.record(**values)
    except InvalidValue:
        raise
    except ValueError as error:  # a word that an enumeration does not have
        raise InvalidValue(cells.get("id") or table, "state", "", f"must be a word of its column ({error})") from error


def cells_of(table: str, record: Any) -> dict[str, str]:
    """A record as the cells of its row, by column; the other direction of ``record_of``."""
    return {column: cell for field in SPECS[table].fields
            for column, cell in zip(field.columns, field.write(getattr(record, field.name)), strict=True)}


if set(SPECS) != set(TABLES):
    raise TypeError("each table of an account needs its columns here")
