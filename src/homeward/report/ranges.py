"""Rival numbers, drawn: what each comes to, as a range on one axis; a picture for each unit, since units never mix."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import escape

from homeward.model import InvalidValue
from homeward.model.quantities import Amount
from homeward.report.chart_frame import ACCENT, BLUE, MUTED, opening

__all__ = ["Range", "draw_ranges"]

_WIDTH, _ROW, _TOP, _BOTTOM = 700.0, 26.0, 16.0, 34.0
_LEFT, _RIGHT = 226.0, 510.0  # where the axis begins and ends; labels stand before it, amounts behind
_LONGEST, _LONGEST_AMOUNT = 34, 28
_STROKES = 5


@dataclass(frozen=True, slots=True)
class Range:
    """One of several rival numbers: who says it, what it comes to, whether somebody prefers it."""

    label: str
    amount: Amount
    preferred: bool = False


def draw_ranges(title: str, ranges: Sequence[Range], *, standalone: bool = True) -> str:
    """Draw rival numbers of one unit beneath each other.

    An exact number is a full point, a rough one an open point, a range a bar between its bounds; a number without an
    upper bound ends in an arrow. The scale begins at 0 only where a number does.

    Args:
        title: what they are about.
        ranges: in the order in which they are drawn.
        standalone: whether the picture carries its own colours for dark and light.

    Returns:
        The SVG element as text, with a title and a description. Raises InvalidValue for no range, or several units.
    """
    units = sorted({r.amount.unit for r in ranges})
    if len(units) != 1:
        raise InvalidValue(title, "unit", ", ".join(units), "must be one for the whole picture")
    scale = _Scale.of(ranges)
    height = _TOP + _ROW * len(ranges) + _BOTTOM
    described = "; ".join(f"{r.label}: {r.amount}" + (" (preferred)" if r.preferred else "") for r in ranges)
    rows = (mark for number, r in enumerate(ranges) for mark in _row(r, _TOP + _ROW * (number + .5), scale))
    return "".join([*opening(_WIDTH, height, f"{title}, in {units[0]}", described, standalone=standalone),
                    *_axis(scale, _TOP + _ROW * len(ranges)), *rows, "</svg>"])


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    step: float

    @classmethod
    def of(cls, ranges: Sequence[Range]) -> _Scale:
        ends = [end for r in ranges for end in (r.amount.low, r.amount.high) if end is not None]
        low, high = min(ends), max(ends)
        # Room for an arrow behind the last number that has no upper bound.
        room = max(high - low, .02 * abs(high), 1.0)
        if any(r.amount.high is None for r in ranges):
            high += .15 * room
        step = _round_step(room / _STROKES)
        first = math.floor(low / step) * step
        return cls(first, max(math.ceil(high / step) * step, first + step), step)

    def x(self, value: float) -> float:
        """Where a number stands on the axis."""
        return _LEFT + (_RIGHT - _LEFT) * (value - self.low) / (self.high - self.low)

    def strokes(self) -> Iterator[float]:
        """The numbers written on the axis."""
        return itertools.takewhile(lambda v: v <= self.high + 1e-9 * self.step,
                                   (self.low + n * self.step for n in itertools.count()))


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    # People, boxes and bones are whole.
    return max(1.0, next(power * f for f in (1, 2, 5, 10) if power * f >= rough))


def _axis(scale: _Scale, bottom: float) -> Iterator[str]:
    for value in scale.strokes():
        x = scale.x(value)
        yield (f'<path d="M{x:.1f} {_TOP - 6:.1f}V{bottom:.1f}" stroke="{MUTED}" stroke-opacity=".35" fill="none"/>'
               f'<text x="{x:.1f}" y="{bottom + 18:.1f}" text-anchor="middle" font-size="11.5">{value:,.0f}</text>')


def _row(one: Range, y: float, scale: _Scale) -> Iterator[str]:
    colour, amount = ACCENT if one.preferred else BLUE, one.amount
    weight = ' font-weight="600"' if one.preferred else ""
    yield f'<text x="0" y="{y + 4:.1f}"{weight}>{escape(_cut(one.label, _LONGEST))}</text>'
    yield (f'<text x="{_WIDTH:.1f}" y="{y + 4:.1f}" text-anchor="end"{weight}>'
           f'{escape(_cut(str(amount), _LONGEST_AMOUNT))}</text>')
    low = scale.x(amount.low)
    if amount.high is None:
        yield _bar(low, _RIGHT, y, colour, rough=amount.about)
        yield (f'<path d="M{_RIGHT - 7:.1f} {y - 4:.1f}L{_RIGHT:.1f} {y:.1f}L{_RIGHT - 7:.1f} {y + 4:.1f}Z" '
               f'fill="{colour}"/>')
    elif amount.high > amount.low:
        yield _bar(low, scale.x(amount.high), y, colour, rough=amount.about)
        yield _end(scale.x(amount.high), y, colour)
    if amount.high == amount.low:
        inside = "none" if amount.about else colour
        yield f'<circle cx="{low:.1f}" cy="{y:.1f}" r="4.5" fill="{inside}" stroke="{colour}" stroke-width="2"/>'
    else:
        yield _end(low, y, colour)


def _bar(start: float, end: float, y: float, colour: str, *, rough: bool) -> str:
    dashes = ' stroke-dasharray="5 4"' if rough else ""
    return f'<path d="M{start:.1f} {y:.1f}H{end:.1f}" stroke="{colour}" stroke-width="3" fill="none"{dashes}/>'


def _end(x: float, y: float, colour: str) -> str:
    return f'<path d="M{x:.1f} {y - 6:.1f}V{y + 6:.1f}" stroke="{colour}" stroke-width="2" fill="none"/>'


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
