"""Custody is recorded whole or not at all, and only as it can have been."""

import datetime
from collections.abc import Callable

import pytest

from casework.actions.custody import Handed, hand_over, receive, record_act, release
from casework.actions.records import withdraw
from casework.policy import NotAllowed, Role
from casework.queries.custody import history, standing, verify_register
from casework.store.models import (
    Account,
    AuditEntry,
    CaseFile,
    Container,
    CustodyEvent,
    Document,
    Element,
    Organisation,
    Remains,
    RemainsSample,
    Revision,
)
from homeward.custody import FIRST_HASH, Act, Phase, hash_of
from homeward.model import FaultyInput, InvalidValue, PartialDate

Accounts = Callable[..., Account]
AT = datetime.datetime(2018, 7, 27, 5, 20, tzinfo=datetime.UTC)
OSAN = "Osan Air Base"


def later(hours: int) -> datetime.datetime:
    return AT + datetime.timedelta(hours=hours)


@pytest.fixture
def custodian(account: Accounts) -> Account:
    return account(Role.CUSTODIAN)


@pytest.fixture
def boxes(case_file: CaseFile) -> list[Handed]:
    """Three boxes; in the first lie remains, of which the register knows a femur and a sample of it."""
    made = [Container.objects.create(case=case_file, key=f"B-{n}", kind="box") for n in (1, 2, 3)]
    remains = Remains.objects.create(case=case_file, key="R-1", container=made[0])
    femur = Element.objects.create(case=case_file, key="E-1", remains=remains, bone="femur", side="left")
    RemainsSample.objects.create(case=case_file, key="S-1", remains=remains, element=femur)
    return [Handed("container", box.key, count=1, unit="set", seals=f"A{box.key[2:]}", mass_mg=3_000_000)
            for box in made]


@pytest.fixture
def held(boxes: list[Handed], custodian: Account, case_file: CaseFile) -> list[Handed]:
    receive(actor=custodian, case=case_file, items=boxes, giver="Delegation", receiver="Mission", at=AT, place=OSAN)
    return boxes


def rules(refused: pytest.ExceptionInfo[FaultyInput]) -> list[tuple[int, str]]:
    return [(fault.line, fault.rule) for fault in refused.value.faults]


def test_a_hand_over_is_one_event_for_each_item_chained_by_hash(
        held: list[Handed], custodian: Account, case_file: CaseFile) -> None:
    done = hand_over(actor=custodian, case=case_file, items=held, giver="Mission", receiver="Laboratory", at=later(9),
                     place="Hickam", note="two witnesses")
    rows = list(CustodyEvent.objects.all())
    assert [(r.seq, r.handover, r.item_key, r.act) for r in rows[3:]] == [
        (4, "H-000004", "B-1", "handed over"), (5, "H-000004", "B-2", "handed over"), (6, "H-000004", "B-3",
                                                                                       "handed over")]
    assert [r.previous_hash for r in rows] == [FIRST_HASH, *(r.hash for r in rows[:-1])]
    assert [r.hash for r in rows[3:]] == [e.hash for e in done.events] == [hash_of(e.row.line) for e in done.events]
    assert (done.key, str(done.head)) == ("H-000004", f"6:{rows[-1].hash}")
    assert rows[5].actor == "user:evidence-custodian"
    assert rows[5].case_key == "KW"
    now = standing(custodian, case_file, "container", "B-2")
    assert now is not None
    assert (now.holder, now.since, now.seals, now.mass_mg) == ("Laboratory", "2018-07-27T14:20Z", "A2", 3_000_000)


