"""The errors that Homeward raises on purpose, and the faults that they carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Fault", "FaultyInput", "HomewardError", "InvalidValue", "TooLarge", "Unsupported"]


class HomewardError(Exception):
    """The ancestor of every deliberate error."""


class InvalidValue(HomewardError):
    """One value that a record may not hold: names the record, the field, the value, what is allowed."""

    def __init__(self, record: str, field: str, value: object, allowed: str) -> None:
        self.record, self.field, self.value, self.allowed = record, field, value, allowed
        super().__init__(f"{record}: {field}={value!r} {allowed}")


class TooLarge(HomewardError):
    """A computation refused before it was begun, with the number that makes it too large."""


class Unsupported(HomewardError):
    """Something that a file or case asks for and that this version does not compute."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of an input file.

    ``line`` is 1-based and counts the header as line 1; 0 means the file as a whole. ``column`` is the column's
    or key's name, "" where none applies. ``rule`` is the short name of the rule broken (``spec/invalid`` has a
    case named after it), ``allowed`` a phrase such as "must be one of male, female, unknown".
    """

    file: str
    line: int
    column: str
    value: str
    allowed: str
    rule: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        what = f"{self.column}={self.value!r} " if self.column else (f"{self.value!r} " if self.value else "")
        return f"{place}: {what}{self.allowed} [{self.rule}]"


class FaultyInput(HomewardError):
    """An input refused whole, with all its faults at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(f) for f in self.faults))
