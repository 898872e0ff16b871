"""The t-tests of OsteoSort against what OsteoSort itself gives: version 2 pinned in its tests, 1.2.6 as run."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from homeward.commingling.osteosort import OsteoSortSettings, osteosort_pairs, osteosort_regression
from homeward.model import InvalidValue

_CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "remains"
_NEEDS_CASES = pytest.mark.skipif(not _CASES.is_dir(), reason="needs the case files of ../shared")


def _bones(n, columns, seed):
    """The made-up bones of OsteoSort's test/osj/runtests.jl (commit 2243da74), from the description in the case."""
    left, right = np.full((n, columns), np.nan), np.full((n, columns), np.nan)
    for i in range(1, n + 1):
        for j in range(1, columns + 1):
            size = 30 + 12 * j + 0.7 * ((17 * i + 5 * seed) % 23) + 0.25 * ((i * j + seed) % 7)
            if (i + 3 * j + seed) % 9:
                left[i - 1, j - 1] = size
            if (2 * i + j + seed) % 11:
                right[i - 1, j - 1] = size + 0.45 * (((i + seed) * (j + 2)) % 5) - 0.9
    return left, right


def _pinned():
    return json.loads((_CASES / "osj2_golden.json").read_text())


@_NEEDS_CASES
def test_version_2_gives_its_pinned_values():
    reference_left, reference_right = _bones(70, 5, 1)
    left, right = _bones(9, 5, 2)[0], _bones(11, 5, 3)[1]
    left[3], right[6] = np.nan, np.nan
    left[3, 1], right[6, 4] = 61.5, 93.0
    pinned = _pinned()["values"]
    assert len(pinned) == 8
    for key, (sum_p, first_p, mean, sd, n, sum_value) in pinned.items():
        tails, *switches = key.split(",")
        absolute, transform, zero_mean = (s == "T" for s in switches)
        settings = OsteoSortSettings(absolute, zero_mean, transform, int(tails))
        found = osteosort_pairs(left, right, reference_left, reference_right, settings)
        assert np.isfinite(found.p).sum() == 96
        assert found.n.sum() == 3293
        # the parameter of Yeo–Johnson comes from an optimiser: OsteoSort's own tests allow it 1e-6
        close = {"rel": 1e-6 if transform else 1e-9, "abs": 1e-12}
        assert np.nansum(found.p) == pytest.approx(sum_p, **close)
        assert found.p[0, 0] == pytest.approx(first_p, rel=1e-3 if transform else 1e-9, abs=1e-12)
        assert (found.mean[0, 0], found.sd[0, 0]) == pytest.approx((mean, sd), **close)
        assert found.n[0, 0] == n
        assert np.nansum(found.value) == pytest.approx(sum_value, **close)


@_NEEDS_CASES
def test_version_2_gives_its_pinned_regression():
    pinned = _pinned()["regression"]
    found = osteosort_regression(_bones(8, 4, 6)[0], _bones(10, 3, 7)[1], _bones(70, 4, 4)[0], _bones(70, 3, 5)[1])
    assert found.p.sum() == pytest.approx(pinned["sum_p"], rel=1e-9)
    assert found.r2.sum() == pytest.approx(pinned["sum_r2"], rel=1e-9)
    assert found.p[0, 0] == pytest.approx(pinned["first_p"], rel=1e-9)
    assert found.intercept[0, 0] == pytest.approx(pinned["intercept"], rel=1e-9)
    assert found.slope[0, 0] == pytest.approx(pinned["slope"], rel=1e-9)
    assert found.sigma[0, 0] == pytest.approx(pinned["sigma"], rel=1e-9)
    assert found.n[0, 0] == pinned["n"]
    assert found.n.sum() == pinned["sum_n"]


def _table(name):
    with (_CASES / name).open(newline="") as file:
        return list(csv.DictReader(file))


def _number(text):
    return float("nan") if text in ("", "NA") else float(text)


@_NEEDS_CASES
def test_version_1_2_6_gives_its_p_values_to_the_digits_it_prints():
    codes = [f"Hum_0{i}" for i in range(1, 6)]
    reference = _table("osteosort126_ref_humerus_n137.csv")
    sides = [np.array([[_number(r[c + s]) for c in codes] for r in reference]) for s in ("", "R")]
    cases = {r["id"]: [_number(r[c]) for c in codes] for r in _table("osteosort126_case_humeri_25x25.csv")}
    lefts, rights = (sorted(id for id in cases if id[0] == s) for s in "LR")
    found = {}
    for row in _table("osteosort126_golden_pvalues_humeri_25x25.csv"):
        switches = tuple(row[s] == "TRUE" for s in ("absolute", "zeromean", "boxcox"))
        if switches not in found:
            found[switches] = osteosort_pairs(np.array([cases[i] for i in lefts]), np.array([cases[i] for i in rights]),
                                              *sides, OsteoSortSettings(*switches, version="1.2.6"))
        at = lefts.index(row["left"]), rights.index(row["right"])
        tests = found[switches]
        assert abs(tests.p[at] - float(row["p"])) <= 5.0e-5
        assert tests.n[at] == int(row["n"])
        # Box–Cox's parameter is the optimiser's: the fifth digit may differ
        slack = 1.5e-5 if switches[2] else 1e-9
        assert abs(tests.mean[at] - float(row["mean"])) <= 5e-5 + slack
        assert abs(tests.sd[at] - float(row["sd"])) <= 5e-5 + slack
    assert len(found) == 6


def test_a_pair_that_shares_no_measurement_is_not_tested():
    reference = np.random.default_rng(1).normal(50.0, 2.0, (20, 2))
    found = osteosort_pairs(np.array([[50.0, np.nan]]), np.array([[np.nan, 50.0]]), reference, reference + 1.0,
                            OsteoSortSettings())
    assert found.n[0, 0] == 0
    assert np.isnan(found.p[0, 0])
    assert np.isnan(found.value[0, 0])


def test_settings_that_no_version_has_are_refused():
    with pytest.raises(InvalidValue, match=r"tails=3"):
        OsteoSortSettings(tails=3)
    with pytest.raises(InvalidValue, match="absolute"):
        OsteoSortSettings(transform=True, version="1.2.6")
