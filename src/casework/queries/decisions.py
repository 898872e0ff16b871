"""Proposed names and decisions as their readers see them: the second reviewer learns nothing of the first review.

A review is shown to whoever wrote it, and to nobody else before both are in: not its verdict, nor its reason, nor who
wrote it, only that it is there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from casework.policy import Permission, may, require
from casework.policy.stages import PERMISSIONS, Move, Stage, Step, refusal
from casework.queries.visible import visible
from casework.store.models import Account, CaseFile, Decision, Person, Proposal, Review, Telling
from casework.store.standing import stage_of, standing_of

__all__ = ["DecisionView", "ProposalView", "decision_for", "decisions", "proposal_for", "proposals", "tellings_of",
           "to_publish", "to_review", "to_sign", "to_tell"]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposed name for one reader.

    ``reviews``: those that the reader may see; ``reviews_in``: how many there are; ``steps``: what the reader may do
    with it now.
    """

    proposal: Proposal
    stage: Stage
    reviews: tuple[Review, ...]
    reviews_in: int
    decision: Decision | None
    steps: frozenset[Step] = field(default_factory=frozenset)

    @property
    def first_review_is_in(self) -> bool:
        """Whether somebody has reviewed it."""
        return self.reviews_in > 0


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision for one reader, with whom of the family was told of it."""

    decision: Decision
    stage: Stage
    tellings: tuple[Telling, ...]
    steps: frozenset[Step] = field(default_factory=frozenset)


def proposals(actor: Account, case_file: CaseFile | None = None, *, state: str = "",
              person: Person | None = None) -> QuerySet[Proposal]:
    """The proposed names, latest first; ``reviews`` of each are those that the actor may see. Raises NotAllowed."""
    rows = visible(actor, Permission.PROPOSAL_READ, Proposal).select_related("case", "run", "person", "remains",
                                                                             "family", "closed_by")
    rows = rows.defer("run__result").prefetch_related(Prefetch("reviews", _shown(actor)))
    if case_file is not None:
        rows = rows.filter(case=case_file)
    if person is not None:
        rows = rows.filter(person=person)
    return (rows.filter(state=state) if state else rows).order_by("-pk")


def proposal_for(actor: Account, number: int) -> ProposalView:
    """One proposed name as the actor may see it; raises DoesNotExist, NotAllowed."""
    proposal = proposals(actor).get(pk=number)
    decision = Decision.objects.filter(proposal=proposal).first()
    count = Review.objects.filter(proposal=proposal).count()
    return ProposalView(proposal, stage_of(proposal, decision), tuple(proposal.reviews.all()), count, decision,
                        _steps(actor, proposal))


def decisions(actor: Account, case_file: CaseFile | None = None, *, withdrawn: bool = False,
              person: Person | None = None) -> QuerySet[Decision]:
    """The signed decisions, latest first; raises NotAllowed."""
    rows = visible(actor, Permission.DECISION_READ, Decision, withdrawn=withdrawn)
    if case_file is not None:
        rows = rows.filter(case=case_file)
    if person is not None:
        rows = rows.filter(person=person)
    return rows.select_related("case", "proposal", "person", "remains", "signed_by", "published_by", "withdrawn_by",
                               "document").order_by("-pk")


def decision_for(actor: Account, number: int) -> DecisionView:
    """One decision, withdrawn or not; raises DoesNotExist, NotAllowed."""
    decision = decisions(actor, withdrawn=True).get(pk=number)
    told = Telling.objects.filter(decision=decision).select_related("by", "family")
    return DecisionView(decision, stage_of(decision.proposal, decision), tuple(told),
                        _steps(actor, decision.proposal))


def tellings_of(actor: Account, person: Person) -> QuerySet[Telling]:
    """What the family was told of a person, by whom and when; raises NotAllowed."""
    rows = visible(actor, Permission.FAMILY_READ, Telling).filter(person=person)
    return rows.select_related("family", "by", "decision").order_by("pk")


def to_review(actor: Account) -> QuerySet[Proposal]:
    """The proposed names that wait for this reviewer; raises NotAllowed."""
    require(actor, Permission.REVIEW_WRITE)
    rows = proposals(actor).filter(meets_rule=True, state__in=("proposed", "first review"))
    return rows.exclude(pk__in=Review.objects.filter(reviewer=actor).values("proposal")).order_by("pk")


def to_sign(actor: Account) -> QuerySet[Proposal]:
    """The reviewed names that this person may sign or refuse; raises NotAllowed."""
    require(actor, Permission.DECISION_SIGN)
    rows = proposals(actor, state=Stage.REVIEWED.value)
    return rows.exclude(pk__in=Review.objects.filter(reviewer=actor).values("proposal")).order_by("pk")


def to_tell(actor: Account) -> QuerySet[Decision]:
    """The decisions that a family has yet to be told of: those signed, and those told of and withdrawn since."""
    require(actor, Permission.FAMILY_TELL)
    since = Telling.objects.filter(decision=OuterRef("pk"), recorded_at__gte=OuterRef("withdrawn_at"))
    rows = decisions(actor, withdrawn=True).filter(
        Q(withdrawn_at__isnull=True, told_at__isnull=True)
        | Q(withdrawn_at__isnull=False, told_at__isnull=False) & ~Exists(since))
    return rows.order_by("pk")


def to_publish(actor: Account) -> QuerySet[Decision]:
    """The decisions that the family was told of, and that are not public; raises NotAllowed."""
    require(actor, Permission.PUBLISH)
    return decisions(actor).filter(told_at__isnull=False, published_at__isnull=True).order_by("pk")


def _shown(actor: Account) -> QuerySet[Review]:
    """The reviews that the actor may see: one's own, and those of proposals of which both are in."""
    counted = Review.objects.filter(proposal=OuterRef("proposal")).order_by().values("proposal")
    both = counted.annotate(n=Count("pk")).filter(n__gte=2)
    return Review.objects.filter(Q(reviewer=actor) | Exists(both)).select_related("reviewer")


def _steps(actor: Account, proposal: Proposal) -> frozenset[Step]:
    """What the rules and the actor's role permit now; of two verdicts that are open to a reviewer, either."""
    standing = standing_of(proposal)
    return frozenset(step for step in Step if may(actor.role, PERMISSIONS[step])
                     and not refusal(standing, Move(step, actor.pk, True if step is Step.REVIEW else None)))
