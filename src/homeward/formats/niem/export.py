"""From a case to a NIEM message, with the names of all that it cannot carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from homeward.formats.niem.mapping import XmlAttribute
from homeward.formats.niem.people import Identification
from homeward.formats.niem.values import (
    DnaAllele,
    DnaEncoding,
    DnaLocus,
    DnaRecord,
    Donor,
    MitoData,
    MitoFragment,
    MitoPolymorphism,
    NiemFile,
    Pedigree,
    PedigreeMember,
    StrData,
)
from homeward.model import Case, Family, Fault, FaultyInput, Genotype, Member, Profile, Sex
from homeward.model.lineage import NULL_ALLELE, MitoProfile, YProfile
from homeward.model.mito_notation import Difference

__all__ = ["NiemExport", "case_to_niem"]

_PROFILE_ID, _MEMBER_ID, _FAMILY_ID = "DNA Profile ID", "Family member ID", "Family ID"
_PERSON_ID, _REMAINS_ID = "Missing person ID", "Remains ID"


@dataclass(frozen=True, slots=True)
class NiemExport:
    """A NIEM message made of a case; ``left_out`` says, line by line, what of the case it does not carry."""

    file: NiemFile
    left_out: tuple[str, ...]


def case_to_niem(case: Case, *, processed: str | None = None, release: str = "5.1") -> NiemExport:
    """The samples and families of a case as a NIEM message: one record a sample, one pedigree a family.

    A homozygote is written once, with the quality Normal; where one allele is not known the quality is Partial.
    Members keep their names, missing persons the roster's ids, remains theirs as a Remains ID.

    Args: ``case``; ``processed``, when the profiles were made (2024-05-01T09:30:00Z), without which NIEM has no
    mitochondrial DNA; ``release`` of NIEM. Returns the message with what was left out. Raises FaultyInput where there
    is nothing to write.
    """
    writer = _Writer(case, processed)
    records = tuple(writer.records())
    pedigrees = tuple(_pedigree(case, family, i + 1) for i, family in enumerate(case.families))
    if not records and not pedigrees:
        raise FaultyInput([Fault(case.name, 0, "biom:DNARecord", "", "must be at least one: the case has neither "
                                 "samples nor families", "missing")])
    return NiemExport(NiemFile(records=records, pedigrees=pedigrees, release=release),
                      (*writer.left_out, *_not_carried(case)))


def _identification(kind: str, name: str) -> Identification:
    return Identification(id=name, description=kind)


class _Writer:
    """Makes records, and collects what is left out."""

    def __init__(self, case: Case, processed: str | None) -> None:
        self._case, self._processed = case, processed
        self._profiles = {p.sample: p for p in case.profiles}
        self._y_profiles = {p.sample: p for p in case.y_profiles}
        self._mito_profiles = {p.sample: p for p in case.mito_profiles}
        self.left_out: list[str] = []

    def records(self) -> Iterator[DnaRecord]:
        """A record for each sample."""
        sexes = {r.id: r.sex for r in self._case.remains}
        for sample in self._case.remains_samples:
            yield self._record(sample.id, "Unidentified Person", sexes[sample.remains],
                               (_identification(_REMAINS_ID, sample.remains),))
        members = {(family.id, m.id): m for family in self._case.families for m in family.members}
        for reference in self._case.reference_samples:
            category = "Missing Person" if reference.kind == "personal item" else "Family Relative"
            yield self._record(reference.id, category, members[reference.family, reference.member].sex, ())

    def _record(self, sample: str, category: str, sex: Sex, ids: tuple[Identification, ...]) -> DnaRecord:
        donors = () if sex is Sex.UNKNOWN else (Donor(sex_text=sex.value.capitalize()),)
        return DnaRecord(categories=(category,), donors=donors, encodings=tuple(self._encodings(sample)),
                         identifications=(_identification(_PROFILE_ID, sample), *ids))

    def _encodings(self, sample: str) -> Iterator[DnaEncoding]:
        profile, y_profile = self._profiles.get(sample), self._y_profiles.get(sample)
        loci = (*self._loci(profile or Profile(sample)), *self._y_loci(y_profile or YProfile(sample)))
        mito = self._mito_profiles.get(sample)
        data = None if mito is None else self._mito(sample, mito)
        if loci or data is not None:
            partial = any(locus.quality == "Partial" for locus in loci)
            # Which technology read mitochondrial DNA is not in a case; one that is not said needs a comment.
            yield DnaEncoding(
                technology="STR" if loci else "User-defined", mito_data=data,
                str_data=StrData(partial=partial, loci=loci) if loci else None,
                comments=("The typing technology is not recorded.",) if data is not None else ())

    def _loci(self, profile: Profile) -> Iterator[DnaLocus]:
        for marker, genotype in profile.genotypes.items():
            is_x = self._case.frequencies[marker].x_linked
            yield DnaLocus(name=marker, category="X-STR" if is_x else "Autosomal", processed=self._processed,
                           quality="Partial" if genotype.is_partial else "Normal", alleles=_alleles(genotype))

    def _y_loci(self, profile: YProfile) -> Iterator[DnaLocus]:
        for marker, alleles in profile.haplotype.items():
            if NULL_ALLELE in alleles:
                self.left_out.append(f"{profile.sample}: {marker}, which has a null allele")
            else:
                yield DnaLocus(name=marker, category="Y-STR", processed=self._processed, quality="Normal",
                               alleles=tuple(DnaAllele(operator="Equal", call=a) for a in alleles))

    def _mito(self, sample: str, profile: MitoProfile) -> MitoData | None:
        mixed = [str(d) for d in profile.differences if "-" in d.seen and d.is_mixed]
        if self._processed is None or mixed:
            why = f"{', '.join(mixed)} have no code in NIEM" if mixed else "NIEM asks when it was read (processed=)"
            self.left_out.append(f"{sample}: the mitochondrial profile, since {why}")
            return None
        return MitoData(reference="rCRS", fragments=tuple(
            MitoFragment(processed=self._processed, start=str(start), end=str(end), polymorphisms=tuple(
                _polymorphism(d) for d in profile.differences
                if MitoProfile("", ((start, end),)).covers(d.position))) for start, end in profile.ranges))


def _alleles(genotype: Genotype) -> tuple[DnaAllele, ...]:
    return tuple(DnaAllele(operator="Equal", call=allele) for allele in dict.fromkeys(genotype.alleles))


def _polymorphism(difference: Difference) -> MitoPolymorphism:
    base = "-" if difference.is_deletion else str(difference)[-1]
    return MitoPolymorphism(site=str(difference.position), offset=str(difference.insertion), base=base)


def _pedigree(case: Case, family: Family, number: int) -> Pedigree:
    places = {m.id: f"F{number}-M{i + 1}" for i, m in enumerate(family.members)}
    samples: dict[str, list[str]] = {}
    for sample in case.reference_samples:
        if sample.family == family.id:
            samples.setdefault(sample.member, []).append(sample.id)
    return Pedigree(identifications=(_identification(_FAMILY_ID, family.id),), status="Claimed",
                    members=tuple(_member(m, places, samples.get(m.id, [])) for m in family.members))


def _member(member: Member, places: dict[str, str], samples: list[str]) -> PedigreeMember:
    ids = [_identification(_MEMBER_ID, member.id), *(_identification(_PROFILE_ID, sample) for sample in samples)]
    if member.person is not None:
        ids.append(_identification(_PERSON_ID, member.person))
    return PedigreeMember(
        attributes=(XmlAttribute("structures:id", places[member.id]),), identifications=tuple(ids),
        sex_text=None if member.sex is Sex.UNKNOWN else member.sex.value.capitalize(),
        status="S" if member.person is not None else "K" if samples else "U",
        father=_parent(member.father, places), mother=_parent(member.mother, places))


def _parent(parent: str | None, places: dict[str, str]) -> Identification | None:
    # As the published sample files name parents: by the metadata attribute.
    return None if parent is None else Identification(
        attributes=(XmlAttribute("structures:metadata", places[parent]),))


def _not_carried(case: Case) -> Iterator[str]:
    """What of a case has no place in such a message, by kind and number."""
    rates = [*(s.laboratory for s in case.reference_samples), *(s.laboratory for s in case.remains_samples)]
    placed = {m.person for family in case.families for m in family.missing}
    counts = {
        "allele frequencies of markers": len(case.frequencies.markers),
        "haplotype databases": (case.mito_database is not None) + (case.y_database is not None),
        "samples' rates of drop-out, drop-in and error": sum(not rate.is_certain for rate in rates),
        "families with inbred founders, their coefficients": sum(bool(f.inbreeding) for f in case.families),
        "entries of the roster, but for their ids and sexes": len(placed),
        "entries of the roster without a family": len(case.roster) - len(placed),
        "incidents": len(case.incidents), "elements": len(case.elements), "transfers": len(case.transfers),
        "remains without a sample": len({r.id for r in case.remains} - {s.remains for s in case.remains_samples}),
        "remains' places, dates and descriptions": sum(bool(r.provenience or r.description or r.recovered)
                                                       for r in case.remains)}
    for what, number in counts.items():
        if number:
            yield f"{what}: {number}"
