"""Remains whose profiles are one: parts of one person, to be weighed as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from homeward.model import Profile

__all__ = ["ENOUGH_MARKERS", "group_of"]

ENOUGH_MARKERS = 12  # full brothers agree at so many by chance less than once in 20,000


def group_of(profiles: Sequence[Profile], markers: Sequence[str]) -> NDArray[np.int64]:
    """For each of the remains the first whose profile is the same: itself, where there is none.

    Two profiles are the same where they agree at every marker typed in both, at least ``ENOUGH_MARKERS`` of them;
    a partial genotype is taken as not typed. Returns int64 (n,). Remains join the first group they fit, so that one
    with few markers never ties two others together.
    """
    codes = _codes(profiles, markers)
    group = np.arange(len(profiles))
    first: list[int] = []
    for n in range(len(profiles)):
        if (codes[n] > 0).sum() >= ENOUGH_MARKERS and first:
            shared = (codes[first] > 0) & (codes[n] > 0)
            same = (shared & (codes[first] == codes[n])).sum(axis=1)
            fits = np.flatnonzero((same == shared.sum(axis=1)) & (same >= ENOUGH_MARKERS))
            if len(fits):
                group[n] = first[fits[0]]
                continue
        first.append(n)
    return group


def _codes(profiles: Sequence[Profile], markers: Sequence[str]) -> NDArray[np.int32]:
    """Each genotype as a number above 0, 0 where not typed: (n, markers)."""
    numbers: dict[tuple[int, str], int] = {}
    codes = np.zeros((len(profiles), len(markers)), dtype=np.int32)
    for n, profile in enumerate(profiles):
        for m, marker in enumerate(markers):
            genotype = profile.genotypes.get(marker)
            if genotype is not None and not genotype.is_partial:
                codes[n, m] = numbers.setdefault((m, str(genotype)), len(numbers) + 1)
    return codes
