"""Reading a PED file with the files beside it: rows, people, genotypes; all faults at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from homeward.formats.casefile.findings import Findings, shown
from homeward.formats.familias.lines import read_lines
from homeward.formats.ped.companions import Beside, MapRow, PedCompanions, read_beside
from homeward.formats.ped.kin import check_kin
from homeward.formats.ped.layout import NO_GENOTYPE, Layout, Table, header_of, layout_of
from homeward.formats.ped.values import (
    FIXED,
    ColumnKind,
    GenotypeForm,
    PedComment,
    PedFile,
    PedForm,
    PedGenotype,
    PedMarker,
    PedPerson,
)
from homeward.model import Fault, FaultyInput, InvalidValue, Sex

__all__ = ["read_ped"]

_FEW = 1000  # faults after which a file is not read on
_ENDING = re.compile(r"\s+(ped:.*)", re.IGNORECASE)
_NOBODY = frozenset(("0", ".", "-", "-9", "NA", "NaN", "?", "x", "X", "unknown", "none", ""))
_SEXES = {
    **dict.fromkeys(("1", "m", "male", "man"), Sex.MALE), **dict.fromkeys(("2", "f", "female", "woman"), Sex.FEMALE),
    **dict.fromkeys(("0", "3", "u", "unknown", "other", "x", "?", "-", "-9", ".", "na", ""), Sex.UNKNOWN),
}
_SIGN = re.compile(r"[/|]|\s+")
_CODES = {Sex.MALE: "1", Sex.FEMALE: "2", Sex.UNKNOWN: "0"}


class _Lines(NamedTuple):
    """What a file's lines are: rows with the numbers of their lines, names above them, comments, endings."""

    table: Table
    numbers: list[int]
    endings: list[str]
    comments: list[PedComment]
    separator: str
    header: tuple[str, ...]


def read_ped(
    path: str | Path, *, companions: PedCompanions | None = None, columns: Sequence[str] | None = None
) -> PedFile:
    """All that a PED file (LINKAGE, PLINK, Merlin, pedtools) and those beside it say.

    Columns are parted by blanks or tabs. What they hold is told by a header or by ``columns``, by a .dat, by a .map,
    or else there are six of them (family, person, father, mother, sex, affection) and two for each marker.

    Args: ``path`` of the file; ``companions``, its .map, .dat and .freq, those of the same name beside it where None;
    ``columns``, the names of the columns of a file that has no header (as pedtools or PLINK would write them above).

    Returns the file's content. Raises FaultyInput with all faults, each with its line.
    """
    path, findings = Path(path), Findings()
    beside = read_beside(PedCompanions.of(path) if companions is None else companions, findings)
    lines = _sorted_out(path.name, read_lines(path), tuple(columns or ()), findings)
    layout = None if lines is None else layout_of(lines.table, beside, findings)
    if lines is None or layout is None:
        raise FaultyInput(findings.faults)
    reader = _Reader(lines, layout, findings)
    persons = reader.persons()
    markers, others = _markers(path.name, layout, beside, findings)
    if findings.faults:
        raise FaultyInput(sorted(findings.faults[:_FEW], key=lambda f: (f.file != path.name, f.line)))
    form = PedForm(lines.separator, lines.header, layout.genotypes, reader.no_allele or "0",
                   (reader.codes[Sex.MALE], reader.codes[Sex.FEMALE], reader.codes[Sex.UNKNOWN]), beside.map_columns,
                   beside.map_header, beside.dat, beside.linkage, beside.freq, others, tuple(lines.comments))
    try:
        return PedFile(tuple(persons), layout.columns, markers, form, tuple(findings.notes))
    except InvalidValue as error:
        raise FaultyInput([Fault(path.name, 0, error.field, shown(error.value), f"({error.record}) {error.allowed}",
                                 "invalid-value")]) from error


