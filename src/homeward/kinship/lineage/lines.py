"""Who shares a maternal or a paternal line, over how many meioses, and whom a line cannot tell apart.

Mitochondrial DNA passes from a mother to all her children, and on through daughters alone; the Y chromosome from a
father to his sons. So a line is a tree of descent through mothers, or through fathers among men, and every typed
member of it is a reference for every missing member of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from homeward.model import Case, Family, Fault, FaultyInput, InvalidValue, Member, Sex

__all__ = [
    "Descent", "Lines", "Place", "Reference", "indistinguishable", "line_references", "member_haplotypes",
    "remains_haplotypes", "trace_lines",
]

Place = tuple[str, str]  # family id, member id


class Descent(StrEnum):
    """Through whom a line runs."""

    MATERNAL = "maternal"
    PATERNAL = "paternal"


@dataclass(frozen=True, slots=True)
class Lines:
    """The maternal or paternal lines of some families.

    ``parent``: for everyone who is on a line, the place of the mother (father), None where that is not in the
    pedigree. ``same``: places of one person in several families → the first of them.
    """

    descent: Descent
    parent: Mapping[Place, Place | None]
    same: Mapping[Place, Place]

    def founder(self, place: Place) -> Place | None:
        """The first ancestor of the line; None for who is on none (a woman has no paternal line)."""
        way = self._way(place)
        return way[-1] if way else None

    def meioses(self, a: Place, b: Place) -> int | None:
        """Number of transmissions between two members of one line; None where they share none. 0: one person."""
        up = {node: steps for steps, node in enumerate(self._way(a))}
        for steps, node in enumerate(self._way(b)):
            if node in up:
                return steps + up[node]
        return None

    def members(self, place: Place) -> tuple[Place, ...]:
        """Everyone on the line of that place, himself included; in the order of the families."""
        founder = self.founder(place)
        return tuple(p for p in self.parent if founder is not None and self.founder(p) == founder)

    def _way(self, place: Place) -> list[Place]:
        node: Place | None = self.same.get(place, place)
        if node not in self.parent:
            return []
        way = []
        while node is not None:
            way.append(node)
            node = self.parent[node]
        return way


def trace_lines(families: Sequence[Family], descent: Descent) -> Lines:
    """The lines of some families; someone missing who stands in two of them (the same person) joins their lines.

    Someone of unknown sex is taken to be on a paternal line: if these are his remains, a Y was found in them.

    Raises InvalidValue where one person is given parents in two families, and where that makes someone his own
    ancestor.
    """
    same = _same(families)
    parent: dict[Place, Place | None] = {}
    for family in families:
        for member in family.members:
            if descent is Descent.PATERNAL and member.sex is Sex.FEMALE:
                continue
            place = (family.id, member.id)
            node = same.get(place, place)
            above = _above(family, member, descent, same)
            if parent.get(node) is not None and above is not None and parent[node] != above:
                raise InvalidValue("/".join(place), "parents", "/".join(above), "must be given in one family only")
            parent[node] = parent.get(node) or above
    lines = Lines(descent, parent, same)
    _check_ancestry(lines)
    return lines


def _same(families: Sequence[Family]) -> dict[Place, Place]:
    first: dict[str, Place] = {}
    same: dict[Place, Place] = {}
    for family in families:
        for member in family.missing:
            place = (family.id, member.id)
            same[place] = first.setdefault(str(member.person), place)
    return same


def _above(family: Family, member: Member, descent: Descent, same: Mapping[Place, Place]) -> Place | None:
    above = member.mother if descent is Descent.MATERNAL else member.father
    return None if above is None else same.get((family.id, above), (family.id, above))


def _check_ancestry(lines: Lines) -> None:
    for start in lines.parent:
        seen = {start}
        node = lines.parent[start]
        while node is not None:
            if node in seen:
                raise InvalidValue("/".join(start), "parents", "/".join(node), "make someone his own ancestor")
            seen.add(node)
            node = lines.parent[node]


def indistinguishable(case: Case, descent: Descent) -> tuple[tuple[str, ...], ...]:
    """Groups of two or more listed persons who share a line, and whom therefore no marker of that line tells apart.

    Two missing brothers have one mitochondrial type and one Y. Persons and groups are in roster order.
    """
    lines, places = trace_lines(case.families, descent), case.place_of()
    groups: dict[Place, list[str]] = {}
    for person in case.roster:
        if person.id in places:
            family, member = places[person.id]
            founder = lines.founder((family.id, member.id))
            if founder is not None:
                groups.setdefault(founder, []).append(person.id)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


class _Haplotype(Protocol):
    @property
    def sample(self) -> str: ...


_H = TypeVar("_H", bound=_Haplotype)


@dataclass(frozen=True, slots=True)
class Reference(Generic[_H]):
    """A typed member of a missing person's line: who, over how many meioses, with which haplotype."""

    donor: Place
    meioses: int
    profile: _H


