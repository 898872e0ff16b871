"""Imports: what was read, by whom, and whether it was taken back."""

from __future__ import annotations

from django.db.models import QuerySet

from casework.policy import Permission
from casework.queries.visible import visible
from casework.store.models import Account, CaseFile, ImportBatch

__all__ = ["batch", "batches"]


def batches(actor: Account, case_file: CaseFile | None = None) -> QuerySet[ImportBatch]:
    """The imports of a case, or of all, latest first; raises NotAllowed."""
    rows = visible(actor, Permission.BATCH_READ, ImportBatch)
    if case_file is not None:
        rows = rows.filter(case=case_file)
    return rows.select_related("by", "case", "undone_by").order_by("-pk")


def batch(actor: Account, number: int) -> ImportBatch:
    """One import; raises DoesNotExist, NotAllowed."""
    return batches(actor).get(pk=number)
