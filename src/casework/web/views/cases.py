"""The cases, and what one of them holds."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from casework.policy import Permission, may
from casework.queries.cases import case, cases, figures, statuses
from casework.web.listing import Columns, list_page
from casework.web.record_page import in_case
from casework.web.rules import Request, allowed
from casework.web.shown import Act, Badge, Facts, Table, act, link

__all__ = ["case_page", "case_settings", "cases_page"]

_LISTS = {"remains": "remains-list"}


@allowed(Permission.CASE_READ)
def cases_page(request: Request) -> HttpResponse:
    """All cases of the register."""
    columns = Columns(("Case", "Key", "", "Begun"), lambda c: (
        link("case", c, str(c)), c.key, Badge("synthetic") if c.synthetic else "people of record", c.created_at))
    may_import = may(request.user.role, Permission.BATCH_IMPORT)
    return list_page(request, cases(request.user), columns, title="Cases",
                     acts=[act("Import a case", "import")] if may_import else [])


@allowed(Permission.CASE_READ)
def case_page(request: Request, case_id: int) -> HttpResponse:
    """One case in figures, with the ways into it."""
    found = case(request.user, case_id)
    counted = [(f.words, f.count, reverse(_LISTS.get(f.listed, f.listed), args=[found.pk]))
               for f in figures(request.user, found)]
    by_status = [(words, count, f"{reverse('roster', args=[found.pk])}?status={words.replace(' ', '+')}")
                 for words, count in sorted(statuses(request.user, found).items())]
    return render(request, "web/case.html", {
        "title": str(found), "case": found, "figures": counted, "statuses": by_status,
        "acts": _acts(request.user, found), "crumbs": in_case(found)[:1]})


@allowed(Permission.CASE_READ)
def case_settings(request: Request, case_id: int) -> HttpResponse:
    """What the case computes with: prior, rule, frequencies, databases."""
    found = case(request.user, case_id)
    frequencies = found.frequencies
    sections = [
        Facts("Reference material", (
            ("Allele frequencies", frequencies and str(frequencies)),
            ("Source", frequencies and frequencies.source),
            ("Coancestry θ", frequencies and frequencies.theta),
            ("mtDNA database", found.mito_database and str(found.mito_database)),
            ("Y-STR database", found.y_database and str(found.y_database)))),
        *(Table(name.replace("_", " ").capitalize(), ("Setting", "Value"), list(_flat(value)))
          for name, value in found.settings.items() if isinstance(value, dict)),
        Facts("Further settings", [(name.replace("_", " "), value) for name, value in found.settings.items()
                                   if not isinstance(value, dict)]),
    ]
    return render(request, "web/record.html", {
        "title": "What this case computes with", "case": found, "kind": str(found), "sections": sections,
        "crumbs": in_case(found), "history": None})


def _flat(value: dict[str, Any], before: str = "") -> Any:
    for name, inner in value.items():
        words = f"{before}{name.replace('_', ' ')}"
        if isinstance(inner, dict):
            yield from _flat(inner, f"{words}: ")
        else:
            yield words, inner


def _acts(user: Any, found: Any) -> list[Act]:
    offered = (
        (Permission.CASE_READ, act("What it computes with", "case-settings", found.pk)),
        (Permission.RUN_START, act("Begin a run", "run-new", found.pk)),
        (Permission.BATCH_IMPORT, act("Import into it", "import-into", found.pk)),
    )
    return [one for permission, one in offered if may(user.role, permission)]
