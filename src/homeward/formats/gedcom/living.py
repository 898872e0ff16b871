"""Who may be alive: nobody whose death is recorded, and nobody who would be older than people become."""

from __future__ import annotations

import datetime

from homeward.formats.gedcom.values import GedcomPerson

__all__ = ["may_live"]

_OLDEST = 110  # years; the custom of genealogists where a file says nothing of a death


def may_live(person: GedcomPerson, today: datetime.date | None) -> bool:
    """Whether a person may be alive: anyone of whom it is not known may be.

    Args: ``person``; ``today``, the day for which it is asked; where None, recorded deaths alone count.
    """
    if person.dead:
        return False
    born = None if person.birth is None else person.birth.years[1]
    first = born if born is not None else (None if person.years is None else person.years[0])
    return today is None or first is None or today.year - first <= _OLDEST
