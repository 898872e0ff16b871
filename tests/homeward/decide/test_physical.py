"""The lines of bodies in a case: which are compared, what counts, when sex is a rule and when evidence. Invented."""

import csv
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED
from homeward.cli.app import app
from homeward.decide import identify
from homeward.decide.lines import compare_lines
from homeward.decide.physical import LINE_RATES, compare_physical, replaces_sex_rule, stature_group
from homeward.evidence import age, circumstance, dental, effects, radiograph, sex, stature
from homeward.formats.casefile import write_case
from homeward.formats.physical import write_physical
from homeward.model import (
    Case,
    FrequencyTable,
    Incident,
    InvalidValue,
    MissingPerson,
    PartialDate,
    Prior,
    Remains,
    Sex,
)
from homeward.model.antemortem import DentalChart, RecordedHeight
from homeward.model.physical import (
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

ROOT = Path(__file__).parents[3]
BORN, LOST = PartialDate(1929, 6, 1), PartialDate(1950, 12, 2)
RATE = LineRate("sex", "conclusion_error", 0.01)
MEN = (StatureMoment("men", "male", "stature", 174.0, 6.3), StatureMoment("men", "male", "femur", 47.3, 2.33),
       StatureMoment("men", "male", "tibia", 38.8, 2.1))
WITH_STATURE = (StatureCorrelation("men", "stature", "femur", 0.84), StatureCorrelation("men", "stature", "tibia", 0.8))


def _case(remains=(Sex.MALE, Sex.FEMALE, Sex.UNKNOWN), persons=(Sex.MALE, Sex.FEMALE)):
    return Case("invented", FrequencyTable("not stated", ()), synthetic=True,
                roster=tuple(MissingPerson(f"P{i}", "invented", s, BORN, LOST) for i, s in enumerate(persons)),
                remains=tuple(Remains(f"R{j}", s) for j, s in enumerate(remains)))


def _lines(case, physical):
    return {s.line: s for s in compare_physical(case, physical).supports}


def test_a_case_without_records_has_no_lines():
    assert compare_physical(_case(remains=(Sex.MALE,)), Physical()).supports == ()
    assert [line.line for line in compare_lines(_case(), physical=Physical()).lines] == ["kinship"]


def test_without_a_stated_error_a_conclusion_of_sex_is_the_rule_and_is_not_weighed_as_well():
    case = _case()
    physical = Physical(examinations=tuple(Examination(f"R{j}", "sex", "posterior_male", 0.97) for j in (0, 2)))
    found = compare_lines(case, physical=physical)
    line = next(s for s in found.lines if s.line == "sex")
    assert line.status.tolist() == [[NOT_COMPARED, NOT_COMPARED, COMPARED]] * 2
    assert found.support.status.tolist() == [[NOT_COMPARED, EXCLUDED, COMPARED], [EXCLUDED, NOT_COMPARED, COMPARED]]
    expected = sex.compare(sex.Antemortem(("P0", "P1"), (Sex.MALE, Sex.FEMALE)),
                           sex.Postmortem(("R2",), (sex.from_posterior(0.97),)), sex.Params(0.5))
    assert line.log10_lr[:, 2].tolist() == expected.log10_lr[:, 0].tolist()


def test_with_a_stated_error_sex_is_evidence_for_all_and_excludes_nobody():
    case = _case()
    physical = Physical(line_rates=(RATE, LineRate("sex", "male_share", 0.5)),
                        examinations=(Examination("R0", "sex", "log10_lr_male", 3.0),))
    found = compare_lines(case, physical=physical)
    line = next(s for s in found.lines if s.line == "sex")
    assert line.status.tolist() == [[COMPARED, COMPARED, NOT_COMPARED]] * 2
    assert (found.support.status != EXCLUDED).all()
    assert found.excluding.count("sex") == 1
    shown = (3.0, sex.from_decision(Sex.FEMALE, 0.99, 0.99))
    expected = sex.compare(sex.Antemortem(("P0", "P1"), (Sex.MALE, Sex.FEMALE)), sex.Postmortem(("R0", "R1"), shown),
                           sex.Params(0.5))
    assert line.log10_lr[:, :2].tolist() == expected.log10_lr.tolist()


def test_the_prior_is_spread_over_all_where_sex_is_evidence():
    case = _case(remains=(Sex.MALE,))
    ruled, weighed = identify(case), identify(case, physical=Physical(line_rates=(RATE,)))
    assert ruled.prior[:, 0].tolist() == [0.5, 0.0, 0.5]
    assert weighed.prior[:, 0].tolist() == [0.25, 0.25, 0.5]
    assert 0.0 < weighed.posterior[1, 0] < 0.02
    assert not replaces_sex_rule(Physical())


def test_age_comes_from_the_dates_of_the_roster():
    physical = Physical(examinations=(Examination("R0", "age", "crest", 1.0),
                                      Examination("R1", "age", "range", 40.0, 50.0),
                                      Examination("R2", "growth", "fused", 26.0, None)),
                        age_traits=(Stage("crest", 2, 23.0, 0.1), Stage("crest", 1, 18.0, 0.1)),
                        line_rates=(LineRate("age", "wrong_bones", 0.01),))
    found = _lines(_case(), physical)["age"]
    assert found.status.tolist() == [[COMPARED, COMPARED, EXCLUDED]] * 2
    who = age.range_of(BORN, LOST)
    params = age.Params(age.Params.of_pool([who, who]), (age.Trait("crest", (18.0, 23.0), 0.1),), wrong_bones=0.01)
    expected = age.compare(age.Antemortem(("P0",), (who,)), age.Postmortem(
        ("R0", "R1"), ({"crest": 1}, {}), {"R1": age.AgeEstimate(40.0, 50.0, 0.95)}), params)
    assert found.log10_lr[0, :2].tolist() == expected.log10_lr[0].tolist()


def test_stature_is_weighed_with_the_ages_of_the_record_and_of_death():
    record = PhysicalRecord("P0", None, 175.26, 1.0, 0.5, 2.54, PartialDate(1947, 6, 1))
    physical = Physical(antemortem=(record,), stature_reference=MEN, stature_correlations=WITH_STATURE,
                        examinations=(Examination("R0", "stature", "femur", 49.0),
                                      Examination("R0", "stature", "tibia", 40.0),
                                      Examination("R2", "stature", "estimate", 170.0, None, 4.0)))
    found = _lines(_case(), physical)["stature"]
    assert found.status.tolist() == [[COMPARED, NOT_COMPARED, COMPARED], [NOT_COMPARED] * 3]
    group = stature_group(MEN, WITH_STATURE)
    years = [(b.toordinal() - BORN.first_day.toordinal()) / 365.25 for b in (PartialDate(1947, 6, 1).first_day,
                                                                             LOST.first_day)]
    expected = stature.compare(
        stature.Antemortem(("P0",), (RecordedHeight(175.26, 1.0, 0.5, 2.54, *years),), ("men",)),
        stature.Postmortem(("R0", "R2"), ({"femur": 49.0, "tibia": 40.0}, {}), np.ones((2, 1)),
                           {"R2": stature.StatureEstimate(170.0, 4.0)}), stature.Params((group,)))
    assert found.log10_lr[0, [0, 2]].tolist() == pytest.approx(expected.log10_lr[0].tolist(), rel=1e-12)


def test_a_correlation_that_is_not_stated_is_that_of_bones_independent_given_stature():
    group = stature_group(MEN, WITH_STATURE)
    assert group.residuals[0, 1] == pytest.approx(0.0, abs=1e-12)
    stated = stature_group(MEN, (*WITH_STATURE, StatureCorrelation("men", "femur", "tibia", 0.87)))
    assert stated.residuals[0, 1] == pytest.approx((0.87 - 0.84 * 0.8) * 2.33 * 2.1)
    with pytest.raises(InvalidValue, match="possible together"):
        stature_group(MEN, (*WITH_STATURE, StatureCorrelation("men", "femur", "tibia", 0.1)))


def test_a_roster_of_thirty_heights_describes_its_own_statures():
    case = _case(persons=(Sex.MALE,) * 40, remains=(Sex.MALE,))
    records = tuple(PhysicalRecord(f"P{i}", "men", 160.0 + i % 8) for i in range(40))
    physical = Physical(antemortem=records, stature_reference=MEN, stature_correlations=WITH_STATURE,
                        examinations=(Examination("R0", "stature", "femur", 44.0),))
    many, few = _lines(case, physical)["stature"], _lines(case, Physical(
        records[:20], (), (), physical.examinations, (), MEN, WITH_STATURE))["stature"]
    # 164 cm is usual on this roster, and rare where the reference's 174 cm stand for it.
    assert many.log10_lr[4, 0] < 0.3 < few.log10_lr[4, 0]


def test_teeth_are_compared_against_the_charts_of_the_roster():
    physical = Physical(antemortem=(PhysicalRecord("P0", teeth_charted=PartialDate(1948, 12, 2)),),
                        dental_am=(Tooth("P0", 16, "MO"), Tooth("P1", 16, "V"), Tooth("P1", 36, "V")),
                        dental_pm=(Tooth("R0", 16, "MOD"),), line_rates=(LineRate("dental", "filled", 0.1),))
    found = _lines(_case(), physical)["dental"]
    assert found.status.tolist() == [[COMPARED, NOT_COMPARED, NOT_COMPARED]] * 2
    charts = (DentalChart("P0", {16: "MO"}), DentalChart("P1", {16: "V", 36: "V"}))
    background = dental.Background.of(charts, years=[2.0, None])
    expected = dental.compare(dental.Antemortem(("P0", "P1"), charts, (2.0, None)),
                              dental.Postmortem(("R0",), (DentalChart("R0", {16: "MOD"}),)),
                              dental.Params(background, dental.Rates(filled=0.1)))
    assert found.log10_lr[:, 0].tolist() == pytest.approx(expected.log10_lr[:, 0].tolist(), rel=1e-12)


def test_what_many_share_is_weighed_and_does_not_count_as_a_line():
    case = _case(remains=(Sex.UNKNOWN,))
    physical = Physical(examinations=(Examination("R0", "sex", "posterior_male", 0.99),
                                      Examination("R0", "age", "range", 19.0, 24.0)),
                        dental_am=(Tooth("P0", 16, "V"), Tooth("P1", 16, "X")), dental_pm=(Tooth("R0", 16, "V"),))
    found = compare_lines(case, physical=physical)
    assert set(found.supporting(0, 0)) == {"sex", "age", "dental"} - (
        set() if found.lines[2].log10_lr[0, 0] > 0 else {"age"})
    assert found.n_independent(0, 0) == 0
    repairs = {16: "MOD", 17: "O", 26: "X", 36: "MO", 46: "DO", 47: "F"}
    roster = _case(persons=(Sex.MALE,) * 30, remains=(Sex.MALE,))
    teeth = tuple(Tooth(f"P{i}", t, "V" if i else c) for i in range(30) for t, c in repairs.items())
    rare = compare_lines(roster, physical=Physical(dental_am=teeth, dental_pm=tuple(
        Tooth("R0", t, c) for t, c in repairs.items())))
    assert rare.lines[-1].log10_lr[0, 0] > 1.0
    assert rare.n_independent(0, 0) == 1


def test_an_effect_is_weighed_over_the_whole_roster_and_the_place_by_incidents():
    persons = tuple(MissingPerson(f"P{i}", f"Invented {i}", Sex.MALE, incident=f"I{i % 2}",
                                  service_number=f"1234567{i}") for i in range(4))
    case = Case("invented", FrequencyTable("not stated", ()), synthetic=True, prior=Prior(0.5, 40), roster=persons,
                incidents=(Incident("I0", latitude_deg=40.35, longitude_deg=127.2), Incident("I1", latitude_deg=39.97)),
                remains=(Remains("R0"), Remains("R1")))
    physical = Physical(effects=(FoundEffect("R0", "1", "tag", "12345672"),),
                        recovery_places=(RecoveryPlace("R1", 40.3, 127.1, 2.0),),
                        line_rates=(LineRate("effects", "tag", 0.2),
                                    LineRate("circumstance", "incident_error_km", 3.0)))
    found = _lines(case, physical)
    tag = effects.compare(effects.Antemortem(tuple(p.id for p in persons), tuple(p.service_number for p in persons),
                                             tuple(p.name for p in persons)),
                          effects.Postmortem(("R0",), ((effects.Effect("tag", "12345672"),),)),
                          effects.Params(40, {**effects.DISPLACED, "tag": 0.2}))
    assert found["effects"].log10_lr[:, 0].tolist() == tag.log10_lr[:, 0].tolist()
    chosin = circumstance.Place(40.35, 127.2, 3.0)
    lost = (chosin, None, chosin, None)
    place = circumstance.compare(
        circumstance.Antemortem(tuple(p.id for p in persons), lost),
        circumstance.Postmortem(("R1",), (circumstance.Place(40.3, 127.1, 2.0),), (None,)),
        circumstance.Params(circumstance.Params.pool_of(lost)))
    assert found["circumstance"].log10_lr[:, 1].tolist() == place.log10_lr[:, 0].tolist()
    assert found["circumstance"].status.tolist() == [[NOT_COMPARED, COMPARED], [NOT_COMPARED] * 2] * 2
    assert found["effects"].status[:, 1].tolist() == [NOT_COMPARED] * 4
    both = compare_lines(case, physical=physical)
    assert both.n_independent(2, 0) == 1
    assert both.n_independent(0, 1) == 0


def test_a_film_is_weighed_by_the_calibration_of_its_quality():
    outline = [(1.0, 0.0, 0.0, 0.3), (0.1, 0.02, 0.0, 0.0)]
    far = [(1.0, 0.0, 0.0, 0.3), (0.5, 0.02, 0.3, 0.0)]
    physical = Physical(
        film_outlines=tuple(FilmOutline(p, q, "left clavicle", n, *row) for p, q, rows in (
            ("P0", "good", outline), ("P1", "poor", far)) for n, row in enumerate(rows, 1)),
        bone_outlines=tuple(BoneOutline("R2", "left clavicle", n, *outline[n - 1]) for n in (2, 1)),
        film_distances=tuple(FilmDistance(q, d * (1 + k), same) for q in ("good", "poor") for k in range(9)
                             for d, same in ((0.005, True), (0.05, False))))
    found = _lines(_case(), physical)["radiograph"]
    same, other = (np.array([d.distance for d in physical.film_distances if d.quality == "good"
                             and d.same_person is of]) for of in (True, False))
    calibration = radiograph.Calibration.falling(same, other)
    assert found.log10_lr[0, 2] == pytest.approx(math.log10(
        0.999 * 10 ** float(calibration.of(np.array([0.0]))[0]) + 0.001))
    assert found.log10_lr[1, 2] < 0 < found.log10_lr[0, 2]
    assert found.status.tolist() == [[NOT_COMPARED, NOT_COMPARED, COMPARED]] * 2


def test_the_stated_rates_are_those_of_the_lines():
    # Each name is taken by the line, whose own check has the last word.
    for line, rates in LINE_RATES.items():
        stated = tuple(LineRate(line, name, min(below / 4.0, 2.0)) for name, below in rates.items())
        physical = Physical((PhysicalRecord("P0", None, 170.0),), (Tooth("P0", 16, "V"),), (Tooth("R0", 16, "V"),),
                            (Examination("R0", "sex", "posterior_male", 0.9),
                             Examination("R0", "age", "range", 20.0, 30.0),
                             Examination("R0", "stature", "femur", 47.0)), (), MEN, WITH_STATURE, line_rates=stated)
        assert len(compare_physical(_case(remains=(Sex.UNKNOWN,)), physical).supports) == 4
    assert set(LINE_RATES) == {"sex", "age", "stature", "dental", "effects", "circumstance", "radiograph"}


def test_the_command_weighs_what_lies_in_the_folder_and_tells_its_faults(tmp_path):
    case = _case()
    write_case(case, tmp_path / "case")
    write_physical(Physical(examinations=(Examination("R2", "sex", "posterior_male", 0.97),)), tmp_path / "case", case)
    runner = CliRunner()
    done = runner.invoke(app, ["identify", str(tmp_path / "case"), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    remains = next(r for r in results["remains"] if r["remains"] == "R2")
    assert remains["candidates"][0]["person"] == "P0"
    converted = runner.invoke(app, ["convert", str(tmp_path / "case"), str(tmp_path / "copy")])
    assert converted.exit_code == 0, converted.output
    with (tmp_path / "copy" / "examinations.csv").open(encoding="utf-8", newline="") as file:
        assert [row["remains"] for row in csv.DictReader(file)] == ["R2"]
    (tmp_path / "case" / "examinations.csv").write_text("remains,line,finding\nR9,sex,posterior_male\n")
    refused = runner.invoke(app, ["check", str(tmp_path / "case")])
    assert refused.exit_code == 1
    assert "unknown-remains" in refused.output


def test_the_examples_of_the_paper_run():
    page = (ROOT / "docs" / "physical.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "physical.md", "exec"), {})
