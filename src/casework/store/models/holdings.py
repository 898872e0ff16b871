"""What parties hold, hand over, let others see and pay."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from casework.store.fields import SpanField
from casework.store.models.records import unique_key
from casework.store.models.remains import Transfer
from casework.store.models.sourced import Counted, Sourced, listing, one_of
from homeward.model.access import AccessState, HoldingKind, PaymentState

__all__ = ["Access", "Content", "Holding", "Operation", "Payment"]


class Holding(Sourced, Counted):
    """How many remains a party says, or is thought, to hold at a time."""

    SUBJECT = "claim"
    party = models.CharField(max_length=300)
    kind = one_of(HoldingKind)
    as_of = SpanField()
    whose = models.CharField(max_length=300, blank=True)
    group = models.CharField(max_length=200, blank=True)

    class Meta(Counted.Meta):
        constraints: ClassVar = [unique_key("holding"), *Counted.Meta.constraints]


class Content(Sourced, Counted):
    """What a transfer was found, or said, to contain, in another unit than it was counted in."""

    SUBJECT = "claim"
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="contents")
    as_of = SpanField()
    whose = models.CharField(max_length=300, blank=True)

    class Meta(Counted.Meta):
        constraints: ClassVar = [unique_key("content"), *Counted.Meta.constraints]


class Access(Sourced):
    """Access to a site in a season: asked for, granted, refused or withdrawn."""

    SUBJECT = "claim"
    site = models.CharField(max_length=300)
    season = models.CharField(max_length=100, blank=True)
    state = one_of(AccessState)
    on = SpanField()
    by = models.CharField(max_length=300, blank=True)
    to = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "access"
        constraints: ClassVar = [unique_key("access")]


class Payment(Sourced, Counted):
    """Money asked, offered, paid, refused or not paid; ``running``: a total up to then, not one sum."""

    SUBJECT = "claim"
    state = one_of(PaymentState)
    payer = models.CharField(max_length=300)
    payee = models.CharField(max_length=300)
    on = SpanField()
    what_for = models.CharField(max_length=500, blank=True)
    running = models.BooleanField(default=False)
    group = models.CharField(max_length=200, blank=True)

    class Meta(Counted.Meta):
        constraints: ClassVar = [unique_key("payment"), *Counted.Meta.constraints]


class Operation(Sourced):
    """A search or recovery in the field; ``count``: of how many operations it stands."""

    SUBJECT = "claim"
    name = models.CharField(max_length=300)
    site = models.CharField(max_length=300)
    on = SpanField()
    parties = listing()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [unique_key("operation")]
