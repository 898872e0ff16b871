"""A case, and the reference material of its computations."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

__all__ = ["CaseFile", "FrequencySet", "HaplotypeSet"]


class FrequencySet(models.Model):
    """Allele frequencies and mutation models of a population; ``content`` is the science's table, whole."""

    digest = models.CharField(max_length=64, unique=True)
    population = models.CharField(max_length=200)
    source = models.TextField(blank=True)
    theta = models.FloatField(default=0.0)
    n_markers = models.PositiveIntegerField()
    content = models.JSONField()

    def __str__(self) -> str:
        return f"{self.population}, {self.n_markers} markers"


class HaplotypeSet(models.Model):
    """A database of mtDNA or Y haplotypes; ``content`` is the science's database, whole."""

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=4, choices=[("mito", "mtDNA"), ("y", "Y-STR")])
    content = models.JSONField()

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


class CaseFile(models.Model):
    """One accounting: a roster, its families, the remains, and the account of what was claimed, promised and counted.

    ``settings`` are prior and rule as the science has them. ``account``: what the account says beside its records, its
    note and the basis of its figures; the public sees it from ``account_public_at`` on.
    """

    key = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=300, blank=True)
    synthetic = models.BooleanField(default=False)
    settings = models.JSONField(default=dict)
    frequencies = models.ForeignKey(FrequencySet, null=True, blank=True, on_delete=models.PROTECT)
    mito_database = models.ForeignKey(HaplotypeSet, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    y_database = models.ForeignKey(HaplotypeSet, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    account = models.JSONField(default=dict, blank=True)
    account_public_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["key"]

    def __str__(self) -> str:
        return str(self.title or self.key)
