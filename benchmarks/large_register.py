"""A register of its own, in a folder that goes with the process, and a roster of a hundred thousand synthetic persons.

HOMEWARD_DATABASE names another database, as for the desk's tests: tools/with_postgres.py.
"""

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import django
import numpy as np

__all__ = ["import_roster", "roster_folder", "search_roster"]

_PERSONS, _INCIDENTS = 100_000, 200


@cache
def _home() -> Path:
    """The register's folder; Django is set up and the tables are made."""
    home = Path(tempfile.mkdtemp(prefix="homeward-bench-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["HOMEWARD_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "casework.settings"
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  Django must be set up first

    from casework.store.actor import acting_as  # noqa: PLC0415
    from casework.store.models import Account  # noqa: PLC0415

    with acting_as("benchmark"):
        call_command("migrate", verbosity=0)
        Account.objects.get_or_create(username="bench", defaults={"role": "case manager"})
    return home


@cache
def roster_folder() -> Path:
    """A case folder with the roster."""
    from homeward.formats import write_case  # noqa: PLC0415
    from homeward.model import Case, FrequencyTable, Incident, MissingPerson, PartialDate, Sex  # noqa: PLC0415
    from homeward.simulate.names import invented_name  # noqa: PLC0415

    rng = np.random.default_rng(1950)
    incidents = tuple(Incident(f"I{i}", f"Synthetic loss {i}", PartialDate(1950, 1 + i % 12))
                      for i in range(_INCIDENTS))
    roster = tuple(MissingPerson(
        f"P-{i:06d}", invented_name(Sex.MALE, rng), Sex.MALE, PartialDate(1930), PartialDate(1950, 12),
        f"I{i % _INCIDENTS}", f"SYN{i:07d}", "the benchmark") for i in range(_PERSONS))
    folder = _home() / "roster"
    write_case(Case("bench", FrequencyTable("not stated", ()), synthetic=True, incidents=incidents, roster=roster),
               folder)
    return folder


def import_roster(key: str = "bench") -> None:
    """Import the folder as a case of that key."""
    _home()
    from casework.actions.imports import load_case  # noqa: PLC0415
    from casework.store.models import Account  # noqa: PLC0415

    load_case(actor=Account.objects.get(username="bench"), source=roster_folder(), key=key)


def search_roster(text: str, page: int = 50) -> int:
    """One search as the page of the roster makes it: how many there are, and the first of them."""
    from casework.queries.people import search  # noqa: PLC0415
    from casework.store.models import Account, CaseFile  # noqa: PLC0415

    found = search(Account.objects.get(username="bench"), CaseFile.objects.get(key="bench"), text)
    shown = list(found.select_related("incident")[:page])
    return max(found.count(), len(shown))
