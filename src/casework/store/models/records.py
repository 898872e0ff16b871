"""What every record has in common: it belongs to a case, has a version, and is superseded rather than edited."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from casework.store.models.accounts import Account, Organisation
from casework.store.models.cases import CaseFile
from casework.store.models.imports import ImportBatch

__all__ = ["Record", "Revision", "unique_key"]


def unique_key(name: str) -> models.UniqueConstraint:
    """A key is used once in a case among the records that stand."""
    return models.UniqueConstraint(fields=["case", "key"], condition=Q(withdrawn_at__isnull=True),
                                   name=f"{name}_key_once", violation_error_message="this key is in use in the case")


class Record(models.Model):
    """Columns of every record. ``version`` grows by one with each correction; ``Revision`` keeps what stood before."""

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(ImportBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    SUBJECT: ClassVar[str] = ""  # the first word of the permissions that guard it

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.key)


class Revision(models.Model):
    """What a record said before it was corrected or withdrawn: by whom, when, why, on what document."""

    table_name = models.CharField(max_length=63)
    row = models.BigIntegerField()
    key = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    values = models.JSONField()
    act = models.CharField(max_length=10, choices=[(a, a) for a in ("corrected", "withdrawn", "restored")])
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    reason = models.TextField()
    document = models.ForeignKey("store.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(ImportBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["table_name", "row", "version"],
                                                         name="revision_once")]

    def __str__(self) -> str:
        return f"{self.key} version {self.version}"
