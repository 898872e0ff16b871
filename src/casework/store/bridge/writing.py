"""From a case to rows, not yet stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from casework.store import models
from casework.store.bridge.layout import KINDS, LAYOUT, settings_types
from casework.store.bridge.plain import to_plain
from casework.store.bridge.searching import search_text_of
from homeward.model import CERTAIN, Case, Family, Genotype, MissingPerson

__all__ = ["columns_of", "members_of", "rows_of", "sets_of", "settings_of"]

Keys = Mapping[str, Mapping[str, int]]


def rows_of(name: str, records: Iterable[Any], keys: Keys, **common: Any) -> Iterator[models.Record]:
    """Unsaved rows of one field of a case.

    ``name``: of the field; ``records``: of the science; ``keys``: number of the row by key, of the fields that they
    refer to; ``common``: columns that all rows share (case, batch, organisation).
    """
    model = LAYOUT[name].model
    columns = columns_of(name, keys)
    for record in records:
        yield model(**columns(record), **common)


def columns_of(name: str, keys: Keys) -> Callable[[Any], dict[str, Any]]:
    """What one record of a field says, by column."""
    if name in KINDS:
        return lambda record: _profile_columns(name, record, keys)
    layout = LAYOUT[name]

    def columns(record: Any) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for field, column in layout.columns.items():
            value = getattr(record, field)
            if field in layout.refers:
                value = None if value is None else keys[layout.refers[field]][value]
            elif field == "laboratory":
                value = None if value == CERTAIN else to_plain(value)
            elif field == "inbreeding":
                value = dict(value)
            elif field == "sex":
                value = value.value
            said[column] = value
        if isinstance(record, MissingPerson):
            said["search_text"] = search_text_of(record.name, record.service_number)
        return said

    return columns


def members_of(family: Family, row: int, persons: Mapping[str, int]) -> Iterator[models.FamilyMember]:
    """Unsaved rows of a pedigree's members; ``row``: the family's number."""
    for m in family.members:
        yield models.FamilyMember(family_id=row, key=m.id, father=m.father, mother=m.mother, sex=m.sex.value,
                                  person_id=None if m.person is None else persons[m.person])


def settings_of(case: Case) -> dict[str, Any]:
    """The fields of a case that have no table, as JSON."""
    return {name: to_plain(getattr(case, name)) for name in settings_types()}


def sets_of(case: Case) -> dict[str, models.FrequencySet | models.HaplotypeSet | None]:
    """The reference material of a case, unsaved, by the column that points to it; equal material, equal digest."""
    table = case.frequencies
    content = to_plain(table)
    frequencies = models.FrequencySet(digest=_digest(content), population=table.population, source=table.source,
                                      theta=table.theta, n_markers=len(table.markers), content=content)
    return {"frequencies": frequencies, "mito_database": _haplotypes("mito", case.mito_database),
            "y_database": _haplotypes("y", case.y_database)}


def _haplotypes(kind: str, database: Any) -> models.HaplotypeSet | None:
    if database is None:
        return None
    content = to_plain(database)
    return models.HaplotypeSet(digest=_digest([kind, content]), kind=kind, content=content)


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _profile_columns(name: str, profile: Any, keys: Keys) -> dict[str, Any]:
    kind, sample = KINDS[name], profile.sample
    if name == "profiles":
        content = {"genotypes": [[m, *_alleles(g)] for m, g in profile.genotypes.items()]}
    else:
        content = to_plain(profile)
        del content["sample"]
    reference = keys["reference_samples"].get(sample)
    return {"key": f"{kind}:{sample}", "kind": kind, "content": content, "reference_sample_id": reference,
            "remains_sample_id": keys["remains_samples"][sample] if reference is None else None}


def _alleles(genotype: Genotype) -> tuple[Any, ...]:
    both = (genotype.first, genotype.second)
    return (*both, True) if genotype.hemizygous else both
