"""On every request: who acts, whether staff have shown their second factor, whether the session has been idle."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from casework.actions.act import Conflict, NotPossible
from casework.policy import NotAllowed
from casework.store.actor import acting_as
from casework.web.errors import forbidden, not_found, not_possible
from casework.web.factors import factor_was_shown
from homeward.model import HomewardError

__all__ = ["ActorMiddleware", "AnswersInWords", "DemonstrationMiddleware", "IdleMiddleware", "SecondFactorMiddleware"]

_Next = Callable[[HttpRequest], HttpResponse]
# A member of the staff without a second factor reaches these alone.
_OPEN = ("/accounts/", "/static/")
_SEEN, _SEEN_EVERY_SECONDS = "seen_at", 60


class ActorMiddleware:
    """Names the account to the audit for as long as the request lasts."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer under the account's name; before login the name is ``visitor``."""
        user = request.user
        with acting_as(f"user:{user.get_username()}" if user.is_authenticated else "visitor"):
            return self.get_response(request)


class IdleMiddleware:
    """Ends a session after half an hour without anything done.

    The time is written at most once a minute, so that reading a page is no write; pages that ask again by themselves
    (``?watch``) do not count as something done.
    """

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or end the session and answer as to a stranger."""
        if request.user.is_authenticated:
            now = time.time()
            seen = request.session.get(_SEEN, now)
            if now - seen >= settings.IDLE_SECONDS:
                logout(request)
            elif _SEEN not in request.session or (now - seen > _SEEN_EVERY_SECONDS and "watch" not in request.GET):
                request.session[_SEEN] = now
        return self.get_response(request)


class SecondFactorMiddleware:
    """Sends staff who have no second factor to its set-up, and staff who have not shown theirs to where they do."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through, or send it to the second factor."""
        user = request.user
        if user.is_authenticated and user.is_of_staff and not request.path.startswith(_OPEN):
            if not is_mfa_enabled(user):
                return redirect("mfa_activate_totp")
            # A session opened by password alone, before the account had its factor, is not let in by it.
            if not factor_was_shown(request):
                return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.path})}")
        return self.get_response(request)


class DemonstrationMiddleware:
    """Shuts a demonstration, whose passwords stand on its first page, to every other machine."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer this machine alone."""
        if settings.DEMO and not _is_loopback(request.META.get("REMOTE_ADDR", "")):
            raise PermissionDenied
        return self.get_response(request)


class AnswersInWords:
    """Turns deliberate errors that a page has not shown by itself into pages: not found, not allowed, not possible."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for an error that somebody can cause; None for one that is ours."""
        if isinstance(error, NotAllowed):
            return forbidden(request)
        if isinstance(error, ObjectDoesNotExist):
            return not_found(request)
        if isinstance(error, HomewardError):
            return not_possible(request, error, status=409 if isinstance(error, Conflict | NotPossible) else 400)
        return None


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
