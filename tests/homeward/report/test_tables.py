"""The tables: who is shown, who is counted, and which exclusions are named."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from homeward.blocks import EXCLUDED, NOT_COMPARED
from homeward.decide.result import Identification
from homeward.report.index import CaseIndex
from homeward.report.tables import exclusion_table, person_table, remains_table
from homeward.report.together import JointView

_IdentificationOf = Callable[..., Identification]


@pytest.fixture(scope="module")
def found(identification_of: _IdentificationOf) -> Identification:
    return identification_of(12, 15, np.random.default_rng(1950))


def test_every_set_of_remains_and_every_person_has_a_row(found: Identification) -> None:
    index = CaseIndex(found.case)
    assert [r.remains for r in remains_table(found, index, JointView(found)).rows] == [r.id for r in found.case.remains]
    assert [p.person for p in person_table(found, index, JointView(found)).rows] == [p.id for p in found.case.roster]


def test_candidates_and_the_counts_of_the_others_add_up_to_the_roster(found: Identification) -> None:
    for row in remains_table(found, CaseIndex(found.case), JointView(found)).rows:
        counted = sum(int(part.split()[0]) for part in row.others.split(", ") if part)
        assert counted + len(row.candidates) == len(found.case.roster)


def test_excluded_and_not_compared_persons_are_never_shown_as_candidates(found: Identification) -> None:
    silent = {p.person for p in found.persons if not p.has_references}
    shown = {c.id for r in remains_table(found, CaseIndex(found.case), JointView(found)).rows for c in r.candidates}
    assert silent
    assert not shown & silent
    rows = remains_table(found, CaseIndex(found.case), JointView(found)).rows
    figures = {c.log10_lr for r in rows for c in r.candidates}
    assert not figures & {"excluded", "not compared"}


def test_what_stays_on_persons_not_compared_is_stated(found: Identification) -> None:
    j, row = 4, remains_table(found, CaseIndex(found.case), JointView(found)).rows[4]
    silent = found.support.status[:, j] == NOT_COMPARED
    assert float(row.not_compared) == pytest.approx(float(found.posterior[:-1, j][silent].sum()), abs=5e-4)


def test_exclusions_on_one_or_two_markers_stand_apart(found: Identification) -> None:
    rows = exclusion_table(found).rows
    assert any(r.few for r in rows)
    assert any(r.others for r in rows)
    assert all(1 <= len(e.excluded_by) <= 2 for r in rows for e in r.few)
    assert all(len(e.excluded_by) + e.more > 2 for r in rows for e in r.others)


def test_an_exclusion_by_sex_is_no_near_miss(found: Identification) -> None:
    sex = len(found.excluding) - 1
    by_sex = np.where(found.excluding_bits > 0, np.uint64(1 << sex), np.uint64(0))
    rows = exclusion_table(dataclasses.replace(found, excluding_bits=by_sex)).rows
    assert not any(r.few for r in rows)
    assert {e.excluded_by for r in rows for e in r.others} == {("sex",)}


@pytest.mark.parametrize("most_pairs", [10_000, 5])
def test_every_exclusion_is_named_or_counted(found: Identification, most_pairs: int) -> None:
    for row in exclusion_table(found, most_pairs=most_pairs).rows:
        j = found.support.pm_ids.index(row.remains)
        n = int((found.support.status[:, j] == EXCLUDED).sum())
        assert row.n_excluded == n == len(row.few) + len(row.others) + row.n_unnamed
        assert row.n_unnamed == 0 or most_pairs == 5
        assert row.n_compared == int((found.support.status[:, j] != NOT_COMPARED).sum())


def test_beyond_the_most_pairs_only_near_misses_are_named(found: Identification) -> None:
    table = exclusion_table(found, most_pairs=5)
    assert "one or two markers" in table.left_out
    assert any(r.few for r in table.rows)
    assert not any(r.others for r in table.rows)


def test_long_tables_keep_the_notable_rows_and_say_how_many(found: Identification) -> None:
    index, view = CaseIndex(found.case), JointView(found)
    remains, persons = remains_table(found, index, view, most=5), person_table(found, index, view, most=5)
    proposed = {p.remains for p in found.proposals}
    assert proposed <= {r.remains for r in remains.rows}
    assert len(remains.rows) < len(found.remains)
    assert f"Of {len(found.remains)} sets of remains, {len(remains.rows)}" in remains.left_out
    assert f"Of {len(found.persons)} persons, {len(persons.rows)}" in persons.left_out
