"""Fields and forms that all subjects share: dates with precision, records by key, reasons, versions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from casework.queries.documents import documents
from homeward.model import InvalidValue, PartialDate

__all__ = ["DeskForm", "KeyInput", "LinesField", "PartialDateField", "ReasonForm", "WithdrawForm", "area", "choices"]

Finder = Callable[[Any, Any, str], Any]
Lister = Callable[[Any, Any], Any]
_MOST_OFFERED = 500
# Documents are asked for in most forms.
OFFERED: Mapping[str, Lister] = MappingProxyType({"document": documents, "basis": documents})


class PartialDateField(forms.CharField):
    """A date that may be known to the year or the month alone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 10, "help_text": "1950, 1950-12 or 1950-12-02", **kwargs})

    def clean(self, value: Any) -> PartialDate | None:
        """The date; None where nothing was written."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return PartialDate.parse(text)
        except InvalidValue as error:
            raise forms.ValidationError(error.allowed) from error

    def prepare_value(self, value: Any) -> Any:
        """The date as it is written."""
        return str(value) if isinstance(value, PartialDate) else value


class LinesField(forms.CharField):
    """Several texts, one on each line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> list[str]:
        """The lines that say something."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        """One on each line."""
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value


class KeyInput(forms.TextInput):
    """A key to be typed, with those of the case offered beneath it by the browser itself."""

    offer: Callable[[], Iterable[Any]] = staticmethod(lambda: ())

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The field, and the list that it offers."""
        listed = f"{name}-keys"
        field = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', (
            (row.key, str(getattr(row, "name", "") or getattr(row, "title", "") or row.key)) for row in self.offer()))
        return format_html('{}<datalist id="{}">{}</datalist>', field, listed, options)


class DeskForm(forms.Form):
    """A form of one account about one case; fields named in ``by_key`` hold the key of a record of the case.

    ``offers``: the records whose keys a field offers, by the field's name.
    """

    by_key: ClassVar[Mapping[str, Finder]] = {}
    offers: ClassVar[Mapping[str, Lister]] = {}

    def __init__(self, *args: Any, actor: Any = None, case: Any = None, **kwargs: Any) -> None:
        self.actor, self.case = actor, case
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name, listing in {**OFFERED, **self.offers}.items():
            if name in self.by_key and name in self.fields and case is not None:
                widget = KeyInput(self.fields[name].widget.attrs)
                widget.offer = partial(_first, listing, actor, case)
                widget.is_required = self.fields[name].required
                self.fields[name].widget = widget

    def clean(self) -> dict[str, Any]:
        """What was written, each key replaced by its record."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, find in self.by_key.items():
            key = cleaned.get(name)
            if name not in cleaned:
                continue
            cleaned[name] = find(self.actor, self.case, key) if key else None
            if key and cleaned[name] is None:
                self.add_error(name, f"There is no such record in this case: {key}.")
        return cleaned


class ReasonForm(DeskForm):
    """A reason, and the version of the record that one has seen."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=4000,
                             help_text="In your words; it stays with the record.")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class WithdrawForm(ReasonForm):
    """Why a record is withdrawn."""


def _first(listing: Lister, actor: Any, case: Any) -> Any:
    return listing(actor, case)[:_MOST_OFFERED]


def choices(values: Any) -> list[tuple[str, str]]:
    """Values as a choice; each is its own word."""
    return [(str(v), str(v)) for v in values]


def area(rows: int = 4) -> forms.Textarea:
    """A field of several lines."""
    return forms.Textarea(attrs={"rows": rows})
