"""Mitochondrial DNA as evidence: closed forms, laws, a plain second implementation, refusals. Synthetic people."""

import itertools
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED
from homeward.evidence import mtdna
from homeward.kinship.lineage.haplotypes import Estimate
from homeward.kinship.lineage.lines import Reference
from homeward.model import (
    Case,
    Family,
    FrequencyTable,
    InvalidValue,
    Marker,
    Member,
    MissingPerson,
    ReferenceSample,
    Remains,
    RemainsSample,
    Sex,
)
from homeward.model.lineage import HaplotypeDatabase, MitoProfile, in_length_tract
from homeward.model.rcrs import reference_base

CONTROL, HVS1 = "16024-576", "16024-16365"
MU, NU, EPS, DELTA = 2.1e-5, 1.6e-6, 1e-6, 1e-3  # the defaults: control region, rest, misreading, wrong line


def _profile(text, ranges=CONTROL, sample="S"):
    return MitoProfile.parse(sample, ranges, text)


def _database(*people):
    """(how many, differences[, ranges]) for each haplotype."""
    haplotypes = tuple(_profile(text, *ranges) for _, text, *ranges in people)
    return HaplotypeDatabase("Synthetic", haplotypes, tuple(count for count, *_ in people), "invented")


def _am(*lines):
    """A person for each line, a line being (meioses, differences[, ranges]) for each reference, or None."""
    references = tuple(None if line is None else tuple(
        Reference(("F", f"{i}/{j}"), m, _profile(text, *ranges, sample=f"S-{i}/{j}"))
        for j, (m, text, *ranges) in enumerate(line)) for i, line in enumerate(lines))
    return mtdna.Antemortem(tuple(f"M-{i}" for i in range(len(lines))), references)


def _pm(*remains):
    profiles = tuple(None if r is None else r if isinstance(r, MitoProfile) else _profile(r) for r in remains)
    return mtdna.Postmortem(tuple(f"R-{j}" for j in range(len(remains))), profiles)


def _lr(am, pm, database, **params):
    return 10 ** mtdna.compare(am, pm, mtdna.Params(database, **params)).support.log10_lr


MANY = _database((899, "263G"), (90, "73G 263G"), (9, "16093C 263G"), (1, "16223T 73G 263G 489C"))  # 999 people


def test_without_a_difference_it_is_the_textbook_figure_but_for_mutation():
    lam = 1122 * (2 * MU + 2 * EPS)
    expected = (1 - DELTA) * math.exp(-lam) * 1000 / 10 + DELTA
    assert math.isclose(_lr(_am([(2, "16093C 263G")]), _pm("16093C 263G"), MANY)[0, 0], expected, rel_tol=1e-12)


def test_with_rates_of_zero_it_is_the_textbook_figure():
    rates = {"control_rate": 0.0, "coding_rate": 0.0, "error_rate": 0.0, "wrong_line": 0.0}
    lr = _lr(_am([(5, "150T 263G")]), _pm("150T 263G"), MANY, **rates)
    assert math.isclose(lr[0, 0], 1000.0, rel_tol=1e-12)


def test_one_difference_is_weighed_by_how_many_are_that_far():
    lam = 1122 * (3 * MU + 2 * EPS)
    p = 900 / 1000  # of the database, 899 are one difference from 73G 263G
    expected = (1 - DELTA) * lam * math.exp(-lam) / p + DELTA
    assert math.isclose(_lr(_am([(3, "73G 263G")]), _pm("263G"), MANY)[0, 0], expected, rel_tol=1e-12)


