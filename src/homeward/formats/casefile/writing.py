"""Writing a case folder: whole, read back and compared before it takes its place."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from homeward.formats.casefile.cells import NO_DIFFERENCE
from homeward.formats.casefile.findings import Findings, Refused, shown
from homeward.formats.casefile.folder import suffixes
from homeward.formats.casefile.genotypes import NO_ALLELE
from homeward.formats.casefile.manifest import read_manifest
from homeward.formats.casefile.reading import read_case
from homeward.formats.casefile.schemas import TABLES, manifest_keys, schema
from homeward.formats.casefile.source import MANIFEST, open_source
from homeward.formats.casefile.writing_tables import csv_text, write_text
from homeward.model import (
    CERTAIN,
    Case,
    Family,
    Genotype,
    InvalidValue,
    Laboratory,
    Marker,
    MitoParameters,
    MutationModel,
    Prior,
    Sex,
    YParameters,
)
from homeward.model.lineage import HaplotypeDatabase, MitoProfile, YProfile

__all__ = ["case_texts", "write_case"]

_Row = tuple[object, ...]
_Stated = str | float | bool
_H = TypeVar("_H", MitoProfile, YProfile)


def write_case(case: Case, folder: str | os.PathLike[str]) -> None:
    """Write a case as a folder of CSV tables with its case.toml.

    Args: ``case``; ``folder``, which may be absent, empty, or a case folder (then its tables are replaced, and any
    other file in it stays).

    What was written is read back and must be equal to ``case`` before it takes the folder's place in one step, so
    that nobody ever finds half a case. ``Case.notes`` are not written.

    Raises InvalidValue for a folder that holds something else, and for a value that no table can carry (a name
    with a blank at its end, an allele 12.0, which is read as 12); FaultyInput, with all faults, where the case
    breaks a rule of the case folder.
    """
    target = Path(folder).resolve()
    _check_target(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, because only within one file system is a rename one step.
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}.writing")
    fresh.mkdir()
    try:
        _write_files(case, fresh)
        _compare(case, read_case(fresh))
        _put_in_place(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _check_target(target: Path) -> None:
    allowed = "must be a case folder, an empty folder, or not there yet"
    if target.suffix.lower() == ".zip" or (target.exists() and not target.is_dir()):
        raise InvalidValue("case folder", "folder", str(target), allowed)
    if target.is_dir() and not (target / MANIFEST).is_file() and any(target.iterdir()):
        raise InvalidValue("case folder", "folder", str(target), f"{allowed}; it holds files and no {MANIFEST}")


def _put_in_place(fresh: Path, target: Path) -> None:
    """Exchange the folders; files that are not the case's move over, and the old tables go last."""
    if not target.exists():
        fresh.rename(target)
        return
    old = fresh.with_suffix(".old")
    tables = _own_files(target)
    shutil.copymode(target, fresh)
    target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        old.rename(target)
        raise
    # What is left in the old folder if this is interrupted is not lost: it lies there until someone takes it.
    for entry in old.iterdir():
        if entry.name not in tables and not (target / entry.name).exists():
            entry.rename(target / entry.name)
    shutil.rmtree(old)


def _own_files(folder: Path) -> set[str]:
    usual = {MANIFEST, *(f"{table}{suffix}" for table in TABLES for suffix in suffixes(table))}
    if not (folder / MANIFEST).is_file():
        return usual
    try:
        with open_source(folder) as source:
            _, directions = read_manifest(source, Findings())
    except Refused:
        return usual
    return usual | set(directions.files.values())


def case_texts(case: Case) -> Iterator[tuple[str, str]]:
    """The files of a case folder, one by one: name and text."""
    yield MANIFEST, _manifest(case)
    for table, rows in _tables(case).items():
        if schema(table).required == "always" or rows or (schema(table).required == "dna" and _has_dna(case)):
            yield f"{table}.csv", csv_text(schema(table).names, rows)


