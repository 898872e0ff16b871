"""Units as they are said, with the hedges before them: the words of the tables as patterns."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from homeward.intake.lexicon import any_of, column, spoken, word_map

__all__ = ["UnitSaid", "hedge_before", "patterns", "unit_in", "without_hedge"]

_LONGEST_HEDGE = 90
_OVER = re.compile(r"\b(?:turn|hand|took|take|taken|brought|carri|flew|flown|given|pass)(?:ed|s|ing)?\s+$",
                   re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UnitSaid:
    """A unit and the words for it, kept for the bare numbers that follow: of these, 58 have been identified."""

    unit: str
    said: str


@functools.cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """Units; hedges before and after; certainty; what became of people; words on and off the subject."""
    flags = re.IGNORECASE
    become = any_of(column("accounting_verbs", "words"))
    return (
        re.compile(rf"\b(?:{any_of(column('units', 'word'))})(?![\w-])"),
        re.compile(rf"\b(?:(?:{any_of(column('hedges', 'place', 'before'))})(?:\s+(?:the|another|a|all))?\s+)+$",
                   flags),
        re.compile(rf"[\s,]+(?:{any_of(column('hedges', 'place', 'after'))})\b|-odd\b|-plus\b", flags),
        re.compile(rf"\b(?:{any_of(column('certainty', 'words'))})\b", flags),
        re.compile(rf"\b(?:{become})\b", flags),
        re.compile(rf"(?<!\w)(?:{any_of(column('topic', 'says', 'relevant'))})(?!\w)", flags),
        re.compile(rf"\b(?:{any_of(column('topic', 'says', 'unrelated'))})\b", flags),
        re.compile(rf"\s+(?:more\s+|others?\s+)?(?:(?:have|has|had|were|was|are|is|could|can|may|might|remain\w*)\s+)?"
                   rf"(?:(?:so\s+far|already|since|now|never|still|be|then|later|listed\s+as|recorded\s+as|believed"
                   rf"|thought|presumed|said)\s+)*(?:to\s+(?:have\s+)?)?(?:been\s+)?(?:{become})\b", flags),
        re.compile(rf"\b(?:{become}|{any_of(column('saying', 'how'))}|told\s+of|signed\s+for|promised"
                   rf"|(?:names|list|total)\s+of|knows?\s+of|h[eo]lds?|held|contain(?:s|ed)?|(?:look|search)(?:s|ed"
                   rf"|ing)?\s+for)"
                   rf"(?:\s+(?:on|of|to|for|at|about|upon|by))?\s+(?:the\s+other\s+|another\s+|all\s+|its\s+|the\s+"
                   rf"|their\s+)?$", flags),
    )


def unit_in(words: str) -> UnitSaid | None:
    """The first unit that some words name, None where they name none of the subject."""
    found = patterns()[0].search(words) or patterns()[0].search(words[:1].lower() + words[1:])
    if found is None or word_map("units", "relevance")[spoken(found.group())] == "never":
        return None
    return UnitSaid(word_map("units", "unit")[spoken(found.group())], found.group())


def without_hedge(text: str) -> str:
    hedge = hedge_before(text)
    return text[:hedge[0]] if hedge else text


def hedge_before(text: str) -> tuple[int, str] | None:
    """Where the hedge begins that a text ends with, and its words; the "over" of "handed over" is none."""
    skipped = max(0, len(text) - _LONGEST_HEDGE)
    found = patterns()[1].search(text[skipped:])
    if found is None:
        return None
    start = skipped + found.start()
    if found.group().lower().startswith("over") and _OVER.search(text[max(0, start - 20):start]):
        # "hand over up to 200": the hedge begins after the verb.
        found = patterns()[1].search(text, start + len("over"))
        if found is None:
            return None
        start = found.start()
    return start, " ".join(found.group().split())
