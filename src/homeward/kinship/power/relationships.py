"""Relatives who do not stand in a pedigree yet: a missing member's family with one more person in it."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from homeward.model import Family, InvalidValue, Member, Sex

__all__ = ["Relationship", "possible_relationships", "with_relative"]


class Relationship(StrEnum):
    """How someone whom the pedigree does not show would be related to the missing member."""

    FATHER = "father"
    MOTHER = "mother"
    SIB = "sib"
    CHILD = "child"
    PATERNAL_GRANDPARENT = "paternal grandparent"
    MATERNAL_GRANDPARENT = "maternal grandparent"
    PATERNAL_AUNT_OR_UNCLE = "paternal aunt or uncle"
    MATERNAL_AUNT_OR_UNCLE = "maternal aunt or uncle"
    NEPHEW_OR_NIECE = "nephew or niece"
    GRANDCHILD = "grandchild"
    PATERNAL_COUSIN = "paternal cousin"
    MATERNAL_COUSIN = "maternal cousin"


_PARENTS = {Relationship.FATHER: Sex.MALE, Relationship.MOTHER: Sex.FEMALE}
_GRANDPARENTS = {Relationship.PATERNAL_GRANDPARENT: Sex.MALE, Relationship.MATERNAL_GRANDPARENT: Sex.FEMALE}
_THROUGH_FATHER = (Relationship.PATERNAL_GRANDPARENT, Relationship.PATERNAL_AUNT_OR_UNCLE,
                   Relationship.PATERNAL_COUSIN)
_THROUGH_MOTHER = (Relationship.MATERNAL_GRANDPARENT, Relationship.MATERNAL_AUNT_OR_UNCLE,
                   Relationship.MATERNAL_COUSIN)
_BELOW = (Relationship.CHILD, Relationship.GRANDCHILD)


def possible_relationships(family: Family, member: str) -> tuple[Relationship, ...]:
    """The relationships in which someone can be added to the family.

    Not a parent or a grandparent whom the pedigree shows, and nobody above a founder who is stated to be inbred.
    """
    return tuple(r for r in Relationship if _why_not(family, member, r) == "")


def with_relative(family: Family, member: str, relationship: Relationship) -> tuple[Family, str]:
    """The family with one more relative of a missing member, and the new relative's id.

    Args: ``family``; ``member``, the missing one; ``relationship``, of the new person to him. Whoever must stand
    between them is added too, unrelated to everybody else: parents, a sib's partner. Where the relationship leaves it
    open the new person is a woman, who at X-linked markers has two alleles to compare.

    Raises InvalidValue for a relative whom the pedigree shows already, and for parents of an inbred founder.

    >>> family = Family("synthetic", (Member("he", None, None, Sex.MALE),))
    >>> wider, new = with_relative(family, "he", Relationship.SIB)
    >>> new, [m.id for m in wider.members]
    ('new sib', ['he', 'new father', 'new mother', 'new sib'])
    """
    why_not = _why_not(family, member, relationship)
    if why_not:
        raise InvalidValue(f"{family.id}/{member}", "relationship", relationship.value, why_not)
    growing = _Growing(family)
    new = growing.add(member, relationship)
    return growing.family, new


def _why_not(family: Family, member: str, relationship: Relationship) -> str:
    """Why nobody can be added in this relationship; empty where someone can."""
    him = family.member(member)
    if relationship in _PARENTS and not him.is_founder:
        return "stands in the pedigree already, and is to be named by the member's id"
    if relationship in _BELOW:
        return ""
    if family.inbreeding.get(member, 0.0) > 0.0:
        return "cannot be added above a founder who is stated to be inbred"
    if him.is_founder or relationship not in (*_THROUGH_FATHER, *_THROUGH_MOTHER):
        return ""
    parent = family.member(str(him.father if relationship in _THROUGH_FATHER else him.mother))
    if relationship in _GRANDPARENTS and not parent.is_founder:
        return "stands in the pedigree already, and is to be named by the member's id"
    if family.inbreeding.get(parent.id, 0.0) > 0.0:
        return "cannot be added above a founder who is stated to be inbred"
    return ""


class _Growing:
    """A family to which people are added one by one."""

    def __init__(self, family: Family) -> None:
        self.name, self.inbreeding = family.id, family.inbreeding
        self.members = {m.id: m for m in family.members}

    @property
    def family(self) -> Family:
        return Family(self.name, tuple(self.members.values()), self.inbreeding)

    def add(self, member: str, relationship: Relationship) -> str:
        """Add the relative, and whoever must stand between; return the new id."""
        if relationship in (Relationship.SIB, Relationship.NEPHEW_OR_NIECE):
            sib = self._sib(member, "sib")
            return sib if relationship is Relationship.SIB else self._child(sib, relationship)
        if relationship in _BELOW:
            child = self._child(member, Relationship.CHILD)
            return child if relationship is Relationship.CHILD else self._child(child, relationship)
        father, mother = self._parents(member, "")
        if relationship in _PARENTS:
            return father if relationship is Relationship.FATHER else mother
        side, parent = ("paternal ", father) if relationship in _THROUGH_FATHER else ("maternal ", mother)
        if relationship in _GRANDPARENTS:
            return self._parents(parent, side + "grand")[1]
        aunt = self._sib(parent, side + "aunt", side + "grand")
        cousin = relationship in (Relationship.PATERNAL_COUSIN, Relationship.MATERNAL_COUSIN)
        return self._child(aunt, relationship) if cousin else aunt

    def _new(self, name: str, parents: tuple[str | None, str | None], sex: Sex) -> str:
        new = f"new {name}"
        while new in self.members:
            new += "′"
        self.members[new] = Member(new, *parents, sex)
        return new

    def _parents(self, member: str, kind: str) -> tuple[str, str]:
        him = self.members[member]
        if him.father is None or him.mother is None:
            father = self._new(f"{kind}father", (None, None), Sex.MALE)
            mother = self._new(f"{kind}mother", (None, None), Sex.FEMALE)
            him = self.members[member] = replace(him, father=father, mother=mother)
        return str(him.father), str(him.mother)

    def _sib(self, member: str, name: str, parents: str = "") -> str:
        return self._new(name, self._parents(member, parents), Sex.FEMALE)

    def _child(self, parent: str, name: str) -> str:
        """A child with a partner who is nobody else's relative."""
        is_mother = self.members[parent].sex is Sex.FEMALE or any(m.mother == parent for m in self.members.values())
        partner = self._new(f"partner of {parent}", (None, None), Sex.MALE if is_mother else Sex.FEMALE)
        parents = (partner, parent) if is_mother else (parent, partner)
        return self._new(name, parents, Sex.FEMALE)
