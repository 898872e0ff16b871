"""Reading a GEDCOM file: characters, lines, people; all faults at once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from homeward.formats.casefile.findings import Findings
from homeward.formats.gedcom.charset import read_text
from homeward.formats.gedcom.lines import parse_lines
from homeward.formats.gedcom.people import people_of
from homeward.formats.gedcom.values import Gedcom, GedcomLine
from homeward.model import FaultyInput

__all__ = ["gedcom_from", "read_gedcom"]

_FEW = 1000  # faults that are shown
_KNOWN = ("5.5", "7.")


def read_gedcom(path: str | Path, *, charset: str | None = None) -> Gedcom:
    """All that a GEDCOM file (5.5.1 and its neighbours, 7) says.

    Args: ``path`` of the file; ``charset``, in which it is, where its head is wrong or vague: any codec of Python
    (cp949 for Korean Windows), or "ansel". Where None, a byte order mark decides, then the head.

    Returns the file's content; what was guessed is in its ``notes``. Raises FaultyInput with all faults: lines out of
    order, records named twice, pointers to nothing, two sexes of one person, someone who would be his own ancestor.
    """
    path, findings = Path(path), Findings()
    text, codec = read_text(path, charset, findings)
    return _made(path.name, parse_lines(path.name, text, findings), codec, findings)


def gedcom_from(records: Iterable[GedcomLine]) -> Gedcom:
    """A file of records that were made or changed, checked as if it had been read; raises FaultyInput."""
    return _made("records", tuple(records), "utf-8", Findings())


def _made(file: str, records: tuple[GedcomLine, ...], codec: str, findings: Findings) -> Gedcom:
    if not records:
        raise FaultyInput(findings.faults)
    people = people_of(file, records, findings)
    if findings.faults:
        raise FaultyInput(sorted(findings.faults, key=lambda fault: fault.line)[:_FEW])
    said = records[0].first("GEDC")
    line = None if said is None else said.first("VERS")
    version = "" if line is None else line.value.strip()
    if not version.startswith(_KNOWN):
        findings.note(file, 0, f"GEDCOM {version or 'of a version that it does not name'} is read as 5.5.1")
    return Gedcom(records, people.persons, people.families, version, codec, tuple(findings.notes))
