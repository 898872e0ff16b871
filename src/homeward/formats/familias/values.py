"""What a Familias file says, in values of our own: names instead of indices, None instead of −1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from homeward.model import InvalidValue, Sex

__all__ = [
    "FamiliasDatabase", "FamiliasDvi", "FamiliasFamily", "FamiliasFile", "FamiliasGenotype", "FamiliasLocus",
    "FamiliasMutation", "FamiliasPedigree", "FamiliasPerson", "FamiliasRelation", "FamiliasSetting", "is_missing",
]


def is_missing(name: str) -> bool:
    """Whether a member of a reference family is one of the missing: Familias says so by the name alone."""
    return name.casefold().startswith("missing")


def _check_text(record: str, name: str, value: str) -> None:
    if not value.strip() or value != value.strip() or any(c in value for c in '"\r\n'):
        raise InvalidValue(record, name, value, "must be a text of one line, without quotation marks or outer blanks")


def _check_once(record: str, name: str, values: Iterable[str]) -> None:
    for value, times in Counter(values).items():
        if times > 1:
            raise InvalidValue(record, name, value, "must be given once")


@dataclass(frozen=True, slots=True)
class FamiliasGenotype:
    """The alleles seen at one marker; ``second`` is None where a homozygote's allele is written once."""

    marker: str
    first: str
    second: str | None


@dataclass(frozen=True, slots=True)
class FamiliasPerson:
    """A person of the file. ``flag`` is the second line of a person, whose meaning is not published; kept as it is."""

    id: str
    sex: Sex
    genotypes: tuple[FamiliasGenotype, ...] = ()
    birth_year: int | None = None
    is_child: bool = False
    consider_dropouts: bool = False
    flag: bool = False

    def __post_init__(self) -> None:
        _check_text(self.id, "id", self.id)
        _check_once(self.id, "marker", (g.marker for g in self.genotypes))


@dataclass(frozen=True, slots=True)
class FamiliasRelation:
    """A parent and a child; ``direct`` overrules that: the two are one person, or identical twins."""

    parent: str
    child: str
    direct: bool = False


@dataclass(frozen=True, slots=True)
class FamiliasPedigree:
    """One hypothesis of how people are related.

    The extra people have no place among the file's persons. The file counts them and does not name them: in reading
    they are called "extra female 1" where they are in every pedigree, else "added to <pedigree>: female 1".
    """

    name: str
    relations: tuple[FamiliasRelation, ...] = ()
    extra_females: tuple[str, ...] = ()
    extra_males: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_text(self.name, "name", self.name)


@dataclass(frozen=True, slots=True)
class FamiliasMutation:
    """Mutation of one sex: model 0 equal, 1 proportional, 2 stepwise, 3 stationary stepwise, 4 extended stepwise."""

    model: int = 0
    rate: float = 0.0
    rate2: float = 0.0
    step_range: float = 0.1

    def __post_init__(self) -> None:
        if self.model not in range(5):
            raise InvalidValue("mutation", "model", self.model, "must be from 0 to 4")
        for name in ("rate", "rate2"):
            if not 0.0 <= getattr(self, name) < 1.0:
                raise InvalidValue("mutation", name, getattr(self, name), "must be at least 0 and below 1")
        if not self.step_range >= 0.0:
            raise InvalidValue("mutation", "step_range", self.step_range, "must not be negative")


@dataclass(frozen=True, slots=True)
class FamiliasLocus:
    """A marker of the database; ``silent`` is the frequency of the silent allele, which is not among ``alleles``.

    ``possibilities`` is the number of alleles as the file states it, where that differs from those listed.
    """

    name: str
    alleles: tuple[str, ...]
    frequencies: tuple[float, ...]
    female: FamiliasMutation = FamiliasMutation()
    male: FamiliasMutation = FamiliasMutation()
    silent: float | None = None
    database_size: float | None = None
    dropout: float | None = None
    minor_allele_frequency: float | None = None
    possibilities: int | None = None

    def __post_init__(self) -> None:
        _check_text(self.name, "name", self.name)
        _check_once(self.name, "allele", self.alleles)
        if len(self.alleles) != len(self.frequencies) or not self.alleles:
            raise InvalidValue(self.name, "frequencies", len(self.frequencies),
                               f"must be one for each of the {len(self.alleles)} alleles, and at least one")
        for allele, p in zip(self.alleles, self.frequencies, strict=True):
            _check_text(self.name, "allele", allele)
            if not 0.0 < p <= 1.0:
                raise InvalidValue(f"{self.name} allele {allele}", "frequency", p, "must be above 0 and at most 1")


