"""Accounts and organisations: an administrator makes them, changes their role, locks them, resets a second factor."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from casework.actions.act import NotPossible, act
from casework.policy import Permission, Role
from casework.store.actor import acting_as
from casework.store.models import Account, Family, Organisation
from homeward.model import InvalidValue

__all__ = ["add_account", "add_first_administrator", "add_organisation", "assign_role", "lock_account", "reset_factor",
           "reset_password", "unlock_account"]

_HIDDEN = "(not shown)"


def add_organisation(*, actor: Account, key: str, name: str, kind: str) -> Organisation:
    """Add a laboratory, mission or office; raises InvalidValue, NotAllowed."""
    with act(actor, Permission.ACCOUNT_MANAGE):
        organisation = Organisation(key=key.strip(), name=name.strip(), kind=kind)
        _check(organisation, organisation.key)
        organisation.save(force_insert=True)
    return organisation


def add_account(*, actor: Account, username: str, password: str, role: Role, organisation: Organisation | None = None,
                family: Family | None = None, full_name: str = "") -> Account:
    """Make an account; staff set up their second factor when they first log in.

    Args: ``family``: the family of a family member, and of nobody else.

    Raises InvalidValue for a name in use, a weak password, or a family that does not fit the role; NotAllowed.
    """
    with act(actor, Permission.ACCOUNT_MANAGE):
        return _new(username=username, password=password, role=role, organisation=organisation, family=family,
                    full_name=full_name)


def add_first_administrator(*, username: str, password: str, full_name: str = "") -> Account:
    """Make the administrator of an empty register, the one account that nobody of the register makes.

    Raises NotPossible where an account exists, InvalidValue for a weak password.
    """
    with acting_as("terminal"), transaction.atomic():
        if Account.objects.exists():
            raise NotPossible("the register has accounts already; its administrator makes further ones")
        return _new(username=username, password=password, role=Role.ADMINISTRATOR, organisation=None, family=None,
                    full_name=full_name)


def assign_role(*, actor: Account, account: Account, role: Role, organisation: Organisation | None = None,
                family: Family | None = None, full_name: str | None = None) -> Account:
    """Give an account a role and whom it belongs to; raises InvalidValue, NotPossible for the last administrator."""
    with act(actor, Permission.ACCOUNT_MANAGE):
        if Role(role) is not Role.ADMINISTRATOR:
            _not_the_last_administrator(account)
        account.role, account.organisation, account.family = Role(role).value, organisation, family
        if full_name is not None:
            account.full_name = full_name.strip()
        _check_belonging(account)
        account.save()
    return account


def lock_account(*, actor: Account, account: Account) -> Account:
    """End an account's sessions and tokens until it is unlocked; raises NotPossible for the last administrator."""
    with act(actor, Permission.ACCOUNT_MANAGE):
        _not_the_last_administrator(account)
        account.is_active = False
        account.save(update_fields=["is_active"])
    return account


def unlock_account(*, actor: Account, account: Account) -> Account:
    """Let a locked account log in again."""
    with act(actor, Permission.ACCOUNT_MANAGE):
        account.is_active = True
        account.save(update_fields=["is_active"])
    return account


def reset_factor(*, actor: Account, account: Account, password: str) -> None:
    """Forget an account's second factor and recovery codes, and give it a new password, so that whoever knows the old
    one cannot set up a factor of their own; its sessions end. Raises InvalidValue for a weak password, NotAllowed.
    """
    with act(actor, Permission.ACCOUNT_MANAGE):
        _set_password(account, password)
        account.save(update_fields=["password"])
        Authenticator.objects.filter(user=account).delete()


def reset_password(*, actor: Account, account: Account, password: str) -> None:
    """Give an account a new password and end its sessions; raises InvalidValue for a weak one, NotAllowed."""
    with act(actor, Permission.ACCOUNT_MANAGE):
        _set_password(account, password)
        account.save(update_fields=["password"])


def _new(*, username: str, password: str, role: Role, organisation: Organisation | None, family: Family | None,
         full_name: str) -> Account:
    account = Account(username=Account.normalize_username(username.strip()), role=Role(role).value,
                      organisation=organisation, family=family, full_name=full_name.strip())
    _check_belonging(account)
    _set_password(account, password)
    _check(account, account.username or "new account")
    account.save(force_insert=True)
    return account


def _set_password(account: Account, password: str) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise InvalidValue(account.username, "password", _HIDDEN, " ".join(error.messages)) from error
    account.set_password(password)


def _check_belonging(account: Account) -> None:
    is_relative = Role(account.role) is Role.FAMILY
    if is_relative and account.family_id is None:
        raise InvalidValue(account.username, "family", "", "must be named for a family member")
    if not is_relative and account.family_id is not None:
        raise InvalidValue(account.username, "family", str(account.family), "is for family members alone")


def _not_the_last_administrator(account: Account) -> None:
    others = Account.objects.filter(role=Role.ADMINISTRATOR.value, is_active=True).exclude(pk=account.pk)
    if account.role == Role.ADMINISTRATOR.value and account.is_active and not others.exists():
        raise NotPossible(f"{account.username} is the register's last administrator")


def _check(row: Account | Organisation, named: str) -> None:
    try:
        row.full_clean(exclude=["password"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        value = getattr(row, field, None) if field != "__all__" else named
        raise InvalidValue(named, field, value, " ".join(messages)) from error
