"""Tiles: kinship compared block by block of persons, so that an interrupted comparison goes on where it stopped.

A tile is the comparison of some persons, in roster order, with all remains. Persons do not depend on each other in
it: put together, the tiles are the same to the last bit as one comparison of everybody, whatever their size.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Protocol

import numpy as np

from homeward.blocks import Support
from homeward.evidence import kinship
from homeward.model import InvalidValue

__all__ = ["TileStore", "compare_in_tiles", "packed", "tile_size", "unpacked"]

_FORMAT = "homeward-tile/1"
_ROWS, _ROWS_IN_URN = 256, 16  # with coancestry each pair is computed by itself: tiles are short in time, not in rows


class TileStore(Protocol):
    """Where finished tiles are kept: by their number, as bytes."""

    def get(self, index: int) -> bytes | None:
        """The tile's content, None where it is not finished yet."""

    def put(self, index: int, content: bytes) -> None:
        """Keep a tile that has just been finished."""


def tile_size(params: kinship.Params) -> int:
    """How many persons a tile holds by default."""
    return _ROWS_IN_URN if params.table.theta > 0.0 else _ROWS


def compare_in_tiles(am: kinship.Antemortem, pm: kinship.Postmortem, params: kinship.Params, *, tiles: TileStore,
                     rows: int | None = None,
                     progress: Callable[[float], None] = lambda share: None) -> kinship.Comparison:
    """``kinship.compare``, with the tiles that ``tiles`` holds taken from there and all others put there.

    Args: ``rows``, persons with references a tile, by default ``tile_size``. Raises InvalidValue where a stored tile
    is of other persons or remains.
    """
    present = [row for row, r in enumerate(am.relatives) if r is not None]
    rows = tile_size(params) if rows is None else rows
    parts = []
    for index, start in enumerate(range(0, len(present), rows)):
        mine = present[start:start + rows]
        few = kinship.Antemortem(tuple(am.ids[i] for i in mine), tuple(am.relatives[i] for i in mine))
        stored = tiles.get(index)
        if stored is None:
            part = kinship.compare(few, pm, params, progress=_within(progress, start, len(mine), len(present)))
            tiles.put(index, packed(part))
        else:
            part = unpacked(stored, few, pm)
        parts.append((mine, part))
        progress((start + len(mine)) / len(present))
    progress(1.0)
    return _put_together(am, pm, params, parts)


def packed(part: kinship.Comparison) -> bytes:
    """A tile as bytes: a line of JSON, then its numbers, little-endian; the same tile gives the same bytes."""
    head = {"format": _FORMAT, "persons": part.support.am_ids, "remains": part.support.pm_ids, "markers": part.markers,
            "contradictions": part.contradictions, "left_out": part.left_out}
    return b"".join((json.dumps(head, sort_keys=True).encode(), b"\n", part.support.log10_lr.astype("<f8").tobytes(),
                     part.support.status.astype("<i1").tobytes(), part.n_markers.astype("<i4").tobytes(),
                     part.excluding.astype("<u8").tobytes()))


def unpacked(content: bytes, am: kinship.Antemortem, pm: kinship.Postmortem) -> kinship.Comparison:
    """The tile of these persons and remains; raises InvalidValue where the bytes are of others."""
    line, _, numbers = content.partition(b"\n")
    head = json.loads(line)
    if (head["format"], tuple(head["persons"]), tuple(head["remains"])) != (_FORMAT, am.ids, pm.ids):
        raise InvalidValue("tile", "persons", len(head["persons"]), "must be those of the tile's place in the case")
    shape = len(am.ids), len(pm.ids)
    cells = shape[0] * shape[1]
    log10_lr = np.frombuffer(numbers, "<f8", cells).reshape(shape)
    status = np.frombuffer(numbers, "<i1", cells, 8 * cells).reshape(shape)
    n_markers = np.frombuffer(numbers, "<i4", cells, 9 * cells).reshape(shape)
    excluding = np.frombuffer(numbers, "<u8", -1, 13 * cells).reshape(-1, *shape)
    support = Support(kinship.NAME, am.ids, pm.ids, log10_lr.astype(np.float64), status.astype(np.int8))
    contradictions, left_out = ({person: tuple(markers) for person, markers in head[name].items()}
                                for name in ("contradictions", "left_out"))
    return kinship.Comparison(support, tuple(head["markers"]), n_markers.astype(np.int32), excluding.astype(np.uint64),
                              contradictions, left_out)


def _within(progress: Callable[[float], None], start: int, n: int, total: int) -> Callable[[float], None]:
    return lambda share: progress((start + share * n) / total)


def _put_together(am: kinship.Antemortem, pm: kinship.Postmortem, params: kinship.Params,
                  parts: list[tuple[list[int], kinship.Comparison]]) -> kinship.Comparison:
    """The tiles' rows in their places; whoever has no references is not compared."""
    nobody = kinship.compare(kinship.Antemortem(am.ids, (None,) * len(am.ids)), pm, params)
    log10_lr, status = nobody.support.log10_lr.copy(), nobody.support.status.copy()
    n_markers, excluding = nobody.n_markers.copy(), nobody.excluding.copy()
    found: dict[str, tuple[str, ...]] = {}
    left_out: dict[str, tuple[str, ...]] = {}
    for mine, part in parts:
        log10_lr[mine], status[mine] = part.support.log10_lr, part.support.status
        n_markers[mine], excluding[:, mine] = part.n_markers, part.excluding
        found |= part.contradictions
        left_out |= part.left_out
    contradictions = {person: found[person] for person in am.ids if person in found}
    support = Support(kinship.NAME, am.ids, pm.ids, log10_lr, status)
    return kinship.Comparison(support, nobody.markers, n_markers, excluding, contradictions, left_out)
