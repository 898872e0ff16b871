"""Invented mitochondrial haplotypes of the control region: different from each other, and of nobody."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from homeward.model.lineage import MitoProfile
from homeward.model.rcrs import reference_base

__all__ = ["invented_haplotypes"]

_RANGES = "16024-16365 73-340"  # hypervariable regions 1 and 2, as laboratories read them
_SPANS = ((16024, 16366), (73, 300))  # without the C-stretch of region 2, whose length nobody reads alike
_MEAN_DIFFERENCES = 6.0  # from the rCRS; of West Eurasian people, the order of magnitude
_TRANSITION = {"A": "G", "G": "A", "C": "T", "T": "C"}


def invented_haplotypes(names: Iterable[str], rng: np.random.Generator) -> dict[str, MitoProfile]:
    """One haplotype for each name, no two alike; differences from the rCRS are transitions at random positions.

    >>> found = invented_haplotypes(["a", "b"], np.random.default_rng(1))
    >>> found["a"].differences != found["b"].differences
    True
    """
    positions = np.array([p for first, last in _SPANS for p in range(first, last)])
    found: dict[str, MitoProfile] = {}
    taken: set[str] = set()
    for name in names:
        text = ""
        while not text or text in taken:
            n = 1 + int(rng.poisson(_MEAN_DIFFERENCES - 1.0))
            at = sorted(rng.choice(positions, size=n, replace=False).tolist())
            text = " ".join(f"{p}{_TRANSITION[reference_base(p)]}" for p in at if reference_base(p) in _TRANSITION)
        taken.add(text)
        found[name] = MitoProfile.parse(name, _RANGES, text)
    return found
