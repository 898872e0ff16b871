"""Talks and what was promised in them: channels, meetings, agreements, commitments, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from homeward.model.errors import InvalidValue
from homeward.model.quantities import Quantity
from homeward.model.sources import Chain, Quote
from homeward.model.spans import Span

__all__ = ["COMMITMENT_KINDS", "AgendaItem", "Agreement", "Channel", "ChannelEvent", "ChannelState", "Commitment",
           "Delegation", "Effect", "Fulfilment", "Meeting", "MeetingEvent", "MeetingState", "Vagueness"]

COMMITMENT_KINDS = ("transfer", "operation", "access", "payment", "meeting", "list", "clearance", "works", "other")


class ChannelState(StrEnum):
    """What was done to a line over which parties speak."""

    OPEN = "open"
    CUT = "cut"
    RESTORED = "restored"


class MeetingState(StrEnum):
    """What was done about a meeting; ``moved`` sets it to another time, ``not attended`` names who stayed away."""

    PROPOSED = "proposed"
    SCHEDULED = "scheduled"
    MOVED = "moved"
    CANCELLED = "cancelled"
    NOT_ATTENDED = "not attended"
    HELD = "held"


class Vagueness(StrEnum):
    """How far it can be told at all whether a promise was kept."""

    COUNTABLE_AND_DATED = "countable and dated"
    COUNTABLE = "countable"
    DATED = "dated"
    VAGUE = "vague"


class Effect(StrEnum):
    """What a piece of evidence says of a commitment: done, done in part, not done, run against, made pointless."""

    FULFILS = "fulfils"
    PART = "part"
    FAILS = "fails"
    CONTRADICTS = "contradicts"
    OVERTAKES = "overtakes"


def _required(record: str, **fields: object) -> None:
    for name, value in fields.items():
        if not value:
            raise InvalidValue(record, name, value or "", "must be recorded")


@dataclass(frozen=True, slots=True)
class Channel:
    """A line over which parties speak."""

    id: str
    name: str
    between: tuple[str, ...]

    def __post_init__(self) -> None:
        _required(self.id, name=self.name)
        if len(self.between) < 2:
            raise InvalidValue(self.id, "between", self.between, "must name at least two parties")


@dataclass(frozen=True, slots=True)
class ChannelEvent:
    """A channel opened, cut or restored, when, by whom ("" not recorded), and who says so."""

    id: str
    channel: str
    state: ChannelState
    on: Span
    quote: Quote
    chain: Chain
    by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _required(self.id, channel=self.channel)
        object.__setattr__(self, "state", ChannelState(self.state))


@dataclass(frozen=True, slots=True)
class Meeting:
    """Talks between parties, whether they came about or not; ``level``: as it was called, such as general officers."""

    id: str
    title: str
    parties: tuple[str, ...]
    place: str = ""
    level: str = ""

    def __post_init__(self) -> None:
        _required(self.id, title=self.title, parties=self.parties)


@dataclass(frozen=True, slots=True)
class MeetingEvent:
    """One thing that was done about a meeting.

    Args:
        on: when this was done or said.
        meant_for: for what time the meeting was proposed, scheduled or moved to; None where not said.
        by: who did it, "" not recorded.
        absent: who did not come, with ``not attended`` alone.
    """

    id: str
    meeting: str
    state: MeetingState
    on: Span
    quote: Quote
    chain: Chain
    meant_for: Span | None = None
    by: str = ""
    absent: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        _required(self.id, meeting=self.meeting)
        object.__setattr__(self, "state", MeetingState(self.state))
        if (self.state is MeetingState.NOT_ATTENDED) != bool(self.absent):
            raise InvalidValue(self.id, "absent", self.absent, "must be given with not attended alone")


@dataclass(frozen=True, slots=True)
class Delegation:
    """Who sat for a party at a meeting: the leader, with rank and office as the source has them, and the others."""

    id: str
    meeting: str
    party: str
    leader: str = ""
    rank: str = ""
    office: str = ""
    members: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _required(self.id, meeting=self.meeting, party=self.party)


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A subject of a meeting; ``discussed`` is None where it is not known, which a source may say in so many words."""

    id: str
    meeting: str
    subject: str
    quote: Quote
    chain: Chain
    on_agenda: bool | None = None
    discussed: bool | None = None

    def __post_init__(self) -> None:
        _required(self.id, meeting=self.meeting, subject=self.subject)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What parties agreed: a statement, an annex, the result of a meeting; commitments stand in it."""

    id: str
    title: str
    made: Span
    parties: tuple[str, ...]
    quote: Quote
    meeting: str | None = None

    def __post_init__(self) -> None:
        _required(self.id, title=self.title, parties=self.parties)


@dataclass(frozen=True, slots=True)
class Commitment:
    """What was promised: who owes what to whom, how many, by when.

    Args:
        by: who owes it; where several do, each owes it for his own part.
        to: to whom, () where nobody is named.
        what: the promise in our own words.
        kind: one of COMMITMENT_KINDS.
        quantity: how many, None where no number was said.
        made: when it was promised.
        due: until when it is to be done, None where no time was said; a span that begins later than the promise is
            the time in which it is to be done.
    """

    id: str
    by: tuple[str, ...]
    what: str
    made: Span
    quote: Quote
    chain: Chain
    to: tuple[str, ...] = ()
    kind: str = "other"
    quantity: Quantity | None = None
    due: Span | None = None
    agreement: str | None = None
    note: str = ""

    def __post_init__(self) -> None:
        _required(self.id, by=self.by, what=self.what)
        if self.kind not in COMMITMENT_KINDS:
            raise InvalidValue(self.id, "kind", self.kind, f"must be one of {', '.join(COMMITMENT_KINDS)}")
        if self.due is not None and self.due.ends < self.made.begins:
            raise InvalidValue(self.id, "due", str(self.due), f"must not be before it was made, {self.made}")

    @property
    def vagueness(self) -> Vagueness:
        """How vague it is: whether there is anything to count, and a day after which it is late."""
        if self.quantity is not None and self.quantity.value is not None:
            return Vagueness.COUNTABLE if self.due is None else Vagueness.COUNTABLE_AND_DATED
        return Vagueness.VAGUE if self.due is None else Vagueness.DATED


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """A piece of evidence about a commitment: a transfer, an operation, an access, a statement.

    Args:
        by: whose part it concerns, "" all who owe it.
        record: id of the transfer, operation, access or payment that it rests on, "" where none is recorded.
        quantity: how much was done, None where not counted.
    """

    id: str
    commitment: str
    effect: Effect
    on: Span
    quote: Quote
    chain: Chain
    by: str = ""
    quantity: Quantity | None = None
    record: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _required(self.id, commitment=self.commitment)
        object.__setattr__(self, "effect", Effect(self.effect))
