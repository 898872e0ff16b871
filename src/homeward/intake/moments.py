"""Dates in the words of news: what "Sunday" or "last month" means, given the day of publication, and why."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from homeward.model import InvalidValue, PartialDate
from homeward.model.spans import Span

__all__ = ["MONTHS", "Moment", "full_date", "moments_of"]

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_SHORT = {**{name[:3]: number for name, number in MONTHS.items()}, "sept": 9}
_DAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_M = "|".join([*(name.capitalize() for name in MONTHS), *(rf"{name.capitalize()}\.?" for name in _SHORT)])
_D = "|".join(name.capitalize() for name in _DAYS)
_FULL = re.compile(rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m1>{_M})(?![a-z]),?\s+(?P<y1>\d{{4}})"
                   rf"|(?P<m2>{_M})(?![a-z])\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})"
                   r"|(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2}))(?!\d)")
# What points to the time after publication; "had been scheduled" points back.
_AHEAD = re.compile(r"\b(?:will|shall|would|to\s+begin|to\s+resume|to\s+meet|is\s+to|are\s+to|due|scheduled|planned"
                    r"|next|further|by|expected|until|propos\w+|ask\w*\s+to|instead)\b", re.IGNORECASE)
_BACK = re.compile(r"\b(?:had\s+been|was|were|originally|previously|earlier)\s+(?:originally\s+|previously\s+)?"
                   r"(?:scheduled|planned|set|due|to)\b"
                   r"|\b(?:never|not|failed\s+to)\s+(?:show\w*|appear|arrive|attend|come)\b[^.]*\b(?:scheduled|planned|set)\b",
                   re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time at ``start`` to ``end`` of a sentence: the span meant, None where it cannot be told, and why that one."""

    start: int
    end: int
    words: str
    span: Span | None
    why: str


@dataclass(frozen=True, slots=True)
class _Context:
    published: datetime.date | None
    ahead: bool


_Resolver = Callable[[re.Match[str], _Context], tuple[Span | None, str]]


def full_date(text: str) -> PartialDate | None:
    """The first date with day, month and year in a text, None where there is none."""
    for match in _FULL.finditer(text):
        try:
            return _full(match)
        except InvalidValue:
            continue
    return None


def moments_of(text: str, published: PartialDate | None) -> tuple[Moment, ...]:
    """All times in a sentence, resolved against the day of publication where they need one.

    >>> [str(m.span) for m in moments_of("They met on Sunday.", PartialDate(2018, 7, 15))]
    ['2018-07-15']
    """
    return tuple(sorted(_moments(text, published), key=lambda moment: moment.start))


def _moments(text: str, published: PartialDate | None) -> Iterator[Moment]:
    day = published.first_day if published is not None and published.day is not None else None
    taken: list[tuple[int, int]] = []
    for pattern, resolve in _RULES:
        for match in pattern.finditer(text):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            before = text[max(0, match.start() - 80):match.end()]
            context = _Context(day, bool(_AHEAD.search(before)) and not _BACK.search(before))
            try:
                span, why = resolve(match, context)
            except (InvalidValue, OverflowError, ValueError):
                continue
            taken.append(match.span())
            yield Moment(match.start(), match.end(), match.group(), span, why)


def _full(match: re.Match[str]) -> PartialDate:
    day = int(match.group("d1") or match.group("d2") or match.group("d3"))
    month = match.group("m1") or match.group("m2")
    return PartialDate(int(match.group("y1") or match.group("y2") or match.group("y3")),
                       _month(month) if month else int(match.group("m3")), day)


def _month(name: str) -> int:
    word = name.lower().rstrip(".")
    return MONTHS.get(word) or _SHORT[word]


def _absolute(match: re.Match[str], _: _Context) -> tuple[Span | None, str]:
    return Span(_full(match)), "the date is written out"