def test_all_faults_are_told_at_once_and_nothing_is_recorded(
        held: list[Handed], custodian: Account, case_file: CaseFile) -> None:
    wrong = [Handed("container", "B-1", count=2, unit="set", seals="A1"), Handed("container", "B-2"),
             Handed("container", "B-3", seals="A3", mass_mg=2_000_000), Handed("remains", "R-1")]
    with pytest.raises(FaultyInput) as refused:
        hand_over(actor=custodian, case=case_file, items=wrong, giver="Mission", receiver="Laboratory", at=later(9),
                  place="Hickam")
    assert rules(refused) == [(1, "count"), (2, "seals"), (3, "mass"), (4, "begins")]
    with pytest.raises(FaultyInput) as refused:
        hand_over(actor=custodian, case=case_file, items=[held[0], held[0], Handed("container", "B-9"),
                                                          Handed("container", "B-2", note="a\tb")],
                  giver="", receiver="Laboratory", at=later(9), place="Hickam", key="H-000001")
    assert rules(refused) == [(0, "form"), (2, "form"), (3, "unknown"), (0, "form"), (4, "form")]
    assert CustodyEvent.objects.count() == 3


def test_whoever_does_not_hold_an_item_cannot_give_it(held: list[Handed], custodian: Account,
                                                      case_file: CaseFile) -> None:
    with pytest.raises(FaultyInput, match="handed over by Laboratory, and is held by Mission"):
        hand_over(actor=custodian, case=case_file, items=held[:1], giver="Laboratory", receiver="Other", at=later(9),
                  place=OSAN)
    with pytest.raises(FaultyInput, match="from outside, and Mission holds it"):
        receive(actor=custodian, case=case_file, items=held[:1], giver="Delegation", receiver="Laboratory",
                at=later(9), place=OSAN)


def test_a_difference_with_its_reason_is_recorded(held: list[Handed], custodian: Account, case_file: CaseFile,
                                                  account: Accounts) -> None:
    seen = Handed("container", "B-1", count=2, unit="set", seals="A1, X9", difference="resealed by customs, two sets")
    hand_over(actor=custodian, case=case_file, items=[seen], giver="Mission", receiver="Laboratory", at=later(9),
              place="Hickam")
    verdict = verify_register(account(Role.ADMINISTRATOR))
    assert verdict.sound
    assert [f.message for f in verdict.findings if f.rule == "difference"] == [
        "seals A1, X9, before A1: resealed by customs, two sets",
        "count 2 set, before 1 set: resealed by customs, two sets"]


def test_seals_compare_in_whatever_order_they_were_read(held: list[Handed], custodian: Account,
                                                        case_file: CaseFile) -> None:
    box = Container.objects.create(case=case_file, key="B-4")
    receive(actor=custodian, case=case_file, items=[Handed("container", box.key, seals="Z2; A1,M3")], giver="D",
            receiver="Mission", at=AT, place=OSAN)
    hand_over(actor=custodian, case=case_file, items=[Handed("container", box.key, seals="M3,A1 ,Z2")], giver="Mission",
              receiver="Laboratory", at=later(1), place=OSAN)
    assert [e.seals for e in history(custodian, case_file, "container", "B-4")] == ["A1, M3, Z2"] * 2


