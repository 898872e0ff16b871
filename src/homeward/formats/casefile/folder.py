"""Which file of the folder holds which table."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from homeward.formats.casefile.findings import Findings, Refused
from homeward.formats.casefile.schemas import BESIDE, PHYSICAL, TABLES, schema
from homeward.formats.casefile.source import MANIFEST, Source
from homeward.formats.casefile.table import Table, read_table
from homeward.model import Fault

__all__ = ["read_tables", "suffixes"]

_SUFFIXES = (".csv", ".xlsx")
_EMP = ".emp"
_SHEETS = (*_SUFFIXES, _EMP, ".xls", ".xlsm", ".xlsb", ".ods", ".tsv", ".txt", ".tab")
_LIKE = 0.8
_OWN = "x_"
_FIRST_WORD = re.compile(r"[a-z_]*")
_GENOTYPES = ("markers", "frequencies", "mutation_matrices", "profiles")
_HAPLOTYPES = ("mtdna", "ystr")
_SAMPLES = ("references", "samples")


def suffixes(table: str) -> tuple[str, ...]:
    """The ends of names that the file of a table may have."""
    return (*_SUFFIXES, _EMP) if table == "mtdna_database" else _SUFFIXES


def read_tables(source: Source, renamed: Mapping[str, str], findings: Findings) -> dict[str, Table]:
    """Read every table of TABLES; one that need not be there, and is not, has no rows.

    ``renamed``: the file of a table as case.toml gives it.
    """
    found = {table: _files_of(table, renamed, source.names) for table in TABLES}
    _check_strangers(source.names, {name for files in found.values() for name in files}, findings)
    # Once there is DNA, a forgotten table must not pass for a case without profiles; haplotypes can do without them.
    has_dna = any(found[table] for table in _GENOTYPES) or (
        any(found[table] for table in _SAMPLES) and not any(found[table] for table in _HAPLOTYPES))
    tables = {}
    for name, files in found.items():
        described = schema(name)
        table = Table(described, files[0] if files else renamed.get(name, f"{name}.csv"))
        if len(files) > 1:
            findings.add(Fault(files[1], 0, "", "", f"is the table {name}, which is {files[0]} as well", "table-twice"))
        if files:
            table = _read(source, table, findings)
        elif name in renamed or described.required == "always" or (described.required == "dna" and has_dna):
            findings.add(Fault(table.file, 0, "", "", _missing(name, renamed), "missing-table"))
            table.whole = False
        tables[name] = table
    return tables


def _files_of(table: str, renamed: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, ...]:
    wanted = (renamed[table],) if table in renamed else tuple(f"{table}{suffix}" for suffix in suffixes(table))
    taken = {file for other, file in renamed.items() if other != table}
    return tuple(name for name in wanted if name in names and name not in taken)


def _read(source: Source, table: Table, findings: Findings) -> Table:
    try:
        data = source.read(table.file)
    except Refused as refused:
        findings.add(refused.fault)
        table.whole = False
        return table
    return read_table(table.schema, table.file, data, findings)


def _missing(table: str, renamed: Mapping[str, str]) -> str:
    if table in renamed:
        return f"must be there, since case.toml names it as the table {table}"
    if schema(table).required == "dna":
        return "must be there beside any other table about DNA"
    return f"must be there (or {table}.xlsx)"


def _check_strangers(names: tuple[str, ...], tables: set[str], findings: Findings) -> None:
    """A file like a table that does not bear its name would be left out unseen: a fault, or at least a note."""
    beside = {f"{table}{suffix}" for table in (*BESIDE, *PHYSICAL) for suffix in _SUFFIXES}
    for name in names:
        stem, dot, suffix = name.lower().rpartition(".")
        if name in tables or name in beside or name == MANIFEST or name.startswith(_OWN) or dot + suffix not in _SHEETS:
            continue
        # A copy is often called "roster (1)" or "roster-old".
        like = difflib.get_close_matches(_FIRST_WORD.findall(stem)[0], (*TABLES, *BESIDE, *PHYSICAL), n=1, cutoff=_LIKE)
        if like:
            findings.add(Fault(name, 0, "", "", f"must be named {like[0]}.csv or {like[0]}.xlsx if it is that table, "
                               f"and begin with {_OWN} if it is not", "table-name"))
        elif dot + suffix in (*_SUFFIXES, _EMP):
            findings.note(name, 0, "is no table of a case and was not read")
