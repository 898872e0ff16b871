"""The data sets of the literature on disaster victim identification against dvir 3.4.2 and an exact prototype.

The figures stand in the case files themselves, with the program that made them (outputs.joint, jointDVI,
posterior_pairing, GLR, dviSolve: dvir 3.4.2; exact_dp_posterior: a subset-DP prototype with a flat prior).
"""

import json
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from homeward.blocks import EXCLUDED, Support
from homeward.decide.joint import How, JointPrior, PriorKind, identify_jointly
from homeward.decide.joint.glr import likeliest
from homeward.decide.joint.options import Pairings
from homeward.decide.joint.prior import pair_priors
from homeward.decide.joint.solve import JointLimits, solve
from homeward.decide.lines import compare_lines
from homeward.formats.neutral import read_neutral, read_neutral_outputs

_SHARED = Path(__file__).resolve().parents[5] / "shared"
_PUBLISHED, _BENCH = _SHARED / "cases" / "dna" / "published", _SHARED / "bench"
_NAMES = ("KETPchap481", "KETPchap484", "KETPexer497", "KETPexer498", "example1", "example2", "exclusionExample",
          "fire", "grave", "icmp", "planecrash", "symmetricSibs")
_DP = ("KETPexer497", "exclusionExample", "planecrash")
_JOINT = tuple(f"joint{shape}_{n}" for shape in "AB" for n in (2, 3, 4, 5))
# The references of this file are listed in the order of the kit, not of its markers.
_IDENTIFILER = ("D8S1179", "D21S11", "D7S820", "CSF1PO", "D3S1358", "TH01", "D13S317", "D16S539", "D2S1338", "D19S433",
                "vWA", "TPOX", "D18S51", "D5S818", "FGA")

pytestmark = pytest.mark.skipif(not _PUBLISHED.is_dir(), reason="needs the case files of ../shared")


@cache
def _read(path):
    order = _IDENTIFILER if path.name.startswith("exclusionExample") else None
    return read_neutral(path, reference_markers=order), read_neutral_outputs(path)


@cache
def _identified(path):
    case, outputs = _read(path)
    support = compare_lines(case).support
    found = identify_jointly(case, support, prior=JointPrior(0.3, flat=True), shown=250)
    return case, outputs, support, found


def _published(name):
    return _identified(_PUBLISHED / f"{name}.json")


def _matrix(table, found, values):
    """Our values in the rows (remains) and columns (persons, "*") of a table of the file."""
    rows = [found.remains.index(r) for r in table["rows"]]
    columns = [-1 if c == "*" else found.persons.index(c) for c in table["cols"]]
    theirs = np.array([[np.nan if v is None else v for v in row] for row in table["matrix"]], dtype=np.float64)
    return values[np.ix_(columns, rows)].T, theirs


def _assert_same(ours, theirs, rel):
    """Equal within a relative error wherever a figure is given that is not 0."""
    given = np.isfinite(theirs) & (theirs != 0.0)
    np.testing.assert_allclose(ours[given], theirs[given], rtol=rel)
    assert (ours[theirs == 0.0] < 1e-200).all()


@pytest.mark.parametrize("name", [n for n in _NAMES if n != "exclusionExample"])
def test_pairings_have_the_posterior_of_dvir(name):
    _, outputs, _, found = _published(name)
    assert found.stated.kind is PriorKind.FLAT
    ours, theirs = _matrix(outputs["posterior_pairing"], found, found.stated.posterior)
    _assert_same(ours, theirs, 1e-6)
    assert found.stated.error == 0.0


@pytest.mark.parametrize("name", [n for n in _NAMES if n != "exclusionExample"])
def test_the_glr_is_that_of_dvir(name):
    _, outputs, _, found = _published(name)
    ours, theirs = _matrix(outputs["GLR"], found, 10.0**found.log10_glr)
    _assert_same(ours, theirs, 1e-6)
    assert (ours[np.isnan(theirs)] == 0.0).all(), "dvir gives none where a pairing is impossible"


def _tops(outputs):
    joint = outputs["joint"]
    return joint["top"] if isinstance(joint, dict) else joint


def _by_pairs(found):
    return {frozenset(a.pairs): a for a in found.assignments}


@pytest.mark.parametrize("name", [n for n in _NAMES if n != "exclusionExample"])
def test_the_best_assignments_are_those_of_dvir(name):
    _, outputs, _, found = _published(name)
    ours = _by_pairs(found)
    tops = [t for t in _tops(outputs) if t["loglik"] > -math.inf]
    for top in tops:
        mine = ours[frozenset((m, v) for v, m in top["assignment"].items() if m != "*")]
        assert mine.loglik == pytest.approx(top["loglik"], rel=1e-9)
        assert 10.0**mine.log10_lr_best == pytest.approx(top["LR"], rel=1e-6)
        assert mine.posterior == pytest.approx(top["posterior"], rel=1e-6)
    assert found.likeliest_equal == sum(t["LR"] == pytest.approx(1.0, rel=1e-9) for t in tops)


@pytest.mark.parametrize("name", [n for n in _NAMES if n not in ("exclusionExample", "planecrash")])
def test_lrs_against_no_identification_are_those_of_the_older_function(name):
    _, outputs, _, found = _published(name)
    ours = _by_pairs(found)
    for top in outputs["jointDVI"]["top"]:
        if top["loglik"] > -math.inf:
            mine = ours[frozenset((m, v) for v, m in top["assignment"].items() if m != "*")]
            assert mine.loglik - found.loglik_unidentified == pytest.approx(math.log(top["LR"]), abs=1e-6)


