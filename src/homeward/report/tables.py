"""The tables of a report: each set of remains, each person, each exclusion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED
from homeward.decide.result import Candidate, Identification, PersonResult, RemainsResult
from homeward.report.heat_map import NOTABLE_LOG10_LR
from homeward.report.index import CaseIndex
from homeward.report.numbers import count_text, log10_lr_text, posterior_text
from homeward.report.together import JointView, error_of, exactness

__all__ = ["CandidateRow", "ExcludedPair", "ExclusionRow", "PersonRow", "RemainsRow", "Table", "exclusion_table",
           "person_table", "remains_table"]

_TOP = 3
_MOST_ROWS = 2000
_MOST_PAIRS = 10_000
_FEW_MARKERS = 2
_MARKERS_NAMED = 6
_Row = TypeVar("_Row")
_Result = TypeVar("_Result", RemainsResult, PersonResult)


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One candidate: the other side's id, the name where it is a person."""

    id: str
    name: str
    posterior: str
    log10_lr: str


@dataclass(frozen=True, slots=True)
class RemainsRow:
    """One set of remains with its best candidates; ``others`` says how many more there are, and how they stand.

    ``not_compared`` is the posterior of all listed persons who could not be compared, together; "" if all could be.
    ``exactness`` says how far the row's posteriors are exact, ``how`` they were got.
    """

    remains: str
    n_markers: int
    conclusion: str
    reason: str
    candidates: tuple[CandidateRow, ...]
    others: str
    not_compared: str
    not_on_roster: str
    exactness: str
    how: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the roster with the remains that fit best."""

    person: str
    name: str
    has_references: bool
    conclusion: str
    reason: str
    candidates: tuple[CandidateRow, ...]
    others: str
    exactness: str


@dataclass(frozen=True, slots=True)
class ExcludedPair:
    """A person who is excluded for some remains, and by what; ``more`` markers are not named."""

    person: str
    excluded_by: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    """Exclusions of one set of remains: by one or two markers alone, by more or by sex, and how many are not named."""

    remains: str
    n_excluded: int
    n_compared: int
    few: tuple[ExcludedPair, ...]
    others: tuple[ExcludedPair, ...]
    n_unnamed: int


@dataclass(frozen=True, slots=True)
class Table(Generic[_Row]):
    """Rows, and a sentence on those that are left out ("" where none are)."""

    rows: tuple[_Row, ...]
    left_out: str


def remains_table(identification: Identification, index: CaseIndex, view: JointView, *,
                  most: int = _MOST_ROWS) -> Table[RemainsRow]:
    """A row for each set of remains, in the case's order; beyond ``most`` rows those with a notable candidate alone."""
    chosen, left_out = _chosen(identification.remains, most, "sets of remains")
    column = {r: j for j, r in enumerate(identification.support.pm_ids)}
    rows = []
    for r in chosen:
        status = identification.support.status[:, column[r.remains]]
        shown = tuple(_candidate(c, c.person, index.name(c.person), r.error) for c in _best(r.candidates))
        silent = identification.posterior[:-1, column[r.remains]][status == NOT_COMPARED]
        rows.append(RemainsRow(
            r.remains, r.n_markers, r.conclusion.value, r.reason, shown, _others(status, len(shown)),
            posterior_text(min(float(silent.sum()), 1.0), error=r.error) if len(silent) else "",
            posterior_text(r.posterior_not_on_roster, error=r.error), exactness(view.of_remains(r.remains)), r.how))
    return Table(tuple(rows), left_out)


def person_table(identification: Identification, index: CaseIndex, view: JointView, *,
                 most: int = _MOST_ROWS) -> Table[PersonRow]:
    """A row for each person of the roster, in its order; beyond ``most`` rows those with a notable candidate alone."""
    chosen, left_out = _chosen(identification.persons, most, "persons")
    row_of = {p: i for i, p in enumerate(identification.support.am_ids)}
    rows = []
    for p in chosen:
        shown = tuple(_candidate(c, c.remains, "", error_of(view.of_remains(c.remains))) for c in _best(p.candidates))
        rows.append(PersonRow(p.person, index.name(p.person), p.has_references, p.conclusion.value, p.reason, shown,
                              _others(identification.support.status[row_of[p.person]], len(shown)),
                              exactness(view.of_person(p.person))))
    return Table(tuple(rows), left_out)


def exclusion_table(identification: Identification, *, most_pairs: int = _MOST_PAIRS) -> Table[ExclusionRow]:
    """A row for each set of remains with exclusions, and the markers that exclude.

    Args:
        identification: what was found.
        most_pairs: beyond so many excluded pairs only those that rest on one or two markers are named one by one,
            because a mutation or a reading error can undo them.
    """
    status = identification.support.status
    n_excluded, n_compared = (status == EXCLUDED).sum(axis=0), (status != NOT_COMPARED).sum(axis=0)
    names_all = int(n_excluded.sum()) <= most_pairs
    n_excluding = identification.n_excluding()
    rows = []
    for j, remains in enumerate(identification.support.pm_ids):
        if n_excluded[j]:
            shown = (n_excluding[:, j] > 0) & (names_all | (n_excluding[:, j] <= _FEW_MARKERS))
            pairs = [(identification.support.am_ids[i], identification.excluded_by(i, j))
                     for i in np.flatnonzero(shown).tolist()]
            few = tuple(_excluded_pair(*pair) for pair in pairs if _rests_on_few(pair[1]))
            others = tuple(_excluded_pair(*pair) for pair in pairs if names_all and not _rests_on_few(pair[1]))
            rows.append(ExclusionRow(remains, int(n_excluded[j]), int(n_compared[j]), few, others,
                                     int(n_excluded[j]) - len(few) - len(others)))
    left_out = "" if names_all else (
        f"{count_text(int(n_excluded.sum()), 'pair is', 'pairs are')} excluded. Named here are those that rest on one "
        "or two markers; the others are counted.")
    return Table(tuple(rows), left_out)


def _best(candidates: Sequence[Candidate]) -> list[Candidate]:
    return [c for c in candidates if c.status == COMPARED][:_TOP]


def _chosen(results: Sequence[_Result], most: int, what: str) -> tuple[Sequence[_Result], str]:
    if len(results) <= most:
        return results, ""
    notable = [r for r in results if any(_is_notable(c) for c in r.candidates)]
    return notable, (f"Of {len(results)} {what}, {len(notable)} with a log10 LR of {NOTABLE_LOG10_LR:g} or more are "
                     "listed here.")


def _is_notable(c: Candidate) -> bool:
    return c.log10_lr is not None and c.log10_lr >= NOTABLE_LOG10_LR


def _candidate(c: Candidate, shown_id: str, name: str, error: float) -> CandidateRow:
    return CandidateRow(shown_id, name, posterior_text(c.posterior, error=error), log10_lr_text(c.log10_lr))


def _others(status: NDArray[np.int8], shown: int) -> str:
    """What became of the pairs that are not shown."""
    less, excluded, silent = (int((status == kind).sum()) for kind in (COMPARED, EXCLUDED, NOT_COMPARED))
    said = ((less - shown, "with less support"), (excluded, "excluded"), (silent, "not compared"))
    return ", ".join(f"{n} {words}" for n, words in said if n > 0)


def _rests_on_few(excluded_by: tuple[str, ...]) -> bool:
    return 0 < len(excluded_by) <= _FEW_MARKERS and "sex" not in excluded_by


def _excluded_pair(person: str, excluded_by: tuple[str, ...]) -> ExcludedPair:
    named = excluded_by[:_MARKERS_NAMED]
    return ExcludedPair(person, named, len(excluded_by) - len(named))