def test_the_whole_genome_outside_a_control_region_database_can_only_lower_the_figure():
    whole = "1-16569"
    rest = (16569 - 1122) * (2 * NU + 2 * EPS)
    control = 1122 * (2 * MU + 2 * EPS)
    am = _am([(2, "263G 8860G", whole)])
    lr = _lr(am, _pm(_profile("263G 8860G", whole), _profile("263G", whole)), MANY, wrong_line=0.0)
    assert math.isclose(lr[0, 0], math.exp(-control) * 1000 / 900 * math.exp(-rest), rel_tol=1e-12)
    assert math.isclose(lr[0, 1], lr[0, 0] * rest, rel_tol=1e-9)


@pytest.mark.parametrize("am_text", ["", "16093C", "16093C 16223T 73G 150T 152C"])
def test_mean_lr_over_strangers_is_one(am_text):
    # All 32 haplotypes of five places, with their frequencies in a population of a billion.
    places = (("16093C", 0.3), ("16223T", 0.5), ("73G", 0.6), ("150T", 0.45), ("152C", 0.35))
    people, q = [], []
    for shown in itertools.product((False, True), repeat=5):
        q.append(math.prod(f if s else 1 - f for s, (_, f) in zip(shown, places, strict=True)))
        people.append((round(q[-1] * 1e9), " ".join(text for s, (text, _) in zip(shown, places, strict=True) if s)))
    lr = _lr(_am([(4, am_text)]), _pm(*(text for _, text in people)), _database(*people))
    assert math.isclose(float(lr[0] @ np.array(q)), 1.0, abs_tol=1e-6)


def test_mean_lr_over_strangers_is_not_above_one_with_a_small_database():
    rng = np.random.default_rng(5)
    pool = [f"{p}{'T' if reference_base(p) == 'C' else 'C'}" for p in range(16180 - 120, 16180)
            if reference_base(p) in "CT"]
    types = [" ".join(rng.choice(pool, rng.integers(1, 4), replace=False)) for _ in range(60)]
    shares = rng.dirichlet(np.full(60, 0.4))
    draw = rng.choice(60, 400, p=shares)
    database = HaplotypeDatabase.of("Synthetic", [_profile(types[i]) for i in draw[:200]])
    strangers, lines = rng.choice(60, 300, p=shares), rng.choice(60, 40, p=shares)
    lr = _lr(_am(*([(2, types[i])] for i in lines)), _pm(*(types[i] for i in strangers)), database)
    mean = lr.mean(axis=0)
    assert mean.mean() < 1.0 + 4 * mean.std() / math.sqrt(len(mean))


def test_the_figure_is_about_right_in_a_simulated_population():
    rng = np.random.default_rng(1953)
    places = np.array([p for p in range(16030, 16560) if not in_length_tract(p)])
    hot = rng.gamma(0.5, 1.0, len(places))  # sites are not alike, as in life

    def passed_on(people, times=1):
        people = people.copy()
        for i in np.flatnonzero(rng.random(len(people)) < 1122 * MU * times):
            people[i, rng.choice(len(places), p=hot / hot.sum())] ^= True
        return people

    people = np.zeros((600, len(places)), dtype=bool)
    for _ in range(700):
        people = passed_on(people[rng.integers(600, size=600)])
    lines, strangers, database = (people[rng.integers(600, size=n)] for n in (400, 400, 300))
    remains = np.concatenate([passed_on(lines, 4), strangers])
    transition = {"A": "G", "G": "A", "C": "T", "T": "C"}
    profiles = [[_profile(" ".join(f"{p}{transition[reference_base(int(p))]}" for p in places[h])) for h in part]
                for part in (lines, remains, database)]
    found = mtdna.compare(_am(*([(4, p.differences_text)] for p in profiles[0])), _pm(*profiles[1]),
                          mtdna.Params(HaplotypeDatabase.of("Synthetic", profiles[2]), wrong_line=0.0))
    log10_lr, k = found.support.log10_lr, found.n_differences
    kin = (np.arange(400), np.arange(400))
    mean = (10 ** log10_lr[:, 400:]).mean(axis=0)
    assert mean.mean() < 1.0 + 4 * mean.std() / 20
    for differences, factor in ((0, 2.0), (1, 3.0)):
        truth = (k[kin] == differences).mean() / (k[:, 400:] == differences).mean()
        stated = 10 ** log10_lr[:, 400:][k[:, 400:] == differences].mean()
        assert truth / factor < stated < truth * factor


