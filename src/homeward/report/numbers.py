"""Numbers as people read them: a probability is never rounded up to 1 or down to 0."""

from __future__ import annotations

import datetime
import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from homeward.model import InvalidValue

__all__ = ["count_text", "error_text", "log10_lr_text", "percent_text", "posterior_text", "seconds_text", "times_text",
           "when_text"]

_MINUS = "\u2212"
_THIN = "\u202f"  # narrow no-break space: groups digits by three
_NBSP = "\u00a0"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_EDGE = Decimal("1e-12")  # sums of float64 probabilities carry no meaning beyond this
_NEAR_ONE = Decimal("1e-6")
_SLACK = 1e-9
_PLAIN_FROM = Decimal("0.001")
_MEANINGLESS = 0.5  # an error from here on says nothing of a probability
_SCALES = ((9, "billion"), (6, "million"), (3, "thousand"))


def posterior_text(p: float, *, error: float = 0.0) -> str:
    """A probability for reading; rounded towards doubt, so that none becomes 1 and none becomes 0.

    Args:
        p: probability, from 0 to 1; what the rounding of sums adds beyond (1e-9) is forgiven.
        error: of it, 0 where it is exact; nearer to 0 or 1 than that no figure is given.

    Returns:
        "0.42", "0.999 95", "1 − 3×10⁻⁷", "> 1 − 10⁻¹²", "4.1×10⁻⁵" or "< 10⁻¹²". From 0.5 up digits are cut off, never
        rounded up: 0.99949 does not read as 0.9995.

    Raises:
        InvalidValue: where p is no probability.
    """
    if not -_SLACK <= p <= 1.0 + _SLACK:
        raise InvalidValue("posterior", "p", p, "must be from 0 to 1")
    value = Decimal(repr(float(p)))  # the shortest decimal: 1 − 0.99995 is 0.00005 here, not 0.000050000000000005
    rest = 1 - value
    nearest = max(min(value, rest), Decimal(0))
    if float(nearest) < error < _MEANINGLESS:
        return _bounded(nearest + Decimal(repr(error)), above=value > rest)
    if value < _EDGE:
        return f"<{_NBSP}10⁻¹²"
    if rest < _EDGE:
        return f">{_NBSP}1{_NBSP}{_MINUS}{_NBSP}10⁻¹²"
    if rest < _NEAR_ONE:
        return f"1{_NBSP}{_MINUS}{_NBSP}{_scientific(rest, digits=1, rounding=ROUND_CEILING)}"
    if value < Decimal("0.001"):
        return _scientific(value, digits=2, rounding=ROUND_HALF_EVEN)
    if rest < Decimal("0.001"):
        return _grouped(1 - _significant(rest, 2, ROUND_CEILING))
    rounding = ROUND_HALF_EVEN if value < Decimal("0.5") else ROUND_FLOOR
    return _plain(value.quantize(Decimal("0.001"), rounding=rounding))


def error_text(error: float) -> str:
    """The error of a probability beside it: "exact", "± 2×10⁻⁵", "error not known" from one half on."""
    if error <= 0.0:
        return "exact"
    if error >= _MEANINGLESS:
        return "error not known"
    return f"±{_NBSP}{_one_digit(Decimal(repr(error)))}"


def _bounded(distance: Decimal, *, above: bool) -> str:
    """A probability that is known to lie within a distance of 1 (``above``) or of 0, and no nearer."""
    if not above:
        return f"<{_NBSP}{_one_digit(distance)}"
    if distance >= _PLAIN_FROM:
        return f">{_NBSP}{_plain(1 - _significant(distance, 1, ROUND_CEILING))}"
    return f">{_NBSP}1{_NBSP}{_MINUS}{_NBSP}{_one_digit(distance)}"


def _one_digit(value: Decimal) -> str:
    if value >= _PLAIN_FROM:
        return _plain(_significant(value, 1, ROUND_CEILING))
    return _scientific(value, digits=1, rounding=ROUND_CEILING)


