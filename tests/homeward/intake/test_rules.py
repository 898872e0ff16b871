"""The rules one by one: numbers, dates, who speaks, what is no claim. Countries and people are invented."""

import pytest

from homeward.intake import Given, Kind, Reading, of_kind, open_bytes, read_documents
from homeward.intake.moments import moments_of
from homeward.intake.numbers import numbers_of
from homeward.model import PartialDate
from homeward.model.quantities import Bound

_DAY = PartialDate(2018, 9, 7)  # a Friday


def _read(text: str) -> Reading:
    return read_documents([open_bytes(text.encode(), "a.txt", Given(dated=_DAY, publisher="Orbis"))])


def _claims(text: str) -> list[tuple[float | None, str, str]]:
    found = [p.value for p in of_kind(_read(text), Kind.CLAIM)]
    return [(claim.quantity.value, claim.quantity.unit, str(claim.chain)) for claim in found]


@pytest.mark.parametrize(("text", "expected"), [
    ("one thousand two hundred and twelve people", [(1212, None)]), ("fifty to fifty-five boxes", [(50, 55)]),
    ("between 300 and 400 men", [(300, 400)]), ("$2.5 million", [(2_500_000, None)]),
    ("$3 to $5 million", [(3e6, 5e6)]),
    ("half a dozen men and two dozen boxes", [(6, None), (24, None)]), ("dozens of bones", [(None, None)]),
    ("in 2013, on July 27 at 10 a.m., the 38th parallel, 1950-53, 60 km", []), ("in May 55 boxes", [(55, None)]),
    ("a two-hour meeting of No. 114", []),
])
def test_numbers_are_read_and_dates_are_none(text, expected):
    assert [(n.value, n.upper) for n in numbers_of(text)] == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("They met on Friday.", "2018-09-07"), ("They met on Thursday.", "2018-09-06"),
    ("Talks will resume on Monday.", "2018-09-10"), ("It was canceled last month.", "2018-08"),
    ("He will travel next week.", "2018-09-10/2018-09-16"), ("In late July, boxes came.", "2018-07-21/2018-07-31"),
    ("It opened on Dec. 1.", "2017-12-01"), ("It will open by Dec. 1.", "2018-12-01"), ("In 2013 it was cut.", "2013"),
    ("from 1996 to 2005", "1996/2005"), ("It arrived yesterday.", "2018-09-06"), ("on 19 January 2031", "2031-01-19"),
])
def test_dates_are_resolved_against_the_day_of_publication(text, expected):
    found = moments_of(text, _DAY)
    assert [str(m.span) for m in found] == [expected]
    assert found[0].why


def test_without_a_day_of_publication_a_weekday_is_no_date():
    moment, = moments_of("They met on Friday.", None)
    assert moment.span is None
    assert "no publication date" in moment.why


@pytest.mark.parametrize(("text", "expected"), [
    ("A Veldt official told Yonhap that 12 boxes had come.", (12, "box", "Veldt official → Yonhap → Orbis")),
    ("Yonhap, citing an unnamed source, reported that 12 caskets had come.",
     (12, "box", "unnamed source → Yonhap → Orbis")),
    ("Mara Venn said the army claimed to hold 150 sets of remains.", (150, "set", "army → Mara Venn → Orbis")),
    ("It was a bad year. \"We found nine soldiers. It is little,\" said Colonel Ann Roe.",
     (9, "person", "Colonel Ann Roe → Orbis")),
    ("CNN cited two U.S. officials as saying that 200 remains would come.",
     (200, "remains", "two U.S. officials → CNN → Orbis")),
    ("Twelve boxes of bones were found.", (12, "box", "Orbis")),
])
def test_chains_run_from_whoever_says_it_to_the_publisher(text, expected):
    assert _claims(text) == [expected]


@pytest.mark.parametrize("text", [
    "If 100 boxes came back, it would tell nothing.", "Is it true that 200 sets of remains were promised?",
    "Some 28,500 soldiers are stationed in the south.", "The office has 120 members.", "The road is 12 km long.",
    "Should the remains of 50 soldiers come, a grave is ready.",
])
def test_what_is_supposed_asked_or_of_something_else_is_no_claim(text):
    assert _claims(text) == []


def test_a_denial_is_a_claim_that_denies():
    claim = of_kind(_read("The army denied that 215 caskets had been moved."), Kind.CLAIM)[0].value
    assert claim.denies
    assert claim.claimant == "army"


def test_a_bare_number_takes_the_unit_spoken_of_before():
    assert [c[:2] for c in _claims("The army returned 112 sets of remains. Of these, 58 have been identified.")] == [
        (112, "set"), (58, "set")]


def test_turned_over_is_no_hedge():
    quantity = of_kind(_read("Ardania turned over 208 boxes."), Kind.CLAIM)[0].value.quantity
    assert (quantity.bound, quantity.hedge) == (Bound.EXACTLY, "")


def test_units_are_never_turned_into_one_another():
    assert [c[1] for c in _claims("The 55 boxes held 250 individuals, 3 dog tags and 12 sets of remains.")] == [
        "box", "person", "tag", "set"]


def test_a_promise_has_who_owes_it_how_many_and_by_when():
    promise = of_kind(_read("Ardania undertakes to return the remains of 15 soldiers by 15 March 2031."),
                      Kind.COMMITMENT)[0].value
    assert promise.by == ("Ardania",)
    assert (promise.quantity.value, str(promise.due), promise.kind) == (15, "2031-03-15", "transfer")
    assert promise.vagueness.value == "countable and dated"


def test_what_was_not_agreed_is_no_promise():
    assert of_kind(_read("They have not agreed to return any remains."), Kind.COMMITMENT) == []


@pytest.mark.parametrize(("text", "type_"), [
    ("North Korea accused the United States of bad faith.", "ACCUSE"),
    ("The United States asked for access to Unsan.", "REQUEST"),
    ("North Korea handed over the boxes.", "COOPERATE"), ("North Korea refused access to Unsan.", "REJECT"),
])
def test_acts_are_mapped_to_plover(text, type_):
    assert type_ in {p.event for p in of_kind(_read(text), Kind.EVENT)}


def test_places_are_found_by_other_spellings():
    proposal = of_kind(_read("North Korea handed over 3 boxes from Kunu-dong and P’yŏktong."), Kind.CLAIM)[0]
    assert proposal.places == ("Kunu-ri", "Camp 5")
