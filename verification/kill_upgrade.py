"""The upgrade that is killed: a migration that rebuilds the roster's table, and one that rewrites its rows."""

import sys
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import connection
from kill_children import in_child
from kill_register import MAIN, Ack, Scene, account, copied, migrate, timed, unsound

from casework.actions.act import NotPossible
from casework.actions.imports import load_case
from casework.jobs.worker import work as work_off_the_queue
from casework.store import triggers
from homeward.model import Case, MissingPerson
from homeward.simulate import grow_case

__all__ = ["Migrations"]

_LATER = '''
from django.db import migrations, models


def change(apps, schema_editor):
    Person = apps.get_model("store", "Person")
    for person in Person.objects.all():
        person.rank = "changed"
        person.save()


class Migration(migrations.Migration):
    dependencies = [("store", "{before}")]
    operations = [{operations}]
'''
_STEPS = {
    "0002_columns": ("0001_initial", "migrations.AddField('person', 'later', models.TextField(default='later')), "
                     "migrations.AlterField('person', 'rank', models.CharField(max_length=90, blank=True))"),
    "0003_rows": ("0002_columns", "migrations.RunPython(change)"),
}


class Migrations(Scene):
    """An upgrade that rebuilds the roster's table and rewrites its rows; every fourth time a register made anew."""

    name = "migration"
    acts, rows = 0, 300
    _empty = False

    def __init__(self, home: Path, seed: int, seconds_from_nothing: float) -> None:
        super().__init__(home, seed)
        self.seconds_from_nothing = seconds_from_nothing
        package = home / "later_migrations"
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "0001_initial.py").write_text(
            "import importlib\nfirst = importlib.import_module('casework.store.migrations.0001_initial')\n"
            "Migration = first.Migration\n")
        for name, (before, operations) in _STEPS.items():
            (package / f"{name}.py").write_text(_LATER.format(before=before, operations=operations))
        sys.path.insert(0, str(home))

    def prepare(self) -> None:
        copied("", "_template")
        self._use("_template")
        roster = tuple(MissingPerson(f"P{k}", f"Synthetic {k}") for k in range(self.rows))
        whole = grow_case(families=1, remains=1, rng=np.random.default_rng(1)).case
        case = Case(self.name, whole.frequencies, synthetic=True, roster=roster)
        load_case(actor=account("manager"), source=case)
        connection.close()

    def before(self, number: int) -> None:
        if number % 4 == 0:
            self._empty = False
            in_child(self._copy)
            self.seconds = 1.1 * timed(lambda: self.work(lambda _: None, 0))
        elif number % 4 == 3:
            self._empty, self.seconds = True, self.seconds_from_nothing
        in_child(self._copy)

    def _copy(self) -> None:
        copied(None if self._empty else "_template", "_migration")

    def _use(self, suffix: str) -> None:
        connection.settings_dict["NAME"] = MAIN + suffix

    def work(self, ack: Ack, number: int) -> None:
        self._use("_migration")
        settings.MIGRATION_MODULES = {"store": "later_migrations"}
        migrate()

    def check(self, acknowledged: list[str], number: int) -> list[str]:
        self._use("_migration")
        found = [] if self._empty else self._halves()
        self.work(lambda _: None, number)  # and once more, to the end
        found += unsound()
        if self._empty:
            return found + ([] if self._columns() >= {"later"} else ["the register is not made to its end"])
        return found + ([] if self._stands() == (True, self.rows, self.rows) else [f"{self._stands()} stands"])

    def _columns(self) -> set[str]:
        with connection.cursor() as cursor:
            return {column.name for column in connection.introspection.get_table_description(cursor, "store_person")}

    def _stands(self) -> tuple[bool, int, int]:
        """Whether the new column is there, how many persons, and of how many the rank is changed."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), count(CASE WHEN rank = 'changed' THEN 1 END) FROM store_person "
                           "WHERE case_id = (SELECT id FROM store_casefile WHERE key = %s)", [self.name])
            return ("later" in self._columns(), *cursor.fetchone())

    def _halves(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM django_migrations WHERE app = 'store'")
            applied = {name for (name,) in cursor.fetchall()}
        should = "0002_columns" in applied, self.rows, self.rows if "0003_rows" in applied else 0
        found = [] if self._stands() == should else [f"{applied}: {self._stands()} stands, not {should}"]
        if triggers.missing():
            # Killed between a step and its triggers: nothing may be written before the upgrade is finished.
            try:
                work_off_the_queue(once=True)
                found.append(f"a worker works without {len(triggers.missing())} triggers")
            except NotPossible:
                pass
        return found

    def end(self, acknowledged: list[str]) -> tuple[list[str], str]:
        return [], (f"each step of an upgrade of {self.rows} persons whole or not begun, finished when it was said "
                    "again, all triggers in place")
