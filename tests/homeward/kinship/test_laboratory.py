"""What the laboratory saw, against the module's own words and against numbers worked by hand.

The model: Gill et al. 2012, doi:10.1016/j.fsigen.2012.06.002; Haned, Slooten & Gill 2012,
doi:10.1016/j.fsigen.2012.08.008.
"""

import itertools
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.evidence import kinship as line
from homeward.kinship import (
    FamilyBatch,
    Relatives,
    Report,
    Typed,
    blind_search,
    genotype_tables,
    locus_of,
    marker_logliks,
    rank_one_terms,
    report_rows,
)
from homeward.kinship.engine import Problem, evaluate
from homeward.kinship.laboratory import class_weights, open_report, report_weights
from homeward.kinship.locus import Observation
from homeward.kinship.shape import shape_of
from homeward.model import (
    CERTAIN,
    Family,
    Genotype,
    InvalidValue,
    Laboratory,
    Marker,
    Member,
    MutationModel,
    Profile,
    Sex,
)
from homeward.simulate import family_of, fbi2015, gene_drop

from . import plain, plain_laboratory
from .random_families import assert_same, examples, frequency_table

_ROOT = Path(__file__).resolve().parents[3]
M, F = Sex.MALE, Sex.FEMALE
P = (0.1, 0.2, 0.3, 0.4)
MARKER = Marker("M", ("7", "8", "9", "10"), P)
SILENT = Marker("M", ("7", "8", "9", "0"), P, silent="0")
RATES = st.sampled_from([0.0, 1e-6, 0.05, 0.3, 0.9])
LABORATORIES = st.builds(Laboratory, RATES, st.one_of(st.none(), RATES), RATES, RATES)
REPORTS = [r for n in range(4) for r in itertools.combinations(range(3), n)]
TRIO = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F), Member("x", "dad", "mum", M)))
SIBS = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F), Member("x", "dad", "mum", M),
                    Member("s", "dad", "mum", F)))


def _square(weight):
    return np.array([[weight((a, b)) for b in range(len(P))] for a in range(len(P))])


def _table(family=TRIO, marker=MARKER, **references):
    relatives = Relatives(_typed(family, **references), "x")
    return relatives, genotype_tables([relatives], marker)[0]


def _typed(family=TRIO, **references):
    return Typed(family, {m: Profile(m, {"M": Genotype(*g)}) for m, g in references.items()})


def _report(*alleles, laboratory=CERTAIN, replicates=()):
    return Report(Profile("R", {"M": Genotype(*alleles)}), laboratory=laboratory,
                  replicates=tuple((Profile("R", {"M": Genotype(*a)}), lab) for a, lab in replicates))


def _found(relatives, report, marker=MARKER):
    found = blind_search([relatives], [report], frequency_table(marker), floor_log10_lr=-math.inf)
    return 10.0 ** float(found.log10_lr[0]) if len(found.log10_lr) else 0.0


# --- weights


@pytest.mark.parametrize(("report", "pair", "expected"), [
    # d = 0.2, d₂ = 0.05, c = 0.1, ε = 0; p as above. Each line is a product of the paper's symbols.
    ((0, 1), (0, 1), 0.8 * 0.8 * 0.9),          # (1 − d)² (1 − c)
    ((0,), (0, 1), 0.8 * 0.2 * 0.9),            # (1 − d) d (1 − c)
    ((), (0, 1), 0.2 * 0.2 * 0.9),              # d² (1 − c)
    ((0, 2), (0, 1), 0.8 * 0.2 * 0.1 * 0.3),    # (1 − d) d · c p
    ((2,), (0, 1), 0.2 * 0.2 * 0.1 * 0.3),      # d² · c p
    ((2, 3), (0, 1), 0.04 * 0.03 * 0.04),       # d² · c p · c p
    ((0,), (0, 0), 0.95 * 0.9),                 # (1 − d₂) (1 − c)
    ((), (0, 0), 0.05 * 0.9),                   # d₂ (1 − c)
    ((1,), (0, 0), 0.05 * 0.1 * 0.2),           # d₂ · c p
    ((0, 1), (0, 0), 0.95 * 0.1 * 0.2),         # (1 − d₂) · c p
])
def test_a_heterozygote_and_a_homozygote_in_the_symbols_of_the_papers(report, pair, expected):
    weights = report_weights([report], Laboratory(0.2, 0.05, 0.1), np.array(P))
    assert_same(weights[pair], expected)
    assert_same(weights[pair[::-1]], expected)


