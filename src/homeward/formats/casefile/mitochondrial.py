"""Mitochondrial haplotypes, of samples and of a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from homeward.formats.casefile.cells import NO_DIFFERENCE
from homeward.formats.casefile.findings import Findings
from homeward.formats.casefile.recovered import Owner
from homeward.formats.casefile.table import Table
from homeward.model import Fault, FaultyInput
from homeward.model.lineage import MitoProfile, merge_mito_profiles

__all__ = ["read_mito_database", "read_mito_profiles"]

_MOST_SHOWN = 50  # faults of one row


def read_mito_profiles(table: Table, owners: Mapping[str, Owner], findings: Findings) -> tuple[MitoProfile, ...]:
    """The haplotypes of samples, in the order of the rows; samples of one person that disagree are faults."""
    reader = _Reader(table, findings)
    found: dict[str, tuple[int, MitoProfile]] = {}
    for row, (sample, ranges, differences) in table.rows("sample", "ranges", "differences"):
        read = reader.read(row, ranges, differences)
        if read is not None and sample in owners:
            found.setdefault(sample, (row, MitoProfile(sample, read.ranges, read.differences)))
    grouped: dict[tuple[bool, str], list[tuple[int, MitoProfile]]] = {}
    for sample, haplotype in found.items():
        grouped.setdefault((owners[sample].is_remains, owners[sample].record), []).append(haplotype)
    for (_, record), haplotypes in grouped.items():
        if len(haplotypes) > 1:
            _check_agreement(table, record, haplotypes, findings)
    return tuple(haplotype for _, haplotype in found.values())


def read_mito_database(table: Table, findings: Findings) -> tuple[tuple[MitoProfile, ...], tuple[int, ...]]:
    """The haplotypes of a database without names, and how many people have each."""
    reader = _Reader(table, findings)
    haplotypes, counts = [], []
    for row, (ranges, differences, count) in table.rows("ranges", "differences", "count"):
        haplotype = reader.read(row, ranges, differences)
        if haplotype is not None:
            haplotypes.append(haplotype)
            counts.append(1 if count is None else count)
    return tuple(haplotypes), tuple(counts)


class _Reader:
    """Reads rows of one table; what is written in the same way is looked at once."""

    def __init__(self, table: Table, findings: Findings) -> None:
        self.table, self.findings = table, findings
        self.seen: dict[tuple[str, str], MitoProfile | Sequence[Fault]] = {}

    def read(self, row: int, ranges: str | None, differences: str | None) -> MitoProfile | None:
        """The haplotype of a row, without a name; None where it has faults."""
        if ranges is None or differences is None:  # the column is not there, which is a fault already
            return None
        written = ranges, differences
        if written not in self.seen:
            self.seen[written] = _parsed(*written)
        read = self.seen[written]
        if isinstance(read, MitoProfile):
            return read
        for fault in read[:_MOST_SHOWN]:
            self.findings.add(self.table.fault(row, fault.column, fault.value, allowed=fault.allowed, rule=fault.rule))
        if len(read) > _MOST_SHOWN:
            last = read[_MOST_SHOWN]
            more = f"{last.allowed} (and {len(read) - _MOST_SHOWN - 1} more faults in this row)"
            self.findings.add(self.table.fault(row, last.column, last.value, allowed=more, rule=last.rule))
        return None


def _parsed(ranges: str, differences: str) -> MitoProfile | Sequence[Fault]:
    try:
        return MitoProfile.parse("", ranges, "" if differences.casefold() == NO_DIFFERENCE.casefold() else differences)
    except FaultyInput as error:
        return error.faults


def _check_agreement(table: Table, record: str, haplotypes: list[tuple[int, MitoProfile]], findings: Findings) -> None:
    profiles = tuple(haplotype for _, haplotype in haplotypes)
    try:
        merge_mito_profiles(record, profiles)
    except FaultyInput as error:
        # The line is that of the first sample that does not go with the first of all.
        row = next((row for row, haplotype in haplotypes[1:] if not _agree(profiles[0], haplotype)), haplotypes[-1][0])
        samples = ", ".join(haplotype.sample for haplotype in profiles)
        for fault in error.faults[:_MOST_SHOWN]:
            findings.add(table.fault(row, fault.column, fault.value, rule=fault.rule,
                                     allowed=f"{fault.allowed} of {record}: {samples}"))


def _agree(one: MitoProfile, other: MitoProfile) -> bool:
    try:
        merge_mito_profiles("", (one, other))
    except FaultyInput:
        return False
    return True
