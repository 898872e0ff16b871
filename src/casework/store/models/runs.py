"""Runs of the science on the register's data, and the tiles that they have finished."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from casework.store.models.accounts import Account
from casework.store.models.cases import CaseFile

__all__ = ["RUN_STATES", "Run", "RunInput", "RunTile"]

RUN_STATES = [(s, s) for s in ("queued", "running", "finished", "failed", "cancelled")]


class Run(models.Model):
    """One run: its inputs' digest, parameters, versions and seed, its progress, and its result with its digest."""

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="runs")
    kind = models.CharField(max_length=40, default="identify")
    parameters = models.JSONField(default=dict)
    seed = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=RUN_STATES, default="queued", db_index=True)
    requested_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    progress = models.FloatField(default=0.0)
    cancel_requested = models.BooleanField(default=False)
    input_digest = models.CharField(max_length=64, blank=True)
    result_digest = models.CharField(max_length=64, blank=True)
    software = models.JSONField(default=dict)
    seconds = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    result = models.BinaryField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"run {self.pk}"


class RunInput(models.Model):
    """The case as a run took it, a zipped case folder: what is corrected later changes no run that has begun."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="input")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"input of {self.run}"


class RunTile(models.Model):
    """A finished block of a run; an interrupted run does not compute it again. A finished run keeps the digest alone.

    ``digest``: SHA-256 of what was computed; ``content``: the same, compressed.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="tiles")
    index = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        ordering: ClassVar = ["index"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "index"], name="tile_once")]

    def __str__(self) -> str:
        return f"{self.run} tile {self.index}"
