"""Reading what stands around the records: cases, batches, the audit."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from casework.api import shapes
from casework.api.paging import Page, Paging, Text, page_of
from casework.api.problems import READ_PROBLEMS
from casework.api.records import Number
from casework.api.security import guarded
from casework.policy import Permission
from casework.queries import audit, batches, cases

__all__ = ["router"]

router = Router()


class Writes(Paging):
    """Which writes: of one ``actor``, ``table``, ``row``."""

    actor: Text = ""
    table: Text = ""
    row: Text = ""


@router.get("/cases", response={200: Page[shapes.CaseOut], **READ_PROBLEMS}, tags=["cases"])
@guarded(Permission.CASE_READ)
def list_cases(request: HttpRequest, wanted: Query[Paging]) -> Any:
    """The cases."""
    return page_of(cases.cases(request.auth), wanted)  # type: ignore[attr-defined]


@router.get("/cases/{number}", response={200: shapes.CaseOut, **READ_PROBLEMS}, tags=["cases"])
@guarded(Permission.CASE_READ)
def get_case(request: HttpRequest, number: Number) -> Any:
    """One case."""
    return cases.case(request.auth, number)  # type: ignore[attr-defined]


@router.get("/batches", response={200: Page[shapes.BatchOut], **READ_PROBLEMS}, tags=["cases"])
@guarded(Permission.BATCH_READ)
def list_batches(request: HttpRequest, wanted: Query[Paging]) -> Any:
    """The imports."""
    return page_of(batches.batches(request.auth).select_related("by"), wanted)  # type: ignore[attr-defined]


@router.get("/audit", response={200: Page[shapes.AuditOut], **READ_PROBLEMS}, tags=["audit"])
@guarded(Permission.AUDIT_READ)
def list_audit(request: HttpRequest, wanted: Query[Writes]) -> Any:
    """Who wrote what and when, with the values that the asking account may see."""
    actor = request.auth  # type: ignore[attr-defined]
    page = page_of(audit.entries(actor, who=wanted.actor, table=wanted.table, row=wanted.row), wanted)
    page["items"] = [_written(w) for w in audit.told(actor, page["items"])]
    return page


def _written(written: audit.Written) -> dict[str, Any]:
    entry = written.entry
    return {"id": entry.pk, "at": entry.at, "actor": entry.actor, "table_name": entry.table_name,
            "row_key": entry.row_key, "act": entry.act, "shown": written.shown,
            "changes": [{"column": c, "old": old, "new": new} for c, old, new in written.changes]}
