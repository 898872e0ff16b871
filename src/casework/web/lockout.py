"""The answer to someone who has failed to log in five times."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

__all__ = ["locked_out"]


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None,
               *args: Any, **kwargs: Any) -> HttpResponse:
    """Say that account and address are locked, for how long, and nothing of whether the account exists."""
    return render(request, "web/locked.html", status=429)
