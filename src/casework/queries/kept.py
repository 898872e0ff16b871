"""What is computed from a case's account, kept in this process for as long as nobody has written anything of it.

The audit tells: whatever is kept is dropped as soon as one row of its tables was written after it, by whatever way.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from casework.store.bridge import BOOK
from casework.store.models import (
    Alias,
    AuditEntry,
    CaseFile,
    Contact,
    Decision,
    Incident,
    Person,
    Place,
    StatusChange,
)
from casework.store.moment import one_moment

__all__ = ["kept", "rests_on"]

_T = TypeVar("_T")
_MOST = 16
_ROSTER: tuple[type[Model], ...] = (CaseFile, Incident, Person, Place, StatusChange)
_PUBLIC: tuple[type[Model], ...] = (*_ROSTER, Alias, Contact, Decision)


@dataclass(frozen=True, slots=True)
class _Tail:
    """The last entry of the audit that could be seen, and when it was written: numbers alone may be used again."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class _Kept:
    value: Any
    tail: _Tail


class _Shelf:
    """The last few values, and a lock for each, so that nobody computes what another is computing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[Any, threading.Lock] = {}
        self._values: OrderedDict[Any, _Kept] = OrderedDict()

    def lock(self, key: Any) -> threading.Lock:
        with self._lock:
            return self._locks.setdefault(key, threading.Lock())

    def get(self, key: Any) -> _Kept | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Any, value: _Kept) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > _MOST:
                self._values.popitem(last=False)


_SHELF = _Shelf()


def rests_on(*tables: str, roster: bool = False, public: bool = False) -> frozenset[str]:
    """The tables of the database on which a value rests.

    Args: ``tables``: of the account; ``roster``: the persons and their losses too; ``public``: and besides those
    whatever says what may be told of them.
    """
    models = [BOOK[name].model for name in tables] + [*(_PUBLIC if public else _ROSTER if roster else (CaseFile,))]
    return frozenset(model._meta.db_table for model in models)


def kept(case_file: CaseFile, what: str, tables: frozenset[str], make: Callable[[], _T]) -> _T:
    """The value that ``make`` computes from some tables, and from them alone.

    It is computed anew when anything was written to the tables since. ``what``: the name of the value.
    """
    if connection.in_atomic_block:
        return make()  # what is written here and not yet committed belongs to nobody else
    key = (str(connection.settings_dict["NAME"]), case_file.pk, what)
    with _SHELF.lock(key), one_moment():
        tail = _tail()
        found = _SHELF.get(key)
        if found is not None and not _written_since(found.tail, tables):
            return found.value  # type: ignore[no-any-return]
        value = make()
        if tail is not None:
            _SHELF.put(key, _Kept(value, tail))
    return value


def _tail() -> _Tail | None:
    """The end of the audit; None where it cannot be told what is before it: then nothing is kept.

    On PostgreSQL an entry with a smaller number may be committed later, while somebody else still writes.
    """
    last = AuditEntry.objects.order_by("-pk").values_list("pk", "at").first()
    if last is None:
        return None
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_snapshot_xip(pg_current_snapshot())")
            if cursor.fetchone() != (0,):
                return None
    return _Tail(*last)


def _written_since(tail: _Tail, tables: frozenset[str]) -> bool:
    if AuditEntry.objects.filter(pk=tail.number).values_list("at", flat=True).first() != tail.at:
        return True  # another register stands here now
    return AuditEntry.objects.filter(pk__gt=tail.number, table_name__in=tables).exists()
