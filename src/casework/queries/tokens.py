"""Whose token this is."""

from __future__ import annotations

from django.utils import timezone

from casework.policy.tokens import digest_of
from casework.store.models import Account, ApiToken

__all__ = ["account_of_token"]


def account_of_token(secret: str) -> Account | None:
    """The account that the token acts as; None for a token that is unknown, ended or of an account closed."""
    found = ApiToken.objects.select_related("account__organisation").filter(
        token_digest=digest_of(secret), revoked_at__isnull=True, expires_at__gt=timezone.now(),
        account__is_active=True).first()
    return None if found is None else found.account
