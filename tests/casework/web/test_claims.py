"""Pages of claims: who said what, rivals side by side, parties; what a form does not take, it says beside the field."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.actions.books import load_account
from casework.actions.records import correct
from casework.policy import Role
from casework.queries.claims import side_by_side
from casework.store.models import (
    Account,
    CaseFile,
    Claim,
    Commitment,
    Document,
    DocumentText,
    Fulfilment,
    Party,
    Preference,
)
from homeward.account import korea_account
from homeward.model import InvalidValue

Accounts = Callable[..., Account]
Visitors = Callable[..., Any]


@pytest.fixture
def korea(account: Accounts) -> CaseFile:
    return load_account(actor=account(Role.HISTORIAN), source=korea_account()).case


def _text(answer: Any) -> str:
    """What a page says, without its marks."""
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def _claim(case: CaseFile, key: str) -> Claim:
    return Claim.objects.get(case=case, key=key)


def test_a_claim_is_shown_verbatim_with_its_place_and_its_chain(korea: CaseFile, visitor: Visitors) -> None:
    text = _text(visitor(Role.REVIEWER).get(reverse("claim", args=[_claim(korea, "D006").pk])))
    for words in ("“up to 200 US soldiers”", "characters 2,220 to 2,241", "at most 200 persons",
                  "says it North Korea", "passes it on US Department of Defense", "to us Deutsche Welle",
                  "2018-07-15", "june-2018-200", "as many as 200 sets"):
        assert words in text, words


def test_a_quote_is_checked_against_the_text_that_the_register_has_read(register: SimpleNamespace, visitor: Visitors,
                                                                        account: Accounts) -> None:
    claim: Claim = register.own.claim
    claim.source = Document.objects.create(case=register.case, key="READ", title="Synthetic article")
    claim.save()
    reading = DocumentText.objects.create(case=register.case, document=claim.source, reader="rules",
                                          read_by=account(Role.HISTORIAN), text="Before. synthetic words, and after.")
    historian = visitor(Role.HISTORIAN)
    page = reverse("claim", args=[claim.pk])
    assert "Before. ⟦synthetic words⟧, and after." in _text(historian.get(page))
    reading.text = "Other words."
    reading.save()
    assert "the words do not stand there" in _text(historian.get(page))


def test_claims_are_found_by_words_and_by_what_they_are(korea: CaseFile, visitor: Visitors) -> None:
    historian, address = visitor(Role.HISTORIAN), reverse("claims", args=[korea.pk])

    def found(**asked: str) -> set[str]:
        answer = historian.get(address, asked)
        assert answer.status_code == 200
        return {row[0].words for row in answer.context["rows"]}

    assert {"D006", "F034"} <= found(group="june-2018-200")
    assert found(group="june-2018-200", unit="set") == {"F034", "F036"}
    assert found(claimant="North Korea") == {"D006", "D011"}
    assert "D006" in found(q="up to 200")
    assert found(q="nothing says this") == set()
    assert len(found(unit="parsec")) == 50  # what is no filter filters nothing


def test_rivals_stand_side_by_side_with_an_axis_for_each_unit(korea: CaseFile, visitor: Visitors) -> None:
    page = reverse("claim-rivals", args=[_claim(korea, "D006").pk])
    answer = visitor(Role.REVIEWER).get(page)
    text, drawn = _text(answer), answer.content.decode()
    assert drawn.count("<svg") == 2
    assert "june-2018-200, in person" in drawn
    assert "june-2018-200, in set" in drawn
    assert "2 units are claimed, which never mix" in text
    assert "person and set are different units, which are never added, subtracted or compared" in text
    for words in ("up to 200 persons", "as many as 200 sets", "North Korea → US Department of Defense → Deutsche Welle",
                  "“up to 200 US soldiers”"):
        assert words in text, words
    assert "Prefer it" not in text  # a reviewer does not write claims
    early = _text(visitor(Role.REVIEWER).get(page, {"as_of": "2018-07-14"}))
    assert "up to 200 persons" not in early


def test_one_is_preferred_for_a_reason_and_taken_back_for_another(korea: CaseFile, visitor: Visitors) -> None:
    historian, one, other = visitor(Role.HISTORIAN), _claim(korea, "D006"), _claim(korea, "F036")
    page = reverse("claim-rivals", args=[one.pk])
    prefer = reverse("claim-prefer", args=[one.pk])
    assert historian.get(prefer).status_code == 200
    assert historian.post(prefer, {"reason": " "}).status_code == 400
    assert historian.post(prefer, {"reason": "It is the oldest."}).status_code == 302
    assert historian.post(prefer, {"reason": "Again."}).status_code == 409
    text = _text(historian.get(page))
    for words in ("It is the oldest.", "historian", "preferred", "Take it back"):
        assert words in text, words
    assert "preferred" in _text(historian.get(reverse("claim", args=[one.pk])))
    assert historian.post(reverse("claim-prefer", args=[other.pk]), {"reason": "It is official."}).status_code == 302
    standing = Preference.objects.get(case=korea, group=one.group, withdrawn_on=None)
    assert standing.claim == other
    back = historian.post(reverse("preference-take-back", args=[standing.pk]), {"reason": "Nobody confirmed it."})
    assert back.status_code == 302
    text = _text(historian.get(page))
    assert "none of them" in text
    for words in ("It is the oldest.", "It is official.", "Nobody confirmed it.", "F036 is preferred"):
        assert words in text, words
    again = historian.post(reverse("preference-take-back", args=[standing.pk]), {"reason": "Twice."})
    assert again.status_code == 409


def test_a_claim_speaks_of_the_ledgers_figure_which_stands_beside_it(korea: CaseFile, visitor: Visitors) -> None:
    historian = visitor(Role.HISTORIAN)
    answer = historian.get(reverse("claim", args=[_claim(korea, "T2018-UNACCOUNTED").pk]))
    text = _text(answer)
    assert "At the end of 18 Jun 2018" in text
    assert "By the records 7,697 persons" in text
    assert "By this claim 7,699 persons" in text
    behind = next(part for part in re.findall(r'href="([^"]+)"', answer.content.decode()) if "/ledger/figure/" in part)
    assert "7,697 persons" in _text(historian.get(unescape(behind)))


GOOD = {"subject": "remains held", "value": "50", "unit": "set", "bound": "between", "upper": "55", "hedge": "",
        "said_by": "an official -> Yonhap -> The Washington Post", "source": "DOC", "quote": "50 to 55 sets",
        "said": "2018-07-16", "group": "held"}


def test_a_claim_is_recorded_under_a_key_of_the_register(register: SimpleNamespace, visitor: Visitors) -> None:
    historian = visitor(Role.HISTORIAN)
    answer = historian.post(reverse("claim-new", args=[register.case.pk]), GOOD)
    assert answer.status_code == 302, answer.context["form"].errors
    made = Claim.objects.get(key="C-0001")
    assert (made.said_by, made.value, made.upper) == ("an official → Yonhap → The Washington Post", 50, 55)
    text = _text(historian.get(answer["Location"]))
    assert "50 to 55 sets" in text
    assert "It is recorded." in text
    rival = historian.get(f"{reverse('claim-new', args=[register.case.pk])}?with={made.pk}")
    assert rival.context["form"].initial["group"] == "held"


@pytest.mark.parametrize(("changed", "field", "words"), [
    ({"source": ""}, "source", "nothing is claimed without a source"),
    ({"source": "nowhere"}, "source", "There is no such record in this case"),
    ({"unit": ""}, "unit", "a number without a unit says nothing"),
    ({"unit": "coffin"}, "unit", "not one of the available choices"),
    ({"upper": ""}, "upper", "must be given with the bound between alone"),
    ({"upper": "40"}, "upper", "must be at least 50"),
    ({"value": "-1"}, "value", "must be a number not below 0"),
    ({"value": "many"}, "value", "Enter a number"),
    ({"bound": "otherwise", "upper": "", "value": ""}, "hedge", "must hold the words"),
    ({"said": "last Sunday"}, "said", "must"),
    ({"said_by": "an official ->"}, "said_by", "must name all who say it"),
    ({"start": "5"}, "end", "must be given with start"),
    ({"start": "5", "end": "7"}, "end", "must be 13 characters on"),
    ({"subject": ""}, "subject", "required"),
], ids=lambda v: next(iter(v)) if isinstance(v, dict) else "")
def test_what_the_science_does_not_take_is_said_beside_its_field(register: SimpleNamespace, visitor: Visitors,
                                                                 changed: dict[str, str], field: str,
                                                                 words: str) -> None:
    before = Claim.objects.count()
    answer = visitor(Role.HISTORIAN).post(reverse("claim-new", args=[register.case.pk]), {**GOOD, **changed})
    assert answer.status_code == 400
    assert words in " ".join(answer.context["form"].errors[field])
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert Claim.objects.count() == before


def test_a_correction_shows_what_stood_and_keeps_it(register: SimpleNamespace, visitor: Visitors) -> None:
    historian, claim = visitor(Role.HISTORIAN), register.own.claim
    address = reverse("claim-correct", args=[claim.pk])
    page = historian.get(address)
    said = {n: f.value() for n in page.context["form"].fields if (f := page.context["form"][n]) is not None}
    said = {n: "" if v is None else v for n, v in said.items()}
    assert (said["value"], said["source"], said["unit"]) == ("55", "DOC", "box")
    answer = historian.post(address, {**said, "value": "56", "reason": "Misread.", "denies": ""})
    assert answer.status_code == 302, answer.context["form"].errors
    claim.refresh_from_db()
    assert (claim.value, claim.version, claim.bound) == (56, 2, "at least")
    assert "Misread." in _text(historian.get(reverse("claim", args=[claim.pk])))
    wrong = historian.post(address, {**said, "version": "2", "unit": "", "reason": "No.", "denies": ""})
    assert "a number without a unit" in " ".join(wrong.context["form"].errors["unit"])


def test_a_preferred_claim_stays_in_its_group_or_the_account_would_be_refused(register: SimpleNamespace,
                                                                              account: Accounts) -> None:
    historian = account(Role.HISTORIAN)
    with pytest.raises(InvalidValue, match="PR-own prefers it"):
        correct(register.own.claim, actor=historian, changes={"group": "other"}, reason="misread")
    evidence = Fulfilment.objects.get(key="FU-own")
    with pytest.raises(InvalidValue, match="must be one of those who owe it: A"):
        correct(evidence, actor=historian, changes={"by": "Z"}, reason="misread")
    correct(Fulfilment.objects.get(key="FU-own"), actor=historian, changes={"by": "A"}, reason="it is A's part")
    with pytest.raises(InvalidValue, match="must name A, whose part the evidence FU-own concerns"):
        correct(Commitment.objects.get(key="CO-own"), actor=historian, changes={"by": ["B"]}, reason="misread")
    found = side_by_side(historian, register.case, "held-own", timezone.localdate())
    assert found.rivals is not None
    assert found.rivals.preferred is not None


def test_a_party_is_known_by_all_its_names(korea: CaseFile, visitor: Visitors) -> None:
    historian = visitor(Role.HISTORIAN)
    party = Party.objects.get(case=korea, key="DPRK")
    text = _text(historian.get(reverse("party", args=[party.pk])))
    for words in ("Pyongyang", "D006", "to return 50 to 55 sets of remains", "as many as 200 sets",
                  "Talks on remains, July 2018"):
        assert words in text, words
    listed = _text(historian.get(reverse("parties", args=[korea.pk]), {"q": "pyongyang"}))
    assert "Democratic People's Republic of Korea" in listed
    assert "1–1 of 1" in listed


def test_a_name_with_a_semicolon_is_refused_since_lists_are_parted_by_them(register: SimpleNamespace,
                                                                          visitor: Visitors) -> None:
    address = reverse("party-new", args=[register.case.pk])
    answer = visitor(Role.HISTORIAN).post(address, {"name": "A party", "kind": "state", "spellings": "One; Two"})
    assert "semicolon" in " ".join(answer.context["form"].errors["spellings"])
    answer = visitor(Role.HISTORIAN).post(address, {"name": "A party", "kind": "state", "spellings": "One\nTwo"})
    assert answer.status_code == 302
    assert Party.objects.get(name="A party").spellings == ["One", "Two"]


def test_what_is_withdrawn_is_seen_as_withdrawn(register: SimpleNamespace, visitor: Visitors) -> None:
    manager, claim = visitor(Role.CASE_MANAGER), register.other.claim
    preference = register.other.preference
    refused = manager.post(reverse("claim-withdraw", args=[claim.pk]), {"reason": "Twice.", "version": 1})
    assert refused.status_code == 409
    gone = manager.post(reverse("preference-withdraw", args=[preference.pk]), {"reason": "Twice.", "version": 1})
    assert gone.status_code == 302
    assert manager.post(reverse("claim-withdraw", args=[claim.pk]), {"reason": "Twice.", "version": 1}
                        ).status_code == 302
    assert "This record is withdrawn." in _text(manager.get(reverse("claim", args=[claim.pk])))
    listed = reverse("claims", args=[register.case.pk])
    assert claim.key not in _text(manager.get(listed))
    assert claim.key in _text(manager.get(listed, {"withdrawn": "1"}))


def test_a_document_of_another_case_is_no_source(register: SimpleNamespace, visitor: Visitors) -> None:
    other = CaseFile.objects.create(key="OTHER", title="Another")
    Document.objects.create(case=other, key="ELSEWHERE", title="Synthetic")
    address = reverse("claim-new", args=[register.case.pk])
    answer = visitor(Role.HISTORIAN).post(address, {**GOOD, "source": "ELSEWHERE"})
    assert answer.status_code == 400
    assert "There is no such record" in " ".join(answer.context["form"].errors["source"])
