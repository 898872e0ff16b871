"""One step of a proposed name: locked, compared with what the actor saw, judged by the rules, written."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from casework.actions.act import Conflict, NotPossible
from casework.policy.stages import Move, Stage, Standing, after, refusal
from casework.store.models import Decision, Proposal
from casework.store.standing import standing_of
from homeward.model import InvalidValue

__all__ = ["move", "reason_given", "settle"]


def move(proposal: Proposal, step: Move, *, version: int | None, **columns: Any) -> Standing:
    """Take a step with a proposal, and write ``columns`` of it; to be called inside ``act``.

    Args: ``version``, of the proposal, that the actor saw (None: that of the object given).

    Returns the new standing. Raises Conflict where somebody else was quicker, NotPossible where the rules forbid it.
    """
    seen = proposal.version if version is None else version
    stored = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if stored.version != seen:
        raise Conflict(f"the proposal {stored} has been changed since version {seen}; look at it again")
    standing = standing_of(stored)
    refused = refusal(standing, step)
    if refused:
        raise NotPossible(f"{stored}: {refused}")
    following = after(standing, step)
    proposal.version, proposal.state = stored.version + 1, _state(following.stage)
    for name, value in columns.items():
        setattr(proposal, name, value)
    if not Proposal.objects.filter(pk=proposal.pk, version=seen).update(
            version=proposal.version, state=proposal.state, **columns):
        raise Conflict(f"the proposal {stored} has been changed since version {seen}; look at it again")
    return following


def settle(decision: Decision, step: Move, *, version: int | None, **columns: Any) -> Decision:
    """The same with a decision, whose proposal takes the step along; ``version`` is the decision's."""
    seen = decision.version if version is None else version
    if not Decision.objects.filter(pk=decision.pk, version=seen).update(version=F("version") + 1):
        raise Conflict(f"the decision that {decision} has been changed since version {seen}; look at it again")
    proposal = Proposal.objects.get(pk=decision.proposal_id)
    move(proposal, step, version=None)
    Decision.objects.filter(pk=decision.pk).update(**columns)
    decision.refresh_from_db()
    return decision


def reason_given(record: object, reason: str) -> str:
    """The reason without blanks around it; raises InvalidValue where there is none."""
    if not reason.strip():
        raise InvalidValue(str(record), "reason", reason, "must be given")
    return reason.strip()


def _state(stage: Stage) -> str:
    """A proposal keeps its own part of the way; what follows the signature stands in the decision."""
    return Stage.SIGNED.value if stage in (Stage.TOLD, Stage.PUBLISHED) else stage.value
