"""Dates keep what they leave open, in every calendar of GEDCOM."""

import datetime

import pytest

from homeward.formats.gedcom import DateKind, parse_date
from homeward.formats.gedcom.calendars import MONTHS, days_of

_ON = DateKind.ON


@pytest.mark.parametrize(("text", "kind", "first", "last", "stated"), [
    ("2 DEC 1950", _ON, "1950-12-02", "1950-12-02", "1950-12-02"), ("DEC 1950", _ON, "1950-12", "1950-12", "1950-12"),
    ("1950", _ON, "1950", "1950", "1950"), ("1950-12-02", _ON, "1950-12-02", "1950-12-02", "1950-12-02"),
    ("2 December 1950", _ON, "1950-12-02", "1950-12-02", "1950-12-02"),
    ("abt. 1950", DateKind.ABOUT, "1950", "1950", None),
    ("CAL 1950", DateKind.CALCULATED, "1950", "1950", None), ("EST 1950", DateKind.ESTIMATED, "1950", "1950", None),
    ("BEF JUN 1950", DateKind.BEFORE, None, "1950-06", None), ("AFT 1950", DateKind.AFTER, "1950", None, None),
    ("BET 1950 AND 3 JAN 1951", DateKind.BETWEEN, "1950", "1951-01-03", None),
    ("FROM 1950 TO 1953", DateKind.PERIOD, "1950", "1953", None), ("FROM 1950", DateKind.FROM, "1950", None, None),
    ("TO 1953", DateKind.TO, None, "1953", None), ("(in winter)", DateKind.PHRASE, None, None, None),
    ("INT 1950 (the winter of the war)", DateKind.INTERPRETED, "1950", "1950", "1950"),
    ("@#DGREGORIAN@ 2 DEC 1950", _ON, "1950-12-02", "1950-12-02", "1950-12-02"),
    ("11 FEB 1731/32", _ON, "1732-02-11", "1732-02-11", "1732-02-11"), ("1699/00", _ON, "1700", "1700", "1700"),
    # The 18 Brumaire of the year VIII, the October of Petrograd, 5 Iyar 5708: as every history book has them.
    ("@#DFRENCH R@ 18 BRUM 8", _ON, "1799-11-09", "1799-11-09", "1799-11-09"),
    ("@#DJULIAN@ 25 OCT 1917", _ON, "1917-11-07", "1917-11-07", "1917-11-07"),
    ("@#DHEBREW@ 5 IYR 5708", _ON, "1948-05-14", "1948-05-14", "1948-05-14"),
    ("JULIAN FEB 1900", _ON, "1900-02-13", "1900-03-13", None), ("", DateKind.UNREAD, None, None, None),
    ("BEF JULIAN 1900", DateKind.BEFORE, None, "1901-01-13", None),
])
def test_what_a_date_leaves_open_is_kept(text, kind, first, last, stated):
    date = parse_date(text)
    shown = tuple(None if d is None else str(d) for d in (date.first, date.last, date.stated))
    assert (date.text, date.kind, shown) == (text, kind, (first, last, stated))


@pytest.mark.parametrize("text", [
    "30 FEB 1950", "12/02/1950", "1950?", "44 BC", "BET 1950", "FROM 1950 AND 1953", "BET 1953 AND 1950", "1731/35",
    "HEBREW 31 TSH 5700", "@#DHEBREW@ 1 ADS 5783", "@#DFRENCH R@ 6 COMP 4", "@#DROMAN@ 1 JAN 700", "DANGI 1 1 1950",
    "32 JAN 1950", "JAN", "5 1950", "INT 1950", "FRENCH_R 1 VEND 15", "JULIAN 1 JAN 99999", "(", "@#D@ 1950",
    "1950 1951",
])
def test_what_is_no_date_is_kept_as_it_stands(text):
    date = parse_date(text)
    assert (date.kind, date.text, date.first, date.last) == (DateKind.UNREAD, text, None, None)


def test_a_phrase_stands_beside_a_date_or_instead_of_it():
    assert parse_date("1950", "the war").phrase == "the war"
    assert (parse_date("", "the war").kind, parse_date("(the war)").phrase) == (DateKind.PHRASE, "the war")
    assert parse_date("INT 1950 (the first winter)").phrase == "the first winter"


# Feasts as almanacs give them: new years; Passover 5708 and 5760; Purim in a leap year (5784) and a common one (5783).
@pytest.mark.parametrize(("year", "month", "day", "gregorian"), [
    (5661, "TSH", 1, "1900-09-24"), (5708, "TSH", 1, "1947-09-15"), (5748, "TSH", 1, "1987-09-24"),
    (5785, "TSH", 1, "2024-10-03"), (5708, "NSN", 15, "1948-04-24"), (5760, "NSN", 15, "2000-04-20"),
    (5784, "ADS", 14, "2024-03-24"), (5783, "ADR", 14, "2023-03-07"),
])
def test_hebrew_feasts_fall_on_the_days_of_the_almanac(year, month, day, gregorian):
    assert str(days_of("HEBREW", year, MONTHS["HEBREW"].index(month) + 1, day)[0]) == gregorian


@pytest.mark.parametrize(("calendar", "years"), [
    ("JULIAN", range(1890, 1960)), ("HEBREW", range(5600, 5800)), ("FRENCH_R", range(1, 15))])
def test_months_and_years_follow_each_other_without_a_gap(calendar, years):
    last = None
    for year in years:
        whole = days_of(calendar, year, None, None)
        months = [m for m in (days_of(calendar, year, i, None) for i in range(1, len(MONTHS[calendar]) + 1)) if m]
        assert (months[0][0], months[-1][1]) == whole
        for first, end in months:
            assert last is None or _ordinal(first) == last + 1
            last = _ordinal(end)


def _ordinal(date):
    return datetime.date(date.year, date.month, date.day).toordinal()