HAPLOTYPES = ["263G", "16093C 263G", "16093C 73G 263G", "16093C 73G 150T 263G", "16093C 73G 150T 152C 263G",
              "16093C 16189C 73G 150T 152C 263G", "16093C 16189C 16519C 73G 150T 152C 195C 199C 204C 263G"]


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(1, 400), min_size=7, max_size=7), st.integers(0, 9),
       st.sampled_from(["count", "upper", "kappa"]))
def test_more_differences_never_raise_an_lr(counts, meioses, kind):
    database = _database(*zip(counts, HAPLOTYPES, strict=True))
    lr = _lr(_am([(meioses, HAPLOTYPES[0])]), _pm(*HAPLOTYPES), database, estimate=Estimate(kind))
    assert (np.diff(lr[0]) <= 1e-12).all()
    assert lr.min() >= DELTA * (1 - 1e-12)


def test_differences_beyond_the_last_class_keep_the_floor():
    far = " ".join(f"{p}{'T' if reference_base(p) == 'C' else 'C'}" for p in range(16050, 16062))
    assert math.isclose(_lr(_am([(2, "263G")]), _pm(far), MANY)[0, 0], DELTA, rel_tol=1e-6)


def test_haplotype_and_reference_may_change_places_where_nothing_differs():
    for text in ("263G", "73G 263G", "150T 263G"):
        one = _lr(_am([(3, text)]), _pm(_profile(text, HVS1 + " 73-340")), MANY)
        other = _lr(_am([(3, text, HVS1 + " 73-340")]), _pm(text), MANY)
        assert math.isclose(one[0, 0], other[0, 0], rel_tol=1e-12)


def test_a_wider_range_costs_no_more_than_its_chances_of_mutation():
    narrow = _lr(_am([(2, "73G 263G")]), _pm(_profile("", HVS1)), MANY, wrong_line=0.0)[0, 0]
    wide = _lr(_am([(2, "73G 263G")]), _pm("73G 263G"), MANY, wrong_line=0.0)[0, 0]
    cost = math.exp(-(1122 - 342) * (2 * MU + 2 * EPS))
    assert math.isclose(narrow, math.exp(-342 * (2 * MU + 2 * EPS)) * 1000 / 990, rel_tol=1e-12)
    assert wide >= narrow * cost


def test_a_mixture_lies_between_a_match_and_a_difference():
    match, mixture, difference = _lr(_am([(2, "263G")]), _pm("263G", "16093Y 263G", "16093C 263G"),
                                     _database((50, "263G"), (150, "16093C 263G"), (799, "73G 263G")))[0]
    assert difference < mixture < match
    lam = 1122 * (2 * MU + 2 * EPS)
    assert math.isclose(mixture, (1 - DELTA) * math.exp(-lam) * 1000 / 201 + DELTA, rel_tol=1e-12)


def test_a_mixed_reference_fits_each_of_its_bases():
    lr = _lr(_am([(2, "16093Y 263G")]), _pm("263G", "16093C 263G", "16093Y 263G", "16093A 263G"), MANY)[0]
    assert np.allclose(lr[:3], lr[0], rtol=1e-12)
    assert lr[3] < lr[0]


def test_lengths_of_c_stretches_are_left_out_unless_asked_for():
    lr = _lr(_am([(2, "263G 315.1C")]), _pm("263G 309.1C 315.1C 523-524DEL", "263G 315.1C"), MANY)[0]
    assert lr[0] == lr[1]
    lr = _lr(_am([(2, "263G 315.1C")]), _pm("263G 309.1C 315.1C", "263G 315.1C"), MANY, lengths=True)[0]
    assert lr[0] < lr[1]


