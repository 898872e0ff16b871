"""Arrays for the kernels: the data once, and for each chain its rates, its state and its sums."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from homeward.decide.grouping._labels import singles
from homeward.decide.grouping._rates import refresh
from homeward.decide.grouping._sweeps import TRACES, Sums
from homeward.decide.grouping._values import Data, Rates, State
from homeward.decide.grouping.priors import GivenRates, Priors
from homeward.decide.grouping.problem import Problem

__all__ = ["data_of", "new_state", "new_sums", "rates_of"]

_MARKS = 1953  # seed of the elements' marks, which no result depends on
_TOP = 24  # persons of an informative element that are kept apart from the sum of all others
_APART = -14.0 * math.log(10.0)  # two reports this much less probable of one person than of two are never joined
_RECOVERY = tuple((k + 0.5) / 20 for k in range(20))


def data_of(problem: Problem, priors: Priors) -> Data:
    """The problem as the kernels want it, with each informative element's LR for every person."""
    dna, am = _rows(problem.n_elements, problem.genetics.element), _rows(problem.n_elements, problem.line_element)
    informative = np.flatnonzero((dna >= 0) | (am >= 0))
    informs = _rows(problem.n_elements, informative)
    sizes = np.bincount(problem.incident, minlength=problem.n_incidents)
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    weights, log_population, compatible = _reports(problem)
    stated = problem.stated[problem.stated >= 0]
    n_boxes = np.bincount(stated, minlength=problem.n_incidents).astype(np.int64)
    joined_start, joined, joined_log = _both_ways(problem)
    lines = problem.lines if len(problem.lines) else np.zeros((0, problem.n_persons), np.float32)
    g, bones = problem.genetics, problem.bones
    data = Data(
        slot=problem.slot, opposite=problem.opposite, several=problem.several, zone=problem.zone, box=problem.box,
        stated=problem.stated, n_boxes=n_boxes, start=start, incident=problem.incident,
        stated_class=np.where(n_boxes > 0, 0, 1).astype(np.int64), informs=informs, dna=dna, am=am, first=g.first,
        typed=g.typed, weights=weights, population=g.population, tables=g.tables, column=g.column,
        log_population=log_population, compatible=compatible,
        alone=np.zeros((len(informative), problem.n_persons), np.float32), top=np.zeros((0, 0), np.int64),
        rest=np.zeros((0, 0)), lines=lines.astype(np.float32), measured=bones.single.any(axis=1),
        single=bones.single, pairs=bones.pairs, pair_start=bones.pair_start, rank=bones.rank,
        joined_start=joined_start, joined=joined, joined_log=joined_log,
        mark=np.random.default_rng(_MARKS).integers(-2**62, 2**62, problem.n_elements),
        penalty=np.log([priors.overlapping, priors.fragment]))
    singles(data, informative, data.alone)
    top, rest = _best(data.alone, problem, start)
    return data._replace(top=top, rest=rest)


def _rows(n: int, elements: NDArray[np.int64]) -> NDArray[np.int64]:
    rows = np.full(n, -1)
    rows[elements] = np.arange(len(elements))
    return rows


def _reports(problem: Problem) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Weights with largest 1, log probability of each report in the population, and which reports could be of one."""
    g = problem.genetics
    weights, n = g.weights.copy(), len(g.element)
    alone, both = np.zeros(n), np.zeros((n, n))
    for k, (low, high) in enumerate(zip(g.first[:-1], g.first[1:], strict=True)):
        w = weights[:, low:high]
        w /= w.max(axis=1, keepdims=True)
        one = w @ g.population[low:high]
        alone += np.where(g.typed[:, k], np.log(one), 0.0)
        two = np.log((w * g.population[low:high]) @ w.T)
        either = g.typed[:, k][:, None] & g.typed[:, k][None, :]
        both += np.where(either, two - np.log(one)[:, None] - np.log(one)[None, :], 0.0)
    return np.ascontiguousarray(weights), alone, both > _APART


def _both_ways(problem: Problem) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    ends = np.concatenate([problem.joined, problem.joined[:, ::-1]])
    values = np.tile(problem.joined_log_lr, 2)
    order = np.argsort(ends[:, 0], kind="stable")
    counts = np.bincount(ends[:, 0], minlength=problem.n_elements)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return start, np.ascontiguousarray(ends[order, 1]), values[order]


def _best(alone: NDArray[np.float32], problem: Problem,
          start: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The best persons of each informative element, and by incident the sum of all others' LRs."""
    n, n_persons = alone.shape
    k = min(_TOP, n_persons)
    top = np.argsort(-alone, axis=1, kind="stable")[:, :k].astype(np.int64)
    rest = np.zeros((n, problem.n_incidents))
    filled = np.flatnonzero(np.diff(start))
    for row in range(n):
        lrs = np.exp(alone[row].astype(np.float64))
        lrs[top[row]] = 0.0
        if n_persons:
            rest[row, filled] = np.add.reduceat(lrs, start[:-1][filled])
    return top, rest


