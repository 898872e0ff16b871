"""Readings: documents taken in, their text with what it may say beside it, and what was accepted as events."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casework.actions.readings import AT_ONCE, MOST_FILES, File
from casework.jobs.reading import read_again, request_reading, request_readings
from casework.policy import Permission, may
from casework.queries.cases import case
from casework.queries.documents import document
from casework.queries.history import may_act_on
from casework.queries.read_events import COLUMNS, events_csv, read_events
from casework.queries.readings import Shown, last_decided, proposals, reading, readings, shown_with
from casework.web.filling import Sheet, fill, written
from casework.web.forms.fields import DeskForm
from casework.web.forms.readings import ReadForm, meeting_choices
from casework.web.listing import Columns, choice, list_page
from casework.web.marking import marked_quote, marked_text
from casework.web.record_page import in_case
from casework.web.rules import Request, allowed
from casework.web.shown import Badge, Link, act, link
from homeward.intake import Given

__all__ = ["PAGE_PROPOSALS", "document_read", "read_events_csv", "read_events_page", "reading_again", "reading_new",
           "reading_page", "readings_page"]

P = Permission
PAGE_PROPOSALS = 100
_PAGES = {"claims": "claim", "meetings": "meeting", "meeting_events": "meeting-event", "commitments": "commitment"}
_WORDS = {"claims": "Claim", "meetings": "Meeting", "meeting_events": "Event of a meeting", "commitments": "Promise"}


@allowed(P.DOCUMENT_READ)
def readings_page(request: Request, case_id: int) -> HttpResponse:
    """The readings of a case."""
    user, found = request.user, case(request.user, case_id)
    state = choice(request, "state", "Only", [("open", "something to decide"), ("decided", "all decided")])
    columns = Columns(("Document", "Published by", "On", "Read by", "When", "State", "Open", "Accepted", "Edited",
                       "Rejected"), lambda r: (
        link("reading", r, r.document.title, r.document.key), r.document.publisher, r.document.dated, str(r.read_by),
        r.read_at, Badge(r.state), r.n_open, r.n_accepted, r.n_edited, r.n_rejected), numbers=(6, 7, 8, 9))
    acts = [act("Read documents", "reading-new", found.pk)] if may(user.role, P.DOCUMENT_WRITE) else []
    acts.append(act("Events that were accepted", "read-events", found.pk))
    return list_page(request, readings(user, found, state=state.chosen), columns, title="Readings", case=found,
                     crumbs=in_case(found), acts=acts, choices=[state], lead=(
                         "What documents say, proposed by rules. Nothing of it is a record before somebody has read "
                         "the words and accepted it."))


@allowed(P.DOCUMENT_WRITE)
def reading_new(request: Request, case_id: int) -> HttpResponse:
    """Take documents in, and read them."""
    found = case(request.user, case_id)
    form = ReadForm(actor=request.user, case=found, **written(request))
    back = reverse("readings", args=[found.pk])
    sheet = Sheet("Read documents", "Read them", back, "They are read. Nothing is a record before you accept it.", (
        "They become documents of the case. What they may say is proposed to you, sentence by sentence, to be "
        "accepted, edited or rejected.", f"Up to {MOST_FILES} files. Text of more than {AT_ONCE:,} characters in all "
        "is read by the worker, a minute later."))

    def act_on(said: dict[str, Any]) -> str:
        made = request_readings(
            actor=request.user, case=found, files=[File(f.name or "file", f) for f in said["documents"]],
            given=Given(said["dated"], said["publisher"] or None, said["encoding"] or None), kind=said["kind"],
            undated=said["undated"])
        return reverse("reading", args=[made[0].pk]) if len(made) == 1 else back

    return fill(request, sheet, form, act_on, case=found, crumbs=in_case(found, ("Readings", "readings")))


@allowed(P.DOCUMENT_WRITE)
def document_read(request: Request, document_id: int) -> HttpResponse:
    """Read a document that the register has."""
    found = document(request.user, document_id)
    sheet = Sheet(f"Read {found.key}", "Read it", reverse("document", args=[found.pk]), "It is read.", (
        "What it may say is proposed to you. Nothing is a record before you accept it.",))
    form = DeskForm(**written(request))
    return fill(request, sheet, form, lambda _: reverse("reading", args=[request_reading(
        actor=request.user, document=found).pk]), case=found.case, kind=found.title)


@allowed(P.DOCUMENT_WRITE)
def reading_again(request: Request, reading_id: int) -> HttpResponse:
    """Put a text that nobody has read into the queue again."""
    found = reading(request.user, reading_id)
    if request.method == "POST":
        read_again(actor=request.user, reading=found)
    return redirect("reading", found.pk)


@allowed(P.DOCUMENT_READ, P.CLAIM_READ, P.TALK_READ)
def reading_page(request: Request, reading_id: int) -> HttpResponse:
    """A text with what it may say beside it."""
    user, found = request.user, reading(request.user, reading_id)
    order = "surest" if request.GET.get("order") == "surest" else "text"
    every = list(proposals(user, found, order=order))
    page = Paginator(every, PAGE_PROPOSALS).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    start, end = _part(found.text, rows) if page.paginator.num_pages > 1 else (0, len(found.text))
    last = last_decided(user, found)
    return render(request, "web/reading.html", {
        "title": found.document.title, "case": found.case, "reading": found, "document": found.document, "page": page,
        "text": marked_text(found.text, [r for r in every if start <= r.mark_start and r.mark_end <= end], start, end),
        "is_part": (start, end) != (0, len(found.text)), "order": order,
        "shown": [_drawn(user, one) for one in shown_with(user, found, rows)],
        "open": sum(row.state == "open" for row in every), "all": len(every),
        "last": None if last is None else {"row": last, "undo": _undo(user, last)},
        "may_read": may(user.role, P.DOCUMENT_WRITE), "may_decide": may(user.role, P.CLAIM_WRITE),
        "crumbs": in_case(found.case, ("Readings", "readings"))})


@allowed(P.DOCUMENT_READ, P.TALK_READ)
def read_events_page(request: Request, case_id: int) -> HttpResponse:
    """What was accepted, as events of PLOVER."""
    found = case(request.user, case_id)
    columns = Columns(tuple(name.capitalize() for name in COLUMNS), lambda e: (
        e.date, e.type, e.mode, e.actors, e.place, Link(e.source, _place_of(e.row)), e.quote))
    return list_page(request, read_events(request.user, found), columns, title="Events", case=found, lead=(
        "Acts between parties that were accepted in readings, with meetings and promises, by the types of PLOVER, so "
        "that other data on political events can be joined."), acts=[act("As CSV", "read-events-csv", found.pk)],
        crumbs=in_case(found, ("Readings", "readings")))


@allowed(P.DOCUMENT_READ, P.TALK_READ)
def read_events_csv(request: Request, case_id: int) -> HttpResponse:
    """The same as a file."""
    found = case(request.user, case_id)
    return HttpResponse(events_csv(read_events(request.user, found)), content_type="text/csv; charset=utf-8", headers={
        "Content-Disposition": f'attachment; filename="events-{found.pk}.csv"'})


def _part(text: str, rows: list[Any]) -> tuple[int, int]:
    """The part of a long text from which the proposals of one page come, whole paragraphs of it."""
    first, last = min(row.start for row in rows), max(row.end for row in rows)
    end = text.find("\n", last)
    return text.rfind("\n", 0, first) + 1, len(text) if end < 0 else end


def _drawn(user: Any, one: Shown) -> dict[str, Any]:
    row = one.row
    needed = P.CLAIM_WRITE if row.kind == "claim" else P.TALK_WRITE
    hedge = next((cells["hedge"] for _, cells in row.records if cells.get("hedge")), "")
    return {
        "row": row, "quote": marked_quote(row), "hedge": hedge, "chain": row.details.get("chain", ""),
        "moments": row.details.get("moments", ()), "places": row.details.get("places", ()),
        "actors": [a for a in row.details.get("actors", ()) if a != "not named"], "state": Badge(row.state),
        "repeats": [Link(f"{r.reading.document.key}, proposal {r.number} ({r.state})", _place_of(r))
                    for r in one.repeats],
        "known": [{"relation": k.beside.relation.value, "contradicts": k.contradicts, "said": k.beside.said,
                   "link": link("claim", k.claim, f"{k.claim.key}: {k.claim.subject}")} for k in one.known],
        "made": [{"words": _WORDS[table], "link": link(_PAGES[table], record), "withdrawn": record.withdrawn_at}
                 for table, record in one.made],
        "meetings": meeting_choices(one.meetings) if one.meetings else (), "likeliest": one.likeliest,
        "may_decide": row.state == "open" and may(user.role, needed), "undo": _undo(user, row)}


def _undo(user: Any, row: Any) -> str:
    """How a decision is taken back: its address; "withdraw" where that is another role's; "" where it is not his."""
    if row.state == "open" or not may(user.role, P.CLAIM_WRITE if row.kind == "claim" else P.TALK_WRITE):
        return ""
    if row.state == "rejected" or row.kind == "event":
        return reverse("read-proposal-reopen", args=[row.pk])
    may_withdraw = may_act_on(user, P.RECORD_WITHDRAW, row)
    return reverse("read-proposal-undo", args=[row.pk]) if may_withdraw else "withdraw"


def _place_of(row: Any) -> str:
    return f"{reverse('reading', args=[row.reading_id])}#p{row.number}"
