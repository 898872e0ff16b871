"""Forms of reviews, signatures and tellings."""

from __future__ import annotations

from django import forms

from casework.actions.tellings import HOW
from casework.queries.documents import document_by_key
from casework.web.forms.fields import DeskForm, PartialDateField, ReasonForm, area, choices

__all__ = ["PublishForm", "ReviewForm", "SignForm", "TellForm"]


class ReviewForm(ReasonForm):
    """One reviewer's verdict."""

    verdict = forms.ChoiceField(widget=forms.RadioSelect, choices=[
        ("agree", "I agree: the evidence carries this name"), ("disagree", "I disagree")])
    field_order = ("verdict", "reason")


class SignForm(ReasonForm):
    """A signature, with the document that it rests on."""

    document = forms.CharField(required=False, max_length=120, help_text="Key of the document that it rests on.")
    by_key = {"document": document_by_key}  # noqa: RUF012  as Django's forms declare their own


class TellForm(DeskForm):
    """Who of a family was told what, when and how."""

    told = forms.CharField(label="Who was told", max_length=300, help_text="In words: the sister and her husband.")
    what = forms.CharField(label="What they were told", widget=area(), max_length=10_000)
    how = forms.ChoiceField(choices=choices(HOW))
    dated = PartialDateField(label="When")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class PublishForm(DeskForm):
    """Nothing but the version that one has seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