def _sorted_out(file: str, lines: list[str], columns: tuple[str, ...], findings: Findings) -> _Lines | None:
    """Rows, header, comments; None, and a fault, where there are no rows."""
    filled = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    written: tuple[str, ...] = ()
    tabs = False
    for i, (_, line) in enumerate(filled):
        tabs = "\t" in line
        names = _words(line.strip(), tabs)
        bare = (names[0].lstrip("#").strip(), *names[1:])
        if not columns and header_of(bare) is not None:
            written, columns = tuple(names), bare
            del filled[i]
        if columns is bare or not line.lstrip().startswith("#"):
            break
    strict = tabs and bool(columns)
    rows: list[list[str]] = []
    numbers, endings, comments = [], [], []
    for number, line in filled:
        if line.lstrip().startswith("#"):
            comments.append(PedComment(len(rows), line.strip()))
            continue
        ending = None if strict else _ENDING.search(line)
        rows.append(_words(line[:ending.start()] if ending else line, strict))
        numbers.append(number)
        endings.append(ending[1].strip() if ending else "")
    if not rows:
        findings.add(Fault(file, 0, "", "", "must hold at least one person", "empty"))
        return None
    if len(rows[0]) == 1 and rows[0][0].count(",") + rows[0][0].count(";") > 3:
        findings.add(Fault(file, numbers[0], "", shown(rows[0][0]), "must have its columns parted by tabs or blanks",
                           "separator"))
        return None
    return _Lines(Table(file, rows, columns, any(endings)), numbers, endings, comments, "\t" if tabs else " ", written)


def _words(line: str, strict: bool) -> list[str]:
    return [cell.strip() for cell in line.split("\t")] if strict else line.split()


def _markers(file: str, layout: Layout, beside: Beside,
             findings: Findings) -> tuple[tuple[PedMarker, ...], tuple[PedMarker, ...]]:
    """The markers of the columns with what the other files say of them, and those that are in the other files alone."""
    names = [c.name for c in layout.columns if c.kind is ColumnKind.MARKER]
    places = {row.name: row for row in beside.map or ()}
    frequencies = {name: pairs for name, pairs in (beside.frequencies or {}).items() if pairs}
    extra = [name for name in {**places, **frequencies} if name not in {*names}]
    if extra:
        findings.note(file, 0, f"markers of the .map or .freq that are not in the file: {len(extra)}, first {extra[0]}")
    for locus in () if beside.linkage is None else beside.linkage.loci:
        frequencies.setdefault(locus.name, tuple((str(i), p) for i, p in enumerate(locus.frequencies, 1)))
    on_the_x = "X" if beside.linkage is not None and beside.linkage.sex_linked else None
    found: dict[str, PedMarker] = {}
    for name in (*names, *extra):
        row = places.get(name) or MapRow(on_the_x, name, None, None)
        try:
            if name in found:
                raise InvalidValue("markers", "name", name, "must be given once")
            found[name] = PedMarker(name, row.chromosome, row.map_position, row.base_pair, frequencies.get(name, ()),
                                    name in beside.skipped)
        except InvalidValue as error:
            findings.add(Fault(file, 0, error.field, shown(error.value), f"({error.record}) {error.allowed}", "marker"))
    return (tuple(found[n] for n in dict.fromkeys(names) if n in found),
            tuple(found[n] for n in extra if n in found))


