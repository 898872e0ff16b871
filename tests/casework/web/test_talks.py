"""Pages of talks: Annex 3 of 19 September 2018, the Singapore statement and the no-show of 12 July 2018 as they stand
in the public account, seen on the pages with their computed states; holdings, access and money beside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from casework.actions.books import load_account
from casework.policy import Role
from casework.store.models import (
    Account,
    Agreement,
    CaseFile,
    Channel,
    Commitment,
    Content,
    Fulfilment,
    Holding,
    Meeting,
    MeetingEvent,
    Operation,
    Payment,
    Transfer,
)
from homeward.account import korea_account

Accounts = Callable[..., Account]
Visitors = Callable[..., Any]


@pytest.fixture
def korea(account: Accounts) -> CaseFile:
    return load_account(actor=account(Role.HISTORIAN), source=korea_account()).case


def _text(answer: Any) -> str:
    """What a page says, without its marks."""
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def _page(who: Any, name: str, model: Any, key: str, **asked: str) -> str:
    return _text(who.get(reverse(name, args=[model.objects.get(key=key).pk]), asked))


def _states(who: Any, case: CaseFile, day: str) -> dict[str, str]:
    """The state of each promise by its words, as the list of promises shows it."""
    answer = who.get(reverse("commitments", args=[case.pk]), {"as_of": day})
    return {row[0].words: row[5].words for row in answer.context["sections"][0].rows}


def test_the_no_show_of_12_july_2018_is_seen_day_by_day(korea: CaseFile, visitor: Visitors) -> None:
    historian = visitor(Role.HISTORIAN)
    before = _page(historian, "meeting", Meeting, "M-2018-07", as_of="2018-07-11")
    assert "scheduled" in before
    assert "Last set for 2018-07-12" in before
    assert "Stayed away" not in before
    after = _page(historian, "meeting", Meeting, "M-2018-07", as_of="2018-07-13")
    assert "At the end of 2018-07-13 moved" in after
    assert "Last set for 2018-07-15" in after
    assert "Stayed away DPRK, 2018-07-12" in after
    assert "“the North Korean delegation never showed up”" in after
    held = _page(historian, "meeting", Meeting, "M-2018-07", as_of="2018-07-15")
    assert "At the end of 2018-07-15 held" in held
    assert "Stayed away DPRK, 2018-07-12" in held  # that they came later does not erase it
    assert re.search(r"the armistice not known not known", held)
    assert "Maj. Gen." in held
    promise = _page(historian, "commitment", Commitment, "M-JULY", as_of="2018-07-14")
    assert "State missed" in promise
    later = _page(historian, "commitment", Commitment, "M-JULY", as_of="2018-07-20")
    assert "State late" in later
    assert "done on 2018-07-15; due 2018-07-12" in later
    assert "Mike Pompeo → KBS" in later


def test_the_singapore_statement_is_partly_kept_and_overtaken(korea: CaseFile, visitor: Visitors) -> None:
    historian = visitor(Role.HISTORIAN)
    page = _page(historian, "agreement", Agreement, "SINGAPORE", as_of="2020-01-01")
    assert "to repatriate at once the remains already identified" in page
    identified = _page(historian, "commitment", Commitment, "S-4B", as_of="2020-01-01")
    assert "State partly" in identified
    assert "55 boxes were handed over" in identified
    assert "T-2018" in identified
    assert "How vague vague" in identified
    recovery = _page(historian, "commitment", Commitment, "S-4A", as_of="2020-01-01")
    assert "State overtaken" in recovery
    assert "Kenneth Hoffman, DPAA → ABC News" in recovery
    assert "State open" in _page(historian, "commitment", Commitment, "S-4A", as_of="2018-08-01")
    unmade = _page(historian, "commitment", Commitment, "S-4A", as_of="2018-06-11")
    assert "It had not yet been made" in unmade


def test_annex_3_of_19_september_2018_has_each_promise_with_its_state(korea: CaseFile, visitor: Visitors) -> None:
    historian = visitor(Role.HISTORIAN)
    states = _states(historian, korea, "2020-01-01")
    expected = {
        "to clear the mines at Arrowhead Ridge": "kept", "to build the road": "kept",
        "to exchange the lists of the teams": "missed (unsure)", "to form teams of 80 to 100 a side": "missed (unsure)",
        "to begin joint recovery": "missed"}
    assert expected.items() <= states.items()
    in_2018 = _states(historian, korea, "2018-10-15")
    assert in_2018["to exchange the lists of the teams"] == "open"
    assert in_2018["to clear the mines at Arrowhead Ridge"] == "open"
    assert "to begin joint recovery" not in _states(historian, korea, "2018-09-18")
    joint = _page(historian, "commitment", Commitment, "X3-5", as_of="2020-01-01")
    for words in ("Republic of Korea partly the South began alone", "DPRK missed not done by 2019-04-01",
                  "OP-ARROWHEAD-2019", "ROK Ministry of National Defense → NK News"):
        assert words in joint, words
    only = historian.get(reverse("commitments", args=[korea.pk]), {"as_of": "2020-01-01", "state": "missed"})
    assert {row[5].kind for row in only.context["sections"][0].rows} == {"missed"}
    annex = _page(historian, "agreement", Agreement, "ANNEX-3", as_of="2020-01-01")
    assert "to build the road" in annex


def test_the_page_of_talks_shows_channels_meetings_and_agreements(korea: CaseFile, visitor: Visitors) -> None:
    historian = visitor(Role.HISTORIAN)
    text = _text(historian.get(reverse("talks", args=[korea.pk]), {"as_of": "2018-07-13"}))
    for words in ("Hotline between the North and the United Nations Command", "cut", "Stayed away DPRK, 2018-07-12",
                  "Singapore joint statement", "Not known whether discussed the armistice", "2 open"):
        assert words in text, words
    assert "Annex 3" not in text  # it was made later
    assert "Talks on recovering more remains" not in text
    assert "cut" in _page(historian, "channel", Channel, "CH-UNC", as_of="2014-01-01")
    assert "not on record" in _page(historian, "channel", Channel, "CH-UNC", as_of="2012-01-01")
    wrong = _text(historian.get(reverse("talks", args=[korea.pk]), {"as_of": "tomorrow"}))
    assert "“tomorrow” is no day" in wrong
    assert "Annex 3" in wrong


def test_evidence_leads_to_the_record_that_it_rests_on(korea: CaseFile, visitor: Visitors) -> None:
    manager, historian = visitor(Role.CASE_MANAGER), visitor(Role.HISTORIAN)
    transfer = reverse("transfer", args=[Transfer.objects.get(key="T-2018").pk])
    address = reverse("commitment", args=[Commitment.objects.get(key="P-1").pk])
    assert f'href="{transfer}"' in manager.get(address).content.decode()
    page = historian.get(address).content.decode()  # who sees no remains sees that it rests on a transfer
    assert transfer not in page
    assert "T-2018" in page
    operation = Operation.objects.get(key="OP-ARROWHEAD-2019")
    text = _text(historian.get(reverse("operation", args=[operation.pk])))
    assert "Promises that rest on it" in text
    assert "to begin joint recovery a part of it was done" in text


def test_what_remains_is_never_more_exact_than_what_was_said(korea: CaseFile, visitor: Visitors) -> None:
    historian = visitor(Role.HISTORIAN)
    text = _text(historian.get(reverse("holdings", args=[korea.pk]), {"as_of": "2019-01-01"}))
    for words in ("at most 145 sets", "55 boxes on 2018-07-27 cannot be subtracted, being no count of person",
                  "55 sets of remains", "2012-03-21: withdrawn", "at least USD 22,000,000", "8 vehicles"):
        assert words in text, words
    assert "about 250 persons" not in text  # said in 2024
    early = _text(historian.get(reverse("holdings", args=[korea.pk]), {"as_of": "2018-06-30"}))
    assert "not yet stated" in early
    one = _page(historian, "holding", Holding, "H-200-SETS", as_of="2019-01-01")
    assert "It may be at most 145 sets" in one
    assert "Subtracted T-2018" in one


PROMISE = {"by": "A\nB", "to": "C", "what": "to hand over remains", "kind": "transfer", "made": "2018-07-16",
           "due": "2018-07-27", "said_by": "A → Agency", "source": "DOC", "quote": "", "bound": ""}


def test_a_promise_due_before_it_was_made_is_refused_beside_the_field(register: SimpleNamespace,
                                                                      visitor: Visitors) -> None:
    historian, address = visitor(Role.HISTORIAN), reverse("commitment-new", args=[register.case.pk])
    answer = historian.post(address, {**PROMISE, "due": "2018-07-01"})
    assert answer.status_code == 400
    assert "must not be before it was made, 2018-07-16" in " ".join(answer.context["form"].errors["due"])
    assert "nothing is claimed without a source" in " ".join(
        historian.post(address, {**PROMISE, "source": ""}).context["form"].errors["source"])
    answer = historian.post(address, PROMISE)
    assert answer.status_code == 302, answer.context["form"].errors
    made = Commitment.objects.get(key="K-0001")
    assert (made.by, made.to, str(made.due)) == (["A", "B"], ["C"], "2018-07-27")
    page = _text(historian.get(answer["Location"]))
    assert "missed (unsure)" in page
    assert "A and B: to hand over remains" in page


def test_evidence_is_added_to_a_promise_and_changes_its_state(register: SimpleNamespace, visitor: Visitors) -> None:
    historian, promise = visitor(Role.HISTORIAN), register.own.commitment
    page = reverse("commitment", args=[promise.pk])
    assert "State kept" in _text(historian.get(page))
    Fulfilment.objects.filter(commitment=promise).update(value=50)
    assert "State partly" in _text(historian.get(page))
    address = reverse("fulfilment-new", args=[promise.pk])
    said = {"effect": "fulfils", "on": "2018-08", "value": "5", "unit": "box", "bound": "exactly", "source": "DOC",
            "said_by": "A"}
    refused = historian.post(address, {**said, "by": "Z"})
    assert "must be one of those who owe it: A" in " ".join(refused.context["form"].errors["by"])
    assert historian.post(address, said).status_code == 302
    text = _text(historian.get(page))
    assert "State late" in text
    assert "F-0001" in text


@pytest.mark.parametrize(("name", "of", "said", "model"), [
    ("channel-new", "case", {"name": "A line", "between": "A\nB"}, Channel),
    ("channel-event-new", "channel", {"state": "restored", "on": "2018", "said_by": "A", "source": "DOC"}, None),
    ("meeting-new", "case", {"title": "Talks", "parties": "A\nB"}, Meeting),
    ("meeting-event-new", "meeting", {"state": "held", "on": "2018-07-15", "said_by": "A", "source": "DOC"},
     MeetingEvent),
    ("delegation-new", "meeting", {"party": "A", "leader": "Synthetic Leader", "rank": "colonel"}, None),
    ("agenda-item-new", "meeting", {"subject": "sites", "on_agenda": "true", "discussed": "", "said_by": "A",
                                    "source": "DOC"}, None),
    ("agreement-new", "case", {"title": "A paper", "made": "2018-07-16", "parties": "A\nB", "source": "DOC",
                               "meeting": "ME-own"}, Agreement),
    ("holding-new", "case", {"party": "A", "kind": "says", "as_of": "2018", "value": "3", "unit": "set", "said_by": "A",
                             "bound": "exactly", "source": "DOC"}, Holding),
    ("content-new", "case", {"transfer": "T-own", "as_of": "2018", "value": "3", "unit": "person", "said_by": "A",
                             "bound": "about", "source": "DOC"}, Content),
    ("access-new", "case", {"site": "Hill", "season": "2019", "state": "refused", "on": "2019", "said_by": "A",
                            "source": "DOC"}, None),
    ("payment-new", "case", {"state": "paid", "payer": "B", "payee": "A", "on": "2005", "value": "1000.5",
                             "unit": "XAF", "bound": "exactly", "said_by": "A", "source": "DOC"}, Payment),
    ("operation-new", "case", {"name": "Search", "site": "Hill", "on": "2019", "parties": "B", "count": "2",
                               "said_by": "A", "source": "DOC"}, Operation),
])
def test_each_kind_is_recorded_shown_corrected_and_withdrawn(register: SimpleNamespace, visitor: Visitors, name: str,
                                                             of: str, said: dict[str, str], model: Any) -> None:
    historian, manager = visitor(Role.HISTORIAN), visitor(Role.CASE_MANAGER)
    kind = name.removesuffix("-new")
    address = reverse(name, args=[register.own.rows[of].pk])
    assert historian.get(address).status_code == 200
    answer = historian.post(address, {**said, "key": "NEW-1"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert "It is recorded." in _text(historian.get(answer["Location"]))
    rows = type(register.own.rows[kind.replace("-", "_")])._default_manager
    row = rows.get(key="NEW-1")
    assert model is None or isinstance(row, model)
    again = historian.post(address, {**said, "key": "NEW-1"})
    assert again.status_code == 400
    assert "this key is in use in the case" in again.content.decode()
    page = reverse(kind, args=[row.pk])
    assert "NEW-1" in _text(historian.get(page))
    change = reverse(f"{kind}-correct", args=[row.pk])
    form = historian.get(change).context["form"]
    values = {n: "" if (v := form[n].value()) is None else v for n in form.fields}
    values = {n: v for n, v in values.items() if v is not False}
    answer = historian.post(change, {**values, "reason": "Read again."})
    assert answer.status_code == 302, answer.context["form"].errors
    row.refresh_from_db()
    assert row.version == 2
    assert "It says since" not in _text(historian.get(page))  # nothing that it says has changed by it
    assert manager.post(reverse(f"{kind}-withdraw", args=[row.pk]), {"reason": "Twice.", "version": 2}
                        ).status_code == 302
    assert "This record is withdrawn." in _text(manager.get(page))


def test_money_that_was_paid_is_a_currency_and_stays_one(register: SimpleNamespace, visitor: Visitors) -> None:
    address = reverse("payment-new", args=[register.case.pk])
    said = {"state": "paid", "payer": "B", "payee": "A", "on": "2005", "value": "8", "unit": "vehicle",
            "bound": "exactly", "said_by": "A", "source": "DOC"}
    historian = visitor(Role.HISTORIAN)
    refused = historian.post(address, said)
    assert "must be a currency, such as USD" in " ".join(refused.context["form"].errors["unit"])
    unnamed = historian.post(address, {**said, "unit": ""})
    assert "a number without a unit says nothing" in " ".join(unnamed.context["form"].errors["unit"])
    absent = historian.post(reverse("meeting-event-new", args=[register.own.meeting.pk]), {
        "state": "held", "on": "2018", "absent": "A", "said_by": "A", "source": "DOC"})
    assert "with not attended alone" in " ".join(absent.context["form"].errors["absent"])


def test_every_statement_can_be_reached_from_the_case(register: SimpleNamespace, visitor: Visitors) -> None:
    manager, seen = visitor(Role.CASE_MANAGER), set[str]()
    waiting = [reverse(name, args=[register.case.pk]) for name in ("claims", "talks", "holdings")]
    parts = ("/claims/", "/rivals/", "/parties/", "/promises/", "/talks/", "/channel", "/meeting", "/delegations/",
             "/agenda-items/", "/agreements/", "/commitments/", "/fulfilments/", "/holdings/", "/contents/", "/access/",
             "/payments/", "/operations/", "/preferences/")
    while waiting:
        address = waiting.pop().split("?")[0]
        if address in seen or not any(p in address for p in parts) or re.search("correct|withdraw|new/|custody",
                                                                               address):
            continue
        seen.add(address)
        waiting += re.findall(r'href="(/[^"]+)"', manager.get(address).content.decode())
    for name in ("party", "claim", "preference", "channel", "channel-event", "meeting", "meeting-event", "delegation",
                 "agenda-item", "agreement", "commitment", "fulfilment", "holding", "content", "access", "payment",
                 "operation"):
        assert reverse(name, args=[register.own.rows[name.replace("-", "_")].pk]) in seen, name
