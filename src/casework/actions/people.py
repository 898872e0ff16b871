"""The roster: persons, their other names, what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from casework.actions.act import NotPossible, act
from casework.actions.records import correct, save_new
from casework.actions.searchable import names_of, searchable_text
from casework.policy import Permission
from casework.store.models import (
    Account,
    Alias,
    CaseFile,
    Decision,
    Document,
    Incident,
    Organisation,
    Person,
    StatusChange,
)
from casework.store.models import people as _people
from homeward.model import InvalidValue, PartialDate, Sex

__all__ = ["STATUSES", "add_alias", "add_person", "change_status", "correct_person", "withdraw_alias"]

STATUSES = tuple(value for value, _ in _people.STATUSES)
_LONGEST_NAME = 300


def add_person(*, actor: Account, case: CaseFile, key: str, name: str = "", sex: Sex = Sex.UNKNOWN,
               born: PartialDate | None = None, missing_since: PartialDate | None = None,
               incident: Incident | None = None, service_number: str = "", service_branch: str = "",
               service_unit: str = "", rank: str = "", vouched_by: str = "",
               organisation: Organisation | None = None) -> Person:
    """Add someone to the roster; other names by ``add_alias``.

    Raises InvalidValue for a key in use or an incident of another case, NotAllowed.
    """
    return save_new(Person(
        case=case, key=key, name=name, sex=Sex(sex).value, born=born, missing_since=missing_since, incident=incident,
        service_number=service_number, service_branch=service_branch, service_unit=service_unit, rank=rank,
        vouched_by=vouched_by, organisation=organisation), actor=actor)


def correct_person(*, actor: Account, person: Person, changes: Mapping[str, Any], reason: str,
                   version: int | None = None, document: Document | None = None) -> Person:
    """Supersede what is said of a person, as ``records.correct``; the status has its own act, ``change_status``."""
    for name in ("status", "search_text"):
        if name in changes:
            raise InvalidValue(person.key, name, changes[name], "is not corrected; it follows from what is recorded")
    return correct(person, actor=actor, changes=changes, reason=reason, version=version, document=document)


def add_alias(*, actor: Account, person: Person, name: str, kind: str = "", document: Document | None = None) -> Alias:
    """Add another name or spelling that the person bore; raises InvalidValue for an empty or repeated one."""
    with act(actor, Permission.ROSTER_WRITE, person):
        person = _locked(person)
        name = name.strip()
        if not 0 < len(name) <= _LONGEST_NAME:
            raise InvalidValue(person.key, "name", name[:40], f"must hold 1 to {_LONGEST_NAME} characters")
        if name in names_of(person):
            raise InvalidValue(person.key, "name", name, "is recorded already")
        alias = Alias.objects.create(person=person, name=name, kind=kind, document=document)
        _searchable(person)
    return alias


def withdraw_alias(*, actor: Account, alias: Alias) -> Alias:
    """Take a name back that the person did not bear; the audit keeps it. Raises NotPossible where it is done already.
    """
    with act(actor, Permission.ROSTER_WRITE, alias.person):
        person = _locked(alias.person)
        if not Alias.objects.filter(pk=alias.pk, withdrawn_at__isnull=True).update(withdrawn_at=timezone.now()):
            raise NotPossible(f"{person.key}: the name is withdrawn already")
        _searchable(person)
    alias.refresh_from_db()
    return alias


def change_status(*, actor: Account, person: Person, status: str, dated: PartialDate, reason: str,
                  document: Document | None = None) -> StatusChange:
    """Record what became of a person, with the document that it rests on.

    Raises InvalidValue for no reason, no document where someone is no longer unaccounted for, or the status that
    stands; NotPossible while a signed decision names the person, which is withdrawn by its own act; NotAllowed.
    """
    with act(actor, Permission.ROSTER_WRITE, person):
        person = _locked(person)
        if status not in STATUSES:
            raise InvalidValue(person.key, "status", status, f"must be one of {', '.join(STATUSES)}")
        if status == person.status:
            raise InvalidValue(person.key, "status", status, "is what stands already")
        if not reason.strip():
            raise InvalidValue(person.key, "reason", reason, "must be given")
        if status != STATUSES[0] and document is None:
            raise InvalidValue(person.key, "document", "", f"must be given for {status}")
        if document is not None and document.case_id != person.case_id:
            raise InvalidValue(person.key, "document", document.key, "must be a document of the same case")
        if Decision.objects.filter(person=person, withdrawn_at__isnull=True).exists():
            raise NotPossible(f"{person.key} is accounted for by a signed decision: withdraw the decision")
        Person.objects.filter(pk=person.pk).update(status=status)
        return StatusChange.objects.create(person=person, status=status, dated=dated, reason=reason.strip(),
                                           document=document, by=actor)


def _locked(person: Person) -> Person:
    """The person as stored, held against others until the act ends; raises NotPossible where it is withdrawn."""
    stored = Person.objects.select_for_update().get(pk=person.pk)
    if stored.withdrawn_at is not None:
        raise NotPossible(f"{stored.key} is withdrawn")
    return stored


def _searchable(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(search_text=searchable_text(person))
