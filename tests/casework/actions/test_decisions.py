"""From a proposal to a public name: two reviews, a signature, the family told, and only then the public."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from casework.actions.act import Conflict, NotPossible
from casework.actions.decisions import publish_decision, sign_proposal, withdraw_decision
from casework.actions.proposals import raise_proposals, refuse_proposal, withdraw_proposal
from casework.actions.records import withdraw
from casework.actions.reviews import review
from casework.actions.tellings import HOW, tell_family
from casework.policy import NotAllowed, Role
from casework.policy.stages import Stage
from casework.store.models import (
    Account,
    AuditEntry,
    CaseFile,
    Decision,
    Family,
    FamilyMember,
    Person,
    Proposal,
    Remains,
    Revision,
    Run,
    StatusChange,
    Telling,
)
from casework.store.standing import standing_of
from homeward.model import HomewardError, InvalidValue, PartialDate

Accounts = Callable[..., Account]
DAY = PartialDate(2026, 5, 2)


class People:
    """Everyone who has a part in a decision."""

    def __init__(self, account: Accounts) -> None:
        self.manager = account(Role.CASE_MANAGER)
        self.analyst = account(Role.DNA_ANALYST)
        self.first, self.second = account(Role.REVIEWER, "one"), account(Role.REVIEWER, "two")
        self.liaison = account(Role.LIAISON)


@pytest.fixture
def people(account: Accounts) -> People:
    return People(account)


@pytest.fixture
def pair(case_file: CaseFile) -> tuple[Person, Remains]:
    person = Person.objects.create(case=case_file, key="P1", name="Synthetic One")
    family = Family.objects.create(case=case_file, key="F1")
    FamilyMember.objects.create(family=family, key="son", person=person)
    return person, Remains.objects.create(case=case_file, key="R1")


def said(person: str = "P1", remains: str = "R1", *, meets_rule: bool = True, **more: Any) -> dict[str, Any]:
    """A pair as a run's results say it, with a genotype that nobody is to find again."""
    return {"person": person, "remains": remains, "family": "F1", "conclusion": "identified", "reason": "rule met",
            "meets_rule": meets_rule, "posterior": 0.9999, "log10_lr": 9.5, "error": 0.0, "lines": ["kinship"],
            "not_on_roster": 0.0001, "runner_up": None, "line_log10_lrs": {"kinship": 9.5}, "under_priors": {},
            "markers": [{"marker": "D3S1358", "genotype": "15/17.planted", "log10_lr": 1.2}], **more}


def a_run(case_file: CaseFile, by: Account) -> Run:
    return Run.objects.create(case=case_file, requested_by=by, state="finished")


@pytest.fixture
def proposal(case_file: CaseFile, pair: tuple[Person, Remains], people: People) -> Proposal:
    raise_proposals(actor=people.analyst, run=a_run(case_file, people.analyst), found=[said()])
    return Proposal.objects.get()


def reviewed(proposal: Proposal, people: People, first: str = "agree", second: str = "agree") -> Proposal:
    for reviewer, verdict in ((people.first, first), (people.second, second)):
        review(actor=reviewer, proposal=proposal, verdict=verdict, reason=f"{reviewer.username} says so")
    return Proposal.objects.get(pk=proposal.pk)


@pytest.fixture
def decision(proposal: Proposal, people: People) -> Decision:
    return sign_proposal(actor=people.manager, proposal=reviewed(proposal, people), reason="both agree")


def tell(decision: Decision, people: People, **changes: Any) -> Telling:
    return tell_family(**{"actor": people.liaison, "person": decision.person, "told": "the synthetic sister",
                          "what": "that he has been found", "how": "in person", "dated": DAY, "decision": decision,
                          **changes})