@dataclass(frozen=True, slots=True)
class FamiliasDatabase:
    """The markers with their frequencies; ``name`` is None where the file gives none."""

    loci: tuple[FamiliasLocus, ...]
    name: str | None = None
    theta: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.theta < 1.0:
            raise InvalidValue("database", "theta", self.theta, "must be at least 0 and below 1")
        _check_once("database", "marker", (locus.name for locus in self.loci))
        if self.name is not None and self.name:
            _check_text("database", "name", self.name)


@dataclass(frozen=True, slots=True)
class FamiliasFamily:
    """A reference family of the part on disaster victims: people, and one or more pedigrees over them by name.

    A pedigree may also name someone "Missing …" who is not among the persons.
    """

    name: str
    persons: tuple[FamiliasPerson, ...]
    pedigrees: tuple[FamiliasPedigree, ...]

    def __post_init__(self) -> None:
        _check_text(self.name, "name", self.name)
        _check_once(self.name, "person", (p.id for p in self.persons))
        known = {p.id for p in self.persons}
        for pedigree in self.pedigrees:
            for relation in pedigree.relations:
                for name in (relation.parent, relation.child):
                    if name not in known and not is_missing(name):
                        raise InvalidValue(f"{self.name}/{pedigree.name}", "relation", name,
                                           "must name a person of the family, or someone missing")


@dataclass(frozen=True, slots=True)
class FamiliasDvi:
    """The part on disaster victims: samples of the unidentified, and the families that look for someone."""

    unidentified: tuple[FamiliasPerson, ...] = ()
    families: tuple[FamiliasFamily, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_once("unidentified persons", "name", (p.id for p in self.unidentified))


@dataclass(frozen=True, slots=True)
class FamiliasSetting:
    """A line "key= value" under the headings ``section``: how Familias was set when the file was saved."""

    section: tuple[str, ...]
    key: str
    value: str

    def __post_init__(self) -> None:
        for text in (*self.section, self.key, self.value):
            if "\n" in text or "\r" in text:
                raise InvalidValue("setting", self.key, text, "must be a text of one line")


@dataclass(frozen=True, slots=True)
class FamiliasFile:
    """All that a Familias file says. ``notes`` are the guesses made in reading it, no part of its content.

    ``known`` are relations that hold in every pedigree. Raises InvalidValue where a relation or genotype names
    someone or something that is not there.
    """

    database: FamiliasDatabase
    persons: tuple[FamiliasPerson, ...] = ()
    known: FamiliasPedigree = FamiliasPedigree("Known relations")
    pedigrees: tuple[FamiliasPedigree, ...] = ()
    dvi: FamiliasDvi | None = None
    settings: tuple[FamiliasSetting, ...] = ()
    version: str = "3.3.1"
    remark: str = ""
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        _check_once("persons", "id", (p.id for p in self.persons))
        for person in self.persons:
            if person.sex is Sex.UNKNOWN:
                raise InvalidValue(person.id, "sex", person.sex.value, "must be male or female outside the DVI part")
        everyone = {p.id for p in self.persons} | {*self.known.extra_females, *self.known.extra_males}
        for pedigree in (self.known, *self.pedigrees):
            known = everyone | {*pedigree.extra_females, *pedigree.extra_males}
            for relation in pedigree.relations:
                for name in (relation.parent, relation.child):
                    if name not in known:
                        raise InvalidValue(pedigree.name, "relation", name, "must name a person of the file")
        alleles = {locus.name: set(locus.alleles) for locus in self.database.loci}
        for person in self.people():
            for g in person.genotypes:
                if g.marker not in alleles:
                    raise InvalidValue(person.id, "marker", g.marker, "must be in the database")
                for allele in (g.first, g.second):
                    if allele is not None and allele not in alleles[g.marker]:
                        raise InvalidValue(f"{person.id} {g.marker}", "allele", allele, "must be in the database")

    def people(self) -> Iterable[FamiliasPerson]:
        """Everyone in the file: its persons, the unidentified, the members of reference families."""
        yield from self.persons
        if self.dvi is not None:
            yield from self.dvi.unidentified
            for family in self.dvi.families:
                yield from family.persons
