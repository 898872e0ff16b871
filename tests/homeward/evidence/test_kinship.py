"""The line of evidence: every pair of persons and remains, against the third witness and against itself."""

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED
from homeward.evidence import LINES, kinship
from homeward.kinship import Relatives, Typed
from homeward.model import Family, Genotype, InvalidValue, Marker, Member, MutationModel, Profile, Sex

from ..kinship import plain
from ..kinship.random_families import assert_same, drawn_families, examples, frequency_table, genotype, pedigrees

M, F = Sex.MALE, Sex.FEMALE


def _remains(marker, reports):
    """One set of remains for each report at the marker."""
    ids = tuple(f"R{n}" for n in range(len(reports)))
    profiles = tuple(Profile(i, {marker.name: genotype(marker, r)}) for i, r in zip(ids, reports, strict=True))
    return kinship.Postmortem(ids, profiles, (Sex.UNKNOWN,) * len(ids))


def _persons(relatives):
    return kinship.Antemortem(tuple(f"P{n}" for n in range(len(relatives))), tuple(relatives))


def _assert_pair(found, i, j, expected, rel=1e-12):
    status, log10_lr = found.support.status[i, j], found.support.log10_lr[i, j]
    if expected == 0.0:
        assert (status, log10_lr) == (EXCLUDED, -math.inf)
    else:
        assert status == COMPARED
        assert_same(10.0**log10_lr, expected, rel)


# --- the third witness


def _check(families):
    """Every member of every family as a missing person, against everything that his sex can show."""
    marker = families[0].marker
    persons = [(d, m.id) for d in families for m in d.family.members]
    reports = families[0].reports(persons[0][1])
    same_sex = [(d, m) for d, m in persons if d.is_single(m) == families[0].is_single(persons[0][1])]
    found = kinship.compare(_persons([d.relatives(m) for d, m in same_sex]), _remains(marker, reports),
                            kinship.Params(frequency_table(marker)))
    for i, (drawn, member) in enumerate(same_sex):
        lrs = drawn.plain_lrs(member)
        for j, report in enumerate(reports):
            if not drawn.seen or lrs is None:
                assert found.support.status[i, j] == NOT_COMPARED
                assert (f"P{i}" in found.contradictions) is (lrs is None)
            else:
                _assert_pair(found, i, j, lrs[report])


@st.composite
def _neighbours(draw, **options):
    """Several families at one marker, some of one structure."""
    first = draw(drawn_families(pedigrees(most=6), **options))
    same = draw(drawn_families(st.just(first.family), st.just(first.marker)))
    other = draw(drawn_families(pedigrees(most=5), st.just(first.marker)))
    return [first, same, other]


@examples(40)
@given(_neighbours(most=5))
def test_autosomal_lrs_of_all_pairs_are_those_of_the_plain_sum(families):
    _check(families)


@examples(40)
@given(_neighbours(x_linked=True))
def test_x_linked_lrs_of_all_pairs_are_those_of_the_plain_sum(families):
    _check(families)


@examples(25)
@given(_neighbours(silent=True))
def test_lrs_of_all_pairs_with_a_silent_allele_are_those_of_the_plain_sum(families):
    _check(families)


@examples(40)
@given(_neighbours(kinds=("none", "proportional"), most=6))
def test_lrs_over_lumped_alleles_are_those_of_the_plain_sum(families):
    _check(families)


@examples(15)
@given(drawn_families(pedigrees(most=5, inbred=False), most=3, vague=False))
def test_lrs_with_coancestry_are_those_of_the_plain_sum(drawn):
    member, theta = drawn.family.members[-1], 0.03
    drawn = replace(drawn, seen={m: r for m, r in drawn.seen.items() if m != member.id})
    if not drawn.seen or sum(m.is_founder for m in drawn.family.members) > 3:
        return
    reports = drawn.reports(member.id)
    found = kinship.compare(_persons([drawn.relatives(member.id)]), _remains(drawn.marker, reports),
                            kinship.Params(frequency_table(drawn.marker, theta=theta)))
    wider = Family("wider", (*drawn.family.members, Member("stranger", None, None, member.sex)))
    numbers = [plain.locus(drawn.marker)]
    for j, report in enumerate(reports):
        below = plain.likelihood(wider, numbers, [{**drawn.seen, "stranger": report}], theta=theta)
        if below == 0.0:
            assert found.support.status[0, j] == NOT_COMPARED
        else:
            above = plain.likelihood(drawn.family, numbers, [{**drawn.seen, member.id: report}], theta=theta)
            # An open report is a difference of two products there: its last digits go where it is all but excluded.
            _assert_pair(found, 0, j, above / below, rel=1e-12 if report[-1] is not None else 1e-9)