@examples(150)
@given(st.sampled_from(REPORTS), LABORATORIES, st.sampled_from([None, 3]))
def test_the_weights_are_those_of_the_words(report, laboratory, silent):
    expected = _square(lambda pair: plain_laboratory.weight(report, pair, laboratory, P, silent))
    found = report_weights([report], laboratory, np.array(P), silent=silent)
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=0.0)


@examples(60)
@given(st.lists(st.sampled_from(REPORTS), max_size=3), LABORATORIES)
def test_replicates_multiply(reports, laboratory):
    one_by_one = [report_weights([r], laboratory, np.array(P)) for r in reports]
    together = report_weights(reports, laboratory, np.array(P))
    np.testing.assert_allclose(together, math.prod(one_by_one) * np.ones((4, 4)), rtol=1e-14, atol=0.0)


def test_with_all_rates_zero_a_report_is_its_genotype():
    for report in REPORTS[1:7]:
        weights = report_weights([report], Laboratory(), np.array(P))
        expected = np.zeros((4, 4))
        a, b = report[0], report[-1]
        if len(report) < 3:
            expected[a, b] = expected[b, a] = 1.0
        assert (weights == expected).all()


@examples(60)
@given(LABORATORIES, st.sampled_from([None, 3]))
def test_what_can_be_reported_of_a_genotype_sums_to_one_where_nothing_drops_in(laboratory, silent):
    certain = Laboratory(laboratory.dropout, laboratory.dropout_homozygote, 0.0, laboratory.error)
    p, seen = np.array(P), [a for a in range(4) if a != silent]
    reports = [r for n in range(3) for r in itertools.combinations(seen, n)]
    total = sum(report_weights([r], certain, p, silent=silent) for r in reports)
    # A silent pair shown by error shows nothing: what the empty report leaves out.
    missed = certain.error * (p[3] ** 2 if silent is not None else 0.0)
    np.testing.assert_allclose(total, 1.0 - missed, rtol=1e-13)


def test_a_silent_allele_does_not_drop_out():
    weights = report_weights([(0,)], Laboratory(0.2), np.array(P), silent=3)
    assert_same(weights[0, 3], 0.8)  # 7/silent shows 7 unless the 7 is lost
    assert_same(weights[0, 1], 0.8 * 0.2)
    assert_same(report_weights([()], Laboratory(0.2), np.array(P), silent=3)[3, 3], 1.0)


# --- classes and terms


def _rebuilt(found, n):
    """W (A, A) from the classes, entry by entry."""
    weights = np.empty((n, n))
    place = {a: k for k, a in enumerate(found.alleles)}
    for a, b in itertools.product(range(n), repeat=2):
        if a in place and b in place:
            weights[a, b] = found.seen[place[a], place[b]]
        elif a in place or b in place:
            weights[a, b] = found.mixed[place[a if a in place else b]]
        else:
            weights[a, b] = found.other_same if a == b else found.other_pair
    return weights


@examples(150)
@given(st.lists(st.sampled_from(REPORTS[1:]), min_size=1, max_size=2), LABORATORIES, st.integers(3, 6))
def test_the_classes_lose_nothing_of_the_weights(reports, laboratory, n):
    weights = report_weights(reports, laboratory, np.full(n, 1 / n))
    named = tuple(sorted({a for r in reports for a in r}))
    np.testing.assert_array_equal(_rebuilt(class_weights(weights, named), n), weights)