def test_a_name_goes_its_whole_way(decision: Decision, people: People) -> None:
    person = Person.objects.get(key="P1")
    assert person.status == "accounted for"
    change = StatusChange.objects.get(person=person)
    assert (change.status, change.decision, change.by) == ("accounted for", decision, people.manager)
    assert Revision.objects.get(table_name="store_person").values["status"] == "unaccounted for"
    telling = tell(decision, people)
    assert (telling.family.key, telling.by, telling.dated) == ("F1", people.liaison, DAY)
    decision.refresh_from_db()
    public = publish_decision(actor=people.manager, decision=decision)
    assert public.told_at <= public.published_at
    assert standing_of(public.proposal).stage is Stage.PUBLISHED
    actors = set(AuditEntry.objects.filter(table_name__in=("store_review", "store_decision", "store_telling"))
                 .values_list("actor", flat=True))
    assert actors == {"user:one", "user:two", "user:case-manager", "user:family-liaison"}


def test_nothing_is_public_before_the_family_is_told(decision: Decision, people: People) -> None:
    with pytest.raises(NotPossible, match="it is signed: it cannot be made public now"):
        publish_decision(actor=people.manager, decision=decision)
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(published_at=timezone.now())
    assert Decision.objects.get().published_at is None


def test_without_two_who_agree_nothing_is_signed(proposal: Proposal, people: People) -> None:
    for signer in (people.manager,):
        with pytest.raises(NotPossible, match="it is proposed"):
            sign_proposal(actor=signer, proposal=proposal, reason="sure")
    review(actor=people.first, proposal=proposal, verdict="agree", reason="seen")
    with pytest.raises(NotPossible, match="first review"):
        sign_proposal(actor=people.manager, proposal=proposal, reason="sure")
    with pytest.raises(NotPossible, match="another person's"):
        review(actor=people.first, proposal=proposal, verdict="agree", reason="seen twice")
    with pytest.raises(NotAllowed):
        sign_proposal(actor=people.second, proposal=proposal, reason="sure")
    assert Decision.objects.count() == 0
    assert Person.objects.get().status == "unaccounted for"


def test_a_reviewer_who_became_a_manager_does_not_sign_what_he_reviewed(proposal: Proposal, people: People) -> None:
    ready = reviewed(proposal, people)
    people.second.role = Role.CASE_MANAGER.value
    people.second.save()
    with pytest.raises(NotPossible, match="does not sign"):
        sign_proposal(actor=people.second, proposal=ready, reason="sure")


@pytest.mark.parametrize("verdicts", [("agree", "disagree"), ("disagree", "agree"), ("disagree", "disagree")])
def test_reviewers_who_do_not_both_agree_close_it(proposal: Proposal, people: People, verdicts: tuple[str, str],
                                                  ) -> None:
    closed = reviewed(proposal, people, *verdicts)
    assert (closed.state, closed.closed_reason) == ("refused", "the two reviews do not both agree")
    with pytest.raises(NotPossible, match="it is refused"):
        sign_proposal(actor=people.manager, proposal=closed, reason="sure")


def test_a_proposal_below_the_rule_is_not_reviewed(case_file: CaseFile, pair: object, people: People) -> None:
    raise_proposals(actor=people.analyst, run=a_run(case_file, people.analyst), found=[said(meets_rule=False)])
    with pytest.raises(NotPossible, match="does not meet the case's rule"):
        review(actor=people.first, proposal=Proposal.objects.get(), verdict="agree", reason="seen")


@pytest.mark.parametrize("wrong", [{"verdict": "perhaps"}, {"reason": " "}])
def test_a_review_says_yes_or_no_and_why(proposal: Proposal, people: People, wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidValue, match=next(iter(wrong))):
        review(**{"actor": people.first, "proposal": proposal, "verdict": "agree", "reason": "seen", **wrong})
    assert Proposal.objects.get().state == "proposed"


def test_signing_can_be_refused(proposal: Proposal, people: People) -> None:
    ready = reviewed(proposal, people)
    closed = refuse_proposal(actor=people.manager, proposal=ready, reason="the family asks for another laboratory")
    assert (closed.state, closed.closed_by) == ("refused", people.manager)