# --- laws


@examples(60)
@given(drawn_families(most=5))
def test_the_mean_lr_over_strangers_is_one(drawn):
    p = drawn.marker.frequencies
    reports = [r for r in drawn.reports(drawn.family.members[0].id) if r[-1] is not None]
    weights = [math.prod(p[a] for a in r) * (1 if len(set(r)) == 1 else 2) for r in reports]
    found = kinship.compare(_persons([drawn.relatives(m.id) for m in drawn.family.members]),
                            _remains(drawn.marker, reports), kinship.Params(drawn.table))
    for i in range(len(drawn.family.members)):
        if (found.support.status[i] != NOT_COMPARED).any():
            assert_same(math.fsum(weights * 10.0 ** found.support.log10_lr[i]), 1.0)


def _case(n_families=8, n_remains=12, n_markers=5, seed=3):
    """Invented families of two structures and remains, at markers with mutation, some genotypes missing."""
    rng = np.random.default_rng(seed)
    loci = [Marker(f"L{k}", tuple(map(str, range(8, 15))), tuple(rng.dirichlet(np.full(7, 2.0))),
                   MutationModel("equal" if k % 2 else "stepwise", 0.002), MutationModel("stepwise", 0.004))
            for k in range(n_markers)]

    def profile(name):
        typed = [m for m in loci if rng.random() < 0.8]
        return Profile(name, {m.name: genotype(m, tuple(sorted(map(int, rng.integers(0, 7, 2))))) for m in typed})

    relatives = []
    for k in range(n_families):
        family = Family(f"F{k}", (Member("dad", None, None, M), Member("mum", None, None, F),
                                  Member("x", "dad", "mum", M), Member("sib", "dad", "mum", F)))
        relatives.append(Relatives(Typed(family, {m: profile(m) for m in (("dad",), ("sib", "mum"))[k % 2]}), "x"))
    ids = tuple(f"R{k}" for k in range(n_remains))
    remains = kinship.Postmortem(ids, tuple(profile(i) for i in ids), (Sex.UNKNOWN,) * n_remains)
    return _persons(relatives), remains, kinship.Params(frequency_table(*loci))


def test_the_sum_over_markers_is_what_each_marker_says_alone():
    am, pm, params = _case()
    found = kinship.compare(am, pm, params)
    pairs = [(i, j) for i in range(8) for j in range(12)]
    for (i, j), by_marker in zip(pairs, kinship.explain(am, pm, params, pairs), strict=True):
        said = {m: v for m, v in by_marker.items() if v is not None}
        assert list(by_marker) == list(found.markers)
        assert found.n_markers[i, j] == len(said)
        assert set(found.excluding_markers(i, j)) == {m for m, v in said.items() if v == -math.inf}
        if not found.excluding_markers(i, j):
            assert math.isclose(found.support.log10_lr[i, j], math.fsum(said.values()), abs_tol=1e-12)


def test_the_order_of_persons_and_remains_changes_nothing():
    am, pm, params = _case()
    found = kinship.compare(am, pm, params).support
    rows, columns = np.random.default_rng(1).permutation(8), np.random.default_rng(2).permutation(12)
    turned = kinship.compare(
        kinship.Antemortem(tuple(am.ids[i] for i in rows), tuple(am.relatives[i] for i in rows)),
        kinship.Postmortem(tuple(pm.ids[j] for j in columns), tuple(pm.profiles[j] for j in columns), pm.sexes),
        params).support
    assert np.array_equal(turned.log10_lr, found.log10_lr[np.ix_(rows, columns)])
    assert np.array_equal(turned.status, found.status[np.ix_(rows, columns)])


