"""The login; in a demonstration it shows everyone's, so that a visitor gets in within seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.views import LoginView
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponseBase

from casework.queries.demonstration import demo_code, demo_logins, demo_password
from casework.web.factors import code_key

__all__ = ["login", "with_demo_code"]


class _Login(LoginView):  # type: ignore[misc]
    """allauth's login, with the table of a demonstration's logins above it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The demonstration's logins besides."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.DEMO:
            period = app_settings.TOTP_PERIOD
            context |= {"demo_logins": demo_logins(_code_now), "demo_password": demo_password(),
                        "demo_seconds": period - int(time.time()) % period}
        return context


login = _Login.as_view()


def with_demo_code(view: Any) -> Callable[..., HttpResponseBase]:
    """A view that asks for a code, telling it in a demonstration."""
    class Told(view):  # type: ignore[misc]
        """The same view."""

        def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
            """The code that holds now besides."""
            context: dict[str, Any] = super().get_context_data(**kwargs)
            if settings.DEMO:
                stage = getattr(self, "stage", None)
                user = stage.login.user if stage is not None else self.request.user
                context["demo_code"] = demo_code(user, _code_now)
            return context

    Told.__name__ = view.__name__
    found: Callable[..., HttpResponseBase] = Told.as_view()
    return found


def _code_now(factor: Authenticator) -> str:
    """The code that holds now; the next one, which is taken too, where this one has been used."""
    secret, step = decrypt(factor.data["secret"]), int(time.time()) // app_settings.TOTP_PERIOD
    codes = [format_hotp_value(hotp_value(secret, step + later)) for later in (0, 1)]
    return str(next((c for c in codes if cache.get(code_key(factor.user_id, c)) is None), codes[-1]))
