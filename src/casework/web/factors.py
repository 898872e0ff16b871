"""The second factor: the forms that ask for a code, whether one was shown, and how long ago."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings, signals
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django import forms
from django.core.cache import cache
from django.dispatch import receiver
from django.http import HttpRequest

from casework.web.adapter import UnreadableFactor
from casework.web.lockout import is_locked

__all__ = ["FRESH_SECONDS", "CodeAgain", "CodeAtLogin", "code_key", "factor_is_fresh", "factor_was_shown",
           "remember_activation"]

FRESH_SECONDS = 300


class _Guarded:
    """A code that is refused while the account is locked, and that is good once."""

    user: Any

    def clean_code(self) -> str:
        """The code, where it is right, unused, and the account not locked."""
        if is_locked(context.request, self.user.get_username()):
            raise forms.ValidationError("Too many failures.")
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except UnreadableFactor as error:
            raise forms.ValidationError(str(error)) from error
        # A code is valid a step before and after its own; allauth remembers it for one step alone.
        seconds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        if not cache.add(code_key(self.user.pk, code), 1, timeout=seconds):
            raise forms.ValidationError("This code has been used; wait for the next one.")
        return code


class CodeAtLogin(_Guarded, AuthenticateForm):  # type: ignore[misc]
    """The code after the password."""


class CodeAgain(_Guarded, ReauthenticateForm):  # type: ignore[misc]
    """The code before an act that needs a fresh one."""


def code_key(user: int, code: str) -> str:
    """Under which name it is remembered that an account has used a code."""
    return f"homeward.code.{user}.{normalize_user_code(code)}"


def factor_was_shown(request: HttpRequest) -> bool:
    """Whether this very session has shown a second factor; that the account has one says nothing of who is here."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def factor_is_fresh(request: HttpRequest) -> bool:
    """Whether a second factor was shown within the last five minutes, at login or since."""
    shown = [record["at"] for record in get_authentication_records(request, request.user)
             if record.get("method") == "mfa"]
    return bool(shown) and 0 <= time.time() - max(shown) < FRESH_SECONDS


@receiver(signals.authenticator_added, dispatch_uid="homeward.factors")
def remember_activation(*, request: HttpRequest, user: Any, authenticator: Authenticator, **_: object) -> None:
    """The code that sets up a second factor is the first one shown."""
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, method="mfa", type=authenticator.type, id=authenticator.pk)
