"""LRs at two linked markers: the sum over haplotypes, symbols, and the laws that they keep."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.kinship import Relatives, Report, Typed, encode_remains, genotype_tables, linked_pairs, pair_loglik
from homeward.kinship.linked_tables import LinkedMarkers, Shown, linked_lrs
from homeward.model import (
    Family,
    FrequencyTable,
    Genotype,
    Laboratory,
    Linkage,
    Marker,
    Member,
    MutationModel,
    Profile,
    Sex,
    TooLarge,
)
from homeward.simulate import family_of, fbi2015, gene_drop, shapes

from . import plain
from .random_families import assert_same, drawn_families, examples, genotype, pedigrees

M, F = Sex.MALE, Sex.FEMALE
RATES = st.sampled_from([0.0, 0.089, 0.5])


def _table(first, second, rho):
    return FrequencyTable("synthetic", (first, second), linked=(Linkage(first.name, second.name, rho),))


def _lrs(relatives, table, profiles, rates=None):
    """LR of each profile, None where no relative is typed at either marker."""
    reports = [Report(p) if rates is None else Report(p, Sex.UNKNOWN, rates) for p in profiles]
    pair, = linked_pairs(table, encode_remains(reports, table))
    found = pair.log10_lrs(relatives)
    return None if found is None else 10.0 ** found[pair.number]


@st.composite
def _asked(draw, inbred=False, **options):
    """A family typed at two markers, a member who is asked for and gave no sample, and things that remains may show."""
    family = draw(pedigrees(most=5, inbred=inbred))
    first = draw(drawn_families(st.just(family), most=3, **options))
    second = draw(drawn_families(st.just(family), most=3 if "silent" in options else 2, name="N", **options))
    query = draw(st.sampled_from([m.id for m in family.members]))
    for drawn in (first, second):
        drawn.seen.pop(query, None)
    single = first.is_single(query)
    # A man's only X is compared with known genotypes alone.
    shown = [[r for r in d.reports(query) if not (single and None in r)] for d in (first, second)]
    reports = draw(st.lists(st.tuples(*(st.sampled_from([None, *some]) for some in shown)), min_size=1, max_size=4))
    return (first, second), query, reports


def _check(asked, rho):
    drawn, query, reports = asked
    typed = Typed(drawn[0].family, {m: Profile(m, {d.marker.name: genotype(d.marker, d.seen[m]) for d in drawn
                                                   if m in d.seen}) for d in drawn for m in d.seen})
    markers = [d.marker for d in drawn]
    profiles = [Profile("R", {m.name: genotype(m, r) for m, r in zip(markers, both, strict=True) if r is not None})
                for both in reports]
    lrs = _lrs(Relatives(typed, query), _table(*markers, rho), profiles)
    if not typed.profiles:
        assert lrs is None
        return
    loci, seen = [plain.locus(m) for m in markers], [d.seen for d in drawn]
    alone = plain.likelihood(drawn[0].family, loci, seen, rho=rho)
    for lr, both in zip(lrs, reports, strict=True):
        if alone == 0.0:
            assert math.isnan(lr)
            continue
        he = plain.likelihood(drawn[0].family, loci, [{**s, **({} if r is None else {query: r})}
                                                      for s, r in zip(seen, both, strict=True)], rho=rho)
        stranger = math.prod(_of_stranger(d, query, r) for d, r in zip(drawn, both, strict=True) if r is not None)
        assert_same(lr, he / (alone * stranger), rel=1e-10)


def _of_stranger(drawn, query, report):
    sex = drawn.family.member(query).sex
    alone = Family("alone", (Member("he", None, None, sex),))
    return plain.likelihood(alone, [plain.locus(drawn.marker)], [{"he": report}])


@examples(60)
@given(_asked(), RATES)
def test_lrs_are_those_of_the_sum_over_haplotypes(asked, rho):
    _check(asked, rho)


@examples(40)
@given(_asked(x_linked=True), RATES)
def test_on_the_x_lrs_are_those_of_the_sum_over_haplotypes(asked, rho):
    _check(asked, rho)


@examples(15)
@given(_asked(silent=True), RATES)
def test_with_silent_alleles_lrs_are_those_of_the_sum_over_haplotypes(asked, rho):
    _check(asked, rho)


@examples(30)
@given(_asked(inbred=True), RATES)
def test_with_inbred_founders_lrs_are_those_of_the_sum_over_haplotypes(asked, rho):
    _check(asked, rho)


# --- symbols and laws


@pytest.mark.parametrize("rho", [0.0, 0.089, 0.3, 0.5])
def test_half_sibs_in_symbols(rho):
    # One allele shared at a marker with ½, at the other marker the same again with R = ρ² + (1 − ρ)² (Vigeland 2023,
    # doi:10.1093/g3journal/jkac326). Shared, 1/2 and 1/3 have the LR 1/(4 p₁) = 1/2 at p₁ = ½, plus nothing else.
    p = (0.5, 0.3, 0.2)
    markers = [Marker(name, ("1", "2", "3"), p) for name in "MN"]
    family = Family("F", (Member("dad", None, None, M), Member("m1", None, None, F), Member("m2", None, None, F),
                          Member("a", "dad", "m1", F), Member("he", "dad", "m2", M)))
    typed = Typed(family, {"a": Profile("a", {n: Genotype("1", "2") for n in "MN"})})
    lr, = _lrs(Relatives(typed, "he"), _table(*markers, rho), [Profile("R", {n: Genotype("1", "3") for n in "MN"})])
    shared, apart, r = 1 / (4 * 0.5), 1.0, rho**2 + (1 - rho) ** 2
    assert_same(lr, (r * (shared**2 + apart**2) + (1 - r) * 2 * shared * apart) / 2)


def _grown(mutation=None, seed=5):
    return fbi2015("Caucasian", mutation=mutation or MutationModel("proportional", 0.002)), np.random.default_rng(seed)


@pytest.mark.parametrize("name", [s for s in shapes() if s != "sib of a cousin marriage"])
def test_every_shape_of_family_agrees_with_the_likelihood_of_the_pair(name):
    table, rng = _grown()
    first, second = table["vWA"], table["D12S391"]
    shaped = family_of(name, id="F", rng=rng)
    genes, missing = gene_drop(shaped.family, table, rng), shaped.family.missing[0].id
    typed = Typed(shaped.family, {d: genes[d] for d in shaped.donors})
    lr, = _lrs(Relatives(typed, missing), _table(first, second, 0.089), [genes[missing]])
    try:
        he = pair_loglik(Typed(shaped.family, {**typed.profiles, missing: genes[missing]}), first, second, 0.089)
    except TooLarge:
        assert name == "two cousins and an aunt"  # with himself typed the family is larger still
        return
    person = Typed(Family("alone", (Member(missing, None, None, M),)), {missing: genes[missing]})
    stranger = pair_loglik(person, first, second, 0.5)
    assert math.log(lr) == pytest.approx(he - pair_loglik(typed, first, second, 0.089) - stranger, abs=1e-10)


def test_half_recombination_is_the_product_of_the_two_markers():
    table, rng = _grown()
    markers = table["vWA"], table["D12S391"]
    for name in ("two sibs", "two cousins and an aunt", "double first cousins"):
        shaped = family_of(name, id="F")
        genes = gene_drop(shaped.family, table, rng)
        relatives = Relatives(Typed(shaped.family, {d: genes[d] for d in shaped.donors}), "missing")
        alone = [genotype_tables([relatives], m)[0] for m in markers]
        product = 1.0
        for m, made in zip(markers, alone, strict=True):
            g = genes["missing"].genotypes[m.name]
            a, b = made.place[[m.index(g.first), m.index(g.second)]]
            product *= made.lr[a, b]
        lr, = _lrs(relatives, _table(*markers, 0.5), [genes["missing"]])
        assert_same(lr, product, rel=1e-11)


def test_relatives_who_are_typed_at_one_of_the_two_alone_say_what_they_say_at_that_one():
    # Double first cousins on the X: a transmission's selector is in its message before the transmission is placed.
    table, rng = _grown()
    markers = [replace(table[n], x_linked=True) for n in ("vWA", "D12S391")]
    two = _table(*markers, 0.089)
    shaped = family_of("double first cousins", id="F", sex=M, rng=rng)
    genes = gene_drop(shaped.family, two, rng)
    typed = {d: Profile(d, {"vWA": genes[d].genotypes["vWA"]}) for d in shaped.donors}
    relatives = Relatives(Typed(shaped.family, typed), "missing")
    alone, = genotype_tables([relatives], markers[0])
    allele = alone.place[markers[0].index(genes["missing"].genotypes["vWA"].first)]
    lr, = _lrs(relatives, two, [genes["missing"]])
    assert_same(lr, alone.lr[allele, allele], rel=1e-11)


def _sibs(mutation=None):
    table, rng = _grown(mutation)
    shaped = family_of("two sibs", id="F")
    genes = gene_drop(shaped.family, table, rng)
    return table, genes, Relatives(Typed(shaped.family, {d: genes[d] for d in shaped.donors}), "missing")


@pytest.mark.parametrize("mutation", [MutationModel(), MutationModel("stepwise", 0.002, 1e-6)])
def test_the_mean_lr_over_strangers_is_one_and_the_order_of_the_markers_says_nothing(mutation):
    table, _, relatives = _sibs(mutation)
    markers = table["vWA"], table["D12S391"]
    every = [np.array(np.triu_indices(len(m.alleles))).T for m in markers]
    shown = tuple(Shown(pairs, ()) for pairs in every)
    forth = linked_lrs(relatives, LinkedMarkers.of(table, Linkage("vWA", "D12S391", 0.089)), shown)
    back = linked_lrs(relatives, LinkedMarkers.of(table, Linkage("D12S391", "vWA", 0.089)), shown[::-1])
    np.testing.assert_allclose(forth, back.T, rtol=1e-9, atol=1e-300)
    weights = [np.array([m.frequencies[a] * m.frequencies[b] * (1 if a == b else 2) for a, b in pairs])
               for m, pairs in zip(markers, every, strict=True)]
    assert_same(float(weights[0] @ forth[:-1, :-1] @ weights[1]), math.prod(w.sum() for w in weights), rel=1e-9)
    np.testing.assert_allclose(forth[-1, :-1], weights[0] @ forth[:-1, :-1], rtol=1e-4)  # the table sums to 1 roundly
    assert forth[-1, -1] == pytest.approx(1.0, abs=1e-4)


def test_bad_dna_is_the_weighted_mean_over_the_genotypes_behind_it():
    table, genes, relatives = _sibs()
    two = _table(table["vWA"], table["D12S391"], 0.089)
    rates = Laboratory(0.2, 0.05, 0.02, 0.01)
    lr, = _lrs(relatives, two, [genes["missing"]], rates)
    every = [[(a, b) for a in range(len(m.alleles)) for b in range(a, len(m.alleles))] for m in two.markers]
    codes = encode_remains([Report(genes["missing"], Sex.UNKNOWN, rates)], two)
    weights = []
    for m, (marker, pairs) in enumerate(zip(two.markers, every, strict=True)):
        report = codes.reports[m][0]
        named = {a: k for k, a in enumerate(report.alleles)}
        p, found = marker.frequencies, []
        for a, b in pairs:
            if a in named and b in named:
                w = report.seen[named[a], named[b]]
            elif a in named or b in named:
                w = report.mixed[named.get(a, named.get(b))]
            else:
                w = report.other_same if a == b else report.other_pair
            found.append(w * p[a] * p[b] * (1 if a == b else 2))
        weights.append(np.array(found))
    shown = tuple(Shown(np.array(pairs), ()) for pairs in every)
    exact = linked_lrs(relatives, LinkedMarkers.of(two, two.linked[0]), shown)[:-1, :-1]
    assert_same(lr, float(weights[0] @ exact @ weights[1] / (weights[0].sum() * weights[1].sum())), rel=1e-10)


def test_a_personal_item_leaves_the_one_genotype():
    table, genes, relatives = _sibs()
    two = _table(table["vWA"], table["D12S391"], 0.0)
    typed = Typed(relatives.typed.family, {**relatives.typed.profiles, "missing": genes["missing"]})
    other = genes[next(iter(relatives.typed.profiles))]
    same, different = _lrs(Relatives(typed, "missing"), two, [genes["missing"], other])
    expected = 1.0
    for m in two.markers:
        g = genes["missing"].genotypes[m.name]
        a, b = m.frequencies[m.index(g.first)], m.frequencies[m.index(g.second)]
        expected /= a * b * (1 if g.first == g.second else 2)
    assert_same(same, expected, rel=1e-10)
    assert different == 0.0


def test_references_whose_reading_is_not_certain_are_weighed_and_do_not_break_off():
    table, genes, relatives = _sibs()
    two = _table(table["vWA"], table["D12S391"], 0.089)
    donor = next(iter(relatives.typed.profiles))
    rates = Laboratory(1e-9)
    profiles = relatives.typed.profiles
    vague = Typed(relatives.typed.family, profiles, {donor: ((profiles[donor], rates),)})
    almost, = _lrs(Relatives(vague, "missing"), two, [genes["missing"]])
    sure, = _lrs(relatives, two, [genes["missing"]])
    assert_same(almost, sure, rel=1e-6)


def test_without_recombination_and_mutation_what_is_possible_at_each_can_be_impossible_together():
    # The father is 1/2 at both, his parents 11·11 and 22·22: he hands on 1·1 or 2·2, never 1·2.
    markers = [Marker(name, ("1", "2", "3"), (0.4, 0.4, 0.2)) for name in "MN"]
    family = Family("F", (Member("g1", None, None, M), Member("g2", None, None, F), Member("dad", "g1", "g2", M),
                          Member("mum", None, None, F), Member("he", "dad", "mum", M)))
    typed = Typed(family, {m: Profile(m, {n: Genotype(*g) for n in "MN"}) for m, g in
                           {"g1": "11", "g2": "22", "dad": "12", "mum": "33"}.items()})
    crossed = Profile("R", {"M": Genotype("1", "3"), "N": Genotype("2", "3")})
    never, = _lrs(Relatives(typed, "he"), _table(*markers, 0.0), [crossed])
    seldom, = _lrs(Relatives(typed, "he"), _table(*markers, 0.1), [crossed])
    assert never == 0.0
    # He: ρ/2 for 1·2 of his father; a stranger: (2 · 0.4 · 0.2)².
    assert_same(seldom, 0.05 / 0.16**2)


def test_a_family_beyond_exact_computation_is_refused_with_a_number():
    members = [Member("A", None, None, M), Member("B", None, None, F)]
    for k in range(7):
        members += [Member(f"u{k}", "A", "B", M), Member(f"w{k}", None, None, F),
                    *(Member(f"c{k}-{i}", f"u{k}", f"w{k}", F) for i in range(2))]
    family = Family("F", (*members, Member("he", "u0", "w0", M, person="P")))
    table, rng = _grown()
    genes = gene_drop(family, table, rng)
    typed = Typed(family, {m: g for m, g in genes.items() if m.startswith("c")})
    with pytest.raises(TooLarge):
        _lrs(Relatives(typed, "he"), _table(table["vWA"], table["D12S391"], 0.089), [genes["he"]])
