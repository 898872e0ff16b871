"""Remains: transfers, containers, accessions, elements, samples and their profiles."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from casework.policy import Permission, require
from casework.queries.counted import number_of
from casework.queries.visible import visible
from casework.store.bridge import profile_of
from casework.store.models import (
    Account,
    CaseFile,
    Container,
    Element,
    Profile,
    Remains,
    RemainsSample,
    Transfer,
)
from homeward.model import Profile as StrProfile
from homeward.model.lineage import MitoProfile, YProfile

__all__ = ["container", "container_by_key", "containers", "element", "element_by_key", "elements_of", "profile",
           "profiles_of_sample", "remains", "remains_of_case", "reported", "sample", "samples_of", "transfer",
           "transfer_by_key", "transfers"]


def transfers(actor: Account, case_file: CaseFile, *, withdrawn: bool = False) -> QuerySet[Any]:
    """The transfers of a case by date, with ``n_containers`` and ``n_remains``; raises NotAllowed."""
    rows = visible(actor, Permission.REMAINS_READ, Transfer, withdrawn=withdrawn).filter(case=case_file)
    return rows.annotate(n_containers=number_of(Container.objects.all(), "transfer"),
                         n_remains=number_of(Remains.objects.all(), "transfer")).order_by("date", "key", "pk")


def transfer(actor: Account, number: int) -> Transfer:
    """One transfer, withdrawn or not; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.REMAINS_READ, Transfer, withdrawn=True)
    return rows.select_related("case", "document", "organisation").get(pk=number)


def containers(actor: Account, case_file: CaseFile, *, came_by: Transfer | None = None, text: str = "",
               withdrawn: bool = False) -> QuerySet[Any]:
    """The containers of a case, or of one transfer, with ``n_remains``; raises NotAllowed."""
    rows = visible(actor, Permission.REMAINS_READ, Container, withdrawn=withdrawn).filter(case=case_file)
    if came_by is not None:
        rows = rows.filter(transfer=came_by)
    if text:
        rows = rows.filter(Q(key__icontains=text) | Q(label__icontains=text))
    rows = rows.select_related("transfer").annotate(n_remains=number_of(Remains.objects.all(), "container"))
    return rows.order_by("key", "pk")


def container(actor: Account, number: int) -> Container:
    """One container, withdrawn or not; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.REMAINS_READ, Container, withdrawn=True)
    return rows.select_related("case", "transfer", "organisation").get(pk=number)


def remains_of_case(actor: Account, case_file: CaseFile, *, text: str = "", came_by: Transfer | None = None,
                    lying_in: Container | None = None, withdrawn: bool = False) -> QuerySet[Any]:
    """The accessions of a case, of one transfer or of one container, with ``n_samples``; raises NotAllowed."""
    rows = visible(actor, Permission.REMAINS_READ, Remains, withdrawn=withdrawn).filter(case=case_file)
    if came_by is not None:
        rows = rows.filter(transfer=came_by)
    if lying_in is not None:
        rows = rows.filter(container=lying_in)
    if text:
        rows = rows.filter(Q(key__icontains=text) | Q(provenience__icontains=text) | Q(description__icontains=text))
    rows = rows.select_related("transfer", "container", "organisation")
    return rows.annotate(n_samples=number_of(RemainsSample.objects.all(), "remains")).order_by("key", "pk")


def remains(actor: Account, number: int) -> Remains:
    """One accession, withdrawn or not; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.REMAINS_READ, Remains, withdrawn=True)
    return rows.select_related("case", "transfer", "container", "organisation").get(pk=number)


def transfer_by_key(actor: Account, case_file: CaseFile, key: str) -> Transfer | None:
    """The standing transfer of that key, None where there is none; raises NotAllowed."""
    return visible(actor, Permission.REMAINS_READ, Transfer).filter(case=case_file, key=key).first()


def container_by_key(actor: Account, case_file: CaseFile, key: str) -> Container | None:
    """The standing container of that key, None where there is none; raises NotAllowed."""
    return visible(actor, Permission.REMAINS_READ, Container).filter(case=case_file, key=key).first()


def element_by_key(actor: Account, case_file: CaseFile, key: str) -> Element | None:
    """The standing element of that key, None where there is none; raises NotAllowed."""
    return visible(actor, Permission.REMAINS_READ, Element).filter(case=case_file, key=key).first()


def elements_of(actor: Account, one: Remains) -> QuerySet[Element]:
    """The bones and teeth of an accession; raises NotAllowed."""
    return visible(actor, Permission.REMAINS_READ, Element).filter(remains=one).order_by("key")


def element(actor: Account, number: int) -> Element:
    """One bone or tooth, withdrawn or not; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.REMAINS_READ, Element, withdrawn=True)
    return rows.select_related("case", "remains", "organisation").get(pk=number)


def samples_of(actor: Account, one: Remains) -> QuerySet[Any]:
    """The samples cut from an accession, with ``n_profiles``, without what was found in them; raises NotAllowed."""
    rows = visible(actor, Permission.REMAINS_READ, RemainsSample).filter(remains=one)
    rows = rows.select_related("element").defer("laboratory")
    return rows.annotate(n_profiles=number_of(Profile.objects.all(), "remains_sample")).order_by("key")


def sample(actor: Account, number: int) -> RemainsSample:
    """One sample, withdrawn or not, without what was found in it; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.REMAINS_READ, RemainsSample, withdrawn=True)
    return rows.select_related("case", "remains", "element", "organisation").get(pk=number)


def profiles_of_sample(actor: Account, one: RemainsSample) -> QuerySet[Profile]:
    """The profiles of a sample cut from remains; raises NotAllowed."""
    return visible(actor, Permission.GENETIC_READ, Profile).filter(remains_sample=one).order_by("kind", "key")


def profile(actor: Account, number: int) -> Profile:
    """One profile, withdrawn or not; raises DoesNotExist, NotAllowed."""
    rows = visible(actor, Permission.GENETIC_READ, Profile, withdrawn=True)
    return rows.select_related("case", "remains_sample__remains", "reference_sample__family").get(pk=number)


def reported(actor: Account, row: Profile) -> StrProfile | MitoProfile | YProfile:
    """What a profile says, as the science has it; raises NotAllowed."""
    require(actor, Permission.GENETIC_READ, row)
    owner = row.reference_sample or row.remains_sample
    return profile_of(row, owner.key if owner is not None else row.key)
