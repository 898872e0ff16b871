"""Documents, and what rests on them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from casework.policy import Permission
from casework.queries.visible import visible
from casework.store.models import Account, CaseFile, Document

__all__ = ["document", "document_by_key", "documents"]


def documents(actor: Account, case_file: CaseFile, *, text: str = "", withdrawn: bool = False) -> QuerySet[Document]:
    """The documents of a case by key; raises NotAllowed."""
    rows = visible(actor, Permission.DOCUMENT_READ, Document, withdrawn=withdrawn).filter(case=case_file)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(key__icontains=text) | Q(publisher__icontains=text))
    return rows.order_by("key", "pk")


def document(actor: Account, number: int) -> Document:
    """One document, withdrawn or not; raises DoesNotExist, NotAllowed."""
    return visible(actor, Permission.DOCUMENT_READ, Document, withdrawn=True).select_related("case").get(pk=number)


def document_by_key(actor: Account, case_file: CaseFile, key: str) -> Document | None:
    """The standing document of that key, None where there is none; raises NotAllowed."""
    return visible(actor, Permission.DOCUMENT_READ, Document).filter(case=case_file, key=key).first()
