"""Correcting and withdrawing, the same for every record: why, on what document, on top of which version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path, reverse

from casework.actions.families import correct_contact, correct_family
from casework.actions.people import correct_person
from casework.actions.records import correct, withdraw
from casework.actions.samples import correct_profile
from casework.policy import Permission, require
from casework.queries import claims, documents, examinations, families, ledger, places, remains, roster
from casework.web.filling import Sheet, fill, written
from casework.web.forms import genetic, records
from casework.web.forms.fields import WithdrawForm
from casework.web.forms.ledger import EntryForm, LotForm
from casework.web.rules import Request, allowed
from casework.web.stated import STATED

__all__ = ["KINDS", "Kind", "urlpatterns"]

P = Permission
_Correct = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: its addresses, who corrects it, the form, how it is found and superseded.

    Without a form it is withdrawn alone.
    """

    folder: str
    argument: str
    permission: Permission
    get: Callable[[Any, int], Any]
    form: Any
    correct: _Correct
    initial: Callable[[Any, Any], Mapping[str, Any]] = lambda actor, record: {}

    @property
    def read(self) -> Permission:
        """What it takes to see the record; a sample cut from remains is seen with them, its profile is not."""
        own = Permission(self.permission.value.replace("write", "read"))
        return P.REMAINS_READ if self.folder == "samples" else own


def _plain(actor: Any, record: Any, form: Any) -> Any:
    said = form.cleaned_data
    return correct(record, actor=actor, changes=form.values(), reason=said["reason"], version=said["version"],
                   document=said["basis"])


def _person(actor: Any, record: Any, form: Any) -> Any:
    said = form.cleaned_data
    return correct_person(actor=actor, person=record, changes=form.values(), reason=said["reason"],
                          version=said["version"], document=said["basis"])


def _contact(actor: Any, record: Any, form: Any) -> Any:
    said = form.cleaned_data
    return correct_contact(actor=actor, contact=record, changes=form.values(), reason=said["reason"],
                           version=said["version"])


def _family(actor: Any, record: Any, form: Any) -> Any:
    said = form.cleaned_data
    return correct_family(actor=actor, row=record, family=form.family(record.key), reason=said["reason"],
                          version=said["version"], document=said["basis"])


def _profile(actor: Any, record: Any, form: Any) -> Any:
    said = form.cleaned_data
    owner = record.reference_sample or record.remains_sample
    return correct_profile(actor=actor, row=record, profile=form.profile(owner.key), reason=said["reason"],
                           version=said["version"], document=said["basis"])


def _sample(actor: Any, record: Any, form: Any) -> Any:
    said = form.cleaned_data
    rates = form.laboratory()
    plain = None if rates.is_certain else {"dropout": rates.dropout, "dropout_homozygote": rates.dropout_homozygote,
                                           "dropin": rates.dropin, "error": rates.error}
    return correct(record, actor=actor, changes={**form.values(), "laboratory": plain}, reason=said["reason"],
                   version=said["version"], document=said["basis"])


