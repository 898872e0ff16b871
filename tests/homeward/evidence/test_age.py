"""Age as evidence: closed forms, laws, a plain second implementation, published figures, refusals."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED
from homeward.evidence import age
from homeward.evidence.age import AgeEstimate, AgeRange, GrowthLimit, Trait
from homeward.model import InvalidValue, PartialDate

CREST = Trait("iliac crest", (16.0, 18.0, 21.0), 0.09)
PUBIS = Trait("pubic symphysis", (21.0, 26.0, 32.0, 40.0, 53.0), 0.2)
NO_ERROR = {"wrong_birth": 0.0, "wrong_bones": 0.0}


def _pool(low=15.0, high=60.0):
    weights = ((low < age.AGES) & (high > age.AGES)).astype(float)
    return weights / weights.sum()


def _support(ages, stages, pool=None, estimates=(), limits=(), **params):
    ids = tuple(f"R-{j}" for j in range(len(stages)))
    pm = age.Postmortem(ids, tuple(stages), dict(estimates), dict(limits))
    am = age.Antemortem(tuple(f"P-{i}" for i in range(len(ages))), tuple(ages))
    traits = params.pop("traits", (CREST, PUBIS))
    return age.compare(am, pm, age.Params(_pool() if pool is None else pool, traits, **params))


def _lr(who, stages, **more):
    return 10 ** _support([who], [stages], **more).log10_lr[0, 0]


def _plain_likelihood(stages, a, shared):
    """∫ Π_t P(c_t | a, u) N(u) du, as it is written."""
    def at(u):
        product = 1.0
        for trait in (CREST, PUBIS):
            if trait.name in stages:
                c, sd = stages[trait.name], math.sqrt(trait.sd_log**2 - shared**2)
                bounds = [-math.inf, *(math.log(t) for t in trait.transitions_years), math.inf]
                at_age = math.log(a) + u
                product *= norm.cdf((at_age - bounds[c]) / sd) - norm.cdf((at_age - bounds[c + 1]) / sd)
        return product * norm.pdf(u, 0, shared)
    return quad(at, -8 * shared, 8 * shared, epsabs=1e-11, limit=200)[0]


def test_a_single_trait_is_the_difference_of_two_normal_integrals():
    pool = np.zeros(len(age.AGES))
    one, other = (int(np.argmin(np.abs(age.AGES - a))) for a in (19.1, 27.1))
    pool[[one, other]] = 0.5
    p = [norm.cdf(math.log(age.AGES[k] / 18) / 0.09) - norm.cdf(math.log(age.AGES[k] / 21) / 0.09)
         for k in (one, other)]
    found = _lr(AgeRange(19.1, 19.1), {"iliac crest": 2}, pool=pool, shared=0.0, **NO_ERROR)
    assert math.isclose(found, p[0] / (0.5 * p[0] + 0.5 * p[1]), rel_tol=1e-9)


def test_it_agrees_with_integrals_done_by_hand():
    stages = {"iliac crest": 2, "pubic symphysis": 1}
    likelihood = np.array([_plain_likelihood(stages, a, 0.06) for a in age.AGES])
    own = ((age.AGES > 22.0) & (age.AGES < 24.0)).astype(float)
    wrong = ((age.AGES > 19.0) & (age.AGES < 27.0)).astype(float)
    recorded = 0.97 * own / own.sum() + 0.03 * wrong / wrong.sum()
    expected = 0.995 * (recorded @ likelihood) / (_pool() @ likelihood) + 0.005
    found = _lr(AgeRange(22.0, 24.0), stages, shared=0.06, wrong_birth=0.03, wrong_bones=0.005)
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("who", [AgeRange(18.5, 18.5), AgeRange(22.0, 24.0), AgeRange(37.0, 38.0)])
def test_mean_lr_over_strangers_is_one(who):
    # All pairs of stages, with their probabilities in the pool.
    stages = [{"iliac crest": c, "pubic symphysis": p} for c in range(4) for p in range(6)]
    lr = 10 ** _support([who], stages).log10_lr[0]
    pm = age.Postmortem(tuple(map(str, range(24))), tuple(stages))
    likelihood, _ = age.likelihoods(pm, age.Params(_pool(), (CREST, PUBIS)))
    p = _pool() @ likelihood
    assert p.sum() == pytest.approx(1.0, abs=1e-12)
    assert float(lr @ p) == pytest.approx(1.0, abs=1e-12)


def test_traits_that_share_a_latent_age_are_not_so_many_witnesses():
    pair = tuple(Trait(name, PUBIS.transitions_years, 0.2) for name in ("left", "right"))
    both, who = {"left": 0, "right": 0}, AgeRange(30.0, 31.0)
    one = _lr(who, {"left": 0}, traits=pair, **NO_ERROR)
    figures = [_lr(who, both, traits=pair, shared=s, **NO_ERROR) for s in (0.19, 0.15, 0.1, 0.0)]
    assert figures == sorted(figures, reverse=True)
    assert one > figures[0] > one**1.3
    assert figures[-1] < one**1.7


def test_later_stages_speak_for_the_older():
    young, old = (np.array([_lr(who, {"pubic symphysis": s}) for s in range(6)])
                  for who in (AgeRange(19.0, 20.0), AgeRange(48.0, 49.0)))
    assert (np.diff(np.log(old / young)) > 0).all()
    assert young[0] > 1 > young[5]


def test_scored_in_another_order_it_is_the_same():
    one = _lr(AgeRange(22.0, 23.0), {"iliac crest": 2, "pubic symphysis": 1})
    assert one == _lr(AgeRange(22.0, 23.0), {"pubic symphysis": 1, "iliac crest": 2})


def test_growth_excludes_below_18_and_above_35():
    fused, open_ = {"R-0": GrowthLimit(youngest_years=20.5)}, {"R-0": GrowthLimit(oldest_years=33.0)}
    boy, man, old = AgeRange(17.0, 17.9), AgeRange(25.0, 26.0), AgeRange(36.0, 37.0)
    assert _support([boy, man, old], [{}], limits=fused).status.T.tolist() == [[EXCLUDED, COMPARED, COMPARED]]
    assert _support([boy, man, old], [{}], limits=open_).status.T.tolist() == [[COMPARED, COMPARED, EXCLUDED]]
    off = _support([boy, man, old], [{}], limits=fused, leeway_years=None)
    assert off.status.T.tolist() == [[COMPARED] * 3]
    assert np.allclose(off.log10_lr, 0.0)


def test_an_age_that_may_be_wrong_by_less_than_the_leeway_is_not_excluded():
    limits = {"R-0": GrowthLimit(youngest_years=20.5)}
    assert _support([AgeRange(18.0, 18.6)], [{}], limits=limits).status.tolist() == [[COMPARED]]
    assert _support([AgeRange(18.0, 18.4)], [{}], limits=limits).status.tolist() == [[EXCLUDED]]


def test_a_wrong_birth_date_leaves_a_door_open():
    stages = {"iliac crest": 0, "pubic symphysis": 0}
    who = AgeRange(24.0, 24.5)
    figures = [_lr(who, stages, wrong_birth=r, wrong_years=6.0, wrong_bones=0.0) for r in (0.0, 0.02, 0.2)]
    assert figures == sorted(figures)
    assert _lr(AgeRange(60.0, 61.0), stages, wrong_bones=0.003) == pytest.approx(0.003, rel=1e-3)


def test_an_estimate_is_a_normal_with_its_range_and_counts_where_no_trait_was_scored():
    said = {"R-0": AgeEstimate(20.0, 30.0)}
    own = norm.pdf(age.AGES, 25.0, 5.0 / 1.959964)
    expected = own[np.argmin(np.abs(age.AGES - 23.1))] / (_pool() @ own)
    assert _lr(AgeRange(23.1, 23.1), {}, estimates=said, **NO_ERROR) == pytest.approx(expected, rel=1e-6)
    seen = {"pubic symphysis": 4}
    assert _lr(AgeRange(23.1, 23.1), seen, estimates=said) == _lr(AgeRange(23.1, 23.1), seen)


def test_the_lateral_clavicle_is_as_published():
    # Langley 2016: half of males begin to fuse at 17.5 and have fused at 20; 98.5 % of those above 24 have.
    log_age = np.log(np.array([17.5, 20.0, 24.0]))
    p = age.LATERAL_CLAVICLE.probabilities(log_age, 0.0)
    assert p[0, 0] == pytest.approx(0.5)
    assert p[2, 1] == pytest.approx(0.5)
    assert p[2, 2] == pytest.approx(0.985, abs=1e-3)


def test_surely_20_to_24_is_worth_one_over_their_share_of_the_published_dead():
    # Korean recruits, 2000–2001: 64 % of 313 were 20 to 24 (korean_war_assemblage.json).
    pool = 0.64 * _pool(20.0, 25.0) + 0.20 * _pool(15.0, 20.0) + 0.16 * _pool(25.0, 40.0)
    sharp = Trait("sharp", (20.0, 25.0), 1e-4)
    found = _lr(AgeRange(22.0, 23.0), {"sharp": 1}, pool=pool, traits=(sharp,), shared=0.0, **NO_ERROR)
    assert found == pytest.approx(1 / 0.64, rel=1e-6)


def test_with_the_cases_own_prior_ninety_percent_ranges_hold_ninety_percent():
    # Konigsberg et al. 2008: with the proper prior transition analysis has the right coverage; simulated here.
    rng = np.random.default_rng(3)
    pool = age.Params.of_pool([AgeRange(a, a + 1.0) for a in rng.normal(23.0, 4.0, 500).clip(17.0, 45.0)])
    params = age.Params(pool, (CREST, PUBIS), shared=0.06)
    true = rng.choice(len(age.AGES), 3000, p=pool)
    u = rng.normal(0.0, 0.06, 3000)
    stages = []
    for k in range(3000):
        scored = {}
        for trait in (CREST, PUBIS):
            p = trait.probabilities(np.log(age.AGES[true[k]:true[k] + 1]) + u[k], 0.06)[:, 0]
            scored[trait.name] = int(rng.choice(len(p), p=p / p.sum()))
        stages.append(scored)
    likelihood, _ = age.likelihoods(age.Postmortem(tuple(map(str, range(3000))), tuple(stages)), params)
    posterior = pool[:, None] * likelihood
    below = np.cumsum(posterior / posterior.sum(axis=0), axis=0)
    at = below[true, np.arange(3000)] - rng.random(3000) * (posterior / posterior.sum(axis=0))[true, np.arange(3000)]
    assert np.mean((at > 0.05) & (at < 0.95)) == pytest.approx(0.9, abs=0.02)


def test_dates_leave_open_what_their_precision_leaves_open():
    found = age.range_of(PartialDate(1930), PartialDate(1950, 12))
    assert found.low_years == pytest.approx(19.917, abs=0.01)
    assert found.high_years == pytest.approx(20.997, abs=0.01)
    assert age.range_of(None, PartialDate(1950)) is None
    assert age.range_of(PartialDate(1950), PartialDate(1951)) is None


def test_what_is_not_recorded_or_seen_is_not_compared():
    found = _support([None, AgeRange(20.0, 21.0)], [{}, {"iliac crest": 3}])
    assert found.status.tolist() == [[NOT_COMPARED, NOT_COMPARED], [NOT_COMPARED, COMPARED]]


@pytest.mark.parametrize(("make", "said"), [
    (lambda: Trait("t", (20.0, 19.0), 0.1), "t: transitions_years=(20.0, 19.0)"),
    (lambda: Trait("t", (20.0,), 0.0), "sd_log=0.0"),
    (lambda: AgeEstimate(30.0, 20.0), "high_years=20.0"),
    (lambda: AgeEstimate(20.0, 30.0, 1.0), "coverage=1.0"),
    (lambda: AgeRange(30.0, 20.0), "years=(30.0, 20.0)"),
    (lambda: age.Params(np.ones(3)), "pool=(3,)"),
    (lambda: age.Params(_pool(), (CREST, CREST)), "traits="),
    (lambda: age.Params(_pool(), wrong_birth=1.0), "wrong_birth=1.0"),
    (lambda: age.Params(_pool(), leeway_years=-1.0), "leeway_years=-1.0"),
    (lambda: _lr(AgeRange(20.0, 21.0), {"skull": 1}), "R-0: trait='skull'"),
    (lambda: _lr(AgeRange(20.0, 21.0), {"iliac crest": 4}), "iliac crest=4"),
])
def test_what_cannot_be_is_refused_by_name(make, said):
    with pytest.raises(InvalidValue) as refused:
        make()
    assert said in str(refused.value)


def test_the_examples_of_the_paper_run():
    page = (Path(__file__).parents[3] / "docs" / "evidence" / "age.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "age.md", "exec"), {})
