"""XLSX as spreadsheets write it: the same rows of cells, each cell as the sheet shows it."""

from __future__ import annotations

import datetime
import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL

from homeward.formats.casefile.cells import ALREADY_REFUSED
from homeward.formats.casefile.findings import Refused, shown
from homeward.formats.casefile.grids import Chunk
from homeward.formats.casefile.schemas import Schema
from homeward.formats.casefile.source import open_zip
from homeward.model import Fault, HomewardError

__all__ = ["MOST_COLUMNS", "xlsx_chunks"]

MOST_COLUMNS = 64
_MOST_ROWS = 1_048_576
_DIGITS_SHOWN = 15  # a spreadsheet keeps 17 digits of 9.3 and shows 15
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_ZEROS = re.compile(r"0+")

_Report = Callable[[Fault], None]


def xlsx_chunks(file: str, data: bytes, table: Schema, report: _Report) -> list[Chunk]:
    """The rows of a workbook's only sheet, or of the one named as the table; blank rows are left out.

    Cells that hold a formula, an error, or a date where the column holds none are given to ``report``. Raises
    Refused for a workbook that cannot be read.
    """
    try:
        with warnings.catch_warnings(), open_zip(file, io.BytesIO(data)):
            warnings.simplefilter("ignore")  # openpyxl warns of charts and styles, which say nothing here
            return _chunks(file, data, table, report)
    except Refused as error:
        raise _as_workbook(error) from error
    except HomewardError:
        raise
    except Exception as error:  # damaged workbooks make openpyxl raise anything at all
        reason = f"must be an XLSX workbook ({type(error).__name__})"
        raise Refused(Fault(file, 0, "", "", reason, "xlsx-unreadable")) from error


def _as_workbook(error: Refused) -> Refused:
    f = error.fault
    rule = {"zip-unreadable": "xlsx-unreadable", "zip-encrypted": "xlsx-unreadable", "zip-path": "xlsx-unreadable"}
    return Refused(Fault(f.file, f.line, f.column, f.value, f.allowed.replace("zip file", "XLSX workbook"),
                         rule.get(f.rule, f.rule)))


def _chunks(file: str, data: bytes, table: Schema, report: _Report) -> list[Chunk]:
    workbook = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    try:
        sheets = workbook.worksheets
        named = [s for s in sheets if s.title.strip().casefold() == table.table]
        if len(named) != 1 and len(sheets) != 1:
            raise Refused(Fault(file, 0, "", shown(", ".join(s.title for s in sheets)),
                                f"must hold one sheet, or one named {table.table}", "xlsx-sheet"))
        sheet = named[0] if len(named) == 1 else sheets[0]
        sheet.reset_dimensions()  # what a workbook says of its own size is not to be trusted
        return _sheet_chunks(file, sheet, {c.name: c.type for c in table.columns}, report)
    finally:
        workbook.close()


def _sheet_chunks(file: str, sheet: Any, types: Mapping[str, str], report: _Report) -> list[Chunk]:
    lines: list[int] = []
    rows: list[list[str]] = []
    header: list[str] = []
    for line, cells in _filled_rows(file, sheet):
        if not header:
            header = [_written(cell, "text") or "" for cell in cells]
            while header and not header[-1].strip():
                header.pop()
            lines, rows = [line], [header]
            continue
        row = []
        for position, cell in enumerate(cells):
            name = header[position].strip().lower() if position < len(header) else ""
            text = _written(cell, types.get(name, ""))
            if text is None:
                report(_cell_fault(file, line, name, cell))
            row.append(ALREADY_REFUSED if text is None else text)
        lines.append(line)
        rows.append(row)
    return [(lines, rows)]


def _filled_rows(file: str, sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    gap: object = None
    for line, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
        if line > _MOST_ROWS:
            raise Refused(Fault(file, line, "", "", f"must have at most {_MOST_ROWS} rows", "table-width"))
        if cells is gap:
            continue
        width = len(cells)
        while width and (cells[width - 1] is EMPTY_CELL or cells[width - 1].value in (None, "")):
            width -= 1
        if width > MOST_COLUMNS:
            raise Refused(Fault(file, line, "", "", f"must have at most {MOST_COLUMNS} columns", "table-width"))
        if width:
            yield line, cells[:width]
        else:
            gap = cells  # openpyxl gives one and the same empty row for every row that the sheet leaves out


def _written(cell: Any, kind: str) -> str | None:
    """The cell as shown, or None for one that may not stand there; columns that are not read are let be."""
    value = cell.value
    if value is None:
        return ""
    if not kind:
        return shown(value)
    if cell.data_type in ("f", "e"):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return _integer(cell, value, kind)
    if isinstance(value, float):
        if kind in ("number", "integer"):
            return str(int(value)) if value.is_integer() and kind == "integer" else repr(value)
        return f"{value:.{_DIGITS_SHOWN}g}"
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return _date(cell, value) if kind == "date" else None
    return str(value)


def _integer(cell: Any, value: int, kind: str) -> str:
    # Numbers of service and accession are often shown with leading zeros that the sheet does not store.
    form = cell.number_format if kind in ("id", "text") else ""
    return str(value).zfill(len(form)) if form and _ZEROS.fullmatch(form) else str(value)


def _date(cell: Any, value: object) -> str | None:
    """A date with the precision that the sheet shows, or None where it carries a time of day."""
    if not isinstance(value, datetime.date):
        return None
    if isinstance(value, datetime.datetime):
        if value.time() != datetime.time():
            return None
        value = value.date()
    form = _LITERAL.sub("", (cell.number_format or "")).lower()
    if "y" not in form or "d" in form:
        return value.isoformat()
    return value.isoformat()[:7] if "m" in form else value.isoformat()[:4]


def _cell_fault(file: str, line: int, column: str, cell: Any) -> Fault:
    if cell.data_type == "f":
        return Fault(file, line, column, shown(getattr(cell.value, "text", cell.value)),
                     "must be a value and no formula", "xlsx-formula")
    if cell.data_type == "e":
        return Fault(file, line, column, shown(cell.value), "must be a value and no error", "xlsx-error")
    return Fault(file, line, column, shown(cell.value), "must not be a date or time (format the column as text)",
                 "xlsx-date")