def _write_files(case: Case, folder: Path) -> None:
    for name, text in case_texts(case):
        write_text(folder / name, text)


def _has_dna(case: Case) -> bool:
    has_samples = bool(case.reference_samples or case.remains_samples)
    return bool(case.frequencies.markers or case.profiles
                or (has_samples and not case.mito_profiles and not case.y_profiles))


def _manifest(case: Case) -> str:
    table = case.frequencies
    sections: dict[str, Mapping[str, _Stated]] = {
        "": {"format": manifest_keys()["format"].choices[0], "name": case.name, "title": case.title,
             "synthetic": case.synthetic},
        "population": {"name": table.population, "source": table.source, "theta": table.theta},
        "prior": {"on_roster": case.prior.on_roster} | _changed("prior", case.prior),
        "prior.incidents": case.prior.incidents,
        "rule": {"posterior": case.rule.posterior, "minimum_lines": case.rule.minimum_lines},
        "mtdna": _described(case.mito_database) | _changed("mtdna", case.mito_parameters),
        "ystr": _described(case.y_database) | _changed("ystr", case.y_parameters),
        "ystr.rates": case.y_parameters.rates,
    }
    lines = []
    for section, values in sections.items():
        if section and values:
            lines += ["", f"[{section}]"]
        lines += [f"{_key(name)} = {_toml(value)}" for name, value in values.items()]
    for pair in table.linked:
        lines += ["", "[[linked]]", f"markers = [{', '.join(map(_toml, pair.markers))}]",
                  f"recombination_rate = {_toml(pair.recombination_rate)}"]
    return "\n".join([*lines, ""])


def _described(database: HaplotypeDatabase[_H] | None) -> dict[str, _Stated]:
    return {} if database is None else {"population": database.population, "source": database.source}


def _changed(section: str, stated: Prior | MitoParameters | YParameters) -> dict[str, _Stated]:
    """What is stated otherwise than it would be taken to be."""
    keys = {key.name.removeprefix(f"{section}."): key for key in manifest_keys().values()
            if key.section == section and not key.is_open}
    values = {name: getattr(stated, name, None) for name in keys}
    return {name: value for name, value in values.items() if value is not None and value != keys[name].default}


def _key(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else _toml(name)


def _toml(value: str | float | bool) -> str:
    # A JSON string is a TOML string but for DEL, which TOML wants escaped.
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool) else repr(value)
    return text.replace("\x7f", "\\u007f")


def _tables(case: Case) -> dict[str, list[_Row]]:
    return {
        "incidents": _plain(case.incidents),
        "roster": _plain(case.roster),
        "families": [row for family in case.families for row in _family_rows(family)],
        "references": [(s.id, s.family, s.member, s.kind, *_rates(s.laboratory)) for s in case.reference_samples],
        "transfers": _plain(case.transfers),
        "remains": _plain(case.remains),
        "elements": _plain(case.elements),
        "samples": [(s.id, s.remains, s.element, *_rates(s.laboratory)) for s in case.remains_samples],
        "markers": [_marker_row(marker) for marker in case.frequencies.markers],
        "frequencies": [(m.name, allele, frequency) for m in case.frequencies.markers
                        for allele, frequency in zip(m.alleles, m.frequencies, strict=True)],
        "mutation_matrices": [row for marker in case.frequencies.markers for row in _matrix_rows(marker)],
        "profiles": list(_profile_rows(case)),
        "mtdna": [(p.sample, *_mito_cells(p)) for p in case.mito_profiles],
        "mtdna_database": [(*_mito_cells(p), count) for p, count in _counted(case.mito_database)],
        "ystr": [row for p in case.y_profiles for row in _y_rows(p) or [(p.sample, None, None)]],
        "ystr_database": [(number, *row[1:], count) for number, (p, count) in enumerate(_counted(case.y_database), 1)
                          for row in _y_rows(p)],
    }


