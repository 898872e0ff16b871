"""What forms of statements share: where the words stand, who says them, spans of time, names, numbers with units."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from casework.queries.books import statement_by_key, statements
from casework.queries.claims import parties
from casework.queries.documents import document_by_key, documents
from casework.web.forms.fields import KeyInput, LinesField, area, choices
from casework.web.forms.records import RecordForm
from homeward.model import InvalidValue
from homeward.model.quantities import UNITS, Bound
from homeward.model.sources import Chain
from homeward.model.spans import Span

__all__ = ["CountedForm", "MaybeCountedForm", "NamesField", "QuotedForm", "SaidForm", "SpanField", "StatementForm",
           "finder", "lister", "yes_no"]

_MOST_PARTIES = 500
_CURRENCY = re.compile(r"[A-Z]{3}")
_CURRENCIES = ("USD", "EUR", "CHF", "CNY", "GBP", "JPY", "KPW", "KRW", "RUB", "VND")
_SPAN_WORDS = "1950, 1950-12 or 1950-12-02; from one to another with a stroke: 1990/1994"
_NO_SOURCE = "must be recorded: nothing is claimed without a source"
_NO_UNIT = "must be stated: a number without a unit says nothing"
_UNITS = [("", "choose a unit"), ("Things and persons", choices(UNITS)), ("Money", choices(_CURRENCIES))]
_BOUNDS = ((Bound.EXACTLY, "exactly that many"), (Bound.AT_MOST, "at most: up to, no more than"),
           (Bound.AT_LEAST, "at least: more than, no fewer than"), (Bound.ABOUT, "about: nearly, some, roughly"),
           (Bound.BETWEEN, "between it and a second number"), (Bound.OTHERWISE, "otherwise: words that give no bound"))


def finder(table: str) -> Any:
    """How a record of a table of the account is found by its key."""
    return lambda actor, case, key: statement_by_key(actor, case, table, key)


def lister(table: str) -> Any:
    """The records of a table of the account, for their keys to be offered."""
    return lambda actor, case: statements(actor, case, table)


class SpanField(forms.CharField):
    """A time as precise as it is known, or from one to another."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 21, "help_text": _SPAN_WORDS, **kwargs})

    def clean(self, value: Any) -> Span | None:
        """The span; None where nothing was written."""
        text = super().clean(value)
        try:
            return Span.parse(text) if text else None
        except InvalidValue as error:
            raise forms.ValidationError(error.allowed) from error

    def prepare_value(self, value: Any) -> Any:
        """The span as it is written."""
        return str(value) if isinstance(value, Span) else value


class _ChainField(forms.CharField):
    def clean(self, value: Any) -> str:
        """The chain with its arrows, so that → and -> are one."""
        text = super().clean(value)
        try:
            return str(Chain.parse(text)) if text else ""
        except InvalidValue as error:
            raise forms.ValidationError(error.allowed) from error


class NamesField(LinesField):
    """Several names, one on each line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": "One on each line.", **kwargs})

    def clean(self, value: Any) -> list[str]:
        """The names; in the tables they are parted by semicolons."""
        names = super().clean(value)
        if any(";" in name for name in names):
            raise forms.ValidationError("a name must not hold a semicolon; write each name on a line of its own")
        return names


class _NumberField(forms.FloatField):
    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def prepare_value(self, value: Any) -> Any:
        """Whole numbers without a point."""
        return f"{value:.15g}" if isinstance(value, float) else value


class _UnitSelect(forms.Select):
    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        """The units, and whichever other currency the record has."""
        known = {key for group in self.choices for key, _ in (group[1] if isinstance(group[1], list) else [group])}
        self.choices = [*self.choices, *((v, v) for v in value if v not in known and _CURRENCY.fullmatch(v))]
        return super().optgroups(name, value, attrs)


class _UnitField(forms.ChoiceField):
    widget = _UnitSelect

    def valid_value(self, value: Any) -> bool:
        """A unit of things, or any currency."""
        return super().valid_value(value) or bool(_CURRENCY.fullmatch(value))


class _NameInput(KeyInput):
    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The field, and beneath it the parties of the case, by name."""
        listed = f"{name}-names"
        field = forms.TextInput.render(self, name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((row.name,) for row in self.offer()))
        return format_html('{}<datalist id="{}">{}</datalist>', field, listed, options)


