"""Bones, place, judgements and DNA of one pair: each line by itself, and what they make together."""

from math import log10

import numpy as np
import pytest

from homeward.commingling import Dna, SamePersonSettings, compare_pairs, same_person, shipped
from homeward.commingling.profiles import DnaSettings, autosomal_log10_lr, mito_log10_lr
from homeward.model import FrequencyTable, Genotype, InvalidValue, Laboratory, Marker, Profile
from homeward.model.inventory import Association, Element, Inventory
from homeward.model.lineage import MitoProfile

_MEN = shipped()
_TABLE = FrequencyTable("invented", (Marker("M1", ("10", "11", "12"), (0.5, 0.3, 0.2)),
                                     Marker("M2", ("7", "8"), (0.9, 0.1))))
_CERTAIN = DnaSettings(laboratory=Laboratory(), mixed_up=0.0, theta=0.0)


def _profile(sample, **genotypes):
    return Profile(sample, {m: Genotype(*g) for m, g in genotypes.items()})


def _inventory(*associations):
    return Inventory((
        Element("L", "femur", "left", measurements={"Fem_01": 460.0, "Fem_04": 48.0}),
        Element("R", "femur", "right", measurements={"Fem_01": 462.0, "Fem_04": 48.2}),
        Element("T", "tibia", "left", measurements={"Tib_01": 38.0}),
        Element("M", "femur", "left"),
    ), associations)


def test_bones_are_those_of_the_pair_model_and_doubtful_values_are_left_out():
    inventory = _inventory()
    found = same_person(inventory, _MEN)
    pair = compare_pairs([inventory["L"]], [inventory["R"]], _MEN).log10_lr[0, 0]
    assert found.lines["bones"][0, 1] == found.lines["bones"][1, 0] == pytest.approx(pair)
    assert found.compared["bones"][0, 1]
    assert not found.compared["bones"][0, 2]  # the tibia's only measurement may be in centimetres
    assert np.array_equal(found.log10_lr, found.log10_lr.T)
    assert not np.diag(found.log10_lr).any()


def test_two_bones_of_one_place_are_two_persons_but_for_a_slip_of_the_inventory():
    found = same_person(_inventory(), _MEN, settings=SamePersonSettings(inventory_error=0.01))
    assert found.lines["place"][0, 3] == pytest.approx(-2.0)
    assert found.compared["place"].sum() == 2


def test_judgements_weigh_by_their_certainty_and_the_stronger_of_two_stands():
    found = same_person(_inventory(Association("articulation", ("L", "T"), certainty=0.9),
                                   Association("refit", ("L", "T"), certainty=0.99),
                                   Association("morphology", ("R", "T"), same=False, certainty=0.95),
                                   Association("pair", ("L", "R"), certainty=1.0)), _MEN)
    assert found.lines["judged"][0, 2] == pytest.approx(log10(99.0))
    assert found.lines["judged"][1, 2] == pytest.approx(-log10(19.0))
    assert found.lines["judged"][0, 1] == pytest.approx(6.0, abs=1e-3)
    # a pair that was judged on the bones that were measured: not both
    assert found.log10_lr[0, 1] == pytest.approx(max(found.lines["judged"][0, 1], found.lines["bones"][0, 1]))


def test_identical_certain_profiles_are_worth_one_over_their_frequency():
    one, other = (_profile(s, M1=("10", "11"), M2=("8", "8")) for s in "ab")
    assert autosomal_log10_lr(one, other, _TABLE, _CERTAIN) == pytest.approx(-log10(2 * 0.5 * 0.3 * 0.1**2))
    # θ: 2·p·q·(1 − θ), p² + θ·p·(1 − p)
    theta = DnaSettings(laboratory=Laboratory(), mixed_up=0.0, theta=0.03)
    assert autosomal_log10_lr(one, other, _TABLE, theta) == pytest.approx(
        -log10(2 * 0.5 * 0.3 * 0.97 * (0.01 + 0.03 * 0.1 * 0.9)))


def test_profiles_that_conflict_say_no_more_than_samples_are_kept_apart():
    one, other = _profile("a", M1=("10", "10")), _profile("b", M1=("11", "11"))
    assert autosomal_log10_lr(one, other, _TABLE, _CERTAIN) == -np.inf
    careful = DnaSettings(laboratory=Laboratory(), mixed_up=0.001)
    assert autosomal_log10_lr(one, other, _TABLE, careful) == pytest.approx(-3.0)


