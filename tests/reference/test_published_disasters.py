"""LRs of every pair of the published disaster exercises, as dvir 3.4.2 and pedprobr 1.1.0 gave them.

The data sets are those of the literature on disaster victim identification: Vigeland & Egeland 2021,
doi:10.1038/s41598-021-93071-5 (plane crash, grave and others), and Kling, Egeland, Tillmar & Prieto, Mass
Identifications, 2021 (KETP), as the R package dvir carries them. They are read from ../shared; where that is absent
these tests are skipped.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from homeward.blocks import COMPARED, EXCLUDED
from homeward.decide import identify
from homeward.formats.neutral import read_neutral, read_neutral_outputs
from homeward.model import Sex

SHARED = Path(__file__).parents[3] / "shared"
PUBLISHED = ["KETPchap481", "KETPchap484", "KETPexer497", "KETPexer498", "example1", "example2", "exclusionExample",
             "fire", "grave", "icmp", "planecrash", "symmetricSibs"]
TIMED = ["cousins2_aunt_none_50", "nephews2_equal_20", "nephews2_none_50", "parent_sib_none_100",
         "parent_sib_stepwise_50"]
# This file lists the relatives' genotypes in another order of the markers than its own.
EXCLUSION_ORDER = ("D8S1179", "D21S11", "D7S820", "CSF1PO", "D3S1358", "TH01", "D13S317", "D16S539", "D2S1338",
                   "D19S433", "vWA", "TPOX", "D18S51", "D5S818", "FGA")


def _identified(path, **options):
    if not path.exists():
        pytest.skip(f"the published cases are not beside this checkout ({SHARED})")
    return identify(read_neutral(path, **options)), read_neutral_outputs(path)["pairwise_LR"]


def _assert_pairs_agree(found, reference):
    """Every pair: the same LR within 1e-8; LR 0 is excluded; no LR means that sex excludes."""
    support, case = found.support, found.case
    assert set(support.am_ids) == set(reference["cols"])
    assert set(support.pm_ids) == set(reference["rows"])
    for i, person in enumerate(case.roster):
        for j, remains in enumerate(case.remains):
            lr = reference["matrix"][reference["rows"].index(remains.id)][reference["cols"].index(person.id)]
            if lr is None or lr == 0.0:
                assert support.status[i, j] == EXCLUDED, (person.id, remains.id)
                assert support.log10_lr[i, j] == -math.inf
                differ = Sex.UNKNOWN not in (person.sex, remains.sex) and person.sex is not remains.sex
                assert differ is (lr is None), (person.id, remains.id)
            else:
                assert support.status[i, j] == COMPARED, (person.id, remains.id)
                assert abs(10.0 ** (support.log10_lr[i, j] - math.log10(lr)) - 1.0) <= 1e-8, (person.id, remains.id)


@pytest.mark.parametrize("name", PUBLISHED)
def test_pairwise_lrs_of_published_disasters_are_the_reference(name):
    options = {"reference_markers": EXCLUSION_ORDER} if name == "exclusionExample" else {}
    _assert_pairs_agree(*_identified(SHARED / "cases" / "dna" / "published" / f"{name}.json", **options))


@pytest.mark.parametrize("name", TIMED)
def test_pairwise_lrs_of_the_timed_disasters_are_the_reference(name):
    _assert_pairs_agree(*_identified(SHARED / "bench" / "pairwise" / f"{name}.json"))


def test_the_largest_timed_disaster_names_everyone_rightly():
    path = SHARED / "bench" / "pairwise" / "parent_sib_none_100.json"
    found, _ = _identified(path)
    truth = json.loads(path.read_text(encoding="utf-8"))["truth"]
    assert len(truth) == 50
    assert {p.remains: p.person for p in found.proposals} == truth
    assert np.allclose(found.posterior.sum(axis=0), 1.0, rtol=0, atol=1e-12)
