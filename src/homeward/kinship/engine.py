"""Problems in, numbers out: chooses a plan for each shape and runs all problems of a shape as lanes of one program.

Where a plan is too wide (large sibships, loops above the asked-for member) it conditions: a member's genotype is
fixed to each value in turn, each value a lane, and the lanes are summed. That is exact (Lange & Elston 1975,
doi:10.1159/000152714), and often cheaper than carrying his bits.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from homeward.kinship._kernels import LANES, run_program
from homeward.kinship.locus import Locus, Observation
from homeward.kinship.plan import LoopAboveQuery, build_program
from homeward.kinship.program import Program
from homeward.kinship.shape import Kind, Shape
from homeward.model import TooLarge

__all__ = ["Problem", "evaluate"]

_MOST_WORK = 2e10  # multiplications for one marker of one family; beyond it the problem is refused, with the number
_SLICE = 256  # lanes that share one call and one padded number of alleles


@dataclass(frozen=True, slots=True)
class Problem:
    """One family at one marker.

    ``observations``: of each member of the shape, None where untyped; ``inbreeding``: f of each member, 0 where none.
    """

    shape: Shape
    locus: Locus
    observations: tuple[Observation | None, ...]
    inbreeding: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Strategy:
    """Members whose genotypes are fixed in turn (``pins``), and the program for the shape with them known."""

    pins: tuple[int, ...]
    shape: Shape
    program: Program


def evaluate(problems: Sequence[Problem]) -> list[NDArray[np.float64]]:
    """The likelihood of each problem, or its query's genotype table.

    Without a query: an array of shape () with P(observations). With one: (A, A), entry (a, b) the probability of
    the observations and of the ordered genotype (a, b) of the query, whose own observation, if any, counts too.
    The sum of the table is the likelihood; (a, b) + (b, a) is the unordered genotype's.

    Raises TooLarge, with the number, for a pedigree that is beyond exact computation here.
    """
    groups: dict[tuple[Shape, int, bool, int], list[int]] = defaultdict(list)
    for n, problem in enumerate(problems):
        locus = problem.locus
        matrix = id(locus.dense) if locus.is_dense else 0
        groups[problem.shape, _bucket(locus.n_alleles), locus.is_dense, matrix].append(n)
    results: list[NDArray[np.float64]] = [np.empty(0)] * len(problems)
    for (shape, bucket, dense, _), members in groups.items():
        strategy = _strategy(shape, bucket, dense)
        members.sort(key=lambda n: problems[n].locus.n_alleles)
        for slice_ in _slices(members, problems, strategy):
            for n, result in zip(slice_, _run([problems[n] for n in slice_], strategy), strict=True):
                results[n] = result
    return results


def _bucket(n_alleles: int) -> int:
    """Plans are chosen for a size class of markers: the next of 2, 3, 4, 6, 8, 12, 16, 24 …"""
    size = 2
    while size < n_alleles:
        size += size // 2 if size & (size - 1) == 0 else size // 3
    return size


def _slices(members: list[int], problems: Sequence[Problem], strategy: _Strategy) -> Iterator[list[int]]:
    start = 0
    while start < len(members):
        lanes = _n_genotypes(problems[members[start]].locus.n_alleles) ** len(strategy.pins)
        count = max(1, _SLICE // lanes)
        yield members[start:start + count]
        start += count


def _n_genotypes(n_alleles: int) -> int:
    return int(n_alleles * (n_alleles + 1) // 2)


# --- choosing whom to condition on


@lru_cache(maxsize=4096)
def _strategy(shape: Shape, n_alleles: int, dense: bool) -> _Strategy:
    """The cheapest of: no conditioning, one member, a couple, and so on while it pays."""
    loops = max(shape.paths_to_query(), default=0) > 1
    pins: tuple[int, ...] = (shape.query,) if loops else ()
    best = _try_pins(shape, pins, n_alleles, dense)
    while best is None or best[0] > 2e5:
        better = [found for extra in _worth_pinning(shape, pins) for found in
                  [_try_pins(shape, (*pins, *extra), n_alleles, dense)] if found is not None]
        if not better:
            break
        cheapest = min(better, key=lambda found: found[0])
        if best is not None and cheapest[0] >= best[0]:
            break
        best, pins = cheapest, cheapest[1].pins
    if best is None or best[0] > _MOST_WORK:
        work = f"{best[0]:.2g} multiplications" if best else "more memory than is allowed"
        raise TooLarge(f"this pedigree of {shape.size} members with {n_alleles} alleles needs {work} a marker; "
                       f"{_MOST_WORK:.0g} multiplications are allowed")
    return best[1]


def _worth_pinning(shape: Shape, pins: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Open members who hand on alleles more than once, alone and with the other parent of a common child."""
    open_ = {m for m in range(shape.size) if shape.kind[m] is not Kind.KNOWN and m not in pins and m != shape.query}
    repeated = [m for m in sorted(open_) if len(shape.children(m)) > 1]
    couples = {(f, m) for f, m in zip(shape.father, shape.mother, strict=True)
               if f in open_ and m in open_ and (f in repeated or m in repeated)}
    return [*((m,) for m in repeated), *sorted(couples)]


