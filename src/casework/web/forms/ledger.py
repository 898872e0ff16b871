"""Forms of the ledger: lots, entries, and on what its figures rest."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms

from casework.queries.documents import document_by_key, documents
from casework.queries.holdings import public_transfer_by_key, public_transfers
from casework.queries.ledger import ENTRY_KINDS, LOT_KINDS, UNITS, lot_by_key, lots
from casework.queries.places import incident_by_key, incidents
from casework.queries.roster import person_by_key
from casework.web.forms.fields import ReasonForm, area, choices
from casework.web.forms.records import RecordForm
from casework.web.forms.statements import SpanField, StatementForm

__all__ = ["DayForm", "EntryForm", "LotForm", "SettingsForm"]

_FIRST_DAY = datetime.date(1800, 1, 1)


class DayForm(forms.Form):
    """The day whose end the figures are of."""

    as_of = forms.DateField(label="At the end of", required=False, input_formats=["%Y-%m-%d"],
                            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                            error_messages={"invalid": "A day is written 2018-07-27."})

    def clean_as_of(self) -> datetime.date | None:
        """A day of which anything could be on record."""
        day: datetime.date | None = self.cleaned_data["as_of"]
        if day is not None and day < _FIRST_DAY:
            raise forms.ValidationError(f"must not be before {_FIRST_DAY}")
        return day


class LotForm(StatementForm):
    """Remains that are accounted together: one row of an official table."""

    name = forms.CharField(max_length=300, help_text="As people call it: turnover of 2018 (55 boxes).")
    kind = forms.ChoiceField(label="Origin", choices=choices(LOT_KINDS))
    transfer = forms.CharField(label="Hand-over in which they came", required=False, max_length=120,
                               help_text="Key of the transfer, where there was one.")
    by_key = {**RecordForm.by_key, "transfer": public_transfer_by_key}  # noqa: RUF012  as Django's forms declare their own
    offers = {"transfer": public_transfers}  # noqa: RUF012


class EntryForm(StatementForm):
    """One dated record that the ledger counts."""

    kind = forms.ChoiceField(label="What it counts", choices=choices(ENTRY_KINDS))
    on = SpanField(label="When", required=False)
    count = forms.IntegerField(min_value=0, initial=1)
    unit = forms.ChoiceField(choices=choices(UNITS), initial="person")
    upper = forms.IntegerField(label="At most", required=False, min_value=0,
                               help_text="Of an estimate that was given as a range.")
    lot = forms.CharField(required=False, max_length=120,
                          help_text="Key of the lot; for what was received, estimated, returned, and operations.")
    person = forms.CharField(label="Person of the roster", required=False, max_length=120,
                             help_text="Key of the person, where the entry is about one.")
    place = forms.CharField(label="Place of the loss", required=False, max_length=300)
    incident = forms.CharField(label="Incident of the loss", required=False, max_length=120,
                               help_text="Key of the incident.")
    latitude_deg = forms.FloatField(label="Latitude of the loss", required=False, min_value=-90, max_value=90,
                                    help_text="Degrees of WGS 84; it says on which side of the line the loss was.")
    to = forms.CharField(label="Returned to whom", required=False, max_length=300)
    withdrawn = SpanField(label="Not counted any more since", required=False)
    source = forms.CharField(label="Document", required=False, max_length=120,
                             help_text="Key of the document in which it stands.")
    note = forms.CharField(required=False, widget=area(2), max_length=4000)
    by_key = {**RecordForm.by_key, "lot": lot_by_key, "person": person_by_key, "incident": incident_by_key,  # noqa: RUF012
              "source": document_by_key}
    offers = {"lot": lots, "incident": incidents, "source": documents}  # noqa: RUF012


class SettingsForm(ReasonForm):
    """What the account says beside its records, and on what its figures rest."""

    note = forms.CharField(label="Note shown wherever figures are shown", required=False, widget=area(3),
                           max_length=4000)
    line_name = forms.CharField(label="Line that parts north from south", max_length=200)
    line_latitude_deg = forms.FloatField(label="Its latitude", min_value=-90, max_value=90,
                                         help_text="Degrees of WGS 84; whoever was lost on it counts as north.")
    accounted_from = forms.DateField(label="Decisions count from", required=False, input_formats=["%Y-%m-%d"],
                                     widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                                     help_text="Earlier ones are not counted among the accounted for; left empty, all "
                                     "are.")
    field_order = ("note", "line_name", "line_latitude_deg", "accounted_from", "reason", "version")

    def values(self) -> dict[str, Any]:
        """What was written of the settings themselves."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("reason", "version")}
