"""The register's chain: the same bytes on both databases, tampering found, everybody shown what is theirs."""

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from casework.actions.custody import Handed, HandOver, hand_over, receive, release
from casework.policy import NotAllowed, Role
from casework.print.receipt import Receipt, _data
from casework.queries.custody import (
    HandOverView,
    custody_head,
    export_chain,
    handover,
    handovers,
    history,
    holdings,
    receipt_pdf,
    standing,
    verify_register,
)
from casework.store import triggers
from casework.store.custody import contents, row_of
from casework.store.models import Account, CaseFile, Container, CustodyEvent, Document, Organisation, Remains
from homeward.custody import Act, Head, hash_of, read_chain, verify

Accounts = Callable[..., Account]
AT = datetime.datetime(2018, 7, 27, 5, 20, tzinfo=datetime.UTC)
N = 12


@pytest.fixture
def signed(case_file: CaseFile, account: Accounts) -> list[HandOver]:
    """Three acts over four boxes, with what tries databases: other scripts, quotes, percent signs, nothing at all."""
    custodian = account(Role.CUSTODIAN)
    boxes = [Container.objects.create(case=case_file, key=f"B-{n}%s'\\") for n in range(4)]
    seen = [Handed("container", b.key, count=n, unit="set", seals="Ä1, 封印", mass_mg=10**9 * n) if n else
            Handed("container", b.key) for n, b in enumerate(boxes)]
    paper = Document.objects.create(case=case_file, key="D-1", title="Turnover form")
    common = {"actor": custodian, "case": case_file, "items": seen, "place": "오산 'Osan' 100 %"}
    return [
        receive(giver="Delegation", receiver="Mission", at=AT, note='"5,5" \\ {}', document=paper, **common),
        hand_over(giver="Mission", receiver="Laboratory", at=AT + datetime.timedelta(hours=9), **common),
        release(giver="Laboratory", receiver="Family", at=AT + datetime.timedelta(days=9), **common)]


@pytest.fixture
def auditor(account: Accounts) -> Account:
    return account(Role.ADMINISTRATOR)


def test_the_database_joins_the_columns_as_the_science_does(signed: list[HandOver]) -> None:
    rows = list(CustodyEvent.objects.order_by("seq"))
    assert list(contents()) == [(row_of(r).line, r.hash) for r in rows]
    assert [hash_of(text) for text, _ in contents()] == [r.hash for r in rows] == [
        e.hash for done in signed for e in done.events]
    assert len(rows) == N


def test_an_honest_register_is_sound_and_every_receipt_vouches(signed: list[HandOver], auditor: Account) -> None:
    verdict = verify_register(auditor, heads=[done.head for done in signed], latest=True)
    assert verdict.sound, verdict.findings
    assert verdict.counts == {"late": N}
    assert verdict.head == custody_head(auditor) == signed[-1].head


def test_the_exported_chain_is_that_of_the_register(signed: list[HandOver], auditor: Account, tmp_path: Path) -> None:
    assert export_chain(auditor, tmp_path / "chain.tsv") == signed[-1].head
    assert list(read_chain(tmp_path / "chain.tsv")) == list(contents())
    assert verify(read_chain(tmp_path / "chain.tsv"), heads=[signed[-1].head], latest=True).sound


# --- tampering in the database itself, by somebody who may drop the triggers


def sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rechained(first: int) -> None:
    """Compute every hash from an event on anew, as somebody would who knows how."""
    previous = CustodyEvent.objects.get(seq=first - 1).hash if first > 1 else "0" * 64
    for event in CustodyEvent.objects.filter(seq__gte=first).order_by("seq"):
        event.previous_hash = previous
        previous = hash_of(row_of(event).line)
        sql(f"UPDATE store_custodyevent SET previous_hash = '{event.previous_hash}', hash = '{previous}' "
            f"WHERE seq = {event.seq}")


def appended() -> None:
    last = CustodyEvent.objects.get(seq=N)
    with triggers_gone():
        again = CustodyEvent(**{f.attname: getattr(last, f.attname) for f in CustodyEvent._meta.concrete_fields})
        again.seq, again.act, again.handover, again.previous_hash = N + 1, Act.RECEIVED.value, "H-F", last.hash
        again.giver, again.receiver, again.seals = "Family", "Laboratory", last.seals
        again.hash = hash_of(row_of(again).line)
        again.save(force_insert=True)


def triggers_gone() -> transaction.Atomic:
    triggers.remove()
    return transaction.atomic()


