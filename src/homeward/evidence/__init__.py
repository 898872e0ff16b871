"""The lines of evidence: each compares antemortem with postmortem records and says how much they speak for a pair."""

from homeward.evidence import kinship

__all__ = ["LINES", "kinship"]

LINES = (kinship,)
