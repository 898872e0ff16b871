"""Backups: taken while others write, found out when damaged, put back equal in every figure."""

import datetime
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection

from casework.store import snapshot
from casework.store.actor import acting_as
from casework.store.models import CaseFile, Person
from homeward.model import InvalidValue

WHEN = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)

# A register of its own in another process, because the tests' own database is not a file.
_PROGRAM = """
import datetime, sys, threading
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from casework.store import snapshot
from casework.store.actor import acting_as
from casework.store.models import CaseFile, Person

def write(n):
    case, _ = CaseFile.objects.get_or_create(key="KW")
    for i in range(n):
        Person.objects.create(case=case, key=f"P{i}-{threading.get_ident()}", name="Synthetic")

def writing():
    with acting_as("writer"):
        write(300)
    connection.close()

with acting_as("test"):
    call_command("migrate", verbosity=0)
    write(50)
thread = threading.Thread(target=writing)
thread.start()
when = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
manifest = snapshot.take(Path(sys.argv[1]), when=when)
thread.join()
print(manifest.tables["store_person"].rows, Person.objects.count())
"""


def _python(program: str, home: Path, *arguments: str) -> str:
    environment = {**os.environ, "HOMEWARD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "casework.settings",
                   "HOMEWARD_DATABASE": ""}
    done = subprocess.run([sys.executable, "-c", program, *arguments], env=environment, capture_output=True, text=True,
                          check=True)
    return done.stdout


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup taken while another thread was writing persons."""
    folder = tmp_path_factory.mktemp("register")
    at_the_time, in_the_end = map(int, _python(_PROGRAM, folder / "home", str(folder / "backup")).split())
    assert 50 <= at_the_time <= in_the_end == 350
    return folder / "backup"


@pytest.fixture
def copy(backup: Path, tmp_path: Path) -> Path:
    target = tmp_path / "copy"
    target.mkdir()
    for file in backup.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    return target


@pytest.mark.sqlite
def test_a_backup_taken_while_writing_is_sound(backup: Path) -> None:
    manifest = snapshot.verify(backup)
    assert manifest.tables["store_person"].rows >= 50
    # Of one moment: each person of the copy has its entry in the audit of the copy.
    assert manifest.tables["store_auditentry"].rows >= manifest.tables["store_person"].rows + 1


@pytest.mark.sqlite
def test_a_restored_register_equals_the_backup_in_every_figure(backup: Path, tmp_path: Path) -> None:
    home = tmp_path / "empty"
    again = ("import django, sys; from pathlib import Path; django.setup()\n"
             "from casework.store import snapshot\n"
             "print(snapshot.restore(Path(sys.argv[1])) == snapshot.Manifest.read(Path(sys.argv[1])))\n"
             "import datetime\n"
             "m = snapshot.take(Path(sys.argv[2]), when=datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC))\n"
             "print(m.tables == snapshot.Manifest.read(Path(sys.argv[1])).tables)")
    assert _python(again, home, str(backup), str(tmp_path / "second")).split() == ["True", "True"]
    with pytest.raises(subprocess.CalledProcessError) as refused:
        _python(again, home, str(backup), str(tmp_path / "third"))
    assert "must be empty: nothing is overwritten" in refused.value.stderr


@pytest.mark.sqlite
def test_a_changed_byte_is_found_and_the_file_named(copy: Path) -> None:
    path = copy / "register.sqlite3"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(InvalidValue, match=r"register\.sqlite3.*digest differs"):
        snapshot.verify(copy)


@pytest.mark.sqlite
def test_files_missing_or_added_are_named(copy: Path) -> None:
    (copy / "register.sqlite3").rename(copy / "other")
    with pytest.raises(InvalidValue, match=r"other.*is not of the backup"):
        snapshot.verify(copy)


@pytest.mark.sqlite
@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "tables": []}'])
def test_a_manifest_that_is_none_is_refused(copy: Path, content: str) -> None:
    (copy / "manifest.json").write_text(content)
    with pytest.raises(InvalidValue, match=r"manifest|format"):
        snapshot.verify(copy)


def test_a_folder_that_holds_something_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "something").write_text("kept")
    with pytest.raises(InvalidValue, match="must be new or empty"):
        snapshot.take(tmp_path, when=WHEN)
    assert [p.name for p in tmp_path.iterdir()] == ["something"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_dump_holds_one_moment_and_comes_back_equal(tmp_path: Path) -> None:





    case = CaseFile.objects.create(key="KW")

    def writing() -> None:
        with acting_as("writer"):
            for i in range(200):
                Person.objects.create(case=case, key=f"P{i}", name="Synthetic")
        connection.close()

    thread = threading.Thread(target=writing)
    thread.start()
    manifest = snapshot.take(tmp_path / "backup", when=WHEN)
    thread.join()
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}_again"')
    try:
        connection.close()
        connection.settings_dict["NAME"] = f"{name}_again"
        assert snapshot.restore(tmp_path / "backup") == manifest
        with pytest.raises(InvalidValue, match="must be empty"):
            snapshot.restore(tmp_path / "backup")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}_again"')
