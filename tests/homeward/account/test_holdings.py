"""What may remain of a holding, who has access, what was paid, how channels and meetings stand, which claims rival."""

import datetime

import pytest

from homeward.account import access_on, channel_is_open, korea_account, meeting_on, money_by, remaining, rivals_of
from homeward.model import InvalidValue, PartialDate, Transfer
from homeward.model.access import Access, AccessState, Content, Holding, Payment, PaymentState
from homeward.model.quantities import Amount, Bound, Quantity, UnitsMixed
from homeward.model.sources import Chain, Claim, Preference, Quote
from homeward.model.spans import Span
from homeward.model.talks import ChannelEvent, MeetingState

QUOTE, SAYS, DAY = Quote("S1"), Chain(("a source",)), datetime.date(2018, 12, 31)
UP_TO_200 = Holding("H1", "DPRK", "says", Quantity(200, "set", Bound.AT_MOST, hedge="up to"), Span.parse("2018-06"),
                    QUOTE, SAYS, whose="US soldiers")


_JULY = PartialDate(2018, 7, 27)


def transfer(count=55, unit="box", day=_JULY, giver="DPRK"):
    return Transfer("T1", day, giver, "United Nations Command", count=count, unit=unit)


def content(value, unit, whose="", day="2018-08-01"):
    return Content(f"CT-{value}-{unit}", "T1", Quantity(value, unit), Span.parse(day), QUOTE, SAYS, whose)


def left(holding=UP_TO_200, transfers=(), contents=(), day=DAY, **more):
    return remaining(holding, transfers, contents, as_of=day, **more)


def test_of_up_to_200_sets_less_55_sets_anything_up_to_145_may_remain():
    found = left(transfers=[transfer(55, "set")])
    assert found.amount == Amount(0, 145, "set")
    assert found.reason == "DPRK says that it holds up to 200 sets; less 55 sets on 2018-07-27"


def test_of_at_least_50_sets_less_55_any_number_may_remain():
    holding = Holding("H2", "DPRK", "is thought", Quantity(50, "set", Bound.AT_LEAST, hedge="more than"),
                      Span.parse("2018-06"), QUOTE, SAYS)
    assert left(holding, [transfer(55, "set")]).amount == Amount(0, None, "set")


def test_boxes_take_nothing_away_from_what_may_be_left_of_sets():
    found = left(transfers=[transfer()])
    assert (found.amount, found.counted, found.not_counted) == (Amount(0, 200, "set"), (), ("T1",))
    assert "55 boxes on 2018-07-27 cannot be subtracted, being no count of set" in found.reason


def test_what_the_boxes_were_found_to_hold_is_subtracted_once_it_is_known():
    contents = [content(55, "set"), content(60, "set", day="2019-03-01"), content(250, "person")]
    assert left(transfers=[transfer()], contents=contents).amount == Amount(0, 145, "set")
    assert left(transfers=[transfer()], contents=contents, day=datetime.date(2019, 3, 1)).amount.high == 140


def test_the_contents_of_other_dead_are_not_subtracted():
    assert left(transfers=[transfer()], contents=[content(88, "set", whose="South Korean soldiers")]).not_counted


def test_transfers_before_the_statement_after_the_day_and_by_others_are_left_aside():
    for one in (transfer(55, "set", PartialDate(2018, 6, 30)), transfer(55, "set", PartialDate(2019, 1, 1)),
                transfer(55, "set", giver="China")):
        assert left(transfers=[one]).amount == Amount(0, 200, "set")
    army = transfer(55, "set", giver="Korean People's Army")
    assert left(transfers=[army], givers=["Korean People's Army"]).amount.high == 145


def test_more_handed_over_than_was_said_to_be_held_is_told():
    none_left = Holding("H3", "DPRK", "says", Quantity(0, "set"), Span.parse("1954-09-21"), QUOTE, SAYS)
    found = left(none_left, [transfer(78, "set", PartialDate(1954, 10, 12))])
    assert found.amount == Amount(0, None, "set", about=True)
    assert str(found.amount) == "any number of sets"
    assert "more was handed over on 1954-10-12 than it was said to hold" in found.reason
    assert left(none_left, [transfer(0, "set")]).amount.high == 0


def payment(id_, value, state="paid", currency="USD", **more):
    return Payment(id_, state, "United States", "DPRK", Quantity(value, currency), Span.parse("1996"), QUOTE, SAYS,
                   **more)


def test_running_totals_are_never_added_to_single_sums():
    found = money_by([payment("P1", 100), payment("P2", 20), payment("P3", 5000, running=True)], DAY)
    assert [(s.added, s.payments, s.running) for s in found] == [
        (Amount.exactly(120, "USD"), ("P1", "P2"), (("P3", Amount.exactly(5000, "USD")),))]


def test_currencies_and_what_was_asked_or_paid_stand_apart():
    found = money_by([payment("P1", 100), payment("P2", 20, "asked"), payment("P3", 7, currency="KRW")], DAY)
    assert [(s.state, s.currency, s.added.low) for s in found] == [
        (PaymentState.ASKED, "USD", 20), (PaymentState.PAID, "KRW", 7), (PaymentState.PAID, "USD", 100)]
    with pytest.raises(UnitsMixed):
        payment("P1", 100).quantity + payment("P3", 7, currency="KRW").quantity


