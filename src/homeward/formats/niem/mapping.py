"""How the elements of NIEM become fields of frozen values: said once, for reading and writing.

A field says in its annotation which element it stands for; its type says whether that holds a text or elements, once
or often, and its default whether it must be there. What no field stands for is kept: other elements in ``more``,
attributes in ``attributes``, so that nothing of a file is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from homeward.formats.markup import XmlElement, is_date_or_instant, is_xml_text
from homeward.model import InvalidValue

__all__ = ["Element", "Mapped", "NiemObject", "XmlAttribute", "mapped_fields", "wrong"]

_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Element:
    """Which element a field stands for (biom:DNALocusName); ``codes`` it may hold; ``form``: integer or instant."""

    name: str
    codes: tuple[str, ...] = ()
    form: str = ""


@dataclass(frozen=True, slots=True)
class XmlAttribute:
    """An attribute of an object (``of`` empty), or of the ``nth`` of its texts that is called ``of``.

    Names are written structures:id or xsi:nil, others in full ({namespace}local).
    """

    name: str
    value: str
    of: str = ""
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Mapped:
    """A field and what it stands for; ``shape``: the value of an element that holds elements, None for a text."""

    field: str
    element: Element
    many: bool
    required: bool
    is_flag: bool
    shape: type[NiemObject] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NiemObject:
    """A value read from an element: its fields, and what no field stands for.

    Raises InvalidValue for a field that holds what its element may not.
    """

    attributes: tuple[XmlAttribute, ...] = ()
    more: tuple[XmlElement, ...] = ()

    def __post_init__(self) -> None:
        for mapped in mapped_fields(type(self)).values():
            values = self.values_of(mapped)
            for value in values:
                self._check(mapped, value)
            if mapped.required and not values:
                raise InvalidValue(type(self).__name__, mapped.element.name, None, "must be given")

    def values_of(self, mapped: Mapped) -> tuple[Any, ...]:
        """The values of a field as a tuple, empty where none is recorded."""
        value = getattr(self, mapped.field)
        if mapped.many:
            return tuple(value)
        return () if value is None else (value,)

    def attribute(self, name: str) -> str | None:
        """The value of one of its own attributes."""
        return next((a.value for a in self.attributes if a.name == name and not a.of), None)

    def _check(self, mapped: Mapped, value: object) -> None:
        why = None
        if mapped.shape is not None:
            why = None if isinstance(value, mapped.shape) else f"must be a {mapped.shape.__name__}"
        elif mapped.is_flag:
            why = None if isinstance(value, bool) else "must be true or false"
        else:
            why = wrong(mapped, value) if isinstance(value, str) else "must be a text"
        if why is not None:
            raise InvalidValue(type(self).__name__, mapped.element.name, value, why)


def wrong(mapped: Mapped, value: str) -> str | None:
    """What is wrong with the text of an element, as a phrase; None where nothing is."""
    element = mapped.element
    if element.codes and value not in element.codes:
        return f"must be one of {', '.join(element.codes)}"
    if mapped.required and not value:
        return "must not be empty"
    if element.form == "integer" and not _INTEGER.fullmatch(value):
        return "must be a whole number"
    if element.form == "instant" and not is_date_or_instant(value):
        return "must be a date, or a date and time such as 2024-05-01T09:30:00Z"
    if value != value.strip():
        return "must have no blanks around it"
    return None if is_xml_text(value) else "must hold no control characters"


def mapped_fields(shape: type[NiemObject]) -> Mapping[str, Mapped]:
    """The fields of a shape by the elements that they stand for, in the order of the schema."""
    key: Any = shape  # mypy takes a class for unhashable where its instances have a hash of their own
    return _mapped_fields(key)


@cache
def _mapped_fields(shape: Any) -> Mapping[str, Mapped]:
    return {mapped.element.name: mapped for mapped in _read_annotations(shape)}


def _read_annotations(shape: type[NiemObject]) -> Iterator[Mapped]:
    hints = get_type_hints(shape, include_extras=True)
    for field in fields(shape):
        hint, *extras = get_args(hints[field.name])
        element = next((extra for extra in extras if isinstance(extra, Element)), None)
        if element is None:
            continue
        many = get_origin(hint) is tuple
        kinds = [kind for kind in (get_args(hint) or (hint,)) if isinstance(kind, type) and kind is not type(None)]
        inner = kinds[0]
        yield Mapped(field.name, element, many, field.default is MISSING, inner is bool,
                     inner if issubclass(inner, NiemObject) else None)
