"""The chain of custody: what happened to an item, who holds it, and whether the record is as it was written."""

from homeward.custody.chain import Verdict, verify
from homeward.custody.chain_file import CHAIN_HEADER, read_chain, write_chain
from homeward.custody.event import ACTS, FIRST_HASH, ITEM_KINDS, LIMITS, Act, Event, Row, form_faults, hash_of
from homeward.custody.findings import RULES, Finding, Findings, Weight
from homeward.custody.head import Head, grouped
from homeward.custody.reconcile import MASS_TOLERANCE
from homeward.custody.state import ItemId, Phase, Standing
from homeward.custody.whereabouts import Whereabouts

__all__ = [
    "ACTS", "CHAIN_HEADER", "FIRST_HASH", "ITEM_KINDS", "LIMITS", "MASS_TOLERANCE", "RULES", "Act", "Event", "Finding",
    "Findings", "Head", "ItemId", "Phase", "Row", "Standing", "Verdict", "Weight", "Whereabouts", "form_faults",
    "grouped", "hash_of", "read_chain", "verify", "write_chain",
]
