"""Proposed names: read, reviewed by two who do not see each other's verdict, signed or refused."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from casework.actions.decisions import sign_proposal
from casework.actions.proposals import refuse_proposal, withdraw_proposal
from casework.actions.reviews import review
from casework.policy import Permission, may
from casework.policy.stages import Stage, Step
from casework.queries.cases import case
from casework.queries.decisions import proposal_for, proposals, to_review, to_sign
from casework.queries.families import pedigree
from casework.web.filling import Sheet, fill, written
from casework.web.forms.decisions import ReviewForm, SignForm
from casework.web.forms.fields import ReasonForm
from casework.web.listing import Columns, choice, list_page
from casework.web.record_page import in_case
from casework.web.rules import Request, allowed
from casework.web.shown import Act, Badge, Facts, Picture, Table, act, link, name_of
from homeward.model import HomewardError
from homeward.report import draw_pedigree
from homeward.report.numbers import log10_lr_text, posterior_text, times_text

__all__ = ["proposal_page", "proposal_refuse", "proposal_review", "proposal_sign", "proposal_withdraw",
           "proposals_page"]

P = Permission
_STATES = ("proposed", "first review", "reviewed", "signed", "refused", "withdrawn")


@allowed(Permission.PROPOSAL_READ)
def proposals_page(request: Request, case_id: int) -> HttpResponse:
    """The proposed names of a case."""
    user, found = request.user, case(request.user, case_id)
    state = choice(request, "state", "State", [(s, s) for s in _STATES])
    mine = {"to-review": (P.REVIEW_WRITE, to_review, "waiting for my review"),
            "to-sign": (P.DECISION_SIGN, to_sign, "waiting for a signature")}
    only = choice(request, "only", "Only", [(k, w) for k, (p, _, w) in mine.items() if may(user.role, p)])
    rows = mine[only.chosen][1](user).filter(case=found) if only.chosen else proposals(user, found)
    if state.chosen:
        rows = rows.filter(state=state.chosen)
    columns = Columns(("Remains", "Person", "Conclusion", "Rule", "Posterior", "log₁₀ LR", "State", "Run"), lambda p: (
        link("proposal", p, str(p.remains)), link("person", p.person, name_of(p.person), p.person.key),
        Badge(p.conclusion), "met" if p.meets_rule else "not met", posterior_text(p.posterior),
        log10_lr_text(p.log10_lr), Badge(p.state), link("run", p.run)), numbers=(4, 5))
    return list_page(request, rows, columns, title="Proposals", case=found, crumbs=in_case(found),
                     choices=[state, *([only] if only.options else [])])


@allowed(Permission.PROPOSAL_READ)
def proposal_page(request: Request, proposal_id: int) -> HttpResponse:
    """One proposed name, with what speaks for it."""
    user = request.user
    seen = proposal_for(user, proposal_id)
    found = seen.proposal
    sections = [_pair(found), _evidence(found), *_drawn(user, found), _markers(found), _reviews(seen), *_later(found),
                *_end(user, found, seen)]
    return render(request, "web/record.html", {
        "title": f"{name_of(found.person)} for {found.remains}", "kind": f"Proposal {found.pk}",
        "case": found.case, "badges": [Badge(found.conclusion), Badge(seen.stage.value)], "history": None,
        "sections": sections, "acts": _acts(found, seen), "crumbs": in_case(found.case, ("Proposals", "proposals"))})


@allowed(Permission.REVIEW_WRITE)
def proposal_review(request: Request, proposal_id: int) -> HttpResponse:
    """Write a verdict."""
    sheet = ("Your review", "Give the verdict", "Your review is in.", (
        "You do not see what another reviewer said, and nobody sees yours before both are in.",))
    return _step(request, proposal_id, sheet, ReviewForm, lambda found, said: review(
        actor=request.user, proposal=found, **said))


@allowed(Permission.DECISION_SIGN, fresh=True)
def proposal_sign(request: Request, proposal_id: int) -> HttpResponse:
    """Sign: the person is accounted for."""
    sheet = ("Sign this identification", "Sign", "The decision is signed. The family comes next.", (
        "By your signature the person is accounted for. The family is told next; nothing is public before.",))
    return _step(request, proposal_id, sheet, SignForm, lambda found, said: sign_proposal(
        actor=request.user, proposal=found, **said))


@allowed(Permission.DECISION_SIGN, fresh=True)
def proposal_refuse(request: Request, proposal_id: int) -> HttpResponse:
    """Refuse to sign what two people have agreed on."""
    sheet = ("Refuse to sign", "Refuse", "The proposal is refused.", ())
    return _step(request, proposal_id, sheet, ReasonForm, lambda found, said: refuse_proposal(
        actor=request.user, proposal=found, **said))


@allowed(Permission.DECISION_WITHDRAW, fresh=True)
def proposal_withdraw(request: Request, proposal_id: int) -> HttpResponse:
    """Take a proposal back."""
    sheet = ("Withdraw this proposal", "Withdraw", "The proposal is withdrawn.", (
        "It stays, with your reason, among those withdrawn.",))
    return _step(request, proposal_id, sheet, ReasonForm, lambda found, said: withdraw_proposal(
        actor=request.user, proposal=found, **said))


def _step(request: Request, number: int, words: Any, form_class: Any, step: Any) -> HttpResponse:
    found = proposal_for(request.user, number).proposal
    there = reverse("proposal", args=[found.pk])
    title, submit, done, lead = words
    sheet = Sheet(title, submit, there, done, lead, danger=form_class is ReasonForm)
    form = form_class(actor=request.user, case=found.case, initial={"version": found.version}, **written(request))

    def act_on(said: dict[str, Any]) -> str:
        step(found, said)
        return there

    return fill(request, sheet, form, act_on, case=found.case, sections=[_pair(found)],
                kind=f"{name_of(found.person)} for {found.remains}")


def _acts(found: Any, seen: Any) -> list[Act]:
    offered = ((Step.REVIEW, act("Review", "proposal-review", found.pk)),
               (Step.SIGN, act("Sign", "proposal-sign", found.pk)),
               (Step.REFUSE, act("Refuse", "proposal-refuse", found.pk, danger=True)),
               (Step.WITHDRAW, act("Withdraw", "proposal-withdraw", found.pk, danger=True)))
    # A signed one is withdrawn as the decision that it has become.
    signed = seen.stage in (Stage.SIGNED, Stage.TOLD, Stage.PUBLISHED)
    return [one for step, one in offered if step in seen.steps and not (signed and step is Step.WITHDRAW)]


def _pair(found: Any) -> Facts:
    return Facts("The pair", (
        ("Person", link("person", found.person, name_of(found.person), found.person.key)),
        ("Remains", link("remains", found.remains)), ("Family", link("family", found.family)),
        ("Conclusion", Badge(found.conclusion)), ("The case's rule", "met" if found.meets_rule else "not met"),
        ("Why", found.reason)))


def _evidence(found: Any) -> Facts:
    details = found.details
    runner = details.get("runner_up")
    rows = [("Posterior", posterior_text(found.posterior)), ("Measured error of it, about", _probability(
        found.posterior_error or None)),
            ("log₁₀ LR", log10_lr_text(found.log10_lr)), ("That is", times_text(found.log10_lr)),
            ("Not on the roster", _probability(details.get("not_on_roster"))),
            ("Lines of evidence", ", ".join(details.get("lines", ())) or None),
            ("log₁₀ LR of each line", {k: log10_lr_text(v) for k, v in details.get("line_log10_lrs", {}).items()} or
             None),
            ("Under other priors", {k: posterior_text(v) for k, v in details.get("under_priors", {}).items()} or None),
            ("Runner-up", runner and f"{runner['person']} for {runner['remains']}, "
             f"posterior {posterior_text(runner['posterior'])}"),
            ("Run", link("run", found.run)), ("Raised", found.raised_at)]
    return Facts("What speaks for it", [(word, value) for word, value in rows if value is not None])


def _probability(value: float | None) -> str | None:
    return None if value is None else posterior_text(value)


def _drawn(user: Any, found: Any) -> list[Any]:
    if found.family is None or not may(user.role, P.FAMILY_READ):
        return []
    try:
        drawn = pedigree(user, found.family)
        missing = next((m.id for m in drawn.pedigree.members if m.person == found.person.key), None)
        svg = draw_pedigree(drawn.pedigree, typed=drawn.typed, missing=missing, others_missing=drawn.missing)
    except HomewardError as error:
        return [Facts("The family", [("Cannot be drawn", str(error))])]
    return [Picture("The family", svg, "?: this person; grey ?: missing too. Filled: a sample was given.")]


def _markers(found: Any) -> Table:
    return Table("What each marker says", ("Marker", "log₁₀ LR"), [
        (m["marker"], log10_lr_text(float("-inf") if m["log10_lr"] == "-inf" else m["log10_lr"]))
        for m in found.details.get("markers", ())], numbers=(1,), empty="The run kept no markers.",
        note="Genotypes stand with the profiles, and in the run's results.")


def _reviews(seen: Any) -> Table:
    hidden = seen.reviews_in - len(seen.reviews)
    note = "A review is in; what it says is shown when both are." if hidden else ""
    return Table("Reviews", ("", "Reviewer", "Verdict", "Why", "When"), [
        (r.get_order_display(), str(r.reviewer), Badge(r.verdict), r.reason, r.at) for r in seen.reviews], note=note,
        empty="None is to be seen yet." if hidden else "Nobody has reviewed it yet.")


def _later(found: Any) -> list[Table]:
    if not found.later:
        return []
    return [Table("What later runs say of this pair", ("Run", "Proposed again", "Posterior", "log₁₀ LR", "Rule"), [
        (n["run"], n["proposed"], _probability(n.get("posterior")), log10_lr_text(n.get("log10_lr")),
         n.get("meets_rule")) for n in found.later], numbers=(2, 3))]


def _end(user: Any, found: Any, seen: Any) -> list[Facts]:
    rows: list[tuple[str, Any]] = []
    if seen.decision is not None:
        readable = may(user.role, P.DECISION_READ)
        rows.append(("Decision", link("decision", seen.decision) if readable else str(seen.decision)))
    if found.closed_at is not None:
        rows += [("Closed", found.closed_at), ("By", str(found.closed_by)), ("Why", found.closed_reason)]
    return [Facts("What became of it", rows)] if rows else []
