"""The inventory: what it keeps, what it refuses whole, and what it doubts and leaves as written."""

import pickle

import pytest

from homeward.model import FaultyInput, InvalidValue
from homeward.model.bones import BONES
from homeward.model.inventory import Association, Element, ElementKey, ElementSample, Inventory, same_slot
from homeward.model.measurement_codes import MEASUREMENTS, measurement_code


def _rules(elements, associations=()):
    with pytest.raises(FaultyInput) as caught:
        Inventory(tuple(elements), tuple(associations))
    return sorted((f.rule, f.column) for f in caught.value.faults)


def test_all_faults_of_all_elements_come_at_once():
    key = ElementKey("2003-116", "G-07", "X-241B", "805")
    assert str(key) == "2003-116 : G-07 : X-241B : 805"
    assert _rules([
        Element("A", "femur", "left", key=key),
        Element("A", "femur", "left", key=key),
        Element("B", "femur", "unpaired", zones={0, 11, 12}),
        Element("C", "flipper", "left", completeness="half"),
        Element("D", "tibia", "right", count=0, mass_g=-2.0, age_years=(30.0, 20.0)),
        Element("E", "tibia", "right", measurements={"Tib_01": float("nan"), "Tib_99": 3.0, "Fem_01": 450.0},
                eroded={"Tib_02"}),
    ]) == [("age", "age_years"), ("completeness", "completeness"), ("count", "count"), ("eroded", "eroded"),
           ("id-twice", "id"), ("key-twice", "key"), ("length", "Tib_01"), ("mass", "mass_g"),
           ("other-bone", "Fem_01"), ("side", "side"), ("unknown-bone", "bone"), ("unknown-code", "Tib_99"),
           ("zones", "zones")]


def test_a_left_bone_with_a_rights_measurement_is_refused():
    assert _rules([Element("A", "humerus", "left", measurements={"Hum_01R": 330.0})]) == [("other-side", "Hum_01R")]
    right = Element("A", "humerus", "right", measurements={"Hum_01R": 330.0})
    assert dict(right.measurements) == {"Hum_01": 330.0}
    assert Inventory((right,)).doubts == ()


def test_one_measurement_under_two_names_is_refused():
    with pytest.raises(InvalidValue, match="each measurement once"):
        Element("A", "humerus", "right", measurements={"Hum_01R": 330.0, "Hum_01": 331.0})


def test_a_value_in_centimetres_is_kept_doubted_and_not_used():
    found = Inventory((Element("A", "femur", "left", measurements={"Fem_01": 46.2, "Fem_04": 48.0, "Fem_03": 3.3,
                                                                   "Fem_05": 900.0}),))
    assert [(d.field, d.why.split(":")[0]) for d in found.doubts] == [
        ("Fem_01", "may be in centimetres"), ("Fem_03", "may be in inches"), ("Fem_05", "is of no adult")]
    assert found["A"].measurements["Fem_01"] == 46.2
    assert dict(found.measured("A")) == {"Fem_04": 48.0}


def test_one_bone_under_two_ids_is_doubted():
    values = {"Fem_01": 462.0, "Fem_04": 48.1}
    found = Inventory((Element("A", "femur", "left", "box 1", measurements=values),
                       Element("B", "femur", "left", "box 1", measurements=values)))
    assert [(d.element, d.why) for d in found.doubts] == [("B", "may be A once more: every measurement is the same")]


def test_associations_must_be_of_elements_here_and_not_contradict():
    elements = [Element("L", "femur", "left"), Element("R", "femur", "right"), Element("T", "tibia", "left")]
    assert _rules(elements, [Association("pair", ("L", "X")), Association("pair", ("L", "T")),
                             Association("articulation", ("L", "T")),
                             Association("morphology", ("T", "L", "R"), same=False)]) == [
        ("association-contradicted", "association"), ("association-unknown", "association"), ("pair", "association")]


def test_an_association_checks_itself():
    for wrong in ({"kind": "guess", "elements": ("a", "b")}, {"kind": "pair", "elements": ("a",)},
                  {"kind": "pair", "elements": ("a", "a")}, {"kind": "pair", "elements": ("a", "b"), "certainty": 0.4}):
        with pytest.raises(InvalidValue):
            Association(**wrong)


def test_a_profile_on_two_elements_known_apart_is_refused():
    one, other = (Element(id, "femur", "left", samples=(ElementSample(f"S-{id}", None, "profiled", "P"),))
                  for id in "AB")
    assert _rules([one, other], [Association("morphology", ("A", "B"), same=False)]) == [("profile-of-two", "profile")]


def test_a_profile_on_two_bones_of_one_place_is_doubted():
    one, other = (Element(id, "femur", "left", samples=(ElementSample(f"S-{id}", None, "profiled", "P"),))
                  for id in "AB")
    assert [(d.element, d.field) for d in Inventory((one, other)).doubts] == [("B", "samples")]


def test_a_sample_that_failed_has_no_profile():
    with pytest.raises(InvalidValue, match="profile"):
        ElementSample("S", status="failed", profile="P")
    with pytest.raises(InvalidValue, match="status"):
        ElementSample("S", status="lost")


def test_the_same_place_needs_a_common_zone():
    proximal, distal = Element("A", "femur", "left", zones={1, 4}), Element("B", "femur", "left", zones={9, 10})
    whole, part = Element("C", "femur", "left"), Element("D", "femur", "left", completeness="incomplete")
    assert not same_slot(proximal, distal)
    assert same_slot(proximal, whole)
    assert not same_slot(whole, part)
    assert not same_slot(whole, Element("E", "femur", "right"))
    assert not same_slot(Element("F", "femur"), Element("G", "femur"))
    assert same_slot(Element("H", "mandible"), Element("I", "mandible"))
    assert not same_slot(Element("J", "rib", "left"), Element("K", "rib", "left"))


def test_every_code_is_of_a_known_bone_and_the_numbers_of_one_standard_are_unambiguous():
    assert all(m.bone in BONES for m in MEASUREMENTS.values())
    # Buikstra & Ubelaker 1994: 40 maximum length of the humerus, 65 medio-lateral subtrochanteric diameter
    assert measurement_code("40", standard="buikstra_ubelaker_1994", bone="humerus") == "Hum_01"
    assert measurement_code("65", standard="buikstra_ubelaker_1994", bone="femur") == "Fem_05"
    assert measurement_code("41A", standard="byrd_adams_2003", bone="humerus") == "Hum_06"
    assert measurement_code("maximum_length", standard="name", bone="radius") == "Rad_01"
    for wrong in ({"number": "99", "standard": "langley_2016", "bone": "femur"},
                  {"number": "40", "standard": "unheard_of", "bone": "humerus"},
                  {"number": "15", "standard": "buikstra_ubelaker_1994", "bone": "cranium"}):
        with pytest.raises(InvalidValue):
            measurement_code(**wrong)


def test_elements_travel_between_processes():
    element = Element("A", "humerus", "right", zones={1, 2}, measurements={"Hum_01": 330.0}, eroded={"Hum_01"})
    assert pickle.loads(pickle.dumps(element)) == element
