"""Families in batches against the same families one by one, however their members are listed."""

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.kinship import FamilyBatch, Relatives, Typed, genotype_tables, locus_of
from homeward.model import Family, FrequencyTable, Genotype, InvalidValue, Marker, Member, MutationModel, Profile, Sex
from homeward.simulate import family_of, gene_drop, shapes

from .random_families import drawn_families, examples, markers, pedigrees

M, F = Sex.MALE, Sex.FEMALE
NAMES = tuple(map(str, range(6, 18)))
P = (0.02, 0.05, 0.1, 0.12, 0.15, 0.2, 0.1, 0.08, 0.06, 0.05, 0.04, 0.03)
MODELS = (MutationModel(), MutationModel("proportional", 0.004), MutationModel("equal", 0.002),
          MutationModel("stepwise", 0.003, 0.0002, 0.1))
MARKERS = (*(Marker(f"A-{m.kind}", NAMES, P, m, m) for m in MODELS),
           *(Marker(f"X-{m.kind}", NAMES, P, m, m, x_linked=True) for m in MODELS[:3]),
           Marker("silent", NAMES, P, MODELS[1], MODELS[1], silent="17"))


def _check(relatives, marker, rel=1e-11):
    """Every genotype of every member, and who is left out."""
    batch = FamilyBatch(relatives, [marker])
    locus = locus_of(marker)
    one_by_one = genotype_tables(relatives, marker, locus)
    seen = []
    for tables in batch.tables(0, locus):
        for i, row in enumerate(tables.rows.tolist()):
            seen.append(row)
            table = one_by_one[row]
            assert tables.possible[i] == math.isfinite(table.loglik)
            if tables.possible[i]:
                found = 10.0 ** tables.log10_lr[i][np.ix_(tables.place[i], tables.place[i])]
                expected = table.lr[np.ix_(table.place, table.place)]
                if tables.single:
                    found, expected = np.diag(found), np.diag(expected)
                np.testing.assert_allclose(found, expected, rtol=rel, atol=0.0)
    assert sorted(seen) == [row for row, table in enumerate(one_by_one) if table is not None]
    return seen


@cache
def _families():
    """Two families of every shape, some with partial results and personal items, members and profiles in any order."""
    rng = np.random.default_rng(7)
    table = FrequencyTable("synthetic", MARKERS)
    relatives = []
    for n, shape in enumerate([*shapes(), *shapes()]):
        shaped = family_of(shape, id=f"F-{n}", sex=M if n % 3 else F, rng=rng)
        dropped = gene_drop(shaped.family, table, rng)
        missing = shaped.family.missing[-1].id
        gave = [*shaped.donors, missing] if n % 5 == 4 else list(shaped.donors)
        profiles = {d: _thinned(dropped[d], n, rng) for d in rng.permutation(gave).tolist()}
        members = [shaped.family.members[k] for k in rng.permutation(len(shaped.family.members))]
        relatives.append(Relatives(Typed(Family(f"F-{n}", tuple(members)), profiles), missing))
    return tuple(relatives)


def _thinned(profile, n, rng):
    shown = {m: g for m, g in profile.genotypes.items() if rng.random() < 0.9}
    return Profile(profile.sample, {m: Genotype(g.first, None) if n % 4 == 3 and not g.hemizygous and rng.random() < 0.3
                                    else g for m, g in shown.items()})


@pytest.mark.parametrize("marker", MARKERS, ids=lambda m: m.name)
def test_families_of_all_shapes_have_the_tables_they_have_alone(marker):
    assert len(_check(_families(), marker)) > 25


@examples(60)
@given(st.data())
def test_any_members_of_any_families_have_the_tables_they_have_alone(data):
    marker = data.draw(markers(most=6, x_linked=data.draw(st.booleans()), silent=data.draw(st.booleans())))
    relatives = []
    for n in range(data.draw(st.integers(1, 3))):
        drawn = data.draw(drawn_families(pedigrees(most=6), st.just(marker)))
        relatives += [Relatives(Typed(Family(f"F-{n}", drawn.family.members, drawn.family.inbreeding),
                                      drawn.typed.profiles), m.id) for m in drawn.family.members]
    _check(relatives, marker)


