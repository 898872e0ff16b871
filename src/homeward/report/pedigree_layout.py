"""The geometry of a pedigree drawing: where each symbol stands and where each line runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeward.model import Family
from homeward.report.pedigree_columns import place_columns
from homeward.report.pedigree_order import Net, order_rows
from homeward.report.pedigree_rows import Rows, arrange_rows
from homeward.report.pedigree_tracks import Bar, stack

__all__ = ["LABEL_PX", "LABEL_TOP_PX", "SYMBOL_PX", "Layout", "Line", "Symbol", "lay_out"]

SYMBOL_PX, LABEL_PX, LABEL_TOP_PX = 30.0, 13.0, 6.0
_TRACK_PX, _MARGIN_PX = 12.0, 10.0
_CLEAR_PX = 12.0  # between a label and the first bar below it, and between the last bar and the next symbols
_BEND_SLACK_PX = 10.0  # as far as a long line may step aside between two labels
_HOP_CLEAR_PX = 1.0


@dataclass(frozen=True, slots=True)
class Symbol:
    """A member's symbol with its middle, px; ``duplicate`` where the member stands elsewhere too."""

    member: str
    x: float
    y: float
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line that belongs to one couple, px.

    ``kind``: couple (between the partners), drop (down from the couple; as far as an only child straight below), bar
    (above the children), child (from the bar to a child). ``hops`` are the x at which a bar passes over a line that it
    has nothing to do with.
    """

    kind: str
    couple: int
    x1: float
    y1: float
    x2: float
    y2: float
    hops: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """Symbols and lines within ``width`` × ``height`` px.

    ``links`` are pairs of indices of symbols of one member; ``couples`` the partners' ids, by ``Line.couple``.
    """

    symbols: tuple[Symbol, ...]
    lines: tuple[Line, ...]
    links: tuple[tuple[int, int], ...]
    couples: tuple[tuple[str, str], ...]
    width: float
    height: float


def lay_out(family: Family, *, pitch_px: float, label_lines: Mapping[str, int]) -> Layout:
    """Lay out a family of any form.

    Args:
        family: the pedigree.
        pitch_px: least distance between the middles of two symbols of one row, px.
        label_lines: for each member, the number of lines of text below the symbol.

    Returns:
        Layout: the first ``len(family.members)`` symbols are the members in their order; duplicates follow.
    """
    rows = arrange_rows(family)
    order = order_rows(rows)
    x = place_columns(rows, order, pitch_px=pitch_px) + pitch_px / 2.0 + _MARGIN_PX
    n_rows = len(order.rows)
    text = [max((label_lines[p.member] for p in rows.places if p.row == r), default=0) for r in range(n_rows)]
    bars = [[_bar(n, x, n_places=len(rows.places), pitch_px=pitch_px) for n in order.nets if n.row == r]
            for r in range(n_rows)]
    tops, bars_from = _heights([stack(b) for b in bars], text)
    symbols = tuple(Symbol(p.member, float(x[i]), tops[p.row], p.duplicate) for i, p in enumerate(rows.places))
    lines = _couple_lines(rows, symbols)
    for r in range(n_rows - 1):
        lines += _hung_lines(bars[r], tops[r], tops[r + 1], bars_from[r])
    right = max(float(x.max()) + pitch_px / 2.0, *(b.high for gap in bars for b in gap), 0.0)
    bottom = tops[-1] + SYMBOL_PX / 2.0 + LABEL_TOP_PX + text[-1] * LABEL_PX
    names = tuple((symbols[c.father].member, symbols[c.mother].member) for c in rows.couples)
    return Layout(symbols, _hop(lines), _links(rows), names, right + _MARGIN_PX, bottom + _MARGIN_PX)


def _bar(net: Net, x: NDArray[np.float64], *, n_places: int, pitch_px: float) -> Bar:
    source = float(np.mean(x[list(net.upper)]))
    # A couple's own line is drawn from symbol to symbol: the children may hang from any point of it.
    from_bend = len(net.upper) == 1
    slack = _BEND_SLACK_PX if from_bend else (pitch_px - SYMBOL_PX) / 2.0 - 4.0
    ends = tuple(float(x[n]) for n in net.lower)
    return Bar(net.couple, source, ends, tuple(n >= n_places for n in net.lower), from_bend, slack)


def _heights(tracks: Sequence[int], text: Sequence[int]) -> tuple[list[float], list[float]]:
    """Middle of each row's symbols, and the height of the first bar below it, px."""
    tops, bars_from = [_MARGIN_PX + SYMBOL_PX / 2.0], []
    for n_tracks, n_lines in zip(tracks, text, strict=True):
        below = tops[-1] + SYMBOL_PX / 2.0 + LABEL_TOP_PX + n_lines * LABEL_PX
        bars_from.append(below + _CLEAR_PX)
        tops.append(bars_from[-1] + max(n_tracks - 1, 0) * _TRACK_PX + _CLEAR_PX + SYMBOL_PX / 2.0)
    return tops[:-1], bars_from


def _couple_lines(rows: Rows, symbols: Sequence[Symbol]) -> list[Line]:
    lines = []
    for k, couple in enumerate(rows.couples):
        left, right = sorted((symbols[couple.father], symbols[couple.mother]), key=lambda s: s.x)
        half = SYMBOL_PX / 2.0
        lines.append(Line("couple", k, left.x + half, left.y, right.x - half, right.y))
    return lines


def _hung_lines(bars: Iterable[Bar], top: float, next_top: float, bars_from: float) -> list[Line]:
    """Drops, bars and lines to children between two rows; a line that runs on meets the next gap's drop."""
    lines = []
    for bar in bars:
        # A bend's line is drawn to the middle of the row it passes, where the next gap's drop takes it up.
        stops = [next_top - (0.0 if runs_on else SYMBOL_PX / 2.0) for runs_on in bar.runs_on]
        if bar.is_straight:
            lines.append(Line("drop", bar.couple, bar.ends[0], top, bar.ends[0], stops[0]))
            continue
        y = bars_from + bar.track * _TRACK_PX
        if bar.from_bend and bar.moved:
            was = bar.source - bar.moved
            lines.append(Line("bar", bar.couple, min(was, bar.source), top, max(was, bar.source), top))
        lines.append(Line("drop", bar.couple, bar.source, top, bar.source, y))
        lines.append(Line("bar", bar.couple, bar.low, y, bar.high, y))
        lines += [Line("child", bar.couple, end, y, end, stop) for end, stop in zip(bar.ends, stops, strict=True)]
    return lines


def _hop(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Mark where a bar passes over another couple's line."""
    upright = [v for v in lines if v.x1 == v.x2]
    hopped = []
    for line in lines:
        if line.kind == "bar":
            over = {v.x1 for v in upright if v.couple != line.couple and v.y1 + _HOP_CLEAR_PX < line.y1 < v.y2
                    and line.x1 + _HOP_CLEAR_PX < v.x1 < line.x2 - _HOP_CLEAR_PX}
            line = replace(line, hops=tuple(sorted(over)))
        hopped.append(line)
    return tuple(hopped)


def _links(rows: Rows) -> tuple[tuple[int, int], ...]:
    first = {p.member: i for i, p in reversed(list(enumerate(rows.places)))}
    return tuple((first[p.member], i) for i, p in enumerate(rows.places) if p.duplicate)
