"""Runs from the command line."""

import functools
from collections.abc import Callable

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from casework.actions.act import NotPossible
from casework.actions.imports import load_case
from casework.cli import runs as command
from casework.jobs import run_now, worker
from casework.policy import NotAllowed, Role
from casework.store import triggers
from casework.store.models import Account, CaseFile, Proposal, Run, RunTile
from homeward.model import InvalidValue
from homeward.simulate import grow_case


@pytest.fixture
def loaded(account: Callable[..., Account], monkeypatch: pytest.MonkeyPatch) -> CaseFile:
    account(Role.DNA_ANALYST, "anna")
    # The test's transaction is one that no other thread sees.
    monkeypatch.setattr(command, "run_now", functools.partial(run_now, beat_seconds=None))
    case = grow_case(families=5, remains=4, rng=np.random.default_rng(1951)).case
    load_case(actor=account(Role.CASE_MANAGER), source=case, key="K")
    return CaseFile.objects.get()


def said(*arguments: object) -> Result:
    return CliRunner().invoke(command.app, [str(a) for a in arguments])


def test_a_run_is_worked_at_at_once_and_says_what_it_found(loaded: CaseFile) -> None:
    done = said("run", "K", "--as", "anna")
    run = Run.objects.get()
    assert done.exit_code == 0, done.output
    assert f"{run}: {run.summary['persons']} persons, 4 remains" in done.output
    assert f"proposed {Proposal.objects.count()} names" in done.output
    assert done.output.endswith(f"input  {run.input_digest}\nresult {run.result_digest}\n")
    again = said("verify-run", run.pk, "--as", "anna")
    assert again.stdout == f"run {run.pk} is the same again, to the last bit: {run.result_digest}\n"


def test_a_setting_that_is_tried_proposes_nothing(loaded: CaseFile) -> None:
    done = said("run", "K", "--as", "anna", "--set", "rule.minimum_lines=2", "--set", "prior.on_roster=0.25",
                "--set", "prior.flat=false")
    assert "nothing proposed" in done.output
    assert Run.objects.get().parameters == {"rule.minimum_lines": 2, "prior.on_roster": 0.25, "prior.flat": False}
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize(("arguments", "words"), [
    (["run", "L", "--as", "anna"], "must be the key of a case: K"), (["run", "K", "--as", "nobody"], "active account"),
    (["run", "K", "--as", "anna", "--set", "rule.posterior=high"], "NAME=NUMBER"),
    (["run", "K", "--as", "anna", "--set", "rule"], "NAME=NUMBER"),
    (["verify-run", "99", "--as", "anna"], "number of a run")])
def test_what_cannot_be_is_refused_in_words(loaded: CaseFile, arguments: list[str], words: str) -> None:
    done = said(*arguments)
    assert isinstance(done.exception, InvalidValue)
    assert words in str(done.exception)
    assert Run.objects.count() == 0


def test_who_may_not_start_runs_is_refused(loaded: CaseFile, account: Callable[..., Account]) -> None:
    assert isinstance(said("run", "K", "--as", account(Role.REVIEWER).username).exception, NotAllowed)


def test_a_run_that_is_not_the_same_again_is_an_error(loaded: CaseFile) -> None:
    said("run", "K", "--as", "anna")
    RunTile.objects.update(digest="0" * 64)
    done = said("verify-run", Run.objects.get().pk, "--as", "anna")
    assert "blocks that differ: 0" in str(done.exception)


def test_nothing_is_run_where_an_upgrade_was_interrupted(loaded: CaseFile) -> None:
    triggers.remove()
    assert isinstance(said("run", "K", "--as", "anna").exception, NotPossible)
    with pytest.raises(NotPossible, match="homeward migrate"):
        worker.work(once=True)
    triggers.install()
