"""All pairs of persons and remains in one picture: the log10 LR by colour, the three statuses apart."""

from __future__ import annotations

import base64
import itertools
import struct
import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import escape
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.report.numbers import log10_lr_text

__all__ = ["NOTABLE_LOG10_LR", "HeatMap", "Swatch", "draw_heat_map"]

NOTABLE_LOG10_LR = 2.0
_MOST = 300
_EDGES = (-4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 9.0)
# Sand to blue: told apart by all common forms of colour blindness, and by lightness alone on each side. Nearly all
# pairs of a case speak against; they stay pale, so that the few that speak for a name are seen.
_COLOURS = ("#d9b57f", "#e9d3ab", "#f6ecd9", "#d9ecf1", "#97c8d8", "#4a9bbb", "#1d6693", "#0a3560")
_EXCLUDED_COLOUR, _RING = "#8f99a5", "#d1490c"
_FIRST_DARK = 8  # index of the palette from which writing is white
_SILENT, _OUT = 0, 1  # indices of the palette: not compared is transparent over a hatched ground
_WIDTH, _DEPTH = 760.0, 640.0
_RECT_CELLS = 1600  # up to this many cells each is an element with its own words; beyond, one picture
_TEXT_CELL_PX = 34.0
_CHARACTERS = 14


@dataclass(frozen=True, slots=True)
class Swatch:
    """One colour of the legend, its meaning, and how many pairs have it; ``colour`` is "" for not compared."""

    colour: str
    meaning: str
    count: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The picture, its legend, and what is left out of it by which rule ("" where nothing is)."""

    svg: str
    legend: tuple[Swatch, ...]
    left_out: str


def draw_heat_map(support: Support, *, proposed: Collection[tuple[str, str]], most: int = _MOST) -> HeatMap:
    """Draw persons × remains.

    Args:
        support: combined log10 LR and status; rows persons, columns remains.
        proposed: pairs (person, remains) that are put forward; ringed.
        most: the most persons and the most remains that are shown; beyond it those with a notable pair go first.

    Returns:
        HeatMap; the legend counts all pairs, those left out of the picture too.
    """
    ringed = _ringed(support, proposed)
    am, pm, left_out = _chosen(support, ringed, most)
    classes = _classes(support)
    shown = _Shown(support, am, pm, classes[np.ix_(am, pm)], ringed)
    return HeatMap("".join(shown.svg()), _legend(classes), left_out)


def _ringed(support: Support, proposed: Collection[tuple[str, str]]) -> NDArray[np.bool_]:
    ringed = np.zeros(support.status.shape, dtype=np.bool_)
    rows = {p: i for i, p in enumerate(support.am_ids)}
    columns = {r: j for j, r in enumerate(support.pm_ids)}
    for person, remains in proposed:
        ringed[rows[person], columns[remains]] = True
    return ringed


def _classes(support: Support) -> NDArray[np.uint8]:
    """Index into the palette of every pair."""
    found = np.searchsorted(np.array(_EDGES), support.log10_lr, side="right").astype(np.uint8) + 2
    found[support.status == NOT_COMPARED] = _SILENT
    found[support.status == EXCLUDED] = _OUT
    return found


def _chosen(support: Support, ringed: NDArray[np.bool_],
            most: int) -> tuple[NDArray[np.intp], NDArray[np.intp], str]:
    """Rows and columns to be shown, in their order, and what is said of the others."""
    n_am, n_pm = support.status.shape
    if n_am <= most and n_pm <= most:
        return np.arange(n_am), np.arange(n_pm), ""
    strength = np.where(support.status == COMPARED, support.log10_lr, -np.inf)
    strength[ringed] = np.inf
    am, pm = (_strongest(strength.max(axis=axis, initial=-np.inf), most) for axis in (1, 0))
    rule = (f"The picture holds at most {most} persons and {most} remains: those with a proposal or with a log10 LR of "
            f"{NOTABLE_LOG10_LR:g} or more with anyone, the strongest first. Left out of it are {n_am - len(am)} of "
            f"{n_am} persons and {n_pm - len(pm)} of {n_pm} remains; the tables below name them.")
    return am, pm, rule


def _strongest(strength: NDArray[np.float64], most: int) -> NDArray[np.intp]:
    if len(strength) <= most:
        return np.arange(len(strength))
    first = np.argsort(-strength, kind="stable")[:most]
    notable = first[strength[first] >= NOTABLE_LOG10_LR]
    return np.sort(notable if len(notable) else first[:1])


def _legend(classes: NDArray[np.uint8]) -> tuple[Swatch, ...]:
    counts = np.bincount(classes.ravel(), minlength=len(_COLOURS) + 2)
    edges = [f"{e:g}".replace("-", "−") for e in _EDGES]
    between = (f"{a} to {b}" for a, b in itertools.pairwise(edges))
    words = (f"below {edges[0]}", *between, f"{edges[-1]} or more")
    scale = [Swatch(c, w, int(n)) for c, w, n in zip(_COLOURS, words, counts[2:], strict=True)]
    return (*scale, Swatch(_EXCLUDED_COLOUR, "excluded", int(counts[_OUT])),
            Swatch("", "not compared", int(counts[_SILENT])))


@dataclass(frozen=True, slots=True)
class _Shown:
    """The part of the pairs that is drawn, and its measures."""

    support: Support
    am: NDArray[np.intp]
    pm: NDArray[np.intp]
    classes: NDArray[np.uint8]
    ringed: NDArray[np.bool_]

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell, px."""
        width = min(max(_WIDTH / max(len(self.pm), 1), 2.4), 46.0)
        height = min(max(_DEPTH / max(len(self.am), 1), 2.4), 30.0, 4.0 * width)
        return width, max(height, min(width / 4.0, 30.0))

    def svg(self) -> Iterable[str]:
        w, h = self.cell
        rows, columns = ([ids[i] for i in chosen] for ids, chosen in
                         ((self.support.am_ids, self.am), (self.support.pm_ids, self.pm)))
        left, top = (14.0 + 6.4 * max((min(len(i), _CHARACTERS) for i in ids), default=0) for ids in (rows, columns))
        width, height = w * len(columns), h * len(rows)
        yield (f'<svg xmlns="http://www.w3.org/2000/svg" class="heat" role="img" width="{left + width + 12:.0f}" '
               f'height="{top + height + 12:.0f}" viewBox="0 0 {left + width + 12:.1f} {top + height + 12:.1f}" '
               'font-family="system-ui, sans-serif" font-size="11" fill="#1f2933">')
        yield f"<title>log10 LR of {len(rows)} persons and {len(columns)} remains</title>"
        yield ('<defs><pattern id="not-compared" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 6L6 0" '
               'stroke="#c3c9d1" fill="none"/></pattern></defs>')
        yield from _row_labels(rows, h, left, top)
        yield from _column_labels(columns, w, left, top)
        yield f'<g transform="translate({left:.1f} {top:.1f})">'
        yield (f'<rect width="{width:.1f}" height="{height:.1f}" fill="url(#not-compared)" stroke="#9aa3ad" '
               'stroke-width="0.6"/>')
        yield from self._rects(w, h) if self.classes.size <= _RECT_CELLS else self._picture(width, height)
        yield from self._rings(w, h)
        yield "</g></svg>"

    def _rects(self, w: float, h: float) -> Iterable[str]:
        for i, row in enumerate(self.am):
            for j, column in enumerate(self.pm):
                status, value = self.support.status[row, column], float(self.support.log10_lr[row, column])
                said = log10_lr_text(None if status == NOT_COMPARED else value)
                kind = int(self.classes[i, j])
                fill = "none" if kind == _SILENT else _palette()[kind]
                pair = f"{self.support.am_ids[row]} × {self.support.pm_ids[column]}: {said}"
                yield (f'<rect x="{j * w:.1f}" y="{i * h:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{fill}" '
                       f'pointer-events="all" stroke="#fff" stroke-width="0.6"><title>{escape(pair)}</title></rect>')
                if w >= _TEXT_CELL_PX and h >= 16.0 and status == COMPARED:
                    ink = "#fff" if kind >= _FIRST_DARK else "#1f2933"
                    yield (f'<text x="{(j + 0.5) * w:.1f}" y="{(i + 0.5) * h + 4.0:.1f}" text-anchor="middle" '
                           f'fill="{ink}" pointer-events="none">{said}</text>')

    def _picture(self, width: float, height: float) -> Iterable[str]:
        """One pixel-exact picture: 90,000 elements would make a page that nobody can open."""
        data = base64.b64encode(_png(np.repeat(np.repeat(self.classes, 4, axis=0), 4, axis=1))).decode("ascii")
        yield (f'<image width="{width:.1f}" height="{height:.1f}" preserveAspectRatio="none" '
               f'style="image-rendering:pixelated" href="data:image/png;base64,{data}"/>')

    def _rings(self, w: float, h: float) -> Iterable[str]:
        """A frame round each proposal; where cells are tiny it is larger than the cell, so that it can be seen."""
        grow_x, grow_y = (max(0.0, (9.0 - side) / 2.0) for side in (w, h))
        for i, j in np.argwhere(self.ringed[np.ix_(self.am, self.pm)]):
            yield (f'<rect x="{j * w - grow_x:.1f}" y="{i * h - grow_y:.1f}" width="{w + 2 * grow_x:.1f}" '
                   f'height="{h + 2 * grow_y:.1f}" rx="1.5" fill="none" stroke="{_RING}" stroke-width="1.8"/>')


