"""What of a table somebody may see."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from casework.policy import Permission, Scope, require, scope_of
from casework.store.models import Account

__all__ = ["visible"]

_M = TypeVar("_M", bound=Model)


def visible(actor: Account, permission: Permission, model: type[_M], *, withdrawn: bool = False) -> QuerySet[_M]:
    """The rows of a table that the permission reaches, without those withdrawn unless asked for; raises NotAllowed.

    A table without an organisation of its own is seen whole by whoever has the permission.
    """
    require(actor, permission)
    rows: QuerySet[Any] = model._default_manager.all()
    columns = {field.name for field in model._meta.get_fields()}
    if "withdrawn_at" in columns and not withdrawn:
        rows = rows.filter(withdrawn_at__isnull=True)
    scope = scope_of(actor.role, permission)
    if scope is Scope.OWN and "organisation" in columns:
        rows = rows.filter(Q(organisation__isnull=True) | Q(organisation=actor.organisation_id))
    if scope is Scope.FAMILY:
        rows = rows.filter(family=actor.family_id) if "family" in columns else rows.none()
    return rows
