"""The logins of a demonstration: one for each role, all with one password, each with a second factor."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.db import transaction

from casework.actions.accounts import add_account, add_first_administrator, add_organisation
from casework.actions.act import NotPossible
from casework.policy import STAFF, Role
from casework.store.actor import acting_as
from casework.store.models import Account, Family, Organisation

__all__ = ["SECOND_REVIEWER", "add_family_login", "make_demo_logins"]

SECOND_REVIEWER = "reviewer-2"
_LABORATORY, _MISSION, _OFFICE = "LAB", "MISSION", "OFFICE"
_ORGANISATIONS = ((_LABORATORY, "Synthetic Central Laboratory", "laboratory"),
                  (_MISSION, "Synthetic Field Mission", "mission"), (_OFFICE, "Synthetic Case Office", "office"))
# Username and organisation of each role, in the order of the work.
_LOGINS: Mapping[Role, tuple[str, str]] = MappingProxyType({
    Role.ADMINISTRATOR: ("administrator", _OFFICE), Role.CASE_MANAGER: ("case-manager", _OFFICE),
    Role.HISTORIAN: ("historian", _OFFICE), Role.FIELD_TEAM: ("field-team", _MISSION),
    Role.CUSTODIAN: ("custodian", _LABORATORY), Role.ANTHROPOLOGIST: ("anthropologist", _LABORATORY),
    Role.DNA_ANALYST: ("dna-analyst", _LABORATORY), Role.REVIEWER: ("reviewer-1", _LABORATORY),
    Role.LIAISON: ("family-liaison", _OFFICE)})


def make_demo_logins(password: str) -> dict[Role, Account]:
    """Make an account for each role of the staff, and a second reviewer; raises NotPossible in any other register."""
    if not settings.DEMO:
        raise NotPossible("logins with a public password are for a demonstration alone")
    with transaction.atomic():
        username, _ = _LOGINS[Role.ADMINISTRATOR]
        chief = add_first_administrator(username=username, password=password, full_name="Synthetic administrator")
        offices = {key: add_organisation(actor=chief, key=key, name=name, kind=kind)
                   for key, name, kind in _ORGANISATIONS}
        made = {Role.ADMINISTRATOR: chief}
        for role, (name, office) in _LOGINS.items():
            if role is not Role.ADMINISTRATOR:
                made[role] = _add(chief, name, password, role, offices[office])
        _add(chief, SECOND_REVIEWER, password, Role.REVIEWER, offices[_LABORATORY])
        for account in Account.objects.filter(role__in=[r.value for r in STAFF]):
            with acting_as(f"user:{account.username}"):
                TOTP.activate(account, generate_totp_secret())
    return made


def add_family_login(*, actor: Account, family: Family, password: str) -> Account:
    """Make the login of a family member, who needs no second factor."""
    return add_account(actor=actor, username="family-member", password=password, role=Role.FAMILY, family=family,
                       full_name="Synthetic family member")


def _add(chief: Account, name: str, password: str, role: Role, office: Organisation) -> Account:
    return add_account(actor=chief, username=name, password=password, role=role, organisation=office,
                       full_name=f"Synthetic {role.value}")
