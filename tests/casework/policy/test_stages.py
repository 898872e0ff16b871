"""The way of a proposed name: ten thousand random walks, judged by what each walk has seen, not by the table."""

import random
from dataclasses import replace

import pytest

from casework.policy import MATRIX
from casework.policy.stages import FOLLOWS, PERMISSIONS, Move, Stage, Standing, Step, after, refusal

PEOPLE = range(1, 6)
AGREE, DISAGREE = True, False


def _walk(rng: random.Random) -> list[tuple[Move, Stage]]:
    """What was done, and what it led to; what was refused leaves no trace."""
    standing, done = Standing(meets_rule=rng.random() < 0.95), []
    for _ in range(rng.randrange(4, 50)):
        step = rng.choices(list(Step), [8, 8, 1, 8, 8, 1])[0]
        move = Move(step, rng.choice(PEOPLE), rng.random() < 0.9 if step is Step.REVIEW else None)
        if refusal(standing, move):
            continue
        before, standing = standing, after(standing, move)
        assert standing.stage in FOLLOWS[before.stage, step]
        done.append((move, standing.stage))
    return done


def _violations(done: list[tuple[Move, Stage]]) -> list[str]:
    """What may never have happened, read off the moves alone."""
    found = []
    stages = [Stage.PROPOSED, *(stage for _, stage in done)]
    for k, (move, _) in enumerate(done):
        earlier = done[:k]
        reviews = [m for m, _ in earlier if m.step is Step.REVIEW]
        if move.step is Step.PUBLISH and not any(m.step is Step.TELL for m, _ in earlier):
            found.append("public before the family was told")
        if move.step is Step.SIGN:
            agreeing = {m.by for m in reviews if m.agrees}
            if len(agreeing) < 2 or len(reviews) != 2:
                found.append("signed without two who agree")
            if move.by in {m.by for m in reviews}:
                found.append("signed by a reviewer")
        if move.step in (Step.TELL, Step.PUBLISH) and not any(m.step is Step.SIGN for m, _ in earlier):
            found.append("told or public without a signature")
        if move.step is Step.REVIEW and move.by in {m.by for m in reviews}:
            found.append("reviewed twice by one person")
        if stages[k] is Stage.REFUSED or (stages[k] is Stage.WITHDRAWN and move.step is not Step.TELL):
            found.append("changed after its end")
    if sum(m.step is Step.SIGN for m, _ in done) > 1:
        found.append("signed twice")
    return found


def test_ten_thousand_random_walks_break_nothing_and_reach_every_stage() -> None:
    rng = random.Random(1953)
    walks = [_walk(rng) for _ in range(10_000)]
    assert [v for walk in walks for v in _violations(walk)] == []
    assert {stage for walk in walks for _, stage in walk} == set(Stage) - {Stage.PROPOSED}
    published = sum(any(stage is Stage.PUBLISHED for _, stage in walk) for walk in walks)
    assert published > 1_000


@pytest.mark.parametrize(("loosened", "violation"), [
    ((Stage.SIGNED, Step.PUBLISH), "public before the family was told"),
    ((Stage.FIRST_REVIEW, Step.SIGN), "signed without two who agree"),
])
def test_the_walks_would_notice_a_looser_table(loosened: tuple[Stage, Step], violation: str) -> None:
    def looser(standing: Standing, move: Move) -> str:
        return "" if (standing.stage, move.step) == loosened else refusal(standing, move)

    rng, found = random.Random(7), []
    for _ in range(3_000):
        standing, done = Standing(), []
        for _ in range(20):
            step = rng.choice(list(Step))
            move = Move(step, rng.choice(PEOPLE), True if step is Step.REVIEW else None)
            if not looser(standing, move):
                standing = after(standing, move)
                done.append((move, standing.stage))
        found += _violations(done)
    assert violation in found


def _reviewed(first: bool, second: bool) -> Standing:
    standing = after(Standing(), Move(Step.REVIEW, 1, first))
    return after(standing, Move(Step.REVIEW, 2, second))


@pytest.mark.parametrize(("first", "second", "stage"), [
    (AGREE, AGREE, Stage.REVIEWED), (AGREE, DISAGREE, Stage.REFUSED), (DISAGREE, AGREE, Stage.REFUSED),
    (DISAGREE, DISAGREE, Stage.REFUSED)])
def test_two_who_agree_and_nothing_less_make_it_ready(first: bool, second: bool, stage: Stage) -> None:
    assert _reviewed(first, second).stage is stage


def test_what_the_first_said_does_not_show_in_the_stage() -> None:
    agreed, disagreed = (after(Standing(), Move(Step.REVIEW, 1, verdict)) for verdict in (AGREE, DISAGREE))
    assert agreed.stage is disagreed.stage is Stage.FIRST_REVIEW
    second = Move(Step.REVIEW, 2, AGREE)
    assert refusal(agreed, second) == refusal(disagreed, second) == ""


@pytest.mark.parametrize(("standing", "move", "why"), [
    (Standing(meets_rule=False), Move(Step.REVIEW, 1, AGREE), "does not meet the case's rule"),
    (Standing(), Move(Step.REVIEW, 1), "agrees or disagrees"),
    (after(Standing(), Move(Step.REVIEW, 1, AGREE)), Move(Step.REVIEW, 1, AGREE), "another person's"),
    (_reviewed(AGREE, AGREE), Move(Step.SIGN, 2), "does not sign"),
    (replace(_reviewed(AGREE, AGREE), reviews=()), Move(Step.SIGN, 3), "two people"),
    (after(_reviewed(AGREE, AGREE), Move(Step.SIGN, 3)), Move(Step.PUBLISH, 3), "it is signed: it cannot be made"),
    (Standing(Stage.WITHDRAWN), Move(Step.TELL, 4), "nobody was told of it before"),
])
def test_a_refusal_says_why(standing: Standing, move: Move, why: str) -> None:
    assert why in refusal(standing, move)


def test_a_family_that_was_told_is_told_of_the_withdrawal() -> None:
    told = after(after(_reviewed(AGREE, AGREE), Move(Step.SIGN, 3)), Move(Step.TELL, 4))
    withdrawn = after(told, Move(Step.WITHDRAW, 3))
    assert refusal(withdrawn, Move(Step.TELL, 4)) == ""
    assert after(withdrawn, Move(Step.TELL, 4)).stage is Stage.WITHDRAWN


def test_it_can_be_withdrawn_at_every_stage_but_its_end() -> None:
    assert {stage for stage, step in FOLLOWS if step is Step.WITHDRAW} == set(Stage) - {Stage.REFUSED, Stage.WITHDRAWN}


def test_no_role_may_both_review_and_sign() -> None:
    review, sign = PERMISSIONS[Step.REVIEW], PERMISSIONS[Step.SIGN]
    assert [role for role, permissions in MATRIX.items() if review in permissions and sign in permissions] == []
    assert set(PERMISSIONS) == set(Step)
