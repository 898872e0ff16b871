"""What each reader learns of a proposal: of the first review nobody anything but that it is there."""

from collections.abc import Callable

import pytest

from casework.actions.decisions import publish_decision, sign_proposal, withdraw_decision
from casework.actions.proposals import raise_proposals, withdraw_proposal
from casework.actions.reviews import review
from casework.actions.tellings import tell_family
from casework.policy import NotAllowed, Permission, Role, may
from casework.policy.stages import Stage, Step
from casework.queries.decisions import (
    decision_for,
    decisions,
    proposal_for,
    proposals,
    tellings_of,
    to_publish,
    to_review,
    to_sign,
    to_tell,
)
from casework.store.models import Account, CaseFile, Person, Proposal, Remains, Run
from homeward.model import PartialDate

Accounts = Callable[..., Account]
SECRET = "the planted reason of the first reviewer"
PAIR = {"person": "P1", "remains": "R1", "family": None, "conclusion": "identified", "reason": "rule met",
        "meets_rule": True, "posterior": 0.9999, "log10_lr": 9.5, "error": 0.0, "markers": []}
READERS = [role for role in Role if may(role, Permission.PROPOSAL_READ)]


@pytest.fixture
def proposal(case_file: CaseFile, account: Accounts) -> Proposal:
    Person.objects.create(case=case_file, key="P1", name="Synthetic One")
    Remains.objects.create(case=case_file, key="R1")
    analyst = account(Role.DNA_ANALYST)
    run = Run.objects.create(case=case_file, requested_by=analyst, state="finished")
    raise_proposals(actor=analyst, run=run, found=[PAIR])
    return Proposal.objects.get()


@pytest.fixture
def first(account: Accounts, proposal: Proposal) -> Account:
    reviewer = account(Role.REVIEWER, "first-reviewer")
    review(actor=reviewer, proposal=proposal, verdict="disagree", reason=SECRET)
    return reviewer


@pytest.mark.parametrize("role", READERS)
def test_of_the_first_review_it_is_known_that_it_is_in_and_nothing_else(role: Role, proposal: Proposal, first: Account,
                                                                       account: Accounts) -> None:
    reader = account(role, f"reader-{role.name}")
    view = proposal_for(reader, proposal.pk)
    assert (view.first_review_is_in, view.reviews_in, view.reviews) == (True, 1, ())
    assert view.stage is Stage.FIRST_REVIEW
    # Whoever walks from the proposal to its reviews, as a page may, finds none either.
    assert list(view.proposal.reviews.all()) == list(proposals(reader).get().reviews.all()) == []
    shown = repr([vars(view.proposal), view.steps])
    assert SECRET not in shown
    assert "disagree" not in shown
    assert "first-reviewer" not in shown


def test_a_second_reviewer_sees_the_same_whatever_the_first_said(proposal: Proposal, account: Accounts) -> None:
    first, second = account(Role.REVIEWER, "first-reviewer"), account(Role.REVIEWER, "second")
    seen = {}
    for verdict in ("agree", "disagree"):
        other = Proposal.objects.get(pk=proposal.pk)
        other.pk, other._state.adding = None, True
        other.run = Run.objects.create(case=other.case, requested_by=first)
        other.save()
        review(actor=first, proposal=other, verdict=verdict, reason=f"{verdict}: {SECRET}")
        view = proposal_for(second, other.pk)
        values = {k: v for k, v in vars(view.proposal).items() if k not in ("id", "_state", "run_id", "raised_at",
                                                                            "_prefetched_objects_cache")}
        seen[verdict] = values, view.stage, view.reviews, view.reviews_in, view.steps
    assert seen["agree"] == seen["disagree"]


def test_one_sees_one_s_own_review(proposal: Proposal, first: Account) -> None:
    view = proposal_for(first, proposal.pk)
    assert [r.reason for r in view.reviews] == [SECRET]
    assert view.steps == frozenset()


def test_both_are_shown_once_both_are_in(proposal: Proposal, first: Account, account: Accounts) -> None:
    second = account(Role.REVIEWER, "second")
    review(actor=second, proposal=proposal, verdict="agree", reason="seen")
    for reader in (second, first, account(Role.CASE_MANAGER)):
        assert [r.verdict for r in proposal_for(reader, proposal.pk).reviews] == ["disagree", "agree"]


def test_a_lone_review_stays_hidden_when_the_proposal_is_withdrawn(proposal: Proposal, first: Account,
                                                                   account: Accounts) -> None:
    # The next run may propose the pair again, to the reviewer who has not seen it yet.
    withdraw_proposal(actor=account(Role.CASE_MANAGER), proposal=proposal, reason="a sample was mixed up")
    assert proposal_for(account(Role.REVIEWER, "second"), proposal.pk).reviews == ()


def test_each_page_offers_what_its_reader_may_do_now(proposal: Proposal, account: Accounts) -> None:
    one, two = account(Role.REVIEWER, "one"), account(Role.REVIEWER, "two")
    manager, liaison = account(Role.CASE_MANAGER), account(Role.LIAISON)
    assert proposal_for(one, proposal.pk).steps == {Step.REVIEW}
    assert proposal_for(manager, proposal.pk).steps == {Step.WITHDRAW}
    assert list(to_review(one)) == list(to_review(two)) == [proposal]
    review(actor=one, proposal=proposal, verdict="agree", reason="seen")
    assert (list(to_review(one)), list(to_review(two)), list(to_sign(manager))) == ([], [proposal], [])
    review(actor=two, proposal=proposal, verdict="agree", reason="seen")
    assert list(to_sign(manager)) == [proposal]
    assert proposal_for(manager, proposal.pk).steps == {Step.SIGN, Step.REFUSE, Step.WITHDRAW}
    decision = sign_proposal(actor=manager, proposal=proposal, reason="sure")
    assert (list(to_sign(manager)), list(to_tell(liaison)), list(to_publish(manager))) == ([], [decision], [])
    assert decision_for(liaison, decision.pk).steps == {Step.TELL}
    tell_family(actor=liaison, person=decision.person, told="she", what="it", how="letter", dated=PartialDate(2026),
                decision=decision)
    assert (list(to_tell(liaison)), list(to_publish(manager))) == ([], [decision])
    publish_decision(actor=manager, decision=decision)
    assert list(to_publish(manager)) == []
    assert decision_for(manager, decision.pk).steps == {Step.WITHDRAW}
    withdraw_decision(actor=manager, decision=decision, reason="mixed up")
    assert list(to_tell(liaison)) == [decision]
    view = decision_for(liaison, decision.pk)
    assert (view.stage, view.steps, len(view.tellings)) == (Stage.WITHDRAWN, {Step.TELL}, 1)
    tell_family(actor=liaison, person=decision.person, told="she", what="the withdrawal", how="letter",
                dated=PartialDate(2026), decision=decision)
    assert list(to_tell(liaison)) == []
    assert (list(decisions(manager)), list(decisions(manager, withdrawn=True))) == ([], [decision])
    assert [t.what for t in tellings_of(liaison, decision.person)] == ["it", "the withdrawal"]


@pytest.mark.parametrize("role", [role for role in Role if not may(role, Permission.PROPOSAL_READ)])
def test_other_roles_see_no_proposal(role: Role, proposal: Proposal, account: Accounts) -> None:
    with pytest.raises(NotAllowed):
        proposal_for(account(role), proposal.pk)
    with pytest.raises(NotAllowed):
        list(proposals(account(role)))
