"""Who is related to the missing by blood, how far, on which side, and in which words."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from homeward.formats.gedcom.births import Births
from homeward.formats.gedcom.values import GedcomPerson
from homeward.model import Sex

__all__ = ["Path", "Side", "blood_relatives", "lines_of", "relation", "side_of"]

_CHILD = {Sex.MALE: "son", Sex.FEMALE: "daughter", Sex.UNKNOWN: "child"}
_SIBLING = {Sex.MALE: "brother", Sex.FEMALE: "sister", Sex.UNKNOWN: "sibling"}


class Side(StrEnum):
    """On whose side somebody is a relative."""

    FATHER = "father's side"
    MOTHER = "mother's side"
    BOTH = "both sides"
    DESCENDANT = "descendant"


@dataclass(frozen=True, slots=True)
class Path:
    """A shortest way by blood: up to an ancestor and down again. ``people`` begins with the missing person."""

    people: tuple[str, ...]
    n_up: int

    @property
    def meioses(self) -> int:
        """How many births lie between the two."""
        return len(self.people) - 1

    def up(self, parent: str) -> Path:
        """The way on to a parent."""
        return Path((*self.people, parent), self.n_up + 1)

    def down(self, child: str) -> Path:
        """The way on to a child."""
        return Path((*self.people, child), self.n_up)


def blood_relatives(births: Births, start: str, most: int, *, without: str | None = None) -> dict[str, Path]:
    """A shortest way to everybody within so many meioses, the start included.

    Args: ``births``; ``start``; ``most`` meioses; ``without``: somebody through whom no way may lead.
    """
    found: dict[str, Path] = {start: Path((start,), 0)}
    climbed = {start}  # a way that only climbs may still turn in any direction, one that has turned may not
    waiting = deque([found[start]])
    while waiting:
        path = waiting.popleft()
        who = path.people[-1]
        if path.meioses >= most:
            continue
        if path.n_up == path.meioses:
            for parent in births.of(who).parents:
                if parent not in climbed and parent != without:
                    climbed.add(parent)
                    found.setdefault(parent, path.up(parent))
                    waiting.append(path.up(parent))
        for child in births.children(who):
            if child not in found and child != without:
                found[child] = path.down(child)
                waiting.append(found[child])
    return found


def lines_of(births: Births, persons: Mapping[str, GedcomPerson], start: str, most: int, *,
             sex: Sex) -> dict[str, Path]:
    """Everybody on the mother's line (sex female: mothers hand on mitochondria) or the father's line (male: the Y).

    Args: ``births``; ``persons``; ``start``; ``most`` meioses; ``sex`` of those who hand the line on.
    """
    found: dict[str, Path] = {}
    path = Path((start,), 0)
    while path.meioses <= most:
        _down_the_line(path, found, births, persons, (most, sex))
        above = births.of(path.people[-1])
        parent = above.mother if sex is Sex.FEMALE else above.father
        if parent is None:
            break
        path = path.up(parent)
    return {who: way for who, way in found.items() if who in persons}


def _down_the_line(top: Path, found: dict[str, Path], births: Births, persons: Mapping[str, GedcomPerson],
                   rule: tuple[int, Sex]) -> None:
    """Add those below an ancestor who carry on the line, and their children who carry it without handing it on."""
    most, sex = rule
    waiting = [top]
    while waiting:
        way = waiting.pop()
        who = way.people[-1]
        # An ancestor was placed as a mother or father already, whether the sex is recorded or not.
        hands_on = (way is top and way.n_up > 0) or (who in persons and persons[who].sex is sex)
        if hands_on or sex is Sex.FEMALE:
            found.setdefault(who, way)
        if hands_on and way.meioses < most:
            waiting += [way.down(child) for child in births.children(who) if child not in found]


def relation(path: Path, births: Births, persons: Mapping[str, GedcomPerson]) -> str:
    """The words for a relative: "mother's brother's daughter"; "himself" for the missing person."""
    people, n = path.people, path.n_up
    ups = ["father" if births.of(people[i]).father == people[i + 1] else "mother" for i in range(n)]
    sexes = [persons[p].sex if p in persons else Sex.UNKNOWN for p in people[n + 1:]]
    downs = [_CHILD[s] for s in sexes]
    if ups and downs:
        one, other = births.of(people[n - 1]), births.of(people[n + 1])
        half = "" if one == other else "half-"
        ups, downs = ups[:-1], [half + _SIBLING[sexes[0]], *downs[1:]]
    return "'s ".join((*ups, *downs)) or "the missing person"


def side_of(path: Path, births: Births, near: Sequence[Mapping[str, Path]]) -> Side:
    """The side of a relative; ``near`` are the blood relatives of the father, and of the mother."""
    if path.n_up == 0:
        return Side.DESCENDANT
    who = path.people[-1]
    if len(near) == 2 and who in near[0] and who in near[1]:
        return Side.BOTH
    return Side.FATHER if births.of(path.people[0]).father == path.people[1] else Side.MOTHER
