"""Conditioning: whoever is fixed in turn, the number is the same; large sibships and loops above the missing person."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given

from homeward.kinship import genotype_tables, lanes, locus_of, marker_logliks, strategy
from homeward.kinship.engine import evaluate
from homeward.kinship.likelihood import problem_of
from homeward.kinship.shape import Kind
from homeward.model import Family, Marker, Member, MutationModel, Sex, TooLarge

from .random_families import Drawn, assert_same, drawn_families, examples, pedigrees

M, F = Sex.MALE, Sex.FEMALE


def _every_strategy(problem, most=2):
    """(pins, value) for every choice of up to ``most`` members to be fixed in turn, the query first if he is one."""
    shape, locus = problem.shape, problem.locus
    open_ = [m for m in range(shape.size) if shape.kind[m] is not Kind.KNOWN]
    for chosen in itertools.chain.from_iterable(itertools.combinations(open_, k) for k in range(most + 1)):
        pins = tuple(sorted(chosen, key=lambda m: m != shape.query))
        found = strategy._with_pins(shape, pins, locus.n_alleles, locus.is_dense)
        if found is not None:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(lanes, "strategy_for", lambda *_, forced=found[1], **__: forced)
                yield pins, evaluate([problem])[0]


def _problem(drawn, query=None):
    typed, marker = drawn.typed, drawn.marker
    return problem_of(typed, locus_of(marker), typed.observations(marker), query=query, x_linked=marker.x_linked)


@examples(25)
@given(drawn_families(pedigrees(most=6), most=3, silent=True))
def test_every_choice_of_fixed_members_gives_the_likelihood_of_the_plain_sum(drawn):
    for _, value in _every_strategy(_problem(drawn)):
        assert_same(float(value), drawn.plain_likelihood())


@examples(40)
@given(drawn_families(pedigrees(least=5, most=7), most=3))
def test_every_choice_of_fixed_members_gives_the_table_of_the_plain_sum(drawn):
    query = drawn.family.members[-1].id
    if query in drawn.seen:
        drawn = Drawn(drawn.family, drawn.marker, {m: r for m, r in drawn.seen.items() if m != query})
    expected = drawn.plain_table(query)
    for _, value in _every_strategy(_problem(drawn, query)):
        np.testing.assert_allclose(value + value.T, expected + expected.T, rtol=1e-12, atol=0.0)


@examples(30)
@given(drawn_families(pedigrees(most=6), most=3, x_linked=True))
def test_every_choice_of_fixed_members_gives_the_x_linked_table_of_the_plain_sum(drawn):
    query = drawn.family.members[0].id
    if query in drawn.seen:
        drawn = Drawn(drawn.family, drawn.marker, {m: r for m, r in drawn.seen.items() if m != query})
    expected = drawn.plain_table(query)
    for _, value in _every_strategy(_problem(drawn, query)):
        np.testing.assert_allclose(value + value.T, expected + expected.T, rtol=1e-12, atol=0.0)


# --- what made conditioning necessary

_DENSE = MutationModel("stepwise", 0.002, 0.0, 0.1)


def _marker(n, model=_DENSE):
    p = np.random.default_rng(n).dirichlet(np.full(n, 3.0))
    return Marker("M", tuple(str(5 + k) for k in range(n)), tuple(p / p.sum()), model, model)


def _sibship(n, *children):
    return Family("F", (Member("dad", None, None, M), Member("mum", None, None, F),
                        *(Member(f"s{k}", "dad", "mum", (M, F)[k % 2]) for k in range(n)), *children))


def _typed(family, marker, members, seed=0):
    """Genotypes of children of two heterozygous parents, with one mutation of one step."""
    rng = np.random.default_rng(seed)
    report = {m: tuple(sorted((int(rng.choice([0, 2])), int(rng.choice([1, 3]))))) for m in members}
    report[members[-1]] = (2, 4 % len(marker.alleles))
    return Drawn(family, marker, {m: tuple(sorted(r)) for m, r in report.items()})


def _parents_sum(marker, matrix, children):
    """Σ over the couple's ordered genotypes of P(couple) ∏ P(child | couple), both sexes mutating alike."""
    p = np.array(marker.frequencies)
    gamete = (matrix[:, None, :] + matrix[None, :, :]) / 2
    couple = np.einsum("a,b,c,d->abcd", p, p, p, p)
    for a, b in children:
        first, second = gamete[..., a], gamete[..., b]
        couple = couple * (np.multiply.outer(first, second) + (np.multiply.outer(second, first) if a != b else 0.0))
    return float(couple.sum())


@pytest.mark.parametrize(("n_sibs", "n_alleles"), [(8, 6), (10, 9), (12, 12)])
def test_large_sibships_of_untyped_parents_are_the_sum_over_the_couple(n_sibs, n_alleles):
    marker = _marker(n_alleles)
    drawn = _typed(_sibship(n_sibs), marker, [f"s{k}" for k in range(n_sibs)])
    got = marker_logliks([drawn.typed], drawn.table)[0]["M"]
    expected = _parents_sum(marker, locus_of(marker).dense[0], drawn.seen.values())
    assert_same(math.exp(got), expected, rel=2e-12)


