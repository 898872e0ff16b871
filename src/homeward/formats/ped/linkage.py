"""LINKAGE data files: what the loci are, in which columns, with which allele frequencies.

Source: Lathrop, Lalouel, Julier and Ott 1984, doi:10.1073/pnas.81.11.3443, and the user's guide of the LINKAGE
package, version 5, section 2.6. Words behind ``<<`` are remarks; behind ``#`` stands the name of a locus.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from homeward.formats.casefile.findings import Findings, shown
from homeward.formats.familias.lines import as_number
from homeward.formats.ped.values import ColumnKind, LinkageData, LinkageLocus, PedColumn
from homeward.model import Fault, HomewardError

__all__ = ["linkage_columns", "looks_like_linkage", "read_linkage"]

_QUANTITATIVE, _AFFECTION, _FACTORS, _NUMBERED = range(4)
_HEAD = 3
_MOST = 100_000


def looks_like_linkage(lines: list[str]) -> bool:
    """Whether the first line that says anything is the one of four numbers with which LINKAGE begins."""
    first = next((line for line in lines if line.strip()), "")
    numbers = [as_number(w) for w in first.split()[:4]]
    return len(numbers) == 4 and None not in numbers


class _Stop(HomewardError):
    """The file cannot be read on; the fault is noted already."""


@dataclass(slots=True)
class _Lines:
    file: str
    lines: list[str]
    findings: Findings
    at: int = 0
    numbers: list[float] = field(default_factory=list)

    def take(self, what: str, n: int = 1) -> str:
        """The next line that is not blank; ``numbers`` are those that it begins with, at least ``n``."""
        while self.at < len(self.lines) and not self.lines[self.at].strip():
            self.at += 1
        self.at += 1
        line = self.lines[self.at - 1] if self.at <= len(self.lines) else ""
        self.numbers = []
        for word in line.split("<<")[0].split("#")[0].split():
            number = as_number(word)
            if number is None:
                break
            self.numbers.append(number)
        if len(self.numbers) < n or not line:
            raise self.fault(line or "the file ends", what, f"must begin with {n} number{'s' * (n > 1)}")
        return line

    def fault(self, value: str, what: str, allowed: str) -> _Stop:
        self.findings.add(Fault(self.file, min(self.at, len(self.lines)), what, shown(value.strip()), allowed, "dat"))
        return _Stop(what)

    def count(self, what: str) -> int:
        """A count with which the line begins."""
        line = self.take(what)
        n = self.numbers[0]
        if n != int(n) or not 1 <= n <= _MOST:
            raise self.fault(line, what, f"must begin with a count from 1 to {_MOST}")
        return int(n)


def read_linkage(file: str, lines: list[str], findings: Findings) -> LinkageData | None:
    """The data file; None, and a fault, where it does not follow the grammar."""
    source = _Lines(file, lines, findings)
    try:
        first = source.take("number of loci", 4)
        n_loci = source.numbers[0]
        if n_loci != int(n_loci) or not 1 <= n_loci <= _MOST:
            raise source.fault(first, "number of loci", f"must be from 1 to {_MOST}")
        sex_linked = source.numbers[2] == 1
        head = (first, source.take("mutation"), source.take("order of the loci"))
        loci = [_locus(source, i, sex_linked) for i in range(1, int(n_loci) + 1)]
    except _Stop:
        return None
    for name, times in Counter(locus.name for locus in loci).items():
        if times > 1:
            findings.add(Fault(file, 0, "locus", shown(name), "must be named once", "dat"))
    return LinkageData(head, tuple(loci), tuple(lines[source.at:]))


def _locus(source: _Lines, index: int, sex_linked: bool) -> LinkageLocus:
    line = source.take("locus", 2)
    kind, n = source.numbers[0], source.numbers[1]
    if kind not in range(4) or n != int(n) or not 1 <= n <= _MOST:
        raise source.fault(line, "locus", "must begin with its kind, 0 to 3, and its number of alleles")
    named = line.split("<<")[0].partition("#")[2].split()
    frequencies = source.take("gene frequencies", int(n))
    shares = tuple(source.numbers[:int(n)])
    if not all(0.0 <= p <= 1.0 for p in shares):
        raise source.fault(frequencies, "gene frequencies", "must be from 0 to 1")
    more = []
    if kind == _AFFECTION:
        n_classes = source.count("number of liability classes")
        more = [source.lines[source.at - 1]]
        more += [source.take("penetrances") for _ in range(n_classes * (2 if sex_linked else 1))]
    elif kind == _FACTORS:
        source.count("number of binary factors")
        more = [source.lines[source.at - 1]]
        more += [source.take("factors of an allele") for _ in range(int(n))]
    elif kind == _QUANTITATIVE:
        n_traits = source.count("number of traits")
        more = [source.lines[source.at - 1]]
        more += [source.take("genotype means") for _ in range(n_traits)]
        more += [source.take("variance"), source.take("multiplier")]
    return LinkageLocus(int(kind), named[0] if named else f"L{index}", shares, tuple(more))


def linkage_columns(data: LinkageData) -> tuple[PedColumn, ...]:
    """The columns that the loci take in the PED file, behind the sex."""
    columns: list[PedColumn] = []
    for locus in data.loci:
        counted = as_number(locus.lines[0].split()[0]) if locus.lines else None
        n = int(counted or 1)
        if locus.kind == _AFFECTION:
            columns.append(PedColumn(ColumnKind.AFFECTION, locus.name))
            if n > 1:
                columns.append(PedColumn(ColumnKind.LIABILITY, locus.name))
        elif locus.kind == _NUMBERED:
            columns.append(PedColumn(ColumnKind.MARKER, locus.name))
        else:
            kind = ColumnKind.TRAIT if locus.kind == _QUANTITATIVE else ColumnKind.OTHER
            columns += [PedColumn(kind, f"{locus.name}.{i}" if n > 1 else locus.name) for i in range(1, n + 1)]
    return tuple(columns)
