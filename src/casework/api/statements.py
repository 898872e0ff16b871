"""The statements of an account as JSON: their shapes, made from the columns that the register keeps them in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    create_model,
)

from casework.api.intake import Key, Link, Strict
from casework.api.shapes import RecordOut
from casework.policy import Permission
from casework.queries.tables import READ_BY, STATEMENTS, Column, columns_of
from homeward.model import InvalidValue
from homeward.model.spans import Span

__all__ = ["LINKS", "SENT", "SHOWN", "TAGS", "WRITTEN_BY"]

_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_PATTERN = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?(/[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$"
_MOST_TEXT, _MOST_NAMES, _MOST_COUNT = 10_000, 100, 2**31 - 1


def _span(text: object) -> Span:
    try:
        return Span.parse(text if isinstance(text, str) else "")
    except InvalidValue as error:
        raise ValueError(error.allowed) from error


_Span = Annotated[Span, PlainValidator(_span), PlainSerializer(str, return_type=str, when_used="json"),
                  WithJsonSchema({"type": "string", "pattern": _PATTERN})]
_Written = Annotated[str | None, BeforeValidator(lambda value: None if value is None else str(value))]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=_LINES)]
_TYPES: Mapping[str, tuple[Any, Any]] = MappingProxyType({  # as it is sent, and as it is shown
    "span": (_Span, _Written), "day": (datetime.date, datetime.date), "truth": (bool, bool),
    "count": (Annotated[int, Field(ge=0, le=_MOST_COUNT)], int),
    "number": (Annotated[float, Field(allow_inf_nan=False)], float),
    "list": (Annotated[list[_Name], Field(max_length=_MOST_NAMES)], list[str])})


def _sent(column: Column) -> tuple[Any, Any]:
    if column.words:
        kind: Any = Literal[(*column.words, *([""] if column.blank else []))]
    elif column.kind == "text":
        kind = Annotated[str, StringConstraints(max_length=column.most or _MOST_TEXT, pattern=_LINES)]
    else:
        kind = _TYPES[column.kind][0] if column.kind in _TYPES else Link
    if not column.blank:
        return kind, ...
    if column.kind == "list":
        return kind, []
    return (kind, "") if column.kind == "text" else (kind | None, None)


def _shown(column: Column) -> dict[str, tuple[Any, Any]]:
    if column.kind == "text":
        return {column.name: (str, ...)}
    if column.kind not in _TYPES:
        return {f"{column.name}_id": (int | None if column.blank else int, ...)}
    kind = _TYPES[column.kind][1]
    return {column.name: (kind if column.kind == "list" else kind | None, ...)}


def _word(name: str) -> str:
    return "".join(part.title() for part in name.split("-"))


def _shape_sent(name: str) -> type[Schema]:
    fields: dict[str, Any] = {column.name: _sent(column) for column in columns_of(name)}
    return create_model(f"{_word(name)}In", __base__=Strict, __doc__=f"A new record among the {name}.",
                        key=(Key, ...), case=(Link, ...), **fields)


def _shape_shown(name: str) -> type[Schema]:
    fields: dict[str, Any] = {}
    for column in columns_of(name):
        fields |= _shown(column)
    return create_model(f"{_word(name)}Out", __base__=RecordOut, __doc__=f"A record among the {name}.", **fields)


SHOWN: Mapping[str, type[Schema]] = MappingProxyType({name: _shape_shown(name) for name in STATEMENTS})
# A preference is not sent: a claim is preferred, and the preference taken back.
SENT: Mapping[str, type[Schema]] = MappingProxyType({
    name: _shape_sent(name) for name in STATEMENTS if name != "preferences"})
WRITTEN_BY: Mapping[str, Permission] = MappingProxyType({
    name: Permission(READ_BY[name].value.replace("read", "write")) for name in SENT})
TAGS: Mapping[str, str] = MappingProxyType({name: READ_BY[name].value.removesuffix(".read") + "s"
                                            for name in STATEMENTS})
# Which table a column's number points to.
LINKS: Mapping[str, str] = MappingProxyType({
    column.name: column.kind for name in SENT for column in columns_of(name)
    if column.kind not in _TYPES and column.kind != "text"})
