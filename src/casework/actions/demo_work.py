"""What a demonstration's people have done before the visitor comes: boxes handed over, names reviewed and signed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from casework.actions.custody import Handed, hand_over, receive
from casework.actions.decisions import publish_decision, sign_proposal
from casework.actions.documents import add_document
from casework.actions.reviews import review
from casework.actions.tellings import tell_family
from casework.policy import Role
from casework.store.models import Account, CaseFile, Container, Document, Proposal, Transfer
from homeward.model import PartialDate
from homeward.simulate import GrownKorea

__all__ = ["hand_over_boxes", "work_on_proposals"]

_WHY = "The profile agrees with all relatives who gave a sample. Synthetic."
_TOLD = PartialDate(2026, 11)
# How many proposals have come how far: public, signed, reviewed twice, reviewed once.
_PUBLIC, _SIGNED, _REVIEWED, _BEGUN = 6, 2, 2, 2


def hand_over_boxes(*, custodian: Account, case: CaseFile, grown: GrownKorea) -> int:
    """Record the custody of all boxes as far as it is public: received, then handed on; gives the number of acts."""
    acts = 0
    for transfer in Transfer.objects.filter(case=case, withdrawn_at__isnull=True).order_by("date", "key"):
        keys = Container.objects.filter(transfer=transfer, withdrawn_at__isnull=True).values_list("key", flat=True)
        boxes = [Handed("container", key, count=1, unit="box") for key in keys.order_by("key")]
        if not boxes:
            continue
        receive(actor=custodian, case=case, items=boxes, giver=transfer.giver, receiver=transfer.receiver,
                at=transfer.date, place=transfer.place, document=transfer.document)
        legs = [leg for leg in grown.legs if leg.transfer == transfer.key]
        for leg in legs:
            hand_over(actor=custodian, case=case, items=boxes, giver=leg.giver, receiver=leg.receiver, at=leg.at,
                      place=leg.place, note=leg.note)
        acts += 1 + len(legs)
    return acts


def work_on_proposals(*, actors: Mapping[Role, Account], second: Account, case: CaseFile) -> dict[str, int]:
    """Bring some proposals forward, so that every stage of the way can be seen; gives how many came how far."""
    rows = Proposal.objects.filter(case=case, state="proposed", meets_rule=True).order_by("-posterior", "pk")
    chosen = list(rows[:_PUBLIC + _SIGNED + _REVIEWED + _BEGUN])
    ends = [0, _PUBLIC, _PUBLIC + _SIGNED, _PUBLIC + _SIGNED + _REVIEWED, len(chosen)]
    public, signed, reviewed, begun = (chosen[a:b] for a, b in pairwise(ends))
    basis = add_document(actor=actors[Role.CASE_MANAGER], case=case, key="DOC-BOARD", title=(
        "Minutes of the synthetic identification board"), kind="minutes", publisher="Synthetic Case Office")
    for proposal in begun:
        _review(actors[Role.REVIEWER], proposal)
    for proposal in (*public, *signed, *reviewed):
        _review(actors[Role.REVIEWER], proposal)
        _review(second, proposal)
    for proposal in (*public, *signed):
        _sign(actors, proposal, basis, publish=proposal in public)
    return {"public": len(public), "signed": len(signed), "reviewed": len(reviewed), "first review": len(begun)}


def _review(reviewer: Account, proposal: Proposal) -> None:
    proposal.refresh_from_db()
    review(actor=reviewer, proposal=proposal, verdict="agree", reason=_WHY)


def _sign(actors: Mapping[Role, Account], proposal: Proposal, basis: Document, *, publish: bool) -> None:
    proposal.refresh_from_db()
    decision = sign_proposal(actor=actors[Role.CASE_MANAGER], proposal=proposal, reason=_WHY, document=basis)
    if publish:
        tell_family(actor=actors[Role.LIAISON], person=proposal.person, decision=decision, how="in person", dated=_TOLD,
                    told="the next of kin (synthetic)", what="That the remains are those of their relative, and how "
                    "this is known. Synthetic.")
        decision.refresh_from_db()
        publish_decision(actor=actors[Role.CASE_MANAGER], decision=decision)
