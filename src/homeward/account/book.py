"""The account: sources, claims, talks, promises, holdings and entries of one subject, whole and checked together."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from homeward.account.definitions import Basis
from homeward.account.ledger import Ledger
from homeward.model import InvalidValue, Transfer
from homeward.model.access import Access, Content, Holding, Operation, Payment
from homeward.model.entries import Entry, Lot
from homeward.model.sources import Actor, Claim, Preference, Source
from homeward.model.talks import (
    AgendaItem,
    Agreement,
    Channel,
    ChannelEvent,
    Commitment,
    Delegation,
    Fulfilment,
    Meeting,
    MeetingEvent,
)

__all__ = ["TABLES", "Account", "Broken", "broken_in"]

# Which record each field names: table, field, and the table that must hold it.
_REFERENCES = (
    ("preferences", "claim", "claims"), ("channel_events", "channel", "channels"),
    ("meeting_events", "meeting", "meetings"), ("delegations", "meeting", "meetings"),
    ("agenda", "meeting", "meetings"),
    ("agreements", "meeting", "meetings"), ("commitments", "agreement", "agreements"),
    ("fulfilments", "commitment", "commitments"), ("contents", "transfer", "transfers"),
    ("lots", "transfer", "transfers"), ("entries", "lot", "lots"), ("entries", "source", "sources"),
    ("transfers", "document", "sources"), ("actors", "of", "actors"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of one subject; raises InvalidValue for an id used twice and a reference to nothing.

    ``note`` is shown wherever figures of the account are shown; ``synthetic``: people and records in it are invented.
    """

    name: str
    title: str = ""
    note: str = ""
    synthetic: bool = False
    basis: Basis = field(default_factory=Basis)
    actors: tuple[Actor, ...] = ()
    sources: tuple[Source, ...] = ()
    claims: tuple[Claim, ...] = ()
    preferences: tuple[Preference, ...] = ()
    channels: tuple[Channel, ...] = ()
    channel_events: tuple[ChannelEvent, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    meeting_events: tuple[MeetingEvent, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    agenda: tuple[AgendaItem, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    fulfilments: tuple[Fulfilment, ...] = ()
    holdings: tuple[Holding, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    contents: tuple[Content, ...] = ()
    access: tuple[Access, ...] = ()
    payments: tuple[Payment, ...] = ()
    operations: tuple[Operation, ...] = ()
    lots: tuple[Lot, ...] = ()
    entries: tuple[Entry, ...] = ()

    def __post_init__(self) -> None:
        for broken in broken_in({table: getattr(self, table) for table in TABLES}):
            raise InvalidValue(broken.record, broken.field, broken.value, broken.allowed)

    def ledger(self) -> Ledger:
        """The ledger of the account's entries."""
        return Ledger(self.entries, self.lots, basis=self.basis)

    def known_by(self, day: datetime.date) -> tuple[Claim, ...]:
        """The claims that were made by the end of a day."""
        return tuple(c for c in self.claims if c.said is None or c.said.ends <= day)


TABLES = tuple(f.name for f in fields(Account) if f.name not in ("name", "title", "note", "synthetic", "basis"))


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that does not fit to the others; ``position``: its place in its table."""

    table: str
    position: int
    record: str
    field: str
    value: str
    allowed: str
    rule: str


def broken_in(tables: Mapping[str, Sequence[Any]]) -> Iterator[Broken]:
    """Every id used twice, and every reference to a record that is not there."""
    ids: dict[str, dict[str, int]] = {table: {} for table in TABLES}
    for table in TABLES:
        for position, record in enumerate(tables[table]):
            if ids[table].setdefault(record.id, position) != position:
                yield Broken(table, position, record.id, "id", record.id, "must be there once", "duplicate-key")
    for table, name, target in _REFERENCES:
        yield from _broken_references(table, name, target, records=tables[table], known=ids[target])
    for table in TABLES:
        if table != "sources" and any(hasattr(r, "quote") for r in tables[table][:1]):
            for position, record in enumerate(tables[table]):
                if record.quote.source not in ids["sources"]:
                    yield Broken(table, position, record.id, "source", record.quote.source, "must be one of sources",
                                 "reference")
    yield from _broken_together(tables)


def _broken_references(table: str, name: str, target: str, *, records: Sequence[Any],
                       known: Mapping[str, int]) -> Iterator[Broken]:
    for position, record in enumerate(records):
        value = getattr(record, name)
        if value and value not in known:
            yield Broken(table, position, record.id, name, value, f"must be one of {target}", "reference")


def _broken_together(tables: Mapping[str, Sequence[Any]]) -> Iterator[Broken]:
    owing = {c.id: c.by for c in tables["commitments"]}
    for position, item in enumerate(tables["fulfilments"]):
        if item.by and item.by not in owing.get(item.commitment, (item.by,)):
            yield Broken("fulfilments", position, item.id, "by", item.by,
                         f"must be one of those who owe it: {', '.join(owing[item.commitment])}", "not-owing")
    groups = {c.id: c.group for c in tables["claims"]}
    for position, preference in enumerate(tables["preferences"]):
        if groups.get(preference.claim, preference.group) != preference.group:
            yield Broken("preferences", position, preference.id, "group", preference.group,
                         f"must be the group of {preference.claim}", "not-a-rival")
