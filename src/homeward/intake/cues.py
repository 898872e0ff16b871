"""A cue of speech: who says what a sentence says, and how far it reaches."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Cue"]


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue of speech in a sentence.

    ``who`` says it, in the sentence's words; ``heard`` is the press that was told, "" where none. It reaches over
    ``reach``, and stands at ``start`` to ``end``. ``origin``: it names whoever is behind the others (citing, what it
    said were). ``beside``: it stands outside the sentence's clauses (according to). ``nested``: it is part of what the
    cue before it reports. ``how`` is a word of the tables: says, claims, denies ...
    """

    who: str
    how: str
    start: int
    end: int
    reach: tuple[int, int]
    origin: bool = False
    beside: bool = False
    nested: bool = False
    heard: str = ""
