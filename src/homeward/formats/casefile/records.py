"""What holds for records of any kind: each is there once, its cells go together, what it refers to is there."""

from __future__ import annotations

from collections.abc import Mapping

from homeward.formats.casefile.cells import Refusal
from homeward.formats.casefile.findings import Findings
from homeward.formats.casefile.table import Table

__all__ = ["check_keys", "check_pairs", "check_references"]

# Their keys are met with tolerance, elsewhere.
_BY_MARKER = ("profiles", "markers", "frequencies", "mutation_matrices", "ystr", "ystr_database")


def check_keys(tables: Mapping[str, Table], findings: Findings) -> None:
    """Find the records that are there twice (``duplicate-key``), at the later of the two."""
    for name, table in tables.items():
        if name in _BY_MARKER:
            continue
        first: dict[tuple[object, ...], int] = {}
        for row, key in enumerate(zip(*(table.column(c) for c in table.schema.key), strict=True)):
            if any(part is None or isinstance(part, Refusal) for part in key):
                continue
            before = first.setdefault(key, row)
            if before != row:
                findings.add(table.fault(row, table.schema.key[-1], key[-1], rule="duplicate-key",
                                         allowed=f"must be there once, and is in line {table.lines[before]}"))


def check_pairs(tables: Mapping[str, Table], findings: Findings) -> None:
    """Find the cells that are blank beside one that they go with (``given-together``)."""
    for table in tables.values():
        for pair in table.schema.together:
            for row, cells in table.rows(*pair):
                if (cells[0] is None) != (cells[1] is None):
                    blank, given = pair if cells[0] is None else reversed(pair)
                    findings.add(table.fault(row, blank, None, allowed=f"must be given with {given}",
                                             rule="given-together"))


def check_references(tables: Mapping[str, Table], findings: Findings) -> None:
    """Find the cells that refer to no record (``unknown-record``); tables that were not read whole prove nothing."""
    for table in tables.values():
        for column in table.schema.columns:
            others = [tables[place.partition(".")[0]] for place in column.refers]
            if not others or not all(other.whole for other in others):
                continue
            known = {None}.union(*(other.known(place.partition(".")[2])
                                   for other, place in zip(others, column.refers, strict=True)))
            cells = table.column(column.name)
            # Half a million cells are few distinct ones: only where one of these is unknown are the rows gone through.
            unknown = {cell for cell in set(cells) - known if not isinstance(cell, Refusal)}
            where = " or ".join(other.file for other in others)
            for row, cell in enumerate(cells if unknown else ()):
                if cell in unknown:
                    findings.add(table.fault(row, column.name, cell, rule="unknown-record",
                                             allowed=f"must name a record of {where}"))
