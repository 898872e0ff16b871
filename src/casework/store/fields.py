"""Columns for dates and spans of time that carry their precision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from homeward.model import InvalidValue, PartialDate
from homeward.model.spans import Span

__all__ = ["PartialDateField", "SpanField"]


class _TimeField(models.CharField):  # type: ignore[type-arg]
    """A value that is written as text and sorts as it; its kind says how it is read."""

    kind: type[PartialDate] | type[Span]
    length: int
    form: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = self.length
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Leave the length, which is no choice, out of migrations."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, *_: object) -> Any:
        """The value of a row."""
        return None if value is None else self.kind.parse(value)

    def to_python(self, value: object) -> Any:
        """A value from text or from itself; raises ValidationError for anything else."""
        if value is None or value == "":
            return None
        if isinstance(value, self.kind):
            return value
        try:
            return self.kind.parse(str(value))
        except InvalidValue as error:
            raise ValidationError(f"{value!r} {error.allowed}") from error

    def run_validators(self, value: object) -> None:
        """Nothing beyond ``to_python``: a time has no length."""

    def get_prep_value(self, value: object) -> str | None:
        """The text that is stored."""
        value = self.to_python(value)
        return None if value is None else str(value)

    def value_to_string(self, obj: models.Model) -> str:
        """The text that is exported."""
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def formfield(self, **kwargs: Any) -> Any:
        """A line of text with its form explained."""
        return super().formfield(**{"form_class": forms.CharField, "help_text": self.form, **kwargs})


class PartialDateField(_TimeField):
    """A year, a month of a year or a day, stored as 1950, 1950-12 or 1950-12-02, so that it sorts as text."""

    description = "a date known to the year, the month or the day"
    kind, length, form = PartialDate, 10, "1950, 1950-12 or 1950-12-02"
    # What the type checker takes a model's attribute to be.
    _pyi_private_set_type: PartialDate | str  # type: ignore[assignment]
    _pyi_private_get_type: PartialDate  # type: ignore[assignment]


class SpanField(_TimeField):
    """A date, or from one to another, stored as 1990-05 or 1990/1994; it sorts by its beginning."""

    description = "a span of time whose ends carry their precision"
    kind, length, form = Span, 21, "1950, 1950-12, 1950-12-02, or 1990/1994 from one to another"
    _pyi_private_set_type: Span | str  # type: ignore[assignment]
    _pyi_private_get_type: Span  # type: ignore[assignment]