class _Reader:
    """The people of the rows; each distinct pair of words that is a genotype is looked at once."""

    def __init__(self, lines: _Lines, layout: Layout, findings: Findings) -> None:
        self._lines, self._layout, self._findings = lines, layout, findings
        self._place = {c.kind: p for c, p in zip(layout.columns, layout.places, strict=True) if c.kind in FIXED}
        self._values = [p for c, p in zip(layout.columns, layout.places, strict=True)
                        if c.kind not in FIXED and c.kind is not ColumnKind.MARKER]
        self._markers = [(p, c.name) for c, p in zip(layout.columns, layout.places, strict=True)
                         if c.kind is ColumnKind.MARKER]
        self._met: dict[str | tuple[str, str], PedGenotype | str | None] = {}
        self.no_allele = ""
        self.codes = dict(_CODES)
        self._coded: set[Sex] = set()

    def persons(self) -> list[PedPerson]:
        """Everyone; faults are noted and their rows left out."""
        persons, numbers = [], []
        for row, number, ending in zip(self._lines.table.rows, self._lines.numbers, self._lines.endings, strict=True):
            if len(row) != self._layout.width:
                self._fault(number, "", f"{len(row)} columns", f"must be {self._layout.width}, as in most rows",
                            "row-length")
            else:
                person = self._person(row, number, ending)
                if person is not None:
                    persons.append(person)
                    numbers.append(number)
            if len(self._findings.faults) > _FEW:
                self._fault(number, "", "", "is the last line read: there are too many faults", "too-many")
                return persons
        self._findings.add(*check_kin(self._lines.table.file, persons, numbers)[:_FEW])
        return persons

    def _fault(self, line: int, column: str, value: str, allowed: str, rule: str) -> None:
        self._findings.add(Fault(self._lines.table.file, line, column, shown(value), allowed, rule))

    def _person(self, row: Sequence[str], number: int, ending: str) -> PedPerson | None:
        family = row[self._place[ColumnKind.FAMILY]] if ColumnKind.FAMILY in self._place else ""
        who, father, mother, coded = (row[self._place[kind]] for kind in FIXED[1:])
        before = len(self._findings.faults)
        if who in _NOBODY or (not family and ColumnKind.FAMILY in self._place):
            self._fault(number, "person", f"{family} {who}", f"must be a family and a person, and none of "
                        f"{' '.join(sorted(_NOBODY)).strip()}, which stand for nobody", "person")
        sex = _SEXES.get(coded.casefold())
        if sex is None:
            self._fault(number, "sex", coded, "must be 1 or M (male), 2 or F (female), 0 (unknown)", "sex")
        elif sex not in self._coded:
            self._coded.add(sex)
            self.codes[sex] = coded or "0"
        genotypes = self._genotypes(row, number)
        if len(self._findings.faults) > before or sex is None:
            return None
        return PedPerson(family, who, None if father in _NOBODY else father, None if mother in _NOBODY else mother, sex,
                         genotypes, tuple(row[p] for p in self._values), ending)

    def _genotypes(self, row: Sequence[str], number: int) -> tuple[PedGenotype | None, ...]:
        two = self._layout.genotypes is GenotypeForm.TWO_COLUMNS
        found: list[PedGenotype | None] = []
        for place, name in self._markers:
            key: str | tuple[str, str] = (row[place], row[place + 1]) if two else row[place]
            if key not in self._met:
                self._met[key] = self._genotype(key)
            genotype = self._met[key]
            if isinstance(genotype, str):
                self._fault(number, name, key if isinstance(key, str) else " ".join(key), genotype, "genotype")
                genotype = None
            found.append(genotype)
        return tuple(found)

    def _genotype(self, written: str | tuple[str, str]) -> PedGenotype | str | None:
        """The genotype that is meant, None for none, or a text: what would be allowed."""
        if isinstance(written, tuple):
            parts = list(written)
        elif self._layout.genotypes is GenotypeForm.JOINED:
            parts = [*written] if len(written) == 2 and written not in NO_GENOTYPE else [written] * 2
        else:
            parts = [""] if written in NO_GENOTYPE else _SIGN.split(written)
        missing = [p in NO_GENOTYPE for p in parts]
        if self._layout.genotypes is GenotypeForm.JOINED and len(parts[0]) > 1 and not all(missing):
            return "must be two letters, one for each allele"
        if parts in (["x", "x"], ["X", "X"]) or all(missing):  # X alone is an allele of amelogenin
            # A lone x would be an allele when it is read again, and letters without a sign are one each.
            if parts[0] in NO_GENOTYPE and (self._layout.genotypes is not GenotypeForm.JOINED or len(parts[0]) == 1):
                self.no_allele = self.no_allele or parts[0]
            return None
        if len(parts) > 2 or any(_SIGN.search(p) or p.startswith("#") for p in parts):
            return "must be two alleles"
        alleles = [None if gone else p for p, gone in zip(parts, missing, strict=True)]
        return PedGenotype(alleles[0], alleles[1] if len(alleles) > 1 else None)


