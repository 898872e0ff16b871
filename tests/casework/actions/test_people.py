"""Persons on the roster: found under every name, accounted for on a document alone."""

from collections.abc import Callable

import pytest

from casework.actions.act import NotPossible
from casework.actions.documents import add_document
from casework.actions.people import add_alias, add_person, change_status, correct_person, withdraw_alias
from casework.actions.places import add_incident, add_place
from casework.actions.records import correct, withdraw
from casework.policy import NotAllowed, Role
from casework.queries.people import search
from casework.store.models import Account, CaseFile, Person, Revision, StatusChange
from homeward.model import InvalidValue, PartialDate, Sex

Accounts = Callable[..., Account]


@pytest.fixture
def historian(account: Accounts) -> Account:
    return account(Role.HISTORIAN)


@pytest.fixture
def person(case_file: CaseFile, historian: Account) -> Person:
    return add_person(actor=historian, case=case_file, key="P1", name="Chŏl-su Kim", sex=Sex.MALE,
                      service_number="US 55-123")


def _found(actor: Account, case_file: CaseFile, text: str) -> list[str]:
    return [p.key for p in search(actor, case_file, text)]


@pytest.mark.parametrize("text", ["kim chol", "CHOL KIM", "Kim, Chŏl", "su kim", "us 55", "55 123", "  kim "])
def test_a_person_is_found_by_parts_of_names_in_any_order_and_spelling(
        person: Person, case_file: CaseFile, historian: Account, text: str) -> None:
    assert _found(historian, case_file, text) == ["P1"]


@pytest.mark.parametrize("text", ["lee", "kim lee", "%", "_"])
def test_who_does_not_bear_every_word_is_not_found(person: Person, case_file: CaseFile, historian: Account,
                                                   text: str) -> None:
    found = _found(historian, case_file, text)
    assert found == ([] if text.strip("%_") else ["P1"])  # signs are no words, and no words find everyone


def test_hangul_is_found_however_it_is_composed(case_file: CaseFile, historian: Account) -> None:
    add_person(actor=historian, case=case_file, key="P2", name="김철수")
    decomposed = "김철수"
    assert _found(historian, case_file, decomposed) == _found(historian, case_file, "철수") == ["P2"]


def test_other_names_are_searched_until_they_are_withdrawn(person: Person, case_file: CaseFile,
                                                           historian: Account) -> None:
    alias = add_alias(actor=historian, person=person, name="Kimball, C.", kind="as on the roll")
    assert _found(historian, case_file, "kimball") == ["P1"]
    with pytest.raises(InvalidValue, match="recorded already"):
        add_alias(actor=historian, person=person, name="Kimball, C.")
    withdraw_alias(actor=historian, alias=alias)
    assert _found(historian, case_file, "kimball") == []
    with pytest.raises(NotPossible):
        withdraw_alias(actor=historian, alias=alias)


def test_a_corrected_name_is_searched_beside_the_other_names(person: Person, case_file: CaseFile,
                                                             historian: Account) -> None:
    add_alias(actor=historian, person=person, name="Kimball, C.")
    correct_person(actor=historian, person=person, changes={"name": "Chul Kim"}, reason="his sister writes it so")
    assert _found(historian, case_file, "chul") == _found(historian, case_file, "kimball") == ["P1"]
    assert _found(historian, case_file, "chol") == []
    assert Revision.objects.get(key="P1").values["name"] == "Chŏl-su Kim"


def test_filters_narrow_a_search(person: Person, case_file: CaseFile, historian: Account) -> None:
    incident = add_incident(actor=historian, case=case_file, key="I1", date=PartialDate(1950, 11))
    add_person(actor=historian, case=case_file, key="P2", name="Another Kim", incident=incident)
    assert [p.key for p in search(historian, case_file, "kim", incident=incident.pk)] == ["P2"]
    withdraw(person, actor=_manager(historian), reason="entered twice")
    assert _found(historian, case_file, "kim") == ["P2"]
    assert [p.key for p in search(historian, case_file, "kim", withdrawn=True)] == ["P2", "P1"]


def _manager(like: Account) -> Account:
    return Account.objects.create(username="m", role=Role.CASE_MANAGER.value, organisation=like.organisation)


def test_a_search_needs_the_permission(case_file: CaseFile, account: Accounts) -> None:
    with pytest.raises(NotAllowed):
        search(Account(username="x", role=Role.PUBLIC.value, is_active=True), case_file, "kim")


def test_a_status_rests_on_a_document(person: Person, case_file: CaseFile, historian: Account) -> None:
    with pytest.raises(InvalidValue, match="document"):
        change_status(actor=historian, person=person, status="non-recoverable", dated=PartialDate(1956),
                      reason="board of 1956")
    report = add_document(actor=historian, case=case_file, key="D1", title="Board proceedings", dated=PartialDate(1956))
    made = change_status(actor=historian, person=person, status="non-recoverable", dated=PartialDate(1956),
                         reason="board of 1956", document=report)
    assert Person.objects.get(pk=person.pk).status == "non-recoverable"
    assert list(StatusChange.objects.filter(person=person)) == [made]
    with pytest.raises(InvalidValue, match="stands already"):
        change_status(actor=historian, person=person, status="non-recoverable", dated=PartialDate(1957),
                      reason="again", document=report)
    change_status(actor=historian, person=person, status="unaccounted for", dated=PartialDate(1990),
                  reason="the place can be reached again")
    assert Person.objects.get(pk=person.pk).status == "unaccounted for"


def test_a_status_is_not_corrected_past_its_history(person: Person, historian: Account) -> None:
    with pytest.raises(InvalidValue, match="status"):
        correct_person(actor=historian, person=person, changes={"status": "accounted for"}, reason="a slip")


def test_records_refer_to_their_own_case_alone(person: Person, case_file: CaseFile, historian: Account) -> None:
    other = CaseFile.objects.create(key="OTHER", synthetic=True)
    theirs = add_incident(actor=historian, case=other, key="I1")
    with pytest.raises(InvalidValue, match="same case"):
        add_person(actor=historian, case=case_file, key="P2", incident=theirs)
    with pytest.raises(InvalidValue, match="same case"):
        correct(person, actor=historian, changes={"incident": theirs}, reason="the roll")


def test_a_place_is_on_the_earth_and_an_incident_there(case_file: CaseFile, historian: Account) -> None:
    with pytest.raises(InvalidValue):
        add_place(actor=historian, case=case_file, key="X", name="Nowhere", latitude_deg=91.0, longitude_deg=0.0)
    place = add_place(actor=historian, case=case_file, key="PL1", name="Invented Ridge", spellings=["발명"],
                      latitude_deg=1.0, longitude_deg=2.0, approximate=True)
    assert add_incident(actor=historian, case=case_file, key="I1", place=place).place_text == "Invented Ridge"


def test_what_others_rest_on_is_not_withdrawn(person: Person, case_file: CaseFile, historian: Account) -> None:
    incident = add_incident(actor=historian, case=case_file, key="I1")
    correct_person(actor=historian, person=person, changes={"incident": incident}, reason="the roll")
    manager = _manager(historian)
    with pytest.raises(NotPossible, match="P1"):
        withdraw(incident, actor=manager, reason="entered twice")
    correct_person(actor=historian, person=person, changes={"incident": None}, reason="another roll")
    withdraw(incident, actor=manager, reason="entered twice")
