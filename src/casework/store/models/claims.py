"""Who said what: the parties who speak, what they claim, and which of rival claims is preferred."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from casework.store.fields import SpanField
from casework.store.models.records import Record, unique_key
from casework.store.models.sourced import MaybeCounted, Sourced, listing, one_of
from homeward.model.sources import ACTOR_KINDS

__all__ = ["Claim", "Party", "Preference"]


class Party(Record):
    """Somebody who speaks, promises or acts in public: a state, a command, a news agency, a person in an office."""

    SUBJECT = "claim"
    name = models.CharField(max_length=300)
    kind = one_of(ACTOR_KINDS, default="organisation")
    of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="own_parties")
    title = models.CharField(max_length=300, blank=True)
    spellings = listing()

    class Meta:
        verbose_name_plural = "parties"
        constraints: ClassVar = [unique_key("party")]


class Claim(Sourced, MaybeCounted):
    """One statement in one document: what its source said, which need not be true."""

    SUBJECT = "claim"
    subject = models.CharField(max_length=500)
    statement = models.TextField(blank=True)
    said = SpanField(null=True, blank=True)
    as_of = SpanField(null=True, blank=True)
    certainty = models.CharField(max_length=300, blank=True)
    denies = models.BooleanField(default=False)
    group = models.CharField(max_length=200, blank=True)
    figure = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("claim")]
        indexes: ClassVar = [models.Index(fields=["case", "group"], name="claim_group"),
                             models.Index(fields=["case", "figure"], name="claim_figure")]


class Preference(Record):
    """The choice of one claim among its rivals, for a reason; it is taken back, never erased."""

    SUBJECT = "claim"
    group = models.CharField(max_length=200)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="preferences")
    by = models.CharField(max_length=300)
    on = models.DateField()
    reason = models.TextField()
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=300, blank=True)
    withdrawn_why = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("preference"), models.UniqueConstraint(
            fields=["case", "group"], condition=Q(withdrawn_at__isnull=True, withdrawn_on__isnull=True),
            name="preference_one_of_group", violation_error_message="another claim of the group is preferred; take "
            "that back first")]
