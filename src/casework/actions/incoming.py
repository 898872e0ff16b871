"""What comes in: a whole case, or tables and samples that go into one, as the case that would stand afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from casework.store.bridge import Differences, key_of
from homeward.formats import read_any
from homeward.formats.casefile import holds_tables_alone, read_tables_into
from homeward.formats.parts import PART_SUFFIXES, read_part
from homeward.model import Case, Fault, FaultyInput

__all__ = ["Incoming", "RowShown", "first_rows", "incoming"]

_KINDS = {".fam": "Familias", ".json": "neutral JSON", ".ped": "PED"}
_SHOWN = 10  # rows of each kind
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Incoming:
    """A case that was read; ``notes``: what was guessed in reading it."""

    source: str
    kind: str
    sha256: str
    case: Case
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowShown:
    """One record of a preview: what it says, or said and would say, by field."""

    key: str
    act: str
    values: Mapping[str, str]


def incoming(source: Path | Case, standing: Case | None, *, table: str = "", name: str = "",
             missing: Mapping[str, str] | None = None, unseen_allele: float | None = None) -> Incoming:
    """Read what comes in.

    ``standing``: the case that it goes into, None where it is new; ``table``: which table a CSV or XLSX file is;
    ``missing``, ``unseen_allele``: as of ``read_part``. Raises FaultyInput with all faults, Unsupported.
    """
    if isinstance(source, Case):
        return Incoming(name or source.name, "case", source.digest(), source, source.notes)
    called = name or source.name
    suffix = source.suffix.lower()
    if suffix in PART_SUFFIXES and (standing is not None or suffix != ".ped"):
        part = read_part(_needed(standing, called), source, missing=missing, unseen_allele=unseen_allele)
        return Incoming(called, part.kind, _digest(source), part.case, part.notes)
    if table or holds_tables_alone(source):
        standing = _needed(standing, called)
        case = read_tables_into(standing, source, table=table, unseen_allele=unseen_allele)
        return Incoming(called, "tables", _digest(source), replace(case, notes=standing.notes), case.notes)
    case = read_any(source)
    return Incoming(called, _KINDS.get(suffix, "case folder"), _digest(source), case, case.notes)


def _needed(standing: Case | None, called: str) -> Case:
    if standing is None:
        raise FaultyInput([Fault(called, 0, "", "", "is no whole case: it needs a case of the register to go into",
                                 "missing-manifest")])
    return standing


def _digest(path: Path) -> str:
    """SHA-256 of a file, or of the names and contents of the files of a folder."""
    whole = hashlib.sha256()
    if path.is_dir():
        for file in sorted(p for p in path.iterdir() if p.is_file()):
            whole.update(f"{file.name}\0{_digest(file)}\n".encode())
    else:
        with path.open("rb") as opened:
            while block := opened.read(2**20):
                whole.update(block)
    return whole.hexdigest()


def first_rows(found: Differences) -> dict[str, tuple[RowShown, ...]]:
    """The first records of each field that are new, and that are changed; genotypes are counted, not repeated."""
    return {name: tuple(_rows(found, name)) for name in found.touched}


def _rows(found: Differences, name: str) -> Iterator[RowShown]:
    for record in found.new[name][:_SHOWN]:
        values = {f: _words(getattr(record, f)) for f in type(record).__dataclass_fields__ if f != "id"}
        yield RowShown(key_of(record), "new", {f: v for f, v in values.items() if v})
    for change in found.changed[name][:_SHOWN]:
        before, after = change.stored.record, change.record
        yield RowShown(change.key, "changed", {
            f: f"{_words(getattr(before, f)) or 'not recorded'} → {_words(getattr(after, f)) or 'not recorded'}"
            for f in change.fields})


def _words(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "__len__") and not isinstance(value, str):
        return str(len(value))
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
