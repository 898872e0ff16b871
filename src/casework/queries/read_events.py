"""What was accepted in readings, as events of PLOVER, so that other data on political events can be joined."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from casework.policy import Permission
from casework.queries.visible import visible
from casework.store.bridge import BOOK
from casework.store.bridge.readings import ACTS
from casework.store.models import Account, CaseFile, ReadProposal, ReadRecord

__all__ = ["COLUMNS", "ReadEvent", "events_csv", "read_events"]

COLUMNS = ("date", "type", "mode", "actors", "place", "source", "quote")
_FORMULA = ("=", "+", "-", "@", "\t")
_COMING = frozenset({"proposed", "scheduled", "moved"})


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """One event; ``date`` is "" where the text says no time, ``source`` the key of the document."""

    row: ReadProposal
    date: str
    type: str
    mode: str
    actors: str
    place: str
    source: str
    quote: str


def read_events(actor: Account, case_file: CaseFile) -> list[ReadEvent]:
    """The accepted events, meetings and promises of a case by date; claims are none. Raises NotAllowed."""
    rows = visible(actor, Permission.DOCUMENT_READ, ReadProposal).filter(
        reading__case=case_file, reading__document__withdrawn_at__isnull=True, state__in=("accepted", "edited"))
    rows = rows.exclude(kind="claim").exclude(event_type="").select_related("reading__document")
    rows = rows.defer("reading__text").order_by("reading", "mark_start")
    standing = _standing()
    found = [_event(row) for row in rows if row.kind == "event" or row.pk in standing]
    return sorted(found, key=lambda event: (not event.date, event.date))


def events_csv(events: Iterable[ReadEvent]) -> str:
    """Events as CSV, one a row; nothing in it can be taken for a formula."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_protected(str(getattr(event, column))) for column in COLUMNS] for event in events)
    return written.getvalue()


def _standing() -> set[int]:
    """The proposals that became something of a meeting, or a promise, which was not withdrawn since."""
    return {pk for table in ("meeting_events", "commitments") for pk in ReadRecord.objects.filter(
        table=table, row__in=BOOK[table].model._default_manager.filter(withdrawn_at__isnull=True).values("pk"),
        ).values_list("proposal", flat=True)}


def _event(row: ReadProposal) -> ReadEvent:
    said = dict(row.decided_as)
    source, places = row.reading.document.key, row.details.get("places", [])
    if ACTS in said:
        act = said[ACTS]
        return ReadEvent(row, act["on"], act["type"], act["mode"], act["actors"], act["place"], source, row.quote)
    if "commitments" in said:
        promise = said["commitments"]
        return ReadEvent(row, promise["made"], row.event_type, "done", _several(promise["by"], promise["to"]),
                         places[0] if places else "", source, row.quote)
    meeting, event = said["meetings"], said["meeting_events"]
    coming = event["state"] in _COMING
    return ReadEvent(row, event["meant_for"] or event["on"], row.event_type, "to come" if coming else "done",
                     meeting["parties"], meeting["place"], source, row.quote)


def _several(*names: str) -> str:
    return "; ".join(name for name in names if name)


def _protected(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
