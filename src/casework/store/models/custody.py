"""The chain of custody: one row an event, new rows alone, each hashed with the one before."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from casework.store.models.cases import CaseFile
from homeward.custody import ACTS, ITEM_KINDS, LIMITS

__all__ = ["ITEM_KINDS", "CustodyEvent"]

_KINDS = [(kind, kind) for kind in ITEM_KINDS]


class CustodyEvent(models.Model):
    """One item changes hands, or its holder opens, seals, checks, divides or uses it up.

    ``seq`` counts from 1 without a gap over the whole register. All columns but ``hash`` and ``case`` are hashed, in
    the order in which they stand here; they are text or whole numbers, so that both databases give the same bytes.
    ``case`` says in the register's own numbers what ``case_key`` says to everyone.
    """

    form = models.PositiveSmallIntegerField(default=1)
    seq = models.BigAutoField(primary_key=True)  # given by the action that appends, never by the database
    handover = models.CharField(max_length=LIMITS["handover"], db_index=True)
    case_key = models.CharField(max_length=LIMITS["case_key"])
    item_kind = models.CharField(max_length=10, choices=_KINDS)
    item_key = models.CharField(max_length=LIMITS["item_key"])
    act = models.CharField(max_length=20, choices=[(act, act) for act in ACTS])
    giver = models.CharField(max_length=LIMITS["giver"])
    receiver = models.CharField(max_length=LIMITS["receiver"], blank=True)
    at = models.CharField(max_length=20)
    place = models.CharField(max_length=LIMITS["place"])
    parent_kind = models.CharField(max_length=10, choices=_KINDS, blank=True)
    parent_key = models.CharField(max_length=LIMITS["parent_key"], blank=True)
    count = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=10, blank=True)
    seals = models.CharField(max_length=LIMITS["seals"], blank=True)
    mass_mg = models.BigIntegerField(null=True, blank=True)
    difference = models.CharField(max_length=LIMITS["difference"], blank=True)
    note = models.TextField(blank=True)
    document_key = models.CharField(max_length=LIMITS["document_key"], blank=True)
    actor = models.CharField(max_length=LIMITS["actor"])
    recorded = models.CharField(max_length=20)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["seq"]
        indexes: ClassVar = [
            models.Index(fields=["case", "item_kind", "item_key", "seq", "case_key"], name="custody_item"),
            models.Index(fields=["case", "parent_kind", "parent_key"], condition=~Q(parent_key=""),
                         name="custody_parent"),
        ]
        constraints: ClassVar = [models.CheckConstraint(name="custody_counts_from_one", condition=Q(seq__gte=1))]

    def __str__(self) -> str:
        return f"{self.seq}: {self.item_kind} {self.item_key} {self.act}"
