"""Listed persons of whom no reference speaks: each may be any of the remains, and none can be told from another.

A roster of thousands whose families nobody has reached yet is weighed without naming them one by one. Of n alike
persons, k taken by k of the remains weigh n!/(n − k)! ∏ w_j: remains j are one of them with odds of w_j (n − k′), k′
those taken by other remains. In the mean over assignments these odds are w_j (n − E[k′]) exactly; that k′ varies, and
varies with what else is assigned, is of the second order, (Var k + 1)/(n − E[k])² of the odds. E[k′] is found by
repetition, from which every other posterior follows with "not anyone else" weighing 1 + Σ w_j (n − E[k′]).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeward.decide.joint.options import Choice, Pairings
from homeward.decide.joint.prior import PairPrior

__all__ = ["Crowds", "Settled", "against", "apart", "settled"]

_FEWEST = 200  # persons of whom nothing speaks, below which everyone is weighed by name
_SMALLEST = 20  # alike persons
_ROUNDS = 50
_STILL = 1e-8  # of the number taken

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Crowds:
    """Classes of alike persons: the rows of each.

    ``rows``: of each class its persons, int64.
    """

    rows: tuple[_Index, ...] = ()

    @property
    def everyone(self) -> _Index:
        """The rows of all of them."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *self.rows])

    def representatives(self) -> _Index:
        """One row of each class."""
        return np.array([rows[0] for rows in self.rows], dtype=np.int64)

    def weights(self, pairings: Pairings, prior: PairPrior) -> _Array:
        """(n_classes, n_remains): what one person of each class being each of the remains weighs."""
        first = self.representatives()
        return np.exp(pairings.log_lr[first] + prior.log_weight[first])


def apart(pairings: Pairings, priors: Sequence[PairPrior]) -> tuple[Pairings, Crowds]:
    """The pairings without the crowds, and the crowds: empty where too few are of a kind."""
    silent = np.array([row for row in pairings.singles.tolist()
                       if ((pairings.log_lr[row] == 0.0) | (pairings.log_lr[row] == -np.inf)).all()], dtype=np.int64)
    if len(silent) < _FEWEST:
        return pairings, Crowds()
    alike: dict[bytes, list[int]] = {}
    for row in silent.tolist():
        said = pairings.log_lr[row].tobytes() + b"".join(p.log_weight[row].tobytes() for p in priors)
        alike.setdefault(said, []).append(row)
    crowds = Crowds(tuple(np.array(rows, dtype=np.int64) for rows in alike.values() if len(rows) >= _SMALLEST))
    others = np.setdiff1d(pairings.singles, crowds.everyone)
    return replace(pairings, singles=others), crowds


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """Where the repetition came to rest.

    ``weight`` (n_remains,): of being nobody who is named, against being nobody at all; ``taken`` (n_classes,
    n_remains): the posterior of being one of the class; ``error`` (n_remains,): of the odds, relative.
    """

    weight: _Array
    taken: _Array
    error: _Array


def settled(crowds: Crowds, weights: _Array, free_of: Callable[[_Array], _Array]) -> Settled:
    """Find how many of each class are taken.

    Args: ``weights`` (n_classes, n_remains) of one person; ``free_of`` gives, for the weights (n_remains,) of being
    nobody who is named, the posterior of it.
    """
    sizes = np.array([len(rows) for rows in crowds.rows], dtype=np.float64)[:, None]
    taken = np.zeros(weights.shape)
    for _ in range(_ROUNDS):
        others = taken.sum(axis=1, keepdims=True) - taken
        lump = weights * np.maximum(sizes - others, 0.0)
        weight = 1.0 + lump.sum(axis=0)
        now = lump * (free_of(weight) / weight)
        moved = float(np.abs(now - taken).sum(axis=1).max())
        taken = now
        if moved <= _STILL * float(sizes.max()):
            break
    total = taken.sum(axis=1, keepdims=True)
    second = (total + 1.0) / np.maximum(sizes - total, 1.0) ** 2
    return Settled(weight, taken, (lump * second).sum(axis=0) / weight)


def against(choices: Sequence[Choice], weight: _Array) -> list[Choice]:
    """The choices with their options' weights against the remains being nobody who is named."""
    less = np.append(np.log(weight), 0.0)
    return [replace(c, log_weight=c.log_weight - less[c.picks].sum(axis=1)) for c in choices]
