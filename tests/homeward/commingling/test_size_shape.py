"""The model of size and shape against a plain covariance, its own draws, and what is known of bodies."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from homeward.commingling import ReferenceTable, SizeShape, populations, shipped
from homeward.commingling.size_shape import EROSION_MM
from homeward.model import InvalidValue
from homeward.model.inventory import Element
from homeward.model.measurement_codes import MEASUREMENTS

_MEN = shipped()


def _plain(elements, model):
    """Mean and covariance of every measurement, entry by entry, from the formula in the module's docstring."""
    entries = [(e, c, x) for e in elements for c, x in sorted(e.measurements.items(), key=lambda i: model.index[i[0]])]
    n = len(entries)
    mean, covariance, logs = np.zeros(n), np.zeros((n, n)), np.zeros(n)
    lean = {"left": 1, "right": -1}
    for i, (e, c, x) in enumerate(entries):
        v = model.index[c]
        logs[i] = np.log(x + (EROSION_MM if c in e.eroded else 0.0))
        mean[i] = model.mean[v] + lean.get(e.side, 0) * model.lean[v]
        for j, (f, d, _) in enumerate(entries):
            w = model.index[d]
            covariance[i, j] = model.loadings[v] @ model.loadings[w]
            if e.bone == f.bone:
                covariance[i, j] += model.shape[v, w]
                if e.side == f.side and (e.side is not None or e is f):
                    covariance[i, j] += model.asymmetry[v, w]
        covariance[i, i] += model.error[v]
        if c in e.eroded:
            covariance[i, i] += (EROSION_MM / np.exp(model.mean[v])) ** 2
    return logs, mean, covariance


def _person(rng, model=_MEN):
    """Some elements of an invented person, with gaps."""
    drawn = model.draw(rng, 1)[0]
    elements = []
    for bone in rng.choice(sorted(set(model.bone_of_code)), 5, replace=False):
        for s, side in enumerate(("left", "right")):
            codes = [c for c, b in zip(model.codes, model.bone_of_code, strict=True) if b == bone]
            taken = {c: drawn[s, model.index[c]] for c in codes if rng.random() < 0.7}
            side = side if rng.random() < 0.9 else None
            elements.append(Element(f"{bone} {s}", str(bone), side, measurements=taken,
                                    eroded=[c for c in taken if rng.random() < 0.2]))
    return elements


def test_the_evidence_of_a_set_is_the_density_of_the_plain_model():
    rng = np.random.default_rng(1)
    for _ in range(20):
        elements = _person(rng)
        logs, mean, covariance = _plain(elements, _MEN)
        assert _MEN.covariance(elements) == pytest.approx(covariance, abs=1e-14)
        expected = multivariate_normal(mean, covariance).logpdf(logs)
        assert _MEN.log_marginal(elements) == pytest.approx(expected, rel=1e-9)


def test_informations_of_bone_types_add_up():
    elements = _person(np.random.default_rng(2))
    bones = {e.bone for e in elements}
    parts = [_MEN.information([e for e in elements if e.bone == bone]) for bone in bones]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    assert total.loglik == pytest.approx(_MEN.log_marginal(elements), rel=1e-12)


def test_elements_without_measurements_say_nothing():
    assert _MEN.log_marginal([Element("A", "femur", "left"), Element("B", "cranium")]) == 0.0


def test_draws_have_the_models_covariance():
    model = _MEN.of_bones("humerus", "femur").of_codes(("Hum_01", "Hum_03", "Fem_01", "Fem_04"))
    logs = np.log(model.draw(np.random.default_rng(3), 40_000)).reshape(40_000, -1)
    both = [Element(b + s, b, s, measurements={c: 1.0 for c in model.codes if MEASUREMENTS[c].bone == b})
            for s in ("left", "right") for b in ("humerus", "femur")]
    _, mean, covariance = _plain(both, model)
    assert logs.mean(axis=0) == pytest.approx(mean, abs=0.001)
    assert np.cov(logs.T) == pytest.approx(covariance, abs=9e-5)


