"""The options of each family out of a case: pairwise support for those with one missing, joint tables for the others.

Where several lines of evidence are combined in the support, the kinship of the missing among each other is added to
them: an option's log LR is the sum of its pairs' support plus what the joint table says beyond the sum of its pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import EXCLUDED, Support
from homeward.decide.joint._option_kernels import drop
from homeward.decide.joint.options import (
    INDEPENDENT,
    FamilyOptions,
    Pairings,
    interchangeable,
    least_kept,
    no_trifle,
    pair_sums,
)
from homeward.decide.joint.prior import PairPrior
from homeward.decide.joint.solve import JointLimits
from homeward.decide.joint.two import options_of_two
from homeward.kinship import RemainsCodes, Report, Typed, encode_remains, typed_families
from homeward.kinship.joint import JointTable, grid_size, joint_table, logliks_of_two
from homeward.model import CERTAIN, Case, Family, FrequencyTable, Profile, TooLarge, Unsupported

__all__ = ["pairings_of", "remains_codes"]

_IN_MATRIX = 8  # times as many assignments of two persons fit a matrix as fit a list of any

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


def remains_codes(case: Case, remains: Sequence[str]) -> RemainsCodes:
    """What the laboratory reports of the remains, coded for the case's markers."""
    profiles, readings = case.remains_profiles(), case.remains_readings()
    sex = {r.id: r.sex for r in case.remains}
    reports = []
    for r in remains:
        (first, laboratory), *others = readings.get(r, ((profiles.get(r, Profile(r)), CERTAIN),))
        reports.append(Report(first, sex[r], laboratory, tuple(others)))
    return encode_remains(reports, case.frequencies)


def pairings_of(case: Case, support: Support, prior: PairPrior, limits: JointLimits) -> Pairings:
    """All that may be paired.

    Args: ``case``; ``support`` of its persons and remains; ``prior``, by which options are judged too small to keep;
    ``limits``. A family that is beyond exact computation is named among the doubts, and done as well as can be.
    """
    log_lr = np.where(support.status == EXCLUDED, -np.inf, support.log10_lr * np.log(10.0))
    row_of = {person: row for row, person in enumerate(support.am_ids)}
    builder = _Builder(case, log_lr, prior, limits, typed_families(case), remains_codes(case, support.pm_ids))
    families, doubts = [], []
    for family in case.families:
        missing = [(m.id, row_of[m.person]) for m in family.missing if m.person in row_of]
        missing = [(m, row) for m, row in missing if np.isfinite(log_lr[row]).any()]
        if len(missing) > 1:
            made, doubt = builder.options(family, tuple(m for m, _ in missing), np.array([row for _, row in missing]))
            families += [made] if made is not None else []
            doubts += [(np.array([row for _, row in missing]), doubt)] if doubt else []
    together = {row for family in families for row in family.rows.tolist()}
    singles = np.array([row for row in range(len(log_lr)) if row not in together], dtype=np.int64)
    return Pairings(log_lr, singles, tuple(families), tuple(doubts))


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """A joint table to be computed: of ``typed`` and its missing ``members``, for the pairs that are ``computed``."""

    typed: Typed
    members: tuple[str, ...]
    codes: RemainsCodes
    frequencies: FrequencyTable
    computed: NDArray[np.bool_]
    most: int

    def of_two(self) -> _Array:
        return logliks_of_two(self.typed, self.members, self.codes, self.frequencies, possible=self.computed,
                              most=self.most)

    def listed(self) -> JointTable:
        return joint_table(self.typed, self.members, self.codes, self.frequencies, possible=self.computed,
                           most=self.most)