def test_from_the_box_to_the_sample_that_is_used_up(held: list[Handed], custodian: Account, case_file: CaseFile,
                                                    account: Accounts) -> None:
    def do(act: Act, *items: Handed, at: int) -> None:
        record_act(actor=custodian, case=case_file, act=act, items=items, holder="Mission", at=later(at), place=OSAN)

    remains = Handed("remains", "R-1", mass_mg=900_000, parent=("container", "B-1"))
    with pytest.raises(FaultyInput, match="sealed with A1"):
        do(Act.TAKEN_OUT, remains, at=1)
    do(Act.OPENED, Handed("container", "B-1", seals="A1"), at=1)
    do(Act.TAKEN_OUT, remains, at=1)
    do(Act.TAKEN_OUT, Handed("element", "E-1", mass_mg=400_000, parent=("remains", "R-1")), at=2)
    do(Act.TAKEN_OUT, Handed("sample", "S-1", mass_mg=5_000, parent=("element", "E-1")), at=3)
    do(Act.CHECKED, Handed("element", "E-1", mass_mg=394_100), at=4)  # the saw took 900 mg
    do(Act.USED_UP, Handed("sample", "S-1"), at=5)
    with pytest.raises(FaultyInput, match="was used up"):
        hand_over(actor=custodian, case=case_file, items=[Handed("sample", "S-1")], giver="Mission", receiver="Other",
                  at=later(6), place=OSAN)
    do(Act.PUT_INTO, Handed("element", "E-1", parent=("remains", "R-1")), at=6)
    do(Act.PUT_INTO, Handed("remains", "R-1", parent=("container", "B-1")), at=6)
    do(Act.SEALED, Handed("container", "B-1", seals="C1"), at=7)
    hand_over(actor=custodian, case=case_file, items=[Handed("container", "B-1", seals="C1")], giver="Mission",
              receiver="Laboratory", at=later(9), place="Hickam")
    femur = standing(custodian, case_file, "element", "E-1")
    assert femur is not None
    assert (femur.phase, femur.holder, femur.parent) == (Phase.INSIDE, "Laboratory", ("KW", "remains", "R-1"))
    with pytest.raises(FaultyInput, match="lies in container B-1"):
        hand_over(actor=custodian, case=case_file, items=[Handed("remains", "R-1")], giver="Laboratory",
                  receiver="Other", at=later(10), place=OSAN)
    assert verify_register(account(Role.ADMINISTRATOR)).sound


def test_what_lies_in_a_box_is_not_received_beside_it_nor_taken_out_of_another(
        held: list[Handed], custodian: Account, case_file: CaseFile) -> None:
    with pytest.raises(FaultyInput, match="is of container B-1, which Mission holds"):
        receive(actor=custodian, case=case_file, items=[Handed("remains", "R-1")], giver="Delegation",
                receiver="Laboratory", at=later(1), place=OSAN)
    record_act(actor=custodian, case=case_file, act=Act.OPENED, items=[Handed("container", "B-2", seals="A2")],
               holder="Mission", at=later(1), place=OSAN)
    with pytest.raises(FaultyInput, match="is of container B-1 by the register"):
        record_act(actor=custodian, case=case_file, act=Act.TAKEN_OUT, holder="Mission", at=later(1), place=OSAN,
                   items=[Handed("remains", "R-1", parent=("container", "B-2"))])


def test_time_does_not_run_backwards(held: list[Handed], custodian: Account, case_file: CaseFile) -> None:
    for at, why in ((AT - datetime.timedelta(days=3), "was moved"), (PartialDate(2018, 7, 25), "was moved"),
                    (datetime.datetime(2990, 1, 1, tzinfo=datetime.UTC), "was recorded")):
        with pytest.raises(FaultyInput, match=why):
            hand_over(actor=custodian, case=case_file, items=held[:1], giver="Mission", receiver="Laboratory", at=at,
                      place=OSAN)
    with pytest.raises(InvalidValue, match="time zone"):
        hand_over(actor=custodian, case=case_file, items=held[:1], giver="Mission", receiver="Laboratory",
                  at=datetime.datetime(2019, 1, 1), place=OSAN)
    # A date is that of the place's calendar: a day of which it is not known how far it was along.
    hand_over(actor=custodian, case=case_file, items=held[:1], giver="Mission", receiver="Laboratory",
              at=PartialDate(2018, 7), place=OSAN)


