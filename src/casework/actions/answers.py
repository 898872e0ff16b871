"""A request that a machine may repeat: done once, answered alike every time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from casework.actions.act import Conflict, name_of
from casework.store.actor import acting_as
from casework.store.models import Account, ApiAnswer

__all__ = ["answered_once"]


def answered_once(*, actor: Account, key: str, digest: str, do: Callable[[], Any]) -> Any:
    """Do something and keep the answer under a key of the actor's choice; where it is kept already, do nothing.

    ``digest``: of the request; ``do``: the act, which checks its own permission and gives an answer that JSON holds.
    The act and its answer are stored together or not at all. Raises Conflict where the key was used for another
    request, or another such request is under way at the same moment.
    """
    with acting_as(name_of(actor)):
        try:
            with transaction.atomic():
                kept = ApiAnswer.objects.filter(account=actor, key=key).first()
                if kept is None:
                    body = do()
                    ApiAnswer.objects.create(account=actor, key=key, request_digest=digest, body=body)
                    return body
        except IntegrityError:
            raise Conflict("the same request is being answered at this moment; send it again") from None
    if kept.request_digest != digest:
        raise Conflict("this Idempotency-Key was sent with another request before")
    return kept.body