def _month_of_year(match: re.Match[str], _: _Context) -> tuple[Span | None, str]:
    return Span(PartialDate(int(match.group("year")), _month(match.group("month")))), "month and year are written out"


def _years(match: re.Match[str], _: _Context) -> tuple[Span | None, str]:
    first = match.group("first")
    last = match.group("last")
    last = first[:4 - len(last)] + last
    return Span(PartialDate(int(first)), PartialDate(int(last))), "the years are written out"


def _year(match: re.Match[str], _: _Context) -> tuple[Span | None, str]:
    return Span(PartialDate(int(match.group("year")))), "the year is written out"


def _day_of_month(match: re.Match[str], context: _Context) -> tuple[Span | None, str]:
    month = _month(match.group("m1") or match.group("m2"))
    day = int(match.group("d1") or match.group("d2"))
    if context.published is None:
        return None, "a day without a year, and no publication date"
    year, why = _year_of(month, day, context)
    return Span(PartialDate(year, month, day)), why


def _month_alone(match: re.Match[str], context: _Context) -> tuple[Span | None, str]:
    month = _month(match.group("month"))
    if context.published is None:
        return None, "a month without a year, and no publication date"
    year, why = _year_of(month, None, context)
    part = (match.group("part") or "").lower().strip(" -")
    last = calendar.monthrange(year, month)[1]
    ends = {"early": (1, 10), "mid": (11, 20), "late": (21, last), "the end of": (last, last)}.get(part)
    if ends is None:
        return Span(PartialDate(year, month)), why
    return Span(PartialDate(year, month, ends[0]), PartialDate(year, month, ends[1])), f"{part} in the month; {why}"


def _year_of(month: int, day: int | None, context: _Context) -> tuple[int, str]:
    """The year of a date without one: the last such day before publication, or the next where it lies ahead."""
    published = context.published or datetime.date.min
    key, now = (month, day or 1), (published.month, published.day if day else 1)
    if context.ahead:
        year = published.year + (key < now)
        return year, f"the next such date from the publication date {published} on"
    return published.year - (key > now), f"the last such date up to the publication date {published}"


def _weekday(match: re.Match[str], context: _Context) -> tuple[Span | None, str]:
    name, which = match.group("day"), (match.group("which") or "").lower().strip()
    if context.published is None:
        return None, "a weekday, and no publication date"
    back = (context.published.weekday() - _DAYS[name.lower()]) % 7
    if which == "next" or (context.ahead and which != "last"):
        ahead = (-back) % 7 or (7 if which == "next" else 0)
        found = context.published + datetime.timedelta(ahead)
        return Span.of_day(found), f"the next {name} from the publication date {context.published} on"
    found = context.published - datetime.timedelta(back or (7 if which == "last" else 0))
    said = "is that day itself" if found == context.published else "was the last before it"
    return Span.of_day(found), f"of the publication date {context.published}, {name} {found} {said}"


def _relative_day(match: re.Match[str], context: _Context) -> tuple[Span | None, str]:
    word = " ".join(match.group("word").lower().replace("’", "'").split())
    if context.published is None:
        return None, f"{word}, and no publication date"
    step = {"yesterday": -1, "tomorrow": 1}.get(word.split("'")[0], 0)
    return Span.of_day(context.published + datetime.timedelta(step)), f"{word}, from {context.published}"


