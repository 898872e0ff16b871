"""The blind search against each family's own tables, the third witness, brute force over all pairs, and dvir.

All families and remains are synthetic.
"""

import math
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from homeward.decide import antemortem
from homeward.evidence import kinship as line
from homeward.formats.neutral import read_neutral, read_neutral_outputs
from homeward.kinship import Relatives, Report, Typed, blind, blind_search, genotype_tables, linked_tables, observe
from homeward.model import (
    CERTAIN,
    Family,
    FrequencyTable,
    Genotype,
    InvalidValue,
    Laboratory,
    Linkage,
    Marker,
    Member,
    MutationModel,
    Profile,
    Sex,
    TooLarge,
    Unsupported,
)
from homeward.simulate import family_of, gene_drop

from . import plain_laboratory
from .random_families import assert_same, drawn_families, examples, frequency_table, genotype

_ROOT = Path(__file__).resolve().parents[3]
_SHARED = _ROOT.parent / "shared"
M, F, UNKNOWN = Sex.MALE, Sex.FEMALE, Sex.UNKNOWN
NAMES = tuple(map(str, range(7, 15)))
P = (0.05, 0.1, 0.15, 0.3, 0.2, 0.1, 0.07, 0.03)
MODELS = {
    "none": MutationModel(), "proportional": MutationModel("proportional", 0.004),
    "equal": MutationModel("equal", 0.002), "stepwise": MutationModel("stepwise", 0.003, 0.0002, 0.1),
}
SHAPES = ("parents", "one sib", "half-sibs", "spouse and child", "grandchildren", "two nephews",
          "two cousins and an aunt", "double first cousins", "sib of a cousin marriage", "missing father and son")


def _markers():
    """One marker for each mutation model, autosomal and on the X, and two with a silent allele."""
    made = [Marker(f"{'X' if x else 'A'}-{name}", NAMES, P, model, model, x_linked=x)
            for x in (False, True) for name, model in MODELS.items()]
    return (*made, Marker("silent", NAMES, P, MODELS["proportional"], MODELS["proportional"], silent="14"),
            Marker("untyped", NAMES, P), Marker("X-silent", NAMES, P, silent="14", x_linked=True))


TABLE = FrequencyTable("synthetic", _markers())
LABORATORIES = (Laboratory(0.2), Laboratory(0.05, 0.3, 0.02), Laboratory(0.0, None, 0.0, 0.01))


@cache
def _case(seed=1, n=40):
    """Families of ten shapes, loops among them, and remains of every quality; two sets of remains for each family."""
    rng = np.random.default_rng(seed)
    relatives, reports = [], []
    for k in range(n):
        sex = M if rng.random() < 0.7 else F
        shaped = family_of(SHAPES[k % len(SHAPES)], id=f"F-{k}", sex=sex, rng=rng)
        missing = shaped.family.missing[0].id
        dropped = gene_drop(shaped.family, TABLE, rng)
        gave = [*shaped.donors, missing] if k % 7 == 6 else shaped.donors  # a personal item
        typed = {d: _thinned(dropped[d], 0.85, 0.1 if k % 3 == 0 else 0.0, rng) for d in gave}
        relatives.append(Relatives(Typed(shaped.family, typed), missing))
        stranger = gene_drop(shaped.family, TABLE, rng)[missing]
        for profile in (dropped[missing], stranger):
            reports.append(_report(_thinned(profile, 0.8, 0.1, rng), sex, len(reports), rng))
    return tuple(relatives), tuple(reports)


def _thinned(profile, typed, partial, rng):
    shown = {}
    for name, g in profile.genotypes.items():
        if name != "untyped" and rng.random() < typed:
            shown[name] = Genotype(g.first, None) if not g.hemizygous and rng.random() < partial else g
    return Profile(profile.sample, shown)


def _report(profile, sex, n, rng):
    sex = (sex, UNKNOWN, F)[n % 3]
    if n % 5 == 1:
        return Report(profile, sex, LABORATORIES[n % 3])
    if n % 5 == 2:  # a second amplification, some alleles of which are lost
        again = Profile(profile.sample, {m: Genotype(g.first, g.first) if rng.random() < 0.3 and not g.hemizygous else g
                                         for m, g in profile.genotypes.items() if rng.random() < 0.9})
        return Report(profile, sex, Laboratory(0.2), ((again, Laboratory(0.3, None, 0.01)),))
    return Report(profile, sex)


