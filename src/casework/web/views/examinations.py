"""Examinations, by line of evidence."""

from __future__ import annotations

from django.http import HttpResponse

from casework.policy import Permission
from casework.queries.cases import case
from casework.queries.examinations import LINES, examination, examinations
from casework.web.listing import Columns, choice, list_page
from casework.web.record_page import in_case, record_page, standard_acts
from casework.web.rules import Request, allowed
from casework.web.shown import Facts, link

__all__ = ["examination_page", "examinations_page"]


@allowed(Permission.EXAMINATION_READ)
def examinations_page(request: Request, case_id: int) -> HttpResponse:
    """The examinations of a case."""
    found = case(request.user, case_id)
    line = choice(request, "line", "Line of evidence", [(name, name) for name in LINES])
    columns = Columns(("Examination", "Line", "Remains", "When", "By", "Concluded"), lambda e: (
        link("examination", e), e.line, link("remains", e.remains), e.dated, e.examiner, e.conclusion))
    rows = examinations(request.user, found, line=line.chosen, withdrawn="withdrawn" in request.GET)
    return list_page(request, rows, columns, title="Examinations", case=found, crumbs=in_case(found), choices=[line],
                     withdrawn=True, lead="Examinations are added on the page of the remains.")


@allowed(Permission.EXAMINATION_READ)
def examination_page(request: Request, examination_id: int) -> HttpResponse:
    """One examination: what was seen, apart from what is concluded."""
    found = examination(request.user, examination_id)
    sections = [
        Facts("How it was done", (
            ("Remains", link("remains", found.remains)), ("Element", link("element", found.element)),
            ("Line of evidence", found.line), ("Examiner", found.examiner), ("When", found.dated),
            ("Method", found.method), ("Blind: no name was known", found.blind),
            ("Document", link("document", found.document)))),
        Facts("What was observed", (("Observation", found.observation), ("Values", found.values or None))),
        Facts("What is concluded", (("Conclusion", found.conclusion),)),
    ]
    return record_page(request, found, kind=f"Examination, {found.line}", title=found.key, sections=sections,
                       acts=standard_acts(request.user, found, "examination"),
                       crumbs=in_case(found.case, ("Examinations", "examinations")))
