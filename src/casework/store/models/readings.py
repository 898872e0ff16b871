"""Documents as they were read: their text, and what a reader proposes of it for a person to decide."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from casework.store.models.accounts import Account
from casework.store.models.cases import CaseFile
from casework.store.models.documents import Document
from casework.store.models.sourced import one_of

__all__ = ["READ_KINDS", "READ_STATES", "DocumentText", "ReadProposal"]

READ_KINDS = ("claim", "meeting", "commitment", "event")  # of homeward.intake, which is slow to import
READ_STATES = ("open", "accepted", "edited", "rejected")


class DocumentText(models.Model):
    """The text of a document as it was decoded, whose characters the quotes count; ``reader``: what read it."""

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="reading")
    text = models.TextField()
    published_why = models.TextField(blank=True)
    publisher_why = models.TextField(blank=True)
    reader = models.CharField(max_length=200)
    refused = models.JSONField(default=list, blank=True)
    read_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"the text of {self.document}"


class ReadProposal(models.Model):
    """Something read in a document, which is no record until a person accepts it.

    ``records``: what would be recorded, a list of [table of the account, {column: cell}]; ``why``: the rules that led
    to it; ``made``: the records that it became, a list of [table, number of the row].
    """

    reading = models.ForeignKey(DocumentText, on_delete=models.PROTECT, related_name="proposals")
    number = models.PositiveIntegerField()
    kind = one_of(READ_KINDS)
    summary = models.TextField()
    records = models.JSONField(default=list, blank=True)
    quote = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    mark_start = models.PositiveIntegerField()
    mark_end = models.PositiveIntegerField()
    said_by = models.CharField(max_length=1000, blank=True)
    event_type = models.CharField(max_length=20, blank=True)
    confidence = models.FloatField()
    why = models.JSONField(default=list, blank=True)
    details = models.JSONField(default=dict, blank=True)
    state = one_of(READ_STATES, default="open", db_index=True)
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    made = models.JSONField(default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["reading", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["reading", "number"], name="read_once")]

    def __str__(self) -> str:
        return str(self.summary)
