"""The minimum number of individuals: how many persons there must be, by bone, side and zone.

White (1953, doi:10.2307/277116); by zones, Knüsel & Outram (2004, doi:10.1179/env.2004.9.1.85). The number is a least
number: it says nothing of how many there were.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from homeward.model.bones import BONES
from homeward.model.inventory import Element

__all__ = ["MinimumCount", "MinimumNumber", "minimum_number"]


@dataclass(frozen=True, slots=True)
class MinimumCount:
    """How many elements hold one zone of one bone of one side, and how many persons that makes.

    ``side`` is "both" where the left, the right and those without a side are counted together; ``zone`` is None where
    elements without zones alone are counted, or where all are.
    """

    bone: str
    side: str
    zone: int | None
    elements: tuple[str, ...]
    persons: int


@dataclass(frozen=True, slots=True)
class MinimumNumber:
    """The minimum number of individuals and every count behind it, the greatest first."""

    persons: int
    counts: tuple[MinimumCount, ...]

    @property
    def by(self) -> MinimumCount | None:
        """The count that the number rests upon; None where nothing was counted."""
        return self.counts[0] if self.counts else None


def minimum_number(elements: Iterable[Element]) -> MinimumNumber:
    """Count by bone, side and zone; the greatest is the minimum number of individuals.

    An element whose zones are not recorded is taken as whole, unless it is written down as incomplete: then it stands
    for no zone, since another fragment may be the rest of it. Of a bone that a person has several of, as many as one
    person has make one person.

    >>> left = [Element(f"e{i}", "femur", "left") for i in range(3)]
    >>> minimum_number(left).persons
    3
    """
    by_bone: dict[str, list[Element]] = defaultdict(list)
    for element in elements:
        by_bone[element.bone].append(element)
    counts = [count for bone, group in by_bone.items() for count in _of_bone(bone, group)]
    counts.sort(key=lambda c: (-c.persons, c.bone, c.side, c.zone or 0))
    return MinimumNumber(counts[0].persons if counts else 0, tuple(counts))


def _of_bone(bone: str, elements: list[Element]) -> list[MinimumCount]:
    kind = BONES[bone]
    sides = {side: [e for e in elements if e.side == side] for side in ("left", "right")} if kind.paired else {}
    counts = [count for side, group in sides.items() for count in _of_side(bone, side, group, kind.per_person)]
    # a bone of unknown side is a left or a right one: two of any side make at least one person
    whole = _of_side(bone, "both" if kind.paired else "unpaired", elements, kind.per_person * (2 if kind.paired else 1))
    return counts + whole


def _of_side(bone: str, side: str, elements: list[Element], per_person: int) -> list[MinimumCount]:
    if not elements:
        return []
    zones = sorted({z for e in elements if e.zones for z in e.zones})
    whole = [e.id for e in elements if e.zones is None and e.completeness != "incomplete"]
    if not zones:
        ids = tuple(whole or [elements[0].id])
        return [MinimumCount(bone, side, None, ids, ceil(len(ids) / per_person))]
    counts = []
    for zone in zones:
        ids = tuple(whole + [e.id for e in elements if e.zones and zone in e.zones])
        counts.append(MinimumCount(bone, side, zone, ids, ceil(len(ids) / per_person)))
    return counts
