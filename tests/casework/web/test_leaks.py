"""What must not be seen: planted names, addresses and genotypes on outsiders' pages, in addresses, logs and errors."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import DisallowedHost
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.policy import Role
from casework.queries.public import suppressed
from casework.store.models import (
    Contact,
    Decision,
    Family,
    Person,
    Profile,
    Proposal,
    ReferenceSample,
    Remains,
    RemainsSample,
    Telling,
)
from casework.web.logs import WithoutValues
from homeward.model import PartialDate

Visitors = Callable[..., Any]
NAME, ADDRESS, TELEPHONE, GENOTYPE = "Plantedname Q. Testwaithe", "77 Planted Street", "+99 777 4711", "77.7"
PLANTS = (NAME, ADDRESS, TELEPHONE, GENOTYPE)


@pytest.fixture
def planted(register: SimpleNamespace) -> SimpleNamespace:
    """Another family's things with marks that can be found again wherever they come out."""
    other = register.other
    Person.objects.filter(pk=other.person.pk).update(name=NAME)
    Contact.objects.filter(pk=other.contact.pk).update(name=NAME, address=ADDRESS, telephone=TELEPHONE)
    Profile.objects.filter(pk=other.profile.pk).update(content={"genotypes": [["D3S1358", GENOTYPE, GENOTYPE, False]]})
    Telling.objects.filter(person=other.person).update(told=NAME, what=f"That {NAME} is missed.")
    Proposal.objects.filter(pk=other.proposal.pk).update(details={"markers": [], "runner_up": None})
    return register


def _text(answer: Any) -> str:
    return answer.content.decode() + str(dict(answer.headers))


def test_public_pages_hold_no_name_address_or_genotype(planted: SimpleNamespace) -> None:
    nobody = Client()
    for address in (reverse("public"), reverse("account_login"), "/", "/nowhere/"):
        text = _text(nobody.get(address, follow=True))
        for plant in (*PLANTS, "Synthetic Person", "Synthetic Relative", "R-own", "F-own"):
            assert plant not in text


def test_a_family_sees_its_own_and_nothing_of_others(planted: SimpleNamespace, visitor: Visitors) -> None:
    member = visitor(Role.FAMILY)
    text = _text(member.get(reverse("own-family")))
    assert "Synthetic Person own" in text
    assert "RS-own" in text
    for plant in (*PLANTS, "Synthetic secret other", "RS-other", "F-other", "P-other", "Synthetic Relative"):
        assert plant not in text


def test_a_family_sees_of_its_own_no_genotype_no_proposal_and_no_decision_before_it_is_told(
        planted: SimpleNamespace, visitor: Visitors) -> None:
    own, member = planted.own, visitor(Role.FAMILY)
    Profile.objects.create(case=planted.case, key="RS-own", kind="str", reference_sample=own.reference_sample,
                           content={"genotypes": [["D3S1358", GENOTYPE, "15", False]]})
    ReferenceSample.objects.filter(pk=own.reference_sample.pk).update(laboratory={"dropout": 0.077})
    Person.objects.filter(pk=own.person.pk).update(status="accounted for")
    text = _text(member.get(reverse("own-family")))
    for word in (GENOTYPE, "0.077", "accounted for", own.remains.key, "proposal", "Proposal"):
        assert word not in text
    Telling.objects.create(family=own.family, person=own.person, told="his sister", what="That he was found.",
                           how="in person", dated=PartialDate(2026, 11), by=own.account)
    assert "That he was found." in _text(member.get(reverse("own-family")))


def test_who_may_not_read_contacts_or_genotypes_sees_none_on_any_page(planted: SimpleNamespace,
                                                                      visitor: Visitors) -> None:
    hidden = {Role.HISTORIAN: PLANTS[1:], Role.FIELD_TEAM: PLANTS[1:], Role.ADMINISTRATOR: PLANTS[1:],
              Role.REVIEWER: (ADDRESS, TELEPHONE), Role.DNA_ANALYST: (ADDRESS, TELEPHONE),
              Role.LIAISON: (GENOTYPE,), Role.CUSTODIAN: PLANTS[1:]}
    for role, plants in hidden.items():
        pages = [page for _, page in _crawl(visitor(role), "/") if page]
        assert len(pages) > 8, role
        assert [plant for plant in plants for page in pages if plant in page] == [], role


