"""Families: pedigrees, how to reach them, what they agreed to, the samples they gave."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from casework.store.fields import PartialDateField
from casework.store.models.documents import Document
from casework.store.models.people import SEXES, Person
from casework.store.models.records import Record, unique_key
from homeward.model import Sex

__all__ = ["CONSENT_SCOPES", "Consent", "Contact", "Family", "FamilyMember", "ReferenceSample"]

CONSENT_SCOPES = [(s, s) for s in ("identification in this case", "any identification of the missing",
                                   "identification and research")]


class Family(Record):
    """A pedigree; ``inbreeding`` holds the coefficients of founders that are not 0."""

    SUBJECT = "family"
    inbreeding = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "families"
        constraints: ClassVar = [unique_key("family")]


class FamilyMember(models.Model):
    """One member of a pedigree; ``person`` is set where the member is on the roster of the missing."""

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="members")
    key = models.CharField(max_length=120)
    father = models.CharField(max_length=120, null=True, blank=True)
    mother = models.CharField(max_length=120, null=True, blank=True)
    sex = models.CharField(max_length=8, choices=SEXES, default=Sex.UNKNOWN.value)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="places")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["family", "key"], condition=Q(withdrawn_at__isnull=True),
                                    name="member_key_once"),
            models.UniqueConstraint(fields=["person"], condition=Q(withdrawn_at__isnull=True),
                                    name="person_in_one_family"),
        ]

    def __str__(self) -> str:
        return f"{self.family}/{self.key}"


class Contact(Record):
    """How to reach a family; seen by the liaison alone, and by nobody else's pages."""

    SUBJECT = "contact"
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="contacts")
    member = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=300)
    telephone = models.CharField(max_length=60, blank=True)
    email = models.CharField(max_length=200, blank=True)
    address = models.TextField(blank=True)
    language = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("contact")]


class Consent(Record):
    """What a donor agreed to; without it no sample of theirs is compared."""

    SUBJECT = "family"
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="consents")
    member = models.CharField(max_length=120)
    scope = models.CharField(max_length=60, choices=CONSENT_SCOPES)
    given = PartialDateField()
    taken_back = PartialDateField(null=True, blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [unique_key("consent")]


class ReferenceSample(Record):
    """A sample from a relative, or from a personal item of the missing member; ``laboratory`` are its rates."""

    SUBJECT = "genetic"
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="samples")
    member = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=[(k, k) for k in ("relative", "personal item")])
    laboratory = models.JSONField(null=True, blank=True)
    taken = PartialDateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("reference_sample")]
