"""The way of a proposed name to the public: what may follow what, and who may not do it. No table, no clock.

A name is proposed by a run, reviewed by two people, signed by a third, told to the family, and only then made public.
It can be withdrawn at every stage; it cannot vanish, nor skip one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from casework.policy.roles import Permission

__all__ = ["FOLLOWS", "PERMISSIONS", "Move", "Reviewed", "Stage", "Standing", "Step", "after", "refusal"]


class Stage(StrEnum):
    """How far a proposed name has come."""

    PROPOSED = "proposed"
    FIRST_REVIEW = "first review"  # one review is in
    REVIEWED = "reviewed"  # two people have agreed
    SIGNED = "signed"
    TOLD = "told"
    PUBLISHED = "published"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What can be done with a proposed name."""

    REVIEW = "review"
    SIGN = "sign"
    REFUSE = "refuse"
    TELL = "tell"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


# The transition table: what is not written here cannot happen.
FOLLOWS: Mapping[tuple[Stage, Step], frozenset[Stage]] = MappingProxyType({
    (Stage.PROPOSED, Step.REVIEW): frozenset({Stage.FIRST_REVIEW}),
    (Stage.PROPOSED, Step.WITHDRAW): frozenset({Stage.WITHDRAWN}),
    (Stage.FIRST_REVIEW, Step.REVIEW): frozenset({Stage.REVIEWED, Stage.REFUSED}),
    (Stage.FIRST_REVIEW, Step.WITHDRAW): frozenset({Stage.WITHDRAWN}),
    (Stage.REVIEWED, Step.SIGN): frozenset({Stage.SIGNED}),
    (Stage.REVIEWED, Step.REFUSE): frozenset({Stage.REFUSED}),
    (Stage.REVIEWED, Step.WITHDRAW): frozenset({Stage.WITHDRAWN}),
    (Stage.SIGNED, Step.TELL): frozenset({Stage.TOLD}),
    (Stage.SIGNED, Step.WITHDRAW): frozenset({Stage.WITHDRAWN}),
    (Stage.TOLD, Step.TELL): frozenset({Stage.TOLD}),
    (Stage.TOLD, Step.PUBLISH): frozenset({Stage.PUBLISHED}),
    (Stage.TOLD, Step.WITHDRAW): frozenset({Stage.WITHDRAWN}),
    (Stage.PUBLISHED, Step.TELL): frozenset({Stage.PUBLISHED}),
    (Stage.PUBLISHED, Step.WITHDRAW): frozenset({Stage.WITHDRAWN}),
    # A family that was told a name is told of its withdrawal.
    (Stage.WITHDRAWN, Step.TELL): frozenset({Stage.WITHDRAWN}),
})

PERMISSIONS: Mapping[Step, Permission] = MappingProxyType({
    Step.REVIEW: Permission.REVIEW_WRITE,
    Step.SIGN: Permission.DECISION_SIGN,
    Step.REFUSE: Permission.DECISION_SIGN,
    Step.TELL: Permission.FAMILY_TELL,
    Step.PUBLISH: Permission.PUBLISH,
    Step.WITHDRAW: Permission.DECISION_WITHDRAW,
})


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One review: by which account, and whether it agrees."""

    by: int
    agrees: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A proposed name as the rules see it.

    ``meets_rule``: whether the case's rule is met, without which nobody reviews it; ``told``: whether the family was.
    """

    stage: Stage = Stage.PROPOSED
    meets_rule: bool = True
    reviews: tuple[Reviewed, ...] = ()
    signer: int | None = None
    told: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A step that an account takes; ``agrees``: the verdict, of a review alone."""

    step: Step
    by: int
    agrees: bool | None = None


def refusal(standing: Standing, move: Move) -> str:
    """Why the step cannot be taken, in words; empty where it can."""
    if (standing.stage, move.step) not in FOLLOWS:
        return f"it is {standing.stage.value}: it cannot be {_DONE[move.step]} now"
    if move.step is Step.REVIEW:
        return _no_review(standing, move)
    if move.step is Step.SIGN:
        return _no_signature(standing, move)
    if move.step is Step.TELL and standing.stage is Stage.WITHDRAWN and not standing.told:
        return "it is withdrawn, and nobody was told of it before"
    return ""


def after(standing: Standing, move: Move) -> Standing:
    """The standing that a step leads to; the step must be one that is not refused."""
    match move.step:
        case Step.REVIEW:
            reviews = (*standing.reviews, Reviewed(move.by, bool(move.agrees)))
            if len(reviews) == 1:
                return replace(standing, stage=Stage.FIRST_REVIEW, reviews=reviews)
            agreed = all(r.agrees for r in reviews)
            return replace(standing, stage=Stage.REVIEWED if agreed else Stage.REFUSED, reviews=reviews)
        case Step.SIGN:
            return replace(standing, stage=Stage.SIGNED, signer=move.by)
        case Step.TELL:
            stage = Stage.TOLD if standing.stage is Stage.SIGNED else standing.stage
            return replace(standing, stage=stage, told=True)
        case Step.PUBLISH:
            return replace(standing, stage=Stage.PUBLISHED)
        case Step.REFUSE:
            return replace(standing, stage=Stage.REFUSED)
        case Step.WITHDRAW:
            return replace(standing, stage=Stage.WITHDRAWN)


_DONE = MappingProxyType({Step.REVIEW: "reviewed", Step.SIGN: "signed", Step.REFUSE: "refused",
                          Step.TELL: "told to a family", Step.PUBLISH: "made public", Step.WITHDRAW: "withdrawn"})


def _no_review(standing: Standing, move: Move) -> str:
    if move.agrees is None:
        return "a review agrees or disagrees"
    if not standing.meets_rule:
        return "it does not meet the case's rule: more evidence is needed before anyone reviews it"
    if any(r.by == move.by for r in standing.reviews):
        return "the second review is another person's"
    return ""


def _no_signature(standing: Standing, move: Move) -> str:
    if len({r.by for r in standing.reviews if r.agrees}) < 2:
        return "two people have to agree before it is signed"
    if any(r.by == move.by for r in standing.reviews):
        return "whoever reviewed it does not sign it"
    return ""
