"""The tables of an inventory: read with all faults at their lines, written so that they are read back equal."""

import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from homeward.formats import check_any, read_case, read_inventory, write_inventory
from homeward.formats.casefile.schemas import BESIDE
from homeward.formats.inventory import check_inventory
from homeward.formats.inventory.schemas import describe_inventory, inventory_rules, inventory_schema
from homeward.model import FaultyInput, InvalidValue, PartialDate, Sex
from homeward.model.bones import BONES
from homeward.model.inventory import Association, Container, Element, ElementKey, ElementSample, Inventory
from homeward.model.measurement_codes import MEASUREMENTS

ROOT = Path(__file__).parents[4]
MINIMAL = ROOT / "spec" / "valid" / "minimal"
INVENTORY = "id,bone,side,box\nE1,femur,left,B1\nE2,femur,right,B1\nE3,cranium,,B2\n"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(MINIMAL, tmp_path / "case")
    return tmp_path / "case"


def _put(folder, **tables):
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def _faults(folder, case=None):
    return [(f.file, f.line, f.column, f.rule) for f in check_inventory(folder, case)]


def test_a_case_without_the_tables_has_no_inventory(folder):
    assert read_inventory(folder) is None
    assert check_any(folder) == ()


def test_every_column_is_read(folder):
    _put(folder, inventory=(
        "id,accession,provenance_1,provenance_2,designator,bone,side,box,completeness,zones,count,mass_g,population,"
        "sex,age_least,age_most,note\n"
        "E1,2003-116,G-07,X-241B,805,femur,R,B1,incomplete,1 3-5,2,\"12,5\",invented,male,18,25,charred\n"),
        measurements="element,code,mm,measurer\nE1,Fem_01,451.5,A. N.\nE1,Fem_03R,80,\n",
        element_samples="id,element,taken,status,profile,remaining_g\nS1,E1,2019-05,profiled,D1,0.25\n")
    read = read_inventory(folder)
    assert read.inventory.elements == (Element(
        "E1", "femur", "right", "B1", ElementKey("2003-116", "G-07", "X-241B", "805"), "incomplete",
        frozenset({1, 3, 4, 5}), 2, 12.5, {"Fem_01": 451.5, "Fem_03": 80.0},
        (ElementSample("S1", PartialDate(2019, 5), "profiled", "D1", 0.25),), "invented", Sex.MALE, (18.0, 25.0),
        "charred", {"Fem_01": "A. N."}),)
    assert read.notes == ("inventory.csv:2: decimal commas read as points, first in the column mass_g",
                          "measurements.csv:3: code 'Fem_03R' of E1 read as Fem_03")


def test_associations_and_their_negatives_are_read(folder):
    _put(folder, inventory=INVENTORY, associations="kind,elements,same,certainty\npair,E1; E2,,\n"
                                                   "morphology,E1;E3,no,\"0,8\"\n")
    assert read_inventory(folder).inventory.associations == (
        Association("pair", ("E1", "E2")), Association("morphology", ("E1", "E3"), False, 0.8))


@pytest.mark.parametrize(("written", "code"), [
    ("Hum_01", "Hum_01"), ("hum_1", "Hum_01"), ("HUM_01L", "Hum_01"), ("bu:40", "Hum_01"), ("langley:45", "Hum_01"),
    ("buikstra_ubelaker_1994: 40", "Hum_01"), ("byrd:41A", "Hum_06"), ("maximum length", "Hum_01")])
def test_codes_of_other_standards_are_read_and_noted(folder, written, code):
    _put(folder, inventory="id,bone,side\nE1,humerus,left\n", measurements=f"element,code,mm\nE1,{written},330\n")
    read = read_inventory(folder)
    assert list(read.inventory["E1"].measurements) == [code]
    assert any(f"{written!r} of E1 read as {code}" in note for note in read.notes) == (written != code)


