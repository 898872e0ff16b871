"""At which height each couple's bar lies between two rows of a pedigree drawing.

Between two rows every couple's children hang from a horizontal bar of their own. Bars whose spans overlap lie at
different heights, in the order in which the fewest lines cross, and never so that lines of two couples run along each
other: a reader must be able to follow each line to its end.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Bar", "stack"]

_CLOSE = 5.0  # px; vertical lines nearer than this are taken for one
_ALONG, _ACROSS = 1000, 1
_EXACT = 6  # up to this many overlapping bars every order is tried


@dataclass(slots=True)
class Bar:
    """One net between two rows: a line from above at ``source``, lines down at ``ends``, px; ``track`` 0 is highest.

    ``runs_on`` says of each end whether it is a bend, where the line passes the row below, and no symbol;
    ``from_bend`` the same of the source. ``slack`` is how far the source may be moved to either side, and ``moved``
    how far it was.
    """

    couple: int
    source: float
    ends: tuple[float, ...]
    runs_on: tuple[bool, ...]
    from_bend: bool = False
    slack: float = 0.0
    moved: float = 0.0
    track: int = 0

    @property
    def low(self) -> float:
        """Left end."""
        return min(self.source, *self.ends)

    @property
    def high(self) -> float:
        """Right end."""
        return max(self.source, *self.ends)

    @property
    def is_straight(self) -> bool:
        """Whether the line runs straight down and needs no bar."""
        return len(self.ends) == 1 and abs(self.ends[0] - self.source) < 1.0


def stack(bars: Sequence[Bar]) -> int:
    """Set the track of every bar of one gap, and move sources that would run along a stranger's line.

    Args:
        bars: all the nets between two rows; their ``track`` and, where need be, ``source`` are set.

    Returns:
        The number of tracks.
    """
    bent = [b for b in bars if not b.is_straight]
    for group in _overlapping(bent):
        placed: list[Bar] = []
        for bar in _best_order(group):
            touching = [p.track + 1 for p in placed if _overlap(p, bar)]
            bar.track = max(touching, default=0)
            placed.append(bar)
        for bar in group:
            _step_aside(bar, group)
    return max((b.track + 1 for b in bent), default=0)


def _overlap(a: Bar, b: Bar) -> bool:
    return a.low - _CLOSE < b.high and b.low - _CLOSE < a.high


def _overlapping(bars: Sequence[Bar]) -> list[list[Bar]]:
    """Bars in groups that share no x with each other."""
    groups: list[list[Bar]] = []
    reach = float("-inf")
    for bar in sorted(bars, key=lambda b: b.low):
        if not groups or bar.low - _CLOSE >= reach:
            groups.append([])
            reach = bar.high
        groups[-1].append(bar)
        reach = max(reach, bar.high)
    return groups


def _cost(above: Bar, below: Bar) -> int:
    """What it costs to have one bar higher than another: its lines down and the other's line up meet the bars."""
    across = sum(below.low < x < below.high for x in above.ends) + (above.low < below.source < above.high)
    return _ACROSS * across + _ALONG * sum(abs(x - below.source) < _CLOSE for x in above.ends)


def _best_order(group: Sequence[Bar]) -> list[Bar]:
    n = len(group)
    cost = [[_cost(a, b) for b in group] for a in group]

    def total(order: Sequence[int]) -> int:
        return sum(cost[order[i]][order[j]] for i in range(n) for j in range(i + 1, n))

    if n <= _EXACT:
        best: Sequence[int] = min(itertools.permutations(range(n)), key=total)
        return [group[i] for i in best]
    order = list(range(n))
    helped = True
    while helped:
        helped = False
        for i in range(n):
            rest = order[:i] + order[i + 1:]
            moved = min(([*rest[:j], order[i], *rest[j:]] for j in range(n)), key=total)
            if total(moved) < total(order):
                order, helped = moved, True
    return [group[i] for i in order]


def _step_aside(bar: Bar, group: Sequence[Bar]) -> None:
    """Move the source a little where it would run along a line that comes down from a higher bar."""
    taken = [x for other in group if other is not bar and other.track < bar.track for x in other.ends]
    for shift in (0.0, _CLOSE, -_CLOSE, 2.0 * _CLOSE, -2.0 * _CLOSE):
        if abs(shift) <= bar.slack and all(abs(bar.source + shift - x) >= _CLOSE for x in taken):
            bar.source += shift
            bar.moved = shift
            return
