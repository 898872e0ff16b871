"""Which column of a PED file holds what: told by a header, by a .dat, by a .map, or by the number of columns alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from homeward.formats.casefile.findings import Findings, shown
from homeward.formats.ped.companions import Beside
from homeward.formats.ped.values import FIXED, ColumnKind, GenotypeForm, PedColumn
from homeward.model import Fault

__all__ = ["NO_GENOTYPE", "Layout", "Table", "header_of", "layout_of"]

NO_GENOTYPE = frozenset(("0", ".", "-", "NA", "N/A", "NaN", "?", "N", "-9", ""))
_LOOK = 200  # rows that are looked at to tell genotypes from other words
_PLAIN = re.compile(r"[^a-z0-9]")
_STEM = re.compile(r"(.+?)[\s._:\-]+(?:allele ?)?[12ab]", re.IGNORECASE)
# Parted by a sign any two words are alleles; by a blank those alone that look like it, since prose has blanks too.
_LETTERS = re.compile(r"[A-Za-z0.-]{2}")
_ALLELE = r"([0-9]{1,3}(?:\.[0-9])?|[ACGTXY.-])"
_PAIR = re.compile(rf"[^/|\s]+\s?[/|]\s?[^/|\s]+|{_ALLELE} {_ALLELE}")
_NAMES = {
    ColumnKind.FAMILY: "family familyid famid fam pedigree pedigreeid pedid ped kindred",
    ColumnKind.PERSON: "id iid individual individualid indid ind person personid sample sampleid subject",
    ColumnKind.FATHER: "father fatherid dad dadid pat patid paternal paternalid",
    ColumnKind.MOTHER: "mother motherid mom momid mat matid maternal maternalid mid",
    ColumnKind.SEX: "sex gender",
    ColumnKind.AFFECTION: "phenotype pheno pheno1 aff affected affection affectionstatus status diseasestatus",
}
_MEANINGS = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_MAKEPED = (*FIXED[:4], ColumnKind.FIRST_CHILD, ColumnKind.NEXT_PATERNAL, ColumnKind.NEXT_MATERNAL, ColumnKind.SEX,
            ColumnKind.PROBAND)
_FORMS = (GenotypeForm.TWO_COLUMNS, GenotypeForm.ONE_COLUMN, GenotypeForm.JOINED)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, in words; ``header`` holds the names above them; ``makeped``, whether makeped marked them.

    ``width``: how many words most rows have.
    """

    file: str
    rows: Sequence[Sequence[str]]
    header: tuple[str, ...] = ()
    makeped: bool = False
    width: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "width", Counter(map(len, self.rows)).most_common(1)[0][0])


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns, the place of each one's first word, how many words a row has, and how genotypes are written."""

    columns: tuple[PedColumn, ...]
    places: tuple[int, ...]
    width: int
    genotypes: GenotypeForm


def header_of(words: Sequence[str]) -> Mapping[int, ColumnKind] | None:
    """What the names of a header mean, by their place; None where the words are no header.

    FID is the family in PLINK's files (FID IID PAT MAT) and the father in those of pedtools (id fid mid).
    """
    plain = [_PLAIN.sub("", w.casefold()) for w in words]
    found: dict[int, ColumnKind] = {}
    for place, name in enumerate(plain):
        kind = _MEANINGS.get(name)
        if name == "fid":
            father = "mid" in plain and not {"pat", "father", "dad"} & {*plain}
            kind = ColumnKind.FATHER if father else ColumnKind.FAMILY
        if kind is not None and kind not in found.values():
            found[place] = kind
    return found if ColumnKind.PERSON in found.values() and len(found) > 2 else None


def layout_of(table: Table, beside: Beside, findings: Findings) -> Layout | None:
    """The layout of a file; None, and a fault, where nothing tells it."""
    if table.header:
        return _by_header(table, findings)
    if beside.columns is not None:
        return _by_dat(table, beside.columns, findings)
    return _by_width(table, None if beside.map is None else [row.name for row in beside.map], findings)


def _by_dat(table: Table, behind: Sequence[PedColumn], findings: Findings) -> Layout | None:
    for fixed in (_MAKEPED, FIXED) if table.makeped else (FIXED, _MAKEPED):
        columns = (*map(PedColumn, fixed), *behind)
        form = _fitting(table, columns)
        if form is not None:
            return _placed(columns, form)
    allowed = f"must be {_width((*map(PedColumn, FIXED), *behind), GenotypeForm.TWO_COLUMNS)}, as its .dat has it"
    findings.add(Fault(table.file, 0, "columns", str(table.width), allowed, "columns"))
    return None


def _by_width(table: Table, markers: Sequence[str] | None, findings: Findings) -> Layout | None:
    fixed = tuple(map(PedColumn, _MAKEPED if table.makeped else FIXED))
    affection = PedColumn(ColumnKind.AFFECTION)
    for columns in ((*fixed, affection), fixed):
        if markers is not None:
            columns = (*columns, *(PedColumn(ColumnKind.MARKER, name) for name in markers))
            form = _fitting(table, columns)
            if form is not None:
                return _placed(columns, form)
        elif table.width >= len(columns):
            each = 1 if _looks(table, range(len(columns), table.width), GenotypeForm.ONE_COLUMN) else 2
            n, left_over = divmod(table.width - len(columns), each)
            if not left_over and (n == 0 or affection in columns):
                form = GenotypeForm.ONE_COLUMN if each == 1 and n else GenotypeForm.TWO_COLUMNS
                named = (PedColumn(ColumnKind.MARKER, f"M{i}") for i in range(1, n + 1))
                return _placed((*columns, *named), form)
    allowed = (f"must be {len(fixed)}, 1 for affection and 2 for each marker" if markers is None else
               f"must be {len(fixed)}, 1 for affection and 2 for each of the {len(markers)} markers of its .map")
    findings.add(Fault(table.file, 0, "columns", str(table.width), f"{allowed}; a header or a .dat may say more",
                       "columns"))
    return None


