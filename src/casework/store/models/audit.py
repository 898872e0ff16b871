"""The audit: written by the database's triggers alone, never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Length

__all__ = ["AuditEntry"]

models.CharField.register_lookup(Length)


class AuditEntry(models.Model):
    """One write: who, when, which row, what it held before and what after."""

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=200)
    table_name = models.CharField(max_length=63)
    row_key = models.CharField(max_length=120)
    act = models.CharField(max_length=6)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["table_name", "row_key"])]
        constraints: ClassVar = [models.CheckConstraint(name="audit_names_an_actor",
                                                        condition=models.Q(actor__length__gt=0))]

    def __str__(self) -> str:
        return f"{self.actor} {self.act} {self.table_name} {self.row_key}"
