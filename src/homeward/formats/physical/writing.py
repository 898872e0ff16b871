"""Writing the tables of bodies into a case folder: whole, read back and compared before they take their place."""

from __future__ import annotations

import dataclasses
import os
import secrets
import shutil
from pathlib import Path

from homeward.formats.casefile.findings import shown
from homeward.formats.casefile.writing_tables import csv_text, write_text
from homeward.formats.physical.reading import read_physical
from homeward.formats.physical.schemas import PHYSICAL, physical_schema
from homeward.model import Case, InvalidValue
from homeward.model.physical import Physical

__all__ = ["write_physical"]


def write_physical(physical: Physical, folder: str | os.PathLike[str], case: Case) -> None:
    """Write the tables of bodies into the folder of their case.

    Args: ``physical``; ``folder``, which must be there; tables of bodies in it are replaced, all else stays; ``case``.

    What was written is read back and must be equal before it takes its place. Raises InvalidValue for a value that no
    table can carry, and for a folder that is not there; FaultyInput for what the tables may not hold.
    """
    target = Path(folder)
    if not target.is_dir():
        raise InvalidValue("tables of bodies", "folder", str(target), "must be a folder that is there")
    fresh = target / f".{secrets.token_hex(4)}.writing"
    fresh.mkdir()
    try:
        for name in PHYSICAL:
            if getattr(physical, name):
                write_text(fresh / f"{name}.csv", _csv(name, physical))
        back = read_physical(fresh, case)
        for name in PHYSICAL:
            ours, theirs = getattr(physical, name), getattr(back, name)
            if ours != theirs:
                raise InvalidValue("tables of bodies", name, shown(ours), "cannot be written so that it is read back "
                                   f"equal (it would be read as {shown(theirs)})")
        for name in PHYSICAL:
            (target / f"{name}.xlsx").unlink(missing_ok=True)
            if (fresh / f"{name}.csv").exists():
                (fresh / f"{name}.csv").replace(target / f"{name}.csv")
            else:
                (target / f"{name}.csv").unlink(missing_ok=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _csv(name: str, physical: Physical) -> str:
    rows = ([getattr(record, f.name) for f in dataclasses.fields(record)] for record in getattr(physical, name))
    return csv_text(physical_schema(name).names, rows)