def _try_pins(shape: Shape, pins: tuple[int, ...], n_alleles: int, dense: bool) -> tuple[float, _Strategy] | None:
    kinds = tuple(Kind.KNOWN if m in pins else k for m, k in enumerate(shape.kind))
    query = -1 if shape.query in pins else shape.query
    pinned = replace(shape, kind=kinds, query=query)
    try:
        program = build_program(pinned)
    except (TooLarge, LoopAboveQuery):
        return None
    lanes = float(_n_genotypes(n_alleles)) ** len(pins)
    return lanes * program.cost(n_alleles, dense=dense), _Strategy(pins, pinned, program)


# --- running one program


def _run(problems: list[Problem], strategy: _Strategy) -> list[NDArray[np.float64]]:
    shape, pins = strategy.shape, strategy.pins
    n_alleles = max(p.locus.n_alleles for p in problems)
    choices = [_pinned_genotypes(p, pins) for p in problems]
    owners = np.repeat(np.arange(len(problems)), [len(c) for c in choices])
    fixed = np.concatenate(choices)
    lanes = _Lanes(problems, owners, n_alleles, shape)
    known, weight = lanes.known(fixed, pins)
    value, table = lanes.run(strategy.program, known)
    weight *= 2.0 ** -strategy.program.halvings
    if strategy.shape.query >= 0:
        table *= weight[:, None, None]
        sums = np.zeros((len(problems), n_alleles, n_alleles))
        np.add.at(sums, owners, table)
        return [sums[n, :p.locus.n_alleles, :p.locus.n_alleles] for n, p in enumerate(problems)]
    value *= weight
    if pins and pins[0] == problems[0].shape.query:
        return _genotype_tables(problems, value, owners, fixed)
    sums_ = np.bincount(owners, weights=value, minlength=len(problems))
    return [np.array(x) for x in sums_]


