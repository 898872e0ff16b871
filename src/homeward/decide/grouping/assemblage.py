"""What the joint posterior starts from: an inventory, what was got from its elements, and a roster with references."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import EXCLUDED, Support
from homeward.commingling.size_shape import SizeShape
from homeward.decide.grouping.bones import bone_terms
from homeward.decide.grouping.dropout import Typing
from homeward.decide.grouping.genetics import Mito, genetics_of
from homeward.decide.grouping.problem import Problem
from homeward.kinship import Relatives
from homeward.model import FrequencyTable, InvalidValue, MissingPerson, Profile
from homeward.model.bones import BONES
from homeward.model.inventory import Element, Inventory

__all__ = ["Assemblage", "problem_of"]

_EXCLUDED = -30.0  # log10: an antemortem line that excludes is still less sure than that
_SIDES = {"left": 0, "right": 1, "unpaired": 2, None: 3}


@dataclass(frozen=True, slots=True)
class Assemblage:
    """Elements that were received together, perhaps of several people, and those whose they may be.

    ``boxes``: of each box the incident that its provenience states, None where it states none. ``profiles``: of each
    sampled element the profiles of its samples; ``haplotypes``: its mtDNA, by the haplotype's name. ``relatives``: of
    each listed person with references, his place in his family; ``maternal``: the haplotype of his maternal relatives.
    ``lines``: antemortem evidence, rows persons, columns elements; where they are not independent given identity they
    belong in one line.

    Raises InvalidValue for an id that is not of the inventory or of the roster, and a haplotype without a frequency.
    """

    inventory: Inventory
    roster: tuple[MissingPerson, ...]
    frequencies: FrequencyTable
    boxes: Mapping[str, str | None] = field(default_factory=dict)
    profiles: Mapping[str, tuple[Profile, ...]] = field(default_factory=dict)
    haplotypes: Mapping[str, str] = field(default_factory=dict)
    relatives: Mapping[str, Relatives] = field(default_factory=dict)
    maternal: Mapping[str, str] = field(default_factory=dict)
    haplotype_frequencies: Mapping[str, float] = field(default_factory=dict)
    lines: tuple[Support, ...] = ()

    def __post_init__(self) -> None:
        elements = {e.id for e in self.inventory}
        persons = {p.id for p in self.roster}
        for name, known in (("profiles", elements), ("haplotypes", elements), ("relatives", persons),
                            ("maternal", persons)):
            for key in getattr(self, name):
                if key not in known:
                    raise InvalidValue("assemblage", name, key, "must be of the inventory, or of the roster")
        for key, haplotype in {**self.haplotypes, **self.maternal}.items():
            if haplotype not in self.haplotype_frequencies:
                raise InvalidValue(key, "haplotype", haplotype, "must have a frequency")
        for line in self.lines:
            for what, ids, known in (("person", line.am_ids, persons), ("element", line.pm_ids, elements)):
                for key in ids:
                    if key not in known:
                        raise InvalidValue(line.line, what, key, "must be of the inventory, or of the roster")

    def incidents(self) -> tuple[str | None, ...]:
        """The incidents of the roster, "not recorded" among them, in the order of their first person."""
        return tuple(dict.fromkeys(p.incident for p in self.roster))

    def persons(self) -> tuple[MissingPerson, ...]:
        """The roster in the order of its incidents, which is that of every array."""
        order = {incident: k for k, incident in enumerate(self.incidents())}
        return tuple(sorted(self.roster, key=lambda p: order[p.incident]))


def problem_of(assemblage: Assemblage, model: SizeShape, typing: Typing) -> tuple[Problem, NDArray[np.float64]]:
    """The assemblage in arrays, and how common each level of drop-out was found to be.

    Raises InvalidValue where there is no element, Unsupported for coancestry.
    """
    elements, persons = assemblage.inventory.elements, assemblage.persons()
    if not elements:
        raise InvalidValue("assemblage", "elements", 0, "must be at least one")
    place = {e.id: k for k, e in enumerate(elements)}
    person = {p.id: k for k, p in enumerate(persons)}
    mito = Mito(assemblage.haplotype_frequencies, {place[e]: h for e, h in assemblage.haplotypes.items()},
                {person[p]: h for p, h in assemblage.maternal.items()})
    genetics, levels = genetics_of({place[e]: p for e, p in assemblage.profiles.items() if any(map(len, p))},
                                   [assemblage.relatives.get(p.id) for p in persons], assemblage.frequencies,
                                   typing=typing, mito=mito if mito.elements else None)
    slot, opposite, several = _slots(elements)
    incident = {name: k for k, name in enumerate(assemblage.incidents())}
    boxes = assemblage.inventory.boxes
    box = {name: k for k, name in enumerate(boxes)}
    stated = [assemblage.boxes.get(name) for name in boxes]
    line_element, lines = _lines(assemblage, place, person)
    joined, joined_log_lr = _associations(assemblage.inventory, place)
    return Problem(
        slot=slot, opposite=opposite, several=several, zone=_zones(elements),
        box=np.array([-1 if e.box is None else box[e.box] for e in elements], dtype=np.int64),
        stated=np.array([-1 if s is None else incident.get(s, -1) for s in stated], dtype=np.int64),
        incident=np.array([incident[p.incident] for p in persons], dtype=np.int64), n_incidents=len(incident),
        genetics=genetics, bones=bone_terms(_sure(assemblage.inventory), model), lines=lines,
        line_element=line_element, joined=joined, joined_log_lr=joined_log_lr), levels


def _sure(inventory: Inventory) -> list[Element]:
    """The elements without the measurements that are in doubt."""
    doubted = {d.element for d in inventory.doubts}
    return [Element(e.id, e.bone, e.side, measurements=dict(inventory.measured(e.id))) if e.id in doubted else e
            for e in inventory]


def _slots(elements: tuple[Element, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Bone and side of each; each slot's other side; of which slots one person may have several."""
    names = sorted({(e.bone, _SIDES[e.side]) for e in elements})
    number = {name: k for k, name in enumerate(names)}
    opposite = [number.get((bone, 1 - side), -1) if side < 2 else -1 for bone, side in names]
    several = [BONES[bone].per_person > 1 or (side == 3 and BONES[bone].paired) for bone, side in names]
    return (np.array([number[e.bone, _SIDES[e.side]] for e in elements], dtype=np.int64),
            np.array(opposite, dtype=np.int64), np.array(several, dtype=np.bool_))


