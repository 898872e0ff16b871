"""Pedigree likelihoods against the third witness, and the laws that hold whatever the numbers are."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.kinship import Typed, locus_of, marker_logliks
from homeward.kinship.engine import evaluate
from homeward.kinship.likelihood import problem_of
from homeward.model import Family, Genotype, InvalidValue, Marker, Member, MutationModel, Profile, Sex

from . import plain
from .random_families import assert_same, drawn_families, examples, frequency_table, genotype, pedigrees

M, F = Sex.MALE, Sex.FEMALE


def _likelihood(drawn):
    return math.exp(marker_logliks([drawn.typed], drawn.table)[0]["M"])


@examples(250)
@given(drawn_families())
def test_autosomal_likelihoods_are_those_of_the_plain_sum(drawn):
    assert_same(_likelihood(drawn), drawn.plain_likelihood())


@examples(150)
@given(drawn_families(x_linked=True))
def test_x_linked_likelihoods_are_those_of_the_plain_sum(drawn):
    assert_same(_likelihood(drawn), drawn.plain_likelihood())


@examples(150)
@given(drawn_families(silent=True))
def test_likelihoods_with_a_silent_allele_are_those_of_the_plain_sum(drawn):
    assert_same(_likelihood(drawn), drawn.plain_likelihood())


@examples(80)
@given(drawn_families(x_linked=True, silent=True))
def test_x_linked_likelihoods_with_a_silent_allele_are_those_of_the_plain_sum(drawn):
    assert_same(_likelihood(drawn), drawn.plain_likelihood())


@examples(60)
@given(st.lists(drawn_families(), min_size=2, max_size=6))
def test_families_computed_together_are_families_computed_alone(drawn):
    named = [replace(d, marker=replace(d.marker, name=f"M{n}")) for n, d in enumerate(drawn)]
    together = marker_logliks([d.typed for d in named], frequency_table(*(d.marker for d in named)))
    for n, d in enumerate(named):
        assert_same(math.exp(together[n][f"M{n}"]), d.plain_likelihood())


def test_markers_of_different_sizes_run_together_and_keep_their_numbers():
    rng = np.random.default_rng(1)
    family = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F),
                          *(Member(f"c{k}", "dad", "mum", F) for k in range(3))))
    loci = []
    for n in (2, 3, 5, 9, 17):
        p = rng.dirichlet(np.ones(n))
        loci.append(Marker(f"L{n}", tuple(map(str, range(n))), tuple(p), MutationModel("equal", 0.003)))
    shown = {m.name: [tuple(sorted(int(a) for a in rng.integers(0, len(m.alleles), 2))) for _ in range(3)]
             for m in loci}
    profiles = {f"c{k}": Profile(f"c{k}", {m.name: genotype(m, shown[m.name][k]) for m in loci}) for k in range(3)}
    logliks = marker_logliks([Typed(family, profiles)], frequency_table(*loci))[0]
    for m in loci:
        seen = {f"c{k}": shown[m.name][k] for k in range(3)}
        assert_same(math.exp(logliks[m.name]), plain.likelihood(family, [plain.locus(m)], [seen]))


# --- laws


@examples(80)
@given(drawn_families(), st.randoms(use_true_random=False))
def test_names_and_order_of_members_change_nothing(drawn, random):
    names = {m.id: f"p{k}" for k, m in enumerate(random.sample(drawn.family.members, len(drawn.family.members)))}
    members = [Member(names[m.id], names.get(m.father), names.get(m.mother), m.sex) for m in drawn.family.members]
    family = Family("other", tuple(random.sample(members, len(members))),
                    {names[m]: f for m, f in drawn.family.inbreeding.items()})
    renamed = replace(drawn, family=family, seen={names[m]: report for m, report in drawn.seen.items()})
    assert_same(_likelihood(renamed), _likelihood(drawn))


@examples(80)
@given(drawn_families(kinds=("none", "equal", "proportional")), st.randoms(use_true_random=False))
def test_names_and_order_of_alleles_change_nothing(drawn, random):
    n = len(drawn.marker.alleles)
    order = random.sample(range(n), n)
    marker = replace(drawn.marker, alleles=tuple(f"x{a}" for a in order),
                     frequencies=tuple(drawn.marker.frequencies[a] for a in order))
    seen = {m: tuple(None if a is None else order.index(a) for a in report) for m, report in drawn.seen.items()}
    assert_same(_likelihood(replace(drawn, marker=marker, seen=seen)), _likelihood(drawn))


@examples(120)
@given(drawn_families(vague=False))
def test_lumped_alleles_give_the_number_of_all_alleles(drawn):
    typed, locus = drawn.typed, locus_of(drawn.marker)
    problem = problem_of(typed, locus, typed.observations(drawn.marker))
    assert_same(_likelihood(drawn), float(evaluate([problem])[0]))


@examples(40)
@given(drawn_families(vague=False, kinds=("equal", "proportional")))
def test_a_mutation_matrix_gives_the_number_of_the_model_that_it_states(drawn):
    numbers = plain.locus(drawn.marker)
    female, male = (MutationModel("custom", matrix=tuple(map(tuple, m))) for m in (numbers.female, numbers.male))
    assert_same(_likelihood(replace(drawn, marker=replace(drawn.marker, female=female, male=male))), _likelihood(drawn))


@examples(60)
@given(drawn_families(pedigrees(most=5), untyped=False))
def test_the_likelihoods_of_all_genotypes_of_one_member_sum_to_the_likelihood_without_him(drawn):
    member = drawn.family.members[-1].id
    others = {m: report for m, report in drawn.seen.items() if m != member}
    full = [r for r in drawn.reports(member) if r[-1] is not None]
    total = math.fsum(_likelihood(replace(drawn, seen={**others, member: report})) for report in full)
    assert_same(total, _likelihood(replace(drawn, seen=others)))


@examples(60)
@given(drawn_families(x_linked=False), st.booleans())
def test_an_untyped_spouse_and_child_change_nothing(drawn, typed_spouse):
    someone = drawn.family.members[0]
    parents = (someone.id, "spouse") if someone.sex is M else ("spouse", someone.id)
    wider = Family("wider", (*drawn.family.members, Member("spouse", None, None, F if someone.sex is M else M),
                             Member("child", *parents, F)), drawn.family.inbreeding)
    seen = {**drawn.seen, "spouse": (0, 1)} if typed_spouse else drawn.seen
    p = drawn.marker.frequencies
    alone = 2 * p[0] * p[1] if typed_spouse else 1.0
    assert_same(_likelihood(replace(drawn, family=wider, seen=seen)), alone * _likelihood(drawn))


@examples(40)
@given(drawn_families(pedigrees(inbred=False), kinds=("none",)))
def test_parents_of_a_founder_change_nothing_without_mutation(drawn):
    founder = next(m for m in drawn.family.members if m.is_founder)
    members = [replace(m, father="grandfather", mother="grandmother") if m is founder else m
               for m in drawn.family.members]
    wider = Family("wider", (*members, Member("grandfather", None, None, M), Member("grandmother", None, None, F)))
    assert_same(_likelihood(replace(drawn, family=wider)), _likelihood(drawn))


@examples(60)
@given(drawn_families(pedigrees(inbred=False), kinds=("none",)))
def test_as_the_mutation_rate_goes_to_zero_the_likelihood_goes_to_that_without_mutation(drawn):
    rate = 1e-9
    mutating = replace(drawn.marker, female=MutationModel("equal", rate), male=MutationModel("equal", rate))
    meioses = 2 * len(drawn.family.members)
    # Each meiosis changes any probability by at most the rate; so do they all together, meioses · rate.
    assert abs(_likelihood(replace(drawn, marker=mutating)) - _likelihood(drawn)) <= meioses * rate


def test_nobody_typed_is_certain():
    family = Family("F", (Member("a", None, None, M), Member("b", None, None, F), Member("c", "a", "b", F)))
    marker = Marker("M", ("7", "8"), (0.5, 0.5))
    assert marker_logliks([Typed(family)], frequency_table(marker)) == [{"M": 0.0}]
    assert marker_logliks([], frequency_table(marker)) == []


def test_an_impossible_child_has_the_log_likelihood_minus_infinity():
    family = Family("F", (Member("a", None, None, M), Member("b", None, None, F), Member("c", "a", "b", F)))
    marker = Marker("M", ("7", "8"), (0.5, 0.5))
    profiles = {"a": Profile("a", {"M": Genotype("7", "7")}), "c": Profile("c", {"M": Genotype("8", "8")})}
    assert marker_logliks([Typed(family, profiles)], frequency_table(marker)) == [{"M": -math.inf}]


@pytest.mark.parametrize("typed", [("dad", "child"), ("dad", "grandchild"), ("child",), ("child", "grandchild")])
def test_a_father_whose_sex_is_not_recorded_mutates_as_a_father(typed):
    marker = Marker("M", ("7", "8", "9"), (0.2, 0.3, 0.5), MutationModel("equal", 0.001), MutationModel("equal", 0.2))
    shown = {"dad": Genotype("7", "7"), "child": Genotype("8", "9"), "grandchild": Genotype("7", "7")}
    values = []
    for sex in (M, Sex.UNKNOWN):
        family = Family("F", (Member("dad", None, None, sex), Member("mum", None, None, F),
                              Member("child", "dad", "mum", F), Member("husband", None, None, M),
                              Member("grandchild", "husband", "child", F)))
        seen = {m: Profile(m, {"M": shown[m]}) for m in typed}
        values.append(marker_logliks([Typed(family, seen)], frequency_table(marker))[0]["M"])
    assert values[0] == pytest.approx(values[1], rel=1e-14)


def test_an_allele_outside_the_table_is_refused_by_name():
    family = Family("F", (Member("a", None, None, M),))
    typed = Typed(family, {"a": Profile("a", {"M": Genotype("7", "77")})})
    with pytest.raises(InvalidValue, match=r"M: allele='77' is not in the frequency table"):
        marker_logliks([typed], frequency_table(Marker("M", ("7", "8"), (0.5, 0.5))))
