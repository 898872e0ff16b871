"""The index by which PostgreSQL finds parts of names; SQLite reads a roster of a hundred thousand fast enough without.

It needs PostgreSQL's own extension pg_trgm. Where the database's owner may not have it the search works all the same,
by reading the whole roster.
"""

from __future__ import annotations

from django.db import DatabaseError, connections, transaction

__all__ = ["after_migrations", "learn", "stands"]

_NAME = "homeward_person_search"
_STATEMENTS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    f'CREATE INDEX IF NOT EXISTS "{_NAME}" ON "store_person" USING gin (search_text gin_trgm_ops)',
)


def after_migrations(*, using: str, **_: object) -> None:
    """Make the index where the table stands and the database can hold one."""
    connection = connections[using]
    if connection.vendor != "postgresql" or "store_person" not in connection.introspection.table_names():
        return
    try:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            for statement in _STATEMENTS:
                cursor.execute(statement)
    except DatabaseError:
        return  # a search is slower without it, and finds the same


def learn(using: str = "default") -> None:
    """Let PostgreSQL look at the roster after many rows were written, or it goes on planning for the few it knew."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute('ANALYZE "store_person"')


def stands(using: str = "default") -> bool:
    """Whether the index is there."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname = %s", [_NAME])
        return cursor.fetchone() is not None
