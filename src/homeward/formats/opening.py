"""One door for every input: a case folder, the same zipped, a file of Familias, a neutral JSON case, a PED file."""

from __future__ import annotations

from pathlib import Path

from homeward.formats.casefile import read_case
from homeward.formats.codis import read_cmf
from homeward.formats.familias import read_familias_case
from homeward.formats.gedcom import read_gedcom
from homeward.formats.inventory import check_inventory
from homeward.formats.kit_order import read_neutral_in_some_order
from homeward.formats.markup import root_name, split_name
from homeward.formats.niem import read_niem
from homeward.formats.ped import read_ped_case
from homeward.model import Case, Fault, FaultyInput, HomewardError, Unsupported

__all__ = ["check_any", "read_any"]

_XML = (".xml", ".cmf")
_FILES = (".fam", ".json", ".ped", ".ged", *_XML)


def read_any(path: Path) -> Case:
    """Read a case by what its name says: ``.fam`` Familias, ``.json`` neutral, ``.ped`` PED with what lies beside it, a
    folder or ``.zip`` a case folder.

    Raises FaultyInput with all faults, Unsupported where a file asks for what is not computed.
    """
    if not path.exists():
        raise FaultyInput([Fault(str(path), 0, "", "", "is not there", "not-found")])
    suffix = path.suffix.lower()
    if suffix == ".fam":
        return read_familias_case(path)
    if suffix == ".json":
        return read_neutral_in_some_order(path)
    if suffix == ".ped":
        return read_ped_case(path)
    if suffix == ".ged":
        raise _family_tree(path)
    if suffix in _XML:
        raise _part_of_a_case(path)
    return read_case(path)


def _family_tree(path: Path) -> Unsupported:
    """A family tree is checked, and told from a case: who is missing is not in it, and there is no DNA."""
    tree = read_gedcom(path)
    return Unsupported(f"{path.name}: read without a fault, {len(tree.persons)} people; it is no case by itself, since "
                       "it does not say who is missing: homeward.formats.gedcom.gedcom_family makes a family of it")


def _part_of_a_case(path: Path) -> Unsupported:
    """A file of CODIS or NIEM is checked, and told from a case: the allele frequencies that it needs are not in it."""
    if split_name(root_name(path) or "")[1].startswith("CODIS"):
        what, door = f"{len(read_cmf(path).specimens)} specimens of CODIS", "homeward.formats.codis.read_cmf_case"
    else:
        what, door = f"{len(read_niem(path).records)} DNA records of NIEM", "homeward.formats.niem.read_niem_case"
    return Unsupported(f"{path.name}: read without a fault, {what}; it is no case by itself, since it holds no allele "
                       f"frequencies: {door} makes one with them")


def check_any(path: Path) -> tuple[Fault, ...]:
    """All faults of an input, of its inventory too; none where it is good; never raises for what is in the file."""
    if path.exists() and path.suffix.lower() not in _FILES:
        return _faults_of_folder(path)
    try:
        read_any(path)
    except FaultyInput as error:
        return error.faults
    except HomewardError as error:
        return (Fault(path.name, 0, "", "", str(error), "unsupported"),)
    return ()


def _faults_of_folder(path: Path) -> tuple[Fault, ...]:
    try:
        case = read_case(path)
    except FaultyInput as error:
        # What makes the folder unreadable is one fault, though both readers meet it.
        return tuple(dict.fromkeys((*error.faults, *check_inventory(path))))
    return check_inventory(path, case)
