"""Custody: items received, handed over, released; opened, sealed, checked, divided and used up by their holder.

Every act appends one event for each item to the register's one chain. It is refused whole, with all its faults, where
what it says cannot follow what was recorded before.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from casework.actions.act import act as acting
from casework.actions.custody_items import Item, belongs_to, give_to, standing_records
from casework.policy import Permission, require
from casework.store.actor import current_actor
from casework.store.custody import last_head, lock_chain, related_events, row_of
from casework.store.models import Account, CaseFile, CustodyEvent, Document, Organisation, Record
from homeward.custody import (
    FIRST_HASH,
    Act,
    Event,
    Findings,
    Head,
    Phase,
    Row,
    Weight,
    Whereabouts,
    form_faults,
    hash_of,
)
from homeward.model import Fault, FaultyInput, InvalidValue, PartialDate

__all__ = ["HOLDERS_ACTS", "MOST_ITEMS", "HandOver", "Handed", "hand_over", "receive", "record_act", "release"]

MOST_ITEMS = 10_000
HOLDERS_ACTS = (Act.OPENED, Act.SEALED, Act.CHECKED, Act.TAKEN_OUT, Act.PUT_INTO, Act.USED_UP)
When = PartialDate | datetime.datetime


@dataclass(frozen=True, slots=True)
class Handed:
    """One item of an act, as it was seen then.

    ``count`` is of ``unit``; ``seals`` are their numbers, with commas between them; ``difference`` says why count,
    seals or mass are not those recorded before; ``parent`` is what it is taken out of or put into, by kind and key.
    """

    kind: str
    key: str
    count: int | None = None
    unit: str = ""
    seals: str = ""
    mass_mg: int | None = None
    difference: str = ""
    note: str = ""
    parent: Item | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """An act that was recorded: its key, its events, and the head that its receipt shows."""

    key: str
    events: tuple[Event, ...]
    head: Head


@dataclass(frozen=True, slots=True)
class _Told:
    """What the events of one act have in common."""

    act: Act
    giver: str
    receiver: str
    at: When
    place: str
    note: str
    document: Document | None
    key: str | None


def hand_over(*, actor: Account, case: CaseFile, items: Sequence[Handed], giver: str, receiver: str, at: When,
              place: str, note: str = "", document: Document | None = None, key: str | None = None,
              to: Organisation | None = None) -> HandOver:
    """Record that items passed from the one who holds them to another party.

    Args: ``at``: when, a moment with its time zone or a date as far as it is known; ``key``: of the hand-over (None:
    made from its number); ``to``: the organisation of this register to which the items' records belong from now on
    (None: they stay whose they are).

    Raises FaultyInput with all faults: an item that is not in the register or that the giver does not hold, a count,
    seals or a mass that differ without a word, a time before the item's last event, a column that may not hold what it
    does; NotAllowed. Then nothing is recorded.
    """
    told = _Told(Act.HANDED_OVER, giver, receiver, at, place, note, document, key)
    return _append(actor, Permission.CUSTODY_WRITE, case, told, items, to=to)


def receive(*, actor: Account, case: CaseFile, items: Sequence[Handed], giver: str, receiver: str, at: When,
            place: str, note: str = "", document: Document | None = None, key: str | None = None,
            to: Organisation | None = None) -> HandOver:
    """Record that items came from outside: their custody begins, or begins again; otherwise as ``hand_over``."""
    told = _Told(Act.RECEIVED, giver, receiver, at, place, note, document, key)
    return _append(actor, Permission.CUSTODY_WRITE, case, told, items, to=to)


def release(*, actor: Account, case: CaseFile, items: Sequence[Handed], giver: str, receiver: str, at: When,
            place: str, note: str = "", document: Document | None = None, key: str | None = None) -> HandOver:
    """Record that items left the register's world, for a family or another authority; otherwise as ``hand_over``."""
    told = _Told(Act.RELEASED, giver, receiver, at, place, note, document, key)
    return _append(actor, Permission.CUSTODY_RELEASE, case, told, items)


def record_act(*, actor: Account, case: CaseFile, act: Act, items: Sequence[Handed], holder: str, at: When, place: str,
               note: str = "", document: Document | None = None, key: str | None = None) -> HandOver:
    """Record what the holder did with items: one of HOLDERS_ACTS; otherwise as ``hand_over``."""
    if act not in HOLDERS_ACTS:
        raise InvalidValue("custody", "act", str(act), f"must be one of {', '.join(HOLDERS_ACTS)}")
    told = _Told(act, holder, "" if act is Act.USED_UP else holder, at, place, note, document, key)
    return _append(actor, Permission.CUSTODY_WRITE, case, told, items)


def _append(actor: Account, permission: Permission, case: CaseFile, told: _Told, items: Sequence[Handed], *,
            to: Organisation | None = None) -> HandOver:
    with acting(actor, permission):
        named = [(i.kind, i.key) for i in items]
        records = standing_records(case, {*named, *(i.parent for i in items if i.parent is not None)})
        require(actor, permission, *records.values())
        lock_chain()
        head = last_head()
        rows = _rows(case, told, items, head)
        faults = [*_faults_of_the_list(case, told, items, rows, records), *_faults_of_form(told, rows)]
        if not faults:
            faults = _faults_of_custody(case, told, rows, records)
        if faults:
            raise FaultyInput(faults)
        chained = _chained(rows, FIRST_HASH if head is None else head.hash)
        CustodyEvent.objects.bulk_create([_stored(case, row) for row in chained])
        if to is not None:
            give_to(to, [records[item] for item in named], actor=actor, reason=f"{told.act}: {rows[0].handover}")
    events = tuple(Event.of(row) for row in chained)
    return HandOver(chained[0].handover, events, Head(events[-1].seq, events[-1].hash))


