"""From what was handed over to names, drawn: a lane for each lot, every stage in its own unit."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from markupsafe import escape

from homeward.model.figures import Flow, Stage
from homeward.report.chart_frame import ACCENT, BLUE, MUTED, opening

__all__ = ["draw_flow"]

_STAGES = ("received", "estimated", "accounted for", "returned", "not yet named")
_HEADINGS = ("received", "thought to be", "have a name", "returned to another country", "not yet named")
_LEFT, _COLUMN, _GAP, _TOP = 198.0, 156.0, 22.0, 54.0
_LINE, _BAR, _PADDING = 16.0, 6.0, 9.0
_NAME_CHARACTERS, _HEADING_CHARACTERS, _CELL_CHARACTERS = 26, 20, 21
_NOTHING = "not recorded"


def draw_flow(flow: Flow, *, standalone: bool = True) -> str:
    """Draw the flow from hand-overs to names.

    Persons have a bar, all on one scale; its pale part is what an amount leaves open. Boxes, sets and bones have none:
    no length could stand for both a box and a person.

    Args:
        flow: the lanes; stages of one name in several units stand one below the other.
        standalone: whether the picture carries its own colours for dark and light; inside a page it takes the page's.

    Returns:
        The SVG element as text, with a title and a description for those who cannot see it.
    """
    lanes = [(name, _by_name(stages)) for name, stages in flow.lanes]
    heights = [_lane_height(name, stages) for name, stages in lanes]
    width, height = _LEFT + len(_STAGES) * (_COLUMN + _GAP), _TOP + sum(heights) + 10.0
    most = max((a.low if a.high is None else a.high for _, stages in flow.lanes for s in stages
                if (a := s.amount) is not None and a.unit == "person"), default=0.0)
    drawn = [*opening(width, height, f"From hand-overs to names, at the end of {flow.as_of}", _described(flow),
                      standalone=standalone), *_headings()]
    top = _TOP
    for (name, stages), lane in zip(lanes, heights, strict=True):
        drawn += _lane(name, stages, top, lane, most=most)
        top += lane
    return "".join([*drawn, "</svg>"])


def _by_name(stages: Sequence[Stage]) -> dict[str, list[Stage]]:
    found: dict[str, list[Stage]] = {name: [] for name in _STAGES}
    for stage in stages:
        found.setdefault(stage.name, []).append(stage)
    return found


def _lane_height(name: str, stages: dict[str, list[Stage]]) -> float:
    cells = (sum(len(_said(s)) * _LINE + _BAR for s in of) for of in stages.values())
    return max(len(textwrap.wrap(name, _NAME_CHARACTERS)) * _LINE, *cells) + 2 * _PADDING + 8.0


def _said(stage: Stage) -> list[str]:
    """A stage's amount in lines that fit."""
    return textwrap.wrap(stage.instead or (_NOTHING if stage.amount is None else str(stage.amount)), _CELL_CHARACTERS)


def _described(flow: Flow) -> str:
    lanes = []
    for name, stages in flow.lanes:
        said = ", ".join(f"{s.name} {' '.join(_said(s))}" for s in stages)
        lanes.append(f"{name}: {said}")
    return ". ".join(lanes) + ". Units are never added."


def _headings() -> Iterator[str]:
    for i, heading in enumerate(_HEADINGS):
        for n, line in enumerate(textwrap.wrap(heading, _HEADING_CHARACTERS)):
            yield (f'<text x="{_x(i) + _COLUMN / 2:.1f}" y="{20 + n * 15:.1f}" text-anchor="middle" font-weight="600">'
                   f"{escape(line)}</text>")


def _lane(name: str, stages: dict[str, list[Stage]], top: float, height: float, *, most: float) -> Iterator[str]:
    middle = top + (height - 8.0) / 2.0
    names = textwrap.wrap(name, _NAME_CHARACTERS)
    for n, line in enumerate(names):
        y = middle + 4.0 + (n - (len(names) - 1) / 2.0) * 15.0
        yield f'<text x="8" y="{y:.1f}">{escape(line)}</text>'
    for i, stage in enumerate(_STAGES):
        known = any(s.amount is not None or s.instead for s in stages[stage])
        dashes = "" if known else ' stroke-dasharray="4 4"'
        yield (f'<rect x="{_x(i):.1f}" y="{top:.1f}" width="{_COLUMN:.1f}" height="{height - 8.0:.1f}" rx="5" '
               f'fill="none" stroke="{MUTED}" stroke-opacity="{0.9 if known else 0.5}"{dashes}/>')
        # What was returned and what has no name yet are no later stage of the names: all three part from the estimate.
        if i in (1, 2):
            yield _arrow(_x(i) - _GAP, middle)
        yield from _amounts(stages[stage], _x(i), middle, most=most)


def _x(column: int) -> float:
    return _LEFT + column * (_COLUMN + _GAP)


def _arrow(x: float, y: float) -> str:
    return (f'<path d="M{x + 2:.1f} {y:.1f}h{_GAP - 8:.1f}m-5 -4l5 4l-5 4" fill="none" stroke="{MUTED}" '
            'stroke-width="1.4"/>')


def _amounts(stages: Sequence[Stage], x: float, middle: float, *, most: float) -> Iterator[str]:
    y = middle - sum(len(_said(s)) * _LINE + _BAR for s in stages) / 2.0
    for stage in stages:
        faint = ' fill-opacity="0.65"' if stage.amount is None else ""
        for line in _said(stage):
            y += _LINE
            yield f'<text x="{x + _COLUMN / 2:.1f}" y="{y - 3:.1f}" text-anchor="middle"{faint}>{escape(line)}</text>'
        if stage.amount is not None and stage.amount.unit == "person" and most > 0:
            yield from _bar(stage.amount.low, stage.amount.high, x + _PADDING, y + 1.5, scale=_inner() / most)
        y += _BAR


def _inner() -> float:
    return _COLUMN - 2 * _PADDING


def _bar(low: float, high: float | None, x: float, y: float, *, scale: float) -> Iterator[str]:
    end = _inner() if high is None else max(high, 0) * scale
    sure = max(low, 0) * scale
    if end > sure:
        yield (f'<rect x="{x + sure:.1f}" y="{y:.1f}" width="{end - sure:.1f}" height="{_BAR:.1f}" fill="{ACCENT}" '
               'fill-opacity="0.45"/>')
    if sure > 0:
        yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(sure, 1.0):.1f}" height="{_BAR:.1f}" fill="{BLUE}"/>'
