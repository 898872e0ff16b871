"""How many persons: the least number, the likely number against published cases, and with uncertain pairs."""

import json
from itertools import combinations, permutations
from math import comb, inf
from pathlib import Path

import numpy as np
import pytest

from homeward.commingling import (
    MinimumNumber,
    PairCount,
    likely_number,
    minimum_number,
    number_with_uncertain_pairs,
    uncertain_pairs,
)
from homeward.commingling.likely_number import chapman, interval_text, lincoln, log_hypergeometric
from homeward.model import InvalidValue
from homeward.model.inventory import Element

_CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "remains" / "mlni_cases.json"


def _least(*elements):
    return minimum_number(elements).persons


def test_the_least_number_counts_bones_of_one_side():
    left, right = ([Element(f"{s}{i}", "femur", s) for i in range(n)] for s, n in (("left", 3), ("right", 5)))
    found = minimum_number([*left, *right, Element("t", "tibia", "left")])
    assert found.persons == 5
    assert (found.by.bone, found.by.side, len(found.by.elements)) == ("femur", "right", 5)
    assert minimum_number([]) == MinimumNumber(0, ())


def test_fragments_of_other_zones_are_not_two_bones():
    proximal = [Element(f"p{i}", "femur", "left", zones={1, 4}) for i in range(2)]
    distal = [Element(f"d{i}", "femur", "left", zones={9, 10}) for i in range(3)]
    assert _least(*proximal, *distal) == 3
    assert _least(*proximal, *distal, Element("w", "femur", "left")) == 4
    assert _least(*proximal, *distal, Element("f", "femur", "left", completeness="incomplete")) == 3


def test_bones_without_a_side_count_by_twos():
    assert _least(*(Element(f"e{i}", "femur") for i in range(3))) == 2
    assert _least(Element("a", "femur", "left"), Element("b", "femur")) == 1
    assert _least(*(Element(f"e{i}", "femur", "left") for i in range(2)), *(Element(f"u{i}", "femur") for i in range(3))
                  ) == 3


def test_of_bones_that_a_person_has_many_of_as_many_make_one():
    assert _least(*(Element(f"r{i}", "rib", "left") for i in range(13))) == 2
    assert _least(*(Element(f"m{i}", "mandible") for i in range(2))) == 2
    assert _least(Element("bag", "femur", "left", completeness="incomplete")) == 1


@pytest.mark.skipif(not _CASES.exists(), reason="needs the case files of ../shared")
def test_the_likely_number_is_that_of_the_published_cases():
    # posteriors by R 4.2.2 with SuppDists; the closed form on the page of the MLNI (Adams & Konigsberg 2004)
    for case in json.loads(_CASES.read_text())["cases"]:
        counts = [PairCount("bone", *b) for b in case["bones_LRP"]]
        left, right, pairs = case["bones_LRP"][0]
        assert chapman(left, right, pairs) == case["MLNI_chapman"]
        assert lincoln(left, right, pairs) == pytest.approx(case["lincoln"], abs=0.001)
        for prior, name in (("adams_konigsberg", "posterior_adams_konigsberg"), ("flat", "posterior_flat_prior")):
            found, stated = likely_number(counts, prior=prior), case[name]
            assert (found.minimum, found.mode) == (stated["MNI"], stated["mode"])
            if "sparse" in case["note"]:
                continue  # the stated ends were cut at 6,000 above the minimum: the next test
            assert list(found.interval) == stated["hdr95"]
            assert found.mass == pytest.approx(stated["mass"], abs=6e-5)
            assert found.mean == pytest.approx(stated["mean"], abs=6e-4)


@pytest.mark.parametrize(("prior", "stated", "whole"), [("adams_konigsberg", (219, 1232), (219, 1233)),
                                                       ("flat", (232, 1711), (231, 1716))])
def test_the_sparse_case_is_never_cut_short(prior, stated, whole):
    # 50 left, 50 right, 5 pairs (mlni_cases.json): cut at MNI + 6,000 the region is the stated one, whole it is longer
    n = np.arange(95.0, 95.0 + 6001.0)
    log_p = log_hypergeometric(n, 50, 50, 5) - (np.log(n + 1.0) if prior == "adams_konigsberg" else 0.0)
    p = np.exp(log_p - log_p.max())
    order = np.argsort(-p)
    kept = order[:int(np.searchsorted(np.cumsum(p[order]) / p.sum(), 0.95)) + 1]
    assert (n[kept].min(), n[kept].max()) == stated
    found = likely_number([PairCount("bone", 50, 50, 5)], prior=prior)
    assert found.interval == whole
    assert found.persons[-1] > 10_000


def test_far_out_the_hypergeometric_keeps_its_digits():
    for n in (30_000, 10**9, 10**15):
        exact = comb(50, 5) * comb(n - 50, 45)
        assert log_hypergeometric(np.array([float(n)]), 50, 50, 5)[0] == pytest.approx(
            np.log(exact / comb(n, 50)) if exact / comb(n, 50) > 0.0 else -inf, rel=1e-9)
    assert log_hypergeometric(np.array([94.0]), 50, 50, 5)[0] == -inf