def _rows(case: CaseFile, told: _Told, items: Iterable[Handed], head: Head | None) -> list[Row]:
    """The events but for their place in the chain."""
    first = 1 if head is None else head.seq + 1
    recorded = timezone.now().astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return [Row(
        form="1", seq=str(first + i), handover=_clean(told.key) if told.key else f"H-{first:06d}", case_key=case.key,
        item_kind=item.kind, item_key=item.key, act=told.act.value, giver=_clean(told.giver),
        receiver=_clean(told.receiver), at=_moment(told.at), place=_clean(told.place),
        parent_kind=item.parent[0] if item.parent else "", parent_key=item.parent[1] if item.parent else "",
        count="" if item.count is None else str(item.count), unit=item.unit, seals=_seals(item.seals),
        mass_mg="" if item.mass_mg is None else str(item.mass_mg), difference=_clean(item.difference),
        note=_clean(item.note or told.note), document_key=told.document.key if told.document else "",
        actor=current_actor(), recorded=recorded, previous_hash=FIRST_HASH) for i, item in enumerate(items)]


def _faults_of_the_list(case: CaseFile, told: _Told, items: Sequence[Handed], rows: Sequence[Row],
                        records: dict[Item, Record]) -> list[Fault]:
    what, found, seen = told.act.value, list[Fault](), set[Item]()
    if not 0 < len(items) <= MOST_ITEMS:
        found.append(Fault(what, 0, "items", str(len(items)), f"must be 1 to {MOST_ITEMS}", "form"))
    if rows and CustodyEvent.objects.filter(handover=rows[0].handover).exists():
        found.append(Fault(what, 0, "key", rows[0].handover, "is the key of an earlier act", "form"))
    if told.document is not None and told.document.case_id != case.pk:
        found.append(Fault(what, 0, "document", told.document.key, "must be of the same case", "form"))
    for number, item in enumerate(items, 1):
        if (item.kind, item.key) in seen:
            found.append(Fault(what, number, "item", f"{item.kind} {item.key}", "is named twice", "form"))
        seen.add((item.kind, item.key))
        found += [Fault(what, number, column, f"{kind} {key}", "is not in the register, or was withdrawn", "unknown")
                  for column, (kind, key) in (("item", (item.kind, item.key)), ("parent", item.parent or ("", "")))
                  if kind and (kind, key) not in records]
    return found


def _faults_of_form(told: _Told, rows: Iterable[Row]) -> list[Fault]:
    found = [(number, fault) for number, row in enumerate(rows, 1) for fault in form_faults(row)]
    # What all items share is said once.
    shared = {"handover", "case_key", "giver", "receiver", "at", "place", "document_key", "actor"}
    faults = [Fault(told.act.value, 0 if column in shared else number, column, value, allowed, "form")
              for number, (column, value, allowed) in found]
    return list(dict.fromkeys(faults))


def _faults_of_custody(case: CaseFile, told: _Told, rows: Sequence[Row], records: dict[Item, Record]) -> list[Fault]:
    """What cannot follow what was recorded before, by the rules that verification goes by."""
    of = {item: belongs_to(record) for item, record in records.items()}
    whereabouts = Whereabouts(Findings())
    for event in related_events(case, {*of, *(whole for some in of.values() for whole in some)}):
        whereabouts.add(row_of(event))
    now = whereabouts.findings = Findings(most=MOST_ITEMS)
    for row in rows:
        _compare_with_register(whereabouts, row, of[row.item_kind, row.item_key])
        whereabouts.add(row)
    first = int(rows[0].seq)
    return [Fault(told.act.value, found.seq - first + 1, "", found.item, found.message, found.rule)
            for found in now.kept if found.weight is not Weight.NOTE]


def _compare_with_register(whereabouts: Whereabouts, row: Row, of: Sequence[Item]) -> None:
    """A first event must agree with what the register says the item is of."""
    if whereabouts.standing((row.case_key, row.item_kind, row.item_key)) is not None:
        return
    for kind, key in of:
        whole = whereabouts.standing((row.case_key, kind, key))
        if row.act == Act.RECEIVED and whole is not None and whole.phase in (Phase.HELD, Phase.INSIDE):
            whereabouts.findings.tell("begins", int(row.seq), row.item,
                                 f"is of {kind} {key}, which {whole.holder} holds: it is taken out of that")
    if row.act == Act.TAKEN_OUT and of and (row.parent_kind, row.parent_key) not in of:
        whereabouts.findings.tell("parent", int(row.seq), row.item,
                             f"is of {of[0][0]} {of[0][1]} by the register, and not of {row.parent_kind} "
                             f"{row.parent_key}")


def _chained(rows: Iterable[Row], previous: str) -> list[Row]:
    chained = []
    for row in rows:
        chained.append(row._replace(previous_hash=previous))
        previous = hash_of(chained[-1].line)
    return chained


def _stored(case: CaseFile, row: Row) -> CustodyEvent:
    values = {**row._asdict(), "form": int(row.form), "seq": int(row.seq),
              "count": int(row.count) if row.count else None, "mass_mg": int(row.mass_mg) if row.mass_mg else None}
    return CustodyEvent(**values, hash=hash_of(row.line), case=case)


def _clean(text: str) -> str:
    """The text in one spelling of its characters, without blanks around it."""
    return unicodedata.normalize("NFC", text).strip()


def _seals(text: str) -> str:
    """Seals in one order, so that they compare whatever order they were read in."""
    return ", ".join(sorted({_clean(seal) for seal in text.replace(";", ",").split(",") if seal.strip()}))


def _moment(at: When) -> str:
    if isinstance(at, PartialDate):
        return str(at)
    if at.tzinfo is None:
        raise InvalidValue("custody", "at", str(at), "must have its time zone")
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%MZ")
