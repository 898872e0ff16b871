"""Linked markers in the line of kinship: what a pair says, what each of the two says of it, when one is left out."""

import math
from dataclasses import replace

import numpy as np
import pytest

from homeward.blocks import COMPARED, EXCLUDED
from homeward.evidence import kinship
from homeward.kinship import Relatives, Typed, linked_tables, pair_loglik
from homeward.model import (
    Family,
    FrequencyTable,
    Genotype,
    Linkage,
    Marker,
    Member,
    MutationModel,
    Profile,
    Sex,
    TooLarge,
)
from homeward.simulate import family_of, fbi2015, gene_drop

NAMES = ("vWA", "D12S391")


def _tables(rho=0.089, names=("TH01", *NAMES), theta=0.0):
    """The markers as independent, and with the last two linked."""
    whole = fbi2015("Caucasian", mutation=MutationModel("proportional", 0.002))
    plain = FrequencyTable("Synthetic", tuple(whole[n] for n in names), theta=theta)
    return plain, replace(plain, linked=(Linkage(*NAMES, rho),))


@pytest.fixture(scope="module")
def tile():
    """Ten synthetic families and their missing members' remains, some of them not typed at one of the two markers."""
    rng = np.random.default_rng(3)
    plain, _ = _tables()
    relatives, profiles = [], []
    for k, shape in enumerate(("two sibs", "parent and sib", "uncle", "half-sibs", "two nephews") * 2):
        shaped = family_of(shape, id=f"F-{k}", rng=rng)
        genes, missing = gene_drop(shaped.family, plain, rng), shaped.family.missing[0].id
        relatives.append(Relatives(Typed(shaped.family, {d: genes[d] for d in shaped.donors}), missing))
        left_out = {3: "vWA", 5: "D12S391"}.get(k)
        profiles.append(Profile(f"S-{k}", {m: g for m, g in genes[missing].genotypes.items() if m != left_out}))
    ids = tuple(map(str, range(len(relatives))))
    return (kinship.Antemortem(ids, tuple(relatives)),
            kinship.Postmortem(ids, tuple(profiles), (Sex.UNKNOWN,) * len(ids)))


def _log10_lr(relatives, profile, table):
    """By the likelihoods of the two markers together, and by the unlinked marker alone."""
    family, missing = relatives.typed.family, relatives.member
    both = Typed(family, {**relatives.typed.profiles, missing: profile})
    alone = Typed(Family("alone", (Member(missing, None, None, Sex.MALE),)), {missing: profile})
    markers, rho = [table[n] for n in NAMES], table.linked[0].recombination_rate
    return (pair_loglik(both, *markers, rho) - pair_loglik(relatives.typed, *markers, rho)
            - pair_loglik(alone, *markers, rho)) / math.log(10.0)


def test_every_pair_has_the_lr_of_the_two_markers_together(tile):
    am, pm = tile
    plain, linked = _tables()
    found, apart = (kinship.compare(am, pm, kinship.Params(t)) for t in (linked, plain))
    only = kinship.compare(am, pm, kinship.Params(FrequencyTable("Synthetic", (plain["TH01"],))))
    assert (found.support.status == COMPARED).all()
    np.testing.assert_array_equal(found.n_markers, apart.n_markers)
    for i, relatives in enumerate(am.relatives):
        for j, profile in enumerate(pm.profiles):
            expected = _log10_lr(relatives, profile, linked) + only.support.log10_lr[i, j]
            assert found.support.log10_lr[i, j] == pytest.approx(expected, abs=1e-9)
    assert np.abs(found.support.log10_lr - apart.support.log10_lr).max() > 0.1


def test_as_if_unlinked_is_the_product_of_the_two(tile):
    plain, linked = _tables(rho=0.5)
    found, apart = (kinship.compare(*tile, kinship.Params(t)) for t in (linked, plain))
    np.testing.assert_allclose(found.support.log10_lr, apart.support.log10_lr, rtol=0, atol=1e-9)


def test_what_each_marker_says_adds_up_and_the_first_says_what_it_says_alone(tile):
    am, pm = tile
    plain, linked = _tables()
    found = kinship.compare(am, pm, kinship.Params(linked))
    pairs = [(i, i) for i in range(len(am.ids))]
    said = kinship.explain(am, pm, kinship.Params(linked), pairs)
    alone = kinship.explain(am, pm, kinship.Params(plain), pairs)
    for (i, j), by_marker, single in zip(pairs, said, alone, strict=True):
        assert list(by_marker) == ["TH01", *NAMES]
        assert math.fsum(v for v in by_marker.values() if v is not None) == pytest.approx(
            found.support.log10_lr[i, j], abs=1e-12)
        if None not in by_marker.values():  # where one is not typed, the references still say something there
            assert by_marker["vWA"] == single["vWA"]
        assert (by_marker["D12S391"] is None) == ("D12S391" not in pm.profiles[j].genotypes)
    assert said[3]["vWA"] is None


