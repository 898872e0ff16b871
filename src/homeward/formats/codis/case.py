"""From a CMF file to a case: what its categories say of families, with the allele frequencies that it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from homeward.formats.codis.reading import read_cmf
from homeward.formats.codis.samples import CmfReference, CmfSamples, Relation, cmf_samples
from homeward.formats.codis.values import CmfImport
from homeward.formats.reported_loci import with_unseen
from homeward.model import (
    Case,
    Family,
    Fault,
    FaultyInput,
    FrequencyTable,
    InvalidValue,
    Member,
    MissingPerson,
    ReferenceSample,
    Rule,
    Sex,
)

__all__ = ["cmf_case", "read_cmf_case"]

_OPPOSITE = {Sex.MALE: Sex.FEMALE, Sex.FEMALE: Sex.MALE, Sex.UNKNOWN: Sex.UNKNOWN}
_PLACED = (Relation.SELF, Relation.MOTHER, Relation.FATHER, Relation.SIBLING, Relation.CHILD, Relation.SPOUSE)


def read_cmf_case(path: str | Path, frequencies: FrequencyTable, *, unseen: float | None = None,
                  full_siblings: bool = True, synthetic: bool = False) -> Case:
    """The case of a CMF file, named after the file; as ``cmf_case(read_cmf(path), frequencies)``.

    Raises FaultyInput with all faults.
    """
    return cmf_case(read_cmf(path), frequencies, name=Path(path).stem, unseen=unseen, full_siblings=full_siblings,
                    synthetic=synthetic)


def cmf_case(
    file: CmfImport, frequencies: FrequencyTable, *, name: str = "codis", unseen: float | None = None,
    full_siblings: bool = True, synthetic: bool = False,
) -> Case:
    """The case that a CMF file describes.

    The references of one CASEID are taken to be of one missing person, who bears its name on the roster: mother and
    father his parents, siblings their children, children his own and one spouse's. Relatives without a CASEID and those
    whose place the category does not say (maternal and paternal relatives, alleged parents, the deceased) are left out.
    All of this is in the case's notes.

    Args: ``file``; ``frequencies``, to be those of the missing persons' population; ``name`` of the case; ``unseen``,
    the frequency of alleles that the table does not hold, None to refuse them; ``full_siblings``, whether siblings are
    placed as full siblings (the category does not tell) or left out; ``synthetic``, whether the people are invented.

    Returns the case; its rule asks for one line of evidence, since there is DNA alone. Raises FaultyInput for alleles
    without a frequency, and for samples of one person that disagree.
    """
    samples = cmf_samples(file, frequencies, name=name)
    table, added = with_unseen(frequencies, samples.profiles, unseen=unseen, file=name)
    families, alone, notes = _families(samples, full_siblings)
    faults = [fault for family in families for fault in family.contradictions(samples, name)]
    if faults:
        raise FaultyInput(faults)
    placed = {s.id for family in families for s in family.samples} | {s.id for s in samples.remains_samples}
    try:
        return Case(
            name=name, title=f"from a CMF {file.version} file of {file.source}", synthetic=synthetic, frequencies=table,
            rule=Rule(minimum_lines=1),
            roster=(*(family.person for family in families), *(MissingPerson(case) for case in alone)),
            families=tuple(family.family for family in families), remains=samples.remains,
            reference_samples=tuple(s for family in families for s in family.samples),
            remains_samples=samples.remains_samples, profiles=tuple(p for p in samples.profiles if p.sample in placed),
            y_profiles=tuple(p for p in samples.y_profiles if p.sample in placed),
            notes=(*samples.notes, *added, *notes))
    except InvalidValue as error:
        raise FaultyInput([Fault(name, 0, error.field, str(error.value), f"({error.record}) {error.allowed}",
                                 "invalid-value")]) from error


@dataclass(frozen=True, slots=True)
class _Placed:
    """One missing person with his family."""

    person: MissingPerson
    family: Family
    samples: tuple[ReferenceSample, ...]

    def contradictions(self, samples: CmfSamples, file: str) -> Iterator[Fault]:
        """Samples whose amelogenin contradicts their donor's place."""
        for sample in self.samples:
            sex, shown = self.family.member(sample.member).sex, samples.sexes.get(sample.id, Sex.UNKNOWN)
            if Sex.UNKNOWN not in (sex, shown) and sex is not shown:
                yield Fault(file, 0, "SPECIMENCATEGORY", sample.id, f"is placed as the {sex.value} {sample.member} of "
                            f"{self.family.id}, and amelogenin shows a {shown.value}", "amelogenin-sex")


