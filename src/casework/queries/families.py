"""Families: pedigrees, contacts, consents, the samples given, who was told what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from casework.policy import Permission, require
from casework.queries.counted import number_of
from casework.queries.visible import visible
from casework.store.bridge import family_of as family_value
from casework.store.bridge import folded
from casework.store.models import (
    Account,
    CaseFile,
    Consent,
    Contact,
    Family,
    FamilyMember,
    Person,
    Profile,
    ReferenceSample,
    Telling,
)
from casework.store.models import families as _families
from homeward.model import Family as Pedigree

__all__ = ["CONSENT_SCOPES", "Drawing", "consent", "consents", "contact", "contacts", "families", "family",
           "family_of", "members", "pedigree", "profiles_of", "reference_sample", "samples_given", "tellings"]

CONSENT_SCOPES = tuple(words for words, _ in _families.CONSENT_SCOPES)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A pedigree and what a drawing of it marks: whose sample is there, who is missing."""

    pedigree: Pedigree
    typed: tuple[str, ...]
    missing: tuple[str, ...]


def families(actor: Account, case_file: CaseFile, *, text: str = "", withdrawn: bool = False) -> QuerySet[Any]:
    """The families of a case with ``n_members``, ``n_missing`` and ``n_samples``; raises NotAllowed."""
    rows = visible(actor, Permission.FAMILY_READ, Family, withdrawn=withdrawn).filter(case=case_file)
    if text:
        missing = Person.objects.filter(case=case_file, search_text__contains=folded(text))
        places = FamilyMember.objects.filter(person__in=missing, withdrawn_at__isnull=True)
        rows = rows.filter(Q(key__icontains=text) | Q(pk__in=places.values("family")))
    return rows.annotate(
        n_members=number_of(FamilyMember.objects.all(), "family"),
        n_missing=number_of(FamilyMember.objects.filter(person__isnull=False), "family"),
        n_samples=number_of(ReferenceSample.objects.all(), "family")).order_by("key", "pk")


def family(actor: Account, number: int) -> Family:
    """One family, withdrawn or not; raises DoesNotExist, NotAllowed."""
    return visible(actor, Permission.FAMILY_READ, Family, withdrawn=True).select_related("case").get(pk=number)


def family_of(actor: Account, person: Person) -> Family | None:
    """The family in which a person has a place; raises NotAllowed."""
    rows = visible(actor, Permission.FAMILY_READ, Family)
    return rows.filter(members__person=person, members__withdrawn_at__isnull=True).first()


def members(actor: Account, one: Family) -> QuerySet[FamilyMember]:
    """The standing members of a family, with the persons they are; raises NotAllowed."""
    return visible(actor, Permission.FAMILY_READ, FamilyMember).filter(family=one).select_related("person")


def pedigree(actor: Account, one: Family) -> Drawing:
    """The family as it is drawn; raises NotAllowed, InvalidValue for a pedigree that no family can have."""
    require(actor, Permission.FAMILY_READ, one)
    drawn = family_value(one)
    typed = set(samples_given(actor, one).values_list("member", flat=True)) & {m.id for m in drawn.members}
    return Drawing(drawn, tuple(sorted(typed)), tuple(m.id for m in drawn.missing))


def contacts(actor: Account, one: Family) -> QuerySet[Contact]:
    """How to reach the family; raises NotAllowed for whoever may not see that."""
    return visible(actor, Permission.CONTACT_READ, Contact).filter(family=one).order_by("key")


def contact(actor: Account, number: int) -> Contact:
    """One contact; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.CONTACT_READ, Contact, withdrawn=True)
    return rows.select_related("case", "family").get(pk=number)


def consents(actor: Account, one: Family) -> QuerySet[Consent]:
    """What the family's donors agreed to, and took back; raises NotAllowed."""
    rows = visible(actor, Permission.FAMILY_READ, Consent).filter(family=one)
    return rows.select_related("document").order_by("given", "pk")


def consent(actor: Account, number: int) -> Consent:
    """One consent; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.FAMILY_READ, Consent, withdrawn=True)
    return rows.select_related("case", "family", "document").get(pk=number)


def samples_given(actor: Account, one: Family) -> QuerySet[ReferenceSample]:
    """The samples that the family gave, by whom and when, without what was found in them; raises NotAllowed."""
    rows = visible(actor, Permission.FAMILY_READ, ReferenceSample).filter(family=one)
    return rows.defer("laboratory").order_by("member", "key")


def reference_sample(actor: Account, number: int) -> ReferenceSample:
    """One sample with what a laboratory says of it; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.GENETIC_READ, ReferenceSample, withdrawn=True)
    return rows.select_related("case", "family").get(pk=number)


def profiles_of(actor: Account, one: ReferenceSample) -> QuerySet[Profile]:
    """The profiles of a reference sample; raises NotAllowed."""
    return visible(actor, Permission.GENETIC_READ, Profile).filter(reference_sample=one).order_by("kind", "key")


def tellings(actor: Account, one: Family) -> QuerySet[Telling]:
    """Who of the family was told what, when, by whom and how; raises NotAllowed."""
    rows = visible(actor, Permission.FAMILY_READ, Telling).filter(family=one)
    return rows.select_related("person", "by").order_by("pk")
