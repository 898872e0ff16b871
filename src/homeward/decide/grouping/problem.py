"""The joint problem in arrays: elements with their slots, boxes, bones and reports, persons with their references."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from homeward.model import InvalidValue

__all__ = ["BoneTerms", "Genetics", "Problem"]

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


def _no_index() -> _Index:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Genetics:
    """Reports and references, marker by marker, over the states of each: genotypes, or haplotypes of mtDNA.

    ``first``: (K + 1,) where each marker's states begin. ``population``: (S,), sums to 1 at each marker. ``element``:
    (n,) who each report is of, each once. ``weights``: (n, S), P(report | state), 1 where untyped; ``typed``: (n, K).
    ``tables``: (S, n_ref) float32, P(state | references), summing to 1 at each marker; ``column``: (N,) of each person
    in it, −1 for one without references.
    """

    first: _Index
    population: _Array
    element: _Index
    weights: _Array
    typed: NDArray[np.bool_]
    tables: NDArray[np.float32]
    column: _Index

    @classmethod
    def none(cls, n_persons: int) -> Genetics:
        """No reports at all."""
        return cls(np.zeros(1, np.int64), np.zeros(0), _no_index(), np.zeros((0, 0)), np.zeros((0, 0), np.bool_),
                   np.zeros((0, 0), np.float32), np.full(n_persons, -1))


@dataclass(frozen=True, slots=True)
class BoneTerms:
    """What the measurements say of the person's three common factors z, as exp(c + ηᵀz − ½ zᵀΛz).

    ``single``: (E, 10), c, η, upper half of Λ by rows, of each element by itself; zeros where it was not measured.
    ``pairs``: (P, 10) of a left and a right of one bone together: ``pair_start`` (E,) of a left element the place of
    its first pair, −1 of all others; ``rank`` (E,) of a right one its place among the pairs of any left.
    """

    single: _Array
    pairs: _Array
    pair_start: _Index
    rank: _Index

    @classmethod
    def none(cls, n_elements: int) -> BoneTerms:
        """No measurements at all."""
        nowhere = np.full(n_elements, -1)
        return cls(np.zeros((n_elements, 10)), np.zeros((0, 10)), nowhere, nowhere)


@dataclass(frozen=True, slots=True)
class Problem:
    """One assemblage, with E elements and N persons; persons stand in the order of their incidents.

    ``slot``: (E,) bone and side; ``opposite``: (n_slots,) the same bone's other side, −1 where there is none;
    ``several``: (n_slots,) of which one person has more than one; ``zone``: (E,) uint64, bits of the zones present,
    0 where a part is of unknown place. ``box``: (E,), −1 not recorded; ``stated``: (n_boxes,) incident that the
    box's provenience states, −1 none. ``incident``: (N,), ascending. ``lines``: (n_am, N) natural log LR of
    antemortem evidence, of the elements ``line_element``. ``joined``: (n, 2) pairs of elements judged side by side,
    and ``joined_log_lr``: (n,) of being one person over two.
    """

    slot: _Index
    opposite: _Index
    several: NDArray[np.bool_]
    zone: NDArray[np.uint64]
    box: _Index
    stated: _Index
    incident: _Index
    n_incidents: int
    genetics: Genetics
    bones: BoneTerms
    lines: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    line_element: _Index = field(default_factory=_no_index)
    joined: _Index = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    joined_log_lr: _Array = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if len(self.incident) and (np.diff(self.incident) < 0).any():
            raise InvalidValue("problem", "incident", "order", "must ascend")
        for name, limit in (("slot", len(self.opposite)), ("box", len(self.stated))):
            values = getattr(self, name)
            if values.size and values.max() >= limit:
                raise InvalidValue("problem", name, int(values.max()), f"must be below {limit}")

    @property
    def n_elements(self) -> int:
        """E."""
        return len(self.slot)

    @property
    def n_persons(self) -> int:
        """N."""
        return len(self.incident)
