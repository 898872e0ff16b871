"""OsteoSort's CSV: what is read, what is refused, and that what is written is read again."""

import numpy as np
import pytest

from homeward.commingling import shipped
from homeward.formats.osteosort import (
    read_osteosort,
    read_osteosort_reference,
    write_osteosort,
    write_osteosort_reference,
)
from homeward.model import FaultyInput, InvalidValue
from homeward.model.inventory import Element, Inventory


def _file(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "elements.csv"
    path.write_bytes(text.encode(encoding))
    return path


def _rules(tmp_path, text):
    with pytest.raises(FaultyInput) as caught:
        read_osteosort(_file(tmp_path, text))
    return [(f.line, f.column, f.rule) for f in caught.value.faults]


def test_both_headers_are_read_whatever_their_case(tmp_path):
    for header in ("accession,side,element", "id,Side,Element"):
        found = read_osteosort(_file(tmp_path, f"{header},hum_01,HUM_03\nA 1,Left,Humerus,330.5,48\n"))
        assert found.elements == (Element("A 1", "humerus", "left", measurements={"Hum_01": 330.5, "Hum_03": 48.0}),)


def test_blank_na_zero_and_negative_mean_not_taken(tmp_path):
    path = _file(tmp_path, "accession,side,element,Fem_01,Fem_03,Fem_04,Fem_05,Fem_06\nA,R,femur,NA,0,-1,,28.5\n")
    assert dict(read_osteosort(path)["A"].measurements) == {"Fem_06": 28.5}


def test_a_bom_and_semicolons_are_read(tmp_path):
    path = _file(tmp_path, "accession;side;element;Tib_01\nA;left;Tibia;386,5\n", "utf-8-sig")
    assert dict(read_osteosort(path)["A"].measurements) == {"Tib_01": 386.5}


def test_an_accession_of_several_elements_becomes_one_id_for_each(tmp_path):
    path = _file(tmp_path, "accession,side,element,Fem_01,Tib_01\nA,left,femur,450,\nA,left,tibia,,380\nB,left,femur,"
                           "451,\n")
    assert [e.id for e in read_osteosort(path)] == ["A femur left", "A tibia left", "B"]


def test_all_faults_come_at_once_with_their_lines(tmp_path):
    text = ("accession,side,element,Hum_01,Fem_01,Hum_77\n"
            "A,left,humerus,three,,\n"
            "B,upper,humerus,330,,\n"
            "C,left,flipper,330,,\n"
            ",left,humerus,330,,\n")
    assert _rules(tmp_path, text) == [(1, "Hum_77", "unknown-column"), (2, "Hum_01", "number"), (3, "side", "side"),
                                      (4, "element", "unknown-bone"), (5, "accession", "no-id")]


def test_an_element_twice_and_a_measurement_of_another_bone_are_refused(tmp_path):
    text = "accession,side,element,Hum_01,Fem_01\nA,left,humerus,330,\nA,left,humerus,331,\nB,right,humerus,330,460\n"
    assert _rules(tmp_path, text) == [(3, "accession", "element-twice"), (4, "Fem_01", "other-bone")]


def test_a_file_without_its_columns_is_refused(tmp_path):
    assert _rules(tmp_path, "Hum_01,Hum_02\n330,60\n") == [
        (1, "accession", "no-column"), (1, "element", "no-column"), (1, "side", "no-column")]
    assert _rules(tmp_path, "")[0][2] == "no-column"


def test_a_value_in_centimetres_is_kept_and_doubted(tmp_path):
    found = read_osteosort(_file(tmp_path, "accession,side,element,Hum_01,Hum_03\nA,left,humerus,33.1,48\n"))
    assert found["A"].measurements["Hum_01"] == 33.1
    assert [(d.element, d.field) for d in found.doubts] == [("A", "Hum_01")]
    assert "centimetres" in found.doubts[0].why


def test_what_is_written_is_read_again(tmp_path):
    inventory = Inventory((
        Element("A", "humerus", "left", measurements={"Hum_01": 330.25, "Hum_03": 48.0}),
        Element("B", "femur", "right", measurements={"Fem_01": 455.0}),
        Element("C", "femur", None, measurements={"Fem_01": 455.0}),
        Element("D", "femur", "left")), name="elements")
    for version in ("2.0", "1.4"):
        path = tmp_path / "elements.csv"
        assert write_osteosort(inventory, path, version=version) == ("C", "D")
        assert read_osteosort(path).elements == inventory.elements[:2]
    with pytest.raises(InvalidValue, match="version"):
        write_osteosort(inventory, path, version="3")


def test_values_in_doubt_are_written_only_where_that_is_asked_for(tmp_path):
    inventory = Inventory((Element("A", "humerus", "left", measurements={"Hum_01": 33.0, "Hum_03": 48.0}),))
    path = tmp_path / "elements.csv"
    write_osteosort(inventory, path)
    assert "Hum_01" not in path.read_text()
    write_osteosort(inventory, path, doubtful=True)
    assert "Hum_01" in path.read_text()


def test_reference_persons_are_written_and_read_again(tmp_path):
    table = shipped().of_bones("humerus", "talus").table(np.random.default_rng(3), 7)
    table.values_mm[2, 1, :] = np.nan
    path = tmp_path / "reference.csv"
    write_osteosort_reference(table, path, sex="male", ancestry="invented")
    found = read_osteosort_reference(path)
    assert found.population == "invented male"
    assert found.ids == table.ids
    order = [found.codes.index(c) for c in table.codes]
    assert np.array_equal(found.values_mm[:, :, order], table.values_mm, equal_nan=True)


def test_a_reference_bone_twice_or_without_side_is_refused(tmp_path):
    path = _file(tmp_path, "id,Side,Element,Hum_01\nP,left,humerus,330\nP,left,humerus,331\nQ,,humerus,330\n")
    with pytest.raises(FaultyInput) as caught:
        read_osteosort_reference(path)
    assert [(f.line, f.rule) for f in caught.value.faults] == [(3, "bone-twice"), (4, "side")]
