"""Families: pedigrees, how to reach them, what they agreed to, the samples they gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.actions.act import NotPossible, act
from casework.actions.dependents import withdraw_parts
from casework.actions.records import correct, save_new
from casework.actions.samples import new_sample_key
from casework.policy import Permission
from casework.store.bridge import family_of, members_of, to_plain
from casework.store.models import (
    Account,
    CaseFile,
    Consent,
    Contact,
    Document,
    Family,
    FamilyMember,
    Organisation,
    Person,
    ReferenceSample,
)
from casework.store.models import families as _families
from homeward.model import CERTAIN, InvalidValue, Laboratory, PartialDate, Sex
from homeward.model import Family as FamilyValue
from homeward.model import ReferenceSample as ReferenceValue

__all__ = ["CONSENT_SCOPES", "add_contact", "add_family", "add_reference_sample", "correct_contact", "correct_family",
           "give_consent", "take_back_consent"]

CONSENT_SCOPES = tuple(value for value, _ in _families.CONSENT_SCOPES)


def add_family(*, actor: Account, case: CaseFile, family: FamilyValue,
               organisation: Organisation | None = None) -> Family:
    """Add a family; the pedigree was checked when ``family`` was made, its members may be persons of the roster.

    Raises InvalidValue for a key in use, a person who is not on the roster, has a place in a family already or is of
    another sex; NotAllowed.
    """
    with act(actor, Permission.FAMILY_WRITE):
        persons = _persons(case, family, own=None)
        row = save_new(Family(case=case, key=family.id, inbreeding=dict(family.inbreeding), organisation=organisation),
                       actor=actor)
        FamilyMember.objects.bulk_create(list(members_of(family, row.pk, persons)))
    return row


def correct_family(*, actor: Account, row: Family, family: FamilyValue, reason: str, version: int | None = None,
                   document: Document | None = None) -> Family:
    """Supersede a pedigree whole; what it was stays with its revision.

    Raises InvalidValue as ``add_family`` and for another key; NotPossible where a member who gave a sample or consent,
    or is to be reached, would be in it no more; Conflict, NotAllowed.
    """
    if family.id != row.key:
        raise InvalidValue(row.key, "family", family.id, "must be the family that is corrected")
    with act(actor, Permission.FAMILY_WRITE, row):
        persons = _persons(row.case, family, own=row)
        _require_members_kept(row, {m.id for m in family.members})
        row = correct(row, actor=actor, changes={"inbreeding": dict(family.inbreeding)}, reason=reason, version=version,
                      document=document)
        withdraw_parts(row)
        FamilyMember.objects.bulk_create(list(members_of(family, row.pk, persons)))
    return row


def _persons(case: CaseFile, family: FamilyValue, *, own: Family | None) -> dict[str, int]:
    """The numbers of the persons who are members, by key; each must be free, and of the sex of the roster."""
    found = {}
    for m in family.missing:
        person = Person.objects.filter(case=case, key=m.person, withdrawn_at__isnull=True).first()
        record = f"{family.id}/{m.id}"
        if person is None:
            raise InvalidValue(record, "person", m.person, "must be on the roster of the case")
        if Sex.UNKNOWN.value not in (person.sex, m.sex.value) and person.sex != m.sex.value:
            raise InvalidValue(record, "sex", m.sex.value, f"must be {person.sex}, as the roster has it")
        placed = FamilyMember.objects.filter(person=person, withdrawn_at__isnull=True)
        if (placed if own is None else placed.exclude(family=own)).exists():
            raise InvalidValue(record, "person", m.person, "must have one place in one family")
        if person.key in found:
            raise InvalidValue(record, "person", m.person, "must have one place in the family")
        found[person.key] = person.pk
    return found


def _require_members_kept(row: Family, members: set[str]) -> None:
    for model, what in ((ReferenceSample, "sample"), (Consent, "consent"), (Contact, "contact")):
        rows: Any = model.objects.filter(family=row, withdrawn_at__isnull=True)
        for member, key in rows.values_list("member", "key"):
            if member and member not in members:
                raise NotPossible(f"{row.key}/{member} cannot leave the pedigree: {what} {key} is of that member")


def add_contact(*, actor: Account, family: Family, key: str, name: str, member: str = "", telephone: str = "",
                email: str = "", address: str = "", language: str = "", note: str = "") -> Contact:
    """Add how to reach a family, or one member of it; raises InvalidValue, NotPossible, NotAllowed."""
    with act(actor, Permission.CONTACT_WRITE, family):
        if member:
            _require_member(family, member, key)
        if not name.strip():
            raise InvalidValue(key, "name", "", "must be given")
        return save_new(Contact(
            case_id=family.case_id, key=key, family=family, member=member, name=name.strip(), telephone=telephone,
            email=email, address=address, language=language, note=note, organisation_id=family.organisation_id),
            actor=actor)


def correct_contact(*, actor: Account, contact: Contact, changes: Mapping[str, Any], reason: str,
                    version: int | None = None) -> Contact:
    """Supersede how to reach a family; raises as ``records.correct`` and for a member who is none."""
    if changes.get("member"):
        _require_member(contact.family, changes["member"], contact.key)
    return correct(contact, actor=actor, changes=changes, reason=reason, version=version)


def give_consent(*, actor: Account, family: Family, key: str, member: str, scope: str, given: PartialDate,
                 document: Document | None = None) -> Consent:
    """Record what a donor agreed to; raises InvalidValue for no such scope or member, NotPossible, NotAllowed."""
    with act(actor, Permission.FAMILY_WRITE, family):
        _require_member(family, member, key)
        return save_new(Consent(
            case_id=family.case_id, key=key, family=family, member=member, scope=scope, given=given, document=document,
            organisation_id=family.organisation_id), actor=actor)


def take_back_consent(*, actor: Account, consent: Consent, dated: PartialDate, reason: str,
                      version: int | None = None, document: Document | None = None) -> Consent:
    """Record that a donor took consent back: from now on no run compares the donor's samples.

    Raises NotPossible where it was taken back already, InvalidValue for a day before it was given, Conflict,
    NotAllowed.
    """
    with act(actor, Permission.FAMILY_WRITE, consent):
        if consent.taken_back is not None:
            raise NotPossible(f"{consent.key} was taken back already")
        if consent.given is not None and str(dated) < str(consent.given)[: len(str(dated))]:
            allowed = f"must not be before it was given, {consent.given}"
            raise InvalidValue(consent.key, "taken_back", str(dated), allowed)
        return correct(consent, actor=actor, changes={"taken_back": dated}, reason=reason, version=version,
                       document=document)


def add_reference_sample(*, actor: Account, family: Family, key: str, member: str, kind: str = "relative",
                         laboratory: Laboratory = CERTAIN, taken: PartialDate | None = None,
                         organisation: Organisation | None = None) -> ReferenceSample:
    """Add a sample given by a relative, or taken from a personal item of the missing member.

    Raises InvalidValue for a key in use among all samples, a kind or member that is none, a personal item of someone
    who is not missing; NotPossible after consent was taken back; NotAllowed.
    """
    with act(actor, Permission.GENETIC_WRITE, family):
        ReferenceValue(key, family.key, member, kind, laboratory)
        _require_member(family, member, key)
        missing = {m.id for m in family_of(family).missing}
        if kind == "personal item" and member not in missing:
            raise InvalidValue(key, "kind", kind, f"must be of someone on the roster, and {member} is not")
        consents = Consent.objects.filter(family=family, member=member, withdrawn_at__isnull=True)
        if consents.exists() and not consents.filter(taken_back__isnull=True).exists():
            raise NotPossible(f"{family.key}/{member} took consent back; a new one must be given first")
        return save_new(ReferenceSample(
            case_id=family.case_id, key=new_sample_key(family.case_id, key), family=family, member=member, kind=kind,
            laboratory=None if laboratory == CERTAIN else to_plain(laboratory), taken=taken,
            organisation=organisation or family.organisation), actor=actor)


def _require_member(family: Family, member: str, record: str) -> None:
    if family.withdrawn_at is not None:
        raise NotPossible(f"family {family.key} is withdrawn")
    if not FamilyMember.objects.filter(family=family, key=member, withdrawn_at__isnull=True).exists():
        raise InvalidValue(record, "member", member, f"must be a member of family {family.key}")
