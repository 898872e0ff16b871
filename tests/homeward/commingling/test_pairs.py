"""Pairs, articulations and fragments against a plain density, pair by pair; laws; and real bones where they are."""

import csv
import gzip
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import chi2, multivariate_normal

from homeward.commingling import PairSettings, ReferenceTable, SizeShape, compare_pairs, shipped
from homeward.commingling.size_shape import EROSION_MM
from homeward.model import InvalidValue
from homeward.model.inventory import Element

_MEN = shipped()
_REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "osteometrics_dpaa.csv.gz"


def _moments(elements, model, scale):
    """Mean, covariance and logs of elements as of one person, side terms scaled; entry by entry."""
    entries = [(e, c, x) for e in elements for c, x in e.measurements.items()]
    n = len(entries)
    mean, logs, covariance = np.zeros(n), np.zeros(n), np.zeros((n, n))
    fragments = len({(e.bone, e.side) for e in elements}) == 1 < len(elements)
    for i, (e, c, x) in enumerate(entries):
        v = model.index[c]
        logs[i] = math.log(x + (EROSION_MM if c in e.eroded else 0.0))
        mean[i] = model.mean[v] + {"left": 1, "right": -1}.get(e.side, 0) * model.lean[v]
        for j, (f, d, _) in enumerate(entries):
            w = model.index[d]
            covariance[i, j] = model.loadings[v] @ model.loadings[w]
            if e.bone == f.bone:
                covariance[i, j] += model.shape[v, w]
            if (e.bone, e.side) == (f.bone, f.side):
                # what two fragments of one bone share is not a matter of tails
                covariance[i, j] += model.asymmetry[v, w] * (1.0 if fragments else scale)
        covariance[i, i] += scale * (model.error[v] + ((EROSION_MM / math.exp(model.mean[v])) ** 2
                                                       if c in e.eroded else 0.0))
    return mean, covariance, logs


def _plain(a, b, model, settings):
    """log10 LR and p-value of one pair from the mixture's definition."""
    joint, one, other, left = [], [], [], []
    fragments = (a.bone, a.side) == (b.bone, b.side)
    for scale in settings.scales():
        mean, covariance, logs = _moments([a, b], model, scale)
        n = len(a.measurements)
        joint.append(multivariate_normal(mean, covariance).logpdf(logs))
        for found, part in ((one, slice(0, n)), (other, slice(n, None))):
            found.append(multivariate_normal(mean[part], covariance[part, part]).logpdf(logs[part]))
        inverse_a = np.linalg.inv(covariance[:n, :n])
        expected = mean[n:] + covariance[n:, :n] @ inverse_a @ (logs - mean)[:n]
        spread = covariance[n:, n:] - covariance[n:, :n] @ inverse_a @ covariance[:n, n:]
        rest = logs[n:] - expected
        left.append(chi2.sf(rest @ np.linalg.solve(spread, rest), len(rest)))
    assert fragments or len(joint) == len(settings.scales())
    count = math.log(len(joint))
    lr = math.exp(logsumexp(joint) + count - logsumexp(one) - logsumexp(other))
    weights = np.exp(np.array(one) - logsumexp(one))
    return math.log10(settings.outlier + (1.0 - settings.outlier) * lr), float(weights @ left)


def _elements(rng, bone, side, n, *, eroded=0.0):
    drawn = _MEN.draw(rng, n)[:, 0 if side == "left" else 1]
    codes = [c for c, b in zip(_MEN.codes, _MEN.bone_of_code, strict=True) if b == bone]
    found = []
    for i in range(n):
        taken = {c: float(drawn[i, _MEN.index[c]]) for c in codes if rng.random() < 0.7}
        taken = taken or {codes[0]: float(drawn[i, _MEN.index[codes[0]]])}
        found.append(Element(f"{bone} {side} {i}", bone, side, measurements=taken,
                             eroded=[c for c in taken if rng.random() < eroded]))
    return found


@pytest.mark.parametrize("kinds", [(("humerus", "left"), ("humerus", "right")), (("femur", "left"), ("tibia", "left")),
                                   (("os_coxa", "right"), ("talus", "left")), (("ulna", "left"), ("ulna", "left"))])
def test_every_pair_has_the_lr_and_the_p_value_of_the_plain_model(kinds):
    rng = np.random.default_rng(1)
    rows, columns = (_elements(rng, bone, side, 6, eroded=0.2) for bone, side in kinds)
    columns = [Element("other " + e.id, e.bone, e.side, measurements=e.measurements, eroded=e.eroded) for e in columns]
    for settings in (PairSettings(), PairSettings(tail_df=math.inf), PairSettings(6.0, 3, 0.02)):
        table = compare_pairs(rows, columns, _MEN, settings)
        for i, a in enumerate(rows):
            for j, b in enumerate(columns):
                lr, p = _plain(a, b, _MEN, settings)
                assert table.log10_lr[i, j] == pytest.approx(lr, rel=1e-7, abs=1e-9)
                assert table.p_value[i, j] == pytest.approx(p, rel=1e-6, abs=1e-12)


