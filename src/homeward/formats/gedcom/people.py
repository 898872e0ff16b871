"""From the records of a GEDCOM file to its people and families, with what contradicts itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from homeward.formats.casefile.findings import Findings, shown
from homeward.formats.circles import circles
from homeward.formats.gedcom.dates import DateKind, GedcomDate, parse_date
from homeward.formats.gedcom.descent import descent_of
from homeward.formats.gedcom.values import GedcomFamily, GedcomLine, GedcomName, GedcomParents, GedcomPerson
from homeward.model import Fault, Sex

__all__ = ["People", "people_of"]

_SEXES = {"M": Sex.MALE, "MALE": Sex.MALE, "F": Sex.FEMALE, "FEMALE": Sex.FEMALE,
          **dict.fromkeys(("U", "X", "N", "UNKNOWN", "?", ""), Sex.UNKNOWN)}
_DEATHS = ("DEAT", "BURI", "CREM")
_OTHER_NAMES = ("FONE", "ROMN", "TRAN")
_VOID = "VOID"


@dataclass(frozen=True, slots=True)
class People:
    """The people and families of a file, by the names of their records."""

    persons: Mapping[str, GedcomPerson]
    families: Mapping[str, GedcomFamily]


def people_of(file: str, records: Iterable[GedcomLine], findings: Findings) -> People:
    """The people and families of the records.

    Args: ``file``, its name; ``records``; ``findings`` takes the faults (a record named twice, a pointer to nothing,
    two sexes or two husbands, somebody who would be his own ancestor) and the notes.
    """
    reader = _Reader(file, findings)
    named: dict[str, GedcomLine] = {}
    for record in records:
        if record.tag in ("INDI", "FAM") and not record.xref:
            reader.fault(record, record.tag, "must be named: 0 @…@ and its tag", "xref")
        elif record.xref and record.xref in named:
            before = named[record.xref].number
            reader.fault(record, record.xref, f"must name one record, and names that of line {before} as well", "twice")
        elif record.xref:
            named[record.xref] = record
    families = {x: reader.family(r, named) for x, r in named.items() if r.tag == "FAM"}
    indis = {x: r for x, r in named.items() if r.tag == "INDI"}
    children = _children(indis, families, named, reader)
    persons = {x: reader.person(r, children.get(x, {}), named, families) for x, r in indis.items()}
    families = {x: replace(f, children=tuple(c for c in f.children if c in persons)) for x, f in families.items()}
    reader.say()
    _refuse_circles(reader, persons, families)
    return People(persons, families)


def _children(indis: Mapping[str, GedcomLine], families: dict[str, GedcomFamily], named: Mapping[str, GedcomLine],
              reader: _Reader) -> dict[str, dict[str, GedcomLine | None]]:
    """For each person the families whose child he is, with the family's line on him, said by either side."""
    found: dict[str, dict[str, GedcomLine | None]] = {}
    not_named: dict[str, list[str]] = {}
    for xref, family in families.items():
        lines = {line.pointer: line for line in named[xref].all("CHIL")}
        for child in family.children:
            found.setdefault(child, {})[xref] = lines[child]
    for xref, record in indis.items():
        for line in record.all("FAMC"):
            if reader.points(line, "FAM", named) and line.pointer not in found.setdefault(xref, {}):
                found[xref][line.pointer] = None
                not_named.setdefault(line.pointer, []).append(xref)
                reader.note("a child's family does not name the child; taken as its child", line)
        for name in found.get(xref, {}):
            if not any(line.pointer == name for line in record.all("FAMC")):
                reader.note("a family's child does not name the family; taken as its child", record)
    for name, more in not_named.items():
        families[name] = replace(families[name], children=(*families[name].children, *more))
    return found


def _refuse_circles(reader: _Reader, persons: Mapping[str, GedcomPerson], families: Mapping[str, GedcomFamily]) -> None:
    parents: dict[str, list[str]] = {}
    for xref, person in persons.items():
        for p in person.parents:
            family = families[p.family]
            theirs = ((family.husband, p.of_husband), (family.wife, p.of_wife))
            parents.setdefault(xref, []).extend(who for who, how in theirs if who is not None and how.biological)
    for circle in circles(parents):
        names = " → ".join((*circle[:8], "…" if len(circle) > 8 else circle[0]))
        reader.findings.add(Fault(reader.file, persons[circle[0]].line, "FAMC", shown(circle[0]),
                                  f"would be his own ancestor: {names}", "own-ancestor"))


