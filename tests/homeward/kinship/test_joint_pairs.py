"""The matrix of two missing of one family: every pair of remains against the engine and against the plain twin."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.kinship import Report, Typed, _joint_pairs, encode_remains, marker_logliks
from homeward.kinship._joint_kernels import add_markers, count_assignments
from homeward.kinship._joint_lanes import logliks_of
from homeward.kinship._joint_pairs import pair_logliks
from homeward.kinship._joint_views import views_of
from homeward.kinship.joint import joint_table, logliks_of_two
from homeward.model import (
    Family,
    Genotype,
    InvalidValue,
    Laboratory,
    Marker,
    Member,
    MutationModel,
    Profile,
    Sex,
    TooLarge,
    Unsupported,
)

from . import plain
from .random_families import drawn_families, examples, frequency_table, genotype, pedigrees

M, F = Sex.MALE, Sex.FEMALE
ALLELES = ("7", "8", "9", "9.3", "10")
STEPWISE = MutationModel("stepwise", 0.003, 1e-5, 0.1)
PROPORTIONAL = MutationModel("proportional", 0.002)
# A father and two children by different mothers, one with a child of his own; loops neither above nor below.
FAMILY = Family("synthetic", (Member("father", None, None, M), Member("first", None, None, F),
                              Member("second", None, None, F), Member("son", "father", "first", M),
                              Member("half", "father", "second", F), Member("aunt", None, None, F),
                              Member("wife", None, None, F), Member("grandchild", "son", "wife", F)))


@examples(60)
@given(drawn_families(pedigrees(most=6), silent=False), st.data())
def test_every_pair_is_as_likely_as_the_family_with_both_profiles_placed(drawn, data):
    missing = data.draw(st.permutations([m.id for m in drawn.family.members]))[:2]
    drawn = replace(drawn, seen={m: report for m, report in drawn.seen.items() if m not in missing})
    every = drawn.reports(missing[0])
    shown = [data.draw(st.sampled_from(every)) for _ in range(4)]
    profiles = [Profile(f"R{n}", {"M": genotype(drawn.marker, s)}) for n, s in enumerate(shown)]
    codes = encode_remains([Report(p) for p in [*profiles, Profile("untyped")]], drawn.table)
    found = logliks_of_two(drawn.typed, missing, codes, drawn.table)
    assert found.shape == (6, 6)
    if drawn.plain_likelihood() == 0.0:
        assert np.isneginf(found).all()
        return
    for i, j in itertools.product(range(6), repeat=2):
        placed = {m: shown[r] for m, r in zip(missing, (i, j), strict=True) if r < 4}
        expected = plain.likelihood(drawn.family, [plain.locus(drawn.marker)], [drawn.seen | placed])
        if i == j < 5:
            expected = 0.0  # one of the remains is no two persons
        assert math.exp(found[i, j]) == pytest.approx(expected, rel=1e-11, abs=0.0)


def _markers(x_linked=False):
    models = (STEPWISE, PROPORTIONAL, MutationModel(), MutationModel("equal", 0.001))
    return tuple(Marker(f"L{n}", ALLELES, (0.1, 0.2, 0.3, 0.15, 0.25), model, model, x_linked=x_linked)
                 for n, model in enumerate(models))


def _profiles(rng, markers, count, typed=0.9):
    """Profiles of people of the population, a marker untyped now and then."""
    return [Profile(f"R{n}", {m.name: Genotype(*map(str, rng.choice(ALLELES, 2, p=m.frequencies))) for m in markers
                              if rng.random() < typed}) for n in range(count)]


@pytest.mark.parametrize("members", [("son", "half"), ("half", "father"), ("grandchild", "aunt")])
def test_many_remains_have_the_logliks_of_the_engine(members):
    rng, markers = np.random.default_rng(3), _markers()
    table, remains = frequency_table(*markers), _profiles(rng, markers, 40)
    typed = Typed(FAMILY, {"second": _profiles(rng, markers, 1)[0], "first": _profiles(rng, markers, 1)[0]})
    codes = encode_remains([Report(p) for p in remains], table)
    found = logliks_of_two(typed, members, codes, table)
    for i, j in rng.integers(0, 41, (60, 2)).tolist():
        placed = {m: remains[r] for m, r in zip(members, (i, j), strict=True) if r < 40}
        whole = Typed(FAMILY, {**typed.profiles, **placed})
        expected = -math.inf if i == j < 40 else sum(marker_logliks([whole], table)[0].values())
        assert found[i, j] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("forced", [0.0, np.inf])
@pytest.mark.parametrize(("x_linked", "own", "rates"), [
    (False, None, Laboratory(dropout=0.2, dropin=0.01)), (False, "son", Laboratory(dropout=0.2, dropin=0.01)),
    (False, "half", None), (True, None, None), (True, "half", None)])
def test_asking_for_the_second_genotype_agrees_with_one_pair_at_a_time(monkeypatch, forced, x_linked, own, rates):
    rng, markers = np.random.default_rng(9), _markers(x_linked)
    table, remains = frequency_table(*markers), _profiles(rng, markers, 12)
    reports = [Report(p, laboratory=rates) if rates and n % 3 else Report(p) for n, p in enumerate(remains)]
    references = {"second": _profiles(rng, markers, 1)[0]}
    if own:
        references[own] = Profile("own", {"L1": Genotype("9", "9" if x_linked and own == "son" else "8")})
    views = views_of(Typed(FAMILY, references), ("son", "half"), encode_remains(reports, table), table)
    # Whichever costs nothing is taken.
    real, asked = _joint_pairs._cost, []
    monkeypatch.setattr(_joint_pairs, "_cost",
                        lambda shape, view: forced if shape.query >= 0 else (asked.append(shape), real(shape, view))[1])
    found = pair_logliks(views, np.arange(12), np.array([0, 2, 5, 11]))
    assert asked
    columns = [0, 2, 5, 11, -1]
    picks = np.array([(i, j) for i in [*range(12), -1] for j in columns], dtype=np.int32)
    np.testing.assert_allclose(found.ravel(), logliks_of(views, picks), rtol=1e-12)


def test_the_matrix_and_the_list_say_the_same():
    rng, markers = np.random.default_rng(5), _markers()
    table, remains = frequency_table(*markers), _profiles(rng, markers, 6)
    typed = Typed(FAMILY, {"aunt": remains[0], "grandchild": remains[1]})
    codes = encode_remains([Report(p) for p in remains], table)
    possible = rng.random((2, 6)) < 0.7
    matrix = logliks_of_two(typed, ("son", "half"), codes, table, possible=possible)
    listed = joint_table(typed, ("son", "half"), codes, table, possible=possible)
    assert listed.assignments[0].tolist() == [-1, -1]
    assert listed.log_lr[0] == 0.0
    none_first = np.roll(matrix, 1, axis=(0, 1))
    expected = {(i - 1, j - 1): none_first[i, j] for i, j in np.argwhere(none_first > -np.inf).tolist()}
    assert dict(zip(map(tuple, listed.assignments.tolist()), listed.loglik.tolist(), strict=True)) == expected
    allowed = np.append(possible, [[True], [True]], axis=1)
    assert not (np.isfinite(matrix) & ~(allowed[0][:, None] & allowed[1])).any()


def test_a_matrix_is_refused_where_it_would_not_say_all():
    table = frequency_table(*_markers())
    codes = encode_remains([Report(p) for p in _profiles(np.random.default_rng(1), _markers(), 8)], table)
    with pytest.raises(Unsupported, match="a matrix is of two missing, without coancestry"):
        logliks_of_two(Typed(FAMILY), ("son", "half", "aunt"), codes, table)
    urn = frequency_table(*_markers(), theta=0.02)
    with pytest.raises(Unsupported, match="without coancestry"):
        logliks_of_two(Typed(FAMILY), ("son", "half"), codes, urn)
    with pytest.raises(TooLarge, match="73 assignments of 8 remains to 2 missing members; 50 are allowed"):
        logliks_of_two(Typed(FAMILY), ("son", "half"), codes, table, most=50)
    with pytest.raises(InvalidValue, match="must be a member of the family"):
        logliks_of_two(Typed(FAMILY), ("son", "nobody"), codes, table)


@examples(30)
@given(st.integers(1, 4), st.integers(0, 5), st.integers(0, 2**16))
def test_assignments_are_counted_as_they_are_listed(k, n, seed):
    possible = np.random.default_rng(seed).random((k, n)) < 0.6
    counts = np.zeros(2**k)
    counts[0] = 1.0
    count_assignments(possible, counts)
    expected = np.zeros(2**k)
    for picks in itertools.product(range(-1, n), repeat=k):
        taken = [j for j in picks if j >= 0]
        if len(set(taken)) == len(taken) and all(j < 0 or possible[i, j] for i, j in enumerate(picks)):
            expected[sum(1 << i for i, j in enumerate(picks) if j >= 0)] += 1.0
    assert counts.tolist() == expected.tolist()


def test_a_pair_is_the_sum_of_its_entries():
    rng = np.random.default_rng(2)
    sizes = [(3, 4), (1, 2), (5, 5)]
    tables = [rng.normal(size=size) for size in sizes]
    tables[0][1, 2] = -np.inf
    first = np.array([rng.integers(0, size[0], 7) for size in sizes])
    second = np.array([rng.integers(0, size[1], 9) for size in sizes])
    total = np.full((7, 9), np.nan)
    add_markers(np.concatenate([t.ravel() for t in tables]), np.array([0, 12, 14]), np.array([4, 2, 5]), first, second,
                total)
    expected = [[sum(t[first[m, i], second[m, j]] for m, t in enumerate(tables)) for j in range(9)] for i in range(7)]
    np.testing.assert_allclose(total, expected, rtol=1e-15)
