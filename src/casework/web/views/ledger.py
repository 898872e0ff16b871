"""The ledger of a case as of any day: its figures, the records behind each, and what others say of them."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from casework.policy import Permission, may
from casework.queries.cases import case
from casework.queries.ledger import (
    Behind,
    LedgerDay,
    behind,
    claim_rows,
    document_rows,
    figure_on,
    ledger_book,
    ledger_day,
    lots,
    series_on,
)
from casework.web.forms.ledger import DayForm
from casework.web.ledger_tables import Figures, difference_table, series_picture, sum_table
from casework.web.listing import PAGE_ROWS, Columns, list_page
from casework.web.record_page import in_case
from casework.web.rules import Request, allowed
from casework.web.shown import Act, Crumb, Facts, Link, Picture, Table, act, link, name_of
from homeward.report.flow_chart import draw_flow

__all__ = ["asked_day", "ledger_differences", "ledger_figure", "ledger_group", "ledger_page"]

P = Permission
_FLOW_CAPTION = ("From what was handed over to names, lot by lot. A bar stands for persons, its pale part for what "
                 "the records leave open; boxes and sets have none. Units are never added.")
_SHOWN = 20


@allowed(P.LEDGER_READ)
def ledger_page(request: Request, case_id: int) -> HttpResponse:
    """The ledger at the end of a day."""
    found = case(request.user, case_id)
    day, form = asked_day(request)
    book = ledger_book(request.user, found)
    shown = ledger_day(book, day)
    figures = Figures(shown.standing, reverse("ledger-figure", args=[found.pk]),
                      reverse("ledger-group", args=[found.pk]), {one.key: link("lot", one, one.name, sub=one.kind)
                                                                 for one in lots(request.user, found)})
    series = series_on(book, "unaccounted for", "person", day)
    sections: list[Any] = [*figures.sections()]
    if shown.flow.lanes:
        sections.append(Picture("From hand-overs to names", draw_flow(shown.flow, standalone=False), _FLOW_CAPTION,
                                wide=True))
    if series is not None:
        sections.append(series_picture("The unaccounted for over time", series))
    sections += [*_against(request, found, shown, figures), figures.definitions()]
    return render(request, "web/ledger.html", {
        "title": f"Ledger at the end of {_in_words(day)}", "case": found, "form": form, "day": day,
        "before": shown.before, "after": shown.after, "note": found.account.get("note", ""),
        "public_since": found.account_public_at, "heads": figures.heads(), "notes": shown.standing.notes,
        "sections": sections, "acts": _acts(request.user, found), "crumbs": in_case(found),
    }, status=200 if form.is_valid() or not form.is_bound else 400)


@allowed(P.LEDGER_READ)
def ledger_figure(request: Request, case_id: int) -> HttpResponse:
    """One figure of a day, and the records behind it."""
    found = case(request.user, case_id)
    day, _ = asked_day(request)
    key, unit = _plain(request, "key"), _plain(request, "unit") or "person"
    if not key:
        return _no_figure(request, found)
    book = ledger_book(request.user, found)
    figure = figure_on(book, key, unit, day)
    if figure is None:
        raise Http404
    page = Paginator(figure.records, PAGE_ROWS).get_page(request.GET.get("page"))
    definition = figure.definition
    sections: list[Any] = [Facts("The figure", (
        ("Amount", str(figure.amount)), ("At the end of", figure.as_of), ("Records behind it", len(figure.records)),
        ("Key", figure.key), ("Definition", f"{definition.id}, version {definition.version}"),
        ("It counts", definition.text)))]
    series = series_on(book, key, unit, day)
    if series is not None:
        sections.append(series_picture("Over time", series))
    rows = [_behind_row(one) for one in behind(request.user, found, list(page.object_list))]
    return render(request, "web/figure.html", {
        "title": f"{figure.label[:1].upper()}{figure.label[1:]}: {figure.amount}", "case": found, "sections": sections,
        "page": page, "rows": rows, "heads": ("Record", "What it counts", "When", "How many", "Lot or place", "Source"),
        "kind": f"Ledger at the end of {_in_words(day)}", "crumbs": _crumbs(found, day)})


@allowed(P.LEDGER_READ)
def ledger_group(request: Request, case_id: int) -> HttpResponse:
    """All figures of one breakdown: every place, every incident, every lot."""
    found = case(request.user, case_id)
    day, _ = asked_day(request)
    of = _plain(request, "of") or "unaccounted for, place"
    standing = ledger_book(request.user, found).ledger.as_of(day)
    figures = Figures(standing, reverse("ledger-figure", args=[found.pk]), reverse("ledger-group", args=[found.pk]))
    columns = Columns((of.partition(", ")[2].capitalize() or "Figure", "Amount", "Records"),
                      lambda f: figures.row(f), numbers=(1, 2))
    measure, _, group = of.partition(", ")
    return list_page(request, figures.largest_first(of), columns, case=found, crumbs=_crumbs(found, day),
                     title=f"{measure[:1].upper()}{measure[1:]} by {group}, at the end of {_in_words(day)}",
                     lead=figures.said_of(of))


@allowed(P.LEDGER_READ)
def ledger_differences(request: Request, case_id: int) -> HttpResponse:
    """All claims that the records of the day do not bear out."""
    found = case(request.user, case_id)
    day, _ = asked_day(request)
    differences = ledger_day(ledger_book(request.user, found), day).differences
    rows = claim_rows(request.user, found, {key for d in differences for key in d.claims})
    to_figure = reverse("ledger-figure", args=[found.pk])
    table = difference_table(differences, rows, to_figure)
    return list_page(request, list(table.rows), Columns(table.heads, lambda row: row), case=found,
                     crumbs=_crumbs(found, day), title=f"Where claims differ, at the end of {_in_words(day)}",
                     lead=table.note)


def asked_day(request: Request) -> tuple[datetime.date, DayForm]:
    """The day that was asked for, today where none or no day was, and the form with what was written."""
    today = timezone.localdate()
    form = DayForm(request.GET if "as_of" in request.GET else None, initial={"as_of": today}, label_suffix="")
    if form.is_bound and form.is_valid() and form.cleaned_data["as_of"] is not None:
        return form.cleaned_data["as_of"], form
    return today, form


def _against(request: Request, found: Any, shown: LedgerDay, figures: Figures) -> list[Table]:
    """What was said of the figures, and published tables held against themselves."""
    first = shown.differences[:_SHOWN]
    rows = claim_rows(request.user, found, {key for d in first for key in d.claims})
    to_all = f"{reverse('ledger-differences', args=[found.pk])}?{urlencode({'as_of': str(shown.standing.day)})}"
    more = [Act(f"All {len(shown.differences):,}", to_all)] if len(shown.differences) > _SHOWN else []
    sources = document_rows(request.user, found, {s.source for s in shown.sums})
    return [difference_table(first, rows, figures.to_figure, acts=more), *sum_table(shown.sums, sources)]


def _behind_row(one: Behind) -> tuple[Any, ...]:
    row = one.row
    if row is None:
        return (one.id, "", None, None, None, None)
    if row.SUBJECT == "ledger":
        entry: Any = row
        counted = f"{entry.count:,} {entry.unit}" if entry.upper is None else (
            f"{entry.count:,} to {entry.upper:,} {entry.unit}")
        return (link("entry", entry), entry.kind, entry.on and str(entry.on), counted,
                link("lot", entry.lot, name_of(entry.lot)) or entry.place, _source(entry.source))
    what = one.id.removesuffix(f" {row.key}")
    return (link("person", row, name_of(row), sub=row.key), what.rstrip("0123456789").strip(), None, "1 person", None,
            None)


def _source(document: Any) -> Link | None:
    return link("document", document, document.title) if document is not None else None


def _no_figure(request: Request, found: Any) -> HttpResponse:
    """Whoever comes without a figure is told where they are."""
    return render(request, "web/record.html", {
        "title": "No figure was asked for", "case": found, "history": None, "crumbs": _crumbs(found, None),
        "lead": "Every figure of the ledger leads to the records behind it; choose one there."})


def _crumbs(found: Any, day: datetime.date | None) -> list[Crumb]:
    asked = f"?{urlencode({'as_of': str(day)})}" if day is not None else ""
    return [*in_case(found), Crumb("Ledger", reverse("ledger", args=[found.pk]) + asked)]


def _acts(user: Any, found: Any) -> list[Act]:
    public = found.account_public_at is not None
    offered = (
        (P.LEDGER_READ, act("Lots", "lots", found.pk)), (P.LEDGER_READ, act("Entries", "entries", found.pk)),
        (P.LEDGER_READ, act("What the figures rest on", "ledger-settings", found.pk)),
        (P.LEDGER_READ, act("As the public sees it", "ledger-public", found.pk)),
        (P.PUBLISH, act("Hide it from the public", "ledger-hide", found.pk, danger=True) if public else
         act("Make it public", "ledger-publish", found.pk, danger=True)))
    return [one for permission, one in offered if may(user.role, permission)]


def _plain(request: Request, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "")[:400]


def _in_words(day: datetime.date) -> str:
    return day.strftime("%-d %B %Y")
