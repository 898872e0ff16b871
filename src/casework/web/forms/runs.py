"""The form that asks for a run."""

from __future__ import annotations

from typing import Any

from django import forms

from casework.actions.run_parameters import PARAMETERS
from casework.web.forms.fields import DeskForm, area

__all__ = ["RunForm"]

_YES, _NO = {"true", "yes"}, {"false", "no"}


class RunForm(DeskForm):
    """Settings to be tried instead of the case's, one on each line."""

    settings = forms.CharField(label="Settings to try instead of the case's", required=False, widget=area(3),
                               help_text=f"One on each line, as rule.posterior = 0.999: {', '.join(PARAMETERS)}.")
    seed = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1,
                              help_text="Of the run's random numbers, where it draws any.")

    def clean_settings(self) -> dict[str, Any]:
        """The settings by name; what each may be the action says."""
        found = {}
        for line in self.cleaned_data["settings"].splitlines():
            if line.strip():
                name, equals, value = line.partition("=")
                if not equals:
                    raise forms.ValidationError(f"{line.strip()}: must be of the form name = value.")
                found[name.strip()] = _value(value.strip())
        return found

    def parameters(self) -> dict[str, Any]:
        """The settings as the run takes them."""
        return dict(self.cleaned_data["settings"])


def _value(text: str) -> Any:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text
