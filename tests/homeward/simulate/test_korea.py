"""The demonstration on the scale of the Korean War: invented people, public places and hand-overs."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from homeward.model import InvalidValue, Sex
from homeward.simulate import GrownKorea, grow_case, grow_korea
from homeward.simulate.korea_facts import korea_hand_overs, korea_legs, korea_places, korea_sources

SHARED = Path(__file__).parents[4] / "shared" / "korea"


@pytest.fixture(scope="module")
def grown() -> GrownKorea:
    return grow_korea(np.random.default_rng(1950))


def test_the_roster_has_the_public_count_and_nobody_on_it_is_real(grown: GrownKorea) -> None:
    # 7,699 unaccounted for: DPAA, Progress on Korean War Personnel Accounting, 18 June 2018.
    case = grown.case
    assert len(case.roster) == 7_699
    assert case.synthetic
    assert all(p.name.endswith("(synthetic)") and p.service_number.startswith("SYN") for p in case.roster)
    assert len({p.name for p in case.roster}) > 7_000


def test_the_same_seed_grows_the_same_case(grown: GrownKorea) -> None:
    again = grow_korea(np.random.default_rng(1950))
    assert again == grown
    assert grow_korea(np.random.default_rng(1951)).case != grown.case


def test_persons_are_lost_at_public_places_in_proportion_to_the_counts(grown: GrownKorea) -> None:
    at = Counter(grown.incident_places[p.incident] for p in grown.case.roster if p.incident is not None)
    assert at == {p.id: p.share for p in korea_places() if p.share}
    assert sum(p.incident is None for p in grown.case.roster) == 1_000
    incidents = {i.id: i for i in grown.case.incidents}
    places = {p.id: p for p in korea_places()}
    for id_, place in grown.incident_places.items():
        incident = incidents[id_]
        assert (incident.latitude_deg, incident.longitude_deg) == (places[place].latitude_deg,
                                                                   places[place].longitude_deg)
        assert "Synthetic" in incident.name
        assert str(places[place].lost_from) <= str(incident.date) <= str(places[place].lost_to)


def test_boxes_are_those_of_the_public_hand_overs(grown: GrownKorea) -> None:
    # 208 boxes from 1990 to 1994 (46 + 148 + 14, AP 1994), 229 of joint field activities (DPAA 2018), 55 in 2018.
    boxes = Counter(b.transfer for b in grown.boxes)
    assert boxes["T-1992"] + boxes["T-1993"] + boxes["T-1994"] == 208
    assert (boxes["T-JFA"], boxes["T-2007"], boxes["T-2018"]) == (229, 6, 55)
    assert {t.id: t.count for t in grown.case.transfers} == dict(boxes)
    assert str(next(t.date for t in grown.case.transfers if t.id == "T-2018")) == "2018-07-27"
    assert [leg.transfer for leg in korea_legs()] == [h.transfer.id for h in korea_hand_overs()]
    assert set(grown.transfer_sources.values()) <= {s.id for s in korea_sources()}


def test_every_remains_lies_in_a_box_of_its_transfer(grown: GrownKorea) -> None:
    transfer = {b.id: b.transfer for b in grown.boxes}
    assert len(grown.case.remains) == 300
    for remains in grown.case.remains:
        assert transfer[grown.box_of[remains.id]] == remains.transfer
        assert grown.box_of[remains.id] in remains.provenience
    assert max(Counter(grown.box_of.values()).values()) > 1  # boxes are not persons


def test_the_ordinary_demonstration_stands_among_the_others(grown: GrownKorea) -> None:
    demonstration = grow_case(rng=np.random.default_rng(1950))
    assert len(grown.case.families) == len(demonstration.case.families)
    assert grown.case.frequencies == demonstration.case.frequencies
    listed = {m.person for f in grown.case.families for m in f.missing}
    found = [p for p in grown.truth.values() if p in listed]
    before = {m.person for f in demonstration.case.families for m in f.missing}
    assert len(found) == sum(p in before for p in demonstration.truth.values())
    sexes = {p.id: p.sex for p in grown.case.roster}
    for family in grown.case.families:
        for member in family.missing:
            assert sexes[str(member.person)] in (member.sex, Sex.UNKNOWN)


def test_truth_is_kept_apart_and_names_nobody_twice(grown: GrownKorea) -> None:
    assert grown.truth.keys() == {r.id for r in grown.case.remains}
    named = [p for p in grown.truth.values() if p is not None]
    assert len(named) == len(set(named))
    assert None in grown.truth.values()


def test_a_smaller_roster_can_be_asked_for() -> None:
    assert len(grow_korea(np.random.default_rng(1), persons=1_000).case.roster) == 1_000
    with pytest.raises(InvalidValue, match="1000"):
        grow_korea(np.random.default_rng(1), persons=50)


def test_places_are_as_the_public_facts_have_them() -> None:
    if not SHARED.is_dir():
        pytest.skip("../shared/korea is absent")
    public = json.loads((SHARED / "places.json").read_text(encoding="utf-8"))["places"]
    ours = [(p.latitude_deg, p.longitude_deg, p.rough_count, None if p.counted is None else str(p.counted))
            for p in korea_places()]
    assert ours == [(p["lat"], p["lon"], p["approx_unaccounted"], p["count_as_of"]) for p in public]
    ids = {p.id for p in korea_places()}
    assert all(p.part_of is None or p.part_of in ids for p in korea_places())