@pytest.mark.parametrize("name", _NAMES)
def test_the_baseline_and_the_number_of_assignments_are_those_of_dvir(name):
    _, outputs, _, found = _published(name)
    stated = sum(outputs["loglik_victims"].values()) + sum(outputs["loglik_families"].values())
    assert found.loglik_unidentified == pytest.approx(stated, rel=1e-9)
    assert found.n_assignments == outputs["grid_size_nonzero_pairings"]


@pytest.mark.parametrize("name", _NAMES)
def test_undisputed_pairings_are_those_of_dvir(name):
    _, outputs, _, found = _published(name)
    theirs = {(row["Missing"], row["Sample"]) for row in outputs["dviSolve"]["AM"]
              if row["Conclusion"] == "Undisputed" and row["Comment"] == "Step 1"}
    assert theirs <= set(found.first.undisputed)


@pytest.mark.parametrize(("name", "groups"), [
    ("symmetricSibs", {(("M1", "M2"), ("V1", "V2")), (("M3", "M4"), ("V3",))}),
    ("fire", {(("M2", "M3"), ("V2", "V3"))}), ("icmp", {(("M10", "M11"), ("V2",))}), ("grave", set())])
def test_brothers_whom_nothing_tells_apart_are_named_with_their_remains(name, groups):
    # dviSolve calls them symmetric matches.
    _, _, _, found = _published(name)
    assert {(s.persons, s.remains) for s in found.symmetries} == groups
    assert all(s.posterior > 0.99 for s in found.symmetries)


def test_persons_excluded_from_all_remains_are_named():
    assert _published("icmp")[3].first.excluded_persons == ("M2", "M4", "M9")  # dviSolve: Excluded


@pytest.mark.parametrize("name", _DP)
def test_the_exact_posterior_is_that_of_the_prototype(name):
    _, outputs, _, found = _identified(_PUBLISHED / f"{name}.dp.json")
    ours, theirs = _matrix(outputs["exact_dp_posterior"], found, found.stated.posterior)
    np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-10)


def _pairings(outputs):
    """The pairwise LRs of a file as they stand."""
    lrs = np.array([[0.0 if v is None else v for v in row] for row in outputs["pairwise_LR"]["matrix"]]).T
    with np.errstate(divide="ignore"):
        return Pairings(np.log(lrs), np.arange(len(lrs)), ())


@pytest.mark.parametrize("path", [*(f"cases/dna/published/{n}.dp.json" for n in _DP),
                                  "bench/pairwise/cousins2_aunt_none_20.dp.json"])
def test_from_the_same_lrs_the_exact_posterior_is_the_same(path):
    # The 20 × 20 case is given every single digit: 1e-10 for all pairings, 1e-9 relative for the least.
    outputs = read_neutral_outputs(_SHARED / path)
    pairings, table = _pairings(outputs), outputs["exact_dp_posterior"]
    flat = pair_priors(JointPrior(0.3), np.ones(pairings.log_lr.shape, dtype=np.bool_))[-1]
    found = solve(pairings, flat, JointLimits())
    assert [p.facts.how for p in found.parts] == [How.EXACT]
    theirs = np.array(table["matrix"]).T
    np.testing.assert_allclose(found.posterior, theirs, rtol=1e-9, atol=0.0)
    assert sum(p.log_total for p in found.parts) == pytest.approx(table["log_Z"], rel=1e-12)


@pytest.mark.parametrize("name", _JOINT)
def test_the_joint_tables_of_the_timed_cases_are_those_of_dvir(name):
    # A: n families with one missing each; B: one family with n missing sibs.
    _, outputs, _, found = _identified(_BENCH / "joint" / f"{name}.json")
    ours, best = _by_pairs(found), max(t["loglik"] for t in _tops(outputs))
    for top in _tops(outputs):
        if top["loglik"] > -math.inf:
            mine = ours[frozenset((m, v) for v, m in top["assignment"].items() if m != "*")]
            assert mine.loglik == pytest.approx(top["loglik"], rel=1e-9)
            assert mine.log10_lr_best * math.log(10.0) == pytest.approx(best - top["loglik"], abs=1e-6)


def test_the_glr_of_the_exclusion_example_is_the_same_both_ways():
    _, _, support, found = _published("exclusionExample")
    log_lr = np.where(support.status == EXCLUDED, -np.inf, support.log10_lr * math.log(10.0))
    other = likeliest(Pairings(log_lr, np.arange(len(log_lr)), ()), most_states=0.0)
    possible = found.log10_glr > -np.inf
    np.testing.assert_allclose(found.log10_glr[possible], other.log10_glr[possible], rtol=1e-9, atol=1e-9)


def test_a_flat_prior_names_a_false_pair_that_the_default_does_not():
    # 20 × 20 cousins and an aunt: PEERS.md, dvir's flat prior names a false pair with 0.948.
    path = _BENCH / "pairwise" / "cousins2_aunt_none_20.json"
    case, _ = _read(path)
    support: Support = compare_lines(case).support
    found = identify_jointly(case, support, prior=JointPrior(0.5))
    truth = _truth(path)
    false = np.array([[truth.get(r) != p for r in found.remains] for p in found.persons])
    flat, stated = (found.under(kind).posterior[:-1][false].max() for kind in (PriorKind.FLAT, PriorKind.STATED))
    assert flat == pytest.approx(0.948, abs=1e-3)
    assert stated < flat
    assert found.stated.error == 0.0


def _truth(path):
    return json.loads(path.read_text(encoding="utf-8"))["truth"]
