"""The order of symbols from left to right in each row of a pedigree drawing, with few crossings.

Sweeps of barycentres (Sugiyama, Tagawa and Toda 1981, 10.1109/TSMC.1981.4308636) from several beginnings, each
improved by moving one chain of partners at a time until no move helps. Nothing is drawn at random: the same family
has the same drawing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from homeward.report.pedigree_rows import Couple, Rows

__all__ = ["Net", "Order", "order_rows"]

# Ten strangers among somebody's children are as bad as one crossing; tastes only settle what is otherwise equal.
_CROSSING, _GAP, _AGAIN, _WIFE_LEFT, _YOUNGER_LEFT = 10.0, 1.0, 0.2, 0.02, 0.01
_BEGINNINGS = 4
_BUDGET = 6000  # moves tried for one connected part: 0.1 s for forty members, about 2 s for four hundred


@dataclass(frozen=True, slots=True)
class Net:
    """Lines of one colour between two rows: from the middle of ``upper`` (a couple, or one bend) to each of ``lower``.

    ``row`` is the upper row; ``couple`` the index of the parents whose children these are.
    """

    row: int
    upper: tuple[int, ...]
    lower: tuple[int, ...]
    couple: int


@dataclass(frozen=True, slots=True)
class Order:
    """Nodes of each row from left to right; nodes from ``len(places)`` on are bends, where a long line passes a row."""

    rows: tuple[tuple[int, ...], ...]
    nets: tuple[Net, ...]
    n_nodes: int


def order_rows(rows: Rows) -> Order:
    """Order every row.

    Args:
        rows: the places, couples and chains of a family.

    Returns:
        Order: partners are neighbours in their row; parts of the family that nothing joins stand side by side.
    """
    nets, bends = _nets(rows)
    items = [*rows.chains, *((b,) for b in bends)]
    row_of = {i: p.row for i, p in enumerate(rows.places)} | bends
    height = max(row_of.values()) + 1
    ordered: list[list[int]] = [[] for _ in range(height)]
    # Parts that nothing joins are searched apart: fewer orders each, and no part is scattered through another.
    for part in _parts(items, nets, rows):
        search = _Search(part, nets, row_of, _Tastes.of(rows))
        for r, row in enumerate(search.best(height)):
            ordered[r].extend(node for item in row for node in item)
    return Order(tuple(map(tuple, ordered)), tuple(nets), len(row_of))


def _nets(rows: Rows) -> tuple[list[Net], dict[int, int]]:
    """The nets of every gap, and the bends with their rows."""
    nets: list[Net] = []
    bends: dict[int, int] = {}
    for k, couple in enumerate(rows.couples):
        top = rows.places[couple.father].row
        first: list[int] = []
        for child in couple.children:
            node = child
            for row in range(rows.places[child].row - 1, top, -1):
                bend = len(rows.places) + len(bends)
                bends[bend] = row
                nets.append(Net(row, (bend,), (node,), k))
                node = bend
            first.append(node)
        nets.append(Net(top, (couple.father, couple.mother), tuple(first), k))
    return nets, bends


def _parts(items: Sequence[tuple[int, ...]], nets: Sequence[Net], rows: Rows) -> list[list[tuple[int, ...]]]:
    """Items sorted into connected parts, each part in the order of its first item."""
    label = {node: i for i, item in enumerate(items) for node in item}
    first = {p.member: i for i, p in reversed(list(enumerate(rows.places)))}
    links = [(*n.upper, *n.lower) for n in nets] + [(i, first[p.member]) for i, p in enumerate(rows.places)]
    for nodes in links:
        labels = {label[n] for n in nodes}
        if len(labels) > 1:
            least = min(labels)
            label = {n: least if v in labels else v for n, v in label.items()}
    parts: dict[int, list[tuple[int, ...]]] = {}
    for item in items:
        parts.setdefault(label[item[0]], []).append(item)
    return list(parts.values())


@dataclass(frozen=True, slots=True)
class _Tastes:
    """What else makes a row pleasant: husbands left of wives, children in the family's order, duplicates close."""

    couples: tuple[Couple, ...]
    again: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, rows: Rows) -> _Tastes:
        first = {p.member: i for i, p in reversed(list(enumerate(rows.places)))}
        return cls(rows.couples, tuple((first[p.member], i) for i, p in enumerate(rows.places) if p.duplicate))


_Rows = list[list[tuple[int, ...]]]