class StatementForm(RecordForm):
    """A row of the account; ``of_parties``: fields that hold a party by its name, as the sources call it."""

    of_parties: ClassVar[Iterable[str]] = ()
    FIRST: ClassVar[tuple[str, ...]] = ()  # the fields that come before those shared with other statements
    LAST: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, correcting=correcting, **kwargs)
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].help_text = "Left empty, the register gives it one."
        for name in self.of_parties:
            widget = _NameInput(self.fields[name].widget.attrs)
            widget.offer = partial(_first_parties, self.actor, self.case)
            widget.is_required = self.fields[name].required
            self.fields[name].widget = widget
        own = [*self.FIRST, *(n for n in self.fields if n not in (*self.FIRST, *self.LAST, *_SHARED)),
               *(n for n in _SHARED if n in self.fields), *self.LAST]
        last = [n for n in ("key", "reason", "basis", "version") if n in self.fields]
        self.order_fields([*(n for n in own if n not in last), *last])

    def cells(self) -> dict[str, str]:
        """What was written as the cells of a row of the account's table, by column."""
        said = {**self.values(), "id": self.cleaned_data.get("key") or ""}
        return {name: _cell(value) for name, value in said.items()}


class QuotedForm(StatementForm):
    """A statement that rests on words in a document."""

    source = forms.CharField(label="Document", max_length=120, error_messages={"required": _NO_SOURCE},
                             help_text="Key of the document in which it stands; add the document first.")
    quote = forms.CharField(label="The words, verbatim", required=False, strip=False, widget=area(3),
                            max_length=20_000, help_text="As they stand in the document, letter by letter.")
    page = forms.CharField(required=False, max_length=60)
    start = forms.IntegerField(label="First character", required=False, min_value=0,
                               help_text="Where the words begin in the document's text, counted from 0.")
    end = forms.IntegerField(label="Character after the last", required=False, min_value=0)
    by_key = {**RecordForm.by_key, "source": document_by_key}  # noqa: RUF012  as Django's forms declare their own
    offers = {"source": documents}  # noqa: RUF012

    def clean_quote(self) -> str:
        """The words with the line ends of a document, not of a browser."""
        words: str = self.cleaned_data["quote"]
        return words.replace("\r\n", "\n") if words.strip() else ""


class SaidForm(QuotedForm):
    """A statement that somebody makes."""

    said_by = _ChainField(label="Who says it", max_length=1000, help_text=(
        "The one who says it first, then through whom it reached us: an unnamed official → Yonhap → The Washington "
        "Post. You may write -> for →."))


class MaybeCountedForm(forms.Form):
    """A number as it was stated, if one was."""

    value = _NumberField(label="Number", required=False)
    unit = _UnitField(choices=_UNITS, required=False, help_text="Coffins and cases are boxes; the word that was used "
                      "goes below.")
    bound = forms.ChoiceField(label="What the number is", choices=[("", "no number was stated"), *(
        (b.value, words) for b, words in _BOUNDS)], required=False)
    upper = _NumberField(label="Second number", required=False, help_text="With between alone.")
    hedge = forms.CharField(label="The hedging words, verbatim", required=False, max_length=200,
                            help_text="up to, nearly, what it said were …")
    unit_said = forms.CharField(label="The unit in the source’s words", required=False, max_length=200,
                                help_text="wooden coffins, sets of remains …")

    def clean(self) -> Any:
        """A number for which nothing else was chosen is meant exactly."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("value") is not None and not cleaned.get("bound"):
            cleaned["bound"] = Bound.EXACTLY.value
        return cleaned


class CountedForm(MaybeCountedForm):
    """A number as it was stated."""

    unit = _UnitField(choices=_UNITS, error_messages={"required": _NO_UNIT})
    bound = forms.ChoiceField(label="What the number is", choices=[(b.value, words) for b, words in _BOUNDS],
                              initial=Bound.EXACTLY.value)


_NUMBER = ("value", "unit", "bound", "upper", "hedge", "unit_said")
_PLACE = ("said_by", "source", "quote", "page", "start", "end")
_SHARED = (*_NUMBER, *_PLACE)


class _YesNo(forms.TypedChoiceField):
    def prepare_value(self, value: Any) -> Any:
        """Yes and no as the form writes them."""
        return str(value).lower() if isinstance(value, bool) else value


def yes_no(label: str, unknown: str) -> forms.Field:
    """A field of three answers; the third is that nobody knows, which is not no."""
    return _YesNo(label=label, required=False, choices=[("", unknown), ("true", "yes"), ("false", "no")],
                  coerce=lambda word: word == "true", empty_value=None)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(getattr(value, "key", value))


def _first_parties(actor: Any, case: Any) -> Any:
    return parties(actor, case)[:_MOST_PARTIES]

