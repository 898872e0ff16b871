"""What a case that comes in says beside what stands in the register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from casework.store.bridge.layout import LAYOUT
from casework.store.bridge.reading import Stored
from homeward.model import Case

__all__ = ["Changed", "Differences", "differences_of", "key_of", "merged"]


@dataclass(frozen=True, slots=True)
class Changed:
    """A record that stands and of which the incoming case says something else."""

    stored: Stored
    record: Any

    @property
    def key(self) -> str:
        """The key under which it is kept: of a profile, its sample's."""
        return key_of(self.record)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what differs."""
        names = type(self.record).__dataclass_fields__
        return tuple(n for n in names if getattr(self.record, n) != getattr(self.stored.record, n))


@dataclass(frozen=True, slots=True)
class Differences:
    """By field of the case: what is new, what says something else, how much is the same, what only stands here."""

    new: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    changed: Mapping[str, tuple[Changed, ...]] = field(default_factory=dict)
    unchanged: Mapping[str, int] = field(default_factory=dict)
    absent: Mapping[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """The four numbers by field, of fields that have any."""
        found = {name: {"new": len(self.new[name]), "changed": len(self.changed[name]),
                        "unchanged": self.unchanged[name], "absent": self.absent[name]} for name in LAYOUT}
        return {name: counts for name, counts in found.items() if any(counts.values())}

    @property
    def touched(self) -> tuple[str, ...]:
        """The fields in which anything is to be written."""
        return tuple(name for name in LAYOUT if self.new[name] or self.changed[name])


def key_of(record: Any) -> str:
    """A record's id, or the sample of a profile."""
    return str(record.sample if hasattr(record, "sample") else record.id)


def differences_of(case: Case, standing: Mapping[str, Mapping[str, Stored]]) -> Differences:
    """Hold a case against the records that stand (``records_of``)."""
    new: dict[str, tuple[Any, ...]] = {}
    changed: dict[str, tuple[Changed, ...]] = {}
    unchanged: dict[str, int] = {}
    absent: dict[str, int] = {}
    for name in LAYOUT:
        records, here = getattr(case, name), standing[name]
        new[name] = tuple(r for r in records if key_of(r) not in here)
        known = [(here[key_of(r)], r) for r in records if key_of(r) in here]
        changed[name] = tuple(Changed(stored, r) for stored, r in known if stored.record != r)
        unchanged[name] = len(known) - len(changed[name])
        absent[name] = len(here) - len(known)
    return Differences(new, changed, unchanged, absent)


def merged(standing: Case, case: Case) -> Case:
    """The case that would stand once another had been loaded into it; raises InvalidValue where they contradict."""
    fields: dict[str, Any] = {}
    for name in LAYOUT:
        records = {key_of(r): r for r in getattr(standing, name)}
        records.update({key_of(r): r for r in getattr(case, name)})
        fields[name] = tuple(records.values())
    return replace(case, **fields)
