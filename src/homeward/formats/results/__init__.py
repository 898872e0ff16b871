"""An identification as files that other programs read: results.json, CSV tables, and a table of known truth."""

from homeward.formats.results.document import result_digest, results_document
from homeward.formats.results.facts import facts_of, versions
from homeward.formats.results.pairs import write_search
from homeward.formats.results.read import read_proposals, read_truth
from homeward.formats.results.write import write_results

__all__ = ["facts_of", "read_proposals", "read_truth", "result_digest", "results_document", "versions", "write_results",
           "write_search"]
