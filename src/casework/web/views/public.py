"""An account as everyone sees it, without logging in: figures, what happened, promises, sources, and files of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import urlencode

from casework.policy import Permission
from casework.queries.cases import case
from casework.queries.public_account import (
    Happening,
    Promise,
    PublicAccount,
    previewed_account,
    public_account,
)
from casework.web.forms.ledger import DayForm
from casework.web.ledger_tables import series_picture
from casework.web.public_tables import definition_table, figure_tables
from casework.web.record_page import in_case
from casework.web.rules import Request, allowed, open_to_all
from casework.web.shown import Badge, Lines, Link, Picture, Table
from casework.web.views.ledger import asked_day
from homeward.account import LEAST_SHOWN, public_csv, public_json_ld
from homeward.model.sources import Source
from homeward.model.spans import Span
from homeward.report.flow_chart import draw_flow

__all__ = ["ledger_public", "public_account_page", "public_linked", "public_table"]

_WHY = "an account that was made public; it tells no count below five that could point to one person"
_FLOW = ("From what was handed over to names, lot by lot. A bar stands for persons, its pale part for what the records "
         "leave open; boxes and sets have none. Units are never added.")
_LEADING = ("unaccounted for", "accounted for", "listed")
_STATES = {"kept": "agree", "late": "probable", "partly": "probable", "missed": "disputed",
           "contradicted": "disputed", "overtaken": "nonidentifiable", "open": ""}


@open_to_all(_WHY)
def public_account_page(request: Request, case_id: int) -> HttpResponse:
    """A public account at the end of a day."""
    found, form = _asked(request, case_id)
    return _kept_fresh(request, _page(request, found, form, {"title": found.title, "downloads": True}))


@open_to_all(_WHY)
def public_table(request: Request, case_id: int) -> HttpResponse:
    """The public figures of a day as CSV."""
    found, _ = _asked(request, case_id)
    answer = HttpResponse(public_csv(found.figures), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="figures-{found.number}-{found.day}.csv"'
    return _kept_fresh(request, answer)


@open_to_all(_WHY)
def public_linked(request: Request, case_id: int) -> HttpResponse:
    """The public figures of a day as JSON-LD: a schema.org Dataset."""
    found, _ = _asked(request, case_id)
    here, asked = [found.number], "?" + urlencode({"as_of": str(found.day)})
    table = request.build_absolute_uri(reverse("public-account-csv", args=here) + asked)
    about: dict[str, Any] = {
        "url": request.build_absolute_uri(reverse("public-account", args=here) + asked),
        "isAccessibleForFree": True, "inLanguage": "en", "temporalCoverage": f"../{found.day}",
        "distribution": [{"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": table}],
        "isBasedOn": [_linked(source) for source in found.sources]}
    text = public_json_ld(found.figures, name=f"{found.title}, at the end of {found.day}", description=found.note,
                          about=about)
    answer = HttpResponse(text, content_type="application/ld+json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="figures-{found.number}-{found.day}.jsonld"'
    return _kept_fresh(request, answer)


@allowed(Permission.LEDGER_READ)
def ledger_public(request: Request, case_id: int) -> HttpResponse:
    """An account as the public sees it, or would see it."""
    of = case(request.user, case_id)
    day, form = asked_day(request)
    found = previewed_account(request.user, of, today=timezone.localdate(), day=day if form.is_bound else None)
    public = of.account_public_at is not None
    return _page(request, found, form, {
        "title": "As the public sees it", "case": of, "crumbs": in_case(of, ("Ledger", "ledger")),
        "banner": "This account is public." if public else "This account is not public: nobody sees this page but "
        "the staff."})


def _asked(request: Request, case_id: int) -> tuple[PublicAccount, DayForm]:
    day, form = asked_day(request)
    try:
        found = public_account(case_id, today=timezone.localdate(), day=day if form.is_bound else None)
    except ObjectDoesNotExist:
        raise Http404 from None
    return found, form


def _page(request: Request, found: PublicAccount, form: DayForm, context: dict[str, Any]) -> HttpResponse:
    if not form.is_bound:
        form = DayForm(initial={"as_of": found.day}, label_suffix="")
    sections: list[Any] = figure_tables(found)
    if found.series is not None:
        sections.append(series_picture("The unaccounted for over time", found.series))
    if found.flow.lanes:
        sections.append(Picture("From hand-overs to names", draw_flow(found.flow, standalone=False), _FLOW, wide=True))
    sections += [_promises(found.promises), _happenings(found.happenings), _sources(found.sources),
                 definition_table(found)]
    return render(request, "web/public_account.html", {
        "found": found, "form": form, "sections": sections, "least": LEAST_SHOWN,
        "leading": [f for key in _LEADING for f in found.figures if f.key == key],
        "before": found.before, "after": found.after, **context},
        status=400 if form.is_bound and not form.is_valid() else 200)


def _promises(promises: Sequence[Promise]) -> Table:
    rows = [(Lines((p.by, p.what)), _when(p.made), "no day was said" if p.due is None else _when(p.due),
             Badge(p.state + ("" if p.sure else " (unsure)"), _STATES.get(p.state, "")), Lines((p.why, *p.said_by)),
             Lines([_cited(s) for s in p.sources])) for p in promises]
    states = [p.state for p in promises]
    counted = ", ".join(f"{states.count(state)} {state}" for state in _STATES if state in states)
    return Table("Promises, and what became of them", (
        "Promise", "Made", "Due", "State", "Why, and who says so", "Sources"), rows,
        empty="No promise is on record by then.", note=f"{counted}. The state is computed from dates and evidence; "
        "unsure means that nobody is on record as saying so." if rows else "")


def _happenings(happenings: Sequence[Happening]) -> Table:
    return Table("Talks and hand-overs", ("When", "What", "Kind", "Who says so", "Source"), [
        (_when(h.on), h.what, h.kind, h.said_by, None if h.source is None else _cited(h.source)) for h in happenings],
        empty="Nothing is on record by then.")


def _sources(sources: Sequence[Source]) -> Table:
    return Table("Sources", ("Source", "Publisher", "Date"), [
        (_cited(s), s.publisher, s.dated) for s in sources], empty="No source is named.")


def _when(span: Span) -> Any:
    """A day, month or year as a date, which is not broken over two lines."""
    return span.first if span.last is None else str(span)


def _cited(source: Source) -> Any:
    """A source by its title, leading to where it is on the web if it is there."""
    return Link(source.title, source.address) if _is_on_the_web(source) else source.title


def _is_on_the_web(source: Source) -> bool:
    return source.address.startswith(("https://", "http://"))


def _linked(source: Source) -> dict[str, Any]:
    said: dict[str, Any] = {"@type": "CreativeWork", "name": source.title}
    if source.publisher:
        said["publisher"] = {"@type": "Organization", "name": source.publisher}
    if source.dated is not None:
        said["datePublished"] = str(source.dated)
    return said | ({"url": source.address} if _is_on_the_web(source) else {})


def _kept_fresh(request: Request, answer: HttpResponse) -> HttpResponse:
    """Let anyone keep the answer, who asks each time whether it still stands: what is hidden is hidden at once."""
    if request.user.is_authenticated:
        patch_cache_control(answer, private=True, no_cache=True)  # the page bears the name of whoever is logged in
        return answer
    patch_cache_control(answer, public=True, no_cache=True)
    answer["ETag"] = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=answer["ETag"], response=answer) or answer
