"""Bars on one scale; not compared, compared and excluded look different, in shape as in colour."""

from __future__ import annotations

import math
import re

import pytest

from homeward.decide.result import MarkerLR
from homeward.model import Genotype, Profile
from homeward.report.marker_chart import draw_marker_chart


def width_of(bar: str) -> float:
    found = re.search(r'<rect class="\w+" x="[\d.]+" y="3" width="([\d.]+)"', bar)
    assert found is not None
    return float(found[1])


def test_bars_are_as_long_as_their_log10_lr_on_one_scale() -> None:
    chart = draw_marker_chart([MarkerLR("A", "8/9", 2.0), MarkerLR("B", "8/9", 1.0), MarkerLR("C", "8/9", -0.5)], [])
    widths = [width_of(r.bar) for r in chart.rows]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.2) == pytest.approx(4 * widths[2], abs=0.4)
    assert [r.kind for r in chart.rows] == ["for", "for", "against"]
    assert [text for _, text in chart.axis] == ["−1", "0", "+2"]


def test_a_small_log10_lr_does_not_fill_the_scale() -> None:
    chart = draw_marker_chart([MarkerLR("A", "8/9", 0.02)], [])
    assert width_of(chart.rows[0].bar) < 3.0


def test_the_lower_figure_gives_way_where_zero_is_close() -> None:
    chart = draw_marker_chart([MarkerLR("A", "8/9", 11.2)], [])
    assert [text for _, text in chart.axis] == ["0", "+12"]


def test_the_three_statuses_are_never_one_zero() -> None:
    chart = draw_marker_chart([MarkerLR("A", "8/9", 0.0), MarkerLR("B", "", None), MarkerLR("C", "8/9", -math.inf)], [])
    neutral, silent, excluded = chart.rows
    assert [r.figure for r in chart.rows] == ["0.00", "not compared", "excluded"]
    assert 'class="neutral"' in neutral.bar
    assert "<rect" not in silent.bar
    assert 'class="silent"' in silent.bar
    assert 'class="hatch"' in excluded.bar
    assert chart.n_compared == 2


def test_the_sum_is_that_of_the_compared_markers() -> None:
    markers = [MarkerLR("A", "8/9", 1.25), MarkerLR("B", "8/9", -0.5), MarkerLR("C", "", None)]
    assert draw_marker_chart(markers, []).total == "+0.75"


def test_one_exclusion_makes_the_sum_an_exclusion_and_nothing_compared_is_no_sum() -> None:
    assert draw_marker_chart([MarkerLR("A", "8/9", 5.0), MarkerLR("B", "8/9", -math.inf)], []).total == "excluded"
    assert draw_marker_chart([MarkerLR("A", "", None)], []).total == "not compared"


def test_alleles_stand_by_size_and_donors_who_were_not_typed_stay_blank() -> None:
    donor = Profile("S", {"A": Genotype("9.3", "10")})
    chart = draw_marker_chart([MarkerLR("A", "10/9", 0.1), MarkerLR("B", "X/12", 0.1), MarkerLR("C", "12/?", 0.1)],
                              [donor])
    assert [r.genotype for r in chart.rows] == ["9/10", "X/12", "12/?"]
    assert [r.donors for r in chart.rows] == [("9.3/10",), ("",), ("",)]


def test_a_pair_without_markers_has_an_empty_chart() -> None:
    chart = draw_marker_chart([], [])
    assert chart.rows == ()
    assert chart.total == "not compared"
