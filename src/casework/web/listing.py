"""Lists of records: searched, filtered, page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.db.models.query import ModelIterable
from django.http import HttpResponse
from django.shortcuts import render

from casework.web.rules import Request
from casework.web.shown import Crumb

__all__ = ["PAGE_ROWS", "Choice", "Columns", "asked_text", "choice", "crumbs", "list_page"]

PAGE_ROWS = 50
_MOST_TEXT = 200
_FAR = 2_000


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter of a list: the name in the address, its words, what may be chosen besides everything."""

    name: str
    words: str
    options: Sequence[tuple[str, str]]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a list, each with its head, and how a row of it is made; ``numbers`` are set to the right."""

    heads: Sequence[str]
    row: Callable[[Any], Sequence[Any]]
    numbers: Sequence[int] = ()


def asked_text(request: Request) -> str:
    """What was typed into the list's search."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:_MOST_TEXT]


def list_page(request: Request, rows: QuerySet[Any] | Sequence[Any], columns: Columns, *, title: str,
              **context: Any) -> HttpResponse:
    """One page of a list.

    ``context``: ``case``; ``crumbs``; ``acts``: what can be begun from here; ``search``: the words beside the search
    field; ``choices``: filters; ``withdrawn``: whether withdrawn records can be asked for; ``lead``: a sentence.
    """
    page, shown = _page(rows, request.GET.get("page"))
    drawn = [columns.row(row) for row in shown]
    return render(request, "web/list.html", {
        "title": title, "page": page, "heads": columns.heads, "rows": drawn, "numbers": list(columns.numbers),
        "q": asked_text(request), "with_withdrawn": "withdrawn" in request.GET, **context})


def _page(rows: QuerySet[Any] | Sequence[Any], wanted: str | None) -> tuple[Any, list[Any]]:
    """A page, and its rows. Far down a table the numbers of the rows are put in order first, and the rows fetched by
    them: to sort whole rows only to pass over most of them is what makes far pages slow.
    """
    page = Paginator(rows, PAGE_ROWS).get_page(wanted)
    passed_over = page.start_index() - 1
    if passed_over < _FAR or not isinstance(rows, QuerySet) or not issubclass(rows._iterable_class, ModelIterable):
        return page, list(page.object_list)
    numbers = list(rows.values_list("pk", flat=True)[passed_over:passed_over + PAGE_ROWS])
    by_number = {row.pk: row for row in rows.filter(pk__in=numbers)}
    return page, [by_number[n] for n in numbers if n in by_number]


def choice(request: Request, name: str, words: str, options: Sequence[tuple[str, str]]) -> Choice:
    """A filter with what was chosen of it; a value that is none of the options counts as everything."""
    asked = request.GET.get(name, "")
    return Choice(name, words, options, asked if asked in {key for key, _ in options} else "")


def crumbs(*steps: tuple[str, str]) -> list[Crumb]:
    """The way to a page, as words and addresses."""
    return [Crumb(words, to) for words, to in steps]
