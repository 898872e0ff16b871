"""Cells: what a written cell means in its column, each distinct text looked at once."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from homeward.formats.casefile.schemas import Value
from homeward.formats.marker_names import canonical_allele
from homeward.model import FaultyInput, InvalidValue, PartialDate
from homeward.model.lineage import YProfile

__all__ = ["ALREADY_REFUSED", "NO_DIFFERENCE", "ColumnReader", "Refusal", "protected", "unprotected"]

ALREADY_REFUSED = "\0"  # stands for a cell whose fault was reported where it was found; no file can hold it
NO_DIFFERENCE = "rCRS"  # said in so many words: a cell that was lost must not pass for the commonest haplotypes
# Bounded, since the time that Python takes over a number grows with its digits; [0-9], since \d takes any script's.
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,30}(?:[.,][0-9]{0,30})?|[.,][0-9]{1,30})(?:[eE][+-]?[0-9]{1,3})?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
# No Y marker has so few repeats, and no allele 6 bases or more beyond a whole number of them: 17,2 is 17.2, 8,9 a pair.
_DECIMAL_COMMA = re.compile(r"[0-9]+,[1-5]")
_PARTED = re.compile(r"[\s;/\-]+")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_NO_ALLELES = "must be numbers of repeats, such as 11, 17.2, 11 14, or 0 for a null allele"
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What stands in the place of a cell that is refused: what is allowed, and the rule that it breaks."""

    allowed: str
    rule: str


class ColumnReader(dict[str, Any]):
    """The meaning of every distinct cell of one column: cell as written → value, None (blank) or a Refusal.

    Columns repeat themselves, so that a table of half a million rows costs little more than its distinct cells.
    ``refused`` holds the cells refused so far, ``commas`` those in which a decimal comma was read as a point.
    """

    def __init__(self, column: Value) -> None:
        super().__init__()
        self.column = column
        self.refused: dict[str, Refusal] = {}
        self.commas: set[str] = set()

    def __missing__(self, written: str) -> Any:
        value: Any = Refusal("", "")  # without a rule: reported already
        if written != ALREADY_REFUSED:
            text = unprotected(written.strip())
            value = _CONVERSIONS[self.column.type](self.column, text) if text else None
            if _has_decimal_comma(self.column.type, text, value):
                self.commas.add(written)
        if isinstance(value, Refusal):
            self.refused[written] = value
        self[written] = value
        return value


def protected(text: str) -> str:
    """A text as it is written to a cell, so that no spreadsheet takes it for a formula.

    >>> protected("=1+1"), protected("Kim"), protected("'t Hooft")
    ("'=1+1", 'Kim', "'t Hooft")
    """
    return f"'{text}" if text.startswith(_FORMULA) or unprotected(text) != text else text


def unprotected(cell: str) -> str:
    """The text of a cell: an apostrophe before ``= + - @`` or before another apostrophe is taken off."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in (*_FORMULA, "'") else cell


def _text(column: Value, text: str) -> str:
    return text


def _id(column: Value, text: str) -> str:
    # Hangul typed on one system and on another looks the same and is not, unless it is composed.
    return unicodedata.normalize("NFC", text)


def _allele(column: Value, text: str) -> str:
    return canonical_allele(unicodedata.normalize("NFC", text))[0]


def _alleles(column: Value, text: str) -> tuple[str, ...] | Refusal:
    """The alleles of one marker of the Y, parted in any of the ways of laboratories."""
    parts = _PARTED.split(unicodedata.normalize("NFKC", text))
    if not all(parts):  # it begins or ends with a sign, and may be a number below 0
        return Refusal(_NO_ALLELES, "y-allele")
    alleles = [a for part in parts for a in ([part] if _DECIMAL_COMMA.fullmatch(part) else part.split(","))]
    written = " ".join(canonical_allele(a)[0] for a in alleles)
    try:  # the model knows what an allele of the Y is, and has no name to put on it here
        return YProfile.parse("", {"Y": written}).haplotype.get("Y") or Refusal(_NO_ALLELES, "y-allele")
    except FaultyInput as error:
        return Refusal(error.faults[0].allowed, error.faults[0].rule)


def _number(column: Value, text: str) -> float | Refusal:
    number = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(number):
        return Refusal("must be a number", "number")
    return number if column.holds(number) else Refusal(f"must be {column.bounds}", "range")


def _integer(column: Value, text: str) -> int | Refusal:
    if not _INTEGER.fullmatch(text):
        return Refusal("must be a whole number", "integer")
    return int(text) if column.holds(int(text)) else Refusal(f"must be {column.bounds}", "range")


def _boolean(column: Value, text: str) -> bool | Refusal:
    truth = _TRUTH.get(text.casefold())
    return Refusal("must be true or false", "boolean") if truth is None else truth


def _choice(column: Value, text: str) -> str | Refusal:
    word = column.aliases.get(text.casefold(), text.casefold())
    return word if word in column.choices else Refusal(f"must be one of {', '.join(column.choices)}", "choice")


def _date(column: Value, text: str) -> PartialDate | Refusal:
    try:
        return PartialDate.parse(text)
    except InvalidValue as error:
        return Refusal(error.allowed, "date")


def _has_decimal_comma(kind: str, text: str, value: object) -> bool:
    """Whether a comma was read as a decimal point."""
    if kind == "alleles":
        return any(_DECIMAL_COMMA.fullmatch(part) for part in _PARTED.split(text))
    return kind in ("allele", "number") and "," in text and "," not in str(value)


_CONVERSIONS: Mapping[str, Callable[[Value, str], Any]] = {
    "text": _text, "id": _id, "allele": _allele, "alleles": _alleles, "number": _number, "integer": _integer,
    "boolean": _boolean, "choice": _choice, "date": _date,
}
