"""Reading documents by the pages: taken in, decided with a button each, taken back; refused in words."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from casework.actions.statements import record_statement
from casework.policy import Role
from casework.store.models import Claim, Document, DocumentText, Meeting, ReadProposal
from casework.web.views import readings as page

Visitors = Callable[..., Any]
ARTICLE = files("homeward.simulate").joinpath("data", "press_article.txt").read_bytes()


def _file(content: bytes = ARTICLE, name: str = "invented.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def historian(register: SimpleNamespace, visitor: Visitors) -> Any:
    return visitor(Role.HISTORIAN)


@pytest.fixture
def reading(register: SimpleNamespace, historian: Any) -> DocumentText:
    """The invented article, taken in by the page."""
    answer = historian.post(reverse("reading-new", args=[register.case.pk]), {"documents": _file()})
    assert answer.status_code == 302, answer.content.decode()
    return DocumentText.objects.latest("pk")


def _first(reading: DocumentText, kind: str) -> ReadProposal:
    return ReadProposal.objects.filter(reading=reading, kind=kind, state="open").order_by("mark_start", "number")[0]


def _see(who: Any, reading: DocumentText, **asked: str) -> str:
    answer = who.get(reverse("reading", args=[reading.pk]), asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


def _article_of(text: str, row: ReadProposal) -> str:
    found = re.search(rf'<article[^>]* id="p{row.number}".*?</article>', text, re.DOTALL)
    assert found is not None
    return found.group()


def test_the_page_shows_the_text_with_its_words_marked_and_each_proposal_with_its_reasons(
        reading: DocumentText, historian: Any) -> None:
    text = _see(historian, reading)
    rows = list(ReadProposal.objects.filter(reading=reading))
    assert text.count("<article") == len(rows)
    assert '<mark class="claim open">nearly 7,700 soldiers</mark>' in text
    drawn = _article_of(text, next(row for row in rows if "7,700" in row.summary))
    for words in ("nearly 7,700 soldiers", "Meridian Courier", "Hedge", "read by: rules"):
        assert words in drawn
    talk = next(row for row in rows if row.kind == "meeting" and row.details["moments"])
    moment = talk.details["moments"][0]
    assert moment["span"] in _article_of(text, talk)
    assert "CONSULT" in text
    assert "keys.js" in text
    assert "<script>" not in text


def test_markup_in_a_document_is_shown_as_text(register: SimpleNamespace, historian: Any) -> None:
    words = b"The ministry of <b>Veldt</b> said on 3 May 2031 that <script>5 boxes</script> of remains had come."
    historian.post(reverse("reading-new", args=[register.case.pk]), {"documents": _file(words), "undated": "on"})
    text = _see(historian, DocumentText.objects.latest("pk"))
    assert "&lt;script&gt;" in text
    assert "<b>Veldt" not in text


def test_an_upload_that_cannot_be_read_says_all_that_is_wrong_beside_the_form(register: SimpleNamespace,
                                                                              historian: Any) -> None:
    before = Document.objects.count()
    answer = historian.post(reverse("reading-new", args=[register.case.pk]), {"documents": [
        _file(b"", "empty.txt"), _file("Größe".encode("latin-1"), "old.txt"), _file(b"Nothing.", "undated.txt"),
        _file(name="one.txt"), _file(name="two.txt")]})
    text = answer.content.decode()
    assert answer.status_code == 400
    for words in ("empty.txt: must hold text", "old.txt", "unknown encoding", "undated.txt: says no date of its own",
                  "two.txt: is the same file as one.txt"):
        assert words in text.replace("&#x27;", "'"), words
    assert Document.objects.count() == before


def test_a_proposal_is_accepted_with_one_button_and_the_page_goes_on_to_the_next(reading: DocumentText,
                                                                                 historian: Any) -> None:
    row = _first(reading, "claim")
    answer = historian.post(reverse("read-proposal-accept", args=[row.pk]))
    rows = list(ReadProposal.objects.filter(reading=reading).order_by("mark_start", "number"))
    following = next(r for r in rows[rows.index(row) + 1:] if r.state == "open")
    assert answer["Location"] == f"{reverse('reading', args=[reading.pk])}#p{following.number}"
    claim = Claim.objects.get(key="C-0001")
    drawn = _article_of(_see(historian, reading), row)
    assert reverse("claim", args=[claim.pk]) in drawn
    assert "accepted" in drawn
    assert f"{reverse('reading', args=[reading.pk])}#p{row.number}" in historian.get(
        reverse("claim", args=[claim.pk])).content.decode()


def test_the_second_of_two_is_told_who_was_quicker(reading: DocumentText, historian: Any, visitor: Visitors) -> None:
    row = _first(reading, "claim")
    historian.post(reverse("read-proposal-reject", args=[row.pk]), {"reason": "no figure"})
    answer = visitor(Role.CASE_MANAGER).post(reverse("read-proposal-accept", args=[row.pk]), follow=True)
    text = answer.content.decode()
    assert "was rejected meanwhile, by historian" in text
    assert "no figure" in text
    assert not Claim.objects.filter(key="C-0001").exists()


def test_editing_opens_the_columns_filled_in_and_keeps_the_words(reading: DocumentText, historian: Any) -> None:
    row = ReadProposal.objects.get(reading=reading, summary__contains="7,700")
    there = reverse("read-proposal-edit", args=[row.pk])
    text = historian.get(there).content.decode()
    assert 'value="nearly"' in text
    assert 'name="quote"' not in text
    assert 'name="start"' not in text
    said = {"subject": "unaccounted for, the invented war", "value": "7700", "unit": "", "bound": "about",
            "said_by": "Ministry -> Meridian Courier", "quote": "other words", "start": "1"}
    refused = historian.post(there, said)
    assert refused.status_code == 400
    assert "a number without a unit says nothing" in refused.content.decode()
    assert historian.post(there, {**said, "unit": "person"}).status_code == 302
    claim = Claim.objects.get(key="C-0001")
    assert (claim.subject, claim.quote, claim.start) == ("unaccounted for, the invented war", row.quote, row.start)
    row.refresh_from_db()
    assert row.state == "edited"


@pytest.mark.parametrize("kind", ["claim", "meeting", "commitment", "event"])
def test_each_kind_is_accepted_by_its_form_as_it_was_filled_in(reading: DocumentText, historian: Any,
                                                               kind: str) -> None:
    row = _first(reading, kind)
    there = reverse("read-proposal-edit", args=[row.pk])
    form = historian.get(there).context["form"]
    said = {name: "\n".join(value) if isinstance(value, list) else value
            for name in form.fields if (value := form[name].value()) not in (None, False)}
    answer = historian.post(there, said)
    assert answer.status_code == 302, answer.content.decode()
    row.refresh_from_db()
    assert row.state == "accepted"
    assert row.made.count() == {"claim": 1, "meeting": 2, "commitment": 1, "event": 0}[kind]


def test_a_meeting_that_the_register_knows_is_offered_and_added_to(register: SimpleNamespace, reading: DocumentText,
                                                                   historian: Any) -> None:
    row = ReadProposal.objects.filter(reading=reading, kind="meeting", summary__contains="2026-11-24")[0]
    source = reading.document.key
    known = record_statement(actor=historian.account, case=register.case, table="meetings", cells={
        "title": "Talks of November", "parties": "; ".join(dict(row.records)["meetings"]["parties"].split("; "))})
    record_statement(actor=historian.account, case=register.case, table="meeting_events", cells={
        "meeting": known.key, "state": "proposed", "on": "2026-11-01", "meant_for": "2026-11-24", "source": source,
        "said_by": "Veldt"})
    drawn = _article_of(_see(historian, reading), row)
    assert f'<option value="{known.key}" selected>' in drawn
    historian.post(reverse("read-proposal-accept", args=[row.pk]), {"meeting": known.key})
    assert [m.key for m in Meeting.objects.filter(case=register.case, title="Talks of November")] == [known.key]
    assert known.events.count() == 2  # type: ignore[attr-defined]


def test_a_rejection_is_undone_at_once_and_a_record_with_a_reason_by_whoever_may_withdraw(
        reading: DocumentText, historian: Any, visitor: Visitors) -> None:
    manager = visitor(Role.CASE_MANAGER)
    rejected, accepted = _first(reading, "event"), _first(reading, "claim")
    historian.post(reverse("read-proposal-reject", args=[rejected.pk]))
    historian.post(reverse("read-proposal-reopen", args=[rejected.pk]))
    rejected.refresh_from_db()
    assert rejected.state == "open"
    historian.post(reverse("read-proposal-accept", args=[accepted.pk]))
    assert "a case manager withdraws" in _article_of(_see(historian, reading), accepted)
    assert historian.post(reverse("read-proposal-undo", args=[accepted.pk]), {"reason": "misread"}).status_code == 403
    there = reverse("read-proposal-undo", args=[accepted.pk])
    assert there in _see(manager, reading)
    assert manager.post(there, {"reason": ""}).status_code == 400
    assert manager.post(there, {"reason": "misread"}).status_code == 302
    accepted.refresh_from_db()
    assert accepted.state == "open"
    assert Claim.objects.get(key="C-0001").withdrawn_at is not None
    assert "withdrawn" in _article_of(_see(manager, reading), accepted)


def test_undoing_what_is_recorded_asks_for_a_fresh_factor(reading: DocumentText, historian: Any,
                                                          visitor: Visitors) -> None:
    row = _first(reading, "claim")
    historian.post(reverse("read-proposal-accept", args=[row.pk]))
    stale = visitor(Role.CASE_MANAGER, "stale", ago=400.0)
    answer = stale.post(reverse("read-proposal-undo", args=[row.pk]), {"reason": "misread"})
    assert answer.status_code == 302
    assert "/accounts/" in answer["Location"]
    assert Claim.objects.get(key="C-0001").withdrawn_at is None


def test_who_may_not_decide_sees_everything_and_no_button(reading: DocumentText, visitor: Visitors) -> None:
    text = _see(visitor(Role.REVIEWER), reading)
    assert "nearly 7,700 soldiers" in text
    assert "read-proposals/" not in text
    assert "Case managers and historians decide" in text


def test_surest_first_is_another_order_which_stays_when_one_decides(reading: DocumentText, historian: Any) -> None:
    text = _see(historian, reading, order="surest")
    numbers = [int(n) for n in re.findall(r'<article[^>]* id="p(\d+)"', text)]
    sure = dict(ReadProposal.objects.filter(reading=reading).values_list("number", "confidence"))
    assert [sure[n] for n in numbers] == sorted(sure.values(), reverse=True)
    row = ReadProposal.objects.get(reading=reading, number=numbers[0])
    answer = historian.post(reverse("read-proposal-accept", args=[row.pk]), {"order": "surest"})
    assert answer["Location"].endswith(f"?order=surest#p{numbers[1]}")


def test_a_long_reading_is_shown_page_by_page_with_its_part_of_the_text(
        reading: DocumentText, historian: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PAGE_PROPOSALS", 5)
    first, second = _see(historian, reading), _see(historian, reading, page="2")
    assert first.count("<article") == second.count("<article") == 5
    assert "the part from which these proposals come" in second
    assert "Synthetic: talks on remains" not in second.split("reading-text")[1]


def test_a_document_leads_to_its_reading_and_one_that_was_not_read_may_be(register: SimpleNamespace, historian: Any,
                                                                          reading: DocumentText) -> None:
    text = historian.get(reverse("document", args=[reading.document_id])).content.decode()
    assert reverse("reading", args=[reading.pk]) in text
    added = historian.post(reverse("document-new", args=[register.case.pk]), {
        "key": "D9", "title": "Another", "file": _file(ARTICLE + b"\nMore.")})
    assert added.status_code == 302
    document = Document.objects.get(key="D9")
    assert reverse("document-read", args=[document.pk]) in historian.get(added["Location"]).content.decode()
    answer = historian.post(reverse("document-read", args=[document.pk]))
    assert answer["Location"] == reverse("reading", args=[DocumentText.objects.get(document=document).pk])


def test_accepted_events_are_listed_and_taken_out_as_csv(register: SimpleNamespace, reading: DocumentText,
                                                         historian: Any) -> None:
    row = _first(reading, "event")
    historian.post(reverse("read-proposal-accept", args=[row.pk]))
    historian.post(reverse("read-proposal-accept", args=[_first(reading, "meeting").pk]))
    historian.post(reverse("read-proposal-accept", args=[_first(reading, "claim").pk]))
    text = historian.get(reverse("read-events", args=[register.case.pk])).content.decode()
    assert row.event_type in text
    answer = historian.get(reverse("read-events-csv", args=[register.case.pk]))
    assert "attachment" in answer["Content-Disposition"]
    found = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [sorted(one) for one in found] == [["actors", "date", "mode", "place", "quote", "source", "type"]] * 2
    assert row.quote in [one["quote"] for one in found]


def test_the_list_counts_what_is_open_and_what_was_decided(register: SimpleNamespace, reading: DocumentText,
                                                           historian: Any) -> None:
    historian.post(reverse("read-proposal-reject", args=[_first(reading, "event").pk]))
    there = reverse("readings", args=[register.case.pk])
    text = historian.get(there).content.decode()
    n_open = ReadProposal.objects.filter(reading=reading, state="open").count()
    assert re.search(rf'<td class="num"><bdi>{n_open}</bdi></td><td class="num"><bdi>0</bdi></td>', text)
    assert "None found" in historian.get(there, {"state": "decided"}).content.decode()
