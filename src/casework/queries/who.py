"""Accounts as the command line names them."""

from __future__ import annotations

from casework.store.models import Account
from homeward.model import InvalidValue

__all__ = ["account_named", "has_accounts"]


def account_named(username: str | None) -> Account:
    """The account of that name, or the only administrator where none is named; raises InvalidValue."""
    accounts = Account.objects.filter(is_active=True)
    if username is None:
        administrators = list(accounts.filter(role="administrator")[:2])
        if len(administrators) == 1:
            return administrators[0]
        raise InvalidValue("command line", "--as", "", "must name the account in whose name this is done")
    found = accounts.filter(username=username).first()
    if found is None:
        raise InvalidValue("command line", "--as", username, "must be the name of an active account of this register")
    return found


def has_accounts() -> bool:
    """Whether anybody may log in yet."""
    return Account.objects.exists()
