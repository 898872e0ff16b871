"""Markers, their allele frequencies and mutation models."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from homeward.formats.casefile.cells import Refusal
from homeward.formats.casefile.findings import Findings
from homeward.formats.casefile.table import Table
from homeward.formats.marker_names import is_amelogenin, meet
from homeward.kinship.lineage.repeats import marker_key
from homeward.model import InvalidValue, Marker, MutationModel

__all__ = ["AMELOGENIN", "Y_STR", "Loci", "Locus", "build_markers", "is_y_marker", "marker_names", "read_loci"]

AMELOGENIN = "amelogenin"
Y_STR = "\0Y-STR"  # no marker can bear this name, since no file can hold it
_Y_NAMES = re.compile(r"DY[SFR][0-9].*|YCAI.*|Y?GATA[AHC][0-9].*|YPENTA[0-9].*")
_SEXES = ("female", "male")
_REPEATS = re.compile(r"[0-9]+(\.[0-9])?")
_WHOLE_REPEATS = re.compile(r"[0-9]+")
# The models that count steps, and what they can count (kinship.mutation asks the same).
_LADDERS = {"stepwise": _REPEATS, "onestep": _WHOLE_REPEATS, "dawid": _WHOLE_REPEATS}
_ROW_SUM_TOLERANCE = 1e-6  # that of homeward.model.MutationModel


@dataclass(slots=True)
class Locus:
    """One marker as the tables have it; ``rows`` gives each allele's row in the table of frequencies.

    ``matrices``: by sex, (from, to) → probability. ``sound`` is False where a fault was found, so that what follows
    from it is not reported once more.
    """

    name: str
    row: int
    x_linked: bool
    silent: str | None
    models: dict[str, MutationModel] = field(default_factory=dict)
    frequencies: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    matrices: dict[str, dict[tuple[str, str], float]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    sound: bool = True

    def fits(self, allele: str) -> bool:
        """Whether an allele that has no frequency yet can be one of this marker (0 and OL are no alleles)."""
        numbered = all(_REPEATS.fullmatch(a) for a in (*self.rows, allele) if a != self.silent)
        return numbered and allele != "0" and all(
            kind != "custom" and _LADDERS.get(kind, _REPEATS).fullmatch(allele) for kind in self.kinds.values())


@dataclass(slots=True)
class Loci:
    """The markers by name.

    ``named``: whether the table of markers was read whole; ``whole``: whether that of frequencies was, too. What is
    not in a table that was not read whole is no fault.
    """

    by_name: dict[str, Locus]
    named: bool
    whole: bool = False


def is_y_marker(name: str) -> bool:
    """Whether a written name is that of a Y-STR: DYS391, DYF387S1, YCAII, Y-GATA-H4.

    >>> is_y_marker("dys 391"), is_y_marker("DXS10103")
    (True, False)
    """
    return _Y_NAMES.fullmatch(marker_key(name)) is not None


def marker_names(table: Table, loci: Loci, findings: Findings) -> dict[str, str | None]:
    """What each distinct name of the column ``marker`` means: a known marker, AMELOGENIN, Y_STR, or None for none.

    A name met with tolerance is noted, a name that is not met is a fault (``unknown-marker``), each at its lines.
    """
    meant: dict[str, str | None] = {}
    # A column has few distinct names, and meeting one costs more than a look-up.
    for name, row in table.known("marker").items():
        found = meet(name, loci.by_name.keys())
        if found is not None:
            meant[name] = found[0]
            if found[1]:
                findings.note(table.file, table.lines[row], f"marker {name!r} read as {found[0]!r}")
        else:
            meant[name] = AMELOGENIN if is_amelogenin(name) else Y_STR if is_y_marker(name) else None
    # No nearest name is shown: D2S441 is next to D2S443 in spelling only.
    unknown = {name for name, known in meant.items() if known is None}
    if unknown and loci.named:
        for row, name in enumerate(table.column("marker")):
            if name in unknown:
                findings.add(table.fault(row, "marker", name, rule="unknown-marker",
                                         allowed="must be a marker of the table of markers"))
    return meant


def read_loci(tables: Mapping[str, Table], findings: Findings) -> Loci:
    """Read markers, frequencies and matrices, and find the faults between them."""
    loci = _read_markers(tables["markers"], findings)
    _read_frequencies(tables["frequencies"], loci, findings)
    loci.whole = loci.named and tables["frequencies"].whole
    if loci.whole:
        _check_frequencies(tables, loci, findings)
    _read_matrices(tables["mutation_matrices"], loci, findings)
    for locus in loci.by_name.values():
        if loci.whole and locus.sound:
            _read_models(tables, locus, findings)
    return loci


def _read_markers(table: Table, findings: Findings) -> Loci:
    by_name: dict[str, Locus] = {}
    for row, (name, x_linked, silent) in enumerate(zip(
            *(table.column(c) for c in ("marker", "x_linked", "silent")), strict=True)):
        if name is None or isinstance(name, Refusal):
            continue
        if is_amelogenin(name):
            findings.note(table.file, table.lines[row], f"{name!r} shows the sex and is not read as a marker")
        elif is_y_marker(name):
            findings.note(table.file, table.lines[row], f"{name!r} lies on the Y and is not read as a marker: its rows "
                          "in the profiles are read as Y haplotypes")
        elif name in by_name:
            findings.add(table.fault(row, "marker", name, rule="duplicate-key",
                                     allowed=f"must be there once, and is in line {table.lines[by_name[name].row]}"))
        else:
            sound = row not in table.faulty
            by_name[name] = Locus(name, row, sound and bool(x_linked), silent if sound else None, sound=sound)
    return Loci(by_name, table.whole)


def _read_frequencies(table: Table, loci: Loci, findings: Findings) -> None:
    meant = marker_names(table, loci, findings)
    for row, (name, allele, frequency) in enumerate(zip(
            *(table.column(c) for c in ("marker", "allele", "frequency")), strict=True)):
        locus = loci.by_name.get(meant.get(name) or "")
        if locus is None:
            continue
        if row in table.faulty:
            locus.sound = False
        if allele is None or isinstance(allele, Refusal):
            continue
        # The allele is known even where its frequency is not: profiles may show it.
        before = locus.rows.setdefault(allele, row)
        if before != row:
            findings.add(table.fault(row, "allele", allele, rule="duplicate-key",
                                     allowed=f"of {locus.name} must be there once, and is in line "
                                             f"{table.lines[before]}"))
            locus.sound = False
        elif row not in table.faulty:
            locus.frequencies[allele] = frequency


def _check_frequencies(tables: Mapping[str, Table], loci: Loci, findings: Findings) -> None:
    markers, frequencies = tables["markers"], tables["frequencies"]
    for locus in loci.by_name.values():
        if not locus.rows:
            findings.add(markers.fault(locus.row, "marker", locus.name, rule="no-frequencies",
                                       allowed=f"must have allele frequencies in {frequencies.file}"))
            locus.sound = False
        if not locus.sound:
            continue
        if locus.silent is not None and locus.silent not in locus.rows:
            findings.add(markers.fault(locus.row, "silent", locus.silent, rule="silent-allele",
                                       allowed=f"must be an allele of {locus.name} in {frequencies.file}"))
            locus.sound = False
            continue
        try:  # the model knows how far from 1 a sum may be
            Marker(locus.name, tuple(locus.frequencies), tuple(locus.frequencies.values()))
        except InvalidValue as error:
            row = next(iter(locus.rows.values()))
            findings.add(frequencies.fault(row, "frequency", error.value, rule="frequency-sum",
                                           allowed=f"of {locus.name} {error.allowed}"))
            locus.sound = False


def _read_matrices(table: Table, loci: Loci, findings: Findings) -> None:
    first: dict[tuple[object, ...], int] = {}
    meant = marker_names(table, loci, findings)
    for row, (name, sex, parental, passed, probability) in table.rows("marker", "sex", "from", "to", "probability"):
        locus = loci.by_name.get(meant.get(name) or "")
        if locus is None:
            continue
        key = (locus.name, sex, parental, passed)
        before = first.setdefault(key, row)
        if before != row:
            findings.add(table.fault(row, "to", passed, rule="duplicate-key",
                                     allowed=f"must be there once, and is in line {table.lines[before]}"))
        for column, allele in (("from", parental), ("to", passed)):
            if loci.whole and locus.sound and allele not in locus.rows:
                findings.add(table.fault(row, column, allele, rule="matrix-allele",
                                         allowed=f"must be an allele of {locus.name} in the table of frequencies"))
        locus.matrices.setdefault(sex, {}).setdefault((parental, passed), probability)


def _read_models(tables: Mapping[str, Table], locus: Locus, findings: Findings) -> None:
    table = tables["markers"]
    kinds = {sex: table.column(f"{sex}_model")[locus.row] for sex in _SEXES}
    blank = [sex for sex in _SEXES if kinds[sex] is None]
    if len(blank) == 1:  # the schema has them go together
        return
    locus.kinds = {sex: kind or "none" for sex, kind in kinds.items()}
    for sex, kind in locus.kinds.items():
        given = [f"{sex}_{part}" for part in ("rate", "rate2", "range")
                 if table.column(f"{sex}_{part}")[locus.row] is not None]
        # A rate without a model would be a rate that nobody reads.
        if blank and given:
            findings.add(table.fault(locus.row, f"{sex}_model", None, rule="given-together",
                                     allowed=f"must be given with {given[0]}"))
        elif _check_ladder(table, locus, sex, findings) and _check_matrix(tables, locus, sex, findings):
            _read_model(table, locus, sex, kind, findings)


def _check_ladder(table: Table, locus: Locus, sex: str, findings: Findings) -> bool:
    ladder = _LADDERS.get(locus.kinds[sex])
    off = [a for a in locus.rows if ladder and a != locus.silent and not ladder.fullmatch(a)]
    if off:
        what = "numbers of repeats" if ladder is _REPEATS else "whole numbers of repeats"
        findings.add(table.fault(locus.row, f"{sex}_model", locus.kinds[sex], rule="mutation-alleles",
                                 allowed=f"needs alleles that are {what}, and {locus.name} has {off[0]!r}"))
    return not off


def _check_matrix(tables: Mapping[str, Table], locus: Locus, sex: str, findings: Findings) -> bool:
    matrices = tables["mutation_matrices"]
    matrix = locus.matrices.get(sex)
    if not matrices.whole or matrices.faulty:
        return False
    if locus.kinds[sex] != "custom":
        if matrix:
            row, _ = next(_matrix_rows(matrices, locus, sex))
            findings.add(matrices.fault(row, "sex", sex, rule="matrix-unused",
                                        allowed=f"must have the {sex}_model custom at {locus.name}"))
        return not matrix
    if not matrix:
        findings.add(tables["markers"].fault(locus.row, f"{sex}_model", "custom", rule="matrix-missing",
                                             allowed=f"needs the matrix of {locus.name} in {matrices.file}"))
        return False
    if not all(allele in locus.rows for pair in matrix for allele in pair):
        return False
    off = [allele for allele in locus.rows if not _sums_to_one(matrices, locus, sex, allele, findings=findings)]
    return not off


def _sums_to_one(table: Table, locus: Locus, sex: str, allele: str, *, findings: Findings) -> bool:
    total = sum(locus.matrices[sex].get((allele, other), 0.0) for other in locus.rows)
    if abs(total - 1.0) <= _ROW_SUM_TOLERANCE:
        return True
    # A row that is wholly left out has no line of its own: the first of its matrix stands for it.
    rows = list(_matrix_rows(table, locus, sex))
    row = next((row for row, parental in rows if parental == allele), rows[0][0])
    findings.add(table.fault(row, "probability", f"sum {total:.9g}", rule="matrix-sum",
                             allowed=f"from allele {allele} of {locus.name} must sum to 1"))
    return False


def _matrix_rows(table: Table, locus: Locus, sex: str) -> Iterator[tuple[int, str]]:
    """The rows of the matrix of one marker and sex, each with its parental allele."""
    for row, (name, of, parental) in table.rows("marker", "sex", "from"):
        if of == sex and meet(name, (locus.name,)) is not None:
            yield row, parental


def _read_model(table: Table, locus: Locus, sex: str, kind: str, findings: Findings) -> None:
    rate, rate2, step = (table.column(f"{sex}_{part}")[locus.row] for part in ("rate", "rate2", "range"))
    matrix = None
    if kind == "custom":
        pairs = locus.matrices[sex]
        matrix = tuple(tuple(pairs.get((a, b), 0.0) for b in locus.rows) for a in locus.rows)
    try:
        locus.models[sex] = MutationModel(kind, rate or 0.0, rate2 or 0.0, 0.1 if step is None else step, matrix)
    except InvalidValue as error:
        findings.add(table.fault(locus.row, f"{sex}_{error.field}", error.value, rule="mutation-rate",
                                 allowed=error.allowed))


def build_markers(loci: Loci, unseen: Mapping[str, tuple[str, ...]], frequency: float) -> tuple[Marker, ...]:
    """The markers of loci without faults; each unseen allele gets ``frequency``, and the others are rescaled."""
    markers = []
    for locus in loci.by_name.values():
        frequencies = dict(locus.frequencies)
        new = unseen.get(locus.name, ())
        if new:
            factor = (1.0 - frequency * len(new)) / sum(frequencies.values())
            frequencies = {allele: p * factor for allele, p in frequencies.items()} | dict.fromkeys(new, frequency)
        markers.append(Marker(locus.name, tuple(frequencies), tuple(frequencies.values()), locus.models["female"],
                              locus.models["male"], locus.silent, locus.x_linked))
    return tuple(markers)
