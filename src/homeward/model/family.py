"""Families: pedigrees that join donors of reference samples to the missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from homeward.model.errors import InvalidValue

__all__ = ["Family", "Member", "Sex"]


class Sex(StrEnum):
    """Sex as recorded or as shown by the remains."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a pedigree; ``person`` is the roster's id if this member is missing."""

    id: str
    father: str | None
    mother: str | None
    sex: Sex
    person: str | None = None

    @property
    def is_founder(self) -> bool:
        """Whether the parents are outside the pedigree."""
        return self.father is None


@dataclass(frozen=True, slots=True)
class Family:
    """A pedigree of any form, loops included.

    Every non-founder has both parents in the pedigree. ``inbreeding`` gives founders' inbreeding coefficients,
    0 where not named. Raises InvalidValue for a parent outside the pedigree, of the wrong sex or missing beside
    the other, for a member named twice, and for someone who would be his own ancestor.
    """

    id: str
    members: tuple[Member, ...]
    inbreeding: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_id = {m.id: m for m in self.members}
        if len(by_id) != len(self.members):
            ids = [m.id for m in self.members]
            twice = next(i for i in ids if ids.count(i) > 1)
            raise InvalidValue(self.id, "member", twice, "must be named once")
        for m in self.members:
            self._check_parents(m, by_id)
        for both in {m.father for m in self.members} & {m.mother for m in self.members} - {None}:
            raise InvalidValue(f"{self.id}/{both}", "sex", by_id[str(both)].sex.value,
                               "must be one: a father cannot be a mother as well")
        for member, f in self.inbreeding.items():
            if member not in by_id or not by_id[member].is_founder:
                raise InvalidValue(self.id, "inbreeding", member, "must name a founder of the family")
            if not 0.0 <= f <= 1.0:
                raise InvalidValue(f"{self.id}/{member}", "inbreeding", f, "must be from 0 to 1")
        self._check_ancestry(by_id)

    def _check_parents(self, m: Member, by_id: Mapping[str, Member]) -> None:
        record = f"{self.id}/{m.id}"
        if (m.father is None) != (m.mother is None):
            given = "father" if m.mother is None else "mother"
            raise InvalidValue(record, given, m.father or m.mother, "must come with the other parent")
        for role, parent, wrong in (("father", m.father, Sex.FEMALE), ("mother", m.mother, Sex.MALE)):
            if parent is None:
                continue
            if parent not in by_id:
                raise InvalidValue(record, role, parent, "must be a member of the family")
            if by_id[parent].sex is wrong:
                raise InvalidValue(record, role, parent, f"must not be {wrong.value}")

    def _check_ancestry(self, by_id: Mapping[str, Member]) -> None:
        placed: set[str] = set()
        waiting = list(self.members)
        while waiting:
            ready = [m for m in waiting if all(p is None or p in placed for p in (m.father, m.mother))]
            if not ready:
                raise InvalidValue(f"{self.id}/{waiting[0].id}", "parents",
                                   f"{waiting[0].father}, {waiting[0].mother}", "make someone his own ancestor")
            placed.update(m.id for m in ready)
            waiting = [m for m in waiting if m.id not in placed]

    def member(self, member_id: str) -> Member:
        """The member of that id; raises KeyError if there is none."""
        for m in self.members:
            if m.id == member_id:
                return m
        raise KeyError(member_id)

    @property
    def missing(self) -> tuple[Member, ...]:
        """The members who are on the roster."""
        return tuple(m for m in self.members if m.person is not None)
