"""A calibration plot: how often what was stated with a probability is so, beside how often it should be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from markupsafe import escape

from homeward.decide.score_groups import CalibrationBin
from homeward.report.chart_frame import ACCENT, BLUE, MUTED, opening

__all__ = ["draw_calibration"]

_PANEL, _GAP, _LEFT, _TOP, _BOTTOM = 300.0, 76.0, 60.0, 40.0, 52.0
_Z = 1.645  # of a 90 % interval


def draw_calibration(panels: Sequence[tuple[str, Sequence[CalibrationBin]]], *, standalone: bool = True) -> str:
    """Draw one panel for each kind of probability, side by side.

    Args: ``panels``: title and bins of each; ``standalone``: whether the picture carries its own colours.

    Returns the SVG element as text: a point for each bin with its 90 % interval (Wilson 1927), the larger the more
    there are, and the line on which calibrated probabilities lie.
    """
    width = _LEFT + len(panels) * (_PANEL + _GAP) - _GAP + 16.0
    described = "; ".join(f"{title}: " + ", ".join(f"stated {b.mean:.3g}, so {b.right} of {b.n}" for b in bins)
                          for title, bins in panels)
    drawn = [*opening(width, _TOP + _PANEL + _BOTTOM, "Calibration", described, standalone=standalone)]
    for k, (title, bins) in enumerate(panels):
        drawn += _panel(_LEFT + k * (_PANEL + _GAP), title, bins)
    return "".join([*drawn, "</svg>"])


def _panel(left: float, title: str, bins: Sequence[CalibrationBin]) -> Iterator[str]:
    bottom = _TOP + _PANEL
    yield f'<text x="{left:.1f}" y="{_TOP - 14:.1f}" font-weight="600">{escape(title)}</text>'
    yield (f'<rect x="{left:.1f}" y="{_TOP:.1f}" width="{_PANEL}" height="{_PANEL}" fill="none" stroke="{MUTED}" '
           'stroke-width="1"/>')
    yield (f'<line x1="{left:.1f}" y1="{bottom:.1f}" x2="{left + _PANEL:.1f}" y2="{_TOP:.1f}" stroke="{MUTED}" '
           'stroke-dasharray="4 4"/>')
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = left + tick * _PANEL, bottom - tick * _PANEL
        yield f'<text x="{x:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{tick:g}</text>'
        yield f'<text x="{left - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>'
    yield f'<text x="{left + _PANEL / 2:.1f}" y="{bottom + 38:.1f}" text-anchor="middle">stated probability</text>'
    yield (f'<text transform="translate({left - 40:.1f} {_TOP + _PANEL / 2:.1f}) rotate(-90)" '
           'text-anchor="middle">how often it is so</text>')
    for b in bins:
        yield from _point(left, b)


def _point(left: float, b: CalibrationBin) -> Iterator[str]:
    low, high = _wilson(b)
    x, y = left + b.mean * _PANEL, _TOP + _PANEL * (1.0 - b.share)
    colour = BLUE if low <= b.mean <= high else ACCENT
    yield (f'<line x1="{x:.1f}" y1="{_TOP + _PANEL * (1.0 - high):.1f}" x2="{x:.1f}" '
           f'y2="{_TOP + _PANEL * (1.0 - low):.1f}" stroke="{colour}" stroke-width="1.5"/>')
    yield (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2.0 + 1.2 * math.log10(b.n):.1f}" fill="{colour}">'
           f"<title>stated {b.mean:.4g}: {b.right} of {b.n} are so</title></circle>")


def _wilson(b: CalibrationBin) -> tuple[float, float]:
    centre = b.share + _Z * _Z / (2.0 * b.n)
    half = _Z * math.sqrt(b.share * (1.0 - b.share) / b.n + _Z * _Z / (4.0 * b.n * b.n))
    scale = 1.0 + _Z * _Z / b.n
    return max((centre - half) / scale, 0.0), min((centre + half) / scale, 1.0)
