"""Draws of the whole grouping with its names, one row each: what the sums of the chains no longer tell."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.decide.grouping._sweeps import begin, sweeps
from homeward.decide.grouping._values import Data
from homeward.decide.grouping.chain import data_of, new_state, new_sums, rates_of
from homeward.decide.grouping.convergence import r_hat
from homeward.decide.grouping.priors import GivenRates, Priors
from homeward.decide.grouping.problem import Problem
from homeward.model import InvalidValue

__all__ = ["JointDraws", "joint_draws"]

_Index = NDArray[np.int64]

_FEW = 6  # of an incident of so few, "nothing tells who" is too near to each of its persons to stand beside them


@dataclass(frozen=True, slots=True)
class JointDraws:
    """D draws of E elements, the chains one after the other and each as long.

    ``group``: (D, E), elements of one number in one row are one person. ``label``: (D, E), the position of the listed
    person, −1 for someone not on the roster, −2 − i for someone of incident i of whom nothing tells who; where the
    incident has few persons, a free one of them is drawn instead. ``chains``: their number. ``r_hat``: of the number
    of persons.
    """

    group: _Index
    label: _Index
    chains: int
    r_hat: float

    def __post_init__(self) -> None:
        if self.group.shape != self.label.shape or self.group.ndim != 2 or not len(self.group):
            raise InvalidValue("draws", "group", self.group.shape, f"must be draws by elements, as {self.label.shape}")
        if self.chains < 1 or len(self.group) % self.chains:
            raise InvalidValue("draws", "chains", self.chains, f"must divide the {len(self.group)} draws")


def joint_draws(problem: Problem, priors: Priors, *, rng: np.random.Generator, plan: tuple[int, int, int, int],
                given: GivenRates | None = None) -> JointDraws:
    """Sample the posterior and keep the draws.

    Args: ``problem``; ``priors``; ``plan``: chains, sweeps of warm-up, draws of each chain, sweeps from one draw to the
    next; ``given``: rates that are known.

    Returns the draws; whether the chains agree is for ``homeward.decide.grouping.group`` to say, and of these for
    ``r_hat``. Raises InvalidValue for a plan of fewer than two chains or four draws.
    """
    chains, _, n, thin = plan
    if chains < 2 or n < 4 or thin < 1 or plan[1] < 0:
        raise InvalidValue("draws", "plan", plan, "must be at least two chains of four draws")
    data = data_of(problem, priors)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda k, r: _chain(problem, priors, data, (given, plan, k % 2 == 0), r),
                              range(chains), rng.spawn(chains)))
    counts = np.stack([[len(np.unique(row)) for row in group] for group, _ in found]).astype(np.float64)
    group, label = np.concatenate([g for g, _ in found]), np.concatenate([m for _, m in found])
    _name_of_few(group, label, problem.incident, rng)
    return JointDraws(group, label, chains, r_hat(counts))


def _name_of_few(group: _Index, label: _Index, incident: _Index, rng: np.random.Generator) -> None:
    """In place of "someone of it", one of the free persons of each incident that has few."""
    for i in np.flatnonzero(np.bincount(incident) <= _FEW).tolist():
        persons = np.flatnonzero(incident == i)
        for d in np.flatnonzero((label == -2 - i).any(axis=1)).tolist():
            someone = np.unique(group[d, label[d] == -2 - i])
            free = persons[~np.isin(persons, label[d])]
            for g, m in zip(someone.tolist(), rng.permutation(free)[:len(someone)].tolist(), strict=True):
                label[d, group[d] == g] = m


def _chain(problem: Problem, priors: Priors, data: Data, how: tuple[GivenRates | None, tuple[int, int, int, int], bool],
           rng: np.random.Generator) -> tuple[_Index, _Index]:
    given, (_, warmup, n, thin), alone = how
    state, rates = new_state(problem, data, len(priors.levels)), rates_of(problem, priors, data, given)
    neighbours = (*_sorted(problem.slot, len(problem.opposite)), *_sorted(problem.box, len(problem.stated)))
    order = rng.permutation(problem.n_elements)
    begin(data, state, rates, order[np.argsort(data.dna[order] < 0, kind="stable")], alone, rng)
    sums = new_sums(problem, max(warmup, thin))
    group, label = np.zeros((2, n, problem.n_elements), np.int64)
    for row, run in enumerate([warmup, *[thin] * n], start=-1):
        if run:
            sweeps(data, state, rates, sums, np.array([0, run, run, 1, int(given is not None)]), neighbours, rng)
        if row >= 0:
            group[row] = state.group[:problem.n_elements]
            label[row] = state.label[group[row]]
    return group, label


def _sorted(number: _Index, n: int) -> tuple[_Index, _Index]:
    order = np.argsort(number, kind="stable")
    return order[(number < 0).sum():], np.concatenate([[0], np.cumsum(np.bincount(number[number >= 0], minlength=n))])
