"""A case's roster as entries of the ledger: each person listed, with the place and latitude of the loss."""

from __future__ import annotations

from collections.abc import Iterable

from homeward.model import Incident, InvalidValue, MissingPerson
from homeward.model.entries import Entry, EntryKind

__all__ = ["roster_entries"]


def roster_entries(roster: Iterable[MissingPerson], incidents: Iterable[Incident]) -> tuple[Entry, ...]:
    """One listing for each person, standing from the beginning: a case does not say when somebody was listed.

    Raises InvalidValue for a person whose incident is not there.

    >>> entry, = roster_entries([MissingPerson("P-1", incident="I-1")], [Incident("I-1", place="Unsan")])
    >>> entry.id, entry.place
    ('listed P-1', 'Unsan')
    """
    losses = {incident.id: incident for incident in incidents}
    found = []
    for person in roster:
        loss = None if person.incident is None else losses.get(person.incident)
        if person.incident is not None and loss is None:
            raise InvalidValue(person.id, "incident", person.incident, "must be an incident of the case")
        found.append(Entry(
            f"listed {person.id}", EntryKind.LISTED, None, person=person.id, incident=person.incident,
            place="" if loss is None else loss.place, latitude_deg=None if loss is None else loss.latitude_deg))
    return tuple(found)
