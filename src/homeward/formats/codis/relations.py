"""How a member of a family is related to another, in the categories of CODIS."""

from __future__ import annotations

from homeward.formats.codis.samples import Relation
from homeward.model import Family, Member

__all__ = ["relation_to"]


def relation_to(family: Family, donor: str, missing: str) -> Relation | None:
    """The relation of one member to another; None where CODIS has no category for it.

    Sibling means both parents in common. A half-sibling is a relative of the side of the common parent. Relatives of
    both sides (a sibling's child) or of neither (a grandchild, an in-law) have no category.

    Args: ``family``; ids of ``donor`` and ``missing``. Returns the relation. Raises KeyError for an id that is not
    there.
    """
    one, other = family.member(donor), family.member(missing)
    if one.id == other.id:
        return Relation.SELF
    if one.id == other.mother:
        return Relation.MOTHER
    if one.id == other.father:
        return Relation.FATHER
    if other.id in (one.father, one.mother):
        return Relation.CHILD
    if not one.is_founder and (one.father, one.mother) == (other.father, other.mother):
        return Relation.SIBLING
    if any({m.father, m.mother} == {one.id, other.id} for m in family.members):
        return Relation.SPOUSE
    return _side(family, one, other)


def _side(family: Family, one: Member, other: Member) -> Relation | None:
    if other.mother is None or other.father is None or other.id in _ancestors(family, one.id):
        return None
    line = _ancestors(family, one.id) | {one.id}
    maternal = bool(line & (_ancestors(family, other.mother) | {other.mother}))
    paternal = bool(line & (_ancestors(family, other.father) | {other.father}))
    if maternal == paternal:
        return None
    return Relation.MATERNAL if maternal else Relation.PATERNAL


def _ancestors(family: Family, member: str) -> set[str]:
    parents = {m.id: (m.father, m.mother) for m in family.members}
    found: set[str] = set()
    waiting = [member]
    while waiting:
        new = [p for p in parents[waiting.pop()] if p is not None and p not in found]
        found.update(new)
        waiting += new
    return found
