"""The roster: the list that is searched, and the page of one person."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from casework.policy import Permission, may
from casework.queries.cases import case
from casework.queries.decisions import decisions, proposals
from casework.queries.families import family_of
from casework.queries.people import search
from casework.queries.roster import STATUSES, aliases, person, status_history
from casework.web.listing import Columns, asked_text, choice, list_page
from casework.web.record_page import in_case, record_page, standard_acts
from casework.web.rules import Request, allowed
from casework.web.shown import Badge, Facts, Table, act, link, name_of

__all__ = ["person_page", "roster_page"]

P = Permission


@allowed(Permission.ROSTER_READ)
def roster_page(request: Request, case_id: int) -> HttpResponse:
    """The persons of a case."""
    found = case(request.user, case_id)
    status = choice(request, "status", "Status", [(s, s) for s in STATUSES])
    rows = search(request.user, found, asked_text(request), status=status.chosen,
                  withdrawn="withdrawn" in request.GET).select_related("incident")
    columns = Columns(("Name", "Number", "Unit", "Missing since", "Incident", "Status"), lambda p: (
        link("person", p, name_of(p), p.key if p.name else ""), p.service_number, p.service_unit,
        p.missing_since, link("incident", p.incident, name_of(p.incident)),
        Badge("withdrawn") if p.withdrawn_at else Badge(p.status)))
    acts = [act("Add a person", "person-new", found.pk)] if may(request.user.role, P.ROSTER_WRITE) else []
    return list_page(request, rows, columns, title="Roster", case=found, crumbs=in_case(found), acts=acts,
                     search="Name, other name or service number", choices=[status], withdrawn=True)


@allowed(Permission.ROSTER_READ)
def person_page(request: Request, person_id: int) -> HttpResponse:
    """One person."""
    found = person(request.user, person_id)
    acts = standard_acts(
        request.user, found, "person",
        (P.ROSTER_WRITE, act("Change the status", "person-status", found.pk)),
        (P.ROSTER_WRITE, act("Add another name", "person-alias", found.pk)),
        (P.FAMILY_TELL, act("Write down what the family was told", "person-tell", found.pk)))
    return record_page(request, found, kind=f"Person {found.key}", title=name_of(found),
                       badges=[Badge(found.status)], acts=acts, sections=_sections(request.user, found),
                       crumbs=in_case(found.case, ("Roster", "roster")))


def _sections(user: Any, found: Any) -> list[Facts | Table]:
    sections: list[Facts | Table] = [_service(user, found), _names(user, found), _history(user, found)]
    if may(user.role, P.FAMILY_READ):
        sections.append(Facts("Family", [("Family", link("family", family_of(user, found)))]))
    if may(user.role, P.PROPOSAL_READ):
        sections.append(Table("Proposals", ("Remains", "Conclusion", "State", "Raised"), [
            (link("proposal", p, str(p.remains)), Badge(p.conclusion), Badge(p.state), p.raised_at)
            for p in proposals(user, person=found)], empty="No remains have been proposed for this person."))
    if may(user.role, P.DECISION_READ):
        sections.append(Table("Decisions", ("Remains", "Signed", "Family told", "Public", "Withdrawn"), [
            (link("decision", d, str(d.remains)), d.signed_at, d.told_at or "not yet", d.published_at or "not yet",
             d.withdrawn_at or "no") for d in decisions(user, withdrawn=True, person=found)],
            empty="No decision has been signed."))
    return sections


def _service(user: Any, found: Any) -> Facts:
    incident, batch = found.incident, found.batch
    came: Any = "by hand" if batch is None else f"import {batch.pk}"
    if batch is not None and may(user.role, P.BATCH_READ):
        came = link("batch", batch)
    return Facts("Who is missing", (
        ("Name", found.name), ("Sex", found.sex), ("Born", found.born), ("Missing since", found.missing_since),
        ("Incident", link("incident", incident, name_of(incident))),
        ("Service number", found.service_number), ("Branch", found.service_branch), ("Unit", found.service_unit),
        ("Rank", found.rank), ("Vouched for by", found.vouched_by), ("Recorded", found.recorded_at),
        ("Import", came)))


def _names(user: Any, found: Any) -> Table:
    may_write = found.withdrawn_at is None and may(user.role, P.ROSTER_WRITE)
    return Table("Other names", ("Name", "Kind", "Document", ""), [
        (a.name, a.kind, link("document", a.document),
         link("alias-withdraw", a, "withdraw") if may_write else "–") for a in aliases(user, found)])


def _history(user: Any, found: Any) -> Table:
    return Table("What became of this person", ("Status", "Since", "Why", "Document", "Written by"), [
        (Badge(s.status), s.dated, s.reason, link("document", s.document), str(s.by))
        for s in status_history(user, found)], empty="Unaccounted for since the roster was made.")
