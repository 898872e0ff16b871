"""From pairs of parent and child to families: which pedigree holds, who is of which sex, who must be added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from homeward.formats.familias.values import (
    FamiliasFamily,
    FamiliasPedigree,
    FamiliasPerson,
    FamiliasRelation,
    is_missing,
)
from homeward.model import Family, InvalidValue, Member, Sex, Unsupported

__all__ = ["Choice", "family_of", "without_relations"]

_REFERENCE = "reference pedigree"
_OPPOSITE = {Sex.MALE: Sex.FEMALE, Sex.FEMALE: Sex.MALE, Sex.UNKNOWN: Sex.UNKNOWN}


class Choice:
    """Which pedigree of a reference family holds: the one chosen, or the only one beside the reference pedigree.

    Familias keeps a pedigree named "Reference pedigree" to compare with, and one or more that say how the missing
    person belongs to the family. Raises InvalidValue for a choice that the file does not offer.
    """

    def __init__(self, chosen: Mapping[str, str], families: Sequence[FamiliasFamily]) -> None:
        self._chosen = chosen
        names = [f.name for f in families]
        for name in chosen:
            if names.count(name) != 1:
                raise InvalidValue("pedigrees", "family", name, "must name one reference family of the file")

    def pedigree(self, family: FamiliasFamily) -> FamiliasPedigree:
        """The pedigree that holds; Unsupported where that is undecided."""
        wanted = self._chosen.get(family.name)
        if wanted is not None:
            for pedigree in family.pedigrees:
                if pedigree.name == wanted:
                    return pedigree
            raise InvalidValue(f"family {family.name}", "pedigree", wanted,
                               f"must be one of {', '.join(p.name for p in family.pedigrees)}")
        others = [p for p in family.pedigrees if p.name.casefold() != _REFERENCE] or list(family.pedigrees)
        if len({frozenset((r.parent, r.child) for r in p.relations) for p in others}) > 1:
            raise Unsupported(f"family {family.name} has pedigrees that differ ({', '.join(p.name for p in others)}): "
                              f"say which holds, as pedigrees={{{family.name!r}: {others[0].name!r}}}")
        return others[0] if others else FamiliasPedigree("none")

    def missing(self, persons: Iterable[FamiliasPerson], pedigree: FamiliasPedigree) -> list[str]:
        """Those called missing, listed or only named in the pedigree."""
        named = [name for r in pedigree.relations for name in (r.parent, r.child)]
        return list(dict.fromkeys(n for n in (*(p.id for p in persons), *named) if is_missing(n)))


def without_relations(family: FamiliasFamily, pedigree: FamiliasPedigree) -> list[str]:
    """Persons with no place in the pedigree who tell nothing: all but a missing person with DNA of his own."""
    placed = {name for r in pedigree.relations for name in (r.parent, r.child)}
    return [p.id for p in family.persons if p.id not in placed and not (is_missing(p.id) and p.genotypes)]


def family_of(
    name: str, sexes: Mapping[str, Sex], relations: Iterable[FamiliasRelation], missing: Mapping[str, str]
) -> tuple[Family, list[str]]:
    """A family from people and pairs of parent and child.

    Args: ``name`` of the family; ``sexes`` of its people, in order; ``relations``, which may name more people, of sex
    unknown; ``missing``, the roster's id of those who are on it.

    Returns the family, every child with two parents, and notes on who was added or taken for father or mother.
    Raises InvalidValue where sexes contradict each other or someone would be his own ancestor.
    """
    parents: dict[str, list[str]] = {}
    known = dict(sexes)
    for relation in relations:
        for who in (relation.parent, relation.child):
            known.setdefault(who, Sex.UNKNOWN)
        if relation.parent not in parents.setdefault(relation.child, []):
            parents[relation.child].append(relation.parent)
    for who in missing:
        known.setdefault(who, Sex.UNKNOWN)
    _deduce(name, known, parents)
    notes: list[str] = []
    roles = _roles(name, known, parents, notes)
    members, added = [], []
    for who, sex in known.items():
        couple = {roles[p]: p for p in parents.get(who, ())}
        if len(couple) == 1:
            role, other = next(iter(couple.items()))
            new = _added("mother" if role is Sex.MALE else "father", who, known)
            couple[_OPPOSITE[role]] = new
            added.append(Member(new, None, None, _OPPOSITE[known[other]]))
        members.append(Member(who, couple.get(Sex.MALE), couple.get(Sex.FEMALE), sex, missing.get(who)))
    notes += [f"{name}: {m.id} added, untyped, since the file names one parent" for m in added]
    return Family(name, (*members, *added)), notes


def _deduce(name: str, sexes: dict[str, Sex], parents: Mapping[str, list[str]]) -> None:
    """Give the other parent of a child the other sex, until nothing more follows; in place."""
    couples = [couple for couple in parents.values() if len(couple) > 1]
    changed = True
    while changed:
        changed = False
        for first, second, *more in couples:
            if more or (sexes[first] is sexes[second] and sexes[first] is not Sex.UNKNOWN):
                raise InvalidValue(name, "parents", ", ".join((first, second, *more)), "must be a father and a mother")
            for a, b in ((first, second), (second, first)):
                if sexes[a] is Sex.UNKNOWN and sexes[b] is not Sex.UNKNOWN:
                    sexes[a], changed = _OPPOSITE[sexes[b]], True


def _roles(name: str, sexes: Mapping[str, Sex], parents: Mapping[str, list[str]], notes: list[str]) -> dict[str, Sex]:
    """Father or mother for every parent; where the sex is not recorded, father, which matters to mutation alone."""
    roles = dict(sexes)
    for couple in parents.values():
        for parent in couple:
            if roles[parent] is Sex.UNKNOWN:
                roles[parent] = Sex.MALE
                notes.append(f"{name}: the sex of {parent}, a parent, is not recorded; placed as a father")
                _deduce(name, roles, parents)
    return roles


def _added(role: str, child: str, taken: dict[str, Sex]) -> str:
    name = f"{role} of {child}"
    while name in taken:
        name += "'"
    return name
