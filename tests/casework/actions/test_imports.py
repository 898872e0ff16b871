"""Imports: shown first, applied whole or not at all, disputed where somebody's hand was on it, taken back whole."""

import os
import re
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.db import connection

from casework.actions import imports
from casework.actions.act import Conflict, NotPossible
from casework.actions.imports import load_case, preview, undo_batch
from casework.actions.people import add_alias
from casework.actions.records import correct, save_new, withdraw
from casework.policy import NotAllowed, Role
from casework.queries.people import search
from casework.store.bridge import case_of, records_of
from casework.store.models import (
    Account,
    AuditEntry,
    CaseFile,
    Family,
    FamilyMember,
    ImportBatch,
    Person,
    Remains,
    RemainsSample,
    Revision,
)
from homeward.formats import write_case
from homeward.model import Case, FaultyInput, Genotype, MissingPerson, PartialDate, Profile, Sex
from homeward.simulate import grow_case

Accounts = Callable[..., Account]


@pytest.fixture(scope="module")
def case() -> Case:
    return grow_case(families=6, remains=8, rng=np.random.default_rng(7)).case


@pytest.fixture
def manager(account: Accounts) -> Account:
    return account(Role.CASE_MANAGER)


def _file(batch: ImportBatch) -> CaseFile:
    return CaseFile.objects.get(pk=batch.case_id)


def _changed(case: Case) -> Case:
    """The case with a person's name corrected, one added, and one genotype of a profile changed."""
    first, *others = case.roster
    roster = (replace(first, name="Synthetic Corrected"), *others, MissingPerson("P-NEW", "Synthetic New", Sex.MALE))
    profile, *profiles = case.profiles
    marker = case.frequencies.markers[0]
    genotypes = {**profile.genotypes, marker.name: Genotype(marker.alleles[0], marker.alleles[1])}
    return replace(case, roster=roster, profiles=(Profile(profile.sample, genotypes), *profiles))


def test_a_second_import_adds_supersedes_and_leaves_alone(case: Case, manager: Account) -> None:
    load_case(actor=manager, source=case)
    batch = load_case(actor=manager, source=_changed(case))
    n = len(case.roster)
    assert batch.counts["roster"] == {"new": 1, "changed": 1, "unchanged": n - 1, "absent": 0}
    assert batch.counts["profiles"]["changed"] == 1
    first = Person.objects.get(key=case.roster[0].id)
    assert (first.name, first.version) == ("Synthetic Corrected", 2)
    kept = Revision.objects.get(table_name="store_person", row=first.pk)
    assert (kept.values["name"], kept.batch, kept.act) == (case.roster[0].name, batch, "corrected")
    assert "synthetic corrected" in first.search_text
    assert case_of(_file(batch)) == _changed(case)


def test_the_same_case_again_writes_nothing_but_the_batch(case: Case, manager: Account) -> None:
    load_case(actor=manager, source=case)
    before = AuditEntry.objects.count()
    load_case(actor=manager, source=case)
    assert AuditEntry.objects.count() == before + 1
    assert Revision.objects.count() == 0


def test_what_the_file_lacks_stays(case: Case, manager: Account) -> None:
    load_case(actor=manager, source=case)
    part = replace(case, families=(), reference_samples=(), profiles=(), roster=case.roster[:1])
    batch = load_case(actor=manager, source=part)
    assert batch.counts["roster"]["absent"] == len(case.roster) - 1
    assert case_of(_file(batch)) == case


def test_undo_restores_exactly_what_stood_before(case: Case, manager: Account) -> None:
    batch = load_case(actor=manager, source=case)
    second = load_case(actor=manager, source=_changed(case))
    undo_batch(actor=manager, batch=second, reason="wrong file")
    assert case_of(_file(batch)) == case
    assert case_of(_file(batch)).digest() == case.digest()
    assert Person.objects.get(key="P-NEW").withdrawn_at is not None
    undo_batch(actor=manager, batch=batch, reason="wrong case")
    assert all(not records for records in records_of(_file(batch)).values())
    again = load_case(actor=manager, source=case)
    assert case_of(_file(again)) == case


