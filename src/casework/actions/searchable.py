"""What a person is searched by, kept right on every way by which a name can come."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from casework.store.bridge import search_text_of
from casework.store.models import Alias, Person

__all__ = ["make_searchable", "names_of", "searchable_text"]

_PLACES = 500


def names_of(person: Person) -> list[str]:
    """The other names of a person that stand."""
    if person.pk is None:
        return []
    names = Alias.objects.filter(person=person, withdrawn_at__isnull=True).order_by("pk")
    return list(names.values_list("name", flat=True))


def searchable_text(person: Person) -> str:
    """Name, number and other names as they are searched."""
    return search_text_of(person.name, person.service_number, names_of(person))


def make_searchable(rows: Iterable[int]) -> None:
    """After names were written in bulk: put the other names of those who have some back into what is searched."""
    source = iter(rows)
    while numbers := list(islice(source, _PLACES)):
        aliased = Alias.objects.filter(person__in=numbers, withdrawn_at__isnull=True).values("person")
        for person in Person.objects.filter(pk__in=aliased):
            Person.objects.filter(pk=person.pk).update(search_text=searchable_text(person))
