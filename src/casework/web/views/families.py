"""Families: the pedigree, what was agreed, given and told; how to reach them, for the liaison's eyes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from casework.policy import Permission, may
from casework.queries.cases import case
from casework.queries.decisions import proposals
from casework.queries.families import (
    consent,
    consents,
    contact,
    contacts,
    families,
    family,
    members,
    pedigree,
    profiles_of,
    reference_sample,
    samples_given,
    tellings,
)
from casework.web.listing import Columns, asked_text, list_page
from casework.web.record_page import acts_on, in_case, record_page, standard_acts
from casework.web.rules import Request, allowed
from casework.web.shown import Badge, Facts, Picture, Table, act, link, name_of
from homeward.model import HomewardError
from homeward.report import draw_pedigree

__all__ = ["consent_page", "contact_page", "families_page", "family_page", "reference_sample_page"]

P = Permission
_CAPTION = "Square: man; circle: woman; diamond: sex not recorded. Filled: a sample was given. ?: missing."


@allowed(Permission.FAMILY_READ)
def families_page(request: Request, case_id: int) -> HttpResponse:
    """The families of a case."""
    found = case(request.user, case_id)
    rows = families(request.user, found, text=asked_text(request), withdrawn="withdrawn" in request.GET)
    columns = Columns(("Family", "Members", "Missing", "Samples"), lambda f: (
        link("family", f), f.n_members, f.n_missing, f.n_samples), numbers=(1, 2, 3))
    acts = [act("Add a family", "family-new", found.pk)] if may(request.user.role, P.FAMILY_WRITE) else []
    return list_page(request, rows, columns, title="Families", case=found, crumbs=in_case(found), acts=acts,
                     search="Family, or a person it misses", withdrawn=True)


@allowed(Permission.FAMILY_READ)
def family_page(request: Request, family_id: int) -> HttpResponse:
    """One family."""
    user, found = request.user, family(request.user, family_id)
    sections = [_drawing(user, found), _members(user, found)]
    if may(user.role, P.CONTACT_READ):
        sections.append(_contacts(user, found))
    sections += [_consents(user, found), _samples(user, found), _told(user, found)]
    if may(user.role, P.PROPOSAL_READ):
        sections.append(Table("Proposals", ("Person", "Remains", "Conclusion", "State"), [
            (link("person", p.person, name_of(p.person)), link("proposal", p, str(p.remains)),
             Badge(p.conclusion), Badge(p.state)) for p in proposals(user).filter(family=found)]))
    return record_page(request, found, kind="Family", title=found.key, sections=sections,
                       acts=standard_acts(user, found, "family"),
                       crumbs=in_case(found.case, ("Families", "families")))


@allowed(Permission.CONTACT_READ)
def contact_page(request: Request, contact_id: int) -> HttpResponse:
    """One way to reach a family."""
    found = contact(request.user, contact_id)
    facts = Facts("How to reach them", (
        ("Name", found.name), ("Member", found.member), ("Telephone", found.telephone), ("E-mail", found.email),
        ("Address", found.address), ("Language", found.language), ("Note", found.note)))
    return record_page(request, found, kind="Contact", title=f"Contact {found.key}", sections=[facts],
                       acts=standard_acts(request.user, found, "contact"), crumbs=_way(found))


@allowed(Permission.FAMILY_READ)
def consent_page(request: Request, consent_id: int) -> HttpResponse:
    """What one donor agreed to."""
    found = consent(request.user, consent_id)
    facts = Facts("What was agreed", (
        ("Member", found.member), ("To what", found.scope), ("Given", found.given),
        ("Taken back", found.taken_back or "no"), ("Document", link("document", found.document))))
    offered = [] if found.taken_back else [(P.FAMILY_WRITE, act("Taken back", "consent-back", found.pk, danger=True))]
    return record_page(request, found, kind="Consent", title=f"Consent {found.key}", sections=[facts],
                       acts=standard_acts(request.user, found, "consent", *offered), crumbs=_way(found))


@allowed(Permission.GENETIC_READ)
def reference_sample_page(request: Request, reference_sample_id: int) -> HttpResponse:
    """A sample given, and its profiles."""
    found = reference_sample(request.user, reference_sample_id)
    sections = [
        Facts("The sample", (
            ("Family", link("family", found.family)), ("Member", found.member), ("Kind", found.kind),
            ("Taken", found.taken), ("Rates of the laboratory", found.laboratory))),
        Table("Profiles", ("Profile", "Kind", "Recorded"), [
            (link("profile", p), p.get_kind_display(), p.recorded_at) for p in profiles_of(request.user, found)],
            acts=acts_on(request.user, found, (P.GENETIC_WRITE, act(
                "Add a profile", "reference-profile-new", found.pk)))),
    ]
    return record_page(request, found, kind="Reference sample", title=found.key, sections=sections,
                       acts=standard_acts(request.user, found, "reference-sample"), crumbs=_way(found))


def _way(record: Any) -> Any:
    return in_case(record.case, ("Families", "families"), (record.family.key, f"/families/{record.family_id}/"))


def _drawing(user: Any, found: Any) -> Any:
    try:
        drawn = pedigree(user, found)
        svg = draw_pedigree(drawn.pedigree, typed=drawn.typed, missing=None, others_missing=drawn.missing)
    except HomewardError as error:
        return Facts("Pedigree", [("Cannot be drawn", str(error))])
    return Picture("Pedigree", svg, _CAPTION)


def _members(user: Any, found: Any) -> Table:
    return Table("Members", ("Member", "Father", "Mother", "Sex", "On the roster"), [
        (m.key, m.father, m.mother, m.sex, link("person", m.person, name_of(m.person))
         or "no") for m in members(user, found)])


def _contacts(user: Any, found: Any) -> Table:
    return Table("How to reach them", ("Contact", "Name", "Telephone", "E-mail", "Language"), [
        (link("contact", c), c.name, c.telephone, c.email, c.language) for c in contacts(user, found)],
        acts=acts_on(user, found, (P.CONTACT_WRITE, act("Add a contact", "contact-new", found.pk))))


def _consents(user: Any, found: Any) -> Table:
    return Table("Consents", ("Consent", "Member", "To what", "Given", "Taken back"), [
        (link("consent", c), c.member, c.scope, c.given, c.taken_back or "no") for c in consents(user, found)],
        acts=acts_on(user, found, (P.FAMILY_WRITE, act("Write down a consent", "consent-new", found.pk))))


def _samples(user: Any, found: Any) -> Table:
    genetic = may(user.role, P.GENETIC_READ)
    return Table("Samples given", ("Sample", "Member", "Kind", "Taken"), [
        (link("reference-sample", s) if genetic else s.key, s.member, s.kind, s.taken)
        for s in samples_given(user, found)],
        acts=acts_on(user, found, (P.GENETIC_WRITE, act("Add a sample", "reference-sample-new", found.pk))))


def _told(user: Any, found: Any) -> Table:
    return Table("What the family was told", ("When", "Who was told", "Of whom", "What", "How", "By"), [
        (t.dated, t.told, link("person", t.person, name_of(t.person)), t.what, t.how, str(t.by))
        for t in tellings(user, found)], empty="Nothing yet.")
