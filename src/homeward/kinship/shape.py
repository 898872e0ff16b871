"""The shape of a problem: a pedigree, who is typed in it and how, and whose genotype is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from homeward.model import Family, Sex

__all__ = ["VAGUE_KINDS", "Kind", "Shape", "shape_of"]


class Kind(IntEnum):
    """What is observed of one member at one marker."""

    UNTYPED = 0  # nothing
    KNOWN = 1  # the genotype itself
    VAGUE = 2  # weights of ordered genotypes as a sum of two products: partial results, silent alleles
    VAGUER = 3  # as a sum of four: drop-out and drop-in


_Parents = tuple[str | None, str | None]
VAGUE_KINDS = (Kind.VAGUE, Kind.VAGUER)


@dataclass(frozen=True, slots=True)
class Shape:
    """A pedigree without names and numbers; problems of one shape share one plan.

    Members are numbered with parents before children; ``father``/``mother`` hold −1 where the parent is outside;
    ``query`` is the member whose genotype table is wanted, −1 where the likelihood alone is; ``inbred`` names
    founders with f > 0.
    ``linked``: the second half of the members are the first half again, at a second marker of the chromosome.
    """

    father: tuple[int, ...]
    mother: tuple[int, ...]
    male: tuple[bool, ...]
    kind: tuple[Kind, ...]
    inbred: frozenset[int]
    x_linked: bool
    query: int
    linked: bool = False

    @property
    def size(self) -> int:
        """Number of members."""
        return len(self.father)

    def slots(self, member: int) -> tuple[int, ...]:
        """The allele slots of a member: 0 paternal, 1 maternal; a man's X is maternal alone."""
        return (1,) if self.x_linked and self.male[member] else (0, 1)

    def parent(self, member: int, slot: int) -> int:
        """The parent from whom the slot's allele came, −1 for founders."""
        return self.father[member] if slot == 0 else self.mother[member]

    def is_founder(self, member: int) -> bool:
        """Whether both parents are outside the shape."""
        return self.father[member] < 0 and self.mother[member] < 0

    def children(self, member: int) -> list[tuple[int, int]]:
        """(child, slot) of every transmission from this member."""
        return [(c, slot) for c in range(self.size) for slot in self.slots(c) if self.parent(c, slot) == member]

    def paths_to_query(self) -> list[int]:
        """Number of lines of descent to the query that pass no known member, from each member.

        Two or more: the query's two alleles may be copies of one.
        """
        paths = [int(m == self.query) for m in range(self.size)]
        for m in reversed(range(self.size)):
            if self.kind[m] is Kind.KNOWN:
                paths[m] = 0
            elif m != self.query:
                paths[m] = sum(paths[child] for child, _ in self.children(m))
        return paths


def males_of(family: Family) -> frozenset[str]:
    """The men of a family: those recorded as such, and the fathers whose sex nobody wrote down."""
    recorded = {m.id for m in family.members if m.sex is Sex.MALE}
    return frozenset(recorded | {m.father for m in family.members if m.father is not None})


def shape_of(family: Family, kinds: Mapping[str, Kind], *, query: str | None = None,
             x_linked: bool = False, familias_pruning: bool = False) -> tuple[Shape, tuple[str, ...]]:
    """The shape of a family at a marker, and the ids of its members in the shape's order.

    Untyped members without typed or asked-for descendants are left out: that changes nothing. Untyped ancestors
    stay, since with mutation they do; ``familias_pruning`` leaves out untyped founders with one child as well, one
    after the other, as Familias does: the child's allele then comes from the population as it is.
    """
    order = _parents_first(family)
    parents = {m.id: (m.father, m.mother) for m in family.members}
    if familias_pruning:
        parents = _without_single_founders(parents, {m for m in order if kinds.get(m) or m == query})
    needed = {m for m in order if kinds.get(m, Kind.UNTYPED) is not Kind.UNTYPED or m == query}
    for m in reversed(order):
        if m in needed:
            needed.update(p for p in parents[m] if p is not None)
    ids = tuple(m for m in order if m in needed)
    place = {m: i for i, m in enumerate(ids)}
    members = [family.member(m) for m in ids]
    males = males_of(family)
    shape = Shape(
        father=tuple(place.get(parents[m][0] or "", -1) for m in ids),
        mother=tuple(place.get(parents[m][1] or "", -1) for m in ids),
        male=tuple(m.id in males for m in members),
        kind=tuple(kinds.get(m, Kind.UNTYPED) for m in ids),
        inbred=frozenset(place[m.id] for m in members if family.inbreeding.get(m.id, 0.0) > 0.0
                         and not (x_linked and m.id in males)),  # a man's X is one allele
        x_linked=x_linked,
        query=-1 if query is None else place[query],
    )
    return shape, ids


def _without_single_founders(parents: Mapping[str, _Parents], needed: set[str]) -> dict[str, _Parents]:
    """The pedigree without untyped founders that have one child, one after the other."""
    left = dict(parents)
    while True:
        children = [p for pair in left.values() for p in pair if p is not None]
        pruned = {m for m, pair in left.items() if pair == (None, None) and m not in needed and children.count(m) <= 1}
        if not pruned:
            return left
        left = {m: (None if f in pruned else f, None if mo in pruned else mo) for m, (f, mo) in left.items()
                if m not in pruned}


def _parents_first(family: Family) -> list[str]:
    parents = {m.id: (m.father, m.mother) for m in family.members}
    order: dict[str, None] = {}
    stack = [m.id for m in reversed(family.members)]
    while stack:
        m = stack[-1]
        waiting = [p for p in parents[m] if p is not None and p not in order]
        if waiting:
            stack.extend(waiting)
        else:
            order.setdefault(stack.pop())
    return list(order)
