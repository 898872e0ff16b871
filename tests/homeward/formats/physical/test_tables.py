"""The tables of bodies: written and read back, every rule broken by a row of its own. Invented people."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from homeward.decide.physical import LINE_RATES
from homeward.formats.casefile import check_case, read_case, write_case
from homeward.formats.physical import PHYSICAL, check_physical, read_physical, write_physical
from homeward.formats.physical.reading import RECORDS
from homeward.formats.physical.schemas import describe_physical, physical_rules, physical_schema
from homeward.model import Case, FaultyInput, FrequencyTable, InvalidValue, MissingPerson, PartialDate, Remains
from homeward.model.physical import (
    EXAMINED,
    BoneOutline,
    Examination,
    FilmDistance,
    FilmOutline,
    FoundEffect,
    LineRate,
    Physical,
    PhysicalRecord,
    RecoveryPlace,
    Stage,
    StatureCorrelation,
    StatureMoment,
    Tooth,
)

ROOT = Path(__file__).parents[4]
CASE = Case("invented", FrequencyTable("not stated", ()), synthetic=True,
            roster=(MissingPerson("P1"), MissingPerson("P2")), remains=(Remains("R1"), Remains("R2")))
FULL = Physical(
    antemortem=(PhysicalRecord("P1", "men", 175.26, 1.5, 0.5, 2.54, PartialDate(1949, 3), PartialDate(1950)),
                PhysicalRecord("P2")),
    dental_am=(Tooth("P1", 16, "MOD"), Tooth("P1", 36, "X")), dental_pm=(Tooth("R1", 16, "R"), Tooth("R2", 11, "V")),
    examinations=(Examination("R1", "sex", "posterior_male", 0.97), Examination("R1", "age", "clavicle", 1.0),
                  Examination("R2", "age", "range", 20.0, 25.0, 0.1), Examination("R2", "growth", "open", None, 30.0),
                  Examination("R1", "stature", "femur", 47.2),
                  Examination("R2", "stature", "estimate", 171.0, None, 4.0)),
    age_traits=(Stage("clavicle", 1, 17.5, 0.084), Stage("clavicle", 2, 20.0, 0.084)),
    stature_reference=(StatureMoment("men", "male", "stature", 174.08, 6.33, 936),
                       StatureMoment("men", "male", "femur", 47.281, 2.3307)),
    stature_correlations=(StatureCorrelation("men", "stature", "femur", 0.845),),
    effects=(FoundEffect("R1", "1", "tag", "1234567?"), FoundEffect("R1", "2", "engraved", None, "=A. A.")),
    recovery_places=(RecoveryPlace("R2", 40.35, 127.2, 1.0, 0.2),),
    film_outlines=tuple(FilmOutline("P1", "good", "left clavicle", n, 1.0 / n, 0.0, 0.5 / n, -0.25) for n in (1, 2)),
    bone_outlines=tuple(BoneOutline("R1", "left clavicle", n, 1.0 / n, 0.0, 0.5 / n, -0.2) for n in (1, 2)),
    film_distances=tuple(FilmDistance("good", 0.01 * k, k < 5) for k in range(10)),
    line_rates=(LineRate("sex", "finding_error", 0.002), LineRate("dental", "filled", 0.05)))


@pytest.fixture
def folder(tmp_path):
    write_case(CASE, tmp_path / "case")
    write_physical(FULL, tmp_path / "case", CASE)
    return tmp_path / "case"


def test_what_is_written_is_read_back_equal(folder):
    assert read_physical(folder, CASE) == FULL
    assert check_physical(folder, CASE) == ()


def test_the_case_itself_is_read_as_before(folder):
    assert check_case(folder) == ()
    assert read_case(folder) == CASE


def test_a_folder_without_these_tables_holds_nothing(tmp_path):
    write_case(CASE, tmp_path / "case")
    assert read_physical(tmp_path / "case", CASE).is_empty
    assert read_physical(tmp_path / "case.fam", CASE).is_empty


def test_what_is_no_longer_there_is_taken_away(folder):
    write_physical(Physical(dental_pm=FULL.dental_pm), folder, CASE)
    assert {p.stem for p in folder.glob("*.csv")} & set(PHYSICAL) == {"dental_pm"}
    assert read_physical(folder, CASE) == Physical(dental_pm=FULL.dental_pm)


def test_a_workbook_is_read_as_the_csv(folder):
    book = Workbook()
    book.active.title = "dental_pm"
    for row in (("remains", "tooth", "code"), ("R1", 16, "R"), ("R2", 11, "V")):
        book.active.append(row)
    book.save(folder / "dental_pm.xlsx")
    assert [f.rule for f in check_physical(folder, CASE)] == ["table-twice"]
    (folder / "dental_pm.csv").unlink()
    assert read_physical(folder, CASE) == FULL


WRONG = {
    "unknown-person": ("antemortem", "P3,,,,,,,", "antemortem.csv:2: person"),
    "unknown-remains": ("dental_pm", "R9,16,V", "dental_pm.csv:2: remains"),
    "tooth": ("dental_am", "P1,19,V", "dental_am.csv:2: tooth"),
    "tooth-code": ("dental_am", "P1,16,gold", "dental_am.csv:2: code"),
    "trait-stages": ("age_traits", "crest,2,17.0,0.1", "age_traits.csv:2: stage"),
    "stature-group": ("stature_reference", "men,male,femur,47.0,2.3,", "stature_reference.csv:2: group"),
    "unknown-group": ("antemortem", "P1,giants,,,,,,", "antemortem.csv:2: group"),
    "finding": ("examinations", "R1,sex,posterior_male,1.2,,", "examinations.csv:2: finding"),
    "line-rate": ("line_rates", "sex,wrong_label,0.1", "line_rates.csv:2: rate"),
    "effect": ("effects", "R1,1,tag,??,", "effects.csv:2: effect"),
    "outline": ("bone_outlines", "R1,left clavicle,2,1,0,0,1", "bone_outlines.csv:2: bone"),
    "film-quality": ("film_outlines", "P1,good,left clavicle,1,1,0,0,1", "film_outlines.csv:2: quality"),
    "duplicate-key": ("dental_pm", "R1,16,V\nR1,16,X", "dental_pm.csv:3: tooth"),
    "choice": ("line_rates", "luck,wrong_label,0.1", "line_rates.csv:2: line"),
    "range": ("antemortem", "P1,,17.5,,,,,", "antemortem.csv:2: height_cm"),
}


@pytest.mark.parametrize("rule", [*WRONG])
def test_a_wrong_row_breaks_its_own_rule_where_it_stands(tmp_path, rule):
    table, row, where = WRONG[rule]
    (tmp_path / f"{table}.csv").write_text(",".join(physical_schema(table).names) + f"\n{row}\n", encoding="utf-8")
    found = check_physical(tmp_path, CASE)
    assert [(f"{f.file}:{f.line}: {f.column}", f.rule) for f in found] == [(where, rule)]
    with pytest.raises(FaultyInput):
        read_physical(tmp_path, CASE)


def test_every_rule_has_a_row_that_breaks_it():
    assert set(physical_rules()) <= set(WRONG)


@pytest.mark.parametrize("row", [
    "R1,sex,looks,0.9,,", "R1,sex,posterior_male,,,", "R1,sex,log10_lr_male,1.0,2.0,", "R1,age,crest,1,,",
    "R1,age,clavicle,3,,", "R1,age,clavicle,1.5,,", "R1,age,range,25,20,", "R1,age,range,20,25,1.5",
    "R1,growth,open,,,", "R1,growth,open,30,20,", "R1,stature,femur,472,,", "R1,stature,rib,20,,",
    "R1,stature,estimate,170,,", "R1,sex,posterior_male,0.9,,\nR1,sex,log10_lr_male,1.0,,",
])
def test_a_finding_that_its_line_cannot_use_is_refused(folder, row):
    (folder / "examinations.csv").write_text("remains,line,finding,value,upper,error\n" + row + "\n", encoding="utf-8")
    assert [f.rule for f in check_physical(folder, CASE)] == ["finding"]


@pytest.mark.parametrize(("rows", "why"), [
    ("men,male,stature,174,6,\nmen,female,femur,47,2,", "sex must be one"),
    ("men,male,stature,174,6,", "measured must be stature and a bone"),
    ("men,male,stature,174,6,\nmen,male,tibia,47,2,", "correlation must be given with stature"),
])
def test_a_group_that_cannot_be_used_says_why(folder, rows, why):
    (folder / "stature_reference.csv").write_text("group,sex,measured,mean_cm,sd_cm,people\n" + rows + "\n",
                                                  encoding="utf-8")
    assert why in "\n".join(str(f) for f in check_physical(folder, CASE) if f.rule == "stature-group")


def test_a_film_has_one_quality_and_outlines_of_one_length(folder):
    lines = (folder / "film_outlines.csv").read_text(encoding="utf-8").splitlines()
    for wrong in ([*lines, "P1,poor,right clavicle,1,1,0,0,1", "P1,poor,right clavicle,2,1,0,0,1"],
                  [*lines, "P2,good,left clavicle,1,1,0,0,1"]):
        (folder / "film_outlines.csv").write_text("\n".join(wrong) + "\n", encoding="utf-8")
        assert "outline" in {f.rule for f in check_physical(folder, CASE)}


def test_all_faults_are_told_at_once(tmp_path):
    for table, row, _ in WRONG.values():
        (tmp_path / f"{table}.csv").write_text(",".join(physical_schema(table).names) + f"\n{row}\n", encoding="utf-8")
    assert len({f.file for f in check_physical(tmp_path, CASE)}) == len({t for t, _, _ in WRONG.values()})


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PHYSICAL), st.binary(max_size=200))
def test_whatever_the_bytes_it_says_faults_and_never_fails(tmp_path_factory, table, data):
    folder = tmp_path_factory.mktemp("bytes")
    head = (",".join(physical_schema(table).names) + "\n").encode()
    (folder / f"{table}.csv").write_bytes(head + data)
    assert all(f.rule for f in check_physical(folder, CASE))


def test_a_value_that_no_table_can_carry_is_not_written(folder):
    for wrong in (Physical(dental_pm=(Tooth("R1", 16, "V "),)), Physical(dental_pm=(Tooth("R1", 16, "V\ud800"),))):
        with pytest.raises((InvalidValue, FaultyInput)):
            write_physical(wrong, folder, CASE)
    with pytest.raises(InvalidValue, match="must be a folder that is there"):
        write_physical(FULL, folder / "none", CASE)
    assert read_physical(folder, CASE) == FULL
    assert [p for p in folder.iterdir() if p.name.endswith(".writing")] == []


def test_columns_are_the_fields_and_choices_are_the_models():
    assert set(RECORDS) == set(PHYSICAL)
    for table, record in RECORDS.items():
        names = physical_schema(table).names
        fields = tuple(record.__dataclass_fields__)
        assert len(names) == len(fields)
        assert names[1:] == fields[1:]
    choices = {c.name: c.choices for t in PHYSICAL for c in physical_schema(t).columns if t == "examinations"}
    assert choices["line"] == EXAMINED
    stated = {c.name: c.choices for c in physical_schema("line_rates").columns}
    assert set(stated["line"]) == set(LINE_RATES)
    with pytest.raises(InvalidValue, match="line='luck'"):
        Examination("R1", "luck", "x")


def test_the_paper_says_what_the_schemas_say():
    paper = (ROOT / "docs" / "physical.md").read_text(encoding="utf-8")
    part = paper.partition("<!-- schemas -->")[2].partition("<!-- end of schemas -->")[0]
    assert part.strip() == describe_physical().strip(), "see schemas.py: this part of the paper is made from it"
