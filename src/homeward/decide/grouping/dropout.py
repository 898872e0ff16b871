"""How much each sample lost: its drop-out, inferred from its own reports and from those of all samples.

A sample's drop-out is one of a few levels. How common each is among the samples is estimated by expectation and
maximisation; a sample's own level has then a posterior, from how many of its markers show one allele where the
population's genotypes would show two. A marker that shows nothing is left out, and the level's likelihood is of what
is seen given that something is. Tvedebrink et al. 2009, doi:10.1016/j.fsigen.2009.02.007, for drop-out that is of the
sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.model import InvalidValue, Laboratory

__all__ = ["Typing", "levels_of_samples"]

_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Typing:
    """What is assumed of the typing of remains.

    ``dropout``: the levels that a sample's drop-out may have; ``dropin`` and ``error``, of all. ``mito_error``: that
    an element's mtDNA is reported as another haplotype; ``mito_change``: that a maternal relative has another than the
    missing.
    """

    dropout: tuple[float, ...] = (0.01, 0.06, 0.15, 0.3, 0.5, 0.7)
    dropin: float = 0.02
    error: float = 0.001
    mito_error: float = 0.005
    mito_change: float = 0.01

    def __post_init__(self) -> None:
        for name, values in (("dropout", self.dropout), ("dropin", (self.dropin,)), ("error", (self.error,)),
                             ("mito_error", (self.mito_error,)), ("mito_change", (self.mito_change,))):
            if not values or not all(0.0 < v < 1.0 for v in values):
                raise InvalidValue("typing", name, values, "must be between 0 and 1")

    def laboratories(self) -> tuple[Laboratory, ...]:
        """One for each level of drop-out."""
        return tuple(Laboratory(d, None, self.dropin, self.error) for d in self.dropout)


def levels_of_samples(logliks: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Posterior of each sample's level, (n, L), and how common each level is, (L,), from log likelihoods (n, L)."""
    n, n_levels = logliks.shape
    common = np.full(n_levels, 1.0 / n_levels)
    relative = np.exp(logliks - logliks.max(axis=1, keepdims=True, initial=-np.inf)) if n else logliks
    posterior = np.tile(common, (n, 1))
    for _ in range(_ROUNDS if n else 0):
        posterior = relative * common
        posterior /= posterior.sum(axis=1, keepdims=True)
        # One sample's worth of every level together keeps a few samples from settling on one.
        common = (posterior.sum(axis=0) + 1.0 / n_levels) / (n + 1.0)
    return posterior, common
