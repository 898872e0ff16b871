"""Chest films as evidence: closed forms, a published figure, laws, a plain second implementation. Invented outlines."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from homeward.blocks import COMPARED, NOT_COMPARED
from homeward.evidence import radiograph
from homeward.evidence.radiograph import Calibration, Film, Params
from homeward.model import InvalidValue

ROOT = Path(__file__).parents[3]
VECTORS = ROOT.parent / "shared" / "cases" / "remains" / "radiograph_lr_vectors.json"
BONE = "left clavicle"


def _outline(rng, person=None, n=160):
    """An invented clavicle: an S-shaped band, with bumps of its own."""
    t = np.linspace(0, 2 * math.pi, n, endpoint=False)
    bumps = rng.normal(0, 0.02, 12) if person is None else person
    radius = 1 + sum(b * np.cos((k + 2) * t + k) for k, b in enumerate(bumps))
    return np.column_stack([3 * np.cos(t) * radius, 0.6 * np.sin(t) * radius + 0.4 * np.sin(1.5 * np.cos(t))])


def _coefficients(points, harmonics=15):
    return radiograph.normalised(radiograph.elliptic_fourier(points, harmonics))


def _gallery(n, noise, seed):
    """n persons, each with a film and a bone that differ by noise."""
    rng = np.random.default_rng(seed)
    persons = rng.normal(0, 0.02, (n, 12))
    return [[{BONE: _coefficients(_outline(rng, p + rng.normal(0, noise, 12)))} for p in persons] for _ in range(2)]


def _tile(films, bones, params, quality="good"):
    ids = [tuple(f"{k}{i}" for i in range(len(of))) for k, of in (("P", films), ("R", bones))]
    am = radiograph.Antemortem(ids[0], tuple(None if f is None else Film(quality, f) for f in films))
    return radiograph.compare(am, radiograph.Postmortem(ids[1], tuple(bones)), params)


def _distances(films, bones):
    ids = [tuple(map(str, range(len(of)))) for of in (films, bones)]
    return radiograph.distances(radiograph.Antemortem(ids[0], tuple(Film("good", f) for f in films)),
                                radiograph.Postmortem(ids[1], tuple(bones)))


def test_an_ellipse_is_its_first_harmonic():
    t = np.linspace(0, 2 * math.pi, 2000, endpoint=False)
    # Equal steps of arc are not equal steps of t unless it is a circle: there all is closed.
    circle = radiograph.elliptic_fourier(np.column_stack([5 * np.cos(t), 5 * np.sin(t)]), 6)
    assert circle[0] == pytest.approx([5, 0, 0, 5], abs=1e-4)
    assert np.abs(circle[1:]).max() < 1e-4
    ellipse = radiograph.normalised(radiograph.elliptic_fourier(np.column_stack([4 * np.cos(t), 1 * np.sin(t)]), 6))
    assert ellipse[0, :3] == pytest.approx([1, 0, 0], abs=1e-6)


def test_a_square_has_the_coefficients_of_two_trapezoid_waves():
    # x(t) of a square of side 2, begun at the middle of its right side: the cosine coefficients by hand.
    square = np.array([[1, 0], [1, 1], [-1, 1], [-1, -1], [1, -1]], float)
    found = radiograph.elliptic_fourier(square, 9)
    n = np.arange(1, 10)
    a = 16 / (math.pi * n) ** 2 * np.sin(n * math.pi / 2) * np.sin(n * math.pi / 4)
    assert found[:, 0] == pytest.approx(a, abs=1e-12)
    assert found[:, 1] == pytest.approx(0, abs=1e-12)


def _plain(points, harmonics):
    """Kuhl & Giardina's sums, point by point."""
    n_points = len(points)
    lengths = [math.dist(points[k], points[(k + 1) % n_points]) for k in range(n_points)]
    total, rows = sum(lengths), []
    for n in range(1, harmonics + 1):
        row, t = [0.0] * 4, 0.0
        for k in range(n_points):
            after = t + lengths[k]
            u, v = 2 * n * math.pi * t / total, 2 * n * math.pi * after / total
            for axis in (0, 1):
                slope = (points[(k + 1) % n_points][axis] - points[k][axis]) / lengths[k]
                row[2 * axis] += slope * (math.cos(v) - math.cos(u))
                row[2 * axis + 1] += slope * (math.sin(v) - math.sin(u))
            t = after
        rows.append([total / (2 * n**2 * math.pi**2) * x for x in row])
    return np.array(rows)


