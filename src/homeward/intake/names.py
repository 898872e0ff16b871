"""How names of people and bodies look in running text, with their particles, hyphens and titles."""

from __future__ import annotations

import re

__all__ = ["NAME", "PERSON", "bare_of_age", "name_beside"]

_WORD = r"(?:(?:al|el|ad|an|ar|as|ash|at)-)?[A-ZÀ-ÞĀ-Ž][\w’'-]*\w|[A-Z]\."
_PARTICLE = (r"(?:de\s+la|de\s+las|de\s+los|van\s+der|van\s+den|von\s+der|de|del|della|di|da|dos|du|la|le|van|von|der"
             r"|den|ter|ten|bin|ibn|al|el|y)")
# Words that open a sentence and no name.
_NO_NAME = (r"(?!(?:In|On|At|The|An?|But|And|Or|For|From|With|By|Of|To|As|If|When|While|Where|After|Before|Since"
            r"|During|Under"
            r"|Over|Between|Among|No|Not|So|Then|Yet|His|Her|Its|Their|Our|My|Your|This|That|These|Those|He|She|It"
            r"|They|We|You"
            r"|I|There|Both|Each|Every|Some|Most|Many|All|What|Who|How|Why|Which|Only|Last|Until|Today|Yesterday)\b)")
_TITLE = (r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Maj|Capt|Sgt|Fr|Sr|Hon|Rev|Adm|Cmdr|Brig|Sen|Rep|Gov|Cpl|Pfc)\."
          r"|(?:Mr|Mrs|Ms|Dr|Sir|Lord|Lady|Dame)\b)")
# Two words or more: a forename and a surname, with particles between, or a title and a surname.
PERSON = rf"{_NO_NAME}(?:{_TITLE}\s+)*(?:{_TITLE}|{_WORD})(?:\s+(?:{_PARTICLE}\s+)?(?:{_WORD}))+"
NAME = rf"{_NO_NAME}(?:{_TITLE}\s+)*(?:{_WORD})(?:\s+(?:{_PARTICLE}\s+)?(?:{_WORD}))*"
_AGED = re.compile(r"^(?:an?\s+|the\s+)?\d{1,3}-year-old\s+", re.IGNORECASE)
_APPOSED = re.compile(rf"\s*,\s+(?:an?\s+|the\s+)?(?:\d{{1,3}}-year-old\s+)?(?:[a-z-]+\s+){{0,3}}(?P<name>{PERSON})"
                      r"(?=\s*(?:[,.;:)–—]|$|\s(?:and|who|told|said|says)\b))")
_ENDS_IN_NAME = re.compile(rf"(?:^|\s)(?P<name>{PERSON})$")


def bare_of_age(words: str) -> str:
    """Without "38-year-old" before it."""
    return _AGED.sub("", words)


def name_beside(text: str, start: int, end: int) -> str:
    """The name in apposition to the words at a place: the prosecutor of Catania, Michele Sarra; "" where none is.

    >>> name_beside("according to the prosecutor, Ana de la Fuente, nine came", 13, 27)
    'Ana de la Fuente'
    """
    if _ENDS_IN_NAME.search(text[start:end].strip()):
        return ""
    beside = _APPOSED.match(text, end)
    return beside.group("name") if beside is not None else ""
