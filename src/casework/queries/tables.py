"""The tables of records by name, for readers that take them as they are: rows of a case, one row, its revisions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet

from casework.policy import Permission
from casework.queries.visible import visible
from casework.store.models import (
    Account,
    Consent,
    Contact,
    Container,
    Document,
    Element,
    Examination,
    Family,
    Incident,
    Person,
    Place,
    Profile,
    Record,
    ReferenceSample,
    Remains,
    RemainsSample,
    Revision,
    Transfer,
)

__all__ = ["READ_BY", "listed", "one", "revisions_of"]

# Samples are known to whoever keeps remains or families; what was found in them is in the profiles.
_TABLES: Mapping[str, tuple[type[Record], Permission]] = MappingProxyType({
    "persons": (Person, Permission.ROSTER_READ),
    "places": (Place, Permission.PLACE_READ),
    "incidents": (Incident, Permission.PLACE_READ),
    "documents": (Document, Permission.DOCUMENT_READ),
    "families": (Family, Permission.FAMILY_READ),
    "contacts": (Contact, Permission.CONTACT_READ),
    "consents": (Consent, Permission.FAMILY_READ),
    "reference-samples": (ReferenceSample, Permission.FAMILY_READ),
    "transfers": (Transfer, Permission.REMAINS_READ),
    "containers": (Container, Permission.REMAINS_READ),
    "remains": (Remains, Permission.REMAINS_READ),
    "elements": (Element, Permission.REMAINS_READ),
    "remains-samples": (RemainsSample, Permission.REMAINS_READ),
    "profiles": (Profile, Permission.GENETIC_READ),
    "examinations": (Examination, Permission.EXAMINATION_READ),
})
READ_BY: Mapping[str, Permission] = MappingProxyType({name: permission for name, (_, permission) in _TABLES.items()})


def listed(actor: Account, name: str, *, case: int | None = None, key: str | None = None,
           withdrawn: bool = False) -> QuerySet[Any]:
    """The rows of a table that the actor may see, of one case or of all; raises NotAllowed."""
    model, permission = _TABLES[name]
    rows: QuerySet[Any] = visible(actor, permission, model, withdrawn=withdrawn)
    if case is not None:
        rows = rows.filter(case=case)
    return rows if key is None else rows.filter(key=key)


def one(actor: Account, name: str, number: int) -> Any:
    """One row, withdrawn or not; raises DoesNotExist also for a row that the actor may not see, NotAllowed."""
    return listed(actor, name, withdrawn=True).get(pk=number)


def revisions_of(actor: Account, name: str, number: int) -> QuerySet[Revision]:
    """What the row said before, oldest first; raises DoesNotExist, NotAllowed."""
    row = one(actor, name, number)
    rows = Revision.objects.filter(table_name=type(row)._meta.db_table, row=row.pk)
    return rows.select_related("by").order_by("pk")
