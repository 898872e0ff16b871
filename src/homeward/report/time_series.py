"""A figure over time, drawn: what the records come to as a line, what was said about it as points beside."""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import escape

from homeward.model import InvalidValue
from homeward.model.figures import Series, SeriesPoint
from homeward.report.chart_frame import ACCENT, BLUE, MUTED, opening

__all__ = ["draw_series"]

_WIDTH, _HEIGHT = 760.0, 320.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 66.0, 14.0, 34.0, 52.0
_STROKES = 6
_MOST_LABELS = 10


def draw_series(series: Series, *, standalone: bool = True) -> str:
    """Draw a series: a line in steps, a band where the records leave a range, claims as open points with their bounds.

    The scale begins at 0 only where the figures do; it says where it begins.

    Args:
        series: the points in the order of their days, and what was claimed.
        standalone: whether the picture carries its own colours for dark and light.

    Returns:
        The SVG element as text, with a title and a description. Raises InvalidValue for a series without any point.
    """
    if not series.points and not series.claimed:
        raise InvalidValue(series.key, "points", 0, "must be at least 1")
    scale = _Scale.of(series)
    drawn = [*opening(_WIDTH, _HEIGHT, f"{series.label} over time", _described(series), standalone=standalone),
             *_axes(scale, series), *_band(series.points, scale), *_line(series.points, scale)]
    drawn += [mark for point in series.claimed for mark in _claim(point, scale)]
    return "".join([*drawn, "</svg>"])


@dataclass(frozen=True, slots=True)
class _Scale:
    first: int
    last: int
    low: float
    high: float
    step: float

    @classmethod
    def of(cls, series: Series) -> _Scale:
        points = (*series.points, *series.claimed)
        days = [p.on.toordinal() for p in points]
        lows = [p.amount.low for p in series.points] + [p.amount.high or p.amount.low for p in series.claimed]
        highs = [p.amount.low if p.amount.high is None else p.amount.high for p in points]
        low, high = min(lows), max(highs)
        step = _round_step((high - low) / _STROKES)
        return cls(min(days), max(max(days), min(days) + 1), math.floor(low / step) * step,
                   max(math.ceil(high / step) * step, math.floor(low / step) * step + step), step)

    def x(self, day: datetime.date) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (day.toordinal() - self.first) / (self.last - self.first)

    def y(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * share


def _round_step(least: float) -> float:
    """The first of 1, 2, 5, 10, 20 … that is no smaller."""
    if least <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= least)


def _described(series: Series) -> str:
    said = [f"{p.on}: {p.amount}" for p in series.points[:: max(1, len(series.points) // _MOST_LABELS)]]
    if series.points and said[-1] != (last := f"{series.points[-1].on}: {series.points[-1].amount}"):
        said.append(last)
    claimed = [f"{p.on}: {p.amount} ({p.claim})" for p in series.claimed]
    return "By the records: " + ("; ".join(said) or "nothing") + (f". Claimed: {'; '.join(claimed)}" if claimed else "")


def _axes(scale: _Scale, series: Series) -> Iterator[str]:
    unit = (*series.points, *series.claimed)[0].amount.unit
    begins = "" if scale.low == 0 else f"; the scale begins at {scale.low:,.0f}"
    yield f'<text x="{_LEFT}" y="18" font-weight="600">{escape(series.label)} ({escape(unit)}{begins})</text>'
    value = scale.low
    while value <= scale.high + scale.step / 2:
        y = scale.y(value)
        yield (f'<path d="M{_LEFT:.1f} {y:.1f}H{_WIDTH - _RIGHT:.1f}" stroke="{MUTED}" stroke-opacity="0.35"/>'
               f'<text x="{_LEFT - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{value:,.0f}</text>')
        value += scale.step
    for day, label in _ticks(scale):
        yield (f'<text x="{scale.x(day):.1f}" y="{_HEIGHT - _BOTTOM + 18:.1f}" text-anchor="middle">{label}</text>')
    y = _HEIGHT - 10
    yield (f'<path d="M{_LEFT:.1f} {y - 4:.1f}h22" stroke="{BLUE}" stroke-width="2"/>'
           f'<text x="{_LEFT + 28:.1f}" y="{y:.1f}">by the records</text>')
    if series.claimed:
        yield (f'<circle cx="{_LEFT + 138:.1f}" cy="{y - 4:.1f}" r="4" fill="none" stroke="{ACCENT}" stroke-width="2"/>'
               f'<text x="{_LEFT + 148:.1f}" y="{y:.1f}">as claimed</text>')


def _ticks(scale: _Scale) -> Iterator[tuple[datetime.date, str]]:
    first, last = (datetime.date.fromordinal(n) for n in (scale.first, scale.last))
    years = last.year - first.year
    if years < 2:  # too short for years: its two ends
        yield from ((first, str(first)), (last, str(last)))
        return
    step = max(1, math.ceil(years / _MOST_LABELS))
    for year in range(first.year + 1, last.year + 1, step):
        yield datetime.date(year, 1, 1), str(year)


def _band(points: Sequence[SeriesPoint], scale: _Scale) -> Iterator[str]:
    for point, following in itertools.pairwise(points):
        high = scale.high if point.amount.high is None else point.amount.high
        if high > point.amount.low:
            x, y = scale.x(point.on), scale.y(high)
            yield (f'<rect x="{x:.1f}" y="{y:.1f}" width="{scale.x(following.on) - x:.1f}" '
                   f'height="{scale.y(point.amount.low) - y:.1f}" fill="{BLUE}" fill-opacity="0.22"/>')


def _line(points: Sequence[SeriesPoint], scale: _Scale) -> Iterator[str]:
    """The least of what the records leave open; in steps, since nothing changes between two records."""
    if not points:
        return
    path = f"M{scale.x(points[0].on):.1f} {scale.y(points[0].amount.low):.1f}"
    for point in points[1:]:
        path += f"H{scale.x(point.on):.1f}V{scale.y(point.amount.low):.1f}"
    if len(points) == 1:
        path += "h6"
    yield f'<path d="{path}" fill="none" stroke="{BLUE}" stroke-width="2"/>'


def _claim(point: SeriesPoint, scale: _Scale) -> Iterator[str]:
    """An open point at the number said; a stroke up or down where it was said to be a bound."""
    amount = point.amount
    x = scale.x(point.on)
    said = amount.low if amount.high is None else amount.high
    yield "<g>"
    if amount.high is None or amount.high > amount.low:
        other = scale.high if amount.high is None else amount.low
        yield f'<path d="M{x:.1f} {scale.y(said):.1f}V{scale.y(other):.1f}" stroke="{ACCENT}" stroke-width="1.4"/>'
    dashes = ' stroke-dasharray="2 2"' if amount.about else ""
    yield (f'<circle cx="{x:.1f}" cy="{scale.y(said):.1f}" r="4" fill="none" stroke="{ACCENT}" stroke-width="2"'
           f'{dashes}><title>{escape(f"{point.on}: {amount} ({point.claim})")}</title></circle></g>')
