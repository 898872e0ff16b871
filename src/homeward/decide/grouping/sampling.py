"""The chains together: side by side, in blocks that double until they agree or the effort is spent."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.decide.grouping._sweeps import TRACES, Sums, begin, sweeps
from homeward.decide.grouping._values import Data
from homeward.decide.grouping.chain import data_of, new_state, new_sums, rates_of
from homeward.decide.grouping.convergence import effective_draws, r_hat
from homeward.decide.grouping.priors import GivenRates, Priors
from homeward.decide.grouping.problem import Problem
from homeward.model import InvalidValue

__all__ = ["Draws", "Effort", "sample"]

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to sample: ``chains``, on ``workers`` threads; after ``warmup`` sweeps a block of ``sweeps``.

    A block whose chains do not agree (R-hat not below ``r_hat``, or fewer than ``draws`` effective draws) is warm-up
    for one twice as long, up to ``most`` sweeps a chain. Of ``thin`` sweeps one is recorded.
    """

    chains: int = 4
    workers: int = 2
    warmup: int = 100
    sweeps: int = 400
    most: int = 6400
    thin: int = 1
    r_hat: float = 1.05
    draws: float = 100.0

    def __post_init__(self) -> None:
        for name, least in (("chains", 2), ("workers", 1), ("warmup", 0), ("sweeps", 8), ("most", 8), ("thin", 1)):
            if getattr(self, name) < least:
                raise InvalidValue("effort", name, getattr(self, name), f"must be at least {least}")


@dataclass(frozen=True, slots=True)
class Draws:
    """What the chains found in their last block, each probability with one row per chain.

    ``together``: (C, E, E); ``by_label``, ``by_place``: (C, E, N), two estimates of each element's names, given the
    groups and given the names; ``unlisted``: (C, E). ``traces``: (C, n, 8), named by TRACES. ``r_hats``, ``effective``:
    of each trace. ``sweeps``: of a chain, warm-up included.
    ``accepted``: shares of the swaps, and of the merges and splits, that were taken.
    """

    data: Data
    together: NDArray[np.float32]
    by_label: NDArray[np.float32]
    by_place: NDArray[np.float32]
    unlisted: _Array
    traces: _Array
    r_hats: dict[str, float]
    effective: dict[str, float]
    sweeps: int
    accepted: tuple[float, float]
    converged: bool


def _sorted(number: NDArray[np.int64], n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The elements by a number that each has (−1: none), and where each number starts among them."""
    order = np.argsort(number, kind="stable")
    return order[(number < 0).sum():], np.concatenate([[0], np.cumsum(np.bincount(number[number >= 0], minlength=n))])


class _Chain:
    """One chain, which goes on where it stopped."""

    def __init__(self, problem: Problem, priors: Priors, data: Data, given: GivenRates | None,
                 rng: np.random.Generator) -> None:
        self._problem, self._data, self._rng, self._fixed = problem, data, rng, given is not None
        self._rates = rates_of(problem, priors, data, given)
        self._state = new_state(problem, data, len(priors.levels))
        self._neighbours = (*_sorted(problem.slot, len(problem.opposite)), *_sorted(problem.box, len(problem.stated)))

    def begin(self, alone: bool) -> None:
        """Place all elements: apart, or one after the other where they fit, those with DNA first."""
        order = self._rng.permutation(self._problem.n_elements)
        order = order[np.argsort(self._data.dna[order] < 0, kind="stable")]
        begin(self._data, self._state, self._rates, order, alone, self._rng)

    def run(self, n: int, thin: int) -> Sums:
        """n sweeps."""
        sums = new_sums(self._problem, n)
        plan = np.array([0, n, 0, thin, int(self._fixed)])
        sweeps(self._data, self._state, self._rates, sums, plan, self._neighbours, self._rng)
        return sums


def sample(problem: Problem, priors: Priors, effort: Effort, *, rng: np.random.Generator,
           given: GivenRates | None = None,
           progress: Callable[[float], None] = lambda share: None) -> Draws:
    """Sample the posterior; half of the chains start from elements apart, half from elements put together.

    ``given``: rates that are known; without them all are inferred. ``progress`` is told the share of the most that may
    be done, and may raise an error to end it.
    """
    data = data_of(problem, priors)
    chains = [_Chain(problem, priors, data, given, r) for r in rng.spawn(effort.chains)]
    for k, chain in enumerate(chains):
        chain.begin(k % 2 == 0)
    with ThreadPoolExecutor(effort.workers) as pool:
        done, n = effort.warmup, effort.sweeps
        if done:
            list(pool.map(lambda c: c.run(done, done + 1), chains))
        while True:
            found = list(pool.map(lambda c, n=n: c.run(n, effort.thin), chains))
            done += n
            draws = _draws(data, found, done, effort)
            progress(min(done / effort.most, 1.0))
            n *= 2
            if draws.converged or done + n > effort.most:
                progress(1.0)
                return draws


def _draws(data: Data, found: list[Sums], done: int, effort: Effort) -> Draws:
    traces = np.stack([s.traces for s in found])
    r_hats = {name: r_hat(traces[:, :, k]) for k, name in enumerate(TRACES)}
    effective = {name: effective_draws(traces[:, :, k]) for k, name in enumerate(TRACES)}
    converged = max(r_hats.values()) < effort.r_hat and min(effective.values()) >= effort.draws
    together, by_label, by_place = (np.stack([getattr(s, name) / np.float32(s.recorded[0]) for s in found])
                                    for name in ("together", "by_label", "by_place"))
    unlisted = np.stack([s.unlisted / s.recorded[0] for s in found])
    tried = traces.shape[1] * np.array([max(len(data.slot), 1), 1 + len(data.slot) // 4])
    swaps, merges = (np.mean([s.accepted for s in found], axis=0) / tried).tolist()
    return Draws(data, together, by_label, by_place, unlisted, traces, r_hats, effective, done, (swaps, merges),
                 converged)