def test_no_address_holds_a_name_or_a_genotype(planted: SimpleNamespace, visitor: Visitors) -> None:
    manager = visitor(Role.CASE_MANAGER)
    addresses = [address for address, _ in _crawl(manager, "/")]
    assert len(addresses) > 60
    for address in addresses:
        for plant in (*PLANTS, "Plantedname", "Planted+Street", "77.7"):
            assert plant not in address


def _crawl(who: Any, start: str) -> list[tuple[str, str]]:
    """The addresses that lead on from a page, two of each kind, with what stands there; of a file nothing."""
    waiting, seen, kinds = [start], dict[str, str](), dict[str, int]()
    while waiting:
        address = waiting.pop()
        kind = re.sub(r"\d+", "N", address.split("?")[0])
        if address in seen or kinds.get(kind, 0) >= 2:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = who.get(address)
        seen[address] = ""
        if answer.streaming:
            b"".join(answer)
        elif answer.status_code == 302:
            waiting.append(answer["Location"])
        elif "html" in answer.get("Content-Type", ""):
            seen[address] = _text(answer)
            found = re.findall(r'(?:href|action)="(/[^"]*)"', seen[address])
            waiting += [a.replace("&amp;", "&") for a in found if not a.startswith(("/static/", "/accounts/logout"))]
    return list(seen.items())


def test_the_audit_tells_an_administrator_no_contact_and_no_genotype(planted: SimpleNamespace, visitor: Visitors,
                                                                     ) -> None:
    chief, manager = visitor(Role.ADMINISTRATOR), visitor(Role.CASE_MANAGER)
    for table, plant, seen in (("store_contact", ADDRESS, True), ("store_profile", GENOTYPE, True)):
        text = _text(chief.get(reverse("audit"), {"table": table}))
        assert "not yours to read" in text
        assert plant not in text
        assert (plant in _text(manager.get(reverse("audit"), {"table": table}))) == seen


def test_the_first_verdict_stands_in_no_ones_audit_before_the_second_is_in(planted: SimpleNamespace, visitor: Visitors,
                                                                           account: Any) -> None:
    reviewer = visitor(Role.REVIEWER)
    proposal = planted.own.proposal
    reviewer.post(reverse("proposal-review", args=[proposal.pk]), {
        "verdict": "disagree", "reason": "A planted doubt.", "version": 1})
    assert Proposal.objects.get(pk=proposal.pk).state == "first review"
    manager, second = visitor(Role.CASE_MANAGER), visitor(Role.REVIEWER, "second")
    for who in (manager, second, visitor(Role.DNA_ANALYST)):
        page = _text(who.get(reverse("proposal", args=[proposal.pk])))
        assert "A review is in" in page
        for word in ("disagree", "A planted doubt"):
            assert word not in page
    assert "A planted doubt" not in _text(manager.get(reverse("audit"), {"table": "store_review"}))
    second.post(reverse("proposal-review", args=[proposal.pk]), {"verdict": "agree", "reason": "Yes.", "version": 2})
    assert "A planted doubt" in _text(manager.get(reverse("proposal", args=[proposal.pk])))
    assert "A planted doubt" in _text(manager.get(reverse("audit"), {"table": "store_review"}))


