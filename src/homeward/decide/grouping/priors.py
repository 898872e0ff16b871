"""What is assumed before any bone is looked at: priors of the rates, and the grids that they are drawn on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from homeward.model import InvalidValue

__all__ = ["GivenRates", "Priors"]


@dataclass(frozen=True, slots=True)
class GivenRates:
    """Rates that are known and not inferred, as in a check against enumeration.

    ``unlisted``: expected number; ``present``: of incidents that a box states, and of others; ``recovery``: of each
    slot; ``shares``: of the completeness levels; ``spread``, ``wrong``: positions in the priors' grids.
    """

    unlisted: float
    present: tuple[float, float]
    recovery: Sequence[float]
    shares: Sequence[float]
    spread: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Priors:
    """Priors of what is inferred beside the grouping.

    ``unlisted``: shape and rate of the Gamma of the expected number of persons here who are not on the roster.
    ``stated``, ``elsewhere``: Beta of the probability that a listed person is here, for incidents that some box
    states and for all others. ``recovery``: Beta of each element type's probability of being recovered from a person
    of full completeness; ``levels``: the values of a person's completeness, ``evenness``: of the Dirichlet of their
    shares. ``spread``: possible shares of elements that lie outside their person's box; ``wrong``: possible shares of
    persons whose box does not state their incident; each as probable as the next.
    ``overlapping``: probability that an element of a place already taken is an error of the inventory;
    ``fragment``: that a further part of a bone, without an overlap, is of the same person.
    """

    unlisted: tuple[float, float] = (1.0, 0.1)
    stated: tuple[float, float] = (1.0, 3.0)
    elsewhere: tuple[float, float] = (1.0, 100.0)
    recovery: tuple[float, float] = (2.0, 2.0)
    levels: tuple[float, ...] = (0.12, 0.3, 0.48, 0.66, 0.84, 0.98)
    evenness: float = 1.0
    spread: tuple[float, ...] = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.55, 0.7, 0.85)
    wrong: tuple[float, ...] = (0.01, 0.03, 0.06, 0.1, 0.15, 0.25, 0.4, 0.6)
    overlapping: float = 1e-4
    fragment: float = 0.05

    def __post_init__(self) -> None:
        for name in ("unlisted", "stated", "elsewhere", "recovery"):
            if min(getattr(self, name)) <= 0.0:
                raise InvalidValue("priors", name, getattr(self, name), "must be two numbers above 0")
        for name in ("levels", "spread", "wrong"):
            values = getattr(self, name)
            if not values or not all(0.0 < v < 1.0 for v in values):
                raise InvalidValue("priors", name, values, "must be numbers between 0 and 1")
        for name in ("overlapping", "fragment"):
            if not 0.0 < getattr(self, name) < 1.0:
                raise InvalidValue("priors", name, getattr(self, name), "must be between 0 and 1")
        if self.evenness <= 0.0:
            raise InvalidValue("priors", "evenness", self.evenness, "must be above 0")
