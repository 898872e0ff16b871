"""The gazetteer's places in a sentence, by any of their spellings."""

from __future__ import annotations

import functools
import re
import unicodedata

from homeward.intake.lexicon import any_of, places

__all__ = ["places_in"]

# Spellings that are common words; they name a place only in its own list.
_COMMON = frozenset({"the Valley", "mining camp", "mining caves", "Camp 2", "Camp 3", "Camp 5", "Camp 6", "Camp 17"})


def places_in(text: str) -> tuple[str, ...]:
    """The names of all places mentioned, each once, in order; marks over letters are not minded."""
    pattern, known = _spellings()
    return tuple(dict.fromkeys(known[" ".join(match.group().split())] for match in pattern.finditer(_plain(text))))


@functools.cache
def _spellings() -> tuple[re.Pattern[str], dict[str, str]]:
    known: dict[str, str] = {}
    for place in places():
        for spelling in (place.name, *place.spellings):
            if spelling not in _COMMON or spelling == place.name:
                known.setdefault(_plain(spelling), place.name)
    # A city's own entry goes before the camps and cemeteries named after it.
    known |= {_plain(place.name): place.name for place in places()}
    return re.compile(rf"(?<!\w)(?:{any_of(known)})(?!\w)"), known


def _plain(text: str) -> str:
    """Letters without their marks, as many as before, so that places in the text stay where they are."""
    return "".join(unicodedata.normalize("NFD", sign)[0] if sign.isascii() is False and sign.isalpha()
                   and not "가" <= sign <= "힣" else sign.replace("’", "'") for sign in text)
