"""One door for every input: a case folder, the same zipped, a Familias file, a neutral JSON case."""

from __future__ import annotations

from pathlib import Path

from homeward.formats.casefile import check_case, read_case
from homeward.formats.familias import read_familias_case
from homeward.formats.kit_order import read_neutral_in_some_order
from homeward.model import Case, Fault, FaultyInput, HomewardError

__all__ = ["check_any", "read_any"]


def read_any(path: Path) -> Case:
    """Read a case by what its name says: ``.fam`` Familias, ``.json`` neutral, a folder or ``.zip`` a case folder.

    Raises FaultyInput with all faults, Unsupported where a file asks for what is not computed.
    """
    if not path.exists():
        raise FaultyInput([Fault(str(path), 0, "", "", "is not there", "not-found")])
    suffix = path.suffix.lower()
    if suffix == ".fam":
        return read_familias_case(path)
    if suffix == ".json":
        return read_neutral_in_some_order(path)
    return read_case(path)


def check_any(path: Path) -> tuple[Fault, ...]:
    """All faults of an input, none where it is good; never raises for what is in the file."""
    if path.exists() and path.suffix.lower() not in (".fam", ".json"):
        return check_case(path)
    try:
        read_any(path)
    except FaultyInput as error:
        return error.faults
    except HomewardError as error:
        return (Fault(path.name, 0, "", "", str(error), "unsupported"),)
    return ()
