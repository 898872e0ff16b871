"""Many problems of one shape as arrays: each a lane of one program."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.kinship._kernels import LANES, run_program
from homeward.kinship.shape import VAGUE_KINDS, Kind, Shape
from homeward.kinship.strategy import Strategy, strategy_for

__all__ = ["Lanes", "run_lanes"]

_AT_ONCE = 8192  # lanes, pinned genotypes included, that are in memory together

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lanes:
    """L problems of one shape.

    ``frequencies``: (L, A); ``same``: (L, sex) and ``other``: (L, sex, A), mutation as ``same`` on the diagonal plus
    the row ``other``; or ``dense``: (sex, A, A), one for all lanes, of shape (2, 0, 0) where not used. Sex 0 female,
    1 male. ``known``: int (L, K, 2), allele indices of the shape's known members in their order (twice the one of a
    man's X). ``observed``: (L, V, 4, 2, A), weight terms of its vague members in their order (2 for 4 where no
    member needs more); ``inbreeding``: (L, size). ``founders_given``: known founders' own probabilities are left to
    the caller.
    ``recombination``: ρ between the two markers of a linked shape, whose vague members are followed by one more:
    its terms, at slot 0, are the founders' frequencies at each of the two. ``scale``: (L, K, 2), positive numbers, one
    for each allele of the known members, by whose product every result is divided, so that the genotypes of many
    typed members do not fall below the smallest number there is; None for no scale.
    """

    shape: Shape
    frequencies: _Array
    same: _Array
    other: _Array
    dense: _Array
    known: NDArray[np.int64]
    observed: _Array
    inbreeding: _Array
    founders_given: bool = False
    recombination: float = 0.5
    scale: _Array | None = None


def run_lanes(lanes: Lanes) -> _Array:
    """The likelihood of each lane, (L,), or its query's ordered genotype table, (L, A, A).

    Entry (a, b) of a table is the probability of the observations and of the ordered genotype (a, b) of the query;
    the whole table sums to the likelihood. A query who is known himself has no table: his likelihood is given.

    Raises TooLarge, with the number, for a pedigree that is beyond exact computation.
    """
    n, n_alleles = lanes.frequencies.shape
    strategy = strategy_for(lanes.shape, n_alleles, dense=lanes.dense.shape[1] > 0)
    genotypes = _pinned_genotypes(lanes.shape, strategy.pins, n_alleles)
    step = max(1, _AT_ONCE // len(genotypes))
    parts = [_run(_part(lanes, slice(start, start + step)), strategy, genotypes) for start in range(0, n, step)]
    return np.concatenate(parts) if parts else np.zeros(0)


def _part(lanes: Lanes, part: slice) -> Lanes:
    return Lanes(lanes.shape, lanes.frequencies[part], lanes.same[part], lanes.other[part], lanes.dense,
                 lanes.known[part], lanes.observed[part], lanes.inbreeding[part], lanes.founders_given,
                 lanes.recombination, None if lanes.scale is None else lanes.scale[part])


def _pinned_genotypes(shape: Shape, pins: tuple[int, ...], n_alleles: int) -> NDArray[np.int64]:
    """All genotypes of the pinned members together: (G, pins, 2)."""
    both = list(itertools.combinations_with_replacement(range(n_alleles), 2))
    each = [[(a, a) for a in range(n_alleles)] if shape.x_linked and shape.male[m] else both for m in pins]
    choices = list(itertools.product(*each))
    return np.array(choices, dtype=np.int64).reshape(len(choices), len(pins), 2)


def _run(lanes: Lanes, strategy: Strategy, genotypes: NDArray[np.int64]) -> _Array:
    """One part: every lane with every genotype of the pinned members, then summed over these."""
    n, g = len(lanes.frequencies), len(genotypes)
    owner = np.repeat(np.arange(n), g)
    known, inverse, weight = _known(lanes, strategy, owner, np.tile(genotypes, (n, 1, 1)))
    weight *= 2.0 ** -strategy.program.halvings
    value, table = _call(lanes, strategy, owner, (known, inverse))
    if strategy.program.result < 0:
        table *= weight[:, None, None]
        return table if g == 1 else table.reshape(n, g, *table.shape[1:]).sum(axis=1)
    value = (value * weight).reshape(n, g)
    if strategy.pins and strategy.pins[0] == lanes.shape.query:
        return _tables_of_query(value, genotypes[:, 0], lanes.frequencies.shape[1])
    return value[:, 0].copy() if g == 1 else value.sum(axis=1)


def _tables_of_query(value: _Array, genotypes: NDArray[np.int64], n_alleles: int) -> _Array:
    """Each pinned genotype's value, half and half for its two orders; it comes once for each of the other pins'."""
    table = np.zeros((len(value), n_alleles, n_alleles))
    by_pair = table.reshape(len(value), -1).T
    a, b = genotypes[:, 0], genotypes[:, 1]
    np.add.at(by_pair, a * n_alleles + b, value.T / 2)
    np.add.at(by_pair, b * n_alleles + a, value.T / 2)
    return table


def _known(lanes: Lanes, strategy: Strategy, owner: NDArray[np.int64],
           fixed: NDArray[np.int64]) -> tuple[NDArray[np.int64], _Array, _Array]:
    """Alleles of all members known in the program and their scaling factors, (lanes, k, 2); each lane's weight."""
    shape, own = strategy.shape, lanes.shape
    stated = {m: k for k, m in enumerate(m for m in range(own.size) if own.kind[m] is Kind.KNOWN)}
    members = [m for m in range(shape.size) if shape.kind[m] is Kind.KNOWN]
    known = np.zeros((len(owner), len(members), 2), dtype=np.int64)
    inverse, weight = np.ones(known.shape), np.ones(len(owner))
    for k, m in enumerate(members):
        if m in stated and lanes.scale is not None:
            inverse[:, k] = 1.0 / lanes.scale[owner, stated[m]]
        known[:, k] = lanes.known[owner, stated[m]] if m in stated else fixed[:, strategy.pins.index(m)]
        if own.kind[m] in VAGUE_KINDS:
            terms = lanes.observed[owner, [v for v in range(own.size) if own.kind[v] in VAGUE_KINDS].index(m)]
            row = np.arange(len(owner))
            weight *= sum(terms[row, t, 0, known[:, k, 0]] * terms[row, t, 1, known[:, k, 1]]
                          for t in range(terms.shape[1]))
        if not (lanes.founders_given and m in stated and shape.is_founder(m)):
            weight *= _own_probability(lanes, m, owner, known[:, k])
            if shape.is_founder(m):
                weight *= inverse[:, k, :len(shape.slots(m))].prod(axis=1)
    return known, inverse, weight


