"""How talks stand on a day: whether a channel is open, what became of a meeting, who has access to a site."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from homeward.model.access import Access
from homeward.model.spans import Span
from homeward.model.talks import ChannelEvent, ChannelState, MeetingEvent, MeetingState

__all__ = ["MeetingStanding", "access_on", "channel_is_open", "meeting_on"]


class _Dated(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def on(self) -> Span: ...


_D = TypeVar("_D", bound=_Dated)


@dataclass(frozen=True, slots=True)
class MeetingStanding:
    """What became of a meeting by a day.

    ``state`` is None where nothing is on record by then. ``meant_for``: the time last set; ``missed``: the times at
    which somebody stayed away, with who; ``held``: when it was held, () where it was not; ``history``: the events.
    """

    state: MeetingState | None
    meant_for: Span | None
    missed: tuple[tuple[Span, tuple[str, ...]], ...]
    held: tuple[Span, ...]
    history: tuple[MeetingEvent, ...]


def _known_by(events: Iterable[_D], as_of: datetime.date) -> list[_D]:
    """The events that surely lie no later than a day, in order."""
    return sorted((e for e in events if e.on.ends <= as_of), key=lambda e: (e.on.ends, e.id))


def channel_is_open(events: Iterable[ChannelEvent], as_of: datetime.date) -> bool | None:
    """Whether one channel is open at the end of a day, by its events; None where nothing is on record by then."""
    known = _known_by(events, as_of)
    return None if not known else known[-1].state is not ChannelState.CUT


def meeting_on(events: Iterable[MeetingEvent], as_of: datetime.date) -> MeetingStanding:
    """What became of one meeting by the end of a day, by its events.

    A meeting that was not attended and then moved stands as moved; the day on which somebody stayed away is kept.
    """
    known = _known_by(events, as_of)
    meant: Sequence[Span] = [e.meant_for for e in known if e.meant_for is not None]
    return MeetingStanding(
        known[-1].state if known else None, meant[-1] if meant else None,
        tuple((e.on, e.absent) for e in known if e.state is MeetingState.NOT_ATTENDED),
        tuple(e.on for e in known if e.state is MeetingState.HELD), tuple(known))


def access_on(events: Iterable[Access], as_of: datetime.date) -> dict[tuple[str, str], Access]:
    """What was last done about access by the end of a day, for each site and season."""
    return {(event.site, event.season): event for event in _known_by(events, as_of)}
