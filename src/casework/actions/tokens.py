"""Tokens of programs that act as an account: shown once, kept as a digest, good for a stated time."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.utils import timezone

from casework.actions.act import NotPossible, act
from casework.policy import Permission
from casework.policy.tokens import digest_of
from casework.store.models import Account, ApiToken
from homeward.model import InvalidValue

__all__ = ["MOST_DAYS", "make_token", "revoke_token"]

MOST_DAYS = 366
_PREFIX = "homeward_"


def make_token(*, actor: Account, name: str, days: int = 90) -> tuple[ApiToken, str]:
    """Make a token of one's own; gives the row and the secret, which nobody can be shown again.

    Raises InvalidValue for no name or a time beyond a year, NotAllowed.
    """
    with act(actor, Permission.TOKEN_OWN):
        if not name.strip():
            raise InvalidValue("new token", "name", name, "must be given")
        if not 1 <= days <= MOST_DAYS:
            raise InvalidValue(name.strip(), "days", days, f"must be from 1 to {MOST_DAYS}")
        secret = _PREFIX + secrets.token_urlsafe(32)
        token = ApiToken.objects.create(account=actor, name=name.strip()[:100], token_digest=digest_of(secret),
                                        expires_at=timezone.now() + timedelta(days=days))
    return token, secret


def revoke_token(*, actor: Account, token: ApiToken) -> ApiToken:
    """End a token of one's own; an administrator ends anyone's. Raises NotPossible where it has ended, NotAllowed."""
    own = token.account_id == actor.pk
    with act(actor, Permission.TOKEN_OWN if own else Permission.ACCOUNT_MANAGE):
        if token.revoked_at is not None:
            raise NotPossible(f"token {token.name} is revoked already")
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
    return token
