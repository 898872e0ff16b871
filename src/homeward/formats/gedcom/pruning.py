"""The smallest pedigree that says the same: ancestors who join nobody are left out."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection

from homeward.formats.gedcom.births import Birth, Births

__all__ = ["pruned"]


def pruned(keep: Collection[str], roots: Collection[str], births: Births) -> dict[str, Birth]:
    """The pedigree that joins some people: each of its members with his parents, none for a founder.

    All ancestors of the kept are taken up, since two who marry into a family may be sisters. Then a pair of founders
    with one child alone, neither of them kept, is taken out, again and again; their child becomes a founder, and no
    likelihood changes. Last, what is not joined to any of the roots.

    Args: ``keep``, who must stay; ``roots``, those of them to whom the others must be joined; ``births``.
    """
    parents = _with_ancestors(keep, births)
    children: dict[str, set[str]] = {who: set() for who in parents}
    for child, birth in parents.items():
        for parent in birth.parents:
            children[parent].add(child)
    waiting = deque(parents)
    while waiting:
        child = waiting.popleft()
        couple = parents[child].parents if child in parents else ()
        if couple and not any(p in keep or parents[p].parents or len(children[p]) > 1 for p in couple):
            for p in couple:
                del parents[p], children[p]
            parents[child] = Birth()
            waiting.extend(children[child])
    joined = _joined(roots, parents, children)
    return {who: birth for who, birth in parents.items() if who in joined}


def _with_ancestors(keep: Collection[str], births: Births) -> dict[str, Birth]:
    parents: dict[str, Birth] = {}
    waiting = list(keep)
    while waiting:
        who = waiting.pop()
        if who not in parents:
            parents[who] = births.of(who)
            waiting.extend(parents[who].parents)
    return parents


def _joined(roots: Collection[str], parents: dict[str, Birth], children: dict[str, set[str]]) -> set[str]:
    joined: set[str] = set()
    waiting = [r for r in roots if r in parents]
    while waiting:
        who = waiting.pop()
        if who not in joined:
            joined.add(who)
            waiting += [*parents[who].parents, *children[who]]
    return joined
