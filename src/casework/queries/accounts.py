"""Accounts, organisations and tokens."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from casework.policy import Permission, Scope, require, scope_of
from casework.queries.visible import visible
from casework.store.models import Account, ApiToken, Family, Organisation

__all__ = ["account", "accounts", "failures_of", "family_by_key", "holders",
           "organisations", "own_token", "own_tokens", "receivers", "tokens_of"]


def accounts(actor: Account, *, role: str = "") -> QuerySet[Account]:
    """All accounts by name, with ``has_factor``; raises NotAllowed."""
    rows = visible(actor, Permission.ACCOUNT_MANAGE, Account)
    if role:
        rows = rows.filter(role=role)
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return rows.select_related("organisation", "family").annotate(has_factor=Exists(factor)).order_by("username")


def account(actor: Account, number: int) -> Account:
    """One account; raises DoesNotExist, NotAllowed."""
    return accounts(actor).get(pk=number)


def organisations(actor: Account) -> QuerySet[Organisation]:
    """The laboratories, missions and offices; raises NotAllowed."""
    return visible(actor, Permission.ACCOUNT_MANAGE, Organisation).order_by("name")


def holders(actor: Account) -> QuerySet[Organisation]:
    """Who may be named as holding remains that the actor enters: all, or one's own organisation alone.

    Raises NotAllowed for whoever enters none.
    """
    rows = Organisation.objects.order_by("name")
    require(actor, Permission.REMAINS_WRITE)
    own = scope_of(actor.role, Permission.REMAINS_WRITE) is Scope.OWN
    return rows.filter(accounts=actor) if own else rows


def receivers(actor: Account) -> QuerySet[Organisation]:
    """The organisations of the register to which items can be handed over; raises NotAllowed."""
    require(actor, Permission.CUSTODY_WRITE)
    return Organisation.objects.order_by("name")


def family_by_key(actor: Account, key: str) -> Family | None:
    """The family of that key, or of ``case/key``; None where there is none or several. Raises NotAllowed.

    An administrator, who reads no family, names one here to whoever is a member of it.
    """
    require(actor, Permission.ACCOUNT_MANAGE)
    case, _, own = key.rpartition("/")
    rows = Family.objects.filter(withdrawn_at__isnull=True)
    found = list(rows.filter(key=key)[:2]) or list(rows.filter(case__key=case, key=own)[:2])
    return found[0] if len(found) == 1 else None


def failures_of(actor: Account, one: Account) -> int:
    """How often somebody has lately failed to log in under this account's name; raises NotAllowed."""
    require(actor, Permission.ACCOUNT_MANAGE)
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    found = AccessAttempt.objects.filter(username=one.username, attempt_time__gte=since)
    return sum(found.values_list("failures_since_start", flat=True))


def tokens_of(actor: Account, one: Account) -> QuerySet[ApiToken]:
    """The tokens of an account; raises NotAllowed."""
    return visible(actor, Permission.ACCOUNT_MANAGE, ApiToken).filter(account=one).order_by("-pk")


def own_tokens(actor: Account) -> QuerySet[ApiToken]:
    """One's own tokens, latest first; raises NotAllowed."""
    return visible(actor, Permission.TOKEN_OWN, ApiToken).filter(account=actor).order_by("-pk")


def own_token(actor: Account, number: int) -> ApiToken:
    """One token of one's own; raises DoesNotExist, NotAllowed."""
    return own_tokens(actor).get(pk=number)
