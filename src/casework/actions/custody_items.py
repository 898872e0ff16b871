"""The records of the items that change hands: found by kind and key, what they are of, to whom they belong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from casework.actions.records import values_of
from casework.store.models import (
    Account,
    CaseFile,
    Container,
    CustodyEvent,
    Element,
    Organisation,
    Record,
    Remains,
    RemainsSample,
    Revision,
)

__all__ = ["Item", "belongs_to", "give_to", "standing_records"]

Item = tuple[str, str]  # kind, key
_MODELS: Mapping[str, type[Record]] = MappingProxyType({
    "container": Container, "remains": Remains, "element": Element, "sample": RemainsSample})
_KINDS = MappingProxyType({model: kind for kind, model in _MODELS.items()})
_RELATED: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "container": (), "remains": ("container",), "element": ("remains__container",),
    "sample": ("element", "remains__container")})
_NAMED = 500


def standing_records(case: CaseFile, items: Iterable[Item]) -> dict[Item, Record]:
    """The records of a case that stand under these kinds and keys; those that are not there are left out."""
    found: dict[Item, Record] = {}
    by_kind: dict[str, list[str]] = {}
    for kind, key in items:
        by_kind.setdefault(kind, []).append(key)
    for kind, keys in by_kind.items():
        if kind not in _MODELS:
            continue
        rows: Any = _MODELS[kind]._default_manager.filter(case=case, withdrawn_at__isnull=True)
        rows = rows.select_related(*_RELATED[kind]) if _RELATED[kind] else rows
        for low in range(0, len(keys), _NAMED):
            found |= {(kind, record.key): record for record in rows.filter(key__in=keys[low:low + _NAMED])}
    return found


def belongs_to(record: Record) -> list[Item]:
    """What a record is of, by the register, from the nearest on: a sample of its element, remains and container."""
    chain: list[Record | None] = []
    if isinstance(record, RemainsSample):
        chain = [record.element, record.remains, record.remains.container]
    elif isinstance(record, Element):
        chain = [record.remains, record.remains.container]
    elif isinstance(record, Remains):
        chain = [record.container]
    return [(_KINDS[type(one)], one.key) for one in chain if one is not None]


def give_to(organisation: Organisation, records: Sequence[Record], *, actor: Account, reason: str) -> None:
    """Let records belong to another organisation, with all that is of them and has no custody of its own."""
    for record in _with_contents(records):
        if record.organisation_id == organisation.pk:
            continue
        Revision.objects.create(
            table_name=record._meta.db_table, row=record.pk, key=record.key, version=record.version,
            values=values_of(record), act="corrected", by=actor, reason=reason)
        record.organisation = organisation
        record.version += 1
        record.save(update_fields=["organisation", "version"])


def _with_contents(records: Iterable[Record]) -> Iterator[Record]:
    waiting, seen = list(records), set[Item]()
    own = {(r.case_id, _KINDS[type(r)], r.key) for r in waiting}
    while waiting:
        record = waiting.pop()
        item = _KINDS[type(record)], record.key
        if item in seen:
            continue
        seen.add(item)
        yield record
        waiting += [r for r in _contents(record)
                    if (r.case_id, _KINDS[type(r)], r.key) in own or not _has_custody_of_its_own(r)]


def _contents(record: Record) -> list[Record]:
    rows: list[Any] = []
    if isinstance(record, Container):
        rows = [Remains.objects.filter(container=record)]
    elif isinstance(record, Remains):
        rows = [Element.objects.filter(remains=record), RemainsSample.objects.filter(remains=record)]
    return [found for some in rows for found in some.filter(withdrawn_at__isnull=True)]


def _has_custody_of_its_own(record: Record) -> bool:
    """Whether it was taken out, or came by itself, and was not put back since."""
    last = CustodyEvent.objects.filter(case=record.case_id, item_kind=_KINDS[type(record)], item_key=record.key).last()
    return last is not None and last.act != "put into"
