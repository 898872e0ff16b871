"""From the loci that a laboratory's file reports to genotypes and haplotypes, with marker names met with tolerance.

The files of laboratories write a homozygote's allele once. On an autosome it stands for two copies where the report is
complete; where it may have lost an allele, the second one is not known. On the Y chromosome it stands for itself. An
allele outside the ladder (<6, >15) was seen, and is not one that can be named.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import chain

from homeward.formats.casefile.loci import is_y_marker
from homeward.formats.marker_names import canonical_allele, is_amelogenin, meet
from homeward.kinship.lineage.repeats import marker_key
from homeward.model import Fault, FaultyInput, FrequencyTable, Genotype, InvalidValue, Marker, Profile, Sex
from homeward.model.lineage import MULTI_COPY, YProfile

__all__ = ["LocusReader", "ReportedLocus", "TypedSample", "with_unseen"]

_AUTOSOMES = (
    "Amelogenin", "CSF1PO", "D10S1248", "D12S391", "D13S317", "D16S539", "D18S51", "D19S433", "D1S1656", "D21S11",
    "D22S1045", "D2S1338", "D2S441", "D3S1358", "D5S818", "D6S1043", "D7S820", "D8S1179", "FGA", "Penta D", "Penta E",
    "SE33", "TH01", "TPOX", "vWA",
)
_REPEATS = re.compile(r"[1-9][0-9]{0,2}(\.[0-9])?")
_Y_INDEL = "yindel"


@dataclass(frozen=True, slots=True)
class ReportedLocus:
    """One locus of one sample as reported; ``complete``: no allele may have been lost."""

    name: str
    alleles: tuple[str, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class TypedSample:
    """What a sample's loci say: genotypes, the haplotype of the Y (None: not typed), the sex that amelogenin shows."""

    profile: Profile
    y_profile: YProfile | None
    sex: Sex


