"""The chain of custody: its events, its head, and recording that items changed hands."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field, StringConstraints

from casework.actions.custody import Handed, HandOver, hand_over, receive
from casework.api import shapes
from casework.api.acts import Repeatable, answered
from casework.api.intake import Date, Key, Line, Link, Prose, Strict
from casework.api.paging import LARGEST, Page, Paging, Text, page_of
from casework.api.problems import PROBLEMS, READ_PROBLEMS
from casework.api.security import guarded
from casework.policy import Permission
from casework.queries import cases, custody, tables
from homeward.model import InvalidValue

__all__ = ["router"]

router = Router(tags=["custody"])
_Kind = Annotated[str, StringConstraints(pattern=r"^(container|remains|element|sample)$")]


class OfItem(Paging):
    """The events of one item of a case."""

    case: Annotated[int, Query(ge=1, le=LARGEST)]
    kind: Annotated[str, Query(pattern=r"^(container|remains|element|sample)$")]
    key: Text


class HeadOut(Schema):
    """Number and hash of the chain's last event, as receipts show it; 0 and nothing before the first event."""

    seq: int
    hash: str


class HandOverOut(Schema):
    """An act of custody as it was recorded, with the head that its receipt shows."""

    key: str
    first_seq: int
    last_seq: int
    n_items: int
    head: HeadOut


class HandedIn(Strict):
    """One item as it was handed over; count with its unit."""

    kind: _Kind
    key: Key
    count: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    unit: Annotated[str, StringConstraints(pattern=r"^(box|set|bone|person)?$")] = ""
    seals: Line = ""
    mass_mg: Annotated[int, Field(ge=0, le=LARGEST)] | None = None
    difference: Line = ""
    note: Line = ""


class HandOverIn(Strict):
    """Items that passed from one party to another; ``at`` a moment with its zone, or ``on`` a date as far as known."""

    case: Link
    act: Annotated[str, StringConstraints(pattern=r"^(received|handed over)$")] = "handed over"
    giver: Line
    receiver: Line
    at: AwareDatetime | None = None
    on: Date | None = None
    place: Line
    note: Prose = ""
    document: Link | None = None
    items: Annotated[list[HandedIn], Field(min_length=1, max_length=1000)]


@router.get("/custody/events", response={200: Page[shapes.CustodyOut], **READ_PROBLEMS})
@guarded(Permission.CUSTODY_READ)
def list_events(request: HttpRequest, wanted: Query[OfItem]) -> Any:
    """What happened to one item, in order."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    return page_of(custody.history(actor, cases.case(actor, wanted.case), wanted.kind, wanted.key), wanted)


@router.get("/custody/head", response={200: HeadOut, **READ_PROBLEMS})
@guarded(Permission.CUSTODY_READ)
def get_head(request: HttpRequest) -> Any:
    """The head of the chain: with it anyone can find out later whether an earlier event was changed."""
    return custody.custody_head(request.auth) or {"seq": 0, "hash": ""}  # type: ignore[attr-defined]


@router.get("/custody/receipt", response={200: None, **READ_PROBLEMS},
            openapi_extra={"responses": {200: {"content": {"application/pdf": {
                "schema": {"type": "string", "format": "binary"}}}}}})
@guarded(Permission.CUSTODY_READ)
def get_receipt(request: HttpRequest, key: Query[Text]) -> Any:
    """The receipt of an act, a PDF to be signed."""
    content = custody.receipt_pdf(request.auth, key)  # type: ignore[attr-defined]
    return HttpResponse(content, content_type="application/pdf")


@router.post("/custody/hand-overs", response={201: HandOverOut, **PROBLEMS})
@guarded(Permission.CUSTODY_WRITE)
def record_hand_over(request: HttpRequest, told: HandOverIn, idempotency_key: Repeatable = None) -> Any:
    """Record that items were received or handed over; releasing them asks a person for a second factor."""
    actor: Any = request.auth  # type: ignore[attr-defined]

    def do() -> dict[str, Any]:
        document = None if told.document is None else tables.one(actor, "documents", told.document)
        record = receive if told.act == "received" else hand_over
        done = record(actor=actor, case=cases.case(actor, told.case), giver=told.giver, receiver=told.receiver,
                      items=[Handed(**dict(item)) for item in told.items], at=_moment(told), place=told.place,
                      note=told.note, document=document)
        return _shown(done)

    return Status(201, answered(request, idempotency_key, HandOverOut, do))


def _moment(told: HandOverIn) -> Any:
    if (told.at is None) == (told.on is None):
        raise InvalidValue("hand-over", "at", str(told.at), "or on must be given, and not both")
    return told.on if told.at is None else told.at


def _shown(done: HandOver) -> dict[str, Any]:
    return {"key": done.key, "first_seq": done.events[0].seq, "last_seq": done.events[-1].seq,
            "n_items": len(done.events), "head": {"seq": done.head.seq, "hash": done.head.hash}}
