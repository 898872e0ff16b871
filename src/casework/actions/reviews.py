"""Reviewing a proposed name: two people, the second of whom does not know what the first one said."""

from __future__ import annotations

from django.utils import timezone

from casework.actions.act import act
from casework.actions.moves import move, reason_given
from casework.policy import Permission
from casework.policy.stages import Move, Stage, Step
from casework.store.models import Account, Proposal, Review
from homeward.model import InvalidValue

__all__ = ["review"]

_VERDICTS = {"agree": True, "disagree": False}


def review(*, actor: Account, proposal: Proposal, verdict: str, reason: str, version: int | None = None) -> Review:
    """Write down a verdict, "agree" or "disagree"; the second one closes the review.

    Two who agree make the proposal ready to be signed; otherwise it is refused. Raises NotPossible for a second review
    by the same person, and for a proposal below the case's rule, Conflict, InvalidValue, NotAllowed.
    """
    with act(actor, Permission.REVIEW_WRITE):
        if verdict not in _VERDICTS:
            raise InvalidValue(str(proposal), "verdict", verdict, f"must be one of {', '.join(_VERDICTS)}")
        given = reason_given(proposal, reason)
        standing = move(proposal, Move(Step.REVIEW, actor.pk, _VERDICTS[verdict]), version=version)
        if standing.stage is Stage.REFUSED:
            Proposal.objects.filter(pk=proposal.pk).update(closed_at=timezone.now(), closed_by=actor,
                                                           closed_reason="the two reviews do not both agree")
        made = Review(proposal=proposal, order=len(standing.reviews), reviewer=actor, verdict=verdict, reason=given)
        made.save(force_insert=True)
    return made