def test_rows_and_columns_may_change_places():
    rng = np.random.default_rng(2)
    rows, columns = _elements(rng, "radius", "left", 5), _elements(rng, "ulna", "right", 7)
    there, back = compare_pairs(rows, columns, _MEN), compare_pairs(columns, rows, _MEN)
    assert there.log10_lr == pytest.approx(back.log10_lr.T, abs=1e-10)


def test_the_mean_lr_over_strangers_is_one():
    model = _MEN.of_codes(("Hum_01", "Hum_03"))
    drawn = model.draw(np.random.default_rng(3), 1500)
    left, right = ([Element(f"{s}{i}", "humerus", s, measurements=dict(zip(model.codes, row, strict=True)))
                    for i, row in enumerate(drawn[:, k])] for k, s in enumerate(("left", "right")))
    table = compare_pairs(left, right, model, PairSettings(tail_df=math.inf, outlier=0.0))
    strangers = ~np.eye(1500, dtype=bool)
    assert (10.0 ** table.log10_lr[strangers]).mean() == pytest.approx(1.0, abs=0.1)
    # and of those of one person a tenth lie beyond the p-value of a tenth
    assert (np.diag(table.p_value) < 0.1).mean() == pytest.approx(0.1, abs=0.03)


def test_an_element_without_measurements_is_not_compared():
    table = compare_pairs([Element("a", "femur", "left")],
                          [Element("b", "femur", "right", measurements={"Fem_01": 450.0})], _MEN)
    assert not table.compared[0, 0]
    assert table.log10_lr[0, 0] == 0.0
    assert np.isnan(table.p_value[0, 0])


def test_no_pair_falls_below_the_rate_of_outliers():
    far = compare_pairs([Element("a", "femur", "left", measurements={"Fem_01": 380.0, "Fem_04": 40.0})],
                        [Element("b", "femur", "right", measurements={"Fem_01": 540.0, "Fem_04": 56.0})], _MEN)
    assert far.log10_lr[0, 0] == pytest.approx(math.log10(0.005), abs=1e-6)
    assert far.p_value[0, 0] < 1e-6


def test_an_eroded_edge_excuses_a_small_measurement_rather_than_a_large_one():
    def lr(right_head_mm, eroded):
        right = Element("b", "femur", "right", measurements={"Fem_01": 460.0, "Fem_04": right_head_mm}, eroded=eroded)
        left = Element("a", "femur", "left", measurements={"Fem_01": 460.0, "Fem_04": 48.0})
        return compare_pairs([left], [right], _MEN).log10_lr[0, 0]

    assert lr(46.0, ["Fem_04"]) > lr(46.0, []) + 0.3
    assert lr(50.0, ["Fem_04"]) < lr(50.0, []) + 0.1


def test_elements_of_several_kinds_on_one_side_are_refused():
    with pytest.raises(InvalidValue, match="one for all rows"):
        compare_pairs([Element("a", "femur", "left"), Element("b", "tibia", "left")], [Element("c", "femur")], _MEN)
    for wrong in ({"tail_df": 2.0}, {"n_scales": 0}, {"outlier": 1.0}):
        with pytest.raises(InvalidValue):
            PairSettings(**wrong)


def _real_table(bone):
    with gzip.open(_REAL, "rt", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["group"] == "white_males" and r["element"] == bone]
    ids, codes = sorted({r["individual_id"] for r in rows}), sorted({r["code"] for r in rows})
    values = np.full((len(ids), 2, len(codes)), np.nan)
    for r in rows:
        values[ids.index(r["individual_id"]), int(r["side"] == "right"), codes.index(r["code"])] = float(r["value_mm"])
    return ReferenceTable("white_males", tuple(ids), tuple(codes), values)


@pytest.mark.skipif(not _REAL.exists(), reason="needs the reference measurements of ../shared")
def test_real_tibiae_of_others_are_told_from_a_persons_own():
    table = _real_table("tibia")
    both = np.flatnonzero((~np.isnan(table.values_mm)).any(axis=2).all(axis=1))
    test, train = both[::3], np.setdiff1d(np.arange(len(table.ids)), both[::3])
    model = SizeShape.fit(table.persons(train), iterations=8)
    left, right = ([Element(f"{s}{i}", "tibia", s, measurements={
        c: x for c, x in zip(table.codes, table.values_mm[i, k], strict=True) if not np.isnan(x)}) for i in test]
        for k, s in enumerate(("left", "right")))
    found = compare_pairs(left, right, model)
    same, others = np.diag(found.log10_lr), found.log10_lr[~np.eye(len(test), dtype=bool)]
    cost = 0.5 * (np.log2(1.0 + 10.0 ** -same).mean() + np.log2(1.0 + 10.0 ** others).mean())
    assert cost < 0.30
    assert same.min() > -3.0
    assert (others < np.quantile(same, 0.1)).mean() > 0.94
    assert (np.diag(found.p_value) < 0.1).mean() == pytest.approx(0.1, abs=0.07)
