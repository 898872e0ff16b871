"""What the ledger counts beside the register's own persons: lots, and dated entries of official tables."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from casework.store.fields import SpanField
from casework.store.models.documents import Document
from casework.store.models.people import Person
from casework.store.models.places import Incident
from casework.store.models.records import Record, unique_key
from casework.store.models.remains import Transfer
from casework.store.models.sourced import one_of
from homeward.model.entries import LOT_KINDS, EntryKind

__all__ = ["LedgerEntry", "Lot"]


class Lot(Record):
    """Remains that are accounted together, by their origin: one row of an official table."""

    SUBJECT = "ledger"
    name = models.CharField(max_length=300)
    kind = one_of(LOT_KINDS)
    transfer = models.ForeignKey(Transfer, null=True, blank=True, on_delete=models.PROTECT, related_name="lots")

    class Meta:
        constraints: ClassVar = [unique_key("lot")]


class LedgerEntry(Record):
    """One dated record behind the ledger's figures; ``person`` where it is about one person of the roster."""

    SUBJECT = "ledger"
    kind = one_of(EntryKind)
    on = SpanField(null=True, blank=True)
    count = models.PositiveIntegerField(default=1)
    unit = models.CharField(max_length=20, default="person")
    upper = models.PositiveIntegerField(null=True, blank=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger_entries")
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="entries")
    place = models.CharField(max_length=300, blank=True)
    incident = models.ForeignKey(Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    latitude_deg = models.FloatField(null=True, blank=True)
    withdrawn = SpanField(null=True, blank=True)
    to = models.CharField(max_length=300, blank=True)
    source = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = "ledger entry"
        verbose_name_plural = "ledger entries"
        constraints: ClassVar = [unique_key("ledger_entry")]
