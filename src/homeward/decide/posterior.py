"""The posterior over {each listed person, not on the roster}, one set of remains at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import Support

__all__ = ["posterior_of"]


def posterior_of(support: Support, prior: NDArray[np.float64]) -> NDArray[np.float64]:
    """Posterior ∝ prior × LR, shape (n_persons + 1, n_remains), each column summing to 1.

    Args: ``support``, log10 LR against "someone else"; ``prior``, of that shape, columns summing to 1. The last row,
    not on the roster, has LR 1; so has a pair that was not compared: it keeps its prior share. Remains are taken
    one by one here: that two remains may not both be one person is the joint identification's part.
    """
    loglik = np.vstack([support.log10_lr * np.log(10.0), np.zeros((1, len(support.pm_ids)))])
    with np.errstate(divide="ignore"):
        joint = np.log(prior) + loglik
    joint -= joint.max(axis=0)
    weight = np.exp(joint)
    return np.asarray(weight / weight.sum(axis=0))
