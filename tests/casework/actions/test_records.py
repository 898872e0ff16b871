"""Records are superseded, not edited."""

from collections.abc import Callable

import pytest

from casework.actions.act import Conflict, NotPossible
from casework.actions.records import correct, save_new, withdraw
from casework.policy import NotAllowed, Role
from casework.store.models import Account, AuditEntry, CaseFile, Organisation, Person, Remains, Revision
from homeward.model import InvalidValue, PartialDate

Accounts = Callable[..., Account]


@pytest.fixture
def person(case_file: CaseFile, account: Accounts) -> Person:
    return save_new(Person(case=case_file, key="P1", name="Synthetic One", born=PartialDate(1929)),
                    actor=account(Role.HISTORIAN))


def test_what_stood_before_a_correction_is_kept_with_who_and_why(person: Person, account: Accounts) -> None:
    historian = account(Role.HISTORIAN)
    correct(person, actor=historian, changes={"born": PartialDate(1930, 2)}, reason="the birth register says so")
    stored = Person.objects.get(key="P1")
    assert (stored.version, stored.born) == (2, PartialDate(1930, 2))
    before = Revision.objects.get(key="P1")
    assert (before.version, before.values["born"], before.by, before.act) == (1, "1929", historian, "corrected")
    assert before.reason == "the birth register says so"


def test_whoever_comes_second_is_told_and_nothing_is_written(person: Person, account: Accounts) -> None:
    historian = account(Role.HISTORIAN)
    correct(Person.objects.get(pk=person.pk), actor=historian, changes={"rank": "PFC"}, reason="muster roll", version=1)
    with pytest.raises(Conflict, match="since version 1"):
        correct(person, actor=historian, changes={"rank": "SGT"}, reason="another roll", version=1)
    assert Person.objects.get(pk=person.pk).rank == "PFC"
    assert Revision.objects.count() == 1


def test_a_correction_without_a_reason_is_refused(person: Person, account: Accounts) -> None:
    with pytest.raises(InvalidValue, match="reason"):
        correct(person, actor=account(Role.HISTORIAN), changes={"rank": "PFC"}, reason=" ")


def test_a_withdrawn_record_stays_and_frees_its_key(person: Person, case_file: CaseFile, account: Accounts) -> None:
    manager = account(Role.CASE_MANAGER)
    withdraw(person, actor=manager, reason="entered twice")
    with pytest.raises(NotPossible, match="withdrawn already"):
        withdraw(person, actor=manager, reason="entered twice")
    again = save_new(Person(case=case_file, key="P1", name="Synthetic Again"), actor=manager)
    assert Person.objects.filter(key="P1").count() == 2
    with pytest.raises(InvalidValue, match="in use"):
        save_new(Person(case=case_file, key="P1"), actor=manager)
    assert again.version == 1


def test_a_role_without_the_permission_writes_nothing(person: Person, account: Accounts) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(NotAllowed, match=r"roster\.write"):
        correct(person, actor=account(Role.DNA_ANALYST), changes={"rank": "PFC"}, reason="a guess")
    assert AuditEntry.objects.exclude(table_name="store_account").count() <= before
    assert Person.objects.get(pk=person.pk).rank == ""


def test_own_scope_does_not_reach_another_organisation(case_file: CaseFile, account: Accounts) -> None:
    other = Organisation.objects.create(key="M2", name="Second mission", kind="mission")
    team = account(Role.FIELD_TEAM)
    theirs = Remains(case=case_file, key="R2", organisation=other)
    with pytest.raises(NotAllowed, match="own organisation"):
        save_new(theirs, actor=team)


def test_the_audit_names_who_wrote(person: Person) -> None:
    entry = AuditEntry.objects.get(table_name="store_person", row_key=str(person.pk))
    assert (entry.actor, entry.act, entry.old) == ("user:historian", "insert", None)