def test_only_people_who_were_read_over_the_shared_positions_are_counted():
    database = _database((50, "263G"), (30, "", HVS1), (20, "73G 263G"))
    wide = mtdna.explain(_am([(2, "263G")]).references[0], _profile("263G"), mtdna.Params(database))[0]
    assert (wide.count, wide.n) == (50, 70)
    narrow = mtdna.explain(_am([(2, "263G")]).references[0], _profile("", HVS1), mtdna.Params(database))[0]
    assert (narrow.count, narrow.n) == (100, 100)


def test_places_that_less_than_half_the_database_has_read_do_not_count_against_it():
    database = _database((60, "", HVS1), (40, "73G 263G"))
    found = mtdna.explain(_am([(2, "263G")]).references[0], _profile("263G"), mtdna.Params(database))[0]
    assert (found.count, found.n, found.n_positions) == (100, 100, 1122)


def test_the_upper_bound_for_a_haplotype_that_none_of_a_thousand_has_is_three_in_a_thousand():
    # JAMA 1995;274:1013: none in 1,000 means, with 95 % confidence, no more than 0.3 %.
    database = _database((1000, "73G 263G"))
    params = mtdna.Params(database, estimate=Estimate("upper"))
    found = mtdna.explain(_am([(0, "263G")]).references[0], _profile("263G"), params)[0]
    assert round(found.probability, 3) == 0.003
    assert round(1 / found.probability, -1) == 330


def test_kappa_takes_singletons_over_the_shared_range():
    database = _database((1, "16093C 263G"), (1, "16093C 73G"), (1, "152C"), (2, "150T"))
    params = mtdna.Params(database, estimate=Estimate("kappa"))
    references = _am([(1, "16223T")]).references[0]
    # Over the control region three of five are singletons; over HVS-I, where 16093C is shared by two, none is.
    for ranges, kappa in ((CONTROL, 4 / 6), (HVS1, 1 / 6)):
        found = mtdna.explain(references, _profile("16223T", ranges), params)[0]
        assert math.isclose(found.probability, (1 - kappa) / 6, rel_tol=1e-12)


def test_several_references_of_a_line_are_averaged():
    one = _lr(_am([(2, "263G")]), _pm("263G"), MANY)[0, 0]
    other = _lr(_am([(4, "16093C 263G")]), _pm("263G"), MANY)[0, 0]
    both = _lr(_am([(2, "263G"), (4, "16093C 263G")]), _pm("263G"), MANY)[0, 0]
    assert math.isclose(both, (one + other) / 2, rel_tol=1e-12)


def test_a_reference_without_overlap_does_not_count():
    one = _lr(_am([(2, "263G", "73-340")]), _pm(_profile("263G", "73-340")), MANY)
    both = _lr(_am([(2, "263G", "73-340"), (1, "", HVS1)]), _pm(_profile("263G", "73-340")), MANY)
    assert math.isclose(one[0, 0], both[0, 0], rel_tol=1e-12)


def test_references_that_contradict_each_other_are_named():
    am = _am([(2, "263G"), (3, "263G 309.1C"), (3, "16093C 73G 263G")], [(2, "263G"), (2, "16093C 263G")],
             [(2, "263G"), (3, "263G 309.1C"), (3, "16093C 73G 263G")])
    found = mtdna.compare(am, _pm("263G"), mtdna.Params(MANY))
    assert found.discordant == {f"M-{i}": (f"S-{i}/0", f"S-{i}/1", f"S-{i}/2") for i in (0, 2)}


