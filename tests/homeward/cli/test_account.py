"""The command that says what an account comes to at the end of a day."""

import json
from importlib.resources import files

import pytest
import typer
from typer.testing import CliRunner

from homeward.cli.account import ledger_command
from homeward.model import FaultyInput, InvalidValue

APP = typer.Typer()
APP.command()(ledger_command)
KOREA = str(files("homeward.account").joinpath("data", "korea"))


def ledger(*arguments):
    done = CliRunner().invoke(APP, [str(a) for a in arguments], env={"COLUMNS": "220"}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_figures_differences_promises_and_holdings_are_told():
    told = ledger(KOREA, "--as-of", "2019-03-04")
    for words in ("at the end of 2019-03-04", "55 boxes",
                  "accounted for (version 1): Persons accounted for by a decision",
                  "accounted for: the rows sum to the total, 416 persons", "missed (unsure)", "at most 145 sets",
                  "a South Korean government source → Yonhap", "DPRK, 2018-07-12", "at least USD 22,000,000", "cut",
                  "person is another unit, and is not compared"):
        assert words in told, words


def test_the_records_behind_a_figure_are_listed():
    told = ledger(KOREA, "--as-of", "2018-06-18", "--records", "accounted for/jfa").splitlines()
    assert told[0].startswith("# accounted for, Joint field activities in the North, 1996 to 2005: 153 persons;")
    assert told[1:] == ["ACCOUNTED-FOR-04", "ACCOUNTED-FOR-05"]


def test_the_files_for_the_public_are_written(tmp_path):
    ledger(KOREA, "--as-of", "2022-04-01", "--out", tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "figures.csv", "figures.jsonld", "flow.svg", "unaccounted-for.svg"]
    assert "accounted for,accounted for,2022-04-01,612,612,person" in (tmp_path / "figures.csv").read_text()
    assert json.loads((tmp_path / "figures.jsonld").read_text())["@context"] == "https://schema.org/"
    assert "ACCOUNTED-FOR-" not in "".join(p.read_text() for p in tmp_path.iterdir()), "no record is named"


@pytest.mark.parametrize("arguments", [("--as-of", "2018"), ("--as-of", "soon"),
                                       ("--as-of", "2018-06-18", "--records", "hopes")])
def test_what_cannot_be_answered_is_refused_in_words(arguments):
    with pytest.raises(InvalidValue):
        ledger(KOREA, *arguments)


def test_a_folder_with_faults_is_refused_whole(tmp_path):
    with pytest.raises(FaultyInput, match=r"account\.toml: must be there"):
        ledger(tmp_path, "--as-of", "2018-06-18")
