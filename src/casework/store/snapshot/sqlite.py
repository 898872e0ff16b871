"""A copy of a SQLite register, taken in one read transaction while others write."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from casework.store.snapshot.manifest import TableFigures, figures_of
from homeward.model import InvalidValue

__all__ = ["FILE", "copy_out", "figures", "put_back"]

FILE = "register.sqlite3"
_HEAD = "SELECT seq || ':' || hash FROM store_custodyevent ORDER BY seq DESC LIMIT 1"


def copy_out(connection: Any, folder: Path) -> tuple[dict[str, TableFigures], str]:
    """Copy the database into the folder, and give the copy's figures and head."""
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / FILE)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    return figures(folder)


def figures(folder: Path) -> tuple[dict[str, TableFigures], str]:
    """Figures of every table of a copy, and its custody head; raises InvalidValue where the file is damaged."""
    path = folder / FILE
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            (sound,) = copy.execute("PRAGMA integrity_check").fetchone()
            if sound != "ok":
                raise InvalidValue(str(path), "integrity", sound, "must be sound")
            names = [n for (n,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' "
                                                "AND name NOT LIKE 'sqlite_%' ORDER BY name")]
            tables = {n: figures_of(copy.execute(f'SELECT * FROM "{n}" ORDER BY rowid'))  # nosec B608  a table's own name
                      for n in names}
            head = copy.execute(_HEAD).fetchone()
    except sqlite3.DatabaseError as error:
        raise InvalidValue(str(path), "content", str(error), "must be a sound SQLite database") from error
    return tables, head[0] if head else ""


def put_back(connection: Any, folder: Path) -> None:
    """Put a copy in the place of an empty register, whole or not at all."""
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    target.parent.mkdir(parents=True, exist_ok=True)
    arriving = target.with_suffix(".arriving")
    with closing(sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)) as source, \
            closing(sqlite3.connect(arriving)) as new:
        source.backup(new)
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    arriving.replace(target)
