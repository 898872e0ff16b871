"""Stature as evidence: published and closed figures, laws, a plain second implementation by integration, refusals."""

import csv
import gzip
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import expon, multivariate_normal, norm

from homeward.blocks import COMPARED, NOT_COMPARED
from homeward.evidence import stature
from homeward.model import InvalidValue
from homeward.model.antemortem import RecordedHeight

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared"
VECTORS = SHARED / "cases" / "remains" / "stature_lr_vectors.json"


def _group(name="men", mean=174.08, n=None, codes=("femur", "tibia")):
    # Stature, femur, tibia of 936 men measured by Trotter, from the figures of stature_cases.json: sd 6.33, r .845 and
    # .825, and the regression on the sum of both.
    sd = np.array([6.33, 0.845 * 6.33 / 2.295, 0.825 * 6.33 / 2.436])
    corr = np.array([[1.0, 0.845, 0.825], [0.845, 1.0, 0.87], [0.825, 0.87, 1.0]])
    keep = [0, *(i for i, c in enumerate(("femur", "tibia"), 1) if c in codes)]
    means = np.array([mean, 47.281 + 0.3111 * (mean - 174.08), 38.85 + 0.28 * (mean - 174.08)])
    return stature.StatureGroup.of_moments(name, codes, means[keep], (corr * np.outer(sd, sd))[np.ix_(keep, keep)], n)


def _lr(height, measured, *groups, group="men", shares=None, estimates=None, **params):
    groups = groups or (_group(),)
    am = stature.Antemortem(("P",), (height,), (group,))
    shares = np.array([[1.0 / len(groups)] * len(groups)] if shares is None else [shares])
    pm = stature.Postmortem(("R",), (measured,), shares, estimates or {})
    return 10 ** stature.compare(am, pm, stature.Params(groups, **params)).log10_lr[0, 0]


def _plain(height, bones, group, delta, growth=0.0):
    """Two integrals over h, the record's error, rounding and growth as they are said."""
    unit = height.rounding_cm
    at = height.height_cm - height.shift_cm

    def of_record(h):  # P(h* | h) but for a factor
        def of_grown(g):
            low, high = at - unit / 2 - (h - g), at + unit / 2 - (h - g)
            return norm.cdf(high, 0, height.sd_cm) - norm.cdf(low, 0, height.sd_cm)
        if not growth:
            return of_grown(0.0)
        steps = (np.arange(400) + 0.5) * growth * 16 / 400
        return float(expon(scale=growth).pdf(steps) @ of_grown(steps)) * growth * 16 / 400

    def of_bones(h):
        return multivariate_normal(group.intercepts_cm + group.slopes * h, group.residuals).pdf(bones)

    def pool(h):
        return norm.pdf(h, group.mean_cm, group.sd_cm)

    grid = np.linspace(group.mean_cm - 40, group.mean_cm + 40, 401)
    record, seen, f = (np.array([of(h) for h in grid]) for of in (of_record, of_bones, pool))
    own = (record * f * seen).sum() / (record * f).sum()
    return (1 - delta) * own / ((f * seen).sum() / f.sum()) + delta


@pytest.mark.skipif(not VECTORS.exists(), reason="../shared is not there: published vectors are not compared")
def test_the_published_vectors_come_out_to_the_digits_they_give():
    content = json.loads(VECTORS.read_text(encoding="utf-8"))
    # The model's coefficients are printed with five digits; within these, such that every figure has its four.
    printed = [*content["model"]["pop_stature"], content["model"]["bone_on_stature_slope"],
               content["model"]["resid_sd_cm"], content["model"]["bone_mean_cm"]]
    mean, sd, slope, residual, bone = 174.079965, 6.330015, 0.31112293, 1.24635659, 47.28103045
    assert [round(v, n) for v, n in zip((mean, sd, slope, residual, bone), (2, 2, 5, 4, 3), strict=True)] == printed
    group = stature.StatureGroup("men", ("femur",), np.array([bone - slope * mean]), np.array([slope]),
                                 np.array([[residual**2]]), mean, sd)
    assert len(content["vectors"]) == 75
    for v in content["vectors"]:
        lr = _lr(RecordedHeight(v["recorded_h_cm"], v["h_error_sd"]), {"femur": float(v["femur_cm"])}, group,
                 wrong_record=0.0)
        assert round(math.log10(lr), 4) == v["log10LR"]