@pytest.mark.parametrize("n_sibs", [8, 12])
def test_the_table_of_a_missing_sibling_of_many_is_the_sum_over_the_couple(n_sibs):
    marker = _marker(6)
    drawn = _typed(_sibship(n_sibs, Member("x", "dad", "mum", M)), marker, [f"s{k}" for k in range(n_sibs)])
    table, = genotype_tables([drawn.relatives("x")], marker)
    matrix, sibs = locus_of(marker).dense[0], list(drawn.seen.values())
    below = _parents_sum(marker, matrix, sibs)
    assert_same(math.exp(table.loglik), below, rel=2e-12)
    p = marker.frequencies
    for a, b in itertools.combinations_with_replacement(range(len(p)), 2):
        above = _parents_sum(marker, matrix, [*sibs, (a, b)])
        assert_same(table.lr[a, b], above / below / (p[a] * p[b] * (1 if a == b else 2)), rel=2e-12)


@pytest.mark.parametrize("n_alleles", [4, 6])
def test_the_child_of_first_cousins_has_the_table_of_the_plain_sum(n_alleles):
    members = [Member("g1", None, None, M), Member("g2", None, None, F), Member("a", "g1", "g2", M),
               Member("b", "g1", "g2", F), Member("wife", None, None, F), Member("husband", None, None, M),
               Member("c1", "a", "wife", M), Member("c2", "husband", "b", F), Member("x", "c1", "c2", M),
               Member("sib", "c1", "c2", F)]
    drawn = Drawn(Family("F", tuple(members)), _marker(n_alleles, MutationModel("custom", matrix=_cyclic(n_alleles))),
                  {"sib": (0, 2), "a": (0, 1)})
    table, = genotype_tables([drawn.relatives("x")], drawn.marker)
    for (a, b), lr in ((r, v) for r, v in drawn.plain_lrs("x").items() if r[-1] is not None):
        assert_same(table.lr[a, b], lr)


def _cyclic(n):
    """Each allele goes to the next one with 0.02 and to the one after with 0.01."""
    eye = np.eye(n)
    return tuple(map(tuple, 0.97 * eye + 0.02 * np.roll(eye, 1, axis=1) + 0.01 * np.roll(eye, 2, axis=1)))


def test_two_generations_of_brother_and_sister_have_the_table_of_the_plain_sum():
    family = Family("F", (Member("a", None, None, M), Member("b", None, None, F), Member("c", "a", "b", M),
                          Member("d", "a", "b", F), Member("e", "c", "d", M), Member("f", "c", "d", F),
                          Member("x", "e", "f", M), Member("y", "e", "f", F)))
    marker = _marker(4, MutationModel("custom", matrix=_cyclic(4)))
    for seen in ({"y": (1, 1)}, {"y": (0, 2), "a": (0, 1)}, {"d": (0, 3), "y": (3, None)}):
        drawn = Drawn(family, marker, seen)
        table, = genotype_tables([drawn.relatives("x")], marker)
        for (a, b), lr in ((r, v) for r, v in drawn.plain_lrs("x").items() if r[-1] is not None):
            assert_same(table.lr[a, b], lr)


def _crossed(n, marker):
    """n men and n women, untyped, with one typed child of every man by every woman: no order of peeling is cheap."""
    members = [*(Member(f"f{k}", None, None, M) for k in range(n)), *(Member(f"m{k}", None, None, F) for k in range(n))]
    seen = {}
    for i, j in itertools.product(range(n), repeat=2):
        members.append(Member(f"c{i}{j}", f"f{i}", f"m{j}", M))
        seen[f"c{i}{j}"] = (i % len(marker.alleles), (i + j + 1) % len(marker.alleles))
    return Drawn(Family("crossed", tuple(members)), marker, seen)


def test_a_crossed_pedigree_is_the_plain_sum():
    drawn = _crossed(3, _marker(3, MutationModel("equal", 0.01)))
    assert_same(math.exp(marker_logliks([drawn.typed], drawn.table)[0]["M"]), drawn.plain_likelihood())


def test_a_pedigree_beyond_exact_computation_is_refused_with_the_number(monkeypatch):
    monkeypatch.setattr(strategy, "_MOST_WORK", 1e3)
    drawn = _crossed(3, _marker(30))
    with pytest.raises(TooLarge, match=r"15 members with 32 alleles needs \S+ multiplications a marker; 1e\+03"):
        marker_logliks([drawn.typed], drawn.table)


def test_plans_are_made_for_the_size_class_that_holds_the_marker():
    sizes = [strategy._size_class(n) for n in range(1, 50)]
    assert all(n <= size <= max(2, 3 * n // 2) for n, size in enumerate(sizes, 1))
