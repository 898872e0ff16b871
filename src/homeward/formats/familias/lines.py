"""The lines of a Familias file, taken one by one, with the faults and guesses made on the way."""

from __future__ import annotations

import math
import re
from pathlib import Path

from homeward.model import Fault, FaultyInput, HomewardError

__all__ = ["Broken", "Lines", "as_number", "read_lines"]

_LARGEST_BYTES = 64_000_000
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_TRUTH = re.compile(r"#(TRUE|FALSE)#(.*)", re.IGNORECASE)


class Broken(HomewardError):
    """The lines no longer follow the grammar, so that nothing after can be told; the fault is noted already."""


def read_lines(path: str | Path) -> list[str]:
    """The lines of a file in UTF-8, UTF-16 with a BOM, or the Western encoding of Windows, whatever ends them.

    Raises FaultyInput for a file that cannot be read, is too large, or is no text.
    """
    file = Path(path).name
    try:
        size = Path(path).stat().st_size
        if size > _LARGEST_BYTES:
            raise FaultyInput([Fault(file, 0, "", f"{size} bytes", f"must have at most {_LARGEST_BYTES}", "too-large")])
        content = Path(path).read_bytes()
    except OSError as error:
        raise FaultyInput([Fault(file, 0, "", "", f"cannot be read: {error.strerror}", "unreadable")]) from error
    text = _decoded(content)
    if "\x00" in text:
        raise FaultyInput([Fault(file, 0, "", "a zero byte", "must be a text file", "encoding")])
    lines = re.split(r"\r\n|\r|\n", text)
    return lines[:-1] if lines[-1] == "" else lines


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def as_number(text: str) -> float | None:
    """A number with a decimal point or comma, or None for what is none."""
    bare = text.strip()
    if not _NUMBER.fullmatch(bare):
        return None
    number = float(bare.replace(",", "."))
    return number if math.isfinite(number) else None


class Lines:
    """A place in a list of lines. What cannot be a value is noted and reading goes on; what breaks the order stops it.

    ``what`` names the value in the fault, as its column.
    """

    def __init__(self, file: str, lines: list[str]) -> None:
        self._file = file
        self._lines = lines
        self.at = 0
        self.faults: list[Fault] = []
        self.notes: list[str] = []

    @property
    def left(self) -> int:
        """How many lines are left."""
        return len(self._lines) - self.at

    def peek(self) -> str:
        """The next line without blanks around it, "" at the end."""
        return self._lines[self.at].strip() if self.left else ""

    def take(self, what: str) -> str:
        """The next line without blanks around it; Broken at the end of the file."""
        if not self.left:
            raise self.broken("the file ends", what, "must follow", "too-short")
        self.at += 1
        return self._lines[self.at - 1].strip()

    def raw(self) -> str:
        """The next line as it stands; only where one is left."""
        self.at += 1
        return self._lines[self.at - 1]

    def skip_to_heading(self) -> None:
        """Go to the next [heading], the line taken last included, or to the end."""
        self.at = max(self.at - 1, 0)
        while self.left and not self.peek().startswith("["):
            self.at += 1

    def fault(self, value: str, what: str, allowed: str, rule: str, *, line: int | None = None) -> None:
        """Note a fault on the line taken last, or on another."""
        shown = value if len(value) <= 80 else value[:77] + "..."
        self.faults.append(Fault(self._file, self.at if line is None else line, what, shown, allowed, rule))

    def broken(self, value: str, what: str, allowed: str, rule: str) -> Broken:
        """Note a fault after which nothing can be told, to be raised by the caller."""
        self.fault(value, what, allowed, rule)
        return Broken(what)

    def text(self, what: str, *, empty: bool = False) -> str:
        """A text in quotation marks; Broken where there are none."""
        line = self.take(what)
        if len(line) < 2 or line[0] != '"' or line[-1] != '"':
            raise self.broken(line, what, "must be a text in quotation marks", "text")
        text = line[1:-1].strip()
        if '"' in text or (not text and not empty):
            self.fault(line, what, "must be one text that is not empty", "text")
            return text.replace('"', "'") or "?"
        return text

    def flag(self, what: str) -> tuple[bool, str]:
        """#TRUE# or #FALSE#, and what stands behind it on the line."""
        line = self.take(what)
        found = _TRUTH.match(line)
        if found is None:
            raise self.broken(line, what, "must be #TRUE# or #FALSE#", "flag")
        return found[1].upper() == "TRUE", found[2].strip()

    def count(self, what: str, *, each: int = 1) -> int:
        """A number of things that follow, ``each`` of at least so many lines; Broken where it is none."""
        line = self.take(what)
        if not (line.isascii() and line.isdecimal() and len(line) < 10):
            raise self.broken(line, what, "must be a count", "count")
        if int(line) * each > self.left:
            raise self.broken(line, what, f"is more than the {self.left} lines that are left can hold", "count")
        return int(line)

    def number(self, what: str, low: float, high: float = math.inf) -> float:
        """A number from ``low`` to ``high``; the lower bound, and a fault, where it is none."""
        line = self.take(what)
        value = as_number(line)
        if value is None:
            self._stop_at_text(line, what, "must be a number")
        elif low <= value <= high:
            return value
        bound = f"from {low:g} to {high:g}" if math.isfinite(high) else f"of at least {low:g}"
        self.fault(line, what, f"must be a number {bound}", "number")
        return low

    def index(self, what: str, n: int) -> tuple[int | None, str]:
        """An index below ``n``, None and a fault where it is none; and what stands behind it on the line."""
        line = self.take(what)
        found = re.match(r"([0-9]{1,9})(?![0-9.,])(.*)", line)
        if found is not None and int(found[1]) < n:
            return int(found[1]), found[2].strip()
        if found is None:
            self._stop_at_text(line, what, "must be an index")
        self.fault(line, what, f"must be an index from 0 to {n - 1}" if n else "has nothing to point at", "index")
        return None, ""

    def _stop_at_text(self, line: str, what: str, allowed: str) -> None:
        # A text or flag in the place of a number is not a wrong number: lines were lost or added.
        if line[:1] in ('"', "#", "[") or not line:
            raise self.broken(line, what, allowed, "number")
