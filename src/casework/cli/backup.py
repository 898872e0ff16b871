"""``homeward backup``, ``restore`` and ``verify-backup``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casework.actions.backup import take_backup
from casework.queries.who import account_named
from casework.store import snapshot
from homeward.cli import show

__all__ = ["app"]

app = typer.Typer(add_completion=False)
_Folder = Annotated[Path, typer.Argument(help="The backup's folder.")]
_As = Annotated[str | None, typer.Option("--as", help="The account in whose name this is done.")]


@app.command()
def backup(folder: _Folder, as_: _As = None) -> None:
    """Copy the whole register into a new folder, while others go on writing."""
    _say("Backed up", take_backup(actor=account_named(as_), folder=folder))


@app.command("verify-backup")
def verify_backup(folder: _Folder) -> None:
    """Check every file of a backup against its manifest, and every table against its figures."""
    _say("Sound", snapshot.verify(folder))


@app.command()
def restore(folder: _Folder) -> None:
    """Put a backup in the place of an empty register, and compare every figure; then say: homeward migrate."""
    _say("Restored", snapshot.restore(folder))


def _say(done: str, manifest: snapshot.Manifest) -> None:
    rows = sum(t.rows for t in manifest.tables.values())
    show.line(f"{done}: {len(manifest.tables)} tables, {rows:,} rows, {len(manifest.files)} files, "
              f"taken {manifest.taken_at} by {manifest.software}.")
    show.line(f"Custody head: {manifest.head or 'no event yet'}")