def _marker_lr(relatives, shown, marker, table):
    """LR of everything that some remains show at one marker, from the family's own table; None: not compared."""
    single = marker.x_linked and relatives.sex is M
    p = np.array(marker.frequencies)
    (g, laboratory), *others = shown
    if laboratory is CERTAIN and not others:
        seen = observe(marker, g, hemizygous=g.hemizygous)
        if seen.known is None and single:
            return None
        return 10.0 ** table.log10_lr(seen, p, single=single)
    if single:
        return None
    together = _weights(marker, shown) * np.outer(p, p)
    return float((together * table.lr[np.ix_(table.place, table.place)]).sum() / together.sum())


@cache
def _weights(marker, shown):
    """P(all amplifications | ordered genotype), word by word."""
    alleles = range(len(marker.alleles))
    return np.array([[math.prod(plain_laboratory.reading(marker, g, lab, (a, b)) for g, lab in shown) for b in alleles]
                     for a in alleles])


@cache
def _brute(seed=1, n=40):
    """log10 LR of all pairs, one family at a time: (n_am, n_pm), −inf excluded; and the markers compared."""
    relatives, reports = _case(seed, n)
    total, compared = np.zeros((len(relatives), len(reports))), np.zeros((len(relatives), len(reports)), dtype=int)
    for i, r in enumerate(relatives):
        for marker in TABLE.markers:
            table, = genotype_tables([r], marker)
            for j, report in enumerate(reports):
                shown = report.at(marker.name)
                lr = None if table is None or not shown else _marker_lr(r, shown, marker, table)
                if lr is not None:
                    compared[i, j] += 1
                    total[i, j] += math.log10(lr) if lr > 0.0 else -math.inf
        wrong = {M: F, F: M}[r.sex]
        total[i, [report.sex is wrong for report in reports]] = -math.inf
    return total, compared


def _all(found):
    """The pairs of a search as (person, remains) → (log10 LR, markers)."""
    return {(int(i), int(j)): (float(v), int(n)) for i, j, v, n in
            zip(found.person, found.remains, found.log10_lr, found.n_markers, strict=True)}


@cache
def _everything():
    """The search of the case with nothing held back."""
    return blind_search(*_case(), TABLE, floor_log10_lr=-math.inf)


@cache
def _many():
    """A larger case, of several chunks where these are small, down to a floor."""
    return blind_search(*_case(2, 150), TABLE, floor_log10_lr=-3.0)


