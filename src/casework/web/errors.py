"""Pages for what goes wrong: they say what happened and where to go, and repeat nothing of what was asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from homeward.model import FaultyInput, HomewardError

__all__ = ["bad_request", "forbidden", "form_expired", "not_found", "not_possible", "server_error", "words_of"]

_AT_MOST = 100


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a request that no page of ours sends."""
    return _page(request, 400, "This request was not understood",
                 "Nothing was changed. Go back and try again.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the matrix does not permit it."""
    return _page(request, 403, "Your role does not open this page",
                 "Who may do what is written in the register's table of roles. If your work needs this page, ask an "
                 "administrator.")


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without its token, or from another site."""
    return _page(request, 403, "This form is too old",
                 "It was opened before you logged in, or came from elsewhere. Nothing was changed. Open the page again "
                 "and send it anew.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such record, or none that this role may see."""
    return _page(request, 404, "There is nothing here",
                 "The address is wrong, or the record is not among those that you may see.")


def not_possible(request: HttpRequest, error: HomewardError, *, status: int) -> HttpResponse:
    """400 or 409: the records do not permit it, or somebody was quicker."""
    return _page(request, status, "This could not be done", *words_of(error))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; drawn without a look at request or database, since one of them may be what broke."""
    return HttpResponse(render_to_string("500.html"), status=500)


def words_of(error: HomewardError) -> list[str]:
    """What an error says, a line for each fault."""
    if isinstance(error, FaultyInput):
        lines = [str(fault) for fault in error.faults[:_AT_MOST]]
        rest = len(error.faults) - len(lines)
        return [*lines, f"and {rest} more"] if rest else lines
    return [str(error)]


def _page(request: HttpRequest, status: int, title: str, *lines: str) -> HttpResponse:
    return render(request, "web/error.html", {"title": title, "lines": lines, "status": status}, status=status)
