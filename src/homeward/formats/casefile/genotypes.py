"""Profiles: what the laboratory reported, row by row, made into genotypes of samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from homeward.formats.casefile.findings import Findings
from homeward.formats.casefile.loci import AMELOGENIN, Y_STR, Loci, Locus, marker_names
from homeward.formats.casefile.recovered import Owner
from homeward.formats.casefile.table import Table
from homeward.model import Genotype, InvalidValue, Laboratory, Profile, Sex, merge_profiles

__all__ = ["NO_ALLELE", "Typing", "read_profiles"]

NO_ALLELE = "none"


@dataclass(slots=True)
class Typing:
    """The profiles; the sex of remains that amelogenin shows; the alleles, by marker, that have no frequency yet."""

    profiles: tuple[Profile, ...] = ()
    sexes: dict[str, Sex] = field(default_factory=dict)
    unseen: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Problem:
    """Why a genotype is refused."""

    column: str
    value: str | None
    allowed: str
    rule: str


_Read = Genotype | _Problem | None


def read_profiles(table: Table, loci: Loci, owners: Mapping[str, Owner], findings: Findings, *,
                  unseen: float | None) -> Typing:
    """Read the profiles of all samples; ``unseen`` is the frequency that the case gives to an allele without one."""
    meant = marker_names(table, loci, findings)
    sexes = _sexes_shown(table, meant, owners, findings)
    reader = _Reader(table, loci, unseen is not None, findings)
    profiles = reader.read(meant, {s: sexes.get(o.record, o.sex) if o.is_remains else o.sex
                                   for s, o in owners.items()})
    _check_agreement(table, profiles, meant, owners, findings)
    added = reader.added(unseen or 0.0)
    return Typing(tuple(Profile(s, {m: g for m, g in row.items() if isinstance(g, Genotype)})
                        for s, row in profiles.items()), sexes, added)


class _Reader:
    """Reads rows into genotypes; equal cells at one marker are looked at once."""

    def __init__(self, table: Table, loci: Loci, takes_unseen: bool, findings: Findings) -> None:
        self.table, self.loci, self.takes_unseen, self.findings = table, loci, takes_unseen, findings
        self.new: dict[str, dict[str, int]] = {}

    def read(self, meant: Mapping[str, str | None], sexes: Mapping[str, Sex]) -> dict[str, dict[str, _Read]]:
        """Genotypes by sample and marker, in the order of the rows."""
        seen: dict[tuple[str, Any, Any, Sex | None], _Read] = {}
        profiles: dict[str, dict[str, _Read]] = {}
        x_linked = {name for name, locus in self.loci.by_name.items() if locus.x_linked}
        for row, (sample, written, first, second) in self.table.rows("sample", "marker", "allele1", "allele2"):
            marker = meant.get(written)
            if sample not in sexes or marker == Y_STR:
                continue
            profile = profiles.setdefault(sample, {})
            if marker is None:
                self._check_blank(row, written, first, second)
                continue
            if marker in profile:
                self.findings.add(self.table.fault(row, "marker", written, rule="genotype-twice",
                                                   allowed=f"must be given once for sample {sample}"))
                continue
            # A man's X differs from a woman's; elsewhere the same cells are the same genotype for everyone.
            key = (marker, first, second, sexes[sample] if marker in x_linked else None)
            if key not in seen:
                seen[key] = self._genotype(row, *key)
            genotype = profile[marker] = seen[key]
            if isinstance(genotype, _Problem):
                self.findings.add(self.table.fault(row, genotype.column, genotype.value, rule=genotype.rule,
                                                   allowed=genotype.allowed))
        return profiles

    def _check_blank(self, row: int, marker: str | None, first: object, second: object) -> None:
        if marker is None and not (first is None and second is None):
            self.findings.add(self.table.fault(row, "marker", None, allowed="must be filled", rule="required"))

    def _genotype(self, row: int, marker: str, first: str | None, second: str | None, sex: Sex | None) -> _Read:
        """The genotype, None where it was not typed; ``sex`` only at markers of the X."""
        if (first is None and second is None) or marker == AMELOGENIN:
            return None
        locus = self.loci.by_name[marker]
        # The word gives way to a marker that has an allele of that name.
        single = second == NO_ALLELE and NO_ALLELE not in locus.rows
        if single and (first is None or sex in (None, Sex.FEMALE)):
            return _Problem("allele2", NO_ALLELE, "stands only at a marker of the X, beside the one allele of someone "
                            "who is not female", "one-allele")
        known = [allele for allele in (first, None if single else second) if allele is not None]
        for allele in known:
            problem = self._problem(row, locus, allele, "allele1" if allele == first else "allele2")
            if problem is not None:
                return problem
        if sex is Sex.MALE and len(set(known)) == 2:
            return _Problem("allele2", second, "must be blank: a man has one allele on his X", "x-male")
        if single or sex is Sex.MALE:  # some laboratories write a man's one allele twice
            return Genotype(known[0], None, hemizygous=True)
        return Genotype(known[0], known[1] if len(known) == 2 else None)

    def _problem(self, row: int, locus: Locus, allele: str, column: str) -> _Problem | None:
        if allele == locus.silent:
            return _Problem(column, allele, f"is the silent allele of {locus.name}, which no laboratory sees",
                            "silent-seen")
        # A marker without any frequency has been reported as such: its alleles are no faults of their own.
        if allele in locus.rows or not self.loci.whole or not locus.rows:
            return None
        if self.takes_unseen and locus.fits(allele):
            self.new.setdefault(locus.name, {}).setdefault(allele, row)
            return None
        return _Problem(column, allele, f"must be an allele of {locus.name} in the table of frequencies",
                        "unknown-allele")

    def added(self, frequency: float) -> dict[str, tuple[str, ...]]:
        """The alleles that get a frequency though the table has none, each noted."""
        for marker, alleles in self.new.items():
            if frequency * len(alleles) >= 1.0:
                row = next(iter(alleles.values()))
                self.findings.add(self.table.fault(
                    row, "marker", marker, rule="unseen-allele",
                    allowed=f"has {len(alleles)} alleles without a frequency, more than {frequency:g} for each allows"))
            for allele, row in alleles.items():
                self.findings.note(self.table.file, self.table.lines[row],
                                   f"allele {allele!r} of {marker} is not in the table of frequencies: added with "
                                   f"frequency {frequency:g}, the others rescaled")
        return {marker: tuple(alleles) for marker, alleles in self.new.items()}


def _sexes_shown(table: Table, meant: Mapping[str, str | None], owners: Mapping[str, Owner],
                 findings: Findings) -> dict[str, Sex]:
    """The sex of remains that amelogenin shows; faults where it contradicts what is recorded."""
    shown: dict[str, tuple[Sex, str]] = {}
    for row, sample, sex in _amelogenin(table, meant, findings):
        owner = owners.get(sample)
        if owner is None or not _shows(owner.laboratory, sex):
            continue
        # A relative's sex is taken from his family and never from amelogenin, which may only contradict it.
        before, by = shown.get(owner.record, (sex, sample)) if owner.is_remains else (sex, sample)
        if owner.sex not in (Sex.UNKNOWN, sex):
            findings.add(table.fault(row, "marker", sex.value, rule="amelogenin-sex",
                                     allowed=f"is what amelogenin shows, and {owner.record} is recorded as "
                                             f"{owner.sex.value}"))
        elif before is not sex:
            findings.add(table.fault(row, "marker", sex.value, rule="samples-disagree",
                                     allowed=f"must agree with sample {by} of {owner.record}, which shows "
                                             f"{before.value}"))
        elif owner.is_remains and owner.sex is Sex.UNKNOWN and owner.record not in shown:
            shown[owner.record] = (sex, sample)
            findings.note(table.file, table.lines[row], f"sex of {owner.record} taken from amelogenin: {sex.value}")
    return {record: sex for record, (sex, _) in shown.items()}


def _shows(laboratory: Laboratory, sex: Sex) -> bool:
    """Whether a reading at these rates shows the sex: a man's Y may drop out, and anyone's Y may drop in."""
    return laboratory.is_certain or (sex is Sex.MALE and not laboratory.dropin and not laboratory.error)


def _amelogenin(table: Table, meant: Mapping[str, str | None], findings: Findings) -> Iterator[tuple[int, str, Sex]]:
    """The rows of amelogenin that show a sex: Y a man, X and X a woman; X alone shows neither."""
    names = {name for name, marker in meant.items() if marker == AMELOGENIN}
    if not names:
        return
    for row, (sample, name, first, second) in table.rows("sample", "marker", "allele1", "allele2"):
        if name not in names:
            continue
        alleles = {"allele1": (first or "").upper(), "allele2": (second or "").upper()}
        wrong = [column for column, allele in alleles.items() if allele not in ("", "X", "Y")]
        if wrong:
            findings.add(table.fault(row, wrong[0], alleles[wrong[0]], allowed="must be X or Y",
                                     rule="amelogenin-allele"))
        elif "Y" in alleles.values():
            yield row, sample, Sex.MALE
        elif list(alleles.values()) == ["X", "X"]:
            yield row, sample, Sex.FEMALE


def _check_agreement(table: Table, profiles: Mapping[str, Mapping[str, _Read]], meant: Mapping[str, str | None],
                     owners: Mapping[str, Owner], findings: Findings) -> None:
    grouped: dict[tuple[bool, str], list[str]] = {}
    for sample in profiles:
        if not owners[sample].laboratory.is_certain:  # such samples may differ, and are weighed and not refused
            continue
        grouped.setdefault((owners[sample].is_remains, owners[sample].record), []).append(sample)
    conflicts: dict[tuple[str, str], str] = {}
    for (_, record), samples in grouped.items():
        if len(samples) > 1:
            conflicts.update(_conflicts(record, samples, profiles))
    # Lines are looked up only now: to keep the line of every genotype would cost more than all the rest.
    for row, (sample, name) in table.rows("sample", "marker") if conflicts else ():
        allowed = conflicts.pop((sample, meant.get(name) or ""), None)
        if allowed is not None:
            value = profiles[sample][meant[name] or ""]
            findings.add(table.fault(row, "marker", f"{name} {value}", allowed=allowed, rule="samples-disagree"))


def _conflicts(record: str, samples: list[str], profiles: Mapping[str, Mapping[str, _Read]]
               ) -> Iterator[tuple[tuple[str, str], str]]:
    merged: dict[str, Genotype] = {}
    by: dict[str, str] = {}
    for sample in samples:
        for marker, genotype in profiles[sample].items():
            if not isinstance(genotype, Genotype):
                continue
            try:
                pair = (Profile("", {marker: g}) for g in (merged.get(marker, genotype), genotype))
                merged[marker] = merge_profiles(record, tuple(pair)).genotypes[marker]
                by.setdefault(marker, sample)
            except InvalidValue:
                yield (sample, marker), f"must agree with {merged[marker]} of sample {by[marker]} of {record}"
