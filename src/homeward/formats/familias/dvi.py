"""The second part of a Familias file: [headings] one within the other, and lines of the form "key= value"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from homeward.formats.familias.lines import Lines
from homeward.formats.familias.values import (
    FamiliasDvi,
    FamiliasFamily,
    FamiliasGenotype,
    FamiliasLocus,
    FamiliasPedigree,
    FamiliasPerson,
    FamiliasRelation,
    FamiliasSetting,
    is_missing,
)
from homeward.formats.marker_names import canonical_allele, is_amelogenin, meet
from homeward.model import Sex

__all__ = ["Known", "read_sections"]

_HEADING = re.compile(r"(\[+)([^\[\]]+)\]*\s*")
_SEXES = {"male": Sex.MALE, "female": Sex.FEMALE, "unknown": Sex.UNKNOWN, "": Sex.UNKNOWN}


@dataclass(slots=True)
class _Section:
    """One heading with the lines and headings below it; ``lines`` are (line number, key, value)."""

    title: str
    line: int
    depth: int
    lines: list[tuple[int, str, str]] = field(default_factory=list)
    parts: list[_Section] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)

    def value(self, key: str) -> tuple[int, str] | None:
        """Line and value of the first line with the key."""
        return next(((line, v) for line, k, v in self.lines if k.casefold() == key.casefold()), None)

    def part(self, title: str) -> _Section | None:
        """The first heading below of that title."""
        return next((p for p in self.parts if p.title.casefold() == title.casefold()), None)


class Known:
    """The markers and alleles that a genotype may name; nothing is checked where the database itself has faults."""

    def __init__(self, lines: Lines, loci: Sequence[FamiliasLocus | None] | None) -> None:
        self._lines = lines
        self._alleles = None if loci is None else {m.name: m.alleles for m in loci if m is not None}
        self._met: dict[str, str | None] = {}

    def marker(self, line: int, written: str) -> str | None:
        """The marker that is meant, None where there is none to compare."""
        if self._alleles is None:
            return None
        if written not in self._met:
            self._met[written] = self._meet(line, written)
        return self._met[written]

    def _meet(self, line: int, written: str) -> str | None:
        met = meet(written, self._alleles or {})
        if met is None:
            if is_amelogenin(written):
                self._lines.notes.append(f"{written} shows the sex; it is not in the database and not compared")
            else:
                self._lines.fault(written, "SystemName", "must be one marker of the database", "marker", line=line)
            return None
        if met[1]:
            self._lines.notes.append(f"marker {written} read as {met[0]}")
        return met[0]

    def allele(self, line: int, marker: str, written: str) -> str | None:
        """The allele that is meant, None and a fault where there is none."""
        allele, _ = canonical_allele(written)
        alleles = (self._alleles or {})[marker]
        for known in (written, allele):
            if known in alleles:
                return known
        self._lines.fault(written, f"allele of {marker}", "must be in the database", "allele", line=line)
        return None


def read_sections(lines: Lines, known: Known) -> tuple[FamiliasDvi | None, tuple[FamiliasSetting, ...]]:
    """The part on disaster victims, if there is one, and all other lines under headings as settings."""
    settings: list[FamiliasSetting] = []
    dvi = None
    for section in _tree(lines):
        if section.title.casefold() != "dvi":
            settings += _settings(section, ())
        elif dvi is None:
            dvi = _dvi(lines, section, known)
        else:
            lines.fault(section.title, "heading", "must be given once", "twice", line=section.line)
    return dvi, tuple(settings)


def _tree(lines: Lines) -> list[_Section]:
    top: list[_Section] = []
    path: list[_Section] = []
    while lines.left:
        raw = lines.raw()
        line = raw.strip()
        found = _HEADING.fullmatch(line)
        if found is not None:
            section = _Section(found[2].strip(), lines.at, len(found[1]))
            if section.depth > len(path) + 1:
                lines.fault(line, "heading", f"must stand in at most {len(path) + 1} brackets here", "depth")
                continue
            del path[section.depth - 1:]
            (path[-1].parts if path else top).append(section)
            path.append(section)
        elif path and path[-1].title.casefold() == "notes":
            path[-1].raw.append(raw.strip())
        elif line and path and "=" in line:
            key, _, value = line.partition("=")
            path[-1].lines.append((lines.at, key.strip(), value.strip()))
        elif line:
            lines.fault(line, "line", "must be a [heading] or key= value below one", "line")
    return top


def _settings(section: _Section, above: tuple[str, ...]) -> list[FamiliasSetting]:
    # Depth is bounded by the number of brackets that _tree let pass, one more at each heading.
    path = (*above, section.title)
    found = [FamiliasSetting(path, key, value) for _, key, value in section.lines]
    waiting = [(part, path) for part in reversed(section.parts)]
    while waiting:
        part, path = waiting.pop()
        path = (*path, part.title)
        found += [FamiliasSetting(path, key, value) for _, key, value in part.lines]
        waiting += [(below, path) for below in reversed(part.parts)]
    return found


def _dvi(lines: Lines, section: _Section, known: Known) -> FamiliasDvi:
    unidentified: list[FamiliasPerson] = []
    families: list[FamiliasFamily] = []
    notes: tuple[str, ...] = ()
    for i, part in enumerate(section.parts):
        if part.title.casefold() in {p.title.casefold() for p in section.parts[:i]}:
            lines.fault(part.title, "heading", "must be given once", "twice", line=part.line)
        elif part.title.casefold() == "unidentified persons":
            unidentified += _persons(lines, part, known)
        elif part.title.casefold() == "reference families":
            _counted(lines, part, "nFamilies", len(part.parts))
            families += [_family(lines, p, known) for p in part.parts]
        elif part.title.casefold() == "notes":
            # A count and as many blank lines are the form in which Familias says that there are none.
            said = [line for line in part.raw if line and not line.casefold().startswith("nfamilies=")]
            notes = tuple(part.raw) if said else ()
        else:
            lines.notes.append(f"line {part.line}: [{part.title}] is not read")
    return FamiliasDvi(tuple(unidentified), tuple(families), notes)


def _counted(lines: Lines, section: _Section, key: str, n: int) -> None:
    """The number that the file states must be the number found: lines may have been lost."""
    stated = section.value(key)
    if stated is None:
        lines.fault(section.title, key, "must be stated", "missing-key", line=section.line)
    elif stated[1] != str(n):
        lines.fault(stated[1], key, f"must be {n}, the number found below", "count", line=stated[0])


def _name(lines: Lines, section: _Section, key: str = "Name") -> str:
    found = section.value(key)
    if found is None or not found[1] or '"' in found[1]:
        line, value = found if found is not None else (section.line, "")
        lines.fault(value, key, f"must be given for {section.title}, without quotation marks", "name", line=line)
        return f"? line {line}"
    return found[1]


def _persons(lines: Lines, section: _Section, known: Known) -> list[FamiliasPerson]:
    _counted(lines, section, "nPersons", len(section.parts))
    persons: dict[str, FamiliasPerson] = {}
    for part in section.parts:
        name = _name(lines, part)
        if name in persons:
            lines.fault(name, "Name", "must be given once", "twice", line=part.line)
        line, gender = part.value("Gender") or (part.line, "")
        if gender.casefold() not in _SEXES:
            lines.fault(gender, "Gender", "must be Male or Female", "sex", line=line)
        dna = part.part("DNA data")
        genotypes = () if dna is None else _genotypes(lines, dna, known)
        persons[name] = FamiliasPerson(name, _SEXES.get(gender.casefold(), Sex.UNKNOWN), genotypes)
    return list(persons.values())


def _genotypes(lines: Lines, section: _Section, known: Known) -> tuple[FamiliasGenotype, ...]:
    calls: list[dict[str, tuple[int, str]]] = []
    for line, key, value in section.lines:
        word = key.casefold()
        if word == "systemname":
            calls.append({word: (line, value)})
        elif word in ("allele1", "allele2") and calls and word not in calls[-1]:
            calls[-1][word] = (line, value)
        elif word != "nsystems":
            lines.fault(key, "DNA data", "must be SystemName, then Allele1 and Allele2", "allele", line=line)
    _counted(lines, section, "nSystems", len(calls))
    genotypes: dict[str, FamiliasGenotype] = {}
    for call in calls:
        line, written = call["systemname"]
        marker = known.marker(line, written)
        seen = [call[key] for key in ("allele1", "allele2") if call.get(key, (0, ""))[1]]
        if marker is None or not seen:
            continue
        if marker in genotypes:
            lines.fault(written, "SystemName", "must be given once", "twice", line=line)
        alleles = [known.allele(where, marker, text) for where, text in seen]
        if alleles[0] is not None:
            genotypes[marker] = FamiliasGenotype(marker, alleles[0], alleles[1] if len(alleles) == 2 else None)
    return tuple(genotypes.values())


def _family(lines: Lines, section: _Section, known: Known) -> FamiliasFamily:
    name = _name(lines, section)
    for title in ("Persons", "Pedigrees"):
        if [p.title.casefold() for p in section.parts].count(title.casefold()) != 1:
            lines.fault(name, title, f"must be a heading below {section.title}, once", "missing-key", line=section.line)
    persons = [p for part in section.parts if part.title.casefold() == "persons" for p in _persons(lines, part, known)]
    sexes = {p.id: p.sex for p in persons}
    pedigrees: dict[str, FamiliasPedigree] = {}
    for part in section.parts:
        if part.title.casefold() == "pedigrees":
            _counted(lines, part, "nPedigrees", len(part.parts))
            for below in part.parts:
                pedigree = FamiliasPedigree(_name(lines, below), _relations(lines, below, sexes))
                if pedigree.name in pedigrees:
                    lines.fault(pedigree.name, "Name", f"must be given once in {name}", "twice", line=below.line)
                pedigrees[pedigree.name] = pedigree
    return FamiliasFamily(name, tuple(persons), tuple(pedigrees.values())) if not lines.faults else FamiliasFamily(
        "?", (), ())


def _relations(lines: Lines, section: _Section, sexes: dict[str, Sex]) -> tuple[FamiliasRelation, ...]:
    waiting: str | None = None
    parents: dict[str, list[str]] = {}
    relations: list[FamiliasRelation] = []
    for line, key, value in section.lines:
        if key.casefold() not in ("parent", "child"):
            continue
        if value not in sexes and not is_missing(value):
            lines.fault(value, key, "must be one of the family's persons, or someone missing", "unknown-person",
                        line=line)
        if (key.casefold() == "parent") != (waiting is None):
            lines.fault(value, key, "must come in pairs: Parent, then Child", "pairs", line=line)
            waiting = None
        elif waiting is None:
            waiting = value
        else:
            _check_parents(lines, line, waiting, value, parents.setdefault(value, []), sexes)
            relations.append(FamiliasRelation(waiting, value))
            waiting = None
    _counted(lines, section, "nRelations", len(relations))
    return tuple(relations)


def _check_parents(
    lines: Lines, line: int, parent: str, child: str, parents: list[str], sexes: dict[str, Sex]
) -> None:
    sex = sexes.get(parent, Sex.UNKNOWN)
    if parent == child:
        lines.fault(child, "Child", "must not be the parent as well", "own-parent", line=line)
    elif parent in parents:
        lines.notes.append(f"line {line}: {parent} is named twice as a parent of {child}")
    elif len(parents) == 2 or any(sex is sexes.get(p) for p in parents if sex is not Sex.UNKNOWN):
        lines.fault(parent, "Parent", f"must not be a third parent of {child}, or a second of one sex", "two-parents",
                    line=line)
    parents.append(parent)