def test_it_is_withdrawn_with_a_reason_at_each_stage(proposal: Proposal, people: People, case_file: CaseFile) -> None:
    def again() -> Proposal:
        raise_proposals(actor=people.analyst, run=a_run(case_file, people.analyst), found=[said()])
        return Proposal.objects.latest("pk")

    with pytest.raises(InvalidValue, match="reason"):
        withdraw_proposal(actor=people.manager, proposal=proposal, reason="")
    with pytest.raises(NotAllowed):
        withdraw_proposal(actor=people.first, proposal=proposal, reason="no")
    withdraw_proposal(actor=people.manager, proposal=proposal, reason="a sample was mixed up")
    second = again()
    review(actor=people.first, proposal=second, verdict="agree", reason="seen")
    withdraw_proposal(actor=people.manager, proposal=second, reason="a sample was mixed up")
    third = reviewed(again(), people)
    withdraw_proposal(actor=people.manager, proposal=third, reason="a sample was mixed up")
    assert set(Proposal.objects.values_list("state", flat=True)) == {"withdrawn"}
    with pytest.raises(NotPossible, match="it is withdrawn"):
        review(actor=people.first, proposal=third, verdict="agree", reason="seen")


@pytest.mark.parametrize("stage", ["signed", "told", "published"])
def test_a_decision_withdrawn_leaves_the_person_unaccounted_for(decision: Decision, people: People, stage: str) -> None:
    if stage != "signed":
        tell(decision, people)
        decision.refresh_from_db()
    if stage == "published":
        publish_decision(actor=people.manager, decision=decision)
    withdraw_decision(actor=people.manager, decision=decision, reason="the sample was another's")
    decision.refresh_from_db()
    assert (decision.withdrawn_by, decision.withdrawn_reason) == (people.manager, "the sample was another's")
    assert Person.objects.get().status == "unaccounted for"
    assert list(StatusChange.objects.values_list("status", flat=True)) == ["accounted for", "unaccounted for"]
    assert Proposal.objects.get().state == "withdrawn"
    with pytest.raises(NotPossible, match="it is withdrawn"):
        withdraw_decision(actor=people.manager, decision=decision, reason="again")
    if stage == "signed":
        with pytest.raises(NotPossible, match="nobody was told"):
            tell(decision, people)
    else:
        tell(decision, people, what="that it was withdrawn")
        assert Telling.objects.count() == 2


def test_one_of_two_decisions_withdrawn_leaves_the_other_standing(decision: Decision, people: People,
                                                                  case_file: CaseFile) -> None:
    Remains.objects.create(case=case_file, key="R2")
    raise_proposals(actor=people.analyst, run=a_run(case_file, people.analyst), found=[said(remains="R2")])
    second = sign_proposal(actor=people.manager, proposal=reviewed(Proposal.objects.latest("pk"), people),
                           reason="another part of him")
    withdraw_decision(actor=people.manager, decision=decision, reason="mixed up")
    assert Person.objects.get().status == "accounted for"
    withdraw_decision(actor=people.manager, decision=second, reason="mixed up as well")
    assert Person.objects.get().status == "unaccounted for"


def test_a_status_given_by_hand_is_left_alone(decision: Decision, people: People) -> None:
    StatusChange.objects.create(person=decision.person, status="accounted for", dated="1954", reason="he came home",
                                by=people.manager)
    withdraw_decision(actor=people.manager, decision=decision, reason="mixed up")
    assert Person.objects.get().status == "accounted for"


def test_remains_bear_one_name(decision: Decision, people: People, case_file: CaseFile) -> None:
    Person.objects.create(case=case_file, key="P2", name="Synthetic Two")
    raise_proposals(actor=people.analyst, run=a_run(case_file, people.analyst), found=[said(person="P2")])
    other = reviewed(Proposal.objects.latest("pk"), people)
    with pytest.raises(NotPossible, match="R1 is P1 by an earlier decision"):
        sign_proposal(actor=people.manager, proposal=other, reason="sure")
    assert Proposal.objects.get(pk=other.pk).state == "reviewed"


def test_what_has_left_the_register_is_not_signed(proposal: Proposal, people: People) -> None:
    ready = reviewed(proposal, people)
    withdraw(ready.remains, actor=people.manager, reason="entered twice")
    with pytest.raises(NotPossible, match="R1 has been withdrawn from the register"):
        sign_proposal(actor=people.manager, proposal=Proposal.objects.get(pk=ready.pk), reason="sure")


