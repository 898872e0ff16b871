"""Reading the tables of bodies of a case folder: all of it or nothing, with every fault at its file, line, column."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homeward.formats.casefile.findings import Findings, Refused
from homeward.formats.casefile.records import check_keys
from homeward.formats.casefile.source import Source, open_source
from homeward.formats.casefile.table import Table, read_table
from homeward.formats.physical.checks import check_findings, check_owners, check_rates, check_references, check_teeth
from homeward.formats.physical.films import check_effects, check_films
from homeward.formats.physical.schemas import PHYSICAL, physical_schema
from homeward.model import Case, Fault, FaultyInput
from homeward.model.physical import (
    BoneOutline,
    Examination,
    FilmDistance,
    FilmOutline,
    FoundEffect,
    LineRate,
    Physical,
    PhysicalRecord,
    RecoveryPlace,
    Stage,
    StatureCorrelation,
    StatureMoment,
    Tooth,
)

__all__ = ["RECORDS", "check_physical", "read_physical"]

_SUFFIXES = (".csv", ".xlsx")
# The columns of each table are the fields of its record, in one order.
RECORDS: Mapping[str, type[Any]] = {
    "antemortem": PhysicalRecord, "dental_am": Tooth, "dental_pm": Tooth, "examinations": Examination,
    "age_traits": Stage, "stature_reference": StatureMoment, "stature_correlations": StatureCorrelation,
    "effects": FoundEffect, "recovery_places": RecoveryPlace, "film_outlines": FilmOutline,
    "bone_outlines": BoneOutline, "film_distances": FilmDistance, "line_rates": LineRate}


def read_physical(path: str | os.PathLike[str], case: Case) -> Physical:
    """Read the tables of bodies that lie in a case folder, or in the same folder zipped.

    Args: ``path``, as for ``read_case``; ``case``, the case of that folder, whose roster and remains they are about.

    Returns what they hold; it is empty where there is none. Raises FaultyInput with all faults, whatever the bytes.
    """
    read, findings = _load(Path(path), case)
    if findings.faults:
        raise FaultyInput(_in_order(findings.faults))
    return read


def check_physical(path: str | os.PathLike[str], case: Case) -> tuple[Fault, ...]:
    """All faults of the tables of bodies of a case, by file and line; never raises. Args: as for ``read_physical``."""
    return _in_order(_load(Path(path), case)[1].faults)


def _load(path: Path, case: Case) -> tuple[Physical, Findings]:
    findings = Findings()
    if path.suffix.lower() != ".zip" and not path.is_dir() and path.name != "case.toml":
        return Physical(), findings  # the formats that are one file hold none of these
    try:
        with open_source(path) as source:
            tables = {name: _table(source, name, findings) for name in PHYSICAL}
    except Refused as refused:
        findings.add(refused.fault)
        return Physical(), findings
    check_keys({name: table for name, table in tables.items() if table.schema.key}, findings)
    check_owners(tables, case, findings)
    check_teeth(tables, findings)
    check_references(tables, findings)
    check_findings(tables, findings)
    check_effects(tables["effects"], findings)
    check_films(tables, findings)
    check_rates(tables["line_rates"], findings)
    if findings.faults:
        return Physical(), findings
    return Physical(**{name: tuple(RECORDS[name](*cells) for _, cells in table.rows(*table.schema.names))
                       for name, table in tables.items()}), findings


def _table(source: Source, name: str, findings: Findings) -> Table:
    files = [f"{name}{suffix}" for suffix in _SUFFIXES if f"{name}{suffix}" in source.names]
    table = Table(physical_schema(name), files[0] if files else f"{name}.csv")
    if len(files) > 1:
        findings.add(Fault(files[1], 0, "", "", f"is the table {name}, which is {files[0]} as well", "table-twice"))
    if not files:
        return table
    try:
        return read_table(table.schema, table.file, source.read(table.file), findings)
    except Refused as refused:
        findings.add(refused.fault)
        table.whole = False
        return table


def _in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    def place(fault: Fault) -> tuple[int, str, int]:
        stem = fault.file.rpartition(".")[0]
        return (PHYSICAL.index(stem) + 1 if stem in PHYSICAL else 0, fault.file, fault.line)

    return tuple(sorted(faults, key=place))
