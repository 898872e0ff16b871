"""Assemblages that are drawn: what they hold, and that the rates are those they were drawn by."""

from dataclasses import replace

import numpy as np
import pytest

from homeward.model import InvalidValue
from homeward.simulate.assemblage import draw_assemblage
from homeward.simulate.assemblage_settings import like_k55, medium, small


def test_each_element_has_one_true_person_and_no_person_a_bone_twice():
    assemblage, truth = draw_assemblage(np.random.default_rng(1), small())
    places = [(p, e.bone, e.side) for e, p in zip(assemblage.inventory, truth.person_of, strict=True)]
    assert len(places) == len(set(places)) == len(assemblage.inventory)
    assert truth.n_persons == len(set(truth.person_of))


def test_equal_seeds_draw_equal_assemblages():
    one, two = (draw_assemblage(np.random.default_rng(2), small()) for _ in range(2))
    assert one[1] == two[1]
    assert one[0].inventory == two[0].inventory
    assert one[0].profiles == two[0].profiles


def test_persons_stand_outside_the_roster_too_and_references_cover_most_of_it():
    shares, strangers = [], 0
    for seed in range(8):
        assemblage, truth = draw_assemblage(np.random.default_rng(seed), small())
        shares.append(len(assemblage.relatives) / len(assemblage.roster))
        strangers += sum(p.startswith("unlisted") for p in set(truth.person_of))
    assert np.mean(shares) == pytest.approx(0.91, abs=0.05)
    assert strangers > 3


def test_the_share_of_elements_outside_their_persons_box_is_the_spread_that_was_drawn():
    settings = replace(medium(), rates={"spread": 0.3}, boxes=40, incidents=20, stated=10)
    assemblage, truth = draw_assemblage(np.random.default_rng(3), settings)
    boxes = {}
    for e, p in zip(assemblage.inventory, truth.person_of, strict=True):
        boxes.setdefault(p, []).append(e.box)
    usual = sum(max(map(b.count, b)) for b in boxes.values()) / len(assemblage.inventory)
    assert usual == pytest.approx(1.0 - 0.3 * 39 / 40, abs=0.08)


def test_misplaced_boxes_state_another_incident():
    settings = replace(small(), boxes=200, misplaced=0.5, incidents=40, stated=2)
    assemblage, _ = draw_assemblage(np.random.default_rng(4), settings)
    stated = list(assemblage.boxes.values())
    assert sum(s not in ("I-001", "I-002") for s in stated) / len(stated) == pytest.approx(0.5, abs=0.12)


def test_brothers_are_of_one_family_and_one_maternal_line():
    assemblage, _ = draw_assemblage(np.random.default_rng(5), replace(small(), brothers=1.0, maternal=1.0))
    families = {}
    for person, r in assemblage.relatives.items():
        families.setdefault(r.typed.family.id, []).append(person)
    assert any(len(f) == 2 for f in families.values())


def test_the_sizes_are_what_their_names_say():
    assert like_k55().boxes == 55
    assert like_k55().incidents * like_k55().persons_each == 7_700
    assert medium().incidents * medium().persons_each == 800


def test_more_stated_incidents_than_there_are_is_refused():
    with pytest.raises(InvalidValue, match="stated"):
        replace(small(), stated=9)
