"""The rule at every page's door: ``@allowed(Permission.X)`` or ``@open_to_all("why")``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from casework.policy import Permission, Rule, declare
from casework.web.factors import factor_is_fresh

__all__ = ["Request", "allowed", "open_to_all", "signed_in"]

class Request(HttpRequest):
    """A request that has come past a rule: ``user`` is an account of the register."""

    user: Any


_View = Callable[..., HttpResponseBase]
_SAFE = ("GET", "HEAD", "OPTIONS")


def allowed(permission: Permission, *also: Permission, whole: bool = False,
            fresh: bool = False) -> Callable[[_View], _View]:
    """Open a page to the roles that have the permission; which records they see there is for the queries to say.

    ``also``: what they must have besides; ``whole``: over everyone's records, not their own organisation's alone;
    ``fresh``: whoever writes here shows the second factor first, unless it was shown within the last five minutes. What
    they have written is kept meanwhile.
    """
    rule = Rule(permission, also=also, whole=whole, fresh=fresh)

    def decorate(view: _View) -> _View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not rule.admits(request.user.role, request.user.organisation_id, None):
                raise PermissionDenied
            if fresh and request.method not in _SAFE and not factor_is_fresh(request):
                raise ReauthenticationRequired
            return view(request, *args, **kwargs)

        # Nothing of a record stays in a browser's cache for whoever sits down next.
        return declare(never_cache(guarded), rule)

    return decorate


def signed_in(reason: str) -> Callable[[_View], _View]:
    """Open a page to everyone who has logged in, for a stated reason; it shows them their own things alone."""
    def decorate(view: _View) -> _View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            return view(request, *args, **kwargs)

        return declare(never_cache(guarded), Rule(None, reason, login=True))

    return decorate


def open_to_all(reason: str) -> Callable[[_View], _View]:
    """Leave a page open, for a stated reason."""
    def decorate(view: _View) -> _View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        return declare(opened, Rule(None, reason))

    return decorate
