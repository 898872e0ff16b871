"""The options of a family with two missing and very many remains, out of the matrix of its assignments.

A thousand remains are a million assignments of two persons: they are weighed where they stand, and only those that are
kept become a list.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from homeward.decide.joint._option_kernels import keep_of_two, weigh_two
from homeward.decide.joint.options import INDEPENDENT, SAME, FamilyOptions, least_kept, no_trifle

__all__ = ["options_of_two"]

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


def options_of_two(rows: _Index, logliks: _Array, log_lr: _Array, prior: _Array, most: int) -> FamilyOptions | None:
    """The greatest options of two persons; None where they may as well be taken one by one.

    Args: ``rows``, of the persons; ``logliks``, (n + 1, n + 1), of all assignments, last row and column none; of a pair
    alone that has none, though it is possible, the pair's own LR is taken. ``log_lr``, (2, n), of each pair alone;
    ``prior``, (2, n), natural log prior weight, by which options are judged; at most ``most`` are listed.
    """
    n = log_lr.shape[1]
    possible = np.isfinite(log_lr)
    every = int(possible[0].sum() + 1) * int(possible[1].sum() + 1) - int(possible.all(axis=0).sum())
    logliks[n, :n][possible[1] & np.isneginf(logliks[n, :n])] = logliks[n, n]
    logliks[:n, n][possible[0] & np.isneginf(logliks[:n, n])] = logliks[n, n]
    found = np.empty_like(logliks)
    first, second = (np.append(np.where(mine, own, 0.0), 0.0) for mine, own in zip(possible, log_lr, strict=True))
    count, beyond = weigh_two(logliks, first, second, found)
    if count == every and beyond <= INDEPENDENT and not _alike(found):
        return None
    kept = _kept(found, prior, most)
    picks, values, dropped = np.empty((int(kept.sum()), 2), np.int32), np.empty(int(kept.sum())), np.zeros(3)
    keep_of_two(found, kept, picks, values, dropped)
    return FamilyOptions(rows, picks, values, dropped)


def _kept(log_lr: _Array, prior: _Array, most: int) -> NDArray[np.bool_]:
    """The options that are listed: that of nobody, and of the others those that weigh anything, at most ``most``."""
    # What weighs nothing must not weigh anything under a prior of more pairs either, the flat one being 1 for each.
    kept = no_trifle(_weighed(log_lr, np.maximum(prior, 0.0)) if (prior > 0.0).any() else log_lr)
    if kept.sum() > most:
        log_weight = _weighed(log_lr, prior)
        kept &= log_weight > least_kept(log_weight[kept], most)
    kept[log_lr == -np.inf] = False
    kept[-1, -1] = True
    return kept


def _weighed(log_lr: _Array, prior: _Array) -> _Array:
    first, second = np.append(prior, np.zeros((2, 1)), axis=1)
    return np.asarray(log_lr + first[:, None] + second)


def _alike(log_lr: _Array) -> bool:
    """Whether the two may be exchanged."""
    return bool(np.allclose(log_lr, log_lr.T, rtol=SAME, atol=SAME))