def _row_labels(rows: Sequence[str], h: float, left: float, top: float) -> Iterable[str]:
    for i in range(0, len(rows), max(1, round(11.0 / h + 0.49))):
        yield (f'<text x="{left - 6:.1f}" y="{top + (i + 0.5) * h + 4:.1f}" text-anchor="end">{escape(_cut(rows[i]))}'
               '</text>')


def _column_labels(columns: Sequence[str], w: float, left: float, top: float) -> Iterable[str]:
    for j in range(0, len(columns), max(1, round(12.0 / w + 0.49))):
        x = left + (j + 0.5) * w + 4.0
        yield f'<text transform="translate({x:.1f} {top - 6:.1f}) rotate(-90)">{escape(_cut(columns[j]))}</text>'


def _cut(text: str) -> str:
    return text if len(text) <= _CHARACTERS else text[:_CHARACTERS - 1] + "…"


def _palette() -> tuple[str, ...]:
    return ("#ffffff", _EXCLUDED_COLOUR, *_COLOURS)


def _png(indices: NDArray[np.uint8]) -> bytes:
    """An indexed PNG (ISO/IEC 15948) whose first colour is transparent."""
    height, width = indices.shape
    rows = np.zeros((height, width + 1), dtype=np.uint8)  # each row opens with its filter, 0: none
    rows[:, 1:] = indices
    colours = b"".join(bytes.fromhex(c[1:]) for c in _palette())
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", colours), (b"tRNS", b"\x00"), (b"IDAT", zlib.compress(rows.tobytes(), 9)),
              (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