def _assert_equal(one, other):
    for name in ("person", "remains", "log10_lr", "n_markers", "excluded_of_person"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert (one.floor_log10_lr, one.n_pairs, one.n_excluded, one.contradictions) == (
        other.floor_log10_lr, other.n_pairs, other.n_excluded, other.contradictions)


# --- every figure


def test_every_lr_is_the_product_of_the_familys_own_tables():
    total, compared = _brute()
    found = _all(_everything())
    expected = {(int(i), int(j)) for i, j in np.argwhere(np.isfinite(total) & (compared > 0))}
    assert found.keys() == expected
    assert len(expected) > 900
    for (i, j), (value, n_markers) in found.items():
        assert abs(value - total[i, j]) < 1e-9
        assert n_markers == compared[i, j]


def test_excluded_pairs_are_counted_person_by_person():
    total, _ = _brute()
    found = _everything()
    np.testing.assert_array_equal(found.excluded_of_person, np.isneginf(total).sum(axis=1))
    assert found.n_excluded == np.isneginf(total).sum() > 500
    assert found.n_pairs == total.size
    assert blind_search(*_case(), TABLE, floor_log10_lr=50.0).n_excluded == found.n_excluded


def test_the_matrix_of_the_line_of_evidence_holds_the_same_figures_to_the_last_bit():
    relatives, reports = _case()
    ids = tuple(map(str, range(len(reports))))
    pm = line.Postmortem(ids, tuple(r.profile for r in reports), (UNKNOWN,) * len(reports),
                         {i: r.readings() for i, r in zip(ids, reports, strict=True)})
    support = line.compare(line.Antemortem(tuple(map(str, range(len(relatives)))), relatives), pm,
                           line.Params(TABLE)).support
    found = blind_search(relatives, [replace(r, sex=UNKNOWN) for r in reports], TABLE, floor_log10_lr=-math.inf)
    np.testing.assert_array_equal(found.log10_lr, support.log10_lr[found.person, found.remains])
    assert len(found.person) == np.isfinite(support.log10_lr[support.status == 1]).sum()


LINKED = replace(TABLE, linked=(Linkage("A-none", "silent", 0.089), Linkage("X-proportional", "X-none", 0.05)))


def test_linked_markers_have_the_figures_of_the_line_of_evidence_and_nothing_above_the_floor_is_missed():
    relatives, reports = _case(3, 10)
    ids = tuple(map(str, range(len(reports))))
    pm = line.Postmortem(ids, tuple(r.profile for r in reports), (UNKNOWN,) * len(reports),
                         {i: r.readings() for i, r in zip(ids, reports, strict=True)})
    compared = line.compare(line.Antemortem(tuple(map(str, range(len(relatives)))), relatives), pm,
                            line.Params(LINKED))
    support = compared.support
    reports = [replace(r, sex=UNKNOWN) for r in reports]
    found = blind_search(relatives, reports, LINKED, floor_log10_lr=-math.inf)
    np.testing.assert_allclose(found.log10_lr, support.log10_lr[found.person, found.remains], rtol=0, atol=1e-9)
    np.testing.assert_array_equal(found.n_markers, compared.n_markers[found.person, found.remains])
    assert len(found.person) == (support.status == 1).sum() > 60
    assert found.n_excluded == (support.status == 2).sum() > 0
    assert found.left_out == {}
    unlinked = blind_search(relatives, reports, TABLE, floor_log10_lr=-math.inf)
    assert np.abs(found.log10_lr[:100] - unlinked.log10_lr[:100]).max() > 0.01
    for floor in (1.0,):
        above = blind_search(relatives, reports, LINKED, floor_log10_lr=floor)
        assert sorted(above.log10_lr) == sorted(found.log10_lr[found.log10_lr >= floor])
        assert above.n_excluded == found.n_excluded


def test_the_second_of_two_linked_markers_is_left_out_where_the_pedigree_is_too_large_and_named(monkeypatch):
    relatives, reports = _case(3, 20)
    relatives = relatives[:7]

    def refuse(*_):
        raise TooLarge("too large")

    monkeypatch.setattr(linked_tables, "run_lanes", refuse)
    one = replace(TABLE, linked=(Linkage("A-none", "A-proportional", 0.089),))
    found = blind_search(relatives, reports, one, floor_log10_lr=-math.inf)
    assert set(found.left_out.values()) == {("A-proportional",)}
    without = replace(TABLE, markers=tuple(m for m in TABLE.markers if m.name != "A-proportional"))
    # Where the remains, or the relatives, are typed at the second alone, it stands in for the first.
    both = [j for j, r in enumerate(reports) if {"A-none", "A-proportional"} <= r.profile.genotypes.keys()]
    expected, kept = _all(blind_search(relatives, reports, without, floor_log10_lr=-math.inf)), _all(found)
    named = [i for i in found.left_out if all("A-none" in p.genotypes for p in relatives[i].typed.profiles.values())]
    pairs = [(i, j) for i, j in expected if i in named and j in both]
    assert len(pairs) > 10
    assert all(kept[pair] == pytest.approx(expected[pair], abs=1e-9) for pair in pairs)


@examples(60)
@given(drawn_families())
def test_any_member_of_any_family_has_the_lrs_of_the_plain_sum(drawn):
    _check_drawn(drawn)


@examples(40)
@given(drawn_families(x_linked=True))
def test_on_the_x_any_member_of_any_family_has_the_lrs_of_the_plain_sum(drawn):
    _check_drawn(drawn)


@examples(30)
@given(drawn_families(silent=True))
def test_with_a_silent_allele_any_member_of_any_family_has_the_lrs_of_the_plain_sum(drawn):
    _check_drawn(drawn)


def _check_drawn(drawn):
    relatives = [drawn.relatives(m.id) for m in drawn.family.members]
    shown = [drawn.reports(m.id) for m in drawn.family.members]
    reports = list(dict.fromkeys(r for some in shown for r in some))
    found = blind_search(relatives, [Report(Profile("R", {"M": genotype(drawn.marker, r)})) for r in reports],
                         drawn.table, floor_log10_lr=-math.inf)
    values = _all(found)
    for i, member in enumerate(drawn.family.members):
        expected = drawn.plain_lrs(member.id) if drawn.seen else {}
        if expected is None:
            assert found.contradictions[i] == ("M",)
            continue
        for j, report in enumerate(reports):
            if report in expected and not (drawn.is_single(member.id) and None in report):
                assert_same(10.0 ** values[i, j][0] if (i, j) in values else 0.0, expected[report], rel=1e-10)
            elif not expected:
                assert (i, j) not in values


@pytest.mark.parametrize("name", ["pairwise/parent_sib_none_20", "pairwise/cousins2_aunt_none_20",
                                  "pairwise/nephews2_equal_10", "pairwise/parent_sib_stepwise_10"])
@pytest.mark.skipif(not _SHARED.is_dir(), reason="needs the case files of ../shared")
def test_every_pair_has_the_lr_that_dvir_gives_it(name):
    # dvir 3.4.2, pairwise LR; the figures stand in the case files.
    path = _SHARED / "bench" / f"{name}.json"
    case, stated = read_neutral(path), read_neutral_outputs(path)["pairwise_LR"]
    am, profiles = antemortem(case), case.remains_profiles()
    reports = [Report(profiles[r.id], r.sex) for r in case.remains]
    found = _all(blind_search(am.relatives, reports, case.frequencies, floor_log10_lr=-math.inf))
    for i, person in enumerate(am.ids):
        for j, remains in enumerate(case.remains):
            lr = stated["matrix"][stated["rows"].index(remains.id)][stated["cols"].index(person)]
            if lr:
                assert_same(10.0 ** found[i, j][0], lr, rel=1e-9)
            else:
                assert (i, j) not in found
    assert found


# --- the floor


def test_nothing_at_or_above_the_floor_is_missed_and_nothing_below_is_kept():
    everything = _all(_everything())
    values = sorted(v for v, _ in everything.values())
    # Among the floors are the very values of some pairs, and their neighbours in float64.
    exact = [values[k] for k in range(0, len(values), len(values) // 5)]
    floors = [*exact, *(math.nextafter(v, math.inf) for v in exact), 0.0, 2.0]
    for floor in floors:
        found = _all(blind_search(*_case(), TABLE, floor_log10_lr=floor))
        assert found == {pair: v for pair, v in everything.items() if v[0] >= floor}


def test_rounding_in_single_precision_loses_no_pair_however_many_markers_there_are():
    # 400 markers that speak for the pair and 130 that speak against it: partial sums pass 700 where the whole is small,
    # and each addition of the same number rounds the same way.
    model = MutationModel("equal", 1e-6)
    rare = [Marker(f"for-{k}", ("7", "8"), (0.0119, 0.9881)) for k in range(400)]
    against = [Marker(f"against-{k}", ("7", "8", "9"), (0.3, 0.3, 0.4), model, model) for k in range(130)]
    table = FrequencyTable("synthetic", (*rare, *against))
    family = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F), Member("x", "dad", "mum", M)))
    dad = Profile("dad", {m.name: Genotype("7", "7") for m in table.markers})
    remains = Profile("R", {m.name: Genotype("7", "7") if m in rare else Genotype("8", "9") for m in table.markers})
    relatives, report = Relatives(Typed(family, {"dad": dad}), "x"), Report(remains)
    value, = blind_search([relatives], [report], table, floor_log10_lr=-math.inf).log10_lr
    single = np.float32(0.0)
    for markers in (rare, against):
        one = FrequencyTable("synthetic", (markers[0],))
        lr, = blind_search([relatives], [report], one, floor_log10_lr=-math.inf).log10_lr
        for _ in markers:
            single += np.float32(lr)
    assert single < value - 1e-3  # the sum as the scan makes it lies below the floor by more than a hair
    for floor in (value, math.nextafter(value, -math.inf)):
        assert len(blind_search([relatives], [report], table, floor_log10_lr=floor).person) == 1
    assert len(blind_search([relatives], [report], table, floor_log10_lr=math.nextafter(value, math.inf)).person) == 0


