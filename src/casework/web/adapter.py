"""How accounts come into being: an administrator makes them; nobody signs up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

__all__ = ["ClosedRegister"]


class ClosedRegister(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth without a sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False
