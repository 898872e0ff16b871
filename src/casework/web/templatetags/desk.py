"""Tags of the desk: how a value is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from casework.web.shown import Badge, Facts, Lines, Link, Picture, Table
from homeward.model import PartialDate
from homeward.model.spans import Span

__all__ = ["in_table", "is_facts", "is_picture", "is_table", "page_address", "shown", "svg", "words"]

register = template.Library()
_BREAK = SafeString("<br>")
_WHOLE = 24
_NOTHING = SafeString('<span class="none">not recorded</span>')
_DASH = SafeString('<span class="none"><span aria-hidden="true">–</span><span class="unseen">not recorded</span>'
                   '</span>')


@register.filter
def in_table(value: Any) -> SafeString:
    """A value in a cell: where many are not recorded, a dash says so to the eye and the words to the ear."""
    return _DASH if value is None or value == "" else shown(value)


@register.filter
def shown(value: Any) -> SafeString:
    """A value as a page shows it; text of users stands within ``bdi``, so that its direction stays its own."""
    if value is None or value == "":
        return _NOTHING
    if isinstance(value, Link):
        sub = format_html(' <span class="sub"><bdi>{}</bdi></span>', value.sub) if value.sub else ""
        # Keys are not broken at their hyphens, where there is room.
        whole = SafeString(' class="whole"') if " " not in value.words and len(value.words) <= _WHOLE else ""
        return format_html('<a href="{}"{}><bdi>{}</bdi></a>{}', value.to, whole, value.words, sub)
    if isinstance(value, Badge):
        return format_html('<span class="badge {}">{}</span>', value.kind or value.words.replace(" ", "-"), value.words)
    if isinstance(value, Lines | list | tuple):
        lines = value.values if isinstance(value, Lines) else value
        return format_html_join(_BREAK, "{}", ((shown(v),) for v in lines)) if lines else _NOTHING
    if isinstance(value, Mapping):
        return format_html_join(_BREAK, "{}: {}", ((k, shown(v)) for k, v in value.items())) or _NOTHING
    if isinstance(value, date | PartialDate):
        return format_html('<span class="whole">{}</span>', words(value))
    if isinstance(value, Span):
        last = format_html(' to <span class="whole">{}</span>', value.last) if value.last is not None else ""
        return format_html('<span class="whole">{}</span>{}', value.first, last)
    return format_html("<bdi>{}</bdi>", words(value))


@register.filter
def words(value: Any) -> str:
    """A plain value in words: times in UTC, yes and no, numbers with their thousands apart."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%-d %b %Y, %H:%M UTC")
    if isinstance(value, date):
        return value.strftime("%-d %b %Y")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)


@register.filter
def is_table(section: Any) -> bool:
    """Whether a section is a table."""
    return isinstance(section, Table)


@register.filter
def is_facts(section: Any) -> bool:
    """Whether a section is a list of facts."""
    return isinstance(section, Facts)


@register.filter
def is_picture(section: Any) -> bool:
    """Whether a section is a drawing."""
    return isinstance(section, Picture)


@register.filter
def svg(picture: Picture) -> SafeString:
    """The drawing itself; its code has escaped every text in it."""
    return SafeString(picture.svg)  # nosec B703  made by the report's own code, which escapes


@register.simple_tag
def page_address(asked: QueryDict, number: int) -> str:
    """The same list, another page of it."""
    wanted = asked.copy()
    wanted["page"] = str(number)
    return f"?{wanted.urlencode()}"
