"""Circles of descent: people who would be their own ancestors, named so that somebody can put it right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["circles"]


def circles(parents: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The circles among pairs of child and parent, each once, in time linear in their number.

    Args: ``parents`` of each child; those who are nobody's child need not be named.

    Returns for each circle its people, each the child of the next, the last a child of the first.

    >>> circles({"A": ["B"], "B": ["C", "A"], "D": ["A"]})
    [('A', 'B')]
    """
    left = _on_or_below(parents)
    found, seen = [], set[str]()
    for start in left:
        path: list[str] = []
        who = start
        while who not in seen:
            seen.add(who)
            path.append(who)
            who = next(p for p in parents[who] if p in left)
        if who in path:
            found.append(tuple(path[path.index(who):]))
    return found


def _on_or_below(parents: Mapping[str, Sequence[str]]) -> dict[str, None]:
    """Those on a circle, or descended from one: they are never reached by going down from the founders."""
    waiting = {child: sum(p in parents for p in theirs) for child, theirs in parents.items()}
    children: dict[str, list[str]] = {}
    for child, theirs in parents.items():
        for parent in theirs:
            children.setdefault(parent, []).append(child)
    ready = [child for child, n in waiting.items() if n == 0]
    while ready:
        done = ready.pop()
        del waiting[done]
        for child in children.get(done, ()):
            waiting[child] -= 1
            if waiting[child] == 0:
                ready.append(child)
    return dict.fromkeys(waiting)
