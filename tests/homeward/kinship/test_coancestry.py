"""Coancestry θ: the urn drawn one allele after another, and what follows from it in symbols."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.kinship import Relatives, Typed, coancestry, lrs_in_urn, marker_logliks, observe
from homeward.model import Family, Genotype, Marker, Member, MutationModel, Profile, Sex, TooLarge, Unsupported

from .random_families import assert_same, drawn_families, examples, frequency_table, genotype, pedigrees

M, F = Sex.MALE, Sex.FEMALE
THETAS = st.sampled_from([1e-4, 0.01, 0.03, 0.3, 0.9])


def _likelihood(drawn, theta):
    return math.exp(marker_logliks([drawn.typed], frequency_table(drawn.marker, theta=theta))[0]["M"])


def _few_founders(drawn):
    return sum(m.is_founder for m in drawn.family.members) <= 4  # the plain sum goes over all of them together


@examples(150)
@given(drawn_families(pedigrees(inbred=False), most=3).filter(_few_founders), THETAS)
def test_autosomal_likelihoods_in_the_urn_are_those_of_the_plain_sum(drawn, theta):
    assert_same(_likelihood(drawn, theta), drawn.plain_likelihood(theta=theta))


@examples(80)
@given(drawn_families(pedigrees(inbred=False), most=3, x_linked=True).filter(_few_founders), THETAS)
def test_x_linked_likelihoods_in_the_urn_are_those_of_the_plain_sum(drawn, theta):
    assert_same(_likelihood(drawn, theta), drawn.plain_likelihood(theta=theta))


@examples(80)
@given(drawn_families(pedigrees(inbred=False), most=3, silent=True).filter(_few_founders), THETAS)
def test_likelihoods_in_the_urn_with_a_silent_allele_are_those_of_the_plain_sum(drawn, theta):
    assert_same(_likelihood(drawn, theta), drawn.plain_likelihood(theta=theta))


@examples(40)
@given(drawn_families(pedigrees(inbred=False)))
def test_as_theta_goes_to_zero_the_founders_become_independent(drawn):
    assert_same(_likelihood(drawn, 1e-13), _likelihood(drawn, 0.0), rel=1e-10)


@examples(40)
@given(drawn_families(pedigrees(inbred=False, most=5), vague=False), THETAS, st.randoms(use_true_random=False))
def test_the_order_in_which_founders_draw_changes_nothing(drawn, theta, random):
    other = Family("other", tuple(random.sample(drawn.family.members, len(drawn.family.members))))
    assert_same(_likelihood(replace(drawn, family=other), theta), _likelihood(drawn, theta))


def test_two_strangers_in_symbols():
    # Balding & Nichols 1994, doi:10.1016/0379-0738(94)90222-4: P(aa then aa), one allele after another.
    theta, p = 0.02, 0.1
    marker = Marker("M", ("7", "8"), (p, 1 - p))
    family = Family("F", (Member("a", None, None, M), Member("b", None, None, F)))
    typed = Typed(family, {m: Profile(m, {"M": Genotype("7", "7")}) for m in "ab"})
    loglik = marker_logliks([typed], frequency_table(marker, theta=theta))[0]["M"]
    expected = math.prod((n * theta + (1 - theta) * p) / (1 + (n - 1) * theta) for n in range(4))
    assert_same(math.exp(loglik), expected)


def test_many_alleles_and_untyped_parents_stay_exact():
    # Grandparents and a parent untyped, five alleles seen; the same family through its typed founders alone.
    marker = Marker("M", tuple(map(str, range(5, 25))), (0.05,) * 20, MutationModel("proportional", 0.002))
    family = Family("F", (Member("g1", None, None, M), Member("g2", None, None, F), Member("a", "g1", "g2", M),
                          Member("u", "g1", "g2", M), Member("mum", None, None, F), Member("c", "a", "mum", F)))
    shown = {"u": (0, 1), "mum": (2, 3), "c": (1, 4)}
    typed = Typed(family, {m: Profile(m, {"M": genotype(marker, g)}) for m, g in shown.items()})
    small = Marker("M", ("5", "6", "7", "8", "9", "rest"), (0.05,) * 5 + (0.75,), MutationModel("proportional", 0.002))
    # Lumping changes a proportional rate into α: the same α on both sides.
    alpha = 0.002 / (20 * 0.05 * 0.95)
    rate = alpha * (5 * 0.05 * 0.95 + 0.75 * 0.25)
    small = replace(small, female=MutationModel("proportional", rate), male=MutationModel("proportional", rate))
    marker = replace(marker, male=marker.female)
    values = [marker_logliks([typed], frequency_table(m, theta=0.03))[0]["M"] for m in (marker, small)]
    assert_same(*values)


def test_coancestry_with_founder_inbreeding_is_refused():
    family = Family("F", (Member("a", None, None, M),), {"a": 0.1})
    typed = Typed(family, {"a": Profile("a", {"M": Genotype("7", "8")})})
    with pytest.raises(Unsupported, match="founder inbreeding"):
        marker_logliks([typed], frequency_table(Marker("M", ("7", "8"), (0.5, 0.5)), theta=0.01))


def test_too_many_draws_are_refused_with_their_number():
    n = 6
    alleles = tuple(map(str, range(30)))
    marker = Marker("M", alleles, (1 / 30,) * 30, MutationModel("stepwise", 0.001))
    members, profiles = [], {}
    for k in range(n):
        members += [Member(f"f{k}", None, None, M), Member(f"m{k}", None, None, F)]
        members.append(Member(f"c{k}", f"f{k}", f"m{k}", F))
        profiles[f"c{k}"] = Profile(f"c{k}", {"M": Genotype(alleles[k], alleles[k + 7])})
    with pytest.raises(TooLarge, match=r"24 untyped founder alleles and 30 alleles needs [\d,]+ evaluations"):
        marker_logliks([Typed(Family("F", tuple(members)), profiles)], frequency_table(marker, theta=0.02))


# --- the ways of computing, and published formulas


OPEN = ("dad", "mum", "mum-2")  # the founders whom the families below leave untyped
COUPLE = (Member("dad", None, None, M), Member("mum", None, None, F))
SIBLINGS = Family("F", (*COUPLE, Member("a", "dad", "mum", F), Member("b", "dad", "mum", M)))
HALF = Family("F", (*COUPLE, Member("mum-2", None, None, F), Member("a", "dad", "mum", F),
                    Member("b", "dad", "mum-2", M)))
MARRIED = Family("F", (*SIBLINGS.members, Member("wife", None, None, F), Member("c", "b", "wife", F)))
FATHERLESS = Family("F", (Member("dad", None, None, M), Member("wife", None, None, F), Member("a", "dad", "wife", F),
                          Member("b", "dad", "wife", M)))


@examples(80)
@given(st.sampled_from([SIBLINGS, HALF, MARRIED, FATHERLESS]).flatmap(
    lambda family: drawn_families(st.just(family), vague=False, untyped=False, most=3)), THETAS)
def test_all_ways_of_computing_agree(drawn, theta):
    # By itself the engine takes the cheapest; here each of the others is made to look cheaper.
    drawn = replace(drawn, seen={m: report for m, report in drawn.seen.items() if m not in OPEN})
    usual = _likelihood(drawn, theta)
    assert_same(usual, drawn.plain_likelihood(theta=theta))
    for nodes, genotypes in ((1, 2), (2, 1)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(coancestry, "_work", lambda *_, n=nodes, g=genotypes: (n, g))
            assert_same(_likelihood(drawn, theta), usual, rel=1e-11)
    with pytest.MonkeyPatch.context() as patch:  # one open founder as a sum over his genotypes, not as an inbred one
        patch.setattr(coancestry, "_as_inbreeding", _never)
        try:
            assert_same(_likelihood(drawn, theta), usual, rel=1e-11)
        except _OneOpenFounderError as found:
            lanes, founder = found.args
            genotypes = coancestry._every_founder_genotype(lanes, [founder], theta)
            assert_same(float(genotypes[0]), usual, rel=1e-11)


class _OneOpenFounderError(Exception):
    pass


def _never(lanes, founder, alpha):
    # Undo what was taken out in closed form: the counts of the known founders.
    counts = coancestry._founder_counts(lanes)
    prior = alpha - counts
    raise _OneOpenFounderError(replace(lanes, frequencies=prior / prior.sum(axis=1, keepdims=True),
                                       founders_given=False, scale=None), founder)


def _lr(family, references, shown, theta, p=0.1, q=0.2):
    marker = Marker("M", ("7", "8", "9"), (p, q, 1 - p - q))
    typed = Typed(family, {m: Profile(m, {"M": Genotype(*g)}) for m, g in references.items()})
    found, = lrs_in_urn(Relatives(typed, "x"), marker, [observe(marker, Genotype(*shown), hemizygous=False)], theta)
    return float(found)


CHILD = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F), Member("x", "dad", "mum", M)))


@pytest.mark.parametrize("theta", [0.0, 0.01, 0.03])
def test_a_parent_and_a_child_have_the_lrs_of_ayres(theta):
    # Ayres 2000, doi:10.1016/S0379-0738(00)00289-9, parent and child. Derived once more for AB, AB: under H1 the parent
    # hands down A or B and the other is drawn after one of its kind in two; under H2 both are drawn, in two orders.
    p, q = 0.1, 0.2
    a, b, top = theta + (1 - theta) * p, theta + (1 - theta) * q, 1 + 2 * theta
    expected = {
        (("7", "7"), ("7", "7")): top / (3 * theta + (1 - theta) * p),
        (("7", "7"), ("7", "8")): top / (2 * (2 * theta + (1 - theta) * p)),
        (("7", "8"), ("7", "7")): top / (2 * (2 * theta + (1 - theta) * p)),
        (("7", "8"), ("7", "8")): top * (a + b) / (4 * a * b),
        (("7", "8"), ("7", "9")): top / (4 * a),
        (("7", "7"), ("8", "9")): 0.0,
    }
    for (parent, child), lr in expected.items():
        assert_same(_lr(CHILD, {"dad": parent}, child, theta), lr)


@pytest.mark.parametrize("theta", [1e-12, 0.05])
def test_a_partial_result_does_not_exclude_the_person_whose_toothbrush_was_typed(theta):
    # H1: his own genotype shows the 7, so that the bone adds nothing; H2: a stranger's genotype shows it.
    p = 0.1
    marker = Marker("M", ("7", "8", "9"), (p, 0.2, 0.7))
    strangers = Family("F", (Member("x", None, None, M),))
    reference = {"x": ("7", "8")}
    # The stranger's two draws, after 7 and 8: 1 − P(no 7, no 7).
    first, second = (theta + (1 - theta) * p) / (1 + theta), (theta + (1 - theta) * p) / (1 + 2 * theta)
    expected = 1 / (1 - (1 - first) * (1 - second))
    typed = Typed(strangers, {"x": Profile("x", {"M": Genotype(*reference["x"])})})
    found, = lrs_in_urn(Relatives(typed, "x"), marker, [observe(marker, Genotype("7", None), hemizygous=False)], theta)
    assert_same(float(found), expected)
    assert _lr(strangers, reference, ("9", None), theta) == 0.0


def test_a_partial_toothbrush_does_not_exclude_the_genotype_that_it_may_have_shown():
    without = _lr(CHILD, {"dad": ("7", "9"), "x": ("8", None)}, ("7", "8"), 0.0)
    nearly = _lr(CHILD, {"dad": ("7", "9"), "x": ("8", None)}, ("7", "8"), 1e-12)
    assert_same(nearly, without, rel=1e-9)
    assert without > 1.0
    assert _lr(CHILD, {"dad": ("7", "9"), "x": ("8", None)}, ("7", "7"), 0.02) == 0.0
    assert _lr(CHILD, {"x": ("8", None)}, ("7", None), 0.02) > 0.0
