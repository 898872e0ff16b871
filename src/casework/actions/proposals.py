"""Proposed names: raised by a run, taken over by a later one, withdrawn or refused by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone

from casework.actions.act import act
from casework.actions.moves import move, reason_given
from casework.policy import Permission
from casework.policy.stages import Move, Step
from casework.store.models import Account, Decision, Family, Person, Proposal, Remains, Run

__all__ = ["Raised", "raise_proposals", "refuse_proposal", "withdraw_proposal"]

_UNDER_REVIEW = ("first review", "reviewed")
_Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Raised:
    """What became of a run's proposals.

    ``raised``: new ones; ``noted``: pairs already under review, which keep their proposal; ``standing``: pairs already
    signed; ``superseded``: earlier proposals that nobody had reviewed; ``missing``: pairs whose person or remains have
    left the register since the run began.
    """

    raised: int
    noted: int
    standing: int
    superseded: int
    missing: tuple[str, ...]


def raise_proposals(*, actor: Account, run: Run, found: Sequence[Mapping[str, Any]]) -> Raised:
    """Put forward the names that a run proposes, as they stand in its results, and close what they supersede.

    Earlier proposals of the case that nobody has reviewed are withdrawn: the run says the same anew, or no longer.
    Those under review stay, with a note of what this run says of them, and are not proposed a second time; nor is a
    name that is signed. Raises NotAllowed.
    """
    with act(actor, Permission.RUN_START):
        rows = _Rows.of(run, found)
        superseded = _supersede(run, actor, rows)
        noted = _note(run, rows)
        signed = set(Decision.objects.filter(case=run.case_id, withdrawn_at__isnull=True).values_list(
            "person_id", "remains_id"))
        new = [pair for pair in rows.pairs if pair not in noted and pair not in signed]
        Proposal.objects.bulk_create([_proposal(run, actor, pair, rows) for pair in new], batch_size=500)
    return Raised(len(new), len(noted), len(signed & rows.pairs.keys()), superseded, rows.missing)


def withdraw_proposal(*, actor: Account, proposal: Proposal, reason: str, version: int | None = None) -> Proposal:
    """Take a proposal back before it is signed; raises NotPossible, Conflict, InvalidValue, NotAllowed."""
    return _close(actor, Permission.DECISION_WITHDRAW, proposal, reason, Step.WITHDRAW, version)


def refuse_proposal(*, actor: Account, proposal: Proposal, reason: str, version: int | None = None) -> Proposal:
    """Refuse to sign a proposal on which two people have agreed; raises as ``withdraw_proposal``."""
    return _close(actor, Permission.DECISION_SIGN, proposal, reason, Step.REFUSE, version)


def _close(actor: Account, permission: Permission, proposal: Proposal, reason: str, step: Step,
           version: int | None) -> Proposal:
    with act(actor, permission):
        move(proposal, Move(step, actor.pk), version=version, closed_at=timezone.now(), closed_by=actor,
             closed_reason=reason_given(proposal, reason))
    return proposal


@dataclass(frozen=True, slots=True)
class _Rows:
    """A run's pairs by the rows that they are of now."""

    pairs: Mapping[_Pair, Mapping[str, Any]]
    families: Mapping[str, int]
    missing: tuple[str, ...]

    @classmethod
    def of(cls, run: Run, found: Sequence[Mapping[str, Any]]) -> _Rows:
        persons, remains, families = (
            dict(model._default_manager.filter(case=run.case_id, withdrawn_at__isnull=True, key__in=keys)
                 .values_list("key", "pk"))
            for model, keys in ((Person, [p["person"] for p in found]), (Remains, [p["remains"] for p in found]),
                                (Family, [p["family"] for p in found if p["family"]])))
        pairs = {(persons[p["person"]], remains[p["remains"]]): p for p in found
                 if p["person"] in persons and p["remains"] in remains}
        missing = tuple(f"{p['person']} for {p['remains']}" for p in found
                        if p["person"] not in persons or p["remains"] not in remains)
        return cls(pairs, families, missing)


def _supersede(run: Run, actor: Account, rows: _Rows) -> int:
    """Withdraw earlier proposals that nobody has reviewed."""
    waiting = Proposal.objects.select_for_update().filter(case=run.case_id, state="proposed").exclude(run=run)
    again: list[int] = []
    dropped: list[int] = []
    for pk, person, remains in waiting.values_list("pk", "person_id", "remains_id"):
        (again if (person, remains) in rows.pairs else dropped).append(pk)
    for keys, words in ((again, f"superseded by run {run.pk}"), (dropped, f"not proposed again by run {run.pk}")):
        Proposal.objects.filter(pk__in=keys, state="proposed").update(
            state="withdrawn", closed_at=timezone.now(), closed_by=actor, closed_reason=words,
            version=F("version") + 1)
    return len(again) + len(dropped)


def _note(run: Run, rows: _Rows) -> set[_Pair]:
    """Write what this run says beside each proposal under review; the pairs that have one."""
    pairs = set()
    for proposal in Proposal.objects.select_for_update().filter(case=run.case_id, state__in=_UNDER_REVIEW):
        pair = proposal.person_id, proposal.remains_id
        said = rows.pairs.get(pair)
        note = {"run": run.pk, "proposed": said is not None}
        if said is not None:
            pairs.add(pair)
            note |= {"posterior": said["posterior"], "log10_lr": said["log10_lr"], "meets_rule": said["meets_rule"]}
        # The version stands: a note changes nothing that a reviewer is asked about, and must not turn one away.
        Proposal.objects.filter(pk=proposal.pk).update(later=[*proposal.later, note])
    return pairs


def _proposal(run: Run, actor: Account, pair: _Pair, rows: _Rows) -> Proposal:
    said = rows.pairs[pair]
    # Genotypes stay where they are guarded: in the profiles and in the run's result.
    details = {name: value for name, value in said.items() if name not in ("person", "remains", "family")}
    details["markers"] = [{"marker": m["marker"], "log10_lr": m["log10_lr"]} for m in said["markers"]]
    return Proposal(
        case=run.case, run=run, person_id=pair[0], remains_id=pair[1],
        family_id=rows.families.get(said["family"] or ""), conclusion=said["conclusion"],
        meets_rule=said["meets_rule"], posterior=said["posterior"],
        posterior_error=said["error"], log10_lr=said["log10_lr"], reason=said["reason"], details=details,
        raised_by=actor)
