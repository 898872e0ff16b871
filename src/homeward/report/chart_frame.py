"""What the charts of the account share: the opening of an SVG picture, readable on dark and on light."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from markupsafe import escape

__all__ = ["ACCENT", "BLUE", "MUTED", "opening"]

# Dark enough for white paper, light enough for a dark screen: contrast of 3 or more on both.
BLUE, ACCENT, MUTED = "#3d8bbd", "#c8722a", "#7d8894"
_LIGHT, _DARK = "#1f2933", "#e6eaee"


def opening(width: float, height: float, title: str, description: str, *, standalone: bool) -> Iterator[str]:
    """The element's beginning, its title and description, tied to it by their ids.

    Text and strokes take the colour of the page around them. A picture that stands alone brings it along in a style of
    its own; inside a page there is none, since pages forbid inline styles.
    """
    # Several pictures may stand on one page; ids made from the content are the same from run to run.
    key = hashlib.sha256(f"{title}\n{description}".encode()).hexdigest()[:8]
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t{key} d{key}" width="{width:.0f}" '
           f'height="{height:.0f}" viewBox="0 0 {width:.1f} {height:.1f}" font-family="system-ui, sans-serif" '
           'font-size="12.5" fill="currentColor">')
    yield f'<title id="t{key}">{escape(title)}</title><desc id="d{key}">{escape(description)}</desc>'
    if standalone:
        yield (f"<style>svg{{color:{_LIGHT};background:#fff}}@media(prefers-color-scheme:dark)"
               f"{{svg{{color:{_DARK};background:#14191f}}}}</style>")
