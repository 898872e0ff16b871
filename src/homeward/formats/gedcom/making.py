"""Records made anew: of a family of the model, and of a tree in which the living are not named."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from homeward.formats.gedcom.dates import DateKind, parse_date
from homeward.formats.gedcom.living import may_live
from homeward.formats.gedcom.reading import gedcom_from
from homeward.formats.gedcom.values import Descent, Gedcom, GedcomFamily, GedcomLine, GedcomParents, GedcomPerson
from homeward.model import Family, FaultyInput, InvalidValue, Member, Sex

__all__ = ["gedcom_of", "without_living"]

_SEXES = {Sex.MALE: "M", Sex.FEMALE: "F", Sex.UNKNOWN: "U"}
_PEDI = {Descent.BIRTH: "birth", Descent.ADOPTED: "adopted", Descent.FOSTERED: "foster", Descent.SEALED: "sealing"}
_SAFE_XREF = re.compile(r"[A-Z]{1,3}[0-9]{1,10}")
_KINDS = ("birth", "married", "maiden", "immigrant", "aka", "professional")
_SAID = (DateKind.PHRASE, DateKind.UNREAD, DateKind.INTERPRETED)  # these carry words, which may name anybody
_EVENTS = ("BIRT", "CHR", "BAPM", "DEAT", "BURI", "CREM")
_UNION = ("MARR", "DIV")


def _line(level: int, tag: str, value: str = "", below: Iterable[GedcomLine] = (), xref: str = "") -> GedcomLine:
    return GedcomLine(level, tag, value, xref, tuple(below))


def _head(version: str) -> Iterator[GedcomLine]:
    seven = version.startswith("7")
    form = () if seven else (_line(2, "FORM", "LINEAGE-LINKED"),)
    below = [_line(1, "SOUR", "Homeward"), _line(1, "GEDC", "", (_line(2, "VERS", version), *form))]
    if not seven:
        below += [_line(1, "CHAR", "UTF-8"), _line(1, "SUBM", "@U1@")]
    yield _line(0, "HEAD", "", below)
    if not seven:  # the standard wants one
        yield _line(0, "SUBM", "", (_line(1, "NAME", "not given"),), "U1")


def gedcom_of(
    families: Iterable[Family], *, names: Mapping[tuple[str, str], str] | None = None, version: str = "5.5.1"
) -> Gedcom:
    """A GEDCOM file of families of the model.

    Nobody is named who is not in ``names``. Each member bears "family/member" as a reference number (REFN), and the
    missing that of the roster as a second one.

    Args: ``families``; ``names`` by (family, member), the surname between slashes; ``version``, 5.5.1 or 7.0.

    Raises InvalidValue for another version, or a name of several lines.
    """
    if version not in ("5.5.1", "7.0"):
        raise InvalidValue("gedcom", "version", version, "must be 5.5.1 or 7.0")
    places = [(f, m) for f in families for m in f.members]
    xrefs = {(f.id, m.id): f"I{i}" for i, (f, m) in enumerate(places, 1)}
    couples: dict[tuple[str, str, str], list[str]] = {}
    for f, m in places:
        if m.father is not None and m.mother is not None:
            couples.setdefault((f.id, m.father, m.mother), []).append(m.id)
    numbered = {couple: f"F{i}" for i, couple in enumerate(couples, 1)}
    founded: dict[tuple[str, str], list[str]] = {}
    for (family, father, mother), xref in numbered.items():
        for who in (father, mother):
            founded.setdefault((family, who), []).append(xref)
    birth = "BIRTH" if version == "7.0" else "birth"
    records = [*_head(version)]
    for f, m in places:
        below = [*_named((names or {}).get((f.id, m.id))), _line(1, "SEX", _SEXES[m.sex])]
        if m.father is not None and m.mother is not None:
            below.append(_line(1, "FAMC", f"@{numbered[f.id, m.father, m.mother]}@", (_line(2, "PEDI", birth),)))
        below += [_line(1, "FAMS", f"@{xref}@") for xref in founded.get((f.id, m.id), ())]
        records.append(_line(0, "INDI", "", (*below, *_numbers(f.id, m)), xrefs[f.id, m.id]))
    for (family, father, mother), children in couples.items():
        lines = (("HUSB", father), ("WIFE", mother), *(("CHIL", c) for c in children))
        records.append(_line(0, "FAM", "", (_line(1, tag, f"@{xrefs[family, who]}@") for tag, who in lines),
                             numbered[family, father, mother]))
    return _checked([*records, _line(0, "TRLR")])


def _named(name: str | None) -> Iterator[GedcomLine]:
    if name is not None:
        yield _line(1, "NAME", name.replace("@", "@@"))


def _numbers(family: str, member: Member) -> Iterator[GedcomLine]:
    yield _line(1, "REFN", f"{family}/{member.id}".replace("@", "@@"), (_line(2, "TYPE", "Homeward"),))
    if member.person is not None:
        yield _line(1, "REFN", member.person.replace("@", "@@"), (_line(2, "TYPE", "roster"),))


def _checked(records: Iterable[GedcomLine]) -> Gedcom:
    records = tuple(records)
    for record in records:
        for line in record.walk():
            if "\n" in line.value or "\r" in line.value:
                raise InvalidValue(record.xref or record.tag, line.tag, line.value, "must be one line")
    try:
        return gedcom_from(records)
    except FaultyInput as error:
        fault = error.faults[0]
        raise InvalidValue("gedcom", fault.column, fault.value, fault.allowed) from error


def without_living(gedcom: Gedcom, *, today: datetime.date, keep: Collection[str] = ()) -> Gedcom:
    """A tree in which those who may be alive are neither named nor dated, to be handed on.

    Everything that is not known to be harmless is left out, of the dead as well: notes, sources, pictures, addresses,
    whoever submitted the file. What stays: who is whose child and how, everybody's sex; of the dead their names, and
    the dates and places of birth, baptism, death, burial, and of marriages in which both are dead.

    Args: ``gedcom``; ``today``; ``keep``: people who are named as if dead, such as the missing themselves.

    Returns the tree; records bear new names where theirs could be somebody's.
    """
    living = {x for x, p in gedcom.persons.items() if may_live(p, today)} - {k.strip().strip("@") for k in keep}
    named = {r.xref: r for r in gedcom.records if r.xref}
    xrefs = _xrefs(gedcom)
    seven = gedcom.version.startswith("7")
    records = [*_head(gedcom.version if gedcom.version.startswith(("5.5", "7")) else "5.5.1")]
    for x, p in gedcom.persons.items():
        below = [_line(1, "NAME", "Living //")] if x in living else [*_known(p, named[x])]
        below.append(_line(1, "SEX", _SEXES[p.sex]))
        for parents in p.parents:
            below.append(_line(1, "FAMC", f"@{xrefs[parents.family]}@", _pedi(parents, seven)))
        below += [_line(1, "FAMS", f"@{xrefs[f]}@") for f in p.partner_in]
        records.append(_line(0, "INDI", "", below, xrefs[x]))
    for x, f in gedcom.families.items():
        below = [_line(1, tag, f"@{xrefs[who]}@") for tag, who in (("HUSB", f.husband), ("WIFE", f.wife)) if who]
        below += [_line(1, "CHIL", f"@{xrefs[c]}@", _sides(gedcom.persons[c], f)) for c in f.children]
        partners = {f.husband, f.wife} - {None}
        if partners and not partners & living:
            below += _events(named[x], _UNION)
        records.append(_line(0, "FAM", "", below, xrefs[x]))
    return _checked([*records, _line(0, "TRLR")])


def _xrefs(gedcom: Gedcom) -> dict[str, str]:
    """The names of the records, those exchanged that are more than a letter and a number."""
    xrefs = {}
    taken = {"U1", *(x for x in (*gedcom.persons, *gedcom.families) if _SAFE_XREF.fullmatch(x))}
    for letter, names in (("I", gedcom.persons), ("F", gedcom.families)):
        n = 0
        for x in names:
            if _SAFE_XREF.fullmatch(x) and x != "U1":
                xrefs[x] = x
                continue
            n += 1
            while f"{letter}{n}" in taken:
                n += 1
            taken.add(f"{letter}{n}")
            xrefs[x] = f"{letter}{n}"
    return xrefs


def _known(person: GedcomPerson, record: GedcomLine) -> Iterator[GedcomLine]:
    for name in person.names:
        if name.kind in (*_KINDS, ""):
            text = " ".join(name.text.split()).replace("@", "@@")
            yield _line(1, "NAME", text, [_line(2, "TYPE", name.kind)] if name.kind else [])
    yield from _events(record, _EVENTS)


def _events(record: GedcomLine, tags: Collection[str]) -> Iterator[GedcomLine]:
    for event in record.below:
        if event.tag in tags:
            below = []
            date, place = event.first("DATE"), event.first("PLAC")
            if date is not None and parse_date(date.value).kind not in _SAID:
                below.append(_line(2, "DATE", date.value))
            if place is not None:
                below.append(_line(2, "PLAC", place.value))
            yield _line(1, event.tag, "" if below else "Y", below)


def _pedi(parents: GedcomParents, seven: bool) -> Iterator[GedcomLine]:
    if parents.of_husband is parents.of_wife is not Descent.NOT_SAID:
        word = _PEDI.get(parents.of_husband, "other")
        yield _line(2, "PEDI", word.upper() if seven else word)


def _sides(child: GedcomPerson, family: GedcomFamily) -> Iterator[GedcomLine]:
    for p in child.parents:
        if p.family == family.xref and p.of_husband is not p.of_wife:
            for tag, way in (("_FREL", p.of_husband), ("_MREL", p.of_wife)):
                if way is not Descent.NOT_SAID:
                    yield _line(2, tag, "natural" if way is Descent.BIRTH else _PEDI.get(way, "other"))
