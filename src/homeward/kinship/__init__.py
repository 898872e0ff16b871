"""Probabilities of genotypes in families: pedigrees, mutation, and the table of a missing member."""

from homeward.kinship._kernels import add_reports, add_tables
from homeward.kinship.batch import FamilyBatch, MarkerTables, report_rows
from homeward.kinship.blind import BlindSearch, blind_search
from homeward.kinship.laboratory import ClassWeights, rank_one_terms
from homeward.kinship.likelihood import Typed, marker_logliks, typed_families
from homeward.kinship.linked import pair_loglik
from homeward.kinship.linked_tables import LinkedPair, linked_pairs
from homeward.kinship.locus import Observation, locus_of, observe
from homeward.kinship.remains_codes import RemainsCodes, Report, encode_remains
from homeward.kinship.tables import GenotypeTable, Relatives, genotype_tables, lrs_in_urn

__all__ = [
    "BlindSearch", "ClassWeights", "FamilyBatch", "GenotypeTable", "LinkedPair", "MarkerTables", "Observation",
    "Relatives", "RemainsCodes", "Report", "Typed", "add_reports", "add_tables", "blind_search", "encode_remains",
    "genotype_tables", "linked_pairs", "locus_of", "lrs_in_urn", "marker_logliks", "observe", "pair_loglik",
    "rank_one_terms", "report_rows", "typed_families",
]
