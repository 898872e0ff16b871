"""What a worker reads of its own run: the case that it took, and the tiles that are finished."""

from __future__ import annotations

import zlib

from casework.store.models import Run, RunInput, RunTile

__all__ = ["stored_input", "stored_tile", "tile_digests"]


def stored_input(run: Run) -> bytes:
    """The case as the run took it, a zipped case folder; raises DoesNotExist."""
    return bytes(RunInput.objects.values_list("content", flat=True).get(run=run))


def stored_tile(run: Run, index: int) -> tuple[bytes | None, str]:
    """The tile's content, None where there is none, and its digest."""
    row = RunTile.objects.filter(run=run, index=index).values_list("content", "digest").first()
    if row is None or not row[0]:
        return None, "" if row is None else row[1]
    try:
        return zlib.decompress(bytes(row[0])), row[1]
    except zlib.error:
        return None, row[1]


def tile_digests(run: Run) -> dict[int, str]:
    """The digest of each finished tile by its number."""
    return dict(RunTile.objects.filter(run=run).values_list("index", "digest"))
