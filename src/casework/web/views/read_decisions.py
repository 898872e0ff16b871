"""Deciding what a reader proposed: one key each, and back to the next that is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from casework.actions.act import Conflict
from casework.actions.read_decisions import accept_proposal, permission_for, reject_proposal, undo_decision
from casework.policy import NotAllowed, Permission, require
from casework.queries.readings import meetings_near, proposals, read_proposal, reading
from casework.web.errors import words_of
from casework.web.filling import Sheet, fill, written
from casework.web.forms.readings import EDIT_FORMS, UndoForm, meeting_choices
from casework.web.record_page import in_case
from casework.web.rules import Request, allowed
from casework.web.shown import Facts
from casework.web.views.readings import PAGE_PROPOSALS
from homeward.model import HomewardError

__all__ = ["read_proposal_accept", "read_proposal_edit", "read_proposal_reject", "read_proposal_reopen",
           "read_proposal_undo"]

P = Permission
_DONE = {"claim": "The claim is recorded.", "meeting": "The meeting is recorded.",
         "commitment": "The promise is recorded.", "event": "The event is accepted."}


@allowed(P.CLAIM_WRITE, P.TALK_WRITE)
def read_proposal_accept(request: Request, read_proposal_id: int) -> HttpResponse:
    """Accept a proposal as it is."""
    return _decided(request, read_proposal_id, lambda row: accept_proposal(
        actor=request.user, proposal=row, meeting=request.POST.get("meeting", "")[:120]))


@allowed(P.CLAIM_WRITE, P.TALK_WRITE)
def read_proposal_reject(request: Request, read_proposal_id: int) -> HttpResponse:
    """Reject a proposal."""
    return _decided(request, read_proposal_id, lambda row: reject_proposal(
        actor=request.user, proposal=row, reason=request.POST.get("reason", "")[:4000]))


@allowed(P.CLAIM_WRITE, P.TALK_WRITE)
def read_proposal_reopen(request: Request, read_proposal_id: int) -> HttpResponse:
    """Open a decided proposal again that became no record."""
    row = read_proposal(request.user, read_proposal_id)
    if row.state != "open" and row.state != "rejected" and row.kind != "event":
        return redirect("read-proposal-undo", row.pk)
    return _decided(request, read_proposal_id, lambda found: undo_decision(actor=request.user, proposal=found),
                    stay=True)


@allowed(P.CLAIM_WRITE, P.TALK_WRITE)
def read_proposal_edit(request: Request, read_proposal_id: int) -> HttpResponse:
    """Accept a proposal as one would rather have it; its words stay as they are."""
    user, row = request.user, read_proposal(request.user, read_proposal_id)
    require(user, permission_for(row))
    near, likeliest = meetings_near(user, row)
    said = {name: cell for _, cells in row.records for name, cell in cells.items()}
    if "meeting" in EDIT_FORMS[row.kind].base_fields:
        said["meeting"] = request.GET.get("meeting", likeliest)
    form = EDIT_FORMS[row.kind](actor=user, case=row.reading.case, said=said, meetings=meeting_choices(near),
                                **written(request))
    sheet = Sheet(f"Edit proposal {row.number}", "Accept it so", _place(row), _DONE[row.kind], (
        "The words stay as the document has them; everything else may be put right.",))

    def act_on(_: dict[str, Any]) -> str:
        cells = form.cells()
        accept_proposal(actor=user, proposal=row, meeting=cells.get("meeting", ""), cells={
            table: {name: cells[name] for name in there if name in cells} for table, there in row.records})
        return _next(request, row)

    case, title = row.reading.case, row.reading.document.title
    return fill(request, sheet, form, act_on, case=case, kind=title, sections=[_read_as(row)],
                crumbs=in_case(case, ("Readings", "readings"), (title, _place(row))))


@allowed(P.RECORD_WITHDRAW, P.CLAIM_WRITE, P.TALK_WRITE, fresh=True)
def read_proposal_undo(request: Request, read_proposal_id: int) -> HttpResponse:
    """Take a decision back, and withdraw what it made."""
    row = read_proposal(request.user, read_proposal_id)
    form = UndoForm(actor=request.user, case=row.reading.case, **written(request))
    sheet = Sheet(f"Take back the decision on proposal {row.number}", "Withdraw what it made", _place(row),
                  "The proposal is open again; the record that it became is withdrawn.", (
                      "The record stays, with your reason, among those withdrawn. It is refused while another rests on "
                      "it.",), danger=True)

    def act_on(said: dict[str, Any]) -> str:
        undo_decision(actor=request.user, proposal=row, reason=said["reason"])
        return _place(row)

    return fill(request, sheet, form, act_on, case=row.reading.case, kind=row.reading.document.title,
                sections=[_read_as(row)])


def _decided(request: Request, number: int, do: Callable[[Any], Any], *, stay: bool = False) -> HttpResponse:
    """Decide, and go on to the next that is open; whoever was not quick enough is told by whom it was decided."""
    row = read_proposal(request.user, number)
    if request.method != "POST":
        return redirect(_place(row))
    require(request.user, permission_for(row))
    try:
        do(row)
    except NotAllowed:
        raise
    except Conflict as error:
        messages.error(request, f"Nothing was written: {error}.")
        return redirect(_place(row, request))
    except HomewardError as error:
        for line in words_of(error):
            messages.error(request, f"It could not be accepted as it is: {line}.")
        return redirect("read-proposal-edit", row.pk)
    return redirect(_place(row, request) if stay else _next(request, row))


def _next(request: Request, row: Any) -> str:
    """The page of the reading, at the next proposal that is open, else at this one."""
    order = _order(request)
    rows = list(proposals(request.user, reading(request.user, row.reading_id), order=order))
    here = next((n for n, other in enumerate(rows) if other.pk == row.pk), 0)
    following = next((other for other in (*rows[here + 1:], *rows[:here]) if other.state == "open"), row)
    return _place(following, request, rows)


def _order(request: Request) -> str:
    return "surest" if "surest" in (request.POST.get("order"), request.GET.get("order")) else "text"


def _place(row: Any, request: Request | None = None, rows: list[Any] | None = None) -> str:
    """The address of a proposal on the page of its reading, in the order in which one reads it."""
    asked = {"order": "surest"} if request is not None and _order(request) == "surest" else {}
    if request is not None and rows is None:
        rows = list(proposals(request.user, row.reading, order=_order(request)))
    number = next((n for n, other in enumerate(rows or ()) if other.pk == row.pk), 0) // PAGE_PROPOSALS + 1
    if number > 1:
        asked["page"] = str(number)
    there = reverse("reading", args=[row.reading_id])
    return f"{there}{f'?{urlencode(asked)}' if asked else ''}#p{row.number}"


def _read_as(row: Any) -> Facts:
    return Facts("As it was read", (("The words, verbatim", row.quote), ("What", row.summary),
                                    ("Who says it", row.details.get("chain")), ("Why", row.why)))
