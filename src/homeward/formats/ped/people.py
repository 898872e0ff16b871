"""From a PED file to families and profiles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from homeward.formats.casefile.findings import shown
from homeward.formats.familias.values import is_missing
from homeward.formats.marker_names import canonical_allele
from homeward.formats.ped.values import ColumnKind, PedFile, PedMarker, PedPerson
from homeward.model import Family, Fault, FaultyInput, Genotype, InvalidValue, Member, Profile, Sex, Unsupported

__all__ = ["PedPeople", "ped_people"]

_NO_FAMILY = "family"  # the name of a family that the file does not name
_NO_TWIN = ("0", "x", "X", ".", "-", "NA", "")


@dataclass(frozen=True, slots=True)
class PedPeople:
    """The families of a PED file, and the profile of each (family, member) who was typed; ``notes`` are guesses."""

    families: tuple[Family, ...]
    profiles: Mapping[tuple[str, str], Profile] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def ped_people(file: PedFile, *, missing: Collection[str] | Mapping[str, str] | None = None) -> PedPeople:
    """The families and profiles of a PED file.

    A parent without a row of his own, or who is not named beside the other, is added, untyped. Of a marker on the X
    a man has one allele. Markers on the Y, of the mitochondria, of amelogenin, and those that the file says to skip
    are left out. All of this is noted.

    Args: ``file``; ``missing``: who is on the roster, as "family/person" or, where one family alone has him, as
    "person"; a mapping gives the roster's ids, else they are "family/person". None: all who are called "Missing …".

    Raises FaultyInput, with all faults, for somebody missing who is not there, for a man with two alleles of a marker
    of the X, for people who cannot be one another's parents; Unsupported for identical twins.
    """
    faults: list[Fault] = []
    notes = list(file.notes)
    _refuse_twins(file)
    listed = _listed(file, missing, faults)
    by_family: dict[str, list[PedPerson]] = {}
    for person in file.persons:
        by_family.setdefault(person.family, []).append(person)
    families = []
    for name, persons in by_family.items():
        try:
            families.append(_family(name or _NO_FAMILY, persons, listed, notes))
        except InvalidValue as error:
            faults.append(Fault(name or _NO_FAMILY, 0, error.field, shown(error.value),
                                f"({error.record}) {error.allowed}", "invalid-value"))
    profiles = _Profiles(file.markers, faults)
    found = {(p.family or _NO_FAMILY, p.id): profiles.of(p) for p in file.persons}
    found = {place: profile for place, profile in found.items() if profile.genotypes}
    if faults:
        raise FaultyInput(faults)
    return PedPeople(tuple(families), found, (*notes, *profiles.notes()))


def _place(person: PedPerson) -> str:
    return f"{person.family or _NO_FAMILY}/{person.id}"


def _listed(
    file: PedFile, missing: Collection[str] | Mapping[str, str] | None, faults: list[Fault]
) -> dict[tuple[str, str], str]:
    """The roster's ids, by family and person."""
    if missing is None:
        return {(p.family, p.id): _place(p) for p in file.persons if is_missing(p.id)}
    listed = {}
    for who in missing:
        places = [p for p in file.persons if who in (_place(p), p.id)]
        if len(places) != 1:
            faults.append(Fault("missing", 0, "person", shown(who), "must be one person of the file (family/person), "
                                f"not {len(places)}", "unknown-person"))
            continue
        p = places[0]
        listed[p.family, p.id] = missing[who] if isinstance(missing, Mapping) else _place(p)
    return listed


def _refuse_twins(file: PedFile) -> None:
    """Merlin's zygosity: twins of one mother with the same odd number, or MZ, are identical."""
    for i, column in enumerate(file.value_columns):
        seen: dict[tuple[str, str | None, str], str] = {}
        for p in file.persons if column.kind is ColumnKind.TWIN else ():
            code = p.values[i]
            identical = code.upper() == "MZ" or (code.isdecimal() and code.isascii() and code[-1] in "13579")
            if code in _NO_TWIN or not identical:
                continue
            other = seen.setdefault((p.family, p.mother, code), p.id)
            if other != p.id:
                raise Unsupported(f"family {p.family}: {other} and {p.id} are said to be identical twins "
                                  f"({column.name}={code}), which is not computed")


def _family(name: str, persons: Iterable[PedPerson], listed: Mapping[tuple[str, str], str], notes: list[str]) -> Family:
    sexes = {p.id: p.sex for p in persons}
    members, added = [], dict[str, Member]()
    for p in persons:
        parents: list[str | None] = []
        for role, sex, parent, other in (("father", Sex.MALE, p.father, p.mother),
                                         ("mother", Sex.FEMALE, p.mother, p.father)):
            if parent is None and other is not None:
                parent = _free(f"{role} of {p.id}", sexes)
                notes.append(f"{name}: {parent} added, untyped, since the file names one parent")
            elif parent is not None and parent not in sexes:
                notes.append(f"{name}: {parent}, the {role} of {p.id}, has no row, and is added, untyped")
            if parent is not None and parent not in sexes:
                sexes[parent] = sex
                added[parent] = Member(parent, None, None, sex)
            parents.append(parent)
        members.append(Member(p.id, parents[0], parents[1], p.sex, listed.get((p.family, p.id))))
    return Family(name, (*members, *added.values()))


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "'"
    return name


class _Profiles:
    """Genotypes of the markers that are compared; counts what is changed on the way."""

    def __init__(self, markers: tuple[PedMarker, ...], faults: list[Fault]) -> None:
        self._markers, self._faults = markers, faults
        self._autosomal = [m.autosomal for m in markers]
        self._x_linked = [m.x_linked for m in markers]
        self._left_out = [m.skipped or (m.base_pair or 0) < 0 or not (m.autosomal or m.x_linked) for m in markers]
        self._canonical: dict[str, str] = {}
        self._partial = 0

    def of(self, person: PedPerson) -> Profile:
        """The profile of one person."""
        found = {}
        for i, genotype in enumerate(person.genotypes):
            if genotype is None or self._left_out[i]:
                continue
            alleles = [self._allele(a) for a in (genotype.first, genotype.second) if a is not None]
            if self._x_linked[i] and person.sex is Sex.MALE:
                if len({*alleles}) > 1:
                    self._faults.append(Fault(_place(person), 0, self._markers[i].name,
                                              "/".join(alleles), "must be one allele: a man has one X", "x-linked"))
                found[self._markers[i].name] = Genotype(alleles[0], None, hemizygous=True)
            else:
                self._partial += len(alleles) == 1
                found[self._markers[i].name] = Genotype(alleles[0], alleles[1] if len(alleles) > 1 else None)
        return Profile(_place(person), found)

    def _allele(self, written: str) -> str:
        if written not in self._canonical:
            self._canonical[written] = canonical_allele(written)[0]
        return self._canonical[written]

    def notes(self) -> list[str]:
        """What was left out and changed."""
        notes = []
        for marker, out, autosomal in zip(self._markers, self._left_out, self._autosomal, strict=True):
            if out:
                why = "is to be skipped" if marker.skipped or autosomal or marker.x_linked else "is not autosomal"
                notes.append(f"{marker.name} {why} and is not compared")
        changed = [f"{a} as {b}" for a, b in self._canonical.items() if a != b]
        if changed:
            notes.append(f"alleles read anew: {', '.join(changed[:5])}{' …' if len(changed) > 5 else ''}")
        if self._partial:
            notes.append(f"{self._partial} genotypes give one allele; the other is taken as not known")
        return notes
