"""What the ledger is made of: lots, entries, on what its figures rest, and whether the public sees it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from casework.actions.books import hide_account, publish_account
from casework.actions.ledger import change_ledger_settings
from casework.actions.statements import record_statement
from casework.policy import Permission, may
from casework.queries.cases import case
from casework.queries.ledger import (
    ENTRY_KINDS,
    LOT_KINDS,
    entries,
    entry,
    ledger_book,
    lot,
    lots,
    settings_changes,
    settings_of,
)
from casework.web.filling import Sheet, fill, written
from casework.web.forms.fields import DeskForm, choices
from casework.web.forms.ledger import EntryForm, LotForm, SettingsForm
from casework.web.ledger_tables import Figures
from casework.web.listing import Columns, asked_text, choice, list_page
from casework.web.record_page import in_case, record_page, standard_acts
from casework.web.rules import Request, allowed
from casework.web.shown import Act, Badge, Crumb, Facts, Table, act, link, name_of
from casework.web.views.ledger import asked_day
from homeward.account import Basis

__all__ = ["entries_page", "entry_new", "entry_page", "ledger_hide", "ledger_publish", "ledger_settings",
           "ledger_settings_change", "lot_new", "lot_page", "lots_page"]

P = Permission


@allowed(P.LEDGER_READ)
def lots_page(request: Request, case_id: int) -> HttpResponse:
    """The lots of a case."""
    found = case(request.user, case_id)
    rows = lots(request.user, found, text=asked_text(request), withdrawn="withdrawn" in request.GET)
    columns = Columns(("Lot", "Key", "Origin", "Hand-over"), lambda one: (
        link("lot", one, one.name), one.key, one.kind, _transfer(request.user, one)))
    acts = [act("Add a lot", "lot-new", found.pk)] if may(request.user.role, P.LEDGER_WRITE) else []
    return list_page(request, rows, columns, title="Lots", case=found, crumbs=_crumbs(found), acts=acts,
                     search="Key or name", withdrawn=True, lead="Remains that are accounted together, by where they "
                     "came from: the rows of the official tables.")


@allowed(P.LEDGER_READ)
def lot_page(request: Request, lot_id: int) -> HttpResponse:
    """One lot with its figures of today and its entries."""
    found = lot(request.user, lot_id)
    day, _ = asked_day(request)
    standing = ledger_book(request.user, found.case).ledger.as_of(day)
    of_case = [found.case_id]
    figures = Figures(standing, reverse("ledger-figure", args=of_case), reverse("ledger-group", args=of_case))
    own = [f for f in standing.figures if f.definition.id.endswith(", lot") and f.key.partition("/")[2] == found.key]
    listed = entries(request.user, found.case, of=found.key)[:_SHOWN]
    to_all = f"{reverse('entries', args=of_case)}?{urlencode({'lot': found.key})}"
    sections = [
        Facts("The lot", (("Name", found.name), ("Origin", found.kind), ("Hand-over", _transfer(
            request.user, found)))),
        Table(f"Its figures at the end of {day:%-d %B %Y}", ("Figure", "Amount", "Records"), [
            (f.definition.id.partition(", ")[0], *figures.row(f)[1:]) for f in own], numbers=(1, 2)),
        Table("Its entries", _HEADS, [_entry_row(one) for one in listed], numbers=(3,),
              note=f"The first {_SHOWN}." if len(listed) == _SHOWN else "",
              acts=[Act("All its entries", to_all)] if len(listed) == _SHOWN else []),
    ]
    return record_page(request, found, kind=f"Lot {found.key}", title=found.name, sections=sections,
                       acts=standard_acts(request.user, found, "lot"),
                       crumbs=[*_crumbs(found.case), Crumb("Lots", reverse("lots", args=of_case))])


@allowed(P.LEDGER_READ)
def entries_page(request: Request, case_id: int) -> HttpResponse:
    """The entries of a case's ledger."""
    found = case(request.user, case_id)
    kind = choice(request, "kind", "What it counts", choices(ENTRY_KINDS))
    of = choice(request, "lot", "Lot", [(one.key, one.name) for one in lots(request.user, found)])
    rows = entries(request.user, found, text=asked_text(request), kind=kind.chosen, of=of.chosen,
                   withdrawn="withdrawn" in request.GET)
    acts = [act("Add an entry", "entry-new", found.pk)] if may(request.user.role, P.LEDGER_WRITE) else []
    return list_page(request, rows, Columns(_HEADS, _entry_row, numbers=(3,)), title="Entries of the ledger",
                     case=found, crumbs=_crumbs(found), acts=acts, search="Key, place, note or document",
                     choices=(kind, of), withdrawn=True, lead="What the ledger counts beside the persons of the "
                     "roster, whom it counts by itself.")