def test_without_a_floor_what_is_excluded_stays_excluded():
    father = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F), Member("x", "dad", "mum", M)))
    table = frequency_table(Marker("M", NAMES, P))
    relatives = [Relatives(Typed(father, {"dad": Profile("dad", {"M": Genotype("7", "8")})}), "x")]
    reports = [Report(Profile(str(n), {"M": Genotype(*g)}), sex) for n, (g, sex) in enumerate(
        [(("7", "9"), M), (("7", "9"), F), (("9", "9"), M), (("7", "9"), UNKNOWN)])]
    found = blind_search(relatives, reports, table, floor_log10_lr=-math.inf)
    assert sorted(found.remains.tolist()) == [0, 3]
    assert found.n_excluded == 2
    assert np.isfinite(found.log10_lr).all()


@pytest.mark.parametrize(("chunk", "most"), [(1024, 7), (64, 1), (64, 100)])
def test_too_many_pairs_raise_the_floor_and_the_result_says_so(monkeypatch, chunk, most):
    monkeypatch.setattr(blind, "_CHUNK", chunk)
    relatives, reports = _case(2, 150)
    everything = _all(_many())
    found = blind_search(relatives, reports, TABLE, floor_log10_lr=-3.0, most=most)
    assert 0 < len(found.person) <= most < len(everything)
    assert found.floor_log10_lr > -3.0
    assert _all(found) == {pair: v for pair, v in everything.items() if v[0] >= found.floor_log10_lr}


