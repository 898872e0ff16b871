"""Documents read into the register: refused whole, proposed word for word, recorded by nobody but a person."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import override_settings
from pypdf import PdfWriter

from casework.actions import readings
from casework.actions.act import Conflict, NotPossible
from casework.actions.demo_reading import add_demo_reading
from casework.actions.documents import add_document
from casework.actions.read_decisions import accept_proposal, reject_proposal, undo_decision
from casework.actions.readings import File, add_readings, read_document
from casework.actions.records import withdraw
from casework.actions.statements import record_statement
from casework.jobs.reading import read_again, read_at, request_readings
from casework.policy import NotAllowed, Role
from casework.queries.read_events import events_csv, read_events
from casework.queries.readings import proposal_behind, proposals, shown_with
from casework.queries.readings import readings as listed
from casework.store.models import (
    Account,
    AuditEntry,
    CaseFile,
    Claim,
    Commitment,
    Document,
    DocumentText,
    Meeting,
    MeetingEvent,
    ReadProposal,
    ReadRecord,
)
from homeward.intake import Document as Opened
from homeward.intake import Given, Proposal, RuleReader
from homeward.model import FaultyInput, InvalidValue, PartialDate

Accounts = Callable[..., Account]
ARTICLE = files("homeward.simulate").joinpath("data", "press_article.txt").read_bytes()
SHARED = Path(__file__).parents[4] / "shared" / "documents"
GIVEN = Given(PartialDate(2031, 3, 15), "Meridian News Agency")
# Synthetic; the parties are of the gazetteer, so that it does not matter how well names that it lacks are found.
TALK = (b"Synthetic: the United States and North Korea will hold talks at Wonsan on April 2, an official said.\n\n"
        b"The North Korean delegation never showed up at talks with the United States scheduled for Friday.\n")


def _files(*contents: bytes, ending: str = "txt") -> list[File]:
    return [File(f"invented-{n}.{ending}", io.BytesIO(content)) for n, content in enumerate(contents, start=1)]


@pytest.fixture
def historian(account: Accounts) -> Account:
    return account(Role.HISTORIAN)


@pytest.fixture
def read(case_file: CaseFile, historian: Account) -> Callable[..., DocumentText]:
    """Take one text in, and read it."""
    def one(content: bytes = ARTICLE, **given: Any) -> DocumentText:
        return add_readings(actor=historian, case=case_file, files=_files(content), **given)[0]

    return one


def _of(reading: DocumentText, kind: str) -> ReadProposal:
    return ReadProposal.objects.filter(reading=reading, kind=kind, state="open").order_by("-confidence", "number")[0]


def _rows() -> dict[str, int]:
    return {m._meta.db_table: m._default_manager.count() for m in apps.get_models() if m._meta.managed}


def test_a_reading_writes_a_document_its_text_and_proposals_and_nothing_else_at_all(read: Any) -> None:
    before = _rows()
    reading = read()
    after = _rows()
    assert {table for table in after if after[table] != before[table]} == {
        "store_document", "store_documenttext", "store_readproposal", "store_auditentry"}
    kinds = set(ReadProposal.objects.filter(reading=reading).values_list("kind", flat=True))
    assert kinds == {"claim", "meeting", "commitment", "event"}
    assert (reading.document.publisher, str(reading.document.dated)) == ("Meridian Courier", "2026-11-16")
    assert len(reading.document.sha256) == 64


def test_every_proposal_quotes_the_stored_text_verbatim(read: Any) -> None:
    reading = read(ARTICLE.replace(b"\n", b"\r\n").replace(b"Orbis", "Örbis 朝鮮 😀".encode()))
    rows = list(ReadProposal.objects.filter(reading=reading))
    assert len(rows) > 10
    for row in rows:
        assert reading.text[row.start:row.end] == row.quote
        assert row.start <= row.mark_start < row.mark_end <= row.end


def test_the_database_holds_no_quote_that_is_longer_or_shorter_than_its_place(read: Any) -> None:
    row = _of(read(), "claim")
    for change in ({"quote": row.quote + "s"}, {"mark_end": row.end + 1}, {"state": "accepted"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReadProposal.objects.filter(pk=row.pk).update(**change)


def test_an_upload_is_refused_whole_with_all_faults_of_all_files(case_file: CaseFile, historian: Account,
                                                                 read: Any) -> None:
    read()
    blank_pdf = _blank_pdf()
    upload = [*_files(ARTICLE, b"", "Größe".encode("latin-1"), TALK, TALK, b"No date at all."),
              File("scan.pdf", io.BytesIO(blank_pdf)), File("picture.jpg", io.BytesIO(b"\xff\xd8")),
              File("large.txt", io.BytesIO(b"a" * 50_000_000))]
    before = _rows()
    with pytest.raises(FaultyInput) as refused:
        add_readings(actor=historian, case=case_file, files=upload)
    rules = {(fault.file, fault.rule) for fault in refused.value.faults}
    assert rules == {("invented-1.txt", "known"), ("invented-2.txt", "empty"), ("invented-3.txt", "encoding"),
                     ("invented-4.txt", "no-date"), ("invented-5.txt", "no-date"), ("invented-5.txt", "twice"),
                     ("invented-6.txt", "no-date"), ("scan.pdf", "pdf-without-text"), ("picture.jpg", "kind"),
                     ("large.txt", "too-large")}
    assert _rows() == before


def _blank_pdf() -> bytes:
    written = io.BytesIO()
    pdf = PdfWriter()
    pdf.add_blank_page(200, 200)
    pdf.write(written)
    return written.getvalue()


@pytest.mark.parametrize(("content", "encoding"), [("Größe 5".encode("latin-1"), "no-such-encoding"),
                                                  (b"+2AA- 5 boxes", "utf-7"), (b"abc", "hex")])
def test_an_unknown_encoding_is_refused_and_a_named_one_is_taken(case_file: CaseFile, historian: Account,
                                                                 content: bytes, encoding: str) -> None:
    with pytest.raises(FaultyInput, match="unknown encoding"):
        add_readings(actor=historian, case=case_file, files=_files(content), given=Given(
            PartialDate(2031), encoding=encoding))
    reading, = add_readings(actor=historian, case=case_file, files=_files("Größe: 5 boxes".encode("latin-1")),
                            given=Given(PartialDate(2031), encoding="latin-1"))
    assert "Größe" in reading.text


def test_who_may_not_write_documents_reads_none(case_file: CaseFile, account: Accounts) -> None:
    with pytest.raises(NotAllowed):
        add_readings(actor=account(Role.REVIEWER), case=case_file, files=_files(ARTICLE))
    assert not DocumentText.objects.exists()


def test_an_accepted_claim_is_a_record_with_its_words_and_the_way_back_to_its_proposal(
        read: Any, historian: Account) -> None:
    reading = read()
    row = accept_proposal(actor=historian, proposal=_of(reading, "claim"))
    claim = Claim.objects.get()
    assert (claim.quote, claim.start, claim.end, claim.source) == (row.quote, row.start, row.end, reading.document)
    assert claim.said_by == row.details["chain"]
    assert row.state == "accepted"
    behind = proposal_behind(historian, claim)
    assert behind is not None
    assert behind.pk == row.pk


def test_an_accepted_promise_is_a_commitment(read: Any, historian: Account) -> None:
    reading = read(b"North Korea promised to return 200 sets of remains by 30 November 2031, an official said.",
                   given=GIVEN)
    accept_proposal(actor=historian, proposal=_of(reading, "commitment"))
    promise = Commitment.objects.get()
    assert (promise.unit, promise.value, str(promise.due)) == ("set", 200, "2031-11-30")


def test_an_accepted_meeting_is_a_meeting_of_its_own_or_an_event_of_one_that_is_known(read: Any, historian: Account,
                                                                                      ) -> None:
    reading = read(TALK, given=GIVEN)
    first, second = ReadProposal.objects.filter(reading=reading, kind="meeting").order_by("start")[:2]
    accept_proposal(actor=historian, proposal=first)
    meeting = Meeting.objects.get()
    assert (meeting.parties, meeting.place) == (["United States", "North Korea"], "Wonsan")
    shown = {one.row.pk: one for one in shown_with(historian, reading, list(proposals(historian, reading)))}
    assert [m.key for m in shown[second.pk].meetings] == [meeting.key]
    accept_proposal(actor=historian, proposal=second, meeting=meeting.key)
    assert Meeting.objects.count() == 1
    assert sorted(e.state for e in MeetingEvent.objects.filter(meeting=meeting)) == ["not attended", "scheduled"]


def test_an_accepted_event_becomes_no_record(read: Any, historian: Account, case_file: CaseFile) -> None:
    before = _rows()
    row = accept_proposal(actor=historian, proposal=_of(read(), "event"))
    after = _rows()
    assert ReadRecord.objects.count() == 0
    assert {table for table in after if after[table] != before[table]} == {
        "store_document", "store_documenttext", "store_readproposal", "store_auditentry"}
    event, = read_events(historian, case_file)
    assert (event.type, event.quote, event.source) == (row.event_type, row.quote, row.reading.document.key)
    head, first = events_csv([event]).splitlines()[:2]
    assert head == "date,type,mode,actors,place,source,quote"
    assert row.event_type in first


def test_a_promise_that_was_withdrawn_is_among_the_events_no_more(read: Any, historian: Account, account: Accounts,
                                                                  case_file: CaseFile) -> None:
    accept_proposal(actor=historian, proposal=_of(read(), "commitment"))
    assert [event.type for event in read_events(historian, case_file)] == ["AGREE"]
    withdraw(Commitment.objects.get(), actor=account(Role.CASE_MANAGER), reason="it was no promise")
    assert read_events(historian, case_file) == []


def test_a_cell_of_the_events_is_no_formula(read: Any, historian: Account, case_file: CaseFile) -> None:
    row = _of(read(), "event")
    accept_proposal(actor=historian, proposal=row, cells={"events": {"actors": "=cmd(); Veldt"}})
    assert "'=cmd()" in events_csv(read_events(historian, case_file))


def test_an_edited_proposal_is_recorded_as_it_was_left_and_its_words_stay(read: Any, historian: Account) -> None:
    row = _of(read(), "claim")
    read_as = dict(row.records)["claims"]
    with pytest.raises(InvalidValue, match="not open to change"):
        accept_proposal(actor=historian, proposal=row, cells={"claims": {"quote": "other words"}})
    with pytest.raises(InvalidValue, match="unit"):
        accept_proposal(actor=historian, proposal=row, cells={"claims": {"unit": "coffin"}})
    row.refresh_from_db()
    assert row.state == "open"
    edited = accept_proposal(actor=historian, proposal=row, cells={"claims": {"subject": "unaccounted for, the war"}})
    claim = Claim.objects.get()
    assert (edited.state, claim.subject, claim.quote) == ("edited", "unaccounted for, the war", row.quote)
    row.refresh_from_db()
    assert dict(row.records)["claims"] == read_as
    assert dict(row.decided_as)["claims"]["subject"] == "unaccounted for, the war"


def test_of_two_who_decide_at_once_the_second_is_told(read: Any, account: Accounts, historian: Account) -> None:
    row = _of(read(), "claim")
    seen = ReadProposal.objects.get(pk=row.pk)
    reject_proposal(actor=historian, proposal=row)
    with pytest.raises(Conflict, match="rejected meanwhile, by historian"):
        accept_proposal(actor=account(Role.CASE_MANAGER), proposal=seen)
    assert not Claim.objects.exists()
    undo_decision(actor=historian, proposal=row)
    accept_proposal(actor=account(Role.CASE_MANAGER), proposal=seen)
    row.state, row.decided_at = "rejected", seen.decided_at
    with pytest.raises(Conflict):
        undo_decision(actor=historian, proposal=row)


def test_a_decision_is_taken_back_by_withdrawing_what_it_made(read: Any, account: Accounts, historian: Account) -> None:
    reading, manager = read(TALK, given=GIVEN), account(Role.CASE_MANAGER)
    first, second = ReadProposal.objects.filter(reading=reading, kind="meeting").order_by("start")[:2]
    accept_proposal(actor=historian, proposal=first)
    accept_proposal(actor=historian, proposal=second, meeting=Meeting.objects.get().key)
    with pytest.raises(NotAllowed):
        undo_decision(actor=historian, proposal=first, reason="misread")
    with pytest.raises(InvalidValue, match="reason"):
        undo_decision(actor=manager, proposal=first)
    assert MeetingEvent.objects.filter(withdrawn_at__isnull=True).count() == 2
    undo_decision(actor=manager, proposal=first, reason="misread")
    first.refresh_from_db()
    assert first.state == "open"
    # The meeting stays for the sake of what was added to it.
    assert Meeting.objects.get().withdrawn_at is None
    undo_decision(actor=manager, proposal=second, reason="misread too")
    assert not MeetingEvent.objects.filter(withdrawn_at__isnull=True).exists()
    accept_proposal(actor=historian, proposal=first)
    assert Meeting.objects.count() == 2
    assert ReadRecord.objects.filter(proposal=first).count() == 4


def test_who_may_not_record_a_claim_may_not_decide_on_one(read: Any, account: Accounts) -> None:
    row = _of(read(), "claim")
    for decide in (accept_proposal, reject_proposal):
        with pytest.raises(NotAllowed):
            decide(actor=account(Role.DNA_ANALYST), proposal=row)


def test_beside_a_proposal_stand_repeats_in_other_readings_and_claims_of_the_register(
        read: Any, historian: Account, case_file: CaseFile) -> None:
    one = read(b"The Ministry of Veldt said that 40 boxes of remains were at the border.", given=GIVEN)
    other = read(b"As before, 40 boxes of remains were at the border, the Ministry of Veldt said.", given=GIVEN)
    record_statement(actor=historian, case=case_file, table="claims", cells={
        "subject": "boxes of remains at the border", "value": "90", "unit": "box", "bound": "exactly",
        "said_by": "Ministry of Ardania", "source": one.document.key})
    row = _of(one, "claim")
    shown, = shown_with(historian, one, [row])
    assert [r.reading_id for r in shown.repeats] == [other.pk]
    assert [(k.claim.key, k.beside.relation.value) for k in shown.known] == [("C-0001", "contradicts")]
    accept_proposal(actor=historian, proposal=row)
    shown, = shown_with(historian, one, [row])
    assert "C-0002" not in [k.claim.key for k in shown.known]
    beside, = shown_with(historian, other, [_of(other, "claim")])
    assert ("C-0002", "the same") in [(k.claim.key, k.beside.relation.value) for k in beside.known]


def test_readings_are_listed_with_what_became_of_their_proposals(read: Any, historian: Account,
                                                                 case_file: CaseFile) -> None:
    reading = read()
    accept_proposal(actor=historian, proposal=_of(reading, "claim"))
    reject_proposal(actor=historian, proposal=_of(reading, "event"), reason="no act")
    row, = listed(historian, case_file)
    assert (row.n_accepted, row.n_edited, row.n_rejected) == (1, 0, 1)
    assert row.n_open == ReadProposal.objects.filter(reading=reading, state="open").count() > 0
    assert list(listed(historian, case_file, state="decided")) == []


def test_a_document_of_the_register_is_read_and_told_its_date(case_file: CaseFile, historian: Account) -> None:
    document = add_document(actor=historian, case=case_file, key="D1", title="An article", file=io.BytesIO(ARTICLE),
                            file_name="a.txt")
    reading = read_document(actor=historian, document=document)
    document.refresh_from_db()
    assert (str(document.dated), document.version, reading.state) == ("2026-11-16", 2, "read")
    with pytest.raises(NotPossible, match="already"):
        read_document(actor=historian, document=document)
    with pytest.raises(NotPossible, match="no file"):
        read_document(actor=historian, document=add_document(actor=historian, case=case_file, key="D2", title="None"))


def test_a_document_is_withdrawn_with_its_reading_and_may_come_again(read: Any, account: Accounts, historian: Account,
                                                                     case_file: CaseFile) -> None:
    reading = read()
    withdraw(reading.document, actor=account(Role.CASE_MANAGER), reason="the wrong date")
    with pytest.raises(InvalidValue, match="standing document"):
        accept_proposal(actor=historian, proposal=_of(reading, "claim"))
    again = read()
    assert [row.pk for row in listed(historian, case_file)] == [again.pk]
    assert Document.objects.filter(sha256=again.document.sha256).count() == 2


def test_a_long_text_waits_for_the_worker(case_file: CaseFile, historian: Account,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "AT_ONCE", 1000)
    reading, = request_readings(actor=historian, case=case_file, files=_files(ARTICLE))
    assert (reading.state, ReadProposal.objects.count()) == ("waiting", 0)
    read_at.func(reading.pk)
    reading.refresh_from_db()
    assert reading.state == "read"
    found = ReadProposal.objects.count()
    assert found > 10
    read_at.func(reading.pk)  # another worker, not quick enough
    assert ReadProposal.objects.count() == found
    assert AuditEntry.objects.filter(actor=f"reading {reading.pk} for user:historian").exists()
    with pytest.raises(NotPossible):
        read_again(actor=historian, reading=reading)


class Model:
    """A reader that somebody plugs in."""

    name = "a model"

    def read(self, document: Opened) -> Iterator[Proposal]:
        yield from list(RuleReader().read(document))[:2]
        raise RuntimeError("no memory")


def test_another_reader_is_plugged_in_by_a_setting_and_its_failure_stops_nothing(case_file: CaseFile,
                                                                                 historian: Account) -> None:
    with override_settings(READER=f"{__name__}:Model"):
        reading, = request_readings(actor=historian, case=case_file, files=_files(ARTICLE))
        assert reading.state == "waiting"  # nobody knows how long it takes
        read_at.func(reading.pk)
    reading.refresh_from_db()
    assert (reading.state, reading.reader) == ("read", "rules, a model")
    assert reading.refused == ["a model: S-0001: the reader failed (RuntimeError)"] or "RuntimeError" in str(
        reading.refused)
    readers = {row.why[-1] for row in ReadProposal.objects.filter(reading=reading)}
    assert readers == {"read by: rules", "read by: a model"}
    with override_settings(READER="nowhere:Reader"):
        other, = request_readings(actor=historian, case=case_file, files=_files(TALK), given=GIVEN)
        read_at.func(other.pk)
    other.refresh_from_db()
    assert other.state == "failed"
    assert "names no reader" in other.refused[0]


def test_the_demonstration_has_a_reading_with_something_decided_and_more_to_decide(account: Accounts,
                                                                                  case_file: CaseFile) -> None:
    reading = add_demo_reading(actors={role: account(role) for role in Role}, case=case_file)
    states = list(ReadProposal.objects.filter(reading=reading).values_list("state", flat=True))
    assert (states.count("accepted"), states.count("rejected")) == (2, 1)
    assert states.count("open") > 5


def test_the_two_reports_are_read_into_the_register(case_file: CaseFile, historian: Account) -> None:
    if not SHARED.exists():
        pytest.skip("the documents of ../shared are not there")
    upload = [File(path.name, io.BytesIO(path.read_bytes())) for path in sorted(SHARED.glob("*.txt"))]
    made = add_readings(actor=historian, case=case_file, files=upload)
    assert [str(r.document.dated) for r in made] == ["2018-07-15", "2018-09-07"]
    for reading in made:
        for row in ReadProposal.objects.filter(reading=reading):
            accept_proposal(actor=historian, proposal=row)
    assert Claim.objects.filter(case=case_file, value=5300).exists()
    assert Claim.objects.filter(case=case_file, value=200, bound="at most").exists()
