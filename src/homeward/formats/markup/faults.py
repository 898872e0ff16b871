"""The faults and guesses of one reading."""

from __future__ import annotations

from homeward.model import Fault, FaultyInput

__all__ = ["Faults"]

_MOST = 1_000  # a file made to have millions would fill the memory with them
_SHOWN = 80


class Faults:
    """Collects faults, all of which are told at once, and notes on what was guessed, each with how often."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._notes: dict[str, int] = {}
        self.found: list[Fault] = []

    def add(self, line: int, column: str, value: str, allowed: str, *, rule: str) -> None:
        """Take a fault in; raises FaultyInput where there are too many to list."""
        shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN - 1]}…"
        self.found.append(Fault(self._file, line, column, shown, allowed, rule))
        if len(self.found) >= _MOST:
            raise self.stop(line, "", f"{_MOST} faults", "are listed, and there may be more", rule="many-faults")

    def stop(self, line: int, column: str, value: str, allowed: str, *, rule: str) -> FaultyInput:
        """All faults so far and a last one, after which nothing can be read; to be raised by the caller."""
        return FaultyInput([*self.found, Fault(self._file, line, column, value, allowed, rule)])

    def note(self, text: str) -> None:
        """Take a guess in."""
        self._notes[text] = self._notes.get(text, 0) + 1

    def raise_found(self) -> None:
        """Raise FaultyInput if there are faults."""
        if self.found:
            raise FaultyInput(sorted(self.found, key=lambda fault: fault.line))

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes, in the order in which they were met first."""
        return tuple(text if times == 1 else f"{text} ({times} times)" for text, times in self._notes.items())