def test_few_enough_pairs_leave_the_floor_alone():
    everything = _everything()
    found = blind_search(*_case(), TABLE, floor_log10_lr=-math.inf, most=len(everything.person))
    _assert_equal(found, everything)


def test_the_best_of_each_person_and_of_each_set_of_remains_are_kept():
    everything = _all(_everything())
    for k in (1, 3):
        expected = set()
        for group in (0, 1):
            for owner in {pair[group] for pair in everything}:
                mine = sorted((pair for pair in everything if pair[group] == owner), key=lambda p: -everything[p][0])
                expected.update(mine[:k])
        assert _all(_everything().top(k)) == {pair: everything[pair] for pair in expected}


def test_each_persons_pairs_stand_by_falling_lr():
    found = _everything()
    order = np.lexsort((-found.log10_lr, found.person))
    np.testing.assert_array_equal(found.person, found.person[order])
    np.testing.assert_array_equal(found.log10_lr, found.log10_lr[order])


# --- what must make no difference


@pytest.mark.parametrize("most", [50, 20_000_000])
def test_two_workers_find_what_one_finds(monkeypatch, most):
    monkeypatch.setattr(blind, "_CHUNK", 64)
    relatives, reports = _case(2, 150)
    one, two = (blind_search(relatives, reports, TABLE, floor_log10_lr=-3.0, most=most, workers=w) for w in (1, 2))
    _assert_equal(two, one)
    assert (one.floor_log10_lr > -3.0) == (most == 50)


def test_a_chunk_that_was_scanned_under_an_older_floor_changes_nothing(monkeypatch):
    # Threads run ahead: whether a chunk knows of a raised floor depends on their timing.
    monkeypatch.setattr(blind, "_CHUNK", 64)
    relatives, reports = _case(2, 150)
    usual = blind_search(relatives, reports, TABLE, floor_log10_lr=-3.0, most=50)
    chunk = blind._Search.chunk
    monkeypatch.setattr(blind._Search, "chunk", lambda self, start, floor: chunk(self, start, -3.0))
    _assert_equal(blind_search(relatives, reports, TABLE, floor_log10_lr=-3.0, most=50), usual)


