"""The likelihoods of pedprobr and Familias on 243 pedigrees (see likelihood/README.md), to the last digits."""

import json
import math
from pathlib import Path

import pytest

from homeward.formats.neutral import read_neutral, read_neutral_outputs
from homeward.kinship import Typed, marker_logliks, pair_loglik

FOLDER = Path(__file__).parent / "likelihood"
CASES = sorted(FOLDER.glob("*.json"))
SHARED = Path(__file__).parents[3] / "shared" / "cases" / "dna" / "published"
PRUNING = [f"familias_pruning_{family}_{model}" for family in ("halfsibs", "parent_child", "uncle_nephew")
           for model in ("equal", "proportional", "stepwise")]
NOT_YET = {}  # category → why: such cases are expected to fail


def _category(path):
    return json.loads(path.read_text(encoding="utf-8"))["category"]


def _marked(path):
    reason = NOT_YET.get(_category(path))
    return pytest.param(path, id=path.stem, marks=[pytest.mark.xfail(strict=True, reason=reason)] if reason else [])


def _families(case):
    profiles = case.reference_profiles()
    return [Typed(f, {m.id: profiles[f.id, m.id] for m in f.members if (f.id, m.id) in profiles})
            for f in case.families]


def _assert_agrees(loglik, expected):
    if expected == -math.inf:
        assert loglik == -math.inf
    else:
        assert abs(loglik - expected) <= 1e-9
        assert abs(math.expm1(loglik - expected)) <= 1e-12


def _assert_markers_agree(path):
    case, outputs = read_neutral(path), read_neutral_outputs(path)
    typed, = _families(case)
    found = list(marker_logliks([typed], case.frequencies)[0].values())
    assert len(found) == len(outputs["loglik_per_marker"])
    for loglik, expected in zip(found, outputs["loglik_per_marker"], strict=True):
        _assert_agrees(loglik, expected)
    if "loglik_total" in outputs:
        assert math.isclose(math.fsum(found), outputs["loglik_total"], rel_tol=1e-12)


def test_all_cases_are_here():
    assert len(CASES) == 243
    assert set(NOT_YET) <= {_category(path) for path in CASES}


@pytest.mark.parametrize("path", [_marked(p) for p in CASES])
def test_likelihoods_of_each_marker_are_the_reference(path):
    _assert_markers_agree(path)


@pytest.mark.parametrize("path", [_marked(p) for p in CASES if _category(p) == "linked_pair"])
def test_joint_likelihoods_of_linked_markers_are_the_reference(path):
    case, extra = read_neutral(path), read_neutral_outputs(path)["extra"]
    typed, = _families(case)
    loglik = pair_loglik(typed, *case.frequencies.markers[:2], extra["rho"])
    _assert_agrees(loglik, extra["joint_loglik"])


@pytest.mark.parametrize("name", PRUNING)
def test_untyped_people_of_the_pedigree_count_as_in_pedprobr(name):
    path = SHARED / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the published cases are not beside this checkout ({SHARED})")
    case, outputs = read_neutral(path), read_neutral_outputs(path)
    likelihood = math.exp(next(iter(marker_logliks(_families(case), case.frequencies)[0].values())))
    familias = outputs["Familias"]
    assert math.isclose(likelihood, outputs["pedprobr"]["likelihood"][0], rel_tol=1e-12)
    assert math.isclose(likelihood, familias["likelihood_all_rows"], rel_tol=1e-12)
    # Familias given the typed people alone drops the others: another number, but for a stationary model.
    stationary = name.endswith("proportional")
    assert math.isclose(likelihood, familias["likelihood_typed_rows_only"], rel_tol=1e-5) is stationary
