"""What a test is expected to add: against every outcome gone through by hand, and the laws of a batch."""

import math
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest

from homeward.decide.grouping._information import Roster, Views, expected_best, log_score, of_names, of_pairs
from homeward.decide.grouping.assemblage import problem_of
from homeward.decide.grouping.joint_draws import JointDraws, joint_draws
from homeward.decide.grouping.next_test import (
    Laboratory,
    _outcomes,
    best_references,
    best_samples,
    roster_of,
    telling,
)
from homeward.decide.grouping.priors import GivenRates, Priors
from homeward.kinship.power import Relationship
from homeward.model import InvalidValue, MissingPerson
from homeward.model.inventory import Element, Inventory
from homeward.simulate.assemblage import draw_assemblage
from homeward.simulate.assemblage_settings import small

from .enumeration import Enumeration
from .inventing import invented_problem

_SMALL = replace(small(), coverage=0.7)


def _by_brute_force(group, label, outcome, f):
    """Σ_t P(t) Σ_y P(y | t) log P(y | t) less the same before the test, name by name, outcome by outcome."""
    rows = range(len(label))

    def entropy(kept):
        shares = [sum(label[d][f] == y for d in kept) / len(kept) for y in {label[d][f] for d in kept}]
        return -sum(p * math.log(p) for p in shares)

    after = 0.0
    for t in {outcome[d] for d in rows}:
        kept = [d for d in rows if outcome[d] == t]
        after += len(kept) / len(label) * entropy(kept)
    return entropy(list(rows)) - after


def test_the_gain_is_that_of_all_outcomes_gone_through_one_by_one():
    rng = np.random.default_rng(1)
    label = rng.integers(-1, 4, (300, 3))
    label[:, 1] = np.where(rng.random(300) < 0.8, label[:, 0], label[:, 1])
    # Repeated a hundredfold the counts are the same shares, and what chance shows is a hundredth.
    group, label = np.tile(label + 1, (100, 1)), np.tile(label, (100, 1))
    roster = Roster(np.zeros(4, np.int64), np.array([True, True, False, True]), 1)
    outcome = np.where((label[:, 0] >= 0) & (label[:, 0] != 2), label[:, 0], -1)
    found = of_names(Views.of(group, label, roster), outcome, 0)
    for f in range(3):
        assert found[f] == pytest.approx(_by_brute_force(group[:300], label[:300], outcome[:300], f), abs=1e-3)


def test_someone_of_an_incident_is_named_in_closed_form():
    """Two elements, one person with probability s, of n free persons of whom r have references."""
    s, n, r, draws = 0.75, 8, 6, 40_000
    group = np.zeros((draws, 2), np.int64)
    group[int(s * draws):, 1] = 1
    roster = Roster(np.zeros(n, np.int64), np.arange(n) < r, 1)
    views = Views.of(group, np.full((draws, 2), -2), roster)
    own, other = of_names(views, np.full(draws, -1), 0)
    assert own == pytest.approx(r / n * math.log(n), abs=1e-3)
    left = -s * math.log(s) - (1 - s) * math.log((1 - s) / (n - 1))
    assert other == pytest.approx(r / n * (math.log(n) - left), abs=1e-3)


def test_pairs_gain_what_the_outcomes_leave_open():
    outcome = np.repeat([0, 0, 1, 1], 5000)
    together = np.stack([outcome, np.tile([0, 1], 10_000), np.ones(20_000)], axis=1).astype(np.float32)
    assert of_pairs(outcome, together) == pytest.approx([math.log(2.0), 0.0, 0.0], abs=1e-3)


def test_the_expected_best_goes_through_every_success_and_failure():
    rng = np.random.default_rng(2)
    gains, chance = rng.random((4, 7)), rng.random(4)
    plain = 0.0
    for works in product([False, True], repeat=4):
        p = math.prod(q if w else 1.0 - q for q, w in zip(chance, works, strict=True))
        plain += p * sum(max((gains[k, i] for k in range(4) if works[k]), default=0.0) for i in range(7))
    assert expected_best(gains, chance) == pytest.approx(plain)


def test_what_a_test_adds_never_rises_beside_others():
    rng = np.random.default_rng(3)
    gains, chance = rng.random((5, 9)), rng.random(5)
    added = [expected_best(gains[[*range(k), 4]], chance[[*range(k), 4]]) - expected_best(gains[:k], chance[:k])
             for k in range(5)]
    assert (np.diff(added) <= 1e-12).all()


def _partitions(n):
    if n == 0:
        yield ()
        return
    for row in _partitions(n - 1):
        for g in range(max(row, default=-1) + 2):
            yield (*row, g)