@examples(150)
@given(st.sampled_from(REPORTS[1:]), RATES, RATES, RATES, st.integers(3, 6))
def test_terms_rebuild_the_weights_where_a_homozygote_loses_its_two_copies_independently(report, d, c, error, n):
    weights = report_weights([report], Laboratory(d, None, c, error), np.full(n, 1 / n))
    terms = rank_one_terms(class_weights(weights, report), n)
    assert terms.shape in ((2, 2, n), (4, 2, n))
    np.testing.assert_allclose(np.einsum("ka,kb->ab", terms[:, 0], terms[:, 1]), weights, rtol=1e-12,
                               atol=1e-14 * weights.max())


@pytest.mark.parametrize(("reports", "laboratory", "n"), [
    ([(0,)], Laboratory(0.1, 0.5, 0.05), 5),  # an other allele twice is lost more easily than two different ones
    ([(0, 1), (2, 3)], Laboratory(0.1, None, 0.05), 6),  # four alleles told apart: five classes, rank five
])
def test_weights_of_no_such_form_have_no_terms(reports, laboratory, n):
    named = tuple(sorted({a for r in reports for a in r}))
    assert rank_one_terms(class_weights(report_weights(reports, laboratory, np.full(n, 1 / n)), named), n) is None


@pytest.mark.parametrize("n", [1, 2])
def test_with_at_most_one_other_allele_every_report_has_terms(n):
    p = np.full(n, 1 / n)
    weights = report_weights([(0,)], Laboratory(0.1, 0.5, 0.2, 0.01), p)
    terms = rank_one_terms(class_weights(weights, (0,)), n)
    np.testing.assert_allclose(np.einsum("ka,kb->ab", terms[:, 0], terms[:, 1]), weights, rtol=1e-12)


@examples(25)
@given(st.dictionaries(st.sampled_from(["dad", "s"]), st.tuples(st.sampled_from(REPORTS[1:7]), RATES, RATES, RATES),
                       min_size=1), st.sampled_from([None, "x"]), st.sampled_from([None, (0, 1), (2, 2)]))
def test_references_with_drop_out_are_weighed_as_the_sum_over_their_genotypes(shown, query, mother):
    model = MutationModel("equal", 0.01)
    marker = Marker("M", MARKER.alleles[:3], (0.2, 0.3, 0.5), model, model)
    p, locus = np.array(marker.frequencies), locus_of(marker)
    weights = {m: report_weights([r], Laboratory(d, None, c, e), p) for m, (r, d, c, e) in shown.items()}
    seen = {m: Observation(None, rank_one_terms(class_weights(w, shown[m][0]), 3)) for m, w in weights.items()}
    if mother:
        seen["mum"] = Observation(mother)
    shape, ids = shape_of(SIBS, {m: o.kind for m, o in seen.items()}, query=query)
    found, = evaluate([Problem(shape, locus, tuple(seen.get(m) for m in ids), (0.0,) * len(ids))])
    expected = 0.0
    for pairs in itertools.product(itertools.combinations_with_replacement(range(3), 2), repeat=len(weights)):
        known = dict(zip(weights, pairs, strict=True)) | ({"mum": mother} if mother else {})
        factor = math.prod(weights[m][pair] for m, pair in zip(weights, pairs, strict=True))
        expected = expected + factor * plain.table(SIBS, [plain.locus(marker)], [known], query)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-15 * np.max(expected))


# --- likelihood ratios


def test_one_allele_of_a_heterozygote_compared_with_his_own_toothbrush_by_hand():
    # The person is 7/8; the bone shows 7 alone; p₇ = 0.1; d = 0.2, d₂ = d², c = 0.05.
    # If it is his:   d (1 − d) (1 − c)                                      = 0.2 · 0.8 · 0.95          = 0.152
    # If a stranger's: 7/7  p₇² (1 − d²) (1 − c)                             = 0.01 · 0.96 · 0.95        = 0.00912
    #                  7/q  2 p₇ (1 − p₇) d (1 − d) (1 − c)                  = 0.18 · 0.152              = 0.02736
    #                  no 7 (1 − p₇)² d² · c p₇ (both copies of either kind) = 0.81 · 0.04 · 0.005       = 0.000162
    relatives, _ = _table(x=("7", "8"))
    found = _found(relatives, _report("7", "7", laboratory=Laboratory(0.2, None, 0.05)))
    assert_same(found, 0.152 / (0.00912 + 0.02736 + 0.000162))
    assert round(found, 3) == 4.148


