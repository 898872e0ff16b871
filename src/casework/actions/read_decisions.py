"""Deciding what a reader proposed: accepted, edited, rejected, taken back; what is accepted alone is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone

from casework.actions.act import Conflict, NotPossible, act
from casework.actions.dependents import standing_dependents
from casework.actions.records import withdraw
from casework.actions.statements import record_statement
from casework.policy import Permission
from casework.store.bridge import BOOK
from casework.store.bridge.readings import ACTS, FIXED, Cells, act_of, quoted
from casework.store.models import Account, DocumentText, Meeting, ReadProposal, ReadRecord, Record
from homeward.model import InvalidValue

__all__ = ["accept_proposal", "permission_for", "reject_proposal", "undo_decision"]

_ASKED = {"claim": Permission.CLAIM_WRITE}


def permission_for(proposal: ReadProposal) -> Permission:
    """What it takes to decide on a proposal: what recording it would take."""
    return _ASKED.get(proposal.kind, Permission.TALK_WRITE)


def accept_proposal(*, actor: Account, proposal: ReadProposal, cells: Mapping[str, Mapping[str, str]] | None = None,
                    meeting: str = "") -> ReadProposal:
    """Accept a proposal: what it says becomes a record, with the words that it was read in; an event stays as it is.

    Args: ``cells``: by table of the account, the columns that one would rather have otherwise, as in the account
    folder; ``meeting``: the key of a standing meeting of the case to which what was done belongs, "" for a new one.

    Raises Conflict where somebody has decided meanwhile, InvalidValue naming the column that the science or the
    register refuses, NotPossible where the quote does not stand in the stored text, NotAllowed.
    """
    with act(actor, permission_for(proposal)):
        left = _left(proposal, cells or {})
        state = "accepted" if left == [(table, dict(said)) for table, said in proposal.records] else "edited"
        _decide(actor, proposal, state, decided_as=left)
        reading = DocumentText.objects.select_related("document", "case").get(pk=proposal.reading_id)
        if reading.text[proposal.start:proposal.end] != proposal.quote:
            raise NotPossible("the quote does not stand in the text of the document at its place")
        for table, record in _recorded(actor, reading, proposal, dict(left), meeting):
            ReadRecord.objects.create(proposal=proposal, table=table, row=record.pk)
    return proposal


def reject_proposal(*, actor: Account, proposal: ReadProposal, reason: str = "") -> ReadProposal:
    """Reject a proposal; it stays on the page of its reading, rejected. Raises Conflict, NotAllowed."""
    with act(actor, permission_for(proposal)):
        return _decide(actor, proposal, "rejected", reason=reason.strip())


def undo_decision(*, actor: Account, proposal: ReadProposal, reason: str = "") -> ReadProposal:
    """Open a decided proposal again; the records that it became are withdrawn, for a reason.

    A meeting to which others have added stays. Raises Conflict where somebody has decided otherwise meanwhile,
    NotPossible of one that is open or whose record others rest on, InvalidValue without a reason where a record is
    withdrawn, NotAllowed: withdrawing takes the permission to withdraw.
    """
    with act(actor, permission_for(proposal)):
        stored = ReadProposal.objects.select_for_update().get(pk=proposal.pk)
        if stored.state == "open":
            raise NotPossible("nobody has decided on it")
        if (stored.state, stored.decided_at) != (proposal.state, proposal.decided_at):
            raise Conflict(_meanwhile(stored))
        for record in _standing(stored):
            if not (isinstance(record, Meeting) and standing_dependents(record)):
                withdraw(record, actor=actor, reason=reason)
        _put(proposal, state="open", decided_by=None, decided_at=None, decided_as=[], reason="")
        proposal.save()
    return proposal


def _decide(actor: Account, proposal: ReadProposal, state: str, *, reason: str = "",
            decided_as: Any = ()) -> ReadProposal:
    said = {"state": state, "decided_by": actor, "decided_at": timezone.now(), "reason": reason,
            "decided_as": list(decided_as)}
    # The stored row decides: whoever comes second finds it decided.
    if not ReadProposal.objects.filter(pk=proposal.pk, state="open").update(**said):
        stored = ReadProposal.objects.select_related("decided_by").get(pk=proposal.pk)
        raise Conflict(_meanwhile(stored))
    _put(proposal, **said)
    return proposal


def _put(proposal: ReadProposal, **said: Any) -> None:
    for name, value in said.items():
        setattr(proposal, name, value)


def _meanwhile(stored: ReadProposal) -> str:
    if stored.state == "open":
        return f"proposal {stored.number} was opened again meanwhile: look at it again"
    return f"proposal {stored.number} was {stored.state} meanwhile, by {stored.decided_by}: look at it again"


def _left(proposal: ReadProposal, cells: Mapping[str, Mapping[str, str]]) -> list[tuple[str, Cells]]:
    """The cells as they are to be recorded; the words and their place are nobody's to change."""
    left = []
    for table, said in proposal.records:
        changed = cells.get(table, {})
        for column in changed:
            if column in FIXED or column not in said:
                raise InvalidValue(f"proposal {proposal.number}", column, changed[column], "is not open to change")
        left.append((table, {**said, **changed}))
    return left


def _recorded(actor: Account, reading: DocumentText, proposal: ReadProposal, left: Mapping[str, Cells],
              meeting: str) -> Iterator[tuple[str, Record]]:
    """The records that a proposal becomes, as they are made."""
    if ACTS in left:
        act_of(left[ACTS])
        return
    for table, said in left.items():
        cells = quoted(proposal, table, said, reading.document.key)
        if table == "meetings" and meeting:
            continue
        if table == "meeting_events":
            cells["meeting"] = meeting
        made = record_statement(actor=actor, case=reading.case, table=table, cells=cells)
        if table == "meetings":
            meeting = made.key
        yield table, made


def _standing(proposal: ReadProposal) -> list[Record]:
    """The records that it became and that stand, the last first."""
    rows = [BOOK[made.table].model._default_manager.filter(pk=made.row, withdrawn_at__isnull=True).first()
            for made in ReadRecord.objects.filter(proposal=proposal).order_by("-pk")]
    return [row for row in rows if row is not None]
