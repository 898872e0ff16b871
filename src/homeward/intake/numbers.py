"""Numbers as writers put them: in figures, in words, as ranges, as money, and vaguely."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from homeward.intake.lexicon import any_of, number_words

__all__ = ["Number", "in_words", "numbers_of"]

_TIMES = {"dozen": 12.0, "hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "mln": 1e6, "bn": 1e9}
_FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_MONEY = re.compile(r"(?P<sign>US\$|U\.S\.\s?\$|\$|€|£|¥|USD\s|EUR\s|KRW\s)\s?")
_MONEY_AFTER = re.compile(r"\s+(?P<word>(?:U\.?S\.?\s+)?dollars?|euros?|pounds\s+sterling|(?<=million\s)pounds|yen|won"
                          r"|yuan"
                          r"|roubles|rubles|liras?|zloty|Swiss\s+francs)\b", re.IGNORECASE)
_CURRENCIES = {"$": "USD", "us$": "USD", "u.s.$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "usd": "USD", "eur": "EUR",
               "krw": "KRW", "dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR", "yen": "JPY",
               "won": "KRW", "pounds sterling": "GBP", "pounds": "GBP", "yuan": "CNY", "roubles": "RUB",
               "rubles": "RUB",
               "lira": "TRY", "liras": "TRY", "zloty": "PLN", "swiss francs": "CHF"}
_MONTHS = (r"Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
           r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?")
# What looks like a count and is none: dates, years, times, ordinals, names with numbers, measures, ages.
_NOT_BEFORE = re.compile(
    r"(?:\b(?:No|Nos|Article|Annex|Hill|Camp|Resolution|Room|Flight|Unit|Type|Chapter|Page|p|Task"
    r"\s+Force|Highway|Route|Grade|Item|Point|Section|Class"
    r"|[Bb]ox|[Cc]ase|[Gg]rave|[Pp]it|[Rr]ow|[Ll]ot|[Mm]arker|[Ss]ite|[Nn]umber)\.?\s+|(?:girl|boy|man|woman|child"
    r"|baby|son|daughter|aged|age)(?:\s+of)?\s|[A-Za-z]-|[:/#.]|\d[–-])$")
_NOT_AFTER = re.compile(
    r"(?:st|nd|rd|th)\b|\s?(?:a\.m\.|p\.m\.|am\b|pm\b|o'clock|UTC|GMT|%"
    r"|percent\b|per\s+cent\b|km\b|kilomet|miles?\b|met(?:re|er)s?\b|cm\b|feet\b|years?[\s.,-]|year-|months?\b|days?\b"
    r"|weeks?\b|hours?\b|minutes?\b|decades?\b|degrees?\b|°|tons?\b|tonnes?\b|acres?\b|hectares?\b|knots?\b)"
    r"|\s?(?:lbs?|kg|kms?|mm|ft|mph|hp|kph|sq)\b|:\d|-(?:year|day|hour|month|minute|member)"
    r"|/\d|s\b", re.IGNORECASE)
_MONTH_BEFORE = re.compile(rf"\b(?:{_MONTHS})\s+$")
_MONTH_AFTER = re.compile(rf"\s+(?:{_MONTHS})(?![a-z])(?!\s+(?:be|have|also)\b)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``start`` to ``end``; ``value`` is None for a vague one, ``upper`` the end of a range.

    ``currency`` is an ISO 4217 code where it is money, else "".
    """

    start: int
    end: int
    value: float | None
    upper: float | None = None
    currency: str = ""


def in_words(words: str) -> float | None:
    """What a number in words is worth, None where it is none.

    >>> in_words("one thousand two hundred and twelve"), in_words("half a dozen")
    (1212.0, 6.0)
    """
    small, tens = number_words("small"), number_words("ten")
    total, current, seen = 0.0, 0.0, False
    for word in re.split(r"[\s-]+", words.lower()):
        if word in small or word in tens:
            current += small.get(word, 0.0) + tens.get(word, 0.0)
        elif word in _TIMES:
            current = (current or 1.0) * _TIMES[word]
            if current >= 1000:
                total, current = total + current, 0.0
        elif word == "half":
            current = 0.5
        elif word == "single":
            current = 1.0
        elif word not in {"and", "a", "an"}:
            return None
        seen = seen or word not in {"and", "a", "an"}
    return total + current if seen else None


