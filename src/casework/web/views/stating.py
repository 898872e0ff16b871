"""Statements recorded anew, and the pages of those kinds that need none of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path, reverse

from casework.actions.statements import record_statement
from casework.policy import Permission, may, require
from casework.queries.cases import case
from casework.queries.talks import evidence_resting_on, record_behind
from casework.web.filling import Sheet, fill, written
from casework.web.forms.talks import EFFECT_WORDS
from casework.web.record_page import acts_on, in_case, record_page, standard_acts
from casework.web.rules import Request, allowed
from casework.web.shown import Act, Crumb, Table, act, link
from casework.web.stated import STATED, Stated, facts_of, number_of, place_facts

__all__ = ["evidence_table", "list_of", "urlpatterns", "way_to"]

# The kinds that have a page here; the others have one of their own.
_PAGED = ("channel-event", "meeting-event", "delegation", "agenda-item", "fulfilment", "content", "access", "payment",
          "operation")
_LISTS: Mapping[str, tuple[str, str]] = {
    "actors": ("Parties", "parties"), "claims": ("Claims", "claims"), "holdings": ("Holdings", "holdings"),
    "contents": ("Holdings", "holdings"), "access": ("Holdings", "holdings"), "payments": ("Holdings", "holdings"),
    "operations": ("Holdings", "holdings"), "commitments": ("Promises", "commitments")}
# What a new record takes over of the one that it is begun from (?with=): of which kind, and its columns by field.
_TAKEN: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "claim": ("claim", {"subject": "subject", "group": "group", "figure": "figure", "unit": "unit"}),
    "agreement": ("meeting", {"meeting": "key", "parties": "parties"}),
    "commitment": ("agreement", {"agreement": "key", "made": "made", "by": "parties"}),
    "access": ("access", {"site": "site", "season": "season"}),
}

# What a record is called where its key would tell nobody anything.
_TITLES: Mapping[str, Callable[[Any], str]] = {
    "channel-event": lambda r: f"{r.channel.name}: {r.state}",
    "meeting-event": lambda r: f"{r.meeting.title}: {r.state}",
    "delegation": lambda r: f"{r.party} at {r.meeting.title}",
    "agenda-item": lambda r: str(r.subject),
    "fulfilment": lambda r: f"{r.commitment.what}: {EFFECT_WORDS[r.effect]}",
    "content": lambda r: f"{r.transfer.key}: {number_of(r)}",
    "access": lambda r: f"{' '.join(part for part in (r.site, r.season) if part)}: {r.state}",
    "payment": lambda r: f"{r.payer} to {r.payee}: {number_of(r)} {r.state}",
    "operation": lambda r: str(r.name),
}


def list_of(one: Stated) -> tuple[str, str]:
    """The list in which records of a kind stand: its words and the name of its page."""
    return _LISTS.get(one.table, ("Talks", "talks"))


def way_to(one: Stated, row: Any) -> list[Crumb]:
    """The way to a statement's page: its list, and what it is part of."""
    way = in_case(row.case, list_of(STATED[one.owner] if one.owner else one))
    if one.owner:
        owner = getattr(row, STATED[one.owner].column)
        way.append(Crumb(owner.key, reverse(one.owner, args=[owner.pk])))
    return way


def evidence_table(user: Any, row: Any) -> list[Table]:
    """The promises that rest on a record; none for whoever does not read talks."""
    if not may(user.role, Permission.TALK_READ):
        return []
    found = evidence_resting_on(user, row.case, row.key)
    return [Table("Promises that rest on it", ("Promise", "What it says of it", "When", "Who says so"), [
        (link("commitment", e.row.commitment, e.row.commitment.what),
         link("fulfilment", e.row, EFFECT_WORDS[e.record.effect.value]),
         e.record.on, e.row.said_by) for e in found])] if found else []


def _page(one: Stated) -> Callable[..., HttpResponse]:
    def page(request: Request, **given: int) -> HttpResponse:
        """One statement with where it stands."""
        user, found = request.user, one.get(request.user, given[one.argument])
        facts = facts_of(user, found, one)
        sections: list[Any] = [facts]
        if hasattr(found, "source_id"):
            sections.append(place_facts(user, found))
        if one.name == "fulfilment":
            _link_record(user, found, facts)
        if one.name == "content":
            there = link("transfer", found.transfer) if may(user.role, Permission.REMAINS_READ) else found.transfer.key
            sections[0] = type(facts)(facts.title, (("Transfer", there), *facts.rows))
        if one.name in ("access", "payment", "operation"):
            sections += evidence_table(user, found)
        acts = standard_acts(user, found, one.name)
        if one.name == "access":
            further = acts_on(user, found, (one.write, act("Add what was done next", "access-new", found.case_id)))
            acts = [*(Act(a.words, f"{a.to}?with={found.pk}") for a in further), *acts]
        return record_page(request, found, kind=f"{one.words.capitalize()} {found.key}", title=_TITLES[one.name](found),
                           sections=sections, acts=acts, crumbs=way_to(one, found))

    return allowed(one.read)(page)  # type: ignore[return-value]


def _link_record(user: Any, found: Any, facts: Any) -> None:
    """The record that evidence rests on leads to its own page."""
    behind = record_behind(user, found.case, found.record) if found.record else None
    if behind is not None:
        rows = facts.rows
        rows[[word for word, _ in rows].index("Record that it rests on")] = (
            "Record that it rests on", link(behind[0], behind[1]))


def _new(one: Stated) -> Callable[..., HttpResponse]:
    owner_kind = STATED.get(one.owner)

    def new(request: Request, **given: int) -> HttpResponse:
        """Record a statement; what the science does not take is said beside its field."""
        user = request.user
        owner: Any = None
        if owner_kind is None:
            found = case(user, given["case_id"])
            back = reverse(list_of(one)[1], args=[found.pk])
        else:
            owner = owner_kind.get(user, given[owner_kind.argument])
            found, back = owner.case, reverse(one.owner, args=[owner.pk])
        require(user, one.write, owner)
        form = one.form(actor=user, case=found, initial=_taken(request, one, found), **written(request))
        sheet = Sheet(f"New {one.words}" + (f": {owner.key}" if owner else ""), "Record it", back,
                      "It is recorded.")

        def act_on(_: dict[str, Any]) -> str:
            cells = form.cells() | ({} if owner_kind is None else {owner_kind.column: owner.key})
            row = record_statement(actor=user, case=found, table=one.table, cells=cells)
            return reverse(one.name, args=[row.pk]) if owner is None else back

        return fill(request, sheet, form, act_on, case=found, crumbs=in_case(found, list_of(one)))

    return allowed(one.write, one.read)(new)  # type: ignore[return-value]


def _taken(request: Request, one: Stated, found: Any) -> dict[str, Any]:
    number = request.GET.get("with", "")
    if one.name not in _TAKEN or not (number.isascii() and number.isdigit() and len(number) < 15):
        return {}
    kind, columns = _TAKEN[one.name]
    row = STATED[kind].get(request.user, int(number))
    return {field: getattr(row, column) for field, column in columns.items()} if row.case_id == found.pk else {}


def _where(one: Stated) -> str:
    if not one.owner:
        return f"cases/<int:case_id>/{one.folder}/new/"
    owner = STATED[one.owner]
    return f"{owner.folder}/<int:{owner.argument}>/{one.folder}/new/"


urlpatterns: list[URLPattern] = [
    *(path(_where(one), _new(one), name=f"{one.name}-new") for one in STATED.values()),
    *(path(f"{one.folder}/<int:{one.argument}>/", _page(one), name=one.name)
      for one in STATED.values() if one.name in _PAGED)]
