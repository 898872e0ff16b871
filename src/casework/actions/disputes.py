"""Where an import would undo what somebody corrected or withdrew by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from casework.actions.bulk import chunks
from casework.actions.records import values_of
from casework.store.bridge import KINDS, LAYOUT, Changed, Differences, key_of
from casework.store.models import CaseFile, Revision

__all__ = ["Disputed", "disputes", "without"]

_PLACES = 500


@dataclass(frozen=True, slots=True)
class Disputed:
    """A record of which the import says one thing and somebody's correction another; ``why`` in words."""

    name: str
    key: str
    fields: tuple[str, ...]
    why: str


def disputes(file: CaseFile, found: Differences) -> tuple[Disputed, ...]:
    """The disputed records, by field of the case."""
    return tuple(d for name in found.touched
                 for d in (*_corrected(name, found.changed[name]), *_withdrawn(file, name, found.new[name])))


def without(found: Differences, disputed: tuple[Disputed, ...]) -> Differences:
    """The differences but for the disputed records, of which what stands is kept."""
    held = {(d.name, d.key) for d in disputed}
    return Differences(
        {name: tuple(r for r in records if (name, key_of(r)) not in held) for name, records in found.new.items()},
        {name: tuple(c for c in records if (name, c.key) not in held) for name, records in found.changed.items()},
        found.unchanged, found.absent)


def _corrected(name: str, changed: tuple[Changed, ...]) -> Iterator[Disputed]:
    by_row = {c.stored.row: c for c in changed}
    model: Any = LAYOUT[name].model
    for rows in chunks(by_row, _PLACES):
        first = _first_by_hand(model._meta.db_table, rows)
        for record in model.objects.filter(pk__in=first.keys()):
            revision, change = first[record.pk], by_row[record.pk]
            now = values_of(record)
            by_hand = {column for column, value in revision.values.items() if now.get(column, value) != value}
            fields = tuple(f for f in change.fields if _column(name, f) in by_hand or f == "members")
            if fields:
                yield Disputed(name, change.key, fields, f"corrected by {revision.by} on {revision.at:%Y-%m-%d}: "
                                                         f"{revision.reason}")


def _column(name: str, field: str) -> str:
    return LAYOUT[name].columns.get(field, "content")


def _first_by_hand(table: str, rows: list[int]) -> dict[int, Revision]:
    """Of each row the first correction by hand since the last import, if there is one."""
    found: dict[int, Revision] = {}
    revisions = Revision.objects.filter(table_name=table, row__in=rows).select_related("by").order_by("row", "version")
    for revision in revisions:
        if revision.batch_id is not None:
            found.pop(revision.row, None)
        elif revision.act == "corrected":
            found.setdefault(revision.row, revision)
    return found


def _withdrawn(file: CaseFile, name: str, records: tuple[Any, ...]) -> Iterator[Disputed]:
    model: Any = LAYOUT[name].model
    prefix = f"{KINDS[name]}:" if name in KINDS else ""
    for chunk in chunks(records, _PLACES):
        rows = dict(model.objects.filter(case=file, key__in=[f"{prefix}{key_of(r)}" for r in chunk],
                                         withdrawn_at__isnull=False).values_list("pk", "key"))
        by_hand = Revision.objects.filter(table_name=model._meta.db_table, row__in=rows, act="withdrawn",
                                          batch__isnull=True).select_related("by")
        for revision in by_hand:
            yield Disputed(name, rows[revision.row].removeprefix(prefix), (),
                           f"withdrawn by {revision.by} on {revision.at:%Y-%m-%d}: {revision.reason}")

