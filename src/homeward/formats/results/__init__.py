"""An identification as files that other programs read: results.json, CSV tables, and a table of known truth."""

from homeward.formats.results.pairs import write_search
from homeward.formats.results.read import read_proposals, read_truth
from homeward.formats.results.write import write_results

__all__ = ["read_proposals", "read_truth", "write_results", "write_search"]
