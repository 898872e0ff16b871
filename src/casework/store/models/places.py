"""Places, and the incidents in which people were lost."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from casework.store.fields import PartialDateField
from casework.store.models.records import Record, unique_key

__all__ = ["Incident", "Place"]


def _on_earth(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(name=f"{name}_on_earth", condition=(
        (Q(latitude_deg__isnull=True) | Q(latitude_deg__range=(-90, 90)))
        & (Q(longitude_deg__isnull=True) | Q(longitude_deg__range=(-180, 180)))))


class Place(Record):
    """A battlefield, camp, cemetery or laboratory; degrees of WGS 84."""

    SUBJECT = "place"
    name = models.CharField(max_length=200)
    spellings = models.JSONField(default=list, blank=True)
    kind = models.CharField(max_length=80, blank=True)
    latitude_deg = models.FloatField(null=True, blank=True)
    longitude_deg = models.FloatField(null=True, blank=True)
    approximate = models.BooleanField(default=False)
    source = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("place"), _on_earth("place")]


class Incident(Record):
    """One loss: where and when people went missing together."""

    SUBJECT = "place"
    name = models.CharField(max_length=200, blank=True)
    date = PartialDateField(null=True, blank=True)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="incidents")
    place_text = models.CharField(max_length=200, blank=True)
    latitude_deg = models.FloatField(null=True, blank=True)
    longitude_deg = models.FloatField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("incident"), _on_earth("incident")]