def test_money_known_later_is_left_aside():
    assert money_by([payment("P1", 100)], datetime.date(1996, 12, 30)) == ()


def test_the_last_word_on_access_stands_for_each_site_and_season():
    def event(id_, site, season, state, day):
        return Access(id_, site, season, state, Span.parse(day), QUOTE, SAYS)

    events = [event("A1", "Unsan", "2012", "granted", "2011-10"),
              event("A2", "Unsan", "2012", "withdrawn", "2012-03-21"),
              event("A3", "Chosin", "2012", "requested", "2011-10"),
              event("A4", "Unsan", "2019", "requested", "2018-09")]
    found = {place: event.state for place, event in access_on(events, datetime.date(2018, 12, 31)).items()}
    assert found == {("Unsan", "2012"): AccessState.WITHDRAWN, ("Chosin", "2012"): AccessState.REQUESTED,
                     ("Unsan", "2019"): AccessState.REQUESTED}
    assert access_on(events, datetime.date(2012, 1, 1))["Unsan", "2012"].state is AccessState.GRANTED


def test_a_channel_is_cut_until_it_is_restored_and_unknown_before():
    events = [ChannelEvent("E1", "CH", "cut", Span.parse("2013"), QUOTE, SAYS),
              ChannelEvent("E2", "CH", "restored", Span.parse("2018-01-03"), QUOTE, SAYS)]
    states = [channel_is_open(events, datetime.date(year, 12, 31)) for year in (2012, 2013, 2018)]
    assert states == [None, False, True]


def july(day):
    events = [e for e in korea_account().meeting_events if e.meeting == "M-2018-07"]
    return meeting_on(events, datetime.date.fromisoformat(day))


def test_the_talks_of_12_july_2018_were_not_attended_moved_and_held():
    before = july("2018-07-11")
    assert (before.state, str(before.meant_for)) == (MeetingState.SCHEDULED, "2018-07-12")
    stood_up = july("2018-07-13")
    assert (stood_up.state, str(stood_up.meant_for)) == (MeetingState.MOVED, "2018-07-15")
    assert [(str(day), absent) for day, absent in stood_up.missed] == [("2018-07-12", ("DPRK",))]
    assert stood_up.held == ()
    after = july("2018-07-15")
    assert after.state is MeetingState.HELD
    assert after.missed == stood_up.missed, "that somebody stayed away is not forgotten"
    assert july("2018-07-01").state is None


def test_that_a_subject_may_not_have_been_discussed_is_kept_as_unknown():
    armistice = next(a for a in korea_account().agenda if a.subject == "the armistice")
    assert armistice.discussed is None
    assert "unclear" in armistice.quote.text


def claims():
    def one(id_, value, unit, said, **more):
        return Claim(id_, "handed over", QUOTE, SAYS, Quantity(value, unit), said=Span.parse(said),
                     as_of=Span.parse("2018-07-27"), group="k55", **more)

    return [one("C1", 55, "box", "2018-07-27"), one("C2", 55, "person", "2018-07-27"), one("C3", 50, "person",
                                                                                            "2018-09-07")]


def test_rivals_stand_side_by_side_and_boxes_do_not_contradict_persons():
    found = rivals_of(claims(), as_of=DAY)["k55"]
    assert [c.id for c in found.claims] == ["C1", "C2", "C3"]
    assert found.contradictions == (("C2", "C3"),)
    assert found.preferred is None
    assert [c.id for c in rivals_of(claims(), as_of=datetime.date(2018, 8, 1))["k55"].claims] == ["C1", "C2"]


def test_a_preferred_claim_is_chosen_with_a_reason_and_the_choice_can_be_undone():
    chosen = Preference("P1", "k55", "C1", "a historian", datetime.date(2018, 8, 1), "counted at the hand-over",
                        datetime.date(2018, 10, 1), "a historian", "to be looked at again")
    before, during, after = (rivals_of(claims(), [chosen], as_of=day)["k55"] for day in (
        datetime.date(2018, 7, 31), datetime.date(2018, 9, 30), datetime.date(2018, 10, 1)))
    assert (before.preferred, before.withdrawn) == (None, ())
    assert during.preferred.id == "C1"
    assert during.preference.reason == "counted at the hand-over"
    assert (after.preferred, after.withdrawn) == (None, (chosen,))


def test_a_preference_for_a_claim_of_another_group_is_refused():
    with pytest.raises(InvalidValue, match="must be a claim of the group k55"):
        rivals_of(claims(), [Preference("P1", "k55", "C9", "a historian", datetime.date(2018, 8, 1), "r")], as_of=DAY)


def test_a_denial_contradicts_what_it_denies():
    said = Claim("C1", "caskets", QUOTE, SAYS, Quantity(215, "box"), group="g")
    denied = Claim("C2", "caskets", QUOTE, SAYS, Quantity(215, "box"), group="g", denies=True)
    assert rivals_of([said, denied], as_of=DAY)["g"].contradictions == (("C1", "C2"),)
