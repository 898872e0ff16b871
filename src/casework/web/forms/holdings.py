"""Forms of what parties hold, hand over, let others see and pay."""

from __future__ import annotations

from django import forms

from casework.queries.holdings import public_transfer_by_key, public_transfers
from casework.web.forms.fields import area, choices
from casework.web.forms.statements import CountedForm, NamesField, SaidForm, SpanField
from homeward.model.access import AccessState, HoldingKind, PaymentState

__all__ = ["AccessForm", "ContentForm", "HoldingForm", "OperationForm", "PaymentForm"]


class HoldingForm(SaidForm, CountedForm):
    """How many remains a party says, or is thought, to hold."""

    party = forms.CharField(label="Who holds them", max_length=300)
    kind = forms.ChoiceField(label="Who says so", choices=[(HoldingKind.SAYS.value, "the party itself says so"),
                                                          (HoldingKind.IS_THOUGHT.value, "others think so")])
    as_of = SpanField(label="At what time")
    whose = forms.CharField(label="Of which dead", required=False, max_length=300)
    group = forms.CharField(label="Group of rivals", required=False, max_length=200)
    of_parties = ("party",)
    LAST = ("whose", "group")


class ContentForm(SaidForm, CountedForm):
    """What a transfer was found, or said, to contain."""

    transfer = forms.CharField(max_length=120, help_text="Key of the transfer.")
    as_of = SpanField(label="At what time this was known")
    whose = forms.CharField(label="Of which dead", required=False, max_length=300)
    by_key = {**SaidForm.by_key, "transfer": public_transfer_by_key}  # noqa: RUF012  as Django's forms declare theirs
    offers = {**SaidForm.offers, "transfer": public_transfers}  # noqa: RUF012
    LAST = ("whose",)


class AccessForm(SaidForm):
    """Access to a site in a season."""

    site = forms.CharField(max_length=300)
    season = forms.CharField(required=False, max_length=100, help_text="Such as 2019.")
    state = forms.ChoiceField(label="What was done", choices=choices(AccessState))
    on = SpanField(label="When")
    by = forms.CharField(label="By whom", required=False, max_length=300)
    to = forms.CharField(label="Access for whom", required=False, max_length=300)
    note = forms.CharField(required=False, widget=area(2), max_length=4000)
    of_parties = ("by", "to")
    LAST = ("note",)


class PaymentForm(SaidForm, CountedForm):
    """Money asked, offered, paid, refused or not paid."""

    state = forms.ChoiceField(label="What was done", choices=choices(PaymentState))
    payer = forms.CharField(label="Who pays, or is asked to", max_length=300)
    payee = forms.CharField(label="To whom", max_length=300)
    on = SpanField(label="When")
    what_for = forms.CharField(label="For what", required=False, max_length=500)
    running = forms.BooleanField(label="It is a total up to then, not one sum", required=False)
    group = forms.CharField(label="Group of rivals", required=False, max_length=200)
    of_parties = ("payer", "payee")
    LAST = ("what_for", "running", "group")


class OperationForm(SaidForm):
    """A search or recovery in the field."""

    name = forms.CharField(max_length=300)
    site = forms.CharField(max_length=300)
    on = SpanField(label="When")
    parties = NamesField(label="Who took part")
    count = forms.IntegerField(label="Of how many operations it stands", min_value=1, initial=1)
