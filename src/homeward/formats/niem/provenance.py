"""How a DNA profile came to be: collection, source, process and raw data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from homeward.formats.niem.mapping import Element, NiemObject
from homeward.formats.niem.people import Entity, Identification, Site, Software

__all__ = [
    "Accreditation", "AnalysisProcess", "Cartridge", "Collection", "DnaAnalysis", "DnaProcess", "DnaSource",
    "Electropherogram", "FragmentAnalysis", "InstrumentProcess", "SampleOrigin",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection(NiemObject):
    """When, by whom and where a sample was taken."""

    collected: Annotated[str | None, Element("biom:DNASampleCollectionUTCDate", form="instant")] = None
    within: Annotated[str | None, Element("biom:DNASampleCollectionDateEstimateRangeDuration")] = None
    by: Annotated[Entity | None, Element("biom:DNASampleCollectionEntity")] = None
    site: Annotated[Site | None, Element("biom:DNASampleCollectionSite")] = None
    comment: Annotated[str | None, Element("biom:DNASampleCollectionCommentText")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOrigin(NiemObject):
    """From which cells (Bone, Tooth Pulp, Blood …), and from which part: BP a body part, WB a whole body."""

    cells: Annotated[tuple[str, ...], Element("biom:DNACellularCategoryCode")] = ()
    part: Annotated[tuple[str, ...], Element("biom:DNASampleOriginCode")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DnaSource(NiemObject):
    """What a profile was made from."""

    identifications: Annotated[tuple[Identification, ...], Element("biom:DNASourceIdentification")] = ()
    category: Annotated[str | None, Element("biom:DNASourceCategoryCode")] = None
    composite: Annotated[bool | None, Element("biom:DNASourceCompositeIndicator")] = None
    known: Annotated[bool | None, Element("biom:DNASourceKnownIndicator")] = None
    origin: Annotated[SampleOrigin | None, Element("biom:DNASampleOrigin")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accreditation(NiemObject):
    """By what a laboratory is accredited."""

    levels: Annotated[tuple[str, ...], Element("biom:DNALaboratoryAccreditationLevelCode")] = ()
    scopes: Annotated[tuple[str, ...], Element("biom:DNALaboratoryAccreditationScopeCode")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cartridge(NiemObject):
    """The cartridge of a rapid instrument."""

    name: Annotated[str | None, Element("biom:DNACartridgeName")] = None
    identifications: Annotated[tuple[Identification, ...], Element("biom:DNACartridgeIdentification")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentProcess(NiemObject):
    """One run of an instrument."""

    device_id: Annotated[str | None, Element("biom:DeviceID")] = None
    device: Annotated[str | None, Element("biom:DeviceName")] = None
    device_category: Annotated[str | None, Element("biom:DeviceCategoryText")] = None
    manufacturer: Annotated[str | None, Element("biom:DeviceManufacturerText")] = None
    device_description: Annotated[str | None, Element("biom:DeviceDescriptionText")] = None
    make: Annotated[str | None, Element("biom:DeviceMakeText")] = None
    model: Annotated[str | None, Element("biom:DeviceModelText")] = None
    serial_number: Annotated[str | None, Element("biom:DeviceSerialNumberText")] = None
    device_version: Annotated[str | None, Element("biom:DeviceVersionText")] = None
    firmware: Annotated[str | None, Element("biom:DeviceFirmwareVersionText")] = None
    processed: Annotated[str | None, Element("biom:ProcessUTCDate", form="instant")] = None
    by: Annotated[tuple[Entity, ...], Element("biom:DNAAnalysisProcessingEntity")] = ()
    site: Annotated[Site | None, Element("biom:DNAInstrumentSite")] = None
    accreditations: Annotated[tuple[Accreditation, ...], Element("biom:DNALaboratoryAccreditation")] = ()
    software: Annotated[Software | None, Element("biom:DNAInstrumentSoftware")] = None
    cartridge: Annotated[Cartridge | None, Element("biom:DNACartridge")] = None
    description: Annotated[str | None, Element("biom:ProcessDescriptionText")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisProcess(NiemObject):
    """One analysis of the raw data, or of a mixture."""

    processed: Annotated[str | None, Element("biom:ProcessUTCDate", form="instant")] = None
    by: Annotated[tuple[Entity, ...], Element("biom:DNAAnalysisProcessingEntity")] = ()
    site: Annotated[Site | None, Element("biom:DNAAnalysisProcessSite")] = None
    accreditation: Annotated[Accreditation | None, Element("biom:DNALaboratoryAccreditation")] = None
    name: Annotated[str | None, Element("biom:ProcessName")] = None
    manufacturer: Annotated[str | None, Element("biom:DNAAnalysisProcessManufacturerName")] = None
    software: Annotated[Software | None, Element("biom:DNAAnalysisProcessSoftware")] = None
    description: Annotated[str | None, Element("biom:ProcessDescriptionText")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DnaProcess(NiemObject):
    """From the sample to the profile."""

    instruments: Annotated[tuple[InstrumentProcess, ...], Element("biom:DNAInstrumentProcess")] = ()
    analyses: Annotated[tuple[AnalysisProcess, ...], Element("biom:DNAAnalysisProcess")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FragmentAnalysis(NiemObject):
    """Raw data of the sample or of its ladder; ``data`` in base64, as written."""

    id: Annotated[str | None, Element("biom:DNAFragmentSequenceAnalysisID")] = None
    category: Annotated[str | None, Element("biom:DNAFragmentSequenceAnalysisCategoryCode")] = None
    storage: Annotated[str | None, Element("biom:DNAFragmentSequenceAnalysisFileStorageText")] = None
    data: Annotated[str | None, Element("biom:DNAFragmentSequenceAnalysisBinaryObject")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Electropherogram(NiemObject):
    """A picture of the raw data; ``data`` in base64, as written."""

    id: Annotated[str | None, Element("biom:DNAElectropherogramID")] = None
    storage: Annotated[str | None, Element("biom:DNAElectropherogramFileStorageText")] = None
    description: Annotated[str | None, Element("biom:DNAElectropherogramDataDescriptionText")] = None
    data: Annotated[str | None, Element("biom:DNAElectropherogramBinaryObject")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DnaAnalysis(NiemObject):
    """The raw data."""

    fragments: Annotated[tuple[FragmentAnalysis, ...], Element("biom:DNAFragmentSequenceAnalysis")] = ()
    electropherograms: Annotated[tuple[Electropherogram, ...], Element("biom:DNAElectropherogram")] = ()
