"""What a family can say: against closed forms, the sum over all genotypes, and the laws of likelihood ratios."""

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from homeward.decide import antemortem, postmortem
from homeward.evidence import kinship
from homeward.formats import read_any
from homeward.kinship import Relatives, Typed, lrs_in_urn, observe
from homeward.kinship.power import power
from homeward.kinship.power.next_relative import best_relatives
from homeward.kinship.power.outcomes import marker_outcomes
from homeward.kinship.power.tails import mean_of, tail_of
from homeward.model import Family, FrequencyTable, Genotype, InvalidValue, Marker, Member, MutationModel, Profile, Sex
from homeward.simulate import family_of, fbi2015, gene_drop

from .. import plain
from ..random_families import drawn_families, examples

SHARED = Path(__file__).parents[4].parent / "shared"
P = (0.5, 0.3, 0.2)
M = Marker("M", ("1", "2", "3"), P)
X = replace(M, name="X", x_linked=True)
CODIS = tuple(m.name for m in fbi2015().markers if m.name not in ("SE33", "Penta E", "Penta D"))  # the 20 core STRs


def rng(seed=1):
    return np.random.default_rng(seed)


def trio(child_sex=Sex.FEMALE):
    return Family("synthetic", (Member("father", None, None, Sex.MALE), Member("mother", None, None, Sex.FEMALE),
                                Member("child", "father", "mother", child_sex)))


def relatives(family, member, marker=M, **typed):
    """References at one marker, written 12 for the genotype 1/2 and 1 for a man's X."""
    profiles = {who: Profile(who, {marker.name: Genotype(a[0], a[1] if len(a) > 1 else None, hemizygous=len(a) == 1)})
                for who, a in typed.items()}
    return Relatives(Typed(family, profiles), member)


def table_of(*markers, theta=0.0):
    return FrequencyTable("synthetic", markers, theta=theta)


def exclusion(who, marker=M, **options):
    return power(who, table_of(marker, **options), rng=rng(), draws=1).exclusion


def dropped(shape, table, seed=1):
    """A family of a named shape with its donors typed."""
    shaped = family_of(shape)
    genes = gene_drop(shaped.family, table, rng(seed))
    return Relatives(Typed(shaped.family, {d: genes[d] for d in shaped.donors}), shaped.family.missing[0].id)


# --- closed forms


def test_a_typed_parent_excludes_whoever_shares_no_allele_with_him():
    assert exclusion(relatives(trio(), "child", father="12")) == pytest.approx((1 - 0.5 - 0.3) ** 2, rel=1e-14)
    assert exclusion(relatives(trio(), "child", mother="33")) == pytest.approx((1 - 0.2) ** 2, rel=1e-14)


@pytest.mark.parametrize(("typed", "marker", "expected"), [
    ({"child": "11"}, M, (0.3 + 0.2) ** 2),
    ({"child": "11"}, X, 0.3 + 0.2),
    ({"father": "11", "mother": "22"}, M, 1 - 2 * 0.5 * 0.3),
    ({"father": "1", "mother": "22"}, X, 1 - 2 * 0.5 * 0.3),
])
def test_exclusion_power_is_that_of_forrel(typed, marker, expected):
    # Values: magnusdv/forrel, tests/testthat/test-exclusion.R (commit 1df6fed), "child typed" and "parents typed".
    member = "father" if "child" in typed else "child"
    assert exclusion(relatives(trio(), member, marker, **typed), marker) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(("typed", "expected"), [
    ({"mother": "12"}, 1 / (8 * 0.9 * 0.1) + 1 / 2),
    ({"mother": "12", "father": "11"}, 1 / (8 * 0.9 * 0.1) + 1 / (4 * 0.9**2)),
])
def test_the_expected_lr_of_the_member_is_that_of_forrel(typed, expected):
    # Formulas: magnusdv/forrel, tests/testthat/test-expectedLR.R (commit 8595285), p = 0.9.
    marker = Marker("M", ("1", "2"), (0.9, 0.1))
    found = marker_outcomes(relatives(trio(Sex.MALE), "child", marker, **typed), marker)
    assert (found.if_member * 10.0**found.log10_lr).sum() == pytest.approx(expected, rel=1e-14)


