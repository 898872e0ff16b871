"""Five failures, of password or of second factor, lock the account, and the address, for a quarter of an hour."""

from __future__ import annotations

from typing import Any

from allauth.mfa import signals
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

__all__ = ["FailuresInDatabase", "client_address", "count_failed_factor", "is_locked", "locked_out"]


class FailuresInDatabase(AxesDatabaseHandler):  # type: ignore[misc]
    """axes' count of failures, without its amnesty: who logs in clears nobody's failures but their own."""

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Forget the failures of this account from this address.

        axes forgets all failures of the address as well: someone with an account of their own could then guess
        at everybody else's for as long as they please.
        """
        name = (credentials or {}).get("username")
        count, _ = AccessAttempt.objects.filter(username=name, ip_address=client_address(request)).delete()
        return int(count)


def client_address(request: HttpRequest) -> str:
    """Where a request comes from: the last hop that a trusted proxy names, else the connection itself."""
    if settings.BEHIND_PROXY:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if hops:
            return str(hops[-1])
    return str(request.META.get("REMOTE_ADDR", ""))


def is_locked(request: HttpRequest, username: str) -> bool:
    """Whether the account, or the address, has failed too often; the answer to the request is then the locked page."""
    if AxesProxyHandler.is_allowed(request, {"username": username}):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]  # read by axes' middleware
    return True


@receiver(signals.authentication_failed, dispatch_uid="homeward.lockout")
def count_failed_factor(*, request: HttpRequest, user: Any, **_: object) -> None:
    """A wrong code counts like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"username": user.get_username()}, request=request)


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None,
               *args: Any, **kwargs: Any) -> HttpResponse:
    """Say that account and address are locked, for how long, and nothing of whether the account exists."""
    return render(request, "web/locked.html", status=429)
