"""The charts of the account: well formed, told in words too, nothing executable, every unit by itself."""

import datetime
import re
from xml.etree import ElementTree

import pytest

from homeward.model import InvalidValue
from homeward.model.figures import Flow, Series, SeriesPoint, Stage
from homeward.model.quantities import Amount
from homeward.report.flow_chart import draw_flow
from homeward.report.time_series import draw_series

SVG = "{http://www.w3.org/2000/svg}"
DAY = datetime.date(2025, 9, 30)
FLOW = Flow(DAY, (
    ("Turnover of 2018 (55 boxes)", (
        Stage("received", Amount.exactly(55, "box")), Stage("estimated", Amount(250, 250, "person", about=True)),
        Stage("accounted for", Amount.exactly(100, "person")), Stage("returned", Amount.exactly(88, "person")),
        Stage("not yet named", Amount(40, 62, "person", about=True)))),
    ("Recovery <b> & others", (Stage("received", None), Stage("accounted for", None, instead="fewer than 5"))),
))


def point(year, low, high=None, claim=None):
    return SeriesPoint(datetime.date(year, 1, 1), Amount(low, low if high is None else high, "person"), claim)


SERIES = Series("unaccounted for", "unaccounted for", (point(2000, 7740, 8156), point(2010, 7740), point(2020, 7544)),
                (SeriesPoint(datetime.date(2005, 5, 25), Amount(8100, None, "person"), "C<1>"),
                 SeriesPoint(datetime.date(2012, 3, 21), Amount(7954, 7954, "person", about=True), "C2")))


def texts(svg):
    return [t.text for t in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("svg", [draw_flow(FLOW), draw_series(SERIES), draw_flow(Flow(DAY, ()))])
def test_a_chart_is_well_formed_and_told_in_words(svg):
    root = ElementTree.fromstring(svg)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert not re.search(r"<script|javascript:|\son\w+=|href", svg)


@pytest.mark.parametrize("draw", [lambda s: draw_flow(FLOW, standalone=s), lambda s: draw_series(SERIES, standalone=s)])
def test_a_chart_follows_dark_and_light_alone_and_the_page_inside_one(draw):
    assert "prefers-color-scheme:dark" in draw(True)
    inside = draw(False)
    assert "style" not in inside, "pages forbid inline styles"
    assert 'fill="currentColor"' in inside


def test_the_flow_tells_every_amount_in_its_unit():
    said = " ".join(texts(draw_flow(FLOW)))
    for words in ("55 boxes", "about 250 persons", "100 persons", "88 persons", "fewer than 5", "not recorded"):
        assert words in said
    assert "Units are never added" in ElementTree.fromstring(draw_flow(FLOW)).find(f"{SVG}desc").text


def test_persons_have_bars_on_one_scale_and_boxes_none():
    rects = list(ElementTree.fromstring(draw_flow(FLOW)).iter(f"{SVG}rect"))
    blue, pale = ([float(r.get("width")) for r in rects if r.get("fill") == colour]
                  for colour in ("#3d8bbd", "#c8722a"))
    assert len(blue) == 4, "250, 100, 88 and 40 persons; not the 55 boxes"
    assert blue[0] / blue[1] == pytest.approx(250 / 100, rel=0.02)
    assert pale == [pytest.approx(22 * blue[0] / 250, abs=0.2)]


def test_names_of_lots_cannot_break_the_picture():
    assert "Recovery <b> & others" in " ".join(texts(draw_flow(FLOW)))


def test_the_series_says_where_its_scale_begins_and_draws_ranges_and_claims():
    svg = draw_series(SERIES)
    assert any("the scale begins at" in t for t in texts(svg))
    root = ElementTree.fromstring(svg)
    assert len(list(root.iter(f"{SVG}rect"))) == 1, "one range, from 2000 to 2010"
    claims = [c.find(f"{SVG}title").text for c in root.iter(f"{SVG}circle") if c.find(f"{SVG}title") is not None]
    assert claims == ["2005-05-25: at least 8,100 persons (C<1>)", "2012-03-21: about 7,954 persons (C2)"]


def test_the_line_stands_where_the_scale_says():
    svg = draw_series(Series("k", "k", (point(2000, 0), point(2010, 100))))
    root = ElementTree.fromstring(svg)
    labels = {t.text: float(t.get("y")) - 4 for t in root.iter(f"{SVG}text") if t.get("text-anchor") == "end"}
    path = next(p.get("d") for p in root.iter(f"{SVG}path") if p.get("stroke-width") == "2" and "V" in p.get("d"))
    first, last = re.match(r"M[\d.]+ ([\d.]+)H[\d.]+V([\d.]+)$", path).groups()
    assert (float(first), float(last)) == pytest.approx((labels["0"], labels["100"]), abs=0.11)


def test_a_series_without_points_and_one_of_two_units_are_refused():
    with pytest.raises(InvalidValue, match="must be at least 1"):
        draw_series(Series("k", "k", ()))
    with pytest.raises(InvalidValue, match="must be one for the whole series"):
        Series("k", "k", (point(2000, 1), SeriesPoint(DAY, Amount.exactly(1, "box"))))


@pytest.mark.parametrize("points", [(point(2000, 5),), (point(2000, 0), point(2001, 0)),
                                    (point(2000, 3), point(2000, 3)), (point(1950, 1), point(2026, 2_000_000))])
def test_few_equal_and_far_apart_points_are_drawn(points):
    assert "NaN" not in draw_series(Series("k", "k", points))
    ElementTree.fromstring(draw_series(Series("k", "k", points)))
