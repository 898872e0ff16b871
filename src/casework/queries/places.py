"""Places and incidents."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from casework.policy import Permission
from casework.queries.counted import number_of
from casework.queries.visible import visible
from casework.store.models import Account, CaseFile, Incident, Person, Place

__all__ = ["incident", "incident_by_key", "incidents", "lost_in", "place", "place_by_key", "places"]


def places(actor: Account, case_file: CaseFile, *, text: str = "", withdrawn: bool = False) -> QuerySet[Any]:
    """The places of a case by name, with the number of their incidents as ``n_incidents``; raises NotAllowed."""
    rows = visible(actor, Permission.PLACE_READ, Place, withdrawn=withdrawn).filter(case=case_file)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(key__icontains=text) | Q(spellings__icontains=text))
    return rows.annotate(n_incidents=number_of(Incident.objects.all(), "place")).order_by("name", "key", "pk")


def place(actor: Account, number: int) -> Place:
    """One place, withdrawn or not; raises DoesNotExist, NotAllowed."""
    return visible(actor, Permission.PLACE_READ, Place, withdrawn=True).select_related("case").get(pk=number)


def incidents(actor: Account, case_file: CaseFile, *, text: str = "", at: Place | None = None,
              withdrawn: bool = False) -> QuerySet[Any]:
    """The incidents of a case by date, with the number of persons lost as ``n_persons``; raises NotAllowed."""
    rows = visible(actor, Permission.PLACE_READ, Incident, withdrawn=withdrawn).filter(case=case_file)
    if at is not None:
        rows = rows.filter(place=at)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(key__icontains=text) | Q(place_text__icontains=text))
    rows = rows.select_related("place").annotate(n_persons=number_of(Person.objects.all(), "incident"))
    return rows.order_by("date", "key", "pk")


def incident(actor: Account, number: int) -> Incident:
    """One incident, withdrawn or not; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.PLACE_READ, Incident, withdrawn=True)
    return rows.select_related("case", "place").get(pk=number)


def place_by_key(actor: Account, case_file: CaseFile, key: str) -> Place | None:
    """The standing place of that key, None where there is none; raises NotAllowed."""
    return visible(actor, Permission.PLACE_READ, Place).filter(case=case_file, key=key).first()


def incident_by_key(actor: Account, case_file: CaseFile, key: str) -> Incident | None:
    """The standing incident of that key, None where there is none; raises NotAllowed."""
    return visible(actor, Permission.PLACE_READ, Incident).filter(case=case_file, key=key).first()


def lost_in(actor: Account, one: Incident) -> QuerySet[Person]:
    """The persons of the roster who were lost in an incident; raises NotAllowed."""
    return visible(actor, Permission.ROSTER_READ, Person).filter(incident=one).order_by("name", "key")
