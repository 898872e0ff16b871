"""Writing an inventory into a case folder: whole, read back and compared before it takes its place."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from homeward.formats.casefile.findings import shown
from homeward.formats.casefile.schemas import BESIDE
from homeward.formats.casefile.writing_tables import csv_text, write_text
from homeward.formats.inventory.cells import ids_text, zones_text
from homeward.formats.inventory.reading import read_inventory
from homeward.formats.inventory.schemas import inventory_schema
from homeward.model import InvalidValue
from homeward.model.inventory import Element, Inventory

__all__ = ["inventory_digest", "write_inventory"]

_Row = tuple[object, ...]


def write_inventory(inventory: Inventory, folder: str | os.PathLike[str]) -> None:
    """Write an inventory as the tables that lie in a case folder.

    Args: ``inventory``; ``folder``, which must be there; tables of an inventory in it are replaced, all else stays.

    What was written is read back and must be equal before the tables take their places, one after the other. Raises
    InvalidValue for a value that no table can carry (a note with a blank at its end, an id with a semicolon in an
    association), and for a folder that is not there.
    """
    target = Path(folder)
    if not target.is_dir():
        raise InvalidValue("inventory", "folder", str(target), "must be a folder that is there")
    fresh = target / f".{secrets.token_hex(4)}.writing"
    fresh.mkdir()
    try:
        for table, rows in _tables(inventory).items():
            if rows or table == "inventory":
                write_text(fresh / f"{table}.csv", csv_text(inventory_schema(table).names, rows))
        _compare(inventory, fresh)
        for table in BESIDE:
            (target / f"{table}.xlsx").unlink(missing_ok=True)
            if (fresh / f"{table}.csv").exists():
                (fresh / f"{table}.csv").replace(target / f"{table}.csv")
            else:
                (target / f"{table}.csv").unlink(missing_ok=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def inventory_digest(inventory: Inventory) -> str:
    """SHA-256 of the inventory's content; equal inventories have equal digests."""
    texts = (f"{table}\n{csv_text(inventory_schema(table).names, rows)}" for table, rows in _tables(inventory).items())
    return hashlib.sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest()


def _tables(inventory: Inventory) -> dict[str, list[_Row]]:
    return {
        "inventory": [_element(e) for e in inventory],
        "measurements": [(e.id, code, mm, e.measured_by.get(code)) for e in inventory
                         for code, mm in e.measurements.items()],
        "associations": [(a.kind, ids_text(a.elements), a.same, a.certainty, a.method, a.by)
                         for a in inventory.associations],
        "element_samples": [(s.id, e.id, s.taken, s.status, s.profile, s.remaining_g) for e in inventory
                            for s in e.samples],
        "boxes": [(c.id, c.incident, c.transfer, c.label) for c in inventory.containers],
    }


def _element(e: Element) -> _Row:
    key = (None,) * 4 if e.key is None else (e.key.accession, e.key.provenance_1, e.key.provenance_2, e.key.designator)
    ages = (None, None) if e.age_years is None else e.age_years
    return (e.id, *key, e.bone, e.side, e.box, e.completeness, zones_text(e.zones), e.count, e.mass_g, e.population,
            None if e.sex is None else e.sex.value, *ages, e.note)


def _compare(inventory: Inventory, folder: Path) -> None:
    read = read_inventory(folder)
    back = None if read is None else read.inventory
    for ours, theirs in _pairs(inventory, back):
        if ours != theirs:
            raise InvalidValue("inventory", "content", shown(ours), "cannot be written so that it is read back equal "
                               f"(it would be read as {shown(theirs)})")


def _pairs(inventory: Inventory, back: Inventory | None) -> Iterator[tuple[object, object]]:
    ours, theirs = tuple(inventory), () if back is None else tuple(back)
    yield len(ours), len(theirs)
    yield from zip(ours, theirs, strict=True)
    yield inventory.associations, () if back is None else back.associations
    yield inventory.containers, () if back is None else back.containers
