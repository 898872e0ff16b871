"""Reading OsteoSort's CSV: ``accession,side,element,<codes>`` (2.0) or ``id,Side,Element,<codes>`` (1.4).

A blank, NA, 0 or a negative number means that a measurement was not taken. A semicolon as separator brings decimal
commas with it. Names of columns, bones and sides are read whatever their case.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from homeward.commingling import ReferenceTable
from homeward.commingling.reference import SIDE_INDEX
from homeward.model import Fault, FaultyInput
from homeward.model.bones import BONES
from homeward.model.inventory import Element, Inventory
from homeward.model.measurement_codes import MEASUREMENTS

__all__ = ["read_osteosort", "read_osteosort_reference"]

_ID = ("accession", "id")
_FACTS = ("stature", "sex", "ancestry", "group", "population", "note", "notes", "box", "provenience")
_NOT_TAKEN = ("", "na", "n/a", "nan", "-")
_SIDES = {"left": "left", "l": "left", "right": "right", "r": "right", "unpaired": "unpaired", "middle": "unpaired",
          "midline": "unpaired", "": None, "na": None, "unsided": None}
_BONES = {"innominate": "os_coxa", "coxa": "os_coxa", "os_coxae": "os_coxa", "hip_bone": "os_coxa",
          "skull": "cranium", "atlas": "cervical_1", "axis": "cervical_2"}
_CODES = {code.lower(): code for code in MEASUREMENTS}


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    id: str
    bone: str
    side: str | None
    values: Mapping[str, float]
    facts: Mapping[str, str]


def read_osteosort(path: str | Path) -> Inventory:
    """The elements of a CSV of OsteoSort, as an inventory named after the file.

    An accession that stands for several elements is made one id for each, with the bone and the side added.

    Args: ``path`` of the file. Returns the inventory, with its doubts. Raises FaultyInput with every fault, each with
    its line and column: missing or unknown columns, values that are no numbers, unknown bones and sides, measurements
    of another bone or side, an element given twice.
    """
    faults: list[Fault] = []
    rows = list(_rows(Path(path), faults))
    shared = {id for id, n in Counter(r.id for r in rows).items() if n > 1}
    elements: list[Element] = []
    lines: dict[str, int] = {}
    for row in rows:
        id = f"{row.id} {row.bone} {row.side or 'unsided'}" if row.id in shared else row.id
        if id in lines:
            faults.append(Fault(Path(path).name, row.line, "accession", row.id,
                                f"is the same element as in line {lines[id]}", "element-twice"))
            continue
        lines[id] = row.line
        elements.append(Element(id, row.bone, row.side, row.facts.get("box") or None, measurements=row.values,
                                note=row.facts.get("notes", row.facts.get("note", ""))))
    try:
        inventory = Inventory(tuple(elements), name=Path(path).stem)
    except FaultyInput as error:
        faults += [_placed(f, Path(path).name, lines) for f in error.faults]
    if faults:
        raise FaultyInput(sorted(faults, key=lambda f: (f.line, f.column)))
    return inventory


def read_osteosort_reference(path: str | Path) -> ReferenceTable:
    """The reference persons of a CSV of OsteoSort: a row for each bone of each person, the id being the person's.

    Args: ``path``. Returns the table; its population is what the column ancestry and sex say, where all rows agree, or
    else the file's name. Raises FaultyInput as ``read_osteosort``, and for a person's bone given twice.
    """
    name = Path(path).name
    faults: list[Fault] = []
    rows = list(_rows(Path(path), faults))
    ids = list(dict.fromkeys(r.id for r in rows))
    codes = [c for c in MEASUREMENTS if any(c in r.values for r in rows)]
    values = np.full((len(ids), 2, len(codes)), np.nan)
    place, column = ({x: i for i, x in enumerate(xs)} for xs in (ids, codes))
    seen: dict[tuple[str, str, str | None], int] = {}
    for row in rows:
        key = (row.id, row.bone, row.side)
        if key in seen:
            faults.append(Fault(name, row.line, "id", row.id, f"has the same bone in line {seen[key]}", "bone-twice"))
        if row.side is None and row.bone in BONES and BONES[row.bone].paired:
            faults.append(Fault(name, row.line, "side", "", "must be recorded of a reference bone", "side"))
        seen.setdefault(key, row.line)
        for code, value in row.values.items():
            if MEASUREMENTS[code].bone != row.bone:
                faults.append(Fault(name, row.line, code, str(value), f"is no measurement of a {row.bone}",
                                    "other-bone"))
            values[place[row.id], SIDE_INDEX[row.side], column[code]] = value
    if faults:
        raise FaultyInput(faults)
    groups = {" ".join(row.facts[f] for f in ("ancestry", "sex") if row.facts.get(f)) for row in rows}
    population = groups.pop() if len(groups) == 1 else ""
    return ReferenceTable(population or Path(path).stem, tuple(ids), tuple(codes), values)


def _placed(fault: Fault, name: str, lines: Mapping[str, int]) -> Fault:
    about = fault.allowed.partition(") ")[0].removeprefix("(")
    return replace(fault, file=name, line=lines.get(about, 0))


def _rows(path: Path, faults: list[Fault]) -> Iterator[_Row]:
    text = _text(path)
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else "\t" if "\t" in first else ","
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    header = [h.strip() for h in next(reader, [])]
    columns = _columns(header, path.name, faults)
    if columns is None:
        return
    for cells in reader:
        if any(c.strip() for c in cells):
            yield from _row(cells, columns, (path.name, reader.line_num, separator == ";"), faults)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FaultyInput([Fault(path.name, 0, "", "", f"cannot be read ({error.strerror})", "not-read")]) from error
    try:
        return data.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError:
        return data.decode("latin-1").replace("\0", "")


def _columns(header: list[str], name: str, faults: list[Fault]) -> dict[int, str] | None:
    """What each column holds: id, side, element, a fact, or a code."""
    known: dict[int, str] = {}
    for i, written in enumerate(header):
        low = written.lower().replace(" ", "_")
        what = ("id" if low in _ID else low if low in ("side", "element", *_FACTS) else _CODES.get(low, ""))
        if what and what in known.values():
            faults.append(Fault(name, 1, written, "", "must stand once", "column-twice"))
        elif what:
            known[i] = what
        elif written:
            faults.append(Fault(name, 1, written, "", "must be accession, side, element, or a code of the list",
                                "unknown-column"))
    missing = [c for c in ("id", "side", "element") if c not in known.values()]
    faults += [Fault(name, 1, "accession" if c == "id" else c, "", "must be a column", "no-column") for c in missing]
    return None if missing else known


def _row(cells: list[str], columns: Mapping[int, str], place: tuple[str, int, bool],
         faults: list[Fault]) -> Iterator[_Row]:
    name, line, comma = place
    found = {what: cells[i].strip() if i < len(cells) else "" for i, what in columns.items()}
    before = len(faults)
    if len(cells) > max(columns) + 1 and any(c.strip() for c in cells[max(columns) + 1:]):
        faults.append(Fault(name, line, "", "", "has more cells than the header", "too-many-cells"))
    bone = found["element"].lower().replace(" ", "_").replace("-", "_")
    bone = _BONES.get(bone, bone)
    if bone not in BONES:
        faults.append(Fault(name, line, "element", found["element"], "must be a bone of the list", "unknown-bone"))
    if found["side"].lower() not in _SIDES:
        faults.append(Fault(name, line, "side", found["side"], "must be left or right", "side"))
    if not found["id"]:
        faults.append(Fault(name, line, "accession", "", "must be recorded", "no-id"))
    values: dict[str, float] = {}
    for code, text in found.items():
        if code in MEASUREMENTS and text.lower() not in _NOT_TAKEN:
            value = _number(text, comma=comma)
            if value is None:
                faults.append(Fault(name, line, code, text, "must be a length in millimetres, or blank", "number"))
            elif value > 0.0:
                values[code] = value
    side = _SIDES.get(found["side"].lower())
    if bone in BONES and not BONES[bone].paired and side is None:
        side = "unpaired"
    if len(faults) == before:
        yield _Row(line, found["id"], bone, side, values, {f: found[f] for f in _FACTS if f in found})


def _number(text: str, *, comma: bool) -> float | None:
    try:
        value = float(text.replace(",", ".") if comma else text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None
