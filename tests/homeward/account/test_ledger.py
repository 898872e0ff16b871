"""The ledger's figures, against counting one by one."""

import datetime

import numpy as np
import pytest

from homeward.account import Basis, Ledger, Line, roster_entries
from homeward.model import Incident, InvalidValue, MissingPerson, PartialDate
from homeward.model.entries import Entry, Lot
from homeward.model.quantities import Amount
from homeward.model.spans import Span

LOTS = (Lot("k55", "Turnover of 2018", "turnover"), Lot("jfa", "Joint field activities", "joint field activity"))
DAY = datetime.date(2018, 6, 18)


def on(text):
    return Span.parse(text)


def amount(ledger, key, day=DAY, unit="person"):
    return ledger.as_of(day).figure(key, unit=unit).amount


def exactly(n, unit="person"):
    return Amount.exactly(n, unit)


def test_unaccounted_is_the_roster_less_those_accounted_for_by_then():
    ledger = Ledger([Entry("E1", "listed", None, person="P1"), Entry("E2", "listed", None, person="P2"),
                     Entry("A1", "accounted for", on("2018-06-18"), person="P1", lot="jfa")], LOTS)
    assert amount(ledger, "unaccounted for", DAY - datetime.timedelta(1)) == exactly(2)
    figure = ledger.as_of(DAY).figure("unaccounted for")
    assert figure.amount == exactly(1)
    assert set(figure.records) == {"E1", "E2", "A1"}
    assert figure.definition.version == 1
    assert "not accounted for by then" in figure.definition.text


def test_a_decision_that_is_withdrawn_counts_until_then_only():
    ledger = Ledger([Entry("E1", "listed", None, person="P1"),
                     Entry("A1", "accounted for", on("2010-01-01"), person="P1", lot="jfa",
                           withdrawn=on("2015-01-01"))], LOTS)
    days = [datetime.date(2009, 12, 31), datetime.date(2010, 1, 1), datetime.date(2014, 12, 31),
            datetime.date(2015, 1, 1)]
    assert [p.amount.low for p in ledger.series("unaccounted for", days).points] == [1, 0, 0, 1]


def test_a_person_listed_twice_and_accounted_for_twice_counts_once():
    ledger = Ledger([Entry("E1", "listed", None, person="P1"), Entry("E2", "listed", None, person="P1"),
                     Entry("A1", "accounted for", on("2010"), person="P1", lot="jfa"),
                     Entry("A2", "accounted for", on("2012"), person="P1", lot="k55")], LOTS)
    assert amount(ledger, "accounted for") == exactly(1)
    assert amount(ledger, "unaccounted for") == exactly(0)
    assert amount(ledger, "accounted for/jfa") == exactly(1)
    assert ledger.as_of(DAY).notes == ("accounted for by several entries, and counted once: 1",)


def test_somebody_accounted_for_who_was_never_listed_is_told_and_not_subtracted():
    ledger = Ledger([Entry("E1", "listed", None, person="P1"),
                     Entry("A1", "accounted for", on("2010"), person="P2", lot="jfa")], LOTS)
    assert amount(ledger, "unaccounted for") == exactly(1)
    assert ledger.as_of(DAY).notes == ("accounted for without being listed on the day, and not subtracted: 1",)


def test_who_was_struck_off_is_neither_listed_nor_accounted_for():
    ledger = Ledger([Entry("E1", "listed", None, person="P1"), Entry("S1", "struck", on("2011"), person="P1"),
                     Entry("E2", "listed", None, count=5), Entry("S2", "struck", on("2012"), count=2)], LOTS)
    assert amount(ledger, "listed") == amount(ledger, "unaccounted for") == exactly(3)
    assert not ledger.as_of(DAY).of("accounted for")


def test_a_date_known_to_the_year_leaves_a_range_within_it():
    ledger = Ledger([Entry("E1", "listed", None, person="P1"),
                     Entry("A1", "accounted for", on("2018"), person="P1", lot="k55")], LOTS)
    assert amount(ledger, "unaccounted for") == Amount(0, 1, "person")
    assert amount(ledger, "accounted for/k55") == Amount(0, 1, "person")
    assert amount(ledger, "unaccounted for", datetime.date(2018, 12, 31)) == exactly(0)
    assert amount(ledger, "unaccounted for", datetime.date(2017, 12, 31)) == exactly(1)


