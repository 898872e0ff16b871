"""The roster: one person with the names, the history and the place in a family."""

from __future__ import annotations

from django.db.models import QuerySet

from casework.policy import Permission
from casework.queries.visible import visible
from casework.store.models import Account, Alias, CaseFile, Person, StatusChange
from casework.store.models import people as _people

__all__ = ["STATUSES", "alias", "aliases", "person", "person_by_key", "status_history"]

STATUSES = tuple(words for words, _ in _people.STATUSES)


def person(actor: Account, number: int) -> Person:
    """One person, withdrawn or not; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.ROSTER_READ, Person, withdrawn=True)
    return rows.select_related("case", "incident__place", "organisation", "batch").get(pk=number)


def person_by_key(actor: Account, case_file: CaseFile, key: str) -> Person | None:
    """The standing person of that key, None where there is none; raises NotAllowed."""
    return visible(actor, Permission.ROSTER_READ, Person).filter(case=case_file, key=key).first()


def aliases(actor: Account, one: Person) -> QuerySet[Alias]:
    """The other names of a person; raises NotAllowed."""
    rows = visible(actor, Permission.ROSTER_READ, Alias).filter(person=one)
    return rows.select_related("document").order_by("pk")


def alias(actor: Account, number: int) -> Alias:
    """One other name; raises DoesNotExist, NotAllowed."""
    return visible(actor, Permission.ROSTER_READ, Alias).select_related("person__case").get(pk=number)


def status_history(actor: Account, one: Person) -> QuerySet[StatusChange]:
    """What became of a person, step by step, with the document that each step rests on; raises NotAllowed."""
    rows = visible(actor, Permission.ROSTER_READ, StatusChange).filter(person=one)
    return rows.select_related("document", "by", "decision").order_by("pk")
