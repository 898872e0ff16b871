"""Likelihood ratios in symbols, against the engine.

Pairs of relatives: with k₀, k₁, k₂ the probabilities of sharing 0, 1, 2 alleles by descent, LR = k₀ + k₁ X₁ + k₂ X₂
where X₁, X₂ depend on the two genotypes alone (Thompson 1975, doi:10.1111/j.1469-1809.1975.tb00120.x; Weir, Anderson
& Hepler 2006, doi:10.1038/nrg1960).
"""

import math
from fractions import Fraction

import pytest

from homeward.kinship import Relatives, Typed, genotype_tables, marker_logliks
from homeward.model import Family, Genotype, Marker, Member, MutationModel, Profile, Sex

from .random_families import assert_same, frequency_table

M, F = Sex.MALE, Sex.FEMALE
P = {"7": Fraction(1, 10), "8": Fraction(1, 5), "9": Fraction(3, 10), "10": Fraction(2, 5)}
A, B, C, D = "7", "8", "9", "10"
GENOTYPES = [(x, y) for k, x in enumerate(P) for y in list(P)[k:]]


def _marker(model=None, x_linked=False):
    model = model or MutationModel()
    return Marker("M", tuple(P), tuple(map(float, P.values())), model, model, x_linked=x_linked)


def _family(*rows):
    """Rows of (id, father, mother, sex)."""
    return Family("F", tuple(Member(*row) for row in rows))


def _lr(family, missing, references, genotype, marker=None):
    """LR that remains with this genotype are the missing member."""
    marker = marker or _marker()
    profiles = {m: Profile(m, {"M": g if isinstance(g, Genotype) else Genotype(*g)}) for m, g in references.items()}
    table, = genotype_tables([Relatives(Typed(family, profiles), missing)], marker)
    a, b = (table.place[marker.index(allele)] for allele in genotype)
    return float(table.lr[a, b])


COUPLE = (("dad", None, None, M), ("mum", None, None, F))
PARENTS = (("gdad", None, None, M), ("gmum", None, None, F), ("dad", "gdad", "gmum", M), ("mum", None, None, F))
FIRST_COUSINS = (*PARENTS, ("uncle", "gdad", "gmum", M), ("aunt", None, None, F), ("x", "dad", "mum", M),
                 ("r", "uncle", "aunt", F))
DOUBLE = (("g1", None, None, M), ("g2", None, None, F), ("g3", None, None, M), ("g4", None, None, F),
          ("a", "g1", "g2", M), ("b", "g1", "g2", M), ("c", "g3", "g4", F), ("d", "g3", "g4", F),
          ("x", "a", "c", M), ("r", "b", "d", F))
PAIRS = {
    # (k0, k1, k2), the family; x is missing, r is typed
    "parent and child": ((0, 1, 0), (("x", None, None, M), ("mum", None, None, F), ("r", "x", "mum", F))),
    "child and parent": ((0, 1, 0), (("r", None, None, M), ("mum", None, None, F), ("x", "r", "mum", F))),
    "full siblings": ((Fraction(1, 4), Fraction(1, 2), Fraction(1, 4)),
                      (*COUPLE, ("x", "dad", "mum", M), ("r", "dad", "mum", F))),
    "half-siblings": ((Fraction(1, 2), Fraction(1, 2), 0),
                      (*COUPLE, ("mum2", None, None, F), ("x", "dad", "mum", M), ("r", "dad", "mum2", F))),
    "uncle and nephew": ((Fraction(1, 2), Fraction(1, 2), 0),
                         (*PARENTS, ("x", "gdad", "gmum", M), ("r", "dad", "mum", M))),
    "grandfather and grandchild": ((Fraction(1, 2), Fraction(1, 2), 0),
                                   (("x", None, None, M), ("gmum", None, None, F), ("dad", "x", "gmum", M),
                                    ("mum", None, None, F), ("r", "dad", "mum", M))),
    "first cousins": ((Fraction(3, 4), Fraction(1, 4), 0), FIRST_COUSINS),
    "double first cousins": ((Fraction(9, 16), Fraction(6, 16), Fraction(1, 16)), DOUBLE),
    "strangers": ((1, 0, 0), (("x", None, None, M), ("r", None, None, M))),
}


