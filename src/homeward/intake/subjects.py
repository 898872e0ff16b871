"""Whose words a sentence reports: the subject left of a verb, across what is put in between, and who can speak."""

from __future__ import annotations

import functools
import re

from homeward.intake.actors import mentions_of, tidy
from homeward.intake.lexicon import any_of, column
from homeward.intake.names import NAME, PERSON, bare_of_age
from homeward.intake.people import subject_of

__all__ = ["AUXILIARY", "POSSESSIVES", "PRONOUNS", "WHO_BEFORE", "can_speak", "related", "shared_subject",
           "subject_before", "subject_left_of"]

_MAX_WORDS = 16
# What ends the words of a subject to the left of its verb.
BREAK = re.compile(r"[;:”\"»)]\s*(?:[–—-]{1,2}\s+)?|\s[–—-]{1,2}\s|\bthat\s+|\bbut\s+|,\s+and\s+|\bwhile\s+"
                    r"|\b(?:al)?though\s+|\bwhereas\s+|\bbecause\s+|\bwhich\s+|\bwhat\s+"
                    r"|\b(?:and|as)\s+(?=(?:the|a|an|he|she|it|they|some|several|many)\s)", re.IGNORECASE)
AUXILIARY = re.compile(r"(?:\s+|^)(?:has|had|have|also|always|long|often|once|originally|initially|previously|finally"
                       r"|later|earlier|only|then|recently|first|now|repeatedly|publicly"
                        r"|in\s+turn|would|could|will|can|must|merely|simply|too|never|even|since|itself|already|again"
                        r"|still|however|did\s+not|does\s+not|has\s+not|never)$",
                        re.IGNORECASE)
_LEAD = re.compile(r"^(?:(?:[Ii]n|[Oo]n|[Ll]ast|[Tt]his|Earlier|Late|[Bb]y|[Aa]t|[Aa]fter|[Ss]ince)\s+(?:the\s+)?"
                   r"(?:[A-Za-z]+|\d+)(?:\s+\d{4}|\s+(?:week|month|year|day))?\s+)"
                   r"(?=(?:the|a|an|he|she|it|they|we|its|his|her|their|our|some|most|[A-Z]\w*)\b)")
_RELATES = re.compile(rf"(?P<who>{PERSON}|(?:the|an?|its|his|her|their)\s+(?:[\w’'-]+\s+){{0,5}}?[\w’'-]+|{NAME})$",
                      re.IGNORECASE)
_OPENS_WITH = re.compile(r"\W*(?P<who>He|She|It|They|We|I)\s")
WHO_BEFORE = re.compile(r",?\s+(?:who|which)\s+(?:has\s+|had\s+|have\s+|also\s+|already\s+)*$")
PAPERS = re.compile(r"\b(?:documents?|records?|lists?|archives?|fact\s+sheets?|statements?|reports?|letters?|data"
                     r"|files?|monument|register|roster|figures|website|memos?|memorandum|cables?|telegrams?|dossier"
                     r"|notes?|minutes"
                     r"|transcript|affidavit|bulletins?|communiqué|database|inventory|ledger|manifest|chronicle"
                     r"|gravestone|tablet|books?|study|survey|census|diary"
                     r"|diaries|histories|memoirs?|stone|plaque|maps?|accounts?|logs?|testimony|inscription)\b",
                     re.IGNORECASE)
# What stands between commas here is no apposition to a subject: ..., where they were overrun, says Moor.
_NO_APPOSITION = re.compile(r"(?:where|when|after|before|as|although|though|but|and|or|in|on|at|while"
                            r"|because|since|not|so|to|from\s+where|most|some|\d+)\b", re.IGNORECASE)
# What is put in between a subject and its verb, by which it stays the subject.
_PUT_IN = re.compile(r"(?:who|whose|whom|which|none\s+of\s+wh\w+|some\s+of\s+wh\w+|speaking|quoted|cited|seen|asked"
                     r"|himself"
                     r"|herself|itself|themselves|for\s+(?:his|her|its|their)|in\s+(?:an?|his|her|its|their|reply"
                     r"|answer)"
                     r"|like|a\s+former|once|now|then|by\s+contrast|however|too|meanwhile|\d{1,2}$"
                     r"|citing|including|reached|contacted|interviewed|standing|sitting|with)\b", re.IGNORECASE)
_SPEECH = re.compile(r"\b(?:said|says|told|tells|reported|claimed)\b")
_NOBODY = re.compile(r"(?:nobody|no\s+one|neither|none|who|whose|whom|which|of|in|on|at|by|for|from|with|after|before"
                     r"|since|under"
                     r"|among|between|there|where|when|if|to|not)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"^(?!who|which|whose).*\b(?:is|are|was|were|has|have|had|will|would|died|went|came|lay|lie|fell"
                     r"|sank|drowned|perished|found|lost|lived|left|made|took|remain|remained)\b", re.IGNORECASE)
POSSESSIVES = {"his": "he", "her": "she", "its": "it", "their": "they", "our": "we", "my": "I"}
PRONOUNS = frozenset({"he", "she", "it", "they", "we", "i"})


@functools.cache
def _roles() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of(column('roles', 'kind'))})(?:s|ies)?\b"
                      r"|\b[a-z]{3,}(?:ologist|ician|keeper|holder)s?\b", re.IGNORECASE)


