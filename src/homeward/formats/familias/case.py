"""From a Familias file to a case: the unidentified become remains, reference families become families."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from homeward.formats.familias.families import Choice, family_of, without_relations
from homeward.formats.familias.markers import marker_of
from homeward.formats.familias.reading import read_familias
from homeward.formats.familias.values import (
    FamiliasDvi,
    FamiliasFile,
    FamiliasGenotype,
    FamiliasPedigree,
    FamiliasPerson,
    FamiliasRelation,
)
from homeward.formats.marker_names import is_amelogenin
from homeward.model import (
    Case,
    Family,
    Fault,
    FaultyInput,
    FrequencyTable,
    Genotype,
    InvalidValue,
    Marker,
    MissingPerson,
    Profile,
    ReferenceSample,
    Remains,
    RemainsSample,
    Rule,
    Sex,
    Unsupported,
)

__all__ = ["familias_case", "read_familias_case"]

_FALLBACKS = (None, "equal", "proportional")


class _People(NamedTuple):
    """What of the case stands for people, gathered family by family."""

    families: list[Family]
    roster: list[MissingPerson]
    samples: list[ReferenceSample]
    remains: list[Remains]
    remains_samples: list[RemainsSample]
    profiles: list[Profile]
    notes: list[str]


def read_familias_case(
    path: str | Path, *, pedigrees: Mapping[str, str] | None = None, fallback: str | None = "equal"
) -> Case:
    """The case of a Familias file, named after the file; as ``familias_case(read_familias(path))``.

    Raises FaultyInput with all faults, Unsupported for what this version does not compute.
    """
    return familias_case(read_familias(path), name=Path(path).stem, pedigrees=pedigrees, fallback=fallback)


def familias_case(
    file: FamiliasFile, *, name: str = "familias", pedigrees: Mapping[str, str] | None = None,
    fallback: str | None = "equal",
) -> Case:
    """The case that a Familias file describes.

    With a part on disaster victims: the unidentified are remains, each with one sample of its name; the members of
    reference families named "Missing …" are the roster, as ``family/name``, and their own DNA, if any, is a personal
    item's. Without it, each pedigree is a family over the file's persons, and there is neither roster nor remains.
    A parent who is not named is added, untyped. The rule asks for one line of evidence, since there is DNA alone.

    Args: ``file``; ``name`` of the case; ``pedigrees``, for reference families with several pedigrees that differ:
    which of them holds, by family; ``fallback``, the mutation model (equal or proportional) for a stepwise model that
    its alleles do not allow, None to refuse such a file.

    Returns the case, marked synthetic where the file's remark says so; what was guessed, changed or is not used is in
    its notes. Raises Unsupported for identical twins, undecided pedigrees and mutation that cannot be computed,
    FaultyInput where people could not be one another's ancestors as the file has them.
    """
    if fallback not in _FALLBACKS:
        raise InvalidValue("familias", "fallback", fallback, "must be equal, proportional or None")
    notes = list(file.notes)
    markers = _markers(file, fallback, notes)
    people = _People([], [], [], [], [], [], notes)
    genotypes = _Genotypes({m.name for m in markers})
    try:
        if file.dvi is not None:
            _victims(people, file.dvi, genotypes, pedigrees or {})
        else:
            _pedigrees(people, file, genotypes)
        notes += _unused(file, genotypes)
        return Case(
            name=name, title=f"from a file of Familias {file.version}", synthetic="synthetic" in file.remark.casefold(),
            frequencies=FrequencyTable(file.database.name or "not named", tuple(markers),
                                       source=f"Familias {file.version}", theta=file.database.theta),
            rule=Rule(minimum_lines=1), roster=tuple(people.roster), families=tuple(people.families),
            remains=tuple(people.remains), reference_samples=tuple(people.samples),
            remains_samples=tuple(people.remains_samples), profiles=tuple(people.profiles), notes=tuple(notes))
    except InvalidValue as error:
        raise FaultyInput([Fault(name, 0, error.field, str(error.value), f"({error.record}) {error.allowed}",
                                 "invalid-value")]) from error


class _Genotypes:
    """Genotypes of the markers that are compared; counts the homozygotes written with one allele."""

    def __init__(self, markers: set[str]) -> None:
        self._markers = markers
        self.written_once = 0

    def profile(self, sample: str, genotypes: Iterable[FamiliasGenotype]) -> Profile:
        """The profile of one sample."""
        found = {}
        for g in genotypes:
            if g.marker in self._markers:
                self.written_once += g.second is None
                found[g.marker] = Genotype(g.first, g.first if g.second is None else g.second)
        return Profile(sample, found)


def _markers(file: FamiliasFile, fallback: str | None, notes: list[str]) -> list[Marker]:
    markers = []
    for locus in file.database.loci:
        name = locus.name.casefold()
        if is_amelogenin(name):
            notes.append(f"{locus.name} shows the sex and is not compared")
        elif name.startswith(("dxs", "dys", "y-gata", "ygata")):
            # Familias would count it as an autosome, and so would we: a wrong figure, not a rough one.
            notes.append(f"{locus.name} is not autosomal and is not compared")
        else:
            marker, said = marker_of(locus, fallback=fallback)
            markers.append(marker)
            notes += said
    return markers


def _unused(file: FamiliasFile, genotypes: _Genotypes) -> list[str]:
    notes = []
    if genotypes.written_once:
        notes.append(f"{genotypes.written_once} genotypes give one allele and are read as homozygotes")
    rates = [locus.name for locus in file.database.loci if locus.dropout]
    people = [person.id for person in file.people() if person.consider_dropouts]
    if rates or people:
        notes.append(f"drop-out is not computed: stated for {len(rates)} markers and {len(people)} persons")
    for setting in file.settings:
        if setting.key.casefold() in ("dropin", "dropout", "error") and setting.value not in ("", "0", "0.0"):
            notes.append(f"{'/'.join(setting.section)}: {setting.key}={setting.value} is not used")
    if file.dvi is not None and file.pedigrees:
        notes.append(f"{len(file.pedigrees)} pedigrees outside the part on disaster victims are not part of the case")
    return notes


def _pedigrees(people: _People, file: FamiliasFile, genotypes: _Genotypes) -> None:
    everyone = {p.id: p.sex for p in file.persons}
    hypotheses = file.pedigrees or ((file.known,) if file.persons else ())
    for pedigree in hypotheses:
        relations = (*file.known.relations, *(pedigree.relations if pedigree is not file.known else ()))
        _refuse_twins(pedigree.name, relations)
        sexes = {**everyone, **_extra(file.known), **_extra(pedigree)}
        family, notes = family_of(pedigree.name, sexes, relations, {})
        people.families.append(family)
        people.notes.extend(notes)
        for person in file.persons:
            if person.genotypes:
                sample = f"{pedigree.name}/{person.id}"
                people.samples.append(ReferenceSample(sample, family.id, person.id))
                people.profiles.append(genotypes.profile(sample, person.genotypes))


def _victims(people: _People, dvi: FamiliasDvi, genotypes: _Genotypes, pedigrees: Mapping[str, str]) -> None:
    choice = Choice(pedigrees, dvi.families)
    taken = {person.id for person in dvi.unidentified}
    for person in dvi.unidentified:
        people.remains.append(Remains(person.id, person.sex))
        people.remains_samples.append(RemainsSample(person.id, person.id))
        if person.genotypes:
            people.profiles.append(genotypes.profile(person.id, person.genotypes))
    ids: set[str] = set()
    for given in dvi.families:
        pedigree = choice.pedigree(given)
        name = _unique(given.name, ids)
        left_out = without_relations(given, pedigree)
        people.notes.extend(f"{name}: {who} has no place in the pedigree {pedigree.name} and is left out"
                            for who in left_out)
        persons = [p for p in given.persons if p.id not in left_out]
        missing = choice.missing(persons, pedigree)
        sexes = {p.id: p.sex for p in persons}
        family, notes = family_of(name, sexes, pedigree.relations, {who: f"{name}/{who}" for who in missing})
        people.families.append(family)
        people.notes.extend(notes)
        people.roster.extend(MissingPerson(id=str(m.person), sex=m.sex) for m in family.missing)
        if not missing:
            people.notes.append(f"{name}: nobody in it is called Missing, so that nobody is looked for")
        _reference_samples(people, name, persons, taken, genotypes)


def _reference_samples(
    people: _People, family: str, persons: Iterable[FamiliasPerson], taken: set[str], genotypes: _Genotypes
) -> None:
    missing = {m.id for m in people.families[-1].missing}
    for person in persons:
        if person.genotypes:
            sample = _unique(f"{family}/{person.id}", taken)
            kind = "personal item" if person.id in missing else "relative"
            people.samples.append(ReferenceSample(sample, family, person.id, kind))
            people.profiles.append(genotypes.profile(sample, person.genotypes))


def _extra(pedigree: FamiliasPedigree) -> dict[str, Sex]:
    return {**dict.fromkeys(pedigree.extra_females, Sex.FEMALE), **dict.fromkeys(pedigree.extra_males, Sex.MALE)}


def _refuse_twins(name: str, relations: Iterable[FamiliasRelation]) -> None:
    for relation in relations:
        if relation.direct:
            raise Unsupported(f"pedigree {name}: {relation.parent} and {relation.child} are said to be one person or "
                              "identical twins (Direct), which is not computed")


def _unique(name: str, taken: set[str]) -> str:
    unique, n = name, 1
    while unique in taken:
        n += 1
        unique = f"{name} ({n})"
    taken.add(unique)
    return unique
