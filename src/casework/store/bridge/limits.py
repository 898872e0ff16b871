"""What the register's tables cannot hold, found before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db import models as columns

from casework.store import models
from casework.store.bridge.layout import KINDS, LAYOUT
from homeward.model import Case, Fault

__all__ = ["faults_of_limits"]

_MOST_FAULTS = 1_000
_LARGEST_COUNT = 2_147_483_647
# What PostgreSQL refuses in a text, or no encoding carries.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def faults_of_limits(case: Case, source: str) -> tuple[Fault, ...]:
    """The values of a case that are too long or too large for their columns, as faults of the source."""
    found = []
    for fault in _faults(case, source):
        found.append(fault)
        if len(found) == _MOST_FAULTS:
            break
    return tuple(found)


def _faults(case: Case, source: str) -> Iterator[Fault]:
    yield from _of(source, case.name, "name", case.name, _length(models.CaseFile, "key"))
    yield from _of(source, case.name, "title", case.title, _length(models.CaseFile, "title"))
    yield from _of(source, "population", "name", case.frequencies.population,
                   _length(models.FrequencySet, "population"))
    for name, layout in LAYOUT.items():
        limits = [(field, _length(layout.model, column)) for field, column in layout.columns.items()]
        # A profile is kept under its kind and its sample's key.
        limits = [("sample", 120 - len(KINDS[name]) - 1)] if name in KINDS else limits
        for record in getattr(case, name):
            for field, longest in limits:
                yield from _of(source, str(getattr(record, limits[0][0])), field, getattr(record, field), longest)
    longest = _length(models.FamilyMember, "key")
    for family in case.families:
        for member in family.members:
            yield from _of(source, f"{family.id}/{member.id}", "member", member.id, longest)


def _length(model: type[columns.Model], column: str) -> int | None:
    field = model._meta.get_field(column)
    return field.max_length if isinstance(field, columns.CharField) else None


def _of(source: str, record: str, field: str, value: Any, longest: int | None) -> Iterator[Fault]:
    if isinstance(value, str):
        if longest is not None and len(value) > longest:
            yield Fault(source, 0, field, f"{value[:40]}…",
                        f"must hold at most {longest} characters ({record[:40]})", "register-length")
        if _UNSTORABLE.search(value):
            yield Fault(source, 0, field, ascii(value[:40]), f"must hold whole characters only ({record[:40]!a})",
                        "register-text")
    elif isinstance(value, int) and not isinstance(value, bool) and value > _LARGEST_COUNT:
        yield Fault(source, 0, field, str(value), f"must be at most {_LARGEST_COUNT} ({record[:40]})", "register-size")
