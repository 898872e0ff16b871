"""The stated prior over {each listed person, not on the roster} for each set of remains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from homeward.model import Case, Sex

__all__ = ["prior_of", "sex_contradicts"]


def sex_contradicts(case: Case) -> NDArray[np.bool_]:
    """Whether recorded sexes exclude a pair: both known and different. Shape (n_persons, n_remains)."""
    persons = _sexes([p.sex for p in case.roster])
    remains = _sexes([r.sex for r in case.remains])
    both = (persons[:, None] != 0) & (remains[None, :] != 0)
    return np.asarray(both & (persons[:, None] != remains[None, :]))


def _sexes(sexes: list[Sex]) -> NDArray[np.int8]:
    codes = {Sex.UNKNOWN: 0, Sex.FEMALE: 1, Sex.MALE: 2}
    return np.array([codes[s] for s in sexes], dtype=np.int8)


def prior_of(case: Case) -> NDArray[np.float64]:
    """Prior of each alternative, shape (n_persons + 1, n_remains), columns summing to 1; last row: not on the roster.

    The probability that remains belong to anyone listed, ``case.prior.on_roster``, is spread evenly over the
    persons whose recorded sex does not contradict the remains; persons without references keep their share. Where
    no person is left, all stands on "not on the roster".
    """
    possible = ~sex_contradicts(case)
    prior = np.zeros((len(case.roster) + 1, len(case.remains)))
    count = possible.sum(axis=0)
    share = np.divide(case.prior.on_roster, count, out=np.zeros(len(case.remains)), where=count > 0)
    prior[:-1] = possible * share
    prior[-1] = np.where(count > 0, 1.0 - case.prior.on_roster, 1.0)
    return prior
