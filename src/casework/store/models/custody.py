"""The chain of custody: one row an event, new rows alone, each hashed with the one before."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from casework.store.models.accounts import Account
from casework.store.models.cases import CaseFile
from casework.store.models.documents import Document

__all__ = ["ITEM_KINDS", "CustodyEvent"]

ITEM_KINDS = ("container", "remains", "element", "sample")


class CustodyEvent(models.Model):
    """One item changes hands, or its holder opens, seals or uses it up.

    ``seq`` counts from 1 without a gap over the whole register. All hashed columns are text or whole numbers, so that
    both databases give the same bytes: ``at`` is a partial date, or a time of UTC as 2018-07-27T05:20Z.
    """

    seq = models.BigIntegerField(unique=True)
    handover = models.CharField(max_length=120, db_index=True)
    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="+")
    item_kind = models.CharField(max_length=10, choices=[(k, k) for k in ITEM_KINDS])
    item_key = models.CharField(max_length=120)
    act = models.CharField(max_length=20, choices=[(a, a) for a in ("received", "handed over", "released", "opened",
                                                                    "sealed", "used up")])
    giver = models.CharField(max_length=300, blank=True)
    receiver = models.CharField(max_length=300, blank=True)
    at = models.CharField(max_length=20)
    place = models.CharField(max_length=300)
    count = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=10, blank=True)
    seals = models.CharField(max_length=300, blank=True)
    mass_mg = models.BigIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    document_key = models.CharField(max_length=120, blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    actor = models.CharField(max_length=200)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    recorded = models.CharField(max_length=30)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["seq"]
        indexes: ClassVar = [models.Index(fields=["case", "item_kind", "item_key", "seq"])]

    def __str__(self) -> str:
        return f"{self.seq}: {self.item_kind} {self.item_key} {self.act}"
