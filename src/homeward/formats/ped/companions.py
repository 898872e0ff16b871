"""The files beside a PED file: .map for the places of markers, .dat for its columns, .freq for allele frequencies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from homeward.formats.casefile.findings import Findings, shown
from homeward.formats.familias.lines import as_number, read_lines
from homeward.formats.ped.linkage import linkage_columns, looks_like_linkage, read_linkage
from homeward.formats.ped.values import ColumnKind, LinkageData, PedColumn
from homeward.model import Fault

__all__ = ["Beside", "Frequencies", "MapRow", "PedCompanions", "read_beside"]

_MERLIN = {"A": ColumnKind.AFFECTION, "T": ColumnKind.TRAIT, "C": ColumnKind.COVARIATE, "Z": ColumnKind.TWIN,
           "M": ColumnKind.MARKER, "S2": ColumnKind.MARKER, "S": ColumnKind.OTHER}
_FEW = 1000  # faults after which a file is not read on


@dataclass(frozen=True, slots=True)
class PedCompanions:
    """The files that belong to a PED file; None where there is none."""

    map: Path | None = None
    dat: Path | None = None
    freq: Path | None = None

    @classmethod
    def of(cls, path: Path) -> PedCompanions:
        """Those that lie beside a PED file under its name."""
        def there(*suffixes: str) -> Path | None:
            beside = (path.with_suffix(s) for s in suffixes)
            return next((p for p in beside if p != path and p.is_file()), None)
        return cls(there(".map"), there(".dat"), there(".freq", ".frq"))


@dataclass(frozen=True, slots=True)
class MapRow:
    """A marker of a .map."""

    chromosome: str | None
    name: str
    map_position: float | None
    base_pair: int | None


Frequencies = dict[str, tuple[tuple[str, float], ...]]


@dataclass(frozen=True, slots=True)
class Beside:
    """What the files beside a PED file say.

    ``columns`` are those behind the sex, None where no .dat tells; ``skipped`` are the markers not to be used.
    ``frequencies`` are None where a line of their file is faulty.
    """

    map: tuple[MapRow, ...] | None = None
    map_columns: int = 0
    map_header: bool = False
    columns: tuple[PedColumn, ...] | None = None
    skipped: frozenset[str] = frozenset()
    dat: str = ""
    linkage: LinkageData | None = None
    freq: bool = False
    frequencies: Frequencies | None = None


def read_beside(companions: PedCompanions, findings: Findings) -> Beside:
    """Read the files that are there; faults are noted under their own names. Raises FaultyInput for what is no text."""
    rows, map_columns, map_header = None, 0, False
    if companions.map is not None:
        rows, map_columns, map_header = _map(companions.map, findings)
    columns, skipped, dat, linkage = None, frozenset[str](), "", None
    if companions.dat is not None:
        lines = read_lines(companions.dat)
        if looks_like_linkage(lines):
            dat, linkage = "linkage", read_linkage(companions.dat.name, lines, findings)
            columns = None if linkage is None else linkage_columns(linkage)
        else:
            dat = "merlin"
            columns, skipped = _merlin(companions.dat.name, lines, findings)
    frequencies = None if companions.freq is None else _frequencies(companions.freq, findings)
    freq = companions.freq is not None
    return Beside(rows, map_columns, map_header, columns, skipped, dat, linkage, freq, frequencies)


def _words(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(lines, 1):
        words = line.split()
        if words and not words[0].startswith("#"):
            yield number, words


def _map(path: Path, findings: Findings) -> tuple[tuple[MapRow, ...], int, bool]:
    """The rows, how many columns they have, and whether a row of names stands above them (Merlin)."""
    rows: list[tuple[str, str, list[float]]] = []
    width, header, before = 0, False, len(findings.faults)
    for number, words in _words(read_lines(path)):
        if not width and words[0].casefold() in ("chromosome", "chr", "chrom"):
            width, header = len(words), True
            continue
        width = width or len(words)
        positions = [x for x in map(as_number, words[2:]) if x is not None]
        whole = len(words) < 4 or (len(positions) == 2 and positions[1] == int(positions[1]))
        if len(words) == width == 2 + len(positions) and width in ((3,) if header else (3, 4)) and whole:
            rows.append((words[0], words[1], positions))
            continue
        findings.add(Fault(path.name, number, "", shown(" ".join(words)), "must be a chromosome, a marker's name, a "
                           "position in the map and (PLINK, without a header) a base pair, in all rows alike", "map"))
        if len(findings.faults) > before + _FEW:
            break
    for name, times in Counter(name for _, name, _ in rows).items():
        if times > 1:
            findings.add(Fault(path.name, 0, "marker", shown(name), "must be named once", "map"))
    # Three columns are PLINK's, with base pairs, or Merlin's, with centimorgans: a fraction tells them apart.
    by_base = width == 4 or (not header and all(x[-1] == int(x[-1]) for _, _, x in rows))
    return tuple(MapRow(chromosome, name, x[0] if width == 4 or not by_base else None, int(x[-1]) if by_base else None)
                 for chromosome, name, x in rows), width, header


def _merlin(
    file: str, lines: list[str], findings: Findings
) -> tuple[tuple[PedColumn, ...] | None, frozenset[str]]:
    columns: list[PedColumn] = []
    skipped, before = set(), len(findings.faults)
    for number, words in _words(lines):
        code = words[0].upper()
        if code == "E":
            break
        if code not in _MERLIN or len(words) < 2:
            findings.add(Fault(file, number, "", shown(" ".join(words)), "must be a code (A, T, C, Z, M, S, S2 or E) "
                               "and a name, or the whole file a LINKAGE data file", "dat"))
            if len(findings.faults) > before + _FEW:
                break
            continue
        columns.append(PedColumn(_MERLIN[code], words[1]))
        if code == "S2":
            skipped.add(words[1])
    return (tuple(columns) if len(findings.faults) == before else None), frozenset(skipped)


def _frequencies(path: Path, findings: Findings) -> Frequencies | None:
    """Merlin's: ``M name``, then ``F p1 p2 …`` for alleles 1, 2, …, or ``A allele p`` for each."""
    found: dict[str, list[tuple[str, float]]] = {}
    marker, before = None, len(findings.faults)
    for number, words in _words(read_lines(path)):
        code, rest = words[0].upper(), words[1:]
        given = _given(code, rest, found.get(marker, []) if marker is not None else None)
        if code == "M" and len(rest) == 1 and rest[0] not in found:
            marker = rest[0]
            found[marker] = []
        elif given is not None and marker is not None:
            found[marker] += given
        else:
            findings.add(Fault(path.name, number, "", shown(" ".join(words)), "must be M and a marker's name, given "
                               "once; below it F and frequencies from 0 to 1, or A, an allele named once and its "
                               "frequency", "freq"))
            if len(findings.faults) > before + _FEW:
                break
    return {m: tuple(pairs) for m, pairs in found.items()} if len(findings.faults) == before else None


def _given(code: str, rest: list[str], before: list[tuple[str, float]] | None) -> list[tuple[str, float]] | None:
    if before is None or not rest or (code == "A" and len(rest) != 2) or code not in ("A", "F"):
        return None
    numbers = [as_number(w) for w in (rest[1:] if code == "A" else rest)]
    shares = [p for p in numbers if p is not None and 0.0 <= p <= 1.0]
    if len(shares) != len(numbers):
        return None
    names = [rest[0]] if code == "A" else [str(len(before) + i) for i in range(1, len(shares) + 1)]
    return None if {*names} & {a for a, _ in before} else list(zip(names, shares, strict=True))