def test_a_fault_of_ours_shows_and_logs_no_value(planted: SimpleNamespace, visitor: Visitors,
                                                 monkeypatch: pytest.MonkeyPatch,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"{NAME} has {GENOTYPE}")

    monkeypatch.setattr("casework.web.views.roster.search", broken)
    manager = visitor(Role.CASE_MANAGER)
    manager.client.raise_request_exception = False
    stream = _Stream()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WithoutValues("{levelname} {message}", style="{"))
    logging.getLogger("django.request").addHandler(handler)
    try:
        answer = manager.get(reverse("roster", args=[planted.case.pk]), {"q": NAME})
    finally:
        logging.getLogger("django.request").removeHandler(handler)
    assert answer.status_code == 500
    assert "A fault of ours" in answer.content.decode()
    assert "builtins.RuntimeError" in stream.text
    assert "test_leaks.py" in stream.text
    for plant in PLANTS:
        assert plant not in answer.content.decode()
        assert plant not in stream.text


class _Stream:
    text = ""

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        """Nothing is kept back."""


def test_errors_have_pages_of_our_own_that_repeat_nothing(planted: SimpleNamespace, visitor: Visitors) -> None:
    manager = visitor(Role.CASE_MANAGER)
    for address, status, words in ((f"/nowhere/{GENOTYPE}/", 404, "There is nothing here"),
                                   (reverse("accounts"), 403, "Your role does not open this page")):
        answer = manager.get(address)
        assert answer.status_code == status
        assert words in answer.content.decode()
        assert GENOTYPE not in answer.content.decode()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = manager.client.cookies
    assert "This form is too old" in strict.post(reverse("tokens"), {"name": NAME}).content.decode()
    answer = manager.client.get("/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert DisallowedHost.__name__ not in answer.content.decode()


def test_every_page_says_how_it_may_be_used(planted: SimpleNamespace, visitor: Visitors) -> None:
    manager = visitor(Role.CASE_MANAGER)
    for address in ("/", reverse("public"), reverse("account_login"), reverse("roster", args=[planted.case.pk])):
        answer = manager.get(address, follow=True)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
    kept = manager.get(reverse("roster", args=[planted.case.pk]))["Cache-Control"]
    assert "no-store" in kept
    assert "private" in kept


@pytest.mark.parametrize(("counts", "told"), [
    ({2024: 12}, {2024: 12}),
    ({2024: 12, 2025: 3, 2026: 7}, {2024: 12, 2025: None, 2026: None}),
    ({2024: 12, 2025: 3, 2026: 3}, {2024: 12, 2025: None, 2026: None}),
    ({2024: 12, 2025: 1, 2026: 1}, {2024: None, 2025: None, 2026: None}),
    ({2024: 2, 2025: 9}, {2024: None, 2025: None}),
    ({}, {}),
])
def test_small_counts_are_not_told_nor_found_by_subtraction(counts: dict[int, int], told: dict[int, Any]) -> None:
    assert suppressed(counts) == told


@pytest.mark.parametrize(("public", "words"), [(0, "fewer than 5"), (4, "fewer than 5"), (5, ">5<")])
def test_the_public_page_counts_public_decisions_alone(register: SimpleNamespace, public: int, words: str) -> None:
    now = timezone.now()
    for i in range(7):
        person = Person.objects.create(case=register.case, key=f"PP-{i}")
        remains = Remains.objects.create(case=register.case, key=f"RR-{i}")
        proposal = Proposal.objects.create(case=register.case, run=register.own.run, person=person, remains=remains,
                                           conclusion="identified", meets_rule=True, posterior=1.0, log10_lr=9.0,
                                           reason="-", raised_by=register.own.account, state="signed")
        Decision.objects.create(
            case=register.case, proposal=proposal, person=person, remains=remains, reason="-",
            signed_by=register.own.account, signed_at=now, told_at=now if i < public else None,
            published_at=now if i < public else None,
            withdrawn_at=now if i == 6 else None)
    text = Client().get(reverse("public")).content.decode()
    assert words in text


def test_withdrawn_families_show_nothing(register: SimpleNamespace, visitor: Visitors) -> None:
    Family.objects.filter(pk=register.own.family.pk).update(withdrawn_at=timezone.now())
    assert visitor(Role.FAMILY).get(reverse("own-family")).status_code == 404
    assert RemainsSample.objects.exists()
