"""How far right each symbol of a pedigree drawing stands, once the order of every row is settled.

A linear program: neighbours keep their distance; under that, children are centred below their parents, long lines
run straight, couples and brothers and sisters stand close. Sums of absolute differences, so that what can be exactly
centred is exactly centred.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from homeward.report.pedigree_order import Net, Order
from homeward.report.pedigree_rows import Rows

__all__ = ["place_columns"]

_STRAIGHT, _CENTRED, _COUPLE, _CHILDREN, _EVEN, _ROW, _AGAIN = 30.0, 8.0, 2.0, 1.0, 0.2, 0.05, 0.02
_BEND_MARGIN = 6.0  # px between a long line and the label beside it
_STRANGERS = 10.0  # px more between neighbours who are neither partners nor children of one couple


def place_columns(rows: Rows, order: Order, *, pitch_px: float) -> NDArray[np.float64]:
    """Horizontal place of every node.

    Args:
        rows: places and couples of the family.
        order: the order of each row.
        pitch_px: least distance between the middles of two symbols, px.

    Returns:
        Array of shape ``(order.n_nodes,)``, px, the leftmost at 0; neighbours are never nearer than ``pitch_px``.
    """
    program = _Program(order.n_nodes)
    bonds = _bonds(order.nets)
    for row in order.rows:
        for a, b in itertools.pairwise(row):
            program.keep_apart(a, b, _distance(a, b, n_places=len(rows.places), pitch_px=pitch_px, bonds=bonds))
        if row:
            program.draw_together({row[-1]: 1.0, row[0]: -1.0}, _ROW)
    position = {node: i for row in order.rows for i, node in enumerate(row)}
    for net in order.nets:
        _pull(program, net, position)
    first = {p.member: i for i, p in reversed(list(enumerate(rows.places)))}
    for i, place in enumerate(rows.places):
        if place.duplicate:
            # Weak: a duplicate should be near its first, but never bend the family for it.
            program.draw_together({i: 1.0, first[place.member]: -1.0}, _AGAIN)
    x = program.solve()
    return np.asarray(x - x.min(), dtype=np.float64)


def _bonds(nets: Iterable[Net]) -> set[frozenset[int]]:
    """Pairs of nodes that may stand close: partners, and children of one couple."""
    pairs = set()
    for net in nets:
        pairs.add(frozenset(net.upper))
        pairs.update(frozenset((a, b)) for a in net.lower for b in net.lower)
    return pairs


def _distance(a: int, b: int, *, n_places: int, pitch_px: float, bonds: set[frozenset[int]]) -> float:
    bends = (a >= n_places) + (b >= n_places)
    if bends:
        return pitch_px / 2.0 + _BEND_MARGIN if bends == 1 else 3.0 * _BEND_MARGIN
    return pitch_px if frozenset((a, b)) in bonds else pitch_px + _STRANGERS


def _pull(program: _Program, net: Net, position: Mapping[int, int]) -> None:
    lower = sorted(net.lower, key=position.__getitem__)
    middle = {n: 1.0 / len(net.upper) for n in net.upper}
    for end in (lower[0], lower[-1]):
        middle[end] = middle.get(end, 0.0) - 0.5
    program.draw_together(middle, _CENTRED if len(net.upper) == 2 else _STRAIGHT)
    if len(net.upper) == 2:
        program.draw_together({net.upper[0]: 1.0, net.upper[1]: -1.0}, _COUPLE)
    if len(lower) > 1:
        program.draw_together({lower[-1]: 1.0, lower[0]: -1.0}, _CHILDREN)
    for a, b, c in zip(lower, lower[1:], lower[2:], strict=False):
        program.draw_together({a: 1.0, b: -2.0, c: 1.0}, _EVEN)


class _Program:
    """Least Σ weight · |expression| under minimum distances."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.pulls: list[tuple[dict[int, float], float]] = []
        self.gaps: list[tuple[int, int, float]] = []

    def keep_apart(self, left: int, right: int, distance: float) -> None:
        self.gaps.append((left, right, distance))

    def draw_together(self, expression: dict[int, float], weight: float) -> None:
        self.pulls.append((expression, weight))

    def solve(self) -> NDArray[np.float64]:
        """Each |expression| is a variable t with −t ≤ expression ≤ t."""
        k = len(self.pulls)
        matrix = np.zeros((len(self.gaps) + 2 * k, self.n + k))
        bound = np.zeros(len(matrix))
        for row, (left, right, distance) in enumerate(self.gaps):
            matrix[row, left], matrix[row, right], bound[row] = 1.0, -1.0, -distance
        for j, (expression, _) in enumerate(self.pulls):
            row = len(self.gaps) + 2 * j
            for node, factor in expression.items():
                matrix[row, node], matrix[row + 1, node] = factor, -factor
            matrix[row:row + 2, self.n + j] = -1.0
        cost = np.concatenate([np.zeros(self.n), [weight for _, weight in self.pulls]])
        solved = linprog(cost, A_ub=matrix, b_ub=bound, bounds=(0.0, None), method="highs-ds")
        return np.asarray(solved.x[:self.n], dtype=np.float64)
