"""Tables of a case folder read into a case that stands: rows added and rows changed, none taken away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from homeward.formats.casefile.findings import Findings, Refused, nearest, shown
from homeward.formats.casefile.folder import suffixes
from homeward.formats.casefile.manifest import read_manifest
from homeward.formats.casefile.reading import assembled, in_order
from homeward.formats.casefile.schemas import TABLES, schema
from homeward.formats.casefile.source import MANIFEST, Source, open_source
from homeward.formats.casefile.table import Table, read_table
from homeward.formats.casefile.writing import case_texts
from homeward.formats.marker_names import meet
from homeward.model import Case, Fault, FaultyInput

__all__ = ["holds_tables_alone", "read_tables_into"]

# Reference material is replaced whole: a table of frequencies with some rows of another makes no sense.
_WHOLE = ("markers", "frequencies", "mutation_matrices", "mtdna_database", "ystr_database")
_LOCI = ("markers", "frequencies", "mutation_matrices")
_FIELDS = {"incidents": "incidents", "roster": "roster", "families": "families", "references": "reference_samples",
           "transfers": "transfers", "remains": "remains", "elements": "elements", "samples": "remains_samples",
           "profiles": "profiles", "mtdna": "mito_profiles", "ystr": "y_profiles"}


@dataclass(frozen=True, slots=True)
class _Texts:
    """The case that stands, as the files of its folder."""

    files: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.files)

    def read(self, name: str) -> bytes:
        return self.files[name].encode("utf-8", "surrogatepass")


def holds_tables_alone(path: Path) -> bool:
    """Whether a path is one table, or a folder or zip file of tables without a case.toml."""
    if path.is_file() and path.suffix.lower() in (".csv", ".xlsx", ".emp"):
        return True
    try:
        with open_source(path) as source:
            return MANIFEST not in source.names and bool(_found(source.names))
    except Refused:
        return False


def read_tables_into(case: Case, path: Path, *, table: str = "", unseen_allele: float | None = None) -> Case:
    """A case with the rows of one or several tables added to it, in the place of those of the same key.

    Args: ``case``, which stands; ``path``, of a CSV or XLSX file that bears a table's name, or of a folder or zip file
    of such files; ``table``, which table a single file is, where its name does not say; ``unseen_allele``, the
    frequency that an allele without one is given, None where it is a fault.

    Rows that the file lacks stay; a family gains members and loses none; a profile gains markers. The tables of
    frequencies and of databases are replaced whole. ``Case.notes`` are those of this reading alone.

    Raises FaultyInput with all faults, by line of the file; a fault of a row that stands has line 0.
    """
    findings = Findings()
    try:
        given = _given(path, table, findings)
        standing = _Texts(dict(case_texts(case)))
        manifest, directions = read_manifest(standing, findings)
    except Refused as refused:
        raise FaultyInput([*findings.faults, refused.fault]) from refused
    tables = {name: _joined(name, given.get(name), standing, case, findings) for name in TABLES}
    read = assembled(tables, manifest, replace(directions, unseen_allele=unseen_allele), findings)
    if read is None:
        raise FaultyInput(in_order(findings.faults))
    return _with_what_stands(case, read, given, unseen_allele is not None)


def _given(path: Path, table: str, findings: Findings) -> dict[str, Table]:
    if path.suffix.lower() in (".csv", ".xlsx", ".emp"):
        name = table or path.stem.lower()
        if name not in TABLES:
            raise Refused(Fault(path.name, 0, "", shown(name), f"is not a table of a case{nearest(name, TABLES)}",
                                "table-name"))
        with open_source(path.absolute().parent) as source:
            return {name: _read(source, name, path.name, findings)}
    with open_source(path) as source:
        return {name: _read(source, name, file, findings) for name, file in _found(source.names).items()}


def _found(names: Collection[str]) -> dict[str, str]:
    """The file of each table that is there."""
    return {table: f"{table}{suffix}" for table in TABLES for suffix in reversed(suffixes(table))
            if f"{table}{suffix}" in names}


def _read(source: Source, table: str, file: str, findings: Findings) -> Table:
    return read_table(schema(table), file, source.read(file), findings)


def _joined(name: str, given: Table | None, standing: _Texts, case: Case, findings: Findings) -> Table:
    """The rows that are given, then those that stand and are not given anew; these have no line."""
    file = f"{name}.csv"
    ours = Table(schema(name), file)
    if file in standing.files:
        ours = read_table(schema(name), file, standing.read(file), Findings())
    ours.lines = [0] * len(ours.lines)
    if given is None or not given.whole or (name in _WHOLE):
        return ours if given is None else given
    anew = _keys(given, case)
    kept = [row for row, key in enumerate(_key_rows(ours, case)) if key not in anew]
    given_rows = len(given.lines)
    for column in schema(name).names:
        if column in given.cells or column in ours.cells:
            cells = ours.column(column)
            given.cells[column] = [*given.column(column), *(cells[row] for row in kept)]
    given.lines = [*given.lines[:given_rows], *(0 for _ in kept)]
    return given


def _keys(table: Table, case: Case) -> set[tuple[Any, ...]]:
    return set(_key_rows(table, case))


def _key_rows(table: Table, case: Case) -> Iterable[tuple[Any, ...]]:
    """The key of each row; a marker by the name that the case has for it."""
    columns = [table.column(c) for c in table.schema.key]
    if table.schema.key[-1:] == ("marker",) and table.schema.table == "profiles":
        known = [m.name for m in case.frequencies.markers]
        met = {name: (meet(name, known) or (name,))[0] for name in set(columns[-1]) if isinstance(name, str)}
        columns[-1] = [met.get(name, name) if isinstance(name, str) else name for name in columns[-1]]
    return zip(*columns, strict=True)


def _with_what_stands(case: Case, read: Case, given: Mapping[str, Table], unseen: bool) -> Case:
    """The case as it was but for what the tables speak of: nothing else may change by being written and read."""
    spoken = {name: {cell for cell in table.column(table.schema.key[0]) if isinstance(cell, str)}
              for name, table in given.items() if name in _FIELDS}
    # Amelogenin in the profiles may show the sex of remains.
    of_samples = {s.remains for s in read.remains_samples if s.id in spoken.get("profiles", ())}
    spoken["remains"] = spoken.get("remains", set()) | of_samples
    fields: dict[str, Any] = {}
    for table, name in _FIELDS.items():
        ours = {_id(r): r for r in getattr(case, name)}
        theirs = {_id(r): r for r in getattr(read, name)}
        changed = {key: theirs[key] for key in spoken.get(table, ()) if key in theirs}
        fields[name] = tuple({**ours, **{k: r for k, r in theirs.items() if k in changed}}.values())
    if unseen or any(name in given for name in _LOCI):
        fields["frequencies"] = read.frequencies
    for table, name in (("mtdna_database", "mito_database"), ("ystr_database", "y_database")):
        if table in given:
            fields[name] = getattr(read, name)
    return replace(case, **fields, notes=read.notes)


def _id(record: Any) -> str:
    return str(record.sample if hasattr(record, "sample") else record.id)
