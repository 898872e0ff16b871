"""The manifest case.toml: what the case is called, its population, its prior and its rule, its lines' parameters."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from homeward.formats.casefile.findings import Findings, Refused, nearest, shown
from homeward.formats.casefile.manifest_lines import ManifestLines
from homeward.formats.casefile.schemas import ENTRIES, TABLES, Value, manifest_keys
from homeward.formats.casefile.source import MANIFEST, Source
from homeward.model import Fault, MitoParameters, Prior, Rule, YParameters

__all__ = ["Directions", "LinkedStated", "Manifest", "Stated", "read_manifest"]

_LARGEST = 64 * 1024
_MOST_DOTS = 100
_LINEAGES = ("mtdna", "ystr")
_UNSEEN = "frequencies.unseen_allele"
_PLAIN_NAME = re.compile(r"[^./\\:][^/\\:]*\.(csv|xlsx|emp)", re.IGNORECASE)
_TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,), "boolean": (bool,), "number": (int, float), "integer": (int,), "choice": (str,), "pair": (list,)}
_WORDS = {"text": "text in quotes", "boolean": "true or false", "number": "a number", "integer": "a whole number",
          "choice": "text in quotes", "pair": 'two names, such as ["vWA", "D12S391"]'}


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
    mito_parameters: MitoParameters
    y_parameters: YParameters


@dataclass(frozen=True, slots=True)
class Stated:
    """What case.toml says of one database of haplotypes, "" where nothing; ``line``: where it says so, or 0."""

    population: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class LinkedStated:
    """What one ``[[linked]]`` says, as it stands; ``line``: where it begins."""

    markers: tuple[str, str]
    recombination_rate: float
    line: int


@dataclass(frozen=True, slots=True)
class Directions:
    """What case.toml says that the tables are read by or held to, so far as that is sound, whatever else it holds.

    ``files``: the file of a table that does not bear the table's name. ``unseen_allele``: the frequency of an allele
    that has none; None where such an allele is a fault. ``databases``: what is said of the databases of haplotypes,
    mtdna and ystr; one of which something is said wrongly is left out. ``roster_size`` and ``incidents``: of the prior;
    ``y_rates``: by marker as written; ``lines``: where each key stands.
    """

    files: Mapping[str, str]
    unseen_allele: float | None
    databases: Mapping[str, Stated]
    roster_size: int | None
    incidents: Mapping[str, float]
    y_rates: Mapping[str, float]
    linked: tuple[LinkedStated, ...]
    lines: ManifestLines


def read_manifest(source: Source, findings: Findings) -> tuple[Manifest | None, Directions]:
    """The manifest of a case, None where it has faults, and its directions.

    Raises Refused where it is missing, no TOML, or of another version.
    """
    if MANIFEST not in source.names:
        raise Refused(Fault(MANIFEST, 0, "", "", "must be there", "missing-manifest"))
    text = _decoded(source.read(MANIFEST))
    content = _parsed(text)
    # Of another version nothing else can be judged.
    form, lines = content.get("format"), ManifestLines(text)
    allowed = manifest_keys()["format"].choices
    if form is not None and form not in allowed:
        raise Refused(Fault(MANIFEST, lines.of("format"), "format", shown(form),
                            f"must be {' or '.join(allowed)}", "format-version"))
    files: dict[str, str] = {}
    linked: list[LinkedStated] = []
    faults = [*_key_faults(content, lines), *_table_faults(content.get("tables", {}), lines, files),
              *_linked_faults(content.get("linked", []), lines, linked)]
    findings.add(*sorted(faults, key=lambda f: f.line))
    given: dict[str, Any] = dict(_flat(content))
    wrong = {fault.column for fault in faults}
    # A key that means nothing may have been meant for the population.
    wrong |= {fault.column.partition(".")[0] for fault in faults if fault.rule == "unknown-key"}
    sound = {key: value for key, value in given.items() if shown(key) not in wrong}
    return None if faults else _manifest(given), _directions(sound, wrong, files, tuple(linked), lines)


def _directions(sound: Mapping[str, Any], wrong: Collection[str], files: Mapping[str, str],
                linked: tuple[LinkedStated, ...], lines: ManifestLines) -> Directions:
    # Where the frequency itself is at fault one was meant, and the alleles that it is for are no faults.
    unseen = 0.0 if _UNSEEN in wrong else sound.get(_UNSEEN)
    databases = {kind: _stated(kind, sound, lines) for kind in _LINEAGES
                 if not {kind, f"{kind}.population", f"{kind}.source"} & set(wrong)}
    return Directions(files, unseen if unseen is None else float(unseen), databases, sound.get("prior.roster_size"),
                      _named("prior.incidents.", sound), _named("ystr.rates.", sound), linked, lines)


def _named(prefix: str, given: Mapping[str, Any]) -> dict[str, float]:
    """What an open section gives, by its names, composed as those in the tables are."""
    return {unicodedata.normalize("NFC", key.removeprefix(prefix)): float(value)
            for key, value in given.items() if key.startswith(prefix)}


def _stated(kind: str, given: Mapping[str, Any], lines: ManifestLines) -> Stated:
    keys = [key for key in (f"{kind}.population", f"{kind}.source") if given.get(key)]
    line = lines.of(keys[0]) if keys else 0
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


def _key_faults(content: Mapping[str, Any], lines: ManifestLines) -> Iterator[Fault]:
    keys = {name: key for name, key in manifest_keys().items() if key.section not in ENTRIES}
    given = dict(_flat(content))
    for key, value in given.items():
        described = keys.get(key) or next((k for k in keys.values() if k.is_open
                                           and key.startswith(f"{k.section}.")), None)
        if key in ("tables", *_open_sections()):
            if not isinstance(value, dict):
                yield Fault(MANIFEST, lines.of(key), key, shown(value), "must be a section", "key-type")
        elif described is not None:
            yield from _value_faults(described, shown(key), value, lines.of(key))
        elif key not in ENTRIES:
            known = (*keys, *_sections(), *ENTRIES, "tables")
            yield Fault(MANIFEST, lines.of(key), shown(key), shown(value),
                        f"is not a key of case.toml{nearest(key, known)}", "unknown-key")
    for key, described in keys.items():
        if described.required and key not in given:
            yield Fault(MANIFEST, 0, key, "", "must be given", "missing-key")


def _flat(content: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, object]]:
    """Keys as section.key; a section that the format does not know stays one key."""
    sections = _sections() | _open_sections()
    for key, value in content.items():
        name = f"{within}{key}"
        if name in sections and isinstance(value, dict):
            yield from _flat(value, f"{name}.") if within == "" else ((f"{name}.{k}", v) for k, v in value.items())
        else:
            yield name, value


def _sections() -> set[str]:
    return {key.section for key in manifest_keys().values()} - {"", *ENTRIES} - _open_sections()


def _open_sections() -> set[str]:
    """Those in which any name is a key."""
    return {key.section for key in manifest_keys().values() if key.is_open}


def _value_faults(key: Value, name: str, value: object, line: int) -> Iterator[Fault]:
    pair = isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) and part for part in value)
    if not isinstance(value, _TYPES[key.type]) or (isinstance(value, bool) and key.type != "boolean") or (
            key.type == "pair" and not pair):
        yield Fault(MANIFEST, line, name, shown(value), f"must be {_WORDS[key.type]}", "key-type")
    elif key.required and value == "":
        yield Fault(MANIFEST, line, name, "", "must be given", "missing-key")
    elif key.type == "choice" and value not in key.choices:
        yield Fault(MANIFEST, line, name, shown(value), f"must be one of {', '.join(key.choices)}", "key-choice")
    elif isinstance(value, int | float) and not (value == value and key.holds(value)):  # TOML has nan and inf
        yield Fault(MANIFEST, line, name, shown(value), f"must be {key.bounds}", "key-range")


def _table_faults(tables: object, lines: ManifestLines, files: dict[str, str]) -> Iterator[Fault]:
    """The faults of the section [tables]; what is right in it goes to ``files``."""
    for table, file in tables.items() if isinstance(tables, dict) else ():
        line = lines.of(f"tables.{table}")
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


def _linked_faults(entries: object, lines: ManifestLines, linked: list[LinkedStated]) -> Iterator[Fault]:
    """The faults of each [[linked]]; what is right goes to ``linked``."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        yield Fault(MANIFEST, lines.of("linked"), "linked", shown(entries), "must be [[linked]]", "key-type")
        return
    keys = {key.name.rpartition(".")[2]: key for key in manifest_keys().values() if key.section == "linked"}
    for number, entry in enumerate(entries, start=1):
        found = list(_entry_faults(number, entry, keys, lines))
        yield from found
        if not found:
            first, second = entry["markers"]
            linked.append(LinkedStated((first, second), float(entry["recombination_rate"]),
                                       lines.of_entry("linked", number)))


