"""Writing a PED file with the .map, .dat and .freq that it had, and making one of families and profiles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from homeward.formats.ped.values import (
    FIXED,
    ColumnKind,
    GenotypeForm,
    LinkageData,
    PedColumn,
    PedFile,
    PedForm,
    PedGenotype,
    PedMarker,
    PedPerson,
)
from homeward.model import Family, FrequencyTable, Genotype, InvalidValue, Member, Profile, Sex

__all__ = ["ped_file", "write_ped"]

_CODES = {ColumnKind.AFFECTION: "A", ColumnKind.TRAIT: "T", ColumnKind.COVARIATE: "C", ColumnKind.TWIN: "Z",
          ColumnKind.MARKER: "M", ColumnKind.OTHER: "S", ColumnKind.LIABILITY: "C"}
_HEADER = {ColumnKind.FAMILY: "famid", ColumnKind.PERSON: "id", ColumnKind.FATHER: "fid", ColumnKind.MOTHER: "mid",
           ColumnKind.SEX: "sex"}


def write_ped(file: PedFile, path: str | Path) -> tuple[Path, ...]:
    """Write a PED file (UTF-8), and beside it, under its name, the .map, .dat and .freq that its form asks for.

    Reading it again with what lies beside it gives an equal value.

    Args: ``file``, the content; ``path`` of the file to be written or replaced. Returns the paths of all files written.
    Raises InvalidValue for a word that cannot be written in the file's form, before anything is written.
    """
    path = Path(path)
    texts = {path: _rows(file)}
    if file.form.map_columns:
        texts[path.with_suffix(".map")] = _map(file)
    if file.form.dat:
        linkage = file.form.linkage
        texts[path.with_suffix(".dat")] = _merlin(file) if linkage is None else _linkage(linkage)
    if file.form.freq:
        texts[path.with_suffix(".freq")] = _frequencies(file)
    for where, lines in texts.items():
        where.write_bytes("".join(f"{line}\n" for line in lines).encode())
    return tuple(texts)


def _rows(file: PedFile) -> list[str]:
    form = file.form
    lines = [form.separator.join(form.header)] if form.header else []
    comments = {c.before: [d.text for d in form.comments if d.before == c.before] for c in form.comments}
    codes = dict(zip((Sex.MALE, Sex.FEMALE, Sex.UNKNOWN), form.sexes, strict=True))
    # By identity: a file of SNPs has three genotypes, a million times each.
    met = {id(g): g for p in file.persons for g in p.genotypes}
    genotypes = {key: _genotype(file, g) for key, g in met.items()}
    for i, p in enumerate(file.persons):
        lines += comments.get(i, [])
        fixed = dict(zip(FIXED, (p.family, p.id, p.father or "0", p.mother or "0", codes[p.sex]), strict=True))
        _check(p, p.values, blanks=form.separator == "\t" and bool(form.header))
        values, alleles = iter(p.values), iter(p.genotypes)
        words: list[str] = []
        for column in file.columns:
            if column.kind is ColumnKind.MARKER:
                words += genotypes[id(next(alleles))]
            else:
                words.append(fixed[column.kind] if column.kind in fixed else next(values))
        lines.append(form.separator.join(words) + (f"  {p.ending}" if p.ending else ""))
    return lines + comments.get(len(file.persons), [])


def _check(person: PedPerson, words: Iterable[str], *, blanks: bool) -> None:
    for word in words:
        if re.search(r"[\t\r\n]" if blanks else r"\s|^$", word):
            raise InvalidValue(f"{person.family}/{person.id}", "cell", word, "cannot be written in this form")


def _genotype(file: PedFile, genotype: PedGenotype | None) -> tuple[str, ...]:
    gone = file.form.no_allele
    first, second = (gone, gone) if genotype is None else (genotype.first or gone, genotype.second or gone)
    if file.form.genotypes is GenotypeForm.TWO_COLUMNS:
        return first, second
    joined = file.form.genotypes is GenotypeForm.JOINED
    if joined and len(first + second) != 2:
        raise InvalidValue("genotype", "alleles", f"{first}/{second}", "must be letters, to be written without a sign")
    return (first + second if joined else f"{first}/{second}",)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _map(file: PedFile) -> list[str]:
    lines = ["\t".join(("CHROMOSOME", "MARKER", "POSITION"))] if file.form.map_header else []
    for m in (*file.markers, *file.form.others):
        if m.chromosome is None:
            continue
        words = [m.chromosome, m.name]
        if file.form.map_columns == 4 or m.base_pair is None:
            words.append(_number(m.map_position or 0.0))
        if m.base_pair is not None or file.form.map_columns == 4:
            words.append(str(m.base_pair or 0))
        lines.append("\t".join(words))
    return lines


def _merlin(file: PedFile) -> list[str]:
    skipped = {m.name for m in file.markers if m.skipped}
    return [f"{'S2' if c.name in skipped and c.kind is ColumnKind.MARKER else _CODES[c.kind]} {c.name or c.kind.value}"
            for c in file.columns if c.kind in _CODES]


def _linkage(data: LinkageData) -> list[str]:
    lines = list(data.head)
    for i, locus in enumerate(data.loci, 1):
        named = "" if locus.name == f"L{i}" else f"  # {locus.name}"
        shares = " ".join(map(_number, locus.frequencies))
        lines += [f"{locus.kind} {len(locus.frequencies)}{named}", shares, *locus.lines]
    return [*lines, *data.tail]


def _frequencies(file: PedFile) -> list[str]:
    return [line for m in (*file.markers, *file.form.others) if m.frequencies
            for line in (f"M {m.name}", *(f"A {a} {_number(p)}" for a, p in m.frequencies))]


def ped_file(
    families: Iterable[Family], profiles: Mapping[tuple[str, str], Profile], *,
    frequencies: FrequencyTable | None = None, header: bool = False,
) -> PedFile:
    """A PED file of families and profiles, as of ``Case.families`` and ``Case.reference_profiles()``.

    Blanks in names become ``_``. What a PED file cannot carry is noted: who is missing, founders' inbreeding, mutation
    models, and (noted once for each) names that changed.

    Args: ``families``; ``profiles`` by (family, member); ``frequencies``, which give the order of the markers, those on
    the X, and a .freq; ``header``: a row of names and genotypes as 12/13, as pedtools writes them, instead of six
    columns without names and two for each marker.

    Returns the file, to be written with a .map that keeps the names of the markers. Raises InvalidValue where two
    names become one.
    """
    families = tuple(families)
    notes: list[str] = []
    markers = _chosen(profiles, frequencies)
    columns = [PedColumn(kind, _HEADER[kind] if header else "") for kind in FIXED]
    columns += [] if header else [PedColumn(ColumnKind.AFFECTION)]
    persons = []
    for family in families:
        if family.inbreeding:
            notes.append(f"{family.id}: the inbreeding of founders is not in a PED file")
        notes += [f"{family.id}/{m.id} is missing ({m.person}), which a PED file does not say" for m in family.missing]
        for m in family.members:
            typed = profiles.get((family.id, m.id), Profile(m.id))
            genotypes = tuple(_pair(typed.genotypes.get(name)) for name in markers)
            words = [_bare(w, notes) for w in (family.id, m.id, m.father, m.mother)]
            persons.append(PedPerson(str(words[0]), str(words[1]), words[2], words[3], m.sex, genotypes,
                                     () if header else ("0",)))
    if frequencies is not None and any(m.female.kind != "none" or m.male.kind != "none" for m in frequencies.markers):
        notes.append("mutation models are not in a PED file")
    _check_once(families, persons)
    columns += [PedColumn(ColumnKind.MARKER, m.name) for m in markers.values()]
    form = PedForm(map_columns=4 if markers else 0, freq=frequencies is not None)
    if header:
        form = replace(form, header=tuple(c.name for c in columns), genotypes=GenotypeForm.ONE_COLUMN, no_allele="-")
    return PedFile(tuple(persons), tuple(columns), tuple(markers.values()), form, tuple(dict.fromkeys(notes)))


def _chosen(profiles: Mapping[tuple[str, str], Profile], frequencies: FrequencyTable | None) -> dict[str, PedMarker]:
    """The markers that were typed, by their names, in the order of the frequencies where those are given."""
    typed = dict.fromkeys(name for p in profiles.values() for name in p.genotypes)
    if frequencies is None:
        one = {name for p in profiles.values() for name, g in p.genotypes.items() if g.hemizygous}
        return {name: PedMarker(_bare(name, []) or "", "X" if name in one else "0", 0.0, 0) for name in typed}
    return {m.name: PedMarker(_bare(m.name, []) or "", "X" if m.x_linked else "0", 0.0, 0,
                              tuple(zip(m.alleles, m.frequencies, strict=True)))
            for m in frequencies.markers if m.name in typed}


def _pair(genotype: Genotype | None) -> PedGenotype | None:
    if genotype is None:
        return None
    return PedGenotype(genotype.first, genotype.first if genotype.hemizygous else genotype.second)


def _bare(word: str | None, notes: list[str]) -> str | None:
    if word is None:
        return None
    bare = re.sub(r"\s+", "_", word.strip()).lstrip("#") or "_"
    if bare != word:
        notes.append(f"{word} is written {bare}")
    return bare


def _check_once(families: Iterable[Family], persons: Iterable[PedPerson]) -> None:
    given: list[tuple[Family, Member]] = [(f, m) for f in families for m in f.members]
    seen: dict[tuple[str, str], tuple[Family, Member]] = {}
    for (family, member), p in zip(given, persons, strict=True):
        before = seen.setdefault((p.family, p.id), (family, member))
        if before[1] is not member:
            raise InvalidValue(f"{family.id}/{member.id}", "id", p.id, f"is written like {before[0].id}/{before[1].id}")
