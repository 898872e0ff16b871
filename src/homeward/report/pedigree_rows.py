"""Who stands in which row of a pedigree drawing, beside whom, and who must be drawn twice.

Partners stand in one row, children at least one row lower. Where that contradicts itself (a man and his own
granddaughter), and where somebody has a third partner, one of the two is drawn a second time: a duplicate. So every
couple stands side by side, whatever the family, and the lines of a drawing need no special case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from homeward.model import Family

__all__ = ["Couple", "Place", "Rows", "arrange_rows"]


@dataclass(frozen=True, slots=True)
class Place:
    """One symbol to be drawn: a member, in a row (0 at the top); ``duplicate`` if he is drawn elsewhere too."""

    member: str
    row: int
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Couple:
    """Two parents and their children: indices into ``Rows.places``; the partners are neighbours in one chain."""

    father: int
    mother: int
    children: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Every symbol with its row; ``chains`` are the symbols that stand side by side because they are partners."""

    places: tuple[Place, ...]
    couples: tuple[Couple, ...]
    chains: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Union:
    father: str
    mother: str
    children: tuple[str, ...]


class _Groups:
    """Disjoint sets of names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._parent = {n: n for n in names}

    def find(self, name: str) -> str:
        while self._parent[name] != name:
            name = self._parent[name]
        return name

    def join(self, a: str, b: str) -> None:
        self._parent[self.find(b)] = self.find(a)


def arrange_rows(family: Family) -> Rows:
    """Give every member of a family a row, and every couple a place side by side.

    Args:
        family: a pedigree of any form, loops included.

    Returns:
        Rows: the first ``len(family.members)`` places are the members in their order, duplicates follow.
    """
    unions = _unions(family)
    levels, apart = _levels(family, unions)
    return _Chains(family, levels, apart).build(unions)


def _unions(family: Family) -> tuple[_Union, ...]:
    children: dict[tuple[str, str], list[str]] = {}
    for m in family.members:
        if m.father is not None and m.mother is not None:
            children.setdefault((m.father, m.mother), []).append(m.id)
    return tuple(_Union(f, m, tuple(c)) for (f, m), c in children.items())


def _levels(family: Family, unions: Sequence[_Union]) -> tuple[dict[str, int], dict[_Union, str]]:
    """Row of each member, and for each couple that cannot be level the partner who stands lower."""
    groups = _Groups(m.id for m in family.members)
    apart: dict[_Union, str] = {}
    for u in unions:
        if _leads_to(u.father, u.mother, unions, groups):
            apart[u] = u.mother
        elif _leads_to(u.mother, u.father, unions, groups):
            apart[u] = u.father
        else:
            groups.join(u.father, u.mother)
    # The line to the children of a couple that cannot be level leaves from the lower partner, where both are drawn.
    steps = [(groups.find(p), groups.find(c), p == apart.get(u, u.father))
             for u in unions for c in u.children for p in (u.father, u.mother)]
    names = list(dict.fromkeys(groups.find(m.id) for m in family.members))
    # Most families have no loop that skips a generation; those need no linear program.
    level = _by_steps(names, steps) or _by_program(names, steps)
    _raise_components(names, steps, level)
    return {m.id: level[groups.find(m.id)] for m in family.members}, apart


def _leads_to(start: str, end: str, unions: Sequence[_Union], groups: _Groups) -> bool:
    """Whether the group of ``end`` descends from the group of ``start``."""
    goal, seen, waiting = groups.find(end), set[str](), [groups.find(start)]
    while waiting:
        here = waiting.pop()
        for u in unions:
            if here in (groups.find(u.father), groups.find(u.mother)):
                below = {groups.find(c) for c in u.children} - seen
                if goal in below:
                    return True
                seen |= below
                waiting.extend(below)
    return False


_Step = tuple[str, str, bool]  # upper group, lower group, whether the line between them is drawn from this parent


def _by_steps(names: Sequence[str], steps: Sequence[_Step]) -> dict[str, int] | None:
    """Levels where each child can stand exactly one row below both parents; None where that cannot be."""
    near: dict[str, list[tuple[str, int]]] = {n: [] for n in names}
    for upper, lower, _ in steps:
        near[upper].append((lower, 1))
        near[lower].append((upper, -1))
    level: dict[str, int] = {}
    for name in names:
        if name in level:
            continue
        level[name], waiting = 0, [name]
        while waiting:
            here = waiting.pop()
            for other, step in near[here]:
                if other not in level:
                    level[other] = level[here] + step
                    waiting.append(other)
                elif level[other] != level[here] + step:
                    return None
    return level


def _by_program(names: Sequence[str], steps: Sequence[_Step]) -> dict[str, int]:
    """Levels that make the sum of the lines' lengths least (the layering of Gansner et al. 1993, 10.1109/32.221135).

    The constraint matrix is totally unimodular, so the linear program's vertex is a whole number.
    """
    index = {n: i for i, n in enumerate(names)}
    cost = np.zeros(len(names))
    above = np.zeros((len(steps), len(names)))
    for row, (upper, lower, drawn) in enumerate(steps):
        above[row, index[upper]], above[row, index[lower]] = 1.0, -1.0
        cost[index[lower]] += drawn
        cost[index[upper]] -= drawn
    bounds = [(0, len(names))] * len(names)
    solved = linprog(cost, A_ub=above, b_ub=-np.ones(len(steps)), bounds=bounds, method="highs-ds")
    return {n: round(float(solved.x[i])) for n, i in index.items()}


def _raise_components(names: Sequence[str], steps: Sequence[_Step], level: dict[str, int]) -> None:
    """Let each separate part of the family begin in the top row."""
    parts = _Groups(names)
    for upper, lower, _ in steps:
        if parts.find(upper) != parts.find(lower):
            parts.join(upper, lower)
    top: dict[str, int] = {}
    for n in names:
        top[parts.find(n)] = min(level[n], top.get(parts.find(n), level[n]))
    for n in names:
        level[n] -= top[parts.find(n)]


class _Chains:
    """Places, and the chains of partners that grow from them."""

    def __init__(self, family: Family, levels: dict[str, int], apart: dict[_Union, str]) -> None:
        self.places = [Place(m.id, levels[m.id]) for m in family.members]
        self.index = {m.id: i for i, m in enumerate(family.members)}
        self.founders = {m.id for m in family.members if m.is_founder}
        self.chain = {i: [i] for i in range(len(self.places))}
        self.apart = apart

    def build(self, unions: Sequence[_Union]) -> Rows:
        couples = []
        for u in unions:
            father, mother = self._stand_together(u)
            couples.append(Couple(father, mother, tuple(self.index[c] for c in u.children)))
        chains = {id(c): tuple(c) for c in self.chain.values()}
        return Rows(tuple(self.places), tuple(couples), tuple(chains.values()))

    def _stand_together(self, u: _Union) -> tuple[int, int]:
        father, mother = self.index[u.father], self.index[u.mother]
        if u in self.apart:
            if u.father == self.apart[u]:
                father, mother = self._free(father), self._again(u.mother, father)
            else:
                father, mother = self._again(u.father, mother), self._free(mother)
        elif not (self._is_end(father) and self._is_end(mother)) or self.chain[father] is self.chain[mother]:
            # The founder is drawn again rather than the one whose own parents are in the drawing.
            again_father = self._is_end(mother) and (u.father in self.founders or not self._is_end(father))
            if again_father:
                father = self._again(u.father, mother)
            else:
                father, mother = self._free(father), self._again(u.mother, father)
        self._join(father, mother)
        return father, mother

    def _is_end(self, place: int) -> bool:
        return place in (self.chain[place][0], self.chain[place][-1])

    def _free(self, place: int) -> int:
        return place if self._is_end(place) else self._again(self.places[place].member, place)

    def _again(self, member: str, beside: int) -> int:
        self.places.append(Place(member, self.places[beside].row, duplicate=True))
        place = len(self.places) - 1
        self.chain[place] = [place]
        return place

    def _join(self, a: int, b: int) -> None:
        left, right = self.chain[a], self.chain[b]
        if left[-1] != a:
            left.reverse()
        if right[0] != b:
            right.reverse()
        left.extend(right)
        for place in right:
            self.chain[place] = left
