"""The form in which names are searched: lower case, without accents, signs as blanks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["folded", "search_text_of"]

_SIGNS = re.compile(r"[^\w]+|_+")
# Letters that are no base letter with an accent.
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})


def folded(text: str) -> str:
    """A text as it is searched.

    >>> folded("O’Brien,  José"), folded("김철수")
    ('o brien jose', '김철수')
    """
    if text.isascii():
        return _SIGNS.sub(" ", text.lower()).strip()
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c)).translate(_LETTERS)
    return _SIGNS.sub(" ", unicodedata.normalize("NFC", bare)).strip()


def search_text_of(name: str, number: str, aliases: Iterable[str] = ()) -> str:
    """What a person is found by: name, service number, every other name; each begins after a blank."""
    words = [folded(text) for text in (name, number, *aliases) if text]
    return f" {' '.join(words)} " if words else ""