@dataclass(frozen=True, slots=True, eq=False)
class _Builder:
    """Makes families' options out of their joint tables."""

    case: Case
    log_lr: _Array
    prior: PairPrior
    limits: JointLimits
    typed: dict[str, Typed]
    codes: RemainsCodes

    def options(self, family: Family, members: tuple[str, ...], rows: _Index) -> tuple[FamilyOptions | None, str]:
        """A family's options and what is doubtful in them; none where its persons may as well be taken one by one."""
        possible = np.isfinite(self.log_lr[rows])
        wide = (len(members) == 2 and grid_size(possible) > self.limits.kept_options
                and self.case.frequencies.theta == 0.0)
        most = self.limits.most_assignments * (_IN_MATRIX if wide else 1)
        try:
            computed, doubt = self._computed(family.id, self.log_lr[rows], most)
            table = _Table(self.typed[family.id], members, self.codes, self.case.frequencies, computed, most)
            made = self._of_two(table, rows) if wide else self._of_table(table, rows, possible)
        except (TooLarge, Unsupported) as refused:
            return None, f"family {family.id}: its missing were taken one by one ({refused})"
        return made, doubt if made is not None else ""

    def _of_two(self, table: _Table, rows: _Index) -> FamilyOptions | None:
        logliks = table.of_two()
        if np.isneginf(logliks[-1, -1]):
            return None  # the references contradict the pedigree: nothing in it was compared
        return options_of_two(rows, logliks, self.log_lr[rows], self.prior.log_weight[rows], self.limits.kept_options)

    def _of_table(self, asked: _Table, rows: _Index, possible: NDArray[np.bool_]) -> FamilyOptions | None:
        table = asked.listed()
        if np.isneginf(table.loglik[0]):
            return None  # as above
        full = self._with_support(table, rows)
        whole = bool((asked.computed == possible).all())
        if whole and _independent(full, self.log_lr, grid_size(possible)) and not interchangeable(full):
            return None
        return self._kept(_with_single_pairs(full, possible & ~asked.computed, self.log_lr))

    def _computed(self, family: str, log_lr: _Array, most: int) -> tuple[NDArray[np.bool_], str]:
        """The pairs that the joint table can take: all, or of each person as many of the best as the limit permits."""
        kept = possible = np.isfinite(log_lr)
        count, best = grid_size(possible), possible.shape[1]
        if count <= most:
            return possible, ""
        rank = np.argsort(np.argsort(-log_lr, axis=1), axis=1)
        while grid_size(kept) > most:
            best = best * 3 // 4
            kept = possible & (rank < best)
        return kept, (f"family {family}: of {count:,} assignments only those of the {best} most likely remains of each "
                      "person were computed jointly")

    def _with_support(self, table: JointTable, rows: _Index) -> FamilyOptions:
        """Support of the pairs, and what the table says beyond its pairs taken one by one."""
        alone = np.zeros((len(self.log_lr), self.log_lr.shape[1]))
        single = np.flatnonzero((table.assignments >= 0).sum(axis=1) == 1)
        for i, row in enumerate(rows.tolist()):
            mine = single[table.assignments[single, i] >= 0]
            alone[row, table.assignments[mine, i]] = table.log_lr[mine]
        beyond = table.log_lr - pair_sums(alone, rows, table.assignments)
        log_lr = pair_sums(self.log_lr, rows, table.assignments) + beyond
        return FamilyOptions(rows, table.assignments, log_lr, np.zeros(len(rows) + 1))

    def _kept(self, full: FamilyOptions) -> FamilyOptions:
        """The greatest options where there are very many; what the others weigh is kept in mind."""
        if len(full.picks) <= self.limits.kept_options:
            return full
        highest = pair_sums(np.maximum(self.prior.log_weight, 0.0), full.rows, full.picks)
        kept = no_trifle(full.log_lr + highest)
        if kept.sum() > self.limits.kept_options:
            log_weight = full.log_lr + pair_sums(self.prior.log_weight, full.rows, full.picks)
            kept &= log_weight > least_kept(log_weight[kept], self.limits.kept_options)
        kept[0] = True  # that nobody is any of the remains is an option in any case
        dropped = np.zeros(full.picks.shape[1] + 1)
        drop(full.picks, full.log_lr, kept, dropped)
        return FamilyOptions(full.rows, full.picks[kept], full.log_lr[kept], dropped)


def _independent(options: FamilyOptions, log_lr: _Array, count: int) -> bool:
    """Whether all assignments are possible and each is as likely as its pairs one by one."""
    beyond = options.log_lr - pair_sums(log_lr, options.rows, options.picks)
    return len(options.picks) == count and bool(np.abs(beyond).max() <= INDEPENDENT)


def _with_single_pairs(options: FamilyOptions, others: NDArray[np.bool_], log_lr: _Array) -> FamilyOptions:
    """The options and, beside them, those of one pair each that were not computed jointly."""
    member, column = np.nonzero(others)
    picks = np.full((len(member), len(options.rows)), -1, dtype=np.int32)
    picks[np.arange(len(member)), member] = column
    return FamilyOptions(options.rows, np.concatenate([options.picks, picks]),
                         np.append(options.log_lr, log_lr[options.rows[member], column]), options.dropped)
