"""The lines of evidence: each compares antemortem with postmortem records and says how much they speak for a pair."""

from homeward.evidence import kinship, mtdna, ystr

__all__ = ["LINES", "kinship", "mtdna", "ystr"]

LINES = (kinship, mtdna, ystr)
