"""Two linked markers: the sum over haplotypes, and the two ends, ρ = 0 and ρ = ½."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.kinship import Typed, marker_logliks, pair_loglik
from homeward.model import Family, Genotype, InvalidValue, Marker, Member, Profile, Sex

from . import plain
from .random_families import assert_same, drawn_families, examples, frequency_table, pedigrees

M, F = Sex.MALE, Sex.FEMALE


@st.composite
def _pairs(draw, inbred=False, **options):
    """A family typed at two markers, most members at both."""
    family = st.just(draw(pedigrees(most=5, inbred=inbred)))
    first = draw(drawn_families(family, most=3, **options))
    return first, draw(drawn_families(family, most=2, name="N", **options))


def _together(first, second):
    a, b = first.typed.profiles, second.typed.profiles
    merged = {m: Profile(m, {**(a[m].genotypes if m in a else {}), **(b[m].genotypes if m in b else {})})
              for m in {*a, *b}}
    return Typed(first.family, merged)


def _check(pair, rho):
    first, second = pair
    got = pair_loglik(_together(first, second), first.marker, second.marker, rho)
    loci = [plain.locus(d.marker) for d in pair]
    assert_same(math.exp(got), plain.likelihood(first.family, loci, [first.seen, second.seen], rho=rho))


@examples(80)
@given(_pairs(), st.sampled_from([0.0, 0.01, 0.2, 0.5]))
def test_joint_likelihoods_are_those_of_the_sum_over_haplotypes(pair, rho):
    _check(pair, rho)


@examples(50)
@given(_pairs(x_linked=True), st.sampled_from([0.0, 0.01, 0.2, 0.5]))
def test_x_linked_joint_likelihoods_are_those_of_the_sum_over_haplotypes(pair, rho):
    _check(pair, rho)


@examples(30)
@given(_pairs())
def test_half_recombination_is_independence(pair):
    first, second = pair
    typed = _together(first, second)
    apart = marker_logliks([typed], frequency_table(first.marker, second.marker))[0]
    joint = pair_loglik(typed, first.marker, second.marker, 0.5)
    assert math.isclose(joint, apart["M"] + apart["N"], abs_tol=1e-11)


def test_a_double_heterozygote_with_known_phase_in_symbols():
    # Father AB/ab is known from his parents (AA BB × aa bb); the child of an ab/ab mother is AaBb with (1 − ρ)/2.
    loci = [Marker(name, ("1", "2"), (0.5, 0.5)) for name in "MN"]
    family = Family("F", (Member("g1", None, None, M), Member("g2", None, None, F), Member("dad", "g1", "g2", M),
                          Member("mum", None, None, F), Member("c", "dad", "mum", F)))
    shown = {"g1": "11", "g2": "22", "dad": "12", "mum": "22", "c": "12"}
    typed = Typed(family, {m: Profile(m, {n: Genotype(*g) for n in "MN"}) for m, g in shown.items()})
    founders = 0.25**6
    for rho in (0.0, 0.1, 0.5):
        assert_same(math.exp(pair_loglik(typed, *loci, rho)), founders * (1 - rho) / 2)


@pytest.mark.parametrize("rho", [-0.1, 0.51, math.nan])
def test_a_recombination_rate_outside_its_range_is_refused(rho):
    loci = [Marker(name, ("1", "2"), (0.5, 0.5)) for name in "MN"]
    with pytest.raises(InvalidValue, match=r"recombination_rate=.* must be from 0 to 0\.5"):
        pair_loglik(Typed(Family("F", (Member("a", None, None, M),))), *loci, rho)


def test_an_autosomal_and_an_x_linked_marker_are_never_linked():
    loci = Marker("M", ("1", "2"), (0.5, 0.5)), Marker("N", ("1", "2"), (0.5, 0.5), x_linked=True)
    with pytest.raises(InvalidValue, match="x_linked=True must be the same for both"):
        pair_loglik(Typed(Family("F", (Member("a", None, None, M),))), *loci, 0.1)


@examples(40)
@given(_pairs(), st.sampled_from([0.0, 0.1]))
def test_the_two_markers_may_be_named_in_either_order(pair, rho):
    first, second = pair
    typed = _together(first, second)
    markers = first.marker, second.marker
    forth, back = (pair_loglik(typed, *two, rho) for two in (markers, markers[::-1]))
    assert forth == back or math.isclose(forth, back, abs_tol=1e-12)


@examples(60)
@given(_pairs(inbred=True), st.sampled_from([0.0, 0.1, 0.5]))
def test_inbred_founders_are_so_at_each_marker_by_itself(pair, rho):
    _check(pair, rho)


def _phases(genotypes):
    """The pairs of haplotypes that a genotype at two markers may be, unordered."""
    (a, b), (c, d) = genotypes
    return {tuple(sorted(((a, c), (b, d)))), tuple(sorted(((a, d), (b, c))))}


@pytest.mark.parametrize("typed", ["dad mum c", "dad c", "c", "mum c d", "c d"])
def test_without_recombination_two_markers_are_one_marker_of_haplotypes(typed):
    # No recombination, no mutation: a haplotype is handed on whole, as an allele of one marker would be.
    loci = [Marker(name, ("1", "2", "3"), (0.5, 0.3, 0.2)) for name in "MN"]
    names = {(a, b): f"{a}.{b}" for a in "123" for b in "123"}
    p = dict(zip("123", (0.5, 0.3, 0.2), strict=True))
    block = Marker("B", tuple(names.values()), tuple(p[a] * p[b] for a, b in names))
    family = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F), Member("c", "dad", "mum", M),
                          Member("d", "dad", "mum", F)))
    all_shown = {"dad": ("12", "13"), "mum": ("13", "22"), "c": ("13", "12"), "d": ("12", "23")}
    shown = {m: all_shown[m] for m in typed.split()}
    joint = pair_loglik(Typed(family, {m: Profile(m, {n: Genotype(*g) for n, g in zip("MN", both, strict=True)})
                                       for m, both in shown.items()}), *loci, 0.0)
    total = 0.0
    for phases in itertools.product(*(sorted(_phases(both)) for both in shown.values())):
        profiles = {m: Profile(m, {"B": Genotype(names[h], names[k])})
                    for m, (h, k) in zip(shown, phases, strict=True)}
        total += math.exp(marker_logliks([Typed(family, profiles)], frequency_table(block))[0]["B"])
    assert_same(math.exp(joint), total)
    assert total > 0.0


@pytest.mark.parametrize("rho", [0.0, 0.05, 0.3, 0.5])
def test_half_siblings_in_symbols(rho):
    # They have their father's same allele at a marker with ½; at the other marker the same again with R = ρ² + (1 − ρ)²
    # (both recombined or neither; Vigeland 2023, doi:10.1093/g3journal/jkac326). P(two genotypes | none or one shared):
    # P(g) P(h), or P(g) P(h) Σ [allele of g = allele of h] / 4 p.
    p = {"1": 0.5, "2": 0.3, "3": 0.2}
    loci = [Marker(name, tuple(p), tuple(p.values())) for name in "MN"]
    family = Family("F", (Member("dad", None, None, M), Member("m1", None, None, F), Member("m2", None, None, F),
                          Member("a", "dad", "m1", F), Member("b", "dad", "m2", F)))
    shown = {"M": ("12", "13"), "N": ("22", "23")}
    apart, shared = [], []
    for g, h in shown.values():
        both = math.prod(p[x[0]] * p[x[1]] * (1 if x[0] == x[1] else 2) for x in (g, h))
        apart.append(both)
        shared.append(both * sum((x == y) / (4 * p[x]) for x in g for y in h))
    r = rho**2 + (1 - rho) ** 2
    expected = (r * (shared[0] * shared[1] + apart[0] * apart[1])
                + (1 - r) * (shared[0] * apart[1] + apart[0] * shared[1])) / 2
    typed = Typed(family, {m: Profile(m, {n: Genotype(*shown[n][k]) for n in "MN"}) for k, m in enumerate("ab")})
    assert_same(math.exp(pair_loglik(typed, *loci, rho)), expected)


@pytest.mark.parametrize("rho", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("typed", [("M", "M", "M"), ("M", "N", "MN"), ("MN", "MN", "MN")])
@pytest.mark.parametrize("shown", [((0, 1), (1, 1), (0, 2)), ((1, 1), (0, 1), (0, 1))])
def test_three_siblings_of_an_inbred_father(shown, typed, rho):
    # His two alleles are needed at each marker by itself, and alleles of the other marker may not enter his sums.
    loci = [Marker(name, ("1", "2", "3"), p) for name, p in (("M", (0.2, 0.3, 0.5)), ("N", (0.1, 0.3, 0.6)))]
    children = tuple(Member(c, "dad", "mum", F) for c in "abc")
    family = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F), *children), {"dad": 0.25})
    shown = dict(zip("abc", shown, strict=True))
    seen = [{c: shown[c] for c, where in zip("abc", typed, strict=True) if name in where} for name in "MN"]
    profiles = {c: Profile(c, {m.name: Genotype(*(m.alleles[k] for k in shown[c])) for m in loci if m.name in where})
                for c, where in zip("abc", typed, strict=True)}
    got = pair_loglik(Typed(family, profiles), *loci, rho)
    assert_same(math.exp(got), plain.likelihood(family, [plain.locus(m) for m in loci], seen, rho=rho))