def test_centimetres_are_a_doubt_at_their_line_and_stay_as_written(folder):
    _put(folder, inventory="id,bone,side\nE1,femur,left\n", measurements="element,code,mm\nE1,Fem_01,45.1\n")
    read = read_inventory(folder)
    assert read.inventory["E1"].measurements == {"Fem_01": 45.1}
    assert read.notes == ("measurements.csv:2: in doubt: E1: Fem_01=45.1 may be in centimetres: ten times it would be "
                          "typical",)


FAULTY = {
    "unknown-bone": ({"inventory": "id,bone\nE1,femurr\n"}, ("inventory.csv", 2, "bone")),
    "side": ({"inventory": "id,bone,side\nE1,cranium,left\n"}, ("inventory.csv", 2, "side")),
    "zones": ({"inventory": "id,bone,zones\nE1,femur,1 12\n"}, ("inventory.csv", 2, "zones")),
    "age": ({"inventory": "id,bone,age_least,age_most\nE1,femur,30,20\n"}, ("inventory.csv", 2, "age_most")),
    "key-twice": ({"inventory": "id,bone,accession,designator\nE1,femur,A,1\nE2,tibia,A,1\n"},
                  ("inventory.csv", 3, "designator")),
    "unknown-code": ({"inventory": INVENTORY, "measurements": "element,code,mm\nE1,Fem_99,450\n"},
                     ("measurements.csv", 2, "code")),
    "other-bone": ({"inventory": INVENTORY, "measurements": "element,code,mm\nE2,Fem_01,450\nE1,Tib_01,370\n"},
                   ("measurements.csv", 3, "code")),
    "other-side": ({"inventory": INVENTORY, "measurements": "element,code,mm\nE1,Fem_01R,450\n"},
                   ("measurements.csv", 2, "code")),
    "measured-twice": ({"inventory": INVENTORY, "measurements": "element,code,mm\nE1,Fem_01,450\nE1,Fem_01L,451\n"},
                       ("measurements.csv", 3, "code")),
    "sample-profile": ({"inventory": INVENTORY, "element_samples": "id,element,status,profile\nS1,E1,failed,D1\n"},
                       ("element_samples.csv", 2, "profile")),
    "profile-of-two": ({"inventory": INVENTORY, "associations": "kind,elements,same\nmorphology,E1;E2,false\n",
                        "element_samples": "id,element,status,profile\nS1,E1,profiled,D1\nS2,E2,profiled,D1\n"},
                       ("associations.csv", 2, "elements")),
    "association-elements": ({"inventory": INVENTORY, "associations": "kind,elements\nrefit,E1;E1\n"},
                             ("associations.csv", 2, "elements")),
    "association-unknown": ({"inventory": INVENTORY, "associations": "kind,elements\nrefit,E1;E9\n"},
                            ("associations.csv", 2, "elements")),
    "pair": ({"inventory": INVENTORY, "associations": "kind,elements\npair,E1;E3\n"},
             ("associations.csv", 2, "elements")),
    "association-contradicted": ({"inventory": INVENTORY,
                                  "associations": "kind,elements,same\npair,E1;E2,\nmorphology,E2;E1,no\n"},
                                 ("associations.csv", 3, "same")),
}


@pytest.mark.parametrize("rule", FAULTY)
def test_each_rule_is_told_where_it_is_broken(folder, rule):
    tables, place = FAULTY[rule]
    assert _faults(_put(folder, **tables)) == [(*place, rule)]


def test_a_profile_must_be_of_a_sample_of_the_case(folder):
    _put(folder, inventory=INVENTORY, element_samples="id,element,status,profile\nS1,E1,profiled,D1\n")
    assert [(f.file, f.line, f.column, f.rule) for f in check_any(folder)] == [
        ("element_samples.csv", 2, "profile", "profile-unknown")]
    with pytest.raises(FaultyInput, match="profile-unknown"):
        read_inventory(folder, read_case(folder))