def _zones(elements: tuple[Element, ...]) -> NDArray[np.uint64]:
    whole = (1 << 64) - 1

    def bits(e: Element) -> int:
        if e.zones is not None:
            return sum(1 << z for z in e.zones)
        return 0 if e.completeness == "incomplete" else whole

    return np.array([bits(e) for e in elements], dtype=np.uint64)


def _lines(assemblage: Assemblage, place: dict[str, int],
           person: dict[str, int]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The antemortem lines added up, natural log: (n, N), for the elements that any line has compared."""
    elements = sorted({place[e] for line in assemblage.lines for k, e in enumerate(line.pm_ids)
                       if line.status[:, k].any()})
    row = {e: k for k, e in enumerate(elements)}
    total = np.zeros((len(elements), len(person)))
    for line in assemblage.lines:
        rows = np.array([person[p] for p in line.am_ids], dtype=np.int64)
        values = np.where(line.status == EXCLUDED, _EXCLUDED, line.log10_lr)
        for k, e in enumerate(line.pm_ids):
            if place[e] in row:
                total[row[place[e]], rows] += values[:, k]
    return np.array(elements, dtype=np.int64), (total * math.log(10.0)).astype(np.float32)


def _associations(inventory: Inventory, place: dict[str, int]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    pairs, values = [], []
    for a in inventory.associations:
        certainty = min(a.certainty, 1.0 - 1e-9)
        log_lr = math.log(certainty / (1.0 - certainty)) * (1.0 if a.same else -1.0)
        for e, f in combinations(a.elements, 2):
            pairs.append((place[e], place[f]))
            values.append(log_lr)
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array(values)
