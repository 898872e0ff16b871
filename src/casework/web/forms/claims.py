"""Forms of claims, of the parties who make them, and of the choice among rivals."""

from __future__ import annotations

from django import forms

from casework.web.forms.fields import DeskForm, area, choices
from casework.web.forms.statements import (
    MaybeCountedForm,
    NamesField,
    SaidForm,
    SpanField,
    StatementForm,
    finder,
    lister,
)
from homeward.model.sources import ACTOR_KINDS

__all__ = ["ClaimForm", "PartyForm", "PreferForm", "TakeBackForm"]


class ClaimForm(SaidForm, MaybeCountedForm):
    """What a source says, which need not be true."""

    subject = forms.CharField(max_length=500, help_text="What it is about, in a few words that rivals share: "
                              "unaccounted for, Korean War.")
    statement = forms.CharField(label="The claim in our own words", required=False, widget=area(2), max_length=4000)
    said = SpanField(label="When it was said", required=False)
    as_of = SpanField(label="The time that it speaks of", required=False)
    certainty = forms.CharField(required=False, max_length=300,
                                help_text="In the source’s own words: believed, estimate, confirmed.")
    denies = forms.BooleanField(label="It denies the statement", required=False)
    group = forms.CharField(label="Group of rivals", required=False, max_length=200,
                            help_text="Claims with the same word here stand side by side.")
    figure = forms.CharField(label="Figure of the ledger", required=False, max_length=200,
                             help_text="Key of the figure that it gives a value for: unaccounted for.")
    FIRST = ("subject", "statement")
    LAST = ("said", "as_of", "certainty", "denies", "group", "figure")


class PartyForm(StatementForm):
    """Somebody who speaks, promises or acts in public."""

    name = forms.CharField(max_length=300, help_text="Persons only as a source names them in a public act.")
    kind = forms.ChoiceField(choices=choices(ACTOR_KINDS), initial="organisation")
    of = forms.CharField(label="Belongs to, or speaks for", required=False, max_length=120,
                         help_text="Key of another party.")
    title = forms.CharField(label="Rank or office", required=False, max_length=300)
    spellings = NamesField(label="Other names that sources use", required=False)
    by_key = {**StatementForm.by_key, "of": finder("actors")}  # noqa: RUF012  as Django's forms declare their own
    offers = {"of": lister("actors")}  # noqa: RUF012


class PreferForm(DeskForm):
    """Why a claim is preferred."""

    reason = forms.CharField(widget=area(3), max_length=4000, help_text="In your words; it stands beside the claim.")


class TakeBackForm(DeskForm):
    """Why a preference is taken back."""

    reason = forms.CharField(widget=area(3), max_length=4000, help_text="In your words; the preference and its reason "
                             "stay on the page.")
