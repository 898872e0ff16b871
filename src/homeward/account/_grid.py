"""CSV as spreadsheets write it: a header, and rows with the line at which each begins."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass

from homeward.model import Fault, HomewardError

__all__ = ["Grid", "GridRefused", "decoded", "grid", "protected"]

_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORMULA = ("=", "+", "-", "@")


class GridRefused(HomewardError):
    """A file that cannot be read on, with the fault that says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one table: the names of its columns, and (line, row) for each row that is not blank."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def decoded(file: str, data: bytes) -> str:
    """The text of a file; raises GridRefused where it is not UTF-8, or holds control characters."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise GridRefused(Fault(file, line, "", f"byte 0x{data[error.start]:02x}",
                                "must be UTF-8 (a spreadsheet saves it as “CSV UTF-8”)", "encoding")) from error
    control = _CONTROL.search(text)
    if control is not None:
        raise GridRefused(Fault(file, text.count("\n", 0, control.start()) + 1, "", f"U+{ord(control[0]):04X}",
                                "must hold no control characters", "control-character"))
    return text


def grid(file: str, text: str, columns: Collection[str]) -> Grid:
    """The cells of a CSV text, parted by comma, semicolon or tab; raises GridRefused where it cannot be read on."""
    # Strict, because a quote that is never closed would otherwise swallow the rest of the table in silence.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, columns), strict=True)
    rows: list[tuple[int, tuple[str, ...]]] = []
    before = 0
    try:
        for row in reader:
            if "".join(row).strip():
                rows.append((before + 1, tuple(_unprotected(cell) for cell in row)))
            before = reader.line_num
    except csv.Error as error:
        raise GridRefused(Fault(file, before + 1, "", "", f"must be CSV ({error})", "csv")) from error
    if not rows:
        raise GridRefused(Fault(file, 0, "", "", "must begin with the names of its columns", "no-header"))
    return Grid(tuple(name.strip().lower() for name in rows[0][1]), tuple(rows[1:]))


def protected(text: str) -> str:
    """A text as it is written to a cell, so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) or _unprotected(text) != text else text


def _unprotected(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in (*_FORMULA, "'") else cell


def _delimiter(text: str, columns: Collection[str]) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")

    def known_cells(delimiter: str) -> tuple[int, int]:
        cells = [cell.strip().strip('"').lower() for cell in header.split(delimiter)]
        return sum(cell in columns for cell in cells), len(cells)

    return max(",;\t", key=known_cells)
