"""The files that users already have, read into the model's values and written from them."""

from homeward.formats.casefile import check_case, read_case, write_case
from homeward.formats.familias import read_familias_case
from homeward.formats.inventory import read_inventory, write_inventory
from homeward.formats.neutral import read_neutral
from homeward.formats.opening import check_any, read_any
from homeward.formats.results import read_proposals, read_truth, write_results, write_search

__all__ = [
    "check_any", "check_case", "read_any", "read_case", "read_familias_case", "read_inventory", "read_neutral",
    "read_proposals", "read_truth", "write_case", "write_inventory", "write_results", "write_search",
]
