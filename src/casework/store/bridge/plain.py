"""Frozen values as JSON holds them, and back, by the types that their dataclasses declare."""

from __future__ import annotations

import collections.abc
import dataclasses
import types
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from homeward.model import PartialDate

__all__ = ["NotPlain", "from_plain", "to_plain"]

_Decoder = Callable[[Any], Any]
_SCALARS = (str, int, float, bool)


class NotPlain(TypeError):
    """A declared type that has no form in JSON: a programming error, met by the tests."""


def to_plain(value: Any) -> Any:
    """A value of the science as JSON holds it.

    Mappings become lists of pairs, since PostgreSQL does not keep the order of an object's keys. Fields that begin
    with an underscore are derived, and left out.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, Mapping):
        return [[to_plain(k), to_plain(v)] for k, v in value.items()]
    if isinstance(value, tuple | list):
        return [to_plain(v) for v in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: to_plain(getattr(value, name)) for name in _stored(type(value))}
    raise NotPlain(f"{type(value).__name__} has no plain form")


def from_plain(declared: Any, plain: Any) -> Any:
    """The value of a declared type from its plain form; raises what the type's own checks raise."""
    return _decoder(declared)(plain)


@cache
def _stored(kind: type) -> tuple[str, ...]:
    return tuple(f.name for f in dataclasses.fields(kind) if f.init and not f.name.startswith("_"))


@cache
def _decoder(declared: Any) -> _Decoder:
    """How values of one declared type are read; raises NotPlain for a type of which nobody has thought."""
    origin, arguments = get_origin(declared), get_args(declared)
    if declared in _SCALARS or declared in (None, type(None)):
        return _same
    if origin in (Union, types.UnionType):
        return _optional(declared, arguments)
    if origin is tuple:
        return _tuple(arguments)
    if origin in (collections.abc.Mapping, dict):
        key, value = map(_decoder, arguments)
        return lambda plain: {key(k): value(v) for k, v in plain}
    if isinstance(declared, type) and issubclass(declared, Enum):
        return declared
    if declared is PartialDate:
        return PartialDate.parse
    kind = origin or declared
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _record(kind, arguments)
    raise NotPlain(f"{declared} has no plain form")


def _same(plain: Any) -> Any:
    return plain


def _optional(declared: Any, arguments: tuple[Any, ...]) -> _Decoder:
    inner = [a for a in arguments if a is not type(None)]
    if len(inner) == len(arguments) or len(inner) != 1:
        raise NotPlain(f"{declared} has no plain form")
    decode = _decoder(inner[0])
    return lambda plain: None if plain is None else decode(plain)


def _tuple(arguments: tuple[Any, ...]) -> _Decoder:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        each = _decoder(arguments[0])
        return tuple if each is _same else lambda plain: tuple(map(each, plain))
    parts = [_decoder(a) for a in arguments]
    return lambda plain: tuple(part(v) for part, v in zip(parts, plain, strict=True))


def _record(kind: type, arguments: tuple[Any, ...]) -> _Decoder:
    hints = get_type_hints(kind)
    bound = dict(zip(getattr(kind, "__parameters__", ()), arguments, strict=False))
    decoders = {name: _decoder(_with(hints[name], bound)) for name in _stored(kind)}
    # A field that a stored value does not have yet takes its default.
    return lambda plain: kind(**{name: decoders[name](value) for name, value in plain.items()})


def _with(declared: Any, bound: Mapping[Any, Any]) -> Any:
    """A declared type with the type variables of a generic dataclass filled in."""
    if isinstance(declared, TypeVar):
        return bound[declared]
    arguments = get_args(declared)
    if not bound or not arguments:
        return declared
    filled = tuple(_with(a, bound) for a in arguments)
    return declared if filled == arguments else get_origin(declared)[filled]
