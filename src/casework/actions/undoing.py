"""Taking an import back: what stood before stands again, unless later work rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from casework.actions.act import NotPossible, act
from casework.actions.bulk import chunks, keep, supersede
from casework.actions.dependents import relations_of
from casework.actions.searchable import make_searchable
from casework.policy import Permission
from casework.store.bridge import BOOK, LAYOUT
from casework.store.models import (
    Account,
    CaseFile,
    CustodyEvent,
    Family,
    FamilyMember,
    ImportBatch,
    Person,
    Proposal,
    Record,
    Revision,
)
from homeward.model import InvalidValue

__all__ = ["undo_batch"]

_MODELS: tuple[type[Record], ...] = tuple(dict.fromkeys(
    [BOOK["sources"].model, *(layout.model for layout in LAYOUT.values()), *(table.model for table in BOOK.values())]))
_ITEMS = {"store_container": "container", "store_remains": "remains", "store_element": "element",
          "store_remainssample": "sample"}
_NAMED = 10  # records that a refusal names
_FIXED = {"id", "case_id", "key", "version", "batch_id", "recorded_at", "withdrawn_at"}


def undo_batch(*, actor: Account, batch: ImportBatch, reason: str) -> ImportBatch:
    """Take an import back whole: what it added is withdrawn, what it changed says again what it said before.

    Raises NotPossible where it is undone already or where later work rests on it, naming the records; InvalidValue
    without a reason; NotAllowed. Then nothing is changed.
    """
    with act(actor, Permission.BATCH_UNDO, batch):
        if not reason.strip():
            raise InvalidValue(batch.source, "reason", reason, "must be given")
        # The lock of the case keeps other imports away; the row of the batch says whether somebody was quicker.
        CaseFile.objects.select_for_update().get(pk=batch.case_id)
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.undone_at is not None:
            raise NotPossible(f"the import of {batch.source} was undone already")
        _refuse_later_work(batch)
        try:
            with transaction.atomic():
                _take_back(batch, actor, reason.strip())
        except IntegrityError as error:
            raise NotPossible(f"the import of {batch.source} cannot be undone: a key or a place in a family that was "
                              "free before is in use now") from error
        batch.undone_at, batch.undone_by, batch.undone_reason = timezone.now(), actor, reason.strip()
        batch.save()
    return batch


def _refuse_later_work(batch: ImportBatch) -> None:
    named = list(dict.fromkeys(_later_work(batch)))
    if named:
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        raise NotPossible(f"later work rests on the import of {batch.source}: {'; '.join(named[:_NAMED])}{more}")


def _later_work(batch: ImportBatch) -> Iterator[str]:
    yield from _changed_later(CaseFile, batch)
    for model in _MODELS:
        yield from _changed_later(model, batch)
        yield from _referred_to(model, batch)
    for table, kind in _ITEMS.items():
        keys = _of_batch(next((m for m in _MODELS if m._meta.db_table == table), None), batch)
        for chunk in chunks(keys, 500):
            events = CustodyEvent.objects.filter(case=batch.case_id, item_kind=kind, item_key__in=chunk)
            yield from (f"custody of {kind} {key}" for key in events.values_list("item_key", flat=True))


def _of_batch(model: type[Record] | None, batch: ImportBatch) -> Iterable[str]:
    if model is None:
        return ()
    rows = model._default_manager.filter(batch=batch, withdrawn_at__isnull=True)
    return rows.values_list("key", flat=True).iterator()


def _changed_later(model: type[Any], batch: ImportBatch) -> Iterator[str]:
    """Records of the batch that somebody, or a batch that is not undone, has changed since."""
    table = model._meta.db_table
    later = Revision.objects.filter(Q(batch__isnull=True) | (~Q(batch=batch) & Q(batch__undone_at__isnull=True)),
                                    table_name=table)
    own = Revision.objects.filter(table_name=table, batch=batch)
    for chunk in chunks(own.values_list("row", "version").iterator(), 500):
        versions = dict(chunk)
        for row, version, key in later.filter(row__in=versions).values_list("row", "version", "key"):
            if version > versions[row]:
                yield f"{model._meta.verbose_name} {key} was changed"
    if model is not CaseFile:
        added = model._default_manager.filter(batch=batch).values("pk")
        yield from (f"{model._meta.verbose_name} {key} was changed"
                    for key in later.filter(row__in=added).values_list("key", flat=True))


def _referred_to(model: type[Record], batch: ImportBatch) -> Iterator[str]:
    """What refers to a record that the batch added and was not added with it."""
    for relation in relations_of(model):
        other: Any = relation.related_model
        if other is Revision:
            continue
        column = relation.field.name
        rows = other._default_manager.filter(**{f"{column}__batch": batch, f"{column}__withdrawn_at__isnull": True})
        if any(f.name == "withdrawn_at" for f in other._meta.fields):
            rows = rows.filter(withdrawn_at__isnull=True)
        if other is Proposal:
            rows = rows.exclude(state__in=("refused", "withdrawn"))
        if issubclass(other, Record):
            rows = rows.filter(Q(batch__isnull=True) | ~Q(batch=batch))
        elif other is FamilyMember:
            changed = Revision.objects.filter(table_name=Family._meta.db_table, batch=batch).values("row")
            rows = rows.filter(Q(family__batch__isnull=True) | ~Q(family__batch=batch)).exclude(family__in=changed)
        yield from (f"{other._meta.verbose_name} {row} refers to {getattr(row, column)}"
                    for row in rows.select_related(column)[: _NAMED + 1])


def _take_back(batch: ImportBatch, actor: Account, reason: str) -> None:
    _empty_pedigrees(batch, actor, reason)
    for model in reversed(_MODELS):
        _restore(model, batch, actor, reason)
        _withdraw(model, batch, actor, reason)
    _restore_case(batch, actor, reason)


def _empty_pedigrees(batch: ImportBatch, actor: Account, reason: str) -> None:
    """Take everyone out of the pedigrees that the batch wrote; who was in them is kept."""
    changed = Revision.objects.filter(table_name=Family._meta.db_table, batch=batch, act="corrected").values("row")
    added = Family.objects.filter(batch=batch, withdrawn_at__isnull=True)
    for families, act_name in ((Family.objects.filter(pk__in=changed), "restored"), (added, "withdrawn")):
        for numbers in chunks(families.values_list("pk", flat=True), 500):
            keep(Family, numbers, actor=actor, act_name=act_name, reason=reason, batch=batch)
            FamilyMember.objects.filter(family_id__in=numbers, withdrawn_at__isnull=True).update(
                withdrawn_at=timezone.now())


def _withdraw(model: type[Record], batch: ImportBatch, actor: Account, reason: str) -> None:
    rows = model._default_manager.filter(batch=batch, withdrawn_at__isnull=True)
    if model is not Family:
        numbers = list(rows.values_list("pk", flat=True))
        keep(model, numbers, actor=actor, act_name="withdrawn", reason=reason, batch=batch)
    rows.update(withdrawn_at=timezone.now(), version=F("version") + 1)


def _restore(model: type[Record], batch: ImportBatch, actor: Account, reason: str) -> None:
    """Write what the batch superseded over what it wrote."""
    columns = [str(f.attname) for f in model._meta.concrete_fields if f.attname not in _FIXED]
    fields: dict[str, Any] = {name: model._meta.get_field(name) for name in columns}
    revisions = Revision.objects.filter(table_name=model._meta.db_table, batch=batch, act="corrected")
    for chunk in chunks(revisions.order_by("pk").iterator(), 500):
        rows = {r.row: r for r in chunk}
        if model is not Family:
            keep(model, rows, actor=actor, act_name="restored", reason=reason, batch=batch)
        versions = dict(model._default_manager.filter(pk__in=rows).values_list("pk", "version"))
        # A column that the tables got since stays as it is: it is not in what was kept.
        kept = [name for name in columns if name in chunk[0].values]
        supersede(model, kept, ((row, versions[row], [fields[name].to_python(r.values[name]) for name in kept])
                                for row, r in rows.items()))
        if model is Person:
            make_searchable(rows)
        if model is Family:
            members = [pk for r in chunk for pk in r.values.get("members", [])]
            for numbers in chunks(members, 500):
                FamilyMember.objects.filter(pk__in=numbers).update(withdrawn_at=None)


def _restore_case(batch: ImportBatch, actor: Account, reason: str) -> None:
    before = Revision.objects.filter(table_name=CaseFile._meta.db_table, batch=batch, act="corrected").first()
    if before is None:
        return
    file = CaseFile.objects.get(pk=batch.case_id)
    now = {name: getattr(file, name) for name in before.values}
    Revision.objects.create(table_name=CaseFile._meta.db_table, row=file.pk, key=file.key, version=file.version,
                            values=now, act="restored", by=actor, reason=reason, batch=batch)
    for name, value in before.values.items():
        setattr(file, name, value)
    file.version += 1
    file.save()
