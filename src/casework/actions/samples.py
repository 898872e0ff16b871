"""Profiles of samples: checked by the science against the case's markers and the person's other samples."""

from __future__ import annotations

from typing import Any

from casework.actions.act import NotPossible, act
from casework.actions.records import correct, save_new
from casework.policy import Permission
from casework.store.bridge import (
    KINDS,
    columns_of,
    family_of,
    frequencies_of,
    laboratory_of,
    profile_of,
)
from casework.store.models import (
    Account,
    CaseFile,
    Document,
    Profile,
    ReferenceSample,
    RemainsSample,
)
from homeward.model import Case, Family, InvalidValue, Remains, Sex
from homeward.model import Member as MemberValue
from homeward.model import Profile as StrProfile
from homeward.model import ReferenceSample as ReferenceValue
from homeward.model import RemainsSample as RemainsValue
from homeward.model.lineage import MitoProfile, YProfile

__all__ = ["add_profile", "correct_profile", "new_sample_key"]

Value = StrProfile | MitoProfile | YProfile
_FIELDS: dict[type, str] = {StrProfile: "profiles", MitoProfile: "mito_profiles", YProfile: "y_profiles"}


def new_sample_key(case_id: int, key: str) -> str:
    """The key of a new sample, used by no other sample of the case; raises InvalidValue."""
    for model in (RemainsSample, ReferenceSample):
        if model.objects.filter(case=case_id, key=key, withdrawn_at__isnull=True).exists():
            raise InvalidValue(key, "sample", key, "is in use in the case")
    return key


def add_profile(*, actor: Account, sample: RemainsSample | ReferenceSample, profile: Value) -> Profile:
    """Add what a laboratory reported of a sample: STR genotypes, an mtDNA or a Y haplotype.

    Raises InvalidValue where the sample has a profile of the kind, for a marker or allele without a frequency, and
    where it disagrees with another sample of the same person or remains; NotPossible for a withdrawn sample;
    NotAllowed. No message repeats a genotype.
    """
    with act(actor, Permission.GENETIC_WRITE, sample):
        if sample.withdrawn_at is not None:
            raise NotPossible(f"{sample.key} is withdrawn")
        _check(sample, profile)
        return save_new(Profile(case_id=sample.case_id, organisation_id=sample.organisation_id,
                                **_columns(sample, profile)), actor=actor)


def correct_profile(*, actor: Account, row: Profile, profile: Value, reason: str, version: int | None = None,
                    document: Document | None = None) -> Profile:
    """Supersede what was reported; the earlier report stays. Raises as ``add_profile``, and Conflict."""
    sample = row.reference_sample or row.remains_sample
    if sample is None or row.kind != KINDS[_FIELDS[type(profile)]]:
        raise InvalidValue(row.key, "kind", row.kind, "must be that of the profile that is corrected")
    with act(actor, Permission.GENETIC_WRITE, row):
        _check(sample, profile, instead_of=row)
        return correct(row, actor=actor, changes={"content": _columns(sample, profile)["content"]}, reason=reason,
                       version=version, document=document)


def _columns(sample: RemainsSample | ReferenceSample, profile: Value) -> dict[str, Any]:
    keys: dict[str, dict[str, int]] = {"reference_samples": {}, "remains_samples": {}}
    keys["reference_samples" if isinstance(sample, ReferenceSample) else "remains_samples"] = {sample.key: sample.pk}
    return columns_of(_FIELDS[type(profile)], keys)(profile)


def _check(sample: RemainsSample | ReferenceSample, profile: Value, instead_of: Profile | None = None) -> None:
    """Let the science check the profile beside the others of the same person, in a case of that person alone."""
    if profile.sample != sample.key:
        raise InvalidValue(sample.key, "sample", profile.sample, "must be the sample whose profile it is")
    fields: dict[str, list[Any]] = {name: [] for name in KINDS}
    fields[_FIELDS[type(profile)]].append(profile)
    case_file = CaseFile.objects.get(pk=sample.case_id)
    about: dict[str, Any]
    about, samples = _of_remains(sample) if isinstance(sample, RemainsSample) else _of_member(sample)
    for row in Profile.objects.filter(case=case_file, withdrawn_at__isnull=True, **samples).order_by("pk"):
        owner = row.reference_sample or row.remains_sample
        if owner is not None and (instead_of is None or row.pk != instead_of.pk):
            value = profile_of(row, owner.key)
            fields[_FIELDS[type(value)]].append(value)
    about |= {name: tuple(values) for name, values in fields.items()}
    try:
        Case("one person", frequencies_of(case_file), **about)
    except InvalidValue as error:
        # The values are genotypes: the field says which marker it is.
        raise InvalidValue(sample.key, error.field, "(not shown)", error.allowed) from None


def _of_remains(sample: RemainsSample) -> tuple[dict[str, Any], dict[str, Any]]:
    remains = sample.remains
    own = RemainsSample.objects.filter(remains=remains, withdrawn_at__isnull=True).order_by("pk")
    return {"remains": (Remains(remains.key, Sex(remains.sex)),),
            "remains_samples": tuple(RemainsValue(s.key, remains.key, None, laboratory_of(s.laboratory)) for s in own),
            }, {"remains_sample__in": own}


def _of_member(sample: ReferenceSample) -> tuple[dict[str, Any], dict[str, Any]]:
    family = family_of(sample.family)
    own = ReferenceSample.objects.filter(family=sample.family, member=sample.member, withdrawn_at__isnull=True)
    members = tuple(MemberValue(m.id, m.father, m.mother, m.sex) for m in family.members)
    return {"families": (Family(family.id, members),),
            "reference_samples": tuple(ReferenceValue(s.key, family.id, s.member, s.kind, laboratory_of(s.laboratory))
                                       for s in own.order_by("pk"))}, {"reference_sample__in": own}