KINDS: Mapping[str, Kind] = MappingProxyType({
    "person": Kind("persons", "person_id", P.ROSTER_WRITE, roster.person, records.PersonForm, _person),
    "place": Kind("places", "place_id", P.PLACE_WRITE, places.place, records.PlaceForm, _plain),
    "incident": Kind("incidents", "incident_id", P.PLACE_WRITE, places.incident, records.IncidentForm, _plain),
    "family": Kind("families", "family_id", P.FAMILY_WRITE, families.family, genetic.FamilyForm, _family,
                   lambda actor, r: {"members": genetic.lines_of_family(families.pedigree(actor, r).pedigree)}),
    "contact": Kind("contacts", "contact_id", P.CONTACT_WRITE, families.contact, records.ContactForm, _contact),
    "consent": Kind("consents", "consent_id", P.FAMILY_WRITE, families.consent, records.ConsentForm, _plain),
    "reference-sample": Kind("reference-samples", "reference_sample_id", P.GENETIC_WRITE, families.reference_sample,
                             genetic.ReferenceSampleForm, _sample, lambda actor, r: r.laboratory or {}),
    "transfer": Kind("transfers", "transfer_id", P.REMAINS_WRITE, remains.transfer, records.TransferForm, _plain),
    "container": Kind("containers", "container_id", P.REMAINS_WRITE, remains.container, records.ContainerForm, _plain),
    "remains": Kind("remains", "remains_id", P.REMAINS_WRITE, remains.remains, records.RemainsForm, _plain),
    "element": Kind("elements", "element_id", P.REMAINS_WRITE, remains.element, records.ElementForm, _plain),
    "sample": Kind("samples", "sample_id", P.GENETIC_WRITE, remains.sample, genetic.SampleForm, _sample,
                   lambda actor, r: r.laboratory or {}),
    "profile": Kind("profiles", "profile_id", P.GENETIC_WRITE, remains.profile, genetic.ProfileForm, _profile,
                    lambda actor, r: genetic.lines_of_profile(remains.reported(actor, r))),
    "examination": Kind("examinations", "examination_id", P.EXAMINATION_WRITE, examinations.examination,
                        records.ExaminationForm, _plain),
    "document": Kind("documents", "document_id", P.DOCUMENT_WRITE, documents.document, records.DocumentForm, _plain),
    **{name: Kind(one.folder, one.argument, one.write, one.get, one.form, _plain) for name, one in STATED.items()},
    "lot": Kind("lots", "lot_id", P.LEDGER_WRITE, ledger.lot, LotForm, _plain),
    "entry": Kind("entries", "entry_id", P.LEDGER_WRITE, ledger.entry, EntryForm, _plain),
    "preference": Kind("preferences", "preference_id", P.CLAIM_WRITE, claims.preference, None, _plain),
})


def _correction(name: str, kind: Kind) -> Any:
    def corrected(request: Request, **given: int) -> HttpResponse:
        """Correct the record; what stood before is kept."""
        actor, record = request.user, kind.get(request.user, given[kind.argument])
        require(actor, kind.permission, record)
        there = reverse(name, args=[record.pk])
        form = kind.form(actor=actor, case=record.case, correcting=True, **written(request),
                         **({"kind": record.kind} if name == "profile" else {}))
        form.initial = _says(actor, record, kind, form)
        sheet = Sheet(f"Correct {record.key}", "Correct it", there, "It is corrected; what stood before is kept.")

        def act_on(_: dict[str, Any]) -> str:
            kind.correct(actor, record, form)
            return there

        return fill(request, sheet, form, act_on, case=record.case, stands=lambda: _says(
            actor, kind.get(actor, record.pk), kind, form))

    return allowed(kind.permission, kind.read)(corrected)


def _withdrawal(name: str, kind: Kind) -> Any:
    def withdrawn(request: Request, **given: int) -> HttpResponse:
        """Withdraw the record; it stays among those withdrawn."""
        actor, record = request.user, kind.get(request.user, given[kind.argument])
        require(actor, P.RECORD_WITHDRAW, record)
        there = reverse(name, args=[record.pk])
        form = WithdrawForm(actor=actor, case=record.case, initial={"version": record.version}, **written(request))
        sheet = Sheet(f"Withdraw {record.key}", "Withdraw it", there, "It is withdrawn.", (
            "It stays, with your reason, among those withdrawn. It is refused while another record rests on it.",),
            danger=True)

        def act_on(said: dict[str, Any]) -> str:
            withdraw(record, actor=actor, reason=said["reason"], version=said["version"])
            return there

        return fill(request, sheet, form, act_on, case=record.case)

    return allowed(P.RECORD_WITHDRAW, kind.read, fresh=True)(withdrawn)


def _says(actor: Any, record: Any, kind: Kind, form: Any) -> dict[str, Any]:
    """What the record says, as its form has it: of other records their keys."""
    says = {n: getattr(record, n) for n in form.fields if hasattr(record, n)}
    return {**{n: getattr(value, "key", value) for n, value in says.items()}, **kind.initial(actor, record),
            "version": record.version}


urlpatterns: list[URLPattern] = [
    path(f"{kind.folder}/<int:{kind.argument}>/{word}/", make(name, kind), name=f"{name}-{word}")
    for name, kind in KINDS.items() for word, make in (("correct", _correction), ("withdraw", _withdrawal))
    if kind.form is not None or word == "withdraw"]
