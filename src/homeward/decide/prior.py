"""The stated prior over {each listed person, not on the roster} for each set of remains."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from homeward.model import Case, Sex

__all__ = ["pair_weights", "prior_of", "sex_contradicts", "without_sexes"]


def sex_contradicts(case: Case) -> NDArray[np.bool_]:
    """Whether recorded sexes exclude a pair: both known and different. Shape (n_persons, n_remains)."""
    persons = _sexes([p.sex for p in case.roster])
    remains = _sexes([r.sex for r in case.remains])
    both = (persons[:, None] != 0) & (remains[None, :] != 0)
    return np.asarray(both & (persons[:, None] != remains[None, :]))


def without_sexes(case: Case) -> Case:
    """The case with no sex concluded of its remains: where sex is weighed as evidence, it is no rule."""
    return replace(case, remains=tuple(replace(r, sex=Sex.UNKNOWN) for r in case.remains))


def _sexes(sexes: list[Sex]) -> NDArray[np.int8]:
    codes = {Sex.UNKNOWN: 0, Sex.FEMALE: 1, Sex.MALE: 2}
    return np.array([codes[s] for s in sexes], dtype=np.int8)


def pair_weights(case: Case) -> NDArray[np.float64] | None:
    """The relative prior weight of each pair, by the incident of the person; None where none is stated.

    Shape (n_persons, n_remains).
    """
    stated = case.prior.incidents
    if not stated:
        return None
    weights = np.array([stated.get(p.incident or "", 1.0) for p in case.roster])
    return np.repeat(weights[:, None], len(case.remains), axis=1)


def prior_of(case: Case) -> NDArray[np.float64]:
    """Prior of each alternative, shape (n_persons + 1, n_remains), columns summing to 1; last row: not on the roster.

    The probability that remains belong to anyone on the roster, ``case.prior.on_roster``, is spread over the persons
    whose recorded sex does not contradict the remains, evenly or by the weights of their incidents; persons without
    references keep their share. Of a roster that is larger than the case, the others' part stands in the last row.
    Where no person is left, all of it does.
    """
    weights = pair_weights(case)
    possible = ~sex_contradicts(case) * (1.0 if weights is None else weights)
    listed = 1.0 if case.prior.roster_size is None else len(case.roster) / case.prior.roster_size
    prior = np.zeros((len(case.roster) + 1, len(case.remains)))
    total = possible.sum(axis=0)
    share = np.divide(case.prior.on_roster * listed, total, out=np.zeros(len(case.remains)), where=total > 0)
    prior[:-1] = possible * share
    prior[-1] = np.where(total > 0, 1.0 - case.prior.on_roster * listed, 1.0)
    return prior