def test_it_agrees_with_the_sums_of_the_paper():
    points = _outline(np.random.default_rng(2))
    assert radiograph.elliptic_fourier(points, 12) == pytest.approx(_plain(points.tolist(), 12), abs=1e-12)


def test_the_outline_comes_back_from_its_coefficients():
    points = _outline(np.random.default_rng(3), n=400)
    found = radiograph.elliptic_fourier(points, 300)
    steps = np.hypot(*(np.roll(points, -1, axis=0) - points).T)
    t = np.concatenate([[0.0], np.cumsum(steps)[:-1]]) / steps.sum() * 2 * math.pi
    n = np.arange(1, 301)[:, None] * t
    x, y = found[:, 0] @ np.cos(n) + found[:, 1] @ np.sin(n), found[:, 2] @ np.cos(n) + found[:, 3] @ np.sin(n)
    middle = points - np.column_stack([x, y])
    assert np.ptp(middle, axis=0).max() < 0.01


@pytest.mark.parametrize(("turn", "scale", "begin", "back"), [
    (0.4, 1.0, 0, False), (0.0, 7.3, 0, False), (0.0, 1.0, 57, False), (-0.9, 0.2, 111, True)])
def test_tilt_size_start_and_direction_of_the_tracing_do_not_matter(turn, scale, begin, back):
    points = _outline(np.random.default_rng(4))
    turned = points @ np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]]) * scale + 50
    again = np.roll(turned, begin, axis=0)[::-1 if back else 1]
    assert _coefficients(again) == pytest.approx(_coefficients(points), abs=1e-9)


def test_the_distance_is_the_root_mean_square_between_the_outlines():
    one, other = (_coefficients(_outline(np.random.default_rng(k)), 15) for k in (5, 6))
    t = np.linspace(0, 2 * math.pi, 4000, endpoint=False)
    n = np.arange(1, 16)[:, None] * t
    d = one - other
    gap = (d[:, 0] @ np.cos(n) + d[:, 1] @ np.sin(n)) ** 2 + (d[:, 2] @ np.cos(n) + d[:, 3] @ np.sin(n)) ** 2
    assert _distances([{BONE: one}], [{BONE: other}])[0, 0] == pytest.approx(math.sqrt(gap.mean()), rel=1e-9)
    assert _distances([{BONE: one}], [{BONE: other}]) == _distances([{BONE: other}], [{BONE: one}])


@pytest.mark.skipif(not VECTORS.exists(), reason="../shared is not there: published vectors are not compared")
def test_a_published_hit_rate_alone_gives_the_published_figures():
    # Stephan et al. 2014: the true match in the nearest 5 % of 409 for 75 % of 17 queries.
    for v in json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]:
        others = np.linspace(1.0, 2.0, 409)
        found = 10 ** Calibration.of_rank(v["hit_rate"], v["top_fraction"], others).of(np.array([0.9, 1.9]))
        assert found[0] == pytest.approx(v["LR_in"], abs=5e-5)
        assert found[1] == pytest.approx(v["LR_out"], abs=5e-5)


def test_mean_lr_over_strangers_is_one():
    rank = Calibration.of_rank(0.75, 0.05, np.arange(400.0))
    assert np.mean(10 ** rank.of(np.arange(400.0))) == pytest.approx(1.0, abs=1e-9)
    off = ~np.eye(300, dtype=bool)
    d, fresh = (_distances(*_gallery(300, 0.02, seed)) for seed in (7, 8))
    for make, slack in ((Calibration.falling, 0.1), (Calibration.kernel, 0.1)):
        calibration = make(np.diag(d), d[off])
        assert np.mean(10 ** calibration.of(d[off])) == pytest.approx(1.0, abs=slack)
        assert np.mean(10 ** calibration.of(fresh[off])) == pytest.approx(1.0, abs=slack)


def test_where_every_film_is_nearer_to_its_own_bone_the_number_of_pairs_is_the_limit():
    off = ~np.eye(60, dtype=bool)
    d = _distances(*_gallery(60, 0.001, 7))
    for make in (Calibration.falling, Calibration.kernel):
        calibration = make(np.diag(d), d[off])
        assert math.log10(60 * 59 / 2) < calibration.log10_lr.max() <= math.log10(60 * 59 + 2)
        assert np.mean(10 ** calibration.of(d[off])) < 1.0


