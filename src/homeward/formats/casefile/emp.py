"""EMP files, in which mitochondrial haplotypes of a population are submitted to EMPOP, as rows of mtdna_database.

Tabs part the cells. ``#!`` begins a line with the ranges of all haplotypes below it; ``#`` one that is not read. A
haplotype has its sample, its haplogroup, how many people have it, and its differences from the rCRS, a cell each.
Source: the manual of EMPOP, chapter "EMPcheck", and Parson et al. 2014, doi:10.1016/j.fsigen.2014.07.010.
"""

from __future__ import annotations

from collections.abc import Iterator

from homeward.formats.casefile.cells import NO_DIFFERENCE
from homeward.formats.casefile.findings import Findings
from homeward.formats.casefile.grids import Chunk, decoded
from homeward.model import Fault

__all__ = ["emp_chunks"]

_HEADER = ["ranges", "differences", "count"]
_BEFORE_DIFFERENCES = 3


def emp_chunks(file: str, data: bytes, findings: Findings) -> Iterator[Chunk]:
    """The rows of an EMP file: (lines, rows), the names of the columns first.

    Names of samples and haplogroups are passed over; haplotypes with the count 0, which EMPOP leaves out, are left out
    here as well, and noted. Raises Refused for a file that is not text.
    """
    lines, rows, ranges = [1], [_HEADER], ""
    left_out = 0
    for line, text in enumerate(_lines(file, data), start=1):
        if text.startswith("#!"):
            ranges = text[2:].strip()
        elif text.strip() and not text.startswith("#"):
            cells = [cell.strip() for cell in text.rstrip().split("\t")]
            if len(cells) < _BEFORE_DIFFERENCES:
                findings.add(Fault(file, line, "", f"{len(cells)} cells", "must have at least 3 cells, parted by tabs: "
                                   "sample, haplogroup and count", "row-length"))
                continue
            left_out += cells[2] == "0"
            if cells[2] != "0":
                differences = " ".join(cells[_BEFORE_DIFFERENCES:]).strip()
                lines.append(line)
                rows.append([ranges, differences or NO_DIFFERENCE, cells[2]])
    if left_out:
        findings.note(file, 0, f"haplotypes with the count 0 were left out: {left_out}")
    yield lines, rows


def _lines(file: str, data: bytes) -> list[str]:
    # Comments name authors, often in an older encoding than UTF-8: they are blanked before anything is decoded.
    kept = [b"" if line.startswith(b"#") and not line.startswith(b"#!") else line
            for line in data.removeprefix(b"\xef\xbb\xbf").splitlines()]
    return decoded(file, b"\n".join(kept)).split("\n")
