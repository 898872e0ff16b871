"""Finding people: by parts of names, of other names and of service numbers, in any order and spelling of accents."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from casework.policy import Permission
from casework.queries.visible import visible
from casework.store.bridge import folded
from casework.store.models import Account, CaseFile, Person

__all__ = ["search"]

_MOST_WORDS = 10  # of a question; more would only cost time


def search(actor: Account, case: CaseFile, text: str, *, status: str = "", branch: str = "",
           incident: int | None = None, withdrawn: bool = False) -> QuerySet[Person]:
    """The persons of a case in whose names, other names or number every word of a text occurs; by name.

    Case, accents, signs and the order of words do not matter: "kim chol" finds "Chŏl Kim". An empty text finds all.

    Args: ``text``: what was typed; ``status``, ``branch``, ``incident`` (its number): only those; ``withdrawn``: those
    withdrawn as well.

    Returns a query that is not run yet. Raises NotAllowed.
    """
    rows = visible(actor, Permission.ROSTER_READ, Person, withdrawn=withdrawn).filter(case=case)
    asked = Q()
    for word in folded(text).split()[:_MOST_WORDS]:
        asked &= Q(search_text__contains=word)
    if status:
        asked &= Q(status=status)
    if branch:
        asked &= Q(service_branch=branch)
    if incident is not None:
        asked &= Q(incident=incident)
    return rows.filter(asked).order_by("name", "key", "pk")
