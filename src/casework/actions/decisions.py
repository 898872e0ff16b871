"""Signing an identification, making it public, taking it back: a decision cannot vanish."""

from __future__ import annotations

from django.utils import timezone

from casework.actions.act import NotPossible, act
from casework.actions.moves import move, reason_given, settle
from casework.actions.records import correct
from casework.policy import Permission
from casework.policy.stages import Move, Step
from casework.store.models import Account, Decision, Document, Person, Proposal, StatusChange
from homeward.model import PartialDate

__all__ = ["publish_decision", "sign_proposal", "withdraw_decision"]

_ACCOUNTED, _UNACCOUNTED = "accounted for", "unaccounted for"


def sign_proposal(*, actor: Account, proposal: Proposal, reason: str, document: Document | None = None,
                  version: int | None = None) -> Decision:
    """Sign a proposal on which two others have agreed: the person is accounted for.

    Raises NotPossible without two agreeing reviews by others than the signer, and where the remains bear a name
    already; Conflict where somebody was quicker; InvalidValue without a reason; NotAllowed.
    """
    with act(actor, Permission.DECISION_SIGN):
        given = reason_given(proposal, reason)
        move(proposal, Move(Step.SIGN, actor.pk), version=version)
        for record in (proposal.person, proposal.remains):
            if record.withdrawn_at is not None:
                raise NotPossible(f"{record} has been withdrawn from the register")
        named = Decision.objects.filter(remains=proposal.remains_id, withdrawn_at__isnull=True).first()
        if named is not None:
            raise NotPossible(f"{named} by an earlier decision, which would have to be withdrawn first")
        decision = Decision(case_id=proposal.case_id, proposal=proposal, person_id=proposal.person_id,
                            remains_id=proposal.remains_id, reason=given, document=document, signed_by=actor,
                            signed_at=timezone.now())
        decision.save(force_insert=True)
        _set_status(decision, _ACCOUNTED, actor=actor, reason=f"{decision}: {given}", document=document)
    return decision


def publish_decision(*, actor: Account, decision: Decision, version: int | None = None) -> Decision:
    """Make a decision public, the family having been told; raises NotPossible, Conflict, NotAllowed."""
    with act(actor, Permission.PUBLISH):
        return settle(decision, Move(Step.PUBLISH, actor.pk), version=version, published_at=timezone.now(),
                      published_by=actor)


def withdraw_decision(*, actor: Account, decision: Decision, reason: str, document: Document | None = None,
                      version: int | None = None) -> Decision:
    """Take a signed decision back; the person is unaccounted for again, unless another decision stands.

    Raises NotPossible where it is withdrawn already, Conflict, InvalidValue without a reason, NotAllowed.
    """
    with act(actor, Permission.DECISION_WITHDRAW):
        given, now = reason_given(decision, reason), timezone.now()
        settle(decision, Move(Step.WITHDRAW, actor.pk), version=version, withdrawn_at=now, withdrawn_by=actor,
               withdrawn_reason=given)
        Proposal.objects.filter(pk=decision.proposal_id).update(closed_at=now, closed_by=actor, closed_reason=given)
        if _rests_on_decisions(decision.person_id):
            _set_status(decision, _UNACCOUNTED, actor=actor, reason=f"withdrawn that {decision}: {given}",
                        document=document)
    return decision


def _rests_on_decisions(person: int) -> bool:
    """Whether a decision, and no hand, made the person accounted for, and none stands any more."""
    last = StatusChange.objects.filter(person=person).last()
    return (last is not None and last.decision_id is not None and last.status == _ACCOUNTED
            and not Decision.objects.filter(person=person, withdrawn_at__isnull=True).exists())


def _set_status(decision: Decision, status: str, *, actor: Account, reason: str, document: Document | None) -> None:
    person = Person.objects.get(pk=decision.person_id)
    if person.status == status:
        return
    correct(person, actor=actor, changes={"status": status}, reason=reason, document=document)
    today = timezone.now().date()
    change = StatusChange(person=person, status=status, reason=reason, document=document, decision=decision, by=actor)
    change.dated = PartialDate(today.year, today.month, today.day)
    change.save(force_insert=True)
