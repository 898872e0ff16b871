"""Associations: what was judged of elements side by side, checked each by itself and against the others."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

from homeward.formats.casefile.findings import Findings
from homeward.formats.casefile.table import Table
from homeward.formats.inventory.cells import ids_of
from homeward.formats.inventory.elements import Rows
from homeward.model import FaultyInput, InvalidValue
from homeward.model.inventory import Association, Inventory

__all__ = ["read_associations"]

_CERTAINTY = 0.99
_Judged = list[tuple[int, Association]]


def read_associations(table: Table, rows: Rows, findings: Findings, *, whole: bool) -> tuple[Association, ...]:
    """The associations of the table; ``whole``: whether the inventory was read to its end."""
    judged: _Judged = []
    for row, (kind, elements, same, certainty, method, by) in table.rows(*table.schema.names):
        if None in (kind, elements):  # a column is missing, which is one fault
            continue
        ids = ids_of(elements)
        try:
            one = Association(kind, ids, same is not False, _CERTAINTY if certainty is None else certainty,
                              method or "", by or "")
        except InvalidValue as error:
            findings.add(table.fault(row, "elements", elements, allowed=error.allowed, rule="association-elements"))
            continue
        missing = [id_ for id_ in ids if id_ not in rows.known]
        if missing and whole:
            findings.add(table.fault(row, "elements", elements, rule="association-unknown",
                                     allowed=f"must name elements of the inventory; {', '.join(missing)} is not there"))
        if all(id_ in rows.elements for id_ in ids):
            judged.append((row, one))
            _check_alone(table, row, one, rows, findings)
    _check_against_each_other(table, judged, findings)
    _check_profiles(table, judged, rows, findings)
    return tuple(one for _, one in judged)


def _check_alone(table: Table, row: int, one: Association, rows: Rows, findings: Findings) -> None:
    elements = [rows.elements[id_] for id_ in one.elements]
    try:
        Inventory(tuple(elements), (one,))
    except FaultyInput as error:
        for fault in error.faults:
            if fault.rule == "pair":
                findings.add(table.fault(row, "elements", "; ".join(one.elements), allowed=fault.allowed, rule="pair"))


def _check_against_each_other(table: Table, judged: _Judged, findings: Findings) -> None:
    said: dict[tuple[str, ...], tuple[bool, int]] = {}
    for row, one in judged:
        for pair in combinations(sorted(one.elements), 2):
            same, before = said.setdefault(pair, (one.same, row))
            if same != one.same:
                findings.add(table.fault(row, "same", str(one.same).lower(), rule="association-contradicted",
                                         allowed=f"of {' and '.join(pair)} must not contradict line "
                                                 f"{table.lines[before]}"))


def _check_profiles(table: Table, judged: _Judged, rows: Rows, findings: Findings) -> None:
    holders: dict[str, set[str]] = defaultdict(set)
    for element in rows.elements.values():
        for sample in element.samples:
            if sample.profile is not None:
                holders[sample.profile].add(element.id)
    shared = {profile: ids for profile, ids in holders.items() if len(ids) > 1}
    for row, one in judged if shared else ():
        for profile, ids in shared.items():
            both = [id_ for id_ in one.elements if id_ in ids]
            if not one.same and len(both) > 1:
                findings.add(table.fault(row, "elements", "; ".join(one.elements), rule="profile-of-two",
                                         allowed=f"must not hold {' and '.join(both)}, which have the one profile "
                                                 f"{profile}"))
