"""What the joint posterior concludes: persons, groups, names, each with its probability and Monte-Carlo error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.decide.result import Conclusion

__all__ = ["Group", "Grouping", "Membership", "Name", "Persons"]


@dataclass(frozen=True, slots=True)
class Membership:
    """That one element belongs to a group or a name. ``error``: Monte-Carlo standard error of the probability."""

    element: str
    probability: float
    error: float


@dataclass(frozen=True, slots=True)
class Persons:
    """How many people the elements are of: ``probability`` of each number, from 0 up; ``low`` to ``high`` hold 90 %."""

    probability: tuple[float, ...]
    mean: float
    low: int
    high: int
    error: float


@dataclass(frozen=True, slots=True)
class Group:
    """Elements that are rather one person's than not, by average linkage; each with its mean probability of lying with
    the others. ``probability``: the least of any two. A reading aid: the probabilities themselves are the result."""

    elements: tuple[Membership, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Name:
    """A listed person whose remains some elements may be.

    ``probability``: that the element which tells most of him, ``anchor``, is his. ``elements``: each with its own
    probability of being his. ``line_log10_lrs``: of those more probable than not, by line, against someone who is not
    on the roster; ``without``: the probability if a line had not been there. ``runner_up``: whose else the anchor may
    be, "" for nobody on the roster, with the probability. ``alike``: persons whom nothing tells apart from him.
    """

    person: str
    probability: float
    error: float
    anchor: str
    elements: tuple[Membership, ...]
    line_log10_lrs: tuple[tuple[str, float], ...]
    without: tuple[tuple[str, float], ...]
    runner_up: tuple[str, float]
    alike: tuple[str, ...]
    conclusion: Conclusion
    reason: str

    @property
    def is_proposed(self) -> bool:
        """Whether the rule for raising a proposal is met."""
        return self.conclusion is Conclusion.IDENTIFIED


@dataclass(frozen=True, slots=True)
class Grouping:
    """The joint posterior of one assemblage.

    ``pairs``: (n, 2) numbers of elements, and ``together``: (n,) their probability of being one person, where it is at
    least .01. ``unlisted``: (E,) each element's probability of being of someone not on the roster. ``rates``: mean and
    standard deviation of what was inferred beside. ``r_hats``, ``effective``: of what was traced. A grouping whose
    chains do not agree says so, and proposes no name.
    """

    elements: tuple[str, ...]
    persons: Persons
    groups: tuple[Group, ...]
    names: tuple[Name, ...]
    pairs: NDArray[np.int64]
    together: NDArray[np.float64]
    unlisted: NDArray[np.float64]
    rates: Mapping[str, tuple[float, float]]
    r_hats: Mapping[str, float]
    effective: Mapping[str, float]
    converged: bool
    sweeps: int
    warnings: tuple[str, ...]

    @property
    def proposals(self) -> tuple[Name, ...]:
        """The names that meet the rule, the most probable first."""
        return tuple(n for n in self.names if n.is_proposed)