def test_a_femur_and_a_true_height_are_the_ratio_of_two_normal_densities():
    group = _group(codes=("femur",))
    b, h, slope = 49.0, 181.0, float(group.slopes[0])
    residual = float(group.residuals[0, 0])
    own = norm.pdf(b, 47.281 + slope * (h - 174.08), math.sqrt(residual))
    pool = norm.pdf(b, 47.281, math.sqrt(residual + (slope * 6.33) ** 2))
    assert math.isclose(_lr(RecordedHeight(h), {"femur": b}, group, wrong_record=0.0), own / pool, rel_tol=1e-9)


def test_mean_log10_lr_of_a_true_pair_is_that_of_its_correlation():
    # −½ log10(1 − r²): .271 for the femur of Trotter's 936 men, r = .845 (stature_cases.json, expected_information).
    group = _group(codes=("femur",))
    x, w = np.polynomial.hermite_e.hermegauss(12)
    total = 0.0
    for zh, wh in zip(x, w, strict=True):
        h = 174.08 + 6.33 * float(zh)
        at, residual = group.intercepts_cm[0] + group.slopes[0] * h, math.sqrt(group.residuals[0, 0])
        femora = [{"femur": float(at + residual * ze)} for ze in x]
        am = stature.Antemortem(("P",), (RecordedHeight(h),), ("men",))
        pm = stature.Postmortem(tuple(map(str, range(12))), tuple(femora), np.ones((12, 1)), {})
        total += wh * float(stature.compare(am, pm, stature.Params((group,), wrong_record=0.0)).log10_lr[0] @ w)
    assert total / (2 * math.pi) == pytest.approx(-0.5 * math.log10(1 - 0.845**2), abs=1e-9)
    assert total / (2 * math.pi) == pytest.approx(0.271, abs=1e-3)


@pytest.mark.parametrize(("height", "growth"), [
    (RecordedHeight(181.0, 1.8, 0.7, 2.54), 0.0),
    (RecordedHeight(166.0, 1.0, 0.0, 2.54), 0.0),
    (RecordedHeight(172.0, 1.2, 0.0, 1.27, 18.0, 24.0), 1.5),
])
def test_it_agrees_with_integrals_done_by_hand(height, growth):
    group = _group()
    bones = np.array([49.2, 39.1])
    found = _lr(height, dict(zip(group.codes, bones, strict=True)), group, wrong_record=0.002)
    assert found == pytest.approx(_plain(height, bones, group, 0.002, growth), rel=2e-4)


@pytest.mark.parametrize("height", [RecordedHeight(160.0, 2.0), RecordedHeight(191.0, 1.0, 0.5, 2.54, 17.0, 20.0)])
def test_mean_lr_over_strangers_is_one(height):
    group = _group(codes=("femur",))
    sd = math.sqrt(group.residuals[0, 0] + (group.slopes[0] * group.sd_cm) ** 2)
    femora = np.linspace(47.281 - 9 * sd, 47.281 + 9 * sd, 4001)
    am = stature.Antemortem(("P",), (height,), ("men",))
    pm = stature.Postmortem(tuple(map(str, range(4001))), tuple({"femur": float(b)} for b in femora),
                            np.ones((4001, 1)), {})
    lr = 10 ** stature.compare(am, pm, stature.Params((group,))).log10_lr[0]
    mean = group.intercepts_cm[0] + group.slopes[0] * 174.08
    assert float(lr @ norm.pdf(femora, mean, sd)) * (femora[1] - femora[0]) == pytest.approx(1.0, abs=1e-6)


