"""Quantities keep what was said; amounts keep all that is possible; units never mix."""

import pytest

from homeward.model import InvalidValue
from homeward.model.quantities import UNIT_WORDS, UNITS, Amount, Bound, Quantity, UnitsMixed, unit_of


def test_adding_boxes_to_persons_is_refused_in_words():
    with pytest.raises(UnitsMixed, match="55 boxes and 200 persons: box and person are different units"):
        Quantity(55, "box") + Quantity(200, "person")


@pytest.mark.parametrize("act", [lambda a, b: a.minus(b), lambda a, b: a.agrees_with(b), lambda a, b: a + b])
def test_no_computation_takes_two_units(act):
    with pytest.raises(UnitsMixed, match="set and bone are different units"):
        act(Amount.exactly(3, "set"), Amount.exactly(4, "bone"))


def test_a_number_without_a_unit_is_refused():
    with pytest.raises(InvalidValue, match="a number without a unit says nothing"):
        Quantity(55, "")


@pytest.mark.parametrize(("quantity", "low", "high", "about"), [
    (Quantity(55, "box"), 55, 55, False),
    (Quantity(200, "person", Bound.AT_MOST, hedge="up to"), 0, 200, False),
    (Quantity(50, "person", Bound.AT_LEAST, hedge="more than"), 50, None, False),
    (Quantity(7700, "person", Bound.ABOUT, hedge="nearly"), 7700, 7700, True),
    (Quantity(50, "set", Bound.BETWEEN, 55), 50, 55, False),
    (Quantity(None, "person", Bound.OTHERWISE, hedge="dozens"), 0, None, True),
])
def test_a_bound_says_what_the_number_may_be(quantity, low, high, about):
    assert quantity.amount == Amount(low, high, quantity.unit, about)


@pytest.mark.parametrize(("quantity", "words"), [
    (Quantity(5300, "person", Bound.ABOUT, hedge="an estimated"), "an estimated 5,300 persons"),
    (Quantity(100, "box", said="wooden coffins"), "100 wooden coffins"),
    (Quantity(50, "set", Bound.BETWEEN, 55), "50 to 55 sets"),
    (Quantity(22_000_000, "USD", Bound.AT_LEAST, hedge="at least"), "at least USD 22,000,000"),
    (Quantity(1, "person"), "1 person"),
    (Quantity(3, "person", Bound.AT_MOST), "at most 3 persons"),
    (Quantity(None, "person", Bound.OTHERWISE, hedge="dozens of"), "dozens of (person)"),
])
def test_a_quantity_is_told_in_the_words_of_its_source(quantity, words):
    assert str(quantity) == words


@pytest.mark.parametrize("wrong", [
    {"value": None, "unit": "box"}, {"value": -1, "unit": "box"}, {"value": 1, "unit": "lorry"},
    {"value": 50, "unit": "set", "upper": 55}, {"value": 55, "unit": "set", "bound": "between", "upper": 50},
    {"value": 5, "unit": "set", "bound": "otherwise"}, {"value": float("nan"), "unit": "set"},
])
def test_a_quantity_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(InvalidValue):
        Quantity(**wrong)


def test_what_remains_of_up_to_200_after_55_is_anything_up_to_145():
    left = Quantity(200, "set", Bound.AT_MOST, hedge="up to").amount.minus(Amount.exactly(55, "set"), least=0)
    assert (left.low, left.high) == (0, 145)


def test_subtracting_an_unbounded_amount_leaves_at_least_nothing():
    left = Amount.exactly(200, "set").minus(Quantity(50, "set", Bound.AT_LEAST).amount, least=0)
    assert (left.low, left.high) == (0, 150)
    with pytest.raises(InvalidValue, match="must be bounded"):
        Amount.exactly(200, "set").minus(Amount(50, None, "set"))


def test_sums_keep_every_possibility_and_every_roughness():
    total = Amount(50, 55, "set") + Amount(0, 200, "set", about=True)
    assert total == Amount(50, 255, "set", about=True)
    assert (total + Amount(1, None, "set")).high is None


def test_more_than_50_agrees_with_55_and_a_rough_number_is_never_said_to_disagree():
    assert Amount(50, None, "person").agrees_with(Amount.exactly(55, "person")) is True
    assert Amount.exactly(7699, "person").agrees_with(Amount.exactly(7697, "person")) is False
    assert Amount(7700, 7700, "person", about=True).agrees_with(Amount.exactly(7699, "person")) is None


def test_every_word_for_a_unit_stands_for_one_that_there_is():
    assert {unit for unit in UNIT_WORDS.values() if unit not in UNITS} == {"USD"}
    assert unit_of("Sets  of remains") == "set"
    assert unit_of("remains") == "remains", "who says remains has not said whether sets, bones or persons"