def _fitting(table: Table, columns: Sequence[PedColumn]) -> GenotypeForm | None:
    """The way of writing genotypes with which the columns fill a row, and which the words look like."""
    n_markers = sum(c.kind is ColumnKind.MARKER for c in columns)
    for form in _FORMS if n_markers else _FORMS[:1]:
        if _width(columns, form) == table.width:
            layout = _placed(columns, form)
            places = [p for c, p in zip(columns, layout.places, strict=True) if c.kind is ColumnKind.MARKER]
            if form is GenotypeForm.TWO_COLUMNS or _looks(table, places, form):
                return form
    return None


def _width(columns: Iterable[PedColumn], form: GenotypeForm) -> int:
    return sum(2 if c.kind is ColumnKind.MARKER and form is GenotypeForm.TWO_COLUMNS else 1 for c in columns)


def _placed(columns: Sequence[PedColumn], form: GenotypeForm) -> Layout:
    places, at = [], 0
    for column in columns:
        places.append(at)
        at += _width((column,), form)
    return Layout(tuple(columns), tuple(places), at, form)


def _looks(table: Table, places: Iterable[int], form: GenotypeForm) -> bool:
    """Whether the words at some places, where there are any, are written as genotypes of this form are."""
    chosen = list(places)
    words = {row[p] for row in table.rows[:_LOOK] if len(row) == table.width for p in chosen} - NO_GENOTYPE
    if form is GenotypeForm.JOINED:
        return all(map(_LETTERS.fullmatch, words))
    # Half of them are enough: a slip of the pen is a fault in its cell, and does not make another column of it.
    return bool(words) and 2 * sum(_PAIR.fullmatch(w) is not None for w in words) >= len(words)


def _by_header(table: Table, findings: Findings) -> Layout | None:
    known = header_of(table.header) or {}
    behind = [p for p in range(len(table.header)) if p not in known]
    if table.width == len(table.header) + len(behind) and behind:  # one name over the two columns of each marker
        columns = [PedColumn(known.get(p, ColumnKind.MARKER), name) for p, name in enumerate(table.header)]
        layout = _placed(columns, GenotypeForm.TWO_COLUMNS)
    elif table.width != len(table.header):
        findings.add(Fault(table.file, 0, "columns", str(table.width), f"must be {len(table.header)}, as the header "
                           "has names", "columns"))
        return None
    else:
        layout = _told_apart(table, known, behind)
    faults = list(_header_faults(table.file, layout.columns))
    others = [shown(c.name) for c in layout.columns if c.kind is ColumnKind.OTHER]
    if others:
        findings.note(table.file, 0, f"columns that are kept as they stand, and are no genotypes: {', '.join(others)}")
    findings.add(*faults)
    return None if faults else layout


def _header_faults(file: str, columns: Sequence[PedColumn]) -> Iterable[Fault]:
    kinds = {c.kind for c in columns}
    for kind in (ColumnKind.FATHER, ColumnKind.MOTHER, ColumnKind.SEX):
        if kind not in kinds:
            yield Fault(file, 1, "header", "", f"must name a column of the {kind.value}", "header")
    for name, times in Counter(c.name for c in columns if c.kind is ColumnKind.MARKER).items():
        if times > 1 or not name or name.split() != [name]:
            yield Fault(file, 1, "header", shown(name), "must be one word that names one marker", "header")


def _told_apart(table: Table, known: Mapping[int, ColumnKind], behind: Sequence[int]) -> Layout:
    """The columns of a header as wide as the rows: whether a name is that of a marker, its words tell."""
    single = {p for p in behind if _looks(table, (p,), GenotypeForm.ONE_COLUMN)}
    paired: dict[int, str] = {}
    for p in behind:
        stem = _stem(table.header, p) if not single and p - 1 not in paired and p + 1 in behind else None
        if stem:
            paired[p] = stem
    columns, places = [], []
    for p, name in enumerate(table.header):
        if p - 1 in paired:
            continue
        untyped = single and p in behind and not _typed(table, p)
        kind = ColumnKind.MARKER if p in paired or p in single or untyped else known.get(p, ColumnKind.OTHER)
        columns.append(PedColumn(kind, paired.get(p, name)))
        places.append(p)
    form = GenotypeForm.ONE_COLUMN if single else GenotypeForm.TWO_COLUMNS
    return Layout(tuple(columns), tuple(places), table.width, form)


def _typed(table: Table, place: int) -> bool:
    return bool({row[place] for row in table.rows if len(row) == table.width} - NO_GENOTYPE)


def _stem(header: Sequence[str], place: int) -> str | None:
    """The name of the marker whose two alleles stand below this name and the next, None where they do not."""
    first, second = header[place], header[place + 1]
    stems = [found[1].casefold() if found else None for found in map(_STEM.fullmatch, (first, second))]
    if stems[0] is not None and stems[0] == stems[1] and first != second:
        found = _STEM.fullmatch(first)
        return found[1] if found else None
    return first if first and second in ("", first) else None
