"""Talks: channels, meetings, agreements, and what became of what was promised, as of any day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from casework.policy import Permission, may
from casework.queries.books import statement
from casework.queries.cases import case
from casework.queries.said import Said
from casework.queries.talks import (
    STATES,
    ChannelOn,
    MeetingOn,
    Promise,
    agreements,
    agreements_of,
    channel_on,
    channels_on,
    meeting_standing,
    meetings_on,
    promise,
    promises,
    records_behind,
)
from casework.web.forms.talks import EFFECT_WORDS
from casework.web.listing import asked_text, choice
from casework.web.record_page import acts_on, in_case, record_page, standard_acts
from casework.web.rules import Request, allowed
from casework.web.shown import Act, Badge, Facts, Lines, Link, Table, act, link
from casework.web.stated import Day, Names, asked_day, at_day, day_page, place_facts, quoted, source_link
from casework.web.views.stating import evidence_table

__all__ = ["agreement_page", "channel_page", "commitment_page", "commitments_page", "meeting_page", "talks_page"]

P = Permission


@dataclass(frozen=True, slots=True)
class Moment:
    """One meeting on the timeline: when it begins, its state, and what is known of it."""

    when: str
    meeting: Any
    state: Any
    rows: Sequence[tuple[str, Any]]


@allowed(P.TALK_READ)
def talks_page(request: Request, case_id: int) -> HttpResponse:
    """The talks of a case as they stood at the end of a day."""
    user, found, day = request.user, case(request.user, case_id), asked_day(request)
    kept = promises(user, found, day.day)
    sections = [
        Table("Channels", ("Channel", "Between", "State", "Since", "Last done by"), [
            _channel_row(c, day) for c in channels_on(user, found, day.day)],
            acts=_adding(user, ("Add a channel", "channel-new", found.pk))),
        Table("Agreements", ("Agreement", "Made", "Parties", "Promises", "What became of them"), [
            _agreement_row(a, [p for p in kept if p.row.agreement_id == a.row.pk], day)
            for a in agreements(user, found) if a.record.made.begins <= day.day],
            acts=_adding(user, ("Add an agreement", "agreement-new", found.pk))),
        Table("Promises", ("What became of them", "How many"), _became_of_all(kept, found, day), numbers=(1,), acts=[
            act("The list of promises", "commitments", found.pk),
            *_adding(user, ("Add a promise", "commitment-new", found.pk))])]
    return day_page(request, "web/talks.html", day, title="Talks", case=found, sections=sections,
                    moments=[_moment(m, day) for m in meetings_on(user, found, day.day) if m.is_known],
                    moment_acts=_adding(user, ("Add a meeting", "meeting-new", found.pk)), crumbs=in_case(found))


@allowed(P.TALK_READ)
def channel_page(request: Request, channel_id: int) -> HttpResponse:
    """One channel: open or cut, and its history."""
    user, day = request.user, asked_day(request)
    found = channel_on(user, statement(user, "channels", channel_id), day.day)
    row, names = found.row, Names(user, statement(user, "channels", channel_id).case)
    sections = [
        Facts("The channel", (("Name", row.name), ("Between", names.several(row.between)),
                              (f"At the end of {day.day}", _open_badge(found)))),
        Table("Its history", ("When", "What was done", "By", "Who says so", "Source"), [
            (e.record.on, link("channel-event", e.row, e.record.state.value, e.row.note), names.one(e.record.by),
             e.row.said_by, _source(e.row)) for e in found.events],
            acts=acts_on(user, row, (P.TALK_WRITE, act("Add what was done", "channel-event-new", row.pk))))]
    return record_page(request, row, kind=f"Channel {row.key}", title=row.name, sections=sections, day=day,
                       template="web/dated.html", acts=standard_acts(user, row, "channel"),
                       crumbs=in_case(row.case, ("Talks", "talks")))


@allowed(P.TALK_READ)
def meeting_page(request: Request, meeting_id: int) -> HttpResponse:
    """One meeting: what was done about it, who came, what was and was not discussed, what came of it."""
    user, day = request.user, asked_day(request)
    found = meeting_standing(user, statement(user, "meetings", meeting_id), day.day)
    row = found.row
    names = Names(user, row.case)
    sections = [
        Facts("The meeting", (("Parties", names.several(row.parties)), ("Place", row.place), ("Level", row.level),
                              (f"At the end of {day.day}", _state_badge(found)), *_stands(found))),
        Table("What was done", ("When", "What", "For when", "By", "Did not come", "Who says so", "Source"), [
            (e.record.on, link("meeting-event", e.row, e.record.state.value, e.row.note), e.record.meant_for,
             names.one(e.record.by), names.several(e.record.absent), e.row.said_by, _source(e.row))
            for e in found.events], acts=_within(user, row, "Add what was done", "meeting-event-new")),
        Table("Delegations", ("Party", "Led by", "Rank", "Office", "Others", "Record"), [
            (names.one(d.record.party), d.record.leader, d.record.rank, d.record.office, Lines(d.record.members) if
             d.record.members else None, link("delegation", d.row)) for d in found.delegations],
            acts=_within(user, row, "Add a delegation", "delegation-new")),
        Table("Agenda", ("Subject", "On the agenda", "Discussed", "Who says so", "Source"), [
            (link("agenda-item", a.row, a.record.subject), _known(a.record.on_agenda), _known(a.record.discussed),
             a.row.said_by, _source(a.row)) for a in found.agenda],
            acts=_within(user, row, "Add a subject", "agenda-item-new")),
        Table("Agreements that came of it", ("Agreement", "Made"), [
            (link("agreement", a.row, a.row.title), a.record.made) for a in agreements_of(user, row)],
            acts=[Act(a.words, f"{a.to}?with={row.pk}") for a in acts_on(user, row, (
                P.TALK_WRITE, act("Add an agreement", "agreement-new", row.case_id)))]),
        *evidence_table(user, row)]
    return record_page(request, row, kind=f"Meeting {row.key}", title=row.title, sections=sections, day=day,
                       template="web/dated.html", acts=standard_acts(user, row, "meeting"),
                       crumbs=in_case(row.case, ("Talks", "talks")))


@allowed(P.TALK_READ)
def agreement_page(request: Request, agreement_id: int) -> HttpResponse:
    """One agreement with the promises that stand in it."""
    user, found, day = request.user, statement(request.user, "agreements", agreement_id), asked_day(request)
    names = Names(user, found.case)
    kept = promises(user, found.case, day.day, agreement=found.pk)
    add = acts_on(user, found, (P.TALK_WRITE, act("Add a promise", "commitment-new", found.case_id)))
    sections = [
        Facts("The agreement", (("Made", found.made), ("Parties", names.several(found.parties)),
                                ("Meeting it came of", found.meeting and link("meeting", found.meeting,
                                                                              found.meeting.title)))),
        Table("What was promised in it", *_promise_table(kept, names, day),
              acts=[Act(a.words, f"{a.to}?with={found.pk}") for a in add]),
        place_facts(user, found)]
    return record_page(request, found, kind=f"Agreement {found.key}", title=found.title, sections=sections, day=day,
                       template="web/dated.html", acts=standard_acts(user, found, "agreement"),
                       crumbs=in_case(found.case, ("Talks", "talks")))


@allowed(P.TALK_READ)
def commitments_page(request: Request, case_id: int) -> HttpResponse:
    """Everything that was promised, with what became of it by a day, why, and who says so."""
    user, found, day = request.user, case(request.user, case_id), asked_day(request)
    wanted = choice(request, "state", "What became of it", [(s.value, s.value) for s in STATES])
    rows = promises(user, found, day.day, text=asked_text(request))
    counted = Counter(p.state.state.value for p in rows if p.state is not None)
    # What was promised later had not been promised by then.
    shown = [p for p in rows if p.state is not None and wanted.chosen in ("", p.state.state.value)]
    summary = ", ".join(f"{n} {s.value}" for s in STATES if (n := counted[s.value])) or "nothing had been promised"
    return day_page(request, "web/day.html", day, title="Promises", case=found, choices=[wanted],
                    search="Words of the promise", q=asked_text(request),
                    lead=f"At the end of {day.day}: {summary}. States are computed from dates and evidence; "
                         "“unsure” means that nobody says so, or that a date is too coarse to tell.",
                    acts=_adding(user, ("Add a promise", "commitment-new", found.pk)),
                    sections=[Table(f"Promises ({len(shown):,})", *_promise_table(shown, Names(user, found), day))],
                    crumbs=in_case(found, ("Talks", "talks")))


@allowed(P.TALK_READ)
def commitment_page(request: Request, commitment_id: int) -> HttpResponse:
    """One promise: who owes what to whom, what became of it, why, who says so, and on what that rests."""
    user, day = request.user, asked_day(request)
    row = statement(user, "commitments", commitment_id)
    found = promise(user, row, day.day)
    names, said = Names(user, row.case), found.record
    sections: list[Any] = [
        _became(found, day), *_parts(found, names),
        Facts("What was promised", (
            ("What", row.what), ("Who owes it", names.several(row.by)), ("To whom", names.several(row.to)),
            ("Kind", row.kind), ("Number", said.quantity), ("Made", row.made), ("Due", row.due or "no day was said"),
            ("How vague", said.vagueness.value), ("Note", row.note or None),
            ("Agreement", row.agreement and link("agreement", row.agreement, row.agreement.title)))),
        _evidence(user, found, names), place_facts(user, row)]
    way = [("Talks", "talks"), ("Promises", "commitments")]
    badges = [] if found.state is None else [_became_badge(found.state)]
    return record_page(request, row, kind=f"Promise {row.key}", title=f"{' and '.join(row.by)}: {row.what}",
                       sections=sections, badges=badges, day=day, template="web/dated.html",
                       acts=standard_acts(user, row, "commitment"), crumbs=in_case(row.case, *way))


def _channel_row(found: ChannelOn, day: Day) -> tuple[Any, ...]:
    known = [e for e in found.events if e.record.on.ends <= day.day]
    last = known[-1].record if known else None
    return (at_day(link("channel", found.row, found.row.name), day), Lines(found.row.between), _open_badge(found),
            last and last.on, last and last.by)


def _open_badge(found: ChannelOn) -> Badge:
    if found.is_open is None:
        return Badge("not on record", "unknown")
    return Badge("open", "kept") if found.is_open else Badge("cut", "missed")


def _agreement_row(found: Said, kept: Sequence[Promise], day: Day) -> tuple[Any, ...]:
    counted = Counter(p.state.state.value for p in kept if p.state is not None)
    became = [Badge(f"{n} {s.value}", s.value) for s in STATES if (n := counted[s.value])]
    return (at_day(link("agreement", found.row, found.row.title), day), found.record.made,
            Lines(found.row.parties), len(kept), Lines(became) if became else "not yet made" if kept else "")


def _promise_table(rows: Iterable[Promise], names: Names, day: Day) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    heads = ("Promise", "Who owes it", "Number", "Made", "Due", "What became of it", "Why, and who says so")
    return heads, [(at_day(link("commitment", p.row, p.row.what), day), names.several(p.row.by), p.record.quantity,
                    p.record.made, p.record.due, *_state_cells(p)) for p in rows]


def _became_of_all(rows: Iterable[Promise], found: Any, day: Day) -> list[tuple[Any, ...]]:
    counted = Counter(p.state.state.value for p in rows if p.state is not None)
    listed = act("", "commitments", found.pk).to
    return [(Badge(s.value), Link(str(n), f"{listed}?state={s.value}&as_of={day.day}"))
            for s in STATES if (n := counted[s.value])]


def _state_cells(found: Promise) -> tuple[Any, Any]:
    if found.state is None:
        return "not yet made", ""
    says = f"According to {'; '.join(found.state.said_by)}." if found.state.said_by else "Nobody says so."
    return _became_badge(found.state), Lines([found.state.reason, says])


def _became_badge(state: Any) -> Badge:
    return Badge(state.state.value + ("" if state.sure else " (unsure)"), state.state.value)


def _became(found: Promise, day: Day) -> Facts:
    title = f"What became of it by the end of {day.day}"
    if found.state is None:
        return Facts(title, (("State", f"It had not yet been made: it was, {found.record.made}."),))
    return Facts(title, (
        ("State", _became_badge(found.state)), ("Why", found.state.reason),
        ("Who says so", Lines(found.state.said_by) if found.state.said_by else "nobody"),
        ("It rests on", Lines([link("fulfilment", e.row) for e in found.evidence if e.row.key in found.state.evidence])
         if found.state.evidence else "no evidence")))


def _parts(found: Promise, names: Names) -> list[Table]:
    parts = found.state.parts if found.state is not None else ()
    return [Table("Each for its part", ("Who owes it", "State", "Why", "Who says so"), [
        (names.one(party), _became_badge(part), part.reason, Lines(part.said_by) if part.said_by else "nobody")
        for party, part in parts], note="Each owes it for its own part; the worst stands for all.")] if parts else []


def _evidence(user: Any, found: Promise, names: Names) -> Table:
    behind = records_behind(user, found.row.case, [e.row.record for e in found.evidence])

    def rests_on(key: str) -> Link | str | None:
        return link(behind[key][0], behind[key][1]) if key in behind else key

    heads = ("When", "What it says", "Whose part", "Number", "Rests on", "Who says so", "Source")
    return Table("Evidence", heads, [
        (e.record.on, link("fulfilment", e.row, EFFECT_WORDS[e.record.effect.value], e.row.note),
         names.one(e.record.by) or "all", e.record.quantity, rests_on(e.row.record), e.row.said_by, _source(e.row))
        for e in found.evidence], empty="Nothing is on record.",
        note="Evidence counts from the last day that its date may mean.",
        acts=acts_on(user, found.row, (P.TALK_WRITE, act("Add evidence", "fulfilment-new", found.row.pk))))


def _moment(found: MeetingOn, day: Day) -> Moment:
    rows = [("Parties", ", ".join(found.row.parties)), *_stands(found)]
    rows += [(f"For {d.record.party}", " ".join(part for part in (d.record.rank, d.record.leader) if part)
              + (f", {d.record.office}" if d.record.office else "")) for d in found.delegations]
    for words, subjects in (("On the agenda", [a for a in found.agenda if a.record.on_agenda]),
                            ("Discussed", [a for a in found.agenda if a.record.discussed]),
                            ("Not discussed", [a for a in found.agenda if a.record.discussed is False]),
                            ("Not known whether discussed", [a for a in found.agenda if a.record.discussed is None])):
        if subjects:
            rows.append((words, Lines([a.record.subject for a in subjects])))
    when = found.standing.held[0] if found.standing.held else found.standing.meant_for
    return Moment(str(when or ""), at_day(link("meeting", found.row, found.row.title), day), _state_badge(found), rows)


def _stands(found: MeetingOn) -> list[tuple[str, Any]]:
    standing = found.standing
    rows: list[tuple[str, Any]] = []
    if standing.meant_for is not None:
        rows.append(("Last set for", standing.meant_for))
    if standing.held:
        rows.append(("Held", Lines(standing.held)))
    if standing.missed:
        rows.append(("Stayed away", Lines([f"{', '.join(absent)}, {when}" for when, absent in standing.missed])))
    return rows


def _state_badge(found: MeetingOn) -> Badge:
    state = found.standing.state
    return Badge("not on record", "unknown") if state is None else Badge(state.value)


def _source(row: Any) -> Lines:
    """The document, and beneath it the words."""
    return Lines([source_link(row), *([quoted(row)] if row.quote else [])])


def _known(value: bool | None) -> str:
    return "not known" if value is None else "yes" if value else "no"


def _within(user: Any, row: Any, words: str, name: str) -> list[Act]:
    return acts_on(user, row, (P.TALK_WRITE, act(words, name, row.pk)))


def _adding(user: Any, *offered: tuple[str, str, int]) -> list[Act]:
    return [act(words, name, number) for words, name, number in offered] if may(user.role, P.TALK_WRITE) else []
