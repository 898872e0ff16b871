"""``homeward migrate``: bring the register's tables to the form of this version."""

from __future__ import annotations

import typer
from django.core.management import call_command

from casework.store.actor import acting_as
from homeward.cli import show

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
def migrate() -> None:
    """Make or upgrade the register's tables; nothing is lost, and it may be said twice."""
    with acting_as("migration"):
        call_command("migrate", verbosity=0, interactive=False)
    show.line("The register's tables are up to date.")
