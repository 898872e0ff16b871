"""A column for dates that carry their precision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from homeward.model import InvalidValue, PartialDate

__all__ = ["PartialDateField"]


class PartialDateField(models.CharField):  # type: ignore[type-arg]
    """A year, a month of a year or a day, stored as 1950, 1950-12 or 1950-12-02, so that it sorts as text."""

    description = "a date known to the year, the month or the day"
    # What the type checker takes a model's attribute to be.
    _pyi_private_set_type: PartialDate | str  # type: ignore[assignment]
    _pyi_private_get_type: PartialDate  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Leave the length, which is no choice, out of migrations."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, *_: object) -> PartialDate | None:
        """The value of a row."""
        return None if value is None else PartialDate.parse(value)

    def to_python(self, value: object) -> PartialDate | None:
        """A date from text or from a date; raises ValidationError for anything else."""
        if value is None or value == "":
            return None
        if isinstance(value, PartialDate):
            return value
        try:
            return PartialDate.parse(str(value))
        except InvalidValue as error:
            raise ValidationError(f"{value!r} {error.allowed}") from error

    def run_validators(self, value: object) -> None:
        """Nothing beyond ``to_python``: a date has no length."""

    def get_prep_value(self, value: object) -> str | None:
        """The text that is stored."""
        value = self.to_python(value)
        return None if value is None else str(value)

    def value_to_string(self, obj: models.Model) -> str:
        """The text that is exported."""
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def formfield(self, **kwargs: Any) -> Any:
        """A line of text with its form explained."""
        return super().formfield(**{"form_class": forms.CharField, "help_text": "1950, 1950-12 or 1950-12-02",
                                    **kwargs})
