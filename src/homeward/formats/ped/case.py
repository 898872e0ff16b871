"""From a PED file to a case: families, those of them who are missing, and the profiles of the others."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from itertools import pairwise
from pathlib import Path

from homeward.formats.casefile.findings import shown
from homeward.formats.marker_names import canonical_allele, meet
from homeward.formats.ped.people import PedPeople, ped_people
from homeward.formats.ped.reading import read_ped
from homeward.formats.ped.values import PedFile, PedMarker
from homeward.model import (
    Case,
    Fault,
    FaultyInput,
    FrequencyTable,
    InvalidValue,
    Marker,
    MissingPerson,
    Profile,
    ReferenceSample,
    Rule,
)

__all__ = ["ped_case", "read_ped_case"]

_LINKED_CM = 50.0
_ROUNDED = 0.05  # published frequencies are rounded: what is left over is shared out, and noted


def read_ped_case(
    path: str | Path, *, frequencies: FrequencyTable | None = None,
    missing: Collection[str] | Mapping[str, str] | None = None,
) -> Case:
    """The case of a PED file, named after it; as ``ped_case(read_ped(path))``."""
    return ped_case(read_ped(path), name=Path(path).stem, frequencies=frequencies, missing=missing)


def ped_case(
    file: PedFile, *, name: str = "ped", frequencies: FrequencyTable | None = None,
    missing: Collection[str] | Mapping[str, str] | None = None,
) -> Case:
    """The case that a PED file describes: families with reference samples, a roster, and no remains.

    Args: ``file``; ``name`` of the case; ``frequencies``, those of its .freq or LINKAGE .dat where None; ``missing``,
    as in ``ped_people``.

    Returns the case, marked synthetic where a comment of the file says so; its rule asks for one line of evidence,
    since there is DNA alone, and its markers do not mutate unless ``frequencies`` say so. Raises FaultyInput with all
    faults: a typed marker without frequencies, an allele that has none, and those of ``ped_people``.
    """
    people = ped_people(file, missing=missing)
    notes = list(people.notes)
    faults: list[Fault] = []
    table = _table(file, people, faults, notes) if frequencies is None else frequencies
    profiles = _met(people, table, faults, notes)
    if faults:
        raise FaultyInput(faults)
    places = {(f.id, m.id): m for f in people.families for m in f.members}
    kinds = {place: "relative" if m.person is None else "personal item" for place, m in places.items()}
    samples = [ReferenceSample(p.sample, *place, kinds[place]) for place, p in profiles.items()]
    try:
        return Case(
            name=name, title="from a PED file", rule=Rule(minimum_lines=1), frequencies=table,
            synthetic=any("synthetic" in c.text.casefold() for c in file.form.comments),
            roster=tuple(MissingPerson(id=str(m.person), sex=m.sex) for f in people.families for m in f.missing),
            families=people.families, reference_samples=tuple(samples), profiles=tuple(profiles.values()),
            notes=tuple(notes))
    except InvalidValue as error:
        raise FaultyInput([Fault(name, 0, error.field, shown(error.value), f"({error.record}) {error.allowed}",
                                 "invalid-value")]) from error


def _table(file: PedFile, people: PedPeople, faults: list[Fault], notes: list[str]) -> FrequencyTable:
    typed = {marker for profile in people.profiles.values() for marker in profile.genotypes}
    without = [m.name for m in file.markers if m.name in typed and not m.frequencies]
    if without:
        more = f" and {len(without) - 3} more" if len(without) > 3 else ""
        faults.append(Fault("frequencies", 0, "marker", shown(", ".join(without[:3]) + more),
                            "must have allele frequencies: in a .freq or a LINKAGE .dat beside the file, or given as "
                            "frequencies=", "no-frequencies"))
    markers = []
    for m in file.markers:
        if m.frequencies and m.name in typed:
            marker = _marker(m, faults, notes)
            if marker is not None:
                markers.append(marker)
    notes += _close(file, {m.name for m in markers})
    if markers:
        notes.append("the markers are taken not to mutate: a PED file and those beside it say nothing of it")
    return FrequencyTable("as in the file", tuple(markers), source="the files beside the PED file")


def _close(file: PedFile, typed: Collection[str]) -> list[str]:
    """Markers of a map in centimorgans (Merlin's, without base pairs) that are handed on together."""
    placed = sorted((m.chromosome or "", m.map_position, m.name) for m in file.markers
                    if m.name in typed and m.map_position is not None and m.base_pair is None)
    return [f"{a} and {b} lie {y - x:g} centimorgans apart, and are taken as independent"
            for (chromosome, x, a), (other, y, b) in pairwise(placed) if chromosome == other and y - x < _LINKED_CM]


def _marker(given: PedMarker, faults: list[Fault], notes: list[str]) -> Marker | None:
    shares: dict[str, float] = {}
    for written, p in given.frequencies:
        if p > 0.0:
            allele = canonical_allele(written)[0]
            shares[allele] = shares.get(allele, 0.0) + p
    total = math.fsum(shares.values())
    if not abs(total - 1.0) <= _ROUNDED:
        faults.append(Fault("frequencies", 0, given.name, f"sum {total:.6g}", f"must sum to 1 within {_ROUNDED}",
                            "frequency-sum"))
        return None
    if abs(total - 1.0) > 1e-6:
        notes.append(f"{given.name}: frequencies that sum to {total:.6g} are scaled to 1")
        shares = {a: p / total for a, p in shares.items()}
    try:
        return Marker(given.name, tuple(shares), tuple(shares.values()), x_linked=given.x_linked)
    except InvalidValue as error:
        faults.append(Fault("frequencies", 0, error.field, shown(error.value), f"({error.record}) {error.allowed}",
                            "invalid-value"))
        return None


def _met(
    people: PedPeople, table: FrequencyTable, faults: list[Fault], notes: list[str]
) -> dict[tuple[str, str], Profile]:
    """The profiles over the markers of the table; those that it does not have are left out, and noted."""
    known = [m.name for m in table.markers]
    written = list(dict.fromkeys(marker for p in people.profiles.values() for marker in p.genotypes))
    names: dict[str, str] = {}
    for marker in written if not faults else ():
        found = meet(marker, known)
        if found is None or found[0] in names.values():
            notes.append(f"{marker} is not among the frequencies, or is there a second time, and is not compared")
            continue
        names[marker] = found[0]
        if found[1]:
            notes.append(f"{marker} is read as {found[0]}")
    profiles = {}
    for place, p in people.profiles.items():
        genotypes = {names[m]: g for m, g in p.genotypes.items() if m in names}
        if genotypes:  # who was typed at no marker that is compared gave no sample to compare
            profiles[place] = Profile(p.sample, genotypes)
        for marker, g in genotypes.items():
            for allele in g.alleles:
                if allele not in table[marker].alleles:
                    faults.append(Fault(p.sample, 0, marker, allele, "must be among the allele frequencies", "allele"))
    return profiles
