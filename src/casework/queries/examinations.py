"""Examinations of remains, by line of evidence."""

from __future__ import annotations

from django.db.models import QuerySet

from casework.policy import Permission
from casework.queries.visible import visible
from casework.store.models import Account, CaseFile, Examination, Remains
from casework.store.models import examinations as _examinations

__all__ = ["LINES", "examination", "examinations", "examinations_of"]

LINES = tuple(name for name, _ in _examinations.LINES)


def examinations(actor: Account, case_file: CaseFile, *, line: str = "",
                 withdrawn: bool = False) -> QuerySet[Examination]:
    """The examinations of a case, of one line of evidence or of all; raises NotAllowed."""
    rows = visible(actor, Permission.EXAMINATION_READ, Examination, withdrawn=withdrawn).filter(case=case_file)
    if line:
        rows = rows.filter(line=line)
    return rows.select_related("remains", "element").order_by("-dated", "-pk")


def examinations_of(actor: Account, one: Remains) -> QuerySet[Examination]:
    """What was observed on one accession, by line and date; raises NotAllowed."""
    rows = visible(actor, Permission.EXAMINATION_READ, Examination).filter(remains=one)
    return rows.select_related("element").order_by("line", "dated", "pk")


def examination(actor: Account, number: int) -> Examination:
    """One examination, withdrawn or not; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.EXAMINATION_READ, Examination, withdrawn=True)
    return rows.select_related("case", "remains", "element", "document", "organisation").get(pk=number)
