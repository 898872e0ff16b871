"""From rows to a case: what stands in the register, as the science takes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet

from casework.store import models
from casework.store.bridge.layout import COLUMNS, KINDS, LAYOUT, SETS, settings_types
from casework.store.bridge.plain import from_plain
from homeward.model import CERTAIN, Case, Family, FrequencyTable, Genotype, Laboratory, Member, Prior, Profile, Sex
from homeward.model.lineage import HaplotypeDatabase, MitoProfile, YProfile

__all__ = ["Stored", "case_of", "family_of", "frequencies_of", "laboratory_of", "profile_of", "records_of"]

_DATABASES: Mapping[str, Any] = {"mito_database": HaplotypeDatabase[MitoProfile],
                                 "y_database": HaplotypeDatabase[YProfile]}
_Rows = dict[str, "Stored"]


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as the science has it, with the row and version that it comes from."""

    row: int
    version: int
    record: Any


def case_of(case_file: models.CaseFile, records: Mapping[str, Mapping[str, Stored]] | None = None) -> Case:
    """The case of the register as it stands: what was superseded or withdrawn is left out, with all that hangs on it.

    ``records``: of ``records_of``, where they are at hand.

    A donor whose consent was taken back, and who gave no other, has no sample in it. A case that was loaded is equal
    to itself, its digest too. Raises InvalidValue where the records contradict each other.
    """
    records = records_of(case_file) if records is None else records
    stored = {name: {key: s.record for key, s in kept.items()} for name, kept in records.items()}
    _drop_what_hangs_loose(stored)
    for owner, member in _consents_taken_back(case_file):
        _drop(stored, "reference_samples", lambda s, o=owner, m=member: (s.family, s.member) == (o, m))
    _drop_what_hangs_loose(stored)
    fields: dict[str, Any] = {name: tuple(records.values()) for name, records in stored.items()}
    fields |= {field: getattr(case_file, column) for field, column in COLUMNS.items()}
    fields |= _sets(case_file) | _settings(case_file, stored)
    return Case(**fields)


def records_of(case_file: models.CaseFile) -> dict[str, _Rows]:
    """Every standing record of a case by field of the case and key, in the order in which they were entered."""
    found: dict[str, _Rows] = {}
    keys: dict[str, dict[int, str]] = {}
    for name, layout in LAYOUT.items():
        if name in KINDS:
            found[name] = dict(_profiles(case_file, name, keys))
        elif name == "families":
            found[name] = dict(_families(case_file, keys["roster"]))
        else:
            found[name] = dict(_plain_records(case_file, name, keys))
        keys[name] = {stored.row: key for key, stored in found[name].items()} if layout.refers or name in (
            "incidents", "roster", "families", "transfers", "remains") else {}
    return found


def family_of(row: models.Family) -> Family:
    """The pedigree of one row; of its missing members the persons' keys."""
    members = models.FamilyMember.objects.filter(family=row, withdrawn_at__isnull=True).order_by("pk")
    return Family(row.key, tuple(
        Member(m.key, m.father, m.mother, Sex(m.sex), None if m.person is None or m.person.withdrawn_at else
               m.person.key) for m in members.select_related("person")), row.inbreeding)


def frequencies_of(case_file: models.CaseFile) -> FrequencyTable:
    """The allele frequencies of a case; of one that has none, a table without markers."""
    table = case_file.frequencies
    return FrequencyTable("not stated", ()) if table is None else from_plain(FrequencyTable, table.content)


def laboratory_of(plain: Mapping[str, Any] | None) -> Laboratory:
    """A sample's rates."""
    return CERTAIN if plain is None else Laboratory(**plain)


def profile_of(row: models.Profile, sample: str) -> Profile | MitoProfile | YProfile:
    """The profile of one row; ``sample``: its sample's key."""
    field = next(name for name, kind in KINDS.items() if kind == row.kind)
    profile: Profile | MitoProfile | YProfile = _READERS[field](sample, row.content)
    return profile


def _standing(model: type[models.Record], case_file: models.CaseFile) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.filter(case=case_file, withdrawn_at__isnull=True)
    return rows.order_by("pk")


