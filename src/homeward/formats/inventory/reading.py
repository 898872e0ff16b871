"""Reading the inventory of a case folder: all of it or nothing, with every fault at its file, line and column."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from homeward.formats.casefile.findings import Findings, Refused
from homeward.formats.casefile.records import check_keys, check_pairs, check_references
from homeward.formats.casefile.schemas import BESIDE
from homeward.formats.casefile.source import Source, open_source
from homeward.formats.casefile.table import Table, read_table
from homeward.formats.inventory.associations import read_associations
from homeward.formats.inventory.elements import Rows, read_elements, sample_rows
from homeward.formats.inventory.schemas import inventory_schema
from homeward.model import Case, Fault, FaultyInput
from homeward.model.inventory import Container, Inventory

__all__ = ["InventoryFile", "check_inventory", "holds_inventory", "read_inventory"]

_SUFFIXES = (".csv", ".xlsx")
_Path = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class InventoryFile:
    """An inventory as it was read; ``notes``: what was guessed in reading it, and what is in doubt, with its line."""

    inventory: Inventory
    notes: tuple[str, ...] = ()


def read_inventory(path: _Path, case: Case | None = None) -> InventoryFile | None:
    """Read the inventory that lies in a case folder, or in the same folder zipped.

    Args: ``path``, as for ``read_case``; ``case``, the case of that folder: profiles of samples must then be of it.

    Returns the inventory, None where the folder has none of its tables.
    Raises FaultyInput with all faults, whatever the bytes; then nothing is read.
    """
    read, findings = _load(Path(path), case)
    if findings.faults:
        raise FaultyInput(_in_order(findings.faults))
    return read


def holds_inventory(folder: Path) -> bool:
    """Whether any table of an inventory lies in a folder."""
    return any((folder / f"{table}{suffix}").exists() for table in BESIDE for suffix in _SUFFIXES)


def check_inventory(path: _Path, case: Case | None = None) -> tuple[Fault, ...]:
    """All faults of the inventory of a case folder or zip file, by file and line; never raises.

    Args: as for ``read_inventory``.

    >>> check_inventory("spec/valid/minimal")
    ()
    """
    return _in_order(_load(Path(path), case)[1].faults)


def _load(path: Path, case: Case | None) -> tuple[InventoryFile | None, Findings]:
    findings = Findings()
    if path.suffix.lower() != ".zip" and not path.is_dir() and path.name != "case.toml":
        return None, findings  # the formats that are one file hold no inventory
    try:
        with open_source(path) as source:
            tables = _tables(source, findings)
    except Refused as refused:
        findings.add(refused.fault)
        return None, findings
    return (None if tables is None else _assembled(tables, case, findings)), findings


def _tables(source: Source, findings: Findings) -> dict[str, Table] | None:
    found = {table: [f"{table}{suffix}" for suffix in _SUFFIXES if f"{table}{suffix}" in source.names]
             for table in BESIDE}
    if not any(found.values()):
        return None
    tables = {}
    for name, files in found.items():
        table = Table(inventory_schema(name), files[0] if files else f"{name}.csv")
        if len(files) > 1:
            findings.add(Fault(files[1], 0, "", "", f"is the table {name}, which is {files[0]} as well", "table-twice"))
        if files:
            table = _read(source, table, findings)
        elif name == "inventory":
            findings.add(Fault(table.file, 0, "", "", "must be there beside any other table of elements",
                               "missing-table"))
            table.whole = False
        tables[name] = table
    return tables


def _read(source: Source, table: Table, findings: Findings) -> Table:
    try:
        return read_table(table.schema, table.file, source.read(table.file), findings)
    except Refused as refused:
        findings.add(refused.fault)
        table.whole = False
        return table


def _assembled(tables: dict[str, Table], case: Case | None, findings: Findings) -> InventoryFile | None:
    check_keys({name: table for name, table in tables.items() if table.schema.key}, findings)
    check_pairs(tables, findings)
    check_references(tables, findings)
    samples = sample_rows(tables["element_samples"], findings)
    if case is not None:
        _check_profiles(tables["element_samples"], case, findings)
        _check_boxes(tables["boxes"], case, findings)
    rows = read_elements(tables, samples, findings)
    associations = read_associations(tables["associations"], rows, findings, whole=tables["inventory"].whole)
    if findings.faults:
        return None
    elements = tuple(rows.elements.values())
    try:
        inventory = Inventory(elements, associations, containers=_containers(tables["boxes"]))
    except FaultyInput as error:  # the model's own checks have the last word
        findings.add(*(Fault(tables["inventory"].file, 0, f.column, f.value, f.allowed, "inventory-value")
                       for f in error.faults))
        return None
    _note_doubts(inventory, rows, findings)
    if case is not None:
        _note_shared_remains(inventory, case, tables["element_samples"].file, findings)
    return InventoryFile(inventory, tuple(findings.notes))


def _check_profiles(table: Table, case: Case, findings: Findings) -> None:
    known = {s.id for s in case.remains_samples}
    of_relatives = {s.id for s in case.reference_samples}
    for row, (profile,) in table.rows("profile"):
        if profile is not None and profile not in known:
            why = ", and is a relative's" if profile in of_relatives else ""
            findings.add(table.fault(row, "profile", profile, rule="profile-unknown",
                                     allowed=f"must name a sample of samples.csv{why}"))


def _check_boxes(table: Table, case: Case, findings: Findings) -> None:
    known = {"incident": {i.id for i in case.incidents}, "transfer": {t.id for t in case.transfers}}
    for row, cells in table.rows(*known):
        for column, cell in zip(known, cells, strict=True):
            if cell is not None and cell not in known[column]:
                findings.add(table.fault(row, column, cell, rule="box-record",
                                         allowed=f"must name a record of {column}s.csv"))


def _containers(table: Table) -> tuple[Container, ...]:
    return tuple(Container(id_, incident, transfer, label or "")
                 for _, (id_, incident, transfer, label) in table.rows(*table.schema.names))


def _note_doubts(inventory: Inventory, rows: Rows, findings: Findings) -> None:
    for doubt in inventory.doubts:
        file, line = rows.places.get((doubt.element, doubt.field), rows.places[doubt.element, "id"])
        findings.note(file, line, f"in doubt: {doubt}")


def _note_shared_remains(inventory: Inventory, case: Case, file: str, findings: Findings) -> None:
    """Samples that the case takes as of one person may be of elements that are yet to be joined: say so."""
    remains = {s.id: s.remains for s in case.remains_samples}
    elements: dict[str, dict[str, None]] = {}
    for element in inventory:
        for sample in element.samples:
            if sample.profile is not None:
                elements.setdefault(remains[sample.profile], {})[element.id] = None
    for name, ids in elements.items():
        if len(ids) > 1:
            findings.note(file, 0, f"samples of {name} are of {_several(ids)}: the case takes these elements as one "
                          "person, a grouping judges for itself")


def _several(ids: Collection[str]) -> str:
    shown = list(ids)
    return " and ".join(shown) if len(shown) < 3 else f"{shown[0]}, {shown[1]} and {len(shown) - 2} more"


def _in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    def place(fault: Fault) -> tuple[int, str, int]:
        stem = fault.file.rpartition(".")[0]
        return (BESIDE.index(stem) + 1 if stem in BESIDE else 0, fault.file, fault.line)

    return tuple(sorted(faults, key=place))