def test_where_the_two_cannot_be_weighed_together_the_second_is_left_out_and_named(tile, monkeypatch):
    am, pm = tile
    plain, linked = _tables()

    def refuse(*_):
        raise TooLarge("too large")

    monkeypatch.setattr(linked_tables, "run_lanes", refuse)
    found = kinship.compare(am, pm, kinship.Params(linked))
    _, without = _tables(names=("TH01", *NAMES))
    first = kinship.compare(am, pm, kinship.Params(FrequencyTable("S", without.markers[:2])))
    second = kinship.compare(am, pm, kinship.Params(FrequencyTable("S", (plain["TH01"], plain["D12S391"]))))
    by_second = ["vWA" not in p.genotypes for p in pm.profiles]
    np.testing.assert_allclose(found.support.log10_lr, np.where(by_second, second.support.log10_lr,
                                                                first.support.log10_lr), rtol=0, atol=1e-12)
    assert found.n_markers.max() == 2
    assert found.left_out == dict.fromkeys(am.ids, ("D12S391",))
    said = kinship.explain(am, pm, kinship.Params(linked), [(0, 0)])[0]
    assert said["D12S391"] is None
    assert said["vWA"] + said["TH01"] == pytest.approx(found.support.log10_lr[0, 0], abs=1e-12)


def test_with_coancestry_the_second_is_left_out(tile):
    am, pm = (kinship.Antemortem(tile[0].ids[:2], tile[0].relatives[:2]),
              kinship.Postmortem(tile[1].ids[:2], tile[1].profiles[:2], tile[1].sexes[:2]))
    _, linked = _tables(theta=0.02)
    found = kinship.compare(am, pm, kinship.Params(linked))
    first = kinship.compare(am, pm, kinship.Params(FrequencyTable("S", linked.markers[:2], theta=0.02)))
    np.testing.assert_array_equal(found.support.log10_lr, first.support.log10_lr)
    assert found.left_out == dict.fromkeys(am.ids, ("D12S391",))


def _phased(rho, shown):
    """A man whose father handed on 1·1 or 2·2 without recombination, and remains that show ``shown``."""
    markers = tuple(Marker(name, ("1", "2", "3"), (0.4, 0.4, 0.2)) for name in "MN")
    family = Family("F", (Member("g1", None, None, Sex.MALE), Member("g2", None, None, Sex.FEMALE),
                          Member("dad", "g1", "g2", Sex.MALE), Member("mum", None, None, Sex.FEMALE),
                          Member("he", "dad", "mum", Sex.MALE)))
    typed = Typed(family, {m: Profile(m, {n: Genotype(*g) for n in "MN"}) for m, g in
                           {"g1": "11", "g2": "22", "dad": "12", "mum": "33"}.items()})
    table = FrequencyTable("Synthetic", markers, linked=(Linkage("M", "N", rho),))
    am, pm = kinship.Antemortem(("P",), (Relatives(typed, "he"),)), kinship.Postmortem(
        ("R",), (Profile("R", {n: Genotype(*g) for n, g in zip("MN", shown, strict=True)}),), (Sex.UNKNOWN,))
    return kinship.compare(am, pm, kinship.Params(table)), kinship.explain(am, pm, kinship.Params(table), [(0, 0)])[0]


def test_what_is_possible_at_each_and_impossible_together_is_excluded_by_both():
    found, said = _phased(0.0, ("13", "23"))
    assert found.support.status[0, 0] == EXCLUDED
    assert found.excluding_markers(0, 0) == ("M", "N")
    assert said["M"] == pytest.approx(math.log10(0.5 / 0.16))
    assert said["N"] == -math.inf
    found, said = _phased(0.1, ("13", "23"))
    assert found.support.status[0, 0] == COMPARED
    assert said["M"] + said["N"] == pytest.approx(math.log10(0.05 / 0.16**2))


def test_what_one_of_them_excludes_is_excluded_by_that_one():
    found, said = _phased(0.1, ("11", "13"))
    assert found.excluding_markers(0, 0) == ("M",)
    assert said["M"] == -math.inf
    assert math.isfinite(said["N"])


def test_references_that_contradict_the_pedigree_at_the_two_together_are_not_compared():
    markers = tuple(Marker(name, ("1", "2", "3"), (0.4, 0.4, 0.2)) for name in "MN")
    family = Family("F", (Member("g1", None, None, Sex.MALE), Member("g2", None, None, Sex.FEMALE),
                          Member("dad", "g1", "g2", Sex.MALE), Member("mum", None, None, Sex.FEMALE),
                          Member("sib", "dad", "mum", Sex.FEMALE), Member("he", "dad", "mum", Sex.MALE)))
    shown = {"g1": ("11", "11"), "g2": ("22", "22"), "mum": ("33", "33"), "sib": ("13", "23")}
    typed = Typed(family, {m: Profile(m, {n: Genotype(*g) for n, g in zip("MN", both, strict=True)})
                           for m, both in shown.items()})
    table = FrequencyTable("Synthetic", markers, linked=(Linkage("M", "N", 0.0),))
    pm = kinship.Postmortem(("R",), (Profile("R", {n: Genotype("1", "3") for n in "MN"}),), (Sex.UNKNOWN,))
    found = kinship.compare(kinship.Antemortem(("P",), (Relatives(typed, "he"),)), pm, kinship.Params(table))
    assert found.contradictions == {"P": ("M", "N")}
    assert not found.n_markers.any()