def test_not_compared_compared_and_excluded_are_three_things():
    am = _am(None, [(2, "263G")], [(2, "16093C 16223T 73G 263G")])
    pm = _pm(None, "263G", _profile("", "1000-1200"), _profile("", "16300-16365"))
    loose = mtdna.compare(am, pm, mtdna.Params(MANY))
    assert loose.support.status.tolist() == [[NOT_COMPARED] * 4, [NOT_COMPARED, COMPARED, NOT_COMPARED, NOT_COMPARED],
                                             [NOT_COMPARED, COMPARED, NOT_COMPARED, NOT_COMPARED]]
    assert loose.n_differences.tolist() == [[-1] * 4, [-1, 0, -1, -1], [-1, 3, -1, -1]]
    assert loose.n_positions.tolist() == [[0] * 4, [0, 1122, 0, 66], [0, 1122, 0, 66]]
    strict = mtdna.compare(am, pm, mtdna.Params(MANY, exclude_from=2, minimum_positions=60))
    assert strict.support.status[:, 1:].tolist() == [[NOT_COMPARED] * 3, [COMPARED, NOT_COMPARED, COMPARED],
                                                     [EXCLUDED, NOT_COMPARED, COMPARED]]
    assert np.isneginf(strict.support.log10_lr[2, 1])


def test_only_what_contradicts_every_reference_is_excluded():
    params = mtdna.Params(MANY, exclude_from=2)
    status = mtdna.compare(_am([(2, "263G"), (2, "16093C 16223T 73G 263G")]), _pm("263G"), params).support.status
    assert status[0, 0] == COMPARED


def test_rates_of_zero_make_a_difference_impossible():
    rates = {"control_rate": 0.0, "coding_rate": 0.0, "error_rate": 0.0, "wrong_line": 0.0}
    found = mtdna.compare(_am([(2, "263G")]), _pm("73G 263G"), mtdna.Params(MANY, **rates))
    assert found.support.status[0, 0] == EXCLUDED


def test_two_brothers_have_one_row():
    lr = _lr(_am([(2, "263G")], [(2, "263G")]), _pm("263G", "73G 263G"), MANY)
    assert np.array_equal(lr[0], lr[1])


def test_a_pair_does_not_depend_on_the_others_of_its_tile():
    am = _am([(2, "263G 249DEL")], [(1, "16093Y 73G")], [(3, "263G", HVS1 + " 73-340")])
    pm = _pm("263G", "16093C 263G 250-251DEL", _profile("73N 263G", "1-340"), "16093Y 73G")
    together = _lr(am, pm, MANY)
    for i, line in enumerate(am.references):
        for j, profile in enumerate(pm.profiles):
            alone = _lr(mtdna.Antemortem(("a",), (line,)), mtdna.Postmortem(("b",), (profile,)), MANY)
            assert math.isclose(alone[0, 0], together[i, j], rel_tol=1e-12)


def test_what_is_explained_is_what_is_compared():
    am, profile = _am([(2, "263G 309.1C"), (3, "16093Y 73G")]), _profile("16093C 73G 249DEL 263G")
    first, second = mtdna.explain(am.references[0], profile, mtdna.Params(MANY))
    assert first.differences == ("73: A, here G", "249: A, here none", "16093: T, here C")
    assert second.differences == ("249: A, here none", "263: A, here G")
    mean = np.mean([10**first.log10_lr, 10**second.log10_lr])
    assert math.isclose(_lr(am, _pm(profile), MANY)[0, 0], (1 - DELTA) * mean + DELTA, rel_tol=1e-12)
    assert (first.count, first.n, first.n_positions) == (1, 999, 1122)  # 16223T 73G 263G 489C is as far


@pytest.mark.parametrize("wrong", [
    {"control_rate": -1e-5}, {"coding_rate": 1.0}, {"error_rate": math.nan}, {"wrong_line": 1.0},
    {"minimum_positions": 0}, {"exclude_from": 0},
])
def test_parameters_that_cannot_be_are_refused(wrong):
    with pytest.raises(InvalidValue, match=next(iter(wrong))):
        mtdna.Params(MANY, **wrong)


