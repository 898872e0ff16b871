"""Differences between mitochondrial haplotypes over what both have read, for whole tables of pairs.

Every place where any haplotype differs from the rCRS is one bit of a row of words; five planes say which of A, C, G, T
and "nothing there" were seen. Two haplotypes differ at a place where both were read and they share nothing seen. What
one pair gives does not depend on the other rows of the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.model.lineage import MitoProfile, in_length_tract
from homeward.model.mito_notation import GAP
from homeward.model.rcrs import RCRS_LENGTH, reference_base

__all__ = ["SiteTable", "Sites", "pack_positions", "positions_read", "site_table"]

_Words = NDArray[np.uint64]
_SIGNS = "ACGT" + GAP
# Where C follows 16189C, the A before the tract are read as C by its length: phylogenies leave them out
# (van Oven & Kayser 2009, doi:10.1002/humu.20921), and so does a comparison that leaves lengths out.
_TRACT_SUBSTITUTIONS = (16182, 16183)
_CHUNK = 4096  # profiles unpacked at once


@dataclass(frozen=True, slots=True)
class Sites:
    """Some rows of a table: ``seen`` (n, 5, w) planes; ``read`` (n, w); ``coverage`` (n,), rows of its genomes."""

    seen: _Words
    read: _Words
    coverage: NDArray[np.int64]

    def pick(self, rows: Sequence[int] | NDArray[np.int64]) -> Sites:
        """The given rows."""
        return Sites(self.seen[rows], self.read[rows], self.coverage[rows])


@dataclass(frozen=True, slots=True)
class SiteTable:
    """The rows, what their bits stand for, and how to compare them.

    ``places``: (position, insertion) of each bit. ``follows`` (w,): bits whose place comes right after the bit before.
    ``genomes`` (n_coverages, 259): a bit for each of the positions 1 to 16569, for each set of ranges.
    """

    rows: Sites
    places: tuple[tuple[int, int], ...]
    follows: _Words
    genomes: _Words

    def events(self, one: Sites, many: Sites) -> _Words:
        """Differences of a single row to each of many over what both read, as bits; shape (n_many, w).

        Bases that lack or are inserted side by side are one event, at the place where it begins.
        """
        shared = np.bitwise_or.reduce(one.seen & many.seen, axis=1)
        differ = one.read & many.read & ~shared
        lacking = _lacks(one) ^ _lacks(many)
        indel = differ & lacking
        carried = np.zeros_like(indel)
        carried[:, 1:] = indel[:, :-1] >> np.uint64(63)
        began = indel & ~(((indel << np.uint64(1)) | carried) & self.follows)
        return np.asarray((differ & ~lacking) | began, dtype=np.uint64)

    def mixed(self, row: Sites) -> _Words:
        """Bits at which a single row shows more than one thing; shape (w,)."""
        once, twice = np.zeros_like(row.read[0]), np.zeros_like(row.read[0])
        for plane in row.seen[0]:
            twice |= once & plane
            once |= plane
        return np.asarray(twice & row.read[0], dtype=np.uint64)

    def as_mixed(self, many: Sites, row: Sites, mixed: _Words) -> Sites:
        """Many rows as they would look with one row's mixtures: where one of its bases stands, the mixture stands."""
        fits = np.bitwise_or.reduce(many.seen & row.seen, axis=1) & mixed
        return Sites(many.seen | (row.seen & fits[:, None, :]), many.read, many.coverage)

    def within(self, positions: NDArray[np.bool_]) -> _Words:
        """Bits of the places that lie within the given positions, bool (16569,); shape (w,)."""
        return np.asarray(_packed(_read(positions[None, :], self.places))[0])

    def written(self, bits: _Words) -> tuple[tuple[int, int], ...]:
        """The places of the bits set in one row of words."""
        return tuple(place for i, place in enumerate(self.places) if int(bits[i // 64]) >> (i % 64) & 1)


def _lacks(rows: Sites) -> _Words:
    """Bits where nothing but a gap was seen."""
    based = np.bitwise_or.reduce(rows.seen[:, :4], axis=1)
    return np.asarray(rows.seen[:, 4] & ~based, dtype=np.uint64)


def site_table(profiles: Sequence[MitoProfile], *, lengths: bool = False) -> SiteTable:
    """A table with a row for each profile.

    Args: ``profiles``; ``lengths``, whether the lengths of C-stretches and of the AC repeat are compared: if not,
    what lacks or is inserted in those tracts is taken as not read.
    """
    places = _places(profiles, lengths)
    by_ranges: dict[tuple[tuple[int, int], ...], int] = {}
    coverage = np.array([by_ranges.setdefault(p.ranges, len(by_ranges)) for p in profiles], dtype=np.int64)
    genomes = np.array([positions_read(ranges) for ranges in by_ranges])
    read = _read(genomes, places)
    chunks = [_planes(profiles[i:i + _CHUNK], read[coverage[i:i + _CHUNK]], places, lengths)
              for i in range(0, len(profiles), _CHUNK)]
    rows = Sites(np.concatenate([seen for seen, _ in chunks]), np.concatenate([r for _, r in chunks]), coverage)
    follows = [i > 0 and _next(places[i - 1]) == place for i, place in enumerate(places)]
    return SiteTable(rows, places, _packed(np.array([follows], dtype=bool))[0], _packed(genomes))


def _planes(profiles: Sequence[MitoProfile], read: NDArray[np.bool_], places: tuple[tuple[int, int], ...],
            lengths: bool) -> tuple[_Words, _Words]:
    column = {place: i for i, place in enumerate(places)}
    seen = np.zeros((len(profiles), 5, len(places)), dtype=bool)
    seen[:, [_SIGNS.index(GAP if k else _known(p)) for p, k in places], range(len(places))] = True
    for row, profile in enumerate(profiles):
        for d in profile.differences:
            i = column.get((d.position, d.insertion))
            if i is not None:
                signs = d.seen if lengths or not in_length_tract(d.position) else d.seen.replace(GAP, "")
                read[row, i] &= bool(signs)
                seen[row, :, i] = [sign in signs for sign in _SIGNS]
    return _packed(seen), _packed(read)


def _known(position: int) -> str:
    base = reference_base(position)
    return base if base in _SIGNS else GAP


def _places(profiles: Iterable[MitoProfile], lengths: bool) -> tuple[tuple[int, int], ...]:
    """Positions in order, then inserted bases in order: so that what stands side by side does so for every pair."""
    found = {(d.position, d.insertion) for p in profiles for d in p.differences}
    if not lengths:
        found = {(p, k) for p, k in found if p not in _TRACT_SUBSTITUTIONS and not (k and in_length_tract(p))}
    return tuple(sorted(found, key=lambda place: (place[1] > 0, place)))


def _next(place: tuple[int, int]) -> tuple[int, int]:
    return (place[0], place[1] + 1) if place[1] else (place[0] + 1, 0)


def positions_read(ranges: Iterable[tuple[int, int]]) -> NDArray[np.bool_]:
    """Which of the positions 1 to 16569 lie in the ranges; bool (16569,)."""
    read = np.zeros(RCRS_LENGTH, dtype=bool)
    for a, b in ranges:
        if a <= b:
            read[a - 1:b] = True
        else:
            read[a - 1:] = read[:b] = True
    return read


def _read(genomes: NDArray[np.bool_], places: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Which places were read; an insertion needs both its neighbours."""
    at = np.array([p - 1 for p, _ in places], dtype=np.int64)
    after = np.array([p % RCRS_LENGTH if k else p - 1 for p, k in places], dtype=np.int64)
    return np.asarray(genomes[:, at] & genomes[:, after])


def _packed(bits: NDArray[np.bool_]) -> _Words:
    """The last axis packed into 64-bit words, first bit lowest; one word at least."""
    words = -(-bits.shape[-1] // 64) or 1
    padded = np.zeros((*bits.shape[:-1], words * 64), dtype=bool)
    padded[..., :bits.shape[-1]] = bits
    return np.packbits(padded, axis=-1, bitorder="little").view(np.uint64)


def pack_positions(positions: NDArray[np.bool_]) -> _Words:
    """Positions 1 to 16569, bool (16569,), as the words that ``SiteTable.genomes`` holds; shape (259,)."""
    return np.asarray(_packed(positions[None, :])[0])