def _by_descent(k, g, h):
    """k₀ + k₁ X₁ + k₂ X₂ for the two unordered genotypes."""
    x1 = sum(Fraction(int(a == b), 4) / P[a] for a in g for b in h)
    x2 = Fraction(int(g == h)) / (P[g[0]] * P[g[1]] * (1 if g[0] == g[1] else 2))
    return k[0] + k[1] * x1 + k[2] * x2


@pytest.mark.parametrize("pair", PAIRS)
def test_lrs_of_two_relatives_are_those_of_their_sharing_by_descent(pair):
    k, rows = PAIRS[pair]
    family = _family(*rows)
    for g in GENOTYPES:
        for h in GENOTYPES:
            assert_same(_lr(family, "x", {"r": h}, g), float(_by_descent(k, g, h)))


@pytest.mark.parametrize("pair", PAIRS)
def test_the_mean_lr_over_strangers_is_one(pair):
    family = _family(*PAIRS[pair][1])
    for h in GENOTYPES:
        mean = math.fsum(_lr(family, "x", {"r": h}, g) * float(P[g[0]] * P[g[1]] * (1 if g[0] == g[1] else 2))
                         for g in GENOTYPES)
        assert_same(mean, 1.0)


TRIO = _family(*COUPLE, ("x", "dad", "mum", F))


@pytest.mark.parametrize(("mother", "father", "child", "expected"), [
    # Both parents typed: P(child | parents) over the genotype's frequency.
    ((A, B), (C, D), (A, C), Fraction(1, 4) / (2 * P[A] * P[C])),
    ((A, A), (B, B), (A, B), 1 / (2 * P[A] * P[B])),
    ((A, B), (A, B), (A, B), Fraction(1, 2) / (2 * P[A] * P[B])),
    ((A, B), (A, B), (A, A), Fraction(1, 4) / P[A] ** 2),
    ((A, A), (A, A), (A, B), Fraction(0)),
])
def test_a_missing_child_of_two_typed_parents(mother, father, child, expected):
    assert_same(_lr(TRIO, "x", {"mum": mother, "dad": father}, child), float(expected))


@pytest.mark.parametrize(("mother", "child", "father", "expected"), [
    # A missing father, his child and its mother typed: the paternity index 1/p, 1/2p, 1/(p+q) (Essen-Möller 1938;
    # Evett & Weir 1998, ISBN 978-0-87893-155-2).
    ((B, B), (A, B), (A, A), 1 / P[A]),
    ((B, B), (A, B), (A, C), 1 / (2 * P[A])),
    ((A, A), (A, A), (A, B), 1 / (2 * P[A])),
    ((A, B), (A, B), (A, A), 1 / (P[A] + P[B])),
    ((A, B), (A, B), (A, B), 1 / (P[A] + P[B])),
    ((A, B), (A, B), (A, C), 1 / (2 * (P[A] + P[B]))),
    ((A, C), (A, B), (B, D), 1 / (2 * P[B])),
    ((A, A), (A, B), (C, D), Fraction(0)),
])
def test_a_missing_father_is_his_paternity_index(mother, child, father, expected):
    assert_same(_lr(_family(*COUPLE, ("c", "dad", "mum", F)), "dad", {"mum": mother, "c": child}, father),
                float(expected))