def test_undo_restores_pedigrees_and_the_case_itself(case: Case, manager: Account) -> None:
    batch = load_case(actor=manager, source=case)
    family = case.families[0]
    members = (*family.members, replace(family.members[0], id="added", father=None, mother=None, person=None))
    changed = replace(case, title="Another title", families=(replace(family, members=members), *case.families[1:]),
                      prior=replace(case.prior, on_roster=0.25))
    standing = FamilyMember.objects.filter(family__key=family.id, withdrawn_at__isnull=True).values_list("pk")
    rows = list(standing)
    second = load_case(actor=manager, source=changed)
    assert case_of(_file(batch)) == changed
    assert not set(standing.all()) & set(rows)
    undo_batch(actor=manager, batch=second, reason="wrong file")
    assert case_of(_file(batch)) == case
    assert list(standing.all()) == rows


def test_a_person_may_move_from_one_family_to_another_and_back(case: Case, manager: Account) -> None:
    batch = load_case(actor=manager, source=case)
    one, other, *rest = case.families
    moved = one.missing[0].person
    emptied = replace(one, members=tuple(replace(m, person=None) if m.person == moved else m for m in one.members))
    filled = replace(other, members=tuple(replace(m, person=moved) if m.person == other.missing[0].person else m
                                          for m in other.members))
    second = load_case(actor=manager, source=replace(case, families=(emptied, filled, *rest)))
    undo_batch(actor=manager, batch=second, reason="it was his brother")
    assert case_of(_file(batch)) == case


def test_undo_is_refused_where_later_work_rests_on_the_batch(case: Case, manager: Account) -> None:
    batch = load_case(actor=manager, source=case)
    person = Person.objects.get(key=case.roster[2].id)
    correct(person, actor=manager, changes={"rank": "PFC"}, reason="muster roll")
    with pytest.raises(NotPossible, match=case.roster[2].id):
        undo_batch(actor=manager, batch=batch, reason="wrong file")
    assert ImportBatch.objects.get(pk=batch.pk).undone_at is None
    assert case_of(_file(batch)) == case


def test_undo_is_refused_where_another_record_refers_to_the_batch(case: Case, manager: Account) -> None:
    batch = load_case(actor=manager, source=case)
    remains = Remains.objects.get(key=case.remains[0].id)
    RemainsSample.objects.create(case=_file(batch), key="S-LATER", remains=remains)
    with pytest.raises(NotPossible, match="S-LATER refers to"):
        undo_batch(actor=manager, batch=batch, reason="wrong file")


def test_an_earlier_batch_cannot_be_undone_before_a_later_one_that_changed_it(case: Case, manager: Account) -> None:
    first = load_case(actor=manager, source=case)
    second = load_case(actor=manager, source=_changed(case))
    with pytest.raises(NotPossible, match="was changed"):
        undo_batch(actor=manager, batch=first, reason="wrong file")
    undo_batch(actor=manager, batch=second, reason="wrong file")
    undo_batch(actor=manager, batch=first, reason="wrong file")
    with pytest.raises(NotPossible, match="undone already"):
        undo_batch(actor=manager, batch=first, reason="wrong file")


def test_a_record_corrected_by_hand_is_disputed(case: Case, manager: Account) -> None:
    batch = load_case(actor=manager, source=case)
    person = Person.objects.get(key=case.roster[0].id)
    correct(person, actor=manager, changes={"name": "Synthetic Byhand"}, reason="his sister wrote")
    with pytest.raises(FaultyInput, match="his sister wrote"):
        load_case(actor=manager, source=case)
    kept = load_case(actor=manager, source=_changed(case), disputed="keep")
    assert Person.objects.get(key=case.roster[0].id).name == "Synthetic Byhand"
    assert Person.objects.filter(key="P-NEW").exists()
    undo_batch(actor=manager, batch=kept, reason="once more")
    load_case(actor=manager, source=case, disputed="take")
    assert case_of(_file(batch)) == case
    load_case(actor=manager, source=_changed(case))