def test_a_personal_item_says_all_that_there_is_to_say():
    found = power(relatives(trio(), "child", child="12"), table_of(M), rng=rng())
    assert found.mean_log10_lr == pytest.approx(-math.log10(2 * 0.5 * 0.3), rel=1e-14)
    assert found.sd_log10_lr == pytest.approx(0.0, abs=1e-7)
    assert found.exclusion == pytest.approx(1 - 2 * 0.5 * 0.3, rel=1e-14)


@pytest.mark.parametrize("typed", [{}, {"spouse": "12"}])
def test_who_is_nobodys_relative_says_nothing(typed):
    family = Family("synthetic", (*trio().members, Member("spouse", None, None, Sex.MALE)))
    found = power(relatives(family, "child", **typed), table_of(M), rng=rng())
    assert (found.mean_log10_lr, found.sd_log10_lr, found.exclusion, found.unrelated_mean_log10_lr) == (0, 0, 0, 0)
    assert [(t.log10_threshold, t.if_member.value, t.if_unrelated.value) for t in found.tails] == [
        (-2, 1, 1), (0, 0, 0), (2, 0, 0), (4, 0, 0), (6, 0, 0)]
    assert [m.compared for m in found.markers] == [bool(typed)]


def test_several_markers_exclude_unless_all_of_them_fail_to():
    table = table_of(M, replace(M, name="N"))
    both = Profile("father", {"M": Genotype("1", "2"), "N": Genotype("3", "3")})
    found = power(Relatives(Typed(trio(), {"father": both}), "child"), table, rng=rng())
    assert found.exclusion == pytest.approx(1 - (1 - 0.04) * (1 - 0.64), rel=1e-14)
    assert found.expected_mismatches == pytest.approx(0.04 + 0.64, rel=1e-14)


def test_mutation_leaves_nothing_impossible_and_setting_it_aside_brings_it_back():
    mutating = replace(M, female=MutationModel("stepwise", 0.001), male=MutationModel("stepwise", 0.002))
    found = power(relatives(trio(), "child", father="12"), table_of(mutating), rng=rng())
    assert found.exclusion == 0.0
    assert found.exclusion_without_mutation == pytest.approx(0.2**2, rel=1e-14)
    assert -math.inf < found.unrelated_mean_log10_lr < 0.0


def test_mutation_is_not_set_aside_where_the_references_need_it():
    family = Family("synthetic", (*trio().members, Member("sib", "father", "mother", Sex.MALE)))
    mutating = replace(M, female=MutationModel("equal", 0.001), male=MutationModel("equal", 0.001))
    found = power(relatives(family, "child", mutating, father="11", sib="22"), table_of(mutating), rng=rng())
    assert found.exclusion_without_mutation == found.exclusion == 0.0


def test_coancestry_draws_the_stranger_from_the_founders_urn():
    theta, rest = 0.1, 1 - 0.5 - 0.3
    # Balding & Nichols 1994, doi:10.1016/0379-0738(94)90222-4: two alleles in the urn, then two that are neither.
    expected = ((1 - theta) * rest / (1 + theta)) * ((theta + (1 - theta) * rest) / (1 + 2 * theta))
    assert exclusion(relatives(trio(), "child", father="12"), theta=theta) == pytest.approx(expected, rel=1e-12)


# --- the third witness: the sum over all genotypes of everybody


def reported(drawn, query):
    """P(report | member), P(report | unrelated) and log10 LR of each full report, from the plainest table."""
    table, p = drawn.plain_table(query), drawn.marker.frequencies
    one, single = plain.locus(drawn.marker), drawn.is_single(query)
    rows = []
    for report in [r for r in drawn.reports(query) if r[-1] is not None]:
        shown = [g for g in itertools.product(range(len(p)), repeat=1 if single else 2) if plain.agrees(one, g, report)]
        member = math.fsum(table[g[0], g[-1]] for g in shown) / table.sum()
        unrelated = math.fsum(math.prod(p[a] for a in g) for g in shown)
        rows.append((member, unrelated, math.log10(member / unrelated) if member > 0 else -math.inf))
    return np.array(rows)


