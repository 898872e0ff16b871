"""Numbers at their edges: no NaN anywhere, nothing impossible where the truth is only very improbable."""

import math

import numpy as np
import pytest
from hypothesis import given

from homeward.blocks import NOT_COMPARED
from homeward.evidence import kinship
from homeward.kinship import Relatives, Typed, genotype_tables, marker_logliks
from homeward.model import Family, Genotype, Marker, Member, MutationModel, Profile, Sex

from .random_families import assert_same, drawn_families, examples, frequency_table, genotype, pedigrees

M, F = Sex.MALE, Sex.FEMALE
RARE = 0.001


@examples(80)
@given(drawn_families(pedigrees(most=6), kinds=("none", "proportional")))
def test_no_number_is_nan_even_where_the_references_are_impossible(drawn):
    members = [m.id for m in drawn.family.members]
    assert not math.isnan(marker_logliks([drawn.typed], drawn.table)[0]["M"])
    for table in genotype_tables([drawn.relatives(m) for m in members], drawn.marker):
        if table is not None:
            assert np.isfinite(table.lr).all()
            assert not math.isnan(table.loglik)
    reports = drawn.reports(members[0])
    ids = tuple(f"R{k}" for k in range(len(reports)))
    profiles = tuple(Profile(i, {"M": genotype(drawn.marker, r)}) for i, r in zip(ids, reports, strict=True))
    found = kinship.compare(kinship.Antemortem(tuple(members), tuple(map(drawn.relatives, members))),
                            kinship.Postmortem(ids, profiles, (Sex.UNKNOWN,) * len(ids)),
                            kinship.Params(drawn.table))
    assert not np.isnan(found.support.log10_lr).any()


def _many_couples(n):
    """n couples with rare alleles, typed; ``x`` is the missing child of the first."""
    members, profiles = [Member("x", "f0", "m0", M)], {}
    for k in range(n):
        members += [Member(f"f{k}", None, None, M), Member(f"m{k}", None, None, F)]
        profiles |= {f"{side}{k}": Profile(f"{side}{k}", {"M": Genotype("7", "8")}) for side in "fm"}
    return Typed(Family("F", tuple(members)), profiles)


def _rare():
    model = MutationModel("equal", 0.001)
    return Marker("M", ("7", "8", "9"), (RARE, RARE, 1 - 2 * RARE), model, model)


def test_forty_typed_founders_with_rare_alleles_keep_their_likelihood():
    loglik = marker_logliks([_many_couples(20)], frequency_table(_rare()))[0]["M"]
    assert_same(loglik, 40 * math.log(2 * RARE**2))


@pytest.mark.parametrize("couples", [28, 30, 100])
def test_any_number_of_typed_founders_with_rare_alleles_keeps_its_likelihood(couples):
    # 28 couples: 1e-319, where most digits are gone; 30 couples: 1e-342, below the smallest double.
    loglik = marker_logliks([_many_couples(couples)], frequency_table(_rare()))[0]["M"]
    assert_same(loglik, 2 * couples * math.log(2 * RARE**2))


def test_a_large_family_is_compared_and_does_not_contradict_itself():
    typed, marker = _many_couples(30), _rare()
    few, = genotype_tables([Relatives(_many_couples(1), "x")], marker)
    found = kinship.compare(kinship.Antemortem(("P",), (Relatives(typed, "x"),)),
                            kinship.Postmortem(("R",), (Profile("R", {"M": Genotype("7", "8")}),), (M,)),
                            kinship.Params(frequency_table(marker)))
    assert found.contradictions == {}
    assert found.support.status[0, 0] != NOT_COMPARED
    assert_same(10 ** found.support.log10_lr[0, 0], few.lr[0, 1])


def test_hundreds_of_markers_multiply_without_underflow():
    model = MutationModel("equal", 0.001)
    many = [Marker(f"L{k}", ("7", "8", "9"), (0.001, 0.002, 0.997), model, model) for k in range(400)]
    family = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F), Member("x", "dad", "mum", M)))
    typed = Typed(family, {"dad": Profile("dad", {m.name: Genotype("7", "7") for m in many})})
    remains = kinship.Postmortem(("near", "far"), (Profile("near", {m.name: Genotype("7", "8") for m in many}),
                                                   Profile("far", {m.name: Genotype("8", "8") for m in many})), (M, M))
    found = kinship.compare(kinship.Antemortem(("P",), (Relatives(typed, "x"),)), remains,
                            kinship.Params(frequency_table(*many)))
    near, far = found.support.log10_lr[0]
    # Each marker by hand: the father hands on a 7 with 0.999, an 8 with 0.0005; the mother's gamete is p changed by M.
    other = 0.0005
    mother = {a: p * 0.999 + (1 - p) * other for a, p in (("7", 0.001), ("8", 0.002))}
    assert math.isclose(near, 400 * math.log10((0.999 * mother["8"] + other * mother["7"]) / (2 * 0.001 * 0.002)),
                        rel_tol=1e-12)
    assert math.isclose(far, 400 * math.log10(other * mother["8"] / 0.002**2), rel_tol=1e-12)


def test_a_mutation_rate_of_one_in_a_million_keeps_its_digits_over_lumped_alleles():
    # Father 7/7, child 8/8, ten alleles of which eight are nobody's: LR = μ/9 · (…)/p², to the last digits.
    n, rate = 10, 1e-6
    model = MutationModel("equal", rate)
    marker = Marker("M", tuple(map(str, range(7, 7 + n))), (1 / n,) * n, model, model)
    family = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F), Member("x", "dad", "mum", M)))
    typed = Typed(family, {"dad": Profile("dad", {"M": Genotype("7", "7")})})
    table, = genotype_tables([Relatives(typed, "x")], marker)
    a = table.place[marker.index("8")]
    assert_same(table.lr[a, a], (rate / 9) * (1 / n) / (1 / n) ** 2, rel=1e-13)


@pytest.mark.parametrize("f", [0.0, 1e-300, 1.0])
def test_the_ends_of_founder_inbreeding_are_numbers(f):
    family = Family("F", (Member("dad", None, None, M), Member("mum", None, None, F), Member("x", "dad", "mum", M)),
                    {"dad": f})
    typed = Typed(family, {"dad": Profile("dad", {"M": Genotype("7", "8")})})
    loglik = marker_logliks([typed], frequency_table(Marker("M", ("7", "8"), (0.5, 0.5))))[0]["M"]
    assert loglik == (-math.inf if f == 1.0 else math.log(0.5))
