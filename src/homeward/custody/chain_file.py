"""The exported chain: a table of TABs that a spreadsheet shows, a person reads and one line of shell can verify.

The first line names the columns; every other line is an event. Its last column is the hash of all that stands before
the last TAB.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from homeward.custody.event import Row
from homeward.model import Fault, FaultyInput

__all__ = ["CHAIN_HEADER", "read_chain", "write_chain"]

CHAIN_HEADER = "\t".join((*Row._fields, "hash"))
_LONGEST = 65_536  # bytes of a line; the door lets through a tenth of it


def read_chain(path: Path) -> Iterator[tuple[str, str]]:
    """The lines of an exported chain, each as what is hashed and its hash; nothing is kept.

    Bytes that are not UTF-8 come through as halves of characters, which verification finds. Raises FaultyInput where
    the file is not an exported chain, or a line is longer than any event.
    """
    with path.open("rb") as file:
        header = file.readline(_LONGEST).decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\r\n")
        if header != CHAIN_HEADER:
            raise FaultyInput([Fault(path.name, 1, "", header[:80], "must be the header of an exported chain",
                                     "chain-header")])
        number = 1
        while line := file.readline(_LONGEST):
            number += 1
            if len(line) == _LONGEST:
                raise FaultyInput([Fault(path.name, number, "", "", "must be shorter than 64 KiB", "chain-line")])
            text, _, stored = line.decode("utf-8", "surrogateescape").rstrip("\r\n").rpartition("\t")
            yield text, stored


def write_chain(lines: Iterable[tuple[str, str]], path: Path) -> int:
    """Write lines and their hashes; the file is there whole or not at all. Returns the number of events."""
    partial = path.with_name(f".{path.name}.partial")
    n = 0
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        file.write(CHAIN_HEADER + "\n")
        for text, stored in lines:
            file.write(f"{text}\t{stored}\n")
            n += 1
    partial.replace(path)
    return n