def can_speak(words: str) -> bool:
    bare = tidy(words)
    if _NOBODY.match(bare) or _SPEECH.search(words):
        return False
    if any(m.start == 0 for m in mentions_of(bare)):
        return len(bare.split()) <= _MAX_WORDS
    bare = bare_of_age(bare)
    if not bare or len(bare.split()) > _MAX_WORDS or bare[0].isdigit():
        return False
    if bare.lower() in {"another", "others"}:
        return True
    return (bare.lower() in PRONOUNS or bool(re.search(r"(?:^|\s)[A-Z]\w", bare))
            or bool(_roles().search(bare)) or bool(PAPERS.search(bare)))


def related(text: str, position: int) -> str:
    """Whom a relative clause is about that begins at a place: the name or noun phrase before it."""
    before = text[:position].rstrip(" ,")
    part = re.split(r"[,;:“”\"]\s*|\b(?:by|of|and|to|from|with|quoted|cited)\s+(?=the\s|an?\s|[A-Z])", before)[-1]
    found = _RELATES.search(part)
    return found.group("who") if found is not None else ""


def subject_before(text: str, verb: int) -> str:
    """The words for whoever does what the verb at a place of a sentence says, "" where they are nobody's.

    >>> subject_before("The premier, Ana Roe, has promised a list.", 26)
    'Ana Roe'
    """
    before = text[:verb]
    relative = WHO_BEFORE.search(before)
    if relative is not None:
        who = related(text, relative.start())
    else:
        who = subject_left_of(text, verb, 0)[1]
        if not can_speak(who) and re.search(r"\b(?:and|but)\s*$", AUXILIARY.sub("", before)):
            who = shared_subject(before)
    who = " ".join(AUXILIARY.sub("", who).split())
    return who if can_speak(who) else ""


def shared_subject(before: str) -> str:
    """The subject of a sentence's first verb, which a later one shares."""
    pronoun = _OPENS_WITH.match(before)
    if pronoun is not None:
        return pronoun.group("who")
    shared = subject_of(before)
    return shared.who if shared is not None else ""


def subject_left_of(text: str, verb: int, floor: int) -> tuple[int, str]:
    """The words left of a verb that name its subject, and where they begin."""
    begin = floor
    for mark in BREAK.finditer(text, floor, verb):
        begin = mark.end()
    words = text[begin:verb]
    bare = AUXILIARY.sub("", words.rstrip())
    while (shorter := AUXILIARY.sub("", bare.rstrip())) != bare:
        bare = shorter
    bare = bare.rstrip()
    if bare.endswith(","):
        return _across_apposition(begin, bare)
    comma = bare.rfind(",")
    if comma >= 0:
        begin, bare = begin + comma + 1, bare[comma + 1:]
    pronoun = re.search(r"\s(?P<who>he|she|it|they|we|I)$", bare)
    if pronoun is not None:
        return begin + pronoun.start("who"), pronoun.group("who")
    lead = _LEAD.match(bare.lstrip())
    skip = len(bare) - len(bare.lstrip()) + (lead.end() if lead else 0)
    return begin + skip, bare[skip:]


def _across_apposition(begin: int, bare: str) -> tuple[int, str]:
    """Its director, Ivo Santer, [said]: the name; Dr. Ekker, who leads the centre, [said]: what stands before."""
    inner = bare[:-1]
    comma = inner.rfind(",")
    if comma < 0:
        return begin, ""
    apposition, head = bare_of_age(inner[comma + 1:].strip()), inner[:comma]
    opens = begin + head.rfind(",") + 1
    if re.fullmatch(PERSON, apposition) or (
            re.fullmatch(NAME, apposition) and re.search(r"(?:^|[\s,])(?:the|its|his"
                                                         r"|her)\s+(?:[\w’'-]+\s+)*[a-z]+$", head,
                                                         re.IGNORECASE)):
        return opens, apposition
    if re.match(r"(?:[a-z]+ing|asked|questioned|pressed)\s", apposition):
        return _across_apposition(begin, head + ",") if "," in head else (begin, head)
    with_place = re.fullmatch(rf"(?P<name>{PERSON})\s+(?:of|from)\s+.+", apposition)
    if with_place is not None:
        return opens, with_place.group("name")
    inner_name = re.match(r"(?:(?:the|a|an|its|his|her)\s+)?(?:(?!of\b|for\b|in\b|at\b|from\b|to\b"
                          r"|and\b)[a-z-]+\s+){1,4}"
                          rf"(?P<name>{PERSON})$", apposition)
    if inner_name is not None:
        return opens, inner_name.group("name")
    if re.match(r"(?:from|by)\s", apposition):
        return begin, apposition.split(maxsplit=1)[1]
    if _PUT_IN.match(apposition):
        quoted = re.match(r"(?:quoted|cited)\s+(?:by|in)\s", apposition)
        start, who = _across_apposition(begin, head + ",") if "," in head else (begin, head)
        who = who or head[head.rfind(",") + 1:]
        return start, f"{who}, {apposition}" if quoted is not None else who
    earlier = head.rfind(",")
    if _NO_APPOSITION.match(apposition) or _CLAUSE.match(apposition):
        return begin, ""
    if re.match(rf"{NAME}$", head[earlier + 1:].strip()) or earlier < 0:
        return begin + earlier + 1, head[earlier + 1:]
    last = head[earlier + 1:]
    return begin, head[:earlier] if re.match(r"\s*(?:a|an|the|who|which|its)\b", last) else last
