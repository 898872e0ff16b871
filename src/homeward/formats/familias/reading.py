"""Reading a Familias file: head, persons, relations, pedigrees and database, in this order, one value a line."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from homeward.formats.familias.dvi import Known, read_sections
from homeward.formats.familias.lines import Broken, Lines, as_number, read_lines
from homeward.formats.familias.values import (
    FamiliasDatabase,
    FamiliasFile,
    FamiliasGenotype,
    FamiliasLocus,
    FamiliasMutation,
    FamiliasPedigree,
    FamiliasPerson,
    FamiliasRelation,
)
from homeward.formats.marker_names import canonical_allele
from homeward.model import FaultyInput, InvalidValue, Sex, Unsupported

__all__ = ["read_familias"]

_BELOW_ONE = math.nextafter(1.0, 0.0)
_LARGEST_SUM = 1.05
_MOST = 1_000_000
_INFO = {"database_size": r"Database\s?Size", "dropout": "Dropout probability",
         "minor_allele_frequency": "Minor allele frequency"}


class _Call(NamedTuple):
    """A genotype as the first part of the file gives it: indices into a database that is yet to come."""

    line: int
    first: int
    second: int
    marker: int


class _Markers(NamedTuple):
    """The database; None stands for a marker with faults, so that the indices of the others hold."""

    loci: list[FamiliasLocus | None]
    name: str | None
    theta: float


class _Head(NamedTuple):
    version: str
    remark: str
    persons: list[FamiliasPerson]
    calls: list[list[_Call]]
    known: FamiliasPedigree
    pedigrees: list[FamiliasPedigree]


def read_familias(path: str | Path) -> FamiliasFile:
    """All that a Familias file (``.fam`` of Familias 2 or 3) says.

    Text in UTF-8, UTF-16 or the Western encoding of Windows; decimal points or commas. Alleles are written in one
    way (12 for 12.0, 9.3 for 9,3). What was guessed is in the file's ``notes``.

    Args: ``path`` of the file. Returns the file's content. Raises FaultyInput with all faults, each with its line and
    what was expected there; Unsupported for a file with several databases or with computed probabilities.
    """
    lines = Lines(Path(path).name, read_lines(path))
    try:
        return _read(lines)
    except InvalidValue as error:
        lines.fault(str(error.value), error.field, f"({error.record}) {error.allowed}", "invalid-value", line=0)
        raise FaultyInput(lines.faults) from error


def _read(lines: Lines) -> FamiliasFile:
    head, markers = None, None
    try:
        head = _head(lines)
        markers = _markers(lines)
    except Broken:
        # What stands under headings can be found again behind the break, and its faults be told as well.
        lines.skip_to_heading()
    except Unsupported:
        if not lines.faults:
            raise
    whole = markers is not None and None not in markers.loci
    dvi, settings = read_sections(lines, Known(lines, markers.loci if markers is not None and whole else None))
    persons = [] if head is None or markers is None else [
        _typed(lines, p, calls, markers.loci) for p, calls in zip(head.persons, head.calls, strict=True)]
    if lines.faults or head is None or markers is None:
        raise FaultyInput(sorted(lines.faults, key=lambda fault: fault.line))
    database = FamiliasDatabase(tuple(m for m in markers.loci if m is not None), markers.name, markers.theta)
    return FamiliasFile(database, tuple(persons), head.known, tuple(head.pedigrees), dvi, settings,
                        head.version, head.remark, tuple(lines.notes))


def _head(lines: Lines) -> _Head:
    title = lines.text("title")
    if "familias" not in title.casefold():
        raise lines.broken(title, "title", "must say Output from Familias", "not-familias")
    lines.text("second line", empty=True)
    version = lines.take("version").replace('"', "").removesuffix("(DVI)").strip() or "?"
    # Some versions have no line of remark before the number of persons.
    remark = lines.text("remark", empty=True) if lines.peek().startswith('"') else ""
    persons, calls = [], []
    taken: dict[str, Sex] = {}
    for _ in range(lines.count("number of persons", each=6)):
        person, called = _person(lines, taken)
        taken[person.id] = person.sex
        persons.append(person)
        calls.append(called)
    heading = lines.text("heading")
    if heading.casefold() != "known relations":
        raise lines.broken(heading, "heading", "must be Known relations", "heading")
    known = _pedigree(lines, "Known relations", taken, FamiliasPedigree("Known relations"))
    for names, sex in ((known.extra_females, Sex.FEMALE), (known.extra_males, Sex.MALE)):
        taken.update(dict.fromkeys(names, sex))
    found: list[tuple[int, FamiliasPedigree]] = []
    for i in range(lines.count("number of pedigrees", each=5)):
        index, _ = lines.index("index of the pedigree", _MOST)
        pedigree = _pedigree(lines, lines.text("name of the pedigree"), taken, known)
        if pedigree.name in {p.name for _, p in found}:
            lines.fault(pedigree.name, "name of the pedigree", "must be given once", "twice")
        found.append((i if index is None else index, pedigree))
    found.sort(key=lambda pair: pair[0])
    return _Head(version, remark, persons, calls, known, [pedigree for _, pedigree in found])


def _person(lines: Lines, taken: dict[str, Sex]) -> tuple[FamiliasPerson, list[_Call]]:
    name = lines.text("person")
    if name in taken:
        lines.fault(name, "person", "must be named once", "twice")
    flag, first_rest = lines.flag("flag of the person")
    year_line = lines.take("year of birth")
    year, _, rest = year_line.partition(" ")
    born = as_number(year.split("(")[0])
    if born is None:
        raise lines.broken(year_line, "year of birth", "must be a year, or -1", "number")
    is_child, _ = lines.flag("whether a child")
    is_male, _ = lines.flag("whether male")
    calls = []
    for _ in range(lines.count("number of genotypes", each=3)):
        first, second, marker = (lines.index(what, _MOST)[0] for what in ("allele 1", "allele 2", "marker"))
        if first is not None and second is not None and marker is not None:
            calls.append(_Call(lines.at, first, second, marker))
    dropouts = "dropout" in f"{first_rest} {rest} {year}".casefold()
    return FamiliasPerson(name, Sex.MALE if is_male else Sex.FEMALE, (), None if born < 0 else int(born),
                          is_child, dropouts, flag), calls


def _pedigree(lines: Lines, name: str, everyone: dict[str, Sex], known: FamiliasPedigree) -> FamiliasPedigree:
    """Extra people, then pairs of parent and child; ``known`` are the relations that hold already."""
    kind = "extra" if name == known.name else f"added to {name}:"
    sexes = dict(everyone)
    extra: list[tuple[str, ...]] = []
    for sex in (Sex.FEMALE, Sex.MALE):
        # No line tells of an extra person, so that only the whole can bound how many there may be.
        n = lines.count(f"number of extra {sex.value}s")
        names = _extra_names(f"{kind} {sex.value}", n, sexes)
        sexes.update(dict.fromkeys(names, sex))
        extra.append(names)
    order = list(sexes)
    relations = []
    parents: dict[str, list[str]] = {}
    for relation in known.relations:
        parents.setdefault(relation.child, []).append(relation.parent)
    for _ in range(lines.count("number of relations", each=2)):
        parent, behind = lines.index("parent", len(order))
        child, rest = lines.index("child", len(order))
        if parent is None or child is None:
            continue
        direct = "direct" in f"{behind} {rest}".casefold()
        relations.append(FamiliasRelation(order[parent], order[child], direct))
        if not direct:
            _check_parents(lines, relations[-1], parents.setdefault(order[child], []), sexes)
    return FamiliasPedigree(name, tuple(relations), *extra)


def _extra_names(prefix: str, n: int, taken: dict[str, Sex]) -> tuple[str, ...]:
    names = []
    for i in range(n):
        name = f"{prefix} {i + 1}"
        while name in taken:
            name += "'"
        names.append(name)
    return tuple(names)


def _check_parents(lines: Lines, relation: FamiliasRelation, parents: list[str], sexes: dict[str, Sex]) -> None:
    if relation.parent == relation.child:
        lines.fault(relation.child, "relation", "must not be a parent of the same person", "own-parent")
    elif relation.parent in parents:
        lines.notes.append(f"{relation.parent} is named twice as a parent of {relation.child}")
    else:
        for other in parents:
            if sexes[other] is sexes[relation.parent]:
                lines.fault(relation.parent, "relation",
                            f"must not be a second {sexes[other].value} parent of {relation.child}", "two-parents")
        parents.append(relation.parent)


def _markers(lines: Lines) -> _Markers:
    has_probabilities, rest = lines.flag("whether there are probabilities")
    found = re.search(r"#Databases:\s*([0-9]+)", rest)
    if has_probabilities or (found is not None and int(found[1]) > 1):
        what = "computed probabilities" if has_probabilities else f"{found[1] if found else 0} databases"
        raise Unsupported(f"line {lines.at}: a Familias file with {what} is not read; save it with one database, "
                          "before computing")
    theta = _theta(lines, rest)
    n = lines.count("number of markers", each=15)
    has_name, _ = lines.flag("whether the database has a name")
    name = lines.text("name of the database", empty=True) if has_name else None
    loci: list[FamiliasLocus | None] = []
    seen: set[str] = set()
    for _ in range(n):
        loci.append(_locus(lines, seen))
    if lines.peek() and not lines.peek().startswith("["):
        raise lines.broken(lines.take("end of the database"), "end of the database",
                           f"must be a [heading] or the end, after {n} markers", "too-long")
    return _Markers(loci, name, theta)


def _theta(lines: Lines, rest: str) -> float:
    found = re.search(r"Theta/Kinship/Fst:\s*([^\s)]*)", rest, re.IGNORECASE)
    theta = as_number(found[1]) if found is not None else 0.0
    if theta is None or not 0.0 <= theta < 1.0:
        lines.fault(found[1] if found else "", "Theta/Kinship/Fst", "must be a number from 0 to below 1", "number")
        return 0.0
    return theta


def _locus(lines: Lines, seen: set[str]) -> FamiliasLocus | None:
    before = len(lines.faults)
    name = lines.text("marker")
    if name in seen:
        lines.fault(name, "marker", "must be named once", "twice")
    seen.add(name)
    rates = [lines.number(f"mutation rate ({sex})", 0.0, _BELOW_ONE) for sex in ("female", "male")]
    models = [lines.index(f"mutation model ({sex})", 5)[0] for sex in ("female", "male")]
    stated = lines.count("number of alleles")
    ranges = [lines.number(f"mutation range ({sex})", 0.0) for sex in ("female", "male")]
    # Files from before the extended stepwise model have no second rate.
    second = [0.0, 0.0] if lines.peek().startswith("#") else [
        lines.number(f"second mutation rate ({sex})", 0.0, _BELOW_ONE) for sex in ("female", "male")]
    has_silent, _ = lines.flag("whether there is a silent allele")
    silent = lines.number("frequency of the silent allele", 0.0, _BELOW_ONE)
    n, info = _count_with_info(lines)
    at = lines.at
    alleles, frequencies = _alleles(lines, name, n)
    if sum(frequencies) + (silent if has_silent else 0.0) > _LARGEST_SUM:
        lines.fault(f"{sum(frequencies):.6g}", name, f"frequencies must not sum to more than {_LARGEST_SUM}", "sum",
                    line=at)
    if has_silent and silent == 0.0:
        lines.notes.append(f"{name}: the silent allele has frequency 0 and is left out")
    if len(lines.faults) > before or None in models:
        return None
    female, male = (FamiliasMutation(model or 0, rate, rate2, step)
                    for model, rate, rate2, step in zip(models, rates, second, ranges, strict=True))
    return FamiliasLocus(name, alleles, frequencies, female, male, silent if has_silent and silent else None,
                         possibilities=None if stated == n + has_silent else stated, **info)


def _count_with_info(lines: Lines) -> tuple[int, dict[str, float | None]]:
    """The number of alleles, and what stands in brackets behind it."""
    line = lines.take("number of alleles")
    found = re.match(r"([0-9]{1,6})(?![0-9.,])(.*)", line)
    if found is None or int(found[1]) < 1 or int(found[1]) * 2 > lines.left:
        raise lines.broken(line, "number of alleles", f"must be a count from 1 to {lines.left // 2}", "count")
    info: dict[str, float | None] = {}
    for key, words in _INFO.items():
        said = re.search(rf"{words}\s*=\s*([^\s)]*)", found[2], re.IGNORECASE)
        info[key] = None if said is None else as_number(said[1].rstrip(",;"))
        if said is not None and info[key] is None:
            lines.fault(said[1], words.replace(r"\s?", ""), "must be a number", "number")
    return int(found[1]), info


def _alleles(lines: Lines, marker: str, n: int) -> tuple[tuple[str, ...], tuple[float, ...]]:
    frequencies: dict[str, float] = {}
    for _ in range(n):
        written = lines.text(f"allele of {marker}")
        allele, changed = canonical_allele(written)
        if changed:
            lines.notes.append(f"{marker}: allele {written} read as {allele}")
        if allele in frequencies:
            lines.fault(written, f"allele of {marker}", "must be listed once", "twice")
        before = len(lines.faults)
        p = lines.number(f"frequency of {marker} {allele}", 0.0, 1.0)
        if p == 0.0 and len(lines.faults) == before:
            lines.fault("0", f"frequency of {marker} {allele}", "must be above 0", "number")
        frequencies[allele] = p
    return tuple(frequencies), tuple(frequencies.values())


def _typed(
    lines: Lines, person: FamiliasPerson, calls: Sequence[_Call], loci: Sequence[FamiliasLocus | None]
) -> FamiliasPerson:
    genotypes: dict[str, FamiliasGenotype] = {}
    for call in calls:
        locus = loci[call.marker] if call.marker < len(loci) else None
        if locus is None:
            if call.marker >= len(loci):
                lines.fault(str(call.marker), "marker", f"must be an index below {len(loci)}", "index", line=call.line)
            continue
        n = len(locus.alleles)
        for what, allele, above in (("allele 1", call.first, 2), ("allele 2", call.second, 1)):
            if allele >= n:
                lines.fault(str(allele), f"{what} of {locus.name}", f"must be an index below {n}", "index",
                            line=call.line - above)
        if locus.name in genotypes:
            lines.fault(locus.name, "marker", f"must be given once for {person.id}", "twice", line=call.line)
        if max(call.first, call.second) < n:
            first, second = locus.alleles[call.first], locus.alleles[call.second]
            genotypes[locus.name] = FamiliasGenotype(locus.name, first, second)
    return replace(person, genotypes=tuple(genotypes.values()))