def test_without_enough_pairs_there_is_no_end():
    found = likely_number([PairCount("femur", 5, 5, 1)])
    assert found.interval == (9, inf)
    assert found.mean == inf
    assert interval_text(found).endswith("9 to without end)")
    assert interval_text(likely_number([PairCount("femur", 21, 15, 11)])) == "28 persons (95 %: 25 to 40)"


def test_counts_that_cannot_be_are_refused():
    with pytest.raises(InvalidValue, match="pairs=4"):
        PairCount("femur", 3, 5, 4)
    with pytest.raises(InvalidValue, match="counts"):
        likely_number([])
    with pytest.raises(InvalidValue, match="prior"):
        likely_number([PairCount("femur", 3, 5, 3)], prior="hunch")
    with pytest.raises(InvalidValue, match="most"):
        number_with_uncertain_pairs(np.zeros((3, 2)), most=2)
    with pytest.raises(InvalidValue, match="rng"):
        number_with_uncertain_pairs(np.zeros((14, 13)), most=50)


def _every_way(log10_lr, most):
    """All ways to pair, listed: the posterior of the number of pairs, of each pair, and of the number of persons."""
    n_left, n_right = log10_lr.shape
    pairs, together = np.zeros(min(n_left, n_right) + 1), np.zeros(log10_lr.shape)
    persons = np.zeros(most + 1)
    for k in range(len(pairs)):
        ways = comb(n_left, k) * comb(n_right, k) * len(list(permutations(range(k))))
        for lefts in combinations(range(n_left), k):
            for rights in permutations(range(n_right), k):
                lr = 10.0 ** sum(log10_lr[i, j] for i, j in zip(lefts, rights, strict=True))
                for n in range(max(n_left + n_right - k, 1), most + 1):
                    p = comb(n_left, k) * comb(n - n_left, n_right - k) / comb(n, n_right) / ways * lr
                    pairs[k] += p
                    persons[n] += p
                    for i, j in zip(lefts, rights, strict=True):
                        together[i, j] += p
    total = pairs.sum()
    return pairs / total, together / total, persons / total


@pytest.mark.parametrize("shape", [(3, 4), (4, 3), (4, 4), (1, 1)])
def test_uncertain_pairs_are_summed_over_every_way(shape):
    log10_lr = np.random.default_rng(1).normal(-1.0, 1.5, shape)
    pairs, together, persons = _every_way(log10_lr, 40)
    found = number_with_uncertain_pairs(log10_lr, most=40)
    assert found.pairs == pytest.approx(pairs, rel=1e-9)
    assert found.together == pytest.approx(together, rel=1e-9)
    assert found.number.probability == pytest.approx(persons[found.number.persons], rel=1e-9)
    assert found.number.mean == pytest.approx(persons @ np.arange(41), rel=1e-9)
    assert found.error == 0.0


def test_where_there_can_be_few_persons_there_must_be_many_pairs(monkeypatch):
    log10_lr = np.random.default_rng(4).normal(-1.0, 1.0, (4, 4))
    pairs, together, _ = _every_way(log10_lr, 5)
    exact = number_with_uncertain_pairs(log10_lr, most=5)
    assert exact.pairs == pytest.approx(pairs, abs=1e-12)
    assert list(exact.pairs[:3]) == [0.0, 0.0, 0.0]
    monkeypatch.setattr(uncertain_pairs, "_EXACT_SIDE", 0)
    sampled = number_with_uncertain_pairs(log10_lr, most=5, rng=np.random.default_rng(5), sweeps=4000)
    assert sampled.together == pytest.approx(together, abs=0.05)
    assert sampled.number.interval == exact.number.interval


def test_certain_pairs_give_the_number_of_certain_pairs():
    log10_lr = np.full((21, 11), -30.0)
    log10_lr[np.arange(7), np.arange(7)] = 30.0
    found, certain = number_with_uncertain_pairs(log10_lr, most=2000), likely_number([PairCount("x", 21, 11, 7)])
    assert found.number.interval == certain.interval
    assert found.number.mode == certain.mode


def test_sampling_agrees_with_summing(monkeypatch):
    rng = np.random.default_rng(2)
    log10_lr = rng.normal(-1.5, 1.0, (7, 6))
    log10_lr[np.arange(3), np.arange(3)] = 1.5
    exact = number_with_uncertain_pairs(log10_lr, most=100)
    monkeypatch.setattr(uncertain_pairs, "_EXACT_SIDE", 0)
    sampled = number_with_uncertain_pairs(log10_lr, most=100, rng=rng, sweeps=6000)
    mean_pairs = (f.pairs @ np.arange(7) for f in (exact, sampled))
    assert abs(next(mean_pairs) - next(mean_pairs)) < 5.0 * sampled.error + 0.02
    assert sampled.together == pytest.approx(exact.together, abs=0.05)
    assert sampled.number.mean == pytest.approx(exact.number.mean, rel=0.05)
