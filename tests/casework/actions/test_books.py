"""An account loaded into the register says there what it said before, and can be taken back."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from casework.actions.act import NotPossible
from casework.actions.books import load_account
from casework.actions.records import correct, withdraw
from casework.actions.statements import prefer, record_statement, take_back_preference
from casework.actions.undoing import undo_batch
from casework.policy import NotAllowed, Role
from casework.queries.books import account as book
from casework.queries.books import entry_rows, rivals
from casework.store.bridge import BOOK, said_by_row
from casework.store.models import Account, AuditEntry, CaseFile, Claim, Commitment, Person, Preference, StatusChange
from homeward.account import TABLES, korea_account
from homeward.model import InvalidValue, PartialDate

Accounts = Callable[..., Account]


@pytest.fixture
def korea(account: Accounts) -> CaseFile:
    return load_account(actor=account(Role.HISTORIAN), source=korea_account()).case


def test_an_account_comes_back_from_the_register_as_it_was(korea: CaseFile, account: Accounts) -> None:
    said, read = korea_account(), book(account(Role.REVIEWER), korea)
    for table in TABLES:
        assert getattr(read, table) == getattr(said, table), table
    assert (read.basis, read.note, read.title) == (said.basis, said.note, said.title)


def test_every_single_row_is_the_record_that_it_was_made_of(korea: CaseFile) -> None:
    said = korea_account()
    for name, table in BOOK.items():
        for record in getattr(said, name)[:20]:
            row = table.model._default_manager.get(case=korea, key=record.id)
            assert said_by_row(row) == record


def test_the_same_account_twice_changes_nothing(korea: CaseFile, account: Accounts) -> None:
    batch = load_account(actor=account(Role.HISTORIAN), source=korea_account())
    assert all(count["new"] == count["changed"] == 0 for count in batch.counts.values())


def test_a_changed_claim_is_superseded_and_undone_whole(korea: CaseFile, account: Accounts) -> None:
    said = korea_account()
    changed = replace(said, claims=(replace(said.claims[0], certainty="in doubt"), *said.claims[1:]))
    batch = load_account(actor=account(Role.HISTORIAN), source=changed)
    assert batch.counts["claims"] == {"new": 0, "changed": 1}
    assert book(account(Role.HISTORIAN), korea) == replace(changed, name=korea.key)
    undo_batch(actor=account(Role.CASE_MANAGER), batch=batch, reason="it was not in doubt")
    assert book(account(Role.HISTORIAN), korea).claims == said.claims
    first = korea.batches.order_by("pk")[0]
    undo_batch(actor=account(Role.CASE_MANAGER), batch=first, reason="another folder is right")
    korea.refresh_from_db()
    after = book(account(Role.HISTORIAN), korea)
    assert (after.claims, after.note) == ((), "")


def test_who_may_not_import_loads_nothing(account: Accounts) -> None:
    liaison = account(Role.LIAISON)
    before = AuditEntry.objects.count()
    with pytest.raises(NotAllowed):
        load_account(actor=liaison, source=korea_account())
    assert not CaseFile.objects.exists()
    assert AuditEntry.objects.count() == before


def test_of_rivals_one_is_preferred_and_the_choice_taken_back(korea: CaseFile, account: Accounts) -> None:
    historian = account(Role.HISTORIAN)
    group = next(c.group for c in korea_account().claims if c.group)
    one, other = rivals(historian, korea, group)[:2]
    first = prefer(actor=historian, claim=one, reason="it counts from records")
    with pytest.raises(NotPossible, match="already"):
        prefer(actor=historian, claim=one, reason="again")
    second = prefer(actor=historian, claim=other, reason="it is later")
    first.refresh_from_db()
    assert "it is later" in first.withdrawn_why
    take_back_preference(actor=historian, preference=second, reason="both stand")
    standing = [p for p in book(historian, korea).preferences if p.group == group and p.withdrawn_on is None]
    assert standing == []
    assert Preference.objects.filter(case=korea, group=group).count() >= 2


def test_what_the_science_would_refuse_is_refused_by_the_register(korea: CaseFile, account: Accounts) -> None:
    historian = account(Role.HISTORIAN)
    promise = Commitment.objects.filter(case=korea, due__isnull=False)[0]
    with pytest.raises(InvalidValue, match="before it was made"):
        correct(promise, actor=historian, changes={"due": "1949"}, reason="misread")
    claim = Claim.objects.filter(case=korea).exclude(unit="")[0]
    with pytest.raises(InvalidValue, match="unit"):
        correct(claim, actor=historian, changes={"unit": "coffin"}, reason="misread")
    cells = {"subject": "remains held", "value": "5", "unit": "box", "said_by": "A"}
    with pytest.raises(InvalidValue, match="source"):
        record_statement(actor=historian, case=korea, table="claims", cells=cells)
    with pytest.raises(InvalidValue, match="must be the key of a standing document"):
        record_statement(actor=historian, case=korea, table="claims", cells={**cells, "source": "nowhere"})
    made = record_statement(actor=historian, case=korea, table="claims", cells={**cells, "source": claim.source.key})
    assert made.key == "C-0001"
    with pytest.raises(NotAllowed):
        record_statement(actor=account(Role.REVIEWER), case=korea, table="claims",
                         cells={**cells, "source": claim.source.key})


def test_a_document_on_which_claims_rest_is_not_withdrawn(korea: CaseFile, account: Accounts) -> None:
    with pytest.raises(NotPossible, match="rests on it"):
        withdraw(Claim.objects.filter(case=korea)[0].source, actor=account(Role.CASE_MANAGER), reason="lost")


def test_the_roster_counts_itself(case_file: CaseFile, account: Accounts) -> None:
    actor = account(Role.HISTORIAN)
    persons = [Person.objects.create(case=case_file, key=f"P{i}") for i in range(3)]
    for status, dated in (("accounted for", "2019-03-01"), ("unaccounted for", "2020"), ("accounted for", "2021-05")):
        StatusChange.objects.create(person=persons[0], status=status, dated=PartialDate.parse(dated), reason="test",
                                    by=actor)
    ledger = book(actor, case_file).ledger()
    at = {day: ledger.as_of(PartialDate.parse(day).first_day).figure("unaccounted for").amount.low
          for day in ("2018-01-01", "2019-06-01", "2021-01-01", "2021-06-01")}
    assert at == {"2018-01-01": 3, "2019-06-01": 2, "2021-01-01": 3, "2021-06-01": 2}
    figure = ledger.as_of(PartialDate.parse("2021-06-01").first_day).figure("accounted for")
    assert list(entry_rows(actor, case_file, list(figure.records)).values()) == [persons[0]]
