"""Forms of talks: channels, meetings, agreements, commitments and the evidence about them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django import forms

from casework.web.forms.fields import area, choices
from casework.web.forms.statements import (
    MaybeCountedForm,
    NamesField,
    QuotedForm,
    SaidForm,
    SpanField,
    StatementForm,
    finder,
    lister,
    yes_no,
)
from homeward.model.talks import COMMITMENT_KINDS, ChannelState, Effect, MeetingState

__all__ = ["EFFECT_WORDS", "AgendaItemForm", "AgreementForm", "ChannelEventForm", "ChannelForm", "CommitmentForm",
           "DelegationForm", "FulfilmentForm", "MeetingEventForm", "MeetingForm"]

EFFECT_WORDS: Mapping[str, str] = MappingProxyType({
    Effect.FULFILS.value: "it was done", Effect.PART.value: "a part of it was done",
    Effect.FAILS.value: "it was not done", Effect.CONTRADICTS.value: "something runs against it",
    Effect.OVERTAKES.value: "events made it pointless"})


class ChannelForm(StatementForm):
    """A line over which parties speak."""

    name = forms.CharField(max_length=300)
    between = NamesField(label="Between", help_text="The parties, at least two, one on each line.")


class ChannelEventForm(SaidForm):
    """A channel opened, cut or restored."""

    state = forms.ChoiceField(label="What was done", choices=choices(ChannelState))
    on = SpanField(label="When")
    by = forms.CharField(label="By whom", required=False, max_length=300)
    note = forms.CharField(required=False, widget=area(2), max_length=4000)
    of_parties = ("by",)
    LAST = ("note",)


class MeetingForm(StatementForm):
    """Talks between parties, whether they came about or not."""

    title = forms.CharField(max_length=300)
    parties = NamesField()
    place = forms.CharField(required=False, max_length=300)
    level = forms.CharField(required=False, max_length=300, help_text="As it was called: general officers, working "
                            "level.")


class MeetingEventForm(SaidForm):
    """One thing that was done about a meeting."""

    state = forms.ChoiceField(label="What was done", choices=choices(MeetingState))
    on = SpanField(label="When this was done or said")
    meant_for = SpanField(label="For when the meeting was set", required=False)
    by = forms.CharField(label="By whom", required=False, max_length=300)
    absent = NamesField(label="Who did not come", required=False, help_text="With not attended alone; one on each "
                        "line.")
    note = forms.CharField(required=False, widget=area(2), max_length=4000)
    of_parties = ("by",)
    LAST = ("note",)


class DelegationForm(StatementForm):
    """Who sat for a party at a meeting."""

    party = forms.CharField(max_length=300)
    leader = forms.CharField(required=False, max_length=300, help_text="As the source names the leader.")
    rank = forms.CharField(required=False, max_length=200)
    office = forms.CharField(required=False, max_length=300)
    members = NamesField(label="The others", required=False)
    of_parties = ("party",)


class AgendaItemForm(SaidForm):
    """A subject of a meeting, which may have been on the agenda, discussed, both or neither."""

    subject = forms.CharField(max_length=500)
    on_agenda = yes_no("On the agenda", "not known")
    discussed = yes_no("Discussed", "not known, which a source may say in so many words")


class AgreementForm(QuotedForm):
    """What parties agreed."""

    title = forms.CharField(max_length=500)
    made = SpanField(label="When it was made")
    parties = NamesField()
    meeting = forms.CharField(label="Meeting it came of", required=False, max_length=120, help_text="Key of the "
                              "meeting.")
    by_key = {**QuotedForm.by_key, "meeting": finder("meetings")}  # noqa: RUF012  as Django's forms declare their own
    offers = {**QuotedForm.offers, "meeting": lister("meetings")}  # noqa: RUF012


class CommitmentForm(SaidForm, MaybeCountedForm):
    """Who owes what to whom, how many, by when."""

    by = NamesField(label="Who owes it", help_text="One on each line; where several do, each owes it for his part.")
    to = NamesField(label="To whom", required=False)
    what = forms.CharField(label="What was promised", widget=area(2), max_length=4000, help_text="In our own words: to "
                           "hand over remains already collected.")
    kind = forms.ChoiceField(choices=choices(COMMITMENT_KINDS), initial="other")
    made = SpanField(label="When it was promised")
    due = SpanField(label="By when, or in what time", required=False, help_text="2018-07-27, or 2018-10-01/2018-11-30 "
                    "for a time in which; left empty where no day was said.")
    agreement = forms.CharField(required=False, max_length=120, help_text="Key of the agreement in which it stands.")
    note = forms.CharField(required=False, widget=area(2), max_length=4000)
    by_key = {**SaidForm.by_key, "agreement": finder("agreements")}  # noqa: RUF012
    offers = {**SaidForm.offers, "agreement": lister("agreements")}  # noqa: RUF012
    LAST = ("note",)


class FulfilmentForm(SaidForm, MaybeCountedForm):
    """A piece of evidence about a commitment."""

    effect = forms.ChoiceField(label="What it says of the promise", choices=list(EFFECT_WORDS.items()))
    on = SpanField(label="When")
    by = forms.CharField(label="Whose part it concerns", required=False, max_length=300, help_text="Left empty, of all "
                         "who owe it.")
    record = forms.CharField(label="Record that it rests on", required=False, max_length=120, help_text="Key of the "
                             "transfer, operation, access, payment or meeting.")
    note = forms.CharField(required=False, widget=area(2), max_length=4000)
    LAST = ("note",)