class _Reader:
    """Takes records apart; counts what it guesses, so that a guess made a thousand times is said once."""

    def __init__(self, file: str, findings: Findings) -> None:
        self.file, self.findings = file, findings
        self._noted: dict[str, list[int]] = {}

    def fault(self, line: GedcomLine, value: str, allowed: str, rule: str) -> None:
        """Note a fault of a line."""
        self.findings.add(Fault(self.file, line.number, line.tag, shown(value), allowed, rule))

    def note(self, text: str, line: GedcomLine) -> None:
        """Count a guess."""
        self._noted.setdefault(text, []).append(line.number)

    def say(self) -> None:
        """Hand over the guesses: each once, with how often and on which line first."""
        for text, numbers in self._noted.items():
            times = f"{len(numbers)} times, first on line {min(numbers)}" if len(numbers) > 1 else f"line {numbers[0]}"
            self.findings.note(self.file, 0, f"{text} ({times})")

    def points(self, line: GedcomLine, tag: str, named: Mapping[str, GedcomLine]) -> bool:
        """Whether a line points to a record of that tag; a fault where it points elsewhere, none where to nobody."""
        target = line.pointer
        if target in named and named[target].tag == tag:
            return True
        if target != _VOID:
            self.fault(line, line.value.strip(), f"must point to a record {tag} of the file", "pointer")
        return False

    def family(self, record: GedcomLine, named: Mapping[str, GedcomLine]) -> GedcomFamily:
        """A family, with the children whom it names itself."""
        partners: dict[str, str | None] = {}
        for tag in ("HUSB", "WIFE"):
            lines = [line for line in record.all(tag) if self.points(line, "INDI", named)]
            partners[tag] = lines[0].pointer if lines else None
            for line in lines[1:]:
                if line.pointer != partners[tag]:
                    self.fault(line, line.value.strip(), f"must be one; line {lines[0].number} names another", "twice")
        if partners["HUSB"] is not None and partners["HUSB"] == partners["WIFE"]:
            self.fault(record, partners["HUSB"], "must not be husband and wife of one family", "parent-sex")
        married = record.first("MARR")
        number = next((line.value.strip() for tag in ("MRIN", "RIN") for line in record.all(tag)), None)
        children = dict.fromkeys(c.pointer for c in record.all("CHIL") if self.points(c, "INDI", named))
        return GedcomFamily(record.xref, partners["HUSB"], partners["WIFE"], tuple(children),
                            None if married is None else self._date(married), number, record.number)

    def person(self, record: GedcomLine, child_of: Mapping[str, GedcomLine | None], named: Mapping[str, GedcomLine],
               families: Mapping[str, GedcomFamily]) -> GedcomPerson:
        """A person."""
        events = {tag: record.first(tag) for tag in ("BIRT", "DEAT")}
        partner_in = dict.fromkeys(line.pointer for line in record.all("FAMS") if self.points(line, "FAM", named))
        for family in partner_in:
            if record.xref not in (families[family].husband, families[family].wife):
                self.note("a person founded a family that does not name him; not counted", record)
        return GedcomPerson(
            record.xref, tuple(_names(record)), self._sex(record),
            None if events["BIRT"] is None else self._date(events["BIRT"]),
            None if events["DEAT"] is None else self._date(events["DEAT"]),
            any(line.value.strip().upper() != "N" for tag in _DEATHS for line in record.all(tag)),
            self._parents(record, child_of), tuple(partner_in), self._years(record), record.number)

    def _parents(self, record: GedcomLine, child_of: Mapping[str, GedcomLine | None]) -> tuple[GedcomParents, ...]:
        parents = []
        for family, child_line in child_of.items():
            of_husband, of_wife, doubts = descent_of(record, family, child_line)
            parents.append(GedcomParents(family, of_husband, of_wife))
            for doubt in doubts:
                self.note(doubt, record)
        return tuple(parents)

    def _sex(self, record: GedcomLine) -> Sex:
        found = {}
        for line in record.all("SEX"):
            word = line.value.strip().upper()
            if word not in _SEXES:
                self.fault(line, line.value.strip(), "must be M, F, X or U", "sex")
            found[_SEXES.get(word, Sex.UNKNOWN)] = line
        if len(found) > 1:
            self.fault(list(found.values())[1], ", ".join(s.value for s in found), "must be one sex", "sex")
        return next(iter(found), Sex.UNKNOWN)

    def _date(self, event: GedcomLine) -> GedcomDate | None:
        line = event.first("DATE")
        if line is None:
            return None
        phrase = line.first("PHRASE")
        date = parse_date(line.value, "" if phrase is None else phrase.text)
        if date.kind is DateKind.UNREAD and line.value.strip():
            self.note("dates that GEDCOM does not know are kept as they stand and not used", line)
        return date

    def _years(self, record: GedcomLine) -> tuple[int, int] | None:
        """The first and last year of the dates of all events; that of a change of the record is none of them."""
        years = [year for event in record.below if event.tag not in ("CHAN", "CREA", "SOUR", "NOTE", "OBJE")
                 for line in event.all("DATE") for year in parse_date(line.value).years if year is not None]
        return (min(years), max(years)) if years else None


def _names(record: GedcomLine) -> Iterable[GedcomName]:
    for line in record.all("NAME"):
        kind = line.first("TYPE")
        yield GedcomName(line.text, "" if kind is None else kind.value.strip().lower())
        for other in line.below:
            if other.tag in _OTHER_NAMES:
                how = other.first("TYPE") or other.first("LANG")
                yield GedcomName(other.text, f"{other.tag} {'' if how is None else how.value.strip()}".strip().lower())
