"""``homeward verify-chain``: what it prints, and when it ends with 1."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from homeward.cli import app as app_module
from homeward.custody import hash_of, write_chain
from homeward.simulate.custody import grow_custody
from homeward.simulate.tampering import TAMPERINGS

LINES = list(grow_custody(40, rng=np.random.default_rng(1)))
N = len(LINES)
HEAD = f"{N}:{LINES[-1][1]}"


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    write_chain(LINES, tmp_path / "chain.tsv")
    return tmp_path / "chain.tsv"


def said(*arguments: object) -> Result:
    return CliRunner().invoke(app_module.app, ["verify-chain", *map(str, arguments)])


def test_a_whole_chain_with_its_head_is_told_in_two_sentences(chain: Path) -> None:
    done = said(chain, "--head", HEAD, "--latest")
    assert done.exit_code == 0
    assert done.output.splitlines()[0].startswith(f"{N} events of ")
    assert done.output.splitlines()[0].endswith(f"head {HEAD}")
    assert done.output.splitlines()[-2:] == [f"The heads vouch for event {N} and all before it.",
                                             "The chain is whole and custody unbroken."]


def test_without_a_head_it_is_said_what_would_not_show(chain: Path) -> None:
    done = said(chain)
    assert done.exit_code == 0
    assert "a tail cut off, a chain rewritten to its end and events appended at its end would not show" in done.output


def test_the_first_bad_event_is_named_and_the_exit_code_is_1(chain: Path, tmp_path: Path) -> None:
    tampered = TAMPERINGS["rewrite from k on"](LINES, np.random.default_rng(4))
    write_chain(tampered.lines, tmp_path / "other.tsv")
    done = said(tmp_path / "other.tsv", "--head", HEAD)
    assert done.exit_code == 1
    assert f"The chain is broken: the first bad event is one of the events 1 to {N}." in done.output
    done = said(tmp_path / "other.tsv", "--against", chain)
    assert done.exit_code == 1
    assert f"The chain is broken: the first bad event is event {tampered.first_bad}." in done.output


def test_an_impossible_custody_in_a_whole_chain_is_told_apart(tmp_path: Path) -> None:
    columns = LINES[0][0].split("\t")
    columns[6] = "handed over"
    write_chain([("\t".join(columns), hash_of("\t".join(columns)))], tmp_path / "chain.tsv")
    done = said(tmp_path / "chain.tsv")
    assert done.exit_code == 1
    assert "fault: event 1 container B-000001: is handed over by" in done.output
    assert "The chain is whole, and custody is not unbroken: the first bad event is event 1." in done.output


def test_after_an_earlier_head_the_rest_is_named_and_fails_as_the_latest_alone(chain: Path) -> None:
    head = f"20:{LINES[19][1]}"
    done = said(chain, "--head", head)
    assert done.exit_code == 0
    assert f"note: event 21: events 21 to {N} came after the last head, which does not vouch for them" in done.output
    assert said(chain, "--head", head, "--latest").exit_code == 1


@pytest.mark.parametrize("arguments", [("--latest",), ("--head", "7"), ("--head", f"3:{'z' * 64}")])
def test_what_is_no_head_is_refused(chain: Path, arguments: tuple[str, ...]) -> None:
    done = said(chain, *arguments)
    assert done.exit_code == 1
    assert done.exception is not None
    assert "SEQ:HASH" in str(done.exception) or "needs --head" in str(done.exception)
