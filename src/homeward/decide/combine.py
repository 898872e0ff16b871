"""Several lines of evidence as one: their log10 LRs add up where they are independent given identity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.model import InvalidValue

__all__ = ["combine", "supporting_lines"]


def combine(lines: Sequence[Support]) -> Support:
    """The support of all lines together.

    Args: ``lines``, of one tile, independent of each other given identity (each module says what it conditions on).

    Returns log10 LRs added over the lines that compared the pair; a pair that any line excludes is excluded, one that
    no line compared is not compared. Raises InvalidValue for lines of different persons or remains.
    """
    first = lines[0]
    for line in lines[1:]:
        if (line.am_ids, line.pm_ids) != (first.am_ids, first.pm_ids):
            raise InvalidValue(line.line, "ids", "other persons or remains", f"must be those of {first.line}")
    status = np.stack([line.status for line in lines])
    excluded, compared = (status == EXCLUDED).any(axis=0), (status == COMPARED).any(axis=0)
    added = np.sum([np.where(line.status == COMPARED, line.log10_lr, 0.0) for line in lines], axis=0)
    word = np.where(excluded, EXCLUDED, np.where(compared, COMPARED, NOT_COMPARED)).astype(np.int8)
    log10_lr = np.where(word == EXCLUDED, -np.inf, np.where(word == COMPARED, added, 0.0))
    name = first.line if len(lines) == 1 else " + ".join(line.line for line in lines)
    return Support(name, first.am_ids, first.pm_ids, log10_lr, word)


def supporting_lines(lines: Sequence[Support], i: int, j: int) -> tuple[str, ...]:
    """The lines that speak for a pair: compared, with a log10 LR above 0."""
    return tuple(line.line for line in lines if line.status[i, j] == COMPARED and line.log10_lr[i, j] > 0.0)
