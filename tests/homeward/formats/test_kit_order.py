"""Relatives' genotypes in a kit's order: met where nothing else can be meant, and said; refused otherwise."""

import json
from pathlib import Path

import pytest

from homeward.formats import read_any, read_neutral
from homeward.formats.kit_order import _KITS
from homeward.model import FaultyInput

PUBLISHED = Path(__file__).parents[3].parent / "shared" / "cases" / "dna" / "published"
KIT = _KITS["AmpFLSTR Identifiler"]


def _document(order):
    """One invented couple and its missing son; each marker has alleles of its own, so that no order but one fits."""
    markers = [{"name": m, "x_linked": False, "alleles": [f"{k}1", f"{k}2"], "freqs": [0.4, 0.6], "mutation": None}
               for k, m in enumerate(sorted(KIT), 1)]
    place = {m["name"]: m["alleles"] for m in markers}
    people = [{"id": "F", "fid": None, "mid": None, "sex": 1}, {"id": "M", "fid": None, "mid": None, "sex": 2},
              {"id": "S", "fid": "F", "mid": "M", "sex": 1}]
    return {"schema": "dna-kinship-case/1", "name": "invented", "kind": "dvi", "source": None, "theta": 0,
            "markers": markers, "pedigrees": [{"name": "one", "individuals": people}], "missing": ["S"],
            "victims": [{"id": "V", "sex": 1}],
            "genotypes": {"reference": {"F": [place[m] for m in order]},
                          "victims": {"V": [m["alleles"] for m in markers]}}, "outputs": {}}


def _written(tmp_path, order):
    path = tmp_path / "invented.json"
    path.write_text(json.dumps(_document(order)), encoding="utf-8")
    return path


def test_the_order_of_a_kit_is_met_and_said(tmp_path):
    case = read_any(_written(tmp_path, KIT))
    assert all(str(g) == "/".join(case.frequencies[m].alleles) for m, g in case.profiles[0].genotypes.items())
    assert case.notes[-1].endswith("they were read in the order of AmpFLSTR Identifiler, in which all fit")


def test_the_file_s_own_order_needs_no_note(tmp_path):
    assert read_any(_written(tmp_path, sorted(KIT))).notes == ()


def test_an_order_that_is_neither_is_refused_with_the_faults_of_the_file_s_own(tmp_path):
    path = _written(tmp_path, [*KIT[1:], KIT[0]])
    with pytest.raises(FaultyInput) as met:
        read_any(path)
    with pytest.raises(FaultyInput) as plain:
        read_neutral(path)
    assert met.value.faults == plain.value.faults


@pytest.mark.parametrize("name", ["exclusionExample.json", "exclusionExample.dp.json"])
def test_the_published_exclusion_example_is_read(name):
    path = PUBLISHED / name
    if not path.exists():
        pytest.skip("../shared is not beside the project")
    case = read_any(path)
    assert len(case.families) == 15
    assert "AmpFLSTR Identifiler" in case.notes[-1]
