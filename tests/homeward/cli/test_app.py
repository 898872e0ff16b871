"""The commands: what they write, how they refuse, and that the same case gives the same results."""

import csv
import json
import math
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from homeward import __version__
from homeward.cli import app as app_module
from homeward.cli import main
from homeward.formats import read_case

REFERENCE = Path(__file__).parents[2] / "reference" / "likelihood" / "s20251_001_nomut_trio.json"


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A synthetic case with its truth, grown once by the command itself."""
    folder = tmp_path_factory.mktemp("grown") / "demo"
    arguments = ["simulate", str(folder), "--families", "6", "--remains", "8", "--seed", "3"]
    done = CliRunner().invoke(app_module.app, arguments)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def identified(grown, tmp_path_factory):
    """The folder of results of the grown case."""
    out = tmp_path_factory.mktemp("identified") / "results"
    done = CliRunner().invoke(app_module.app, ["identify", str(grown / "case"), "--out", str(out)])
    assert done.exit_code == 0, done.output
    return out


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


# --- what each command does


def test_the_version_is_told(run):
    assert run("--version") == (0, f"homeward {__version__}\n", "")


def test_without_arguments_the_commands_are_listed(run):
    _, out, err = run()
    for command in ("check", "convert", "identify", "loglik", "simulate", "score", "blind-search"):
        assert command in out + err


@pytest.mark.parametrize("command", ["check", "convert", "identify", "loglik", "simulate", "score", "blind-search"])
def test_every_command_explains_itself(command):
    done = CliRunner().invoke(app_module.app, [command, "--help"])
    assert done.exit_code == 0
    assert "Usage" in done.output


def test_check_says_in_one_line_what_a_good_case_holds(run, grown):
    code, out, _ = run("check", grown / "case")
    assert code == 0
    assert "7 persons on the roster, 6 families, 8 remains" in out
    assert "(synthetic)" in out


def test_check_tells_every_fault_with_its_place(run, grown, tmp_path):
    case = tmp_path / "case"
    shutil.copytree(grown / "case", case)
    lines = (case / "remains.csv").read_text(encoding="utf-8").splitlines()
    sex = lines[0].split(",").index("sex")
    for n in (1, 2):
        cells = lines[n].split(",")
        cells[sex] = "someone"
        lines[n] = ",".join(cells)
    (case / "remains.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    code, out, err = run("check", case)
    assert code == 1
    assert out == ""
    assert "remains.csv:2: sex='someone'" in err
    assert "remains.csv:3: sex='someone'" in err
    assert "2 faults; nothing was read" in err


def test_convert_writes_a_case_folder_that_reads_as_the_same_case(run, grown, tmp_path):
    code, out, _ = run("convert", grown / "case", tmp_path / "copy")
    assert code == 0
    assert f"written to {tmp_path / 'copy'}" in out
    assert read_case(tmp_path / "copy").digest() == read_case(grown / "case").digest()


def test_convert_reads_a_foreign_file(run, tmp_path):
    assert run("convert", REFERENCE, tmp_path / "case")[0] == 0
    assert run("check", tmp_path / "case")[0] == 0


def test_loglik_prints_the_reference_to_seventeen_digits(run):
    code, out, _ = run("loglik", REFERENCE)
    outputs = json.loads(REFERENCE.read_text(encoding="utf-8"))["outputs"]
    rows = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert [name for name, _ in rows] == ["L1_none", "L2_none", "L3_none", "L4_none", "total"]
    for (_, value), expected in zip(rows, [*outputs["loglik_per_marker"], outputs["loglik_total"]], strict=True):
        assert math.isclose(float(value), expected, rel_tol=1e-13)


def test_loglik_names_the_families_where_there_are_several(run, grown):
    _, out, _ = run("loglik", grown / "case")
    assert sum(line.startswith("# family ") for line in out.splitlines()) == 6


def test_identify_writes_results_that_say_how_they_came_to_be(identified):
    results = json.loads((identified / "results.json").read_text(encoding="utf-8"))
    assert results["format"] == "homeward-results/1"
    assert len(results["digest"]) == 64
    assert results["seed"] is None
    assert set(results["versions"]) >= {"homeward", "python", "numpy", "scipy", "numba"}
    assert set(results["parameters"]) >= {"population", "frequencies", "theta", "prior on roster", "rule posterior",
                                          "rule minimum lines"}
    assert set(results["seconds"]) == {"read", "lr", "posterior", "total"}
    assert all(seconds >= 0.0 for seconds in results["seconds"].values())
    assert results["synthetic"] is True
    assert str(identified.parent) not in json.dumps(results)
    assert {f.name for f in identified.iterdir()} >= {
        "results.json", "report.html", "log10_lr.csv", "status.csv", "posterior.csv", "candidates.csv",
        "exclusions.csv", "proposals.csv"}


def test_the_tables_agree_with_each_other_and_hold_no_nan(identified):
    def table(name):
        with (identified / name).open(encoding="utf-8", newline="") as stream:
            header, *rows = list(csv.reader(stream))
        return header[1:], {row[0]: row[1:] for row in rows}

    (columns, lr), (_, status), (_, posterior) = (table(f"{n}.csv") for n in ("log10_lr", "status", "posterior"))
    assert list(lr) == list(status)
    assert list(posterior) == [*lr, "not on the roster"]
    for person, row in lr.items():
        for value, word in zip(row, status[person], strict=True):
            assert {"": "not_compared", "-inf": "excluded"}.get(value, "compared") == word
            assert value == "" or not math.isnan(float(value))
    for k in range(len(columns)):
        assert math.isclose(math.fsum(float(row[k]) for row in posterior.values()), 1.0, rel_tol=1e-12)


def test_the_same_case_gives_the_same_results_but_for_the_times(run, grown, identified, tmp_path):
    assert run("identify", grown / "case", "--out", tmp_path / "again")[0] == 0
    first, again = (json.loads((folder / "results.json").read_text(encoding="utf-8"))
                    for folder in (identified, tmp_path / "again"))
    for results in (first, again):
        del results["when"], results["seconds"]
    assert first == again
    for name in ("log10_lr", "status", "posterior", "candidates", "exclusions", "proposals"):
        assert (identified / f"{name}.csv").read_bytes() == (tmp_path / "again" / f"{name}.csv").read_bytes()


def test_identify_takes_the_zipped_folder_as_well(run, grown, identified, tmp_path):
    with zipfile.ZipFile(tmp_path / "case.zip", "w") as archive:
        for path in (grown / "case").iterdir():
            archive.write(path, path.name)
    assert run("identify", tmp_path / "case.zip", "--out", tmp_path / "out")[0] == 0
    assert (tmp_path / "out" / "log10_lr.csv").read_bytes() == (identified / "log10_lr.csv").read_bytes()


def test_identify_replaces_its_own_results_and_leaves_nothing_half_done(run, grown, tmp_path):
    for _ in range(2):
        assert run("identify", grown / "case", "--out", tmp_path / "out")[0] == 0
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_score_holds_the_results_against_the_truth(run, grown, identified):
    code, out, _ = run("score", identified, grown / "truth.csv")
    assert code == 0
    assert "remains of listed persons: 5; named rightly 3, wrongly 0" in out
    assert "remains of people not on the roster: 3; given a name 0" in out


def test_the_same_seed_grows_the_same_case(run, grown, tmp_path):
    assert run("simulate", tmp_path / "same", "--families", 6, "--remains", 8, "--seed", 3)[0] == 0
    for path in (grown / "case").iterdir():
        assert (tmp_path / "same" / "case" / path.name).read_bytes() == path.read_bytes()
    assert run("simulate", tmp_path / "other", "--families", 6, "--remains", 8, "--seed", 4)[0] == 0
    assert (tmp_path / "other" / "truth.csv").read_bytes() != (grown / "truth.csv").read_bytes()


def test_blind_search_keeps_the_pairs_of_the_full_matrix_above_the_floor(run, grown, identified, tmp_path):
    code, out, _ = run("blind-search", grown / "case", "--out", tmp_path / "out", "--floor", 1)
    assert code == 0
    assert "pairs compared" in out
    with (identified / "log10_lr.csv").open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    full = {(row[0], remains): float(v) for row in rows for remains, v in zip(header[1:], row[1:], strict=True) if v}
    with (tmp_path / "out" / "pairs.csv").open(encoding="utf-8", newline="") as stream:
        kept = {(r["person"], r["remains"]): float(r["log10_lr"]) for r in csv.DictReader(stream)}
    sexless = {pair: value for pair, value in full.items() if value >= 1.0}
    assert set(sexless) <= set(kept)
    for pair, value in sexless.items():
        assert math.isclose(kept[pair], value, rel_tol=1e-9)


# --- how they refuse: exit code 1, words, no traceback


def _broken_zip(folder):
    (folder / "case.zip").write_bytes(b"PK\x03\x04 and then nothing of a zip")
    return folder / "case.zip"


def _text(folder, name, content):
    (folder / name).write_bytes(content)
    return folder / name


BAD = {
    "a path that is not there": lambda f: f / "nowhere",
    "a folder without case.toml": lambda f: f,
    "a broken zip": _broken_zip,
    "an empty zip": lambda f: _text(f, "empty.zip", b""),
    "text called json": lambda f: _text(f, "case.json", b"not json at all"),
    "json of another schema": lambda f: _text(f, "case.json", b'{"schema": "other"}'),
    "a json list": lambda f: _text(f, "case.json", b"[1, 2, 3]"),
    "bytes called json": lambda f: _text(f, "case.json", bytes(range(256))),
    "an empty json": lambda f: _text(f, "case.json", b""),
    "bytes called fam": lambda f: _text(f, "case.fam", bytes(range(256))),
    "an empty fam": lambda f: _text(f, "case.fam", b""),
    "a file of another kind": lambda f: _text(f, "case.docx", b"hello"),
}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("command", ["check", "loglik", "convert", "identify", "blind-search"])
def test_bad_input_is_refused_in_words_with_exit_code_one(run, tmp_path, command, bad):
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    path = BAD[bad](source)
    more = {"convert": [out], "identify": ["--out", out], "blind-search": ["--out", out]}.get(command, [])
    code, said, err = run(command, path, *more)
    assert code == 1
    assert said == ""
    assert path.name in err or "case.toml" in err
    assert not out.exists()


def test_a_folder_that_holds_something_else_is_never_written_into(run, grown, tmp_path):
    (tmp_path / "diary.txt").write_text("not a result", encoding="utf-8")
    for command, arguments in {"identify": [grown / "case", "--out", tmp_path], "simulate": [tmp_path],
                               "blind-search": [grown / "case", "--out", tmp_path]}.items():
        code, _, err = run(command, *arguments)
        assert code == 1
        assert "must be a new folder" in err
    assert [p.name for p in tmp_path.iterdir()] == ["diary.txt"]


def test_what_somebody_put_beside_the_results_is_never_thrown_away(run, grown, tmp_path):
    assert run("identify", grown / "case", "--out", tmp_path / "out")[0] == 0
    (tmp_path / "out" / "notes.txt").write_text("read with the family", encoding="utf-8")
    code, _, err = run("identify", grown / "case", "--out", tmp_path / "out")
    assert code == 1
    assert "must be a new folder" in err
    assert "notes.txt" in err
    assert (tmp_path / "out" / "notes.txt").exists()


def test_every_file_that_identify_writes_is_one_that_it_may_replace(identified):
    assert {p.name for p in identified.iterdir()} == app_module._WRITTEN


def test_a_file_in_the_place_of_the_folder_is_refused(run, grown, tmp_path):
    (tmp_path / "out").write_text("", encoding="utf-8")
    for command in ("identify", "blind-search"):
        code, _, err = run(command, grown / "case", "--out", tmp_path / "out")
        assert code == 1
        assert "must be a new folder" in err


def test_convert_refuses_a_folder_that_is_not_empty(run, grown, tmp_path):
    (tmp_path / "diary.txt").write_text("not a case", encoding="utf-8")
    code, _, err = run("convert", grown / "case", tmp_path)
    assert code == 1
    assert err
    assert [p.name for p in tmp_path.iterdir()] == ["diary.txt"]


@pytest.mark.parametrize("content", [None, "remains\nR-0001\n", "remains,person\nR-0001,P\nR-0001,Q\n", "\xff"])
def test_a_bad_truth_table_is_refused(run, identified, tmp_path, content):
    truth = tmp_path / "truth.csv"
    if content is not None:
        truth.write_bytes(content.encode("latin-1"))
    code, _, err = run("score", identified, truth)
    assert code == 1
    assert "truth.csv" in err


@pytest.mark.parametrize("content", [None, "{}", "[]", "nothing", '{"remains": 1, "proposals": 2}'])
def test_results_of_something_else_are_refused(run, grown, tmp_path, content):
    if content is not None:
        (tmp_path / "results.json").write_text(content, encoding="utf-8")
    code, _, err = run("score", tmp_path, grown / "truth.csv")
    assert code == 1
    assert "results.json" in err


@pytest.mark.parametrize("arguments", [["identify"], ["identify", "x"], ["simulate", "x", "--families", "0"],
                                       ["simulate", "x", "--seed", "-1"], ["nonsense"], ["check", "--what"]])
def test_wrong_usage_has_exit_code_two_and_an_explanation(run, arguments):
    code, _, err = run(*arguments)
    assert code == 2
    assert "Usage" in err


def test_an_interrupted_write_leaves_the_old_results(run, grown, tmp_path, monkeypatch):
    assert run("identify", grown / "case", "--out", tmp_path / "out")[0] == 0
    before = (tmp_path / "out" / "results.json").read_bytes()

    def full_disk(*_, **__):
        raise OSError(28, "No space left on device", "report.html")

    monkeypatch.setattr(app_module, "write_report", full_disk)
    code, _, err = run("identify", grown / "case", "--out", tmp_path / "out")
    assert code == 1
    assert "No space left on device" in err
    assert (tmp_path / "out" / "results.json").read_bytes() == before


# --- as a program


def test_the_installed_command_runs_as_a_program(grown, tmp_path):
    program = Path(sys.executable).with_name("homeward")
    good = subprocess.run([program, "check", grown / "case"], capture_output=True, text=True, check=False, cwd=tmp_path,
                          env={**os.environ, "COLUMNS": "200"})
    assert (good.returncode, good.stderr) == (0, "")
    bad = subprocess.run([program, "check", "nowhere"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert bad.returncode == 1
    assert bad.stdout == ""
    assert "nowhere: is not there [not-found]" in bad.stderr