def _own_probability(lanes: Lanes, m: int, owner: NDArray[np.int64], pair: NDArray[np.int64]) -> _Array:
    """A known founder's probability; ½ for another's homozygous genotype, whose two phases are one."""
    shape = lanes.shape
    single = shape.x_linked and shape.male[m]
    same = pair[:, 0] == pair[:, 1]
    if not shape.is_founder(m):
        return np.ones(len(owner)) if single else np.where(same, 0.5, 1.0)
    p = lanes.frequencies[owner[:, None], pair]
    if single:
        return p[:, 0]
    f = lanes.inbreeding[owner, m]
    apart = p[:, 0] * p[:, 1] * np.where(same, 1.0, 2.0)
    return np.asarray((1.0 - f) * apart + f * p[:, 0] * same)


def _call(lanes: Lanes, strategy: Strategy, owner: NDArray[np.int64],
          alleles: tuple[NDArray[np.int64], _Array]) -> tuple[_Array, _Array]:
    """Run the kernel: likelihood (lanes,) and ordered genotype table (lanes, A, A); one of them is meaningful."""
    shape, program, n = strategy.shape, strategy.program, len(owner)
    chunks, n_alleles = -(-n // LANES), lanes.frequencies.shape[1]
    inbred = sorted(shape.inbred)
    f = lanes.inbreeding[:, inbred]
    presets = np.stack([f, 1.0 - f], axis=-1).reshape(len(f), 2 * len(inbred))
    if shape.linked:
        tie = np.broadcast_to([lanes.recombination, 1.0 - lanes.recombination], (len(f), 2))
        presets = np.concatenate([presets, tie], axis=1)
    still = [v for v, m in enumerate(m for m in range(shape.size) if lanes.shape.kind[m] in VAGUE_KINDS)
             if shape.kind[m] in VAGUE_KINDS]
    still += [lanes.observed.shape[1] - 1] * shape.linked
    value = np.zeros((chunks, LANES))
    table = np.zeros((chunks, LANES, n_alleles, n_alleles) if program.result < 0 else (chunks, 0, 0, 0))
    sizes = np.array([program.n_vectors, program.n_scalars, program.result])
    row = np.concatenate([owner, np.repeat(owner[:1], chunks * LANES - n)])
    filled = np.minimum(np.arange(len(row)), n - 1)
    run_program(program.code, sizes, program.pairs, program.diagonal, _chunked(lanes.frequencies, row),
                _chunked(presets, row), _chunked(alleles[0], filled), _chunked(alleles[1], filled),
                _chunked(lanes.observed[:, still], row), _chunked(lanes.same, row), _chunked(lanes.other, row),
                lanes.dense, value, table)
    return value.reshape(-1)[:n], table.reshape(table.shape[0] * table.shape[1], *table.shape[2:])[:n]


def _chunked(array: NDArray[np.generic], row: NDArray[np.int64]) -> NDArray[np.generic]:
    """Rows of an array as (chunk, …, lane)."""
    split = array[row].reshape(len(row) // LANES, LANES, *array.shape[1:])
    return np.ascontiguousarray(np.moveaxis(split, 1, -1))
