"""Columns that statements share: where the words stand, who says them, and the number that they give."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from casework.store.models.documents import Document
from casework.store.models.records import Record
from homeward.model.quantities import Bound

__all__ = ["Counted", "MaybeCounted", "Quoted", "Sourced", "listing", "one_of"]

_BOUNDS = [(b.value, b.value) for b in Bound]


def one_of(values: Any, **kwargs: Any) -> models.CharField[str, str]:
    """A column that holds one of some words."""
    words = [str(v) for v in values]
    return models.CharField(max_length=max(20, *map(len, words)), choices=[(w, w) for w in words], **kwargs)


def listing() -> models.JSONField[Any, Any]:
    """A column of several names."""
    return models.JSONField(default=list, blank=True)


class Quoted(Record):
    """A record that rests on words in a document; ``start`` and ``end`` count characters of its text."""

    source = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    quote = models.TextField(blank=True)
    page = models.CharField(max_length=60, blank=True)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class Sourced(Quoted):
    """A record that somebody states; ``said_by``: who, and through whom it reached us: first → next → last."""

    said_by = models.CharField(max_length=1000)

    class Meta:
        abstract = True


class MaybeCounted(models.Model):
    """A number as it was stated, if one was: with its unit, its bound and the words of its hedge."""

    value = models.FloatField(null=True, blank=True)
    upper = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    bound = models.CharField(max_length=20, blank=True, choices=_BOUNDS)
    hedge = models.CharField(max_length=200, blank=True)
    unit_said = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


class Counted(MaybeCounted):
    """A number as it was stated; without a unit it says nothing."""

    class Meta:
        abstract = True
        constraints: ClassVar = [models.CheckConstraint(name="%(class)s_has_a_unit", condition=~Q(unit=""))]
