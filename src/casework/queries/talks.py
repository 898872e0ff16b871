"""Talks on a day: channels, meetings, agreements, and what became of what was promised."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from casework.policy import Permission, may
from casework.queries.books import BOOK_READ_BY
from casework.queries.said import Said, as_said, rows_with_sources, said
from casework.store.bridge import BOOK
from casework.store.models import Account, CaseFile, Channel, Commitment, Meeting
from homeward.account import CommitmentState, MeetingStanding, channel_is_open, meeting_on, state_of
from homeward.account.commitments import State

__all__ = ["EVIDENCE_OF", "STATES", "ChannelOn", "MeetingOn", "Promise", "agreements", "agreements_of", "channel_on",
           "channels_on", "evidence_resting_on", "meeting_standing", "meetings_on", "promise", "promises",
           "record_behind", "records_behind"]

STATES = tuple(State)
# The tables whose records evidence may rest on, by the names of their pages.
EVIDENCE_OF = {"transfers": "transfer", "operations": "operation", "access": "access", "payments": "payment",
               "meetings": "meeting"}


@dataclass(frozen=True, slots=True)
class ChannelOn:
    """A channel on a day: ``is_open`` is None where nothing is on record by then; ``events`` are all of it."""

    row: Channel
    is_open: bool | None
    events: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class MeetingOn:
    """A meeting on a day with all that is on record of it."""

    row: Meeting
    standing: MeetingStanding
    events: tuple[Said, ...]
    delegations: tuple[Said, ...]
    agenda: tuple[Said, ...]

    @property
    def is_known(self) -> bool:
        """Whether anything is on record by the day, or nothing at all, so that no day would show it."""
        return self.standing.state is not None or not self.events

    @property
    def begins(self) -> datetime.date:
        """The first day on which something was done about it; what has no day comes last."""
        return min((e.record.on.begins for e in self.events), default=datetime.date.max)


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment with its evidence and what became of it by a day; ``state`` is None before it was made."""

    row: Commitment
    record: Any
    evidence: tuple[Said, ...]
    state: CommitmentState | None


def channels_on(actor: Account, case_file: CaseFile, day: datetime.date) -> list[ChannelOn]:
    """The channels of a case as they stand on a day, by name; raises NotAllowed."""
    events = _grouped(said(actor, case_file, "channel_events"), "channel_id")
    rows = rows_with_sources(actor, case_file, "channels").order_by("name", "pk")
    return [_channel(row, events.get(row.pk, ()), day) for row in rows]


def channel_on(actor: Account, channel: Channel, day: datetime.date) -> ChannelOn:
    """One channel as it stands on a day; raises NotAllowed."""
    return _channel(channel, _of(actor, channel, "channel_events", "channel"), day)


def meetings_on(actor: Account, case_file: CaseFile, day: datetime.date) -> list[MeetingOn]:
    """The meetings of a case as they stand on a day, latest first; raises NotAllowed."""
    events, delegations, agenda = (_grouped(said(actor, case_file, table), "meeting_id") for table in (
        "meeting_events", "delegations", "agenda"))
    found = [MeetingOn(row, meeting_on([e.record for e in events.get(row.pk, ())], day),
                       _in_time(events.get(row.pk, ())), tuple(delegations.get(row.pk, ())),
                       tuple(agenda.get(row.pk, ())))
             for row in rows_with_sources(actor, case_file, "meetings")]
    return sorted(found, key=lambda m: (m.begins, m.row.key), reverse=True)


def meeting_standing(actor: Account, meeting: Meeting, day: datetime.date) -> MeetingOn:
    """One meeting as it stands on a day; raises NotAllowed."""
    events = _of(actor, meeting, "meeting_events", "meeting")
    return MeetingOn(meeting, meeting_on([e.record for e in events], day), _in_time(events),
                     *(tuple(_of(actor, meeting, table, "meeting")) for table in ("delegations", "agenda")))


def agreements(actor: Account, case_file: CaseFile) -> list[Said]:
    """The agreements of a case, latest first; raises NotAllowed."""
    return sorted(said(actor, case_file, "agreements"), key=lambda a: (a.record.made.begins, a.row.key), reverse=True)


def agreements_of(actor: Account, meeting: Meeting) -> list[Said]:
    """The agreements that came of a meeting; raises NotAllowed."""
    return _of(actor, meeting, "agreements", "meeting")


def promises(actor: Account, case_file: CaseFile, day: datetime.date, *, text: str = "",
             agreement: int | None = None) -> list[Promise]:
    """The commitments of a case with what became of them by a day, in the order in which they were made.

    Raises NotAllowed.
    """
    evidence = _grouped(said(actor, case_file, "fulfilments"), "commitment_id")
    rows = rows_with_sources(actor, case_file, "commitments", text=text)
    if agreement is not None:
        rows = rows.filter(agreement=agreement)
    found = [_promise(item, evidence.get(item.row.pk, ()), day) for item in as_said(rows)]
    return sorted(found, key=lambda p: (p.record.made.begins, p.row.pk))


def promise(actor: Account, commitment: Commitment, day: datetime.date) -> Promise:
    """One commitment with its evidence and what became of it by a day; raises NotAllowed."""
    item, = as_said([commitment])
    return _promise(item, _of(actor, commitment, "fulfilments", "commitment"), day)


def record_behind(actor: Account, case_file: CaseFile, key: str) -> tuple[str, Any] | None:
    """The record of that key on which evidence rests, with the name of its page; None where there is none that this
    account may see.
    """
    return records_behind(actor, case_file, [key]).get(key)


def records_behind(actor: Account, case_file: CaseFile, keys: Iterable[str]) -> dict[str, tuple[str, Any]]:
    """The standing records of those keys on which evidence rests, each with the name of its page."""
    wanted = {key for key in keys if key}
    found: dict[str, tuple[str, Any]] = {}
    for table, page in EVIDENCE_OF.items() if wanted else ():
        permission = Permission.REMAINS_READ if table == "transfers" else BOOK_READ_BY[table]
        if may(actor.role, permission):
            rows = BOOK[table].model._default_manager.filter(case=case_file, withdrawn_at__isnull=True, key__in=wanted)
            for row in rows:
                found.setdefault(row.key, (page, row))
    return found


def evidence_resting_on(actor: Account, case_file: CaseFile, key: str) -> list[Said]:
    """The evidence about promises that rests on the record of that key; raises NotAllowed."""
    return as_said(rows_with_sources(actor, case_file, "fulfilments").filter(record=key))


def _channel(row: Channel, events: Sequence[Said], day: datetime.date) -> ChannelOn:
    return ChannelOn(row, channel_is_open([e.record for e in events], day), _in_time(events))


def _promise(item: Said, evidence: Sequence[Said], day: datetime.date) -> Promise:
    made = day >= item.record.made.begins
    state = state_of(item.record, [e.record for e in evidence], day) if made else None
    return Promise(item.row, item.record, _in_time(evidence), state)


def _of(actor: Account, owner: Any, table: str, column: str) -> list[Said]:
    return as_said(rows_with_sources(actor, owner.case, table).filter(**{column: owner.pk}))


def _in_time(items: Iterable[Said]) -> tuple[Said, ...]:
    return tuple(sorted(items, key=lambda item: (item.record.on.ends, item.row.key)))


def _grouped(items: Iterable[Said], column: str) -> dict[int, list[Said]]:
    found: dict[int, list[Said]] = {}
    for item in items:
        found.setdefault(getattr(item.row, column), []).append(item)
    return found
