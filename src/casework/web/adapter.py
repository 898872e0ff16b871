"""How the login behaves: nobody signs up, staff confirm by their second factor, its secrets lie encrypted."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest

from casework.web.lockout import client_address
from homeward.model import HomewardError

__all__ = ["ClosedRegister", "SecondFactors", "UnreadableFactor"]


class UnreadableFactor(HomewardError):
    """A second factor that was stored under another secret key; an administrator resets it."""


class ClosedRegister(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth without a sign-up and without letters."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the lock counts by."""
        return client_address(request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The second factor alone for whoever has one; the password until then."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [m for m in methods if m["id"].startswith("mfa")] or methods

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """The register writes no letters."""


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's second factor with its secrets encrypted, so that a copy of the database is no set of keys."""

    def get_totp_label(self, user: Any) -> str:
        """The account's name, as the authenticator shows it."""
        return str(user.get_username())

    def encrypt(self, text: str) -> str:
        """What is stored of a secret."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; raises UnreadableFactor where the register's secret key has been changed."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise UnreadableFactor("This second factor was set up under another secret key of the register; an "
                                   "administrator can reset it.") from error


def _box() -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"homeward second factors")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
