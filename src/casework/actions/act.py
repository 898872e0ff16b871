"""The frame of every write: one permission, one transaction, one named actor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from casework.policy import Permission, require
from casework.store.actor import acting_as, current_actor
from casework.store.models import Account
from homeward.model import HomewardError

__all__ = ["Conflict", "NotPossible", "act", "name_of"]


class Conflict(HomewardError):
    """Somebody else has changed the record in the meantime; nothing was written."""


class NotPossible(HomewardError):
    """An act that the state of the records does not permit; the message says which and why."""


def name_of(actor: Account) -> str:
    """The name under which the audit keeps what the account writes; a job keeps its own: ``run 12 for user:anna``."""
    name = f"user:{actor.username}"
    now = current_actor()
    return now if now.endswith(f" for {name}") else name


@contextmanager
def act(actor: Account, permission: Permission, *records: object) -> Iterator[None]:
    """Check, then write in one transaction under the actor's name; raises NotAllowed before anything is written."""
    require(actor, permission, *records)
    with acting_as(name_of(actor)), transaction.atomic():
        yield
