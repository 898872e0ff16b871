"""Rival claims side by side, with the one that somebody prefers, for a reason, until it is withdrawn."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from homeward.model import InvalidValue
from homeward.model.quantities import UnitsMixed
from homeward.model.sources import Claim, Preference

__all__ = ["Rivals", "rivals_of"]


@dataclass(frozen=True, slots=True)
class Rivals:
    """The claims of one group by a day, in the order in which they were said.

    ``preferred`` is None where nobody has chosen; ``preference`` says who did, when and why. ``contradictions``: pairs
    of ids whose amounts cannot both be right though they speak of one time in one unit.
    """

    group: str
    claims: tuple[Claim, ...]
    preferred: Claim | None
    preference: Preference | None
    withdrawn: tuple[Preference, ...]
    contradictions: tuple[tuple[str, str], ...]


def rivals_of(claims: Iterable[Claim], preferences: Iterable[Preference] = (), *,
              as_of: datetime.date) -> Mapping[str, Rivals]:
    """Each group with its claims and the preference in force at the end of a day.

    Raises InvalidValue where a preference names a claim that is not of its group. Of several preferences in force the
    latest stands.
    """
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.group and (claim.said is None or claim.said.begins <= as_of):
            groups.setdefault(claim.group, []).append(claim)
    chosen: dict[str, list[Preference]] = {}
    for preference in preferences:
        if preference.on <= as_of:
            chosen.setdefault(preference.group, []).append(preference)
    return {group: _rivals(group, found, chosen.get(group, []), as_of) for group, found in groups.items()}


def _rivals(group: str, claims: list[Claim], preferences: list[Preference], as_of: datetime.date) -> Rivals:
    by_id = {claim.id: claim for claim in claims}
    for preference in preferences:
        if preference.claim not in by_id:
            raise InvalidValue(preference.id, "claim", preference.claim, f"must be a claim of the group {group}")
    standing = sorted((p for p in preferences if p.stands(as_of)), key=lambda p: (p.on, p.id))
    latest = standing[-1] if standing else None
    ordered = tuple(sorted(claims, key=lambda c: (c.said.begins if c.said else datetime.date.min, c.id)))
    return Rivals(group, ordered, by_id[latest.claim] if latest else None, latest,
                  tuple(p for p in preferences if not p.stands(as_of)), tuple(_contradictions(ordered)))


def _contradictions(claims: tuple[Claim, ...]) -> Iterable[tuple[str, str]]:
    for position, one in enumerate(claims):
        for other in claims[position + 1 :]:
            if one.subject == other.subject and _of_one_time(one, other) and _contradict(one, other):
                yield one.id, other.id


def _of_one_time(one: Claim, other: Claim) -> bool:
    first, second = one.speaks_of, other.speaks_of
    return first is None or second is None or first.overlaps(second)


def _contradict(one: Claim, other: Claim) -> bool:
    if one.quantity is None or other.quantity is None:
        return one.denies != other.denies
    try:
        agree = one.quantity.amount.agrees_with(other.quantity.amount)
    except UnitsMixed:  # a box and a person do not contradict each other: they are not the same thing
        return False
    return agree is False if one.denies == other.denies else bool(agree)
