"""What anyone may know of a case's account: figures, talks and hand-overs, promises, and where each is said.

Nothing here asks who is reading. Of the roster it holds counts alone, and of these none that rests on a decision
before that is public.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from casework.policy import Permission, require
from casework.queries.kept import kept, rests_on
from casework.queries.ledger import days_of, drawn_days, known_claims
from casework.queries.public_names import naming
from casework.store.bridge import basis_of, part_of_book, roster_entries_of
from casework.store.models import Account, CaseFile
from homeward.account import Ledger, PublicFigure, flow_of, public_figures, series_with_claims, states_of
from homeward.model import Transfer
from homeward.model.entries import Entry
from homeward.model.figures import Flow, Series
from homeward.model.quantities import UNITS, Amount
from homeward.model.sources import Claim, Source
from homeward.model.spans import Span
from homeward.model.talks import Meeting, MeetingEvent

__all__ = ["Happening", "Promise", "PublicAccount", "PublicTitle", "previewed_account", "public_account",
           "public_accounts"]

_TABLES = ("sources", "transfers", "claims", "channels", "channel_events", "meetings", "meeting_events", "agreements",
           "commitments", "fulfilments", "access", "operations", "lots", "entries")
_RESTS_ON = rests_on(*_TABLES, public=True)
_MISSING = "unaccounted for"
_ABOUT_THE_MISSING = {"claims": Q(figure=_MISSING)}


@dataclass(frozen=True, slots=True)
class PublicTitle:
    """A public account in the list of all."""

    number: int
    title: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened between parties, who says so, and the source."""

    on: Span
    what: str
    kind: str
    said_by: str
    source: Source | None


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised, what became of it by the day, why, who says so, and the sources."""

    made: Span
    by: str
    what: str
    due: Span | None
    state: str
    sure: bool
    why: str
    said_by: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class PublicAccount:
    """What the public sees of an account at the end of a day.

    ``by_years``: its figures count persons of a roster one by one, and are told as of the ends of years alone.
    """

    number: int
    title: str
    note: str
    synthetic: bool
    day: datetime.date
    before: datetime.date | None
    after: datetime.date | None
    by_years: bool
    figures: tuple[PublicFigure, ...]
    flow: Flow
    series: Series | None
    happenings: tuple[Happening, ...]
    promises: tuple[Promise, ...]
    sources: tuple[Source, ...]


def public_accounts() -> list[PublicTitle]:
    """The accounts that are public; asks for no account."""
    found = CaseFile.objects.filter(account_public_at__isnull=False).order_by("key")
    return [PublicTitle(one.pk, one.title or one.key, one.synthetic) for one in found]


def public_account(number: int, *, today: datetime.date, day: datetime.date | None = None) -> PublicAccount:
    """What anyone may see of a public account; raises DoesNotExist for one that is not public.

    Args: ``day``: the end of which day, by default the latest that is told.
    """
    return _told(CaseFile.objects.get(pk=number, account_public_at__isnull=False), today, day)


def previewed_account(actor: Account, case_file: CaseFile, *, today: datetime.date,
                      day: datetime.date | None = None) -> PublicAccount:
    """What anyone would see of an account, public or not; raises NotAllowed."""
    require(actor, Permission.LEDGER_READ)
    return _told(case_file, today, day)


@dataclass(frozen=True, slots=True)
class _Book:
    """What the public pages of a case are made of.

    ``days``: those on which anything of it changes; ``unsaid``: places and notes that name somebody of the roster.
    """

    ledger: Ledger
    tables: Mapping[str, tuple[Any, ...]]
    by_years: bool
    days: tuple[datetime.date, ...]
    unsaid: frozenset[str] = frozenset()


def _book(case_file: CaseFile) -> _Book:
    tables = part_of_book(case_file, _TABLES, only=_ABOUT_THE_MISSING)
    counted = tables["entries"] + roster_entries_of(case_file, public=True)
    ledger = Ledger(counted, tables["lots"], basis=basis_of(case_file))
    by_years = any(entry.person is not None for entry in counted)
    withheld, unsaid = _without_names(case_file, tables, counted) if by_years else (tables, frozenset[str]())
    happened = {span.ends for name, column in _DATED for record in withheld[name]
                if (span := getattr(record, column)) is not None}
    days = tuple(sorted({*days_of(counted), *happened, *(t.date.last_day for t in withheld["transfers"])}))
    return _Book(ledger, {name: rows for name, rows in withheld.items() if name != "entries"}, by_years, days,
                 unsaid)


_DATED = (("channel_events", "on"), ("meeting_events", "on"), ("agreements", "made"), ("commitments", "made"),
          ("commitments", "due"), ("fulfilments", "on"), ("access", "on"), ("operations", "on"))


def _without_names(case_file: CaseFile, tables: Mapping[str, tuple[Any, ...]], counted: Iterable[Entry]) -> tuple[
        dict[str, tuple[Any, ...]], frozenset[str]]:
    """The tables without whatever names a person of the roster or somebody of a family; and places that do."""
    others = {case_file.title, str(case_file.account.get("note", "")), *(entry.place for entry in counted)}
    named = naming(case_file, {("", text): text for text in others} | {
        (name, record.id): _words_of(record) for name, rows in tables.items() if name not in ("entries", "lots")
        for record in rows})
    return {name: tuple(record for record in rows if (name, record.id) not in named)
            for name, rows in tables.items()}, frozenset(text for name, text in named if not name)


def _words_of(record: Any) -> str:
    """All that a record says in words; of a claim, who makes it, which is all that is shown of it."""
    if isinstance(record, Claim):
        return record.claimant
    said = (getattr(record, name) for name in record.__dataclass_fields__ if name != "id")
    return " ".join(str(value) for value in said if value is not None)


def _told(case_file: CaseFile, today: datetime.date, asked: datetime.date | None) -> PublicAccount:
    book = kept(case_file, "public account", _RESTS_ON, lambda: _book(CaseFile.objects.get(pk=case_file.pk)))
    days = _years(book.days, today) if book.by_years else tuple(d for d in book.days if d <= today)
    day = min(asked or today, today)
    if book.by_years:
        day = max((d for d in days if d <= day), default=days[0])
    before, after = bisect_left(days, day), bisect_right(days, day)
    standing = book.ledger.as_of(day)
    # An incident often is one person's own; its counts are not told at all.
    figures = [f for f in standing.figures if not f.definition.id.endswith(", incident")
               and f.key.partition("/")[2] not in book.unsaid]
    sources = {s.id: s for s in book.tables["sources"]}
    happenings, promises = _happenings(book, day, sources), _promises(book, day, sources)
    claims = known_claims(book.tables["claims"], day)
    used = [*(h.source for h in happenings), *(s for p in promises for s in p.sources),
            *(sources.get(c.quote.source) for c in claims)]
    return PublicAccount(
        case_file.pk, _said(book, case_file.title) or case_file.key, _said(book, case_file.account.get("note", "")),
        case_file.synthetic,
        day, days[before - 1] if before else None, days[after] if after < len(days) else None, book.by_years,
        public_figures(figures, book.ledger.lots), flow_of(standing, public=True),
        _series(book, day, days, claims), happenings, promises,
        tuple(sorted({s.id: s for s in used if s is not None}.values(), key=_by_date)))


def _said(book: _Book, text: str) -> str:
    return "" if text in book.unsaid else text


def _years(days: Sequence[datetime.date], today: datetime.date) -> tuple[datetime.date, ...]:
    """The ends of the years that are over: persons of a roster are not counted from day to day for everyone."""
    first = min(days[0].year if days else today.year, today.year) - 1
    return tuple(datetime.date(year, 12, 31) for year in range(first, today.year))


def _series(book: _Book, day: datetime.date, days: Sequence[datetime.date],
            claims: Sequence[Claim]) -> Series | None:
    """The unaccounted for over time, with what was said of them by whom."""
    drawn = [d for d in days if d <= day] if book.by_years else drawn_days(book.ledger, _MISSING, day)
    if not drawn or "person" not in book.ledger.units_of(_MISSING):
        return None
    by = {c.id: c.claimant for c in claims}
    series = series_with_claims(book.ledger, _MISSING, drawn, claims)
    return replace(series, claimed=tuple(replace(p, claim=by[p.claim or ""]) for p in series.claimed))


def _promises(book: _Book, day: datetime.date, sources: Mapping[str, Source]) -> tuple[Promise, ...]:
    commitments = {c.id: c for c in book.tables["commitments"]}
    evidence = {f.id: f for f in book.tables["fulfilments"] if f.commitment in commitments}
    found = []
    for state in states_of(commitments.values(), evidence.values(), day):
        said = commitments[state.commitment]
        of = [said.quote.source, *(evidence[e].quote.source for e in state.evidence)]
        what = said.what if said.quantity is None else f"{said.what} ({said.quantity})"
        found.append((said.made.begins, Promise(
            said.made, " and ".join(said.by), what, said.due, state.state.value, state.sure, state.reason,
            tuple(dict.fromkeys((str(said.chain), *state.said_by))),
            tuple(sources[s] for s in dict.fromkeys(of) if s in sources))))
    return tuple(promise for _, promise in sorted(found, key=lambda pair: pair[0]))


def _happenings(book: _Book, day: datetime.date, sources: Mapping[str, Source]) -> tuple[Happening, ...]:
    """What is on record by the end of a day, in the order of its dates."""
    found: list[Happening] = []

    def add(on: Span, what: str, kind: str, chain: object, source: str) -> None:
        if on.ends <= day:
            found.append(Happening(on, what, kind, str(chain), sources.get(source)))

    t = book.tables
    channels = {c.id: c for c in t["channels"]}
    meetings: dict[str, Meeting] = {m.id: m for m in t["meetings"]}
    for e in (e for e in t["channel_events"] if e.channel in channels):
        what = _parted(f"{channels[e.channel].name}: {e.state}", e.by and f"by {e.by}", e.note)
        add(e.on, what, "channel", e.chain, e.quote.source)
    for e in (e for e in t["meeting_events"] if e.meeting in meetings):
        add(e.on, _of_meeting(meetings[e.meeting], e), "talks", e.chain, e.quote.source)
    for a in t["agreements"]:
        add(a.made, f"{a.title}: agreed by {' and '.join(a.parties)}", "agreement", "", a.quote.source)
    for h in t["transfers"]:
        add(Span(h.date), _of_transfer(h), "hand-over", "", h.document or "")
    for e in t["access"]:
        what = _parted(f"Access to {e.site}", e.season, str(e.state), e.by and f"by {e.by}", e.note)
        add(e.on, what, "access", e.chain, e.quote.source)
    for o in t["operations"]:
        add(o.on, _parted(o.name, o.site, " and ".join(o.parties)), "operation", o.chain, o.quote.source)
    return tuple(sorted(found, key=lambda one: one.on.ends))


def _of_transfer(transfer: Transfer) -> str:
    counted = "" if transfer.count is None or not transfer.unit else str(
        Amount.exactly(transfer.count, transfer.unit)) if transfer.unit in UNITS else (
        f"{transfer.count:,} {transfer.unit}")
    return _parted(f"{transfer.giver} to {transfer.receiver}", counted, transfer.place)


def _of_meeting(meeting: Meeting, event: MeetingEvent) -> str:
    when = f"for {event.meant_for}" if event.meant_for is not None else ""
    absent = f"{' and '.join(event.absent)} stayed away" if event.absent else ""
    return _parted(f"{meeting.title}: {event.state}", when, event.by and f"by {event.by}", absent, event.note)


def _parted(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _by_date(source: Source) -> tuple[str, str]:
    return str(source.dated or "9999"), source.title
