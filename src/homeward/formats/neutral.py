"""The neutral case files of kinship DNA, ``dna-kinship-case/1``: one JSON file holds markers, pedigrees and genotypes.

They carry the figures of other programs beside the input; a case is read from the input alone, and the figures come
from ``read_neutral_outputs``. What counts in these files is the mutation matrix; where the model that a file names
gives the same matrix within 1e-12 the model is kept by name, since it can be computed faster than any matrix.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from homeward.formats._neutral_json import Checked, load_json
from homeward.kinship.mutation import mutation_matrix
from homeward.model import (
    MUTATION_KINDS,
    Case,
    Family,
    FaultyInput,
    FrequencyTable,
    Genotype,
    InvalidValue,
    Marker,
    Member,
    MissingPerson,
    MutationModel,
    Profile,
    ReferenceSample,
    Remains,
    RemainsSample,
    Rule,
    Sex,
)

__all__ = ["read_neutral", "read_neutral_outputs"]

_SCHEMA = "dna-kinship-case/1"
_SAME_MATRIX = 1e-12
_BELOW_ONE = math.nextafter(1.0, 0.0)
_NUMBERS = {"-Infinity": -math.inf, "Infinity": math.inf, "NaN": math.nan}
_REQUIRED = ("schema", "name", "kind", "theta", "markers", "pedigrees", "genotypes")
_OPTIONAL = ("category", "source", "founder_inbreeding", "missing", "victims", "truth", "outputs")
_MARKER_KEYS = {"frequencies": "freqs", "frequency": "freqs", "alleles": "alleles", "silent": "silent_allele"}
_MODEL_KEYS = {"kind": "model", "rate": "rate", "rate2": "rate2", "step_range": "range", "matrix": "matrix"}
_SEXES = {1: Sex.MALE, 2: Sex.FEMALE}


class _Table(NamedTuple):
    """What a mutation matrix stands over."""

    alleles: tuple[str, ...]
    frequencies: NDArray[np.float64]
    silent: str | None


class _Owner(NamedTuple):
    """Whose genotypes a list is: the sample, the sex that decides the number of X alleles."""

    sample: str
    sex: Sex


def read_neutral(path: str | Path, *, reference_markers: Sequence[str] | None = None) -> Case:
    """The case of one neutral file, of either kind.

    Kind ``likelihood`` gives families and reference samples alone; kind ``dvi`` also a roster (``missing``, with the
    sex of the pedigree) and remains (``victims``). A sample bears the id of the person or remains it is from; where
    a relative and some remains share an id, the relative's sample is ``family/id``. The evidence is DNA alone, so
    the rule asks for one line. Frequencies stand as given, rounded sums and all.

    Args: ``path`` of the file; ``reference_markers``, the order in which the relatives' genotypes are listed, for a
    file that does not keep to the order of its own markers (it is refused otherwise, not guessed at).

    Returns the case. Raises FaultyInput with all faults; their columns are JSON paths such as ``markers[3].freqs``.
    """
    check = Checked(Path(path).name)
    raw = check.record(load_json(path), "", _REQUIRED, _OPTIONAL)
    if "schema" in raw:
        check.choice(raw["schema"], "schema", (_SCHEMA,))
    if "truth" in raw:
        check.record(raw["truth"], "truth", (), raw["truth"] if isinstance(raw["truth"], dict) else ())
    dvi = check.choice(raw.get("kind"), "kind", ("likelihood", "dvi")) == "dvi"
    name, theta = check.text(raw.get("name"), "name"), check.number(raw.get("theta"), "theta", high=_BELOW_ONE)
    markers = _markers(check, raw)
    missing = _texts(check, raw.get("missing"), "missing") if dvi else ()
    families = _families(check, raw, missing)
    remains = _remains(check, raw) if dvi else ()
    samples, profiles = _references(check, raw, families, remains, _in_order(check, markers, reference_markers))
    if dvi:
        owners = {r.id: _Owner(r.id, r.sex) for r in remains}
        profiles += _profiles(check, _section(check, raw, "victims"), "genotypes.victims", owners, markers)
    check.raise_faults()
    sex_of = {m.id: m.sex for f in families for m in f.missing}
    source = raw.get("source")
    try:
        return Case(
            name=name,
            frequencies=FrequencyTable(f"as stated in {name}", tuple(m for m in markers if m is not None),
                                       source=_said(source), theta=theta),
            synthetic="truth" in raw or (isinstance(source, dict) and "generator" in source),
            rule=Rule(minimum_lines=1),
            roster=tuple(MissingPerson(id=m, sex=sex_of[m]) for m in missing),
            families=families,
            remains=remains,
            reference_samples=samples,
            remains_samples=tuple(RemainsSample(r.id, r.id) for r in remains),
            profiles=tuple(profiles),
        )
    except InvalidValue as error:
        check.refused("", error)
        raise FaultyInput(check.faults) from error


def read_neutral_outputs(path: str | Path) -> dict[str, Any]:
    """The figures of other programs that a neutral file carries, as nested dicts and lists.

    Args: ``path`` of the file. Returns ``outputs`` as it stands, the words -Infinity, Infinity and NaN turned into
    numbers. Raises FaultyInput for a file that is not JSON or has no outputs.
    """
    check = Checked(Path(path).name)
    raw = load_json(path)
    outputs = raw.get("outputs") if isinstance(raw, dict) else None
    if not isinstance(outputs, dict):
        check.fault("outputs", outputs, "must be an object", "type")
    check.raise_faults()
    return {key: _numbers(value) for key, value in (outputs or {}).items()}


def _numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _numbers(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_numbers(v) for v in value]
    return _NUMBERS.get(value, value) if isinstance(value, str) else value


def _said(source: Any) -> str:
    if isinstance(source, dict):
        return ", ".join(f"{key} {value}" for key, value in source.items())
    return "" if source is None else str(source)


def _texts(check: Checked, value: Any, path: str) -> tuple[str, ...]:
    texts = tuple(check.text(v, f"{path}[{i}]") for i, v in enumerate(check.items(value, path)))
    _once(check, texts, path)
    return texts


def _once(check: Checked, names: Sequence[str], path: str) -> None:
    for name, times in Counter(names).items():
        if times > 1 and name:
            check.fault(path, name, f"must be named once, not {times} times", "twice")


def _markers(check: Checked, raw: dict[str, Any]) -> list[Marker | None]:
    listed = check.items(raw.get("markers"), "markers", least=1)
    markers = [_marker(check, m, f"markers[{i}]") for i, m in enumerate(listed)]
    _once(check, [m.name for m in markers if m is not None], "markers")
    return markers


def _marker(check: Checked, value: Any, path: str) -> Marker | None:
    before = len(check.faults)
    raw = check.record(value, path, ("name", "x_linked", "alleles", "freqs", "mutation"), ("silent_allele", "note"))
    if not raw:
        return None
    name = check.text(raw.get("name"), f"{path}.name")
    x_linked = check.flag(raw.get("x_linked"), f"{path}.x_linked")
    alleles = _texts(check, raw.get("alleles"), f"{path}.alleles")
    freqs = [check.number(p, f"{path}.freqs[{i}]", high=1.0)
             for i, p in enumerate(check.items(raw.get("freqs"), f"{path}.freqs"))]
    silent = raw.get("silent_allele")
    female = male = MutationModel()
    if raw.get("mutation") is not None and len(check.faults) == before:
        table = _Table(alleles, np.array(freqs), silent)
        sides = check.record(raw["mutation"], f"{path}.mutation", ("female", "male"), ("sex_equal",))
        female, male = (_model(check, sides.get(side), f"{path}.mutation.{side}", table) for side in ("female", "male"))
    if len(check.faults) > before:
        return None
    try:
        return Marker(name, alleles, tuple(freqs), female, male, silent=silent, x_linked=x_linked)
    except InvalidValue as error:
        check.refused(path, error, _MARKER_KEYS)
        return None


def _model(check: Checked, value: Any, path: str, table: _Table) -> MutationModel:
    before = len(check.faults)
    raw = check.record(value, path, ("model",), ("rate", "rate2", "range", "matrix"))
    kind = check.choice(raw.get("model"), f"{path}.model", (*MUTATION_KINDS, "random"))
    rate, rate2, step_range = (
        default if raw.get(key) is None else check.number(raw[key], f"{path}.{key}")
        for key, default in (("rate", 0.0), ("rate2", 0.0), ("range", MutationModel().step_range)))
    matrix = _matrix(check, raw.get("matrix"), f"{path}.matrix", len(table.alleles))
    if matrix is None and kind in ("custom", "random"):
        check.fault(f"{path}.matrix", raw.get("matrix"), f"must be given for the {kind} model", "missing-key")
    if len(check.faults) > before:
        return MutationModel()
    try:
        if kind not in ("custom", "random"):
            named = _named(MutationModel(kind, rate, rate2, step_range), table, matrix)
            if named is not None:
                return named
        return MutationModel("custom", matrix=matrix)
    except InvalidValue as error:
        check.refused(path, error, _MODEL_KEYS)
        return MutationModel()


def _named(
    model: MutationModel, table: _Table, matrix: tuple[tuple[float, ...], ...] | None
) -> MutationModel | None:
    """The model as named, if it gives the stated matrix or none is stated."""
    try:
        ours = mutation_matrix(model, table.alleles, table.frequencies, silent=table.silent)
    except InvalidValue:
        if matrix is None:
            raise
        return None
    return model if matrix is None or np.abs(ours - np.array(matrix)).max() <= _SAME_MATRIX else None


def _matrix(check: Checked, value: Any, path: str, n: int) -> tuple[tuple[float, ...], ...] | None:
    if value is None:
        return None
    before = len(check.faults)
    rows = []
    for i, row in enumerate(check.items(value, path)):
        cells = check.items(row, f"{path}[{i}]")
        rows.append(tuple(check.number(p, f"{path}[{i}][{j}]", high=1.0) for j, p in enumerate(cells)))
    if len(check.faults) == before and (len(rows) != n or any(len(row) != n for row in rows)):
        check.fault(path, f"{len(rows)} rows", f"must have {n} rows of {n} numbers", "shape")
    return tuple(rows)


def _families(check: Checked, raw: dict[str, Any], missing: Sequence[str]) -> tuple[Family, ...]:
    listed = check.items(raw.get("pedigrees"), "pedigrees", least=1)
    inbreeding = raw.get("founder_inbreeding")
    founders = {} if inbreeding is None else check.record(
        inbreeding, "founder_inbreeding", (), inbreeding if isinstance(inbreeding, dict) else ())
    inbred = {who: check.number(f, f"founder_inbreeding.{who}", high=1.0) for who, f in founders.items()}
    families = [_family(check, value, i, missing, inbred) for i, value in enumerate(listed)]
    placed = Counter(m.id for f in families if f is not None for m in f.members)
    if None not in families:
        for path, names in (("missing", missing), ("founder_inbreeding", inbred)):
            for name in names:
                if placed[name] != 1:
                    check.fault(path, name, f"must be in one pedigree, not in {placed[name]}", "unknown-person")
    found = tuple(f for f in families if f is not None)
    _once(check, [f.id for f in found], "pedigrees")
    return found


def _family(
    check: Checked, value: Any, index: int, missing: Sequence[str], inbred: dict[str, float]
) -> Family | None:
    path, before = f"pedigrees[{index}]", len(check.faults)
    raw = check.record(value, path, ("name", "individuals"))
    name = f"F{index + 1}" if raw.get("name") is None else check.text(raw["name"], f"{path}.name")
    listed = check.items(raw.get("individuals"), f"{path}.individuals", least=1)
    members = [_member(check, m, f"{path}.individuals[{i}]", missing) for i, m in enumerate(listed)]
    _check_parents(check, path, members)
    ids = {m.id: m for m in members}
    for who in inbred:
        if who in ids and not ids[who].is_founder:
            check.fault(f"founder_inbreeding.{who}", who, "must be a founder of the pedigree", "founder")
    if len(check.faults) > before:
        return None
    try:
        return Family(name, tuple(members), {who: f for who, f in inbred.items() if who in ids})
    except InvalidValue as error:
        check.refused(path, error)
        return None


def _check_parents(check: Checked, path: str, members: list[Member]) -> None:
    sexes = {m.id: m.sex for m in members}
    _once(check, [m.id for m in members], f"{path}.individuals")
    for i, m in enumerate(members):
        where = f"{path}.individuals[{i}]"
        both = (("fid", m.father, m.mother, Sex.FEMALE), ("mid", m.mother, m.father, Sex.MALE))
        for key, parent, other, wrong in both:
            if parent is None:
                if other is not None:
                    check.fault(f"{where}.{key}", None, "must be given beside the other parent", "one-parent")
            elif parent not in sexes:
                check.fault(f"{where}.{key}", parent, "must be an individual of the pedigree", "unknown-person")
            elif sexes[parent] is wrong:
                check.fault(f"{where}.{key}", parent, f"must not be {wrong.value}", "parent-sex")


def _member(check: Checked, value: Any, path: str, missing: Sequence[str]) -> Member:
    raw = check.record(value, path, ("id", "fid", "mid", "sex"))
    name = check.text(raw.get("id"), f"{path}.id")
    father, mother = (None if raw.get(key) is None else check.text(raw[key], f"{path}.{key}") for key in ("fid", "mid"))
    return Member(name, father, mother, _sex(check, raw.get("sex"), f"{path}.sex"), name if name in missing else None)


def _sex(check: Checked, value: Any, path: str) -> Sex:
    if isinstance(value, int) and not isinstance(value, bool) and value in _SEXES:
        return _SEXES[value]
    check.fault(path, value, "must be 1 for male or 2 for female", "sex")
    return Sex.UNKNOWN


def _remains(check: Checked, raw: dict[str, Any]) -> tuple[Remains, ...]:
    remains = []
    for i, value in enumerate(check.items(raw.get("victims"), "victims")):
        record = check.record(value, f"victims[{i}]", ("id", "sex"))
        name = check.text(record.get("id"), f"victims[{i}].id")
        remains.append(Remains(name, _sex(check, record.get("sex"), f"victims[{i}].sex")))
    _once(check, [r.id for r in remains], "victims")
    return tuple(remains)


def _in_order(
    check: Checked, markers: list[Marker | None], names: Sequence[str] | None
) -> list[Marker | None]:
    if names is None:
        return markers
    by_name = {m.name: m for m in markers if m is not None}
    if None not in markers and sorted(names) != sorted(by_name):
        check.fault("markers", ", ".join(by_name), f"must be those of reference_markers: {', '.join(names)}", "order")
    return [by_name.get(name) for name in names]


def _section(check: Checked, raw: dict[str, Any], name: str) -> Any:
    given = raw.get("genotypes")
    return given.get(name) if isinstance(given, dict) else None


def _references(
    check: Checked, raw: dict[str, Any], families: tuple[Family, ...], remains: tuple[Remains, ...],
    markers: list[Marker | None],
) -> tuple[tuple[ReferenceSample, ...], list[Profile]]:
    check.record(raw.get("genotypes"), "genotypes", ("reference",), ("victims",))
    given = _section(check, raw, "reference")
    taken = {r.id for r in remains}
    places: dict[str, list[tuple[Family, Member]]] = {}
    for f in families:
        for m in f.members:
            places.setdefault(m.id, []).append((f, m))
    samples, owners = [], {}
    for who in given if isinstance(given, dict) else ():
        n = len(places.get(who, ()))
        if n != 1:
            if families and len(families) == len(raw["pedigrees"]):  # else a faulty pedigree hides who is in it
                check.fault(f"genotypes.reference.{who}", who, f"must be in one pedigree, not in {n}", "unknown-person")
            continue
        (f, m), = places[who]
        sample = f"{f.id}/{who}" if who in taken else who
        samples.append(ReferenceSample(sample, f.id, who, "relative" if m.person is None else "personal item"))
        owners[who] = _Owner(sample, m.sex)
    return tuple(samples), _profiles(check, given, "genotypes.reference", owners, markers)


def _profiles(
    check: Checked, value: Any, path: str, owners: dict[str, _Owner], markers: list[Marker | None]
) -> list[Profile]:
    if not isinstance(value, dict):
        check.fault(path, value, "must be an object", "type")
        return []
    profiles = []
    for who, listed in value.items():
        cells = check.items(listed, f"{path}.{who}")
        if len(cells) != len(markers):
            check.fault(f"{path}.{who}", f"{len(cells)} genotypes", f"must be one for each of {len(markers)} markers",
                        "shape")
        owner = owners.get(who)
        if owner is None:
            if path == "genotypes.victims":
                check.fault(f"{path}.{who}", who, "must be one of the victims", "unknown-person")
            continue
        genotypes = {}
        for i, (cell, marker) in enumerate(zip(cells, markers, strict=False)):
            if cell is not None and marker is not None:
                genotypes[marker.name] = _genotype(check, cell, f"{path}.{who}[{i}]", marker, owner.sex)
        profiles.append(Profile(owner.sample, {name: g for name, g in genotypes.items() if g is not None}))
    return profiles


def _genotype(check: Checked, value: Any, path: str, marker: Marker, sex: Sex) -> Genotype | None:
    one = marker.x_linked and sex is Sex.MALE
    if not isinstance(value, list) or len(value) != (1 if one else 2):
        check.fault(path, value, "must be null or " + ("one allele (X of a man)" if one else "two alleles"), "genotype")
        return None
    first, second = value[0], None if one else value[1]
    for allele in value if one or second is not None else value[:1]:
        if not isinstance(allele, str) or allele not in marker.alleles or allele == marker.silent:
            check.fault(path, value, f"must hold alleles of {marker.name}, and the second may be null", "allele")
            return None
    return Genotype(first, second, hemizygous=one)
