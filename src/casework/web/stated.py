"""The kinds of statements that have pages: their tables, forms and addresses, and how what they share is shown."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.forms import ChoiceField
from django.forms.utils import pretty_name
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casework.policy import Permission, may
from casework.queries.books import BOOK_READ_BY, statement
from casework.queries.claims import parties_named, surroundings
from casework.queries.said import as_said
from casework.web.forms import claims, holdings, talks
from casework.web.forms.statements import MaybeCountedForm, QuotedForm, SaidForm
from casework.web.rules import Request
from casework.web.shown import Facts, Lines, Link, link
from homeward.model import InvalidValue, PartialDate

__all__ = ["STATED", "Day", "Names", "Stated", "asked_day", "at_day", "day_page", "facts_of", "number_of",
           "place_facts", "quoted", "source_link"]


@dataclass(frozen=True, slots=True)
class Stated:
    """One kind of statement: its table in the account, its form, the folder of its addresses.

    ``words``: what it is called on pages; ``owner``: the kind that it is part of, by its name, where it is one.
    """

    name: str
    table: str
    form: Any
    folder: str
    words: str
    owner: str = ""

    @property
    def read(self) -> Permission:
        """What it takes to see it."""
        return BOOK_READ_BY[self.table]

    @property
    def write(self) -> Permission:
        """What it takes to record and correct it."""
        return Permission(self.read.value.replace("read", "write"))

    @property
    def argument(self) -> str:
        """What the number of its row is called in addresses."""
        return f"{self.name.replace('-', '_')}_id"

    @property
    def column(self) -> str:
        """What a record that refers to one of this kind calls it."""
        return self.name.replace("-", "_")

    def get(self, actor: Any, number: int) -> Any:
        """One of them, withdrawn or not; raises DoesNotExist, NotAllowed."""
        return statement(actor, self.table, number)


STATED: Mapping[str, Stated] = MappingProxyType({one.name: one for one in (
    Stated("party", "actors", claims.PartyForm, "parties", "party"),
    Stated("claim", "claims", claims.ClaimForm, "claims", "claim"),
    Stated("channel", "channels", talks.ChannelForm, "channels", "channel"),
    Stated("channel-event", "channel_events", talks.ChannelEventForm, "channel-events", "event of a channel",
           "channel"),
    Stated("meeting", "meetings", talks.MeetingForm, "meetings", "meeting"),
    Stated("meeting-event", "meeting_events", talks.MeetingEventForm, "meeting-events", "event of a meeting",
           "meeting"),
    Stated("delegation", "delegations", talks.DelegationForm, "delegations", "delegation", "meeting"),
    Stated("agenda-item", "agenda", talks.AgendaItemForm, "agenda-items", "subject of a meeting", "meeting"),
    Stated("agreement", "agreements", talks.AgreementForm, "agreements", "agreement"),
    Stated("commitment", "commitments", talks.CommitmentForm, "commitments", "promise"),
    Stated("fulfilment", "fulfilments", talks.FulfilmentForm, "fulfilments", "piece of evidence", "commitment"),
    Stated("holding", "holdings", holdings.HoldingForm, "holdings", "holding"),
    Stated("content", "contents", holdings.ContentForm, "contents", "content of a transfer"),
    Stated("access", "access", holdings.AccessForm, "access", "act about access"),
    Stated("payment", "payments", holdings.PaymentForm, "payments", "payment"),
    Stated("operation", "operations", holdings.OperationForm, "operations", "operation"),
)})
_ASKED = {"key", "reason", "basis", "version"}


@dataclass(frozen=True, slots=True)
class Day:
    """The day as of whose end a page is asked for; ``wrong``: what was written instead, where it was no day."""

    day: datetime.date
    wrong: str = ""
    chosen: bool = False


class Names:
    """Names as sources write them, each a link to its party where the case has it."""

    def __init__(self, user: Any, case: Any) -> None:
        self._known = parties_named(user, case) if may(user.role, Permission.CLAIM_READ) else {}

    def one(self, name: str) -> Any:
        """A name; "Kelly McKeague, DPAA" leads to the first of both that is a party. None for no name."""
        if not name:
            return None
        found = next((self._known[part.strip().casefold()] for part in (name, *name.split(","))
                      if part.strip().casefold() in self._known), None)
        return name if found is None else link("party", found, name)

    def several(self, names: Iterable[str]) -> Any:
        """Names, one beneath the other; None where there are none."""
        return Lines([self.one(name) for name in names]) if names else None


def asked_day(request: Request) -> Day:
    """The day that was asked for by ``?as_of=``, by default today."""
    text, today = request.GET.get("as_of", "").strip()[:20], timezone.localdate()
    if not text:
        return Day(today)
    try:
        found = PartialDate.parse(text)
    except InvalidValue:
        return Day(today, text)
    # A month or a year is taken at its end, as whatever else is known no better.
    return Day(found.last_day, chosen=True)


def at_day(found: Link | None, day: Day) -> Link | None:
    """A link that keeps the day which was chosen."""
    return Link(found.words, f"{found.to}?as_of={day.day}", found.sub) if found is not None and day.chosen else found


def day_page(request: Request, template: str, day: Day, **context: Any) -> HttpResponse:
    """A page that shows how things stood at the end of a day, with a field to choose another."""
    return render(request, template, {"day": day, "history": None, **context})


def number_of(row: Any) -> Any:
    """The number that a row states, in words with its bounds; None where it states none."""
    item, = as_said([row])
    return item.record.quantity


def source_link(row: Any) -> Any:
    """The document that a row rests on."""
    source = row.source
    sub = ", ".join(part for part in (source.publisher, str(source.dated or "")) if part)
    return link("document", source, source.title, sub)


def quoted(row: Any) -> str | None:
    """The words that a row rests on, in quotation marks; None where they were not transcribed."""
    return f"“{row.quote}”" if row.quote else None


def place_facts(user: Any, row: Any, *, chain: bool = True) -> Facts:
    """Where the words of a row stand, and who says them; without the ``chain`` where it is shown by itself."""
    rows: list[tuple[str, Any]] = [("Document", source_link(row)), ("The words, verbatim", quoted(row)),
                                   ("Page", row.page)]
    if row.start is not None:
        rows.append(("In the document’s text", f"characters {row.start:,} to {row.end:,}"))
    around = surroundings(user, row)
    if around is not None and not around.verbatim:
        rows.append(("Checked against its text", "the words do not stand there"))
    elif around is not None:
        rows.append(("Around them", f"… {around.before}⟦{around.words}⟧{around.after} …"))
    if chain and hasattr(row, "said_by"):
        rows.insert(0, ("Who says it, and through whom", row.said_by))
    return Facts("Where it stands", rows)


def facts_of(user: Any, row: Any, one: Stated) -> Facts:
    """What a row says, by the fields of its form."""
    names = Names(user, row.case)
    rows: list[tuple[str, Any]] = []
    if one.owner:
        kind, owner = STATED[one.owner], getattr(row, STATED[one.owner].column)
        called = next(str(getattr(owner, n)) for n in ("name", "title", "what") if hasattr(owner, n))
        rows.append((kind.words.capitalize(), link(one.owner, owner, called)))
    shared = {*QuotedForm.base_fields, *SaidForm.base_fields, *MaybeCountedForm.base_fields, *_ASKED}
    if issubclass(one.form, MaybeCountedForm):
        rows.append(("Number", number_of(row)))
    for name, field in one.form.base_fields.items():
        if name not in shared and name not in (one.owner, "transfer"):
            value = getattr(row, name)
            said = names.several(value) if isinstance(value, list) else value
            if isinstance(field, ChoiceField):
                offered: Any = field.choices
                said = dict(offered).get("" if value is None else str(value).lower(), value)
            said = names.one(value) if name in one.form.of_parties else said
            rows.append((field.label or pretty_name(name), said))
    return Facts(f"The {one.words}", rows)