def _every(exact, n, persons):
    """Every grouping with every naming, each person himself: its probability, its groups and its names."""
    found = []
    for row in _partitions(n):
        bits = [sum(1 << e for e in range(n) if row[e] == g) for g in range(max(row) + 1)]
        for names in product([*range(persons), None], repeat=len(bits)):
            listed = [m for m in names if m is not None]
            if len(set(listed)) == len(listed):
                weight = math.prod(exact.evidence(b, m) for b, m in zip(bits, names, strict=True))
                found.append((weight, row, tuple(-1 if names[g] is None else names[g] for g in row)))
    total = sum(w for w, _, _ in found)
    return [(w / total, row, names) for w, row, names in found]


def _entropy(weighted):
    shares = {}
    for w, y in weighted:
        shares[y] = shares.get(y, 0.0) + w
    total = sum(shares.values())
    return -sum(w * math.log(w / total) for w in shares.values() if w > 0.0)


def _shown(row, names, e, referenced, profiled):
    if names[e] >= 0 and referenced[names[e]]:
        return names[e]
    return next((-2 - k for k in profiled if row[k] == row[e]), -1)


def _gain(every, outcomes, values):
    """By brute force: for each outcome the posterior anew, its expected log probability, less that of today."""
    after = sum(_entropy([(w, y) for (w, _, _), t, y in zip(every, outcomes, values, strict=True) if t == outcome])
                for outcome in set(outcomes))
    return _entropy([(w, y) for (w, _, _), y in zip(every, values, strict=True)]) - after


@pytest.mark.parametrize(("seed", "sampled", "near"), [(12, 1.0, 0.03), (13, 1.0, 0.03), (14, 0.5, 0.03),
                                                     (15, 0.0, 0.03)])
def test_expected_gains_are_those_of_all_outcomes_by_enumeration(seed, sampled, near):
    n, rng = 4, np.random.default_rng(seed)
    problem = invented_problem(rng, elements=n, persons=4, sampled=sampled, lines=sampled)
    given = GivenRates(1.5, (0.4, 0.1), np.linspace(0.3, 0.8, 6), [1 / 6] * 6, 3, 2)
    draws = joint_draws(problem, Priors(), rng=rng, plan=(2, 100, 4000, 1), given=given)
    every = _every(Enumeration(problem, Priors(), given), n, 4)
    roster = Roster(problem.incident, np.array([True, False, True, True]), problem.n_incidents)
    views, profiled = Views.of(draws.group, draws.label, roster), problem.genetics.element.tolist()
    found = _outcomes(draws, roster, np.isin(np.arange(n), profiled))
    for e in range(n):
        outcomes = [_shown(row, names, e, roster.referenced, profiled) for _, row, names in every]
        names = [_gain(every, outcomes, [names[f] for _, _, names in every]) for f in range(n)]
        assert of_names(views, found[:, e], e) == pytest.approx(names, abs=near)
        pairs = [(0, 1), (0, 2), (1, 2), (2, 3)]
        lying = [_gain(every, outcomes, [row[f] == row[g] for _, row, _ in every]) for f, g in pairs]
        together = np.stack([draws.group[:, f] == draws.group[:, g] for f, g in pairs], axis=1).astype(np.float32)
        assert of_pairs(found[:, e], together) == pytest.approx(lying, abs=near)


def test_the_log_score_is_the_logarithm_of_the_truths_share_of_the_draws():
    rng = np.random.default_rng(5)
    label = rng.choice([-1, 0, 1, -2], size=(4000, 1), p=[0.1, 0.3, 0.2, 0.4])
    roster = Roster(np.array([1, 1, 0, 0, 0]), np.ones(5, np.bool_), 2)
    views = Views.of(np.zeros((4000, 1), np.int64), label, roster)
    for truth, share in ((-1, 0.1), (0, 0.3), (1, 0.2), (3, 0.4 / 3)):
        assert log_score(views, roster, np.array([truth]))[0] == pytest.approx(math.log(share), abs=0.1)


@pytest.fixture(scope="module")
def drawn():
    assemblage, _ = draw_assemblage(np.random.default_rng(3), _SMALL)
    problem, _ = problem_of(assemblage, _SMALL.model, _SMALL.typing)
    return assemblage, joint_draws(problem, _SMALL.priors, rng=np.random.default_rng(1), plan=(4, 50, 60, 2))


def test_elements_with_a_profile_are_not_asked_for_and_gains_fall(drawn):
    found = best_samples(*drawn, Laboratory({"femur": 0.8}, 0.4), most=6)
    assert len(found) == 6
    assert not {t.element for t in found} & set(drawn[0].profiles)
    assert all(a.gain >= b.gain - 1e-9 for a, b in pairwise(found))
    assert found[0].gain == pytest.approx(found[0].alone)
    assert all(0.0 <= t.names <= t.alone + 1e-9 and t.error >= 0.0 for t in found)


