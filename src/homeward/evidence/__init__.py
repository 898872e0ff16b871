"""The lines of evidence: each compares antemortem with postmortem records and says how much they speak for a pair."""

from homeward.evidence import age, circumstance, dental, effects, kinship, mtdna, radiograph, sex, stature, ystr

__all__ = [
    "LINES", "age", "circumstance", "dental", "effects", "kinship", "mtdna", "radiograph", "sex", "stature", "ystr",
]

LINES = (kinship, mtdna, ystr, sex, age, stature, dental, effects, circumstance, radiograph)