def test_the_size_of_a_chunk_changes_nothing(monkeypatch):
    relatives, reports = _case(2, 150)
    monkeypatch.setattr(blind, "_CHUNK", 64)
    _assert_equal(blind_search(relatives, reports, TABLE, floor_log10_lr=-3.0), _many())


def test_the_order_of_families_and_remains_changes_nothing_and_repeated_remains_repeat():
    relatives, reports = _case()
    rng = np.random.default_rng(3)
    rows, columns = rng.permutation(len(relatives)), rng.integers(0, len(reports), 2 * len(reports))
    found = _all(blind_search([relatives[i] for i in rows], [reports[j] for j in columns], TABLE,
                              floor_log10_lr=-math.inf))
    everything = _all(_everything())
    assert found == {(i, j): everything[int(rows[i]), int(columns[j])] for i in range(len(rows))
                     for j in range(len(columns)) if (int(rows[i]), int(columns[j])) in everything}


def test_members_may_be_listed_in_any_order_and_typed_in_any_order():
    relatives, reports = _case()
    rng = np.random.default_rng(4)
    shuffled = []
    for r in relatives:
        family = r.typed.family
        members = tuple(family.members[k] for k in rng.permutation(len(family.members)))
        names = list(r.typed.profiles)
        profiles = {names[k]: r.typed.profiles[names[k]] for k in rng.permutation(len(names))}
        shuffled.append(Relatives(Typed(Family(family.id, members), profiles), r.member))
    found, expected = _all(blind_search(shuffled, reports, TABLE, floor_log10_lr=-math.inf)), _all(_everything())
    assert found.keys() == expected.keys()
    for pair, (value, n_markers) in found.items():
        assert abs(value - expected[pair][0]) < 1e-9
        assert n_markers == expected[pair][1]


# --- the edges


@pytest.mark.parametrize(("n_am", "n_pm", "n_markers"), [(0, 3, 2), (3, 0, 2), (0, 0, 2), (3, 3, 0), (0, 0, 0)])
def test_where_there_is_nothing_to_compare_nothing_is_found(n_am, n_pm, n_markers):
    relatives, reports = _case()
    table = FrequencyTable("synthetic", TABLE.markers[:n_markers])
    steps = []
    found = blind_search(relatives[:n_am], [replace(r, sex=UNKNOWN) for r in reports[:n_pm]], table,
                         floor_log10_lr=-math.inf, progress=steps.append)
    assert len(found.person) == len(found.remains) == len(found.log10_lr) == len(found.n_markers) == 0
    assert (found.n_pairs, found.n_excluded, len(found.excluded_of_person)) == (n_am * n_pm, 0, n_am)
    assert len(found.top(5).person) == 0


def test_a_family_that_is_typed_nowhere_or_elsewhere_is_not_compared():
    family = family_of("one sib").family
    elsewhere = Profile("sib", {"untyped": Genotype("7", "8")})
    relatives = [Relatives(Typed(family, profiles), "missing") for profiles in ({}, {"sib": elsewhere})]
    reports = [Report(Profile("R", {"A-none": Genotype("7", "8")}), sex) for sex in (M, F, UNKNOWN)]
    found = blind_search(relatives, reports, TABLE, floor_log10_lr=-math.inf)
    assert len(found.person) == 0
    assert found.excluded_of_person.tolist() == [1, 1]  # the woman's remains: the sons are men


@pytest.mark.parametrize("person", [M, F, UNKNOWN])
def test_sex_excludes_where_both_are_recorded_and_differ(person):
    parents = Member("dad", None, None, M), Member("mum", None, None, F)
    family = Family("F", (*parents, Member("x", "dad", "mum", person)))
    relatives = [Relatives(Typed(family, {"mum": Profile("mum", {"A-none": Genotype("7", "8")})}), "x")]
    reports = [Report(Profile("R", {"A-none": Genotype("7", "9")}), sex) for sex in (M, F, UNKNOWN)]
    found = blind_search(relatives, reports, TABLE, floor_log10_lr=-math.inf)
    kept = {M, F, UNKNOWN} - ({M: {F}, F: {M}, UNKNOWN: set()}[person])
    assert {(M, F, UNKNOWN)[j] for j in found.remains} == kept


