"""Many rows at once: new ones stored, standing ones superseded, with all that the single acts keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from casework.actions.act import Conflict
from casework.actions.records import values_of
from casework.store.models import Account, Family, FamilyMember, ImportBatch, Record, Revision

__all__ = ["chunks", "keep", "members_standing", "store_new", "supersede"]

_T = TypeVar("_T")
_CHUNK = 2_000  # rows in memory at once
_PLACES = 500  # numbers in one question; older SQLite takes 999


def chunks(items: Iterable[_T], size: int = _CHUNK) -> Iterator[list[_T]]:
    """The items, some thousands at a time."""
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk


def store_new(model: type[Model], rows: Iterable[Any]) -> Iterator[Any]:
    """Store rows by the thousand; gives them back with their numbers."""
    for chunk in chunks(rows):
        yield from model._default_manager.bulk_create(chunk, batch_size=_CHUNK)


def keep(model: type[Record], rows: Iterable[int], *, actor: Account, act_name: str, reason: str,
         batch: ImportBatch) -> None:
    """Keep what rows say now as revisions; of a family the numbers of its members' rows as well."""
    table = model._meta.db_table
    for numbers in chunks(rows, _PLACES):
        members = members_standing(numbers) if model is Family else {}
        records = model._default_manager.filter(pk__in=numbers)
        Revision.objects.bulk_create([
            Revision(table_name=table, row=r.pk, key=r.key, version=r.version, act=act_name, by=actor, reason=reason,
                     batch=batch, values=values_of(r) | ({"members": members.get(r.pk, [])} if model is Family else {}))
            for r in records])


def members_standing(families: Sequence[int]) -> dict[int, list[int]]:
    """The numbers of the standing members' rows, by family."""
    found: dict[int, list[int]] = {}
    rows = FamilyMember.objects.filter(family_id__in=families, withdrawn_at__isnull=True).order_by("pk")
    for pk, family in rows.values_list("pk", "family_id"):
        found.setdefault(family, []).append(pk)
    return found


def supersede(model: type[Record], columns: Sequence[str], rows: Iterable[tuple[int, int, Sequence[Any]]]) -> None:
    """Write new values over rows whose earlier ones are kept.

    ``columns``: names of the columns; ``rows``: of each row its number, the version that was seen, the values. Raises
    Conflict where any row has moved on since.
    """
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    assignments = ", ".join(f'"{field.column}" = %s' for field in fields)
    # The names are those of our own tables; every value is a parameter.
    statement = (f'UPDATE "{model._meta.db_table}" SET {assignments}, "version" = "version" + 1 '  # nosec B608
                 'WHERE "id" = %s AND "version" = %s')
    for chunk in chunks(rows):
        with connection.cursor() as cursor:
            cursor.executemany(statement, [
                (*(f.get_db_prep_save(v, connection=connection) for f, v in zip(fields, values, strict=True)), pk,
                 version) for pk, version, values in chunk])
            if cursor.rowcount != len(chunk):
                raise Conflict("records have been changed in the meantime; nothing was written, look at them again")
