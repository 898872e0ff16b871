"""The joint table of one family with several missing members: the likelihood of each way to place remains in it.

Two missing brothers, or a father and his son, say something of each other: the likelihood of two remains in one family
is no product of two likelihood ratios. So each admissible assignment of remains to the family's missing members has
its own likelihood, P(references, assigned profiles | pedigree) (Vigeland & Egeland 2021,
doi:10.1038/s41598-021-93071-5). Pruning is exact: where a pair of remains and member, or two such pairs together, are
impossible, so is every assignment that holds them, since more data cannot make an impossible event possible. At each
marker only the different genotypes are computed, not the different remains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.kinship._joint_kernels import count_assignments
from homeward.kinship._joint_lanes import logliks_of, one_shape_serves
from homeward.kinship._joint_pairs import pair_logliks
from homeward.kinship._joint_views import MarkerView, as_strangers, views_of
from homeward.kinship.likelihood import Typed
from homeward.kinship.remains_codes import RemainsCodes
from homeward.model import FrequencyTable, InvalidValue, TooLarge, Unsupported

__all__ = ["MOST_ASSIGNMENTS", "JointTable", "grid_size", "joint_table", "logliks_of_two"]

MOST_ASSIGNMENTS = 2_000_000
_MOST_MISSING = 16

_Array = NDArray[np.float64]
_Picks = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class JointTable:
    """What is possible in one family, and how likely it is.

    ``members``: ids of the k missing members. ``assignments``: int32 (n, k), which of the remains each member is, −1
    for none of them; the first row is all −1. ``loglik``: (n,) natural log of P(references, assigned profiles |
    pedigree), nothing left out; unassigned remains are no part of it. ``log_lr``: (n,) natural log LR of the
    assignment against "all these remains are unrelated people of the population". Assignments that are impossible are
    not listed. Where the references contradict the pedigree, the first row stands alone, with loglik −inf.
    """

    members: tuple[str, ...]
    assignments: _Picks
    loglik: _Array
    log_lr: _Array


def grid_size(possible: NDArray[np.bool_]) -> int:
    """How many assignments there are: each remains at most one member, each member at most one of the remains.

    ``possible``: (k, n_remains), the pairs that may be made; k up to 16. Counted over sets of members, exact below 2⁵³.

    >>> grid_size(np.ones((5, 8), dtype=np.bool_))
    19081
    """
    k = len(possible)
    if k > _MOST_MISSING:
        raise TooLarge(f"{k} missing members in one family; {_MOST_MISSING} are allowed")
    counts = np.zeros(1 << k)
    counts[0] = 1.0
    count_assignments(np.ascontiguousarray(possible), counts)
    return int(counts.sum())


def joint_table(typed: Typed, members: Sequence[str], remains: RemainsCodes, table: FrequencyTable, *,
                possible: NDArray[np.bool_] | None = None, most: int = MOST_ASSIGNMENTS) -> JointTable:
    """The likelihood of every admissible assignment of the remains to the missing members of one family.

    Args: ``typed``, the family with its references (a member's own, from a personal item, may be among them);
    ``members``, ids of the missing; ``remains``, coded by ``encode_remains`` for the same ``table``; ``possible``,
    (k, n_remains), pairs to be considered, all by default; ``most`` assignments are allowed.

    Returns the table, its impossible assignments left out. Markers are taken as independent. With coancestry θ the
    founders and the unrelated people of H2 share the urn of this family, so that an assignment of one pair has the
    pairwise LR.

    Raises TooLarge, with the number, for more than ``most`` assignments or a pedigree beyond exact computation;
    InvalidValue for a member that the family has not; Unsupported for coancestry with founder inbreeding.
    """
    possible = _checked(typed, members, remains, possible, most)
    views = views_of(typed, members, remains, table)
    if table.theta == 0.0 and len(members) == 2:
        picks, loglik = _listed(_of_two(views, possible))
    else:
        picks, loglik = _levels(_Family(views, table.theta == 0.0 and one_shape_serves(views), table.theta), possible)
    start = loglik[0]
    if np.isneginf(start):
        return JointTable(tuple(members), picks, loglik, np.zeros(1))
    if table.theta > 0.0:
        strangers = views_of(*as_strangers(typed, members), remains, table)
        unrelated = logliks_of(strangers, picks, theta=table.theta)
    else:
        unrelated = start + _population(views, picks)
    log_lr = loglik - unrelated
    log_lr[0] = 0.0
    return JointTable(tuple(members), picks, loglik, log_lr)


def logliks_of_two(typed: Typed, members: Sequence[str], remains: RemainsCodes, table: FrequencyTable, *,
                   possible: NDArray[np.bool_] | None = None, most: int = MOST_ASSIGNMENTS) -> _Array:
    """The logliks of the joint table of a family with two missing as a matrix, for θ = 0.

    It is (n_remains + 1, n_remains + 1). Rows are the remains that the first of ``members`` is, columns those of the
    second, last none; natural log, −inf where an assignment is impossible. Where the references contradict the
    pedigree all are. Of many remains this is much less to hold and to go through than a list. Arguments and what is
    raised as for ``joint_table``, and Unsupported with coancestry.
    """
    if len(members) != 2 or table.theta > 0.0:
        raise Unsupported(f"family {typed.family.id}: a matrix is of two missing, without coancestry")
    possible = _checked(typed, members, remains, possible, most)
    return _of_two(views_of(typed, members, remains, table), possible)


def _checked(typed: Typed, members: Sequence[str], remains: RemainsCodes, possible: NDArray[np.bool_] | None,
             most: int) -> NDArray[np.bool_]:
    """The pairs to be considered; InvalidValue or TooLarge where they cannot be."""
    _check_members(typed, members)
    n_remains = len(remains.codes)
    if possible is None:
        possible = np.ones((len(members), n_remains), dtype=np.bool_)
    count = grid_size(possible)
    if count > most:
        raise TooLarge(f"family {typed.family.id}: {count:,} assignments of {n_remains} remains to {len(members)} "
                       f"missing members; {most:,} are allowed")
    return possible


@dataclass(frozen=True, slots=True)
class _Family:
    """One family at all markers, and how its likelihoods are computed."""

    views: Sequence[MarkerView]
    one_shape: bool
    theta: float

    def logliks(self, picks: _Picks) -> _Array:
        return logliks_of(self.views, picks, one_shape=self.one_shape, theta=self.theta)


def _check_members(typed: Typed, members: Sequence[str]) -> None:
    known = {m.id for m in typed.family.members}
    for member in members:
        if member not in known:
            raise InvalidValue(typed.family.id, "member", member, "must be a member of the family")
    if len(set(members)) != len(members) or not members:
        raise InvalidValue(typed.family.id, "members", ", ".join(members), "must be named once each, and at least one")


def _of_two(views: Sequence[MarkerView], possible: NDArray[np.bool_]) -> _Array:
    """Natural log likelihood of every assignment to two members, as ``logliks_of_two``."""
    n = possible.shape[1]
    rows, columns = (np.flatnonzero(mine) for mine in possible)
    logliks = pair_logliks(views, rows, columns)
    if logliks.shape != (n + 1, n + 1):
        computed, logliks = logliks, np.full((n + 1, n + 1), -np.inf)
        logliks[np.ix_(np.append(rows, n), np.append(columns, n))] = computed
    both = np.arange(n)
    logliks[both, both] = -np.inf
    if np.isneginf(logliks[n, n]):
        logliks[:] = -np.inf
    return logliks


def _listed(logliks: _Array) -> tuple[_Picks, _Array]:
    """The possible assignments of a matrix as a list, that of nobody first."""
    n = len(logliks) - 1
    turned = np.roll(logliks, 1, axis=(0, 1))  # none first
    first, second = np.nonzero(turned > -np.inf)
    if np.isneginf(logliks[n, n]):
        first, second = np.zeros((2, 1), dtype=np.int64)
    picks = np.stack([first, second], axis=1).astype(np.int32) - 1
    return picks, turned[first, second]


def _levels(family: _Family, possible: NDArray[np.bool_]) -> tuple[_Picks, _Array]:
    """Assignments of nobody, of one pair, of two, and so on; an assignment grows only while it is possible."""
    picks = np.full((1, len(possible)), -1, dtype=np.int32)
    start = family.logliks(picks)
    all_picks, all_logliks = [picks], [start]
    if np.isneginf(start[0]):
        return picks, start
    together: NDArray[np.bool_] | None = None
    for size in range(1, min(possible.shape) + 1):
        picks = _grown(picks, possible, together)
        loglik = family.logliks(picks)
        alive = loglik > -np.inf
        picks, loglik = picks[alive], loglik[alive]
        if not len(picks):
            break
        all_picks.append(picks)
        all_logliks.append(loglik)
        if size == 1:
            possible = np.zeros_like(possible)
            member = (picks >= 0).argmax(axis=1)
            possible[member, picks[np.arange(len(picks)), member]] = True
        elif size == 2 and len(possible) > 2:
            together = _compatible(picks, possible)
    return np.concatenate(all_picks), np.concatenate(all_logliks)


def _grown(picks: _Picks, possible: NDArray[np.bool_], together: NDArray[np.bool_] | None) -> _Picks:
    """Each assignment with one more pair, of a member that stands after all of its members."""
    k = picks.shape[1]
    last = np.where(picks >= 0, np.arange(k), -1).max(axis=1)
    grown = []
    for i in range(k):
        columns = np.flatnonzero(possible[i])
        parents = np.flatnonzero(last < i)
        parent, column = (grid.ravel() for grid in np.meshgrid(parents, columns, indexing="ij"))
        keep = (picks[parent] != column[:, None]).all(axis=1)
        if together is not None:
            keep &= _fits(picks, parent, (i, column), together)
        made = picks[parent[keep]]
        made[:, i] = column[keep]
        grown.append(made)
    return np.concatenate(grown)


def _fits(picks: _Picks, parent: NDArray[np.intp], pair: tuple[int, NDArray[np.intp]],
          together: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether the new pair is possible with each pair that the parent has."""
    k, n = picks.shape[1], together.shape[0] // picks.shape[1]
    new = pair[0] * n + pair[1]
    fits = np.ones(len(parent), dtype=np.bool_)
    for t in range(k):
        theirs = picks[parent, t]
        fits &= (theirs < 0) | together[t * n + np.maximum(theirs, 0), new]
    return fits


def _compatible(picks: _Picks, possible: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(k·n, k·n): whether two pairs of member and remains are possible together."""
    k, n = possible.shape
    together = np.zeros((k * n, k * n), dtype=np.bool_)
    pairs = np.sort(np.where(picks >= 0, np.arange(k) * n + picks, -1), axis=1)[:, -2:]
    together[pairs[:, 0], pairs[:, 1]] = True
    return together


def _population(views: Sequence[MarkerView], picks: _Picks) -> _Array:
    """Natural log probability of the assigned profiles as those of unrelated people."""
    total = np.zeros(len(picks))
    if views:
        each = np.sum([view.log_population for view in views], axis=0)
        for mine, placed in zip(each, picks.T, strict=True):
            total += mine[placed]
    return total
