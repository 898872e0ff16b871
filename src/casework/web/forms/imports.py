"""Forms of imports: the file, what becomes of records that were corrected by hand, why one takes it back."""

from __future__ import annotations

from typing import Any

from django import forms

from casework.actions.imports import DISPUTES
from casework.queries.cases import cases
from casework.web.forms.fields import DeskForm, choices

__all__ = ["TABLES", "ApplyForm", "ImportForm"]

TABLES = ("roster", "incidents", "families", "references", "remains", "elements", "samples", "transfers", "profiles",
          "mtdna", "ystr")
_WORDS = {"refuse": "refuse the import", "keep": "keep what the register says", "take": "take what the file says"}


class ImportForm(DeskForm):
    """What comes in, and where it goes."""

    file = forms.FileField(help_text="A case folder as ZIP, one of its tables as CSV or XLSX, a .fam of Familias, or a "
                           "neutral JSON case.")
    into: Any = forms.ModelChoiceField(label="Into which case", queryset=None, required=False,
                                  empty_label="a case of its own, by the name that the file gives")
    table = forms.ChoiceField(label="Which table it is", required=False, help_text=(
        "Of a single table alone, where the file's name does not say."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = cases(self.actor)  # type: ignore[attr-defined]
        self.fields["table"].choices = [("", "the name says it"), *choices(TABLES)]  # type: ignore[attr-defined]


class ApplyForm(forms.Form):
    """The import as it was shown."""

    token = forms.CharField(widget=forms.HiddenInput)
    sha256 = forms.CharField(widget=forms.HiddenInput, required=False)
    into = forms.IntegerField(widget=forms.HiddenInput, required=False)
    table = forms.CharField(widget=forms.HiddenInput, required=False)
    disputed = forms.ChoiceField(label="Records that were corrected or withdrawn by hand since",
                                 choices=[(d, _WORDS[d]) for d in DISPUTES], initial="refuse")

    def __init__(self, *args: Any, has_disputed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        if not has_disputed:
            self.fields["disputed"].widget = forms.HiddenInput()
