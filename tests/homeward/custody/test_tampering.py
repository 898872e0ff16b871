"""Whoever holds a head finds seven kinds of tampering, and the first bad event; nobody cries wolf."""

import numpy as np
import pytest

from homeward.custody import Act, Head, Row, chain, hash_of, verify
from homeward.model import InvalidValue
from homeward.simulate.custody import grow_custody
from homeward.simulate.tampering import NEED_A_HEAD, TAMPERINGS, Tampered, heads_of_all, heads_on_receipts

TIMES = 150


def chains(kind: str) -> list[tuple[list[tuple[str, str]], Tampered]]:
    rng = np.random.default_rng([1950, *kind.encode()])
    made = []
    for _ in range(TIMES):
        lines = list(grow_custody(int(rng.integers(8, 60)), rng=rng))
        made.append((lines, TAMPERINGS[kind](lines, rng)))
    return made


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_with_the_heads_of_the_receipts_tampering_is_found_and_the_first_bad_event_named(kind: str) -> None:
    for lines, tampered in chains(kind):
        verdict = verify(tampered.lines, heads=heads_on_receipts(lines), latest=True)
        bad = verdict.first_bad
        assert bad is not None
        assert not verdict.whole
        assert bad.since <= tampered.first_bad <= bad.seq
        if kind != "rewrite from k on":  # of a rewriting, a head tells that it lies between it and the head before
            assert bad.since == bad.seq


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_with_a_chain_exported_before_the_first_bad_event_is_named_exactly(kind: str) -> None:
    for lines, tampered in chains(kind):
        bad = verify(tampered.lines, heads=heads_of_all(lines), latest=True).first_bad
        assert bad is not None
        assert (bad.since, bad.seq) == (tampered.first_bad, tampered.first_bad)


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_with_the_last_head_alone_tampering_is_found(kind: str) -> None:
    for lines, tampered in chains(kind):
        bad = verify(tampered.lines, heads=[Head(len(lines), lines[-1][1])], latest=True).first_bad
        assert bad is not None
        assert bad.since <= tampered.first_bad <= bad.seq


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_without_a_head_the_last_three_are_missed_and_the_others_found(kind: str) -> None:
    for _, tampered in chains(kind):
        bad = verify(tampered.lines).first_bad
        if kind in NEED_A_HEAD:
            assert bad is None
        else:
            assert bad is not None
            assert bad.seq == tampered.first_bad


def test_an_honest_chain_raises_no_alarm() -> None:
    rng = np.random.default_rng(27)
    for _ in range(400):
        lines = list(grow_custody(int(rng.integers(1, 50)), rng=rng))
        verdict = verify(lines, heads=heads_on_receipts(lines), latest=True)
        assert verdict.sound, verdict.findings
        assert set(verdict.counts) <= {"outside"}
        assert (verdict.n_events, verdict.vouched_to) == (len(lines), len(lines))


def test_the_synthetic_chain_holds_every_act() -> None:
    lines = list(grow_custody(3_000, rng=np.random.default_rng(1)))
    assert {line.split("\t")[Row._fields.index("act")] for line, _ in lines} == {act.value for act in Act}


def test_what_comes_after_an_earlier_head_is_named_and_no_fault_unless_the_head_is_the_latest() -> None:
    lines = list(grow_custody(60, rng=np.random.default_rng(2)))
    head = Head(40, lines[39][1])
    verdict = verify(lines, heads=[head])
    assert verdict.sound
    assert verdict.vouched_to == 40
    (note,) = [f for f in verdict.findings if f.rule == "unvouched"]
    assert str(note).startswith("event 41: events 41 to ")
    verdict = verify(lines, heads=[head], latest=True)
    assert verdict.first_bad is not None
    assert (verdict.first_bad.rule, verdict.first_bad.seq) == ("appended", 41)


def test_heads_that_contradict_each_other_or_come_out_of_order_are_told() -> None:
    lines = list(grow_custody(20, rng=np.random.default_rng(3)))
    other = Head(7, "0" * 64)
    bad = verify(lines, heads=[Head(7, lines[6][1]), other]).first_bad
    assert bad is not None
    assert (bad.rule, bad.seq, bad.message) == ("head", 7, "two heads of it differ")
    with pytest.raises(InvalidValue, match="must not come after"):
        verify(lines, heads=[Head(9, lines[8][1]), other])


def test_a_tampered_event_in_another_script_is_found() -> None:
    row = Row._make(next(grow_custody(1, rng=np.random.default_rng(4)))[0].split("\t"))
    korean = row._replace(giver="유해발굴감식단", place="오산 공군기지")
    assert verify([(korean.line, hash_of(korean.line))]).sound
    assert not verify([(korean._replace(giver="유해발굴감식관").line, hash_of(korean.line))]).sound
    turned = row._replace(giver="a\u202eb")
    assert [f.rule for f in verify([(turned.line, hash_of(turned.line))]).findings] == ["form"]


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_looking_at_many_events_at_once_finds_what_looking_at_one_finds(
        kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng([27, *kind.encode()])
    lines = list(grow_custody(900, rng=rng))
    for _ in range(6):
        tampered, found = TAMPERINGS[kind](lines, rng).lines, []
        for at_once in (1, 7, 64, 5_000):
            monkeypatch.setattr(chain, "_TOGETHER", at_once)
            found.append(verify(tampered))
        for verdict in found:
            assert (verdict.findings, verdict.counts, verdict.head) == (
                found[0].findings, found[0].counts, found[0].head)
            assert verdict.n_events == len(tampered)
