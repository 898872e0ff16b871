"""The command for cases too large for a matrix: what it keeps, counts and writes."""

import csv
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from homeward.cli.app import app
from homeward.decide import identify
from homeward.formats import write_case
from homeward.simulate import grow_case


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    grown = grow_case(families=8, remains=10, rng=np.random.default_rng(3)).case
    folder = tmp_path_factory.mktemp("grown") / "case"
    write_case(grown, folder)
    return grown, folder


def _run(*args):
    return CliRunner().invoke(app, ["blind-search", *map(str, args)])


def _pairs(folder):
    with (folder / "pairs.csv").open(newline="") as stream:
        return {(row["person"], row["remains"]): float(row["log10_lr"]) for row in csv.DictReader(stream)}


def test_the_pairs_kept_are_those_of_identify_above_the_floor(grown, tmp_path):
    case, folder = grown
    result = _run(folder, "--out", tmp_path / "search", "--floor", 0.5)
    assert result.exit_code == 0, result.output
    support = identify(case).support
    expected = {(p, r): support.log10_lr[i, j] for i, p in enumerate(support.am_ids)
                for j, r in enumerate(support.pm_ids) if support.log10_lr[i, j] >= 0.5}
    found = _pairs(tmp_path / "search")
    assert found.keys() == expected.keys()
    assert all(abs(found[k] - expected[k]) < 1e-9 for k in found)


def test_the_summary_is_json_even_without_a_floor(grown, tmp_path):
    assert _run(grown[1], "--out", tmp_path / "search", "--floor=-inf", "--top", 1).exit_code == 0
    summary = json.loads((tmp_path / "search" / "search.json").read_text(), parse_constant=pytest.fail)
    assert summary["floor_log10_lr"] == "-inf"
    assert summary["kept"] == len(_pairs(tmp_path / "search"))


def test_a_folder_of_something_else_is_left_alone(grown, tmp_path):
    (tmp_path / "letter.txt").write_text("kept")
    result = _run(grown[1], "--out", tmp_path)
    assert result.exit_code == 1
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]