def test_two_replicates_of_a_heterozygote_by_hand():
    # 7/8 again, d = 0.2, c = 0: one amplification shows 7, the other 8. Only 7/8 can have given both:
    # (d (1 − d))² over 2 p₇ p₈ (d (1 − d))² = 1 / (2 · 0.1 · 0.2).
    relatives, _ = _table(x=("7", "8"))
    lab = Laboratory(0.2)
    found = _found(relatives, _report("7", "7", laboratory=lab, replicates=[(("8", "8"), lab)]))
    assert_same(found, 25.0)


def test_a_child_of_a_homozygous_father_in_symbols():
    # Father 7/7, the bone shows 7 alone, c = 0: the child is 7/7 with p, else 7/q.
    # LR = (p (1 − d²) + (1 − p) d (1 − d)) / (p² (1 − d²) + 2 p (1 − p) d (1 − d)) = (p + d) / (p (p + 2d − p d)).
    relatives, _ = _table(dad=("7", "7"))
    for d in (0.01, 0.2, 0.7):
        found = _found(relatives, _report("7", "7", laboratory=Laboratory(d)))
        assert_same(found, (0.1 + d) / (0.1 * (0.1 + 2 * d - 0.1 * d)))


@examples(60)
@given(st.lists(st.tuples(st.sampled_from([("7", "7"), ("7", "8"), ("9", "10"), ("8", None)]), LABORATORIES),
                min_size=1, max_size=3), st.sampled_from([("7", "8"), ("9", "9")]))
def test_the_lr_of_any_amplifications_is_the_sum_over_all_ordered_genotypes(amplifications, father):
    relatives, table = _table(family=SIBS, dad=father, s=("7", "9"))

    def weight(pair):
        return math.prod(plain_laboratory.reading(MARKER, Genotype(*alleles), lab, pair)
                         for alleles, lab in amplifications)

    (alleles, lab), *others = amplifications
    report = _report(*alleles, laboratory=lab, replicates=others)
    if not _square(weight).any():
        with pytest.raises(InvalidValue, match="must agree"):
            _found(relatives, report)
    else:
        assert_same(_found(relatives, report), plain_laboratory.lr(weight, table, P), rel=1e-10)


def test_the_order_of_replicates_changes_nothing():
    relatives, _ = _table(dad=("7", "9"))
    shown = [(("7", "7"), Laboratory(0.3, None, 0.01)), (("7", "8"), Laboratory(0.1)), (("8", None), CERTAIN)]
    values = {round(_found(relatives, _report(*a, laboratory=lab, replicates=others)), 12)
              for (a, lab), *others in itertools.permutations(shown)}
    assert len(values) == 1


@pytest.mark.parametrize("marker", [MARKER, SILENT], ids=["all alleles seen", "a silent allele"])
@pytest.mark.parametrize("alleles", [("7", "8"), ("7", "7"), ("7", None)])
@pytest.mark.parametrize("rate", ["dropout", "dropin", "error", "dropout_homozygote"])
def test_as_the_rates_vanish_the_lr_becomes_that_of_the_certain_report(marker, alleles, rate):
    relatives, _ = _table(marker=marker, dad=("7", "9"))
    certain = _found(relatives, _report(*alleles), marker)
    assert certain > 0.0
    nearly = _found(relatives, _report(*alleles, laboratory=Laboratory(**{rate: 1e-9})), marker)
    assert math.isclose(nearly, certain, rel_tol=1e-6)


