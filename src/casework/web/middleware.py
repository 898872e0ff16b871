"""On every request: who acts, and whether staff have shown their second factor."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from casework.store.actor import acting_as

__all__ = ["ActorMiddleware", "SecondFactorMiddleware"]

_Next = Callable[[HttpRequest], HttpResponse]
# A member of the staff without a second factor reaches these alone.
_OPEN = ("/accounts/", "/static/")


class ActorMiddleware:
    """Names the account to the audit for as long as the request lasts."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer under the account's name; before login the name is ``visitor``."""
        user = request.user
        with acting_as(f"user:{user.get_username()}" if user.is_authenticated else "visitor"):
            return self.get_response(request)


class SecondFactorMiddleware:
    """Sends staff who have not set up a second factor to the page where they do."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through, or send it to the set-up of the second factor."""
        user = request.user
        if (user.is_authenticated and user.is_of_staff and not request.path.startswith(_OPEN)
                and not is_mfa_enabled(user)):
            return redirect("mfa_activate_totp")
        return self.get_response(request)
