"""Commitments, meetings, holdings, payments and ledger entries check themselves."""

import pytest

from homeward.model import InvalidValue
from homeward.model.access import Holding, Operation, Payment
from homeward.model.entries import Entry, Lot
from homeward.model.quantities import Quantity
from homeward.model.sources import Chain, Quote
from homeward.model.spans import Span
from homeward.model.talks import Channel, Commitment, MeetingEvent, Vagueness

QUOTE, SAYS = Quote("S1"), Chain(("the ministry",))
MADE = Span.parse("2018-09-19")


def commitment(**fields):
    return Commitment("C1", **{"by": ("DPRK",), "what": "hand over a list", "made": MADE, "quote": QUOTE,
                               "chain": SAYS} | fields)


@pytest.mark.parametrize(("quantity", "due", "vagueness"), [
    (Quantity(3, "operation"), "2019-10-31", Vagueness.COUNTABLE_AND_DATED),
    (Quantity(3, "operation"), None, Vagueness.COUNTABLE),
    (None, "2019-02", Vagueness.DATED),
    (None, None, Vagueness.VAGUE),
    (Quantity(None, "set", "otherwise", hedge="some"), None, Vagueness.VAGUE),
])
def test_how_vague_a_promise_is_follows_from_what_it_says(quantity, due, vagueness):
    assert commitment(quantity=quantity, due=due and Span.parse(due)).vagueness is vagueness


def test_a_commitment_due_before_it_was_made_is_refused():
    with pytest.raises(InvalidValue, match="must not be before it was made, 2018-09-19"):
        commitment(due=Span.parse("2018-09-18"))


def test_a_commitment_due_in_the_month_in_which_it_was_made_is_taken():
    assert commitment(due=Span.parse("2018-09")).due == Span.parse("2018-09")


@pytest.mark.parametrize("wrong", [{"by": ()}, {"what": ""}, {"kind": "wish"}])
def test_a_promise_of_nobody_or_of_nothing_is_refused(wrong):
    with pytest.raises(InvalidValue):
        commitment(**wrong)


def test_not_attended_names_who_stayed_away_and_nothing_else_does():
    day = Span.parse("2018-07-12")
    with pytest.raises(InvalidValue, match="absent"):
        MeetingEvent("E1", "M1", "not attended", day, QUOTE, SAYS)
    with pytest.raises(InvalidValue, match="absent"):
        MeetingEvent("E1", "M1", "held", day, QUOTE, SAYS, absent=("DPRK",))


def test_a_channel_joins_two_at_least():
    with pytest.raises(InvalidValue, match="at least two"):
        Channel("CH", "hotline", ("DPRK",))


def test_what_is_paid_is_money_and_what_is_asked_may_be_ambulances():
    asked = Payment("P1", "asked", "United States", "DPRK", Quantity(8, "vehicle", said="ambulances"), MADE, QUOTE,
                    SAYS)
    assert str(asked.quantity) == "8 ambulances"
    with pytest.raises(InvalidValue, match="must be a currency"):
        Payment("P1", "paid", "United States", "DPRK", Quantity(8, "vehicle"), MADE, QUOTE, SAYS)


def test_a_holding_is_said_or_thought_and_nothing_else():
    with pytest.raises(ValueError, match="rumoured"):
        Holding("H1", "DPRK", "rumoured", Quantity(200, "set"), MADE, QUOTE, SAYS)


def test_an_operation_counts_for_at_least_one():
    with pytest.raises(InvalidValue, match="at least 1"):
        Operation("O1", "search", "Unsan", MADE, ("US",), QUOTE, SAYS, count=0)


@pytest.mark.parametrize(("fields", "allowed"), [
    ({"kind": "accounted for", "unit": "box"}, "must be person for accounted for"),
    ({"kind": "received", "unit": "box"}, "must be recorded for received"),
    ({"kind": "received", "unit": "USD", "lot": "L"}, "must be one of box"),
    ({"kind": "listed", "person": "P1", "count": 2}, "must be of an entry that counts one person"),
    ({"kind": "operation", "unit": "box", "lot": "L"}, "must be operation"),
    ({"kind": "accounted for", "on": None}, "must be recorded"),
    ({"kind": "listed", "latitude_deg": 91.0}, "must be from -90 to 90"),
    ({"kind": "estimated", "lot": "L", "count": 400, "upper": 300}, "must be at least the count"),
    ({"kind": "listed", "count": -1}, "must not be negative"),
])
def test_an_entry_that_counts_no_sense_is_refused(fields, allowed):
    with pytest.raises(InvalidValue, match=allowed):
        Entry("E1", **{"on": MADE} | fields)


def test_a_lot_has_an_origin_that_there_is():
    with pytest.raises(InvalidValue, match="must be one of turnover"):
        Lot("L", "a lot", "purchase")
