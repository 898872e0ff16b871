"""Writing a Familias file, in the order and form of version 3."""

from __future__ import annotations

from pathlib import Path

from homeward.formats.familias.values import (
    FamiliasDvi,
    FamiliasFamily,
    FamiliasFile,
    FamiliasLocus,
    FamiliasPedigree,
    FamiliasPerson,
    FamiliasSetting,
)
from homeward.model import Sex

__all__ = ["write_familias"]


def write_familias(file: FamiliasFile, path: str | Path) -> None:
    """Write a Familias file (UTF-8, lines ended as on Windows); reading it again gives an equal value.

    A homozygote whose allele is given once is written once among the disaster victims, twice in the first part, whose
    grammar knows no other way. Numbers are written in full.

    Args: ``file``, the content; ``path`` of the file to be written or replaced.
    """
    lines = [f'"Output from Familias, version {file.version}"', '"(Written by Homeward)"',
             file.version + (" (DVI)" if file.dvi is not None else ""), f'"{file.remark}"']
    markers = {locus.name: (i, {a: j for j, a in enumerate(locus.alleles)})
               for i, locus in enumerate(file.database.loci)}
    lines.append(str(len(file.persons)))
    for person in file.persons:
        lines += _person(person, markers)
    index = {name: i for i, name in enumerate(
        [*(p.id for p in file.persons), *file.known.extra_females, *file.known.extra_males])}
    lines += ['"Known relations"', *_pedigree(file.known, index), str(len(file.pedigrees))]
    for i, pedigree in enumerate(file.pedigrees):
        lines += [str(i), f'"{pedigree.name}"', *_pedigree(pedigree, index)]
    lines += _database(file)
    if file.dvi is not None:
        lines += ["", *_dvi(file.dvi)]
    lines += _settings(file.settings)
    Path(path).write_bytes("".join(f"{line}\r\n" for line in lines).encode())


def _truth(value: bool) -> str:
    return "#TRUE#" if value else "#FALSE#"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _person(person: FamiliasPerson, markers: dict[str, tuple[int, dict[str, int]]]) -> list[str]:
    born = "-1" if person.birth_year is None else str(person.birth_year)
    lines = [f'"{person.id}"', _truth(person.flag), born + (" (Consider dropouts)" if person.consider_dropouts else ""),
             _truth(person.is_child), _truth(person.sex is Sex.MALE), str(len(person.genotypes))]
    for g in person.genotypes:
        marker, alleles = markers[g.marker]
        lines += [str(alleles[g.first]), str(alleles[g.first if g.second is None else g.second]), str(marker)]
    return lines


def _pedigree(pedigree: FamiliasPedigree, index: dict[str, int]) -> list[str]:
    places = dict(index)
    for name in (*pedigree.extra_females, *pedigree.extra_males):
        places.setdefault(name, len(places))
    lines = [str(len(pedigree.extra_females)), str(len(pedigree.extra_males)), str(len(pedigree.relations))]
    for relation in pedigree.relations:
        lines += [f"{places[relation.parent]}{' (Direct)' if relation.direct else ''}", str(places[relation.child])]
    return lines


def _database(file: FamiliasFile) -> list[str]:
    database = file.database
    lines = [f"#FALSE# (#Databases: 1 ;Theta/Kinship/Fst: {_number(database.theta)} )", str(len(database.loci)),
             _truth(database.name is not None)]
    if database.name is not None:
        lines.append(f'"{database.name}"')
    for locus in database.loci:
        lines += _locus(locus)
    return lines


def _locus(locus: FamiliasLocus) -> list[str]:
    both = (locus.female, locus.male)
    n = len(locus.alleles)
    info = " , ".join(f"{words} = {_number(value)}" for words, value in (
        ("DatabaseSize", locus.database_size), ("Dropout probability", locus.dropout),
        ("Minor allele frequency", locus.minor_allele_frequency)) if value is not None)
    lines = [f'"{locus.name}"', *(_number(m.rate) for m in both), *(str(m.model) for m in both),
             str(n + (locus.silent is not None) if locus.possibilities is None else locus.possibilities),
             *(_number(m.step_range) for m in both), *(_number(m.rate2) for m in both),
             _truth(locus.silent is not None), _number(locus.silent or 0.0), f"{n}\t({info} )" if info else str(n)]
    for allele, p in zip(locus.alleles, locus.frequencies, strict=True):
        lines += [f'"{allele}"', _number(p)]
    return lines


def _dvi(dvi: FamiliasDvi) -> list[str]:
    lines = ["[DVI]", "[[Unidentified persons]]", f"nPersons= {len(dvi.unidentified)}"]
    for i, person in enumerate(dvi.unidentified):
        lines += _dvi_person(person, f"Person {i + 1} ", 3)
    notes = dvi.notes or (f"nFamilies= {len(dvi.families)}", *("" for _ in dvi.families))
    lines += ["[[Notes]]", *notes, "[[Reference Families]]", f"nFamilies= {len(dvi.families)}"]
    for i, family in enumerate(dvi.families):
        lines += [f"[[[Family {i + 1} ]]]", *_family(family)]
    return lines


def _family(family: FamiliasFamily) -> list[str]:
    lines = [f"Name= {family.name}", "[[[[Persons]]]]", f"nPersons= {len(family.persons)}"]
    for i, person in enumerate(family.persons):
        lines += _dvi_person(person, f"Person {i + 1}", 5)
    lines += ["[[[[Pedigrees]]]]", f"nPedigrees= {len(family.pedigrees)}"]
    for i, pedigree in enumerate(family.pedigrees):
        lines += [f"[[[[[Pedigree {i + 1}]]]]]", f"Name= {pedigree.name}", f"nRelations= {len(pedigree.relations)}"]
        for relation in pedigree.relations:
            lines += [f"Parent= {relation.parent}", f"Child= {relation.child}"]
    return lines


def _dvi_person(person: FamiliasPerson, title: str, depth: int) -> list[str]:
    lines = [_heading(title, depth), f"Name= {person.id}"]
    if person.sex is not Sex.UNKNOWN:
        lines.append(f"Gender= {person.sex.value.capitalize()}")
    lines += [_heading("DNA data", depth + 1), f"nSystems= {len(person.genotypes)}"]
    for g in person.genotypes:
        lines += [f"SystemName= {g.marker}", f"Allele1= {g.first}", f"Allele2= {g.second or ''}".strip()]
    return lines


def _heading(title: str, depth: int) -> str:
    return "[" * depth + title + "]" * depth


def _settings(settings: tuple[FamiliasSetting, ...]) -> list[str]:
    lines: list[str] = []
    before: tuple[str, ...] = ()
    for setting in settings:
        if setting.section != before:
            same = 0
            while same < min(len(before), len(setting.section)) and before[same] == setting.section[same]:
                same += 1
            # A section left and entered again needs its own heading once more.
            first = min(same, len(setting.section) - 1)
            lines += [_heading(t, d + 1) for d, t in enumerate(setting.section) if d >= first]
            before = setting.section
        lines.append(f"{setting.key}= {setting.value}")
    return lines
