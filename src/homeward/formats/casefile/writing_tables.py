"""A table as the text of a CSV file, and texts as files that a spreadsheet reads aright."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path

from homeward.formats.casefile.cells import protected
from homeward.model import InvalidValue

__all__ = ["csv_text", "write_text"]


def csv_text(names: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table with its heads; None is blank, numbers keep all their digits, no cell is taken for a formula.

    >>> csv_text(["id", "mm"], [("E-1", 41.5), ("=E", None)])
    "id,mm\\nE-1,41.5\\n'=E,\\n"
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def write_text(path: Path, text: str) -> None:
    """Write a file through to the disk; raises InvalidValue for half a character, which no encoding carries."""
    # Excel takes UTF-8 for something else unless a byte order mark says so; plain ASCII needs none.
    encoding = "utf-8" if text.isascii() or path.suffix != ".csv" else "utf-8-sig"
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError as error:
        wrong = text[max(0, error.start - 20): error.end]
        raise InvalidValue(path.name, "text", ascii(wrong), "must hold whole characters only") from error
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value)
    return protected(str(value))