def test_a_pair_is_the_same_alone_and_among_many():
    am, pm, params = _case()
    found = kinship.compare(am, pm, params).support
    alone = kinship.compare(kinship.Antemortem(am.ids[3:4], am.relatives[3:4]),
                            kinship.Postmortem(pm.ids[5:6], pm.profiles[5:6], pm.sexes[5:6]), params).support
    assert math.isclose(alone.log10_lr[0, 0], found.log10_lr[3, 5], abs_tol=1e-12)


def test_more_families_than_one_tile_holds_are_all_compared(monkeypatch):
    am, pm, params = _case()
    whole = kinship.compare(am, pm, params).support
    monkeypatch.setattr(kinship, "_TILE", 3)
    np.testing.assert_array_equal(kinship.compare(am, pm, params).support.log10_lr, whole.log10_lr)


def test_progress_rises_from_zero_to_one():
    am, pm, params = _case()
    told = []
    kinship.compare(am, pm, params, progress=told.append)
    assert told == sorted(told)
    assert 0.0 < told[0] <= 1.0
    assert math.isclose(told[-1], 1.0)


# --- three statuses, never one zero

FAMILY = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F), Member("x", "dad", "mum", M),
                      Member("sib", "dad", "mum", M)))
MARKERS = [Marker(name, ("7", "8", "9"), (0.2, 0.3, 0.5)) for name in ("A", "B")]


def _one(reference, remains, *markers, member="dad", **sex):
    typed = Typed(FAMILY, {member: Profile(member, reference)})
    return kinship.compare(_persons([Relatives(typed, "x")]),
                           kinship.Postmortem(("R",), (Profile("R", remains),), (sex.get("sex", Sex.UNKNOWN),)),
                           kinship.Params(frequency_table(*(markers or MARKERS))))


def test_one_impossible_marker_excludes_and_is_named():
    found = _one({"A": Genotype("7", "7"), "B": Genotype("7", "8")}, {"A": Genotype("7", "9"), "B": Genotype("9", "9")})
    assert found.support.status[0, 0] == EXCLUDED
    assert found.excluding_markers(0, 0) == ("B",)
    assert found.n_markers[0, 0] == 2


def test_no_marker_on_both_sides_is_not_compared_and_no_zero():
    found = _one({"A": Genotype("7", "7")}, {"B": Genotype("7", "9")})
    assert found.support.status[0, 0] == NOT_COMPARED
    assert found.n_markers[0, 0] == 0
    assert found.excluding_markers(0, 0) == ()


def test_a_neutral_comparison_is_compared_and_zero():
    # A child ab of a father ac: 1/(4 p_a) = 1 at p_a = ¼.
    marker = Marker("A", ("7", "8", "9"), (0.25, 0.25, 0.5))
    found = _one({"A": Genotype("7", "9")}, {"A": Genotype("7", "8")}, marker)
    assert found.support.status[0, 0] == COMPARED
    assert math.isclose(found.support.log10_lr[0, 0], 0.0, abs_tol=1e-15)


def test_a_person_without_references_and_remains_without_profile_are_not_compared():
    typed = Typed(FAMILY, {"dad": Profile("dad", {"A": Genotype("7", "7")})})
    found = kinship.compare(_persons([Relatives(typed, "x"), None]),
                            kinship.Postmortem(("R", "S"), (Profile("R", {"A": Genotype("7", "8")}), Profile("S")),
                                               (M, M)), kinship.Params(frequency_table(*MARKERS)))
    assert found.support.status.tolist() == [[COMPARED, NOT_COMPARED], [NOT_COMPARED, NOT_COMPARED]]


def test_contradictory_references_are_named_and_not_compared():
    typed = Typed(FAMILY, {"dad": Profile("dad", {"A": Genotype("7", "7"), "B": Genotype("7", "8")}),
                           "sib": Profile("sib", {"A": Genotype("8", "8"), "B": Genotype("7", "8")})})
    found = kinship.compare(_persons([Relatives(typed, "x")]), _remains(MARKERS[1], [(0, 1)]),
                            kinship.Params(frequency_table(*MARKERS)))
    assert found.contradictions == {"P0": ("A",)}
    assert found.support.status[0, 0] == NOT_COMPARED


