"""What is said of each person on the roster before any remains are typed."""

import math
from dataclasses import replace

import numpy as np
import pytest

from homeward.decide.power import PowerQuestion, powers_of
from homeward.kinship import Relatives, Typed
from homeward.kinship.power import power
from homeward.model import InvalidValue, Laboratory, Profile

from .invented import all_of, case, couple, markers

FEW = PowerQuestion(draws=50, log10_threshold=1.5)


def rng(seed=1):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def families():
    """A has a typed mother, B nobody typed, C a contradiction; D stands on the roster alone."""
    return case([couple("FA", "A", typed={"mum": all_of("1/2", 3)}), couple("FB", "B"),
                 couple("FC", "C", typed={"mum": all_of("1/1", 3), "sis": all_of("2/2", 3)}, others=("sis",))],
                {"R1": all_of("1/3", 3)}, markers(3), without=("D",))


def test_each_person_gets_a_power_or_a_reason(families):
    found = {p.person: p for p in powers_of(families, FEW, rng=rng())}
    assert list(found) == ["A", "B", "C", "D"]
    # (1 − p₁ − p₂)² at each of three markers whose alleles have frequency 1/10.
    assert found["A"].power.exclusion == pytest.approx(1 - (1 - 0.8**2) ** 3, rel=1e-12)
    assert found["A"].gains[0].relative == "dad"
    assert found["B"].power.mean_log10_lr == 0.0
    assert found["B"].gains[0].gain_log10_lr > 0.5
    assert (found["C"].power, found["C"].gains) == (None, None)
    assert found["C"].reason == "FC: references='L0, L1, L2' contradict the pedigree"
    assert (found["D"].family, found["D"].reason) == (None, "no family in the case")


def test_a_persons_figures_do_not_depend_on_who_else_is_asked_about(families):
    alone = powers_of(families, FEW, rng=rng(), persons=["B"])
    everyone = powers_of(families, FEW, rng=rng())
    assert alone == everyone[1:2]
    assert everyone == powers_of(families, FEW, rng=rng())
    assert everyone[0].power.tails != powers_of(families, FEW, rng=rng(2))[0].power.tails


def test_relatives_are_ranked_only_where_the_family_does_not_say_enough(families):
    chance = powers_of(families, FEW, rng=rng())[0].power.tails[0].if_member.value
    assert 0.0 < chance < 1.0
    for rank_below, ranked in ((chance, False), (math.nextafter(chance, 1.0), True)):
        found = powers_of(families, replace(FEW, rank_below=rank_below), rng=rng(), persons=["A"])
        assert (found[0].gains is not None) == ranked


def test_coancestry_enters_the_power_and_the_ranking_says_that_it_leaves_it_out(families):
    table = replace(families.frequencies, theta=0.05)
    found, without = (powers_of(c, FEW, rng=rng(), persons=["A"])[0]
                      for c in (replace(families, frequencies=table), families))
    assert found.power.mean_log10_lr < without.power.mean_log10_lr
    assert [g.after.mean_log10_lr for g in found.gains] == [g.after.mean_log10_lr for g in without.gains]
    assert found.notes == ("relatives are ranked without the coancestry theta=0.05 of the population",)
    assert without.notes == ()


def test_the_laboratorys_rates_of_a_reference_are_kept(families):
    unsure = tuple(replace(s, laboratory=Laboratory(dropout=0.2)) if s.family == "FA" else s
                   for s in families.reference_samples)
    found = powers_of(replace(families, reference_samples=unsure), FEW, rng=rng(), persons=["A"])[0]
    family, member = families.place_of()["A"]
    mother = Profile("mum", all_of("1/2", 3))
    typed = Typed(family, {"mum": mother}, {"mum": ((mother, Laboratory(dropout=0.2)),)})
    expected = power(Relatives(typed, member.id), families.frequencies, rng=rng(), draws=1)
    assert found.power.mean_log10_lr == pytest.approx(expected.mean_log10_lr, rel=1e-12)


def test_progress_goes_to_the_end(families):
    told = []
    powers_of(families, FEW, rng=rng(), progress=told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_what_cannot_be_asked_is_refused(families):
    with pytest.raises(InvalidValue, match=r"invented: person='X, Y' must be on the roster"):
        powers_of(families, FEW, rng=rng(), persons=["X", "A", "Y"])
    with pytest.raises(InvalidValue, match=r"draws=0 must be at least 1"):
        PowerQuestion(draws=0)
    with pytest.raises(InvalidValue, match=r"log10_threshold=inf must be finite"):
        PowerQuestion(log10_threshold=math.inf)
