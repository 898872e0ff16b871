"""Genotype tables of a missing member against the third witness and against the likelihood itself."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from homeward.kinship import Relatives, Typed, genotype_tables, locus_of, lrs_in_urn, marker_logliks, observe
from homeward.model import Family, Genotype, Marker, Member, MutationModel, Profile, Sex

from . import plain
from .random_families import assert_same, drawn_families, examples, genotype, pedigrees

M, F = Sex.MALE, Sex.FEMALE


def _check(drawn, query):
    """Every LR of one member, full and partial genotypes, and the likelihood of his relatives."""
    table, = genotype_tables([drawn.relatives(query)], drawn.marker)
    if not drawn.seen:
        assert table is None
        return
    expected = drawn.plain_lrs(query)
    if expected is None:
        assert table.loglik == -math.inf
        assert not table.lr.any()
        return
    assert_same(math.exp(table.loglik), drawn.plain_likelihood())
    p, single = np.array(drawn.marker.frequencies), drawn.is_single(query)
    for report, lr in expected.items():
        observation = observe(drawn.marker, genotype(drawn.marker, report), hemizygous=single)
        assert_same(10.0 ** table.log10_lr(observation, p, single=single), lr)


@examples(60)
@given(drawn_families())
def test_autosomal_tables_are_those_of_the_plain_sum_whoever_is_asked_for(drawn):
    for member in drawn.family.members:
        _check(drawn, member.id)


@examples(60)
@given(drawn_families(x_linked=True))
def test_x_linked_tables_are_those_of_the_plain_sum_whoever_is_asked_for(drawn):
    for member in drawn.family.members:
        _check(drawn, member.id)


@examples(30)
@given(drawn_families(silent=True))
def test_tables_with_a_silent_allele_are_those_of_the_plain_sum_whoever_is_asked_for(drawn):
    for member in drawn.family.members:
        _check(drawn, member.id)


@examples(20)
@given(drawn_families(x_linked=True, silent=True))
def test_x_linked_tables_with_a_silent_allele_are_those_of_the_plain_sum(drawn):
    for member in drawn.family.members:
        _check(drawn, member.id)


@examples(60)
@given(drawn_families(vague=False, kinds=("none", "proportional"), most=6))
def test_tables_over_lumped_alleles_are_tables_over_all_alleles(drawn):
    locus = locus_of(drawn.marker)
    assert locus.lumpable
    for member in drawn.family.members:
        relatives = drawn.relatives(member.id)
        small, = genotype_tables([relatives], drawn.marker)
        full, = genotype_tables([relatives], drawn.marker, replace(locus, lumpable=False))
        if small is not None and not math.isinf(small.loglik):
            spread = small.lr[np.ix_(small.place, small.place)]
            single = drawn.is_single(member.id)
            both = (np.diag(spread), np.diag(full.lr)) if single else (spread, full.lr)
            np.testing.assert_allclose(*both, rtol=1e-12, atol=0.0)


@examples(40)
@given(drawn_families(pedigrees(most=6)))
def test_the_table_of_a_member_is_the_likelihood_with_him_typed(drawn):
    member = drawn.family.members[0].id
    others = replace(drawn, seen={m: report for m, report in drawn.seen.items() if m != member})
    table, = genotype_tables([others.relatives(member)], drawn.marker)
    if table is None or math.isinf(table.loglik):
        return
    p = np.array(drawn.marker.frequencies)
    for report in others.reports(member):
        if report[-1] is None:
            continue
        typed = replace(drawn, seen={**others.seen, member: report})
        alone = math.prod(p[a] for a in report) * (1 if len(set(report)) == 1 else 2)
        with_him = math.exp(marker_logliks([typed.typed], drawn.table)[0]["M"])
        place = table.place[list(report)]
        assert_same(table.lr[place[0], place[-1]] * alone * math.exp(table.loglik), with_him)


def test_many_families_together_are_each_alone():
    marker = Marker("M", ("7", "8", "9", "10"), (0.1, 0.2, 0.3, 0.4), MutationModel("equal", 0.01))
    rng = np.random.default_rng(4)
    relatives = []
    for k in range(40):
        shown = [tuple(sorted(map(int, rng.integers(0, 4, 2)))) for _ in range(2)]
        family = Family(f"F{k}", (Member("dad", None, None, M), Member("mum", None, None, F),
                                  Member("x", "dad", "mum", M), Member("sib", "dad", "mum", F)))
        typed = ("dad", "sib") if k % 3 else ("sib",)
        profiles = {m: Profile(m, {"M": genotype(marker, g)}) for m, g in zip(typed, shown, strict=False)}
        relatives.append(Relatives(Typed(family, profiles), "x"))
    together = genotype_tables(relatives, marker)
    for r, table in zip(relatives, together, strict=True):
        alone, = genotype_tables([r], marker)
        assert np.array_equal(table.lr, alone.lr)
        assert table.loglik == alone.loglik


def test_a_personal_item_gives_one_over_the_genotypes_frequency_and_excludes_the_rest():
    marker = Marker("M", ("7", "8", "9"), (0.2, 0.3, 0.5))
    family = Family("F", (Member("x", None, None, M),))
    typed = Typed(family, {"x": Profile("x", {"M": Genotype("7", "8")})})
    table, = genotype_tables([Relatives(typed, "x")], marker)
    p = np.array(marker.frequencies)
    own = observe(marker, Genotype("7", "8"), hemizygous=False)
    assert_same(10 ** table.log10_lr(own, p, single=False), 1 / (2 * 0.2 * 0.3))
    for other in (Genotype("7", "7"), Genotype("8", "9"), Genotype("9", None)):
        assert table.log10_lr(observe(marker, other, hemizygous=False), p, single=False) == -math.inf


def test_references_that_contradict_the_pedigree_say_so_and_make_no_table():
    marker = Marker("M", ("7", "8"), (0.5, 0.5))
    family = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F), Member("x", "dad", "mum", M),
                          Member("sib", "dad", "mum", F)))
    profiles = {"dad": Profile("dad", {"M": Genotype("7", "7")}), "sib": Profile("sib", {"M": Genotype("8", "8")})}
    table, = genotype_tables([Relatives(Typed(family, profiles), "x")], marker)
    assert table.loglik == -math.inf
    assert not table.lr.any()


def test_an_inbred_founders_own_table_counts_his_inbreeding_and_the_populations_does_not():
    f, p = 0.25, (0.2, 0.3, 0.5)
    marker = Marker("M", ("7", "8", "9"), p)
    family = Family("F", (Member("x", None, None, M), Member("wife", None, None, F), Member("c", "x", "wife", F)),
                    {"x": f})
    typed = Typed(family, {"wife": Profile("wife", {"M": Genotype("7", "7")})})
    table, = genotype_tables([Relatives(typed, "x")], marker)
    lr = table.lr[np.ix_(table.place, table.place)]
    expected = [[(1 - f) + (f / p[a] if a == b else 0) for b in range(3)] for a in range(3)]
    np.testing.assert_allclose(lr, expected, rtol=1e-14)


# --- coancestry: both hypotheses draw from one urn


@examples(40)
@given(drawn_families(pedigrees(most=5, inbred=False), most=3))
def test_lrs_with_coancestry_are_those_of_the_plain_sum(drawn):
    theta, query = 0.05, drawn.family.members[-1]
    seen = {m: report for m, report in drawn.seen.items() if m != query.id}
    if not seen or sum(m.is_founder for m in drawn.family.members) > 3:
        return
    reports = drawn.reports(query.id)
    others = replace(drawn, seen=seen)
    shown = [observe(drawn.marker, genotype(drawn.marker, r), hemizygous=False) for r in reports]
    got = lrs_in_urn(others.relatives(query.id), drawn.marker, shown, theta)
    stranger = Family("wider", (*drawn.family.members, Member("stranger", None, None, query.sex)))
    numbers = [plain.locus(drawn.marker)]
    for report, lr in zip(reports, got, strict=True):
        above = plain.likelihood(drawn.family, numbers, [{**seen, query.id: report}], theta=theta)
        below = plain.likelihood(stranger, numbers, [{**seen, "stranger": report}], theta=theta)
        if below == 0.0:
            assert math.isnan(lr)
        else:
            assert_same(lr, above / below)


def test_coancestry_of_a_direct_comparison_is_the_match_probability_of_balding_and_nichols():
    # Balding & Nichols 1994, doi:10.1016/0379-0738(94)90222-4, eqs. 1 and 2 (a person of the same subpopulation).
    theta, p, q = 0.03, 0.2, 0.3
    marker = Marker("M", ("7", "8", "9"), (p, q, 0.5))
    family = Family("F", (Member("x", None, None, M),))
    below = (1 + theta) * (1 + 2 * theta)
    cases = {("7", "7"): (2 * theta + (1 - theta) * p) * (3 * theta + (1 - theta) * p) / below,
             ("7", "8"): 2 * (theta + (1 - theta) * p) * (theta + (1 - theta) * q) / below}
    for alleles, match_probability in cases.items():
        shown = Genotype(*alleles)
        typed = Typed(family, {"x": Profile("x", {"M": shown})})
        lr = lrs_in_urn(Relatives(typed, "x"), marker, [observe(marker, shown, hemizygous=False)], theta)
        assert_same(lr[0], 1 / match_probability)


def test_nobody_typed_makes_no_table():
    family = Family("F", (Member("x", None, None, M),))
    marker = Marker("M", ("7", "8"), (0.5, 0.5))
    relatives = Relatives(Typed(family), "x")
    assert genotype_tables([relatives], marker) == [None]
    assert lrs_in_urn(relatives, marker, [], 0.01) is None


@pytest.mark.parametrize("sex", [M, F])
def test_on_the_x_a_son_has_nothing_of_his_father_and_a_daughter_has_his_only_allele(sex):
    p = (0.2, 0.3, 0.5)
    marker = Marker("M", ("7", "8", "9"), p, x_linked=True)
    family = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F), Member("x", "dad", "mum", sex)))
    dad = Profile("dad", {"M": Genotype("7", None, hemizygous=True)})
    table, = genotype_tables([Relatives(Typed(family, {"dad": dad}), "x")], marker)
    if sex is M:
        np.testing.assert_allclose(np.diag(table.lr)[table.place], 1.0, rtol=1e-14)
    else:
        lr = table.lr[np.ix_(table.place, table.place)]
        np.testing.assert_allclose(lr[0], [1 / p[0], 1 / (2 * p[0]), 1 / (2 * p[0])], rtol=1e-14)
        assert not lr[1:, 1:].any()
