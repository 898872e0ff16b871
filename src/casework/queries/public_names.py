"""Which texts name somebody of a roster or of a family: these are not for the public, whoever wrote them where."""

from __future__ import annotations

import string
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

from casework.store.models import Alias, CaseFile, Contact, Person

__all__ = ["naming"]

_K = TypeVar("_K", bound=Hashable)
# Signs part words, but for the hyphens and apostrophes within them; the latter are written or left out.
_SIGNS = str.maketrans({**dict.fromkeys(string.punctuation + "“”„«»‹›…—–·→¿¡\u00a0", " "), "-": "-", "'": "", "’": ""})
_LONGEST = 6  # words of a name
_NUMBER = 7  # digits of what can be nothing but somebody's number


def naming(case_file: CaseFile, texts: Mapping[_K, str]) -> set[_K]:
    """The keys of the texts that hold a name, a key or a service number of a person, or the name of a contact.

    A single word counts only where it has letters and digits, or seven digits: a surname alone is everybody's, and a
    short number is a count.
    """
    found: dict[tuple[str, ...], set[_K]] = {}
    for key, text in texts.items():
        words = _words(text)
        for size in range(1, _LONGEST + 1):
            for i in range(len(words) - size + 1):
                found.setdefault(words[i : i + size], set()).add(key)
    vocabulary = {words[0] for words in found if len(words) == 1}
    named: set[_K] = set()
    for marks in _marks(case_file, vocabulary):
        if marks in found:
            named |= found[marks]
    return named


def _marks(case_file: CaseFile, vocabulary: set[str]) -> Iterator[tuple[str, ...]]:
    """What points to somebody, of those of whom any word is in the vocabulary: these are few of a hundred thousand."""
    persons = Person.objects.filter(case=case_file).values_list("key", "name", "service_number")
    for key, name, number in persons.iterator():
        if not vocabulary.isdisjoint(_words(f"{key} {name} {number}")):
            yield from filter(_tells, map(_words, (key, name, number)))
    for rows in (Alias.objects.filter(person__case=case_file), Contact.objects.filter(case=case_file)):
        for name in rows.values_list("name", flat=True):
            yield from filter(_tells, (_words(name),))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.casefold().translate(_SIGNS).split())


def _tells(words: tuple[str, ...]) -> bool:
    if len(words) != 1:
        return bool(words)
    digits = sum(c.isdigit() for c in words[0])
    return digits >= _NUMBER or 0 < digits < len(words[0].replace("-", ""))
