"""The ledger's pages: figures of any day, the records behind each, what others say, and what the figures rest on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from casework.actions.books import load_account
from casework.policy import Role
from casework.store.models import AuditEntry, CaseFile, LedgerEntry, Lot, Person, Revision
from homeward.account import korea_account

Visitors = Callable[..., Any]


@pytest.fixture
def korea(account: Any) -> CaseFile:
    return load_account(actor=account(Role.HISTORIAN), source=korea_account()).case


def _page(who: Any, name: str, case: CaseFile, **asked: str) -> str:
    answer = who.get(reverse(name, args=[case.pk]), asked)
    assert answer.status_code == 200, answer.content.decode()[:500]
    text: str = answer.content.decode()
    return text


def _words(page: str) -> str:
    """The page without its tags, each space a single one."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_ledger_of_a_day_shows_the_official_figures(korea: CaseFile, visitor: Visitors) -> None:
    page = _page(visitor(Role.REVIEWER), "ledger", korea, as_of="2022-04-01")
    words = _words(page)
    for said in ("7,544 persons", "612 persons", "191 persons", "Turnover of 2018 (55 boxes)",
                 "Ledger at the end of 1 April 2022", "From hand-overs to names", "The unaccounted for over time",
                 "Public facts, 1954 to 2025"):
        assert said in words
    assert page.count("<svg") == 2
    assert 'value="2022-04-01"' in page
    assert "Changed before" in words
    assert "Changes next" in words


def test_a_figure_leads_to_its_records_and_they_to_their_pages_and_sources(korea: CaseFile, visitor: Visitors) -> None:
    who = visitor(Role.REVIEWER)
    page = _page(who, "ledger", korea, as_of="2022-04-01")
    address = next(a for a in re.findall(r'href="([^"]+)"', page) if "accounted+for%2Fk208" in a).replace("&amp;", "&")
    found = who.get(address).content.decode()
    assert "191 persons" in found
    assert "version 1" in found
    for number in (1, 2, 3):
        entry = LedgerEntry.objects.get(case=korea, key=f"ACCOUNTED-FOR-0{number}")
        assert reverse("entry", args=[entry.pk]) in found
        own = who.get(reverse("entry", args=[entry.pk])).content.decode()
        assert reverse("document", args=[entry.source.pk]) in own


def test_differences_and_sums_are_shown_and_overwrite_nothing(korea: CaseFile, visitor: Visitors) -> None:
    words = _words(_page(visitor(Role.HISTORIAN), "ledger", korea, as_of="2018-06-18"))
    assert "DPAA says 7,699 persons, the records come to 7,697 persons" in words
    assert "does not add up" in words
    assert "7,697 persons" in words
    listed = _words(_page(visitor(Role.HISTORIAN), "ledger-differences", korea, as_of="2018-12-31"))
    assert "box" in listed
    assert "is another unit" in listed


@pytest.mark.parametrize("asked", ["2018-13-01", "yesterday", "0001-01-01", "9999-12-32", "1e9"])
def test_a_day_that_is_none_is_refused_in_words(korea: CaseFile, visitor: Visitors, asked: str) -> None:
    answer = visitor(Role.REVIEWER).get(reverse("ledger", args=[korea.pk]), {"as_of": asked})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("asked", ["1800-01-01", "1953-07-27", "9999-12-31"])
def test_far_days_have_a_ledger_too(korea: CaseFile, visitor: Visitors, asked: str) -> None:
    assert visitor(Role.REVIEWER).get(reverse("ledger", args=[korea.pk]), {"as_of": asked}).status_code == 200


@pytest.mark.parametrize("key", ["nothing", "accounted for/nowhere", "unaccounted for, place/nowhere", ", /", "\x00"])
def test_a_figure_that_is_none_is_not_found(korea: CaseFile, visitor: Visitors, key: str) -> None:
    answer = visitor(Role.REVIEWER).get(reverse("ledger-figure", args=[korea.pk]), {"key": key})
    assert answer.status_code in (200, 404)
    assert "Records behind it" not in answer.content.decode()


def test_persons_of_the_roster_count_themselves_and_are_led_to(case_file: CaseFile, visitor: Visitors) -> None:
    persons = [Person.objects.create(case=case_file, key=f"P-{i}", name=f"Synthetic {i}") for i in range(60)]
    who = visitor(Role.REVIEWER)
    assert "60 persons" in _page(who, "ledger", case_file)
    page = _page(who, "ledger-figure", case_file, key="unaccounted for", unit="person", page="2")
    assert reverse("person", args=[persons[-1].pk]) in page
    assert "Synthetic 59" in page


