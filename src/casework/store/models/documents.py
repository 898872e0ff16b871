"""Documents that records rest on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from casework.store.fields import PartialDateField
from casework.store.models.records import Record, unique_key

__all__ = ["Document"]


class Document(Record):
    """A report, a letter, a form, a photograph: where it is from, and its file if the register holds it."""

    SUBJECT = "document"
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=60, blank=True)
    publisher = models.CharField(max_length=200, blank=True)
    dated = PartialDateField(null=True, blank=True)
    address = models.CharField(max_length=500, blank=True)
    note = models.TextField(blank=True)
    file = models.FileField(upload_to="documents/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("document")]
