"""One table of a case: its columns as values, the line of each row, and the faults of single cells."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from homeward.formats.casefile.cells import ColumnReader, Refusal
from homeward.formats.casefile.emp import emp_chunks
from homeward.formats.casefile.findings import Findings, Refused, nearest, shown
from homeward.formats.casefile.grids import Chunk, csv_chunks
from homeward.formats.casefile.schemas import Schema, Value
from homeward.formats.casefile.sheets import MOST_COLUMNS, xlsx_chunks
from homeward.model import Fault

__all__ = ["Table", "read_table"]

_OWN = "x_"  # columns of the user's own begin with it and are left alone


@dataclass(slots=True)
class Table:
    """The rows of one table, by column: None where blank, a Refusal where refused.

    ``faulty``: the rows with a refused cell. ``whole``: False where the table could not be read to its end, so that
    what it lacks says nothing.
    """

    schema: Schema
    file: str
    whole: bool = True
    lines: Sequence[int] = ()
    cells: dict[str, list[Any]] = field(default_factory=dict)
    faulty: set[int] = field(default_factory=set)

    def column(self, name: str) -> list[Any]:
        """The cells of a column, all blank where the file has no such column."""
        found = self.cells.get(name)
        return [None] * len(self.lines) if found is None else found

    def rows(self, *names: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """The rows without refused cells: position, and the cells of the named columns."""
        columns = [self.column(name) for name in names]
        for row, cells in enumerate(zip(*columns, strict=True)):
            if row not in self.faulty:
                yield row, cells

    def fault(self, row: int, column: str, value: object, *, allowed: str, rule: str) -> Fault:
        """A fault at a row and column of this table."""
        return Fault(self.file, self.lines[row], column, "" if value is None else shown(value), allowed, rule)

    def known(self, column: str) -> dict[Any, int]:
        """Every value of a column with the first row that has it."""
        first: dict[Any, int] = {}
        for row, value in enumerate(self.column(column)):
            first.setdefault(value, row)
        return {value: row for value, row in first.items() if value is not None and not isinstance(value, Refusal)}


def read_table(table: Schema, file: str, data: bytes, findings: Findings) -> Table:
    """Read a CSV, XLSX or EMP file (by its name's end) as the table; every fault of a cell goes to ``findings``."""
    read = Table(table, file, whole=False)
    try:
        if file.lower().endswith(".xlsx"):
            chunks: Iterable[Chunk] = xlsx_chunks(file, data, table, findings.add)
        elif file.lower().endswith(".emp"):
            chunks = emp_chunks(file, data, findings)
        else:
            chunks = csv_chunks(file, data, table.names)
        _fill(read, iter(chunks), findings)
    except Refused as refused:
        findings.add(refused.fault)
    return read


def _fill(table: Table, chunks: Iterator[Chunk], findings: Findings) -> None:
    lines, rows = next(chunks)
    if not rows:
        raise Refused(Fault(table.file, 0, "", "", "must begin with the names of its columns", "no-header"))
    header = _header(table, lines[0], rows[0])
    faults = list(_header_faults(table, lines[0], header))
    findings.add(*faults)
    body = _Body(table, header, findings)
    body.take(lines[1:], rows[1:])
    for chunk in chunks:
        body.take(*chunk)
    # An unknown column takes nothing away; a missing one makes every reference to it look wrong.
    table.whole = not any(fault.rule == "missing-column" for fault in faults)
    _note_commas(table, body.commas, findings)


def _header(table: Table, line: int, cells: list[str]) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    while header and not header[-1]:  # spreadsheets save columns that were once in use
        header.pop()
    if len(header) > MOST_COLUMNS:
        raise Refused(Fault(table.file, line, "", f"{len(header)} columns",
                            f"must have at most {MOST_COLUMNS} columns", "table-width"))
    return header


def _header_faults(table: Table, line: int, header: list[str]) -> Iterator[Fault]:
    names = table.schema.names
    for position, name in enumerate(header):
        if name in header[:position] and name in names:
            yield Fault(table.file, line, name, "", "must be there once", "duplicate-column")
        elif name and name not in names and not name.startswith(_OWN):
            allowed = f"is not a column of {table.schema.table}{nearest(name, names)}"
            yield Fault(table.file, line, shown(name), "", allowed, "unknown-column")
    for column in table.schema.columns:
        if column.required and column.name not in header:
            yield Fault(table.file, line, column.name, "", "must be there", "missing-column")


class _Body:
    """Takes the rows below the header into the table, some thousands at a time."""

    def __init__(self, table: Table, header: list[str], findings: Findings) -> None:
        self.table, self.header, self.findings = table, header, findings
        self.lines = array("q")
        self.readers = {c.name: (header.index(c.name), ColumnReader(c)) for c in table.schema.columns
                        if c.name in header}
        self.unnamed = [i for i, name in enumerate(header) if not name]
        self.ragged: set[int] = set()
        self.commas: tuple[int, str] | None = None
        table.lines = self.lines
        table.cells.update({name: [] for name in self.readers})

    def take(self, lines: list[int], rows: list[list[str]]) -> None:
        """Take rows, each beginning at its line."""
        if not rows:
            return
        if set(map(len, rows)) != {len(self.header)}:
            rows = [self._squared(at, line, row) for at, (line, row) in enumerate(zip(lines, rows, strict=True))]
        start = len(self.lines)
        self.lines.extend(lines)
        written = list(zip(*rows, strict=True))
        for position in self.unnamed:
            self._refuse_unnamed(start, written[position])
        for name, (position, reader) in self.readers.items():
            self._take_column(start, reader, written[position])
            if reader.commas and self.commas is None:
                first = next(i for i, cell in enumerate(written[position]) if cell in reader.commas)
                self.commas = (start + first, name)

    def _squared(self, at: int, line: int, row: list[str]) -> list[str]:
        width = len(self.header)
        surplus = any(cell.strip() for cell in row[width:])
        # Workbooks leave blank cells at the end out; a CSV row that ends early has lost something.
        if surplus or (len(row) < width and not self.table.file.lower().endswith(".xlsx")):
            self.findings.add(Fault(self.table.file, line, "", f"{len(row)} cells",
                                    f"must have {width} cells, as the first row has", "row-length"))
            self.table.faulty.add(len(self.lines) + at)
            self.ragged.add(len(self.lines) + at)
        return row[:width] + [""] * (width - len(row))

    def _take_column(self, start: int, reader: ColumnReader, written: Sequence[str]) -> None:
        column = reader.column
        values = list(map(reader.__getitem__, written))
        self.table.cells[column.name].extend(values)
        if reader.refused:
            for at, cell in enumerate(written):
                if cell in reader.refused:
                    self._refuse(start + at, column, cell, reader.refused[cell])
        if column.required and None in values:
            for at, value in enumerate(values):
                if value is None:
                    self._refuse(start + at, column, "", Refusal("must be filled", "required"))

    def _refuse(self, row: int, column: Value, cell: str, refusal: Refusal) -> None:
        self.table.faulty.add(row)
        # A row of the wrong length may have its cells in the wrong columns: one fault for it is enough.
        if refusal.rule and row not in self.ragged:
            self.findings.add(self.table.fault(row, column.name, cell.strip(), allowed=refusal.allowed,
                                               rule=refusal.rule))

    def _refuse_unnamed(self, start: int, written: Sequence[str]) -> None:
        for at, cell in enumerate(written):
            if cell.strip():
                self.findings.add(self.table.fault(start + at, "", cell.strip(), rule="unnamed-column",
                                                   allowed="stands in a column without a name"))
                self.table.faulty.add(start + at)


def _note_commas(table: Table, commas: tuple[int, str] | None, findings: Findings) -> None:
    if commas is not None:
        row, column = commas
        findings.note(table.file, table.lines[row], f"decimal commas read as points, first in the column {column}")
