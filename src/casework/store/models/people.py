"""The roster: persons, the other names they bore, and what became of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from casework.store.fields import PartialDateField
from casework.store.models.accounts import Account
from casework.store.models.documents import Document
from casework.store.models.places import Incident
from casework.store.models.records import Record, unique_key
from homeward.model import Sex

__all__ = ["SEXES", "STATUSES", "Alias", "Person", "StatusChange"]

SEXES = [(s.value, s.value) for s in Sex]
STATUSES = [(s, s) for s in ("unaccounted for", "accounted for", "non-recoverable")]


class Person(Record):
    """Someone on the roster; ``search_text`` holds names, aliases and number in the form that is searched."""

    SUBJECT = "roster"
    name = models.CharField(max_length=300, blank=True)
    sex = models.CharField(max_length=8, choices=SEXES, default=Sex.UNKNOWN.value)
    born = PartialDateField(null=True, blank=True)
    missing_since = PartialDateField(null=True, blank=True)
    incident = models.ForeignKey(Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="persons")
    service_number = models.CharField(max_length=60, blank=True)
    service_branch = models.CharField(max_length=60, blank=True)
    service_unit = models.CharField(max_length=200, blank=True)
    rank = models.CharField(max_length=60, blank=True)
    vouched_by = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=20, choices=STATUSES, default="unaccounted for")
    search_text = models.TextField(blank=True, editable=False)

    class Meta:
        constraints: ClassVar = [unique_key("person")]
        indexes: ClassVar = [models.Index(fields=["case", "status"]), models.Index(fields=["case", "key"])]


class Alias(models.Model):
    """Another name or spelling that a person bore."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="aliases")
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=60, blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.name)


class StatusChange(models.Model):
    """One step in a person's history, with the document that it rests on."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="history")
    status = models.CharField(max_length=20, choices=STATUSES)
    dated = PartialDateField()
    reason = models.TextField()
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey("store.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.person}: {self.status}"
