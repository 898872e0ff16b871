"""Forms of accounts, organisations and tokens."""

from __future__ import annotations

from typing import Any

from django import forms

from casework.policy import Role
from casework.queries.accounts import family_by_key, organisations
from casework.web.forms.fields import DeskForm, choices

__all__ = ["AccountForm", "NewAccountForm", "OrganisationForm", "PasswordForm", "TokenForm"]

_FIRST_WORD_HELP = "At least 12 characters; hand it over in person, to be changed at the first login."


class AccountForm(DeskForm):
    """Who somebody is in the register."""

    full_name = forms.CharField(label="Full name", required=False, max_length=200)
    role = forms.ChoiceField(choices=choices(r.value for r in Role if r is not Role.PUBLIC))
    organisation: Any = forms.ModelChoiceField(queryset=None, required=False, empty_label="none", help_text=(
        "Field teams, custodians, anthropologists and analysts reach the remains of their own organisation."))
    family = forms.CharField(label="Family", required=False, max_length=240, help_text=(
        "Of a family member alone: the family's key, or case/key where several cases have such a family."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations(self.actor)  # type: ignore[attr-defined]

    def clean_family(self) -> Any:
        """The family by its key."""
        key = self.cleaned_data["family"].strip()
        if not key:
            return None
        found = family_by_key(self.actor, key)
        if found is None:
            raise forms.ValidationError("There is no such family, or more than one: write case/family.")
        return found


class NewAccountForm(AccountForm):
    """A new account."""

    username = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    password = forms.CharField(label="First password", help_text=_FIRST_WORD_HELP, strip=False,
                               widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    field_order = ("username", "password", "full_name", "role", "organisation", "family")


class PasswordForm(DeskForm):
    """A new password."""

    password = forms.CharField(label="New password", help_text=_FIRST_WORD_HELP, strip=False,
                               widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))


class OrganisationForm(DeskForm):
    """A laboratory, a mission or an office."""

    key = forms.CharField(max_length=60)
    name = forms.CharField(max_length=200)
    kind = forms.ChoiceField(choices=choices(("laboratory", "mission", "office")))


class TokenForm(DeskForm):
    """A token for a program."""

    name = forms.CharField(max_length=100, help_text="What the program is, so that you know the token again.")
    days = forms.IntegerField(label="Good for how many days", initial=90, min_value=1, max_value=366)
