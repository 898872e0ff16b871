"""Problems of one family at its markers, in blocks of one shape each, and blocks of one shape as lanes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.kinship._joint_views import MarkerView
from homeward.kinship.lanes import Lanes
from homeward.kinship.shape import VAGUE_KINDS, Kind, Shape

__all__ = ["Block", "lanes_together"]

_SIZE_STEP = 4  # markers whose numbers of alleles round up to one multiple of it share their lanes

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """Problems of one shape at one marker: ``states`` (u, k) of the missing, ``ids`` of the shape's members.

    Their likelihoods go to ``rows`` of ``results``; of a shape with a query, their tables.
    """

    view: MarkerView
    shape: Shape
    ids: tuple[str, ...]
    states: _Index
    rows: _Index
    results: _Array

    def part(self, part: slice) -> Block:
        """Some of the problems."""
        return Block(self.view, self.shape, self.ids, self.states[part], self.rows[part], self.results)


def lanes_together(blocks: Iterable[Block], *, at_once: int, exact_size: bool) -> Iterator[tuple[list[Block], Lanes]]:
    """Blocks of one shape, of all markers, as lanes of one program, up to ``at_once``; a large block in several.

    ``exact_size``: only markers of one number of alleles go together; otherwise the smaller are padded.
    """
    groups: dict[tuple[Shape, int, int], list[Block]] = defaultdict(list)
    for block in blocks:
        locus = block.view.locus
        size = locus.n_alleles if exact_size else -(-locus.n_alleles // _SIZE_STEP)
        groups[block.shape, id(locus.dense) if locus.is_dense else 0, size].append(block)
    for group in groups.values():
        for together in _portions(group, at_once):
            yield together, _lanes(together)


def _portions(blocks: Sequence[Block], at_once: int) -> Iterator[list[Block]]:
    """The blocks in portions of bounded size, a large block in several."""
    portion: list[Block] = []
    room = at_once
    for block in blocks:
        start = 0
        while start < len(block.rows):
            part = block.part(slice(start, start + room))
            portion.append(part)
            start += len(part.rows)
            room -= len(part.rows)
            if room == 0:
                yield portion
                portion, room = [], at_once
    if portion:
        yield portion


def _lanes(blocks: Sequence[Block]) -> Lanes:
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


def _known(block: Block) -> _Index:
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


def _observed(block: Block) -> _Array:
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
