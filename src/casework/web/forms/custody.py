"""The form of an act of custody: what, between whom, when and where, with count, seals and mass of each item."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms

from casework.actions.custody import HOLDERS_ACTS, Handed
from casework.queries.accounts import receivers
from casework.queries.documents import document_by_key
from casework.web.forms.fields import DeskForm, area, choices
from homeward.custody import ITEM_KINDS, Act
from homeward.model import TRANSFER_UNITS, InvalidValue, PartialDate

__all__ = ["ActForm", "ReleaseForm", "WhenField", "line_of"]

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)")
_MASS = re.compile(r"([0-9]+(?:\.[0-9]{1,3})?) ?g")
_COUNT = re.compile(rf"([0-9]+) ?({'|'.join(TRANSFER_UNITS)})(?:s|es)?")
_LINE = ("A line for each item: kind and key, then in any order, parted by semicolons, its count (1 box), seals "
         "(seals S-102, S-103), mass (12500.5 g), why these differ from before (differs: …), a note (note: …). Kinds: "
         f"{', '.join(ITEM_KINDS)}.")


class WhenField(forms.CharField):
    """A moment of UTC, or a date as far as it is known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 20, "help_text": (
            "2018-07-27 05:20 in UTC, or the date alone as far as it is known: 2018-07-27, 2018-07, 2018"), **kwargs})

    def clean(self, value: Any) -> PartialDate | datetime.datetime:
        """The moment or date."""
        text = super().clean(value)
        moment = _MOMENT.fullmatch(text)
        try:
            if moment is not None:
                return datetime.datetime.fromisoformat(f"{moment[1]}T{moment[2]}:00+00:00")
            return PartialDate.parse(text)
        except (InvalidValue, ValueError) as error:
            raise forms.ValidationError("Must be a moment of UTC, or a date.") from error


class ReleaseForm(DeskForm):
    """What all acts of custody have in common."""

    items = forms.CharField(widget=area(6), max_length=400_000, help_text=_LINE)
    giver = forms.CharField(label="Who holds the items until then", max_length=300)
    receiver = forms.CharField(label="Who holds them from then on", max_length=300)
    at = WhenField(label="When")
    place = forms.CharField(label="Where", max_length=300)
    note = forms.CharField(required=False, widget=area(2), max_length=2000)
    document = forms.CharField(required=False, max_length=120, help_text="Key of the document.")
    key = forms.CharField(label="Number of the hand-over", required=False, max_length=120,
                          help_text="As on a form that was filled in by hand; empty: the register gives one.")
    by_key = {"document": document_by_key}  # noqa: RUF012  as Django's forms declare their own

    def clean_items(self) -> list[Handed]:
        """The items, line by line."""
        found = [_item(number, line) for number, line in enumerate(self.cleaned_data["items"].splitlines(), 1)
                 if line.strip()]
        if not found:
            raise forms.ValidationError("At least one item must be named.")
        return found


class ActForm(ReleaseForm):
    """Any act but a release."""

    act = forms.ChoiceField(label="What happened", choices=[
        (Act.HANDED_OVER.value, "handed over: from one party to another"),
        (Act.RECEIVED.value, "received: from outside this register's world"),
        *((a.value, f"{a.value}: by the one who holds it") for a in HOLDERS_ACTS)])
    receiver = forms.CharField(label="Who holds them from then on", required=False, max_length=300,
                               help_text="Where they change hands.")
    parent_kind = forms.ChoiceField(label="Taken out of, or put into: what kind", required=False,
                                    choices=[("", "nothing"), *choices(ITEM_KINDS)])
    parent_key = forms.CharField(label="Taken out of, or put into: its key", required=False, max_length=120)
    to: Any = forms.ModelChoiceField(label="Whose the records are from then on", queryset=None, required=False,
                                empty_label="they stay whose they are", help_text=(
                                    "An organisation of this register that receives the items."))
    field_order = ("act", "items", "giver", "receiver", "parent_kind", "parent_key", "at", "place")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = receivers(self.actor)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A receiver for what changes hands; what is taken out is taken out of something."""
        cleaned = super().clean()
        changes_hands = cleaned.get("act") in (Act.HANDED_OVER.value, Act.RECEIVED.value)
        if changes_hands and not cleaned.get("receiver"):
            self.add_error("receiver", "Must be named where items change hands.")
        if cleaned.get("act") in (Act.TAKEN_OUT.value, Act.PUT_INTO.value) and not cleaned.get("parent_key"):
            self.add_error("parent_key", "Must be named for what is taken out or put in.")
        return cleaned


def line_of(kind: str, key: str, standing: Any = None) -> str:
    """An item as a line of the form, with what was last recorded of it."""
    parts = [f"{kind} {key}"]
    if standing is not None:
        if standing.count is not None:
            parts.append(f"{standing.count} {standing.unit}")
        if standing.seals:
            parts.append(f"seals {standing.seals}")
        if standing.mass_mg is not None:
            parts.append(f"{standing.mass_mg / 1000:.3f} g")
    return "; ".join(parts)


def _item(number: int, line: str) -> Handed:
    named, *said = (part.strip() for part in line.split(";"))
    kind, _, key = named.partition(" ")
    if kind not in ITEM_KINDS or not key.strip():
        raise forms.ValidationError(f"Line {number}: must begin with a kind ({', '.join(ITEM_KINDS)}) and a key.")
    given: dict[str, Any] = {}
    for part in filter(None, said):
        given |= _said(number, part)
    return Handed(kind, key.strip(), **given)


def _said(number: int, part: str) -> dict[str, Any]:
    count, mass = _COUNT.fullmatch(part), _MASS.fullmatch(part)
    if count is not None:
        return {"count": int(count[1]), "unit": count[2]}
    if mass is not None:
        return {"mass_mg": round(float(mass[1]) * 1000)}
    word, _, rest = part.partition(" ")
    fields = {"seals": "seals", "seal": "seals", "differs:": "difference", "note:": "note"}
    if word in fields and rest.strip():
        return {fields[word]: rest.strip()}
    raise forms.ValidationError(f"Line {number}: “{part}” is neither a count, nor seals, nor a mass, nor a note.")