def test_a_bone_that_never_gives_a_profile_gains_nothing(drawn):
    assert all(t.gain == 0.0 for t in best_samples(*drawn, Laboratory({}, 0.0), most=3))


def _few(labels, groups, *, referenced, bones=("femur", "tibia", "humerus")):
    """Three synthetic elements of two listed persons, the draws as stated, each a hundred times."""
    assemblage, _ = draw_assemblage(np.random.default_rng(3), _SMALL)
    persons = (MissingPerson("M-A", incident="I"), MissingPerson("M-B", incident="I"))
    some = next(iter(assemblage.relatives.values()))
    elements = tuple(Element(f"E-{k}", bone, "left") for k, bone in enumerate(bones))
    few = replace(assemblage, inventory=Inventory(elements), roster=persons, boxes={}, profiles={}, haplotypes={},
                  relatives={p.id: some for p in persons if p.id in referenced}, maternal={}, lines=())
    return few, JointDraws(np.tile(groups, (100, 1)), np.tile(labels, (100, 1)), 2, 1.0)


_SURE = {"groups": [[0, 0, 1], [0, 0, 1]], "labels": [[0, 0, 1], [1, 1, 0]]}


def test_a_second_sample_of_one_persons_elements_adds_little():
    first, second, *_ = best_samples(*_few(**_SURE, referenced=("M-A", "M-B")), Laboratory({}, 1.0))
    assert first.alone == pytest.approx(3 * math.log10(2.0), abs=0.02)
    assert second.alone == pytest.approx(first.alone)
    assert second.gain == pytest.approx(0.0, abs=1e-6)
    assert "tell much of the same" in second.reason


def test_without_any_reference_dna_names_nobody_and_the_reason_says_so():
    for t in best_samples(*_few(**_SURE, referenced=()), Laboratory({}, 1.0)):
        assert t.names == pytest.approx(0.0, abs=1e-3)
        assert t.nameless == 1.0
        assert "DNA then names nobody without a reference" in t.reason


def test_a_reference_gains_by_the_mass_of_profiled_people_who_may_be_his():
    few, draws = _few(**_SURE, referenced=("M-B",))
    assert best_references(few, draws, {"child": 1.0}) == ()  # nothing is profiled: a reference has nothing to meet
    some = next(iter(draw_assemblage(np.random.default_rng(3), _SMALL)[0].profiles.values()))
    found, = best_references(replace(few, profiles={"E-0": some}), draws, {"sib": 0.5, "child": 0.9})
    assert (found.person, found.relationship) == ("M-A", "child")
    assert found.his == pytest.approx(0.5)
    assert found.gain == pytest.approx(0.9 * 3 * math.log10(2.0), abs=0.02)


def test_a_child_tells_more_often_than_a_cousin():
    table = draw_assemblage(np.random.default_rng(3), _SMALL)[0].frequencies
    found = telling(table, [Relationship.CHILD, Relationship.PATERNAL_COUSIN], rng=np.random.default_rng(1))
    assert found["child"] > 0.9 > found["paternal cousin"]


def test_an_empty_reference_is_none(drawn):
    assert roster_of(replace(drawn[0], relatives={})).referenced.sum() == 0
    assert roster_of(drawn[0]).referenced.sum() == len(drawn[0].relatives)


def test_what_is_not_of_the_assemblage_is_refused(drawn):
    few, draws = _few(**_SURE, referenced=())
    with pytest.raises(InvalidValue, match="elements"):
        best_samples(few, drawn[1], Laboratory())
    with pytest.raises(InvalidValue, match="label"):
        best_samples(few, replace(draws, label=draws.label + 5), Laboratory())
    with pytest.raises(InvalidValue, match="femur"):
        Laboratory({"femur": 1.2})
    with pytest.raises(InvalidValue, match="relationship"):
        best_references(few, draws, {})
    with pytest.raises(InvalidValue, match="chains"):
        replace(draws, chains=3)


def test_few_draws_of_many_names_show_no_information_where_there_is_none():
    rng = np.random.default_rng(6)
    label = rng.integers(0, 30, (200, 40))
    label[:, 1] = label[:, 0]
    views = Views.of(label, label, Roster(np.zeros(30, np.int64), np.ones(30, np.bool_), 1))
    found = of_names(views, label[:, 0], 0)
    assert found[:2] == pytest.approx(math.log(30.0), abs=0.12)
    assert found[2:].mean() < 0.1  # counted plainly it would be above 1.4