def _counted(database: HaplotypeDatabase[_H] | None) -> list[tuple[_H, int]]:
    return [] if database is None else list(zip(database.haplotypes, database.counts, strict=True))


def _mito_cells(profile: MitoProfile) -> _Row:
    return profile.ranges_text, profile.differences_text or NO_DIFFERENCE


def _y_rows(profile: YProfile) -> list[_Row]:
    # Parted by blanks: spreadsheets make dates of 11-14 and 11/14, and numbers of 11,14.
    return [(profile.sample, marker, " ".join(alleles)) for marker, alleles in profile.haplotype.items()]


def _plain(records: Iterable[object]) -> list[_Row]:
    """Records whose fields are the columns of their table, in the same order."""
    return [tuple(getattr(r, f.name) for f in dataclasses.fields(r)) for r in records]  # type: ignore[arg-type]


def _rates(laboratory: Laboratory) -> _Row:
    if laboratory == CERTAIN:
        return None, None, None, None
    return laboratory.dropout, laboratory.dropout_homozygote, laboratory.dropin, laboratory.error


def _family_rows(family: Family) -> Iterator[_Row]:
    for m in family.members:
        yield family.id, m.id, m.father, m.mother, m.sex, m.person, family.inbreeding.get(m.id)


def _marker_row(marker: Marker) -> _Row:
    return (marker.name, marker.x_linked, marker.silent, *_model_cells(marker.female), *_model_cells(marker.male))


def _model_cells(model: MutationModel) -> _Row:
    if model == MutationModel():  # rates of no mutation would only puzzle
        return model.kind, None, None, None
    return model.kind, model.rate, model.rate2, model.step_range


def _matrix_rows(marker: Marker) -> Iterator[_Row]:
    for sex, model in (("female", marker.female), ("male", marker.male)):
        for parental, row in zip(marker.alleles, model.matrix or (), strict=False):
            for passed, probability in zip(marker.alleles, row, strict=True):
                if probability:
                    yield marker.name, sex, parental, passed, probability


def _profile_rows(case: Case) -> Iterator[_Row]:
    unsexed = _unsexed_samples(case)
    for profile in case.profiles:
        for marker in case.frequencies.markers:
            genotype = profile.genotypes.get(marker.name)
            if genotype is not None:
                yield profile.sample, marker.name, genotype.first, _second(genotype, profile.sample in unsexed)
        if not profile.genotypes:
            yield profile.sample, None, None, None


def _second(genotype: Genotype, unsexed: bool) -> str | None:
    return NO_ALLELE if genotype.hemizygous and unsexed else genotype.second


def _unsexed_samples(case: Case) -> set[str]:
    """Samples of remains and members whose sex is not recorded: what is blank there is not known to be absent."""
    remains = {r.id for r in case.remains if r.sex is Sex.UNKNOWN}
    members = {(f.id, m.id) for f in case.families for m in f.members if m.sex is Sex.UNKNOWN}
    return ({s.id for s in case.remains_samples if s.remains in remains}
            | {s.id for s in case.reference_samples if (s.family, s.member) in members})


def _compare(case: Case, back: Case) -> None:
    """Raise InvalidValue at the first value that was not read back as it was written."""
    if case == back:
        return
    for field in dataclasses.fields(case):
        ours, theirs = getattr(case, field.name), getattr(back, field.name)
        if field.name != "notes" and ours != theirs:
            if isinstance(ours, tuple):
                pairs = zip(ours, theirs, strict=False)
                ours, theirs = next(((a, b) for a, b in pairs if a != b), (len(ours), len(theirs)))
            raise InvalidValue(f"case {case.name}", field.name, shown(ours),
                               f"cannot be written so that it is read back equal (it would be read as {shown(theirs)})")
    raise InvalidValue(f"case {case.name}", "content", "", "cannot be written so that it is read back equal")
