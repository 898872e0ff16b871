"""A probability is never rounded up to 1 or down to 0, and no figure loses its sign."""

from __future__ import annotations

import datetime
import math
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from homeward.model import InvalidValue
from homeward.report.numbers import (
    count_text,
    log10_lr_text,
    percent_text,
    posterior_text,
    seconds_text,
    times_text,
    when_text,
)

_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def read_back(text: str) -> float:
    """What a person takes from a printed posterior; bounds are read as the bound."""
    plain = re.sub(r"[\s\u202f\u00a0<>]", "", text).translate(_DIGITS)
    plain = re.sub(r"(?<![\d.])10(-\d+)", r"1e\1", plain.replace("×10", "e"))
    return 1.0 - float(plain[2:]) if plain.startswith("1-") else float(plain)


@pytest.mark.parametrize(("p", "text"), [
    (0.5, "0.5"), (0.42, "0.42"), (0.0213, "0.021"), (0.9312, "0.931"), (0.9989, "0.998"), (0.99949, "0.999 49"),
    (0.9995, "0.999 5"), (0.99995, "0.999 95"), (0.999951234, "0.999 951"), (1 - 3e-7, "1 − 3×10⁻⁷"),
    (1 - 1e-9, "1 − 10⁻⁹"), (1.0, "> 1 − 10⁻¹²"), (4.13e-5, "4.1×10⁻⁵"), (1e-4, "10⁻⁴"), (1e-13, "< 10⁻¹²"),
    (0.0, "< 10⁻¹²"), (1.0 + 2e-16, "> 1 − 10⁻¹²"),
])
def test_posteriors_read_as_people_write_them(p: float, text: str) -> None:
    assert posterior_text(p).replace("\u202f", " ").replace("\u00a0", " ") == text


@given(st.floats(0.0, 1.0))
@example(0.9994999999999999)
@example(1 - 2**-53)
@example(5e-324)
def test_a_printed_posterior_is_neither_0_nor_1_and_is_never_rounded_up_in_the_upper_half(p: float) -> None:
    text = posterior_text(p)
    value = read_back(text)
    assert 0.0 < value < 1.0
    if p >= 0.5:
        assert value <= p or p > 1 - 1e-12
        assert 1.0 - value <= (1.0 - p) * 2.0 + 2.1e-3  # and not rounded down beyond use
    elif p >= 1e-12:
        assert value == pytest.approx(p, rel=0.06, abs=5.1e-4 if p >= 1e-3 else 0.0)


@pytest.mark.parametrize("p", [-0.01, 1.01, math.nan, math.inf])
def test_what_is_no_probability_is_refused(p: float) -> None:
    with pytest.raises(InvalidValue, match="must be from 0 to 1"):
        posterior_text(p)


@pytest.mark.parametrize(("value", "text"), [
    (None, "not compared"), (-math.inf, "excluded"), (0.0, "0.00"), (-0.001, "0.00"), (10.318, "+10.32"),
    (-2.0, "−2.00"), (0.005, "0.00"), (0.015, "+0.02"),
])
def test_the_three_statuses_of_a_log10_lr_read_differently(value: float | None, text: str) -> None:
    assert log10_lr_text(value) == text


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_log10_lr_that_no_comparison_gives_is_refused(value: float) -> None:
    with pytest.raises(InvalidValue):
        log10_lr_text(value)


@pytest.mark.parametrize(("log10_lr", "text"), [
    (0.0, "about equally likely"), (2.0, "about 100 times more likely"), (-1.699, "about 50 times less likely"),
    (math.log10(2100), "about 2100 times more likely"), (6.0, "about 1 million times more likely"),
    (math.log10(21.3e9), "about 21 billion times more likely"), (4.0, "about 10 thousand times more likely"),
    (23.9, "at least 10²³ times more likely"), (-13.2, "at least 10¹³ times less likely"),
])
def test_a_likelihood_ratio_is_said_in_words(log10_lr: float, text: str) -> None:
    assert times_text(log10_lr).replace("\u00a0", " ") == text


def test_a_stated_proportion_is_given_whole() -> None:
    assert percent_text(0.9995) == "99.95\u00a0%"
    assert percent_text(0.29) == "29\u00a0%"


def test_counts_take_the_right_noun() -> None:
    assert [count_text(n, "person", "persons").replace("\u00a0", " ") for n in (0, 1, 7700, 66673)] == [
        "no persons", "1 person", "7700 persons", "66\u202f673 persons"]


def test_durations_read_at_every_size() -> None:
    assert [seconds_text(s).replace("\u00a0", " ") for s in (0.0042, 0.42, 2.34, 185.2)] == [
        "0.004 s", "0.42 s", "2.3 s", "3 min 5 s"]


def test_a_moment_is_given_in_its_own_zone_whatever_the_locale() -> None:
    when = datetime.datetime(2026, 11, 21, 9, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=9), "KST"))
    assert when_text(when).replace("\u00a0", " ") == "21 November 2026, 09:05 KST"