class LocusReader:
    """Reads samples, with one spelling for each marker over all of them, and notes how often what was guessed.

    With ``frequencies``, markers bear the table's names, and those that it does not hold are left out; without it, the
    names of CODIS, and a marker that is not known keeps its own. ``faults`` are markers given twice in one sample
    under two names.
    """

    def __init__(self, file: str, frequencies: FrequencyTable | None = None) -> None:
        self._file = file
        self._frequencies = frequencies
        self._names = _AUTOSOMES if frequencies is None else tuple(m.name for m in frequencies.markers)
        self._met: dict[str, str | None] = {}
        self._notes: dict[str, int] = {}
        self.faults: list[Fault] = []

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed or left out, each with how often."""
        return tuple(f"{text} ({times} times)" if times > 1 else text for text, times in self._notes.items())

    def typed(self, sample: str, loci: Iterable[ReportedLocus], *, sex: Sex = Sex.UNKNOWN) -> TypedSample:
        """What the loci of one sample say; ``sex`` as recorded, where amelogenin shows none."""
        loci = tuple(loci)
        shown = self._sex(loci)
        known = sex if shown is Sex.UNKNOWN else shown
        genotypes: dict[str, Genotype] = {}
        haplotype: dict[str, tuple[str, ...]] = {}
        written: dict[str, str] = {}
        for locus in loci:
            if is_amelogenin(locus.name) or _folded(locus.name) == _Y_INDEL:
                continue
            is_y = is_y_marker(locus.name)
            marker = self._y_name(locus.name) if is_y else self._name(locus.name)
            if marker is None or not locus.alleles:
                continue
            if marker in written and not marker.startswith(MULTI_COPY):
                self.faults.append(Fault(self._file, 0, locus.name, sample, "must be given once in a sample: it is the "
                                         f"same marker as {written[marker]}", "marker-twice"))
            elif is_y:
                haplotype[marker] = (*haplotype.get(marker, ()), *self._y_alleles(marker, locus.alleles))
            else:
                genotype = self._genotype(marker, locus, known)
                if genotype is not None:
                    genotypes[marker] = genotype
            written[marker] = locus.name
        haplotype = {marker: alleles for marker, alleles in haplotype.items() if alleles}
        return TypedSample(Profile(sample, genotypes), YProfile(sample, haplotype) if haplotype else None, shown)

    def _note(self, text: str) -> None:
        self._notes[text] = self._notes.get(text, 0) + 1

    def _name(self, written: str) -> str | None:
        if written not in self._met:
            found = meet(written, self._names)
            if found is None and self._frequencies is None:
                found = (written, False)
            self._met[written] = None if found is None else found[0]
        if self._met[written] is None:
            self._note(f"{written} has no allele frequencies and is not compared")
        elif self._met[written] != written:
            self._note(f"marker {written} read as {self._met[written]}")
        return self._met[written]

    def _y_name(self, written: str) -> str:
        """DYS389 I is DYS389I; DYS385a and DYS385b are copies of one marker."""
        marker = next(iter(YProfile.parse("", {written: "11"}).haplotype))
        key = marker_key(marker)
        if key != written:
            self._note(f"marker {written} read as {key}")
        return key

    def _y_alleles(self, marker: str, alleles: tuple[str, ...]) -> tuple[str, ...]:
        read = tuple(canonical_allele(allele)[0] for allele in alleles)
        if not all(_REPEATS.fullmatch(allele) for allele in read):
            self._note(f"{marker} has an allele that is no number of repeats, and is not compared")
            return ()
        # The one allele of a marker with one copy may be written twice; of a marker with two copies it says so.
        return read if marker.startswith(MULTI_COPY) else tuple(dict.fromkeys(read))

    def _sex(self, loci: tuple[ReportedLocus, ...]) -> Sex:
        """A Y shows a man; X alone a woman, where nothing may have been lost."""
        for locus in loci:
            alleles = {allele.upper() for allele in locus.alleles}
            if is_amelogenin(locus.name) and alleles <= {"X", "Y"}:
                if "Y" in alleles:
                    return Sex.MALE
                if alleles and (locus.complete or len(locus.alleles) == 2):
                    return Sex.FEMALE
        return Sex.UNKNOWN

    def _genotype(self, marker: str, locus: ReportedLocus, sex: Sex) -> Genotype | None:
        read = tuple(canonical_allele(allele)[0] for allele in locus.alleles)
        table = self._frequencies[marker] if self._frequencies is not None else None
        named = list(dict.fromkeys(a for a in read if _is_named(a, table)))
        others = {a for a in read if not _is_named(a, table)}
        for allele in sorted(others):
            self._note(f"{marker}: allele {allele} cannot be named, and is read as not known")
        if len(named) + len(others) > 2 or not named:
            self._note(f"{marker} has more than two alleles and is not compared" if named else
                       f"{marker} has no allele that can be named, and is not compared")
            return None
        if len(named) == 2:
            return Genotype(named[0], named[1])
        if table is not None and table.x_linked and sex is Sex.MALE:
            return Genotype(named[0], None, hemizygous=True)
        doubled = len(read) == 2 or (locus.complete and not (table is not None and table.x_linked
                                                             and sex is Sex.UNKNOWN))
        if others or not doubled:
            self._note("one allele of a report that may have lost another is read as a partial genotype")
            return Genotype(named[0], None)
        if len(read) == 1:
            self._note("one allele is read as a homozygote")
        return Genotype(named[0], named[0])


def _folded(name: str) -> str:
    return re.sub(r"[\s_\-]+", "", name).casefold()


def _is_named(allele: str, marker: Marker | None) -> bool:
    return _REPEATS.fullmatch(allele) is not None or (marker is not None and allele in marker.alleles)


def with_unseen(
    frequencies: FrequencyTable, profiles: Collection[Profile], *, unseen: float | None, file: str,
) -> tuple[FrequencyTable, tuple[str, ...]]:
    """The table with the alleles that profiles show and it does not hold, each at the frequency ``unseen``.

    The other alleles of such a marker are scaled to make room. Returns the table, and notes on what was added. Raises
    FaultyInput, with all such alleles, where ``unseen`` is None or there are too many for it.
    """
    added: dict[str, list[str]] = {}
    for profile in profiles:
        for name, genotype in profile.genotypes.items():
            for allele in genotype.alleles:
                if allele not in chain(frequencies[name].alleles, added.get(name, ())):
                    added.setdefault(name, []).append(allele)
    if not added:
        return frequencies, ()
    faults, markers, notes = [], [], []
    for marker in frequencies.markers:
        new = added.get(marker.name, [])
        room = 1.0 - (unseen or 0.0) * len(new)
        if new and (unseen is None or unseen <= 0.0 or room <= 0.0):
            faults += [Fault(file, 0, marker.name, allele, "must have a frequency; unseen= gives one to such alleles",
                             "unseen-allele") for allele in new]
        elif new:
            notes.append(f"{marker.name}: {', '.join(new)} added with frequency {unseen:g}")
        markers.append(_enlarged(marker, new, unseen or 0.0) if new and not faults else marker)
    if faults:
        raise FaultyInput(faults)
    return replace(frequencies, markers=tuple(markers)), tuple(notes)


def _enlarged(marker: Marker, new: list[str], frequency: float) -> Marker:
    for model in (marker.female, marker.male):
        if model.matrix is not None:
            raise InvalidValue(marker.name, "allele", ", ".join(new), "cannot be added beside a mutation matrix")
    room = (1.0 - frequency * len(new)) / sum(marker.frequencies)
    return replace(marker, alleles=(*marker.alleles, *new),
                   frequencies=(*(p * room for p in marker.frequencies), *(frequency for _ in new)))