def _all_zero_case():
    """Thirty synthetic families of several shapes, sixty remains, 23 markers, some partial."""
    table, rng = fbi2015(mutation=MutationModel("proportional", 0.002)), np.random.default_rng(1)
    relatives, reports = [], []
    for n in range(30):
        shaped = family_of(("two sibs", "parent and sib", "two nephews", "two cousins and an aunt")[n % 4])
        dropped = gene_drop(shaped.family, table, rng)
        typed = Typed(shaped.family, {d: dropped[d] for d in shaped.donors})
        relatives.append(Relatives(typed, shaped.family.missing[0].id))
        for profile in (dropped[shaped.family.missing[0].id], dropped[shaped.donors[0]]):
            some = {m: g for m, g in profile.genotypes.items() if rng.random() < 0.8}
            if n % 3 == 0:
                some["TPOX"] = Genotype(some["TPOX"].first, None) if "TPOX" in some else Genotype("8", None)
            reports.append(Profile(f"R-{len(reports)}", some))
    return table, relatives, reports


def test_with_all_rates_zero_both_searches_equal_the_plain_path_to_the_last_bit():
    table, relatives, profiles = _all_zero_case()
    zero = Laboratory(0.0, 0.0, 0.0, 0.0)
    assert zero is not CERTAIN
    plain_path = blind_search(relatives, [Report(p) for p in profiles], table, floor_log10_lr=-math.inf)
    rated = blind_search(relatives, [Report(p, laboratory=zero, replicates=((p, zero),)) for p in profiles], table,
                         floor_log10_lr=-math.inf)
    for name in ("person", "remains", "log10_lr", "n_markers", "excluded_of_person"):
        np.testing.assert_array_equal(getattr(rated, name), getattr(plain_path, name))
    assert len(plain_path.log10_lr) > 1000
    am = line.Antemortem(tuple(map(str, range(len(relatives)))), tuple(relatives))
    ids, sexes = tuple(p.sample for p in profiles), (Sex.UNKNOWN,) * len(profiles)
    certain = line.compare(am, line.Postmortem(ids, tuple(profiles), sexes), line.Params(table))
    readings = {p.sample: ((p, zero),) for p in profiles}
    same = line.compare(am, line.Postmortem(ids, tuple(profiles), sexes, readings), line.Params(table))
    np.testing.assert_array_equal(same.support.log10_lr, certain.support.log10_lr)
    np.testing.assert_array_equal(same.excluding, certain.excluding)
    np.testing.assert_array_equal(plain_path.log10_lr,
                                  certain.support.log10_lr[plain_path.person, plain_path.remains])


# --- laws


def _rows(relatives, reports, laboratory, marker=MARKER):
    """The LR of each report, even the empty one, which is no genotype and cannot be given as one."""
    p = np.array(marker.frequencies)
    tables = next(FamilyBatch([relatives], [marker]).tables(0, locus_of(marker)))
    weights = [report_weights([r], laboratory, p) for r in reports]
    found = report_rows(tables, locus_of(marker), [class_weights(w, r) for w, r in zip(weights, reports, strict=True)])
    return weights, 10.0 ** found[0]


@pytest.mark.parametrize("laboratory", [Laboratory(0.3), Laboratory(0.3, 0.3), Laboratory(0.1, None, 0.0, 0.02)])
@pytest.mark.parametrize("references", [{"dad": ("7", "9")}, {"dad": ("7", "7"), "mum": ("8", "10")}])
def test_the_mean_lr_over_all_that_strangers_can_show_is_one(laboratory, references):
    relatives, _ = _table(**references)
    reports = [r for n in range(3) for r in itertools.combinations(range(4), n)]
    weights, lrs = _rows(relatives, reports, laboratory)
    of_strangers = [math.fsum((w * np.outer(P, P)).ravel()) for w in weights]
    assert_same(math.fsum(of_strangers), 1.0)
    assert_same(math.fsum(q * lr for q, lr in zip(of_strangers, lrs, strict=True)), 1.0)