def test_a_correction_of_what_the_file_does_not_say_is_not_disputed(case: Case, manager: Account) -> None:
    load_case(actor=manager, source=case)
    person = Person.objects.get(key=case.roster[0].id)
    correct(person, actor=manager, changes={"rank": "PFC"}, reason="muster roll")
    load_case(actor=manager, source=_changed(case))
    stored = Person.objects.get(key=case.roster[0].id)
    assert (stored.name, stored.rank) == ("Synthetic Corrected", "PFC")


def test_a_record_withdrawn_by_hand_does_not_come_back_unseen(case: Case, manager: Account) -> None:
    spare = replace(case, roster=(*case.roster, MissingPerson("P-TWICE", "Synthetic Twice")))
    batch = load_case(actor=manager, source=spare)
    withdraw(Person.objects.get(key="P-TWICE"), actor=manager, reason="entered twice")
    with pytest.raises(FaultyInput, match="entered twice"):
        load_case(actor=manager, source=spare)
    load_case(actor=manager, source=spare, disputed="keep")
    assert case_of(_file(batch)) == case
    load_case(actor=manager, source=spare, disputed="take")
    assert case_of(_file(batch)) == spare


def test_a_preview_says_what_an_import_would_do_and_writes_nothing(case: Case, manager: Account,
                                                                   tmp_path: Path) -> None:
    load_case(actor=manager, source=case)
    write_case(_changed(case), tmp_path / "case")
    before = AuditEntry.objects.count()
    seen = preview(actor=manager, path=tmp_path / "case")
    assert AuditEntry.objects.count() == before
    assert (seen.faults, seen.is_new_case, seen.counts["roster"]["new"]) == ((), False, 1)
    new, changed = seen.rows["roster"]
    assert (new.key, new.act, new.values["name"]) == ("P-NEW", "new", "Synthetic New")
    assert changed.values["name"] == f"{case.roster[0].name} → Synthetic Corrected"
    assert seen.rows["profiles"][0].values["genotypes"].isascii() is False
    batch = load_case(actor=manager, source=tmp_path / "case", sha256=seen.sha256)
    assert batch.sha256 == seen.sha256


def test_a_file_that_is_not_the_one_shown_is_refused(case: Case, manager: Account, tmp_path: Path) -> None:
    write_case(case, tmp_path / "case")
    seen = preview(actor=manager, path=tmp_path / "case")
    write_case(_changed(case), tmp_path / "case")
    with pytest.raises(Conflict, match="not the file that was shown"):
        load_case(actor=manager, source=tmp_path / "case", sha256=seen.sha256)
    assert not CaseFile.objects.exists()


def test_a_table_goes_into_a_case_that_stands(case: Case, manager: Account, tmp_path: Path) -> None:
    batch = load_case(actor=manager, source=case)
    first = case.roster[0]
    (tmp_path / "roster.csv").write_text(
        f"name;person;born\nSynthetic Corrected;{first.id};1929-03\nSynthetic New;P-NEW;1930\n", encoding="utf-8")
    seen = preview(actor=manager, path=tmp_path / "roster.csv", into=_file(batch))
    assert seen.counts["roster"] == {"new": 1, "changed": 1, "unchanged": len(case.roster) - 1, "absent": 0}
    load_case(actor=manager, source=tmp_path / "roster.csv", into=_file(batch))
    after = case_of(_file(batch))
    assert after.roster[0] == MissingPerson(first.id, "Synthetic Corrected", Sex.UNKNOWN, PartialDate(1929, 3))
    assert after.roster[-1] == MissingPerson("P-NEW", "Synthetic New", Sex.UNKNOWN, PartialDate(1930))
    assert replace(after, roster=case.roster) == case


