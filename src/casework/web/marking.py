"""A text with the words of proposals marked, each mark a link to what was proposed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

__all__ = ["marked_quote", "marked_text"]


def marked_text(text: str, rows: Iterable[Any], start: int = 0, end: int | None = None) -> SafeString:
    """The text from ``start`` to ``end`` with the words of each proposal marked; of two that overlap, the first is."""
    parts: list[SafeString | str] = []
    position = start
    for row in sorted(rows, key=lambda row: (row.mark_start, -row.mark_end)):
        if row.mark_start < position:
            continue
        parts.append(text[position:row.mark_start])
        parts.append(format_html('<a href="#p{}" id="m{}"><mark class="{} {}">{}</mark></a>', row.number, row.number,
                                 row.kind, row.state, text[row.mark_start:row.mark_end]))
        position = row.mark_end
    parts.append(text[position:end])
    return format_html_join("", "{}", ((part,) for part in parts))


def marked_quote(row: Any) -> SafeString:
    """The sentence of a proposal with the words that carry it marked."""
    begin, end = row.mark_start - row.start, row.mark_end - row.start
    return format_html('{}<mark class="{}">{}</mark>{}', row.quote[:begin], row.kind, row.quote[begin:end],
                       row.quote[end:])