def _plain_records(case_file: models.CaseFile, name: str, keys: Mapping[str, Mapping[int, str]],
                   ) -> Iterator[tuple[str, Stored]]:
    layout = LAYOUT[name]
    fields = tuple(layout.columns)
    for pk, version, *values in _standing(layout.model, case_file).values_list("pk", "version", *layout.own
                                                                               ).iterator(5_000):
        given = dict(zip(fields, values, strict=True))
        for field, other in layout.refers.items():
            # A record that was withdrawn is referred to no more.
            given[field] = keys[other].get(given[field])
        if "sex" in given:
            given["sex"] = Sex(given["sex"])
        if "laboratory" in given:
            given["laboratory"] = laboratory_of(given["laboratory"])
        if all(given[field] is not None for field in ("remains", "family") if field in layout.refers):
            yield given["id"], Stored(pk, version, layout.record(**given))


def _families(case_file: models.CaseFile, persons: Mapping[int, str]) -> Iterator[tuple[str, Stored]]:
    members: dict[int, list[Member]] = defaultdict(list)
    rows = models.FamilyMember.objects.filter(family__case=case_file, withdrawn_at__isnull=True).order_by("pk")
    for family, key, father, mother, sex, person in rows.values_list("family_id", "key", "father", "mother", "sex",
                                                                     "person_id").iterator(5_000):
        members[family].append(Member(key, father, mother, Sex(sex), persons.get(person or 0)))
    families = _standing(models.Family, case_file)
    for pk, version, key, inbreeding in families.values_list("pk", "version", "key", "inbreeding").iterator(5_000):
        yield key, Stored(pk, version, Family(key, tuple(members[pk]), inbreeding))


def _profiles(case_file: models.CaseFile, name: str, keys: Mapping[str, Mapping[int, str]],
              ) -> Iterator[tuple[str, Stored]]:
    read = _READERS[name]
    rows = _standing(models.Profile, case_file).filter(kind=KINDS[name])
    for pk, version, reference, remains, content in rows.values_list(
            "pk", "version", "reference_sample_id", "remains_sample_id", "content").iterator(2_000):
        sample = keys["reference_samples"].get(reference) or keys["remains_samples"].get(remains)
        if sample is not None:
            yield sample, Stored(pk, version, read(sample, content))


def _str_profile(sample: str, content: Mapping[str, Any]) -> Profile:
    return Profile(sample, {marker: Genotype(*alleles) for marker, *alleles in content["genotypes"]})


_READERS: Mapping[str, Any] = {
    "profiles": _str_profile,
    "mito_profiles": lambda sample, content: from_plain(MitoProfile, {**content, "sample": sample}),
    "y_profiles": lambda sample, content: from_plain(YProfile, {**content, "sample": sample}),
}


def _sets(case_file: models.CaseFile) -> dict[str, Any]:
    found: dict[str, Any] = {"frequencies": frequencies_of(case_file)}
    for field, declared in _DATABASES.items():
        kept = getattr(case_file, SETS[field])
        found[field] = None if kept is None else from_plain(declared, kept.content)
    return found


def _settings(case_file: models.CaseFile, stored: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The fields kept as JSON; one that the stored settings lack takes its default."""
    types = settings_types()
    found = {name: from_plain(types[name], value) for name, value in case_file.settings.items() if name in types}
    prior = found.get("prior")
    if isinstance(prior, Prior):
        # What was stated of incidents that are withdrawn, or before more persons were listed, holds no longer.
        size = None if prior.roster_size is None else max(prior.roster_size, len(stored["roster"]))
        weights = {i: w for i, w in prior.incidents.items() if i in stored["incidents"]}
        found["prior"] = replace(prior, roster_size=size, incidents=weights)
    return {"name": case_file.key, **found}


def _consents_taken_back(case_file: models.CaseFile) -> list[tuple[str, str]]:
    """Donors who took their consent back and have given no other since, by family and member."""
    consents = models.Consent.objects.filter(case=case_file, withdrawn_at__isnull=True)
    standing = set(consents.filter(taken_back__isnull=True).values_list("family__key", "member"))
    back = consents.filter(Q(taken_back__isnull=False)).values_list("family__key", "member")
    return [donor for donor in dict.fromkeys(back) if donor not in standing]


def _drop(stored: dict[str, dict[str, Any]], name: str, unwanted: Any) -> None:
    stored[name] = {key: record for key, record in stored[name].items() if not unwanted(record)}


def _drop_what_hangs_loose(stored: dict[str, dict[str, Any]]) -> None:
    """Samples of a member who is no longer in the pedigree, profiles of samples that are gone."""
    members = {(f.id, m.id) for f in stored["families"].values() for m in f.members}
    _drop(stored, "reference_samples", lambda s: (s.family, s.member) not in members)
    samples = stored["reference_samples"].keys() | stored["remains_samples"].keys()
    for name in KINDS:
        _drop(stored, name, lambda p: p.sample not in samples)
