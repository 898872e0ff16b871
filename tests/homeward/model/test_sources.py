"""Sources, chains, quotes, claims, preferences and spans check themselves."""

import datetime

import pytest

from homeward.model import InvalidValue, PartialDate
from homeward.model.quantities import Bound, Quantity
from homeward.model.sources import Chain, Claim, Preference, Quote, Source
from homeward.model.spans import Span

QUOTE = Quote("S1", "up to 200")
SAYS = Chain(("an official",))


def test_a_chain_of_three_keeps_who_says_it_and_through_whom():
    chain = Chain.parse("an unnamed government source → Yonhap -> The Washington Post")
    assert chain.claimant == "an unnamed government source"
    assert chain.through == ("Yonhap", "The Washington Post")
    assert Chain.parse(str(chain)) == chain


@pytest.mark.parametrize("text", ["", " -> Yonhap", "Yonhap ->"])
def test_a_chain_with_nobody_in_it_is_refused(text):
    with pytest.raises(InvalidValue, match="must name all who say it"):
        Chain.parse(text)


def test_a_quote_is_held_against_its_document_letter_by_letter():
    document = "He said up to 200 soldiers."
    assert Quote("S1", "up to 200", start=8, end=17).is_verbatim_in(document)
    assert not Quote("S1", "up to 200", start=7, end=16).is_verbatim_in(document)
    assert Quote("S1", "up to 200").is_verbatim_in(document)


def test_offsets_that_do_not_fit_the_words_are_refused():
    with pytest.raises(InvalidValue, match="must be 9 characters on"):
        Quote("S1", "up to 200", start=8, end=16)
    with pytest.raises(InvalidValue, match="must be given with start"):
        Quote("S1", "up to 200", end=16)


def test_a_claim_without_a_source_is_refused():
    with pytest.raises(InvalidValue, match="nothing is claimed without a source"):
        Claim("C1", "holding", Quote(""), SAYS, Quantity(200, "person", Bound.AT_MOST))


def test_a_claim_about_a_figure_needs_a_number():
    with pytest.raises(InvalidValue, match="needs a quantity"):
        Claim("C1", "unaccounted for", QUOTE, SAYS, figure="unaccounted for")


def test_a_claim_speaks_of_its_own_time_where_it_names_none():
    said = Span.parse("2018-07-15")
    assert Claim("C1", "x", QUOTE, SAYS, said=said).speaks_of == said
    assert Claim("C1", "x", QUOTE, SAYS, said=said, as_of=Span.parse("1953")).speaks_of == Span.parse("1953")


def test_a_source_needs_a_title():
    with pytest.raises(InvalidValue, match="title"):
        Source("S1", "")


def test_a_preference_stands_until_it_is_withdrawn_and_is_kept_then():
    made, ended = datetime.date(2018, 9, 20), datetime.date(2020, 1, 1)
    chosen = Preference("P1", "k55", "C1", "a historian", made, "counted by the laboratory", ended, "another",
                        "a misprint")
    assert not chosen.stands(made - datetime.timedelta(1))
    assert chosen.stands(made)
    assert chosen.stands(ended - datetime.timedelta(1))
    assert not chosen.stands(ended)


@pytest.mark.parametrize(("field", "value"), [("reason", ""), ("by", ""), ("withdrawn_by", "somebody")])
def test_a_preference_without_who_and_why_is_refused(field, value):
    fields = {"id": "P1", "group": "g", "claim": "C1", "by": "a historian", "on": datetime.date(2018, 1, 1),
              "reason": "r"} | {field: value}
    with pytest.raises(InvalidValue):
        Preference(**fields)


def test_a_span_ends_with_the_last_day_that_it_may_mean():
    assert Span.parse("2019-02").ends == datetime.date(2019, 2, 28)
    assert Span.parse("1990/1994").begins == datetime.date(1990, 1, 1)
    assert Span.parse("2018-07-15").is_day
    assert PartialDate(2020, 2).last_day == datetime.date(2020, 2, 29)


def test_a_span_that_ends_before_it_begins_is_refused():
    with pytest.raises(InvalidValue, match="must not end before 1994"):
        Span.parse("1994/1990")