@allowed(P.LEDGER_READ)
def entry_page(request: Request, entry_id: int) -> HttpResponse:
    """One entry."""
    found = entry(request.user, entry_id)
    unit = found.unit if found.upper is None else f"{found.unit}, at most {found.upper:,}"
    facts = Facts("What it counts", (
        ("Kind", found.kind), ("When", found.on and str(found.on)), ("How many", f"{found.count:,} {unit}"),
        ("Lot", link("lot", found.lot, name_of(found.lot))),
        ("Person", link("person", found.person, name_of(found.person))),
        ("Place of the loss", found.place or None),
        ("Incident", link("incident", found.incident, name_of(found.incident))),
        ("Latitude of the loss", found.latitude_deg), ("Returned to", found.to or None),
        ("Not counted any more since", found.withdrawn and str(found.withdrawn)),
        ("Document", link("document", found.source, found.source.title) if found.source else None),
        ("Note", found.note or None)))
    return record_page(request, found, kind=f"Entry {found.key}", title=f"{found.kind}: {found.count:,} {unit}",
                       sections=[facts], acts=standard_acts(request.user, found, "entry"),
                       crumbs=[*_crumbs(found.case), Crumb("Entries", reverse("entries", args=[found.case_id]))])


@allowed(P.LEDGER_WRITE)
def lot_new(request: Request, case_id: int) -> HttpResponse:
    """Add a lot."""
    return _new(request, case_id, LotForm, "lots", "lot", "Add a lot")


@allowed(P.LEDGER_WRITE)
def entry_new(request: Request, case_id: int) -> HttpResponse:
    """Add an entry."""
    return _new(request, case_id, EntryForm, "entries", "entry", "Add an entry")


@allowed(P.LEDGER_READ)
def ledger_settings(request: Request, case_id: int) -> HttpResponse:
    """On what the figures of a case rest."""
    found = case(request.user, case_id)
    note, basis = settings_of(request.user, found)
    before = settings_changes(request.user, found)
    sections = [
        Facts("What the figures rest on", _settings(note, basis)),
        Table("What it said before", ("Version", "Until", "By", "Why", "Note", "Line", "Decisions counted from"), [
            (row.version, row.at, str(row.by), row.reason, said.get("note"), _line(said), said.get("accounted_from"))
            for row, said in before], numbers=(0,), empty="It stands as it was first recorded."),
        Table("Origins that a lot may have", ("Origin",), [(kind,) for kind in LOT_KINDS]),
    ]
    acts = [act("Change it", "ledger-settings-change", found.pk)] if may(request.user.role, P.CASE_WRITE) else []
    return render(request, "web/record.html", {
        "title": "What the figures rest on", "case": found, "kind": f"Ledger of {found}", "sections": sections,
        "acts": acts, "crumbs": _crumbs(found), "history": None})


@allowed(P.CASE_WRITE, P.LEDGER_READ)
def ledger_settings_change(request: Request, case_id: int) -> HttpResponse:
    """Change the note, the line, or since when decisions count."""
    found = case(request.user, case_id)
    there = reverse("ledger-settings", args=[found.pk])
    says = _says(request.user, found)
    form = SettingsForm(actor=request.user, case=found, initial=says, **written(request))
    sheet = Sheet("What the figures rest on", "Change it", there, "It is changed; what stood before is kept.", (
        "Every figure follows the new line from now on, for all days. Each definition names the line and its version.",
    ))

    def act_on(said: dict[str, Any]) -> str:
        change_ledger_settings(actor=request.user, case=found, reason=said["reason"], version=said["version"],
                               **form.values())
        return there

    return fill(request, sheet, form, act_on, case=found, crumbs=_crumbs(found),
                stands=lambda: _says(request.user, case(request.user, case_id)))


