"""The likelihood of many assignments within one family: problems of one shape, of all markers, run together.

Assignments that put the same genotypes at the same members are one problem at that marker.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from homeward.kinship._joint_blocks import Block, lanes_together
from homeward.kinship._joint_views import MarkerView
from homeward.kinship.coancestry import run_lanes_in_urn
from homeward.kinship.locus import Locus
from homeward.kinship.plan import LoopAboveQuery, build_program
from homeward.kinship.shape import Kind
from homeward.model import TooLarge

__all__ = ["log_weights", "logliks_of", "one_shape_serves", "state_likelihoods"]

_AT_ONCE = 8192  # lanes that are built together
_FEW_SETS = 16  # sets of typed members up to which each set has its own plan
_SHORT_PLAN, _CHEAP_PLAN = 12_000, 40_000  # instructions; multiplications a lane for 8 alleles

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


def one_shape_serves(views: Sequence[MarkerView]) -> bool:
    """Whether it is cheaper to carry each missing member as weights of genotypes, all ones where nobody is placed.

    Then all 2^k sets of typed members share one plan. It is exact where frequencies and mutation rows sum to 1, so
    that a member without remains weighs nothing.
    """
    if not views or 2 ** len(views[0].members) <= _FEW_SETS:
        return False
    loci = [view.locus for view in views]
    if any(abs(total - 1.0) > 1e-9 for locus in loci for total in _totals(locus)):
        return False
    shape, _ = views[0].shape([Kind.VAGUE] * len(views[0].members))
    try:
        return build_program(shape, most=_SHORT_PLAN).cost(8, dense=False) <= _CHEAP_PLAN
    except (TooLarge, LoopAboveQuery):
        return False


def _totals(locus: Locus) -> list[float]:
    rows = locus.dense.sum(axis=-1).ravel() if locus.is_dense else locus.same + locus.other.sum(axis=-1)
    return [float(locus.frequencies.sum()), *map(float, rows)]


def logliks_of(views: Sequence[MarkerView], picks: NDArray[np.int32], *, one_shape: bool = False,
               theta: float = 0.0) -> _Array:
    """Natural log likelihood of each assignment: (n,) for ``picks`` (n, k), −1 where a member is none of the remains.

    ``one_shape``: see ``one_shape_serves``; ``theta``: coancestry within the family.

    Raises TooLarge for a pedigree beyond exact computation, Unsupported for coancestry with founder inbreeding.
    """
    found = [_different_states(view, picks) for view in views]
    likelihoods = state_likelihoods(views, [states for states, _ in found], one_shape=one_shape, theta=theta)
    total = np.zeros(len(picks))
    with np.errstate(divide="ignore"):
        for view, (states, which), likelihood in zip(views, found, likelihoods, strict=True):
            total += (np.log(likelihood) + log_weights(view, states))[which]
    return total


def state_likelihoods(views: Sequence[MarkerView], states: Sequence[_Index], *, one_shape: bool = False,
                      theta: float = 0.0) -> list[_Array]:
    """The likelihood of each state of the missing together: (U,) for ``states`` (U, k) at each marker.

    Arguments and what is raised as for ``logliks_of``; ``log_weights`` go with it.
    """
    likelihoods = [np.empty(len(mine)) for mine in states]
    blocks = (block for view, mine, likelihood in zip(views, states, likelihoods, strict=True)
              for block in _blocks(view, mine, likelihood, one_shape))
    # A padded allele costs little, but would be a needless dimension of the urn.
    for together, lanes in lanes_together(blocks, at_once=_AT_ONCE, exact_size=theta > 0.0):
        values = run_lanes_in_urn(lanes, theta)
        for block, value in zip(together, np.split(values, np.cumsum([len(b.rows) for b in together])[:-1]),
                                strict=True):
            block.results[block.rows] = value
    return likelihoods


def log_weights(view: MarkerView, states: _Index) -> _Array:
    """Natural log weight of the reports beside the members' own references, (U,) for ``states`` (U, k)."""
    return np.asarray(sum(view.log_weight[i, states[:, i]] for i in range(states.shape[1])))


def _different_states(view: MarkerView, picks: NDArray[np.int32]) -> tuple[_Index, _Index]:
    """The different states of the missing together, (U, k), and which of them each assignment is."""
    k, n_states = view.kind.shape
    number = np.zeros(len(picks), dtype=np.int64)
    states = [view.code[i, picks[:, i]] for i in range(k)]
    if n_states ** k <= max(4 * len(picks), 4096):
        for column in states:
            number = number * n_states + column
        present = np.zeros(n_states ** k, dtype=np.bool_)
        present[number] = True
        found = np.flatnonzero(present)
        place = present.cumsum() - 1
        return np.stack(np.unravel_index(found, (n_states,) * k), axis=1).astype(np.int64), place[number]
    different, which = np.unique(np.stack(states, axis=1), axis=0, return_inverse=True)
    return different, which.reshape(-1)


def _blocks(view: MarkerView, states: _Index, results: _Array, one_shape: bool) -> Iterator[Block]:
    """The states sorted by who of the missing is typed, and how."""
    k = states.shape[1]
    kinds = np.stack([view.kind[i, states[:, i]] for i in range(k)], axis=1)
    if one_shape:
        kinds[:] = np.where((kinds == Kind.VAGUER).any(axis=0), Kind.VAGUER, Kind.VAGUE)
    patterns, which = np.unique(kinds, axis=0, return_inverse=True)
    for p, pattern in enumerate(patterns):
        rows = np.flatnonzero(which.reshape(-1) == p)
        shape, ids = view.shape([Kind(kind) for kind in pattern.tolist()])
        yield Block(view, shape, ids, states[rows], rows, results)
