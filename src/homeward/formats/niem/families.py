"""From a pedigree of NIEM to a family, and which records are of which member."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from homeward.formats.niem.pedigrees import member_name, parents_of
from homeward.formats.niem.people import Identification
from homeward.formats.niem.values import DnaRecord, Pedigree, PedigreeMember
from homeward.model import Family, Member, Sex

__all__ = ["PERSONAL", "REMAINS", "Placed", "RecordIndex", "family_of"]

REMAINS, PERSONAL = "Unidentified Person", "Missing Person"
_SOUGHT = "S"


def _ids(given: Iterable[Identification]) -> set[tuple[str, str]]:
    """Ids with what they are ids of; the kind is "" where that is not said."""
    return {(i.kind.casefold(), i.id) for i in given if i.id}


class RecordIndex:
    """The records of a file by their ids."""

    def __init__(self, records: Sequence[DnaRecord]) -> None:
        self._records = records
        self._bearers: dict[str, list[tuple[str, int]]] = {}
        for number, record in enumerate(records):
            for kind, name in _ids(record.identifications):
                self._bearers.setdefault(name, []).append((kind, number))

    def bearing(self, ids: Iterable[tuple[str, str]]) -> list[int]:
        """The records that bear one of the ids; kinds must agree where both are said."""
        found = {number for kind, name in ids for other, number in self._bearers.get(name, ())
                 if kind == other or not kind or not other}
        return sorted(found)

    def of_member(self, pedigree: Pedigree, member: PedigreeMember) -> tuple[list[int], list[int]]:
        """The records of a member, and those of remains that bear his id.

        An id that the whole pedigree bears (Case ID) is no member's own. Where one alone is looked for, it names him to
        records of the missing person himself.
        """
        shared = _ids(pedigree.identifications)
        numbers = self.bearing(_ids(member.identifications) - shared)
        if member.status == _SOUGHT and [m.status for m in pedigree.members].count(_SOUGHT) == 1:
            numbers += [n for n in self.bearing(shared)
                        if PERSONAL in self._records[n].categories and n not in numbers]
        remains = [n for n in numbers if REMAINS in self._records[n].categories]
        return [n for n in numbers if n not in remains], remains


@dataclass(frozen=True, slots=True)
class Placed:
    """A family; ``records``: by member, the numbers of his records; ``sought``: the members who are looked for."""

    family: Family
    records: Mapping[str, Sequence[int]]
    sought: tuple[str, ...]
    notes: tuple[str, ...]


def family_of(name: str, pedigree: Pedigree, index: RecordIndex, shown: Mapping[int, Sex]) -> Placed:
    """The family that a pedigree describes.

    A parent who is not named beside the other is added, untyped.

    Args: ``name`` of the family; ``pedigree``; ``index`` of the file's records; ``shown``, by record, the sex that it
    shows. Returns the family. Raises InvalidValue for parents who cannot be, and for a sex that the member's records
    contradict (as the parents' role would).
    """
    names: list[str] = []
    for i, member in enumerate(pedigree.members):
        called = member_name(member, i)
        names.append(f"{called} ({i + 1})" if called in names else called)
    notes: list[str] = []
    records: dict[str, list[int]] = {}
    for called, member in zip(names, pedigree.members, strict=True):
        records[called], remains = index.of_member(pedigree, member)
        if remains:
            notes.append(f"{name}: {called} bears the id of remains; that claim is not used")
    members: list[Member] = []
    added: list[Member] = []
    people = {m.id: m for m in _people(name, pedigree, names, index, shown, records)}
    for called, (father, mother) in zip(names, parents_of(pedigree), strict=True):
        both = [None if p is None else names[p] for p in (father, mother)]
        if both.count(None) == 1:
            role = both.index(None)
            added.append(_other_parent(("father", "mother")[role], called, {*names, *(m.id for m in added)}))
            both[role] = added[-1].id
            notes.append(f"{name}: {added[-1].id} added, untyped, since one parent is named")
        person = people[called]
        members.append(Member(called, both[0], both[1], person.sex, person.person))
    sought = tuple(m.id for m in members if m.person is not None)
    if not sought:
        notes.append(f"{name}: no member has the status {_SOUGHT}, so that nobody is looked for")
    return Placed(Family(name, (*members, *added)), records, sought, tuple(notes))


def _other_parent(role: str, child: str, taken: set[str]) -> Member:
    name = f"{role} of {child}"
    while name in taken:
        name += "'"
    return Member(name, None, None, Sex.MALE if role == "father" else Sex.FEMALE)


def _people(name: str, pedigree: Pedigree, names: Sequence[str], index: RecordIndex, shown: Mapping[int, Sex],
            records: Mapping[str, Sequence[int]]) -> Iterable[Member]:
    """The members without their parents: the sex that the pedigree or their records show, the roster's id."""
    alone = [m.status for m in pedigree.members].count(_SOUGHT) == 1
    for called, member in zip(names, pedigree.members, strict=True):
        sexes = {shown[n] for n in records[called]} - {Sex.UNKNOWN}
        sex = member.sex if member.sex is not Sex.UNKNOWN or len(sexes) != 1 else next(iter(sexes))
        person = None
        if member.status == _SOUGHT:
            # An id of his own that no record bears is that of the list of the missing.
            own = [i.id for i in member.identifications if i.id and not index.bearing(_ids([i]))
                   and i.kind.casefold() != "family member id" and not _ids([i]) & _ids(pedigree.identifications)]
            person = own[0] if own else name if alone else f"{name}/{called}"
        yield Member(called, None, None, sex, person)
