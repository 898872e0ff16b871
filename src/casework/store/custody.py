"""The chain of custody as its table holds it: the hashed lines, the last event, all that bears on some items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import connection
from django.db.models import Q

from casework.store.models import CaseFile, CustodyEvent
from homeward.custody import Head, Row

__all__ = ["contents", "every_case_is_its_own", "last_head", "lock_chain", "related_events", "row_of"]

_TABLE = CustodyEvent._meta.db_table
_LOCK = 0x686F6D6577617264  # of the chain, on PostgreSQL: any number, always the same
_FETCHED = {"sqlite": 128, "postgresql": 2000}  # a few: they stay near the processor; many: fewer ways to the server
_NAMED = 500
Item = tuple[str, str]  # kind, key


def lock_chain() -> None:
    """Keep other writers from the chain's end until the transaction is over; the chain cannot fork.

    On SQLite a transaction that may write is alone from its beginning.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def last_head() -> Head | None:
    """Number and hash of the last event; None where there is none."""
    last = CustodyEvent.objects.order_by("-seq").values_list("seq", "hash").first()
    return None if last is None else Head(*last)


def row_of(event: CustodyEvent) -> Row:
    """What an event says, as it is hashed."""
    return Row._make("" if value is None else str(value) for value in (getattr(event, name) for name in Row._fields))


def contents() -> Iterator[tuple[str, str]]:
    """Every event in order: the line that is hashed, and the stored hash; joined by the database, never kept.

    PostgreSQL wants a transaction around it.
    """
    join = "printf" if connection.vendor == "sqlite" else "format"
    # Both leave nothing where a column is NULL. The names are our own, not anybody's input.
    line = "\t".join(["%%s"] * len(Row._fields))
    query = f"SELECT {join}('{line}', {', '.join(Row._fields)}), hash FROM {_TABLE} ORDER BY seq"  # nosec B608
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, ())
        while rows := cursor.fetchmany(_FETCHED[connection.vendor]):
            yield from rows


def every_case_is_its_own() -> list[tuple[int, str, str]]:
    """Events that the register files under another case than they name: number, the case named, the case filed under.

    The first of each pair of cases; empty where all is well.
    """
    keys = dict(CaseFile.objects.values_list("pk", "key"))
    found = []
    for case_id, named in CustodyEvent.objects.order_by().values_list("case_id", "case_key").distinct():
        if keys.get(case_id) != named:
            first = CustodyEvent.objects.filter(case_id=case_id, case_key=named).order_by("seq").values_list("seq")[0]
            found.append((int(first[0]), named, keys.get(case_id, "none")))
    return found


def related_events(case: CaseFile, items: Iterable[Item]) -> list[CustodyEvent]:
    """All events that bear on some items of a case, in order: their own, and those of what they lay in or held."""
    found: dict[int, CustodyEvent] = {}
    known, waiting = set[Item](), set(items)
    while waiting:
        known |= waiting
        following = set[Item]()
        for event in _naming(case, waiting):
            found[event.seq] = event
            following.add((event.item_kind, event.item_key))
            if event.parent_key:
                following.add((event.parent_kind, event.parent_key))
        waiting = following - known
    return [found[seq] for seq in sorted(found)]


def _naming(case: CaseFile, items: Iterable[Item]) -> Iterator[CustodyEvent]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, key in items:
        by_kind[kind].append(key)
    for kind, keys in by_kind.items():
        for low in range(0, len(keys), _NAMED):
            some = keys[low:low + _NAMED]
            for question in (Q(item_kind=kind, item_key__in=some), Q(parent_kind=kind, parent_key__in=some)):
                yield from CustodyEvent.objects.filter(question, case=case)
