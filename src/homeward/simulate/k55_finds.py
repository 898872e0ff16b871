"""What becomes of drawn elements before they are inventoried: erosion, slips, keys, samples, pairs that were judged.

None of this is in the model that the joint posterior starts from: it is what happens to bones and on desks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from homeward.model import PartialDate
from homeward.model.bones import BONES
from homeward.model.inventory import Association, Element, ElementKey, ElementSample

__all__ = ["Wear", "judged_pairs", "sampled", "worn"]

_LENGTHS = ("_01", "_02")  # of a broken bone the greatest lengths cannot be taken
_TAKEN = (2018, 2024)


@dataclass(frozen=True, slots=True)
class Wear:
    """Shares and sizes, all assumed (docs/simulate.md): no publication counts them.

    ``broken``: of elements that are there in part, with some of their zones. ``eroded_mm``: mean loss of a breadth of
    these, one-sided. ``unsided``: of paired elements whose side was not determined. ``slip``: of measurements written
    in centimetres. ``failed``: of elements without a profile, those sampled in vain. ``again``: of profiled elements
    whose first sample failed. ``paired``: of left and right bones of one person in one box that were judged a pair,
    and ``pair_right`` how often such a judgement is right.
    """

    broken: float = 0.25
    eroded_mm: float = 0.6
    unsided: float = 0.01
    slip: float = 0.0005
    failed: float = 0.3
    again: float = 0.15
    paired: float = 0.15
    pair_right: float = 0.97


def worn(element: Element, number: int, wear: Wear, rng: np.random.Generator) -> Element:
    """The element as it was inventoried under its number."""
    key = ElementKey("SYN-K55", element.box or "", "", f"{number:04d}")
    measurements = dict(element.measurements)
    zones, completeness, side = None, "complete", element.side
    n_zones = BONES[element.bone].zones or 1
    if n_zones > 1 and rng.random() < wear.broken:
        completeness = "incomplete"
        kept = int(rng.integers(1, n_zones))
        first = int(rng.integers(1, n_zones - kept + 2))
        zones = frozenset(range(first, first + kept))
        share = kept / n_zones
        measurements = {code: max(mm - float(rng.exponential(wear.eroded_mm)), 0.1 * mm)
                        for code, mm in measurements.items()
                        if not code.endswith(_LENGTHS) and rng.random() < share}
    if BONES[element.bone].paired and rng.random() < wear.unsided:
        side = None
    measurements = {code: round(mm / 10.0, 2) if rng.random() < wear.slip else round(mm, 1)
                    for code, mm in measurements.items()}
    return replace(element, key=key, completeness=completeness, zones=zones, side=side, measurements=measurements,
                   note="synthetic")


def sampled(element: Element, profile: str | None, wear: Wear, rng: np.random.Generator) -> Element:
    """The element with the samples that were cut from it; ``profile``: under which name the last of them was read."""
    def sample(n: int, status: str, read: str | None) -> ElementSample:
        day = PartialDate(int(rng.integers(*_TAKEN)), int(rng.integers(1, 13)))
        return ElementSample(f"{element.id}-S{n}", day, status, read, round(float(rng.uniform(0.0, 1.5)), 2))

    samples: tuple[ElementSample, ...]
    if profile is None:
        samples = (sample(1, "failed", None),) if rng.random() < wear.failed else ()
    elif rng.random() < wear.again:
        samples = (sample(1, "failed", None), sample(2, "profiled", profile))
    else:
        samples = (sample(1, "profiled", profile),)
    return replace(element, samples=samples)


def judged_pairs(elements: Sequence[Element], owners: Sequence[str], profiled: Collection[str], wear: Wear,
                 rng: np.random.Generator) -> tuple[Association, ...]:
    """Left and right bones of one box that somebody put side by side; now and then of two people."""
    lefts: dict[tuple[str | None, str], list[int]] = defaultdict(list)
    rights: dict[tuple[str | None, str], list[int]] = defaultdict(list)
    for k, e in enumerate(elements):
        if e.side in ("left", "right"):
            (lefts if e.side == "left" else rights)[e.box, e.bone].append(k)
    found = []
    for place, own in lefts.items():
        for left in own:
            mates = [r for r in rights[place] if owners[r] == owners[left]]
            others = [r for r in rights[place] if owners[r] != owners[left] and elements[r].id not in profiled]
            if mates and rng.random() < wear.paired:
                right = mates[0] if not others or rng.random() < wear.pair_right else others[0]
                found.append(Association("pair", (elements[left].id, elements[right].id), True, 0.95,
                                         "visual pair matching", "the simulation"))
    return tuple(found)
