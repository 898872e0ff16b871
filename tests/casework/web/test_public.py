"""Public accounts without logging in: what is told, what is withheld, and nothing of anyone of the roster."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.actions.books import hide_account, load_account, publish_account
from casework.policy import Role
from casework.queries.public_account import public_account
from casework.store.models import (
    Alias,
    CaseFile,
    Contact,
    Decision,
    Document,
    Incident,
    LedgerEntry,
    Meeting,
    MeetingEvent,
    Person,
    Place,
    Profile,
    Proposal,
    Remains,
    StatusChange,
    Transfer,
)
from homeward.account import korea_account
from homeward.model import PartialDate

Visitors = Callable[..., Any]
NAME, CONTACT, KEY, NUMBER, GENOTYPE = "Plantedname Testwaithe", "Relativa Hiddenby", "PK-7741", "RA99887766", "77.7"


@pytest.fixture
def korea(account: Any) -> CaseFile:
    case = load_account(actor=account(Role.HISTORIAN), source=korea_account()).case
    return publish_account(actor=account(Role.CASE_MANAGER), case=case)


def _words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def _get(case: CaseFile, name: str = "public-account", **asked: str) -> Any:
    return Client().get(reverse(name, args=[case.pk]), asked)


def test_a_public_account_shows_figures_talks_promises_and_sources_to_anyone(korea: CaseFile) -> None:
    page = _get(korea, as_of="2022-04-01").content.decode()
    words = _words(page)
    for said in ("7,544 persons", "612 persons", "Turnover of 2018 (55 boxes)", "DPRK stayed away",
                 "55 boxes", "to exchange the lists of the teams", "missed",
                 "a South Korean government source → Yonhap", "Annex 3", "Sources", "What each figure counts"):
        assert said in words, said
    assert 'href="http://www.dpaa.mil/' in page
    assert page.count("<svg") == 2
    assert page.count("<title ") == 2
    listed = Client().get(reverse("public")).content.decode()
    assert reverse("public-account", args=[korea.pk]) in listed


def test_promises_stand_as_of_the_day_that_was_asked_for(korea: CaseFile) -> None:
    early, late = (public_account(korea.pk, today=datetime.date(2026, 1, 1), day=day).promises
                   for day in (datetime.date(2018, 12, 31), datetime.date(2019, 3, 5)))
    of = [next(p for p in promises if "lists of the teams" in p.what) for promises in (early, late)]
    assert [p.state for p in of] == ["open", "missed"]
    assert of[1].sources


def test_what_is_hidden_is_hidden_at_once_and_drafts_show_nothing(korea: CaseFile, account: Any,
                                                                   case_file: CaseFile) -> None:
    names = ("public-account", "public-account-csv", "public-account-json-ld")
    assert [_get(korea, name).status_code for name in names] == [200, 200, 200]
    hide_account(actor=account(Role.CASE_MANAGER), case=korea)
    for case in (korea, case_file):
        assert [_get(case, name).status_code for name in names] == [404, 404, 404]
    assert korea.title not in Client().get(reverse("public")).content.decode()


def test_the_files_hold_the_figures_and_nothing_but_public_vocabulary(korea: CaseFile) -> None:
    table = _get(korea, "public-account-csv", as_of="2022-04-01")
    assert table["Content-Type"].startswith("text/csv")
    rows = {row["key"]: row for row in csv.DictReader(io.StringIO(table.content.decode()))}
    assert (rows["accounted for"]["low"], rows["accounted for"]["high"]) == ("612", "612")
    assert rows["accounted for/k208"]["shown"] == "191 persons"
    assert rows["accounted for/china"]["shown"] == "fewer than 5"
    linked = json.loads(_get(korea, "public-account-json-ld", as_of="2022-04-01").content)
    assert linked["@context"] == "https://schema.org/"
    dataset = linked["@graph"][0]
    assert dataset["@type"] == "Dataset"
    assert dataset["distribution"][0]["contentUrl"].endswith("figures.csv?as_of=2022-04-01")
    assert dataset["temporalCoverage"] == "../2022-04-01"
    assert any(s.get("url", "").startswith("http") and s["@type"] == "CreativeWork" for s in dataset["isBasedOn"])
    told = {o["variableMeasured"]["propertyID"]: o for o in linked["@graph"][1:]}
    assert told["unaccounted for"]["value"] == 7544
    assert "value" not in told["accounted for/china"]


def test_who_keeps_a_page_asks_whether_it_still_stands(korea: CaseFile, visitor: Visitors) -> None:
    first = _get(korea)
    assert first["Cache-Control"] == "public, no-cache"
    address = reverse("public-account", args=[korea.pk])
    again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    LedgerEntry.objects.filter(case=korea, key="LISTED-01").update(count=9000)
    changed = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert "private" in visitor(Role.HISTORIAN).get(address)["Cache-Control"]


@pytest.mark.parametrize("asked", ["2018-13-01", "yesterday", "0001-01-01"])
def test_a_day_that_is_none_is_refused_in_words(korea: CaseFile, asked: str) -> None:
    answer = _get(korea, as_of=asked)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_no_day_to_come_is_told(korea: CaseFile) -> None:
    found = public_account(korea.pk, today=datetime.date(2020, 1, 1), day=datetime.date(2030, 1, 1))
    assert found.day == datetime.date(2020, 1, 1)
    assert found.after is None


@pytest.fixture
def planted(register: SimpleNamespace, account: Any) -> SimpleNamespace:
    """A public account with a roster, in which names stand wherever somebody could have written them."""
    case, own = register.case, register.own
    Person.objects.filter(pk=own.person.pk).update(name=NAME, key=KEY, service_number=NUMBER)
    Alias.objects.create(person=own.person, name="Otherwise Calledso")
    Contact.objects.filter(pk=own.contact.pk).update(name=CONTACT, address="77 Planted Street", telephone="+99 7747")
    Profile.objects.filter(pk=own.profile.pk).update(content={"genotypes": [["D3S1358", GENOTYPE, GENOTYPE, False]]})
    named = Document.objects.create(case=case, key="DOC-N", title=f"What {CONTACT} told of {NAME}",
                                    publisher="Invented Press", address="https://example.org/letter")
    sound = Document.objects.create(case=case, key="DOC-S", title="Invented communiqué", publisher="Invented Press")
    meeting = Meeting.objects.create(case=case, key="M-1", title="Invented talks", parties=["North", "South"])
    said = {"case": case, "meeting": meeting, "state": "held", "said_by": "Invented Press"}
    MeetingEvent.objects.create(**said, key="ME-1", on="2018-07-16", source=sound, note="in the invented village")
    for number, note in enumerate((f"they spoke of {NAME}", f"of {KEY} too", f"number {NUMBER} was named",
                                   f"a letter of {CONTACT} was read", "of Otherwise Calledso")):
        MeetingEvent.objects.create(**said, key=f"ME-N{number}", on="2018-07-17", source=sound, note=note)
    MeetingEvent.objects.create(**said, key="ME-D", on="2018-07-18", source=named, note="a paper was shown")
    named_place = Place.objects.create(case=case, key="PL-N", name=f"Farm of {NAME}")
    where = Incident.objects.create(case=case, key="I-N", name=NAME, place=named_place)
    Person.objects.bulk_create([Person(case=case, key=f"P{i}", incident=where) for i in range(6)])
    Transfer.objects.filter(pk=own.transfer.pk).update(document_text=f"for {NAME}", place=f"Village of {NAME}")
    LedgerEntry.objects.create(case=case, key="EN-P", kind="accounted for", on="2019", person=own.person, lot=own.lot,
                               note=f"{NAME} of {CONTACT}", source=named)
    case.account = {"note": f"In memory of {NAME}."}
    case.save()
    return register


def _public_addresses() -> Iterator[str]:
    """Every address that leads on from the first public page, and every day that it offers."""
    nobody, waiting, seen = Client(), [reverse("public")], set[str]()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = nobody.get(address)
        yield answer.content.decode() + str(dict(answer.headers)) + address
        if "html" in answer["Content-Type"]:
            found = re.findall(r'href="((?:/public/|\?)[^"]*)"', answer.content.decode())
            waiting += [(a if a.startswith("/") else address.partition("?")[0] + a).replace("&amp;", "&")
                        for a in found]
    assert len(seen) > 10


def test_no_public_address_tells_a_name_a_key_a_contact_or_a_genotype(planted: SimpleNamespace) -> None:
    pages = list(_public_addresses())
    assert any("in the invented village" in page for page in pages)
    for page in pages:
        for plant in (NAME, "Plantedname", CONTACT, "Hiddenby", KEY, NUMBER, GENOTYPE, "Calledso", "Planted Street",
                      "+99 7747", "P-other", "R-own", "F-own", "I-N", "Synthetic Person", "listed P"):
            assert plant not in page, plant


@pytest.fixture
def roster(case_file: CaseFile, account: Any) -> CaseFile:
    """12 lost at one place, 3 at another, 40 at a third; 7 of the first accounted for by hand over the years."""
    for name, n in (("Small", 3), ("Middle", 12), ("Large", 40)):
        place = Place.objects.create(case=case_file, key=name, name=f"Place {name}")
        where = Incident.objects.create(case=case_file, key=f"I-{name}", place=place)
        Person.objects.bulk_create([Person(case=case_file, key=f"{name}-{i}", incident=where) for i in range(n)])
    case_file.account_public_at = timezone.now()
    case_file.save()
    return case_file


def _told(case: CaseFile, **asked: Any) -> dict[str, str]:
    found = public_account(case.pk, today=datetime.date(2026, 11, 22), **asked)
    return {f.key: f.shown for f in found.figures}


def test_small_counts_of_a_roster_are_not_told_nor_what_would_give_them_away(roster: CaseFile) -> None:
    told = _told(roster)
    assert told["unaccounted for"] == "55 persons"
    assert told["unaccounted for, place/Place Small"] == "fewer than 5"
    assert "withheld" in told["unaccounted for, place/Place Middle"]  # 55 less the others would be 3
    assert told["unaccounted for, place/Place Large"] == "40 persons"
    assert not [key for key in told if "incident" in key]
    page = _get(roster).content.decode() + _get(roster, "public-account-csv").content.decode()
    assert "I-Small" not in page
    assert "12 persons" not in page


def test_of_a_roster_ends_of_years_alone_are_told(roster: CaseFile, account: Any) -> None:
    person = Person.objects.filter(case=roster, key="Large-0")[0]
    StatusChange.objects.create(person=person, status="accounted for", dated=PartialDate(2024, 5, 17), reason="by hand",
                                by=account(Role.HISTORIAN))
    days = {public_account(roster.pk, today=datetime.date(2026, 11, 22), day=datetime.date(2024, month, day)).day
            for month, day in ((5, 16), (5, 17), (5, 18), (12, 30))}
    assert days == {datetime.date(2023, 12, 31)}
    assert _told(roster)["unaccounted for"] == "54 persons"  # at the end of 2025
    assert _told(roster, day=datetime.date(2024, 1, 1))["unaccounted for"] == "55 persons"
    assert "2024-05-17" not in _get(roster).content.decode()


def test_a_decision_counts_for_the_public_only_once_it_is_public(roster: CaseFile, account: Any,
                                                                register: SimpleNamespace) -> None:
    by, now = account(Role.CASE_MANAGER), timezone.now()
    person = Person.objects.filter(case=roster, key="Large-0")[0]
    remains = Remains.objects.create(case=roster, key="R-1")
    proposal = Proposal.objects.create(case=roster, run=register.own.run, person=person, remains=remains,
                                       conclusion="identified", meets_rule=True, posterior=1.0, log10_lr=9.0,
                                       reason="-", raised_by=by, state="signed")
    decision = Decision.objects.create(case=roster, proposal=proposal, person=person, remains=remains, reason="-",
                                       signed_by=by, signed_at=now)
    StatusChange.objects.create(person=person, status="accounted for", dated=PartialDate(2025, 3, 1), reason="signed",
                                decision=decision, by=by)
    before = _told(roster)
    Decision.objects.filter(pk=decision.pk).update(told_at=now, published_at=now)
    after = _told(roster)
    assert int(before["unaccounted for"].split()[0]) - int(after["unaccounted for"].split()[0]) == 1
    assert "accounted for" not in before
    assert after["accounted for"] == "1 person"


def test_the_preview_is_what_the_public_would_see(roster: CaseFile, visitor: Visitors) -> None:
    hidden = CaseFile.objects.get(pk=roster.pk)
    hidden.account_public_at = None
    hidden.save()
    page = visitor(Role.HISTORIAN).get(reverse("ledger-public", args=[roster.pk])).content.decode()
    assert "This account is not public" in page
    assert "fewer than 5" in page
    assert visitor(Role.FAMILY).get(reverse("ledger-public", args=[roster.pk])).status_code == 403
