"""The inventory of an assemblage: every element with its key, zones, measurements, samples and associations.

It keeps what was observed apart from what is doubted: a value that cannot stand is refused with all others, a value
that is merely strange stays as it was written and is listed under ``doubts``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import isfinite
from types import MappingProxyType

from homeward.model.bones import BONES
from homeward.model.elements import (
    ASSOCIATIONS,
    ELEMENT_SIDES,
    SAMPLE_STATES,
    SIDE_OF_SUFFIX,
    Association,
    Container,
    Doubt,
    Element,
    ElementKey,
    ElementSample,
    same_slot,
)
from homeward.model.errors import Fault, FaultyInput
from homeward.model.measurement_codes import MEASUREMENTS

__all__ = [
    "ASSOCIATIONS", "ELEMENT_SIDES", "SAMPLE_STATES", "Association", "Container", "Doubt", "Element", "ElementKey",
    "ElementSample", "Inventory", "same_slot",
]

# A measurement beyond these shares of the typical one is strange in an adult; ten times it within them is a slip of
# centimetres for millimetres.
_SMALLEST, _LARGEST = 0.5, 1.7


@dataclass(frozen=True)
class Inventory:
    """All elements of an assemblage, checked together.

    Raises FaultyInput with every fault: an element or key twice, a bone that is not known, a side that the bone has
    not, zones that it has not, codes of another bone or of the other side, values that are not positive lengths,
    associations of elements that are not here or that contradict each other, one sample or profile where it cannot be.
    """

    elements: tuple[Element, ...]
    associations: tuple[Association, ...] = ()
    name: str = "inventory"
    containers: tuple[Container, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "containers", tuple(self.containers))
        object.__setattr__(self, "elements", tuple(self.elements))
        object.__setattr__(self, "associations", tuple(self.associations))
        faults = [*_repeated(self), *(f for e in self.elements for f in _element_faults(self.name, e)),
                  *_association_faults(self)]
        if not faults:
            faults = [*_profile_faults(self)]
        if faults:
            raise FaultyInput(faults)

    def __len__(self) -> int:
        return len(self.elements)

    def __iter__(self) -> Iterator[Element]:
        return iter(self.elements)

    def __getitem__(self, id: str) -> Element:
        return self._by_id[id]

    @cached_property
    def _by_id(self) -> Mapping[str, Element]:
        return MappingProxyType({e.id: e for e in self.elements})

    @cached_property
    def boxes(self) -> tuple[str, ...]:
        """The ids of the containers of elements, in the order in which they first stand."""
        return tuple(dict.fromkeys(e.box for e in self.elements if e.box is not None))

    @cached_property
    def stated(self) -> Mapping[str, str | None]:
        """Of each box the incident that its provenience states, None where it states none or nothing is said of it."""
        said = {c.id: c.incident for c in self.containers}
        return MappingProxyType({box: said.get(box) for box in self.boxes})

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """What is strange and was left as written: slips of the unit, values of no adult, one bone under two ids."""
        return (*_unit_doubts(self.elements), *_twin_doubts(self.elements), *_profile_doubts(self.elements))

    def measured(self, id: str) -> Mapping[str, float]:
        """The measurements of an element without those in doubt, in millimetres by code."""
        doubted = self._doubted.get(id, frozenset())
        return {code: v for code, v in self._by_id[id].measurements.items() if code not in doubted}

    @cached_property
    def _doubted(self) -> Mapping[str, frozenset[str]]:
        codes: dict[str, set[str]] = defaultdict(set)
        for doubt in self.doubts:
            codes[doubt.element].add(doubt.field)
        return {id: frozenset(fields) for id, fields in codes.items()}


def _repeated(inventory: Inventory) -> Iterator[Fault]:
    ids = Counter(e.id for e in inventory.elements)
    keys = Counter(str(e.key) for e in inventory.elements if e.key is not None)
    samples = Counter(s.id for e in inventory.elements for s in e.samples)
    boxes = Counter(c.id for c in inventory.containers)
    for column, counted in (("id", ids), ("key", keys), ("sample", samples), ("box", boxes)):
        for value, n in counted.items():
            if n > 1:
                yield Fault(inventory.name, 0, column, value, f"must stand once, not {n} times", f"{column}-twice")


def _element_faults(name: str, e: Element) -> Iterator[Fault]:
    def fault(column: str, value: object, allowed: str, rule: str) -> Fault:
        return Fault(name, 0, column, str(value), f"({e.id}) {allowed}", rule)

    bone = BONES.get(e.bone)
    if not e.id:
        yield fault("id", "", "must be recorded", "no-id")
    if bone is None:
        yield fault("bone", e.bone, "must be a bone of the list", "unknown-bone")
    sides = ELEMENT_SIDES if bone is None else ("left", "right") if bone.paired else ("unpaired",)
    if e.side is not None and e.side not in sides:
        yield fault("side", e.side, f"must be one of {', '.join(sides)} of a {e.bone}", "side")
    if e.zones is not None and bone is not None and bone.zones is not None:
        beyond = sorted(z for z in e.zones if not 1 <= z <= bone.zones)
        if beyond:
            yield fault("zones", beyond, f"must be from 1 to {bone.zones} of a {e.bone}", "zones")
    if e.completeness not in (None, "complete", "incomplete"):
        yield fault("completeness", e.completeness, "must be complete or incomplete", "completeness")
    if e.count < 1:
        yield fault("count", e.count, "must be at least 1", "count")
    if e.mass_g is not None and not (isfinite(e.mass_g) and e.mass_g > 0.0):
        yield fault("mass_g", e.mass_g, "must be a positive mass in grams", "mass")
    if e.age_years is not None and not 0.0 <= e.age_years[0] <= e.age_years[1]:
        yield fault("age_years", e.age_years, "must be the least and the most", "age")
    unmeasured = sorted(e.eroded - e.measurements.keys())
    if unmeasured:
        yield fault("eroded", ", ".join(unmeasured), "must be measurements of the element", "eroded")
    for code, value in e.measurements.items():
        allowed, rule = _measurement_fault(e, code, value)
        if rule:
            yield fault(code, value, allowed, rule)


def _measurement_fault(e: Element, code: str, value: float) -> tuple[str, str]:
    known = MEASUREMENTS.get(code)
    if known is None and code[:-1] in MEASUREMENTS and code[-1:] in SIDE_OF_SUFFIX:
        of = SIDE_OF_SUFFIX[code[-1]]
        return f"is a measurement of a {of} bone; the side is {e.side or 'not recorded'}", "other-side"
    if known is None:
        return "must be a code of the list", "unknown-code"
    if known.bone != e.bone and e.bone in BONES:
        return f"is a measurement of a {known.bone}, not of a {e.bone}", "other-bone"
    if not (isfinite(value) and value > 0.0):
        return "must be a positive length in millimetres", "length"
    return "", ""


def _association_faults(inventory: Inventory) -> Iterator[Fault]:
    known = {e.id: e for e in inventory.elements}
    said: dict[tuple[str, ...], bool] = {}
    for a in inventory.associations:
        written = " + ".join(a.elements)
        missing = [id for id in a.elements if id not in known]
        if missing:
            yield Fault(inventory.name, 0, "association", written, f"{', '.join(missing)} must be an element of the "
                        "inventory", "association-unknown")
            continue
        if a.kind == "pair":
            bones, sides = ([getattr(known[id], what) for id in a.elements] for what in ("bone", "side"))
            if len(set(bones)) > 1 or len(a.elements) != 2 or (None not in sides and len(set(sides)) != 2):
                yield Fault(inventory.name, 0, "association", written, "must be the left and the right of one bone",
                            "pair")
        for pair in combinations(sorted(a.elements), 2):
            if said.setdefault(pair, a.same) != a.same:
                yield Fault(inventory.name, 0, "association", " + ".join(pair),
                            "must not be both one person and not one person", "association-contradicted")


def _profile_faults(inventory: Inventory) -> Iterator[Fault]:
    holders = _holders(inventory.elements)
    for a in inventory.associations:
        if not a.same:
            for profile, elements in holders.items():
                shared = [id for id in a.elements if id in elements]
                if len(shared) > 1:
                    yield Fault(inventory.name, 0, "profile", profile,
                                f"must not be of {' and '.join(shared)}, which are known not to be one person",
                                "profile-of-two")


def _holders(elements: Iterable[Element]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for e in elements:
        for profile in dict.fromkeys(s.profile for s in e.samples if s.profile is not None):
            found[profile].append(e.id)
    return found


def _unit_doubts(elements: Iterable[Element]) -> Iterator[Doubt]:
    for e in elements:
        for code, value in e.measurements.items():
            share = value / MEASUREMENTS[code].typical_mm
            if _SMALLEST <= share <= _LARGEST:
                continue
            why = "is of no adult: far from any that is typical"
            if _SMALLEST <= 10.0 * share <= _LARGEST:
                why = "may be in centimetres: ten times it would be typical"
            elif _SMALLEST <= 25.4 * share <= _LARGEST:
                why = "may be in inches: 25.4 times it would be typical"
            yield Doubt(e.id, code, value, why)


def _twin_doubts(elements: Iterable[Element]) -> Iterator[Doubt]:
    seen: dict[tuple[object, ...], str] = {}
    for e in elements:
        if len(e.measurements) >= 2:
            first = seen.setdefault((e.bone, e.side, e.box, *sorted(e.measurements.items())), e.id)
            if first != e.id:
                yield Doubt(e.id, "id", e.id, f"may be {first} once more: every measurement is the same")


def _profile_doubts(elements: tuple[Element, ...]) -> Iterator[Doubt]:
    known = {e.id: e for e in elements}
    for profile, ids in _holders(elements).items():
        for a, b in combinations(ids, 2):
            if same_slot(known[a], known[b]):
                yield Doubt(b, "samples", profile, f"is also the profile of {a}, the same bone of the same side")
