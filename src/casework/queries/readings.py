"""Readings of documents: what was proposed of each, what stands beside it, what became of it."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from casework.policy import Permission, may
from casework.queries.visible import visible
from casework.store.bridge import BOOK, said_by_row
from casework.store.bridge.readings import proposal_of
from casework.store.models import (
    Account,
    CaseFile,
    Claim,
    Document,
    DocumentText,
    Meeting,
    MeetingEvent,
    ReadProposal,
    ReadRecord,
    Record,
)
from homeward.intake import Beside, Relation, Talk, beside_known
from homeward.intake.actors import named
from homeward.model.sources import Claim as SaidClaim
from homeward.model.spans import Span

__all__ = ["ORDERS", "Known", "Shown", "last_decided", "meetings_near", "proposal_behind", "proposals", "read_proposal",
           "reading", "reading_of_document", "readings", "shown_with"]

ORDERS: Mapping[str, tuple[str, ...]] = {"text": ("mark_start", "number"), "surest": ("-confidence", "number")}
_NEAR = datetime.timedelta(45)
_MOST_REPEATS = 5
_MOST_MEETINGS = 10


@dataclass(frozen=True, slots=True)
class Known:
    """A claim of the register beside a proposal, and how the two stand to each other."""

    claim: Claim
    beside: Beside

    @property
    def contradicts(self) -> bool:
        """Whether no number fits both."""
        return self.beside.relation is Relation.CONTRADICTS


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal with what stands beside it.

    ``repeats``: proposals that say the same, in this document and others; ``known``: claims of the register about what
    may be the same; ``meetings``: those of the same parties near that time, the likeliest first; ``likeliest``: the
    key of the meeting that is surely meant, "" where there is none; ``made``: the records that it became, by table.
    """

    row: ReadProposal
    repeats: Sequence[ReadProposal]
    known: Sequence[Known]
    meetings: Sequence[Meeting]
    likeliest: str
    made: Sequence[tuple[str, Any]]


def readings(actor: Account, case_file: CaseFile, *, state: str = "") -> QuerySet[DocumentText]:
    """The readings of a case, the latest first, each with its proposals counted by what became of them.

    ``state``: "open" where something is to be decided, "decided" where nothing is. Raises NotAllowed.
    """
    rows = visible(actor, Permission.DOCUMENT_READ, DocumentText).filter(
        case=case_file, document__withdrawn_at__isnull=True)
    counted = rows.defer("text").select_related("document", "read_by").annotate(
        n_open=_count("open"), n_accepted=_count("accepted"), n_edited=_count("edited"), n_rejected=_count("rejected"))
    if state:
        counted = counted.filter(n_open__gt=0) if state == "open" else counted.filter(n_open=0, state="read")
    return counted.order_by("-pk")


def _count(state: str) -> Count:
    return Count("proposals", filter=Q(proposals__state=state))


def reading(actor: Account, number: int) -> DocumentText:
    """One reading; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.DOCUMENT_READ, DocumentText)
    return rows.select_related("document", "case", "read_by").get(pk=number)


def reading_of_document(actor: Account, document: Document) -> DocumentText | None:
    """The reading of a document, None where it was not read; raises NotAllowed."""
    return visible(actor, Permission.DOCUMENT_READ, DocumentText).defer("text").filter(document=document).first()


def read_proposal(actor: Account, number: int) -> ReadProposal:
    """One proposal of a reader; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.DOCUMENT_READ, ReadProposal).select_related(
        "reading__case", "reading__document", "decided_by")
    return rows.defer("reading__text").get(pk=number)


def proposals(actor: Account, of: DocumentText, *, order: str = "text", state: str = "") -> QuerySet[ReadProposal]:
    """What was proposed of a document, by ``ORDERS``; ``state``: one alone. Raises NotAllowed."""
    rows = visible(actor, Permission.DOCUMENT_READ, ReadProposal).filter(reading=of).select_related("decided_by")
    if state:
        rows = rows.filter(state=state)
    return rows.order_by(*ORDERS[order])


def last_decided(actor: Account, of: DocumentText) -> ReadProposal | None:
    """The proposal of a reading on which the actor decided last, None where there is none; raises NotAllowed."""
    rows = visible(actor, Permission.DOCUMENT_READ, ReadProposal).filter(reading=of, decided_by=actor)
    return rows.order_by("-decided_at", "-pk").first()


def shown_with(actor: Account, of: DocumentText, rows: Sequence[ReadProposal]) -> list[Shown]:
    """Proposals of one reading with what stands beside each; raises NotAllowed."""
    made = _made(rows)
    repeats, known = _repeats(actor, of, rows), _known(actor, of, rows, made)
    meetings = _Meetings(actor, of) if any(row.kind == "meeting" and row.state == "open" for row in rows) else None
    found = []
    for row in rows:
        near, likeliest = meetings.near(row) if meetings and row.kind == "meeting" and row.state == "open" else ([], "")
        found.append(Shown(row, repeats.get(row.pk, ()), known.get(row.pk, ()), near, likeliest, made.get(row.pk, ())))
    return found


