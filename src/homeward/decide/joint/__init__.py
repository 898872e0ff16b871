"""Joint identification: all pairings of a case weighed together, consistent with each other."""

from homeward.decide.joint.identify import identify_jointly
from homeward.decide.joint.prior import JointPrior, PriorKind, log_pair_odds
from homeward.decide.joint.result import (
    FirstLook,
    JointIdentification,
    JointPart,
    PriorResult,
    RankedAssignment,
    Symmetry,
)
from homeward.decide.joint.solve import How, JointLimits

__all__ = [
    "FirstLook", "How", "JointIdentification", "JointLimits", "JointPart", "JointPrior", "PriorKind", "PriorResult",
    "RankedAssignment", "Symmetry", "identify_jointly", "log_pair_odds",
]