def _entry_faults(number: int, entry: Mapping[str, object], keys: Mapping[str, Value],
                  lines: ManifestLines) -> Iterator[Fault]:
    for key, value in entry.items():
        line, name = lines.of_entry("linked", number, key), shown(f"linked.{key}")
        if key in keys:
            yield from _value_faults(keys[key], name, value, line)
        else:
            yield Fault(MANIFEST, line, name, shown(value), f"is not a key of [[linked]]{nearest(key, keys)}",
                        "unknown-key")
    for key in keys:
        if key not in entry:
            yield Fault(MANIFEST, lines.of_entry("linked", number), f"linked.{key}", "", "must be given",
                        "missing-key")


def _manifest(given: Mapping[str, Any]) -> Manifest:
    v: dict[str, Any] = {name: given.get(name, key.default) for name, key in manifest_keys().items()}
    prior = Prior(float(v["prior.on_roster"]), v["prior.roster_size"], _named("prior.incidents.", given),
                  v["prior.flat"])
    return Manifest(
        v["name"], v["title"], v["synthetic"], v["population.name"], v["population.source"],
        float(v["population.theta"]), prior, Rule(float(v["rule.posterior"]), v["rule.minimum_lines"]),
        MitoParameters(**_parameters("mtdna", v)), YParameters(**_parameters("ystr", v)))


def _parameters(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What is stated of one line of evidence, by the names of its parameters; its rates by marker are read later."""
    named = {key.name.removeprefix(f"{kind}."): key for key in manifest_keys().values()
             if key.section == kind and key.name not in (f"{kind}.population", f"{kind}.source")}
    return {name: float(values[key.name]) if key.type == "number" else values[key.name]
            for name, key in named.items()}
