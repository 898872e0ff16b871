"""Lineage haplotypes: those of samples, and the databases that say how common they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from homeward.formats.casefile.findings import Findings
from homeward.formats.casefile.loci import Loci
from homeward.formats.casefile.manifest import Stated
from homeward.formats.casefile.mitochondrial import read_mito_database, read_mito_profiles
from homeward.formats.casefile.recovered import Owner
from homeward.formats.casefile.source import MANIFEST
from homeward.formats.casefile.table import Table
from homeward.formats.casefile.y_chromosome import YReader
from homeward.model import Fault
from homeward.model.lineage import HaplotypeDatabase, MitoProfile, YProfile

__all__ = ["Lineages", "read_lineages"]


@dataclass(frozen=True, slots=True)
class Lineages:
    """The haplotypes of samples and the databases, None where there is none."""

    mito_profiles: tuple[MitoProfile, ...]
    y_profiles: tuple[YProfile, ...]
    mito_database: HaplotypeDatabase[MitoProfile] | None
    y_database: HaplotypeDatabase[YProfile] | None


def read_lineages(tables: Mapping[str, Table], loci: Loci, owners: Mapping[str, Owner], findings: Findings, *,
                  databases: Mapping[str, Stated]) -> Lineages:
    """Read all haplotypes, and find the faults between them.

    ``owners``: whose each sample is, with the sex that is recorded or that amelogenin shows; ``databases``: what
    case.toml says of the databases mtdna and ystr.
    """
    for kind, stated in databases.items():
        _check_population(kind, stated, tables[f"{kind}_database"], findings)
    reader = YReader(tables, loci, findings)
    return Lineages(
        read_mito_profiles(tables["mtdna"], owners, findings), reader.profiles(owners),
        _database(databases.get("mtdna"), read_mito_database(tables["mtdna_database"], findings)),
        _database(databases.get("ystr"), reader.database()))


def _check_population(kind: str, stated: Stated, table: Table, findings: Findings) -> None:
    if table.lines and not stated.population:
        findings.add(Fault(MANIFEST, 0, f"{kind}.population", "", f"must be given beside {table.file}",
                           "haplotype-population"))
    elif table.whole and not table.lines and (stated.population or stated.source):
        key, value = ("population", stated.population) if stated.population else ("source", stated.source)
        findings.add(Fault(MANIFEST, stated.line, f"{kind}.{key}", value, f"must have haplotypes in {table.file}",
                           "haplotype-population"))


_H = TypeVar("_H", MitoProfile, YProfile)


def _database(stated: Stated | None, read: tuple[tuple[_H, ...], tuple[int, ...]]) -> HaplotypeDatabase[_H] | None:
    haplotypes, counts = read
    if stated is None or not stated.population or not haplotypes:  # a fault, or no database
        return None
    return HaplotypeDatabase(stated.population, haplotypes, counts, stated.source)
