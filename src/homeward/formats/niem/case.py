"""From a NIEM message to a case: records become samples, pedigrees become families."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from homeward.formats.niem.families import REMAINS, Placed, RecordIndex, family_of
from homeward.formats.niem.reading import read_niem
from homeward.formats.niem.samples import RecordReader, Typing
from homeward.formats.niem.values import NiemFile, Pedigree
from homeward.formats.reported_loci import with_unseen
from homeward.model import (
    Case,
    Fault,
    FaultyInput,
    FrequencyTable,
    InvalidValue,
    MissingPerson,
    ReferenceSample,
    Remains,
    RemainsSample,
    Rule,
    Sex,
)

__all__ = ["niem_case", "read_niem_case"]

_UNUSABLE = ("Negated", "Unable to process")
_UNDECIDED = ("Candidate", "Inconclusive")


def read_niem_case(path: str | Path, frequencies: FrequencyTable, *, unseen: float | None = None,
                   synthetic: bool = False) -> Case:
    """The case of a NIEM message, named after the file; as ``niem_case(read_niem(path), frequencies)``.

    Raises FaultyInput with all faults.
    """
    return niem_case(read_niem(path), frequencies, name=Path(path).stem, unseen=unseen, synthetic=synthetic)


def niem_case(
    file: NiemFile, frequencies: FrequencyTable, *, name: str = "niem", unseen: float | None = None,
    synthetic: bool = False,
) -> Case:
    """The case that a NIEM message describes.

    A record of the category Unidentified Person is of remains; any other record whose id a pedigree's member bears is
    that member's sample; a record of the category Missing Person with the pedigree's id is a personal item's of the one
    who is looked for in it. Members looked for (S) are the roster. A locus is complete where its quality is Normal;
    what is not definitive is not compared. Pedigrees that are negated or could not be processed are left out.

    Args: ``file``; ``frequencies``, to be those of the missing persons' population; ``name`` of the case; ``unseen``,
    the frequency of alleles that the table does not hold, None to refuse them; ``synthetic``, whether the people are
    invented.

    Returns the case with notes on what was guessed or is not used; its rule asks for one line of evidence, since there
    is DNA alone. Raises FaultyInput with all faults.
    """
    door = _Door(file, frequencies, name)
    if door.faults:
        raise FaultyInput(door.faults)
    table, added = with_unseen(frequencies, [t.profile for t in door.used], unseen=unseen, file=name)
    try:
        return Case(
            name=name, title=f"from a NIEM {file.release} message", synthetic=synthetic, frequencies=table,
            rule=Rule(minimum_lines=1), roster=tuple(door.roster), families=tuple(p.family for p in door.placed),
            remains=tuple(door.remains), reference_samples=tuple(door.references),
            remains_samples=tuple(door.remains_samples), profiles=tuple(t.profile for t in door.used if len(t.profile)),
            y_profiles=tuple(t.y_profile for t in door.used if t.y_profile is not None),
            mito_profiles=tuple(t.mito_profile for t in door.used if t.mito_profile is not None),
            notes=(*file.notes, *door.notes, *added))
    except InvalidValue as error:
        raise FaultyInput([_fault(name, error)]) from error


def _fault(name: str, error: InvalidValue) -> Fault:
    return Fault(name, 0, error.field, str(error.value), f"({error.record}) {error.allowed}", "invalid-value")


class _Door:
    """Gathers what of the file stands for people: remains, then family by family, then what is left over."""

    def __init__(self, file: NiemFile, frequencies: FrequencyTable, name: str) -> None:
        self._file, self._name = file, name
        reader = self._reader = RecordReader(name, frequencies)
        self._typings = [reader.typings(record, i + 1) for i, record in enumerate(file.records)]
        self._met: set[int] = set()
        self.placed: list[Placed] = []
        self.roster: list[MissingPerson] = []
        self.references: list[ReferenceSample] = []
        self.remains: list[Remains] = []
        self.remains_samples: list[RemainsSample] = []
        self.used: list[Typing] = []
        self._notes: list[str] = []
        faults = [*self._take_remains(), *self._take_families()]
        left = Counter(", ".join(record.categories) or "no category" for number, record in enumerate(file.records)
                       if number not in self._met)
        self.faults = [*reader.faults, *faults]
        self.notes = [*reader.notes, *self._notes, *(
            f"records without a place in a pedigree, set aside: {n} of {what}" for what, n in left.items())]

    def _shown(self, number: int) -> Sex:
        """The sex that a record shows; profiles of one record that contradict each other show none."""
        sexes = {t.sex for t in self._typings[number]} - {Sex.UNKNOWN}
        return sexes.pop() if len(sexes) == 1 else Sex.UNKNOWN

    def _take_remains(self) -> Iterator[Fault]:
        """Remains bear their Remains ID, under which several records are of one set of them, else the profile's id."""
        labels: set[str] = set()
        grouped: dict[str, list[int]] = {}
        for number, record in enumerate(self._file.records):
            if REMAINS not in record.categories:
                continue
            self._met.add(number)
            label = record.label or f"record {number + 1}"
            if label in labels:
                yield Fault(self._name, 0, "biom:DNADataIdentification", label, "must be of one record", "twice")
            labels.add(label)
            given = next((i.id for i in record.identifications if i.kind.casefold() == "remains id" and i.id), None)
            grouped.setdefault(given or label, []).append(number)
        for name, numbers in grouped.items():
            sexes = {self._shown(number) for number in numbers} - {Sex.UNKNOWN}
            if len(sexes) > 1:
                yield Fault(self._name, 0, "nc:PersonSexText", name, "must be of one sex in all its records", "sex")
            ids = dict.fromkeys(f"{i.kind or 'id'} {i.id}" for number in numbers
                                for i in self._file.records[number].identifications
                                if i.id and i.id not in {name, self._file.records[number].label})
            self.remains.append(Remains(name, sexes.pop() if sexes else Sex.UNKNOWN, description="; ".join(ids)))
            typings = [typing for number in numbers for typing in self._typings[number]]
            self.remains_samples += [RemainsSample(t.sample, name) for t in typings]
            self.used += typings

    def _take_families(self) -> Iterator[Fault]:
        index = RecordIndex(self._file.records)
        shown = {number: self._shown(number) for number in range(len(self._file.records))}
        for name, pedigree in self._named_pedigrees():
            if pedigree.status in _UNUSABLE:
                self._notes.append(f"pedigree {name} is left out: {pedigree.status}")
                continue
            try:
                placed = family_of(name, pedigree, index, shown)
            except InvalidValue as error:
                yield _fault(self._name, error)
                continue
            if pedigree.status in _UNDECIDED:
                self._notes.append(f"pedigree {name} is {pedigree.status}; it is taken as it stands")
            self.placed.append(placed)
            self._notes += placed.notes
            self.roster += [MissingPerson(str(m.person), sex=m.sex) for m in placed.family.missing]
            for member, numbers in placed.records.items():
                sex = placed.family.member(member).sex
                yield from (self._contradiction(name, member, sex, shown[n]) for n in numbers
                            if Sex.UNKNOWN not in (sex, shown[n]) and sex is not shown[n])
                for number in numbers:
                    self._take_reference(placed, member, number)

    def _named_pedigrees(self) -> Iterator[tuple[str, Pedigree]]:
        taken: set[str] = set()
        for pedigree in self._file.pedigrees:
            wanted = next((i.id for i in pedigree.identifications if i.id), None) or "pedigree"
            name, n = wanted, 1
            while name in taken:
                n += 1
                name = f"{wanted} ({n})"
            taken.add(name)
            yield name, pedigree

    def _contradiction(self, family: str, member: str, sex: Sex, shown: Sex) -> Fault:
        return Fault(self._name, 0, "nc:PersonSexText", sex.value,
                     f"({family}/{member}) must agree with the member's record, which shows a {shown.value}",
                     "amelogenin-sex")

    def _take_reference(self, placed: Placed, member: str, number: int) -> None:
        family, kind = placed.family.id, "personal item" if member in placed.sought else "relative"
        for typing in self._typings[number]:
            # The same person in two pedigrees: a sample is of one member, so that he has it once more.
            again = number in self._met
            its = typing.renamed(self._reader.name(f"{typing.sample} in {family}")) if again else typing
            self.references.append(ReferenceSample(its.sample, family, member, kind))
            self.used.append(its)
        self._met.add(number)
