"""What a record said before: its revisions, for whoever may read the record itself."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from casework.policy import NotAllowed, Permission, require
from casework.store.models import Account, Record, Revision

__all__ = ["may_act_on", "named", "revisions"]


def revisions(actor: Account, record: Record) -> QuerySet[Revision]:
    """The record's earlier values, latest first, with who, when, why and on what document; raises NotAllowed."""
    require(actor, Permission(f"{record.SUBJECT}.read"), record)
    rows = Revision.objects.filter(table_name=record._meta.db_table, row=record.pk)
    return rows.select_related("by", "document").order_by("-version")


def named(record: Record, column: str, value: Any) -> Any:
    """The value of a column as people know it: of another record its key, which stands whatever became of it."""
    if not column.endswith("_id") or value is None:
        return value
    field = record._meta.get_field(column.removesuffix("_id"))
    model: Any = field.related_model
    found = model._default_manager.filter(pk=value).first()
    return value if found is None else getattr(found, "key", str(found))


def may_act_on(actor: Account, permission: Permission, record: object) -> bool:
    """Whether the permission reaches this record, for pages that offer an act only to whoever may do it."""
    try:
        require(actor, permission, record)
    except NotAllowed:
        return False
    return True
