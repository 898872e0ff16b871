"""What each marker says of one pair, as bars on one scale beside the genotypes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from homeward.decide.result import MarkerLR
from homeward.model import Profile
from homeward.report.numbers import log10_lr_text

__all__ = ["MarkerChart", "MarkerRow", "draw_marker_chart"]

_WIDTH, _HEIGHT, _BAR_TOP, _BAR = 220.0, 16.0, 3.0, 10.0
_CROWDED_PERCENT, _MOST_STROKES = 14.0, 12
_LEAST_END = 1.0  # the scale always reaches at least this far to both sides: tiny LRs must not look large


@dataclass(frozen=True, slots=True)
class MarkerRow:
    """One marker: genotype of the remains, genotypes of the donors ("" not typed), the bar, the figure, its kind.

    ``kind``: for, against, neutral, excluded or silent (not compared).
    """

    marker: str
    genotype: str
    donors: tuple[str, ...]
    bar: str
    figure: str
    kind: str


@dataclass(frozen=True, slots=True)
class MarkerChart:
    """Rows in the order of the markers, and the sum of those that were compared.

    ``axis``: figures of the scale with their places, percent of its width.
    """

    axis: tuple[tuple[float, str], ...]
    rows: tuple[MarkerRow, ...]
    total: str
    n_compared: int


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> _Scale:
        return cls(math.floor(min([-_LEAST_END, *values])), math.ceil(max([_LEAST_END, *values])))

    def x(self, value: float) -> float:
        return _WIDTH * (value - self.low) / (self.high - self.low)


def draw_marker_chart(markers: Sequence[MarkerLR], donors: Sequence[Profile]) -> MarkerChart:
    """Draw the log10 LR of every marker of one pair.

    Args:
        markers: what each marker says; None is drawn as a broken line, −inf as a hatched bar to the left edge: three
            statuses, never one zero.
        donors: profiles of the relatives, for the genotypes beside; the order of the columns.

    Returns:
        MarkerChart: inline SVG for each row, all on one scale.
    """
    finite = [m.log10_lr for m in markers if m.log10_lr is not None and math.isfinite(m.log10_lr)]
    scale = _Scale.of(finite)
    excluded = any(m.log10_lr == -math.inf for m in markers)
    total = -math.inf if excluded else math.fsum(finite) if finite else None
    rows = tuple(_row(m, donors, scale) for m in markers)
    return MarkerChart(_axis(scale), rows, log10_lr_text(total), sum(m.log10_lr is not None for m in markers))


def _row(m: MarkerLR, donors: Sequence[Profile], scale: _Scale) -> MarkerRow:
    kind = _kind(m.log10_lr)
    genotypes = tuple(_by_size(str(d.genotypes.get(m.marker, ""))) for d in donors)
    return MarkerRow(m.marker, _by_size(m.genotype), genotypes, _bar(m.log10_lr, kind, scale),
                     log10_lr_text(m.log10_lr), kind)


def _by_size(genotype: str) -> str:
    """Alleles by rising number, as laboratories print them: the model keeps them sorted as text, 16 before 8."""
    alleles = genotype.split("/")
    if all(a.replace(".", "", 1).isdecimal() for a in alleles):
        alleles.sort(key=float)
    return "/".join(alleles)


def _kind(log10_lr: float | None) -> str:
    if log10_lr is None:
        return "silent"
    if log10_lr == -math.inf:
        return "excluded"
    return "neutral" if log10_lr == 0.0 else "for" if log10_lr > 0.0 else "against"


def _bar(log10_lr: float | None, kind: str, scale: _Scale) -> str:
    zero = scale.x(0.0)
    drawn = f'<path class="grid" d="{_grid(scale)}"/>'
    if log10_lr is None:
        drawn += f'<path class="silent" d="M0 8H{_WIDTH:.0f}"/>'
    else:
        end = 0.0 if log10_lr == -math.inf else scale.x(log10_lr)
        left, width = min(zero, end), max(abs(end - zero), 1.0)
        drawn += f'<rect class="{kind}" x="{left:.1f}" y="{_BAR_TOP:.0f}" width="{width:.1f}" height="{_BAR:.0f}"/>'
        if kind == "excluded":  # strokes, so that it differs from a strong negative without its colour too
            strokes = "".join(f"M{x} 13l10-10" for x in range(0, max(int(zero) - 9, 1), 10))
            drawn += f'<path class="hatch" d="{strokes}"/>'
    return (f'<svg class="bar" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" preserveAspectRatio="none" aria-hidden="true">'
            f'{drawn}<path class="zero" d="M{zero:.1f} 0V{_HEIGHT:.0f}"/></svg>')


def _grid(scale: _Scale) -> str:
    """Strokes at whole numbers, or at every few of them where they would stand too close."""
    step = max(1, math.ceil((scale.high - scale.low) / _MOST_STROKES))
    first = math.ceil(scale.low / step) * step
    return "".join(f"M{scale.x(v):.0f} 0v16" for v in range(first, int(scale.high), step) if v not in (0, scale.low))


def _axis(scale: _Scale) -> tuple[tuple[float, str], ...]:
    """Figures at both ends and at zero, with their places in percent; the lower end gives way where zero is close."""
    zero = 100.0 * scale.x(0.0) / _WIDTH
    low = ((0.0, _signed(scale.low)),) if zero > _CROWDED_PERCENT else ()
    return (*low, (zero, "0"), (100.0, _signed(scale.high)))


def _signed(value: float) -> str:
    return "0" if value == 0 else f"{'+' if value > 0 else '−'}{abs(value):.0f}"
