"""Markers: their alleles, population frequencies and mutation models."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from homeward.model.errors import InvalidValue

__all__ = ["LATER", "MUTATION_KINDS", "FrequencyTable", "Linkage", "Marker", "MutationModel"]

MUTATION_KINDS = ("none", "equal", "proportional", "stepwise", "onestep", "dawid", "custom")
# Of a field that came after the first digests: while it holds its default it is no part of them (Case.digest).
LATER = MappingProxyType({"later": True})
_SUM_TOLERANCE = 1e-3  # published tables are rounded; Marker.normalised says what was done


@dataclass(frozen=True, slots=True)
class MutationModel:
    """How an allele may change in one meiosis.

    ``rate`` is the probability that the transmitted allele differs from the parental one, per meiosis; ``rate2``
    the part of it that changes the microvariant group (stepwise); ``step_range`` the factor by which each further
    step is less likely (stepwise). ``matrix`` is given for ``custom`` alone: rows parental, columns transmitted,
    in the order of the marker's alleles.
    """

    kind: str = "none"
    rate: float = 0.0
    rate2: float = 0.0
    step_range: float = 0.1
    matrix: tuple[tuple[float, ...], ...] | None = None

    def __post_init__(self) -> None:
        record = "mutation model"
        if self.kind not in MUTATION_KINDS:
            raise InvalidValue(record, "kind", self.kind, f"must be one of {', '.join(MUTATION_KINDS)}")
        for name in ("rate", "rate2"):
            value = getattr(self, name)
            if not 0.0 <= value < 1.0:
                raise InvalidValue(record, name, value, "must be at least 0 and below 1")
        if self.kind in ("stepwise", "onestep", "dawid") and self.rate + self.rate2 >= 1.0:
            raise InvalidValue(record, "rate2", self.rate2, "together with rate must stay below 1")
        if not 0.0 < self.step_range < math.inf:
            raise InvalidValue(record, "step_range", self.step_range, "must be positive")
        if (self.matrix is None) == (self.kind == "custom"):
            raise InvalidValue(record, "matrix", self.matrix, "is given for the custom model, and for it alone")
        if self.matrix is not None:
            _check_matrix(self.matrix)


def _check_matrix(matrix: tuple[tuple[float, ...], ...]) -> None:
    for i, row in enumerate(matrix):
        if len(row) != len(matrix):
            raise InvalidValue("mutation model", "matrix", f"row {i + 1} of {len(row)}", "must be square")
        if any(not 0.0 <= p <= 1.0 for p in row):
            raise InvalidValue("mutation model", "matrix", f"row {i + 1}", "must hold probabilities from 0 to 1")
        if abs(sum(row) - 1.0) > 1e-6:
            raise InvalidValue("mutation model", "matrix", f"row {i + 1} sums to {sum(row):.9g}", "must sum to 1")


@dataclass(frozen=True, slots=True)
class Marker:
    """A locus with its alleles and their frequencies in the stated population.

    ``female`` is the mutation model of transmissions from a mother, ``male`` from a father. ``silent`` names the
    allele, if any, that no laboratory sees: an observed homozygote a/a may then be a/silent.
    """

    name: str
    alleles: tuple[str, ...]
    frequencies: tuple[float, ...]
    female: MutationModel = MutationModel()
    male: MutationModel = MutationModel()
    silent: str | None = None
    x_linked: bool = False

    def __post_init__(self) -> None:
        if not self.name:
            raise InvalidValue("marker", "name", self.name, "must not be empty")
        if len(self.alleles) != len(self.frequencies) or not self.alleles:
            raise InvalidValue(self.name, "frequencies", len(self.frequencies),
                               f"must be one for each of the {len(self.alleles)} alleles, and at least one")
        if len(set(self.alleles)) != len(self.alleles):
            raise InvalidValue(self.name, "alleles", self.alleles, "must differ from each other")
        for allele, p in zip(self.alleles, self.frequencies, strict=True):
            if not 0.0 < p <= 1.0:
                raise InvalidValue(f"{self.name} allele {allele}", "frequency", p, "must be above 0 and at most 1")
        if abs(sum(self.frequencies) - 1.0) > _SUM_TOLERANCE:
            raise InvalidValue(self.name, "frequencies", f"sum {sum(self.frequencies):.9g}",
                               f"must sum to 1 within {_SUM_TOLERANCE}")
        if self.silent is not None and self.silent not in self.alleles:
            raise InvalidValue(self.name, "silent", self.silent, "must be one of the marker's alleles")
        for side, model in (("female", self.female), ("male", self.male)):
            if model.matrix is not None and len(model.matrix) != len(self.alleles):
                raise InvalidValue(self.name, f"{side} matrix", len(model.matrix),
                                   f"must have a row for each of the {len(self.alleles)} alleles")

    def index(self, allele: str) -> int:
        """Position of an allele; raises InvalidValue for one that the table does not hold."""
        try:
            return self.alleles.index(allele)
        except ValueError:
            raise InvalidValue(self.name, "allele", allele, "is not in the frequency table") from None


@dataclass(frozen=True, slots=True)
class Linkage:
    """Two markers so close together on one chromosome that they are mostly handed on together.

    ``recombination_rate``: ρ, the probability that a meiosis parts them, from 0 (never) to 0.5 (as if unlinked).
    """

    first: str
    second: str
    recombination_rate: float

    def __post_init__(self) -> None:
        if self.first == self.second:
            raise InvalidValue("linked markers", "second", self.second, "must be another marker than the first")
        if not 0.0 <= self.recombination_rate <= 0.5:
            raise InvalidValue(f"{self.first}, {self.second}", "recombination_rate", self.recombination_rate,
                               "must be from 0 to 0.5")

    @property
    def markers(self) -> tuple[str, str]:
        """Both, in the order stated: where they cannot be weighed together, the second is left out."""
        return self.first, self.second


@dataclass(frozen=True, slots=True)
class FrequencyTable:
    """The markers of one stated population, with where the figures come from.

    ``theta`` is the coancestry coefficient of that population (0: none). ``linked``: pairs of its markers that are
    not independent; a marker stands in one pair at most, and both are of the autosomes, or both of the X.
    """

    population: str
    markers: tuple[Marker, ...]
    source: str = ""
    theta: float = 0.0
    linked: tuple[Linkage, ...] = field(default=(), metadata=LATER)
    _by_name: Mapping[str, Marker] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        if not 0.0 <= self.theta < 1.0:
            raise InvalidValue(self.population, "theta", self.theta, "must be at least 0 and below 1")
        by_name = {m.name: m for m in self.markers}
        if len(by_name) != len(self.markers):
            names = [m.name for m in self.markers]
            twice = next(n for n in names if names.count(n) > 1)
            raise InvalidValue(self.population, "marker", twice, "must be named once")
        object.__setattr__(self, "_by_name", by_name)
        self._check_linked()

    def _check_linked(self) -> None:
        taken: set[str] = set()
        for pair in self.linked:
            for name in pair.markers:
                if name not in self._by_name:
                    raise InvalidValue(self.population, "linked", name, "must be one of the table's markers")
                if name in taken:
                    raise InvalidValue(self.population, "linked", name, "must stand in one pair of linked markers only")
                taken.add(name)
            if self[pair.first].x_linked != self[pair.second].x_linked:
                raise InvalidValue(self.population, "linked", f"{pair.first}, {pair.second}",
                                   "must both be of the autosomes, or both of the X")

    def __getitem__(self, name: str) -> Marker:
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name