def edit(column: str, value: str) -> Callable[[], None]:
    return lambda: sql(f"UPDATE store_custodyevent SET {column} = {value} WHERE seq = 6")


def swap() -> None:
    six, nine = (CustodyEvent.objects.get(seq=n).item_key.replace("'", "''") for n in (6, 9))
    sql(f"UPDATE store_custodyevent SET item_key = '{nine}' WHERE seq = 6",
        f"UPDATE store_custodyevent SET item_key = '{six}' WHERE seq = 9")


def rewrite() -> None:
    sql("UPDATE store_custodyevent SET place = 'Hickam' WHERE seq = 6")
    rechained(6)


TAMPERED: Sequence[tuple[str, Callable[[], None], int]] = [
    *((f"edit of {column}", edit(column, value), 6) for column, value in (
        ("receiver", "'Elsewhere'"), ("at", "'2018-07-28'"), ("count", "2"), ("count", "NULL"), ("mass_mg", "7"),
        ("note", "'-'"), ("actor", "'user:nobody'"), ("form", "2"), ("handover", "'H-000001'"),
        ("recorded", "'2018-07-27T00:00:00Z'"), ("previous_hash", f"'{'0' * 64}'"), ("seq", "600"),
        ("giver", "'Mission\tx'"))),
    ("hash edit", edit("hash", f"'{'a' * 64}'"), 6),
    ("delete", lambda: sql("DELETE FROM store_custodyevent WHERE seq = 6"), 6),
    ("delete of the first", lambda: sql("DELETE FROM store_custodyevent WHERE seq = 1"), 1),
    ("swap", swap, 6),
    ("swap of numbers", lambda: sql(*(f"UPDATE store_custodyevent SET seq = {b} WHERE seq = {a}"
                                      for a, b in ((6, 600), (9, 6), (600, 9)))), 6),
    ("cut tail", lambda: sql("DELETE FROM store_custodyevent WHERE seq > 5"), 6),
    ("all cut", lambda: sql("DELETE FROM store_custodyevent"), 1),
    ("rewrite from k on", rewrite, 6),
    ("forged append", appended, N + 1),
]


@pytest.mark.parametrize(("kind", "tamper", "first_bad"), TAMPERED, ids=[kind for kind, _, _ in TAMPERED])
def test_tampering_in_the_database_is_refused_by_it_and_found_where_the_triggers_are_gone(
        kind: str, tamper: Callable[[], None], first_bad: int, signed: list[HandOver], auditor: Account,
        tmp_path: Path) -> None:
    if kind != "forged append":
        with pytest.raises(DatabaseError, match="new rows alone"), transaction.atomic():
            tamper()
    export_chain(auditor, tmp_path / "kept.tsv")
    heads = [done.head for done in signed]
    with triggers_gone():
        tamper()
    bad = verify_register(auditor, heads=heads, latest=True).first_bad
    assert bad is not None
    assert bad.since <= first_bad <= bad.seq
    kept = [Head(i, stored) for i, (_, stored) in enumerate(read_chain(tmp_path / "kept.tsv"), 1)]
    bad = verify_register(auditor, heads=kept, latest=True).first_bad
    assert bad is not None
    assert (bad.since, bad.seq) == (first_bad, first_bad)
    unseen = kind in ("cut tail", "all cut", "rewrite from k on", "forged append")
    assert verify_register(auditor).sound is unseen


def test_an_event_filed_under_another_case_is_found(signed: list[HandOver], auditor: Account) -> None:
    other = CaseFile.objects.create(key="V", title="Another", synthetic=True)
    with triggers_gone():
        sql(f"UPDATE store_custodyevent SET case_id = {other.pk} WHERE seq = 6")
    bad = verify_register(auditor).first_bad
    assert bad is not None
    assert (bad.rule, bad.seq) == ("case", 6)


def test_what_has_no_custody_and_what_has_no_record_is_told(signed: list[HandOver], auditor: Account,
                                                            case_file: CaseFile) -> None:
    box = Container.objects.create(case=case_file, key="B-9")
    Remains.objects.create(case=case_file, key="R-1", container=box)
    Remains.objects.create(case=case_file, key="R-2", container=Container.objects.get(key__startswith="B-1"))
    Remains.objects.create(case=case_file, key="R-3")
    verdict = verify_register(auditor)
    assert verdict.sound
    assert [f.item for f in verdict.findings if f.rule == "uncovered"] == ["container B-9", "remains R-1",
                                                                          "remains R-3"]
    Container.objects.filter(key__startswith="B-2").update(key="B-2 renumbered")
    bad = verify_register(auditor).first_bad
    assert bad is not None
    assert (bad.rule, bad.item, bad.seq) == ("unknown", "container B-2%s'\\", 11)