@pytest.mark.parametrize("start", [0, 1, 7])
@pytest.mark.parametrize("step", [1, 5, 100])
def test_tables_asked_for_piece_by_piece_are_those_asked_for_at_once(start, step):
    marker, relatives = MARKERS[1], _families()
    batch, locus = FamilyBatch(relatives, [marker]), locus_of(marker)

    def figures(rows):
        return {int(row): tables.log10_lr[i][np.ix_(tables.place[i], tables.place[i])]
                for tables in batch.tables(0, locus, rows) for i, row in enumerate(tables.rows)}

    whole = figures(slice(None))
    found = {}
    for low in range(start, len(relatives), step):
        piece = figures(slice(low, low + step))
        assert all(low <= row < low + step for row in piece)
        found |= piece
    assert found.keys() == {row for row in whole if row >= start}
    for row, table in found.items():
        np.testing.assert_array_equal(table, whole[row])


@pytest.mark.parametrize("typed", [("child",), ("mother", "child")])
@pytest.mark.parametrize("model", MODELS[:3], ids=lambda m: m.kind)
def test_a_missing_founder_who_is_inbred_is_not_lumped(typed, model):
    # (1 − f) p_a p_b + f p_a [a = b]: over alleles taken as one, homozygotes would share what is theirs alone.
    members = Member("x", None, None, M), Member("mother", None, None, F), Member("child", "x", "mother", M)
    family = Family("F", members, {"x": 0.25})
    profiles = {"child": Genotype("6", "7"), "mother": Genotype("7", "8")}
    relatives = Relatives(Typed(family, {m: Profile(m, {"M": profiles[m]}) for m in typed}), "x")
    _check([relatives], Marker("M", NAMES, P, model, model))


def test_members_who_are_typed_nowhere_are_left_out_and_contradictions_are_told():
    marker = MARKERS[0]
    family = family_of("parents").family
    child = Family("F", (*family.members, Member("sister", "father", "mother", F)))
    parents = {"father": Genotype("6", "7"), "mother": Genotype("8", "9")}
    families = [{}, parents, parents | {"sister": Genotype("6", "8")}, parents | {"sister": Genotype("10", "8")}]
    relatives = [Relatives(Typed(child, {m: Profile(m, {marker.name: g}) for m, g in some.items()}), "missing")
                 for some in families]
    assert sorted(_check(relatives, marker)) == [1, 2, 3]
    possible = {int(row): bool(ok) for tables in FamilyBatch(relatives, [marker]).tables(0, locus_of(marker))
                for row, ok in zip(tables.rows, tables.possible, strict=True)}
    assert possible == {1: True, 2: True, 3: False}


@pytest.mark.parametrize(("sex", "child", "single"), [(M, False, True), (F, False, False), (Sex.UNKNOWN, False, False),
                                                      (Sex.UNKNOWN, True, True)])
def test_a_father_whose_sex_nobody_wrote_down_has_one_x(sex, child, single):
    parents = Member("dad", None, None, M), Member("mum", None, None, F)
    members = (*parents, Member("x", "dad", "mum", sex))
    if child:
        members += (Member("wife", None, None, F), Member("c", "x", "wife", F))
    relatives = Relatives(Typed(Family("F", members), {"mum": Profile("mum", {"X-none": Genotype("6", "7")})}), "x")
    tables, = FamilyBatch([relatives], [MARKERS[4]]).tables(0, locus_of(MARKERS[4]))
    assert tables.single is single


def test_an_allele_that_the_table_does_not_hold_is_refused_by_name():
    family = family_of("one sib").family
    typed = Typed(family, {"sib": Profile("sib", {"A-none": Genotype("7", "99")})})
    with pytest.raises(InvalidValue, match="A-none: allele='99' is not in the frequency table"):
        FamilyBatch([Relatives(typed, "missing")], MARKERS)


def test_an_empty_batch_has_no_tables():
    batch = FamilyBatch([], MARKERS)
    assert len(batch) == 0
    assert list(batch.tables(0, locus_of(MARKERS[0]))) == []
