"""Rival numbers as they are drawn: one axis for one unit, bounds where they stand."""

import re
from xml.etree import ElementTree

import pytest

from homeward.model import InvalidValue
from homeward.model.quantities import Amount
from homeward.report.ranges import Range, draw_ranges

_TWO = (Range("A & B", Amount.exactly(50, "set")), Range("C", Amount(0, 200, "set"), preferred=True))


def test_the_picture_says_in_words_what_it_shows() -> None:
    root = ElementTree.fromstring(draw_ranges("held", _TWO, standalone=False))
    texts = [e.text or "" for e in root.iter() if e.text]
    assert "held, in set" in texts
    assert any("A & B: 50 sets; C: at most 200 sets (preferred)" in t for t in texts)
    assert "<style" not in draw_ranges("held", _TWO, standalone=False)


def test_numbers_stand_on_the_axis_in_their_proportion() -> None:
    drawn = draw_ranges("held", [*_TWO, Range("D", Amount.exactly(100, "set"))])
    half, whole = (float(x) for x in re.findall(r'<circle cx="([\d.]+)"', drawn))
    start, end = map(float, re.findall(r'd="M([\d.]+) [\d.]+H([\d.]+)"', drawn)[0])
    assert whole - start == pytest.approx((end - start) / 2, abs=.2)
    assert half - start == pytest.approx((end - start) / 4, abs=.2)


def test_what_has_no_upper_bound_ends_in_an_arrow_and_what_is_rough_is_open() -> None:
    drawn = draw_ranges("held", [Range("A", Amount(50, None, "box"))])
    assert "Z\"" in drawn
    assert 'fill="none" stroke' in draw_ranges("held", [Range("A", Amount(50, 50, "box", about=True))])
    assert "stroke-dasharray" in draw_ranges("held", [Range("A", Amount(0, None, "box", about=True))])


def test_two_units_are_never_drawn_on_one_axis() -> None:
    with pytest.raises(InvalidValue, match="must be one for the whole picture"):
        draw_ranges("held", [*_TWO, Range("D", Amount.exactly(5, "box"))])
    with pytest.raises(InvalidValue, match="unit"):
        draw_ranges("held", [])


@pytest.mark.parametrize("value", [0, 1, 7_700, 1e9])
def test_a_single_number_has_an_axis_with_whole_numbers(value: float) -> None:
    drawn = draw_ranges("held", [Range("A", Amount.exactly(value, "person"))])
    strokes = [int(t.replace(",", "")) for t in re.findall(r'font-size="11.5">([\d,]+)<', drawn)]
    assert 2 <= len(strokes) == len(set(strokes)) <= 12
    assert strokes[0] <= value <= strokes[-1]
