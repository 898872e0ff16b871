"""Familias leaves out untyped founders with one child; on request so do we, to the digit."""

import math
from pathlib import Path

import numpy as np
import pytest

from homeward.formats import read_neutral
from homeward.formats.neutral import read_neutral_outputs
from homeward.kinship import Typed, marker_logliks
from homeward.kinship.mutation import mutation_matrix
from homeward.model import Family, FrequencyTable, Genotype, Marker, Member, MutationModel, Profile, Sex

PUBLISHED = Path(__file__).parents[3].parent / "shared" / "cases" / "dna" / "published"
MODEL = MutationModel("stepwise", 0.05, 0.001, 0.3)
MARKER = Marker("L", ("7", "8", "9"), (0.2, 0.5, 0.3), MODEL, MODEL)
TABLE = FrequencyTable("invented", (MARKER,))
TRIO = Family("F", (Member("father", None, None, Sex.MALE), Member("mother", None, None, Sex.FEMALE),
                    Member("child", "father", "mother", Sex.MALE)))


@pytest.mark.parametrize("name", [f"{who}_{model}" for who in ("halfsibs", "parent_child", "uncle_nephew")
                                  for model in ("equal", "proportional", "stepwise")])
def test_both_conventions_equal_familias_2_6_4(name):
    path = PUBLISHED / f"familias_pruning_{name}.json"
    if not path.exists():
        pytest.skip("../shared is not beside the project")
    case, outputs = read_neutral(path), read_neutral_outputs(path)["Familias"]
    profiles = case.reference_profiles()
    typed = [Typed(f, {m.id: profiles[f.id, m.id] for m in f.members if (f.id, m.id) in profiles})
             for f in case.families]
    for pruning, key in ((False, "likelihood_all_rows"), (True, "likelihood_typed_rows_only")):
        found = marker_logliks(typed, case.frequencies, familias_pruning=pruning)[0]
        assert math.exp(sum(found.values())) == pytest.approx(outputs[key], rel=1e-13)


def test_an_untyped_mother_with_one_child_gives_him_an_allele_of_the_population_as_it_is():
    # P(father 7/8, child 7/9) with the mother left out: 2 p7 p8 · [T(7) p9 + T(9) p7], T what the father hands on.
    p = np.array(MARKER.frequencies)
    matrix = mutation_matrix(MODEL, MARKER.alleles, p)
    handed_on = (matrix[0] + matrix[1]) / 2
    expected = 2 * p[0] * p[1] * (handed_on[0] * p[2] + handed_on[2] * p[0])
    typed = Typed(TRIO, {"father": Profile("f", {"L": Genotype("7", "8")}),
                         "child": Profile("c", {"L": Genotype("7", "9")})})
    pruned = marker_logliks([typed], TABLE, familias_pruning=True)[0]["L"]
    assert math.exp(pruned) == pytest.approx(expected, rel=1e-14)
    assert math.exp(marker_logliks([typed], TABLE)[0]["L"]) != pytest.approx(expected, rel=1e-6)


def test_someone_with_two_children_stays():
    sibs = Family("F", (*TRIO.members, Member("second", "father", "mother", Sex.FEMALE)))
    typed = Typed(sibs, {"child": Profile("c", {"L": Genotype("7", "9")}),
                         "second": Profile("s", {"L": Genotype("9", "9")})})
    both = [marker_logliks([typed], TABLE, familias_pruning=pruning)[0]["L"] for pruning in (False, True)]
    assert both[0] == both[1]