def test_faults_of_a_table_name_file_line_and_column(case: Case, manager: Account, tmp_path: Path) -> None:
    batch = load_case(actor=manager, source=case)
    (tmp_path / "roster.csv").write_text("person,incident,born\nP-1,NOWHERE,\n\nP-2,,31.12.1929\n", encoding="utf-8")
    seen = preview(actor=manager, path=tmp_path / "roster.csv", into=_file(batch))
    assert [(f.file, f.line, f.column, f.rule) for f in seen.faults] == [
        ("roster.csv", 2, "incident", "unknown-record"), ("roster.csv", 4, "born", "date")]
    with pytest.raises(FaultyInput):
        load_case(actor=manager, source=tmp_path / "roster.csv", into=_file(batch))
    assert ImportBatch.objects.count() == 1


def test_a_table_without_a_case_is_refused(manager: Account, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("person\nP-1\n", encoding="utf-8")
    assert preview(actor=manager, path=tmp_path / "roster.csv").faults[0].rule == "missing-manifest"


def test_what_contradicts_the_register_is_refused_whole(case: Case, manager: Account) -> None:
    batch = load_case(actor=manager, source=case)
    stranger = replace(case.families[0], id="F-OTHER")
    other = replace(case, families=(stranger,), reference_samples=(), profiles=())
    with pytest.raises(FaultyInput, match="one place in one family"):
        load_case(actor=manager, source=other)
    assert not Family.objects.filter(key="F-OTHER").exists()
    assert case_of(_file(batch)) == case


def test_texts_that_no_column_holds_are_faults(case: Case, manager: Account) -> None:
    wrong = replace(case, roster=(*case.roster, MissingPerson("P-LONG", "x" * 301), MissingPerson("P-NUL", "a\0b")))
    with pytest.raises(FaultyInput) as refused:
        load_case(actor=manager, source=wrong)
    assert [f.rule for f in refused.value.faults] == ["register-length", "register-text"]
    assert not CaseFile.objects.exists()


def test_a_role_imports_what_it_may_write_and_no_more(case: Case, account: Accounts) -> None:
    manager, historian = account(Role.CASE_MANAGER), account(Role.HISTORIAN)
    with pytest.raises(NotAllowed):
        load_case(actor=historian, source=case)
    load_case(actor=manager, source=case)
    more = replace(case, roster=(*case.roster, MissingPerson("P-NEW")))
    load_case(actor=historian, source=more)
    profile, *profiles = case.profiles
    fewer = replace(more, profiles=(Profile(profile.sample, {}), *profiles))
    with pytest.raises(NotAllowed, match=r"genetic\.write"):
        load_case(actor=historian, source=fewer)
    with pytest.raises(NotAllowed):
        load_case(actor=historian, source=replace(more, title="Another"))
    with pytest.raises(NotAllowed):
        preview(actor=account(Role.REVIEWER), path=Path("anything"))


def test_nothing_is_stored_where_loading_breaks_off(case: Case, manager: Account,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object, families: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("casework.actions.loading.Loading._fill_pedigrees", broken)
    with pytest.raises(RuntimeError):
        load_case(actor=manager, source=case)
    assert not any(model.objects.exists() for model in (CaseFile, Person, ImportBatch))


def test_new_records_may_belong_to_an_organisation(case: Case, manager: Account) -> None:
    load_case(actor=manager, source=case, organisation=manager.organisation)
    assert set(Remains.objects.values_list("organisation__key", flat=True)) == {"LAB"}


def test_save_new_after_an_import_keeps_the_order(case: Case, manager: Account) -> None:
    batch = load_case(actor=manager, source=case)
    save_new(Person(case=_file(batch), key="A-LATER", name="Synthetic Later"), actor=manager)
    assert case_of(_file(batch)).roster[-1].id == "A-LATER"


def test_a_bomb_and_a_huge_table_are_refused_before_they_are_read(case: Case, manager: Account, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("roster.csv", bytes(64 * 2**20))
    batch = load_case(actor=manager, source=case)
    (tmp_path / "roster.csv").touch()
    os.truncate(tmp_path / "roster.csv", 2**30)
    for name, rule in (("bomb.zip", "zip-size"), ("roster.csv", "file-size")):
        seen = preview(actor=manager, path=tmp_path / name, into=_file(batch))
        assert [f.rule for f in seen.faults] == [rule]


def test_what_looks_like_a_formula_goes_out_disarmed_and_comes_back(case: Case, manager: Account,
                                                                    tmp_path: Path) -> None:
    names = ("=1+1", "@SUM(A1)", "-2", "+3", "'=quoted", "\t=tab".strip())
    odd = replace(case, roster=(*case.roster, *(MissingPerson(f"P-{i}", n) for i, n in enumerate(names))))
    batch = load_case(actor=manager, source=odd)
    write_case(case_of(_file(batch)), tmp_path / "out")
    written = (tmp_path / "out" / "roster.csv").read_text(encoding="utf-8-sig")
    assert not re.search(r"(^|,)[=+@-]", written, re.MULTILINE)
    assert load_case(actor=manager, source=tmp_path / "out").counts["roster"]["changed"] == 0
    assert case_of(_file(batch)) == odd


# SQLite lets one import in at a time; in the tests it lies in memory, where threads collide.
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_do_not_mix(case: Case, account: Accounts) -> None:
    managers = [account(Role.CASE_MANAGER, name) for name in ("one", "two")]
    began = threading.Barrier(2)

    def work(manager: Account) -> None:
        try:
            began.wait()
            load_case(actor=manager, source=case)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(work, m) for m in managers]:
            done.result()
    assert ImportBatch.objects.count() == 2
    assert case_of(CaseFile.objects.get()) == case
    assert sorted(b.counts["roster"]["new"] for b in ImportBatch.objects.all()) == [0, len(case.roster)]


def test_a_record_entered_while_a_file_was_read_is_not_lost(case: Case, manager: Account, tmp_path: Path,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    batch = load_case(actor=manager, source=case)
    (tmp_path / "roster.csv").write_text("person,name\nP-NEW,Synthetic New\n", encoding="utf-8")
    person = Person.objects.get(key=case.roster[0].id)
    ordinary = imports._Asked.read
    calls: list[object] = []

    def slow(self: imports._Asked, into: CaseFile | None) -> object:
        read = ordinary(self, into)
        if not calls:
            correct(person, actor=manager, changes={"name": "Synthetic Meanwhile"}, reason="his sister wrote")
        calls.append(read)
        return read

    monkeypatch.setattr(imports._Asked, "read", slow)
    load_case(actor=manager, source=tmp_path / "roster.csv", into=_file(batch))
    assert len(calls) == 2
    roster = {p.id: p.name for p in case_of(_file(batch)).roster}
    assert (roster[person.key], roster["P-NEW"]) == ("Synthetic Meanwhile", "Synthetic New")


def test_other_names_stay_searched_through_imports_and_their_undoing(case: Case, manager: Account) -> None:
    batch = load_case(actor=manager, source=case)
    add_alias(actor=manager, person=Person.objects.get(key=case.roster[0].id), name="Kimball, C.")

    def found(text: str) -> list[str]:
        return [p.key for p in search(manager, _file(batch), text)]

    second = load_case(actor=manager, source=_changed(case))
    assert found("kimball corrected") == [case.roster[0].id]
    undo_batch(actor=manager, batch=second, reason="wrong file")
    assert found("kimball") == [case.roster[0].id]
    assert found("corrected") == []
