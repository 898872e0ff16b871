"""Examinations of remains, by line of evidence."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from casework.store.fields import PartialDateField
from casework.store.models.documents import Document
from casework.store.models.records import Record, unique_key
from casework.store.models.remains import Element, Remains

__all__ = ["LINES", "Examination"]

LINES = [(line, line) for line in ("inventory", "sex", "age", "stature", "dental", "radiograph", "trauma", "taphonomy",
                                   "effects", "circumstance", "other")]


class Examination(Record):
    """What was observed, kept apart from what is concluded; ``blind``: the examiner knew no name."""

    SUBJECT = "examination"
    remains = models.ForeignKey(Remains, on_delete=models.PROTECT, related_name="examinations")
    element = models.ForeignKey(Element, null=True, blank=True, on_delete=models.PROTECT, related_name="examinations")
    line = models.CharField(max_length=20, choices=LINES)
    examiner = models.CharField(max_length=200)
    dated = PartialDateField()
    method = models.CharField(max_length=300, blank=True)
    blind = models.BooleanField(default=False)
    observation = models.TextField()
    conclusion = models.TextField(blank=True)
    values = models.JSONField(default=dict, blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [unique_key("examination")]
