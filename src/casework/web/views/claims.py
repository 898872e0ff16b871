"""Claims, rivals side by side, and the parties who make them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from casework.actions.statements import prefer, take_back_preference
from casework.policy import Permission, may, require
from casework.queries.books import statement
from casework.queries.cases import case
from casework.queries.claims import (
    SideBySide,
    claim_filters,
    claims,
    figure_of,
    groups,
    parties,
    party_record,
    preference,
    preferred_of,
    side_by_side,
    sum_of,
)
from casework.queries.said import Said, as_said
from casework.web.filling import Sheet, fill, written
from casework.web.forms.claims import PreferForm, TakeBackForm
from casework.web.listing import Columns, asked_text, choice, list_page
from casework.web.record_page import acts_on, in_case, record_page, standard_acts
from casework.web.rules import Request, allowed
from casework.web.shown import Act, Badge, Facts, Lines, Link, Picture, Table, act, link
from casework.web.stated import Names, asked_day, day_page, number_of, place_facts, quoted, source_link
from homeward.report.ranges import Range, draw_ranges

__all__ = ["claim_page", "claim_prefer", "claim_rivals", "claims_page", "parties_page", "party_page",
           "preference_page", "preference_take_back", "rivals_page"]

P = Permission
_SHOWN = 200
_MOST_OFFERED = 500  # choices of a filter; among more the search finds sooner


@allowed(P.CLAIM_READ)
def claims_page(request: Request, case_id: int) -> HttpResponse:
    """The claims of a case: searched, and by subject, group, unit and claimant."""
    user, found = request.user, case(request.user, case_id)
    known = claim_filters(user, found)
    filters = [choice(request, name, words, [(v, v) for v in values]) for name, words, values in (
        ("claimant", "Who says it", known.claimants), ("subject", "About", known.subjects),
        ("group", "Group of rivals", known.groups), ("unit", "Unit", known.units)) if len(values) <= _MOST_OFFERED]
    rows = claims(user, found, text=asked_text(request), withdrawn="withdrawn" in request.GET,
                  **{c.name: c.chosen for c in filters})
    columns = Columns(("Claim", "About", "Number", "Who says it", "Said", "Of when", "Rivals"), lambda c: (
        link("claim", c), _about(c), _denied(c), c.said_by, c.said, c.as_of,
        link("claim-rivals", c, c.group) if c.group else None))
    acts = [act("Record a claim", "claim-new", found.pk)] if may(user.role, P.CLAIM_WRITE) else []
    acts += [act("Rivals", "rivals", found.pk), act("Parties", "parties", found.pk)]
    return list_page(request, rows, columns, title="Claims", case=found, crumbs=in_case(found), acts=acts,
                     search="Words, source or claimant", choices=filters, withdrawn=True,
                     lead="What sources say, with who says it and through whom it reached us. Nothing here is true "
                          "because it stands here.")


@allowed(P.CLAIM_READ)
def claim_page(request: Request, claim_id: int) -> HttpResponse:
    """One claim, verbatim, with who says it, its rivals, and what the records say."""
    user, found = request.user, statement(request.user, "claims", claim_id)
    item, = as_said([found])
    names, chain = Names(user, found.case), item.record.chain
    number = item.record.quantity
    sections: list[Any] = [
        Facts("The claim", (
            ("About", found.subject), ("In our own words", found.statement),
            ("Number", number), ("To compute with", number.amount if number is not None else None),
            ("Denies it", found.denies), ("Said", found.said), ("Speaks of", found.as_of),
            ("How certain, as stated", found.certainty),
            ("Group of rivals", link("claim-rivals", found, found.group) if found.group else None))),
        Table("Who says it, and through whom", ("Step", "Who"), [
            ("says it" if n == 0 else "to us" if n == len(chain.links) - 1 else "passes it on", names.one(one))
            for n, one in enumerate(chain.links)]),
        place_facts(user, found, chain=False), *_rivals_of(user, found), *_figure(user, found)]
    is_preferred = bool(found.group) and preferred_of(user, found) == found
    badges = [*([Badge("denial", "excluded")] if found.denies else []),
              *([Badge("preferred", "signed")] if is_preferred else [])]
    offered = [(P.CLAIM_WRITE, act("Prefer it", "claim-prefer", found.pk))] if found.group and not is_preferred else []
    return record_page(request, found, kind=f"Claim {found.key}", title=found.subject,
                       sections=sections, badges=badges, acts=standard_acts(user, found, "claim", *offered),
                       lead=quoted(found) or "The words themselves were not transcribed.",
                       crumbs=in_case(found.case, ("Claims", "claims")))


@allowed(P.CLAIM_READ)
def rivals_page(request: Request, case_id: int) -> HttpResponse:
    """The groups of rival claims of a case."""
    found = case(request.user, case_id)
    columns = Columns(("Group", "About", "Claims", "Preferred"), lambda g: (
        Link(g.name, reverse("claim-rivals", args=[g.first.pk])), g.first.subject, g.n,
        link("claim", g.preferred) if g.preferred is not None else "none"), numbers=(2,))
    return list_page(request, groups(request.user, found, text=asked_text(request)), columns, title="Rival claims",
                     case=found, crumbs=in_case(found, ("Claims", "claims")), search="Group",
                     lead="Claims about the same thing, side by side. To prefer one takes a reason and can be taken "
                          "back; the others stay.")


@allowed(P.CLAIM_READ)
def claim_rivals(request: Request, claim_id: int) -> HttpResponse:
    """The claims of one group side by side, with the one that somebody prefers, and why."""
    user, one, day = request.user, statement(request.user, "claims", claim_id), asked_day(request)
    case_file = one.case
    if not one.group:
        return day_page(request, "web/day.html", day, title="No rivals", case=case_file, kind=f"Claim {one.key}",
                        lead="This claim belongs to no group, so that none stands beside it.",
                        crumbs=in_case(case_file, ("Claims", "claims"), (one.key, reverse("claim", args=[one.pk]))))
    found = side_by_side(user, case_file, one.group, day.day)
    weighed = found.rivals
    items = [found.rows[c.id] for c in weighed.claims] if weighed else []
    sections = [*_preferred(user, found), _beside(user, found, items), *_pictures(one.group, found, items),
                *_added(items), *_contradictions(found), _earlier(found)]
    acts: list[Act] = acts_on(user, one, (P.CLAIM_WRITE, act("Record a rival claim", "claim-new", case_file.pk)))
    acts = [Act(a.words, f"{a.to}?with={one.pk}") for a in acts]
    return day_page(request, "web/day.html", day, title=one.group, kind="Rival claims", case=case_file, acts=acts,
                    sections=sections, crumbs=in_case(case_file, ("Claims", "claims"), ("Rivals", "rivals")))


@allowed(P.CLAIM_WRITE, P.CLAIM_READ)
def claim_prefer(request: Request, claim_id: int) -> HttpResponse:
    """Prefer a claim among its rivals, for a reason."""
    user, found = request.user, statement(request.user, "claims", claim_id)
    require(user, P.CLAIM_WRITE, found)
    there = reverse("claim-rivals", args=[found.pk])
    sheet = Sheet(f"Prefer {found.key}", "Prefer it", there, "It is preferred.", (
        quoted(found) or found.statement or found.subject,
        "Its rivals stay beside it. Whichever was preferred before is taken back with this."))

    def act_on(said: dict[str, Any]) -> str:
        prefer(actor=user, claim=found, reason=said["reason"])
        return there

    return fill(request, sheet, PreferForm(actor=user, case=found.case, **written(request)), act_on, case=found.case)


@allowed(P.CLAIM_READ)
def preference_page(request: Request, preference_id: int) -> HttpResponse:
    """One preference: which claim, by whom, when, why, and whether it was taken back."""
    user, found = request.user, preference(request.user, preference_id)
    sections = [Facts("The preference", (
        ("Group", link("claim-rivals", found.claim, found.group)), ("Claim", link("claim", found.claim)),
        ("By", found.by), ("On", found.on), ("Because", found.reason))),
        Facts("Taken back", (("On", found.withdrawn_on), ("By", found.withdrawn_by), ("Because", found.withdrawn_why))
              if found.withdrawn_on else (("On", "not taken back"),))]
    offered = [] if found.withdrawn_on else [
        (P.CLAIM_WRITE, act("Take it back", "preference-take-back", found.pk))]
    offered.append((P.RECORD_WITHDRAW, act("Withdraw", "preference-withdraw", found.pk, danger=True)))
    return record_page(request, found, kind=f"Preference {found.key}", sections=sections,
                       acts=acts_on(user, found, *offered),
                       crumbs=in_case(found.case, ("Claims", "claims"), ("Rivals", "rivals")))


@allowed(P.CLAIM_WRITE, P.CLAIM_READ)
def preference_take_back(request: Request, preference_id: int) -> HttpResponse:
    """Take a preference back; it stays on the page with its reason."""
    user, found = request.user, preference(request.user, preference_id)
    require(user, P.CLAIM_WRITE, found)
    there = reverse("claim-rivals", args=[found.claim_id])
    sheet = Sheet(f"Take back the preference for {found.claim.key}", "Take it back", there, "It is taken back.", (
        f"{found.by} preferred it on {found.on}: {found.reason}",))

    def act_on(said: dict[str, Any]) -> str:
        take_back_preference(actor=user, preference=found, reason=said["reason"])
        return there

    return fill(request, sheet, TakeBackForm(actor=user, case=found.case, **written(request)), act_on,
                case=found.case)


@allowed(P.CLAIM_READ)
def parties_page(request: Request, case_id: int) -> HttpResponse:
    """Who speaks, promises and acts in a case."""
    found = case(request.user, case_id)
    rows = parties(request.user, found, text=asked_text(request), withdrawn="withdrawn" in request.GET)
    columns = Columns(("Party", "Kind", "Belongs to", "Other names in sources"), lambda p: (
        link("party", p, p.name, p.title), p.kind, p.of and link("party", p.of, p.of.name), ", ".join(p.spellings)))
    acts = [act("Add a party", "party-new", found.pk)] if may(request.user.role, P.CLAIM_WRITE) else []
    return list_page(request, rows, columns, title="Parties", case=found, acts=acts, search="Name or spelling",
                     crumbs=in_case(found, ("Claims", "claims")), withdrawn=True)


@allowed(P.CLAIM_READ)
def party_page(request: Request, party_id: int) -> HttpResponse:
    """One party: its names, what it claimed, promised, was promised, and is said to hold."""
    user, found = request.user, statement(request.user, "actors", party_id)
    said = party_record(user, found)
    sections: list[Any] = [
        Facts("The party", (("Name", found.name), ("Kind", found.kind), ("Rank or office", found.title),
                            ("Belongs to, or speaks for", found.of and link("party", found.of, found.of.name)),
                            ("Other names that sources use", found.spellings))),
        _said_table("What it claims", said.claimed), _said_table("What it passed on", said.passed_on),
        _promised("What it owes", said.owes), _promised("What it is owed", said.is_owed),
        Table("What it holds, or is thought to hold", ("Holding", "Number", "Of when", "Who says so"), [
            (link("holding", h.row), h.record.quantity, h.record.as_of, h.row.said_by) for h in said.holdings]),
        Table("Meetings", ("Meeting", "Place"), [
            (link("meeting", m.row, m.row.title), m.row.place) for m in said.meetings])]
    return record_page(request, found, kind=f"Party {found.key}", title=found.name, sections=sections,
                       acts=standard_acts(user, found, "party"),
                       crumbs=in_case(found.case, ("Claims", "claims"), ("Parties", "parties")))


def _said_table(title: str, items: Sequence[Said]) -> Table:
    return Table(f"{title} ({len(items):,})", ("Claim", "About", "Number", "Said", "Who says it"), [
        (link("claim", c.row), _about(c.row), c.record.quantity, c.record.said, c.row.said_by)
        for c in items[:_SHOWN]], empty="Nothing is on record.",
        note=f"The first {_SHOWN}; the list of claims has all of them." if len(items) > _SHOWN else "")


def _promised(title: str, items: Sequence[Said]) -> Table:
    return Table(title, ("Promise", "Number", "Made", "Due"), [
        (link("commitment", c.row, c.row.what), c.record.quantity, c.record.made, c.record.due) for c in items],
        empty="Nothing is on record.")


def _about(row: Any) -> Lines:
    """What a claim is about, and beneath it the claim in our own words."""
    return Lines([row.subject, *([row.statement] if row.statement and row.statement != row.subject else [])])


def _denied(row: Any) -> Any:
    number = number_of(row)
    return f"denies: {number or ''}".strip(" :") if row.denies else number


def _rivals_of(user: Any, found: Any) -> list[Table]:
    if not found.group:
        return []
    rows = [c for c in claims(user, found.case, group=found.group) if c.pk != found.pk]
    return [Table("Its rivals", ("Claim", "About", "Number", "Who says it", "Said"), [
        (link("claim", c), _about(c), _denied(c), c.said_by, c.said) for c in rows],
        empty="No other claim is in its group.",
        acts=[act("All of them side by side", "claim-rivals", found.pk)])]


def _figure(user: Any, found: Any) -> list[Facts]:
    if not found.figure:
        return []
    known = figure_of(user, found) if may(user.role, P.LEDGER_READ) else None
    day, figure = known if known is not None else (None, None)
    records: Any = "they give no such figure"
    if figure is not None:
        asked = urlencode({"key": figure.key, "unit": figure.amount.unit, "as_of": str(figure.as_of)})
        there = reverse("ledger-figure", args=[found.case_id])
        records = Link(str(figure.amount), f"{there}?{asked}", figure.label)
    return [Facts("The ledger’s figure", (("Figure", found.figure), ("At the end of", day), ("By the records", records),
                                          ("By this claim", number_of(found))))]


def _preferred(user: Any, found: SideBySide) -> list[Facts]:
    weighed = found.rivals
    if weighed is None or weighed.preferred is None or weighed.preference is None:
        return [Facts("Preferred", (("Claim", "none of them"),))]
    row = found.rows[weighed.preferred.id].row
    standing = next(p for p in found.preferences if p.key == weighed.preference.id)
    acts = [] if standing.withdrawn_on else acts_on(
        user, standing, (P.CLAIM_WRITE, act("Take it back", "preference-take-back", standing.pk)))
    return [Facts("Preferred", (
        ("Claim", link("claim", row)), ("Number", weighed.preferred.quantity), ("By", standing.by),
        ("On", link("preference", standing, str(standing.on))), ("Because", standing.reason)), acts)]


def _beside(user: Any, found: SideBySide, items: Sequence[Said]) -> Table:
    names = Names(user, items[0].row.case) if items else None
    chosen = found.rivals.preferred.id if found.rivals and found.rivals.preferred else None
    writes = may(user.role, P.CLAIM_WRITE)

    def row(item: Said) -> tuple[Any, ...]:
        chain = item.record.chain
        who = Lines([names.one(chain.claimant) if names else chain.claimant, *(f"→ {one}" for one in chain.through)])
        return (link("claim", item.row), item.row.subject, _denied(item.row), who, item.record.said, item.record.as_of,
                quoted(item.row) or item.row.statement, source_link(item.row),
                Badge("preferred", "signed") if item.row.key == chosen
                else link("claim-prefer", item.row, "Prefer it") if writes else "")

    heads = ("Claim", "About", "Number", "Who says it, through whom", "Said", "Of when", "Words", "Source", "Choice")
    return Table("Side by side", heads, [row(item) for item in items], empty="No claim had been made by this day.")


def _pictures(group: str, found: SideBySide, items: Sequence[Said]) -> list[Any]:
    """One axis for each unit; what denies a number is no number of its own."""
    counted = sorted((i for i in items if i.record.quantity is not None and not i.record.denies),
                     key=lambda i: i.record.quantity.unit)
    chosen = found.rivals.preferred.id if found.rivals and found.rivals.preferred else None
    pictures: list[Any] = []
    by_unit = [(unit, list(those)) for unit, those in groupby(counted, key=lambda i: str(i.record.quantity.unit))]
    for unit, those in by_unit:
        ranges = [Range(i.record.chain.claimant, i.record.quantity.amount, i.row.key == chosen) for i in those]
        caption = ("A full point is an exact number, an open one a rough one; a bar stands between bounds, an arrow "
                   "where no upper bound was given.")
        if len(by_unit) > 1:
            caption += f" {len(by_unit)} units are claimed, which never mix: each has an axis of its own."
        pictures.append(Picture(f"The numbers, in {unit}", draw_ranges(group, ranges, standalone=False), caption))
    return pictures


def _added(items: Sequence[Said]) -> list[Facts]:
    """Rivals are not parts of one sum; where somebody may think so, the science says why not."""
    total = sum_of(items)
    return [Facts("Added up?", (("Their sum", total),))] if isinstance(total, str) else []


def _contradictions(found: SideBySide) -> list[Table]:
    pairs = found.rivals.contradictions if found.rivals else ()
    return [Table("Cannot both be right", ("One", "says", "The other", "says"), [
        (link("claim", found.rows[a].row), _denied(found.rows[a].row), link("claim", found.rows[b].row),
         _denied(found.rows[b].row)) for a, b in pairs],
        note="They speak of one time in one unit.")] if pairs else []


def _earlier(found: SideBySide) -> Table:
    return Table("Earlier preferences", ("Preference", "Claim", "By", "On", "Because", "Taken back", "By", "Because"), [
        (link("preference", p), link("claim", p.claim), p.by, p.on, p.reason, p.withdrawn_on, p.withdrawn_by,
         p.withdrawn_why) for p in found.preferences if p.withdrawn_on is not None],
        empty="None was taken back.")
