"""simulate --like k55, check, counts, group, score: what a stranger types, one after the other."""

import csv
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from homeward.cli import app as app_module
from homeward.cli import group as group_module
from homeward.cli import main
from homeward.decide import Conclusion
from homeward.decide.grouping.result import Group, Grouping, Membership, Name, Persons
from homeward.formats import read_case, read_inventory

MINIMAL = Path(__file__).parents[3] / "spec" / "valid" / "minimal"


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A synthetic commingled case, grown once by the command itself."""
    folder = tmp_path_factory.mktemp("grown") / "small"
    done = CliRunner().invoke(app_module.app, ["simulate", str(folder), "--like", "k55", "--size", "small", "--seed",
                                               "7"])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def run(monkeypatch, capsys):
    """The command as the terminal calls it: (exit code, standard output, standard error)."""
    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["homeward", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        return ended.value.code or 0, captured.out, captured.err
    return call


@pytest.fixture
def weighed(monkeypatch):
    """Stands for the sampler, which has tests of its own: it names the truth of the first element with .9999."""
    def group(assemblage, settings, *, rng, progress):
        progress(1.0)
        ids = tuple(e.id for e in assemblage.inventory)
        person = assemblage.roster[0].id
        members = (Membership(ids[0], 0.9999, 1e-5),)
        name = Name(person, 0.9999, 1e-5, ids[0], members, (("kinship", 9.0),), (), ("", 1e-4), (),
                    Conclusion.IDENTIFIED, "the rule is met")
        groups = tuple(Group((Membership(e, 1.0, 0.0),), 1.0) for e in ids)
        return Grouping(ids, Persons((0.0, 0.0, 1.0), 2.0, 2, 2, 0.0), groups, (name,), np.zeros((0, 2), np.int64),
                        np.zeros(0), np.zeros(len(ids)), {"spread": (0.1, 0.02)}, {"persons": 1.0},
                        {"persons": 500.0}, True, 800, ())

    monkeypatch.setattr(group_module, "group", group)


def test_the_case_and_the_truth_lie_apart(grown):
    assert sorted(p.name for p in grown.iterdir()) == ["case", "truth"]
    with (grown / "truth" / "elements.csv").open() as file:
        truth = list(csv.DictReader(file))
    case = read_case(grown / "case")
    read = read_inventory(grown / "case", case)
    assert [row["element"] for row in truth] == [e.id for e in read.inventory]
    roster = {p.id for p in case.roster}
    assert all((row["person"] in roster) == (row["listed"] == "true") for row in truth)
    assert json.loads((grown / "truth" / "rates.json").read_text())["synthetic"] is True


def test_check_knows_the_inventory(run, grown, tmp_path):
    code, out, _ = run("check", grown / "case")
    assert code == 0
    assert "inventory: " in out
    shutil.copytree(grown / "case", tmp_path / "case")
    with (tmp_path / "case" / "measurements.csv").open("a") as file:
        file.write("nobody,Fem_01,450,\n")
    code, out, err = run("check", tmp_path / "case")
    assert code == 1
    assert "measurements.csv" in err
    assert "unknown-record" in err


def test_convert_carries_the_inventory(run, grown, tmp_path):
    assert run("convert", grown / "case", tmp_path / "copy")[0] == 0
    before = read_inventory(grown / "case").inventory
    assert read_inventory(tmp_path / "copy").inventory == before


def test_a_case_is_not_put_beside_the_inventory_of_another(run, grown, tmp_path):
    shutil.copytree(grown / "case", tmp_path / "case")
    code, _, err = run("convert", MINIMAL, tmp_path / "case")
    assert code == 1
    assert "the inventory of another case" in err
    assert read_case(tmp_path / "case") == read_case(grown / "case")


def test_counts_are_told(run, grown):
    code, out, _ = run("counts", grown / "case", "--zones")
    assert code == 0
    assert "MNI " in out
    assert "least number" in out
    assert "weighed by size and shape" in out


@pytest.mark.parametrize("command", [("counts",), ("group", "--out", "results")])
def test_a_case_without_an_inventory_is_refused(run, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = run(command[0], MINIMAL, *command[1:])
    assert code == 1
    assert "docs/inventory.md" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("arguments", "why"), [
    (("--like", "k208"), "must be k55"), (("--size", "small"), "must be k55 where --size is given"),
    (("--like", "k55", "--size", "huge"), "must be one of small, medium, k55")])
def test_other_likenesses_and_sizes_are_refused(run, tmp_path, arguments, why):
    code, _, err = run("simulate", tmp_path / "out", *arguments)
    assert code == 1
    assert why in err
    assert not (tmp_path / "out").exists()


def test_group_writes_results_and_score_holds_them_against_the_truth(run, grown, weighed, tmp_path):
    out = tmp_path / "results"
    code, told, _ = run("group", grown / "case", "--out", out)
    assert code == 0
    assert "1 proposed" in told
    assert "the chains agree" in told
    assert sorted(p.name for p in out.iterdir()) == ["groups.csv", "memberships.csv", "names.csv", "persons.csv",
                                                     "results.json", "together.csv"]
    document = json.loads((out / "results.json").read_text())
    assert document["synthetic"] is True
    assert len(document["parameters"]["inventory"]) == 64
    code, told, _ = run("score", out, grown / "truth", "--plot", tmp_path / "plot.svg")
    assert code == 0
    assert "named rightly 0, wrongly 1" in told
    assert "DOES NOT HOLD IT" in told
    assert (tmp_path / "plot.svg").read_text().startswith("<svg")


def test_three_bones_without_dna_are_grouped_and_nobody_is_named(run, tmp_path):
    # the sampler itself, on a case that holds next to nothing
    shutil.copytree(MINIMAL, tmp_path / "case")
    (tmp_path / "case" / "inventory.csv").write_text("id,bone,side,box\nE1,femur,left,\nE2,femur,left,B1\n"
                                                     "E3,cranium,,B1\n")
    code, out, _ = run("group", tmp_path / "case", "--out", tmp_path / "results", "--most", "500")
    assert code == 0
    assert "0 proposed" in out
    document = json.loads((tmp_path / "results" / "results.json").read_text())
    assert document["persons"]["low"] >= 2  # two left femora are of two people
    assert run("score", tmp_path / "results", tmp_path / "nothing.csv")[0] == 1


def test_results_are_replaced_and_other_folders_are_not(run, grown, weighed, tmp_path):
    out = tmp_path / "results"
    assert run("group", grown / "case", "--out", out)[0] == 0
    assert run("group", grown / "case", "--out", out)[0] == 0
    (out / "letter.txt").write_text("to somebody")
    code, _, err = run("group", grown / "case", "--out", out)
    assert code == 1
    assert "letter.txt" in err
    assert (out / "letter.txt").exists()


def test_an_unknown_bone_model_is_refused(run, grown, tmp_path):
    code, _, err = run("group", grown / "case", "--out", tmp_path / "r", "--bones", "martians")
    assert code == 1
    assert "us_white_men" in err
