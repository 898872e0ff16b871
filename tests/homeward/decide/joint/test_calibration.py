"""What is said with a probability of p is right in p of the cases: simulated families, the small version.

The whole table is made by verification/joint_calibration.py. Persons, relatives and remains are synthetic.
"""

import math

import numpy as np
import pytest

from homeward.decide.joint.options import Pairings
from homeward.decide.joint.prior import JointPrior, PriorKind, log_pair_odds, pair_priors
from homeward.decide.joint.solve import JointLimits, solve
from homeward.evidence import kinship
from homeward.kinship import Relatives, Typed
from homeward.model import Family, Member, Profile, Sex
from homeward.simulate import family_of, fbi2015
from homeward.simulate.inheritance import Loci, drop

_SIDE, _SHARE, _CASES = 10, 0.6, 30


def _number_of_pairs(rng):
    """Drawn from the prior: ∝ κ^k C(R,k) C(N,k) k!."""
    log_odds = log_pair_odds(np.ones((_SIDE, _SIDE)), _SHARE * _SIDE)
    weight = [math.comb(_SIDE, k) ** 2 * math.factorial(k) * math.exp(k * log_odds) for k in range(_SIDE + 1)]
    return rng.choice(_SIDE + 1, p=np.array(weight) / sum(weight))


def _case(rng, loci):
    """Log LRs of ten persons, each with two cousins and an aunt, and ten remains; and who is who."""
    relatives, missing = [], []
    for n in range(_SIDE):
        shaped = family_of("two cousins and an aunt", id=f"F{n}", rng=rng)
        profiles = drop(shaped.family, loci, rng)
        relatives.append(Relatives(Typed(shaped.family, {d: profiles[d] for d in shaped.donors}), "missing"))
        missing.append(profiles["missing"])
    stranger = Family("stranger", (Member("x", None, None, Sex.MALE),))
    k = _number_of_pairs(rng)
    persons, columns = rng.permutation(_SIDE)[:k], rng.permutation(_SIDE)[:k]
    true = np.zeros((_SIDE, _SIDE), dtype=np.bool_)
    true[persons, columns] = True
    remains = [missing[int(true[:, j].argmax())] if true[:, j].any() else drop(stranger, loci, rng)["x"]
               for j in range(_SIDE)]
    pm = kinship.Postmortem(tuple(f"R{j}" for j in range(_SIDE)),
                            tuple(Profile(f"R{j}", r.genotypes) for j, r in enumerate(remains)),
                            (Sex.UNKNOWN,) * _SIDE)
    am = kinship.Antemortem(tuple(f"P{n}" for n in range(_SIDE)), tuple(relatives))
    support = kinship.compare(am, pm, kinship.Params(loci.table)).support
    return Pairings(support.log10_lr * math.log(10.0), np.arange(_SIDE), ()), true


@pytest.fixture(scope="module")
def answers():
    """Prior → (posteriors, whether they are true), over all pairings of all cases."""
    rng, loci = np.random.default_rng(1953), Loci.of(fbi2015())
    found = {kind: ([], []) for kind in PriorKind}
    for _ in range(_CASES):
        pairings, true = _case(rng, loci)
        for prior in pair_priors(JointPrior(_SHARE), np.ones(true.shape, dtype=np.bool_)):
            found[prior.kind][0].append(solve(pairings, prior, JointLimits()).posterior[:-1].ravel())
            found[prior.kind][1].append(true.ravel())
    return {kind: (np.concatenate(p), np.concatenate(t)) for kind, (p, t) in found.items()}


def _deviation(posterior, true, low, high):
    """(true − predicted) / its standard deviation among the pairings with a posterior from low to high."""
    here = (posterior >= low) & (posterior < high)
    p = posterior[here]
    return float((true[here].sum() - p.sum()) / math.sqrt((p * (1.0 - p)).sum()))


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.01), (0.0, 1.01)])
def test_the_default_prior_is_calibrated(answers, low, high):
    posterior, true = answers[PriorKind.STATED]
    assert len(posterior) == 3000
    assert abs(_deviation(posterior, true, low, high)) < 3.0


def test_the_flat_prior_promises_too_much():
    # A law of the prior, not of the sample: with all assignments alike, 10 × 10 are expected to make 7.5 pairs.
    k = np.arange(11)
    counts = np.array([math.comb(10, i) ** 2 * math.factorial(i) for i in k], dtype=float)
    assert (k * counts).sum() / counts.sum() == pytest.approx(7.488, abs=1e-3)


def test_a_wrong_share_is_seen_in_the_number_of_pairs(answers):
    sums = {kind: float(p.sum()) for kind, (p, _) in answers.items()}
    truth = float(answers[PriorKind.STATED][1].sum())
    assert sums[PriorKind.HALF] < sums[PriorKind.STATED] < sums[PriorKind.DOUBLE]
    assert abs(sums[PriorKind.STATED] - truth) < abs(sums[PriorKind.HALF] - truth)
    assert abs(sums[PriorKind.STATED] - truth) < abs(sums[PriorKind.DOUBLE] - truth)
