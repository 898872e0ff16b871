"""A family drawn as a pedigree: squares men, circles women, diamonds where sex is not recorded."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Mapping

from markupsafe import escape

from homeward.model import Family, Fault, FaultyInput, Member, Sex
from homeward.report.pedigree_layout import LABEL_PX, LABEL_TOP_PX, SYMBOL_PX, Layout, Line, Symbol, lay_out

__all__ = ["draw_pedigree"]

_LABEL_WIDTH, _LABEL_LINES = 14, 2
_CHARACTER_PX, _LEAST_PITCH_PX, _MOST_PITCH_PX = 6.4, 58.0, 108.0
_INK, _MUTED, _FILLED, _ACCENT, _ACCENT_PALE, _OTHER_PALE = (
    "#33475b", "#52606d", "#33475b", "#a8480f", "#fdf0e4", "#eceff3")
_HALF = SYMBOL_PX / 2.0
_HOP_PX = 4.0


def draw_pedigree(family: Family, *, typed: Collection[str], missing: str | None,
                  others_missing: Collection[str] = ()) -> str:
    """Draw a family as an SVG picture that can stand alone or inside a page.

    Partners stand side by side, joined by a line (a double line where they are related by blood in this family), with
    their children below. Whoever cannot stand in one place only is drawn again with a broken outline, and a broken
    line joins the two. A bar that passes over another couple's line hops over it.

    Args:
        family: the pedigree, of any form, loops included.
        typed: ids of the members whose profile is known; drawn filled.
        missing: id of the missing member in question, marked "?" in the accent colour; None if nobody is.
        others_missing: ids of the family's other missing members, marked "?" in grey.

    Returns:
        The SVG element as text, with a title and a description for those who cannot see it.

    Raises:
        FaultyInput: where an id is none of the family's members; all such ids at once.
    """
    _check(family, typed, [] if missing is None else [missing], others_missing)
    labels = {m.id: _label(m) for m in family.members}
    widest = max((len(line) for label in labels.values() for line in label), default=0)
    # Symbols stand as far apart as the longest label asks, so that no line has to pass through writing.
    pitch = min(max(_LEAST_PITCH_PX, widest * _CHARACTER_PX + 10.0), _MOST_PITCH_PX)
    layout = lay_out(family, pitch_px=pitch, label_lines={m: len(label) for m, label in labels.items()})
    marks = _Marks(frozenset(typed), missing, frozenset(others_missing) - {missing})
    return "".join(_svg(family, layout, labels, marks))


class _Marks:
    """What is known of each member, for the picture and for its words."""

    def __init__(self, typed: frozenset[str], missing: str | None, others: frozenset[str | None]) -> None:
        self.typed, self.missing, self.others = typed, missing, others

    def words(self, m: Member) -> str:
        """A member as he is read out."""
        said = [m.id, m.sex.value if m.sex is not Sex.UNKNOWN else "sex not recorded"]
        if m.person is not None:
            said.append(f"on the roster as {m.person}")
        if m.id == self.missing:
            said.append("the missing person in question")
        elif m.id in self.others:
            said.append("missing too")
        said.append("typed" if m.id in self.typed else "not typed")
        if m.father is not None:
            said.append(f"child of {m.father} and {m.mother}")
        return ", ".join(said)


def _check(family: Family, *named: Collection[str]) -> None:
    known = {m.id for m in family.members}
    columns = ("typed", "missing", "others_missing")
    faults = [Fault(family.id, 0, column, i, "must be a member of the family", "unknown-member")
              for column, ids in zip(columns, named, strict=True) for i in sorted(set(ids) - known)]
    if faults:
        raise FaultyInput(faults)


def _label(m: Member) -> tuple[str, ...]:
    """The member's id in at most two lines, and the roster's id of a missing one below it."""
    lines = textwrap.wrap(m.id, _LABEL_WIDTH)
    if len(lines) > _LABEL_LINES:
        lines = [*lines[:_LABEL_LINES - 1], lines[_LABEL_LINES - 1][:_LABEL_WIDTH - 1] + "…"]
    if m.person is not None and m.person != m.id:
        lines.append(textwrap.shorten(m.person, _LABEL_WIDTH) if " " in m.person else _cut(m.person))
    return tuple(lines)


def _cut(text: str) -> str:
    return text if len(text) <= _LABEL_WIDTH else text[:_LABEL_WIDTH - 1] + "…"


def _svg(family: Family, layout: Layout, labels: Mapping[str, tuple[str, ...]], marks: _Marks) -> Iterable[str]:
    by_id = {m.id: m for m in family.members}
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" class="pedigree" role="img" width="{_n(layout.width)}" '
           f'height="{_n(layout.height)}" viewBox="0 0 {_n(layout.width)} {_n(layout.height)}" '
           f'font-family="system-ui, sans-serif" font-size="11" text-anchor="middle">')
    yield f"<title>Pedigree of family {escape(family.id)}</title>"
    yield f"<desc>{escape('; '.join(marks.words(m) for m in family.members))}</desc>"
    # Links and lines come before the symbols, which lie over them with their white ground.
    related = _related_couples(family, layout)
    for a, b in layout.links:
        yield _link(layout.symbols[a], layout.symbols[b])
    yield f'<path fill="none" stroke="{_INK}" stroke-width="1.4" d="'
    yield "".join(_line(line, double=line.couple in related) for line in layout.lines)
    yield '"/>'
    for symbol in layout.symbols:
        yield from _symbol(symbol, by_id[symbol.member], marks)
        yield from _text(symbol, labels[symbol.member], is_missing=symbol.member == marks.missing)
    yield "</svg>"


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _line(line: Line, *, double: bool) -> str:
    if line.kind == "couple" and double:
        return "".join(f"M{_n(line.x1)} {_n(line.y1 + d)}H{_n(line.x2)}" for d in (-2.5, 2.5))
    path = f"M{_n(line.x1)} {_n(line.y1)}"
    for x in line.hops:
        path += f"H{_n(x - _HOP_PX)}A{_n(_HOP_PX)} {_n(_HOP_PX)} 0 0 1 {_n(x + _HOP_PX)} {_n(line.y1)}"
    return path + (f"H{_n(line.x2)}" if line.y1 == line.y2 else f"V{_n(line.y2)}")


def _link(a: Symbol, b: Symbol) -> str:
    rise = 34.0 if a.y == b.y else 0.0
    middle = f"{_n((a.x + b.x) / 2.0)} {_n((a.y + b.y) / 2.0 - rise)}"
    return (f'<path fill="none" stroke="{_MUTED}" stroke-dasharray="2 4" '
            f'd="M{_n(a.x)} {_n(a.y)}Q{middle} {_n(b.x)} {_n(b.y)}"/>')


def _symbol(symbol: Symbol, m: Member, marks: _Marks) -> Iterable[str]:
    fill = _FILLED if m.id in marks.typed else "#fff"
    stroke, width, sign = _INK, 1.6, ""
    if m.id == marks.missing or m.id in marks.others:
        is_asked = m.id == marks.missing
        stroke, width = (_ACCENT, 3.0) if is_asked else (_INK, 1.6)
        fill = fill if m.id in marks.typed else _ACCENT_PALE if is_asked else _OTHER_PALE
        ink = "#fff" if m.id in marks.typed else stroke
        sign = (f'<text x="{_n(symbol.x)}" y="{_n(symbol.y + 5.5)}" font-size="16" font-weight="600" '
                f'fill="{ink}">?</text>')
    dash = ' stroke-dasharray="4 3"' if symbol.duplicate else ""
    yield f"<g><title>{escape(marks.words(m))}{' (drawn again)' if symbol.duplicate else ''}</title>"
    yield f'{_shape(symbol, m.sex)} fill="{fill}" stroke="{stroke}" stroke-width="{width}"{dash}/>{sign}</g>'


def _shape(symbol: Symbol, sex: Sex) -> str:
    x, y, half = symbol.x, symbol.y, _HALF - 1.0
    if sex is Sex.MALE:
        return f'<rect x="{_n(x - half)}" y="{_n(y - half)}" width="{_n(2 * half)}" height="{_n(2 * half)}"'
    if sex is Sex.FEMALE:
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(half)}"'
    corners = ((x, y - _HALF), (x + _HALF, y), (x, y + _HALF), (x - _HALF, y))
    return f'<polygon points="{" ".join(f"{_n(a)},{_n(b)}" for a, b in corners)}"'


def _text(symbol: Symbol, label: tuple[str, ...], *, is_missing: bool) -> Iterable[str]:
    weight = f' font-weight="600" fill="{_ACCENT}"' if is_missing else f' fill="{_INK}"'
    for i, line in enumerate(label):
        y = symbol.y + _HALF + LABEL_TOP_PX + (i + 0.75) * LABEL_PX
        yield f'<text x="{_n(symbol.x)}" y="{_n(y)}"{weight}>{escape(line)}</text>'


def _related_couples(family: Family, layout: Layout) -> set[int]:
    """Couples of whom one descends from the other, or both from one ancestor."""
    ancestors: dict[str, set[str]] = {}
    parents = {m.id: [p for p in (m.father, m.mother) if p is not None] for m in family.members}

    def line_of(member: str) -> set[str]:
        if member not in ancestors:
            ancestors[member] = {member}.union(*(line_of(p) for p in parents[member]))
        return ancestors[member]

    return {k for k, (a, b) in enumerate(layout.couples) if line_of(a) & line_of(b)}