def meetings_near(actor: Account, row: ReadProposal) -> tuple[Sequence[Meeting], str]:
    """The meetings of the register that a proposed one may be, and the key of the likeliest; raises NotAllowed."""
    return _Meetings(actor, row.reading).near(row) if row.kind == "meeting" else ((), "")


def proposal_behind(actor: Account, record: Record) -> ReadProposal | None:
    """The proposal that a record was made of, None where it was recorded otherwise, or documents are not the actor's.
    """
    names = [name for name, table in BOOK.items() if table.model is type(record)]
    if not names or not may(actor.role, Permission.DOCUMENT_READ):
        return None
    made = ReadRecord.objects.filter(table__in=names, row=record.pk).select_related(
        "proposal__reading__document", "proposal__decided_by").defer("proposal__reading__text").first()
    return None if made is None else made.proposal


def _made(rows: Sequence[ReadProposal]) -> dict[int, list[tuple[str, Any]]]:
    found: dict[int, list[tuple[str, Any]]] = defaultdict(list)
    for one in ReadRecord.objects.filter(proposal__in=[row.pk for row in rows]).order_by("pk"):
        record = BOOK[one.table].model._default_manager.filter(pk=one.row).first()
        if record is not None:
            found[one.proposal_id].append((one.table, record))
    return found


def _repeats(actor: Account, of: DocumentText, rows: Sequence[ReadProposal]) -> dict[int, list[ReadProposal]]:
    """The proposals that say the same, those of standing documents of the case alone."""
    sayings = {row.same for row in rows if row.same}
    others = visible(actor, Permission.DOCUMENT_READ, ReadProposal).filter(
        same__in=sayings, reading__case=of.case_id, reading__document__withdrawn_at__isnull=True)
    by_saying: dict[str, list[ReadProposal]] = defaultdict(list)
    for other in others.select_related("reading__document").defer("reading__text").order_by("pk"):
        by_saying[other.same].append(other)
    return {row.pk: [other for other in by_saying[row.same] if other.pk != row.pk][:_MOST_REPEATS]
            for row in rows if row.same}


def _known(actor: Account, of: DocumentText, rows: Sequence[ReadProposal],
           made: Mapping[int, Sequence[tuple[str, Any]]]) -> dict[int, list[Known]]:
    """The claims of the case beside the proposed ones, without those that became of these themselves."""
    proposed = [proposal_of(row, of.document.key) for row in rows if row.kind == "claim"]
    values = [p.value for p in proposed]
    units = {v.quantity.unit for v in values if isinstance(v, SaidClaim) and v.quantity is not None}
    claims = {claim.key: claim for claim in visible(actor, Permission.CLAIM_READ, Claim).filter(
        case=of.case_id, unit__in=units).select_related("source")}
    own = {pk: {record.key for _, record in records} for pk, records in made.items()}
    found: dict[int, list[Known]] = defaultdict(list)
    for beside in beside_known(proposed, [said_by_row(claim) for claim in claims.values()]):
        if beside.claim not in own.get(int(beside.proposal), ()):
            found[int(beside.proposal)].append(Known(claims[beside.claim], beside))
    return found


class _Meetings:
    """The meetings of a case by their parties and times, among which that of a proposal may be."""

    def __init__(self, actor: Account, of: DocumentText) -> None:
        self._source = of.document.key
        self._rows = {m.pk: (m, _names(m.parties))
                      for m in visible(actor, Permission.TALK_READ, Meeting).filter(case=of.case_id)}
        self._spans: dict[int, list[Span]] = defaultdict(list)
        events = visible(actor, Permission.TALK_READ, MeetingEvent).filter(case=of.case_id)
        for meeting, on, meant in events.values_list("meeting", "on", "meant_for"):
            self._spans[meeting].append(meant or on)

    def near(self, row: ReadProposal) -> tuple[list[Meeting], str]:
        """The meetings of the same parties within 45 days, the nearest first; and the key of one on the same day."""
        talk = proposal_of(row, self._source).value
        if not isinstance(talk, Talk):
            return [], ""
        span, parties = talk.event.meant_for or talk.event.on, _names(talk.meeting.parties)
        found = []
        for pk, (meeting, there) in self._rows.items():
            apart = min((_apart(span, other) for other in self._spans[pk]), default=None)
            shared = len(parties & there)
            if apart is not None and apart <= _NEAR and shared >= min(2, len(parties)):
                found.append((apart, -shared, meeting.key, meeting))
        found.sort(key=lambda one: one[:3])
        same_day = [key for apart, _, key, _ in found if not apart and span.is_day]
        return [meeting for *_, meeting in found[:_MOST_MEETINGS]], same_day[0] if len(same_day) == 1 else ""


def _names(parties: Iterable[str]) -> set[str]:
    return {named(party)[0].casefold() for party in parties}


def _apart(one: Span, other: Span) -> datetime.timedelta:
    """The time between two spans, none where they may be the same day."""
    return max(one.begins - other.ends, other.begins - one.ends, datetime.timedelta(0))
