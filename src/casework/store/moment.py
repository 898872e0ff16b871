"""Reading many rows as they stood at one moment, without keeping writers waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

__all__ = ["one_moment"]


@contextmanager
def one_moment() -> Iterator[None]:
    """Whatever is read inside the block belongs together, though others write meanwhile; nothing is written in it.

    Inside a transaction that is under way it adds nothing to what that transaction sees.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # A deferred transaction reads from the write-ahead log as it was at its first query.
        sqlite: Any = connection
        sqlite.ensure_connection()
        usual, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"
        try:
            with transaction.atomic():
                yield
        finally:
            sqlite.transaction_mode = usual
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