def test_a_box_must_name_records_of_the_case(folder):
    _put(folder, inventory=INVENTORY, boxes="id,incident,label\nB1,I-1,a label\n")
    assert [(f.file, f.line, f.column, f.rule) for f in check_any(folder)] == [
        ("boxes.csv", 2, "incident", "box-record")]
    read = read_inventory(folder).inventory  # by itself an inventory knows no case
    assert read.containers == (Container("B1", "I-1", None, "a label"),)
    assert read.stated == {"B1": "I-1", "B2": None}


def test_every_rule_has_a_case_that_breaks_it():
    assert set(inventory_rules()) - set(FAULTY) == {"profile-unknown", "box-record", "inventory-value"}


def test_all_faults_are_told_at_once(folder):
    _put(folder, inventory="id,bone,side,count\nE1,femur,left,0\nE1,tibia,left,1\nE2,skull,,1\nE3,cranium,left,1\n",
         measurements="element,code,mm\nE9,Fem_01,450\nE3,Fem_01,-1\n", associations="kind,elements\nrefit,E3\n")
    assert _faults(folder) == [
        ("inventory.csv", 2, "count", "range"), ("inventory.csv", 3, "id", "duplicate-key"),
        ("inventory.csv", 4, "bone", "unknown-bone"), ("inventory.csv", 5, "side", "side"),
        ("measurements.csv", 2, "element", "unknown-record"), ("measurements.csv", 3, "mm", "range"),
        ("associations.csv", 2, "elements", "association-elements")]


def test_measurements_without_an_inventory_are_refused(folder):
    _put(folder, measurements="element,code,mm\nE1,Fem_01,450\n")
    assert _faults(folder) == [("inventory.csv", 0, "", "missing-table")]


def test_a_zipped_case_is_read(folder, tmp_path):
    _put(folder, inventory=INVENTORY)
    with zipfile.ZipFile(tmp_path / "case.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    assert len(read_inventory(tmp_path / "case.zip").inventory) == 3


def test_a_workbook_is_read_as_the_tables_are(folder):
    book = Workbook()
    book.active.append(["id", "bone", "side", "zones", "count"])
    book.active.append(["E1", "femur", "left", "1-3", 2])
    book.save(folder / "inventory.xlsx")
    element = read_inventory(folder).inventory["E1"]
    assert (element.zones, element.count) == (frozenset({1, 2, 3}), 2)
    _put(folder, inventory=INVENTORY)
    assert ("inventory.xlsx", 0, "", "table-twice") in _faults(folder)


def test_a_misspelt_table_is_a_fault_and_a_right_one_no_note(folder):
    _put(folder, inventory=INVENTORY, mesurements="element,code,mm\n")
    assert [f.rule for f in check_any(folder)] == ["table-name"]
    (folder / "mesurements.csv").unlink()
    assert read_case(folder).notes == ()


def test_the_digest_of_the_case_does_not_change(folder):
    before = read_case(folder).digest()
    _put(folder, inventory=INVENTORY)
    assert read_case(folder).digest() == before


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), max_size=8)
NAME = st.text("abcäŴ한=+'-_0 ", min_size=1, max_size=6).map(str.strip).filter(bool)
POSITIVE = st.floats(1e-3, 4000.0)


@st.composite
def _elements(draw, id_):
    bone = BONES[draw(st.sampled_from(sorted(BONES)))]
    side = draw(st.sampled_from([None, "left", "right"] if bone.paired else [None, "unpaired"]))
    codes = [m.code for m in MEASUREMENTS.values() if m.bone == bone.name]
    measured = draw(st.dictionaries(st.sampled_from(codes), POSITIVE, max_size=3)) if codes else {}
    ages = sorted(draw(st.tuples(st.floats(0, 120), st.floats(0, 120)))) if draw(st.booleans()) else None
    dates = st.none() | st.builds(PartialDate, st.integers(1950, 2030), st.integers(1, 12))
    samples = tuple(
        ElementSample(f"{id_}-{n}", draw(dates), status,
                      draw(st.none() | NAME) if status not in ("taken", "failed") else None,
                      draw(st.none() | st.floats(0, 1e5)))
        for n, status in enumerate(draw(st.lists(st.sampled_from(["taken", "failed", "profiled", "consumed"]),
                                                 max_size=2))))
    return Element(
        id_, bone.name, side, draw(st.none() | NAME), ElementKey(id_, draw(NAME)) if draw(st.booleans()) else None,
        draw(st.sampled_from([None, "complete", "incomplete"])),
        draw(st.none() | st.frozensets(st.integers(1, bone.zones or 9))), draw(st.integers(1, 99)),
        draw(st.none() | POSITIVE), measured, samples, draw(st.none() | NAME), draw(st.sampled_from([None, *Sex])),
        None if ages is None else tuple(ages), draw(TEXT), dict.fromkeys(list(measured)[:1], "A. N."))