def check_moments(drawn):
    for query in drawn.family.members:
        if not drawn.seen or drawn.plain_likelihood() == 0.0:
            continue
        member, unrelated, log10_lr = reported(drawn, query.id).T
        possible = member > 0.0
        mean = math.fsum(member[possible] * log10_lr[possible])
        square = math.fsum(member[possible] * log10_lr[possible] ** 2)
        found = marker_outcomes(drawn.relatives(query.id), drawn.marker)
        assert found.moment(1)[0] == pytest.approx(mean, rel=1e-10, abs=1e-12)
        assert found.moment(2)[0] == pytest.approx(square, rel=1e-10, abs=1e-12)
        assert found.exclusion[0] == pytest.approx(math.fsum(unrelated[~possible]), rel=1e-10, abs=1e-14)


@examples(40)
@given(drawn_families())
def test_exact_figures_are_the_sums_over_all_genotypes(drawn):
    check_moments(drawn)


@examples(15)
@given(drawn_families(x_linked=True))
def test_exact_figures_on_the_x_are_the_sums_over_all_genotypes(drawn):
    check_moments(drawn)


@examples(15)
@given(drawn_families(silent=True))
def test_a_silent_allele_is_hidden_as_a_laboratory_would_not_see_it(drawn):
    check_moments(drawn)


# --- laws


@examples(30)
@given(drawn_families())
def test_mean_lr_over_strangers_is_one_and_means_lie_on_their_sides(drawn):
    for query in drawn.family.members:
        found = marker_outcomes(drawn.relatives(query.id), drawn.marker) if drawn.seen else None
        if found is None or not found.possible[0]:
            continue
        assert (found.if_unrelated * 10.0**found.log10_lr).sum() == pytest.approx(1.0, rel=1e-12)
        one = power(drawn.relatives(query.id), drawn.table, rng=rng(), draws=1)
        assert one.unrelated_mean_log10_lr <= 1e-14
        assert one.mean_log10_lr >= -1e-14


@pytest.mark.parametrize("theta", [0.01, 0.2])
def test_mean_lr_over_strangers_is_one_with_coancestry_and_lrs_are_those_of_the_comparison(theta):
    family = Family("synthetic", (*trio().members, Member("sib", "father", "mother", Sex.MALE)))
    who = relatives(family, "child", sib="12")
    found = marker_outcomes(who, M, theta=theta)
    assert (found.if_unrelated * 10.0**found.log10_lr).sum() == pytest.approx(1.0, rel=1e-12)
    compared = lrs_in_urn(who, M, [observe(M, Genotype("1", "3"), hemizygous=False)], theta)
    assert 10.0 ** found.log10_lr[0, 2] == pytest.approx(compared[0], rel=1e-12)


def test_coancestry_near_zero_is_none_at_all():
    who = relatives(trio(), "child", father="12")
    with_it, without = (power(who, table_of(M, theta=t), rng=rng(), draws=1) for t in (1e-9, 0.0))
    assert with_it.mean_log10_lr == pytest.approx(without.mean_log10_lr, rel=1e-7)
    assert with_it.exclusion == pytest.approx(without.exclusion, rel=1e-7)


def test_simulated_means_are_the_exact_ones_within_their_errors():
    table = fbi2015(markers=CODIS)
    found = power(dropped("nephews of two sibs", table), table, rng=rng(7), draws=20_000)
    member, unrelated = found.log10_lr_if_member, found.log10_lr_if_unrelated
    error = found.sd_log10_lr / math.sqrt(len(member))
    assert member.mean() == pytest.approx(found.mean_log10_lr, abs=4 * error)
    assert member.std() == pytest.approx(found.sd_log10_lr, rel=0.03)
    assert unrelated.mean() == pytest.approx(found.unrelated_mean_log10_lr,
                                             abs=4 * unrelated.std() / math.sqrt(len(unrelated)))
    small = power(dropped("uncle", table), table_of(*table.markers[:3]), rng=rng(7), draws=20_000)
    lrs = 10.0**small.log10_lr_if_unrelated
    assert lrs.mean() == pytest.approx(1.0, abs=4 * lrs.std() / math.sqrt(len(lrs)))


# --- tails


def three_markers():
    table = fbi2015(markers=("FGA", "D18S51", "TH01"))
    who = dropped("two sibs", table, seed=3)
    return [marker_outcomes(who, m) for m in table.markers]


