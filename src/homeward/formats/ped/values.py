"""What a PED file says, in values of our own: names instead of columns, None instead of 0."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from homeward.formats.marker_names import is_amelogenin
from homeward.model import InvalidValue, Sex

__all__ = [
    "FIXED", "ColumnKind", "GenotypeForm", "LinkageData", "LinkageLocus", "PedColumn", "PedComment", "PedFile",
    "PedForm", "PedGenotype", "PedMarker", "PedPerson",
]

_SPACE = re.compile(r"\s")
_X, _Y, _MITOCHONDRIAL = ("x", "23"), ("y", "24"), ("mt", "m", "26")


class ColumnKind(StrEnum):
    """What stands in a column; a marker has two of them where its alleles stand apart."""

    FAMILY = "family"
    PERSON = "person"
    FATHER = "father"
    MOTHER = "mother"
    FIRST_CHILD = "first child"
    NEXT_PATERNAL = "father's next child"
    NEXT_MATERNAL = "mother's next child"
    SEX = "sex"
    PROBAND = "proband"
    AFFECTION = "affection"
    LIABILITY = "liability class"
    TRAIT = "trait"
    COVARIATE = "covariate"
    TWIN = "zygosity"
    MARKER = "marker"
    OTHER = "other"


FIXED = (ColumnKind.FAMILY, ColumnKind.PERSON, ColumnKind.FATHER, ColumnKind.MOTHER, ColumnKind.SEX)


class GenotypeForm(StrEnum):
    """How the two alleles of a marker are written."""

    TWO_COLUMNS = "12 13"
    ONE_COLUMN = "12/13"
    JOINED = "AC"


@dataclass(frozen=True, slots=True)
class PedColumn:
    """A column, or the two of a marker; ``name`` is "" where the file gives none."""

    kind: ColumnKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class PedGenotype:
    """Two alleles in the order in which they are written; None where one of them is missing."""

    first: str | None
    second: str | None

    def __post_init__(self) -> None:
        if self.first is None and self.second is None:
            raise InvalidValue("genotype", "alleles", None, "must be one or two, or the genotype None")
        for allele in (self.first, self.second):
            if allele is not None:
                _check_word("genotype", "allele", allele)


@dataclass(frozen=True, slots=True)
class PedMarker:
    """A marker; what is None or empty is in none of the files.

    ``map_position`` is in the unit of its file (PLINK leaves Morgans or centimorgans open, Merlin's are
    centimorgans); ``base_pair`` is negative where PLINK is to pass the marker over. ``frequencies`` are pairs of
    allele and frequency. ``skipped``: the file says that this marker is not to be used.
    """

    name: str
    chromosome: str | None = None
    map_position: float | None = None
    base_pair: int | None = None
    frequencies: tuple[tuple[str, float], ...] = ()
    skipped: bool = False

    def __post_init__(self) -> None:
        _check_word("marker", "name", self.name)
        _check_once(self.name, "allele", (a for a, _ in self.frequencies))
        for allele, p in self.frequencies:
            _check_word(self.name, "allele", allele)
            if not 0.0 <= p <= 1.0:
                raise InvalidValue(f"{self.name} allele {allele}", "frequency", p, "must be from 0 to 1")

    @property
    def x_linked(self) -> bool:
        """Whether it lies on the X, outside the part that the Y has as well."""
        return self._lies_on(_X, ("dxs",))

    @property
    def autosomal(self) -> bool:
        """Whether its alleles come from both parents alike."""
        return not (self.x_linked or is_amelogenin(self.name) or self._lies_on(_MITOCHONDRIAL, ())
                    or self._lies_on(_Y, ("dys", "y-gata", "ygata")))

    def _lies_on(self, chromosome: tuple[str, ...], names: tuple[str, ...]) -> bool:
        if self.chromosome in (None, "0"):
            return self.name.casefold().startswith(names) if names else False
        return str(self.chromosome).casefold().removeprefix("chr") in chromosome


@dataclass(frozen=True, slots=True)
class PedPerson:
    """A row: someone of a family, with a genotype (or None) for each marker of the file.

    ``values`` are the cells of all columns but those of identity, parents, sex and markers, as written. ``ending`` is
    what stands behind the columns ("Ped: 1  Per: 2", which makeped adds).
    """

    family: str
    id: str
    father: str | None
    mother: str | None
    sex: Sex
    genotypes: tuple[PedGenotype | None, ...] = ()
    values: tuple[str, ...] = ()
    ending: str = ""


@dataclass(frozen=True, slots=True)
class PedComment:
    """A line that begins with #, before the person of that index (0: at the head)."""

    before: int
    text: str


