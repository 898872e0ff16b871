"""What the public may see: small counts withheld, nothing to be found by subtraction, no ids."""

import csv
import datetime
import io
import json

import pytest

from homeward.account import Ledger, flow_of, korea_account, public_csv, public_figures, public_json_ld
from homeward.account.public import LEAST_SHOWN
from homeward.model.entries import Entry, Lot
from homeward.model.spans import Span

DAY = datetime.date(2020, 1, 1)
LOTS = (Lot("a", "Lot a", "turnover"), Lot("b", "Lot b", "recovery"), Lot("c", "Lot c", "recovery"),
        Lot("d", "Lot d", "recovery"))


def places(**counts):
    return Ledger([Entry(f"SECRET-{place}", "listed", None, count=n, place=place) for place, n in counts.items()])


def shown(ledger, lots=()):
    return {f.key: f.shown for f in public_figures(ledger.as_of(DAY).figures, lots)}


def by_lot(**counts):
    return Ledger([Entry(f"E-{lot}", "accounted for", Span.parse("2010"), n, lot=lot) for lot, n in counts.items()],
                  LOTS)


def test_counts_from_1_to_4_of_persons_at_a_place_are_withheld():
    found = shown(places(Unsan=100, Chosin=3, Suan=2, Kangdong=0, Manpo=5))
    assert found["unaccounted for, place/Chosin"] == found["unaccounted for, place/Suan"] == "fewer than 5"
    assert found["unaccounted for, place/Manpo"] == "5 persons"
    assert found["unaccounted for, place/Kangdong"] == "0 persons"


def test_a_total_of_everyone_points_to_nobody():
    assert shown(places(Unsan=2, Chosin=1))["unaccounted for"] == "3 persons"


def test_a_single_small_count_cannot_be_found_by_subtraction():
    found = shown(places(Unsan=100, Chosin=3, Suan=7))
    assert found["unaccounted for, place/Chosin"] == "fewer than 5"
    assert found["unaccounted for, place/Suan"] == "withheld, so that a smaller count cannot be computed"
    assert found["unaccounted for, place/Unsan"] == "100 persons"


def test_two_withheld_that_sum_to_fewer_than_5_take_a_third_with_them():
    found = shown(places(Unsan=100, Chosin=1, Suan=1, Manpo=7))
    assert found["unaccounted for, place/Manpo"].startswith("withheld")


def test_lots_of_one_origin_cannot_be_found_from_the_origin():
    found = shown(by_lot(a=50, b=1, c=1, d=16), LOTS)
    assert found["accounted for, origin/recovery"] == "18 persons"
    assert found["accounted for/d"].startswith("withheld"), "18 less 16 would leave 2 for two lots"


def test_lots_of_a_withheld_origin_are_withheld_with_it():
    found = shown(by_lot(a=3, b=10, c=20, d=30), LOTS)
    assert found["accounted for, origin/turnover"] == found["accounted for/a"] == "fewer than 5"
    assert found["accounted for, origin/recovery"].startswith("withheld")
    assert all(found[f"accounted for/{lot}"].startswith("withheld") for lot in "bcd")


def test_what_has_no_name_yet_is_withheld_where_the_names_are():
    lots = LOTS[:1]
    ledger = Ledger([Entry("X", "estimated", Span.parse("2010"), 50, lot="a"),
                     Entry("E", "accounted for", Span.parse("2010"), 3, lot="a")], lots)
    assert shown(ledger, lots)["not yet named/a"].startswith("withheld")


def test_boxes_point_to_nobody():
    ledger = Ledger([Entry("R", "received", Span.parse("2010"), 2, "box", lot="a")], LOTS)
    assert shown(ledger)["received/a"] == "2 boxes"


@pytest.mark.parametrize("written", [public_csv, lambda f: public_json_ld(f, name="figures")])
def test_no_withheld_number_and_no_id_of_a_record_is_written(written):
    text = written(public_figures(places(Unsan=987654, Chosin=3, Suan=2).as_of(DAY).figures))
    assert "987654" in text
    assert "SECRET" not in text
    assert "fewer than 5" in text


def test_the_csv_has_a_row_for_each_figure_with_its_definition():
    rows = list(csv.DictReader(io.StringIO(public_csv(public_figures(places(Unsan=100).as_of(DAY).figures)))))
    row = next(r for r in rows if r["key"] == "unaccounted for, place/Unsan")
    assert (row["low"], row["high"], row["unit"], row["as_of"]) == ("100", "100", "person", "2020-01-01")
    assert row["version"] == "1"
    assert row["text"].startswith("Persons on the roster")


def test_no_cell_of_the_csv_is_a_formula():
    text = public_csv(public_figures(Ledger([Entry("E", "listed", None, count=9, place="=1+1")]).as_of(DAY).figures))
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in csv.reader(io.StringIO(text)) for cell in row)


def test_the_json_ld_is_of_schema_org_and_withholds_values():
    content = json.loads(public_json_ld(public_figures(places(Unsan=100, Chosin=3, Suan=2).as_of(DAY).figures),
                                        name="Figures", description="of a test"))
    assert content["@context"] == "https://schema.org/"
    dataset, *observations = content["@graph"]
    assert (dataset["@type"], dataset["name"]) == ("Dataset", "Figures")
    values = {o["variableMeasured"]["propertyID"]: o.get("value") for o in observations}
    assert values["unaccounted for, place/Unsan"] == 100
    assert values["unaccounted for, place/Chosin"] is None
    assert all(o["@type"] == "Observation" and o["observationDate"] == "2020-01-01" for o in observations)


def test_the_flow_that_the_public_sees_withholds_the_same():
    standing = korea_account().ledger().as_of(datetime.date(2025, 9, 30))
    figures = {f.key: f for f in public_figures(standing.figures, standing.ledger.lots)}
    lanes = dict(flow_of(standing, public=True).lanes)
    names = {lot.name: lot.id for lot in standing.ledger.lots}
    withheld = 0
    for name, stages in lanes.items():
        for stage in stages:
            assert stage.records == ()
            if stage.amount is not None and stage.amount.unit == "person":
                assert stage.amount.low == 0 or stage.amount.low >= LEAST_SHOWN
            if stage.instead:
                withheld += 1
                assert figures[f"{stage.name}/{names[name]}"].shown == stage.instead
    assert withheld >= 4