@functools.cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Vague numbers; one number; what joins two numbers to a range."""
    small, tens = any_of(number_words("small")), any_of(number_words("ten"))
    one = rf"(?:(?:{tens})(?:[\s-](?:{small}))?|{small})"
    times = any_of([*number_words("times"), "mln", "bn"])
    worded = (rf"half\s+a\s+dozen|single(?!-)|an?\s+(?:{times})(?:\s+and\s+{one}|\s+{one})?"
              rf"|{one}(?:\s+(?:{times}))*(?:(?:\s+and)?\s+{one}(?:\s+(?:{times}))*)*")
    single = re.compile(rf"(?<![\w.,])(?:(?P<figures>{_FIGURES})(?:\s+(?P<times>{times})\b)?|\b(?P<words>{worded})\b)"
                        r"(?![,.]?\d)", re.IGNORECASE)
    vague = re.compile(rf"\b(?:{any_of(number_words('vague'))})\b(?=\s+(?:of\s+)?\w)", re.IGNORECASE)
    joint = re.compile(r"\s?[–-]\s?|\s+(?:to|or|and)\s+", re.IGNORECASE)
    return vague, single, joint


def numbers_of(text: str) -> Iterator[Number]:
    """All counts and sums of money in a text; dates, times, measures and ages are left out."""
    vague, single, joint = _patterns()
    found = [Number(m.start(), m.end(), None) for m in vague.finditer(text)]
    position = 0
    while (match := single.search(text, position)) is not None:
        position = match.end()
        if any(v.start <= match.start() < v.end for v in found):
            continue
        number = _one(text, match)
        second = _second(text, match, single, joint)
        if second is not None and number.value is not None and number.value < (_value(second) or 0.0):
            low = number.value
            if second.group("times") and not match.group("times") and low < 1000:
                low *= _TIMES[second.group("times").lower()]  # "3 to 5 million"
            number = Number(number.start, second.end(), low, _value(second), number.currency)
            position = second.end()
        number = _with_money_after(text, number)
        if _counts(text, number):
            found.append(number)
    yield from sorted(found, key=lambda n: n.start)


def _value(match: re.Match[str]) -> float | None:
    if match.group("figures") is not None:
        value = float(match.group("figures").replace(",", ""))
        return value * _TIMES[match.group("times").lower()] if match.group("times") else value
    return in_words(match.group("words"))


def _one(text: str, match: re.Match[str]) -> Number:
    sign = next((m for m in _MONEY.finditer(text, max(0, match.start() - 6), match.start())
                 if m.end() == match.start()), None)
    if sign is None:
        return Number(match.start(), match.end(), _value(match))
    return Number(sign.start(), match.end(), _value(match),
                  currency=_CURRENCIES["".join(sign.group("sign").lower().split())])


def _second(text: str, match: re.Match[str], single: re.Pattern[str], joint: re.Pattern[str]) -> re.Match[str] | None:
    """The other end of a range: 50 to 55, seven or eight; "and" only after "between"."""
    join = joint.match(text, match.end())
    if join is None:
        return None
    if "and" in join.group().lower() and not re.search(r"\bbetween\s+\$?$", text[:match.start()], re.IGNORECASE):
        return None
    return single.match(text, join.end()) or single.match(text, join.end() + (text[join.end():join.end() + 1] == "$"))


def _with_money_after(text: str, number: Number) -> Number:
    after = _MONEY_AFTER.match(text, number.end)
    if after is None or number.currency:
        return number
    word = " ".join(after.group("word").lower().replace(".", "").split()).removeprefix("us ")
    return Number(number.start, after.end(), number.value, number.upper, _CURRENCIES[word])


def _counts(text: str, number: Number) -> bool:
    if number.currency:
        return True
    said = text[number.start:number.end]
    if number.start <= 1 and re.match(r"[.)]\s", text[number.end:]):
        return False  # the number of a point in a list
    if _NOT_BEFORE.search(text[max(0, number.start - 16):number.start]) or _NOT_AFTER.match(text, number.end):
        return False
    if (number.value or 0) <= 31 and (_MONTH_BEFORE.search(text[max(0, number.start - 12):number.start])
                                      or _MONTH_AFTER.match(text, number.end)):
        return False
    years = re.fullmatch(r"(?:1[89]|20)\d\d(?:\s?[–-]\s?\d{2,4}|\s+(?:to|and|or)\s+\d{4})?", said)
    # An age stands between commas, after a name: "Jem Tarry, 61."
    age = re.search(r"[A-Z][a-z]+,\s$", text[:number.start]) and re.match(r"[,.]", text[number.end:number.end + 1])
    return years is None and not age
