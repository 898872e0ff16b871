"""The register's chain from the command line: its head, its export, its verification."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from casework.actions.custody import Handed, HandOver, hand_over, receive
from casework.cli.custody import app
from casework.policy import NotAllowed, Role
from casework.store import triggers
from casework.store.models import Account, CaseFile, Container, CustodyEvent

AT = datetime.datetime(2018, 7, 27, 5, 20, tzinfo=datetime.UTC)


@pytest.fixture
def signed(case_file: CaseFile, account: Callable[..., Account]) -> HandOver:
    account(Role.ADMINISTRATOR)
    items = [Handed("container", Container.objects.create(case=case_file, key=f"B-{n}").key) for n in range(3)]
    common = {"actor": account(Role.CUSTODIAN), "case": case_file, "items": items, "at": AT, "place": "Osan"}
    receive(giver="Delegation", receiver="Mission", **common)
    return hand_over(giver="Mission", receiver="Laboratory", **common)


def said(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_the_head_is_printed_and_vouches_for_the_register(signed: HandOver) -> None:
    head = said("custody-head").output.strip()
    assert head == str(signed.head)
    done = said("verify-custody", "--head", head, "--latest")
    assert done.exit_code == 0, done.output
    assert done.output.endswith("The heads vouch for event 6 and all before it.\n"
                                "The chain is whole and custody unbroken.\n")


def test_an_exported_chain_verifies_and_finds_what_was_done_to_the_register_since(signed: HandOver,
                                                                                  tmp_path: Path) -> None:
    chain = tmp_path / "chain.tsv"
    assert said("export-custody", chain).output == f"written to {chain}; head {signed.head}\n"
    assert said("verify-custody", chain, "--head", signed.head).exit_code == 0
    triggers.remove()
    CustodyEvent.objects.filter(seq__gt=4).delete()
    assert said("verify-custody").exit_code == 0  # without a head nobody can tell
    done = said("verify-custody", "--against", chain)
    assert done.exit_code == 1
    assert "The chain is broken: the first bad event is event 5." in done.output


def test_an_empty_register_has_no_head(account: Callable[..., Account], tmp_path: Path) -> None:
    account(Role.ADMINISTRATOR)
    assert said("custody-head").output == ""
    assert said("export-custody", tmp_path / "c.tsv").output == f"written to {tmp_path / 'c.tsv'}: no event yet\n"
    assert said("verify-custody").output.splitlines()[0] == "0 events of 0 items"


def test_the_command_acts_as_somebody(signed: HandOver) -> None:
    assert isinstance(said("verify-custody", "--as", "evidence-custodian").exception, NotAllowed)
    assert said("custody-head", "--as", "evidence-custodian").output.strip() == str(signed.head)
