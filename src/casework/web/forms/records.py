"""Forms of the records, by subject; ``key`` is asked of new ones alone, the reason of corrections alone."""

from __future__ import annotations

from typing import Any

from django import forms

from casework.queries.accounts import holders
from casework.queries.documents import document_by_key
from casework.queries.examinations import LINES
from casework.queries.families import CONSENT_SCOPES
from casework.queries.places import incident_by_key, incidents, place_by_key, places
from casework.queries.remains import (
    container_by_key,
    containers,
    element_by_key,
    transfer_by_key,
    transfers,
)
from casework.queries.roster import STATUSES
from casework.web.forms.fields import DeskForm, LinesField, PartialDateField, area, choices
from homeward.model import SIDES, TRANSFER_UNITS, Sex

__all__ = ["AliasForm", "ConsentBackForm", "ConsentForm", "ContactForm", "ContainerForm", "DocumentForm",
           "ElementForm", "ExaminationForm", "FileForm", "HeldForm", "IncidentForm", "PersonForm", "PlaceForm",
           "RecordForm", "RemainsForm", "StatusForm", "TransferForm"]

_DEGREES: dict[str, Any] = {"required": False, "help_text": "Degrees of WGS 84, with decimals."}


class RecordForm(DeskForm):
    """A record; with ``correcting`` it asks why instead of under which key."""

    key = forms.CharField(max_length=120, help_text="Under which the record is known in this case.")
    reason = forms.CharField(label="Why it is corrected", widget=area(3), max_length=4000,
                             help_text="In your words; what stood before is kept with it.")
    basis = forms.CharField(label="On what document", required=False, max_length=120,
                            help_text="Key of the document that the correction rests on.")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    by_key = {"basis": document_by_key}  # noqa: RUF012  as Django's forms declare their own

    def __init__(self, *args: Any, correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (("key",) if correcting else ("reason", "basis", "version")):
            del self.fields[name]
        # What a form says of itself comes first, why it is said last.
        self.order_fields([n for n in self.fields if n not in ("reason", "basis", "version")])

    def values(self) -> dict[str, Any]:
        """What was written of the record itself."""
        return {n: v for n, v in self.cleaned_data.items() if n not in ("key", "reason", "basis", "version")}


class PersonForm(RecordForm):
    """Someone on the roster."""

    name = forms.CharField(required=False, max_length=300)
    sex = forms.ChoiceField(choices=choices(s.value for s in Sex), initial=Sex.UNKNOWN.value)
    born = PartialDateField(required=False)
    missing_since = PartialDateField(required=False)
    incident = forms.CharField(required=False, max_length=120, help_text="Key of the incident.")
    service_number = forms.CharField(required=False, max_length=60)
    service_branch = forms.CharField(required=False, max_length=60)
    service_unit = forms.CharField(required=False, max_length=200)
    rank = forms.CharField(required=False, max_length=60)
    vouched_by = forms.CharField(label="Vouched for by", required=False, max_length=300)
    by_key = {**RecordForm.by_key, "incident": incident_by_key}  # noqa: RUF012
    offers = {"incident": incidents}  # noqa: RUF012


class AliasForm(DeskForm):
    """Another name or spelling."""

    name = forms.CharField(max_length=300)
    kind = forms.CharField(required=False, max_length=60, help_text="Spelling, nickname, name of birth …")
    document = forms.CharField(required=False, max_length=120, help_text="Key of the document that has it.")
    by_key = {"document": document_by_key}  # noqa: RUF012


class StatusForm(DeskForm):
    """A step in a person's history."""

    status = forms.ChoiceField(choices=choices(STATUSES))
    dated = PartialDateField(label="Since")
    reason = forms.CharField(widget=area(3), max_length=4000)
    document = forms.CharField(required=False, max_length=120, help_text="Key of the document that it rests on.")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    by_key = {"document": document_by_key}  # noqa: RUF012


class PlaceForm(RecordForm):
    """A place."""

    name = forms.CharField(max_length=200)
    spellings = LinesField(label="Other spellings", required=False, help_text="One on each line.")
    kind = forms.CharField(required=False, max_length=80)
    latitude_deg = forms.FloatField(label="Latitude", min_value=-90, max_value=90, **_DEGREES)
    longitude_deg = forms.FloatField(label="Longitude", min_value=-180, max_value=180, **_DEGREES)
    approximate = forms.BooleanField(label="These degrees are approximate", required=False)
    source = forms.CharField(required=False, widget=area(2), max_length=4000)


class IncidentForm(RecordForm):
    """An incident."""

    name = forms.CharField(required=False, max_length=200)
    date = PartialDateField(required=False)
    place = forms.CharField(required=False, max_length=120, help_text="Key of the place.")
    place_text = forms.CharField(label="Place, in words", required=False, max_length=200)
    latitude_deg = forms.FloatField(label="Latitude", min_value=-90, max_value=90, **_DEGREES)
    longitude_deg = forms.FloatField(label="Longitude", min_value=-180, max_value=180, **_DEGREES)
    by_key = {**RecordForm.by_key, "place": place_by_key}  # noqa: RUF012
    offers = {"place": places}  # noqa: RUF012


class ContactForm(RecordForm):
    """How to reach a family."""

    name = forms.CharField(max_length=300)
    member = forms.CharField(required=False, max_length=120, help_text="Which member of the pedigree it is.")
    telephone = forms.CharField(required=False, max_length=60)
    email = forms.EmailField(label="E-mail", required=False, max_length=200)
    address = forms.CharField(required=False, widget=area(3), max_length=2000)
    language = forms.CharField(required=False, max_length=60)
    note = forms.CharField(required=False, widget=area(3), max_length=4000)


class ConsentForm(RecordForm):
    """What a donor agreed to."""

    member = forms.CharField(max_length=120, help_text="Which member of the pedigree it is.")
    scope = forms.ChoiceField(label="To what", choices=choices(CONSENT_SCOPES))
    given = PartialDateField()
    document = forms.CharField(required=False, max_length=120, help_text="Key of the signed form.")
    by_key = {**RecordForm.by_key, "document": document_by_key}  # noqa: RUF012


class ConsentBackForm(DeskForm):
    """A consent taken back."""

    taken_back = PartialDateField(label="Taken back on")
    reason = forms.CharField(widget=area(3), max_length=4000, help_text="As much as the donor wished to say.")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class HeldForm(RecordForm):
    """A record that an organisation holds; those whose role reaches their own alone name their own."""

    organisation: Any = forms.ModelChoiceField(label="Organisation whose record it is", queryset=None, required=False,
                                               empty_label="none: everyone's who reads remains")

    def __init__(self, *args: Any, correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, correcting=correcting, **kwargs)
        if correcting:
            del self.fields["organisation"]
            return
        self.fields["organisation"].queryset = holders(self.actor)  # type: ignore[attr-defined]
        self.fields["organisation"].initial = self.actor.organisation_id


class TransferForm(HeldForm):
    """A hand-over between parties."""

    date = PartialDateField()
    giver = forms.CharField(label="From", max_length=300)
    receiver = forms.CharField(label="To", max_length=300)
    place = forms.CharField(required=False, max_length=300)
    count = forms.IntegerField(required=False, min_value=0)
    unit = forms.ChoiceField(required=False, choices=[("", "not stated"), *choices(TRANSFER_UNITS)])
    document_text = forms.CharField(label="As the document says", required=False, widget=area(3), max_length=4000)
    document = forms.CharField(required=False, max_length=120, help_text="Key of the document.")
    by_key = {**RecordForm.by_key, "document": document_by_key}  # noqa: RUF012

    def clean_unit(self) -> str | None:
        """None where nothing was chosen."""
        return self.cleaned_data["unit"] or None


class ContainerForm(HeldForm):
    """A box, bag or coffin."""

    kind = forms.CharField(required=False, max_length=40)
    label = forms.CharField(required=False, max_length=200)
    description = forms.CharField(required=False, widget=area(3), max_length=4000)


class RemainsForm(HeldForm):
    """One accession."""

    sex = forms.ChoiceField(label="Sex, as the remains show it", choices=choices(s.value for s in Sex),
                            initial=Sex.UNKNOWN.value)
    transfer = forms.CharField(required=False, max_length=120, help_text="Key of the transfer.")
    container = forms.CharField(required=False, max_length=120, help_text="Key of the container.")
    recovered = PartialDateField(required=False)
    provenience = forms.CharField(label="Where it lay", required=False, max_length=300)
    description = forms.CharField(required=False, widget=area(3), max_length=4000)
    by_key = {**RecordForm.by_key, "transfer": transfer_by_key, "container": container_by_key}  # noqa: RUF012
    offers = {"transfer": transfers, "container": containers}  # noqa: RUF012


class ElementForm(RecordForm):
    """One bone or tooth."""

    bone = forms.CharField(max_length=80)
    side = forms.ChoiceField(choices=choices(SIDES))
    portion = forms.CharField(required=False, max_length=200)


class ExaminationForm(RecordForm):
    """An examination: what was seen, and apart from it what is concluded."""

    line = forms.ChoiceField(label="Line of evidence", choices=choices(LINES))
    element = forms.CharField(required=False, max_length=120, help_text="Key of the element, where it is about one.")
    examiner = forms.CharField(max_length=200)
    dated = PartialDateField(label="When")
    method = forms.CharField(required=False, max_length=300)
    blind = forms.BooleanField(label="Blind: the examiner knew no name", required=False)
    observation = forms.CharField(label="What was observed", widget=area(5), max_length=20_000)
    conclusion = forms.CharField(label="What is concluded", required=False, widget=area(3), max_length=10_000)
    document = forms.CharField(required=False, max_length=120, help_text="Key of the document.")
    by_key = {**RecordForm.by_key, "element": element_by_key, "document": document_by_key}  # noqa: RUF012


class DocumentForm(RecordForm):
    """A document, with its file if there is one."""

    title = forms.CharField(max_length=300)
    kind = forms.CharField(required=False, max_length=60)
    publisher = forms.CharField(required=False, max_length=200)
    dated = PartialDateField(label="Date", required=False)
    address = forms.URLField(label="Address where it is", required=False, max_length=500, assume_scheme="https")
    file = forms.FileField(required=False, help_text="The document itself, up to 64 MB; its name is not kept.")

    def __init__(self, *args: Any, correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, correcting=correcting, **kwargs)
        if correcting:
            del self.fields["file"]

    def values(self) -> dict[str, Any]:
        """The file by its content and its name."""
        said = super().values()
        upload = said.pop("file", None)
        return {**said, "file": upload.file, "file_name": upload.name} if upload is not None else said


class FileForm(DeskForm):
    """The file of a document that has none."""

    file = forms.FileField(help_text="Up to 64 MB; its name is not kept.")
    reason = forms.CharField(widget=area(2), max_length=4000, initial="the file was found")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