def test_north_and_south_are_told_by_the_latitude_of_the_loss():
    entries = [Entry("E1", "listed", None, person="P1", latitude_deg=40.48),  # Chosin
               Entry("E2", "listed", None, person="P2", latitude_deg=37.97),  # Kaesong
               Entry("E3", "listed", None, person="P3", latitude_deg=38.0),
               Entry("E4", "listed", None, person="P4"),
               Entry("A1", "accounted for", on("2010"), person="P1", lot="jfa")]
    ledger = Ledger(entries, LOTS)
    found = {f.key: f.amount.low for f in ledger.as_of(DAY).figures if "side" in f.key}
    assert found == {"unaccounted for, side/north": 1, "unaccounted for, side/south": 1,
                     "unaccounted for, side/not recorded": 1}
    figure = ledger.as_of(DAY).figure("unaccounted for, side/north")
    assert "the 38th parallel (38°, version 1 of the line)" in figure.definition.text
    assert figure.label == "unaccounted for, north of the 38th parallel"
    lower = Ledger(entries, LOTS, basis=Basis(line=Line("a lower line", 37.0, version=2)))
    assert amount(lower, "unaccounted for, side/north") == exactly(2)


def test_where_those_accounted_for_were_lost_is_not_known_each_place_has_a_range():
    ledger = Ledger([Entry("E1", "listed", None, count=10, place="Unsan"),
                     Entry("E2", "listed", None, count=4, place="Chosin"),
                     Entry("A1", "accounted for", on("2010"), count=3, lot="jfa"),
                     Entry("A2", "accounted for", on("2011"), count=1, lot="jfa", place="Chosin")], LOTS)
    assert amount(ledger, "unaccounted for") == exactly(10)
    assert amount(ledger, "unaccounted for, place/Unsan") == Amount(7, 10, "person")
    assert amount(ledger, "unaccounted for, place/Chosin") == Amount(0, 3, "person")


def test_boxes_and_persons_received_stand_side_by_side_and_are_never_added():
    ledger = Ledger([Entry("R1", "received", on("2018-07-27"), 55, "box", lot="k55"),
                     Entry("R2", "received", on("2007-04-11"), 6, lot="jfa")], LOTS)
    standing = ledger.as_of(datetime.date(2018, 12, 31))
    assert [str(f.amount) for f in standing.of("received")] == ["55 boxes", "6 persons"]
    with pytest.raises(InvalidValue, match="has box of received/k55"):
        standing.figure("received/k55", unit="person")


def test_the_latest_estimate_stands_and_what_has_no_name_follows_from_it():
    # 250 individuals, 93 named, 88 returned, "around 69" left: as stated on 15 August 2024.
    ledger = Ledger([Entry("X1", "estimated", on("2018-07-27"), 55, lot="k55"),
                     Entry("X2", "estimated", on("2024-08-15"), 250, lot="k55"),
                     Entry("A1", "accounted for", on("2024-08-15"), 93, lot="k55"),
                     Entry("B1", "returned", on("2024-08-15"), 88, lot="k55", to="Republic of Korea")], LOTS)
    left = ledger.as_of(datetime.date(2024, 8, 15)).figure("not yet named/k55")
    assert left.amount == Amount(69, 69, "person", about=True)
    assert set(left.records) == {"X2", "A1", "B1"}
    assert amount(ledger, "estimated/k55", datetime.date(2020, 1, 1)) == Amount(55, 55, "person", about=True)


def test_decisions_before_the_definition_begins_take_people_off_the_missing_and_are_not_counted():
    entries = [Entry("E1", "listed", None, count=10), Entry("A1", "accounted for", on("1954"), count=4),
               Entry("A2", "accounted for", on("1999"), count=1)]
    ledger = Ledger(entries, basis=Basis(accounted_from=datetime.date(1982, 1, 1)))
    assert amount(ledger, "accounted for") == exactly(1)
    assert amount(ledger, "unaccounted for") == exactly(5)
    assert "before 1982-01-01 are not counted" in ledger.as_of(DAY).figure("accounted for").definition.text


def test_without_a_roster_nobody_is_said_to_be_missing():
    ledger = Ledger([Entry("A1", "accounted for", on("2010"), count=3, lot="jfa")], LOTS)
    assert not ledger.as_of(DAY).of("unaccounted for")


def test_an_id_used_twice_and_a_lot_that_is_not_there_are_refused():
    with pytest.raises(InvalidValue, match="must be there once"):
        Ledger([Entry("E1", "listed", None), Entry("E1", "listed", None)])
    with pytest.raises(InvalidValue, match="must be a lot of the ledger"):
        Ledger([Entry("E1", "accounted for", on("2010"), lot="k99")], LOTS)


def test_an_empty_ledger_has_no_figures():
    assert Ledger([]).as_of(DAY).figures == ()


def test_a_key_that_no_figure_has_is_refused():
    ledger = Ledger([Entry("E1", "listed", None)])
    with pytest.raises(InvalidValue, match="must be the key of a figure"):
        ledger.as_of(DAY).figure("unaccounted for, place/Atlantis")
    with pytest.raises(InvalidValue, match="must be the key of a figure"):
        ledger.series("found", [DAY])