def exact_tail(outcomes, t):
    """P(log10 LR > t) under both hypotheses, by all combinations of outcomes."""
    totals, member, unrelated = np.zeros(1), np.ones(1), np.ones(1)
    for one in outcomes:
        totals = (totals[:, None] + one.log10_lr).ravel()
        member, unrelated = ((x[:, None] * y).ravel() for x, y in ((member, one.if_member),
                                                                   (unrelated, one.if_unrelated)))
    return member[totals > t].sum(), unrelated[totals > t].sum()


@pytest.mark.parametrize("t", [-3.0, -1.0, 0.0, 1.0, 2.0, 3.0])
def test_tails_agree_with_all_combinations(t):
    outcomes = three_markers()
    member, unrelated = exact_tail(outcomes, t)
    found = tail_of(outcomes, t, rng=rng(11), draws=5000)
    assert found.if_member.value == pytest.approx(member, abs=4 * found.if_member.error + 1e-12)
    assert found.if_unrelated.value == pytest.approx(unrelated, abs=4 * found.if_unrelated.error + 1e-12)
    assert found.if_unrelated.error < 0.06 * unrelated


def test_a_tail_scatters_as_its_error_says():
    outcomes = three_markers()
    many = [tail_of(outcomes, 2.0, rng=rng(k), draws=200) for k in range(100)]
    for side in ("if_member", "if_unrelated"):
        values = np.array([getattr(t, side).value for t in many])
        errors = np.array([getattr(t, side).error for t in many])
        assert values.std() == pytest.approx(errors.mean(), rel=0.3)


def test_a_threshold_above_every_lr_is_never_passed():
    outcomes = three_markers()
    highest = sum(float(one.log10_lr.max()) for one in outcomes)
    beyond = tail_of(outcomes, highest + 1e-6, rng=rng(), draws=10)
    assert (beyond.if_member.value, beyond.if_member.error) == (0.0, 0.0)
    assert tail_of(outcomes, highest - 1e-6, rng=rng(), draws=1000).if_member.value > 0.0


def test_a_threshold_below_every_lr_is_passed_by_all_who_are_not_excluded():
    found = power(relatives(trio(), "child", father="12"), table_of(M), rng=rng(), draws=5, log10_thresholds=(-3.0,))
    tail = found.tail(-3.0)
    assert (tail.if_member.value, tail.if_member.error, tail.if_unrelated.error) == (1.0, 0.0, 0.0)
    assert tail.if_unrelated.value == pytest.approx(1.0 - 0.2**2, rel=1e-14)
    assert tail.unrelated_below.value == pytest.approx(found.exclusion, rel=1e-12)


def test_false_candidates_grow_with_the_pool():
    tail = tail_of(three_markers(), 2.0, rng=rng(), draws=100)
    assert tail.false_candidates(1000).value == 1000 * tail.if_unrelated.value
    assert tail.false_candidates(1000).error == 1000 * tail.if_unrelated.error


def test_what_was_never_drawn_is_not_taken_for_impossible():
    assert mean_of(np.zeros(98), 1.0).value == 0.0
    assert mean_of(np.zeros(98), 1.0).error == pytest.approx(math.sqrt(0.01 * 0.99 / 100), rel=1e-12)


# --- published medians, and families that another program simulated


@pytest.mark.parametrize(("shape", "low", "high"), [
    # Medians that dvir 3.4.2 gave on simulated families with 20 STRs: parent and sib 11, nephews of two sibs 3.5, two
    # cousins and an aunt 2.0 to 2.6. The frequencies are others here, so that some room is left on both sides.
    ("parent and sib", 10.0, 12.0), ("nephews of two sibs", 2.6, 4.0), ("two cousins and an aunt", 1.7, 2.7),
])
def test_median_lrs_of_true_pairs_are_those_of_other_programs(shape, low, high):
    table = fbi2015(markers=CODIS)
    drawn = [power(dropped(shape, table, seed), table, rng=rng(seed), draws=40, log10_thresholds=()).log10_lr_if_member
             for seed in range(30)]
    assert low < np.median(np.concatenate(drawn)) < high


