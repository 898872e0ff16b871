"""What reading finds: faults, which refuse the case, and notes, which say what was guessed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from homeward.model import Fault, HomewardError

__all__ = ["Findings", "Refused", "nearest", "shown"]

_SHOWN = 60  # characters of a faulty value that a message repeats
_LIKE = 0.6
_LONGEST_NAME = 64


class Refused(HomewardError):
    """A file that cannot be read on, with the fault that says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


@dataclass(slots=True)
class Findings:
    """The faults and notes of one reading, in the order in which they were met."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *faults: Fault) -> None:
        """Take faults in."""
        self.faults.extend(faults)

    def note(self, file: str, line: int, text: str) -> None:
        """Take a guess in; ``line`` 0 means the file as a whole."""
        self.notes.append(f"{file}:{line}: {text}" if line else f"{file}: {text}")


def shown(value: object) -> str:
    """A value as a message repeats it: in one piece where short, else its beginning."""
    if isinstance(value, int) and value.bit_length() > 64:
        return f"an integer of {value.bit_length()} bits"  # Python refuses to write out very long ones
    if isinstance(value, dict | list):
        return "a section" if isinstance(value, dict) else "a list"  # however deep it goes
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def nearest(name: str, known: Iterable[str]) -> str:
    """The words " (nearest: …)" with the known name most like this one, or "" where none is like it."""
    if len(name) > _LONGEST_NAME:
        return ""
    by_folded = {k.casefold(): k for k in known}
    found = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=_LIKE)
    return f" (nearest: {by_folded[found[0]]})" if found else ""
