"""The calibration plot: a point where the bin is, its interval, words beside."""

import xml.etree.ElementTree as ET

import pytest

from homeward.decide.score_groups import CalibrationBin
from homeward.report.calibration_chart import draw_calibration


def test_a_point_stands_where_its_bin_is_and_is_told_in_words():
    svg = draw_calibration([("Names & elements", [CalibrationBin(0.4, 0.6, 10, 0.5, 5)]),
                            ("Pairs", [CalibrationBin(0.9, 1.0, 100, 0.95, 40)])])
    root = ET.fromstring(svg)
    circles = root.findall(".//{http://www.w3.org/2000/svg}circle")
    # the first panel is 300 wide and high, from (60, 40) on
    assert (float(circles[0].get("cx")), float(circles[0].get("cy"))) == pytest.approx((60 + 150, 40 + 150))
    assert "stated 0.5, so 5 of 10" in "".join(root.itertext())
    assert circles[0].get("fill") != circles[1].get("fill")  # 40 of 100 at .95 is off the line


def test_no_bins_draw_an_empty_frame():
    assert "<circle" not in draw_calibration([("Nothing", [])])
