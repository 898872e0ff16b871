"""Probabilities of genotypes in families: pedigrees, mutation, and the table of a missing member."""

from homeward.kinship._kernels import add_tables
from homeward.kinship.batch import FamilyBatch, MarkerTables
from homeward.kinship.likelihood import Typed, marker_logliks
from homeward.kinship.linked import pair_loglik
from homeward.kinship.locus import locus_of, observe
from homeward.kinship.tables import GenotypeTable, Relatives, genotype_tables, lrs_in_urn

__all__ = [
    "FamilyBatch", "GenotypeTable", "MarkerTables", "Relatives", "Typed", "add_tables", "genotype_tables", "locus_of",
    "lrs_in_urn", "marker_logliks", "observe", "pair_loglik",
]
