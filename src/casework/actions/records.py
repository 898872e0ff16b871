"""Correcting and withdrawing records: what stood before is kept, with who, when, why and on what document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F
from django.utils import timezone

from casework.actions.act import Conflict, NotPossible, act
from casework.actions.dependents import parts_of, standing_dependents, withdraw_parts
from casework.actions.searchable import searchable_text
from casework.actions.together import check_together
from casework.policy import Permission
from casework.store.bridge import said_by_row, table_of
from casework.store.models import Account, Document, ImportBatch, Person, Record, Revision
from homeward.model import InvalidValue, PartialDate
from homeward.model.spans import Span

__all__ = ["correct", "save_new", "values_of", "withdraw"]

_R = TypeVar("_R", bound=Record)
_FIXED = frozenset({"id", "case_id", "version", "batch_id", "recorded_at", "withdrawn_at"})


def correct(record: _R, *, actor: Account, changes: Mapping[str, Any], reason: str, version: int | None = None,
            document: Document | None = None, batch: ImportBatch | None = None) -> _R:
    """Supersede a record's values by others; the earlier ones stay in ``Revision``.

    Args: ``changes``: new values by field name; ``reason``: in the actor's words; ``version``: the version that the
    actor saw, to be compared with the one that stands (None: whatever stands); ``document``: what it rests on.

    Raises Conflict where the version has moved on, InvalidValue for a value that the record may not hold or no reason,
    NotAllowed.
    """
    with act(actor, Permission(f"{record.SUBJECT}.write"), record):
        _keep(record, actor=actor, act_name="corrected", reason=reason, document=document, batch=batch, version=version)
        for name, value in changes.items():
            if name in _FIXED or name.removesuffix("_id") + "_id" in _FIXED:
                raise InvalidValue(record.key, name, value, "cannot be corrected")
            setattr(record, name, value)
        record.version += 1
        _check(record)
        record.save()
    return record


def withdraw(record: _R, *, actor: Account, reason: str, version: int | None = None,
             document: Document | None = None) -> _R:
    """Take a record out of what stands, without losing it; its key may be used again.

    Raises NotPossible where it is withdrawn already or where records that stand rest on it, Conflict, InvalidValue
    without a reason, NotAllowed.
    """
    with act(actor, Permission.RECORD_WITHDRAW, record):
        if record.withdrawn_at is not None:
            raise NotPossible(f"{record.key} is withdrawn already")
        dependents = standing_dependents(record)
        if dependents:
            raise NotPossible(f"{record.key} cannot be withdrawn: {', '.join(dependents)} rests on it")
        _keep(record, actor=actor, act_name="withdrawn", reason=reason, document=document, batch=None, version=version)
        record.version += 1
        record.withdrawn_at = timezone.now()
        record.save()
        withdraw_parts(record)
    return record


def save_new(record: _R, *, actor: Account) -> _R:
    """Check and store a new record; raises InvalidValue naming the field, NotAllowed."""
    with act(actor, Permission(f"{record.SUBJECT}.write"), record):
        _check(record)
        record.save(force_insert=True)
    return record


def values_of(record: Record) -> dict[str, Any]:
    """The record's columns as JSON holds them."""
    encode = DjangoJSONEncoder().default
    values: dict[str, Any] = {}
    for field in record._meta.concrete_fields:
        value = field.value_from_object(record)
        if isinstance(value, PartialDate | Span):
            value = str(value)
        elif not (value is None or isinstance(value, str | int | float | bool | dict | list)):
            value = str(value) if field.get_internal_type() == "FileField" else encode(value)
        values[str(field.attname)] = value
    return values


def _keep(record: Record, *, actor: Account, act_name: str, reason: str, document: Document | None,
          batch: ImportBatch | None, version: int | None) -> None:
    if not reason.strip():
        raise InvalidValue(record.key, "reason", reason, "must be given")
    model = type(record)
    seen = record.version if version is None else version
    # The stored row decides; whoever comes second finds no row of the version that was seen.
    if not model.objects.filter(pk=record.pk, version=seen).update(version=F("version")):  # type: ignore[attr-defined]
        raise Conflict(f"{record.key} has been changed since version {seen}; look at it again")
    stored = model.objects.get(pk=record.pk)  # type: ignore[attr-defined]
    record.version = stored.version
    Revision.objects.create(
        table_name=model._meta.db_table, row=record.pk, key=record.key, version=stored.version,
        values=values_of(stored) | parts_of(stored), act=act_name, by=actor, reason=reason, document=document,
        batch=batch)


def _check(record: Record) -> None:
    if isinstance(record, Person):
        record.search_text = searchable_text(record)
    _check_references(record)
    try:
        record.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        value = getattr(record, field, None) if field != "__all__" else record.key
        raise InvalidValue(record.key or "new record", field, value, " ".join(messages)) from error
    if table_of(type(record)) is not None:
        said_by_row(record)  # what the science would not take, the register does not hold
        check_together(record)


def _check_references(record: Record) -> None:
    """A record refers to standing records of its own case alone."""
    for field in record._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, Record):
            other = getattr(record, field.name)
            if other is not None and (other.case_id != record.case_id or other.withdrawn_at is not None):
                raise InvalidValue(record.key or "new record", field.name, other.key,
                                   "must be a standing record of the same case")
