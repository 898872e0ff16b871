"""An event says what it says in one line, in one way only."""

import hashlib
import itertools

import pytest

from homeward.custody import FIRST_HASH, LIMITS, Act, Event, Head, Row, grouped, hash_of
from homeward.custody.moments import recorded_minute, span
from homeward.model import InvalidValue

EVENT = Event(seq=7, handover="H-7", case_key="KW", item_kind="container", item_key="B-1", act=Act.HANDED_OVER,
              giver="Mission", receiver="Laboratory", at="2018-07-27T05:20Z", place="Osan", actor="user:anna",
              recorded="2018-07-27T06:00:31Z", previous_hash=FIRST_HASH, count=3, unit="set", seals="A1", mass_mg=9)


def test_the_hash_is_that_of_the_columns_with_tabs_between_them() -> None:
    line = ("1\t7\tH-7\tKW\tcontainer\tB-1\thanded over\tMission\tLaboratory\t2018-07-27T05:20Z\tOsan\t\t\t3\tset"
            "\tA1\t9\t\t\t\tuser:anna\t2018-07-27T06:00:31Z\t" + "0" * 64)
    assert EVENT.row.line == line
    assert EVENT.hash == hash_of(line) == hashlib.sha256(line.encode()).hexdigest()
    assert Event.of(Row._make(line.split("\t"))) == EVENT


def test_two_events_that_differ_in_any_column_differ_in_their_line() -> None:
    rows = [EVENT.row._replace(**{name: getattr(EVENT.row, name) + "x"}) for name in Row._fields]
    assert len({row.line for row in rows} | {EVENT.row.line}) == len(Row._fields) + 1
    # What stands at the end of one column is never taken for the beginning of the next.
    moved = [EVENT.row._replace(giver=a, receiver=b) for a, b in (("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc"))]
    assert all(a.line != b.line for a, b in itertools.combinations(moved, 2))


@pytest.mark.parametrize(("column", "value", "why"), [
    ("giver", "", "must be recorded"),
    ("place", "", "must be recorded"),
    ("note", "two\nlines", "no control character"),
    ("receiver", "a\tb", "no control character"),
    ("seals", "a\x85b", "no control character"),
    ("giver", "a\u202ebc", "turns the direction"),
    ("giver", "a\ud800", "no control character"),
    ("seals", "=1+1", "spreadsheet"),
    ("item_key", "@SUM", "spreadsheet"),
    ("giver", "x" * 301, "no more than 300"),
    ("item_kind", "person", "container, remains, element or sample"),
    ("unit", "kg", "empty, box, set, bone or person"),
    ("count", -1, "whole number"),
    ("count", 2**31, "must not be more than"),
    ("mass_mg", -5, "whole number"),
    ("unit", "", "given together"),
    ("at", "2018-13", "YYYY-MM-DDThh:mmZ"),
    ("at", "2018-07-27T05:20", "YYYY-MM-DDThh:mmZ"),
    ("at", "2018-07-27T24:00Z", "YYYY-MM-DDThh:mmZ"),
    ("recorded", "2018-07-27", "YYYY-MM-DDThh:mm:ssZ"),
    ("previous_hash", "0" * 63, "64 hexadecimal digits"),
])
def test_a_column_that_may_not_hold_its_value_is_refused(column: str, value: object, why: str) -> None:
    values = {name: getattr(EVENT, name) for name in Event.__dataclass_fields__}
    with pytest.raises(InvalidValue, match=why) as refused:
        Event(**{**values, column: value})
    assert refused.value.field in (column, "count")


def test_every_text_has_a_limit() -> None:
    free = set(Row._fields) - {"form", "seq", "item_kind", "act", "at", "parent_kind", "count", "unit", "mass_mg",
                               "recorded", "previous_hash"}
    assert set(LIMITS) == free


def test_a_time_spans_what_is_not_known_of_it() -> None:
    (minute, same), day = span("2018-07-27T05:20Z") or (0, 1), span("2018-07-27")
    assert minute == same
    assert day is not None
    # From the first clock on earth that showed that day to the last: 24 + 26 hours.
    assert day[1] - day[0] == 50 * 60
    assert day[0] <= minute <= day[1]
    month, year, leap = span("2018-07"), span("2018"), span("2020-02")
    assert month is not None
    assert year is not None
    assert leap is not None
    assert [(high - low) // (24 * 60) for low, high in (month, year, leap)] == [32, 366, 30]
    assert year[0] < month[0] < day[0]
    for wrong in ("", "18", "2018-7", "2018-02-30", "2018-07-27 05:20", "2018-07-27T05:20:00Z", "0000", "２０１８"):
        assert span(wrong) is None, wrong
    assert recorded_minute("2018-07-27T05:20:59Z") == minute
    assert recorded_minute("2018-07T05:20:59Z") is None


def test_a_head_is_read_as_a_receipt_shows_it() -> None:
    head = Head(55, hash_of("x"))
    assert Head.parse(str(head)) == head
    assert Head.parse(f"55:{grouped(head.hash).upper()}\n") == head
    assert grouped("0123456789ab") == "0123 4567 89ab"
    for wrong in ("", "55", f"0:{head.hash}", f"55:{head.hash}0", f"-5:{head.hash}", "55:" + "g" * 64,
                  f"５:{head.hash}"):
        with pytest.raises(InvalidValue, match="SEQ:HASH"):
            Head.parse(wrong)