@allowed(P.PUBLISH, P.LEDGER_READ, fresh=True)
def ledger_publish(request: Request, case_id: int) -> HttpResponse:
    """Show the account of a case to everyone."""
    lead = ("Everyone will see its figures, talks, hand-overs and promises with their sources. Look at the page as the "
            "public sees it before; what is public once stays known.",)
    return _visibility(request, case_id, publish_account, ("Make this account public", "Make it public",
                                                           "The account is public."), lead)


@allowed(P.PUBLISH, P.LEDGER_READ, fresh=True)
def ledger_hide(request: Request, case_id: int) -> HttpResponse:
    """Take the account of a case off the public pages."""
    lead = ("The public pages show nothing of it any more. What somebody has kept of them stays with them.",)
    return _visibility(request, case_id, hide_account, ("Hide this account from the public", "Hide it",
                                                        "The account is hidden."), lead)


_HEADS = ("Entry", "What it counts", "When", "How many", "Unit", "Lot", "Place or person", "Document")
_SHOWN = 100


def _entry_row(one: Any) -> tuple[Any, ...]:
    count = one.count if one.upper is None else f"{one.count:,}–{one.upper:,}"
    return (link("entry", one), one.kind, one.on and str(one.on), count, one.unit,
            link("lot", one.lot, name_of(one.lot)), link("person", one.person, name_of(one.person)) or one.place,
            link("document", one.source, one.source.title) if one.source else None)


def _transfer(user: Any, one: Any) -> Any:
    return link("transfer", one.transfer) if may(user.role, P.REMAINS_READ) else one.transfer and str(one.transfer)


def _new(request: Request, case_id: int, form_class: Any, table: str, name: str, title: str) -> HttpResponse:
    found = case(request.user, case_id)
    form = form_class(actor=request.user, case=found, **written(request))

    def act_on(_: dict[str, Any]) -> str:
        made = record_statement(actor=request.user, case=found, table=table, cells=form.cells())
        return reverse(name, args=[made.pk])

    return fill(request, Sheet(title, "Record it", reverse(table, args=[found.pk]), "It is recorded."), form, act_on,
                case=found, crumbs=_crumbs(found))


def _visibility(request: Request, case_id: int, step: Any, words: Any, lead: Any) -> HttpResponse:
    found = case(request.user, case_id)
    there = reverse("ledger", args=[found.pk])
    title, submit, done = words

    def act_on(_: dict[str, Any]) -> str:
        step(actor=request.user, case=found)
        return there

    form = DeskForm(actor=request.user, case=found, **written(request))
    return fill(request, Sheet(title, submit, there, done, lead, danger=True), form, act_on, case=found,
                kind=str(found), crumbs=_crumbs(found),
                sections=[Facts("Now", (("The account is", Badge("public" if found.account_public_at else "hidden")),
                                        ("Public since", found.account_public_at)))])


def _says(user: Any, found: Any) -> dict[str, Any]:
    note, basis = settings_of(user, found)
    return {"note": note, "line_name": basis.line.name, "line_latitude_deg": basis.line.latitude_deg,
            "accounted_from": basis.accounted_from, "version": found.version}


def _settings(note: str, basis: Basis) -> list[tuple[str, Any]]:
    line = basis.line
    half = "south" if line.latitude_deg < 0 else "north"
    return [("Note shown beside the figures", note or None), ("Line that parts north from south", line.name),
            ("Its latitude", f"{abs(line.latitude_deg):g}° {half}"), ("Version of the line", line.version),
            ("Decisions count from", basis.accounted_from or "the first on record")]


def _line(said: dict[str, Any]) -> str | None:
    line = said.get("line")
    return f"{line['name']} ({line['latitude_deg']:g}°, version {line['version']})" if line else None


def _crumbs(found: Any) -> list[Crumb]:
    return in_case(found, ("Ledger", "ledger"))