def test_only_some_may_record_and_fewer_may_release(held: list[Handed], account: Accounts,
                                                    case_file: CaseFile) -> None:
    def give(role: Role, act: Callable[..., object]) -> None:
        act(actor=account(role), case=case_file, items=held[:1], giver="Mission", receiver="Family", at=later(2),
            place="Seoul")

    for role in set(Role) - {Role.CUSTODIAN, Role.FIELD_TEAM}:
        with pytest.raises(NotAllowed, match=r"custody\.write"):
            give(role, hand_over)
    for role in set(Role) - {Role.CUSTODIAN, Role.CASE_MANAGER}:
        with pytest.raises(NotAllowed, match=r"custody\.release"):
            give(role, release)
    assert CustodyEvent.objects.count() == 3
    give(Role.CASE_MANAGER, release)
    with pytest.raises(FaultyInput, match="was released to Family"):
        give(Role.CUSTODIAN, hand_over)
    with pytest.raises(NotAllowed):
        history(account(Role.HISTORIAN), case_file, "container", "B-1")


def test_own_scope_does_not_reach_items_of_another_organisation_until_they_are_given(
        held: list[Handed], custodian: Account, account: Accounts, case_file: CaseFile) -> None:
    mission = Organisation.objects.create(key="M2", name="Second mission", kind="mission")
    theirs = account(Role.FIELD_TEAM, "second", organisation=mission)
    Container.objects.filter(key="B-1").update(organisation=mission)
    Remains.objects.filter(key="R-1").update(organisation=mission)
    with pytest.raises(NotAllowed, match="own organisation"):
        hand_over(actor=custodian, case=case_file, items=held, giver="Mission", receiver="Laboratory", at=later(2),
                  place=OSAN)
    hand_over(actor=theirs, case=case_file, items=held[:1], giver="Mission", receiver="Laboratory", at=later(2),
              place=OSAN, to=custodian.organisation)
    assert {str(r.organisation) for r in (Container.objects.get(key="B-1"), Remains.objects.get(key="R-1"),
                                          RemainsSample.objects.get(key="S-1"))} == {"Central laboratory"}
    assert Revision.objects.get(key="B-1").reason == "handed over: H-000004"
    # Whoever recorded an event still sees it; what came after is the laboratory's.
    record_act(actor=custodian, case=case_file, act=Act.OPENED, items=[Handed("container", "B-1", seals="A1")],
               holder="Laboratory", at=later(3), place="Hickam")
    assert [e.seq for e in history(theirs, case_file, "container", "B-1")] == [4]
    assert [e.seq for e in history(custodian, case_file, "container", "B-1")] == [1, 4, 5]


def test_a_withdrawn_record_cannot_be_handed_over(held: list[Handed], custodian: Account, account: Accounts,
                                                  case_file: CaseFile) -> None:
    spare = Container.objects.create(case=case_file, key="B-9")
    withdraw(spare, actor=account(Role.CASE_MANAGER), reason="entered twice")
    with pytest.raises(FaultyInput, match="not in the register"):
        receive(actor=custodian, case=case_file, items=[Handed("container", "B-9")], giver="D", receiver="M", at=AT,
                place=OSAN)


def test_a_document_of_another_case_is_refused(held: list[Handed], custodian: Account, case_file: CaseFile) -> None:
    other = CaseFile.objects.create(key="V", title="Another", synthetic=True)
    paper = Document.objects.create(case=other, key="D-1", title="Turnover form")
    with pytest.raises(FaultyInput, match="of the same case"):
        hand_over(actor=custodian, case=case_file, items=held[:1], giver="Mission", receiver="Laboratory", at=later(2),
                  place=OSAN, document=paper)
    paper = Document.objects.create(case=case_file, key="D-1", title="Turnover form")
    done = hand_over(actor=custodian, case=case_file, items=held[:1], giver="Mission", receiver="Laboratory",
                     at=later(2), place=OSAN, document=paper)
    assert done.events[0].document_key == "D-1"


def test_the_audit_names_who_recorded(held: list[Handed]) -> None:
    entries = AuditEntry.objects.filter(table_name="store_custodyevent")
    assert {(e.actor, e.act, e.old) for e in entries} == {("user:evidence-custodian", "insert", None)}
    assert sorted(e.row_key for e in entries) == ["1", "2", "3"]
