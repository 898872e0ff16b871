"""The likelihood of all pairs of remains for two missing of one family, as a table for each marker.

At a marker the likelihood depends on the two reports alone, of which there are few. One run of the engine for each
report of the first, the second's genotype asked for, gives the table of all reports of both; each pair of remains is
then a sum of one entry of each marker's table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.kinship._joint_blocks import Block, lanes_together
from homeward.kinship._joint_kernels import add_markers
from homeward.kinship._joint_lanes import log_weights, state_likelihoods
from homeward.kinship._joint_views import MarkerView
from homeward.kinship.lanes import run_lanes
from homeward.kinship.shape import Kind, Shape
from homeward.kinship.strategy import n_genotypes, strategy_for
from homeward.model import TooLarge

__all__ = ["pair_logliks"]

_MOST_NUMBERS = 2**22  # that are in memory together, of genotype tables

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


def pair_logliks(views: Sequence[MarkerView], first: _Index, second: _Index) -> _Array:
    """Natural log likelihood of each pair of remains at two members, (len(first) + 1, len(second) + 1).

    ``first``, ``second``: the remains that each member may be; the last row and column: none. One of the remains at
    both members has a number too, which means nothing. Raises TooLarge for a pedigree beyond exact computation.
    """
    grids = [_Grid.of(view, first, second) for view in views]
    tables = _tables(grids)
    width = np.array([len(g.states[1]) for g in grids], dtype=np.int64)
    start = np.cumsum([0, *(t.size for t in tables)])[:-1].astype(np.int64)
    codes = [np.array([g.codes[i] for g in grids], dtype=np.int64).reshape(len(grids), -1) for i in (0, 1)]
    total = np.zeros((len(first) + 1, len(second) + 1))
    add_markers(np.concatenate([np.zeros(0), *(t.ravel() for t in tables)]), start, width, codes[0], codes[1], total)
    return total


@dataclass(frozen=True, slots=True)
class _Grid:
    """At one marker the different states of the two members, S₀ and S₁, and all pairs of them.

    ``codes``: for each member which of them each of the remains is, one more for none. ``likelihood``: (S₀, S₁), of
    the pairs of states, as far as it is ``known``.
    """

    view: MarkerView
    states: tuple[_Index, _Index]
    codes: tuple[_Index, _Index]
    likelihood: _Array
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, view: MarkerView, first: _Index, second: _Index) -> _Grid:
        (first_states, first_codes), (second_states, second_codes) = (
            np.unique(view.code[i, np.append(mine, -1)], return_inverse=True) for i, mine in enumerate((first, second)))
        size = len(first_states), len(second_states)
        return cls(view, (first_states, second_states), (first_codes.reshape(-1), second_codes.reshape(-1)),
                   np.zeros(size), np.zeros(size, dtype=np.bool_))

    def kinds(self, i: int) -> NDArray[np.int8]:
        """What each state of a member shows."""
        return np.asarray(self.view.kind[i, self.states[i]])

    def pairs(self) -> _Index:
        """(S₀ · S₁, 2): every state of the first with every one of the second."""
        first, second = np.meshgrid(*self.states, indexing="ij")
        return np.stack([first.ravel(), second.ravel()], axis=1)


def _tables(grids: Sequence[_Grid]) -> list[_Array]:
    """For each marker natural log likelihoods of all pairs of states, (S₀, S₁)."""
    _by_genotype(grids)
    pairs = [g.pairs() for g in grids]
    left = [~g.known for g in grids]
    likelihoods = state_likelihoods([g.view for g in grids], [p[mine.ravel()] for p, mine in zip(pairs, left,
                                                                                              strict=True)])
    tables = []
    with np.errstate(divide="ignore"):
        for g, p, mine, likelihood in zip(grids, pairs, left, likelihoods, strict=True):
            g.likelihood[mine] = likelihood
            tables.append(np.log(g.likelihood) + log_weights(g.view, p).reshape(mine.shape))
    return tables


def _by_genotype(grids: Sequence[_Grid]) -> None:
    """Fill in the pairs of typed states: for each of the first's the table of the second's genotypes, read for each."""
    at_once = max(1, _MOST_NUMBERS // max((g.view.locus.n_alleles for g in grids), default=1) ** 2)
    grid_of = {id(g.view): g for g in grids}
    blocks = (block for g in grids for block in _blocks(g))
    for together, lanes in lanes_together(blocks, at_once=at_once, exact_size=False):
        tables = run_lanes(lanes)
        start = 0
        for block in together:
            g, stop = grid_of[id(block.view)], start + len(block.rows)
            second = np.flatnonzero(g.kinds(1) != Kind.UNTYPED)
            n = g.view.locus.n_alleles
            g.likelihood[np.ix_(block.rows, second)] = _read(tables[start:stop, :n, :n], g.view, g.states[1][second])
            g.known[np.ix_(block.rows, second)] = True
            start = stop


def _blocks(grid: _Grid) -> Iterator[Block]:
    """The first's typed states by kind, where the second's genotype is worth asking for."""
    view, kinds, others = grid.view, grid.kinds(0), grid.kinds(1)
    typed = others[others != Kind.UNTYPED]
    for kind in (Kind.KNOWN, Kind.VAGUE, Kind.VAGUER):
        rows = np.flatnonzero(kinds == kind)
        if len(rows) and len(typed):
            shape, ids = view.shape([kind, Kind.UNTYPED], query=view.members[1])
            plain, _ = view.shape([kind, Kind(int(typed.min()))])
            if _cost(shape, view) <= len(typed) * _cost(plain, view):
                nobody = np.full(len(rows), view.kind.shape[1] - 1)
                states = np.stack([grid.states[0][rows], nobody], axis=1)
                yield Block(view, shape, ids, states, rows, grid.likelihood)


def _cost(shape: Shape, view: MarkerView) -> float:
    """Rough number of multiplications for one state; infinite beyond exact computation."""
    n_alleles, dense = view.locus.n_alleles, view.locus.is_dense
    try:
        strategy = strategy_for(shape, n_alleles, dense=dense)
    except TooLarge:
        return np.inf
    return float(n_genotypes(n_alleles)) ** len(strategy.pins) * strategy.program.cost(n_alleles, dense=dense)


def _read(tables: _Array, view: MarkerView, states: _Index) -> _Array:
    """(u, S): the tables of ordered genotypes (u, A, A) read for what each state of the second member shows."""
    found = np.empty((len(tables), len(states)))
    exact = view.kind[1, states] == Kind.KNOWN
    a, b = view.known[1, states[exact]].T
    found[:, exact] = tables[:, a, b] + np.where(a == b, 0.0, tables[:, b, a])
    vague = np.flatnonzero(~exact)
    if len(vague):
        n_terms = 4 if (view.kind[1, states] == Kind.VAGUER).any() else 2
        step = max(1, _MOST_NUMBERS // (tables.size // tables.shape[2] * n_terms))
        for start in range(0, len(vague), step):
            mine = vague[start:start + step]
            terms = view.terms[1, states[mine], :n_terms]
            half = np.tensordot(tables, terms[:, :, 1], axes=([2], [2]))
            found[:, mine] = np.einsum("uavt,vta->uv", half, terms[:, :, 0])
    return found
