"""From a family tree to the family of somebody missing: blood relatives, and no more of them than tell something."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from homeward.formats.casefile.findings import shown
from homeward.formats.gedcom.births import Birth, Births
from homeward.formats.gedcom.living import may_live
from homeward.formats.gedcom.pruning import pruned
from homeward.formats.gedcom.relations import Path, Side, blood_relatives, lines_of, relation, side_of
from homeward.formats.gedcom.values import Gedcom, GedcomPerson
from homeward.model import Family, Fault, FaultyInput, InvalidValue, Member, Sex, TooLarge

__all__ = ["GedcomKin", "Reach", "Relative", "gedcom_family"]

_MOST = 2_000  # members; no family of so many can be computed, and none has so many who were asked for a sample


@dataclass(frozen=True, slots=True)
class Reach:
    """How far relatives are looked for, and who among them tells something.

    ``meioses``: births between the missing person and a relative: 2 for siblings, 4 for cousins. ``line_meioses``:
    the same on the lines that hand on mitochondria and the Y, which tell at any distance. ``donors``: the people who
    gave or can give a sample; None for all relatives who may be alive, ``today`` being the day on which that is asked
    (None: all whose death is not recorded).
    """

    meioses: int = 4
    line_meioses: int = 8
    donors: Collection[str] | None = None
    today: datetime.date | None = None

    def __post_init__(self) -> None:
        for name in ("meioses", "line_meioses"):
            if not 0 <= getattr(self, name) <= 30:
                raise InvalidValue("reach", name, getattr(self, name), "must be from 0 to 30")


@dataclass(frozen=True, slots=True)
class Relative:
    """A relative by blood of one missing person.

    ``mother_line``: carries the same mitochondria; ``father_line``: the same Y. ``may_live``: no death is recorded,
    and the birth is not too long ago. ``member``: has a place in the family that was made.
    """

    missing: str
    id: str
    name: str
    relation: str
    side: Side
    meioses: int
    mother_line: bool
    father_line: bool
    may_live: bool
    member: bool


@dataclass(frozen=True, slots=True)
class GedcomKin:
    """The family of the missing, their relatives from the nearest on, and what was guessed or left out."""

    family: Family
    relatives: tuple[Relative, ...]
    notes: tuple[str, ...] = field(default=(), compare=False)


def gedcom_family(
    gedcom: Gedcom, missing: str | Collection[str] | Mapping[str, str], *, reach: Reach | None = None,
    birth_families: Mapping[str, str] | None = None,
) -> GedcomKin:
    """The family of one or more missing people, as far as it can tell who they are.

    Ancestors and their descendants, by blood alone: whoever was adopted, fostered, sealed or is a stepchild is no
    child by blood, and his family of birth counts. Kept are the missing, those who can give a sample, and whoever
    joins them; a pair of ancestors of one kept person alone is left out, which changes no likelihood (without
    mutation, or with one that keeps the frequencies). Half-siblings, several marriages and loops stay as they are.

    Args: ``gedcom``; ``missing``: the names of their records ("I12", with or without @), a mapping giving the roster's
    ids; ``reach``; ``birth_families``: where somebody is a child of several families that may all be of birth, which
    of them is, by person.

    Returns the family, its members named as their records. Raises FaultyInput, with all faults, for names that are not
    there, several families of birth, and parents who cannot both be that; TooLarge for more than 2,000 members.
    """
    reach = Reach() if reach is None else reach
    listed = _listed(missing)
    chosen = {_bare(k): _bare(v) for k, v in (birth_families or {}).items()}
    donors = None if reach.donors is None else [_bare(d) for d in reach.donors]
    _refuse_strangers(gedcom, listed, chosen, donors)
    births = Births(gedcom, chosen)
    ways = {who: _Ways.of(gedcom, births, who, reach) for who in listed}
    near = dict.fromkeys(x for w in ways.values() for x in w.paths if x in gedcom.persons)
    asked = [x for x in near if may_live(gedcom.persons[x], reach.today)] if donors is None else donors
    kept = pruned({*listed, *asked}, list(listed), births)
    concerned = {*kept, *near}
    faults = [fault for x, fault in births.faults.items() if x in concerned]
    family = _family(gedcom, kept, listed, added=births.added, faults=faults)
    relatives = [r for who in listed for r in ways[who].relatives(gedcom, births, reach, kept)]
    notes = [n for x in births.notes if x in kept or _is_child_of(gedcom, x, near) for n in births.notes[x]]
    notes += [f"{x} is joined to nobody missing, by blood or by a child; left out" for x in asked if x not in kept]
    notes += [f"{x}: {f.allowed}; counted as a founder, so far from the missing" for x, f in births.faults.items()]
    notes += _odd_dates(gedcom, kept)
    return GedcomKin(family, tuple(relatives), tuple(dict.fromkeys(notes)))


def _is_child_of(gedcom: Gedcom, xref: str, people: Collection[str]) -> bool:
    """Whether somebody is in any way a child of one of the people: an adopted brother is told of, though he is none."""
    families = (gedcom.families[p.family] for p in gedcom.persons[xref].parents) if xref in gedcom.persons else ()
    return any(who in people for f in families for who in (f.husband, f.wife))


def _bare(xref: str) -> str:
    return xref.strip().strip("@")


def _listed(missing: str | Collection[str] | Mapping[str, str]) -> dict[str, str]:
    """The roster's ids, by the names of the records."""
    if isinstance(missing, str):
        missing = [missing]
    return {_bare(x): missing[x] if isinstance(missing, Mapping) else _bare(x) for x in missing}


