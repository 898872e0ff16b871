"""Elements of one person: whether bones belong together, and how many persons there are."""

from homeward.commingling.likely_number import LikelyNumber, PairCount, likely_number
from homeward.commingling.minimum_number import MinimumNumber, minimum_number
from homeward.commingling.pairs import PairSettings, PairTable, compare_pairs
from homeward.commingling.reference import ReferenceTable
from homeward.commingling.same_person import Dna, SamePersonSettings, SamePersonTable, same_person
from homeward.commingling.size_shape import Information, SizeShape, populations, shipped
from homeward.commingling.uncertain_pairs import UncertainPairs, number_with_uncertain_pairs

__all__ = [
    "Dna", "Information", "LikelyNumber", "MinimumNumber", "PairCount", "PairSettings", "PairTable", "ReferenceTable",
    "SamePersonSettings", "SamePersonTable", "SizeShape", "UncertainPairs", "compare_pairs", "likely_number",
    "minimum_number", "number_with_uncertain_pairs", "populations", "same_person", "shipped",
]
