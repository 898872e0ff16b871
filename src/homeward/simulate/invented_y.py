"""Invented Y-STR haplotypes, handed down the paternal lines of grown families; of nobody.

A man's haplotype lies about one of a few centres, each marker off by a discrete Laplace step (Andersen, Eriksen &
Morling 2013, doi:10.1016/j.jtbi.2013.03.009); at each transmission a marker changes by one repeat with its rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.lineage.lines import Descent, trace_lines
from homeward.model import Family
from homeward.model.lineage import HaplotypeDatabase, YProfile

__all__ = ["N_MARKERS", "YPopulation", "handed_down", "y_profile"]

# Markers of one copy, with repeats that are common: the centres are drawn about them.
_MARKERS: Mapping[str, int] = {
    "DYS19": 14, "DYS389I": 13, "DYS390": 24, "DYS391": 11, "DYS392": 13, "DYS393": 13, "DYS437": 15, "DYS438": 12,
    "DYS439": 12, "DYS448": 19, "DYS456": 16, "DYS458": 17, "DYS635": 23,
}
N_MARKERS = len(_MARKERS)
_RATE = 0.002  # of a marker and transmission; the order of magnitude of these markers
_SPREAD = 0.25  # of the discrete Laplace: the probability of a step falls by this factor
_CENTRES = 5

_Repeats = NDArray[np.int64]


class YPopulation:
    """A population of invented haplotypes about centres of its own."""

    def __init__(self, rng: np.random.Generator) -> None:
        usual = np.array(list(_MARKERS.values()))
        self._centres = usual + rng.integers(-2, 3, size=(_CENTRES, len(usual)))
        self._shares = rng.dirichlet(np.full(_CENTRES, 2.0))

    def draw(self, rng: np.random.Generator) -> _Repeats:
        """The repeats of one man."""
        centre = self._centres[int(rng.choice(_CENTRES, p=self._shares))]
        # The difference of two geometric numbers is discrete Laplace.
        steps = rng.geometric(1.0 - _SPREAD, size=(2, len(centre)))
        return np.asarray(centre + steps[0] - steps[1])

    def database(self, n: int, rng: np.random.Generator) -> HaplotypeDatabase[YProfile]:
        """The haplotypes of n men."""
        return HaplotypeDatabase.of("invented", (y_profile("", self.draw(rng)) for _ in range(n)), "the simulation")


def y_profile(sample: str, repeats: _Repeats, typed: Iterable[bool] | None = None) -> YProfile:
    """The report of a sample; ``typed``: which markers were read, all where None."""
    kept = [True] * len(_MARKERS) if typed is None else list(typed)
    return YProfile(sample, {marker: (str(int(n)),) for marker, n, read in zip(_MARKERS, repeats, kept, strict=True)
                             if read})


def handed_down(family: Family, population: YPopulation, rng: np.random.Generator) -> dict[str, _Repeats]:
    """The repeats of every man of a family who is on a paternal line, by member."""
    lines = trace_lines([family], Descent.PATERNAL)
    found: dict[str, _Repeats] = {}

    def of(place: tuple[str, str]) -> _Repeats:
        if place[1] not in found:
            father = lines.parent[place]
            own = population.draw(rng) if father is None else of(father).copy()
            if father is not None:
                own += (rng.random(len(own)) < _RATE) * rng.choice((-1, 1), size=len(own))
            found[place[1]] = own
        return found[place[1]]

    for place in lines.parent:
        of(place)
    return found