def test_an_entry_is_added_corrected_and_withdrawn_and_the_figures_follow(korea: CaseFile, visitor: Visitors) -> None:
    historian, manager = visitor(Role.HISTORIAN), visitor(Role.CASE_MANAGER)
    lot = Lot.objects.get(case=korea, key="k55")
    written = {"kind": "accounted for", "on": "2022-04-01", "count": "3", "unit": "person", "lot": "k55",
               "source": lot.transfer.document.key}
    made = historian.post(reverse("entry-new", args=[korea.pk]), written)
    entry = LedgerEntry.objects.get(case=korea, key="E-0001")
    assert made["Location"] == reverse("entry", args=[entry.pk])
    assert "615 persons" in _page(historian, "ledger", korea, as_of="2022-04-01")
    corrected = historian.post(reverse("entry-correct", args=[entry.pk]), {
        **written, "count": "4", "reason": "one more in the same release", "version": "1"})
    assert corrected.status_code == 302
    assert "616 persons" in _page(historian, "ledger", korea, as_of="2022-04-01")
    gone = manager.post(reverse("entry-withdraw", args=[entry.pk]), {"reason": "counted elsewhere", "version": "2"})
    assert gone.status_code == 302
    assert "612 persons" in _page(historian, "ledger", korea, as_of="2022-04-01")
    assert Revision.objects.filter(table_name=LedgerEntry._meta.db_table, row=entry.pk).count() == 2


def test_what_the_science_refuses_is_said_beside_the_field(korea: CaseFile, visitor: Visitors) -> None:
    historian = visitor(Role.HISTORIAN)
    answer = historian.post(reverse("entry-new", args=[korea.pk]), {
        "kind": "received", "on": "2020", "count": "2", "unit": "box"})
    assert answer.status_code == 400
    assert "must be recorded for received" in answer.content.decode()
    answer = historian.post(reverse("entry-new", args=[korea.pk]), {
        "kind": "accounted for", "on": "2020", "count": "2", "unit": "box", "lot": "k55"})
    assert "must be person" in answer.content.decode()
    assert not LedgerEntry.objects.filter(case=korea, key__startswith="E-").exists()


def test_a_lot_is_added_and_has_a_page_with_its_figures_and_entries(korea: CaseFile, visitor: Visitors) -> None:
    historian = visitor(Role.HISTORIAN)
    made = historian.post(reverse("lot-new", args=[korea.pk]), {"key": "t-2030", "name": "Turnover of 2030",
                                                                "kind": "turnover"})
    assert made.status_code == 302
    page = _words(historian.get(made["Location"]).content.decode())
    assert "Turnover of 2030" in page
    old = Lot.objects.get(case=korea, key="k55")
    page = _words(historian.get(reverse("lot", args=[old.pk]), {"as_of": "2022-04-01"}).content.decode())
    assert "55 boxes" in page
    assert "82 persons" in page
    listed = _words(_page(historian, "entries", korea, lot="k55", kind="accounted for"))
    assert "1–1 of" not in listed or "k55" not in listed
    assert "Turnover of 2018 (55 boxes)" in listed


def test_another_line_is_another_version_and_what_stood_before_is_kept(korea: CaseFile, visitor: Visitors) -> None:
    manager = visitor(Role.CASE_MANAGER)
    written = {"note": "New note.", "line_name": "the Demarcation Line", "line_latitude_deg": "38.3",
               "accounted_from": "1990-01-01", "reason": "the line of 1953", "version": str(korea.version)}
    assert manager.post(reverse("ledger-settings-change", args=[korea.pk]), written).status_code == 302
    page = _words(_page(manager, "ledger-settings", korea))
    for said in ("the Demarcation Line", "38.3° north", "Version of the line 2", "the line of 1953",
                 "the 38th parallel (38°, version 1)", "New note."):
        assert said in page
    assert "New note." in _page(manager, "ledger", korea)
    again = manager.post(reverse("ledger-settings-change", args=[korea.pk]), written)
    assert again.status_code == 409
    assert "Somebody was quicker" in again.content.decode()
    assert visitor(Role.HISTORIAN).get(reverse("ledger-settings-change", args=[korea.pk])).status_code == 403


def test_publishing_asks_for_a_fresh_factor_and_the_audit_shows_it(korea: CaseFile, visitor: Visitors) -> None:
    late = visitor(Role.CASE_MANAGER, ago=600.0)
    refused = late.post(reverse("ledger-publish", args=[korea.pk]))
    assert refused["Location"].startswith("/accounts/factor/confirm/")
    korea.refresh_from_db()
    assert korea.account_public_at is None
    manager = visitor(Role.CASE_MANAGER, "prompt")
    assert manager.post(reverse("ledger-publish", args=[korea.pk])).status_code == 302
    korea.refresh_from_db()
    assert korea.account_public_at is not None
    last = AuditEntry.objects.filter(table_name=CaseFile._meta.db_table).order_by("-pk")[0]
    assert last.actor == "user:prompt"
    assert last.old["account_public_at"] is None
    assert last.new["account_public_at"] is not None
    assert manager.post(reverse("ledger-publish", args=[korea.pk])).status_code == 409
    assert manager.post(reverse("ledger-hide", args=[korea.pk])).status_code == 302
    korea.refresh_from_db()
    assert korea.account_public_at is None
