"""A grouping written as files and read back to be scored; truth tables refused with all faults."""

import datetime
import json

import numpy as np
import pytest

from homeward.decide import Conclusion
from homeward.decide.grouping.result import Group, Grouping, Membership, Name, Persons
from homeward.decide.score_groups import StatedGrouping, StatedName
from homeward.formats.results.groups import is_grouping, read_grouping, read_owners, write_grouping
from homeward.model import Case, FaultyInput, FrequencyTable, RunFacts

CASE = Case("synthetic", FrequencyTable("invented", ()), synthetic=True)
FACTS = RunFacts("homeward 0", "case", "0" * 64, datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), 1)


def a_grouping(*, converged=True):
    """Three elements, two persons, one name."""
    members = (Membership("E1", 0.9999, 1e-5), Membership("E2", 0.8, 0.01))
    name = Name("M-1", 0.9999, 1e-5, "E1", members, (("kinship", 12.0), ("bones", float("-inf"))), (("kinship", 0.1),),
                ("", 0.0001), (), Conclusion.IDENTIFIED, "the rule is met")
    return Grouping(
        ("E1", "E2", "E3"), Persons((0.0, 0.1, 0.9), 1.9, 2, 2, 0.01),
        (Group(members, 0.8), Group((Membership("E3", 1.0, 0.0),), 1.0)), (name,), np.array([[0, 1]]), np.array([0.8]),
        np.array([0.0, 0.1, 0.9]), {"spread": (0.1, 0.02)}, {"persons": 1.01, "log posterior": float("inf")},
        {"persons": 400.0}, converged, 800, ("a warning",))


def test_what_is_written_is_read_back(tmp_path):
    write_grouping(a_grouping(), CASE, FACTS, tmp_path, warnings=("another",))
    assert is_grouping(tmp_path)
    assert read_grouping(tmp_path) == StatedGrouping(
        ("E1", "E2", "E3"), (StatedName("M-1", 0.9999, "E1", True, {"E1": 0.9999, "E2": 0.8}),), 2, 1.9, 2,
        (("E1", "E2", 0.8),), True)
    document = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert document["warnings"] == ["a warning", "another"]
    assert document["r_hat"] == {"persons": 1.01, "log posterior": None}
    assert document["names"][0]["line_log10_lrs"] == {"kinship": 12.0, "bones": None}
    assert document["names"][0]["runner_up"] == {"person": None, "probability": 0.0001}


def test_the_digest_is_of_the_figures_and_not_of_the_hour(tmp_path):
    digests = []
    for k, (hour, converged) in enumerate([(1, True), (2, True), (1, False)]):
        facts = RunFacts("homeward 0", "case", "0" * 64, datetime.datetime(2026, 1, 1, hour, tzinfo=datetime.UTC), 1)
        (tmp_path / str(k)).mkdir()
        write_grouping(a_grouping(converged=converged), CASE, facts, tmp_path / str(k))
        digests.append(json.loads((tmp_path / str(k) / "results.json").read_text())["result_digest"])
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": "homeward-grouping/1"}', "\0"])
def test_other_files_are_refused_in_words(tmp_path, text):
    (tmp_path / "results.json").write_text(text, encoding="utf-8")
    with pytest.raises(FaultyInput, match="results-format"):
        read_grouping(tmp_path)


def test_a_truth_table_is_read_from_its_folder(tmp_path):
    (tmp_path / "elements.csv").write_text("element,person,listed\nE1,M-1,true\nE2,unlisted-1,false\n")
    assert read_owners(tmp_path) == {"E1": ("M-1", True), "E2": ("unlisted-1", False)}


def test_a_truth_table_is_refused_with_all_faults(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("element,person,listed\nE1,M-1,true\nE1,,true\n,M-2,\n")
    with pytest.raises(FaultyInput) as refused:
        read_owners(path)
    assert [(f.line, f.column) for f in refused.value.faults] == [(3, "element"), (3, "person"), (4, "element")]
    path.write_text("remains,person\n")
    with pytest.raises(FaultyInput, match="truth-columns"):
        read_owners(path)
    with pytest.raises(FaultyInput, match="truth-unreadable"):
        read_owners(tmp_path / "not there.csv")
