"""A dump of a PostgreSQL register at one moment, by pg_dump under the snapshot of which the figures are taken."""

from __future__ import annotations

import os
import shutil
import subprocess  # nosec B404  pg_dump and pg_restore, with arguments of our own
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from casework.store.snapshot.manifest import TableFigures, figures_of
from homeward.model import InvalidValue

__all__ = ["FILE", "copy_out", "figures", "put_back"]

FILE = "register.pgdump"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
_KEY = ("SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) "
        "WHERE i.indisprimary AND i.indrelid = %s::regclass")
_HEAD = "SELECT seq || ':' || hash FROM store_custodyevent ORDER BY seq DESC LIMIT 1"


def copy_out(connection: Any, folder: Path) -> tuple[dict[str, TableFigures], str]:
    """Dump the database into the folder, and give the figures and the head of the same moment."""
    with transaction.atomic(using=connection.alias, durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _run(connection, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
             f"--file={folder / FILE}")
        return figures(connection)


def figures(connection: Any) -> tuple[dict[str, TableFigures], str]:
    """Figures of every table as the connection sees them, and the custody head."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        names = [name for (name,) in cursor.fetchall()]
        tables = {name: figures_of(_rows(connection, name)) for name in names}
        cursor.execute(_HEAD)
        head = cursor.fetchone()
    return tables, head[0] if head else ""


def put_back(connection: Any, folder: Path) -> None:
    """Restore a dump into an empty database, in one transaction."""
    connection.close()
    _run(connection, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
         f"--dbname={connection.settings_dict['NAME']}", str(folder / FILE))


def _rows(connection: Any, table: str) -> Iterator[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_KEY, [f'"{table}"'])
        key = [f'"{name}"' for (name,) in cursor.fetchall()]
    # ::text gives the same words on every server; the cursor on the server keeps memory small.
    with transaction.atomic(using=connection.alias), connection.chunked_cursor() as cursor:
        cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY {", ".join(key) or "1"}')  # nosec B608
        yield from cursor


def _run(connection: Any, name: str, *arguments: str) -> None:
    homes = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3]))
    program = str(homes[-1]) if homes else shutil.which(name)
    if program is None:
        raise InvalidValue("backup", "program", name, "must be installed: it comes with PostgreSQL's client")
    settings = connection.settings_dict
    where = {"PGHOST": settings["HOST"], "PGPORT": settings["PORT"], "PGUSER": settings["USER"],
             "PGPASSWORD": settings["PASSWORD"], "PGDATABASE": settings["NAME"]}
    done = subprocess.run([program, *arguments], env={**os.environ, **{k: str(v) for k, v in where.items() if v}},  # nosec B603
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise InvalidValue("backup", name, done.stderr.strip().splitlines()[-1] if done.stderr else "", "has failed")
