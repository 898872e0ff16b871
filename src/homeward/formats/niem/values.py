"""DNA records and pedigrees of NIEM's Biometrics domain, in frozen values that check themselves.

Fields follow the schema's elements one by one, down to the locus: who read it, when, of what quality, with which kit
and batch. None: not recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated

from homeward.formats.markup import XmlElement
from homeward.formats.niem.mapping import Element, NiemObject, XmlAttribute
from homeward.formats.niem.people import Entity, Identification, Person, sex_of
from homeward.formats.niem.provenance import Accreditation, Collection, DnaAnalysis, DnaProcess, DnaSource
from homeward.formats.niem.releases import (
    BASES,
    CATEGORIES,
    LOCUS_CATEGORIES,
    MEMBER_STATUSES,
    OPERATORS,
    PEDIGREE_STATUSES,
    QUALITIES,
    RELEASES,
    TECHNOLOGIES,
)
from homeward.model import InvalidValue, Sex

__all__ = [
    "DnaAllele", "DnaEncoding", "DnaLocus", "DnaRecord", "Donor", "Kit", "MitoData", "MitoFragment",
    "MitoPolymorphism", "NiemFile", "Pedigree", "PedigreeMember", "StrData",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DnaAllele(NiemObject):
    """One allele: ``call`` as the operator says (Equal; above or below the ladder; from ``call`` to ``call_2``)."""

    operator: Annotated[str | None, Element("biom:DNAAlleleOperatorCode", codes=OPERATORS)] = None
    call: Annotated[str | None, Element("biom:DNAAlleleCall1Text")] = None
    call_2: Annotated[str | None, Element("biom:DNAAlleleCall2Text")] = None
    peak_height: Annotated[str | None, Element("biom:DNAAllelePeakHeightValue", form="integer")] = None
    required: Annotated[bool | None, Element("biom:DNAAlleleRequiredIndicator")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit(NiemObject):
    """The kit that typed a locus or all of them."""

    id: Annotated[str | None, Element("biom:DNAKitReferenceID")] = None
    name: Annotated[str | None, Element("biom:DNAKitName")] = None
    manufacturer: Annotated[str | None, Element("biom:DNAKitManufacturerName")] = None
    description: Annotated[str | None, Element("biom:DNAKitDescriptionText")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DnaLocus(NiemObject):
    """One locus. A homozygote is one allele written once; ``quality`` says whether one may be lost."""

    name: Annotated[str, Element("biom:DNALocusName")]
    category: Annotated[str, Element("biom:DNALocusCategoryCode", codes=LOCUS_CATEGORIES)]
    kit: Annotated[Kit | None, Element("biom:DNAKit")] = None
    batch: Annotated[str | None, Element("biom:DNABatchID")] = None
    processed: Annotated[str | None, Element("biom:ProcessUTCDate", form="instant")] = None
    by: Annotated[Entity | None, Element("biom:DNAAnalysisProcessingEntity")] = None
    quality: Annotated[str, Element("biom:DNALocusQualityStatusCode", codes=QUALITIES)]
    alleles: Annotated[tuple[DnaAllele, ...], Element("biom:DNAAllele")]

    @property
    def analyst(self) -> str:
        """Who read it, by the first name or id that is given; "" where none is."""
        return "" if self.by is None else self.by.label


@dataclass(frozen=True, slots=True, kw_only=True)
class StrData(NiemObject):
    """The STR loci of an encoding."""

    kit: Annotated[Kit | None, Element("biom:DNAKit")] = None
    batch: Annotated[str | None, Element("biom:DNABatchID")] = None
    lane: Annotated[str | None, Element("biom:DNASTRLaneNumeric")] = None
    partial: Annotated[bool | None, Element("biom:DNASTRProfilePartialIndicator")] = None
    loci: Annotated[tuple[DnaLocus, ...], Element("biom:DNALocus")] = ()
    comments: Annotated[tuple[str, ...], Element("biom:DNACommentText")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MitoPolymorphism(NiemObject):
    """One difference from the reference: ``offset`` counts inserted bases, 0 or None at the site itself."""

    site: Annotated[str | None, Element("biom:DNAMitoPolymorphismSiteNumeric", form="integer")] = None
    offset: Annotated[str | None, Element("biom:DNAMitoPolymorphismOffsetNumeric", form="integer")] = None
    base: Annotated[str | None, Element("biom:DNAMitoPolymorphismBaseCode", codes=BASES)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MitoFragment(NiemObject):
    """The differences between two positions, both included."""

    processed: Annotated[str | None, Element("biom:ProcessUTCDate", form="instant")] = None
    by: Annotated[Entity | None, Element("biom:DNAAnalysisProcessingEntity")] = None
    start: Annotated[str, Element("biom:DNAMitoFragmentStartNumeric", form="integer")]
    end: Annotated[str, Element("biom:DNAMitoFragmentEndNumeric", form="integer")]
    polymorphisms: Annotated[tuple[MitoPolymorphism, ...], Element("biom:DNAMitoPolymorphism")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MitoData(NiemObject):
    """The mitochondrial DNA of an encoding; ``reference``: the sequence it is compared with, rCRS if not said."""

    reference: Annotated[str | None, Element("biom:DNAMitoReferenceSequenceText")] = None
    fragments: Annotated[tuple[MitoFragment, ...], Element("biom:DNAMitoFragment")] = ()
    comments: Annotated[tuple[str, ...], Element("biom:DNACommentText")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DnaEncoding(NiemObject):
    """One profile, with how it came to be."""

    technology: Annotated[str, Element("biom:DNATypingTechnologyCode", codes=TECHNOLOGIES)]
    accreditations: Annotated[tuple[Accreditation, ...], Element("biom:DNALaboratoryAccreditation")] = ()
    collection: Annotated[Collection | None, Element("biom:DNASampleCollection")] = None
    source: Annotated[DnaSource | None, Element("biom:DNASource")] = None
    process: Annotated[DnaProcess | None, Element("biom:DNAProcess")] = None
    analysis: Annotated[DnaAnalysis | None, Element("biom:DNAAnalysis")] = None
    low_template: Annotated[bool | None, Element("biom:DNALowTemplateIndicator")] = None
    partial: Annotated[bool | None, Element("biom:DNAProfilePartialIndicator")] = None
    str_data: Annotated[StrData | None, Element("biom:DNASTRData")] = None
    mito_data: Annotated[MitoData | None, Element("biom:DNAMitoData")] = None
    comments: Annotated[tuple[str, ...], Element("biom:DNACommentText")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Donor(Person):
    """Whose DNA it is, as far as that is recorded."""

    category: Annotated[str | None, Element("biom:DNADonorCategoryCode")] = None
    last_contact: Annotated[str | None, Element("biom:DNADonorLastContactDate")] = None
    dental_records: Annotated[str | None, Element("biom:DNADonorDentalRecordsAvailableCode")] = None
    collected_at: Annotated[str | None, Element("biom:DNADonorCollectionLocationDescriptionText")] = None
    status: Annotated[str | None, Element("biom:DNADonorStatusCode")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DnaRecord(NiemObject):
    """One record: a category, a donor, ids, and profiles."""

    categories: Annotated[tuple[str, ...], Element("biom:DNACategoryCode", codes=CATEGORIES)] = ()
    donors: Annotated[tuple[Donor, ...], Element("biom:DNADonor")] = ()
    identifications: Annotated[tuple[Identification, ...], Element("biom:DNADataIdentification")] = ()
    encodings: Annotated[tuple[DnaEncoding, ...], Element("biom:DNAEncoding")] = ()
    supplements: Annotated[tuple[str, ...], Element("biom:DNAProfileSupplementalText")] = ()

    @property
    def label(self) -> str | None:
        """The id of the profile, else the first id that is given."""
        given = [i for i in self.identifications if i.id]
        return next((i.id for i in given if "profile" in i.kind.casefold()), given[0].id if given else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PedigreeMember(NiemObject):
    """A member; ``status``: K known, S the one who is looked for, U unknown. Parents are named by id or reference."""

    identifications: Annotated[tuple[Identification, ...], Element("biom:PedigreeMemberIdentification")] = ()
    sex_text: Annotated[str | None, Element("nc:PersonSexText")] = None
    status: Annotated[str | None, Element("biom:PedigreeMemberStatusCode", codes=MEMBER_STATUSES)] = None
    father: Annotated[Identification | None, Element("biom:PedigreeFatherIdentification")] = None
    mother: Annotated[Identification | None, Element("biom:PedigreeMotherIdentification")] = None
    comment: Annotated[str | None, Element("nc:CommentText")] = None

    @property
    def sex(self) -> Sex:
        """The sex that is recorded."""
        return sex_of(self.sex_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pedigree(NiemObject):
    """A pedigree, and whether it is claimed, verified, negated."""

    identifications: Annotated[tuple[Identification, ...], Element("biom:PedigreeIdentification")]
    status: Annotated[str, Element("biom:PedigreeStatusCode", codes=PEDIGREE_STATUSES)]
    members: Annotated[tuple[PedigreeMember, ...], Element("biom:PedigreeMember")]
    comments: Annotated[tuple[str, ...], Element("biom:PedigreeCommentText")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NiemFile:
    """All that a NIEM message with DNA says.

    ``root``: the name of the message's element, which each exchange chooses, "" where a DNARecord is the whole file;
    ``more``: what stands beside records and pedigrees; ``prefixes``: those of the file, which its texts may use.
    ``notes`` are what was guessed or kept without being understood.
    """

    records: tuple[DnaRecord, ...] = ()
    pedigrees: tuple[Pedigree, ...] = ()
    root: str = "{urn:homeward:niem-dna}DNADataTransaction"
    release: str = "5.1"
    attributes: tuple[XmlAttribute, ...] = ()
    more: tuple[XmlElement, ...] = ()
    prefixes: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if self.release not in RELEASES:
            raise InvalidValue("NIEM", "release", self.release, f"must be one of {', '.join(RELEASES)}")
        if not self.records and not self.pedigrees:
            raise InvalidValue("NIEM", "biom:DNARecord", 0, "must be at least one, or a biom:Pedigree")
        if not self.root and (len(self.records) != 1 or self.pedigrees or self.more or self.attributes):
            raise InvalidValue("NIEM", "root", self.root, "must be named where there is more than one record")

    def loci(self) -> Iterator[tuple[DnaRecord, DnaEncoding, DnaLocus]]:
        """Every locus, with the encoding and the record that it is of."""
        for record in self.records:
            for encoding in record.encodings:
                for locus in encoding.str_data.loci if encoding.str_data is not None else ():
                    yield record, encoding, locus
