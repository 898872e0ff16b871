"""From the text of a GEDCOM file to its lines, each with those below it."""

from __future__ import annotations

import re
from typing import NamedTuple

from homeward.formats.casefile.findings import Findings, shown
from homeward.formats.gedcom.values import GedcomLine
from homeward.model import Fault

__all__ = ["parse_lines"]

_FEW = 1000  # faults after which a file is not read on
_DEEPEST = 99
# level, record name, tag, value: one blank parts the tag from its value, and further ones belong to the value.
_LINE = re.compile(r"[ \t]*([0-9]{1,4})[ \t]+(?:@([^@\r\n]{1,120})@[ \t]+)?([A-Za-z0-9_]{1,60})(?:[ \t]([^\r\n]*))?")
_ENDS = re.compile(r"\r\n|\r|\n")


class _Read(NamedTuple):
    """A line, before it is known what stands below it."""

    number: int
    level: int
    xref: str
    tag: str
    value: str


def parse_lines(file: str, text: str, findings: Findings) -> tuple[GedcomLine, ...]:
    """The records of a file (its lines of level 0); faults of grammar are noted, and their lines passed over.

    Args: ``file``, its name; ``text``; ``findings`` takes the faults.
    """
    read = _read(file, text, findings)
    if not read or read[0].tag != "HEAD" or read[0].level != 0:
        findings.faults.clear()  # the faults of what is no GEDCOM file would be those of each of its lines
        findings.add(Fault(file, read[0].number if read else 0, "", shown(read[0].tag) if read else "",
                           "must be a GEDCOM file: its first line is 0 HEAD", "not-gedcom"))
        return ()
    if read[-1].tag != "TRLR" or read[-1].level != 0:
        findings.add(Fault(file, read[-1].number, "", shown(read[-1].tag), "must be 0 TRLR, the last line: the end of "
                           "the file seems to be lost", "cut-short"))
    for line in read[1:]:
        if line.tag in ("HEAD", "TRLR") and line.level == 0 and line is not read[-1]:
            findings.add(Fault(file, line.number, "", line.tag, "must stand once, at its end of the file", "twice"))
    return _nested(read)


def _read(file: str, text: str, findings: Findings) -> list[_Read]:
    lines: list[_Read] = []
    before = -1
    match, blank = _LINE.fullmatch, 0
    for number, line in enumerate(_ENDS.split(text), 1):
        found = match(line)
        if found is None:
            if not line.strip():
                blank += 1
                continue
            findings.add(Fault(file, number, "", shown(line.strip()), "must be a level, a tag and a value, parted by "
                               "blanks", "line"))
        else:
            level = int(found[1])
            if level > before + 1 or level > _DEEPEST:
                findings.add(Fault(file, number, "level", shown(found[1]),
                                   f"must be at most {min(before + 1, _DEEPEST)}: one more than on the line above",
                                   "level"))
                level = min(before + 1, _DEEPEST)
            lines.append(_Read(number, level, found[2] or "", found[3].upper(), found[4] or ""))
            before = level
        if len(findings.faults) > _FEW:
            findings.add(Fault(file, number, "", "", "is the last line read: there are too many faults", "too-many"))
            break
    if "\0" in text:
        number = text.count("\n", 0, text.index("\0")) + 1
        findings.add(Fault(file, number, "", "a zero byte", "must be text", "charset"))
    if blank > 1 or (blank and not text.endswith(("\n", "\r"))):
        findings.note(file, 0, "blank lines were passed over")
    return lines


def _nested(read: list[_Read]) -> tuple[GedcomLine, ...]:
    """The lines as a tree, made from the last upwards, so that each finds those below it finished."""
    waiting: list[list[GedcomLine]] = [[] for _ in range(_DEEPEST + 2)]
    for number, level, xref, tag, value in reversed(read):
        below = waiting[level + 1]
        waiting[level].append(GedcomLine(level, tag, value, xref, tuple(reversed(below)), number))
        if below:
            waiting[level + 1] = []
    return tuple(reversed(waiting[0]))