def test_with_drop_in_the_mean_lr_is_what_the_members_genotypes_can_show_in_all():
    # Several alleles may drop in with c p each, so that the reports of one genotype sum to a little more or less
    # than 1. Σ_report P(report | stranger) LR is then that sum's mean over the genotypes of the family's member.
    relatives, table = _table(dad=("7", "9"))
    laboratory = Laboratory(0.2, None, 0.1, 0.01)
    reports = [r for n in range(5) for r in itertools.combinations(range(4), n)]
    weights, lrs = _rows(relatives, reports, laboratory)
    total = sum(weights)
    of_strangers = [math.fsum((w * np.outer(P, P)).ravel()) for w in weights]
    of_member = math.fsum((total * np.outer(P, P) * table.lr[np.ix_(table.place, table.place)]).ravel())
    assert_same(math.fsum(q * lr for q, lr in zip(of_strangers, lrs, strict=True)), of_member)
    assert not math.isclose(math.fsum(of_strangers), 1.0, rel_tol=1e-4)


def test_the_more_drops_out_the_nearer_a_homozygous_report_comes_to_neutral():
    rates = [0.0, 0.01, 0.05, 0.2, 0.5, 0.9, 0.99]
    for father, speaks_for in ((("7", "7"), True), (("7", "9"), True), (("8", "9"), False)):
        relatives, _ = _table(dad=father)
        logs = [math.log10(found) if (found := _found(relatives, _report("7", "7", laboratory=Laboratory(d)))) else -9.0
                for d in rates]
        assert all(value > 0.0 for value in logs) == speaks_for
        assert all(abs(after) < abs(before) for before, after in itertools.pairwise(logs))


def test_without_drop_in_what_no_genotype_can_show_excludes_and_with_drop_in_it_does_not():
    relatives, _ = _table(dad=("7", "7"))
    shown = ("8", "9")  # neither is the father's, and both are seen
    for d in (0.0, 0.3):
        assert _found(relatives, _report(*shown, laboratory=Laboratory(d))) == 0.0
        assert 0.0 < _found(relatives, _report(*shown, laboratory=Laboratory(0.3, None, 0.01))) < 1.0


def test_one_allele_alone_does_not_exclude_a_child_whose_other_may_have_dropped_out():
    relatives, _ = _table(dad=("7", "7"))
    assert _found(relatives, _report("8", "8")) == 0.0
    assert _found(relatives, _report("8", "8", laboratory=Laboratory(0.05))) > 0.0


# --- the doors


def test_a_reference_with_rates_is_the_sum_over_what_it_may_be():
    family = TRIO
    lab = Laboratory(0.25, None, 0.02)
    profile = Profile("dad", {"M": Genotype("7", "7")})
    typed = Typed(family, {"dad": profile, "x": Profile("x", {"M": Genotype("8", "9")})}, {"dad": ((profile, lab),)})
    weights = report_weights([(0,)], lab, np.array(P))
    expected = math.fsum(
        weights[pair] * plain.likelihood(family, [plain.locus(MARKER)], [{"dad": pair, "x": (1, 2)}])
        for pair in itertools.combinations_with_replacement(range(4), 2))
    assert_same(math.exp(marker_logliks([typed], frequency_table(MARKER))[0]["M"]), expected)


def test_certain_samples_that_disagree_are_refused_by_name():
    with pytest.raises(InvalidValue, match=r"M: samples='7/8 and 7/9' must agree, or have laboratory rates"):
        open_report(MARKER, [(Genotype("7", "8"), CERTAIN), (Genotype("7", "9"), CERTAIN)])


@pytest.mark.parametrize("field", ["dropout", "dropout_homozygote", "dropin", "error"])
@pytest.mark.parametrize("value", [-0.1, 1.0, math.nan])
def test_a_rate_that_is_no_probability_is_refused_by_name(field, value):
    with pytest.raises(InvalidValue, match=re.escape(f"laboratory: {field}={value!r} must be at least 0 and below 1")):
        Laboratory(**{field: value})


def test_the_examples_of_the_page_run(monkeypatch):
    monkeypatch.chdir(_ROOT)
    page = (_ROOT / "docs" / "evidence" / "laboratory.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) > 1
    exec("\n".join(blocks), {})