def rates_of(problem: Problem, priors: Priors, data: Data, given: GivenRates | None = None) -> Rates:
    """Rates as given, or in the middle of their priors."""
    n_slots, n_levels, n_incidents = len(problem.opposite), len(priors.levels), problem.n_incidents
    present = np.array([a / (a + b) for a, b in (priors.stated, priors.elsewhere)])
    a, b = priors.recovery
    rates = Rates(
        unlisted=np.array([priors.unlisted[0] / priors.unlisted[1]]), present=present,
        recovery=np.full(n_slots, a / (a + b)), shares=np.full(n_levels, 1.0 / n_levels),
        spread=np.array([len(priors.spread) // 2]), wrong=np.array([len(priors.wrong) // 2]),
        levels=np.array(priors.levels), spread_grid=np.array(priors.spread), wrong_grid=np.array(priors.wrong),
        recovery_grid=np.array(_RECOVERY),
        prior=np.array([*priors.unlisted, *priors.stated, *priors.elsewhere, *priors.recovery, priors.evenness]),
        odds=np.zeros((n_slots, n_levels)), nothing=np.zeros(n_levels), missed=np.zeros(1), base=np.zeros(n_slots),
        rho=np.zeros(n_incidents), away=np.zeros(n_incidents), near=np.zeros(n_incidents), box=np.zeros(3))
    if given is not None:
        rates.unlisted[0], rates.spread[0], rates.wrong[0] = given.unlisted, given.spread, given.wrong
        rates.present[:], rates.recovery[:], rates.shares[:] = given.present, given.recovery, given.shares
    refresh(data, rates)
    return rates


def new_state(problem: Problem, data: Data, n_levels: int) -> State:
    """No element placed yet."""
    n, n_persons, n_dna = problem.n_elements + 1, problem.n_persons, len(problem.genetics.element) + 1
    n_states, n_slots, n_boxes = len(data.population), len(problem.opposite), max(len(problem.stated), 1)
    n_rows = n if len(data.alone) else 1

    def nowhere(size: int) -> NDArray[np.int64]:
        return np.full(size, -1)

    return State(
        group=nowhere(n), following=nowhere(n), before=nowhere(n), head=nowhere(n), size=np.zeros(n, np.int64),
        n_informing=np.zeros(n, np.int64), n_dna=np.zeros(n, np.int64), label=nowhere(n), active=np.arange(n),
        place=np.arange(n), n_active=np.zeros(1, np.int64), count=np.zeros((n, n_slots), np.int16),
        gauged=np.zeros((n, n_slots), np.int16), ids=np.zeros((n, n_slots), np.int64),
        in_box=np.zeros((n, n_boxes), np.int32), bones=np.zeros((n, 10)), fit=np.zeros(n),
        level=np.zeros((n, n_levels)), all_boxes=np.zeros(n), own_boxes=np.zeros(n), row=nowhere(n),
        rows=np.arange(n_dna), n_rows=np.array([n_dna]), anchor=nowhere(n), mixed=np.zeros((n_dna, n_states)),
        log_lrs=np.zeros((n_rows, n_persons), np.float32), signature=np.zeros(n, np.int64), held=np.zeros(n, np.int64),
        deal=np.zeros(n, np.int64), informers=np.zeros(n, np.int64), side=np.zeros(n, np.int64),
        owner=nowhere(n_persons), named=np.zeros(problem.n_incidents, np.int64),
        lumped=np.zeros(problem.n_incidents, np.int64), options=np.zeros(n + 1), scratch=np.zeros(10), two=np.zeros(2),
        chances=np.zeros(problem.n_incidents))


def new_sums(problem: Problem, n_sweeps: int) -> Sums:
    """Nothing recorded yet."""
    n, n_persons = problem.n_elements, problem.n_persons
    return Sums(np.zeros(1, np.int64), np.zeros((n, n), np.float32), np.zeros((n, n_persons), np.float32),
                np.zeros((n, n_persons), np.float32), np.zeros(n), np.zeros((n_sweeps, len(TRACES))),
                np.zeros(2, np.int64))
