"""Talks: channels, meetings and who sat in them, what was agreed, who owes what, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from casework.store.fields import SpanField
from casework.store.models.records import Record, unique_key
from casework.store.models.sourced import MaybeCounted, Quoted, Sourced, listing, one_of
from homeward.model.talks import COMMITMENT_KINDS, ChannelState, Effect, MeetingState

__all__ = ["AgendaItem", "Agreement", "Channel", "ChannelEvent", "Commitment", "Delegation", "Fulfilment", "Meeting",
           "MeetingEvent"]


class Channel(Record):
    """A line over which parties speak."""

    SUBJECT = "talk"
    name = models.CharField(max_length=300)
    between = listing()

    class Meta:
        constraints: ClassVar = [unique_key("channel")]


class ChannelEvent(Sourced):
    """A channel opened, cut or restored."""

    SUBJECT = "talk"
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="events")
    state = one_of(ChannelState)
    on = SpanField()
    by = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("channel_event")]


class Meeting(Record):
    """Talks between parties, whether they came about or not."""

    SUBJECT = "talk"
    title = models.CharField(max_length=300)
    parties = listing()
    place = models.CharField(max_length=300, blank=True)
    level = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("meeting")]


class MeetingEvent(Sourced):
    """One thing that was done about a meeting."""

    SUBJECT = "talk"
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="events")
    state = one_of(MeetingState)
    on = SpanField()
    meant_for = SpanField(null=True, blank=True)
    by = models.CharField(max_length=300, blank=True)
    absent = listing()
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("meeting_event")]


class Delegation(Record):
    """Who sat for a party at a meeting."""

    SUBJECT = "talk"
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="delegations")
    party = models.CharField(max_length=300)
    leader = models.CharField(max_length=300, blank=True)
    rank = models.CharField(max_length=200, blank=True)
    office = models.CharField(max_length=300, blank=True)
    members = listing()

    class Meta:
        constraints: ClassVar = [unique_key("delegation")]


class AgendaItem(Sourced):
    """A subject of a meeting; ``discussed`` is null where it is not known."""

    SUBJECT = "talk"
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    subject = models.CharField(max_length=500)
    on_agenda = models.BooleanField(null=True, blank=True)
    discussed = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("agenda_item")]


class Agreement(Quoted):
    """What parties agreed; commitments stand in it."""

    SUBJECT = "talk"
    title = models.CharField(max_length=500)
    made = SpanField()
    parties = listing()
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="agreements")

    class Meta:
        constraints: ClassVar = [unique_key("agreement")]


class Commitment(Sourced, MaybeCounted):
    """Who owes what to whom, how many, by when."""

    SUBJECT = "talk"
    agreement = models.ForeignKey(Agreement, null=True, blank=True, on_delete=models.PROTECT,
                                  related_name="commitments")
    by = listing()
    to = listing()
    what = models.TextField()
    kind = one_of(COMMITMENT_KINDS, default="other")
    made = SpanField()
    due = SpanField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("commitment")]


class Fulfilment(Sourced, MaybeCounted):
    """A piece of evidence about a commitment; ``record``: key of the transfer, operation, access or payment it rests
    on.
    """

    SUBJECT = "talk"
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="evidence")
    effect = one_of(Effect)
    on = SpanField()
    by = models.CharField(max_length=300, blank=True)
    record = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [unique_key("fulfilment")]
