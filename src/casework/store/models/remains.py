"""Remains: from the transfer to the box, the accession, the element, the sample and its profile."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from casework.store.fields import PartialDateField
from casework.store.models.documents import Document
from casework.store.models.families import ReferenceSample
from casework.store.models.people import SEXES
from casework.store.models.records import Record, unique_key
from homeward.model import Sex

__all__ = ["Container", "Element", "Profile", "Remains", "RemainsSample", "Transfer"]


class Transfer(Record):
    """A hand-over between parties; boxes, sets, bones and persons are never added up."""

    SUBJECT = "remains"
    date = PartialDateField()
    giver = models.CharField(max_length=300)
    receiver = models.CharField(max_length=300)
    place = models.CharField(max_length=300, blank=True)
    count = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=10, null=True, blank=True, choices=[(u, u) for u in ("box", "set", "bone",
                                                                                          "person")])
    document_text = models.TextField(blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [unique_key("transfer"), models.CheckConstraint(
            name="transfer_count_with_unit", condition=Q(count__isnull=True, unit__isnull=True)
            | Q(count__isnull=False, unit__isnull=False))]


class Container(Record):
    """A box, bag or coffin."""

    SUBJECT = "remains"
    transfer = models.ForeignKey(Transfer, null=True, blank=True, on_delete=models.PROTECT, related_name="containers")
    kind = models.CharField(max_length=40, blank=True)
    label = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("container")]


class Remains(Record):
    """One accession, from a whole body to a fragment; ``sex`` as the remains show it."""

    SUBJECT = "remains"
    sex = models.CharField(max_length=8, choices=SEXES, default=Sex.UNKNOWN.value)
    transfer = models.ForeignKey(Transfer, null=True, blank=True, on_delete=models.PROTECT, related_name="remains")
    container = models.ForeignKey(Container, null=True, blank=True, on_delete=models.PROTECT, related_name="remains")
    recovered = PartialDateField(null=True, blank=True)
    provenience = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "remains"
        constraints: ClassVar = [unique_key("remains")]


class Element(Record):
    """One bone or tooth."""

    SUBJECT = "remains"
    remains = models.ForeignKey(Remains, on_delete=models.PROTECT, related_name="elements")
    bone = models.CharField(max_length=80)
    side = models.CharField(max_length=10, choices=[(s, s) for s in ("left", "right", "middle", "unsided")])
    portion = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("element")]


class RemainsSample(Record):
    """A sample cut from remains, from which element where that is known; ``laboratory`` are its rates."""

    SUBJECT = "genetic"
    remains = models.ForeignKey(Remains, on_delete=models.PROTECT, related_name="samples")
    element = models.ForeignKey(Element, null=True, blank=True, on_delete=models.PROTECT, related_name="samples")
    laboratory = models.JSONField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("remains_sample")]


class Profile(Record):
    """What a laboratory reported of one sample: STR genotypes, an mtDNA or a Y haplotype, as the science has it."""

    SUBJECT = "genetic"
    kind = models.CharField(max_length=4, choices=[("str", "STR"), ("mito", "mtDNA"), ("y", "Y-STR")])
    reference_sample = models.ForeignKey(ReferenceSample, null=True, blank=True, on_delete=models.PROTECT,
                                         related_name="profiles")
    remains_sample = models.ForeignKey(RemainsSample, null=True, blank=True, on_delete=models.PROTECT,
                                       related_name="profiles")
    content = models.JSONField()

    class Meta:
        constraints: ClassVar = [unique_key("profile"), models.CheckConstraint(
            name="profile_of_one_sample", condition=Q(reference_sample__isnull=True, remains_sample__isnull=False)
            | Q(reference_sample__isnull=False, remains_sample__isnull=True))]
