"""What each family may do: options, each placing some of its missing persons on some of the remains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.decide.joint._option_kernels import add_pairs, mark
from homeward.decide.joint.prior import PairPrior

__all__ = [
    "INDEPENDENT", "SAME", "Choice", "FamilyOptions", "Pairings", "by_member", "different_rows", "interchangeable",
    "least_kept", "left_out", "no_trifle", "pair_sums", "transposed",
]

INDEPENDENT = 1e-11  # natural log; what a joint table may add and still add nothing
SAME = 1e-9  # natural log LRs closer than this, relatively, are one
_TRIFLE = 1e-12  # what the options of a family may weigh together that are left out of a long list
_MOST_OPTIONS = 50_000  # of a family in which persons who cannot be told apart are looked for

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]
_Picks = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class FamilyOptions:
    """The options of one family with several missing persons.

    ``rows``: (k,) its persons, as rows of the comparison. ``picks``: int32 (n, k), the column of the remains that each
    is, −1 for none; the first row is all −1. ``log_lr``: (n,) natural log LR against the first. ``dropped``: (k + 1,)
    sums of the LRs (not logs) of options left out for their smallness, by their number of pairs.
    """

    rows: _Index
    picks: _Picks
    log_lr: _Array
    dropped: _Array


@dataclass(frozen=True, slots=True, eq=False)
class Pairings:
    """All that may be paired.

    ``log_lr``: (n_persons, n_remains) natural log LR of each pair alone, −inf where it is impossible. ``singles``: rows
    of the persons whose pairs depend on no other missing person's; ``families``: the options of the others.
    ``doubts``: rows of persons whose family could not be computed in full, with the reason.
    """

    log_lr: _Array
    singles: _Index
    families: tuple[FamilyOptions, ...]
    doubts: tuple[tuple[_Index, str], ...] = ()

    @property
    def n_persons(self) -> int:
        """Number of persons."""
        return int(self.log_lr.shape[0])

    @property
    def n_remains(self) -> int:
        """Number of remains."""
        return int(self.log_lr.shape[1])

    def choices(self, prior: PairPrior | None = None) -> list[Choice]:
        """Every family's choice under a prior; by likelihood alone where none is given. Impossible pairs are out."""
        weight = np.zeros_like(self.log_lr) if prior is None else prior.log_weight
        made = []
        for row in self.singles.tolist():
            total = self.log_lr[row] + weight[row]
            columns = np.flatnonzero(total > -np.inf)
            picks = np.concatenate([[-1], columns]).astype(np.int32)[:, None]
            made.append(Choice(np.array([row]), picks, np.append(0.0, total[columns])))
        for family in self.families:
            total = family.log_lr + pair_sums(weight, family.rows, family.picks)
            keep = total > -np.inf
            made.append(Choice(family.rows, family.picks[keep], total[keep]))
        return made


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One chooser, a family as a rule, and what it may take: options with their natural log weights.

    ``who``: (k,) the chooser's members; ``picks``: int32 (n, k), the thing that each takes, −1 for none; first row all
    −1 with weight 0.
    """

    who: _Index
    picks: _Picks
    log_weight: _Array

    def things(self) -> _Index:
        """The things that any option takes, ascending."""
        wanted = np.zeros(int(self.picks.max(initial=-1)) + 2, dtype=np.bool_)
        mark(self.picks, wanted)
        return np.flatnonzero(wanted[:-1])


def pair_sums(values: _Array, rows: _Index, picks: _Picks) -> _Array:
    """Sum over the pairs of each option of ``values`` (n_persons, n_remains)."""
    total = np.empty(len(picks))
    add_pairs(values, rows, picks, total)
    return total


def least_kept(log_weight: _Array, most: int) -> float:
    """The log weight above which at most ``most`` options lie; options that are equal but for rounding lie together."""
    place = len(log_weight) - most - 1
    if place < 0:
        return -np.inf
    least = float(np.partition(log_weight, place)[place])
    return least + SAME * (1.0 + abs(least)) if np.isfinite(least) else least


def no_trifle(log_weight: _Array) -> NDArray[np.bool_]:
    """The options of a long list without the least, which weigh next to nothing together."""
    return np.asarray(log_weight > np.log(_TRIFLE / max(1, log_weight.size)))


def different_rows(picks: _Picks) -> tuple[_Picks, _Index]:
    """The different rows, ascending, and which of them each row is."""
    number = _row_numbers(picks)
    if number is None:
        rows, which = np.unique(picks, axis=0, return_inverse=True)
        return rows, which.reshape(-1)
    _, first, which = np.unique(number, return_index=True, return_inverse=True)
    return picks[first], which.reshape(-1)


def _row_numbers(picks: _Picks) -> _Index | None:
    """A number for each row, greater for the greater row; None where there is no room for that."""
    base = int(picks.max(initial=-1)) + 2
    if float(base) ** picks.shape[1] >= 2.0**62:
        return None
    number = np.zeros(len(picks), dtype=np.int64)
    for column in picks.T:
        number = number * base + (column + 1)
    return number


def by_member(choice: Choice, mass: _Array, n_things: int) -> _Array:
    """Mass of the options in which each member takes each thing, (k, n_things)."""
    found = np.zeros((len(choice.who), n_things))
    for row, column in zip(found, choice.picks.T, strict=True):
        held = column >= 0
        row += np.bincount(column[held], weights=mass[held], minlength=n_things)
    return found


def left_out(mass: _Array, picks: _Picks, n_things: int) -> tuple[_Array, _Array]:
    """Mass of the options with and without each thing, (n_things,) each.

    What is left without a thing is summed anew where the thing has most of the mass: a subtraction would lose it.
    """
    held = picks >= 0
    weights = np.broadcast_to(mass[:, None], picks.shape)[held]
    taken = np.bincount(picks[held], weights=weights, minlength=n_things).astype(np.float64)
    total = float(mass.sum())
    without = total - taken
    for thing in np.flatnonzero(taken > 0.5 * total):
        without[thing] = mass[(picks != thing).all(axis=1)].sum()
    return taken, without


def transposed(choices: Sequence[Choice], n_things: int) -> list[Choice]:
    """Choosers and things exchanged, for choosers of one member each: what was taken now takes."""
    takers: list[list[int]] = [[] for _ in range(n_things)]
    weights: list[list[float]] = [[] for _ in range(n_things)]
    for c, choice in enumerate(choices):
        for thing, weight in zip(choice.picks[1:, 0].tolist(), choice.log_weight[1:].tolist(), strict=True):
            takers[thing].append(c)
            weights[thing].append(weight)
    return [Choice(np.array([thing]), np.array([-1, *takers[thing]], dtype=np.int32)[:, None],
                   np.array([0.0, *weights[thing]])) for thing in range(n_things)]


def interchangeable(family: FamilyOptions) -> list[_Index]:
    """Groups of members, as columns of the picks, whose exchange leaves every option as likely as it was."""
    k = len(family.rows)
    if len(family.picks) > _MOST_OPTIONS:
        return []
    groups: list[list[int]] = []
    for i in range(k):
        home = next((g for g in groups if _exchangeable(family, g[0], i)), None)
        if home is None:
            groups.append([i])
        else:
            home.append(i)
    return [np.array(g) for g in groups if len(g) > 1]


def _exchangeable(family: FamilyOptions, a: int, b: int) -> bool:
    order = np.arange(len(family.rows))
    order[[a, b]] = b, a
    here, there = family.picks, family.picks[:, order]
    rank, other = _sorted_rows(here), _sorted_rows(there)
    same = np.array_equal(here[rank], there[other])
    return same and bool(np.allclose(family.log_lr[rank], family.log_lr[other], rtol=SAME, atol=SAME))


def _sorted_rows(picks: _Picks) -> NDArray[np.intp]:
    number = _row_numbers(picks)
    return np.lexsort(tuple(picks.T[::-1])) if number is None else np.argsort(number)