def test_whoever_comes_second_is_told(proposal: Proposal, people: People) -> None:
    seen = Proposal.objects.get(pk=proposal.pk)
    review(actor=people.first, proposal=proposal, verdict="agree", reason="seen")
    with pytest.raises(Conflict, match="since version 1"):
        review(actor=people.second, proposal=seen, verdict="agree", reason="seen")
    ready = reviewed_by_second(proposal, people)
    stale = Proposal.objects.get(pk=ready.pk)
    decision = sign_proposal(actor=people.manager, proposal=ready, reason="both agree")
    with pytest.raises(Conflict):
        refuse_proposal(actor=people.manager, proposal=stale, reason="no")
    old = Decision.objects.get(pk=decision.pk)
    tell(decision, people)
    with pytest.raises(Conflict):
        publish_decision(actor=people.manager, decision=old)
    with pytest.raises(Conflict):
        withdraw_decision(actor=people.manager, decision=Decision.objects.get(), reason="no", version=1)


def reviewed_by_second(proposal: Proposal, people: People) -> Proposal:
    proposal.refresh_from_db()
    review(actor=people.second, proposal=proposal, verdict="agree", reason="seen")
    return Proposal.objects.get(pk=proposal.pk)


@pytest.mark.parametrize(("changes", "field"), [
    ({"told": " "}, "told"), ({"what": ""}, "what"), ({"how": "by drum"}, "how"), ({"told": "x" * 301}, "told"),
    ({"dated": PartialDate(2999)}, "dated")])
def test_a_telling_says_whom_what_how_and_when(decision: Decision, people: People, changes: dict[str, Any],
                                               field: str) -> None:
    with pytest.raises(InvalidValue, match=field):
        tell(decision, people, **changes)
    assert Decision.objects.get().told_at is None
    assert Telling.objects.count() == 0


def test_a_family_can_be_told_of_other_things_too(pair: tuple[Person, Remains], people: People) -> None:
    made = tell_family(actor=people.liaison, person=pair[0], told="the synthetic sister", what="that we search again",
                       how=HOW[1], dated=PartialDate(2025))
    assert (made.decision, made.family.key) == (None, "F1")
    with pytest.raises(NotAllowed):
        tell_family(actor=people.manager, person=pair[0], told="x", what="y", how="letter", dated=DAY)


# --- what a later run does to earlier proposals


def test_a_later_run_supersedes_what_nobody_has_reviewed(proposal: Proposal, case_file: CaseFile, people: People,
                                                         ) -> None:
    Person.objects.create(case=case_file, key="P2")
    Remains.objects.create(case=case_file, key="R2")
    raise_proposals(actor=people.analyst, run=(second := a_run(case_file, people.analyst)),
                    found=[said(), said("P2", "R2")])
    third = a_run(case_file, people.analyst)
    raised = raise_proposals(actor=people.analyst, run=third, found=[said()])
    assert (raised.raised, raised.superseded, raised.noted) == (1, 2, 0)
    first, again, dropped, last = Proposal.objects.order_by("pk")
    assert (first.state, first.closed_reason) == ("withdrawn", f"superseded by run {second.pk}")
    assert again.closed_reason == f"superseded by run {third.pk}"
    assert (dropped.state, dropped.closed_reason) == ("withdrawn", f"not proposed again by run {third.pk}")
    assert (last.state, last.run) == ("proposed", third)
    with pytest.raises(Conflict):
        review(actor=people.first, proposal=proposal, verdict="agree", reason="seen")


def test_what_is_under_review_stays_with_a_note(proposal: Proposal, case_file: CaseFile, people: People) -> None:
    review(actor=people.first, proposal=proposal, verdict="agree", reason="seen")
    for found in ([said(posterior=0.9991)], []):
        raise_proposals(actor=people.analyst, run=a_run(case_file, people.analyst), found=found)
    kept = Proposal.objects.get()
    assert kept.state == "first review"
    assert [(n["proposed"], n.get("posterior")) for n in kept.later] == [(True, 0.9991), (False, None)]
    review(actor=people.second, proposal=proposal, verdict="agree", reason="seen")


