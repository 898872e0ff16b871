"""The joint table of a family against the plainest likelihood of each assignment, closed forms, and its own laws."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from homeward.kinship import Relatives, Report, Typed, encode_remains, genotype_tables, lrs_in_urn, marker_logliks
from homeward.kinship._joint_lanes import logliks_of, one_shape_serves
from homeward.kinship._joint_views import views_of
from homeward.kinship.joint import grid_size, joint_table
from homeward.kinship.locus import Observation
from homeward.model import (
    Family,
    FrequencyTable,
    Genotype,
    InvalidValue,
    Laboratory,
    Marker,
    Member,
    MutationModel,
    Profile,
    Sex,
    TooLarge,
)

from . import plain
from .random_families import drawn_families, examples, frequency_table, genotype, pedigrees

M, F = Sex.MALE, Sex.FEMALE
P = (0.1, 0.2, 0.3, 0.4)
LOCUS = Marker("L", ("a", "b", "c", "d"), P)
BROTHERS = Family("synthetic", (Member("dad", None, None, M), Member("mum", None, None, F),
                                Member("one", "dad", "mum", M), Member("two", "dad", "mum", M)))


def _codes(table, *profiles):
    return encode_remains([Report(p) for p in profiles], table)


def _profile(name, **genotypes):
    return Profile(name, {marker: Genotype(*g.split("/")) for marker, g in genotypes.items()})


def _as_dict(table, values):
    return dict(zip(map(tuple, table.assignments.tolist()), values.tolist(), strict=True))


def _assignments(k, n):
    """Every admissible assignment of n remains to k members, the plain way."""
    for picks in itertools.product(range(-1, n), repeat=k):
        taken = [p for p in picks if p >= 0]
        if len(set(taken)) == len(taken):
            yield picks


@examples(60)
@given(drawn_families(pedigrees(most=6), silent=False), st.data())
def test_every_assignment_is_as_likely_as_the_family_with_its_profiles_placed(drawn, data):
    missing = [m.id for m in drawn.family.members if m.id not in drawn.seen][:3]
    assume(missing)
    shown = [data.draw(st.sampled_from(drawn.reports(data.draw(st.sampled_from([m.id for m in drawn.family.members])))))
             for _ in range(3)]
    codes = _codes(drawn.table, *(Profile(f"R{n}", {"M": genotype(drawn.marker, s)}) for n, s in enumerate(shown)))
    table = joint_table(drawn.typed, missing, codes, drawn.table)
    found = _as_dict(table, table.loglik)
    start = drawn.plain_likelihood()
    if start == 0.0:
        assert found == {(-1,) * len(missing): -math.inf}
        return
    for picks in _assignments(len(missing), len(shown)):
        placed = {m: shown[p] for m, p in zip(missing, picks, strict=True) if p >= 0}
        expected = plain.likelihood(drawn.family, [plain.locus(drawn.marker)], [drawn.seen | placed])
        assert math.exp(found.get(picks, -math.inf)) == pytest.approx(expected, rel=1e-11, abs=0.0)


@examples(30)
@given(drawn_families(pedigrees(most=5), x_linked=True, vague=False), st.data())
def test_on_the_x_a_man_has_one_allele_and_a_woman_two(drawn, data):
    missing = [m.id for m in drawn.family.members if m.id not in drawn.seen][:2]
    assume(missing)
    alleles = range(len(drawn.marker.alleles))
    shown = [data.draw(st.tuples(st.sampled_from(alleles), st.sampled_from(alleles))) for _ in range(2)]
    codes = _codes(drawn.table, *(Profile(f"R{n}", {"M": genotype(drawn.marker, s)}) for n, s in enumerate(shown)))
    table = joint_table(drawn.typed, missing, codes, drawn.table)
    found = _as_dict(table, table.loglik)
    if drawn.plain_likelihood() == 0.0:
        assert len(found) == 1
        return
    for picks in _assignments(len(missing), len(shown)):
        placed, two_on_a_man = {}, False
        for m, p in zip(missing, picks, strict=True):
            if p >= 0:
                single = drawn.is_single(m)
                two_on_a_man |= single and shown[p][0] != shown[p][1]
                placed[m] = shown[p][:1] if single else shown[p]
        expected = 0.0 if two_on_a_man else plain.likelihood(drawn.family, [plain.locus(drawn.marker)],
                                                             [drawn.seen | placed])
        assert math.exp(found.get(picks, -math.inf)) == pytest.approx(expected, rel=1e-11, abs=0.0)


def test_two_brothers_without_references_have_the_lr_of_full_siblings():
    # k₀, k₁, k₂ = ¼, ½, ¼; for ab and ac: 2 p_a p_b · (¼ · 2 p_a p_c + ½ · p_c / 2); Thompson 1975.
    table = frequency_table(LOCUS)
    codes = _codes(table, _profile("R1", L="a/b"), _profile("R2", L="a/c"))
    found = joint_table(Typed(BROTHERS), ["one", "two"], codes, table)
    pa, _, pc, _ = P
    expected = math.log((0.25 * 2 * pa * pc + 0.5 * pc / 2) / (2 * pa * pc))
    lrs = _as_dict(found, found.log_lr)
    assert lrs[0, 1] == pytest.approx(expected, rel=1e-13)
    assert lrs[1, 0] == pytest.approx(expected, rel=1e-13)
    assert lrs[0, -1] == lrs[-1, 0] == pytest.approx(0.0, abs=1e-15)


def test_a_missing_father_and_son_support_each_other_by_the_paternity_index():
    # For a father a/b and a child a/c whose mother is unknown: 1 / (4 p_a).
    family = Family("synthetic", (Member("father", None, None, M), Member("mum", None, None, F),
                                  Member("son", "father", "mum", M)))
    table = frequency_table(LOCUS)
    found = joint_table(Typed(family), ["father", "son"],
                        _codes(table, _profile("R1", L="a/b"), _profile("R2", L="a/c"), _profile("R3", L="c/d")), table)
    lrs = _as_dict(found, found.log_lr)
    assert lrs[0, 1] == pytest.approx(math.log(1 / (4 * P[0])), rel=1e-13)
    assert (0, 2) not in lrs, "a/b and c/d share nothing: no mutation, no paternity"


def test_the_mean_lr_over_strangers_is_one():
    table = frequency_table(LOCUS)
    pairs = list(itertools.combinations_with_replacement(range(4), 2))
    remains = [_profile(f"R{n}", L="/".join(LOCUS.alleles[a] for a in pair)) for n, pair in enumerate(pairs)]
    # Each genotype twice, so that both brothers can show it.
    codes = _codes(table, *remains, *remains)
    sister = Family("synthetic", (*BROTHERS.members, Member("sister", "dad", "mum", F)))
    found = joint_table(Typed(sister, {"sister": _profile("s", L="a/c")}), ["one", "two"], codes, table)
    lrs, mean, n = _as_dict(found, found.log_lr), 0.0, len(pairs)
    chance = [P[a] * P[b] * (1 if a == b else 2) for a, b in pairs]
    for i, j in itertools.product(range(n), repeat=2):
        mean += chance[i] * chance[j] * math.exp(lrs.get((i, n + j), -math.inf))
    assert mean == pytest.approx(1.0, rel=1e-12)


def test_one_pair_alone_has_the_pairwise_lr():
    marker = Marker("L", ("7", "8", "9", "9.3"), P, MutationModel("stepwise", 0.003, 1e-5, 0.1),
                    MutationModel("stepwise", 0.006, 1e-5, 0.1))
    table = frequency_table(marker)
    sister = Family("synthetic", (*BROTHERS.members, Member("sister", "dad", "mum", F)))
    typed = Typed(sister, {"sister": _profile("s", L="7/9")})
    shown = [("7", "9"), ("8", "9.3"), ("9.3", "9.3")]
    codes = _codes(table, *(Profile(f"R{n}", {"L": Genotype(*s)}) for n, s in enumerate(shown)))
    found = joint_table(typed, ["one", "two"], codes, table)
    lrs = _as_dict(found, found.log_lr)
    pairwise = genotype_tables([Relatives(typed, "one")], marker)[0]
    for n, (a, b) in enumerate(shown):
        pair = Observation((marker.index(a), marker.index(b)))
        expected = pairwise.log10_lr(pair, np.array(P), single=False) * math.log(10.0)
        assert lrs[n, -1] == pytest.approx(expected, rel=1e-11)


def test_with_coancestry_one_pair_alone_has_the_lr_of_the_common_urn():
    table = FrequencyTable("synthetic", (LOCUS,), theta=0.03)
    sister = Family("synthetic", (*BROTHERS.members, Member("sister", "dad", "mum", F)))
    typed = Typed(sister, {"sister": _profile("s", L="a/c")})
    found = joint_table(typed, ["one", "two"], _codes(table, _profile("R1", L="a/a"), _profile("R2", L="b/c")), table)
    lrs = _as_dict(found, found.log_lr)
    expected = lrs_in_urn(Relatives(typed, "two"), LOCUS, [Observation((0, 0)), Observation((1, 2))], 0.03)
    assert [math.exp(lrs[-1, 0]), math.exp(lrs[-1, 1])] == pytest.approx(expected.tolist(), rel=1e-11)
    assert math.exp(lrs[0, 1]) == pytest.approx(
        plain.likelihood(sister, [plain.locus(LOCUS)], [{"sister": (0, 2), "one": (0, 0), "two": (1, 2)}], theta=0.03)
        / plain.likelihood(_with_strangers(sister), [plain.locus(LOCUS)],
                           [{"sister": (0, 2), "x": (0, 0), "y": (1, 2)}], theta=0.03), rel=1e-11)


def _with_strangers(family):
    return Family("synthetic", (*family.members, Member("x", None, None, M), Member("y", None, None, M)))


def test_remains_with_dropout_are_weighed_by_all_genotypes_that_may_have_been():
    table = frequency_table(LOCUS)
    laboratory = Laboratory(dropout=0.2, dropin=0.01)
    codes = encode_remains([Report(_profile("R1", L="a/a"), laboratory=laboratory), Report(_profile("R2", L="b/c"))],
                           table)
    found = joint_table(Typed(BROTHERS), ["one", "two"], codes, table)
    weights = {g: _seen_a(g, 0.2, 0.01) for g in itertools.combinations_with_replacement(range(4), 2)}
    joint = alone = 0.0
    for g, w in weights.items():
        joint += w * plain.likelihood(BROTHERS, [plain.locus(LOCUS)], [{"one": g, "two": (1, 2)}])
        alone += w * P[g[0]] * P[g[1]] * (1 if g[0] == g[1] else 2)
    expected = math.log(joint / (alone * 2 * P[1] * P[2]))
    assert _as_dict(found, found.log_lr)[0, 1] == pytest.approx(expected, rel=1e-11)


def _seen_a(genotype, d, c):
    """P(a alone is seen | genotype): alleles seen or dropped out, and a dropped in where the genotype has none."""
    a, b = genotype
    if a == b:
        return (1 - d**2) * (1 - c) if a == 0 else d**2 * c * P[0]
    return (1 - d) * d * (1 - c) if 0 in genotype else d**2 * c * P[0]


def test_a_personal_item_identifies_and_excludes():
    table = frequency_table(LOCUS)
    typed = Typed(BROTHERS, {"one": _profile("toothbrush", L="a/b")})
    found = joint_table(typed, ["one", "two"], _codes(table, _profile("R1", L="a/b"), _profile("R2", L="c/c")), table)
    lrs = _as_dict(found, found.log_lr)
    assert math.exp(lrs[0, -1]) == pytest.approx(1 / (2 * P[0] * P[1]), rel=1e-13)
    assert (1, -1) not in lrs
    assert math.exp(lrs[0, 1] - lrs[0, -1]) == pytest.approx(0.25, rel=1e-12), "a/b and c/c: sibs sharing nothing, k₀"


def test_the_grid_is_counted_without_being_listed():
    assert grid_size(np.ones((5, 8), dtype=np.bool_)) == 19081  # plane crash of Vigeland & Egeland 2021
    assert grid_size(np.ones((5, 5), dtype=np.bool_)) == 1546  # symmetricSibs of dvir 3.4.2
    rng = np.random.default_rng(3)
    possible = rng.random((3, 4)) < 0.6
    listed = [p for p in _assignments(3, 4) if all(j < 0 or possible[i, j] for i, j in enumerate(p))]
    assert grid_size(possible) == len(listed)


def test_only_the_pairs_that_are_possible_are_considered():
    table = frequency_table(LOCUS)
    codes = _codes(table, _profile("R1", L="a/b"), _profile("R2", L="a/c"))
    possible = np.array([[True, False], [True, True]])
    found = joint_table(Typed(BROTHERS), ["one", "two"], codes, table, possible=possible)
    assert set(map(tuple, found.assignments.tolist())) == {(-1, -1), (0, -1), (-1, 0), (-1, 1), (0, 1)}


def test_references_that_contradict_the_pedigree_leave_nothing_to_say():
    typed = Typed(BROTHERS, {"dad": _profile("d", L="a/a"), "one": _profile("o", L="b/b")})
    table = frequency_table(LOCUS)
    found = joint_table(typed, ["two"], _codes(table, _profile("R1", L="a/b")), table)
    assert found.assignments.tolist() == [[-1]]
    assert found.loglik.tolist() == [-math.inf]


def test_one_plan_for_all_sets_of_typed_members_gives_the_same_numbers():
    rng = np.random.default_rng(11)
    family = Family("synthetic", (Member("dad", None, None, M), *(Member(f"m{n}", None, None, F) for n in range(6)),
                                  *(Member(f"s{n}", "dad", f"m{n}", M) for n in range(5)),
                                  Member("child", "s0", "m5", F)))
    markers = tuple(Marker(f"L{n}", ("a", "b", "c", "d"), P) for n in range(4))
    table = frequency_table(*markers)
    typed = Typed(family, {"child": _profile("c", **{m.name: "a/b" for m in markers})})
    remains = [Profile(f"R{n}", {m.name: Genotype(*map(str, rng.choice(list("abcd"), 2, p=P))) for m in markers
                                 if rng.random() < 0.8}) for n in range(6)]
    members = [f"s{n}" for n in range(5)]
    views = views_of(typed, members, _codes(table, *remains), table)
    assert one_shape_serves(views)
    picks = np.array([p for p in _assignments(5, 6) if sum(j >= 0 for j in p) in (0, 2, 4)][:400], dtype=np.int32)
    one, many = logliks_of(views, picks, one_shape=True), logliks_of(views, picks)
    assert np.isfinite(many).any()
    np.testing.assert_allclose(one, many, rtol=1e-12)


def test_markers_add_up_to_the_plain_door():
    rng = np.random.default_rng(5)
    markers = tuple(Marker(f"L{n}", ("a", "b", "c", "d"), P, MutationModel("proportional", 0.002),
                           MutationModel("equal", 0.004)) for n in range(3))
    table = frequency_table(*markers)
    remains = [Profile(f"R{n}", {m.name: Genotype(*map(str, rng.choice(list("abcd"), 2, p=P))) for m in markers[n:]})
               for n in range(3)]
    sister = Family("synthetic", (*BROTHERS.members, Member("sister", "dad", "mum", F)))
    references = {"sister": _profile("s", L0="a/b", L2="c/d")}
    found = joint_table(Typed(sister, references), ["one", "two"], _codes(table, *remains), table)
    assert len(found.assignments) == 1 + 2 * 3 + 3 * 2
    for picks, loglik in _as_dict(found, found.loglik).items():
        placed = {m: remains[p] for m, p in zip(("one", "two"), picks, strict=True) if p >= 0}
        assert loglik == pytest.approx(sum(marker_logliks([Typed(sister, references | placed)], table)[0].values()),
                                       rel=1e-12)


def test_too_many_assignments_are_refused_with_their_number():
    table = frequency_table(LOCUS)
    codes = _codes(table, *(_profile(f"R{n}", L="a/b") for n in range(8)))
    with pytest.raises(TooLarge, match=r"family synthetic: 73 assignments of 8 remains to 2 missing members; 50 are"):
        joint_table(Typed(BROTHERS), ["one", "two"], codes, table, most=50)


@pytest.mark.parametrize("members", [["nobody"], ["one", "one"], []])
def test_members_who_are_not_in_the_family_or_not_named_once_are_refused(members):
    table = frequency_table(LOCUS)
    with pytest.raises(InvalidValue, match="synthetic"):
        joint_table(Typed(BROTHERS), members, _codes(table, _profile("R1", L="a/b")), table)
