"""Signed decisions: the family told, made public, taken back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from casework.actions.decisions import publish_decision, withdraw_decision
from casework.actions.tellings import tell_family
from casework.policy import Permission, may
from casework.policy.stages import Step
from casework.queries.cases import case
from casework.queries.decisions import decision_for, decisions, to_publish, to_tell
from casework.queries.roster import person
from casework.web.filling import Sheet, fill, written
from casework.web.forms.decisions import PublishForm, SignForm, TellForm
from casework.web.listing import Columns, choice, list_page
from casework.web.record_page import in_case
from casework.web.rules import Request, allowed
from casework.web.shown import Act, Badge, Facts, Table, act, link, name_of

__all__ = ["decision_page", "decision_publish", "decision_tell", "decision_withdraw", "decisions_page", "person_tell"]

P = Permission


@allowed(Permission.DECISION_READ)
def decisions_page(request: Request, case_id: int) -> HttpResponse:
    """The signed decisions of a case."""
    user, found = request.user, case(request.user, case_id)
    mine = {"to-tell": (P.FAMILY_TELL, to_tell, "the family is to be told"),
            "to-publish": (P.PUBLISH, to_publish, "told, not yet public")}
    only = choice(request, "only", "Only", [(k, w) for k, (p, _, w) in mine.items() if may(user.role, p)])
    rows = mine[only.chosen][1](user).filter(case=found) if only.chosen else decisions(
        user, found, withdrawn="withdrawn" in request.GET)
    columns = Columns(("Person", "Remains", "Signed", "By", "Family told", "Public", "State"), lambda d: (
        link("decision", d, name_of(d.person), d.person.key), _remains(user, d), d.signed_at,
        str(d.signed_by), d.told_at or "not yet", d.published_at or "not yet", Badge(_state(d))))
    return list_page(request, rows, columns, title="Decisions", case=found, crumbs=in_case(found),
                     choices=[only] if only.options else [], withdrawn=True)


@allowed(Permission.DECISION_READ)
def decision_page(request: Request, decision_id: int) -> HttpResponse:
    """One decision: who signed it on what, who was told, whether it is public."""
    user = request.user
    seen = decision_for(user, decision_id)
    found = seen.decision
    proposal = link("proposal", found.proposal, f"proposal {found.proposal_id}") if may(
        user.role, P.PROPOSAL_READ) else f"proposal {found.proposal_id}"
    sections: list[Any] = [
        Facts("The decision", (
            ("Person", link("person", found.person, name_of(found.person), found.person.key)),
            ("Remains", _remains(user, found)), ("Proposal", proposal), ("Signed", found.signed_at),
            ("By", str(found.signed_by)), ("Why", found.reason), ("Document", link("document", found.document)),
            ("Family told", found.told_at or "not yet"), ("Public", found.published_at or "not yet"))),
    ]
    if found.withdrawn_at is not None:
        sections.append(Facts("Withdrawn", (("When", found.withdrawn_at), ("By", str(found.withdrawn_by)),
                                            ("Why", found.withdrawn_reason))))
    if may(user.role, P.FAMILY_READ):
        sections.append(Table("What the family was told of it", ("When", "Who was told", "What", "How", "By"), [
            (t.dated, t.told, t.what, t.how, str(t.by)) for t in seen.tellings], empty="Nothing yet."))
    return render(request, "web/record.html", {
        "title": str(found), "kind": f"Decision {found.pk}", "case": found.case, "badges": [Badge(seen.stage.value)],
        "sections": sections, "acts": _acts(found, seen.steps), "history": None,
        "crumbs": in_case(found.case, ("Decisions", "decisions"))})


@allowed(Permission.FAMILY_TELL)
def decision_tell(request: Request, decision_id: int) -> HttpResponse:
    """Write down that the family was told of a decision."""
    found = decision_for(request.user, decision_id).decision
    return _tell(request, found.person, found, reverse("decision", args=[found.pk]))


@allowed(Permission.FAMILY_TELL)
def person_tell(request: Request, person_id: int) -> HttpResponse:
    """Write down what a family was told of a person, without a decision."""
    found = person(request.user, person_id)
    return _tell(request, found, None, reverse("person", args=[found.pk]))


@allowed(Permission.PUBLISH, fresh=True)
def decision_publish(request: Request, decision_id: int) -> HttpResponse:
    """Make a decision public."""
    lead = ("It counts among the public figures from now on. What is public once stays known.",)
    return _step(request, decision_id, ("Make this decision public", "Make it public", "The decision is public.", lead),
                 PublishForm, publish_decision)


@allowed(Permission.DECISION_WITHDRAW, fresh=True)
def decision_withdraw(request: Request, decision_id: int) -> HttpResponse:
    """Take a decision back."""
    lead = ("The person is unaccounted for again, unless another decision stands. A family that was told the name "
            "is told of this too.",)
    return _step(request, decision_id, ("Withdraw this decision", "Withdraw", "The decision is withdrawn.", lead),
                 SignForm, withdraw_decision)


def _step(request: Request, number: int, words: Any, form_class: Any, step: Any) -> HttpResponse:
    found = decision_for(request.user, number).decision
    there = reverse("decision", args=[found.pk])
    form = form_class(actor=request.user, case=found.case, initial={"version": found.version}, **written(request))

    def act_on(said: dict[str, Any]) -> str:
        step(actor=request.user, decision=found, **said)
        return there

    title, submit, done, lead = words
    return fill(request, Sheet(title, submit, there, done, lead, danger=True), form, act_on, case=found.case,
                kind=str(found))


def _tell(request: Request, found: Any, decision: Any, there: str) -> HttpResponse:
    sheet = Sheet("What the family was told", "Write it down", there, "It is written down.", (
        "Write it once the family has been told, not before.",))
    initial = {"version": decision.version} if decision is not None else {}
    form = TellForm(actor=request.user, case=found.case, initial=initial, **written(request))

    def act_on(said: dict[str, Any]) -> str:
        tell_family(actor=request.user, person=found, decision=decision, **said)
        return there

    return fill(request, sheet, form, act_on, case=found.case,
                kind=str(decision) if decision is not None else name_of(found))


def _acts(found: Any, steps: Any) -> list[Act]:
    offered = ((Step.TELL, act("The family was told", "decision-tell", found.pk)),
               (Step.PUBLISH, act("Make it public", "decision-publish", found.pk)),
               (Step.WITHDRAW, act("Withdraw", "decision-withdraw", found.pk, danger=True)))
    return [one for step, one in offered if step in steps]


def _remains(user: Any, found: Any) -> Any:
    return link("remains", found.remains) if may(user.role, P.REMAINS_READ) else str(found.remains)


def _state(found: Any) -> str:
    if found.withdrawn_at is not None:
        return "withdrawn"
    return "public" if found.published_at is not None else "told" if found.told_at is not None else "signed"