def test_mean_lr_over_strangers_of_two_sexes_is_one():
    men, women = _group(codes=("femur",)), _group("women", 162.0, codes=("femur",))
    femora = np.linspace(30.0, 62.0, 4001)
    shares = np.array([0.7, 0.3])
    pm = stature.Postmortem(tuple(map(str, range(4001))), tuple({"femur": float(b)} for b in femora),
                            np.tile(shares, (4001, 1)), {})
    pool = sum(s * norm.pdf(femora, g.intercepts_cm[0] + g.slopes[0] * g.mean_cm,
                            math.sqrt(g.residuals[0, 0] + (g.slopes[0] * g.sd_cm) ** 2))
               for s, g in zip(shares, (men, women), strict=True))
    am = stature.Antemortem(("A", "B", "C"), (RecordedHeight(165.0, 2.0),) * 3, ("men", "women", None))
    lr = 10 ** stature.compare(am, pm, stature.Params((men, women))).log10_lr
    assert np.allclose(lr @ pool * (femora[1] - femora[0]), 1.0, atol=1e-5)


def test_a_second_bone_of_the_leg_is_no_second_factor():
    group = _group()
    height = RecordedHeight(190.0, 1.0)
    tall = {"femur": 47.281 + 5.0, "tibia": 38.85 + 4.2}
    each = [_lr(height, {c: tall[c]}, group, wrong_record=0.0) for c in group.codes]
    both = _lr(height, tall, group, wrong_record=0.0)
    assert max(each) < both < each[0] * each[1]


def test_mirrored_in_the_mean_everything_is_the_same():
    group = _group()
    mean = {c: float(group.intercepts_cm[k] + group.slopes[k] * 174.08) for k, c in enumerate(group.codes)}
    up, down = ({c: mean[c] + sign * d for c, d in (("femur", 2.0), ("tibia", 1.1))} for sign in (1, -1))
    assert math.isclose(_lr(RecordedHeight(180.08, 1.5, 0.0, 2.54), up, group),
                        _lr(RecordedHeight(168.08, 1.5, 0.0, 2.54), down, group), rel_tol=1e-9)


def test_the_less_a_record_can_be_trusted_the_less_it_says():
    bones = {"femur": 52.5}
    for height in (188.0, 162.0):
        figures = [abs(math.log10(_lr(RecordedHeight(height, sd), bones))) for sd in (0.0, 1.5, 3.0, 6.0, 15.0)]
        assert figures == sorted(figures, reverse=True)


def test_growth_helps_the_short_record_of_a_boy_and_never_makes_him_smaller():
    bones = {"femur": 49.5}
    boy, man = (RecordedHeight(172.0, 1.0, 0.0, 0.0, age, 25.0) for age in (17.0, 24.0))
    assert _lr(boy, bones) > _lr(man, bones)
    assert _lr(boy, {"femur": 45.0}) < _lr(man, {"femur": 45.0})
    assert stature.growth_left_cm(23.0, 1.5) == 0.0
    assert stature.growth_left_cm(18.0, 1.5) == 1.5


def test_it_is_never_below_the_rate_of_wrong_records():
    assert math.isclose(_lr(RecordedHeight(150.0), {"femur": 56.0}, wrong_record=0.004), 0.004, rel_tol=1e-6)


def test_an_estimate_is_an_instrument_and_bones_come_before_it():
    height, group = RecordedHeight(181.0, 1.0), _group()
    said = {"R": stature.StatureEstimate(184.0, 4.0, 1.0)}
    own = norm.pdf(183.0, (181.0 * 6.33**2 + 174.08) / (6.33**2 + 1), math.sqrt(16 + 6.33**2 / (6.33**2 + 1)))
    expected = own / norm.pdf(183.0, 174.08, math.sqrt(16 + 6.33**2))
    assert math.isclose(_lr(height, {}, group, estimates=said, wrong_record=0.0), expected, rel_tol=1e-9)
    bones = {"femur": 49.0}
    assert _lr(height, bones, group, estimates=said) == _lr(height, bones, group)


def test_a_small_reference_says_less():
    bones, height = {"femur": 51.0, "tibia": 42.0}, RecordedHeight(186.0, 1.0)
    figures = [_lr(height, bones, _group(n=n)) for n in (10, 30, 1000, None)]
    assert figures == sorted(figures)


def test_what_is_not_recorded_or_measured_is_not_compared():
    am = stature.Antemortem(("A", "B"), (RecordedHeight(170.0, 1.0), None), ("men", "men"))
    pm = stature.Postmortem(("R", "S"), ({"femur": 47.0}, {"rib": 20.0}), np.ones((2, 1)), {})
    tile = stature.compare(am, pm, stature.Params((_group(),)))
    assert tile.status.tolist() == [[COMPARED, NOT_COMPARED], [NOT_COMPARED, NOT_COMPARED]]