# --- who sees what


def test_the_acts_of_a_case_the_latest_first(signed: list[HandOver], auditor: Account, case_file: CaseFile) -> None:
    found = list(handovers(auditor, case_file))
    assert [(f["handover"], f["act"], f["receiver"], f["n_items"], f["last_seq"]) for f in found] == [
        ("H-000009", "released", "Family", 4, 12), ("H-000005", "handed over", "Laboratory", 4, 8),
        ("H-000001", "received", "Mission", 4, 4)]
    assert {(h.kind, h.standing.receiver) for h in holdings(auditor, case_file)} == {("container", "Family")}
    assert len(holdings(auditor, case_file)) == 4


def test_another_organisation_sees_nothing_of_it(signed: list[HandOver], account: Accounts,
                                                 case_file: CaseFile) -> None:
    mission = Organisation.objects.create(key="M2", name="Second mission", kind="mission")
    Container.objects.update(organisation=account(Role.CUSTODIAN).organisation)
    stranger = account(Role.CUSTODIAN, "stranger", organisation=mission)
    key = signed[0].events[1].item_key
    assert not history(stranger, case_file, "container", key).exists()
    assert standing(stranger, case_file, "container", key) is None
    assert not handovers(stranger, case_file).exists()
    assert holdings(stranger, case_file) == []
    for read in (handover, receipt_pdf):
        with pytest.raises(NotAllowed, match="own organisation"):
            read(stranger, "H-000005")
    # One box of four is theirs: that one they see, and not the paper that names the others.
    Container.objects.filter(key=key).update(organisation=mission)
    assert history(stranger, case_file, "container", key).count() == 3
    with pytest.raises(NotAllowed):
        receipt_pdf(stranger, "H-000005")


def test_the_whole_chain_is_for_those_who_may_read_all(signed: list[HandOver], account: Accounts,
                                                       tmp_path: Path) -> None:
    for role in Role:
        actor = account(role)
        allowed = role in (Role.ADMINISTRATOR, Role.CASE_MANAGER, Role.REVIEWER)
        for read in (lambda a=actor: verify_register(a), lambda a=actor: export_chain(a, tmp_path / "c.tsv")):
            if allowed:
                read()
            else:
                with pytest.raises(NotAllowed):
                    read()
    assert custody_head(account(Role.FIELD_TEAM)) == signed[-1].head
    with pytest.raises(NotAllowed):
        custody_head(account(Role.PUBLIC))


# --- the receipt


def test_the_receipt_says_who_what_where_when_and_the_head(signed: list[HandOver], auditor: Account) -> None:
    found = handover(auditor, "H-000001")
    assert found.head == signed[0].head
    pdf = receipt_pdf(auditor, "H-000001")
    assert pdf.startswith(b"%PDF-1.7")
    assert pdf == receipt_pdf(auditor, "H-000001")  # printed again, it is the same paper
    said = _data_of(found)
    assert (said["giver"], said["receiver"], said["at"], said["place"]) == (
        "Delegation", "Mission", "2018-07-27 05:20 UTC", "오산 'Osan' 100 %")
    assert said["totals"] == "4 containers · 6 sets stated · 6,000.000 kg the 3 that were weighed"
    assert (said["seq"], said["hash"].replace(" ", "")) == (4, signed[0].head.hash)
    assert said["items"][2]["mass"] == "2,000.000 kg"
    assert said["document"] == "D-1"
    with pytest.raises(CustodyEvent.DoesNotExist):
        receipt_pdf(auditor, "H-000002")


def test_nothing_on_a_receipt_is_taken_for_a_program(case_file: CaseFile, account: Accounts, auditor: Account) -> None:
    box = Container.objects.create(case=case_file, key="#panic()")
    receive(actor=account(Role.CUSTODIAN), case=case_file, items=[Handed("container", box.key, seals="$x$")], at=AT,
            giver='#import "x.typ"', receiver="*a* _b_ `c` <d> @e \\ [f] {g}", place="// /* ", note="#eval(1)")
    assert receipt_pdf(auditor, "H-000001").startswith(b"%PDF")


def _data_of(found: HandOverView) -> dict[str, object]:
    return _data(Receipt(found.events, found.head, str(found.case)))