@dataclass(frozen=True, slots=True)
class LinkageLocus:
    """A locus of a LINKAGE data file: 0 quantitative, 1 affection, 2 binary factors, 3 numbered alleles.

    ``lines`` are those behind the frequencies, as they stand (penetrances, means, factors).
    """

    kind: int
    name: str
    frequencies: tuple[float, ...]
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkageData:
    """A LINKAGE data file; ``head`` are its first three lines, ``tail`` those behind the loci, as they stand."""

    head: tuple[str, str, str]
    loci: tuple[LinkageLocus, ...]
    tail: tuple[str, ...] = ()

    @property
    def sex_linked(self) -> bool:
        """Whether all loci lie on the X."""
        return self.head[0].split()[2:3] == ["1"]


@dataclass(frozen=True, slots=True)
class PedForm:
    """How the file is written: what of its form is no content, and is kept so that it can be written as it was.

    ``header`` are the names in the first row, "#" before the first of them where the file has it. ``sexes`` are the
    codes of male, female and unknown. ``map_columns`` is 0 where there is no .map, ``dat`` "merlin", "linkage" or "";
    ``freq`` is whether there is a .freq. ``others`` are markers that these have, and the file has not.
    """

    separator: str = "\t"
    header: tuple[str, ...] = ()
    genotypes: GenotypeForm = GenotypeForm.TWO_COLUMNS
    no_allele: str = "0"
    sexes: tuple[str, str, str] = ("1", "2", "0")
    map_columns: int = 0
    map_header: bool = False
    dat: str = ""
    linkage: LinkageData | None = None
    freq: bool = False
    others: tuple[PedMarker, ...] = ()
    comments: tuple[PedComment, ...] = ()


@dataclass(frozen=True, slots=True)
class PedFile:
    """All that a PED file and those beside it say. ``notes`` are the guesses made in reading, no part of the content.

    ``columns`` are in the order of the file; ``markers`` in the order of the marker columns among them. Raises
    InvalidValue for someone named twice, a row that does not fit the columns, a word that the form cannot carry.
    """

    persons: tuple[PedPerson, ...]
    columns: tuple[PedColumn, ...] = tuple(PedColumn(kind) for kind in FIXED)
    markers: tuple[PedMarker, ...] = ()
    form: PedForm = PedForm()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        kinds = [c.kind for c in self.columns]
        _check_once("columns", "kind", (k for k in kinds if k in FIXED))
        for kind in (ColumnKind.PERSON, ColumnKind.FATHER, ColumnKind.MOTHER):
            if kind not in kinds:
                raise InvalidValue("columns", "kind", kind.value, "must be among the columns")
        if kinds.count(ColumnKind.MARKER) != len(self.markers):
            raise InvalidValue("columns", "markers", kinds.count(ColumnKind.MARKER), f"must be {len(self.markers)}")
        _check_once("markers", "name", (m.name for m in self.markers))
        _check_once("persons", "id", (f"{p.family}/{p.id}" for p in self.persons))
        n_values = len(self.value_columns)
        for p in self.persons:
            if p.family or ColumnKind.FAMILY in kinds:
                self._check_cell(p, "family", p.family)
            for name, word in (("id", p.id), ("father", p.father), ("mother", p.mother)):
                if word is not None:
                    self._check_cell(p, name, word)
            for given, n, name in ((p.genotypes, len(self.markers), "genotypes"), (p.values, n_values, "values")):
                if len(given) != n:
                    raise InvalidValue(f"{p.family}/{p.id}", name, len(given), f"must be {n}, one for each column")

    def _check_cell(self, person: PedPerson, name: str, word: str) -> None:
        if self.form.separator == "\t" and self.form.header:
            if not word or word != word.strip() or "\t" in word or "\n" in word or "\r" in word:
                raise InvalidValue(f"{person.family}/{person.id}", name, word, "must be a text without tabs")
        else:
            _check_word(f"{person.family}/{person.id}", name, word)

    @property
    def value_columns(self) -> tuple[PedColumn, ...]:
        """The columns whose cells are a person's ``values``, in their order."""
        return tuple(c for c in self.columns if c.kind not in FIXED and c.kind is not ColumnKind.MARKER)

    @property
    def families(self) -> tuple[str, ...]:
        """The names of the families, in the order in which they are met."""
        return tuple(dict.fromkeys(p.family for p in self.persons))

    def affected(self, person: PedPerson) -> bool | None:
        """Whether the first column of affection says so (2) or denies it (1); None for anything else."""
        for column, value in zip(self.value_columns, person.values, strict=True):
            if column.kind is ColumnKind.AFFECTION:
                return {"1": False, "2": True}.get(value)
        return None


def _check_word(record: str, name: str, word: str) -> None:
    if not word or _SPACE.search(word) or word.startswith("#"):
        raise InvalidValue(record, name, word, "must be one word, which does not begin with #")


def _check_once(record: str, name: str, values: Iterable[str]) -> None:
    for value, times in Counter(values).items():
        if times > 1:
            raise InvalidValue(record, name, value, "must be given once")
