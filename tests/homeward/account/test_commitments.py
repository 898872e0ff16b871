"""What became of promises: the Singapore statement, Annex 3, the no-show, and every state by itself."""

import datetime

import pytest

from homeward.account import State, korea_account, state_of, states_of
from homeward.model import InvalidValue
from homeward.model.quantities import Bound, Quantity
from homeward.model.sources import Chain, Quote
from homeward.model.spans import Span
from homeward.model.talks import Commitment, Fulfilment, Vagueness

QUOTE, SAYS = Quote("S1"), Chain.parse("a source -> an agency")
LATER = datetime.date(2020, 1, 1)


def promise(quantity=None, due=None, by=("DPRK",), **fields):
    return Commitment("C1", by, "what was promised", Span.parse("2018-07-01"), QUOTE, SAYS, quantity=quantity,
                      due=due and Span.parse(due), **fields)


def done(effect="fulfils", on="2018-07-27", quantity=None, by="", id_="F1", note=""):
    return Fulfilment(id_, "C1", effect, Span.parse(on), QUOTE, SAYS, by, quantity, "", note)


def sets(n):
    return Quantity(n, "set")


@pytest.mark.parametrize(("promised", "evidence", "state"), [
    (promise(), [], State.OPEN),
    (promise(due="2021"), [], State.OPEN),
    (promise(due="2018-12-31"), [], State.MISSED),
    (promise(due="2018-12-31"), [done()], State.KEPT),
    (promise(due="2018-07-26"), [done()], State.LATE),
    (promise(), [done()], State.KEPT),
    (promise(), [done("part")], State.PARTLY),
    (promise(due="2018-12-31"), [done("fails", "2019-01-02")], State.MISSED),
    (promise(), [done("fails")], State.OPEN),
    (promise(), [done("contradicts")], State.CONTRADICTED),
    (promise(), [done("contradicts", "2018-07-10"), done(id_="F2")], State.KEPT),
    (promise(), [done(), done("contradicts", "2018-08-01", id_="F2")], State.CONTRADICTED),
    (promise(due="2018-12-31"), [done(), done("fails", "2019-02-01", id_="F2")], State.CONTRADICTED),
    (promise(due="2019-06-30"), [done("overtakes", "2019-05-08")], State.OVERTAKEN),
    (promise(due="2018-12-31"), [done("overtakes", "2019-05-08")], State.MISSED),
    (promise(sets(50), "2018-12-31"), [done(quantity=sets(55))], State.KEPT),
    (promise(sets(60), "2018-12-31"), [done(quantity=sets(55))], State.PARTLY),
    (promise(sets(60), "2018-12-31"), [done(quantity=sets(55)), done("part", "2019-02-01", sets(5), id_="F2")],
     State.LATE),
    (promise(Quantity(50, "set", Bound.BETWEEN, 55), "2018-12-31"), [done(quantity=sets(50))], State.KEPT),
    (promise(Quantity(200, "set", Bound.AT_MOST, hedge="up to")), [done(quantity=sets(3))], State.KEPT),
    (promise(Quantity(200, "set", Bound.AT_MOST, hedge="up to"), "2018-12-31"), [], State.MISSED),
    (promise(sets(60)), [done(quantity=sets(0))], State.PARTLY),
])
def test_the_state_follows_from_dates_and_evidence(promised, evidence, state):
    assert state_of(promised, evidence, LATER).state is state


def test_boxes_are_not_counted_against_a_promise_of_persons():
    found = state_of(promise(Quantity(200, "person")), [done(quantity=Quantity(55, "box"))], LATER)
    assert found.state is State.PARTLY
    assert not found.sure
    assert "55 boxes on 2018-07-27 cannot be counted against 200 persons" in found.reason


def test_evidence_counts_from_the_last_day_that_its_date_may_mean():
    commitment, evidence = promise(due="2018-12-31"), [done(on="2018")]
    assert state_of(commitment, evidence, datetime.date(2018, 12, 30)).state is State.OPEN
    assert state_of(commitment, evidence, datetime.date(2018, 12, 31)).state is State.KEPT


