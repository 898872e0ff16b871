"""The check that stands before every act and every read."""

from __future__ import annotations

from typing import Any, Protocol

from casework.policy.matrix import scope_of
from casework.policy.roles import Permission, Scope
from homeward.model import HomewardError

__all__ = ["Actor", "NotAllowed", "require"]


class Actor(Protocol):
    """What the check needs to know of an account."""

    username: Any
    role: Any
    is_active: Any
    organisation_id: Any
    family_id: Any


class NotAllowed(HomewardError):
    """An act or a read that the matrix does not permit; the message names no record."""


def require(actor: Actor, permission: Permission, *records: object) -> None:
    """Raise NotAllowed unless the actor's role has the permission, over each of the records.

    A record that names an ``organisation_id`` is somebody's; a permission of scope OWN reaches the actor's own
    organisation's records and those that nobody holds.
    """
    scope = scope_of(actor.role, permission) if actor.is_active else None
    if scope is None:
        raise NotAllowed(f"{actor.role}: {permission.value} is not among what this role may do")
    for record in records:
        if scope is Scope.OWN and getattr(record, "organisation_id", None) not in (None, actor.organisation_id):
            raise NotAllowed(f"{actor.role}: {permission.value} reaches the records of one's own organisation alone")
        if scope is Scope.FAMILY and (actor.family_id is None
                                      or getattr(record, "family_id", None) != actor.family_id):
            raise NotAllowed(f"{actor.role}: {permission.value} reaches one's own family alone")
