"""What rests on a record, and what is part of it and goes with it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from casework.store.models import CustodyEvent, Family, FamilyMember, Record

__all__ = ["parts_of", "relations_of", "standing_dependents", "withdraw_parts"]

_NAMED = 5
# Its own parts, which go with it; a member of a pedigree who leaves the roster is no longer one of the missing.
_PARTS = {"store_alias", "store_familymember", "store_documenttext"}
# What happened, and stays when a record goes; a proposal of what is gone cannot be signed.
_HISTORY = {"store_statuschange", "store_revision", "store_proposal"}
_ITEMS = {"store_container": "container", "store_remains": "remains", "store_element": "element",
          "store_remainssample": "sample"}


def standing_dependents(record: Record) -> list[str]:
    """The first of the records that stand and refer to this one, in words; empty where there are none."""
    table = record._meta.db_table
    found: list[str] = []
    for relation in relations_of(type(record)):
        other: Any = relation.related_model
        if other._meta.db_table in _PARTS | _HISTORY:
            continue
        rows = other._default_manager.filter(**{relation.field.name: record.pk})
        if any(f.name == "withdrawn_at" for f in other._meta.fields):
            rows = rows.filter(withdrawn_at__isnull=True)
        found += [f"{other._meta.verbose_name} {row}" for row in rows[: _NAMED - len(found)]]
    if table in _ITEMS:
        events = CustodyEvent.objects.filter(case=record.case_id, item_kind=_ITEMS[table], item_key=record.key)
        found += [f"its custody since {event.at}" for event in events[:1]]
    return found


def relations_of(model: type[Record]) -> list[Any]:
    """The columns of all tables that refer to a record of this kind, those without a way back included."""
    return [f for f in model._meta.get_fields(include_hidden=True)
            if f.auto_created and not f.concrete and (f.one_to_many or f.one_to_one)]


def parts_of(record: Record) -> dict[str, Any]:
    """What a revision keeps of a record beside its columns: of a family the numbers of its members' rows."""
    if not isinstance(record, Family):
        return {}
    members = FamilyMember.objects.filter(family=record, withdrawn_at__isnull=True).order_by("pk")
    return {"members": list(members.values_list("pk", flat=True))}


def withdraw_parts(record: Record) -> None:
    """A family that is withdrawn frees its persons for another."""
    if isinstance(record, Family):
        FamilyMember.objects.filter(family=record, withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())
