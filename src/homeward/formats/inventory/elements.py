"""Elements with their measurements and samples, each fault of the model told at the line where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from homeward.formats.casefile.findings import Findings, nearest
from homeward.formats.casefile.table import Table
from homeward.formats.inventory.cells import Zones, code_of, zones_of
from homeward.model import Fault, FaultyInput, InvalidValue, Sex
from homeward.model.bones import BONES
from homeward.model.inventory import Element, ElementKey, ElementSample, Inventory

__all__ = ["Rows", "read_elements", "sample_rows"]

_COLUMNS = ("id", "accession", "provenance_1", "provenance_2", "designator", "bone", "side", "box", "completeness",
            "zones", "count", "mass_g", "population", "sex", "age_least", "age_most", "note")
_COLUMN_OF = {"age_years": "age_most"}  # of the model's fields, where the table calls it otherwise
_Place = tuple[str, int]


@dataclass(slots=True)
class Rows:
    """The elements that could be read; ``places``: file and line of (element, field or measurement's code).

    ``known``: ids of all rows, also of those that were refused.
    """

    elements: dict[str, Element] = field(default_factory=dict)
    places: dict[tuple[str, str], _Place] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Taken:
    """The measurements of one element, by code."""

    mm: dict[str, float] = field(default_factory=dict)
    by: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


def sample_rows(table: Table, findings: Findings) -> dict[str, list[tuple[int, ElementSample]]]:
    """The samples by the element that they were cut from, each with its row."""
    found: dict[str, list[tuple[int, ElementSample]]] = defaultdict(list)
    for row, (id_, element, taken, status, profile, left) in table.rows(*table.schema.names):
        if id_ is None or element is None:
            continue
        try:
            found[element].append((row, ElementSample(id_, taken, status or "taken", profile, left)))
        except InvalidValue as error:
            findings.add(table.fault(row, error.field, error.value, allowed=error.allowed, rule="sample-profile"))
    return found


def read_elements(tables: Mapping[str, Table], samples: Mapping[str, list[tuple[int, ElementSample]]],
                  findings: Findings) -> Rows:
    """The elements of the table without those that have faults, which go to ``findings``."""
    table, found = tables["inventory"], Rows()
    # Where a column is missing its cells are blank, and that one fault is enough.
    rows = [(row, cells) for row, cells in table.rows(*_COLUMNS) if None not in (cells[0], cells[5])]
    kinds = {cells[0]: (cells[5], cells[6]) for _, cells in rows}
    found.known = {id_ for id_ in table.column("id") if isinstance(id_, str)}
    taken = _measurements(tables["measurements"], kinds, findings)
    _check_keys(table, rows, findings)
    for row, cells in rows:
        id_ = cells[0]
        if id_ in found.elements:  # a fault of its own, found with the keys
            continue
        own = taken.get(id_, _Taken())
        faults = len(findings.faults)
        zones = _zones(table, row, cells[9], findings)
        element = _element(cells, zones, own, tuple(s for _, s in samples.get(id_, ())))
        _report(table, row, tables["measurements"], own, element, findings)
        found.places.update({(id_, name): (table.file, table.lines[row]) for name in ("id", "bone", "box", "samples")})
        measured = tables["measurements"]
        found.places.update({(id_, code): (measured.file, measured.lines[r]) for code, r in own.rows.items()})
        if len(findings.faults) == faults:
            found.elements[id_] = element
    return found


def _element(cells: tuple[Any, ...], zones: Zones | None, own: _Taken,
             samples: tuple[ElementSample, ...]) -> Element:
    id_, *key, bone, side, box, completeness, _, count, mass, population, sex, least, most, note = cells
    return Element(
        id_, bone, side, box, ElementKey(*(part or "" for part in key)) if any(key) else None, completeness, zones,
        1 if count is None else count, mass, own.mm, samples, population, None if sex is None else Sex(sex),
        None if least is None or most is None else (least, most), note or "", own.by)


def _zones(table: Table, row: int, text: str | None, findings: Findings) -> Zones | None:
    if text is None:
        return None
    zones = zones_of(text)
    if zones is None:
        findings.add(table.fault(row, "zones", text, rule="zones",
                                 allowed="must be numbers of zones parted by blanks, such as 1 2 3 or 4-8, or none"))
    return zones


def _report(table: Table, row: int, measured: Table, own: _Taken, element: Element, findings: Findings) -> None:
    """What the model says of the element by itself, at the line where it stands."""
    try:
        Inventory((element,))
    except FaultyInput as error:
        for fault in error.faults:
            allowed = fault.allowed.removeprefix(f"({element.id}) ")
            if fault.column in own.rows:
                findings.add(measured.fault(own.rows[fault.column], "code", fault.column, allowed=allowed,
                                            rule=fault.rule))
            elif fault.rule in ("sample-twice", "id-twice", "key-twice"):
                continue  # found with the keys of the tables
            else:
                column = _COLUMN_OF.get(fault.column, fault.column)
                if fault.rule == "unknown-bone":
                    allowed = f"must be a bone of the list{nearest(element.bone, BONES)}"
                findings.add(table.fault(row, column, fault.value, allowed=allowed, rule=_known_rule(fault)))


def _known_rule(fault: Fault) -> str:
    return fault.rule if fault.rule in ("unknown-bone", "side", "zones", "age") else "inventory-value"


def _measurements(table: Table, kinds: Mapping[str, tuple[str, str | None]], findings: Findings) -> dict[str, _Taken]:
    taken: dict[str, _Taken] = defaultdict(_Taken)
    for row, (element, written, value, measurer) in table.rows("element", "code", "mm", "measurer"):
        if element not in kinds or None in (written, value):  # unknown or refused: found elsewhere
            continue
        try:
            code = code_of(written, *kinds[element])
        except InvalidValue as error:
            findings.add(table.fault(row, "code", written, allowed=error.allowed, rule="unknown-code"))
            continue
        own = taken[element]
        if code in own.rows:
            if table.column("code")[own.rows[code]] != written:  # the same code twice is found with the keys
                findings.add(table.fault(row, "code", written, rule="measured-twice",
                                         allowed=f"must be there once for {element}, and is {code} in line "
                                                 f"{table.lines[own.rows[code]]}"))
            continue
        if code != written:
            findings.note(table.file, table.lines[row], f"code {written!r} of {element} read as {code}")
        own.mm[code], own.rows[code] = value, row
        if measurer is not None:
            own.by[code] = measurer
    return taken


def _check_keys(table: Table, rows: list[tuple[int, tuple[Any, ...]]], findings: Findings) -> None:
    first: dict[str, int] = {}
    for row, cells in rows:
        key = str(ElementKey(*(part or "" for part in cells[1:5])))
        before = first.setdefault(key, row) if key else row
        if before != row:
            findings.add(table.fault(row, "designator", key, rule="key-twice",
                                     allowed=f"must file one element, and files that of line {table.lines[before]}"))