def test_a_date_too_coarse_to_say_whether_in_time_is_said_to_be_so():
    found = state_of(promise(due="2018-07-31"), [done(on="2018")], LATER)
    assert (found.state, found.sure) == (State.KEPT, False)
    assert "too coarse to say whether in time" in found.reason


def test_silence_is_no_witness():
    found = state_of(promise(due="2018-12-31"), [], LATER)
    assert (found.sure, found.said_by) == (False, ())
    said = state_of(promise(due="2018-12-31"), [done("fails", "2019-01-02")], LATER)
    assert (said.sure, said.said_by) == (True, ("a source → an agency",))


def test_where_two_owe_it_the_one_who_failed_is_named_and_the_worst_stands():
    found = state_of(promise(due="2019-02", by=("ROK", "DPRK")),
                     [done(on="2019-02-20", by="ROK"), done("fails", "2019-03-04", by="DPRK", id_="F2")], LATER)
    assert found.state is State.MISSED
    assert {party: part.state for party, part in found.parts} == {"ROK": State.KEPT, "DPRK": State.MISSED}
    assert "DPRK: missed, not done by 2019-02-28, as was said on 2019-03-04" in found.reason


def test_nothing_is_weighed_before_it_was_promised():
    with pytest.raises(InvalidValue, match="must not be before it was made"):
        state_of(promise(), [], datetime.date(2018, 6, 30))
    assert states_of([promise()], [], datetime.date(2018, 6, 30)) == ()


def korea(commitment, day):
    account = korea_account()
    found = states_of(account.commitments, account.fulfilments, datetime.date.fromisoformat(day))
    return next(s for s in found if s.commitment == commitment)


# Annex 3 of 19 September 2018: six dated promises (2018 Defense White Paper of the Republic of Korea, pages 41, 346).
@pytest.mark.parametrize("number", range(1, 7))
def test_every_promise_of_annex_3_is_dated_and_open_when_made(number):
    found = korea(f"X3-{number}", "2018-09-19")
    assert found.state is State.OPEN
    assert found.vagueness in (Vagueness.DATED, Vagueness.COUNTABLE_AND_DATED)


def test_the_first_promise_of_annex_3_to_be_missed_was_the_lists_of_february_2019():
    states = {n: korea(f"X3-{n}", "2019-03-04") for n in range(1, 7)}
    assert [n for n, s in states.items() if s.state is State.MISSED] == [3]
    assert korea("X3-3", "2019-02-28").state is State.OPEN
    assert states[3].said_by == ("a South Korean government source → Yonhap",)
    dprk = dict(states[3].parts)["DPRK"]
    assert (dprk.state, dprk.sure) == (State.MISSED, True)


def test_joint_recovery_did_not_begin_on_1_april_2019_and_the_south_began_alone():
    parts = dict(korea("X3-5", "2019-04-02").parts)
    assert parts["Republic of Korea"].state is State.PARTLY
    assert parts["DPRK"].state is State.MISSED


def test_the_singapore_statement_has_two_vague_promises():
    for number in "AB":
        assert korea(f"S-4{number}", "2018-06-12").vagueness is Vagueness.VAGUE
    assert korea("S-4B", "2018-07-26").state is State.OPEN
    after = korea("S-4B", "2018-07-27")
    assert after.state is State.PARTLY
    assert "how many of those already identified they hold is not known" in after.reason
    assert korea("S-4A", "2019-12-31").state is State.OVERTAKEN


def test_the_meeting_promised_for_12_july_2018_came_three_days_late():
    assert korea("M-JULY", "2018-07-12").state is State.OPEN
    assert korea("M-JULY", "2018-07-13").state is State.MISSED
    late = korea("M-JULY", "2018-07-15")
    assert late.state is State.LATE
    assert "done on 2018-07-15; due 2018-07-12" in late.reason
