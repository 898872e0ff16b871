"""New records, by subject: a form, and the action that stores what was written."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from casework.actions.documents import add_document, attach_file
from casework.actions.examinations import add_examination
from casework.actions.families import add_contact, add_family, add_reference_sample, give_consent, take_back_consent
from casework.actions.people import add_alias, add_person, change_status, withdraw_alias
from casework.actions.places import add_incident, add_place
from casework.actions.remains import add_container, add_element, add_remains, add_remains_sample, add_transfer
from casework.actions.samples import add_profile
from casework.policy import Permission, require
from casework.queries.cases import case
from casework.queries.documents import document
from casework.queries.families import consent, family, reference_sample
from casework.queries.remains import remains, sample, transfer
from casework.queries.roster import alias, person
from casework.web.filling import Sheet, fill, written
from casework.web.forms import genetic, records
from casework.web.forms.fields import DeskForm
from casework.web.record_page import in_case
from casework.web.rules import Request, allowed

__all__ = ["alias_new", "alias_withdraw", "consent_back", "consent_new", "contact_new", "container_new",
           "document_attach", "document_new", "element_new", "examination_new", "family_new", "incident_new",
           "person_new", "person_status", "place_new", "profile_new", "reference_profile_new", "reference_sample_new",
           "remains_new", "sample_new", "transfer_new"]

P = Permission


@allowed(P.ROSTER_WRITE)
def person_new(request: Request, case_id: int) -> HttpResponse:
    """Add someone to the roster."""
    return _in_case(request, case_id, "person", records.PersonForm, "Add a person", "roster", add_person)


@allowed(P.PLACE_WRITE)
def place_new(request: Request, case_id: int) -> HttpResponse:
    """Add a place."""
    return _in_case(request, case_id, "place", records.PlaceForm, "Add a place", "places", add_place)


@allowed(P.PLACE_WRITE)
def incident_new(request: Request, case_id: int) -> HttpResponse:
    """Add an incident."""
    return _in_case(request, case_id, "incident", records.IncidentForm, "Add an incident", "incidents", add_incident)


@allowed(P.DOCUMENT_WRITE)
def document_new(request: Request, case_id: int) -> HttpResponse:
    """Add a document."""
    return _in_case(request, case_id, "document", records.DocumentForm, "Add a document", "documents", add_document)


@allowed(P.REMAINS_WRITE)
def transfer_new(request: Request, case_id: int) -> HttpResponse:
    """Add a hand-over between parties."""
    return _in_case(request, case_id, "transfer", records.TransferForm, "Add a transfer", "transfers", add_transfer)


@allowed(P.REMAINS_WRITE)
def remains_new(request: Request, case_id: int) -> HttpResponse:
    """Accession remains."""
    return _in_case(request, case_id, "remains", records.RemainsForm, "Add remains", "remains-list", add_remains)


@allowed(P.FAMILY_WRITE)
def family_new(request: Request, case_id: int) -> HttpResponse:
    """Add a family."""
    found = case(request.user, case_id)
    form = genetic.FamilyForm(actor=request.user, case=found, **written(request))
    return _new(request, found, form, "family", "Add a family", reverse("families", args=[found.pk]), lambda said: (
        add_family(actor=request.user, case=found, family=form.family(said["key"]))))


@allowed(P.REMAINS_WRITE, P.REMAINS_READ)
def container_new(request: Request, transfer_id: int) -> HttpResponse:
    """Add a box, bag or coffin of a transfer."""
    found = transfer(request.user, transfer_id)
    return _under(request, found, P.REMAINS_WRITE, "transfer", "container", records.ContainerForm, "Add a container",
                  lambda key, values: add_container(actor=request.user, case=found.case, transfer=found, key=key,
                                                    **values))


@allowed(P.REMAINS_WRITE, P.REMAINS_READ)
def element_new(request: Request, remains_id: int) -> HttpResponse:
    """Add a bone or tooth."""
    found = remains(request.user, remains_id)
    return _under(request, found, P.REMAINS_WRITE, "remains", "element", records.ElementForm, "Add an element",
                  lambda key, values: add_element(actor=request.user, remains=found, key=key, **values))


@allowed(P.EXAMINATION_WRITE, P.REMAINS_READ)
def examination_new(request: Request, remains_id: int) -> HttpResponse:
    """Record an examination."""
    found = remains(request.user, remains_id)
    return _under(request, found, P.EXAMINATION_WRITE, "remains", "examination", records.ExaminationForm,
                  "Record an examination",
                  lambda key, values: add_examination(actor=request.user, remains=found, key=key, **values))


@allowed(P.CONTACT_WRITE)
def contact_new(request: Request, family_id: int) -> HttpResponse:
    """Add how to reach a family."""
    found = family(request.user, family_id)
    return _under(request, found, P.CONTACT_WRITE, "family", "contact", records.ContactForm, "Add a contact",
                  lambda key, values: add_contact(actor=request.user, family=found, key=key, **values))


@allowed(P.FAMILY_WRITE)
def consent_new(request: Request, family_id: int) -> HttpResponse:
    """Write down what a donor agreed to."""
    found = family(request.user, family_id)
    return _under(request, found, P.FAMILY_WRITE, "family", "consent", records.ConsentForm, "Write down a consent",
                  lambda key, values: give_consent(actor=request.user, family=found, key=key, **values))


@allowed(P.FAMILY_WRITE)
def consent_back(request: Request, consent_id: int) -> HttpResponse:
    """Write down that a consent was taken back."""
    found = consent(request.user, consent_id)
    there = reverse("consent", args=[found.pk])
    sheet = Sheet(f"Consent {found.key} is taken back", "Write it down", there, "It is written down.", (
        "From now on no run compares the donor's samples.",), danger=True)
    form = records.ConsentBackForm(actor=request.user, case=found.case, initial={"version": found.version},
                                   **written(request))

    def act_on(said: dict[str, Any]) -> str:
        take_back_consent(actor=request.user, consent=found, dated=said["taken_back"], reason=said["reason"],
                          version=said["version"])
        return there

    return fill(request, sheet, form, act_on, case=found.case)


@allowed(P.GENETIC_WRITE, P.REMAINS_READ)
def sample_new(request: Request, remains_id: int) -> HttpResponse:
    """Add a sample cut from remains."""
    found = remains(request.user, remains_id)
    form = genetic.SampleForm(actor=request.user, case=found.case, **written(request))
    return _new(request, found.case, form, "sample", f"Add a sample of {found.key}", _page("remains", found),
                lambda said: add_remains_sample(actor=request.user, remains=found, key=said["key"],
                                                laboratory=form.laboratory(), **form.values()))


@allowed(P.GENETIC_WRITE)
def reference_sample_new(request: Request, family_id: int) -> HttpResponse:
    """Add a sample that a family gave."""
    found = family(request.user, family_id)
    form = genetic.ReferenceSampleForm(actor=request.user, case=found.case, **written(request))
    return _new(request, found.case, form, "reference-sample", f"Add a sample of family {found.key}",
                _page("family", found), lambda said: add_reference_sample(
                    actor=request.user, family=found, key=said["key"], laboratory=form.laboratory(), **form.values()))


@allowed(P.GENETIC_WRITE, P.REMAINS_READ)
def profile_new(request: Request, sample_id: int) -> HttpResponse:
    """Add a profile of a sample cut from remains."""
    return _profile(request, sample(request.user, sample_id), "sample")


@allowed(P.GENETIC_WRITE, P.GENETIC_READ)
def reference_profile_new(request: Request, reference_sample_id: int) -> HttpResponse:
    """Add a profile of a reference sample."""
    return _profile(request, reference_sample(request.user, reference_sample_id), "reference-sample")


@allowed(P.ROSTER_WRITE)
def alias_new(request: Request, person_id: int) -> HttpResponse:
    """Add another name of a person."""
    found = person(request.user, person_id)
    return _about(request, found, records.AliasForm, ("Add another name", "Record it", "The name is recorded."),
                  lambda said: add_alias(actor=request.user, person=found, **said))


@allowed(P.ROSTER_WRITE, fresh=True)
def alias_withdraw(request: Request, alias_id: int) -> HttpResponse:
    """Take back a name that the person did not bear."""
    found = alias(request.user, alias_id)
    return _about(request, found.person, DeskForm, ("Withdraw a name", "Withdraw it", "The name is withdrawn."),
                  lambda _: withdraw_alias(actor=request.user, alias=found),
                  lead=(f"“{found.name}” is no longer among the names of this person; the audit keeps it.",))


@allowed(P.ROSTER_WRITE)
def person_status(request: Request, person_id: int) -> HttpResponse:
    """Record what became of a person."""
    found = person(request.user, person_id)
    return _about(request, found, records.StatusForm, ("Change the status", "Record it", "The status is recorded."),
                  lambda said: change_status(actor=request.user, person=found, **said),
                  lead=("An identification changes the status by itself when it is signed.",))


@allowed(P.DOCUMENT_WRITE)
def document_attach(request: Request, document_id: int) -> HttpResponse:
    """Give a document its file."""
    found = document(request.user, document_id)
    there = _page("document", found)
    form = records.FileForm(actor=request.user, case=found.case, initial={"version": found.version}, **written(request))

    def act_on(said: dict[str, Any]) -> str:
        attach_file(actor=request.user, document=found, file=said["file"].file, file_name=said["file"].name,
                    reason=said["reason"], version=said["version"])
        return there

    sheet = Sheet(f"The file of {found.key}", "Keep the file", there, "The file is kept.")
    return fill(request, sheet, form, act_on, case=found.case)


def _in_case(request: Request, case_id: int, name: str, form_class: Any, title: str, listed: str,
             add: Any) -> HttpResponse:
    found = case(request.user, case_id)
    form = form_class(actor=request.user, case=found, **written(request))
    return _new(request, found, form, name, title, reverse(listed, args=[found.pk]), lambda said: add(
        actor=request.user, case=found, key=said["key"], **form.values()))


def _under(request: Request, owner: Any, permission: Permission, owned_by: str, name: str, form_class: Any,
           title: str, add: Any) -> HttpResponse:
    require(request.user, permission, owner)
    form = form_class(actor=request.user, case=owner.case, **written(request))
    return _new(request, owner.case, form, name, f"{title}: {owner.key}", _page(owned_by, owner),
                lambda said: add(said["key"], form.values()))


def _profile(request: Request, owner: Any, name: str) -> HttpResponse:
    require(request.user, P.GENETIC_WRITE, owner)
    form = genetic.ProfileForm(actor=request.user, case=owner.case, **written(request))
    return _new(request, owner.case, form, "profile", f"Add a profile of sample {owner.key}", _page(name, owner),
                lambda _: add_profile(actor=request.user, sample=owner, profile=form.profile(owner.key)))


def _new(request: Request, of_case: Any, form: Any, name: str, title: str, back: str, add: Any) -> HttpResponse:
    sheet = Sheet(title, "Record it", back, "It is recorded.")
    return fill(request, sheet, form, lambda said: _page(name, add(said)), case=of_case, crumbs=in_case(of_case))


def _about(request: Request, found: Any, form_class: Any, words: tuple[str, str, str], do: Any,
           lead: tuple[str, ...] = ()) -> HttpResponse:
    """A form about a person, from whose page one comes and to which one returns."""
    require(request.user, P.ROSTER_WRITE, found)
    there = _page("person", found)
    form = form_class(actor=request.user, case=found.case, **written(request))

    def act_on(said: dict[str, Any]) -> str:
        do({name: value for name, value in said.items() if name != "version"})
        return there

    title, submit, done = words
    return fill(request, Sheet(title, submit, there, done, lead), form, act_on, case=found.case,
                kind=found.name or found.key)


def _page(name: str, row: Any) -> str:
    return reverse(name, args=[row.pk])