@pytest.mark.parametrize(("name", "median"), [
    # Cases simulated and timed with dvir 3.4.2: the medians that it gave for such families are 11, 3.5 and 2.0 to 2.6.
    ("parent_sib_none_50", 11.0), ("parent_sib_stepwise_20", 11.0), ("nephews2_none_50", 3.5),
    ("cousins2_aunt_none_20", 2.3),
])
def test_the_lrs_of_simulated_persons_scatter_about_their_expectation(name, median):
    path = SHARED / "bench" / "pairwise" / f"{name}.json"
    if not path.exists():
        pytest.skip("the reference material is not beside the repository")
    case, truth = read_any(path), json.loads(path.read_text(encoding="utf-8"))["truth"]
    am, pm, table = antemortem(case), postmortem(case), case.frequencies
    lrs = kinship.compare(am, pm, kinship.Params(table)).support.log10_lr
    found = [power(r, table, rng=rng(k), draws=50, log10_thresholds=()) for k, r in enumerate(am.relatives)]
    rows = {m.id: am.ids.index(m.person) for f in case.families for m in f.missing}
    pairs = [(rows[m], pm.ids.index(remains)) for remains, m in truth.items()]
    surplus = sum(lrs[i, j] - found[i].mean_log10_lr for i, j in pairs)
    assert abs(surplus) < 3.0 * math.sqrt(sum(found[i].sd_log10_lr ** 2 for i, _ in pairs))
    assert np.median(np.concatenate([f.log10_lr_if_member for f in found])) == pytest.approx(median, abs=0.7)


# --- the door


def test_the_same_seed_gives_the_same_power():
    table = fbi2015(markers=CODIS[:5])
    who = dropped("one sib", table)
    first, again, other = (power(who, table, rng=rng(seed), draws=50) for seed in (5, 5, 6))
    assert first == again
    assert np.array_equal(first.log10_lr_if_member, again.log10_lr_if_member)
    assert first.tails != other.tails
    assert (first.mean_log10_lr, first.exclusion) == (other.mean_log10_lr, other.exclusion)


def test_draws_are_quantiled_and_tails_are_found_by_their_threshold():
    table = fbi2015(markers=CODIS[:5])
    found = power(dropped("one sib", table), table, rng=rng(), draws=101, log10_thresholds=(1.0, 3.0))
    assert found.quantile(0.5) == np.median(found.log10_lr_if_member)
    assert found.tail(3.0) is found.tails[1]
    with pytest.raises(InvalidValue, match=r"log10_threshold=2.0 must be one of 1, 3"):
        found.tail(2.0)


def test_references_that_contradict_the_pedigree_are_refused_with_every_marker():
    table = table_of(M, replace(M, name="N"), replace(M, name="O"))
    genotypes = {"M": Genotype("1", "1"), "N": Genotype("2", "2"), "O": Genotype("1", "1")}
    family = Family("synthetic", (*trio().members, Member("sib", "father", "mother", Sex.MALE)))
    sib = Profile("sib", {**dict.fromkeys(("M", "N"), Genotype("3", "3")), "O": Genotype("1", "1")})
    who = Relatives(Typed(family, {"father": Profile("father", genotypes), "sib": sib}), "child")
    with pytest.raises(InvalidValue, match=r"synthetic: references='M, N' contradict the pedigree"):
        power(who, table, rng=rng())


@pytest.mark.parametrize(("who", "draws", "message"), [
    (Relatives(Typed(trio(), {"aunt": Profile("aunt")}), "son"), 1, "member='son, aunt' must be in the family"),
    (relatives(trio(), "child", father="19", mother="88"), 1,
     "alleles='father M 9; mother M 8; mother M 8' must be in the frequency table"),
    (relatives(trio(), "child", father="12"), 0, "draws=0 must be at least 1"),
])
def test_what_cannot_be_computed_is_refused_in_words(who, draws, message):
    with pytest.raises(InvalidValue) as refusal:
        power(who, table_of(M), rng=rng(), draws=draws)
    assert message in str(refusal.value)


def test_a_threshold_is_a_finite_number():
    with pytest.raises(InvalidValue, match=r"log10_threshold='nan, inf' must be finite"):
        power(relatives(trio(), "child"), table_of(M), rng=rng(), log10_thresholds=(math.nan, 1.0, math.inf))


def test_without_markers_nothing_is_said():
    found = power(relatives(trio(), "child"), table_of(), rng=rng(), draws=3)
    assert (found.mean_log10_lr, found.exclusion, found.log10_lr_if_member.tolist()) == (0.0, 0.0, [0.0] * 3)
    gains = best_relatives(relatives(trio(), "child"), table_of(), candidates=["father"], rng=rng())
    assert gains[0].gain_log10_lr == 0.0
