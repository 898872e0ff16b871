"""Who is writing: known to Python while it runs and to the database's triggers at every write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

__all__ = ["acting_as", "current_actor", "introduce"]

_actor: ContextVar[str] = ContextVar("actor", default="")
_SET = "SELECT set_config('homeward.actor', %s, false)"


def current_actor() -> str:
    """The name of whoever is writing now; empty where nobody is, and then nothing can be written."""
    return _actor.get()


@contextmanager
def acting_as(name: str) -> Iterator[None]:
    """Write under a name inside the block: ``user:anna``, ``terminal``, ``run 12 for user:anna``, ``visitor``."""
    before = _actor.get()
    token = _actor.set(name)
    _tell_database(name)
    try:
        yield
    finally:
        _actor.reset(token)
        _tell_database(before)


def introduce(*, connection: Any, **_: object) -> None:
    """Make the actor known on a new connection: a function on SQLite, a setting of the session on PostgreSQL."""
    if connection.vendor == "sqlite":
        # A program that does not define this function cannot write to any audited table.
        connection.connection.create_function("current_actor", 0, lambda: _actor.get() or None)
    elif _actor.get():
        with connection.cursor() as cursor:
            cursor.execute(_SET, [_actor.get()])


def _tell_database(name: str) -> None:
    # On SQLite the function asks Python. On PostgreSQL a broken transaction takes its settings back by itself.
    if connection.vendor == "postgresql" and connection.connection is not None and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute(_SET, [name])