def test_an_empty_tile_is_no_trouble():
    assert mtdna.compare(_am(), _pm("263G"), mtdna.Params(MANY)).support.log10_lr.shape == (0, 1)
    assert mtdna.compare(_am([(2, "263G")]), _pm(), mtdna.Params(MANY)).support.log10_lr.shape == (1, 0)
    assert mtdna.compare(_am(None), _pm(None), mtdna.Params(MANY)).support.status.tolist() == [[NOT_COMPARED]]


def test_progress_is_told_to_the_end():
    told = []
    mtdna.compare(_am([(2, "263G")], [(2, "73G")], None), _pm("263G"), mtdna.Params(MANY), progress=told.append)
    assert told == [0.5, 1.0]


def _case():
    family = Family("F-1", (Member("mother", None, None, Sex.FEMALE), Member("father", None, None, Sex.MALE),
                            Member("he", "father", "mother", Sex.MALE, "M-1"),
                            Member("brother", "father", "mother", Sex.MALE, "M-2"),
                            Member("sister", "father", "mother", Sex.FEMALE)))
    return Case("lineage", FrequencyTable("Synthetic", (Marker("TH01", ("6", "7"), (0.5, 0.5)),)), synthetic=True,
                roster=tuple(MissingPerson(f"M-{i}", sex=Sex.MALE) for i in (1, 2, 3)), families=(family,),
                remains=(Remains("R-1"), Remains("R-2")), reference_samples=(ReferenceSample("S-1", "F-1", "sister"),),
                remains_samples=(RemainsSample("S-2", "R-1"), RemainsSample("S-3", "R-1")))


def test_a_case_gives_rows_and_columns():
    profiles = [_profile("73G 263G", CONTROL, "S-1"), _profile("", HVS1, "S-2"), _profile("73G 263G", "73-340", "S-3")]
    am, pm = mtdna.antemortem(_case(), profiles), mtdna.postmortem(_case(), profiles)
    assert [[r.meioses for r in line or ()] for line in am.references] == [[2], [2], []]
    assert pm.profiles[0].ranges_text == "16024-16365 73-340"
    assert pm.profiles[1] is None
    assert mtdna.compare(am, pm, mtdna.Params(MANY)).n_differences.tolist() == [[0, -1], [0, -1], [-1, -1]]


# A second implementation in the plainest way: haplotypes as dictionaries from place to what was seen there.

TRACT_A = (16182, 16183)


def _plain(profile):
    seen = {}
    covered = {p for p in range(1, 16570) if profile.covers(p)}
    for p in covered:
        base = reference_base(p)
        seen[p, 0] = {base if base != "N" else "-"}
    for d in profile.differences:
        seen[d.position, d.insertion] = set(d.seen)
    return covered, seen


def _plain_differences(a, b, within):
    (covered_a, seen_a), (covered_b, seen_b) = a, b
    both = covered_a & covered_b & within
    substitutions, indels = 0, set()
    for place in {*seen_a, *seen_b}:
        p, k = place
        if p not in both or p in TRACT_A or (k and in_length_tract(p)) or (k and p % 16569 + 1 not in both):
            continue
        x, y = seen_a.get(place, {"-"}), seen_b.get(place, {"-"})
        if in_length_tract(p):
            x, y = x - {"-"}, y - {"-"}
            if not x or not y:
                continue
        if x & y:
            continue
        if ("-" in x) == ("-" in y):
            substitutions += 1
        else:
            indels.add(place)
    starts = [(p, k) for p, k in indels if ((p, k - 1) if k > 1 else (p - 1, 0) if not k else None) not in indels]
    return substitutions + len(starts)