def test_a_partial_result_of_the_remains_is_weighted_over_what_it_leaves_open():
    # Father 7/7: the child has a 7 for certain; LR = 1 / P(a stranger shows a 7) = 1 / (1 − (1 − p)²).
    found = _one({"A": Genotype("7", "7")}, {"A": Genotype("7", None)})
    assert_same(10.0 ** found.support.log10_lr[0, 0], 1 / (1 - 0.8**2))
    excluded = _one({"A": Genotype("7", "7")}, {"A": Genotype("8", None)})
    # The remains show an 8 and something: 7/8 is open, so nothing is excluded.
    assert excluded.support.status[0, 0] == COMPARED
    assert_same(10.0 ** excluded.support.log10_lr[0, 0], 0.3 / (1 - 0.7**2))


def test_more_than_sixty_four_markers_keep_their_exclusions_apart():
    many = [Marker(f"L{k}", ("7", "8"), (0.5, 0.5)) for k in range(130)]
    reference = {m.name: Genotype("7", "7") for m in many}
    impossible = ("L0", "L63", "L64", "L129")
    remains = dict.fromkeys(reference, Genotype("7", "8")) | dict.fromkeys(impossible, Genotype("8", "8"))
    assert _one(reference, remains, *many).excluding_markers(0, 0) == impossible


def test_a_man_s_x_is_compared_by_his_one_allele():
    marker = Marker("X", ("7", "8", "9"), (0.2, 0.3, 0.5), x_linked=True)
    found = _one({"X": Genotype("7", "8")}, {"X": Genotype("7", None, hemizygous=True)}, marker, member="mum", sex=M)
    assert_same(10.0 ** found.support.log10_lr[0, 0], 0.5 / 0.2)


@pytest.mark.parametrize("shown", [Genotype("7", None, hemizygous=True), Genotype("7", "7"), Genotype("7", "9"),
                                   Genotype("7", None)], ids=str)
def test_what_remains_show_on_the_x_has_one_status_with_and_without_coancestry(shown):
    # Remains of unrecorded sex against a missing man.
    marker = Marker("X", ("7", "8", "9"), (0.2, 0.3, 0.5), x_linked=True)
    relatives = Relatives(Typed(FAMILY, {"mum": Profile("mum", {"X": Genotype("7", "8")})}), "x")
    remains = kinship.Postmortem(("R",), (Profile("R", {"X": shown}),), (Sex.UNKNOWN,))
    plain_, urn = (kinship.compare(_persons([relatives]), remains, kinship.Params(frequency_table(marker, theta=theta)))
                   for theta in (0.0, 1e-9))
    assert plain_.support.status[0, 0] == urn.support.status[0, 0]
    if plain_.support.status[0, 0] == COMPARED:
        assert math.isclose(plain_.support.log10_lr[0, 0], urn.support.log10_lr[0, 0], abs_tol=1e-6)


def test_an_allele_of_the_remains_outside_the_table_is_refused_by_name():
    with pytest.raises(InvalidValue, match=r"A: allele='77'"):
        _one({"A": Genotype("7", "8")}, {"A": Genotype("7", "77")})


def test_an_empty_roster_and_no_remains_are_empty_answers():
    am, pm, params = _case()
    nobody = kinship.compare(kinship.Antemortem((), ()), pm, params)
    assert nobody.support.log10_lr.shape == (0, 12)
    nothing = kinship.compare(am, kinship.Postmortem((), (), ()), params)
    assert nothing.support.log10_lr.shape == (8, 0)


def test_the_line_has_the_shape_of_a_line():
    assert kinship in LINES
    assert kinship.NAME == "kinship"
    assert set(kinship.__all__) >= {"NAME", "Params", "compare"}


def test_the_example_of_the_page_runs():
    page = (Path(__file__).parents[3] / "docs" / "evidence" / "kinship.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 2
    exec("".join(blocks), {})
