"""Reading what hangs on a person or a family: other names, history, members, samples, who was told."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from casework.api import shapes
from casework.api.problems import READ_PROBLEMS
from casework.api.records import Number
from casework.api.security import guarded
from casework.policy import Permission
from casework.queries import families, roster

__all__ = ["router"]

router = Router()


@router.get("/persons/{number}/aliases", response={200: list[shapes.AliasOut], **READ_PROBLEMS}, tags=["roster"])
@guarded(Permission.ROSTER_READ)
def list_aliases(request: HttpRequest, number: Number) -> Any:
    """The other names that a person bore."""
    actor = request.auth  # type: ignore[attr-defined]
    return list(roster.aliases(actor, roster.person(actor, number)))


@router.get("/persons/{number}/history", response={200: list[shapes.StatusOut], **READ_PROBLEMS}, tags=["roster"])
@guarded(Permission.ROSTER_READ)
def list_history(request: HttpRequest, number: Number) -> Any:
    """What became of a person, step by step."""
    actor = request.auth  # type: ignore[attr-defined]
    return list(roster.status_history(actor, roster.person(actor, number)))


@router.get("/families/{number}/members", response={200: list[shapes.MemberOut], **READ_PROBLEMS}, tags=["families"])
@guarded(Permission.FAMILY_READ)
def list_members(request: HttpRequest, number: Number) -> Any:
    """The members of a pedigree."""
    actor = request.auth  # type: ignore[attr-defined]
    return list(families.members(actor, families.family(actor, number)))


@router.get("/families/{number}/tellings", response={200: list[shapes.TellingOut], **READ_PROBLEMS}, tags=["families"])
@guarded(Permission.FAMILY_READ)
def list_tellings(request: HttpRequest, number: Number) -> Any:
    """Who of a family was told what, when, by whom and how."""
    actor = request.auth  # type: ignore[attr-defined]
    return list(families.tellings(actor, families.family(actor, number)))