def _random_entries(rng):
    days = [PartialDate(2000 + int(rng.integers(6)), int(rng.integers(1, 13)), int(rng.integers(1, 28)))
            for _ in range(400)]
    places = ["Unsan", "Chosin", ""]
    for i in range(150):
        person = f"P{int(rng.integers(60))}"
        kind = ("listed", "listed", "accounted for", "accounted for", "struck")[int(rng.integers(5))]
        begins = days[int(rng.integers(len(days)))]
        ends = days[int(rng.integers(len(days)))]
        withdrawn = Span(ends) if rng.random() < 0.3 and ends.first_day > begins.first_day else None
        yield Entry(f"E{i}", kind, Span(begins), person=person, withdrawn=withdrawn,
                    lot="k55" if kind == "accounted for" else None,
                    place=places[int(person[1:]) % 3] if kind == "listed" else "")


def _counted(entries, day):
    """Unaccounted for, all and by place, and accounted for, in the plainest way."""
    of = {kind: {e.person for e in entries if e.kind == kind and e.on.ends <= day
                 and (e.withdrawn is None or day < e.withdrawn.begins)}
          for kind in ("listed", "struck", "accounted for")}
    missing = of["listed"] - of["struck"] - of["accounted for"]
    places = {e.person: e.place for e in entries if e.kind == "listed"}
    return len(missing), sum(places[p] == "Unsan" for p in missing), len(of["accounted for"])


@pytest.mark.parametrize("seed", range(5))
def test_figures_and_series_agree_with_counting_persons_one_by_one(seed):
    entries = list(_random_entries(np.random.default_rng(seed)))
    ledger = Ledger(entries, LOTS)
    days = [datetime.date(2000, 1, 1) + datetime.timedelta(int(n)) for n in range(0, 2300, 97)]
    series = [ledger.series(key, days).points for key in
              ("unaccounted for", "unaccounted for, place/Unsan", "accounted for")]
    for i, day in enumerate(days):
        counted = _counted(entries, day)
        assert tuple(points[i].amount.low for points in series) == counted
        standing = ledger.as_of(day)
        if standing.of("unaccounted for"):
            assert standing.figure("unaccounted for").amount == exactly(counted[0])


def test_a_name_that_no_listing_has_is_taken_from_those_listed_without_names():
    ledger = Ledger([Entry("E1", "listed", None, count=10, place="Unsan"), Entry("E2", "listed", None, person="P1"),
                     Entry("A1", "accounted for", on("2010"), person="P1", lot="jfa"),
                     Entry("A2", "accounted for", on("2011"), person="P2", lot="jfa", withdrawn=on("2019"))], LOTS)
    assert amount(ledger, "unaccounted for") == exactly(9)
    assert amount(ledger, "unaccounted for, place/Unsan") == Amount(9, 10, "person")
    assert ledger.as_of(DAY).notes == ("accounted for by name, and taken to be among those listed without names: 1",)
    assert amount(ledger, "unaccounted for", datetime.date(2019, 1, 1)) == exactly(10)


def test_a_case_s_roster_becomes_listings_with_the_place_and_side_of_the_loss():
    incidents = [Incident("I1", place="Unsan", latitude_deg=39.97), Incident("I2", place="Kaesong", latitude_deg=37.97)]
    roster = [MissingPerson("P1", incident="I1"), MissingPerson("P2", incident="I2"), MissingPerson("P3")]
    ledger = Ledger([*roster_entries(roster, incidents),
                     Entry("A1", "accounted for", on("2010"), person="P1", lot="jfa")], LOTS)
    assert amount(ledger, "unaccounted for") == exactly(2)
    assert amount(ledger, "unaccounted for, side/north") == exactly(0)
    assert amount(ledger, "unaccounted for, incident/I2") == amount(ledger, "unaccounted for, place/Kaesong")
    with pytest.raises(InvalidValue, match="must be an incident of the case"):
        roster_entries([MissingPerson("P1", incident="I9")], incidents)


def test_the_days_on_which_a_figure_changes_are_those_of_its_records():
    ledger = Ledger([Entry("E1", "listed", None, count=3), Entry("A1", "accounted for", on("2010-03"), lot="jfa"),
                     Entry("A2", "accounted for", on("2030"), lot="jfa")], LOTS)
    assert ledger.days_of_change("unaccounted for", DAY) == (datetime.date(2010, 3, 1), datetime.date(2010, 3, 31))
    assert ledger.days_of_change("unaccounted for, place/Atlantis", DAY) == ()
