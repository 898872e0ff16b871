"""From evidence to conclusions: prior, posterior, the rule, and the words for what follows."""

from homeward.decide.identify import identify
from homeward.decide.lines import antemortem, postmortem
from homeward.decide.posterior import posterior_of
from homeward.decide.prior import prior_of
from homeward.decide.result import (
    Candidate,
    Conclusion,
    Identification,
    MarkerLR,
    PersonResult,
    Proposal,
    RemainsResult,
)
from homeward.decide.score import ProposedName, Score, score

__all__ = [
    "Candidate", "Conclusion", "Identification", "MarkerLR", "PersonResult", "Proposal", "ProposedName",
    "RemainsResult", "Score", "antemortem", "identify", "posterior_of", "postmortem", "prior_of", "score",
]
