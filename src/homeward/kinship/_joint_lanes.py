"""The likelihood of many assignments within one family: problems of one shape, of all markers, run together.

Assignments that put the same genotypes at the same members are one problem at that marker.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.kinship._joint_views import MarkerView
from homeward.kinship.coancestry import run_lanes_in_urn
from homeward.kinship.lanes import Lanes
from homeward.kinship.locus import Locus
from homeward.kinship.plan import LoopAboveQuery, build_program
from homeward.kinship.shape import VAGUE_KINDS, Kind, Shape, shape_of
from homeward.model import TooLarge

__all__ = ["logliks_of", "one_shape_serves"]

_AT_ONCE = 8192  # lanes that are built together
_FEW_SETS = 16  # sets of typed members up to which each set has its own plan
_SHORT_PLAN, _CHEAP_PLAN = 12_000, 40_000  # instructions; multiplications a lane for 8 alleles
_SIZE_STEP = 4  # markers whose numbers of alleles round up to one multiple of it share their lanes

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Block:
    """Problems of one shape at one marker: ``states`` (u, k) of the missing, ``ids`` of the shape's members.

    Their likelihoods go to ``rows`` of ``results``.
    """

    view: MarkerView
    shape: Shape
    ids: tuple[str, ...]
    states: _Index
    rows: _Index
    results: _Array

    def part(self, part: slice) -> _Block:
        return _Block(self.view, self.shape, self.ids, self.states[part], self.rows[part], self.results)


def one_shape_serves(views: Sequence[MarkerView]) -> bool:
    """Whether it is cheaper to carry each missing member as weights of genotypes, all ones where nobody is placed.

    Then all 2^k sets of typed members share one plan. It is exact where frequencies and mutation rows sum to 1, so
    that a member without remains weighs nothing.
    """
    if not views or 2 ** len(views[0].members) <= _FEW_SETS:
        return False
    loci = [view.locus for view in views]
    if any(abs(total - 1.0) > 1e-9 for locus in loci for total in _totals(locus)):
        return False
    shape, _ = _shape(views[0], [Kind.VAGUE] * len(views[0].members))
    try:
        return build_program(shape, most=_SHORT_PLAN).cost(8, dense=False) <= _CHEAP_PLAN
    except (TooLarge, LoopAboveQuery):
        return False


def _totals(locus: Locus) -> list[float]:
    rows = locus.dense.sum(axis=-1).ravel() if locus.is_dense else locus.same + locus.other.sum(axis=-1)
    return [float(locus.frequencies.sum()), *map(float, rows)]


def _shape(view: MarkerView, kinds: Sequence[Kind]) -> tuple[Shape, tuple[str, ...]]:
    shown = {m: o.kind for m, o in view.references.items()}
    shown |= {m: kind for m, kind in zip(view.members, kinds, strict=True) if kind is not Kind.UNTYPED}
    return shape_of(view.typed.family, shown, x_linked=view.marker.x_linked)


def logliks_of(views: Sequence[MarkerView], picks: NDArray[np.int32], *, one_shape: bool = False,
               theta: float = 0.0) -> _Array:
    """Natural log likelihood of each assignment: (n,) for ``picks`` (n, k), −1 where a member is none of the remains.

    ``one_shape``: see ``one_shape_serves``; ``theta``: coancestry within the family.

    Raises TooLarge for a pedigree beyond exact computation, Unsupported for coancestry with founder inbreeding.
    """
    groups: dict[tuple[Shape, int, int], list[_Block]] = defaultdict(list)
    waiting: list[tuple[_Array, _Index, _Array]] = []
    for view in views:
        states, which = _different_states(view, picks)
        likelihood = np.empty(len(states))
        waiting.append((likelihood, which, _log_weights(view, states)))
        for block in _blocks(view, states, likelihood, one_shape):
            # A padded allele costs little, but would be a needless dimension of the urn.
            size = view.locus.n_alleles if theta > 0.0 else -(-view.locus.n_alleles // _SIZE_STEP)
            groups[block.shape, id(view.locus.dense) if view.locus.is_dense else 0, size].append(block)
    for blocks in groups.values():
        for together in _portions(blocks):
            values = run_lanes_in_urn(_lanes(together), theta)
            for block, value in zip(together, np.split(values, np.cumsum([len(b.rows) for b in together])[:-1]),
                                    strict=True):
                block.results[block.rows] = value
    total = np.zeros(len(picks))
    with np.errstate(divide="ignore"):
        for likelihood, which, log_weight in waiting:
            total += (np.log(likelihood) + log_weight)[which]
    return total


def _different_states(view: MarkerView, picks: NDArray[np.int32]) -> tuple[_Index, _Index]:
    """The different states of the missing together, (U, k), and which of them each assignment is."""
    k, n_states = view.kind.shape
    number = np.zeros(len(picks), dtype=np.int64)
    states = [view.code[i, picks[:, i]] for i in range(k)]
    if n_states ** k <= max(4 * len(picks), 4096):
        for column in states:
            number = number * n_states + column
        present = np.zeros(n_states ** k, dtype=np.bool_)
        present[number] = True
        found = np.flatnonzero(present)
        place = present.cumsum() - 1
        return np.stack(np.unravel_index(found, (n_states,) * k), axis=1).astype(np.int64), place[number]
    different, which = np.unique(np.stack(states, axis=1), axis=0, return_inverse=True)
    return different, which.reshape(-1)


def _log_weights(view: MarkerView, states: _Index) -> _Array:
    return np.asarray(sum(view.log_weight[i, states[:, i]] for i in range(states.shape[1])))


def _blocks(view: MarkerView, states: _Index, results: _Array, one_shape: bool) -> Iterator[_Block]:
    """The states sorted by who of the missing is typed, and how."""
    k = states.shape[1]
    kinds = np.stack([view.kind[i, states[:, i]] for i in range(k)], axis=1)
    if one_shape:
        kinds[:] = np.where((kinds == Kind.VAGUER).any(axis=0), Kind.VAGUER, Kind.VAGUE)
    patterns, which = np.unique(kinds, axis=0, return_inverse=True)
    for p, pattern in enumerate(patterns):
        rows = np.flatnonzero(which.reshape(-1) == p)
        shape, ids = _shape(view, [Kind(kind) for kind in pattern.tolist()])
        yield _Block(view, shape, ids, states[rows], rows, results)


def _portions(blocks: Sequence[_Block]) -> Iterator[list[_Block]]:
    """The blocks in portions of bounded size, a large block in several."""
    portion: list[_Block] = []
    room = _AT_ONCE
    for block in blocks:
        start = 0
        while start < len(block.rows):
            part = block.part(slice(start, start + room))
            portion.append(part)
            start += len(part.rows)
            room -= len(part.rows)
            if room == 0:
                yield portion
                portion, room = [], _AT_ONCE
    if portion:
        yield portion


def _lanes(blocks: Sequence[_Block]) -> Lanes:
    """Blocks of one shape as lanes, padded to the largest number of alleles; a padded allele has frequency 0."""
    shape, size = blocks[0].shape, max(b.view.locus.n_alleles for b in blocks)
    lengths = [len(b.rows) for b in blocks]

    def spread(rows: Sequence[_Array]) -> _Array:
        return np.repeat(np.stack(rows), lengths, axis=0)

    loci = [b.view.locus for b in blocks]
    return Lanes(
        shape=shape,
        frequencies=spread([_padded(locus.frequencies, size) for locus in loci]),
        same=spread([locus.same for locus in loci]),
        other=spread([_padded(locus.other, size) for locus in loci]),
        dense=loci[0].dense,
        known=np.concatenate([_known(b) for b in blocks]),
        observed=np.concatenate([_padded(_observed(b), size) for b in blocks]),
        inbreeding=spread([np.array([b.view.typed.family.inbreeding.get(m, 0.0) for m in b.ids]) for b in blocks]))


def _padded(array: _Array, size: int) -> _Array:
    if array.shape[-1] == size:
        return array
    padded = np.zeros((*array.shape[:-1], size))
    padded[..., :array.shape[-1]] = array
    return padded


def _known(block: _Block) -> _Index:
    """(u, K, 2): the alleles of the shape's known members, relatives and missing."""
    view, ids = block.view, [m for m, kind in zip(block.ids, block.shape.kind, strict=True) if kind is Kind.KNOWN]
    known = np.zeros((len(block.rows), len(ids), 2), dtype=np.int64)
    for place, member in enumerate(ids):
        if member in view.members:
            i = view.members.index(member)
            known[:, place] = view.known[i, block.states[:, i]]
        else:
            known[:, place] = view.references[member].known or (0, 0)
    return known


def _observed(block: _Block) -> _Array:
    """(u, V, 2 or 4, 2, A): the weights of the shape's vague members, relatives and missing."""
    view, ids = block.view, [m for m, kind in zip(block.ids, block.shape.kind, strict=True) if kind in VAGUE_KINDS]
    n_terms = 4 if Kind.VAGUER in block.shape.kind else 2
    observed = np.zeros((len(block.rows), len(ids), n_terms, 2, view.locus.n_alleles))
    for place, member in enumerate(ids):
        if member in view.members:
            i = view.members.index(member)
            observed[:, place] = view.terms[i, block.states[:, i], :n_terms]
        else:
            terms = view.references[member].terms
            if terms is not None:
                observed[:, place, :len(terms)] = terms
    return observed
