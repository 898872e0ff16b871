"""What was recovered and sampled: transfers, remains, elements, and the samples of remains and of families."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from homeward.formats.casefile.findings import Findings
from homeward.formats.casefile.table import Table
from homeward.model import Element, Family, Laboratory, ReferenceSample, Remains, RemainsSample, Sex, Transfer

__all__ = [
    "Owner", "build_elements", "build_references", "build_remains", "build_samples", "build_transfers",
    "check_samples", "owners",
]

_RATES = ("dropout", "dropout_homozygote", "dropin", "error")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose DNA a sample holds, some remains' or a member's: with the sex as recorded, and the sample's rates."""

    record: str
    sex: Sex
    is_remains: bool
    laboratory: Laboratory


def check_samples(tables: Mapping[str, Table], findings: Findings) -> None:
    """Find samples that are of relatives and of remains at once, of the wrong member, or of an element elsewhere."""
    _check_shared(tables["references"], tables["samples"], findings)
    _check_members(tables["references"], tables["families"], findings)
    remains_of = {element: remains for _, (element, remains) in tables["elements"].rows("element", "remains")}
    samples = tables["samples"]
    for row, (remains, element) in samples.rows("remains", "element"):
        if remains_of.get(element, remains) != remains:
            findings.add(samples.fault(row, "element", element, rule="element-elsewhere",
                                       allowed=f"must be of {remains}, and is of {remains_of[element]}"))


def _check_shared(references: Table, samples: Table, findings: Findings) -> None:
    of_relatives = references.known("sample")
    for row, (sample,) in samples.rows("sample"):
        if sample in of_relatives:
            line = references.lines[of_relatives[sample]]
            findings.add(samples.fault(row, "sample", sample, rule="sample-twice",
                                       allowed=f"must be one sample alone, and is in {references.file}:{line}"))


def _check_members(references: Table, families: Table, findings: Findings) -> None:
    if not families.whole:
        return
    known = set(zip(families.column("family"), families.column("member"), strict=True))
    known_families = {family for family, _ in known}
    listed = {(family, member) for row, (family, member, person) in families.rows("family", "member", "person")
              if person is not None}
    # Whoever is not listed because his row was refused may yet be.
    unsure = {family for row, family in enumerate(families.column("family")) if row in families.faulty}
    for row, (family, member, kind) in references.rows("family", "member", "kind"):
        if family not in known_families:  # a fault of its own, found with the other references
            continue
        if (family, member) not in known:
            findings.add(references.fault(row, "member", member, rule="unknown-record",
                                          allowed=f"must name a member of family {family} in {families.file}"))
        elif kind == "personal item" and (family, member) not in listed and family not in unsure:
            findings.add(references.fault(row, "kind", kind, rule="personal-item",
                                          allowed=f"must be of someone on the roster, and {member} is not"))


def owners(tables: Mapping[str, Table], families: Collection[Family]) -> dict[str, Owner]:
    """Whose each sample is."""
    sexes = {(f.id, m.id): m.sex for f in families for m in f.members}
    of_remains = {remains: Sex(sex or "unknown") for _, (remains, sex) in tables["remains"].rows("remains", "sex")}
    found = {}
    for _, (sample, family, member, *rates) in tables["references"].rows("sample", "family", "member", *_RATES):
        sex = sexes.get((family, member), Sex.UNKNOWN)
        found[sample] = Owner(f"{family}/{member}", sex, False, _laboratory(rates))
    for _, (sample, remains, *rates) in tables["samples"].rows("sample", "remains", *_RATES):
        # A sample that is of both belongs, until that is settled, to neither.
        if found.pop(sample, None) is None:
            found[sample] = Owner(remains, of_remains.get(remains, Sex.UNKNOWN), True, _laboratory(rates))
    return found


def _laboratory(rates: list[float | None]) -> Laboratory:
    dropout, homozygote, dropin, error = rates
    return Laboratory(dropout or 0.0, homozygote, dropin or 0.0, error or 0.0)


def build_transfers(table: Table) -> tuple[Transfer, ...]:
    """The transfers of a table without faults."""
    return tuple(
        Transfer(transfer, date, giver, receiver, place or "", count, unit, document or "")
        for _, (transfer, date, giver, receiver, place, count, unit, document) in table.rows(*table.schema.names))


def build_remains(table: Table, shown: Mapping[str, Sex]) -> tuple[Remains, ...]:
    """The remains of a table without faults; ``shown`` gives the sex that amelogenin shows."""
    found = []
    for _, (remains, sex, transfer, recovered, provenience, description) in table.rows(*table.schema.names):
        recorded = Sex(sex or "unknown")
        found.append(Remains(remains, shown.get(remains, recorded) if recorded is Sex.UNKNOWN else recorded, transfer,
                             recovered, provenience or "", description or ""))
    return tuple(found)


def build_elements(table: Table) -> tuple[Element, ...]:
    """The elements of a table without faults."""
    return tuple(Element(element, remains, bone, side or "unsided", portion or "")
                 for _, (element, remains, bone, side, portion) in table.rows(*table.schema.names))


def build_samples(table: Table) -> tuple[RemainsSample, ...]:
    """The samples of remains of a table without faults."""
    return tuple(RemainsSample(sample, remains, element, _laboratory(rates))
                 for _, (sample, remains, element, *rates) in table.rows("sample", "remains", "element", *_RATES))


def build_references(table: Table) -> tuple[ReferenceSample, ...]:
    """The reference samples of a table without faults."""
    return tuple(ReferenceSample(sample, family, member, kind or "relative", _laboratory(rates))
                 for _, (sample, family, member, kind, *rates) in table.rows("sample", "family", "member", "kind",
                                                                             *_RATES))
