"""The cases of the register, and what each of them holds in figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from casework.policy import Permission, may
from casework.queries.visible import visible
from casework.store.models import (
    Account,
    CaseFile,
    Container,
    Document,
    Family,
    Incident,
    Person,
    Place,
    Remains,
    Transfer,
)

__all__ = ["Figure", "case", "cases", "cases_with_roster", "figures", "statuses"]

# What is counted, who sees the figure, and which list it leads to.
_COUNTED = (
    ("persons on the roster", Permission.ROSTER_READ, Person, "roster"),
    ("incidents", Permission.PLACE_READ, Incident, "incidents"),
    ("places", Permission.PLACE_READ, Place, "places"),
    ("families", Permission.FAMILY_READ, Family, "families"),
    ("transfers", Permission.REMAINS_READ, Transfer, "transfers"),
    ("containers", Permission.REMAINS_READ, Container, "containers"),
    ("sets of remains", Permission.REMAINS_READ, Remains, "remains"),
    ("documents", Permission.DOCUMENT_READ, Document, "documents"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of what, and the name of the list that shows them."""

    words: str
    count: int
    listed: str


def cases(actor: Account) -> QuerySet[CaseFile]:
    """All cases; raises NotAllowed."""
    return visible(actor, Permission.CASE_READ, CaseFile)


def cases_with_roster(actor: Account) -> QuerySet[CaseFile]:
    """The cases on whose rosters somebody stands; raises NotAllowed."""
    return cases(actor).filter(Exists(Person.objects.filter(case=OuterRef("pk"))))


def case(actor: Account, number: int) -> CaseFile:
    """One case; raises DoesNotExist, NotAllowed."""
    return cases(actor).select_related("frequencies", "mito_database", "y_database").get(pk=number)


def figures(actor: Account, case_file: CaseFile) -> list[Figure]:
    """What the case holds, of what the actor may see."""
    return [Figure(words, visible(actor, permission, model).filter(case=case_file).count(), listed)
            for words, permission, model, listed in _COUNTED if may(actor.role, permission)]


def statuses(actor: Account, case_file: CaseFile) -> dict[str, int]:
    """How many persons of the roster are in each status; raises NotAllowed."""
    rows = visible(actor, Permission.ROSTER_READ, Person).filter(case=case_file)
    return dict(rows.order_by().values_list("status").annotate(Count("pk")))
