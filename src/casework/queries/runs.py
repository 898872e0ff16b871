"""Runs as their readers see them: where they stand, what they found, what they started from."""

from __future__ import annotations

import gzip
import json
from typing import Any

from django.db.models import QuerySet

from casework.policy import Permission, may, require
from casework.queries.visible import visible
from casework.store.models import Account, CaseFile, Run, RunInput

__all__ = ["input_of", "result_of", "run", "runs", "unfinished"]

_WITHOUT_MARKERS = "markers"


def runs(actor: Account, case_file: CaseFile | None = None, *, state: str = "") -> QuerySet[Run]:
    """The runs, latest first, without their results; raises NotAllowed."""
    rows = visible(actor, Permission.RUN_READ, Run).defer("result").select_related("case", "requested_by")
    if case_file is not None:
        rows = rows.filter(case=case_file)
    return rows.filter(state=state) if state else rows


def run(actor: Account, number: int) -> Run:
    """One run, without its result; raises DoesNotExist, NotAllowed."""
    return runs(actor).get(pk=number)


def result_of(actor: Account, one: Run) -> dict[str, Any] | None:
    """The content of results.json, None of a run that has not finished; raises NotAllowed.

    For whoever may see what is proposed; without the permission for genetic data, markers and genotypes are left out.
    """
    require(actor, Permission.RUN_READ)
    require(actor, Permission.PROPOSAL_READ)
    content = Run.objects.values_list("result", flat=True).get(pk=one.pk)
    if content is None:
        return None
    document: dict[str, Any] = json.loads(gzip.decompress(bytes(content)))
    if not may(actor.role, Permission.GENETIC_READ):
        for proposal in document["proposals"]:
            proposal[_WITHOUT_MARKERS] = []
    return document


def input_of(actor: Account, one: Run) -> bytes | None:
    """The case as the run took it, a zipped case folder that ``homeward identify`` reads; None before it was taken.

    Raises NotAllowed: it holds everything that the case holds.
    """
    require(actor, Permission.CASE_EXPORT)
    content = RunInput.objects.filter(run=one).values_list("content", flat=True).first()
    return None if content is None else bytes(content)


def unfinished() -> list[Run]:
    """Runs that wait or are under way, oldest first, for the worker that looks after them."""
    rows = Run.objects.filter(state__in=("queued", "running")).defer("result").order_by("pk")
    return list(rows.select_related("requested_by"))