def _plain_lr(x, y, marker, laboratory, theta):
    """Summed over every genotype: P(report | genotype) from the rates, spelled out."""
    p = dict(zip(marker.alleles, marker.frequencies, strict=True))
    d, c, e = laboratory.dropout, laboratory.dropin, laboratory.error

    def seen(report, genotype):
        shown = set(report)
        value = 1.0
        if genotype[0] == genotype[1]:
            value *= 1.0 - d**2 if genotype[0] in shown else d**2
        else:
            for a in genotype:
                value *= 1.0 - d if a in shown else d
        extra = shown - set(genotype)
        value *= np.prod([c * p[a] for a in extra]) if extra else 1.0 - c
        random = p[report[0]] ** 2 if len(shown) == 1 else 2.0 * p[report[0]] * p[report[1]]
        return (1.0 - e) * value + e * random

    sums = np.zeros(3)
    for a, p_a in p.items():
        for b, p_b in p.items():
            prior = p_a * p_b * (1.0 - theta) + (theta * p_a if a == b else 0.0)
            sums += prior * np.array([seen(x, (a, b)) * seen(y, (a, b)), seen(x, (a, b)), seen(y, (a, b))])
    return sums[0] / (sums[1] * sums[2])


def test_drop_out_and_error_are_summed_over_every_genotype():
    laboratory = Laboratory(dropout=0.2, dropin=0.03, error=0.01)
    settings = DnaSettings(laboratory=laboratory, mixed_up=0.0, theta=0.02)
    for x, y in ((("10", "10"), ("10", "11")), (("10", "12"), ("10", "11")), (("11", "11"), ("11", "11"))):
        found = autosomal_log10_lr(_profile("a", M1=x), _profile("b", M1=y), _TABLE, settings)
        assert found == pytest.approx(log10(_plain_lr(x, y, _TABLE.markers[0], laboratory, 0.02)), rel=1e-10)


def test_profiles_without_a_common_marker_are_not_compared():
    one, other = _profile("a", M1=("10", "10")), _profile("b", M2=("7", "7"))
    assert autosomal_log10_lr(one, other, _TABLE, _CERTAIN) is None
    assert autosomal_log10_lr(one, _profile("b", M1=("10", "99")), _TABLE, _CERTAIN) is None


def _mito(sample, differences, ranges="16024-16365 73-340"):
    return MitoProfile.parse(sample, ranges, differences)


def test_identical_haplotypes_are_worth_one_over_their_share_of_this_pool():
    pool = [_mito(f"p{i}", "263G 16189C" if i < 3 else "263G 16223T 150T") for i in range(99)]
    exact = DnaSettings(mixed_up=0.0, heteroplasmy=0.0)
    one, other = _mito("a", "263G 16189C 315.1C"), _mito("b", "263G 16189C")
    assert mito_log10_lr(one, other, pool, exact) == pytest.approx(log10(100 / 4))
    assert mito_log10_lr(one, _mito("c", "263G 16223T 150T"), pool, DnaSettings()) == pytest.approx(-3.0, abs=0.01)
    near = mito_log10_lr(one, _mito("d", "263G 16189C 152C"), pool, DnaSettings(mixed_up=0.0))
    assert near == pytest.approx(log10(0.01 / (1 / 100)))
    assert mito_log10_lr(one, _mito("e", "", "500-540"), pool, exact) is None
    assert mito_log10_lr(one, _mito("f", "263G", "100-300"), pool, exact) is not None


def test_dna_and_bones_add_up():
    dna = Dna(_TABLE, {"L": _profile("a", M1=("10", "11"), M2=("8", "8")), "T": _profile("b", M1=("10", "11"),
                                                                                        M2=("8", "8"))},
              {"L": _mito("a", "263G"), "R": _mito("b", "263G")}, [_mito("p", "263G 16223T")] * 9)
    found = same_person(_inventory(), _MEN, dna)
    assert found.lines["dna"][0, 2] == pytest.approx(2.0, abs=0.05)
    assert found.compared["dna"].sum() == found.compared["mtdna"].sum() == 2
    assert found.lines["mtdna"][0, 1] == pytest.approx(0.99, abs=0.02)
    assert found.log10_lr[0, 1] == pytest.approx(found.lines["bones"][0, 1] + found.lines["mtdna"][0, 1])


def test_profiles_of_no_element_and_without_frequencies_are_refused():
    with pytest.raises(InvalidValue, match="element of the inventory"):
        same_person(_inventory(), _MEN, Dna(_TABLE, {"X": _profile("a")}))
    with pytest.raises(InvalidValue, match="frequencies"):
        same_person(_inventory(), _MEN, Dna(None, {"L": _profile("a")}))
    with pytest.raises(InvalidValue, match="inventory_error"):
        SamePersonSettings(inventory_error=0.0)
    with pytest.raises(InvalidValue, match="theta"):
        DnaSettings(theta=1.0)