def percent_text(p: float) -> str:
    """A stated proportion, such as a prior, without rounding: 0.9995 is "99.95 %"."""
    return f"{_plain(Decimal(repr(float(p))) * 100)}{_NBSP}%"


def log10_lr_text(log10_lr: float | None) -> str:
    """A log10 LR with its sign; "excluded" for −inf and "not compared" for None, which are no numbers.

    Raises:
        InvalidValue: for NaN and +inf, which no comparison gives.
    """
    if log10_lr is None:
        return "not compared"
    if log10_lr == -math.inf:
        return "excluded"
    if not math.isfinite(log10_lr):
        raise InvalidValue("log10 LR", "value", log10_lr, "must be finite, −inf or None")
    rounded = Decimal(repr(float(log10_lr))).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
    sign = "+" if rounded > 0 else _MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded)}"


def times_text(log10_lr: float) -> str:
    """A finite log10 LR in words: "about 21 billion times more likely", "about 50 times less likely".

    From 10¹² on it is "at least 10¹²", a whole power of ten: no reader counts in quadrillions.
    """
    if not math.isfinite(log10_lr):
        raise InvalidValue("log10 LR", "value", log10_lr, "must be finite")
    size = abs(log10_lr)
    if size < math.log10(1.05):
        return "about equally likely"
    return f"{_amount(size)} times {'more' if log10_lr > 0 else 'less'} likely"


def count_text(n: int, one: str, many: str) -> str:
    """A count with its noun: "1 person", "1 204 persons", "no persons"."""
    number = "no" if n == 0 else _grouped_integer(n)
    return f"{number}{_NBSP}{one if n == 1 else many}"


def seconds_text(seconds: float) -> str:
    """A duration: "0.004 s", "2.3 s", "3 min 5 s"."""
    if seconds >= 120.0:
        whole = round(seconds)
        return f"{whole // 60}{_NBSP}min{_NBSP}{whole % 60}{_NBSP}s"
    digits = 3 if seconds < 0.1 else 2 if seconds < 1.0 else 1
    return f"{seconds:.{digits}f}{_NBSP}s"


def when_text(when: datetime.datetime) -> str:
    """A moment to the minute, in its own time zone: "21 November 2026, 18:17 UTC"."""
    zone = when.tzname() or ""
    return f"{when.day}{_NBSP}{_MONTHS[when.month - 1]} {when.year}, {when:%H:%M}{_NBSP}{zone}".rstrip(f"{_NBSP} ")


# Named here rather than by strftime, so that the machine's locale does not change the page.
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")


def _significant(value: Decimal, digits: int, rounding: str) -> Decimal:
    return value.quantize(Decimal((0, (1,), value.adjusted() - digits + 1)), rounding=rounding)


def _scientific(value: Decimal, *, digits: int, rounding: str) -> str:
    rounded = _significant(value, digits, rounding)
    exponent = rounded.adjusted()
    mantissa = _plain(rounded.scaleb(-exponent))
    power = f"10{str(exponent).translate(_SUPERSCRIPT)}"
    return power if mantissa == "1" else f"{mantissa}×{power}"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _grouped(value: Decimal) -> str:
    whole, _, digits = _plain(value).partition(".")
    return f"{whole}.{_THIN.join(digits[i:i + 3] for i in range(0, len(digits), 3))}" if digits else whole


def _grouped_integer(n: int) -> str:
    return f"{n:,}".replace(",", _THIN) if abs(n) >= 10_000 else str(n)


def _amount(size: float) -> str:
    if size >= 12.0:
        return f"at least 10{str(math.floor(size)).translate(_SUPERSCRIPT)}"
    number = _significant(Decimal(repr(10.0 ** size)), 2, ROUND_HALF_EVEN)
    for power, word in _SCALES:
        if number >= Decimal(10) ** power and (power > 3 or number >= 10_000):
            return f"about {_plain(number.scaleb(-power))}{_NBSP}{word}"
    return f"about {_plain(number)}"
