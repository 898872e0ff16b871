"""Y-STR haplotypes, of samples and of a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from homeward.formats.casefile.cells import ColumnReader, Refusal
from homeward.formats.casefile.findings import Findings
from homeward.formats.casefile.genotypes import NO_ALLELE
from homeward.formats.casefile.loci import Loci, is_y_marker
from homeward.formats.casefile.recovered import Owner
from homeward.formats.casefile.schemas import Value
from homeward.formats.casefile.table import Table
from homeward.formats.marker_names import is_amelogenin, meet
from homeward.kinship.lineage.repeats import marker_key
from homeward.model import FaultyInput, Sex
from homeward.model.lineage import MULTI_COPY, NULL_ALLELE, YProfile, merge_y_profiles

__all__ = ["YReader", "without_copy"]

_Row = tuple[int, str, str | None, tuple[str, ...] | None]  # row, sample or haplotype, marker as written, alleles


@dataclass(slots=True)
class _Typed:
    """What is known at one marker: its alleles (none: not typed), its first row, and the row of each of its names."""

    table: Table
    row: int
    alleles: tuple[str, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)


_Haplotypes = dict[str, dict[str, _Typed]]


class YReader:
    """Reads every table that holds Y-STRs, with one spelling for each marker over all of them: the first one met."""

    def __init__(self, tables: Mapping[str, Table], loci: Loci, findings: Findings) -> None:
        self.tables, self.loci, self.findings = tables, loci, findings
        self.spelled: dict[str, str] = {}

    def profiles(self, owners: Mapping[str, Owner]) -> tuple[YProfile, ...]:
        """The haplotypes of samples: those of ystr, and then those that profiles holds in its rows of Y markers.

        ``owners`` with the sex that is recorded or that amelogenin shows.
        """
        table, profiles = self.tables["ystr"], self.tables["profiles"]
        found = self._collect(table, (row for row in _cells(table, "sample") if row[1] in owners), "duplicate-key")
        rows = [row for row in self._kit_rows() if row[1] in owners]
        if rows:
            count = "1 row of a Y marker was" if len(rows) == 1 else f"{len(rows)} rows of Y markers were"
            self.findings.note(profiles.file, 0, f"{count} read as Y haplotypes")
        self._join(found, self._collect(profiles, rows, "genotype-twice"))
        self._check_sexes(found, owners)
        self._check_agreement(found, owners)
        return tuple(_profile(sample, markers) for sample, markers in found.items())

    def database(self) -> tuple[tuple[YProfile, ...], tuple[int, ...]]:
        """The haplotypes of the database without names, and how many men have each."""
        table = self.tables["ystr_database"]
        found = self._collect(table, _cells(table, "haplotype"), "duplicate-key")
        counts: dict[str, tuple[int, int]] = {}
        for row, (haplotype, count) in table.rows("haplotype", "count"):
            before, line = counts.setdefault(haplotype, (count, row)) if count is not None else (None, row)
            if before != count:
                self.findings.add(table.fault(row, "count", count, rule="count-disagree",
                                              allowed=f"of haplotype {haplotype} must be {before}, as in line "
                                                      f"{table.lines[line]}"))
        return (tuple(_profile("", markers) for markers in found.values()),
                tuple(counts.get(haplotype, (1, 0))[0] for haplotype in found))

    def _collect(self, table: Table, rows: Iterable[_Row], rule: str) -> _Haplotypes:
        """The rows by sample (or haplotype) and marker; ``rule`` is broken by a marker that is there twice."""
        found: _Haplotypes = {}
        meant = self._names(table)
        for row, sample, written, alleles in rows:
            markers = found.setdefault(sample, {})
            if written is None:
                if alleles is not None and table.whole:
                    self.findings.add(table.fault(row, "marker", None, allowed="must be filled", rule="required"))
                continue
            marker = meant.get(written)
            if marker is None:
                continue
            typed = markers.setdefault(marker, _Typed(table, row))
            # DYS385a and DYS385b are two rows of one marker; DYS385 beside either would be a third copy.
            name = marker_key(written)
            whole = marker_key(marker)
            before = typed.rows.setdefault(name, row)
            other = next(iter(typed.rows.values())) if name == whole else typed.rows.get(whole, row)
            if before != row or other != row:
                line = table.lines[min(before, other)]
                self.findings.add(table.fault(row, "marker", written, rule=rule,
                                              allowed=f"must be given once for {sample}, and is in line {line}"))
            elif alleles is not None:
                self._add(typed, row, marker, alleles)
        return found

    def _add(self, typed: _Typed, row: int, marker: str, alleles: tuple[str, ...]) -> None:
        if len(alleles) == 1 and not typed.alleles:
            typed.alleles = alleles
            return
        try:  # the copies of a marker may not go together, though each does alone
            typed.alleles = YProfile("", {marker: (*typed.alleles, *alleles)}).haplotype[marker]
        except FaultyInput as error:
            fault = error.faults[0]
            column = "alleles" if "alleles" in typed.table.schema.names else "allele1"
            self.findings.add(typed.table.fault(row, column, fault.value, allowed=fault.allowed, rule=fault.rule))

    def _names(self, table: Table) -> dict[str, str]:
        """What each distinct name of the column ``marker`` means, with faults for those of other chromosomes."""
        meant: dict[str, str] = {}
        others = set()
        for written, row in table.known("marker").items():
            if is_y_marker(written):
                marker = without_copy(written)
                meant[written] = self.spelled.setdefault(marker_key(marker), marker)
            elif table.schema.table == "profiles":
                continue
            elif is_amelogenin(written) or meet(written, self.loci.by_name.keys()) is not None:
                others.add(written)
            else:
                meant[written] = self.spelled.setdefault(marker_key(written), written)
                self.findings.note(table.file, table.lines[row], f"{written!r} is not known as a marker of the Y, and "
                                                                 "read as one")
            if meant.get(written, written) != written:
                self.findings.note(table.file, table.lines[row], f"marker {written!r} read as {meant[written]!r}")
        for row, written in enumerate(table.column("marker") if others else ()):
            if written in others:
                self.findings.add(table.fault(row, "marker", written, allowed="must be a marker of the Y",
                                              rule="y-marker"))
        return meant

    def _kit_rows(self) -> Iterator[_Row]:
        """The rows of Y markers among the profiles, as kits report them beside the others."""
        table = self.tables["profiles"]
        names = {name for name in table.known("marker") if is_y_marker(name)}
        reader = ColumnReader(Value("alleles", "alleles", ""))
        for row, (sample, written, *cells) in table.rows("sample", "marker", "allele1", "allele2") if names else ():
            if written not in names:
                continue
            if cells[1] == NO_ALLELE:
                cells[1] = None
            read = {column: reader[cell] for column, cell in zip(("allele1", "allele2"), cells, strict=True) if cell}
            for column, value in read.items():
                if isinstance(value, Refusal):
                    self.findings.add(table.fault(row, column, cells[column == "allele2"], allowed=value.allowed,
                                                  rule=value.rule))
            if not any(isinstance(value, Refusal) for value in read.values()):
                yield row, sample, written, _both(written, list(read.values()))

    def _join(self, found: _Haplotypes, others: _Haplotypes) -> None:
        """Take in what the profiles show; one sample's two reports of a marker must agree."""
        for sample, markers in others.items():
            for marker, typed in markers.items():
                before = found.setdefault(sample, {}).setdefault(marker, typed)
                if not before.alleles:
                    found[sample][marker] = typed
                elif typed.alleles and typed.alleles != before.alleles:
                    self._disagree(typed, marker, f"with {_shown(before)} of sample {sample} in "
                                                  f"{before.table.file}:{before.table.lines[before.row]}")

    def _check_sexes(self, found: _Haplotypes, owners: Mapping[str, Owner]) -> None:
        for sample, markers in found.items():
            laboratory = owners[sample].laboratory
            # Where alleles may drop in, or be reported in error, a woman's sample may show one.
            if owners[sample].sex is not Sex.FEMALE or laboratory.dropin or laboratory.error:
                continue
            for marker, typed in markers.items():
                if typed.alleles not in ((), (NULL_ALLELE,)):
                    self.findings.add(typed.table.fault(
                        typed.row, "marker", f"{marker} {_shown(typed)}", rule="y-female",
                        allowed=f"is of a Y, and {owners[sample].record} is female"))

    def _check_agreement(self, found: _Haplotypes, owners: Mapping[str, Owner]) -> None:
        first: dict[tuple[bool, str, str], tuple[str, _Typed]] = {}
        for sample, markers in found.items():
            owner = owners[sample]
            for marker, typed in markers.items():
                if not typed.alleles:
                    continue
                by, before = first.setdefault((owner.is_remains, owner.record, marker), (sample, typed))
                pair = (YProfile("", {marker: before.alleles}), YProfile("", {marker: typed.alleles}))
                try:
                    merge_y_profiles(owner.record, pair)
                except FaultyInput:
                    self._disagree(typed, marker, f"with {_shown(before)} of sample {by} of {owner.record}")

    def _disagree(self, typed: _Typed, marker: str, other: str) -> None:
        self.findings.add(typed.table.fault(typed.row, "marker", f"{marker} {_shown(typed)}", rule="y-disagree",
                                            allowed=f"must agree {other}"))


def _cells(table: Table, name: str) -> Iterator[_Row]:
    for row, (of, marker, alleles) in table.rows(name, "marker", "alleles"):
        yield row, of, marker, alleles


def without_copy(written: str) -> str:
    """The marker of DYS385a, dys385-b or DYS385 a/b, which is DYS385; other names stay as they are written."""
    for name in (written, marker_key(written)):
        marker = next(iter(YProfile.parse("", {name: NULL_ALLELE}).haplotype))
        if marker != name:
            return marker
    return written


def _both(written: str, read: list[tuple[str, ...]]) -> tuple[str, ...] | None:
    """The alleles of two cells; many laboratories write the one allele of a marker with one copy twice."""
    alleles = tuple(allele for cell in read for allele in cell)
    several = marker_key(written).startswith(MULTI_COPY) and set(alleles) != {NULL_ALLELE}
    return (alleles if several else tuple(dict.fromkeys(alleles))) or None


def _shown(typed: _Typed) -> str:
    return "-".join(typed.alleles)


def _profile(name: str, markers: Mapping[str, _Typed]) -> YProfile:
    return YProfile(name, {marker: typed.alleles for marker, typed in markers.items() if typed.alleles})
