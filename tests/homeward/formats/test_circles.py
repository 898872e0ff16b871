"""Circles of descent are found, and named by their people."""

import random

from homeward.formats.circles import circles


def test_circles_are_found_in_every_graph():
    rng = random.Random(7)
    for _ in range(300):
        n = rng.randint(1, 8)
        graph = {i: [rng.randrange(n) for _ in range(rng.randint(0, 2))] for i in range(n)}
        reach = {i: {*theirs} for i, theirs in graph.items()}
        for _ in range(n):
            reach = {i: there.union(*(reach[j] for j in there)) for i, there in reach.items()}
        found = circles({str(i): [str(p) for p in theirs] for i, theirs in graph.items()})
        assert bool(found) == any(i in there for i, there in reach.items())
        for circle in found:
            assert all(int(b) in graph[int(a)] for a, b in zip(circle, (*circle[1:], circle[0]), strict=True))
