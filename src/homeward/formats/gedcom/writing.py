"""Writing a GEDCOM file: its lines as they stand, in UTF-8."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from homeward.formats.gedcom.values import Gedcom, GedcomLine
from homeward.model import InvalidValue

__all__ = ["write_gedcom"]

_TAG = re.compile(r"[A-Z0-9_]{1,60}")
_XREF = re.compile(r"[^@\r\n]{1,120}")


def write_gedcom(gedcom: Gedcom, path: str | Path) -> None:
    """Write a GEDCOM file; reading it again gives equal records.

    It is in UTF-8, whatever it was read from: where more than ASCII is in it and its head declares another character
    set, the head's line CHAR is changed to UTF-8, and nothing else. For the living, see ``without_living``.

    Args: ``gedcom``; ``path`` of the file to be written or replaced. Raises InvalidValue, before anything is written,
    for a line that the grammar does not allow.
    """
    text = "".join(f"{line}\r\n" for record in gedcom.records for line in _lines(record, 0))
    seven = gedcom.version.startswith("7")
    if not text.isascii() and not seven:
        records = (_in_utf8(gedcom.records[0]), *gedcom.records[1:])
        text = "".join(f"{line}\r\n" for record in records for line in _lines(record, 0))
    Path(path).write_bytes((b"\xef\xbb\xbf" if seven else b"") + text.encode())  # version 7 asks for the mark


def _in_utf8(head: GedcomLine) -> GedcomLine:
    """The head with its CHAR changed where that is needed, or with one where it has none."""
    declared = head.first("CHAR")
    if declared is None:
        return replace(head, below=(*head.below, GedcomLine(1, "CHAR", "UTF-8")))
    if declared.value.strip().upper() in ("UTF-8", "UTF8"):
        return head
    changed = replace(declared, value="UTF-8", below=())
    return replace(head, below=tuple(changed if line is declared else line for line in head.below))


def _lines(line: GedcomLine, level: int) -> Iterator[str]:
    if line.level != level or not _TAG.fullmatch(line.tag) or (line.xref and not _XREF.fullmatch(line.xref)):
        raise InvalidValue(f"line {line.xref or line.tag}", "level, tag, name", f"{line.level} {line.tag} {line.xref}",
                           f"must be {level}, a tag of capital letters, and a name without @")
    if "\n" in line.value or "\r" in line.value or "\0" in line.value:
        raise InvalidValue(f"line {line.xref or line.tag}", line.tag, line.value, "must be one line")
    yield f"{level} {f'@{line.xref}@ ' if line.xref else ''}{line.tag}{f' {line.value}' if line.value else ''}"
    for below in line.below:
        yield from _lines(below, level + 1)
