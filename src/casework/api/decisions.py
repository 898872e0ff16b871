"""Reading what is proposed and what was decided; the second reviewer stays blind to the first here too."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from casework.api import shapes
from casework.api.paging import Page, Paging, Text, page_of
from casework.api.problems import READ_PROBLEMS
from casework.api.records import Number
from casework.api.security import guarded
from casework.policy import Permission
from casework.queries import decisions

__all__ = ["router"]

router = Router(tags=["decisions"])


class InState(Paging):
    """Which: those in one ``state``."""

    state: Text = ""


@router.get("/proposals", response={200: Page[shapes.ProposalOut], **READ_PROBLEMS})
@guarded(Permission.PROPOSAL_READ)
def list_proposals(request: HttpRequest, wanted: Query[InState]) -> Any:
    """The names put forward by runs."""
    return page_of(decisions.proposals(request.auth, state=wanted.state), wanted)  # type: ignore[attr-defined]


@router.get("/proposals/{number}", response={200: shapes.ProposalOut, **READ_PROBLEMS})
@guarded(Permission.PROPOSAL_READ)
def get_proposal(request: HttpRequest, number: Number) -> Any:
    """One proposed name."""
    return decisions.proposals(request.auth).get(pk=number)  # type: ignore[attr-defined]


@router.get("/decisions", response={200: Page[shapes.DecisionOut], **READ_PROBLEMS})
@guarded(Permission.DECISION_READ)
def list_decisions(request: HttpRequest, wanted: Query[Paging]) -> Any:
    """The signed identifications, withdrawn ones among them."""
    return page_of(decisions.decisions(request.auth, withdrawn=True), wanted)  # type: ignore[attr-defined]


@router.get("/decisions/{number}", response={200: shapes.DecisionOut, **READ_PROBLEMS})
@guarded(Permission.DECISION_READ)
def get_decision(request: HttpRequest, number: Number) -> Any:
    """One signed identification."""
    return decisions.decision_for(request.auth, number).decision  # type: ignore[attr-defined]
