"""A grouping held against a known truth: who was named rightly, wrongly, not at all; which elements lie under a wrong
name; whether the probabilities mean what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

__all__ = [
    "SURE", "CalibrationBin", "GroupingScore", "StatedGrouping", "StatedName", "WrongElement", "calibration",
    "score_grouping",
]

_EDGES = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)
SURE = 0.999


@dataclass(frozen=True, slots=True)
class StatedName:
    """A name as a run wrote it; ``elements``: element → its own probability of belonging to the name."""

    person: str
    probability: float
    anchor: str
    proposed: bool
    elements: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class StatedGrouping:
    """What a run wrote: ``low`` to ``high`` persons at 90 %; ``pairs``: two elements and their probability of being
    of one person, where it is not negligible."""

    elements: tuple[str, ...]
    names: tuple[StatedName, ...]
    low: int
    mean: float
    high: int
    pairs: tuple[tuple[str, str, float], ...]
    converged: bool


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Probabilities from ``low`` to ``high``: how many, their mean, and how many of them were of what is so."""

    low: float
    high: float
    n: int
    mean: float
    right: int

    @property
    def share(self) -> float:
        """How often it was so."""
        return self.right / self.n


@dataclass(frozen=True, slots=True)
class WrongElement:
    """An element that was put under a name with great probability, and whose it truly is."""

    element: str
    person: str
    truly: str
    probability: float


@dataclass(frozen=True, slots=True)
class GroupingScore:
    """Counts. ``persons``: of whom any element is there; ``listed``: those on the roster.

    ``right``, ``wrong``: proposed names whose anchor is theirs, and not; ``missed``: listed persons who were not
    proposed. ``elements_right``, ``elements_wrong``: elements that belong to a proposed name with at least .999.
    ``f1``: of pairs of elements put together at one half. ``names``, ``together``: calibration of the probabilities of
    names and of pairs.
    """

    elements: int
    unknown: int
    persons: int
    listed: int
    low: int
    mean: float
    high: int
    converged: bool
    right: int
    wrong: tuple[StatedName, ...]
    missed: int
    elements_right: int
    elements_wrong: tuple[WrongElement, ...]
    f1: float
    names: tuple[CalibrationBin, ...]
    together: tuple[CalibrationBin, ...]

    @property
    def holds_number(self) -> bool:
        """Whether the interval holds the number of persons."""
        return self.low <= self.persons <= self.high


def score_grouping(stated: StatedGrouping, truth: Mapping[str, tuple[str, bool]]) -> GroupingScore:
    """Hold a grouping against ``truth``: element → whose it is, and whether that person is on the roster."""
    whose = {e: truth[e][0] for e in stated.elements if e in truth}
    listed = {truth[e][0] for e in whose if truth[e][1]}
    proposed = [n for n in stated.names if n.proposed and n.anchor in whose]
    right = [n for n in proposed if whose[n.anchor] == n.person]
    sure = [(e, n.person, p) for n in proposed for e, p in n.elements.items() if p >= SURE and e in whose]
    pairs = [(p, whose[a] == whose[b]) for a, b, p in stated.pairs if a in whose and b in whose]
    return GroupingScore(
        elements=len(whose), unknown=len(stated.elements) - len(whose), persons=len(set(whose.values())),
        listed=len(listed), low=stated.low, mean=stated.mean, high=stated.high, converged=stated.converged,
        right=len(right), wrong=tuple(n for n in proposed if whose[n.anchor] != n.person),
        missed=len(listed - {n.person for n in right}),
        elements_right=sum(whose[e] == person for e, person, _ in sure),
        elements_wrong=tuple(WrongElement(e, person, whose[e], p) for e, person, p in sure if whose[e] != person),
        f1=_f1(pairs, whose), names=calibration([(p, whose[e] == n.person) for n in stated.names
                                                 for e, p in n.elements.items() if e in whose]),
        together=calibration(pairs))


def _f1(pairs: Sequence[tuple[float, bool]], whose: Mapping[str, str]) -> float:
    """2·right/(said + true), of pairs of elements; 1 where there is nothing to put together, and nothing was."""
    said = [same for p, same in pairs if p >= 0.5]
    true = sum(n * (n - 1) // 2 for n in Counter(whose.values()).values())
    return 2.0 * sum(said) / (len(said) + true) if len(said) + true else 1.0


def calibration(stated: Iterable[tuple[float, bool]]) -> tuple[CalibrationBin, ...]:
    """How often what was stated with a probability is so, over bins that are narrow near 0 and 1.

    >>> [(b.n, b.right) for b in calibration([(0.55, True), (0.52, False), (0.9995, True)])]
    [(2, 1), (1, 1)]
    """
    found = list(stated)
    p, so = np.array([x for x, _ in found]), np.array([x for _, x in found], dtype=np.bool_)
    place = np.clip(np.searchsorted(_EDGES, p, side="right") - 1, 0, len(_EDGES) - 2)
    return tuple(CalibrationBin(low, high, int(here.sum()), float(p[here].mean()), int(so[here].sum()))
                 for k, (low, high) in enumerate(pairwise(_EDGES))
                 if (here := place == k).any())
