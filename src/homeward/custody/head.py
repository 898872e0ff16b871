"""The head of a chain: the number and hash of an event, which somebody outside holds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from homeward.model import InvalidValue

__all__ = ["Head", "grouped"]

_FORM = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, order=True)
class Head:
    """The hash that event ``seq`` had when a receipt was printed or a chain exported; written SEQ:HASH."""

    seq: int
    hash: str

    def __post_init__(self) -> None:
        if _FORM.fullmatch(str(self)) is None:
            raise InvalidValue("head", "head", str(self), "must be a number from 1 on and 64 hexadecimal digits")

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read SEQ:HASH, as a receipt shows it: capitals and blanks between the digits do not matter.

        Raises InvalidValue for anything else.
        """
        found = _FORM.fullmatch("".join(text.split()).lower())
        if found is None:
            raise InvalidValue("head", "head", text, "must be SEQ:HASH, a number and 64 hexadecimal digits")
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def grouped(digits: str) -> str:
    """Hexadecimal digits in groups of four, to be compared by eye."""
    return " ".join(digits[i:i + 4] for i in range(0, len(digits), 4))
