"""Documents as they were read: their text, and what a reader proposes of it for a person to decide."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

from casework.store.models.accounts import Account
from casework.store.models.cases import CaseFile
from casework.store.models.documents import Document
from casework.store.models.sourced import one_of

__all__ = ["READING_STATES", "READ_KINDS", "READ_STATES", "DocumentText", "ReadProposal", "ReadRecord"]

READ_KINDS = ("claim", "meeting", "commitment", "event")  # of homeward.intake, which is slow to import
READ_STATES = ("open", "accepted", "edited", "rejected")
READING_STATES = ("waiting", "read", "failed")


class DocumentText(models.Model):
    """The text of a document as it was decoded, whose characters the quotes count; ``reader``: what read it.

    A long text waits until the worker has read it.
    """

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="reading")
    text = models.TextField()
    published_why = models.TextField(blank=True)
    publisher_why = models.TextField(blank=True)
    reader = models.CharField(max_length=200, blank=True)
    state = one_of(READING_STATES, default="waiting")
    refused = models.JSONField(default=list, blank=True)
    read_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"the text of {self.document}"


class ReadProposal(models.Model):
    """Something read in a document, which is no record until a person accepts it.

    ``records``: what would be recorded, a list of [table of the account, {column: cell}]; ``decided_as``: the same as
    the person who decided left it; ``same``: the digest of what it says, by which others that say the same are found;
    ``why``: the rules that led to it; ``details``: times with their reasons, actors, places.
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
    same = models.CharField(max_length=64, blank=True, db_index=True)
    why = models.JSONField(default=list, blank=True)
    details = models.JSONField(default=dict, blank=True)
    state = one_of(READ_STATES, default="open", db_index=True)
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_as = models.JSONField(default=list, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["reading", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reading", "number"], name="read_once"),
            models.CheckConstraint(name="read_quote_as_long_as_its_place",
                                   condition=Q(end=F("start") + Length("quote"))),
            models.CheckConstraint(name="read_mark_within_quote", condition=Q(
                mark_start__gte=F("start"), mark_end__lte=F("end"), mark_start__lt=F("mark_end"))),
            models.CheckConstraint(name="read_decided_by_someone", condition=Q(
                state="open", decided_by__isnull=True, decided_at__isnull=True) | (~Q(state="open") & Q(
                    decided_by__isnull=False, decided_at__isnull=False)))]

    def __str__(self) -> str:
        return str(self.summary)


class ReadRecord(models.Model):
    """A record that an accepted proposal became, in a table of the account; it stays named when it is withdrawn."""

    proposal = models.ForeignKey(ReadProposal, on_delete=models.PROTECT, related_name="made")
    table = models.CharField(max_length=40)
    row = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["table", "row"], name="record_read_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"