@st.composite
def _inventories(draw):
    ids = [f"E{n}" for n in range(draw(st.integers(0, 4)))]
    elements = tuple(draw(_elements(id_)) for id_ in ids)
    judged = ()
    if len(ids) > 2:
        judged = (Association("refit", tuple(ids[:2]), draw(st.booleans()), draw(st.floats(0.5, 1.0)), draw(TEXT)),)
    boxes = tuple(Container(box, draw(st.none() | NAME), draw(st.none() | NAME), draw(TEXT))
                  for box in draw(st.lists(NAME, max_size=2, unique=True)))
    try:
        return Inventory(elements, judged, containers=boxes)
    except FaultyInput:  # one profile on two elements that were drawn as not of one person
        return Inventory(elements, containers=boxes)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(inventory=_inventories())
def test_what_is_written_is_read_back_equal(tmp_path, inventory):
    write_inventory(inventory, tmp_path)
    back = read_inventory(tmp_path).inventory
    assert (back.elements, back.associations, back.containers) == (
        inventory.elements, inventory.associations, inventory.containers)
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


def test_what_cannot_be_written_is_refused_and_nothing_changes(folder):
    _put(folder, inventory=INVENTORY)
    with pytest.raises(InvalidValue, match="read back equal"):
        write_inventory(Inventory((Element("E1", "femur", note="a blank at the end "),)), folder)
    assert (folder / "inventory.csv").read_text() == INVENTORY


def test_tables_that_are_no_more_go_and_the_case_stays(folder):
    _put(folder, inventory=INVENTORY, associations="kind,elements\nrefit,E1;E2\n")
    before = read_case(folder)
    write_inventory(Inventory((Element("E1", "femur"),)), folder)
    assert not (folder / "associations.csv").exists()
    assert read_case(folder) == before


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.sampled_from(BESIDE), at=st.integers(0, 200), put=st.binary(max_size=6), cut=st.integers(0, 6))
def test_no_bytes_make_reading_raise_anything_but_its_faults(tmp_path, table, at, put, cut):
    _put(tmp_path, inventory=INVENTORY, measurements="element,code,mm,measurer\nE1,Fem_01,450,x\n",
         associations="kind,elements,same\npair,E1;E2,yes\n",
         element_samples="id,element,taken,status,profile,remaining_g\nS1,E1,2019,profiled,D1,1\n",
         boxes="id,incident,transfer,label\nB1,,,x\n")
    path = tmp_path / f"{table}.csv"
    whole = path.read_bytes()
    path.write_bytes(whole[:at] + put + whole[at + cut:])
    faults = check_inventory(tmp_path)
    if not faults:
        read = read_inventory(tmp_path).inventory
        write_inventory(read, tmp_path)
        assert read_inventory(tmp_path).inventory.elements == read.elements


def test_the_schemas_are_whole():
    for table in BESIDE:
        described = inventory_schema(table)
        assert described.table == table
        assert set(described.key) <= set(described.names)


def test_the_paper_holds_the_schemas():
    paper = (ROOT / "docs" / "inventory.md").read_text(encoding="utf-8")
    assert paper.partition("<!-- schemas -->\n")[2].strip() == describe_inventory().strip()