def test_the_law_of_falling_shares_holds_exactly_with_the_pairs_that_were_added():
    mates, others = np.array([0.1, 0.2, 0.25, 0.5, 0.9]), np.array([0.15, 0.4, 0.6, 0.8, 1.0, 1.1])
    found = Calibration.falling(mates, others)
    assert (np.diff(found.log10_lr) < 0).all()
    every = 10 ** found.of(np.concatenate([others, [-math.inf, math.inf]]))
    assert every.mean() == pytest.approx(1.0, abs=1e-12)
    # By hand: up to .25 stand 4 of 7 mates and 2 of 8 others, the added pair among them; no part of it stands out.
    assert found.edges[0] == 0.25
    assert 10 ** found.log10_lr[0] == pytest.approx((4 / 7) / (2 / 8))


def test_the_nearer_the_better_and_better_films_say_more():
    films, bones = _gallery(150, 0.004, 9)
    blurred, _ = _gallery(150, 0.012, 9)
    good, poor = (_distances(f, bones) for f in (films, blurred))
    off = ~np.eye(150, dtype=bool)
    params = Params({"good": Calibration.falling(np.diag(good), good[off]),
                     "poor": Calibration.falling(np.diag(poor), poor[off])})
    tile = _tile(films, bones, params)
    order = np.argsort(good[0])
    assert (np.diff(tile.log10_lr[0][order]) <= 1e-12).all()
    assert np.diag(tile.log10_lr).mean() > np.diag(_tile(blurred, bones, params, "poor").log10_lr).mean() + 0.3
    assert (tile.status == COMPARED).all()


def test_two_bones_have_the_mean_of_their_distances():
    films, bones = _gallery(6, 0.004, 10)
    more, more_bones = _gallery(6, 0.004, 11)
    both = [f | {"right clavicle": m[BONE]} for f, m in zip(films, more, strict=True)]
    both_bones = [b | {"right clavicle": m[BONE]} for b, m in zip(bones, more_bones, strict=True)]
    assert _distances(both, both_bones) == pytest.approx((_distances(films, bones) + _distances(more, more_bones)) / 2)
    assert _distances(both, bones) == pytest.approx(_distances(films, bones))


def test_no_film_or_no_bone_in_common_is_not_compared():
    films, bones = _gallery(2, 0.004, 12)
    params = Params({"good": Calibration(np.array([0.1]), np.array([1.0, -1.0]))})
    tile = _tile([films[0], None], [bones[0], {}, {"right clavicle": bones[0][BONE]}], params)
    assert tile.status.tolist() == [[COMPARED, NOT_COMPARED, NOT_COMPARED], [NOT_COMPARED] * 3]


def test_it_is_never_below_the_rate_of_wrong_films():
    films, bones = _gallery(2, 0.004, 13)
    params = Params({"good": Calibration(np.array([0.0]), np.array([1.0, -9.0]))}, wrong_film=0.003)
    assert 10 ** _tile(films, bones, params).log10_lr[0, 1] == pytest.approx(0.003, rel=1e-5)


def _bad(shape):
    films, bones = _gallery(2, 0.004, 14)
    films[1] = {BONE: np.zeros(shape)}
    return _distances(films, bones)


@pytest.mark.parametrize(("make", "said"), [
    (lambda: radiograph.elliptic_fourier(np.zeros((4, 3))), "points=(4, 3)"),
    (lambda: radiograph.elliptic_fourier(np.zeros((9, 2))), "points=0"),
    (lambda: radiograph.normalised(np.zeros((3, 4))), "coefficients=0.0"),
    (lambda: Calibration(np.array([1.0]), np.array([0.0])), "edges=1"),
    (lambda: Calibration(np.array([1.0]), np.array([0.0, -math.inf])), "log10_lr='infinite'"),
    (lambda: Calibration.falling(np.ones(4), np.ones(9)), "mates=4"),
    (lambda: Calibration.kernel(np.ones(9), -np.ones(9)), "others=9"),
    (lambda: Calibration.of_rank(1.0, 0.05, np.ones(9)), "hit_rate=1.0"),
    (lambda: Params(), "calibrations=0"),
    (lambda: Params({"good": Calibration(np.array([0.1]), np.zeros(2))}, wrong_film=1.0), "wrong_film=1.0"),
    (lambda: _bad((7, 4)), "left clavicle=(7, 4)"),
    (lambda: _tile(*_gallery(1, 0.0, 1), Params({"good": Calibration(np.array([0.1]), np.zeros(2))}), "blurred"),
     "P0: quality='blurred'"),
])
def test_what_cannot_be_is_refused_by_name(make, said):
    with pytest.raises(InvalidValue) as refused:
        make()
    assert said in str(refused.value)


def test_the_examples_of_the_paper_run():
    page = (ROOT / "docs" / "evidence" / "radiograph.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "radiograph.md", "exec"), {})
