"""What a GEDCOM file says: its lines as they stand, and the people and families that they tell of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from homeward.formats.gedcom.dates import GedcomDate
from homeward.model import Sex

__all__ = ["Descent", "Gedcom", "GedcomFamily", "GedcomLine", "GedcomName", "GedcomParents", "GedcomPerson"]


class Descent(StrEnum):
    """How somebody is a child of somebody. The standard takes it for birth where nothing is said."""

    BIRTH = "birth"
    NOT_SAID = "not said"
    ADOPTED = "adopted"
    FOSTERED = "foster"
    STEP = "step"
    SEALED = "sealing"
    OTHER = "other"
    UNCLEAR = "unclear"
    DOUBTED = "challenged"
    DISPROVEN = "disproven"

    @property
    def biological(self) -> bool:
        """Whether it is taken for birth; whoever was adopted, fostered or sealed is nobody's blood by that."""
        return self in (Descent.BIRTH, Descent.NOT_SAID)


@dataclass(frozen=True, slots=True)
class GedcomLine:
    """A line with those below it; ``value`` as written, ``xref`` the name of a record without its @ signs."""

    level: int
    tag: str
    value: str = ""
    xref: str = ""
    below: tuple[GedcomLine, ...] = ()
    number: int = field(default=0, compare=False)

    @property
    def text(self) -> str:
        """The value with the lines that continue it, and single @ signs."""
        parts = [self.value]
        for line in self.below:
            if line.tag in ("CONT", "CONC"):
                parts.append(f"\n{line.value}" if line.tag == "CONT" else line.value)
        return "".join(parts).replace("@@", "@")

    @property
    def pointer(self) -> str:
        """The record to which the value points, "" where it does not point."""
        value = self.value.strip()
        points = len(value) > 2 and value[0] == value[-1] == "@" and "@" not in value[1:-1] and value[1] != "#"
        return value[1:-1] if points else ""

    def all(self, tag: str) -> Iterator[GedcomLine]:
        """The lines of a tag directly below."""
        return (line for line in self.below if line.tag == tag)

    def first(self, tag: str) -> GedcomLine | None:
        """The first line of a tag directly below, None where there is none."""
        return next(self.all(tag), None)

    def walk(self) -> Iterator[GedcomLine]:
        """This line and all below it, in the order of the file."""
        yield self
        for line in self.below:
            yield from line.walk()


@dataclass(frozen=True, slots=True)
class GedcomName:
    """A name; the surname stands between slashes. ``kind`` says which name it is: birth, married, aka, romanized …"""

    text: str
    kind: str = ""

    @property
    def plain(self) -> str:
        """The name as it is spoken, without slashes."""
        return " ".join(self.text.replace("/", " ").split())

    @property
    def surname(self) -> str:
        """What stands between the slashes, "" where nothing does."""
        parts = self.text.split("/")
        return " ".join(parts[1].split()) if len(parts) > 1 else ""


@dataclass(frozen=True, slots=True)
class GedcomParents:
    """A family whose child somebody is, and in what way he is the child of its two partners."""

    family: str
    of_husband: Descent = Descent.NOT_SAID
    of_wife: Descent = Descent.NOT_SAID


@dataclass(frozen=True, slots=True)
class GedcomPerson:
    """A person (INDI). ``dead``: a death, burial or cremation is recorded. ``years``: the first and last of any event.

    ``partner_in`` are the families that he founded, in the order of the file.
    """

    xref: str
    names: tuple[GedcomName, ...] = ()
    sex: Sex = Sex.UNKNOWN
    birth: GedcomDate | None = None
    death: GedcomDate | None = None
    dead: bool = False
    parents: tuple[GedcomParents, ...] = ()
    partner_in: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    line: int = field(default=0, compare=False)

    @property
    def name(self) -> str:
        """The first name, without slashes; "" where there is none."""
        return self.names[0].plain if self.names else ""


@dataclass(frozen=True, slots=True)
class GedcomFamily:
    """A family (FAM): two partners at most and their children; someone who married twice founded two.

    ``number`` is the record's number (MRIN or RIN), None where the file gives none.
    """

    xref: str
    husband: str | None = None
    wife: str | None = None
    children: tuple[str, ...] = ()
    married: GedcomDate | None = None
    number: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Gedcom:
    """A GEDCOM file. ``records`` are its lines of level 0 with all below them, HEAD and TRLR included.

    ``version`` is that of GEDCOM, "" where the head names none; ``charset`` that in which the file was. ``notes`` are
    the guesses made in reading; neither of the last two is part of the content.
    """

    records: tuple[GedcomLine, ...]
    persons: Mapping[str, GedcomPerson] = field(default_factory=dict, compare=False)
    families: Mapping[str, GedcomFamily] = field(default_factory=dict, compare=False)
    version: str = ""
    charset: str = field(default="utf-8", compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)

    def named(self, words: str) -> tuple[GedcomPerson, ...]:
        """The people one of whose names holds all of the words, whatever their case and order."""
        wanted = words.casefold().split()
        return tuple(p for p in self.persons.values()
                     if any(all(w in n.plain.casefold() for w in wanted) for n in p.names))
