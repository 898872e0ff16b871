"""The command that says what families can say, in words."""

import re

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from homeward.cli.power import power_command
from homeward.formats import write_case
from homeward.model import InvalidValue
from homeward.simulate import fbi2015, grow_case

MANY = ("FGA", "TH01", "vWA", "D18S51", "D21S11", "D8S1179", "D1S1656", "D12S391", "D2S1338", "Penta E")
APP = typer.Typer()
APP.command()(power_command)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A synthetic case of five families."""
    table = fbi2015(markers=("FGA", "TH01", "vWA"))
    grown = grow_case(families=5, remains=6, rng=np.random.default_rng(4), table=table)
    path = tmp_path_factory.mktemp("power") / "case"
    write_case(grown.case, path)
    return path


def power(*arguments):
    done = CliRunner().invoke(APP, [str(a) for a in arguments], env={"COLUMNS": "110"}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_every_person_is_weighed_and_the_next_sample_named_in_words(folder):
    told = power(folder, "--draws", "100")
    assert re.search(r"P-0001 +\S.* \d+\.\d +\d+\.\d +[<>]?[01]\.\d{3} ±<?0\.\d{3} +[<>]?[01]\.\d{3}", told)
    assert re.search(r"a sample from \w[\w -]* would raise the expected log10 LR from \d+\.\d to \d+\.\d "
                     r"\(P\(LR > 10\^4\) [<>]?[01]\.\d{3} ±<?0\.\d{3}, exclusion [<>]?[01]\.\d{3}\)", told)
    assert re.search(r"a sample from a \w[\w ]* outside the pedigree, if there is one, would raise", told)
    assert "± is the standard error of 100 draws, seed 1950; figures without it are exact" in told
    assert re.search(r"not computed: P-\d{4}.*: no family in the case", told)


def test_one_person_is_told_as_among_all(folder):
    everyone = power(folder, "--draws", "100")
    one = power(folder, "--draws", "100", "--person", "P-0003")
    row = next(line.split() for line in everyone.splitlines() if "P-0003" in line)
    assert row in [line.split() for line in one.splitlines()]
    assert "P-0001" not in one
    assert "P-0003, family" in one


def test_the_same_seed_says_the_same_and_another_one_other_draws(folder):
    first, again, other = (power(folder, "--draws", "50", "--seed", s) for s in (1, 1, 2))
    assert first == again
    assert first.replace("seed 1", "seed 2") != other


def test_a_stranger_to_the_roster_is_refused(folder):
    with pytest.raises(InvalidValue, match=r"person='P-9999, P-8888' must be on the roster"):
        power(folder, "--person", "P-9999", "--person", "P-8888")


def test_families_that_say_enough_are_counted_and_not_listed(tmp_path):
    grown = grow_case(families=4, remains=1, rng=np.random.default_rng(4), table=fbi2015(markers=MANY))
    write_case(grown.case, tmp_path / "case")
    told = power(tmp_path / "case", "--draws", "100")
    count = int(re.search(r"for (\d+) other persons? P\(LR > 10\^4\) is 0.99 or more; --person ID shows", told)[1])
    rows = re.findall(r"^ ?P-\d{4}.*$", told, flags=re.MULTILINE)
    listed = len(re.findall(r"^P-\d{4}, family", told, flags=re.MULTILINE))
    assert count + listed == len([r for r in rows if "family" not in r])
    assert count > 0