def _genotype_tables(problems: list[Problem], value: NDArray[np.float64], owners: NDArray[np.int64],
                     fixed: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """Lanes whose first pin is the query: each value belongs to his (unordered) genotype; written half and half."""
    tables = []
    for n, problem in enumerate(problems):
        mine = owners == n
        a, b = fixed[mine, 0, 0], fixed[mine, 0, 1]
        table = np.zeros((problem.locus.n_alleles,) * 2)
        np.add.at(table, (a, b), value[mine] / 2)
        np.add.at(table, (b, a), value[mine] / 2)
        tables.append(table)
    return tables


def _pinned_genotypes(problem: Problem, pins: tuple[int, ...]) -> NDArray[np.int64]:
    """All genotypes of the pinned members together: (lanes, pins, 2)."""
    n = problem.locus.n_alleles
    each = []
    for m in pins:
        single = problem.shape.x_linked and problem.shape.male[m]
        pairs = [(a, a) for a in range(n)] if single else list(itertools.combinations_with_replacement(range(n), 2))
        each.append(pairs)
    choices = list(itertools.product(*each))
    return np.array(choices, dtype=np.int64).reshape(len(choices), len(pins), 2)


class _Lanes:
    """The arrays of many problems of one shape, padded to one number of alleles and to whole chunks of lanes."""

    def __init__(self, problems: list[Problem], owners: NDArray[np.int64], n_alleles: int, shape: Shape) -> None:
        self.problems, self.owners, self.n_alleles, self.shape = problems, owners, n_alleles, shape
        self.n = len(owners)
        self.chunks = -(-self.n // LANES)
        self.members = [m for m in range(shape.size) if shape.kind[m] is Kind.KNOWN]
        self.vague = [m for m in range(shape.size) if shape.kind[m] is Kind.VAGUE]
        self.frequencies = np.stack([self._padded(p.locus.frequencies) for p in problems])

    def _padded(self, row: NDArray[np.float64]) -> NDArray[np.float64]:
        padded = np.zeros((*row.shape[:-1], self.n_alleles))
        padded[..., :row.shape[-1]] = row
        return padded

    def _chunked(self, array: NDArray[np.generic]) -> NDArray[np.generic]:
        """(lanes, …) to (chunk, …, lane), the last chunk filled up with its first problem."""
        filled = np.concatenate([array, np.repeat(array[:1], self.chunks * LANES - self.n, axis=0)])
        split = filled.reshape(self.chunks, LANES, *array.shape[1:])
        return np.ascontiguousarray(np.moveaxis(split, 1, -1))

    def known(self, fixed: NDArray[np.int64],
              pins: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Allele indices of the known members in each lane, (lanes, k, 2), and each lane's weight."""
        known = np.zeros((self.n, len(self.members), 2), dtype=np.int64)
        weight = np.ones(self.n)
        for k, m in enumerate(self.members):
            if m in pins:
                known[:, k] = fixed[:, pins.index(m)]
                weight *= self._pinned_weight(m, known[:, k])
            else:
                pairs = [_pair(p.observations[m]) for p in self.problems]
                known[:, k] = np.array(pairs, dtype=np.int64)[self.owners]
            weight *= self._own_probability(m, known[:, k])
        return known, weight

    def _own_probability(self, m: int, pair: NDArray[np.int64]) -> NDArray[np.float64]:
        """A known founder's probability; ½ for another's homozygous genotype, whose two phases are one."""
        single = self.shape.x_linked and self.shape.male[m]
        same = pair[:, 0] == pair[:, 1]
        if self.shape.father[m] >= 0:
            return np.ones(self.n) if single else np.where(same, 0.5, 1.0)
        p = self.frequencies[self.owners[:, None], pair]
        if single:
            return p[:, 0]
        f = np.array([q.inbreeding[m] for q in self.problems])[self.owners]
        apart = p[:, 0] * p[:, 1] * np.where(same, 1.0, 2.0)
        return np.asarray((1.0 - f) * apart + f * p[:, 0] * same)

    def _pinned_weight(self, m: int, pair: NDArray[np.int64]) -> NDArray[np.float64]:
        weight = np.ones(self.n)
        for lane, owner in enumerate(self.owners):
            observation = self.problems[owner].observations[m]
            if observation is not None and observation.terms is not None:
                a, b = pair[lane]
                weight[lane] = float(observation.terms[:, 0, a] @ observation.terms[:, 1, b])
        return weight

    def run(self, program: Program,
            known: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Likelihood (lanes,) and ordered genotype table (lanes, A, A) of each lane; one of them is meaningful."""
        inbred = sorted(self.shape.inbred)
        presets = np.array([[x for m in inbred for x in (p.inbreeding[m], 1.0 - p.inbreeding[m])]
                            for p in self.problems]).reshape(len(self.problems), 2 * len(inbred))
        observed = np.stack([self._observed(p) for p in self.problems])
        same = np.stack([p.locus.same for p in self.problems])
        other = np.stack([self._padded(p.locus.other) for p in self.problems])
        value = np.zeros((self.chunks, LANES))
        asked = program.result < 0
        table = np.zeros((self.chunks, LANES, self.n_alleles, self.n_alleles) if asked else (self.chunks, 0, 0, 0))
        sizes = np.array([program.n_vectors, program.n_scalars, program.result])
        own = self.owners
        run_program(program.code, sizes, program.pairs, program.diagonal, self._chunked(self.frequencies[own]),
                    self._chunked(presets[own]), self._chunked(known), self._chunked(observed[own]),
                    self._chunked(same[own]), self._chunked(other[own]), self.problems[0].locus.dense, value, table)
        return value.reshape(-1)[:self.n], table.reshape(table.shape[0] * table.shape[1], *table.shape[2:])[:self.n]

    def _observed(self, problem: Problem) -> NDArray[np.float64]:
        terms = np.zeros((len(self.vague), 2, 2, self.n_alleles))
        for k, m in enumerate(self.vague):
            observation = problem.observations[m]
            if observation is None or observation.terms is None:
                raise AssertionError("a vague member has weights")
            terms[k] = self._padded(observation.terms)
        return terms


def _pair(observation: Observation | None) -> tuple[int, int]:
    if observation is None or observation.known is None:
        raise AssertionError("a known member has a genotype")
    return observation.known
