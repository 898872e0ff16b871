"""Forms of readings: the files that come in, and a proposal as one would rather have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from casework.actions.readings import MOST_FILES
from casework.web.forms.claims import ClaimForm
from casework.web.forms.fields import DeskForm, LinesField, PartialDateField, area, choices
from casework.web.forms.statements import NamesField, SpanField, StatementForm
from casework.web.forms.talks import CommitmentForm, MeetingEventForm, MeetingForm
from homeward.intake import PLOVER_TYPES, Mode

__all__ = ["EDIT_FORMS", "ReadForm", "RejectForm", "UndoForm", "meeting_choices"]

# Nobody changes the words and where they stand; the register gives the keys.
_FIXED = ("key", "source", "quote", "start", "end", "reason", "basis", "version")
_PARTED = ";"


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """One file or several."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """All of them, also empty ones, of which the reader says that they are."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            raise forms.ValidationError(self.error_messages["required"])
        return list(files)


class ReadForm(DeskForm):
    """Documents to be read, and what one knows of them."""

    documents = _FilesField(help_text=f"One file or up to {MOST_FILES}: .txt, .html or .pdf with text.")
    dated = PartialDateField(label="Published on", required=False, help_text=(
        "Where the documents do not say: 1950, 1950-12 or 1950-12-02. “Sunday” and “last month” are counted from it."))
    undated = forms.BooleanField(label="The date is not known", required=False)
    publisher = forms.CharField(required=False, max_length=200, help_text="Where the documents do not say.")
    encoding = forms.CharField(required=False, max_length=40, help_text=(
        "Of text that is not UTF-8 and does not declare what it is: windows-1252, euc-kr …"))
    kind = forms.CharField(label="What they are", required=False, max_length=60,
                           help_text="Press report, release, transcript …")


class RejectForm(DeskForm):
    """Why a proposal is rejected, if one likes to say it."""

    reason = forms.CharField(widget=area(2), required=False, max_length=4000)


class UndoForm(DeskForm):
    """Why a decision is taken back."""

    reason = forms.CharField(widget=area(3), max_length=4000,
                             help_text="In your words; it stays with the record that is withdrawn.")


class _Edited:
    """A form of statements that holds what was read; it asks for no words and no keys."""

    def __init__(self, *args: Any, said: Mapping[str, str] | None = None, meetings: Sequence[tuple[str, str]] = (),
                 **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine: Any = self
        for name in _FIXED:
            mine.fields.pop(name, None)
        mine.initial = {name: _initial(mine.fields[name], cell) for name, cell in (said or {}).items()
                        if name in mine.fields}
        if "meeting" in mine.fields:
            mine.fields["meeting"].choices = meetings


class _ClaimRead(_Edited, ClaimForm):
    """A claim."""


class _CommitmentRead(_Edited, CommitmentForm):
    """A promise."""


class _MeetingRead(_Edited, MeetingEventForm, MeetingForm):
    """A meeting, and what was done about it."""

    meeting = forms.ChoiceField(label="Of which meeting", required=False, help_text=(
        "Of a meeting that the register knows, its title, parties, place and level stay as they are there."))
    FIRST = ("meeting", "title", "parties", "place", "level")


class _EventRead(_Edited, StatementForm):
    """An act between parties."""

    type = forms.ChoiceField(label="Type of PLOVER", choices=choices(PLOVER_TYPES))
    mode = forms.ChoiceField(label="As it is told", choices=choices(m.value for m in Mode))
    actors = NamesField(label="Between whom")
    on = SpanField(label="When", required=False)
    place = forms.CharField(required=False, max_length=300)


EDIT_FORMS: Mapping[str, Any] = {"claim": _ClaimRead, "meeting": _MeetingRead, "commitment": _CommitmentRead,
                                 "event": _EventRead}


def meeting_choices(meetings: Iterable[Any]) -> list[tuple[str, str]]:
    """A meeting of its own, or one of those that the register knows."""
    return [("", "a meeting of its own"), *((m.key, f"{m.key}: {m.title}") for m in meetings)]


def _initial(field: forms.Field, cell: str) -> Any:
    """A cell as its field shows it."""
    if isinstance(field, LinesField):
        return [part.strip() for part in cell.split(_PARTED) if part.strip()]
    return cell == "true" if isinstance(field, forms.BooleanField) else cell