def _refuse_strangers(gedcom: Gedcom, listed: Mapping[str, str], chosen: Mapping[str, str],
                      donors: Iterable[str] | None) -> None:
    """Refuse names that are not in the file."""
    faults = [Fault(what, 0, "person", shown(x), "must be the name of a person's record (INDI) in the file",
                    "unknown-person")
              for what, names in (("missing", listed), ("donors", donors or ()), ("birth_families", chosen))
              for x in names if x not in gedcom.persons]
    faults += [Fault("birth_families", 0, x, shown(f), "must be a family (FAM) whose child he is", "unknown-family")
               for x, f in chosen.items()
               if x in gedcom.persons and f not in {p.family for p in gedcom.persons[x].parents}]
    if not listed:
        faults.append(Fault("missing", 0, "person", "", "must name somebody", "unknown-person"))
    if faults:
        raise FaultyInput(faults)


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways from one missing person to all relatives, and who carries the same mitochondria and the same Y."""

    missing: str
    paths: Mapping[str, Path]
    mother_line: Collection[str]
    father_line: Collection[str]
    near: tuple[Mapping[str, Path], ...]

    @classmethod
    def of(cls, gedcom: Gedcom, births: Births, who: str, reach: Reach) -> _Ways:
        """Look for the relatives of one person."""
        mothers, fathers = (lines_of(births, gedcom.persons, who, reach.line_meioses, sex=sex)
                            for sex in (Sex.FEMALE, Sex.MALE))
        if gedcom.persons[who].sex is not Sex.MALE:
            fathers = {}
        paths = blood_relatives(births, who, reach.meioses)
        for more in (mothers, fathers):
            paths = {**more, **paths}
        near = tuple(blood_relatives(births, p, reach.meioses, without=who) for p in births.of(who).parents)
        return cls(who, paths, {*mothers}, {*fathers}, near)

    def relatives(self, gedcom: Gedcom, births: Births, reach: Reach,
                  kept: Collection[str]) -> Iterable[Relative]:
        """The relatives, the nearest first."""
        for who, path in sorted(self.paths.items(), key=lambda item: item[1].meioses):
            if who in gedcom.persons and who != self.missing:
                yield Relative(self.missing, who, gedcom.persons[who].name, relation(path, births, gedcom.persons),
                               side_of(path, births, self.near), path.meioses, who in self.mother_line,
                               who in self.father_line, may_live(gedcom.persons[who], reach.today), who in kept)


def _family(gedcom: Gedcom, kept: Mapping[str, Birth], listed: Mapping[str, str], *, added: Mapping[str, Sex],
            faults: list[Fault]) -> Family:
    if len(kept) > _MOST:
        raise TooLarge(f"the family has {len(kept)} members, and at most {_MOST} are taken: name the donors, or lower "
                       "the meioses of the reach")
    fathers, mothers = ({str(getattr(b, role)) for b in kept.values() if b.parents} for role in ("father", "mother"))
    faults += [Fault(x, gedcom.persons[x].line, "SEX", gedcom.persons[x].sex.value, "must be one: a father here, and a "
                     "mother there", "parent-sex") for x in sorted(fathers & mothers)]
    if faults:
        raise FaultyInput(faults)
    order = {x: i for i, x in enumerate(gedcom.persons)}
    members = []
    for x in sorted(kept, key=lambda x: (order.get(x, len(order)), x)):
        sex = gedcom.persons[x].sex if x in gedcom.persons else added[x]
        members.append(Member(x, kept[x].father, kept[x].mother, sex, listed.get(x)))
    try:
        return Family(next(iter(listed)), tuple(members))
    except InvalidValue as error:
        raise FaultyInput([Fault("family", 0, error.field, shown(error.value), f"({error.record}) {error.allowed}",
                                 "invalid-value")]) from error


def _odd_dates(gedcom: Gedcom, kept: Mapping[str, Birth]) -> Iterable[str]:
    """Births that the dates make impossible: told, not refused, since a date is oftener wrong than a family."""
    for who, birth in kept.items():
        child = gedcom.persons.get(who)
        first, last = _born(child)
        for role, parent in (("father", birth.father), ("mother", birth.mother)):
            person = gedcom.persons.get(parent or "")
            if person is None or child is None:
                continue
            earliest = _born(person)[0]
            if earliest is not None and last is not None and last - earliest < 10:
                yield f"{who} would have been born before {parent}, the {role}, was ten years old: look at the dates"
            died = None if person.death is None else person.death.years[1]
            if died is not None and first is not None and first > died + (role == "father"):
                yield f"{who} would have been born after the death of {parent}, the {role}: look at the dates"


def _born(person: GedcomPerson | None) -> tuple[int | None, int | None]:
    return (None, None) if person is None or person.birth is None else person.birth.years
