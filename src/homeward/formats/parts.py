"""Files that are part of a case: laboratories' reports and family trees, taken into a case that stands.

A report names samples. Those that the case has already receive the profile; others come with the remains or the family
that the file puts them in. Nothing that stands is changed by what a report says of a person or a pedigree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from homeward.formats.codis import cmf_case, read_cmf
from homeward.formats.gedcom import gedcom_family, read_gedcom
from homeward.formats.markup import root_name, split_name
from homeward.formats.niem import niem_case, read_niem
from homeward.formats.ped import read_ped_case
from homeward.model import Case, Fault, FaultyInput, InvalidValue, Profile
from homeward.model.lineage import MitoProfile, YProfile

__all__ = ["PART_SUFFIXES", "Part", "read_part"]

_XML = (".xml", ".cmf")
PART_SUFFIXES = (*_XML, ".ped", ".ged")


@dataclass(frozen=True, slots=True)
class Part:
    """A case with a file taken into it: which format it was, and what was guessed in reading it."""

    case: Case
    kind: str
    notes: tuple[str, ...]


def read_part(case: Case, path: Path, *, missing: Mapping[str, str] | None = None,
              unseen_allele: float | None = None) -> Part:
    """Take a file into a case.

    Args: ``case``, which stands; ``path``, of a CODIS or NIEM file, a PED file or a GEDCOM tree; ``missing``, of PED
    and GEDCOM: the roster's id of whoever is missing, by the name that the file gives him; ``unseen_allele``, the
    frequency of alleles that the case's table does not hold, None to refuse them.

    Returns the case as it would stand, its ``notes`` as they were. Raises FaultyInput with all faults: those of the
    file; a family or a person's place in one that stands already; a sample of remains reported as a relative's.
    """
    kind, new = _read(case, path, missing or {}, unseen_allele)
    samples = {s.id for s in case.reference_samples} | {s.id for s in case.remains_samples}
    fresh = _fresh(new, samples)
    faults = [*_misplaced(case, new, path.name), *_standing_already(case, fresh, path.name)]
    if faults:
        raise FaultyInput(faults)
    fields: dict[str, Any] = {name: _together(getattr(case, name), records) for name, records in fresh.items()}
    if unseen_allele is not None:
        fields["frequencies"] = new.frequencies
    try:
        return Part(replace(case, **fields), kind, new.notes)
    except InvalidValue as error:
        raise FaultyInput([Fault(path.name, 0, error.field, str(error.value), f"{error.allowed} ({error.record})",
                                 "refused")]) from error


def _read(case: Case, path: Path, missing: Mapping[str, str], unseen: float | None) -> tuple[str, Case]:
    suffix, table, name = path.suffix.lower(), case.frequencies, path.name
    if suffix == ".ped":
        return "PED", read_ped_case(path, frequencies=table, missing=missing or None)
    if suffix == ".ged":
        return "GEDCOM", _tree(case, path, missing)
    if suffix not in _XML:
        raise FaultyInput([Fault(name, 0, "", "", f"must end in {', '.join(PART_SUFFIXES)}", "unknown-format")])
    if split_name(root_name(path) or "")[1].startswith("CODIS"):
        return "CODIS CMF", cmf_case(read_cmf(path), table, name=name, unseen=unseen, synthetic=case.synthetic)
    return "NIEM", niem_case(read_niem(path), table, name=name, unseen=unseen, synthetic=case.synthetic)


def _tree(case: Case, path: Path, missing: Mapping[str, str]) -> Case:
    listed = {p.id: p for p in case.roster}
    if not missing:
        raise FaultyInput([Fault(path.name, 0, "missing", "", "must say who of the tree is missing, and who that is on "
                                 "the roster", "missing-person")])
    strangers = [Fault(path.name, 0, "missing", person, "must be on the roster", "unknown-record")
                 for person in missing.values() if person not in listed]
    if strangers:
        raise FaultyInput(strangers)
    kin = gedcom_family(read_gedcom(path), dict(missing))
    return Case(path.name, case.frequencies, roster=tuple(listed[p] for p in dict.fromkeys(missing.values())),
                families=(kin.family,), notes=kin.notes)


def _fresh(new: Case, known: set[str]) -> dict[str, tuple[Any, ...]]:
    """What a file adds: all its profiles, and of families and remains those whose samples do not stand yet."""
    typed = {s.family for s in new.reference_samples}
    unknown = {s.family for s in new.reference_samples if s.id not in known}
    families = tuple(f for f in new.families if f.id in unknown or f.id not in typed)
    gone = {m.person for f in new.families if f not in families for m in f.missing}
    cut = {s.remains for s in new.remains_samples}
    uncut = {s.remains for s in new.remains_samples if s.id not in known}
    return {
        "roster": tuple(p for p in new.roster if p.id not in gone),
        "families": families,
        "remains": tuple(r for r in new.remains if r.id in uncut or r.id not in cut),
        "reference_samples": tuple(s for s in new.reference_samples if s.id not in known),
        "remains_samples": tuple(s for s in new.remains_samples if s.id not in known),
        "profiles": new.profiles, "mito_profiles": new.mito_profiles, "y_profiles": new.y_profiles}


def _misplaced(case: Case, new: Case, file: str) -> Iterator[Fault]:
    """Samples that are of remains here and of a relative there."""
    for ours, theirs, what in ((case.remains_samples, new.reference_samples, "of remains"),
                               (case.reference_samples, new.remains_samples, "of a family")):
        for sample in sorted({s.id for s in ours} & {s.id for s in theirs}):
            yield Fault(file, 0, "sample", sample, f"is {what} in the case, and is not in the file", "sample-twice")


def _standing_already(case: Case, fresh: Mapping[str, tuple[Any, ...]], file: str) -> Iterator[Fault]:
    """Families that the case has, whose pedigree a file may not replace."""
    families, placed = {f.id for f in case.families}, case.place_of()
    for family in fresh["families"]:
        if family.id in families:
            yield Fault(file, 0, "family", family.id, "is a family of the case: enter the sample there under the id "
                        "that the file gives it, and read the file again", "duplicate-key")
        for member in family.missing:
            if member.person in placed and family.id not in families:
                yield Fault(file, 0, "person", member.person, f"has a place in family {placed[member.person][0].id} of "
                            "the case: enter the sample there under the id that the file gives it, and read the file "
                            "again", "person-twice")


def _together(standing: tuple[Any, ...], fresh: tuple[Any, ...]) -> tuple[Any, ...]:
    """What stands with what is new; a person or remains that stand say on what they said, a profile is added to."""
    records = {_key(r): r for r in standing}
    for record in fresh:
        before = records.get(_key(record))
        if before is None or isinstance(record, MitoProfile):
            records[_key(record)] = record
        elif isinstance(record, Profile):
            records[record.sample] = Profile(record.sample, {**before.genotypes, **record.genotypes})
        elif isinstance(record, YProfile):
            records[record.sample] = YProfile(record.sample, {**before.haplotype, **record.haplotype})
    return tuple(records.values())


def _key(record: Any) -> str:
    return str(record.sample if hasattr(record, "sample") else record.id)
