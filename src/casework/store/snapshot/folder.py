"""A backup is a folder: the database, the documents' files, and a manifest that is written last."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection

from casework.store.snapshot import postgres, sqlite
from casework.store.snapshot.manifest import NAME, Manifest, TableFigures, sha256_of
from homeward import __version__
from homeward.model import InvalidValue

__all__ = ["restore", "take", "verify"]

_FILES = "files"


def take(folder: Path, *, when: datetime.datetime) -> Manifest:
    """Copy the register into a new folder while others go on writing.

    The copy is of one moment. The documents' files are copied after it: they are only ever added, so that every
    document of the copy has its file. Raises InvalidValue where the folder holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise InvalidValue("backup", "folder", folder.name, "must be new or empty")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    room = sqlite if connection.vendor == "sqlite" else postgres
    tables, head = room.copy_out(connection, folder)
    held = Path(settings.MEDIA_ROOT)
    if held.is_dir():
        shutil.copytree(held, folder / _FILES)
    files = {str(p.relative_to(folder)): sha256_of(p) for p in sorted(folder.rglob("*")) if p.is_file()}
    manifest = Manifest(software=f"homeward {__version__}", vendor=connection.vendor, taken_at=when.isoformat(),
                        head=head, files=files, tables=tables)
    manifest.write(folder)
    return manifest


def verify(folder: Path) -> Manifest:
    """Check a backup's files against its manifest, and on SQLite the figures of every table as well.

    Raises InvalidValue naming the first file or table that differs, is missing or should not be there.
    """
    manifest = Manifest.read(folder)
    present = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {NAME}
    for name in sorted(present ^ set(manifest.files)):
        raise InvalidValue("backup", "file", name, "is missing" if name in manifest.files else "is not of the backup")
    for name, digest in manifest.files.items():
        if sha256_of(folder / name) != digest:
            raise InvalidValue("backup", "file", name, "is not what was written: its digest differs")
    if manifest.vendor == "sqlite":
        _compare(manifest, *sqlite.figures(folder))
    return manifest


def restore(folder: Path) -> Manifest:
    """Verify a backup, put it in the place of a register without tables, and compare every figure.

    Raises InvalidValue for a backup that is not sound or of the other database, and for a register that is not empty.
    """
    manifest = verify(folder)
    if manifest.vendor != connection.vendor:
        raise InvalidValue("backup", "database", manifest.vendor, f"must be {connection.vendor}, as this register is")
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise InvalidValue("restore", "register", str(settings.HOME.name), "must be empty: nothing is overwritten")
    held = Path(settings.MEDIA_ROOT)
    if (folder / _FILES).is_dir():
        shutil.copytree(folder / _FILES, held, dirs_exist_ok=True)
    if connection.vendor == "sqlite":
        sqlite.put_back(connection, folder)
    else:
        postgres.put_back(connection, folder)
        _compare(manifest, *postgres.figures(connection))
    return manifest


def _compare(manifest: Manifest, tables: dict[str, TableFigures], head: str) -> None:
    for name in sorted(set(manifest.tables) | set(tables)):
        if manifest.tables.get(name) != tables.get(name):
            raise InvalidValue("backup", "table", name, "differs from what was written")
    if head != manifest.head:
        raise InvalidValue("backup", "custody head", head, f"must be {manifest.head}")