def _plain_lr(references, remains, database):
    people = [(_plain(h), n) for h, n in zip(database.haplotypes, database.counts, strict=True)]
    half = sum(n for _, n in people) / 2
    core = {p for p in range(1, 16570) if sum(n for (covered, _), n in people if p in covered) >= half}
    control = {*range(16024, 16570), *range(1, 577)}
    target, everywhere = _plain(remains), set(range(1, 16570))
    ratios = []
    for reference in references:
        mine = _plain(reference.profile)
        both = mine[0] & target[0]
        if len(both) < 100:
            continue
        lam = {}
        for name, positions in (("in", both & core), ("out", both - core)):
            per = {True: reference.meioses * MU + 2 * EPS, False: reference.meioses * NU + 2 * EPS}
            lam[name] = sum(per[p in control] for p in positions)
        k = _plain_differences(mine, target, core)
        k_out = _plain_differences(mine, target, everywhere) - k
        ratio = min(math.exp(-lam["in"]) * lam["in"]**j / math.factorial(j)
                    / _plain_share(j, mine, target, people, core) for j in range(k + 1))
        ratios.append(ratio * math.exp(-lam["out"]) * lam["out"]**k_out / math.factorial(k_out))
    return (1 - DELTA) * sum(ratios) / len(ratios) + DELTA if ratios else None


def _plain_share(j, mine, target, people, core):
    needed = mine[0] & target[0] & core
    count = n = 0
    for (covered, seen), number in people:
        if not needed <= covered:
            continue
        shown = dict(seen)
        for place, signs in target[1].items():
            there = seen.get(place, {"-"})
            if len(signs) > 1 and there & signs and not (in_length_tract(place[0]) and "-" in signs):
                shown[place] = there | signs
        n += number
        count += number * (_plain_differences(mine, (covered & target[0], shown), core) == j)
    return (count + 1) / (n + 1)


TEXTS = ["16093C", "16093Y", "16093A", "16183C", "16189C", "249DEL", "249-251DEL", "250DEL", "42.1T", "42.1T 42.2T",
         "42.1t", "263G", "152R", "152C", "309.1C", "309.2c 309.1C", "523-524DEL", "315.1C", "16223N", "16223T",
         "573.1C"]


@st.composite
def _haplotypes(draw):
    ranges = draw(st.sampled_from([CONTROL, CONTROL, HVS1 + " 30-340", "16024-16569 1-300", "1-576 16000-16569"]))
    profile = MitoProfile.parse("x", "15000-1000", "")
    found = {}
    for text in draw(st.lists(st.sampled_from(TEXTS), max_size=4)):
        for d in MitoProfile.parse("x", "15000-1000", text).differences:
            found[d.position, d.insertion] = d
    kept = [d for (p, k), d in found.items() if MitoProfile.parse("x", ranges, "").covers(p)
            and (k < 2 or (p, k - 1) in found)]
    return MitoProfile(profile.sample, MitoProfile.parse("x", ranges, "").ranges, tuple(kept))


@settings(max_examples=35, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(_haplotypes(), st.integers(1, 30)), min_size=1, max_size=6),
       st.lists(st.tuples(_haplotypes(), st.integers(0, 6)), min_size=1, max_size=2), _haplotypes())
def test_a_plain_second_implementation_gives_the_same_figure(people, references, remains):
    database = HaplotypeDatabase("Synthetic", tuple(h for h, _ in people), tuple(n for _, n in people))
    line = tuple(Reference(("F", str(i)), m, h) for i, (h, m) in enumerate(references))
    found = mtdna.compare(mtdna.Antemortem(("M",), (line,)), mtdna.Postmortem(("R",), (remains,)),
                          mtdna.Params(database))
    expected = _plain_lr(line, remains, database)
    assert (found.support.status[0, 0] == NOT_COMPARED) == (expected is None)
    if expected is not None:
        assert math.isclose(10 ** found.support.log10_lr[0, 0], expected, rel_tol=1e-9)


def test_the_page_on_mtdna_runs():
    page = Path(__file__).parents[3] / "docs" / "evidence" / "mtdna.md"
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert blocks
    exec("\n".join(blocks), {})