def _relative_span(match: re.Match[str], context: _Context) -> tuple[Span | None, str]:
    which, unit = match.group("which").lower(), match.group("unit").lower()
    if context.published is None:
        return None, f"{which} {unit}, and no publication date"
    step = {"last": -1, "past": -1, "previous": -1, "next": 1, "coming": 1}.get(which, 0)
    why = f"{which} {unit}, from {context.published}"
    day = context.published
    if unit == "week":
        monday = day + datetime.timedelta(7 * step - day.weekday())
        sunday = monday + datetime.timedelta(6)
        return Span(_partial(monday), _partial(sunday)), f"{why}; weeks begin on Monday"
    if unit == "month":
        months = day.year * 12 + day.month - 1 + step
        span = Span(PartialDate(months // 12, months % 12 + 1))
        if (match.group("part") or "").lower().startswith("earlier") and step == 0:
            span = Span(PartialDate(day.year, day.month, 1), _partial(day))
        return span, why
    return Span(PartialDate(day.year + step)), why


def _ago(match: re.Match[str], context: _Context) -> tuple[Span | None, str]:
    if context.published is None:
        return None, "so long ago, and no publication date"
    unit, n = match.group("unit").lower(), int(match.group("n"))
    if unit.startswith("year"):
        return Span(PartialDate(context.published.year - n)), f"counted back from {context.published}"
    found = context.published - datetime.timedelta(n * (7 if unit.startswith("week") else 1))
    return Span.of_day(found), f"counted back from {context.published}"


def _the_nth(match: re.Match[str], context: _Context) -> tuple[Span | None, str]:
    if context.published is None:
        return None, "a day without a month, and no publication date"
    day, published = int(match.group("day")), context.published
    months = published.year * 12 + published.month - 1 - (day > published.day and not context.ahead)
    return Span(PartialDate(months // 12, months % 12 + 1, day)), f"the day nearest to the publication date {published}"


def _partial(day: datetime.date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day)


_I = re.IGNORECASE
_RULES: tuple[tuple[re.Pattern[str], _Resolver], ...] = (
    (_FULL, _absolute),
    (re.compile(rf"\b(?P<month>{_M})(?![a-z])\s+(?:of\s+)?(?P<year>(?:1[89]|20)\d\d)\b"), _month_of_year),
    (re.compile(r"\b(?P<first>(?:1[89]|20)\d\d)(?:\s?[–-]\s?|\s+(?:to|and|until)\s+)"
                r"(?P<last>(?:1[89]|20)\d\d|\d\d)\b(?!-)(?!\s+(?:[A-Z]\w+\s+)?(?:[Ww]ar|conflict)\b)"), _years),
    (re.compile(rf"\b(?:(?P<m1>{_M})(?![a-z])\s+(?P<d1>\d{{1,2}})|(?P<d2>\d{{1,2}})\s+(?P<m2>{_M})(?![a-z]))"
                r"(?:st|nd|rd|th)?\b"), _day_of_month),
    (re.compile(r"\b(?:(?P<part>earlier|later)\s+)?(?P<which>last|past|previous|this|next|coming)\s+"
                r"(?P<unit>week|month|year)\b", _I), _relative_span),
    (re.compile(rf"\b(?P<which>last\s+|next\s+|this\s+|on\s+)?(?P<day>{_D})(?:['’]s)?\b"), _weekday),
    (re.compile(r"\b(?P<word>today(?:['’]s)?|yesterday|tomorrow|tonight)\b", _I), _relative_day),
    (re.compile(rf"(?:(?<=\bin\s)|(?<=\bIn\s)|(?<=\bof\s)|(?<=\bby\s)|(?<=\buntil\s)|(?<=\bsince\s)|\b(?P<part>early|late"
                rf"|mid|the\s+end\s+of)[\s-]+)(?P<month>{_M})(?![a-z])\b(?!\s+\d)"), _month_alone),
    (re.compile(r"\b(?P<n>\d{1,3})\s+(?P<unit>days?|weeks?|years?)\s+ago\b", _I), _ago),
    (re.compile(r"\bon\s+the\s+(?P<day>\d{1,2})(?:st|nd|rd|th)\b", _I), _the_nth),
    (re.compile(r"(?:(?<=\bin\s)|(?<=\bIn\s)|(?<=\bof\s)|(?<=\bsince\s)|(?<=\bSince\s)|(?<=\bby\s))"
                r"(?P<year>(?:1[89]|20)\d\d)\b(?!-)"), _year),
)