def test_the_fit_finds_the_model_that_people_were_drawn_from():
    truth = _MEN.of_bones("humerus", "tibia")
    rng = np.random.default_rng(4)
    table = truth.table(rng, 500)
    table.values_mm[rng.random(table.values_mm.shape) < 0.3] = np.nan
    found = SizeShape.fit(table, iterations=8)
    person, fitted = (m.loadings @ m.loadings.T + m.shape for m in (truth, found))
    assert found.mean == pytest.approx(truth.mean, abs=0.012)
    assert fitted == pytest.approx(person, abs=9e-4)
    # the split between asymmetry and error of measurement is assumed, their sum is estimated
    assert found.asymmetry + np.diag(found.error) == pytest.approx(truth.asymmetry + np.diag(truth.error), abs=4e-4)
    assert found.lean == pytest.approx(truth.lean, abs=0.004)


def test_slips_of_the_pen_do_not_reach_the_fit():
    table = _MEN.of_bones("femur").table(np.random.default_rng(5), 200)
    table.values_mm[3, 0, 0] /= 10.0
    table.values_mm[9, 1, 3] *= 1.4
    assert np.isnan(table.clean_logs()[3, 0, 0])
    assert np.isnan(table.clean_logs()[9, 1, 3])
    assert np.isnan(table.clean_logs()).sum() <= 8


def test_a_few_persons_are_shrunk_to_a_larger_population():
    table = _MEN.of_bones("humerus").table(np.random.default_rng(6), 12)
    prior = _MEN.of_bones("humerus")
    alone, shrunk = SizeShape.fit(table), SizeShape.fit(table, prior=prior)
    far, near = (np.abs(m.shape + m.loadings @ m.loadings.T - prior.shape - prior.loadings @ prior.loadings.T).mean()
                 for m in (alone, shrunk))
    assert near < 0.6 * far
    assert shrunk.mean == pytest.approx(np.nanmean(np.log(table.values_mm), axis=(0, 1)), abs=0.02)


def test_the_shipped_models_are_of_bodies():
    assert populations() == ("japanese_men", "us_black_men", "us_black_women", "us_white_men", "us_white_women")
    for name in populations():
        model = shipped(name)
        assert model.population == name
        typical = np.array([MEASUREMENTS[c].typical_mm for c in model.codes])
        assert np.all(np.abs(np.exp(model.mean) / typical - 1.0) < 0.25)
        # nothing but rounding below zero
        assert np.linalg.eigvalsh(model.shape).min() > -1e-8
        assert np.linalg.eigvalsh(model.asymmetry).min() > -1e-8
    # Trotter & Gleser 1952 (doi:10.1002/ajpa.1330100407), white men: femur 472, humerus 336, tibia 378 mm, without
    # its spines; correlation of femur and humerus about .85
    men = shipped()
    assert np.exp(men.mean[[men.index["Fem_01"], men.index["Hum_01"]]]) == pytest.approx([472.0, 336.0], rel=0.02)
    femur, humerus = (Element(b, b, "left", measurements={c: 400.0}) for b, c in (("femur", "Fem_01"),
                                                                                ("humerus", "Hum_01")))
    covariance = men.covariance([femur, humerus])
    assert 0.65 < covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]) < 0.92


def test_what_cannot_be_is_refused():
    with pytest.raises(InvalidValue, match="population"):
        shipped("giants")
    table = _MEN.of_bones("femur").table(np.random.default_rng(7), 5)
    with pytest.raises(InvalidValue, match="every code"):
        SizeShape.fit(table, prior=_MEN.of_bones("humerus"))
    with pytest.raises(InvalidValue, match="positive"):
        ReferenceTable("x", ("p",), ("Fem_01",), np.array([[[450.0], [-1.0]]]))
    with pytest.raises(InvalidValue, match="shape"):
        ReferenceTable("x", ("p",), ("Fem_01",), np.zeros((2, 2, 1)))
