"""The tables of records by name, for readers that take them as they are: rows of a case, one row, its revisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db import models
from django.db.models import QuerySet

from casework.policy import Permission
from casework.queries.visible import visible
from casework.store.bridge import BOOK
from casework.store.fields import SpanField
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

__all__ = ["READ_BY", "STATEMENTS", "Column", "columns_of", "listed", "one", "revisions_of"]

# The tables of an account by the names that addresses have; its sources and transfers are among the case's own.
STATEMENTS: Mapping[str, str] = MappingProxyType({
    {"actors": "parties", "agenda": "agenda-items", "entries": "ledger-entries"}.get(table, table.replace("_", "-")):
    table for table in BOOK if table not in ("sources", "transfers")})
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
    **{name: (BOOK[table].model, Permission(f"{BOOK[table].model.SUBJECT}.read"))
       for name, table in STATEMENTS.items()},
})
READ_BY: Mapping[str, Permission] = MappingProxyType({name: permission for name, (_, permission) in _TABLES.items()})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a statement: ``kind`` is text, number, count, truth, day, span, list or the table it refers to.

    ``blank``: whether it may be left out; ``most``: of a text, its most characters; ``words``: those it may hold.
    """

    name: str
    kind: str
    blank: bool
    most: int | None = None
    words: tuple[str, ...] = ()


def columns_of(name: str) -> tuple[Column, ...]:
    """What a statement says, column by column, for whoever describes it to machines."""
    table = BOOK[STATEMENTS[name]]
    own = [table.attribute(c) for c in table.columns if c != "id"]
    return tuple(_column(table.model._meta.get_field(attribute)) for attribute in own)


_OTHERS = {Document: "documents", Transfer: "transfers", Person: "persons", Incident: "incidents"}
_KINDS: tuple[tuple[Any, str], ...] = (
    (SpanField, "span"), (models.JSONField, "list"), (models.BooleanField, "truth"), (models.DateField, "day"),
    (models.PositiveIntegerField, "count"), (models.FloatField, "number"))


def _column(field: Any) -> Column:
    if field.is_relation:
        model = field.related_model
        name = _OTHERS.get(model) or next(n for n, t in STATEMENTS.items() if BOOK[t].model is model)
        return Column(field.name, name, field.null)
    kind = next((kind for of, kind in _KINDS if isinstance(field, of)), "text")
    return Column(field.name, kind, field.blank or field.has_default(), field.max_length,
                  tuple(str(word) for word, _ in field.choices or ()))


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