def test_what_is_signed_is_not_proposed_again(decision: Decision, case_file: CaseFile, people: People) -> None:
    raised = raise_proposals(actor=people.analyst, run=a_run(case_file, people.analyst), found=[said()])
    assert (raised.raised, raised.standing) == (0, 1)
    withdraw_decision(actor=people.manager, decision=decision, reason="mixed up")
    raised = raise_proposals(actor=people.analyst, run=a_run(case_file, people.analyst), found=[said()])
    assert raised.raised == 1


def test_who_left_the_register_meanwhile_is_not_proposed(pair: tuple[Person, Remains], case_file: CaseFile,
                                                         people: People) -> None:
    withdraw(pair[0], actor=people.manager, reason="entered twice")
    raised = raise_proposals(actor=people.analyst, run=a_run(case_file, people.analyst), found=[said()])
    assert (raised.raised, raised.missing) == (0, ("P1 for R1",))


def test_a_proposal_and_the_audit_of_it_hold_no_genotype(proposal: Proposal) -> None:
    assert proposal.details["markers"] == [{"marker": "D3S1358", "log10_lr": 1.2}]
    entries = AuditEntry.objects.filter(table_name="store_proposal")
    assert "planted" not in str(list(entries.values_list("new", flat=True)))


# --- random walks over the real tables


def test_random_walks_over_the_tables_break_nothing(case_file: CaseFile, pair: tuple[Person, Remains],
                                                    people: People) -> None:
    rng = random.Random(1954)
    public = 0
    for _ in range(40):
        Decision.objects.filter(withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())
        Proposal.objects.exclude(state="withdrawn").update(state="withdrawn")
        Person.objects.update(status="unaccounted for")
        raise_proposals(actor=people.analyst, run=a_run(case_file, people.analyst), found=[said()])
        proposal = Proposal.objects.latest("pk")
        for _ in range(24):
            _stumble(proposal, people, rng)
            _check(proposal)
        public += Decision.objects.filter(proposal=proposal, published_at__isnull=False).exists()
    assert public > 3


def _stumble(proposal: Proposal, people: People, rng: random.Random) -> None:
    """Somebody does something, allowed or not."""
    proposal = Proposal.objects.get(pk=proposal.pk)
    decision = Decision.objects.filter(proposal=proposal).first()
    who = rng.choice((people.first, people.second, people.manager, people.liaison))
    acts: list[Callable[[], object]] = [
        lambda: review(actor=who, proposal=proposal, verdict=rng.choice(("agree", "agree", "agree", "disagree")),
                       reason="seen"),
        lambda: sign_proposal(actor=rng.choice((people.manager, who)), proposal=proposal, reason="sure")]
    if rng.random() < 0.05:
        acts = [lambda: withdraw_proposal(actor=people.manager, proposal=proposal, reason="no")]
    if decision is not None:
        acts += [lambda: tell_family(actor=rng.choice((people.liaison, who)), person=decision.person, told="she",
                                     what="it", how="letter", dated=DAY, decision=decision),
                 lambda: publish_decision(actor=rng.choice((people.manager, who)), decision=decision)] * 2
        if rng.random() < 0.05:
            acts = [lambda: withdraw_decision(actor=people.manager, decision=decision, reason="no")]
    try:
        with transaction.atomic():
            rng.choice(acts)()
    except HomewardError:
        pass


def _check(proposal: Proposal) -> None:
    decision = Decision.objects.filter(proposal=proposal).first()
    reviews = list(proposal.reviews.model.objects.filter(proposal=proposal))
    if decision is None:
        return
    assert len({r.reviewer_id for r in reviews if r.verdict == "agree"}) == 2
    assert decision.signed_by_id not in {r.reviewer_id for r in reviews}
    if decision.published_at is not None:
        assert decision.told_at <= decision.published_at
        assert Telling.objects.filter(decision=decision, recorded_at__lte=decision.published_at).exists()
    standing = Decision.objects.filter(person=decision.person_id, withdrawn_at__isnull=True).exists()
    assert (Person.objects.get(pk=decision.person_id).status == "accounted for") == standing