def test_references_that_contradict_the_pedigree_are_named_and_compared_with_nothing():
    family = family_of("parents").family
    good = {"father": Genotype("7", "8"), "mother": Genotype("9", "9")}
    child = Family("F", (*family.members, Member("sister", "father", "mother", F)))
    families = []
    foreign = {"A-none": Genotype("10", "10")}
    for wrong in ({}, foreign, foreign | {"untyped": Genotype("7", "8")}):
        profiles = {m: Profile(m, {"A-none": g, "A-equal": g, "untyped": g}) for m, g in good.items()}
        profiles["sister"] = Profile("sister", {"A-none": Genotype("7", "9"), "untyped": Genotype("8", "9")} | wrong)
        families.append(Relatives(Typed(child, profiles), "missing"))
    report = Report(Profile("R", {"A-none": Genotype("8", "9"), "A-equal": Genotype("7", "9")}))
    found = blind_search(families, [report, replace(report, sex=F)], TABLE, floor_log10_lr=-math.inf)
    assert found.contradictions == {1: ("A-none",), 2: ("A-none", "untyped")}
    assert set(found.person.tolist()) == {0}
    assert found.excluded_of_person.tolist() == [1, 0, 0]


@pytest.mark.parametrize("report", [
    Report(Profile("R", {"X-none": Genotype("7", None)})),
    Report(Profile("R", {"X-none": Genotype("7", "7")}), laboratory=Laboratory(0.2)),
    Report(Profile("R", {"X-none": Genotype("7", None, hemizygous=True)}), laboratory=Laboratory(0.2)),
], ids=["partial", "drop-out", "drop-out, one allele"])
def test_what_leaves_a_mans_only_x_open_is_not_compared(report):
    family = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F), Member("x", "dad", "mum", M),
                          Member("y", "dad", "mum", F)))
    typed = Typed(family, {"mum": Profile("mum", {"X-none": Genotype("7", "8")})})
    found = blind_search([Relatives(typed, "x"), Relatives(typed, "y")], [report], TABLE, floor_log10_lr=-math.inf)
    assert found.person.tolist() == [1]  # his sister has two
    assert found.n_excluded == 0


def test_an_allele_that_the_table_does_not_hold_is_refused_on_either_side():
    family = family_of("one sib").family
    good, bad = (Profile("P", {"A-none": Genotype("7", a)}) for a in ("8", "99"))
    for references, remains in ((good, bad), (bad, good)):
        with pytest.raises(InvalidValue, match="A-none: allele='99' is not in the frequency table"):
            blind_search([Relatives(Typed(family, {"sib": references}), "missing")], [Report(remains)], TABLE)


@pytest.mark.parametrize(("options", "message"), [
    ({"floor_log10_lr": math.nan}, "blind search: floor_log10_lr=nan must be a number"),
    ({"most": 0}, "blind search: most=0 must be at least 1"),
])
def test_a_floor_or_a_number_that_makes_no_sense_is_refused(options, message):
    with pytest.raises(InvalidValue, match=re.escape(message)):
        blind_search(*_case(), TABLE, **options)


def test_coancestry_is_refused_rather_than_left_out():
    with pytest.raises(Unsupported, match=r"theta=0\.01: the blind search computes no coancestry"):
        blind_search(*_case(), replace(TABLE, theta=0.01))


def test_progress_rises_to_the_whole(monkeypatch):
    monkeypatch.setattr(blind, "_CHUNK", 64)
    steps = []
    blind_search(*_case(2, 150), TABLE, progress=steps.append)
    assert steps == sorted(steps)
    assert steps[-1] == 1.0


def test_the_examples_of_the_page_run(monkeypatch):
    monkeypatch.chdir(_ROOT)
    page = (_ROOT / "docs" / "blind-search.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) > 1
    exec("\n".join(blocks), {})