def test_the_pool_behind_a_roster_is_freed_of_the_records_errors():
    rng = np.random.default_rng(4)
    true = rng.normal(171.0, 6.0, 4000)
    heights = [RecordedHeight(round((h + 1.0 + e) / 2.54) * 2.54, 2.0, 1.0, 2.54)
               for h, e in zip(true, rng.normal(0, 2.0, 4000), strict=True)]
    mean, sd = stature.pool_of([*heights, None])
    assert mean == pytest.approx(171.0, abs=0.35)
    assert sd == pytest.approx(6.0, abs=0.25)


@pytest.mark.skipif(not (SHARED / "data" / "osteometrics_dpaa.csv.gz").exists(), reason="../shared is not there")
def test_real_femora_speak_for_their_own_men_as_much_as_their_correlation_says():
    # White males with a femur's length and a stature in ../shared/data (from OsteoSort 1.4.0); half teach, half tested.
    with gzip.open(SHARED / "data" / "osteometrics_dpaa.csv.gz", "rt", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["group"] == "white_males" and r["code"] == "Fem_01"
                and r["stature_cm"]]
    people = {r["individual_id"]: (float(r["stature_cm"]), float(r["value_mm"]) / 10) for r in rows}
    data = np.array([v for k, v in sorted(people.items())])
    teach, test = data[::2], data[1::2]
    group = stature.StatureGroup.of_moments("men", ("femur",), teach.mean(axis=0), np.cov(teach.T), len(teach))
    ids = tuple(map(str, range(len(test))))
    am = stature.Antemortem(ids, tuple(RecordedHeight(h) for h, _ in test), ("men",) * len(test))
    pm = stature.Postmortem(ids, tuple({"femur": b} for _, b in test), np.ones((len(test), 1)), {})
    found = stature.compare(am, pm, stature.Params((group,))).log10_lr
    r = np.corrcoef(data.T)[0, 1]
    assert np.diag(found).mean() == pytest.approx(-0.5 * math.log10(1 - r**2), abs=0.12)
    strangers = 10 ** found[~np.eye(len(test), dtype=bool)]
    assert strangers.mean() == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize(("make", "said"), [
    (lambda: RecordedHeight(17.5), "height_cm=17.5"),
    (lambda: RecordedHeight(175, sd_cm=-1), "sd_cm=-1"),
    (lambda: RecordedHeight(175, age_years=30, died_age_years=20), "age_years=30"),
    (lambda: _lr(RecordedHeight(175), {"femur": 47.0}, group="giants"), "P: group='giants'"),
    (lambda: stature.Params(()), "groups=[]"),
    (lambda: stature.Params((_group(), _group())), "groups=['men', 'men']"),
    (lambda: stature.Params((_group(),), wrong_record=1.0), "wrong_record=1.0"),
    (lambda: stature.Params((_group(),), growth_at_18_cm=-1.0), "growth_at_18_cm=-1.0"),
    (lambda: stature.StatureEstimate(175.0, 0.0), "sd_cm=0.0"),
    (lambda: _group(n=3), "n=3"),
    (lambda: stature.StatureGroup("m", ("a",), np.zeros(1), np.ones(1), -np.ones((1, 1)), 170.0, 6.0), "residuals="),
    (lambda: stature.StatureGroup("m", ("a",), np.zeros(2), np.ones(1), np.ones((1, 1)), 170.0, 6.0), "intercepts_cm="),
    (lambda: stature.StatureGroup("m", ("a",), np.zeros(1), np.ones(1), np.ones((1, 1)), 170.0, 0.0), "sd_cm=0.0"),
    (lambda: stature.Postmortem(("R",), ({},), np.array([[0.5, 0.4]]), {}), "shares="),
    (lambda: stature.pool_of([RecordedHeight(170.0)] * 9), "heights=9"),
])
def test_what_cannot_be_is_refused_by_name(make, said):
    with pytest.raises(InvalidValue) as refused:
        make()
    assert said in str(refused.value)


def test_the_examples_of_the_paper_run():
    page = (ROOT / "docs" / "evidence" / "stature.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "stature.md", "exec"), {})
