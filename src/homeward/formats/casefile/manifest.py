"""The manifest case.toml: what the case is called, its population, its prior and its rule."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from homeward.formats.casefile.findings import Findings, Refused, nearest, shown
from homeward.formats.casefile.schemas import TABLES, Value, manifest_keys
from homeward.formats.casefile.source import MANIFEST, Source
from homeward.model import Fault, Prior, Rule

__all__ = ["Directions", "Manifest", "Stated", "read_manifest"]

_LARGEST = 64 * 1024
_MOST_DOTS = 100
_LINEAGES = ("mtdna", "ystr")
_UNSEEN = "frequencies.unseen_allele"
_SECTION = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*["']?([\w.-]+)["']?\s*=""")
_PLAIN_NAME = re.compile(r"[^./\\:][^/\\:]*\.(csv|xlsx|emp)", re.IGNORECASE)
_TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,), "boolean": (bool,), "number": (int, float), "integer": (int,)}
_WORDS = {"text": "text in quotes", "boolean": "true or false", "number": "a number", "integer": "a whole number"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What case.toml says of the case as a whole."""

    name: str
    title: str
    synthetic: bool
    population: str
    source: str
    theta: float
    prior: Prior
    rule: Rule


@dataclass(frozen=True, slots=True)
class Stated:
    """What case.toml says of one database of haplotypes, "" where nothing; ``line``: where it says so, or 0."""

    population: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Directions:
    """What case.toml says of reading the tables, so far as that is sound, whatever else it holds.

    ``files``: the file of a table that does not bear the table's name. ``unseen_allele``: the frequency of an allele
    that has none; None where such an allele is a fault. ``databases``: what is said of the databases of haplotypes,
    mtdna and ystr; one of which something is said wrongly is left out.
    """

    files: Mapping[str, str]
    unseen_allele: float | None
    databases: Mapping[str, Stated]


def read_manifest(source: Source, findings: Findings) -> tuple[Manifest | None, Directions]:
    """The manifest of a case, None where it has faults, and its directions.

    Raises Refused where it is missing, no TOML, or of another version.
    """
    if MANIFEST not in source.names:
        raise Refused(Fault(MANIFEST, 0, "", "", "must be there", "missing-manifest"))
    text = _decoded(source.read(MANIFEST))
    content = _parsed(text)
    # Of another version nothing else can be judged.
    form = content.get("format")
    allowed = manifest_keys()["format"].choices
    if form is not None and form not in allowed:
        raise Refused(Fault(MANIFEST, _line(text, "format"), "format", shown(form),
                            f"must be {' or '.join(allowed)}", "format-version"))
    files: dict[str, str] = {}
    faults = [*_key_faults(content, text), *_table_faults(content.get("tables", {}), text, files)]
    findings.add(*sorted(faults, key=lambda f: f.line))
    given: dict[str, Any] = dict(_flat(content))
    # Where the frequency itself is at fault one was meant, and the alleles that it is for are no faults.
    sound = all(fault.column != _UNSEEN for fault in faults)
    unseen = given.get(_UNSEEN) if sound else 0.0
    wrong = {fault.column.partition(".")[0] for fault in faults}
    databases = {kind: _stated(kind, given, text) for kind in _LINEAGES if kind not in wrong}
    directions = Directions(files, unseen if unseen is None else float(unseen), databases)
    return None if faults else _manifest(given), directions


def _stated(kind: str, given: Mapping[str, Any], text: str) -> Stated:
    keys = [key for key in (f"{kind}.population", f"{kind}.source") if given.get(key)]
    line = _line(text, keys[0]) if keys else 0
    return Stated(given.get(f"{kind}.population", ""), given.get(f"{kind}.source", ""), line)


def _decoded(data: bytes) -> str:
    if len(data) > _LARGEST:
        raise Refused(Fault(MANIFEST, 0, "", "", f"must hold at most {_LARGEST} bytes", "file-size"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused(Fault(MANIFEST, line, "", "", "must be UTF-8", "encoding")) from error


def _parsed(text: str) -> dict[str, Any]:
    # The time that tomllib takes over a key grows with the square of its dots.
    for number, written in enumerate(text.split("\n"), start=1):
        if written.count(".") > _MOST_DOTS:
            raise Refused(Fault(MANIFEST, number, "", shown(written), f"must hold at most {_MOST_DOTS} dots", "toml"))
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else 0
        raise Refused(Fault(MANIFEST, line, "", "", f"must be TOML ({shown(error)})", "toml")) from error


def _key_faults(content: Mapping[str, Any], text: str) -> Iterator[Fault]:
    keys = manifest_keys()
    given = dict(_flat(content))
    for key, value in given.items():
        if key == "tables":
            if not isinstance(value, dict):
                yield Fault(MANIFEST, _line(text, key), key, shown(value), "must be a section", "key-type")
        elif key in keys:
            yield from _value_faults(keys[key], value, _line(text, key))
        else:
            allowed = f"is not a key of case.toml{nearest(key, (*keys, *_sections(), 'tables'))}"
            yield Fault(MANIFEST, _line(text, key), shown(key), shown(value), allowed, "unknown-key")
    for key, described in keys.items():
        if described.required and key not in given:
            yield Fault(MANIFEST, 0, key, "", "must be given", "missing-key")


def _flat(content: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Keys as section.key; a section that the format does not know stays one key."""
    sections = _sections()
    for key, value in content.items():
        if key in sections and isinstance(value, dict):
            yield from ((f"{key}.{inner}", v) for inner, v in value.items())
        else:
            yield key, value


def _sections() -> set[str]:
    return {key.partition(".")[0] for key in manifest_keys() if "." in key}


def _value_faults(key: Value, value: object, line: int) -> Iterator[Fault]:
    if not isinstance(value, _TYPES[key.type]) or (isinstance(value, bool) and key.type != "boolean"):
        yield Fault(MANIFEST, line, key.name, shown(value), f"must be {_WORDS[key.type]}", "key-type")
    elif key.required and value == "":
        yield Fault(MANIFEST, line, key.name, "", "must be given", "missing-key")
    elif isinstance(value, int | float) and not (value == value and key.holds(value)):  # TOML has nan and inf
        yield Fault(MANIFEST, line, key.name, shown(value), f"must be {key.bounds}", "key-range")


def _table_faults(tables: object, text: str, files: dict[str, str]) -> Iterator[Fault]:
    """The faults of the section [tables]; what is right in it goes to ``files``."""
    for table, file in tables.items() if isinstance(tables, dict) else ():
        line = _line(text, f"tables.{table}")
        if table not in TABLES:
            yield Fault(MANIFEST, line, shown(f"tables.{table}"), shown(file),
                        f"is not a table of a case{nearest(table, TABLES)}", "unknown-key")
        elif not isinstance(file, str) or not _PLAIN_NAME.fullmatch(file) or (
                file.lower().endswith(".emp") and table != "mtdna_database"):
            yield Fault(MANIFEST, line, f"tables.{table}", shown(file),
                        "must be the name of a CSV or XLSX file in the same folder", "table-path")
        elif file in files.values():
            yield Fault(MANIFEST, line, f"tables.{table}", file, "is already another table", "table-twice")
        else:
            files[table] = file


def _manifest(given: Mapping[str, object]) -> Manifest:
    v: dict[str, Any] = {name: given.get(name, key.default) for name, key in manifest_keys().items()}
    return Manifest(
        v["name"], v["title"], v["synthetic"], v["population.name"], v["population.source"],
        float(v["population.theta"]), Prior(float(v["prior.on_roster"])),
        Rule(float(v["rule.posterior"]), v["rule.minimum_lines"]))


def _line(text: str, key: str) -> int:
    """The line at which a key (``section.key``) stands, 0 where it is written in some other way."""
    # tomllib does not say where a key stood; dotted and inline forms, which it also reads, go without a line.
    section = ""
    for number, line in enumerate(text.split("\n"), start=1):
        heading, found = _SECTION.match(line), _KEY.match(line)
        if heading:
            section = f"{heading[1]}."
            if heading[1] == key:
                return number
        elif found and f"{section}{found[1]}" == key:
            return number
    return 0
