"""The register that is killed: its databases, its accounts, whether it is sound, what all scenes have in common.

Everything here that touches the register runs in child processes: the parent has no connection that they could share.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from kill_children import in_child

from casework.policy import Role
from casework.store import triggers
from casework.store.actor import acting_as
from casework.store.models import Account, Organisation

__all__ = ["MAIN", "Ack", "Scene", "account", "copied", "databases", "lay_foundation", "migrate", "timed", "unsound"]

_SERVER = "HOMEWARD_KILL_SERVER"
MAIN = str(settings.DATABASES["default"]["NAME"])  # a child may turn to another, and says so in the settings
Ack = Callable[[str], None]
_ROLES = {"manager": Role.CASE_MANAGER, "other": Role.CASE_MANAGER, "analyst": Role.DNA_ANALYST,
          "custodian": Role.CUSTODIAN, "one": Role.REVIEWER, "two": Role.REVIEWER}


@contextmanager
def databases() -> Iterator[None]:
    """The databases that the scenes need, on a server; of SQLite they come and go with the folder."""
    server = os.environ.get(_SERVER, "")
    if not server:
        yield
        return
    _on_server(server, f'CREATE DATABASE "{MAIN}"')
    try:
        yield
    finally:
        for name in (f"{MAIN}_migration", f"{MAIN}_template", MAIN):
            _on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _on_server(server: str, statement: str) -> None:
    import psycopg  # noqa: PLC0415  a register on SQLite does without

    with psycopg.connect(server, autocommit=True) as session:
        session.execute(statement)


def lay_foundation() -> None:
    """The tables and the accounts."""
    migrate()
    with acting_as("verification"):
        here = Organisation.objects.create(key="LAB", name="Synthetic laboratory", kind="laboratory")
        for name, role in _ROLES.items():
            Account.objects.create(username=name, role=role.value, organisation=here)


def migrate() -> None:
    with acting_as("migration"):
        call_command("migrate", verbosity=0, interactive=False)


def account(name: str) -> Account:
    return Account.objects.get(username=name)


def unsound() -> list[str]:
    """What is wrong with the database as such."""
    found = [f"triggers are missing: {len(missing)}" for missing in [triggers.missing()] if missing]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for check, well in (("integrity_check", [("ok",)]), ("foreign_key_check", [])):
                answer = cursor.execute(f"PRAGMA {check}").fetchall()
                found += [] if answer == well else [f"{check}: {answer[:3]}"]
    return found


class Scene:
    """What all scenes have in common; ``acts`` that are waited for at most, and ``seconds`` after them."""

    name = ""
    acts, seconds = 3, 0.2

    def __init__(self, home: Path, seed: int) -> None:
        self.home, self.seed = home, seed

    def prepare(self) -> None:
        """Once, in a child."""

    def before(self, number: int) -> None:
        """Before each kill, in the parent."""

    def work(self, ack: Ack, number: int) -> None:
        """In a child, until the kill comes."""

    def check(self, acknowledged: list[str], number: int) -> list[str]:
        """After each kill, in a child: what is broken."""
        return []

    def end(self, acknowledged: list[str]) -> tuple[list[str], str]:
        """At the end, in a child: what is broken, and what is to be told."""
        return [], ""


def copied(source: str | None, target: str) -> None:
    """A copy of a database, or an empty one, in the place of what was there."""
    source, target = None if source is None else MAIN + source, MAIN + target
    if connection.vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(target + suffix).unlink(missing_ok=True)
        if source is not None:
            with sqlite3.connect(source) as session:
                session.execute("VACUUM INTO ?", [target])
        return
    server = os.environ[_SERVER]
    _on_server(server, f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
    _on_server(server, f'CREATE DATABASE "{target}"' + ("" if source is None else f' TEMPLATE "{source}"'))


def timed(do: Callable[[], None]) -> float:
    """Seconds that it takes in a child."""
    started = time.monotonic()
    in_child(do)
    return time.monotonic() - started
