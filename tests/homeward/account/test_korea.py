"""The public account that comes with the package: sources for everything, quotes verbatim, nobody's private data."""

import datetime
import re
from importlib.resources import files
from pathlib import Path

import pytest

from homeward.account import TABLES, ClaimedFigures, check_account, flow_of, korea_account, series_with_claims
from homeward.model.quantities import Amount, Bound

_SHARED = Path(__file__).parents[4] / "shared" / "documents"
_DOCUMENTS = {"DW-2018-07-15": "dw-2018-07-15.txt", "WP-2018-09-07": "wp-2018-09-07.txt"}


def claim(id_):
    return next(c for c in korea_account().claims if c.id == id_)


def test_the_folder_has_no_fault():
    assert check_account(files("homeward.account").joinpath("data", "korea")) == ()


def test_every_quote_stands_verbatim_at_its_place_in_the_document():
    if not _SHARED.exists():
        pytest.skip("the documents of ../shared are not there")
    texts = {source: (_SHARED / file).read_text(encoding="utf-8") for source, file in _DOCUMENTS.items()}
    quotes = [r.quote for table in TABLES for r in getattr(korea_account(), table)
              if hasattr(r, "quote") and r.quote.text]
    assert len(quotes) >= 20
    for quote in quotes:
        assert quote.start is not None
        assert quote.is_verbatim_in(texts[quote.source]), quote.text


def test_every_source_has_an_address_or_a_publisher():
    assert all(s.address or s.publisher for s in korea_account().sources)


# What the two newspapers report, as their own words have it.
@pytest.mark.parametrize(("id_", "value", "unit", "bound", "chain"), [
    ("D001", 5300, "person", Bound.ABOUT, "South Korea’s Yonhap news agency → Deutsche Welle"),
    ("D006", 200, "person", Bound.AT_MOST, "North Korea → US Department of Defense → Deutsche Welle"),
    ("D007", 100, "box", Bound.EXACTLY, "Yonhap news agency → Deutsche Welle"),
    ("D012", 55, "person", Bound.EXACTLY, "The Washington Post"),
    ("D011", 50, "person", Bound.AT_LEAST, "North Korea → The Washington Post"),
    ("D013-1", 7700, "person", Bound.ABOUT, "the Pentagon → The Washington Post"),
    ("D013-2", 5300, "person", Bound.EXACTLY, "the Pentagon → The Washington Post"),
])
def test_the_figures_of_the_two_reports_keep_their_unit_bound_and_chain(id_, value, unit, bound, chain):
    found = claim(id_)
    assert (found.quantity.value, found.quantity.unit, found.quantity.bound) == (value, unit, bound)
    assert str(found.chain) == chain


def test_the_joint_excavation_was_reported_through_a_chain_of_three():
    assert claim("D010").chain.links == ("an unnamed government source", "Yonhap", "The Washington Post")


def test_no_person_and_no_name_of_the_dead_stands_in_the_entries_and_claims():
    account = korea_account()
    assert all(e.person is None for e in account.entries)
    ranks = re.compile(r"\b(MSG|PFC|Cpl|Pvt|Sgt)\b")
    assert not [c.id for c in account.claims if ranks.search(f"{c.subject} {c.statement} {c.quote.text}")]


def test_the_boxes_of_2018_run_from_55_boxes_to_100_names():
    # 55 boxes, about 250 persons, 100 named by 30 September 2025, 88 returned: as stated.
    lanes = dict(flow_of(korea_account().ledger().as_of(datetime.date(2025, 9, 30))).lanes)
    stages = {s.name: s.amount for s in lanes["Turnover of 2018 (55 boxes)"]}
    assert stages == {"received": Amount.exactly(55, "box"), "estimated": Amount(250, 250, "person", about=True),
                      "accounted for": Amount.exactly(100, "person"), "returned": Amount.exactly(88, "person"),
                      "not yet named": Amount(62, 62, "person", about=True)}


def test_around_69_left_of_the_boxes_is_borne_out_on_its_day():
    account = korea_account()
    found = ClaimedFigures(account.ledger(), account.claims).differences(datetime.date(2024, 8, 15))
    assert not [d for d in found if d.key in ("not yet named/k55", "accounted for/k55")]


def test_55_boxes_called_55_persons_is_shown_as_another_unit():
    account = korea_account()
    found = [d for d in ClaimedFigures(account.ledger(), account.claims).differences(datetime.date(2018, 12, 31))
             if d.key == "received/k55"]
    assert {str(d.claimed) for d in found} == {"55 persons", "at least 50 persons", "55 sets"}
    assert all(d.gap is None and "is another unit" in d.why for d in found)


def test_between_two_tables_the_missing_are_a_range_that_holds_what_was_said():
    # JPAC said 7,965 on 21 March 2012; the tables fix 7,740 on 27 July 2017 at the latest.
    days = [datetime.date(2012, 3, 21), datetime.date(2017, 7, 27)]
    series = series_with_claims(korea_account().ledger(), "unaccounted for", days, korea_account().claims)
    assert series.points[0].amount.agrees_with(Amount.exactly(7965, "person"))
    assert not series.points[0].amount.is_exact
    assert series.points[1].amount == Amount.exactly(7740, "person")
    assert {p.amount.low for p in series.claimed} >= {7965, 7740, 7699, 7544}