def _families(samples: CmfSamples, full_siblings: bool) -> tuple[list[_Placed], list[str], list[str]]:
    """Families of the missing, the cases of those without one, and notes on who was left out."""
    cases: dict[str, list[CmfReference]] = {}
    notes: dict[str, int] = {}
    for reference in samples.references:
        why = _left_out(reference, full_siblings)
        if reference.case is not None and reference.relation is not Relation.DECEASED:
            cases.setdefault(reference.case, []).extend([] if why else [reference])
        if why:
            notes[why] = notes.get(why, 0) + 1
    said = [f"{why} ({times} times)" if times > 1 else why for why, times in notes.items()]
    placed = []
    for case, references in cases.items():
        if references:
            builder = _FamilyBuilder(case, references, samples)
            placed.append(builder.build())
            said += builder.notes
    return placed, [case for case, references in cases.items() if not references], said


def _left_out(reference: CmfReference, full_siblings: bool) -> str:
    if reference.relation not in _PLACED:
        return f"{reference.relation}: the category does not say which place in the family; left out"
    if reference.case is None:
        return f"{reference.relation}: no CASEID says of whom; left out"
    if reference.relation is Relation.SIBLING and not full_siblings:
        return "sibling, full or half: left out"
    return ""


class _FamilyBuilder:
    """The family of one missing person, from the relations of those who gave samples.

    Two samples of his mother are of one woman, and merged; two siblings or children are two persons, since nothing
    would say that they are one.
    """

    def __init__(self, case: str, references: list[CmfReference], samples: CmfSamples) -> None:
        self._case, self._references, self._samples = case, references, samples
        self.notes: list[str] = []
        self._taken: set[str] = set()

    def build(self) -> _Placed:
        """The missing person, his family, and the samples of its members."""
        case, of = self._case, self._of
        donors: list[tuple[CmfReference, str]] = []
        missing = self._free("missing")
        sex = self._sex()
        members = [Member(missing, None, None, sex, case)]
        donors += ((r, missing) for r in of(Relation.SELF))
        if of(Relation.MOTHER) or of(Relation.FATHER) or of(Relation.SIBLING):
            father, mother = self._free("father"), self._free("mother")
            members = [Member(missing, father, mother, sex, case), Member(father, None, None, Sex.MALE),
                       Member(mother, None, None, Sex.FEMALE)]
            donors += ((r, father if r.relation is Relation.FATHER else mother)
                       for r in (*of(Relation.FATHER), *of(Relation.MOTHER)))
            for reference in of(Relation.SIBLING):
                members.append(Member(self._free(reference.sample), father, mother, self._shown(reference)))
                donors.append((reference, members[-1].id))
        members += self._descent(missing, sex, donors)
        self._note()
        return _Placed(MissingPerson(case, sex=sex), Family(case, tuple(members)),
                       tuple(ReferenceSample(r.sample, case, member, r.kind) for r, member in donors))

    def _descent(self, missing: str, sex: Sex, donors: list[tuple[CmfReference, str]]) -> Iterator[Member]:
        """The spouse and the children; ``donors`` gets their samples."""
        spouses, children = self._of(Relation.SPOUSE), self._of(Relation.CHILD)
        if not children:
            if spouses:
                self.notes.append(f"{self._case}: a spouse without a child tells nothing of the missing; left out")
            return
        if len(spouses) > 1:
            self.notes.append(f"{self._case}: {len(spouses)} spouses, and nothing says whose the children are; the "
                              "spouses are left out")
        role = Sex.MALE if sex is Sex.UNKNOWN else sex
        spouse = self._free("spouse")
        yield Member(spouse, None, None, _OPPOSITE[role])
        if len(spouses) == 1:
            donors.append((spouses[0], spouse))
        for reference in children:
            child = Member(self._free(reference.sample), missing if role is Sex.MALE else spouse,
                           spouse if role is Sex.MALE else missing, self._shown(reference))
            donors.append((reference, child.id))
            yield child

    def _note(self) -> None:
        if self._of(Relation.SIBLING):
            self.notes.append(f"{self._case}: siblings are taken to be full siblings")
        children = len(self._of(Relation.CHILD))
        if children > 1:
            self.notes.append(f"{self._case}: {children} children are taken to be of one couple")
        if children and self._sex() is Sex.UNKNOWN:
            self.notes.append(f"{self._case}: the sex of the missing person is not recorded; placed as a father")

    def _of(self, relation: Relation) -> list[CmfReference]:
        return [r for r in self._references if r.relation is relation]

    def _shown(self, reference: CmfReference) -> Sex:
        return self._samples.sexes.get(reference.sample, Sex.UNKNOWN)

    def _sex(self) -> Sex:
        """The sex of the missing person: as his own DNA shows it, else the other one than that of his spouse."""
        own = {self._shown(r) for r in self._of(Relation.SELF)} - {Sex.UNKNOWN}
        if len(own) == 1:
            return own.pop()
        spouses = self._of(Relation.SPOUSE)
        if self._of(Relation.CHILD) and len(spouses) == 1:
            return _OPPOSITE[self._shown(spouses[0])]
        return Sex.UNKNOWN

    def _free(self, name: str) -> str:
        while name in self._taken:
            name += "'"
        self._taken.add(name)
        return name
