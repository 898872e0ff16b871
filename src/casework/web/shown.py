"""What a page shows: facts, tables, links and badges, as values that the templates draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.urls import reverse

__all__ = ["Act", "Badge", "Crumb", "Facts", "Lines", "Link", "Picture", "Table", "act", "link", "name_of"]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere; ``sub`` stands beneath them in small print."""

    words: str
    to: str
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """A state or conclusion, in a frame whose colour only underlines the words."""

    words: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Several values in one place, one beneath the other."""

    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """A heading with words and their values; a value None reads "not recorded"."""

    title: str
    rows: Sequence[tuple[str, Any]]
    acts: Sequence[Act] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, the heads of the columns, the rows; ``empty`` is said where there is no row.

    ``numbers``: the columns, counted from 0, that are set to the right.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]
    empty: str = "None is recorded."
    numbers: Sequence[int] = ()
    note: str = ""
    acts: Sequence[Act] = field(default=())


@dataclass(frozen=True, slots=True)
class Picture:
    """A heading and a drawing in SVG, made by the science's own code from escaped text; ``wide``: across the page."""

    title: str
    svg: str
    caption: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done from here: a page with a form, or a list, or a file."""

    words: str
    to: str
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way from the cases to this page."""

    words: str
    to: str


def link(name: str, row: Model | None, words: str = "", sub: str = "") -> Link | None:
    """A link to a record's page; None where there is no record."""
    return None if row is None else Link(words or str(row), reverse(name, args=[row.pk]), sub)


def name_of(row: Any) -> str:
    """A record's name, or its key where it has none; "" where there is no record."""
    return "" if row is None else str(row.name or row.key)


def act(words: str, name: str, *args: Any, danger: bool = False) -> Act:
    """An act by the name of its page."""
    return Act(words, reverse(name, args=args), danger)
