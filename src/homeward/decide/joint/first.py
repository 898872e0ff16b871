"""What is found before anything is weighed jointly: undisputed, excluded, uninformed; and who cannot be told apart.

Undisputed: LR at least T, and at least T times every other LR of the person and of the remains (Vigeland & Egeland
2021, doi:10.1038/s41598-021-93071-5). It is said for orientation: nothing is fixed by it, all is weighed jointly.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.decide.joint.options import SAME, FamilyOptions, Pairings, different_rows, interchangeable
from homeward.decide.joint.result import FirstLook, Symmetry
from homeward.decide.joint.solve import Solution

__all__ = ["UNDISPUTED", "first_look", "symmetries"]

UNDISPUTED = 4.0  # log10 LR
_MOST_OPTIONS = 50_000  # of a family in which symmetries are looked for


def first_look(support: Support, pairings: Pairings, *, threshold: float = UNDISPUTED) -> FirstLook:
    """The statements that need pairwise LRs alone. ``threshold``: log10 LR from which a pairing is undisputed."""
    excluded = support.status == EXCLUDED
    open_ = support.status == NOT_COMPARED
    some = support.log10_lr.size > 0
    return FirstLook(
        undisputed=tuple((support.am_ids[i], support.pm_ids[j]) for i, j in _undisputed(support, threshold)),
        excluded_persons=_named(support.am_ids, excluded.all(axis=1) & some),
        excluded_remains=_named(support.pm_ids, excluded.all(axis=0) & some),
        uninformed=tuple(support.am_ids[i] for i in _uninformed(support, pairings)),
        not_compared=_named(support.am_ids, (open_ | excluded).all(axis=1) & open_.any(axis=1)))


def _named(ids: Sequence[str], which: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(i for i, yes in zip(ids, which.tolist(), strict=True) if yes)


def _undisputed(support: Support, threshold: float) -> list[tuple[int, int]]:
    """Pairs that are far ahead of every rival; a pair that was not compared is a rival with an LR of 1."""
    log10_lr = np.where(support.status == EXCLUDED, -np.inf, support.log10_lr)
    ahead = (support.status == COMPARED) & (log10_lr >= threshold)
    found = []
    for i, j in np.argwhere(ahead).tolist():
        rivals = np.concatenate([np.delete(log10_lr[i], j), np.delete(log10_lr[:, j], i)])
        if log10_lr[i, j] - rivals.max(initial=-np.inf) >= threshold:
            found.append((i, j))
    return found


def _uninformed(support: Support, pairings: Pairings) -> list[int]:
    """Persons compared, with every LR 1 alone and beside the other missing of the family: nothing is known of them."""
    compared = support.status == COMPARED
    neutral = (np.abs(pairings.log_lr) <= SAME) | ~np.isfinite(pairings.log_lr)
    candidates = np.flatnonzero(compared.any(axis=1) & (neutral | ~compared).all(axis=1)
                                & ~(support.status == EXCLUDED).all(axis=1))
    family_of = {row: family for family in pairings.families for row in family.rows.tolist()}
    return [row for row in candidates.tolist()
            if row not in family_of or not _matters(family_of[row], row)]


def _matters(family: FamilyOptions, row: int) -> bool:
    """Whether any option of the family is more or less likely for having this person in it."""
    if len(family.picks) > _MOST_OPTIONS:
        return True
    i = family.rows.tolist().index(row)
    known = dict(zip(map(tuple, family.picks.tolist()), family.log_lr.tolist(), strict=True))
    # An option that was left out for its smallness is no equal of one that was kept.
    return any(abs(value - known.get((*picks[:i], -1, *picks[i + 1:]), -np.inf)) > SAME
               for picks, value in known.items() if picks[i] >= 0)


def symmetries(pairings: Pairings, solution: Solution, support: Support) -> tuple[Symmetry, ...]:
    """Groups of persons whom no assignment tells apart, each with the set of remains that is most probably theirs."""
    found = []
    offset = len(pairings.singles)
    for number, family in enumerate(pairings.families):
        choice, mass = solution.choices[offset + number], solution.options[offset + number]
        for members in interchangeable(family):
            sets = np.sort(choice.picks[:, members], axis=1)
            different, which = different_rows(sets)
            total = np.bincount(which, weights=mass)
            # That none of the remains is any of them is no set of remains of theirs.
            total[(different < 0).all(axis=1)] = -1.0
            best = int(total.argmax())
            if total[best] > 0.0:
                remains = tuple(support.pm_ids[j] for j in different[best].tolist() if j >= 0)
                persons = tuple(support.am_ids[row] for row in family.rows[members].tolist())
                found.append(Symmetry(persons, remains, float(min(total[best], 1.0))))
    return tuple(found)