def test_a_missing_brother_of_two():
    # Two typed brothers ab and ab: Σ over parents; written out once by hand for p_a, p_b.
    a, b = P[A], P[B]
    family = _family(*COUPLE, ("x", "dad", "mum", M), ("s1", "dad", "mum", M), ("s2", "dad", "mum", M))
    # P(n sibs all ab) = 2ab·(…): couples aa×bb: 2a²b²·1; aa×ab: 4a³b·2^-n; bb×ab: 4ab³·2^-n; ab×ab: 4a²b²·2^-n;
    # aa×bc and ac×bb, c any other: 4a²b(1−a−b)·2^-n each way; ab×ac, ab×bc: 8a²b(1−a−b)·4^-n each;
    # ac×bd, c and d any others: 8ab(1−a−b)²·4^-n, for c ≠ d and c = d alike.
    r = 1 - a - b
    half = 4 * a**3 * b + 4 * a * b**3 + 4 * a**2 * b**2 + 4 * a**2 * b * r + 4 * a * b**2 * r
    quarter = 8 * a**2 * b * r + 8 * a * b**2 * r + 8 * a * b * r**2

    def all_ab(n):
        return 2 * a**2 * b**2 + half * Fraction(1, 2**n) + quarter * Fraction(1, 4**n)

    assert all_ab(1) == 2 * a * b
    expected = all_ab(3) / all_ab(2) / (2 * a * b)
    assert_same(_lr(family, "x", {"s1": (A, B), "s2": (A, B)}, (A, B)), float(expected))


def test_one_mutation_between_father_and_child_in_symbols():
    # Father aa, child bb under the equal model: M_ab (p_b) / p_b², the mother unknown and mutating as well.
    rate = Fraction(1, 500)
    stays, goes = 1 - rate, rate / 3
    from_mother = stays * P[B] + goes * (1 - P[B])
    family = _family(("r", None, None, M), ("mum", None, None, F), ("x", "r", "mum", F))
    got = _lr(family, "x", {"r": (A, A)}, (B, B), _marker(MutationModel("equal", float(rate))))
    assert_same(got, float(goes * from_mother / P[B] ** 2))


def test_the_x_of_siblings_in_symbols():
    # Two sisters share their father's X whole and half of their mother's: k₀ = 0, k₁ = ½, k₂ = ½.
    sisters = _family(*COUPLE, ("x", "dad", "mum", F), ("r", "dad", "mum", F))
    for g in GENOTYPES:
        for h in GENOTYPES:
            expected = _by_descent((0, Fraction(1, 2), Fraction(1, 2)), g, h)
            assert_same(_lr(sisters, "x", {"r": h}, g, _marker(x_linked=True)), float(expected))


def test_the_x_of_brothers_in_symbols():
    # Brothers share their mother's allele with probability ½.
    brothers = _family(*COUPLE, ("x", "dad", "mum", M), ("r", "dad", "mum", M))
    for a, p_a in P.items():
        for b in P:
            got = _lr(brothers, "x", {"r": Genotype(b, None, hemizygous=True)}, (a, a), _marker(x_linked=True))
            assert_same(got, float(Fraction(1, 2) + (1 / (2 * p_a) if a == b else 0)))


def test_an_inbred_child_is_homozygous_with_its_inbreeding_coefficient():
    # The child of first cousins has F = 1/16: P(aa) = F p + (1 − F) p² (Wright 1922, doi:10.1086/279872).
    rows = (*FIRST_COUSINS, ("kid", "x", "r", M))
    f = Fraction(1, 16)
    typed = Typed(_family(*rows), {"kid": Profile("kid", {"M": Genotype(A, A)})})
    loglik = marker_logliks([typed], frequency_table(_marker()))[0]["M"]
    assert_same(math.exp(loglik), float(f * P[A] + (1 - f) * P[A] ** 2))


def test_a_child_of_brother_and_sister_against_one_typed_grandparent():
    # F = 1/4; the LR of the child's aa given grandfather aa, by the nine condensed states done by hand:
    # each slot of the child is his with probability ½ (a copy of either of his alleles, both a), else the
    # grandmother's; the two slots come from her same allele with ½ when both are hers.
    rows = (*COUPLE, ("s", "dad", "mum", M), ("d", "dad", "mum", F), ("x", "s", "d", M))
    p = P[A]
    both_hers = Fraction(1, 4) * (Fraction(1, 2) * p + Fraction(1, 2) * p**2)
    expected = (Fraction(1, 4) + Fraction(1, 2) * p + both_hers) / p**2
    assert_same(_lr(_family(*rows), "x", {"dad": (A, A)}, (A, A)), float(expected))
