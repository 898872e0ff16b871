"""The DNA records and pedigrees of NIEM's Biometrics domain: read, written, made into cases and made from them."""

from homeward.formats.niem.case import niem_case, read_niem_case
from homeward.formats.niem.export import NiemExport, case_to_niem
from homeward.formats.niem.mapping import XmlAttribute
from homeward.formats.niem.pedigrees import parents_of
from homeward.formats.niem.people import (
    Contact,
    Entity,
    Identification,
    Location,
    NiemDate,
    Organization,
    Person,
    PersonName,
    Site,
    Software,
)
from homeward.formats.niem.provenance import (
    Accreditation,
    AnalysisProcess,
    Cartridge,
    Collection,
    DnaAnalysis,
    DnaProcess,
    DnaSource,
    Electropherogram,
    FragmentAnalysis,
    InstrumentProcess,
    SampleOrigin,
)
from homeward.formats.niem.reading import read_niem
from homeward.formats.niem.releases import RELEASES
from homeward.formats.niem.values import (
    DnaAllele,
    DnaEncoding,
    DnaLocus,
    DnaRecord,
    Donor,
    Kit,
    MitoData,
    MitoFragment,
    MitoPolymorphism,
    NiemFile,
    Pedigree,
    PedigreeMember,
    StrData,
)
from homeward.formats.niem.writing import write_niem

__all__ = [
    "RELEASES", "Accreditation", "AnalysisProcess", "Cartridge", "Collection", "Contact", "DnaAllele", "DnaAnalysis",
    "DnaEncoding", "DnaLocus", "DnaProcess", "DnaRecord", "DnaSource", "Donor", "Electropherogram", "Entity",
    "FragmentAnalysis", "Identification", "InstrumentProcess", "Kit", "Location", "MitoData", "MitoFragment",
    "MitoPolymorphism", "NiemDate", "NiemExport", "NiemFile", "Organization", "Pedigree", "PedigreeMember", "Person",
    "PersonName", "SampleOrigin", "Site", "Software", "StrData", "XmlAttribute", "case_to_niem", "niem_case",
    "parents_of", "read_niem", "read_niem_case", "write_niem",
]