class _Search:
    """Orders of one connected part, and what they cost."""

    def __init__(self, items: Sequence[tuple[int, ...]], nets: Sequence[Net], row_of: dict[int, int],
                 tastes: _Tastes) -> None:
        nodes = {n for item in items for n in item}
        self.items, self.row_of = items, row_of
        self.nets = [n for n in nets if n.upper[0] in nodes]
        self.by_row: dict[int, list[Net]] = {}
        for net in self.nets:
            self.by_row.setdefault(net.row, []).append(net)
        self.couples = [c for c in tastes.couples if c.father in nodes]
        self.again = [(a, b) for a, b in tastes.again if a in nodes and row_of[a] == row_of[b]]
        self.budget = _BUDGET

    def best(self, height: int) -> _Rows:
        """The cheapest order found; looks no further once nothing crosses."""
        found: list[tuple[float, _Rows]] = []
        for start in sorted(self.items, key=lambda item: self.row_of[item[0]])[:_BEGINNINGS]:
            rows = self._walk(start, height)
            for _ in range(3):
                rows = self._sweep(rows)
            self._improve(rows)
            cost = sum(self._row_cost(r, rows) for r in range(height)) + sum(
                self._gap_cost(r, rows) for r in range(height))
            found.append((cost, rows))
            if cost < _CROSSING or self.budget <= 0:
                break
        return min(found, key=lambda f: f[0])[1]

    def _walk(self, start: tuple[int, ...], height: int) -> _Rows:
        """Rows in the order in which a walk through the family meets the chains."""
        item_of = {n: item for item in self.items for n in item}
        below: dict[tuple[int, ...], list[tuple[int, ...]]] = {i: [] for i in self.items}
        above: dict[tuple[int, ...], list[tuple[int, ...]]] = {i: [] for i in self.items}
        for net in self.nets:
            for node in net.lower:
                below[item_of[net.upper[0]]].append(item_of[node])
                above[item_of[node]].append(item_of[net.upper[0]])
        for a, b in self.again:
            below[item_of[a]].append(item_of[b])
        rows: _Rows = [[] for _ in range(height)]
        seen = set[tuple[int, ...]]()
        waiting = [*reversed(self.items), start]
        while waiting:
            item = waiting.pop()
            if item in seen:
                continue
            seen.add(item)
            rows[self.row_of[item[0]]].append(item)
            waiting.extend(reversed([*below[item], *above[item]]))
        return rows

    def _sweep(self, rows: _Rows) -> _Rows:
        """Each row once by the places of what hangs above it, then by those of what hangs below."""
        new = [list(row) for row in rows]
        for r in range(1, len(new)):
            pos = _positions(new)
            pull = {n: sum(pos[u] for u in net.upper) / len(net.upper)
                    for net in self.by_row.get(r - 1, ()) for n in net.lower}
            _sort(new[r], pull)
        for r in range(len(new) - 2, -1, -1):
            pos = _positions(new)
            pull = {}
            for net in self.by_row.get(r, ()):
                pull.update(dict.fromkeys(net.upper, sum(pos[n] for n in net.lower) / len(net.lower)))
            _sort(new[r], pull)
        return new

    def _improve(self, rows: _Rows) -> None:
        helped = True
        while helped and self.budget > 0:
            helped = False
            for r, row in enumerate(rows):
                for item in tuple(row):
                    helped |= len(row) * len(item) > 1 and self._move(r, item, rows)

    def _move(self, r: int, item: tuple[int, ...], rows: _Rows) -> bool:
        """Put one chain where, and the way round, that it costs least; whether that was better than before."""
        before = list(rows[r])
        at = next(i for i, other in enumerate(before) if other is item)
        rest = before[:at] + before[at + 1:]
        ways = (item,) if len(item) == 1 else (item, item[::-1])
        # A move must help by more than rounding, or two equal orders would be exchanged for ever.
        best, chosen = self._local_cost(r, rows) - 1e-9, before
        for j in range(len(rest) + 1):
            for way in ways:
                if j == at and way is item:
                    continue
                self.budget -= 1
                rows[r] = [*rest[:j], way, *rest[j:]]
                cost = self._local_cost(r, rows)
                if cost < best:
                    best, chosen = cost, rows[r]
        rows[r] = chosen
        return chosen is not before

    def _local_cost(self, r: int, rows: _Rows) -> float:
        return self._gap_cost(r - 1, rows) + self._gap_cost(r, rows) + self._row_cost(r, rows)

    def _gap_cost(self, r: int, rows: _Rows) -> float:
        """Crossings between rows r and r + 1, and strangers who stand among somebody's children."""
        if r not in self.by_row:
            return 0.0
        pos = _positions(rows[r:r + 2])
        cost, lines = 0.0, list[tuple[float, int]]()
        for net in self.by_row[r]:
            ends = sorted(pos[n] for n in net.lower)
            cost += _GAP * (ends[-1] - ends[0] + 1 - len(ends))
            source = sum(pos[n] for n in net.upper) / len(net.upper)
            lines.extend((source, end) for end in ends)
        lines.sort()
        for i, (source, end) in enumerate(lines):
            for other_source, other_end in lines[i + 1:]:
                if other_end < end and other_source > source:
                    cost += _CROSSING
        return cost

    def _row_cost(self, r: int, rows: _Rows) -> float:
        pos = _positions(rows[r:r + 1])
        cost = sum(_WIFE_LEFT for c in self.couples if c.father in pos and pos[c.mother] < pos[c.father])
        for c in self.couples:
            here = [pos[n] for n in c.children if n in pos]
            cost += sum(_YOUNGER_LEFT for a, b in itertools.pairwise(here) if b < a)
        return cost + sum(_AGAIN * abs(pos[a] - pos[b]) for a, b in self.again if a in pos)


def _positions(rows: Sequence[Sequence[tuple[int, ...]]]) -> dict[int, int]:
    return {node: i for row in rows for i, node in enumerate(n for item in row for n in item)}


def _sort(row: list[tuple[int, ...]], pull: dict[int, float]) -> None:
    """Sort chains by the mean pull on their nodes; one that nothing pulls keeps its neighbour's place."""
    last = -1.0
    keys: dict[tuple[int, ...], float] = {}
    for item in row:
        pulls = [pull[n] for n in item if n in pull]
        keys[item] = last = sum(pulls) / len(pulls) if pulls else last
    by_key: Callable[[tuple[int, ...]], float] = keys.__getitem__
    row.sort(key=by_key)
