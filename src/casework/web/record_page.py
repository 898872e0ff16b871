"""The page of one record: what it says, what can be done with it, what it said before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from casework.actions.records import values_of
from casework.policy import Permission
from casework.queries.history import may_act_on, named, revisions
from casework.queries.readings import proposal_behind
from casework.web.rules import Request
from casework.web.shown import Act, Crumb, Facts, Link, act, link
from casework.web.templatetags.desk import words

__all__ = ["Step", "acts_on", "history_of", "in_case", "record_page", "standard_acts"]

_UNSAID = frozenset({"id", "case_id", "version", "batch_id", "recorded_at", "withdrawn_at", "search_text"})


@dataclass(frozen=True, slots=True)
class Step:
    """One revision as it is shown: who, when, why, and what changed by it."""

    version: int
    act: str
    at: Any
    by: Any
    reason: str
    document: Any
    changes: Sequence[tuple[str, Any, Any]]


def record_page(request: Request, record: Any, *, kind: str, title: str = "", **context: Any) -> HttpResponse:
    """Draw a record with its history.

    ``context``: ``sections``, ``acts``, ``badges``, ``crumbs``, ``lead``, ``template``.
    """
    readable = may_act_on(request.user, Permission(f"{record.SUBJECT}.read"), record)
    steps = history_of(request.user, record) if readable else None
    gone = next((s for s in steps or () if s.act == "withdrawn"), None) if record.withdrawn_at is not None else None
    said = f"{words(record.withdrawn_at)}" + (f", by {gone.by}: {gone.reason}" if gone else "")
    template = context.pop("template", "web/record.html")
    context["sections"] = [*context.get("sections", ()), *_read_in(request.user, record)]
    return render(request, template, {
        "title": title or str(record), "kind": kind, "case": record.case, "record": record, "history": steps,
        "recorded": record.recorded_at, "withdrawn": said if record.withdrawn_at is not None else "", **context})


def _read_in(user: Any, record: Any) -> list[Facts]:
    """The proposal of a reader of which a record was made, where it was."""
    row = proposal_behind(user, record)
    if row is None:
        return []
    there = f"{reverse('reading', args=[row.reading_id])}#p{row.number}"
    return [Facts("Read in a document", (
        ("Proposal", Link(f"{row.reading.document.key}, proposal {row.number}", there, row.reading.document.title)),
        ("What became of it", None if row.decided_by is None else f"{row.state} by {row.decided_by}"),
        ("Decided", row.decided_at)))]


def acts_on(user: Any, record: Any, *offered: tuple[Permission, Act]) -> list[Act]:
    """The acts that this account may do on this record; on a withdrawn one there are none."""
    if record.withdrawn_at is not None:
        return []
    return [one for permission, one in offered if may_act_on(user, permission, record)]


def standard_acts(user: Any, record: Any, name: str, *offered: tuple[Permission, Act]) -> list[Act]:
    """Correcting and withdrawing, which every record knows, and what else is offered before them."""
    return acts_on(user, record, *offered,
                   (Permission(f"{record.SUBJECT}.write"), act("Correct", f"{name}-correct", record.pk)),
                   (Permission.RECORD_WITHDRAW, act("Withdraw", f"{name}-withdraw", record.pk, danger=True)))


def in_case(case: Any, *steps: tuple[str, str]) -> list[Crumb]:
    """The way from the cases to a page: names of lists of the case, or addresses."""
    way = [Crumb("Cases", reverse("cases")), Crumb(str(case), reverse("case", args=[case.pk]))]
    return way + [Crumb(said, to if to.startswith("/") else reverse(to, args=[case.pk])) for said, to in steps]


def history_of(user: Any, record: Any) -> list[Step]:
    """The record's revisions, latest first, each with what it changed."""
    found = list(revisions(user, record))
    later: list[Mapping[str, Any]] = [values_of(record), *(r.values for r in found)]
    return [Step(r.version, r.act, r.at, r.by, r.reason, link("document", r.document),
                 tuple(_changes(record, before, after)))
            for r, (after, before) in zip(found, pairwise(later), strict=True)]


def _changes(record: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[tuple[str, Any, Any]]:
    for column in before:
        if column not in _UNSAID and column in after and before[column] != after[column]:
            yield (column.removesuffix("_id").replace("_", " "), named(record, column, before[column]),
                   named(record, column, after[column]))
