"""Places, and the incidents in which people were lost."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from casework.policy import Permission, may
from casework.queries.cases import case
from casework.queries.places import incident, incidents, lost_in, place, places
from casework.web.listing import Columns, asked_text, list_page
from casework.web.record_page import in_case, record_page, standard_acts
from casework.web.rules import Request, allowed
from casework.web.shown import Badge, Facts, Table, act, link, name_of

__all__ = ["incident_page", "incidents_page", "place_page", "places_page"]

_SHOWN = 200  # persons of an incident on its own page; the roster has them all


@allowed(Permission.PLACE_READ)
def places_page(request: Request, case_id: int) -> HttpResponse:
    """The places of a case."""
    found = case(request.user, case_id)
    rows = places(request.user, found, text=asked_text(request), withdrawn="withdrawn" in request.GET)
    columns = Columns(("Place", "Kind", "Where", "Incidents"), lambda p: (
        link("place", p, p.name), p.kind, _where(p), p.n_incidents), numbers=(3,))
    acts = [act("Add a place", "place-new", found.pk)] if may(request.user.role, Permission.PLACE_WRITE) else []
    return list_page(request, rows, columns, title="Places", case=found, crumbs=in_case(found), acts=acts,
                     search="Name or spelling", withdrawn=True)


@allowed(Permission.PLACE_READ)
def place_page(request: Request, place_id: int) -> HttpResponse:
    """One place with its incidents."""
    found = place(request.user, place_id)
    sections = [
        Facts("The place", (
            ("Name", found.name), ("Other spellings", found.spellings), ("Kind", found.kind), ("Where", _where(found)),
            ("Approximate", found.approximate), ("Source", found.source))),
        Table("Incidents", ("Incident", "Date", "Persons"), [
            (link("incident", i, name_of(i)), i.date, i.n_persons)
            for i in incidents(request.user, found.case, at=found)], numbers=(2,)),
    ]
    return record_page(request, found, kind=f"Place {found.key}", title=found.name, sections=sections,
                       acts=standard_acts(request.user, found, "place"),
                       crumbs=in_case(found.case, ("Places", "places")))


@allowed(Permission.PLACE_READ)
def incidents_page(request: Request, case_id: int) -> HttpResponse:
    """The incidents of a case."""
    found = case(request.user, case_id)
    rows = incidents(request.user, found, text=asked_text(request), withdrawn="withdrawn" in request.GET)
    columns = Columns(("Incident", "Date", "Place", "Where", "Persons"), lambda i: (
        link("incident", i, name_of(i)), i.date,
        link("place", i.place, name_of(i.place)) or i.place_text, _where(i), i.n_persons), numbers=(4,))
    acts = [act("Add an incident", "incident-new", found.pk)] if may(request.user.role, Permission.PLACE_WRITE) else []
    return list_page(request, rows, columns, title="Incidents", case=found, crumbs=in_case(found), acts=acts,
                     search="Name or place", withdrawn=True)


@allowed(Permission.PLACE_READ)
def incident_page(request: Request, incident_id: int) -> HttpResponse:
    """One incident with the persons who were lost in it."""
    found = incident(request.user, incident_id)
    persons = lost_in(request.user, found)
    n = persons.count()
    sections = [
        Facts("The incident", (
            ("Name", found.name), ("Date", found.date),
            ("Place", link("place", found.place, name_of(found.place)) or found.place_text),
            ("Where", _where(found)))),
        Table(f"Persons lost ({n:,})", ("Name", "Number", "Unit", "Status"), [
            (link("person", p, name_of(p)), p.service_number, p.service_unit, Badge(p.status))
            for p in persons[:_SHOWN]],
            note=f"The first {_SHOWN} by name; the roster has all of them." if n > _SHOWN else ""),
    ]
    return record_page(request, found, kind=f"Incident {found.key}", title=name_of(found), sections=sections,
                       acts=standard_acts(request.user, found, "incident"),
                       crumbs=in_case(found.case, ("Incidents", "incidents")))


def _where(row: Any) -> str | None:
    """Degrees of WGS 84 as people write them."""
    if row.latitude_deg is None or row.longitude_deg is None:
        return None
    north, east = "NS"[row.latitude_deg < 0], "EW"[row.longitude_deg < 0]
    return f"{abs(row.latitude_deg):.4f}° {north}, {abs(row.longitude_deg):.4f}° {east}"
