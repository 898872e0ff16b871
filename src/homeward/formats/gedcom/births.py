"""Who was born to whom: of all the families whose child somebody is, the one father and the one mother by blood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from homeward.formats.casefile.findings import shown
from homeward.formats.gedcom.values import Descent, Gedcom, GedcomParents, GedcomPerson
from homeward.model import Fault, Sex

__all__ = ["Birth", "Births"]

_ROLES = {Sex.MALE: "father", Sex.FEMALE: "mother"}


@dataclass(frozen=True, slots=True)
class Birth:
    """The parents of somebody by blood: both of them, one perhaps added without a name, or neither."""

    father: str | None = None
    mother: str | None = None

    @property
    def parents(self) -> tuple[str, ...]:
        """Those of the two who are known."""
        return tuple(p for p in (self.father, self.mother) if p is not None)


@dataclass(slots=True)
class _Claims:
    """What the families say of one parent: who is named, whether in so many words; families that name nobody."""

    named: dict[str, bool] = field(default_factory=dict)
    nameless: list[str] = field(default_factory=list)

    def settled(self) -> list[str]:
        """Those said to be parents by birth, where any are; else all who are named."""
        said = [who for who, stated in self.named.items() if stated]
        return said or list(self.named)


class Births:
    """The births of a file, found one by one as they are asked for.

    ``added`` are parents without a name, with their sex; ``faults`` and ``notes`` are by the person whom they concern.

    Args: ``gedcom``; ``chosen``, for people with several families of birth: the one that holds, by person.
    """

    def __init__(self, gedcom: Gedcom, chosen: Mapping[str, str]) -> None:
        self._gedcom, self._chosen = gedcom, chosen
        self._found: dict[str, Birth] = {}
        self._founded: dict[str, list[str]] = {}
        for xref, family in gedcom.families.items():
            for who in {family.husband, family.wife} - {None}:
                self._founded.setdefault(str(who), []).append(xref)
        self.added: dict[str, Sex] = {}
        self.faults: dict[str, Fault] = {}
        self.notes: dict[str, list[str]] = {}

    def of(self, xref: str) -> Birth:
        """The birth of one person; of somebody added, none."""
        if xref not in self._found:
            person = self._gedcom.persons.get(xref)
            self._found[xref] = Birth() if person is None else self._birth(person)
        return self._found[xref]

    def children(self, xref: str) -> list[str]:
        """Those born to one person, or to a parent added for a family, in the order of the file."""
        listed = dict.fromkeys(c for f in self._founded.get(xref, ()) for c in self._gedcom.families[f].children)
        return [c for c in listed if xref in self.of(c).parents]

    def _birth(self, person: GedcomPerson) -> Birth:
        claims = {Sex.MALE: _Claims(), Sex.FEMALE: _Claims()}
        for p in person.parents:
            if self._chosen.get(person.xref, p.family) == p.family:
                self._claim(person, p, claims)
            if not (p.of_husband.biological and p.of_wife.biological):
                ways = " and ".join(dict.fromkeys(f"{way.value}" for way in (p.of_husband, p.of_wife)))
                self._note(person, f"{person.xref} is a child of {p.family} ({ways}); not counted as blood where it is "
                                   "not birth")
        if person.xref in self.faults:
            return Birth()
        settled = {sex: c.settled() for sex, c in claims.items()}
        for sex, names in settled.items():
            if len(names) > 1:
                families = ", ".join(p.family for p in person.parents)
                self._fault(person, families, f"must be one family of birth: {' and '.join(names)} cannot both be the "
                            f"{_ROLES[sex]} (say which holds, as birth_families={{{person.xref!r}: …}})", "two-births")
                return Birth()
        found = {sex: names[0] if names else None for sex, names in settled.items()}
        if found[Sex.MALE] is None and found[Sex.FEMALE] is None:
            return Birth()
        for sex in (Sex.MALE, Sex.FEMALE):
            if found[sex] is None:
                found[sex] = self._add(person, sex, claims[sex].nameless)
        return Birth(found[Sex.MALE], found[Sex.FEMALE])

    def _claim(self, person: GedcomPerson, p: GedcomParents, claims: Mapping[Sex, _Claims]) -> None:
        """What one family says of the parents."""
        family = self._gedcom.families[p.family]
        blood = [(who, how, role) for who, how, role in ((family.husband, p.of_husband, Sex.MALE),
                                                         (family.wife, p.of_wife, Sex.FEMALE)) if how.biological]
        sexes = [self._sex(who) for who, _, _ in blood]
        if len(blood) == 2 and sexes[0] is sexes[1] and sexes[0] in _ROLES:
            self._fault(person, f"{blood[0][0]}, {blood[1][0]}", f"are both {sexes[0].value} in {p.family}, and cannot "
                        "both be parents by birth (PEDI says who is not)", "parent-sex")
            return
        swapped = any(s in _ROLES and s is not role for s, (_, _, role) in zip(sexes, blood, strict=True))
        if swapped:
            self._note(person, f"{p.family}: husband and wife are placed by their recorded sex, not by their place")
        for who, how, role in blood:
            place = role if not swapped else (Sex.FEMALE if role is Sex.MALE else Sex.MALE)
            if who is None:
                claims[place].nameless.append(p.family)
            else:
                claims[place].named[who] = claims[place].named.get(who, False) or how is Descent.BIRTH

    def _sex(self, who: str | None) -> Sex:
        return Sex.UNKNOWN if who is None else self._gedcom.persons[who].sex

    def _add(self, person: GedcomPerson, sex: Sex, nameless: list[str]) -> str:
        """A parent without a name: one for all children of a family that names none, else one for this child."""
        where = f"in {nameless[0]}" if nameless else f"of {person.xref}"
        name = f"{_ROLES[sex]} {where}"
        while name in self._gedcom.persons:
            name += "'"
        if name not in self.added:
            self.added[name] = sex
            self._founded[name] = nameless[:1]
            self.notes.setdefault(name, []).append(f"{name} added, untyped, since the file names one parent")
        return name

    def _note(self, person: GedcomPerson, text: str) -> None:
        self.notes.setdefault(person.xref, []).append(text)

    def _fault(self, person: GedcomPerson, value: str, allowed: str, rule: str) -> None:
        self.faults[person.xref] = Fault(person.xref, person.line, "FAMC", shown(value), allowed, rule)
