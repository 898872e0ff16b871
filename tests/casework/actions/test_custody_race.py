"""Many writers at once: one chain, no gap, no fork, and an item goes to one of them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

WRITERS, TIMES = 4, 8

# A register of its own, written by processes of their own, because the tests' own database is one connection's.
_PROGRAM = """
import datetime, os, sys
import django
django.setup()
from django.core.management import call_command
from django.db import connections
from casework.actions.custody import Handed, hand_over, receive
from casework.queries.custody import verify_register
from casework.store.actor import acting_as
from casework.store.models import Account, CaseFile, Container, CustodyEvent
from homeward.model import FaultyInput

WRITERS, TIMES = int(sys.argv[1]), int(sys.argv[2])
WHEN = datetime.datetime(2018, 7, 27, tzinfo=datetime.UTC)

def write(me):
    actor, case = Account.objects.get(username="custodian"), CaseFile.objects.get()
    others, won, holder = dict(actor=actor, case=case, at=WHEN, place="Osan"), 0, "P"
    for n in range(TIMES):
        hand_over(items=[Handed("container", f"OWN-{me}"), Handed("container", f"OWN-{me}-b")], giver=holder,
                  receiver=f"party {me}.{n}", **others)
        holder = f"party {me}.{n}"
        try:  # everybody wants the same box at the same moment, from the same hands
            hand_over(items=[Handed("container", f"SHARED-{n}")], giver="P", receiver=f"party {me}", **others)
            won += 1
        except FaultyInput:
            pass
    return won

with acting_as("test"):
    call_command("migrate", verbosity=0)
    actor = Account.objects.create(username="custodian", role="evidence custodian")
    Account.objects.create(username="admin", role="administrator")
    case = CaseFile.objects.create(key="KW", synthetic=True)
    keys = [f"SHARED-{n}" for n in range(TIMES)] + [f"OWN-{w}{x}" for w in range(WRITERS) for x in ("", "-b")]
    for key in keys:
        Container.objects.create(case=case, key=key)
receive(actor=actor, case=case, items=[Handed("container", k) for k in keys], giver="outside", receiver="P", at=WHEN,
        place="Osan")
connections.close_all()
children = []
for me in range(WRITERS):
    reading, writing = os.pipe()
    if os.fork() == 0:
        try:
            os.write(writing, str(write(me)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    children.append(reading)
won = sum(int(os.read(child, 100) or -1000) for child in children)
for _ in children:
    os.wait()
verdict = verify_register(Account.objects.get(username="admin"))
print(won, verdict.n_events, verdict.sound, len(verdict.whereabouts), CustodyEvent.objects.latest("seq").seq)
"""


@contextmanager
def a_database_of_its_own() -> Iterator[str]:
    """The address of an empty database; nothing for SQLite, whose file is in the register's folder."""
    server = os.environ.get("HOMEWARD_DATABASE", "")
    if not server:
        yield ""
        return
    name = f"custody_race_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_writers_at_once_do_not_fork_the_chain(tmp_path: Path) -> None:
    with a_database_of_its_own() as address:
        environment = {**os.environ, "HOMEWARD_HOME": str(tmp_path), "HOMEWARD_DATABASE": address,
                       "DJANGO_SETTINGS_MODULE": "casework.settings"}
        done = subprocess.run([sys.executable, "-c", _PROGRAM, str(WRITERS), str(TIMES)], env=environment, text=True,
                              capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    items = TIMES + 2 * WRITERS
    events = items + 2 * WRITERS * TIMES + TIMES
    assert done.stdout.split() == [str(TIMES), str(events), "True", str(items), str(events)]
