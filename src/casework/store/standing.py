"""A proposal's rows as the standing that the rules judge."""

from __future__ import annotations

from casework.policy.stages import Reviewed, Stage, Standing
from casework.store.models import Decision, Proposal, Review

__all__ = ["decision_on", "stage_of", "standing_of"]


def decision_on(proposal: Proposal) -> Decision | None:
    """The decision that was signed on a proposal, None where there is none."""
    return Decision.objects.filter(proposal=proposal).first()


def stage_of(proposal: Proposal, decision: Decision | None) -> Stage:
    """How far a proposal has come, its decision being given."""
    if decision is None or decision.withdrawn_at is not None:
        return Stage(proposal.state)
    if decision.published_at is not None:
        return Stage.PUBLISHED
    return Stage.SIGNED if decision.told_at is None else Stage.TOLD


def standing_of(proposal: Proposal) -> Standing:
    """The proposal with all its reviews, hidden from nobody: for rules, not for readers."""
    decision = decision_on(proposal)
    reviews = tuple(Reviewed(r.reviewer_id, r.verdict == "agree")
                    for r in Review.objects.filter(proposal=proposal).order_by("order"))
    return Standing(stage_of(proposal, decision), proposal.meets_rule, reviews,
                    None if decision is None else decision.signed_by_id,
                    decision is not None and decision.told_at is not None)
