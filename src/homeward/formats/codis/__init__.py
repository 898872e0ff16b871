"""The import files of CODIS (CMF 3.2 and 3.3): read, written, made into cases and made from them."""

from homeward.formats.codis.case import cmf_case, read_cmf_case
from homeward.formats.codis.export import CmfExport, Letter, case_to_cmf
from homeward.formats.codis.limits import CATEGORIES, KITS, LOCI, NAMESPACE
from homeward.formats.codis.reading import read_cmf
from homeward.formats.codis.relations import relation_to
from homeward.formats.codis.samples import CmfReference, CmfSamples, Relation, cmf_samples
from homeward.formats.codis.values import Allele, CmfImport, Locus, Specimen
from homeward.formats.codis.writing import write_cmf

__all__ = [
    "CATEGORIES", "KITS", "LOCI", "NAMESPACE", "Allele", "CmfExport", "CmfImport", "CmfReference", "CmfSamples",
    "Letter", "Locus", "Relation", "Specimen", "case_to_cmf", "cmf_case", "cmf_samples", "read_cmf", "read_cmf_case",
    "relation_to", "write_cmf",
]
