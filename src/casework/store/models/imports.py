"""Imports: what was read, by whom, and whether it was taken back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

__all__ = ["ImportBatch"]


class ImportBatch(models.Model):
    """One import: applied whole or not at all, and undone whole."""

    case = models.ForeignKey("store.CaseFile", on_delete=models.PROTECT, related_name="batches")
    source = models.CharField(max_length=300)
    kind = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    by = models.ForeignKey("store.Account", on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("store.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"