def line_references(case: Case, descent: Descent, typed: Mapping[Place, _H],
                    ) -> tuple[tuple[Reference[_H], ...] | None, ...]:
    """For each listed person the references of his line, nearest first; None where nobody of it is typed.

    Args: ``case``; ``typed``, haplotype of each (family, member) that has one, relatives and personal items alike.
    """
    lines, places = trace_lines(case.families, descent), case.place_of()
    by_line: dict[Place, list[Place]] = {}
    for place in typed:
        founder = lines.founder(place)
        if founder is not None:
            by_line.setdefault(founder, []).append(place)
    found: list[tuple[Reference[_H], ...] | None] = []
    for person in case.roster:
        references = []
        if person.id in places and not (descent is Descent.PATERNAL and person.sex is Sex.FEMALE):
            place = (places[person.id][0].id, places[person.id][1].id)
            founder = lines.founder(place)
            for donor in by_line.get(founder, ()) if founder is not None else ():
                references.append(Reference(donor, lines.meioses(place, donor) or 0, typed[donor]))
        found.append(tuple(sorted(references, key=lambda r: r.meioses)) or None)
    return tuple(found)


def member_haplotypes(case: Case, profiles: Iterable[_H], merge: Callable[[str, tuple[_H, ...]], _H],
                      ) -> dict[Place, _H]:
    """Haplotype of each (family, member) that has one, his samples merged. Raises FaultyInput for unknown samples."""
    return _owned(case, profiles, {s.id: (s.family, s.member) for s in case.reference_samples}, merge)


def remains_haplotypes(case: Case, profiles: Iterable[_H], merge: Callable[[str, tuple[_H, ...]], _H],
                       ) -> dict[str, _H]:
    """Haplotype of each remains that has one, its samples merged. Raises FaultyInput for samples of no record."""
    return _owned(case, profiles, {s.id: s.remains for s in case.remains_samples}, merge)


_K = TypeVar("_K", str, Place)


def _owned(case: Case, profiles: Iterable[_H], owner: Mapping[str, _K], merge: Callable[[str, tuple[_H, ...]], _H],
           ) -> dict[_K, _H]:
    known = {s.id for s in case.reference_samples} | {s.id for s in case.remains_samples}
    found: dict[_K, list[_H]] = {}
    faults = []
    for profile in profiles:
        if profile.sample not in known:
            allowed = "must name a sample of the case"
            faults.append(Fault("haplotypes", 0, "sample", profile.sample, allowed, "unknown-reference"))
        elif profile.sample in owner:
            found.setdefault(owner[profile.sample], []).append(profile)
    merged: dict[_K, _H] = {}
    for key, of_one in found.items():
        try:
            merged[key] = merge(key if isinstance(key, str) else "/".join(key), tuple(of_one))
        except FaultyInput as error:
            faults += error.faults
    if faults:
        raise FaultyInput(faults)
    return merged
