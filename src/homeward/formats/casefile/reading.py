"""Reading a case folder: all of it or nothing, with every fault at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from homeward.formats.casefile.findings import Findings, Refused, shown
from homeward.formats.casefile.folder import read_tables
from homeward.formats.casefile.genotypes import Typing, read_profiles
from homeward.formats.casefile.lineages import Lineages, read_lineages
from homeward.formats.casefile.loci import Loci, build_markers, read_loci
from homeward.formats.casefile.manifest import Directions, Manifest, read_manifest
from homeward.formats.casefile.people import build_incidents, build_roster, read_families
from homeward.formats.casefile.records import check_keys, check_pairs, check_references
from homeward.formats.casefile.recovered import (
    build_elements,
    build_references,
    build_remains,
    build_samples,
    build_transfers,
    check_samples,
    owners,
)
from homeward.formats.casefile.schemas import TABLES
from homeward.formats.casefile.source import MANIFEST, open_source
from homeward.formats.casefile.stated import check_prior, read_linked, read_rates
from homeward.formats.casefile.table import Table
from homeward.model import Case, Family, Fault, FaultyInput, FrequencyTable, InvalidValue, Linkage

__all__ = ["assembled", "check_case", "in_order", "read_case"]

_Path = str | os.PathLike[str]


def read_case(path: _Path) -> Case:
    """Read a case folder, or the same folder as a zip file.

    Args: ``path``, of the folder, of its case.toml, or of the zip file.

    Returns the case. ``Case.notes`` says what was guessed in reading it: marker names met with tolerance, parents
    added, decimal commas, sexes inferred.

    Raises FaultyInput with all faults of the folder, whatever the bytes; then nothing is read.
    """
    case, findings = _load(Path(path))
    if case is None:
        raise FaultyInput(in_order(findings.faults))
    return case


def check_case(path: _Path) -> tuple[Fault, ...]:
    """All faults of a case folder or zip file, by file and line; empty where read_case would read it.

    Args: ``path``, as for read_case. ``Fault.rule`` is the name of the rule broken; ``spec/invalid`` has a case for
    each. Never raises, whatever the bytes.

    >>> print(*check_case("a folder that is not there"))
    a folder that is not there: must be a folder or a zip file [unreadable]
    """
    return in_order(_load(Path(path))[1].faults)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of a case, before it is known whether there are faults."""

    tables: Mapping[str, Table]
    families: tuple[Family, ...]
    loci: Loci
    typing: Typing
    lineages: Lineages
    linked: tuple[Linkage, ...]
    y_rates: Mapping[str, float]


def _load(path: Path) -> tuple[Case | None, Findings]:
    findings = Findings()
    try:
        with open_source(path) as source:
            manifest, directions = read_manifest(source, findings)
            tables = read_tables(source, directions.files, findings)
    except Refused as refused:
        findings.add(refused.fault)
        return None, findings
    return assembled(tables, manifest, directions, findings), findings


def assembled(tables: Mapping[str, Table], manifest: Manifest | None, directions: Directions,
              findings: Findings) -> Case | None:
    """The case of tables that were read; None where there are faults, which go to ``findings``."""
    read = _check(tables, directions, findings)
    if findings.faults or manifest is None:
        return None
    try:
        return _build(manifest, read, findings, unseen=directions.unseen_allele)
    except InvalidValue as error:  # the model's own checks have the last word
        findings.add(Fault(MANIFEST, 0, error.field, shown(error.value), f"{error.allowed} ({error.record})",
                           "refused"))
        return None


def _check(tables: Mapping[str, Table], directions: Directions, findings: Findings) -> _Read:
    """Find all faults between rows and tables; none of them ends the search."""
    check_keys(tables, findings)
    check_pairs(tables, findings)
    check_references(tables, findings)
    check_samples(tables, findings)
    check_prior(directions, tables, findings)
    families = read_families(tables["families"], tables["roster"], findings)
    loci = read_loci(tables, findings)
    samples = owners(tables, families)
    typing = read_profiles(tables["profiles"], loci, samples, findings, unseen=directions.unseen_allele)
    sexed = {s: replace(o, sex=typing.sexes.get(o.record, o.sex)) if o.is_remains else o for s, o in samples.items()}
    lineages = read_lineages(tables, loci, sexed, findings, databases=directions.databases)
    return _Read(tables, families, loci, typing, lineages, read_linked(directions, loci, findings),
                 read_rates(directions, loci, findings))


def _build(manifest: Manifest, read: _Read, findings: Findings, *, unseen: float | None) -> Case:
    tables = read.tables
    markers = build_markers(read.loci, read.typing.unseen, unseen or 0.0)
    roster = build_roster(tables["roster"], findings)
    return Case(
        name=manifest.name, title=manifest.title, synthetic=manifest.synthetic,
        frequencies=FrequencyTable(manifest.population, markers, manifest.source, manifest.theta, read.linked),
        prior=manifest.prior, rule=manifest.rule, incidents=build_incidents(tables["incidents"]), roster=roster,
        families=read.families, remains=build_remains(tables["remains"], read.typing.sexes),
        elements=build_elements(tables["elements"]), transfers=build_transfers(tables["transfers"]),
        reference_samples=build_references(tables["references"]), remains_samples=build_samples(tables["samples"]),
        profiles=read.typing.profiles, mito_profiles=read.lineages.mito_profiles, y_profiles=read.lineages.y_profiles,
        mito_database=read.lineages.mito_database, y_database=read.lineages.y_database,
        mito_parameters=manifest.mito_parameters, y_parameters=replace(manifest.y_parameters, rates=read.y_rates),
        notes=tuple(findings.notes))


def in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    """Faults by file, in the order of reading, and by line; files that are no table come first."""
    def place(fault: Fault) -> tuple[int, str, int]:
        stem = fault.file.rpartition(".")[0]
        return (TABLES.index(stem) + 1 if stem in TABLES else 0, fault.file, fault.line)

    return tuple(sorted(faults, key=place))
