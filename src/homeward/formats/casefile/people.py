"""The missing and their families: incidents, roster and pedigrees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from homeward.formats.casefile.findings import Findings
from homeward.formats.casefile.table import Table
from homeward.model import Family, Incident, Member, MissingPerson, Sex

__all__ = ["build_incidents", "build_roster", "read_families"]

_Families = dict[str, dict[str, "_Place"]]


def build_incidents(table: Table) -> tuple[Incident, ...]:
    """The incidents of a table without faults."""
    return tuple(
        Incident(incident, name or "", date, place or "", latitude, longitude)
        for _, (incident, name, date, place, latitude, longitude) in table.rows(
            "incident", "name", "date", "place", "latitude_deg", "longitude_deg"))


def build_roster(table: Table, findings: Findings) -> tuple[MissingPerson, ...]:
    """The missing of a table without faults; notes who is missing since before he was born."""
    roster = []
    for row, (person, name, sex, born, since, incident, number, vouched_by) in table.rows(*table.schema.names):
        roster.append(MissingPerson(person, name or "", Sex(sex or "unknown"), born, since, incident, number or "",
                                    vouched_by or ""))
        if born is not None and since is not None and since.year < born.year:
            findings.note(table.file, table.lines[row],
                          f"{person} is missing since {since}, before the birth in {born}")
    return tuple(roster)


@dataclass(slots=True)
class _Place:
    """One row of the table of families, as far as it could be read."""

    row: int
    father: str | None
    mother: str | None
    sex: str | None
    person: str | None
    inbreeding: float | None


def read_families(table: Table, roster: Table, findings: Findings) -> tuple[Family, ...]:
    """The families that have no faults; those of the others go to ``findings``.

    Where one parent is given alone, the other is added as a founder of whom nothing else is known. Where the sex
    is blank, the roster or the member's place as father or mother gives it. Both are noted.
    """
    families = _grouped(table)
    sexes = {person: sex for _, (person, sex) in roster.rows("person", "sex") if sex not in (None, "unknown")}
    _check_persons(table, sexes, findings)
    # A member whose row was refused may still be named as a parent: such a family is judged no further.
    refused = {family for row, family in enumerate(table.column("family")) if row in table.faulty}
    built = []
    inferred = 0
    for name, members in families.items():
        if name in refused:
            continue
        faults_before = len(findings.faults)
        inferred += _infer_sexes(members, sexes)
        _check_parents(table, members, findings)
        _check_founders(table, members, findings)
        if len(findings.faults) == faults_before:
            _check_ancestry(table, members, findings)
        if len(findings.faults) == faults_before:
            _add_parents(table, name, members, findings)
            built.append(_family(name, members))
    if inferred:
        findings.note(table.file, 0, "sex left blank, taken from the roster or from the place as father or mother: "
                      f"{inferred} of {len(table.lines)} members")
    return tuple(built)


def _grouped(table: Table) -> _Families:
    families: _Families = {}
    for row, (family, member, *rest) in table.rows("family", "member", "father", "mother", "sex", "person",
                                                   "inbreeding"):
        families.setdefault(family, {}).setdefault(member, _Place(row, *rest))
    return families


def _check_persons(table: Table, sexes: Mapping[str, str], findings: Findings) -> None:
    first: dict[str, int] = {}
    for row, (person, sex) in table.rows("person", "sex"):
        if person is None:
            continue
        before = first.setdefault(person, row)
        if before != row:
            findings.add(table.fault(row, "person", person, rule="person-twice",
                                     allowed=f"must have one place in one family, and has one in line "
                                             f"{table.lines[before]}"))
        if sex not in (None, "unknown", sexes.get(person, sex)):
            findings.add(table.fault(row, "sex", sex, rule="person-sex",
                                     allowed=f"must be {sexes[person]}, as the roster has it for {person}"))


def _infer_sexes(members: Mapping[str, _Place], sexes: Mapping[str, str]) -> int:
    fathers = {place.father for place in members.values()}
    mothers = {place.mother for place in members.values()}
    count = 0
    for name, place in members.items():
        if place.sex is None:
            by_place = "male" if name in fathers else "female" if name in mothers else None
            place.sex = sexes.get(place.person or "", by_place)
            count += place.sex is not None
    return count


def _check_parents(table: Table, members: Mapping[str, _Place], findings: Findings) -> None:
    as_father = {place.father for place in members.values()}
    for place in members.values():
        for role, parent, wrong in (("father", place.father, "female"), ("mother", place.mother, "male")):
            if parent is None:
                continue
            # One fault for each parent: what is wrong with a stranger's sex nobody can say.
            if parent not in members:
                findings.add(table.fault(place.row, role, parent, rule="parent-unknown",
                                         allowed="must be a member of the same family"))
            elif role == "mother" and parent in as_father:
                findings.add(table.fault(place.row, role, parent, rule="same-parent",
                                         allowed="must not be a father as well"))
            elif members[parent].sex == wrong:
                findings.add(table.fault(place.row, role, parent, rule="parent-sex",
                                         allowed=f"must not be {wrong}"))


def _check_founders(table: Table, members: Mapping[str, _Place], findings: Findings) -> None:
    for place in members.values():
        if place.inbreeding is not None and (place.father is not None or place.mother is not None):
            findings.add(table.fault(place.row, "inbreeding", place.inbreeding, rule="founder-inbreeding",
                                     allowed="must be blank for someone whose parents are in the family"))


def _check_ancestry(table: Table, members: Mapping[str, _Place], findings: Findings) -> None:
    # Everyone whose parents are all placed is placed; who is left over is on a circle or descends from one.
    left = Counter({name: sum(p is not None for p in (place.father, place.mother)) for name, place in members.items()})
    children: dict[str, list[str]] = {name: [] for name in members}
    for name, place in members.items():
        for parent in (place.father, place.mother):
            if parent is not None:
                children[parent].append(name)
    ready = [name for name in members if not left[name]]
    while ready:
        for child in children[ready.pop()]:
            left[child] -= 1
            if not left[child]:
                ready.append(child)
    waiting = {name for name in members if left[name]}
    if waiting:
        name, role = _on_circle(members, waiting)
        findings.add(table.fault(members[name].row, role, getattr(members[name], role), rule="own-ancestor",
                                 allowed=f"would make {name} an ancestor of himself or herself"))


def _on_circle(members: Mapping[str, _Place], waiting: set[str]) -> tuple[str, str]:
    """The first member who would be his own ancestor, and the parent by whom he would be."""
    # Whoever waits, waits for a parent: going up from anyone still waiting ends on the circle.
    role = {name: "father" if members[name].father in waiting else "mother" for name in waiting}
    up = {name: str(getattr(members[name], role[name])) for name in waiting}
    name = next(iter(waiting))
    for _ in waiting:
        name = up[name]
    circle = [name]
    while up[circle[-1]] != name:
        circle.append(up[circle[-1]])
    first = min(circle, key=lambda member: members[member].row)
    return first, role[first]


def _add_parents(table: Table, family: str, members: dict[str, _Place], findings: Findings) -> None:
    for name, place in list(members.items()):
        for role, other, sex in (("father", place.mother, "male"), ("mother", place.father, "female")):
            if getattr(place, role) is None and other is not None:
                # Not shared between children: that they have the other parent in common is not known.
                added = next(new for new in _new_names(role, name) if new not in members)
                setattr(place, role, added)
                members[added] = _Place(place.row, None, None, sex, None, None)
                findings.note(table.file, table.lines[place.row],
                              f"{role} {added!r} added for {name} of family {family}: an untyped founder, not shared "
                              "with anyone")


def _new_names(role: str, child: str) -> Iterator[str]:
    yield f"{role} of {child}"
    number = 2
    while True:
        yield f"{role} of {child} ({number})"
        number += 1


def _family(name: str, members: Mapping[str, _Place]) -> Family:
    return Family(
        name,
        tuple(Member(member, p.father, p.mother, Sex(p.sex or "unknown"), p.person) for member, p in members.items()),
        {member: p.inbreeding for member, p in members.items() if p.inbreeding is not None})
