"""Circumstance as evidence: closed forms, laws, a plain second implementation, a published figure, refusals."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED
from homeward.evidence import circumstance
from homeward.evidence.circumstance import Params, Place
from homeward.model import InvalidValue

UNSAN, CHOSIN, HERE = Place(39.97, 125.8, 2.0), Place(40.35, 127.2, 3.0), Place(40.3, 127.1, 1.0)


def _support(lost, found, pool=None, wrong=None, **params):
    am = circumstance.Antemortem(tuple(f"P{i}" for i in range(len(lost))), tuple(lost))
    pm = circumstance.Postmortem(tuple(f"R{j}" for j in range(len(found))), tuple(found),
                                 tuple(wrong or [None] * len(found)))
    return circumstance.compare(am, pm, Params(pool or Params.pool_of(lost), **params))


def _lr(lost, found, pool, **params):
    return 10 ** _support([lost], [found], pool, **params).log10_lr[0, 0]


def test_at_sure_places_it_is_one_over_the_share_of_those_lost_there():
    # Of nearly 7,700 missing, 1,100 at Chosin, 1,700 at Unsan (korean_war_assemblage.json: the boxes of 2018).
    pool = ((CHOSIN, 1100.0), (UNSAN, 1700.0), (None, 4900.0))
    lr = _lr(CHOSIN, CHOSIN, pool, wrong_place=0.0, area_km2=5e8)
    assert lr == pytest.approx(7700 / 1100, rel=1e-3)
    assert _lr(UNSAN, UNSAN, pool, wrong_place=0.0, area_km2=5e8) == pytest.approx(7700 / 1700, rel=1e-3)


def test_two_places_have_the_ratio_of_two_circular_normals():
    pool = ((UNSAN, 1.0), (CHOSIN, 1.0))
    found = 10 ** _support([UNSAN, CHOSIN], [HERE], pool, wrong_place=0.0, drift_km=20.0).log10_lr[:, 0]
    km = circumstance.distances_km([UNSAN, CHOSIN], [HERE])[:, 0]
    variance = np.array([4.0, 9.0]) + 1.0 + 400.0
    density = np.exp(-km**2 / 2 / variance) / variance
    assert found == pytest.approx(2 * density / density.sum(), rel=1e-9)


def test_distances_are_those_of_the_sphere():
    # One degree of a great circle: π/180 · 6371.0088 km.
    degree = math.pi / 180 * 6371.0088
    found = circumstance.distances_km([Place(0, 0)], [Place(0, 1), Place(1, 0), Place(0, 180), Place(-90, 7)])
    assert found[0] == pytest.approx([degree, degree, 180 * degree, 90 * degree])


def _plain(lost, found, pool, wrong, drift, area):
    def density(place):
        if place is None:
            return 1 / area
        km = math.hypot((place.latitude_deg - found.latitude_deg) * 111.195,
                        (place.longitude_deg - found.longitude_deg) * 111.195
                        * math.cos(math.radians((place.latitude_deg + found.latitude_deg) / 2)))
        s2 = place.error_km**2 + found.error_km**2 + drift**2
        return (1 - wrong) * math.exp(-km**2 / 2 / s2) / (2 * math.pi * s2) + wrong / area
    return density(lost) / (sum(n * density(p) for p, n in pool) / sum(n for _, n in pool))


def test_it_agrees_with_a_flat_map_near_by():
    pool = ((UNSAN, 30.0), (CHOSIN, 50.0), (None, 20.0))
    for lost in (UNSAN, CHOSIN):
        for found in (HERE, Place(39.9, 125.9, 5.0)):
            found_lr = _lr(lost, found, pool, drift_km=8.0, wrong_place=0.07)
            assert found_lr == pytest.approx(_plain(lost, found, pool, 0.07, 8.0, 220_000.0), rel=2e-3)


def test_mean_lr_over_strangers_is_one():
    # All places of a theatre, with their probabilities for someone of the pool.
    lat, lon = np.linspace(38.0, 42.0, 161), np.linspace(123.5, 129.5, 181)
    grid = [Place(float(a), float(o)) for a in lat for o in lon]
    cell = np.repeat(np.cos(np.radians(lat)), len(lon)) * (111.195**2 * 4 / 160 * 6 / 180)
    area = float(cell.sum())
    pool = ((UNSAN, 3.0), (CHOSIN, 5.0), (None, 2.0))
    params = {"drift_km": 12.0, "wrong_place": 0.1, "area_km2": area}
    found = 10 ** _support([UNSAN, CHOSIN], grid, pool, **params).log10_lr
    p = np.array([0.3, 0.5]) @ np.array([[_density(place, g, params) for g in grid] for place in (UNSAN, CHOSIN)])
    p = (p + 0.2 / area) * cell
    assert p.sum() == pytest.approx(1.0, abs=2e-3)
    assert found @ p == pytest.approx(1.0, abs=3e-3)


def _density(place, at, params):
    km = float(circumstance.distances_km([place], [at])[0, 0])
    s2 = place.error_km**2 + params["drift_km"] ** 2
    return (1 - params["wrong_place"]) * math.exp(-km**2 / 2 / s2) / (2 * math.pi * s2) + (
        params["wrong_place"] / params["area_km2"])


def test_the_farther_the_less_and_never_below_what_a_wrong_statement_leaves():
    pool = ((CHOSIN, 90.0), (UNSAN, 10.0))
    figures = [_lr(CHOSIN, Place(40.35, 127.2 + d), pool) for d in (0.0, 0.1, 0.3, 0.6, 3.0)]
    assert figures == sorted(figures, reverse=True)
    assert figures[-1] == pytest.approx(1.0)  # far from everything, the statement is wrong whoever he is
    at_unsan = _lr(CHOSIN, UNSAN, pool)
    assert 1e-3 < at_unsan < 0.05
    assert _lr(CHOSIN, UNSAN, pool, wrong_place=1.0) == pytest.approx(1.0)


def test_east_and_west_are_alike():
    mirror = Place(40.35, -127.2, 3.0)
    pool, turned = ((CHOSIN, 1.0), (None, 3.0)), ((mirror, 1.0), (None, 3.0))
    assert _lr(CHOSIN, Place(40.3, 127.1), pool) == pytest.approx(_lr(mirror, Place(40.3, -127.1), turned), rel=1e-12)


def test_whoever_is_known_to_give_wrong_places_says_less():
    pool = ((CHOSIN, 50.0), (UNSAN, 50.0))
    found = 10 ** _support([CHOSIN, UNSAN], [CHOSIN] * 3, pool, wrong=[0.0, 0.1, 0.9]).log10_lr
    assert (np.diff(found[0]) < 0).all()
    assert (np.diff(found[1]) > 0).all()


def test_what_is_not_known_is_not_compared_and_only_an_omega_of_zero_excludes():
    found = _support([CHOSIN, None], [HERE, None])
    assert found.status.tolist() == [[COMPARED, NOT_COMPARED], [NOT_COMPARED] * 2]
    sure = [Place(p.latitude_deg, p.longitude_deg) for p in (CHOSIN, UNSAN)]
    far = _support(sure, sure[1:], wrong_place=0.0, drift_km=0.5)
    assert far.status.tolist() == [[EXCLUDED], [COMPARED]]


@pytest.mark.parametrize(("make", "said"), [
    (lambda: Place(95.0, 0.0), "latitude_deg=95.0"),
    (lambda: Place(40.0, 127.0, -1.0), "error_km=-1.0"),
    (lambda: Params(()), "pool=0"),
    (lambda: Params(((CHOSIN, -1.0),)), "pool=-1.0"),
    (lambda: Params(((CHOSIN, 1.0),), drift_km=0.0), "drift_km=0.0"),
    (lambda: Params(((CHOSIN, 1.0),), wrong_place=1.5), "wrong_place=1.5"),
    (lambda: circumstance.Postmortem(("R-4",), (CHOSIN,), (2.0,)), "R-4: wrong=2.0"),
])
def test_what_cannot_be_is_refused_by_name(make, said):
    with pytest.raises(InvalidValue) as refused:
        make()
    assert said in str(refused.value)


def test_the_examples_of_the_paper_run():
    page = (Path(__file__).parents[3] / "docs" / "evidence" / "circumstance.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "circumstance.md", "exec"), {})
