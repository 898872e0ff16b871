"""Cases in and out of the register at the terminal."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from typer.testing import CliRunner

from casework.cli import account as account_module
from casework.cli import folders
from casework.policy import NotAllowed, Role
from casework.store.bridge import case_of
from casework.store.models import Account, CaseFile, ImportBatch, Organisation, Person
from homeward.account import korea_account, read_account, write_account
from homeward.formats import read_case, write_case
from homeward.formats.codis import read_cmf
from homeward.formats.niem import read_niem
from homeward.formats.ped import read_ped
from homeward.model import Case, FaultyInput, InvalidValue
from homeward.simulate import Plan, grow_case

Accounts = Callable[..., Account]


@pytest.fixture(scope="module")
def case() -> Case:
    return grow_case(families=3, remains=4, rng=np.random.default_rng(5), plan=Plan(women=0.0)).case


@pytest.fixture
def folder(case: Case, tmp_path: Path, account: Accounts) -> Path:
    account(Role.CASE_MANAGER, "anna")
    write_case(case, tmp_path / "case")
    return tmp_path / "case"


def _run(module: object, *arguments: object, stdin: str = "") -> Result:
    result = CliRunner().invoke(module.app, [str(a) for a in arguments], input=stdin)  # type: ignore[attr-defined]
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_a_case_goes_in_and_comes_out_equal(case: Case, folder: Path, tmp_path: Path) -> None:
    said = _run(folders, "load", folder, "--as", "anna").output
    assert "a new case, synthetic-demonstration" in said
    assert f"roster: {len(case.roster)} new" in said
    said = _run(folders, "export", case.name, tmp_path / "out", "--as", "anna").output
    assert read_case(tmp_path / "out") == case
    assert case.digest() in said


def test_an_account_goes_in_and_comes_out_equal(tmp_path: Path, account: Accounts) -> None:
    account(Role.CASE_MANAGER, "anna")
    write_account(korea_account(), tmp_path / "in")
    said = _run(folders, "load", tmp_path / "in", "--preview", "--as", "anna").output
    assert "claims: " in said
    assert not CaseFile.objects.exists()
    said = _run(folders, "load", tmp_path / "in", "--as", "anna").output
    assert f"claims: {len(korea_account().claims)} new, 0 changed" in said
    Person.objects.create(case=CaseFile.objects.get(), key="P-1")
    said = _run(folders, "export", "korea", tmp_path / "out", "--form", "account", "--as", "anna").output
    assert "left out: the roster" in said
    assert read_account(tmp_path / "out") == korea_account()
    again = _run(folders, "load", tmp_path / "out", "--into", "korea", "--as", "anna").output
    assert "entries: 0 new, 0 changed" in again


def test_a_faulty_account_is_told_whole_and_not_loaded(tmp_path: Path, account: Accounts) -> None:
    account(Role.CASE_MANAGER, "anna")
    write_account(korea_account(), tmp_path / "in")
    for table in ("claims", "commitments"):
        path = tmp_path / "in" / f"{table}.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([*lines, lines[1]]), encoding="utf-8")
    with pytest.raises(FaultyInput) as refused:
        _run(folders, "load", tmp_path / "in", "--as", "anna")
    assert {fault.file for fault in refused.value.faults} == {"claims.csv", "commitments.csv"}
    assert not CaseFile.objects.exists()


def test_a_preview_writes_nothing(folder: Path) -> None:
    said = _run(folders, "load", folder, "--preview", "--as", "anna").output
    assert "profiles" in said
    assert not CaseFile.objects.exists()


def test_faults_are_told_and_nothing_is_loaded(folder: Path) -> None:
    (folder / "roster.csv").write_text("person,born\nP-1,yesterday\n", encoding="utf-8")
    with pytest.raises(FaultyInput, match=r"roster.csv:2: born='yesterday'"):
        _run(folders, "load", folder, "--as", "anna")
    assert not CaseFile.objects.exists()


@pytest.mark.parametrize(("form", "read"), [("cmf", read_cmf), ("niem", read_niem), ("ped", read_ped),
                                            ("gedcom", None)])
def test_other_formats_say_what_they_leave_out(folder: Path, tmp_path: Path, case: Case, form: str,
                                               read: object) -> None:
    _run(folders, "load", folder, "--as", "anna")
    target = tmp_path / f"out.{'ged' if form == 'gedcom' else form}"
    said = _run(folders, "export", case.name, target, "--form", form, "--as", "anna").output
    assert "left out: " in said
    if read is not None:
        read(target)  # type: ignore[operator]
    assert target.stat().st_size > 100


def test_a_laboratorys_report_goes_into_a_case(folder: Path, tmp_path: Path, case: Case) -> None:
    _run(folders, "load", folder, "--as", "anna")
    _run(folders, "export", case.name, tmp_path / "report.cmf", "--form", "cmf", "--as", "anna")
    said = _run(folders, "load", tmp_path / "report.cmf", "--into", case.name, "--as", "anna").output
    assert "(CODIS CMF) into case" in said
    assert case_of(CaseFile.objects.get()) == case
    assert ImportBatch.objects.count() == 2
    with pytest.raises(FaultyInput, match="needs a case"):
        _run(folders, "load", tmp_path / "report.cmf", "--as", "anna")


def test_an_import_is_taken_back_by_its_number(folder: Path) -> None:
    _run(folders, "load", folder, "--as", "anna")
    number = ImportBatch.objects.get().pk
    assert "taken back" in _run(folders, "undo", number, "--reason", "wrong file", "--as", "anna").output
    assert case_of(CaseFile.objects.get()).roster == ()
    with pytest.raises(InvalidValue, match="number of an import"):
        _run(folders, "undo", number + 1, "--reason", "wrong file", "--as", "anna")


def test_loading_and_exporting_need_the_role(folder: Path, account: Accounts, case: Case, tmp_path: Path) -> None:
    account(Role.REVIEWER, "rita")
    with pytest.raises(NotAllowed):
        _run(folders, "load", folder, "--as", "rita")
    _run(folders, "load", folder, "--as", "anna")
    with pytest.raises(NotAllowed):
        _run(folders, "export", case.name, tmp_path / "out", "--as", "rita")
    with pytest.raises(InvalidValue, match="no-such-case"):
        _run(folders, "export", "no-such-case", tmp_path / "out", "--as", "anna")


@pytest.mark.parametrize("wrong", [("--into", "nowhere"), ("--disputed", "perhaps"), ("--missing", "somebody")])
def test_wrong_options_are_named(folder: Path, wrong: tuple[str, str]) -> None:
    with pytest.raises(InvalidValue, match=wrong[1]):
        _run(folders, "load", folder, *wrong, "--as", "anna")


def test_the_first_account_is_an_administrator_who_makes_the_others(db: None) -> None:
    with pytest.raises(InvalidValue, match="first account"):
        _run(account_module, "account", "add", "hist", "--role", "historian", stdin="a-long-password-1\n")
    said = _run(account_module, "account", "add", "ada", stdin="a-long-password-1\n").output
    assert "second factor" in said
    _run(account_module, "account", "organisation", "LAB1", "Invented laboratory", "--as", "ada")
    _run(account_module, "account", "add", "dora", "--role", "DNA analyst", "--organisation", "LAB1", "--as", "ada",
         stdin="a-long-password-2\n")
    dora = Account.objects.get(username="dora")
    assert (dora.role, dora.organisation) == (Role.DNA_ANALYST.value, Organisation.objects.get(key="LAB1"))
    assert dora.check_password("a-long-password-2")
    listed = _run(account_module, "account", "list", "--as", "ada").output
    assert "dora\tDNA analyst\tInvented laboratory\tno second factor" in listed
    assert "a-long" not in listed


@pytest.mark.parametrize(("options", "why"), [
    (("--role", "wizard"), "wizard"), (("--role", "historian", "--organisation", "X"), "organisation"),
    (("--role", "family member", "--family", "X"), "family"), (("--role", "historian"), "password")])
def test_accounts_that_cannot_be_are_refused(account: Accounts, options: tuple[str, ...], why: str) -> None:
    account(Role.ADMINISTRATOR, "ada")
    with pytest.raises(InvalidValue, match=why):
        _run(account_module, "account", "add", "new", *options, "--as", "ada", stdin="short\n")
    assert not Account.objects.filter(username="new").exists()
