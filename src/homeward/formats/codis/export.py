"""From a case to a CMF file, with the names of all that such a file cannot carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from homeward.formats.codis.limits import LOCI, MOST_LOCI, wrong_text
from homeward.formats.codis.relations import relation_to
from homeward.formats.codis.samples import CATEGORY_OF, REMAINS, Relation
from homeward.formats.codis.values import Allele, CmfImport, Locus, Specimen
from homeward.formats.marker_names import meet
from homeward.kinship.lineage.repeats import marker_key
from homeward.model import Case, Family, Fault, FaultyInput, Profile, ReferenceSample
from homeward.model.lineage import NULL_ALLELE, YProfile

__all__ = ["CmfExport", "Letter", "case_to_cmf"]


@dataclass(frozen=True, slots=True)
class Letter:
    """The head of a CMF file: from whom to whom, when, and by whom the profiles were read.

    ``destination`` and ``source`` are laboratories' codes (ORI), of at most 10 characters; ``submitted_at`` and
    ``read_at`` are written 2024-05-01T09:30:00. What is None for the readings is that of the submission.
    """

    destination: str
    source: str
    submitted_by: str
    submitted_at: str
    read_by: str | None = None
    read_at: str | None = None
    version: str = "3.3"


@dataclass(frozen=True, slots=True)
class CmfExport:
    """A CMF file made of a case; ``left_out`` says, line by line, what of the case it does not carry."""

    file: CmfImport
    left_out: tuple[str, ...]


def case_to_cmf(case: Case, letter: Letter) -> CmfExport:
    """The samples of a case as a CMF file: one specimen a sample, its category saying whose it is.

    CASEID is the remains of a sample of remains, and the missing person of a reference sample. A homozygote is written
    once. Samples without a result, mitochondrial DNA, and what is no DNA are left out, and named.

    Args: ``case``; ``letter``, the file's head. Returns the file with what was left out. Raises FaultyInput, with all
    faults, for ids and alleles that do not fit their fields: nothing is cut off silently.
    """
    writer = _Writer(case, letter)
    specimens = [*writer.remains(), *writer.references()]
    if not specimens and not writer.faults:
        writer.faults.append(Fault(case.name, 0, "SPECIMEN", "", "must be at least one: no sample has a result that "
                                   "CMF carries", "missing"))
    if writer.faults:
        raise FaultyInput(writer.faults)
    file = CmfImport(letter.destination, letter.source, letter.submitted_by, letter.submitted_at, tuple(specimens),
                     letter.version)
    return CmfExport(file, (*writer.left_out, *_no_dna(case)))


class _Writer:
    """Makes specimens, and collects what does not fit and what is left out."""

    def __init__(self, case: Case, letter: Letter) -> None:
        self._case, self._letter = case, letter
        self._profiles = {p.sample: p for p in case.profiles}
        self._y_profiles = {p.sample: p for p in case.y_profiles}
        self._names: dict[str, str | None] = {}
        self.faults: list[Fault] = []
        self.left_out: list[str] = []

    def remains(self) -> Iterator[Specimen]:
        """The specimens of remains."""
        several: dict[str, int] = {}
        for sample in self._case.remains_samples:
            several[sample.remains] = several.get(sample.remains, 0) + 1
            yield from self._specimen(sample.id, REMAINS, sample.remains)
        self.left_out += [f"{remains}: that its {n} samples are of one set of remains (CASEID says so to people alone)"
                          for remains, n in several.items() if n > 1]

    def references(self) -> Iterator[Specimen]:
        """The specimens of relatives and personal items."""
        families = {family.id: family for family in self._case.families}
        for sample in self._case.reference_samples:
            family = families[sample.family]
            person, relation = self._relation(family, sample)
            yield from self._specimen(sample.id, "Other" if relation is None else CATEGORY_OF[relation], person)

    def _relation(self, family: Family, sample: ReferenceSample) -> tuple[str, Relation | None]:
        """The missing person to whom the donor's relation can be said, and the relation."""
        found = [(str(m.person), relation_to(family, sample.member, m.id)) for m in family.missing]
        said = [pair for pair in found if pair[1] is not None] or [*found, (family.id, None)]
        person, relation = said[0]
        if relation is None:
            self.left_out.append(f"{sample.id}: how {sample.member} of {family.id} is related (category Other)")
        elif len(found) > 1:
            others = ", ".join(other for other, _ in found if other != person)
            self.left_out.append(f"{sample.id}: that {sample.member} of {family.id} is a relative of {others} as well")
        if relation in (Relation.MATERNAL, Relation.PATERNAL):
            self.left_out.append(f"{sample.id}: which {relation} {sample.member} of {family.id} is")
        return person, relation

    def _specimen(self, sample: str, category: str, case: str) -> Iterator[Specimen]:
        before = len(self.faults)
        profile = self._profiles.get(sample, Profile(sample))
        loci = [*self._autosomal(profile), *self._y_chromosomal(self._y_profiles.get(sample, YProfile(sample)))]
        for field, text in (("SPECIMENID", sample), ("CASEID", case), ("SPECIMENCATEGORY", category)):
            self._check(field, text, sample)
        most = MOST_LOCI[self._letter.version]
        if len(loci) > most:
            self.faults.append(Fault(self._case.name, 0, "LOCUS", f"{sample}: {len(loci)}",
                                     f"must not be more than {most}", "count"))
        if not loci:
            self.left_out.append(f"{sample}: the sample, which has no result that CMF carries")
        elif len(self.faults) == before:
            partial = any(genotype.is_partial for genotype in profile.genotypes.values())
            yield Specimen(sample, category, tuple(loci), case=case, partial=True if partial else None)

    def _autosomal(self, profile: Profile) -> Iterator[Locus]:
        partial = [m for m, g in profile.genotypes.items() if g.is_partial]
        doubled = [m for m, g in profile.genotypes.items() if g.first == g.second]
        if partial and doubled:
            self.left_out.append(f"{profile.sample}: that {', '.join(doubled)} are homozygous, while of "
                                 f"{', '.join(partial)} one allele is not known")
        for marker, genotype in profile.genotypes.items():
            name = self._name(marker)
            if name is None or genotype.hemizygous:
                self.left_out.append(f"{profile.sample}: {marker} {genotype}, which is no marker of CMF "
                                     f"{self._letter.version}")
            else:
                yield from self._locus(profile.sample, name, dict.fromkeys(genotype.alleles))

    def _y_chromosomal(self, profile: YProfile) -> Iterator[Locus]:
        known = {marker_key(name): name for name in LOCI[self._letter.version]}
        for marker, alleles in profile.haplotype.items():
            name = known.get(marker_key(marker))
            if name is None or NULL_ALLELE in alleles:
                why = f"no marker of CMF {self._letter.version}" if name is None else "a null allele"
                self.left_out.append(f"{profile.sample}: {marker} {'-'.join(alleles)}, which is {why}")
            else:
                yield from self._locus(profile.sample, name, dict.fromkeys(alleles))

    def _locus(self, sample: str, name: str, alleles: Iterable[str]) -> Iterator[Locus]:
        letter = self._letter
        fits = {allele: self._check("ALLELEVALUE", allele, f"{sample} {name}") for allele in alleles}
        if all(fits.values()):
            yield Locus(name, letter.read_by or letter.submitted_by, letter.read_at or letter.submitted_at,
                        tuple(Allele(allele) for allele in fits))

    def _name(self, marker: str) -> str | None:
        if marker not in self._names:
            # The older spellings at the end of the list are for reading alone.
            listed = [name for name in LOCI[self._letter.version] if name not in ("AMEL", "THO1", "TP0X")]
            found = meet(marker, listed)
            self._names[marker] = None if found is None else found[0]
        return self._names[marker]

    def _check(self, field: str, text: str, record: str) -> bool:
        why = wrong_text(field, text, self._letter.version) or (
            "must have no blanks around it" if text != text.strip() else None)
        if why is not None:
            self.faults.append(Fault(self._case.name, 0, field, text, f"({record}) {why}", "length"))
        return why is None


def _no_dna(case: Case) -> Iterator[str]:
    """What of a case is no DNA of its samples, by kind and number."""
    rates = [*(s.laboratory for s in case.reference_samples), *(s.laboratory for s in case.remains_samples)]
    counts: Mapping[str, int] = {
        "mitochondrial profiles": len(case.mito_profiles),
        "allele frequencies of markers": len(case.frequencies.markers),
        "haplotype databases": (case.mito_database is not None) + (case.y_database is not None),
        "samples' rates of drop-out, drop-in and error": sum(not rate.is_certain for rate in rates),
        "entries of the roster, but for their ids": len(case.roster),
        "pedigrees, but for the relations above": len(case.families), "incidents": len(case.incidents),
        "elements": len(case.elements), "transfers": len(case.transfers),
        "remains' places, dates and descriptions": sum(bool(r.provenience or r.description or r.recovered)
                                                       for r in case.remains)}
    for what, number in counts.items():
        if number:
            yield f"{what}: {number}"
