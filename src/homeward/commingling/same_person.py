"""Everything that says whether two elements are of one person, line by line, and their sum.

Five lines: ``bones`` (size, shape and asymmetry, ``compare_pairs``), ``place`` (the same bone of the same side with a
zone in common is two persons, unless the inventory errs), ``judged`` (pairs, articulations, refits, and their
negatives), ``dna`` (autosomal profiles) and ``mtdna`` (haplotypes). No line excludes for ever: each has the rate at
which its own kind of error happens, an inventory slip or samples mixed up, below which its LR cannot fall. A refit or
a fit of a joint is judged on the same bones that were measured; where both speak, the stronger counts, and not both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import log10

import numpy as np
from numpy.typing import NDArray

from homeward.commingling.pairs import DEFAULT, PairSettings, compare_pairs
from homeward.commingling.profiles import DnaSettings, autosomal_log10_lr, mito_log10_lr
from homeward.commingling.size_shape import SizeShape
from homeward.model import FrequencyTable, InvalidValue, Profile
from homeward.model.inventory import Association, Element, Inventory, same_slot
from homeward.model.lineage import MitoProfile

__all__ = ["LINES", "Dna", "SamePersonSettings", "SamePersonTable", "same_person"]

LINES = ("bones", "place", "judged", "dna", "mtdna")
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SamePersonSettings:
    """Rates of error.

    Args:
        inventory_error: that a bone, a side or a zone is written down wrongly, so that one person seems to have two.
        pairs: the terms of the pair model. dna: the rates of the DNA lines.
    """

    inventory_error: float = 0.002
    pairs: PairSettings = DEFAULT
    dna: DnaSettings = field(default_factory=DnaSettings)

    def __post_init__(self) -> None:
        if not 0.0 < self.inventory_error < 1.0:
            raise InvalidValue("same person", "inventory_error", self.inventory_error, "must be above 0 and below 1")


@dataclass(frozen=True, slots=True)
class Dna:
    """Profiles by element: autosomal with their ``frequencies``, mitochondrial with how often each is in the pool.

    ``mito_pool``: every haplotype of the pool that the remains may come from, one for each person.
    """

    frequencies: FrequencyTable | None = None
    autosomal: Mapping[str, Profile] = field(default_factory=dict)
    mito: Mapping[str, MitoProfile] = field(default_factory=dict)
    mito_pool: Sequence[MitoProfile] = ()


@dataclass(frozen=True, slots=True)
class SamePersonTable:
    """log10 LR of one person over two for each pair of elements; symmetric, 0 on the diagonal.

    ``lines``: of each line by its name, shape (n, n). ``compared``: whether a line had anything to compare.
    """

    ids: tuple[str, ...]
    lines: Mapping[str, _Floats]
    compared: Mapping[str, NDArray[np.bool_]]

    @property
    def log10_lr(self) -> _Floats:
        """The sum of the lines; ``bones`` and a positive ``judged`` are not added, the greater stands for both."""
        bones, judged = self.lines["bones"], self.lines["judged"]
        physical = np.where((judged > 0.0) & (bones > 0.0), np.maximum(bones, judged), bones + judged)
        return np.asarray(physical + self.lines["place"] + self.lines["dna"] + self.lines["mtdna"])


def same_person(inventory: Inventory, model: SizeShape, dna: Dna | None = None,
                settings: SamePersonSettings | None = None) -> SamePersonTable:
    """Compare every element with every other.

    Args: ``inventory``, of whose measurements those in doubt are not used; ``model`` of size and shape; ``dna``;
    ``settings``.

    Returns the table. Raises InvalidValue where a profile is of no element of the inventory, or an autosomal profile
    has no frequencies.

    >>> from homeward.commingling.size_shape import shipped
    >>> two = Inventory((Element("a", "femur", "left"), Element("b", "femur", "left")))
    >>> round(float(same_person(two, shipped()).log10_lr[0, 1]), 3)
    -2.699
    """
    settings = settings or SamePersonSettings()
    dna = dna or Dna()
    ids = tuple(e.id for e in inventory)
    for id in (*dna.autosomal, *dna.mito):
        if id not in ids:
            raise InvalidValue(id, "profile", id, "must be of an element of the inventory")
    lines = {name: np.zeros((len(ids), len(ids))) for name in LINES}
    compared = {name: np.zeros((len(ids), len(ids)), dtype=np.bool_) for name in LINES}
    row = {id: i for i, id in enumerate(ids)}
    _bones(inventory, model, settings, lines["bones"], compared["bones"])
    _places(inventory.elements, settings, lines["place"], compared["place"])
    _judged(inventory.associations, row, lines["judged"], compared["judged"])
    _dna(dna, row, settings.dna, lines, compared)
    return SamePersonTable(ids, lines, compared)


def _bones(inventory: Inventory, model: SizeShape, settings: SamePersonSettings, lr: _Floats,
           compared: NDArray[np.bool_]) -> None:
    groups: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for i, e in enumerate(inventory):
        if any(code in model.index for code in inventory.measured(e.id)):
            groups[e.bone, e.side].append(i)
    kinds = list(groups)
    kept = [Element(e.id, e.bone, e.side, measurements=taken, eroded=e.eroded & taken.keys())
            for e, taken in ((e, inventory.measured(e.id)) for e in inventory)]
    for a, b in [*((k, k) for k in kinds), *combinations(kinds, 2)]:
        rows, columns = groups[a], groups[b]
        table = compare_pairs([kept[i] for i in rows], [kept[i] for i in columns], model, settings.pairs)
        lr[np.ix_(rows, columns)] = table.log10_lr
        lr[np.ix_(columns, rows)] = table.log10_lr.T
        compared[np.ix_(rows, columns)] = table.compared
        compared[np.ix_(columns, rows)] = table.compared.T
    np.fill_diagonal(lr, 0.0)
    np.fill_diagonal(compared, False)


def _places(elements: Sequence[Element], settings: SamePersonSettings, lr: _Floats,
            compared: NDArray[np.bool_]) -> None:
    slots: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for i, e in enumerate(elements):
        slots[e.bone, e.side].append(i)
    for members in slots.values():
        for i, j in combinations(members, 2):
            if same_slot(elements[i], elements[j]):
                lr[i, j] = lr[j, i] = log10(settings.inventory_error)
                compared[i, j] = compared[j, i] = True


def _judged(associations: Sequence[Association], row: Mapping[str, int], lr: _Floats,
            compared: NDArray[np.bool_]) -> None:
    for a in associations:
        certainty = min(a.certainty, 1.0 - 1e-6)  # nobody's judgement is beyond one error in a million
        says = log10(certainty / (1.0 - certainty)) * (1.0 if a.same else -1.0)
        for i, j in combinations([row[id] for id in a.elements], 2):
            # two judgements of one pair were made of the same bones: the stronger stands
            if abs(says) > abs(lr[i, j]):
                lr[i, j] = lr[j, i] = says
            compared[i, j] = compared[j, i] = True


def _dna(dna: Dna, row: Mapping[str, int], settings: DnaSettings, lines: Mapping[str, _Floats],
         compared: Mapping[str, NDArray[np.bool_]]) -> None:
    if dna.autosomal and dna.frequencies is None:
        raise InvalidValue("dna", "frequencies", None, "must be given with autosomal profiles")
    found: list[tuple[str, str, str, float | None]] = []
    for a, b in combinations(dna.autosomal, 2):
        if dna.frequencies is not None:
            found.append(("dna", a, b, autosomal_log10_lr(dna.autosomal[a], dna.autosomal[b], dna.frequencies,
                                                          settings)))
    for a, b in combinations(dna.mito, 2):
        found.append(("mtdna", a, b, mito_log10_lr(dna.mito[a], dna.mito[b], dna.mito_pool, settings)))
    for line, a, b, value in found:
        if value is not None:
            i, j = row[a], row[b]
            lines[line][i, j] = lines[line][j, i] = value
            compared[line][i, j] = compared[line][j, i] = True
