"""Runs: where they stand, what they found; asking for one and calling one off."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from casework.actions.runs import cancel_run
from casework.api import shapes
from casework.api.acts import Repeatable, answered
from casework.api.intake import Link, Strict
from casework.api.paging import Page, Paging, page_of
from casework.api.problems import PROBLEMS, READ_PROBLEMS
from casework.api.records import Number
from casework.api.security import guarded
from casework.jobs.queue import request_run
from casework.policy import Permission
from casework.queries import cases, runs

__all__ = ["router"]

router = Router(tags=["runs"])


@router.get("/runs", response={200: Page[shapes.RunOut], **READ_PROBLEMS})
@guarded(Permission.RUN_READ)
def list_runs(request: HttpRequest, wanted: Query[Paging]) -> Any:
    """The runs, without their results."""
    return page_of(runs.runs(request.auth), wanted)  # type: ignore[attr-defined]


@router.get("/runs/{number}", response={200: shapes.RunOut, **READ_PROBLEMS})
@guarded(Permission.RUN_READ)
def get_run(request: HttpRequest, number: Number) -> Any:
    """One run and how far it is."""
    return runs.run(request.auth, number)  # type: ignore[attr-defined]


@router.get("/runs/{number}/result", response={200: dict[str, Any], **READ_PROBLEMS})
@guarded(Permission.PROPOSAL_READ)
def get_result(request: HttpRequest, number: Number) -> Any:
    """What a finished run found: the content of results.json; empty before."""
    actor = request.auth  # type: ignore[attr-defined]
    return runs.result_of(actor, runs.run(actor, number)) or {}


class RunIn(Strict):
    """A run to be queued; ``parameters`` by name, such as prior.on_roster or rule.posterior."""

    case: Link
    parameters: dict[str, float | bool] = Field(default_factory=dict)
    seed: Link | None = None


@router.post("/runs", response={201: shapes.RunOut, **PROBLEMS})
@guarded(Permission.RUN_START)
def start_run(request: HttpRequest, asked: RunIn, idempotency_key: Repeatable = None) -> Any:
    """Queue an identification of a case."""
    actor = request.auth  # type: ignore[attr-defined]
    return Status(201, answered(request, idempotency_key, shapes.RunOut, lambda: request_run(
        actor=actor, case=cases.case(actor, asked.case), parameters=asked.parameters, seed=asked.seed)))


@router.post("/runs/{number}/cancel", response={200: shapes.RunOut, **PROBLEMS})
@guarded(Permission.RUN_START)
def call_off(request: HttpRequest, number: Number, idempotency_key: Repeatable = None) -> Any:
    """Call off a run that waits or is under way; what it has finished is kept."""
    actor = request.auth  # type: ignore[attr-defined]
    return answered(request, idempotency_key, shapes.RunOut,
                    lambda: cancel_run(actor=actor, run=runs.run(actor, number)))
