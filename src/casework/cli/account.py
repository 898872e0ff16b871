"""``homeward account``: who may log in, made and listed at the terminal."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from casework.actions.accounts import add_account, add_first_administrator, add_organisation
from casework.policy import STAFF, Role
from casework.queries.accounts import accounts, family_by_key, organisations
from casework.queries.who import account_named, has_accounts
from homeward.cli import show
from homeward.model import InvalidValue

__all__ = ["app"]

app = typer.Typer(add_completion=False)
_accounts = typer.Typer(no_args_is_help=True, help="Make and list the accounts of the register.")
app.add_typer(_accounts, name="account")
_As = Annotated[str | None, typer.Option("--as", metavar="USERNAME", help="The administrator who does this.")]
_ROLES = ", ".join(role.value for role in Role if role is not Role.PUBLIC)


@_accounts.command()
def add(
    username: Annotated[str, typer.Argument(help="The name to log in with.")],
    *,
    role: Annotated[str, typer.Option(help=f"One of: {_ROLES}.")] = Role.ADMINISTRATOR.value,
    organisation: Annotated[str, typer.Option(metavar="KEY", help="Laboratory, mission or office it belongs to.")] = "",
    family: Annotated[str, typer.Option(metavar="KEY", help="Of a family member: the family.")] = "",
    full_name: Annotated[str, typer.Option(help="The person's name.")] = "",
    acting: _As = None,
) -> None:
    """Add an account; the first of a register is its administrator, whom nobody else makes.

    The password is asked for, or read from the first line of standard input where that is no terminal.
    """
    wanted = _role(role)
    if not has_accounts():
        if wanted is not Role.ADMINISTRATOR:
            raise InvalidValue("command line", "--role", role, "must be administrator: this is the first account")
        add_first_administrator(username=username, password=_password(), full_name=full_name)
    else:
        actor = account_named(acting)
        theirs = organisations(actor).filter(key=organisation).first() if organisation else None
        if organisation and theirs is None:
            raise InvalidValue("command line", "--organisation", organisation, "must be the key of an organisation")
        own = family_by_key(actor, family) if family else None
        if family and own is None:
            raise InvalidValue("command line", "--family", family, "must be the key of a family, or CASE/FAMILY")
        add_account(actor=actor, username=username, password=_password(), role=wanted, organisation=theirs, family=own,
                    full_name=full_name)
    show.line(f"{username} may log in as {wanted.value}.")
    if wanted in STAFF:
        show.line("At the first login the site asks for a second factor: scan its code with an authenticator app, "
                  "type the six digits it shows, and keep the recovery codes apart from the telephone.")


@_accounts.command(name="list")
def list_command(acting: _As = None) -> None:
    """List the accounts: name, role, organisation, whether it has a second factor or is locked."""
    for account in accounts(account_named(acting)):
        factor = "second factor" if getattr(account, "has_factor", False) else "no second factor"
        state = "" if account.is_active else ", locked"
        show.line(f"{account.username}\t{account.role}\t{account.organisation or '-'}\t{factor}{state}")


@_accounts.command()
def organisation(
    key: Annotated[str, typer.Argument(help="A short key.")],
    name: Annotated[str, typer.Argument(help="Its name.")],
    *,
    kind: Annotated[str, typer.Option(help="laboratory, mission or office.")] = "laboratory",
    acting: _As = None,
) -> None:
    """Add a laboratory, mission or office, to which accounts and remains can belong."""
    made = add_organisation(actor=account_named(acting), key=key, name=name, kind=kind)
    show.line(f"{made.key}: {made.name}, {made.kind}")


def _role(text: str) -> Role:
    found = next((r for r in Role if r.value.casefold() == text.strip().casefold() and r is not Role.PUBLIC), None)
    if found is None:
        raise InvalidValue("command line", "--role", text, f"must be one of {_ROLES}")
    return found


def _password() -> str:
    if sys.stdin.isatty():
        answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return answer
    return sys.stdin.readline().rstrip("\r\n")
