"""CSV as spreadsheets write it: rows of cells with the line at which each begins."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator

from homeward.formats.casefile.findings import Refused
from homeward.model import Fault

__all__ = ["Chunk", "csv_chunks", "decoded"]

Chunk = tuple[list[int], list[list[str]]]

_BOM = b"\xef\xbb\xbf"
_CHUNK_ROWS = 20_000
# All but tab, line feed and carriage return, which a quoted cell may hold.
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_END = re.compile("\r\n|\r|\n")
_DELIMITERS = ",;\t"
_HEADER_CHARACTERS = 4096


def csv_chunks(file: str, data: bytes, columns: Collection[str]) -> Iterator[Chunk]:
    """The rows of a CSV file, blank ones left out, some thousands at a time: (lines, rows).

    UTF-8 with or without byte order mark; comma, semicolon or tab, whichever splits the first row into most of
    ``columns``; line ends of any system. Raises Refused at the first place from which it cannot be read on.
    """
    text = decoded(file, data)
    # Strict, because a quote that is never closed would otherwise swallow the rest of the table in silence.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, columns), strict=True,
                        skipinitialspace=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    before = 0
    try:
        for row in reader:
            if "".join(row).strip():
                rows.append(row)
                lines.append(before + 1)
                if len(rows) == _CHUNK_ROWS:
                    yield lines, rows
                    lines, rows = [], []
            before = reader.line_num  # a record may run over several lines: the next begins after the last of them
    except csv.Error as error:
        raise Refused(Fault(file, before + 1, "", "", f"must be CSV ({error})", "csv")) from error
    yield lines, rows


def decoded(file: str, data: bytes) -> str:
    """The text of a file; raises Refused where it is not UTF-8, or holds control characters."""
    data = data.removeprefix(_BOM)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = _line_after(data[: error.start].decode("utf-8"))
        raise Refused(Fault(file, line, "", f"byte 0x{data[error.start]:02x}",
                            "must be UTF-8 (a spreadsheet saves it as “CSV UTF-8”)", "encoding")) from error
    control = _CONTROL.search(text)
    if control is not None:
        raise Refused(Fault(file, _line_after(text[: control.start()]), "", f"U+{ord(control[0]):04X}",
                            "must hold no control characters", "control-character"))
    return text


def _line_after(text: str) -> int:
    return len(_LINE_END.findall(text)) + 1


def _delimiter(text: str, columns: Collection[str]) -> str:
    # A name may hold commas of its own within quotes, so known names count before the mere number of cells.
    header = next((line for line in _LINE_END.split(text[:_HEADER_CHARACTERS]) if line.strip()), "")

    def known_cells(delimiter: str) -> tuple[int, int]:
        cells = [cell.strip().strip('"').strip().lower() for cell in header.split(delimiter)]
        return sum(cell in columns for cell in cells), len(cells)

    return max(_DELIMITERS, key=known_cells)
