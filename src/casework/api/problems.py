"""What goes wrong, as RFC 9457 has it: one form for every refusal, and nothing of a record that was not to be seen."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from casework.actions.act import Conflict, NotPossible
from casework.policy import NotAllowed
from homeward.model import FaultyInput, HomewardError, InvalidValue

__all__ = ["PROBLEMS", "READ_PROBLEMS", "FaultOut", "Problem", "answer_problems"]

CONTENT_TYPE = "application/problem+json"


class FaultOut(Schema):
    """One fault of what was sent: where, what it was, what is allowed."""

    where: str
    field: str
    value: str
    allowed: str


class Problem(Schema):
    """A refusal; ``faults`` are all that were found, and nothing was written."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    faults: list[FaultOut]


READ_PROBLEMS: dict[int, Any] = dict.fromkeys((401, 403, 404, 422), Problem)
PROBLEMS: dict[int, Any] = {**READ_PROBLEMS, 400: Problem, 409: Problem}


def answer_problems(api: NinjaAPI) -> None:
    """Teach an API to answer every error of ours, and every one of its own, in that form."""
    def known(kind: type[Exception], status: int, detail: str = "") -> None:
        def answer(request: HttpRequest, error: Any) -> HttpResponse:
            return _answer(status, detail or str(error), _faults(error))

        api.add_exception_handler(kind, answer)

    known(AuthenticationError, 401, "A token that is in force has to be sent: Authorization: Bearer …")
    known(NotAllowed, 403, "The account of this token may not do this.")
    for missing in (ObjectDoesNotExist, Http404):
        known(missing, 404, "There is no such record, or none that the account of this token may see.")
    known(Conflict, 409)
    known(NotPossible, 409)
    known(HomewardError, 422)
    known(InvalidValue, 422)
    known(FaultyInput, 422, "What was sent has faults; nothing was written.")
    known(ValidationError, 422, "What was sent is not of the form that the operation takes.")

    def stated(request: HttpRequest, error: Any) -> HttpResponse:
        return _answer(error.status_code, str(error), [])

    api.add_exception_handler(HttpError, stated)


def _answer(status: int, detail: str, faults: list[dict[str, str]]) -> HttpResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail,
            "faults": faults}
    answer = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=CONTENT_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def _faults(error: Exception) -> list[dict[str, str]]:
    if isinstance(error, FaultyInput):
        return [{"where": f"{f.file}:{f.line}", "field": f.column, "value": f.value, "allowed": f.allowed}
                for f in error.faults]
    if isinstance(error, InvalidValue):
        return [{"where": error.record, "field": error.field, "value": str(error.value), "allowed": error.allowed}]
    if isinstance(error, ValidationError):
        return [{"where": str(fault["loc"][0]), "field": ".".join(map(str, fault["loc"][1:])),
                 "value": "", "allowed": str(fault["msg"])} for fault in error.errors]
    return []
