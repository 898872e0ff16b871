"""Whom a document speaks of, so that he, she, it and the official find their names."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field

from homeward.intake.actors import named, tidy
from homeward.intake.lexicon import any_of, column
from homeward.intake.names import PERSON, bare_of_age, name_beside

__all__ = ["People", "Subject", "subject_of"]

_PERSONS = frozenset({"person", "unnamed", "family"})
# A dateline, and what may stand before a subject: On Monday, In a letter to the president, But.
_AHEAD = re.compile(r"^(?:[A-Z][^()\n]{2,60}\([^)]*\)\s*[-–—]+\s*|[A-Z][A-Z., ]+\s[–—-]+\s)?[“\"]?"
                    r"(?:(?:But|And|Yet|So|Still|Then|Meanwhile|However),?\s+)?"
                    r"(?:(?:In|On|At|After|Before|Since|During|By|Last|This|Yesterday|Today|Later|Earlier|For|From|Two"
                    r"|Three"
                    r"|Speaking|Asked|Standing|Under|With|Late|Early)\b[^,;:.]{0,60},\s+)?")
_DETERMINED = (r"(?:[A-Z][\w-]+['’]s?|An?|The|His|Her|Its|Their|Our|One|Another|Some|Several|Many|Both|Two|Three"
               r"|Four|Five|Six|an?|the|his|her|its|their)")
_NAMED = re.compile(rf"(?:{_DETERMINED}\s+)?(?:own\s+)?(?:\d{{1,3}}-year-old\s+)?(?:[A-Za-z-]+\s+){{0,3}}?"
                    rf"(?P<name>{PERSON})")
_NAME_BEHIND = re.compile(rf"\s+(?P<name>{PERSON})")
_NAME_BETWEEN = re.compile(r",\s+(?P<name>[A-Z][\w’'-]+),\s")
_SINGLE = re.compile(r"(?!The|An?|His|Her|Its|One|In|On|At|It|He|She|They|We|But|And|If|This|That|There|You|What|When"
                     r"|How|Who"
                     r"|Some|Most|Many|Both|No|Not|All|Each"
                     r"|Every)(?P<name>[A-Z][\w’'-]+)(?=\s+(?:on\s+\w+day\s+)?(?:has|had|was|is|are"
                     r"|were|did|does|will|[a-z]+ed|says?|said|put|kept|lists?|counts?|holds?|held|gave|gives"
                     r"|knows)\b)")
_FEMALE = re.compile(r"\b(?:Mrs|Ms|Miss|Lady|Dame|Sister|Madame|Señora|[a-z]*woman|mother|widow|daughter|niece|wife|nun"
                     r"|queen|girl|aunt|grandmother|actress|abbess|princess)\b")
_MALE = re.compile(r"\b(?:Mr|Sir|Lord|Father|Fr|Brother|Monsieur|Señor|[a-z]*(?<!wo)man|father|son|nephew|husband"
                   r"|widower|priest"
                   r"|king|boy|uncle|grandfather|bishop|imam|monk|prince)\b")
_OFFICE = re.compile(r"\b(?:Office|Board|Committee|Commission|Council|Agency|Federation|League|Legion|Command|Cross"
                     r"|Crescent"
                     r"|Institute|Ministry|Department|Unit|Society|Association|Forces|Army|Navy|Court|Union|Service"
                     r"|Centre"
                     r"|Center|University|Foundation|Museum|Party|Bank|Fund|Lines|Airways|Company|Authority|Bureau"
                     r"|States"
                     r"|Kingdom|Nations|Republic|Police|Guard|Islands?|River|Sea|War|Zone|Cemetery|Street|Bay|Hill"
                     r"|Valley"
                     r"|Assembly|Senate|Parliament|Congress|House|Post|Times|Herald|Courier|Gazette|News|Convention"
                     r"|Agreement|Project|Programme|Laboratory|Camp|Base|Station|Bridge|Province|County|Day|Star)$")
_PLURAL = re.compile(r"(?:[a-z]{2}s|people|police|men|women)$")
_REMEMBERED = 40


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a sentence is about: the name, or the words for somebody unnamed; ``end`` is where these words end."""

    who: str
    words: str
    end: int
    person: bool


@functools.cache
def _roles() -> re.Pattern[str]:
    return re.compile(rf"{_DETERMINED}\s+(?:[\w’'-]+\s+){{0,5}}?(?i:{any_of(column('roles', 'kind'))})(?:s"
                      rf"|ies)?\b(?!['’])"
                      r"(?:\s+(?:of|for|in|at|from)\s+(?:the\s+|this\s+)?(?:[A-Z][\w’'-]*"
                      r"|[a-z]+)(?:\s+[A-Z][\w’'-]*)*)?")


def subject_of(text: str) -> Subject | None:
    """Whom a sentence begins with, behind what may stand before; None where it is no person and no body.

    >>> subject_of("On Monday, the governor, Akin Solmaz, saw the port.").who
    'Akin Solmaz'
    """
    ahead = _AHEAD.match(text)
    start = ahead.end() if ahead is not None else 0
    role = _roles().match(text, start)
    if role is not None and not re.match(r"['’]s?\s", text[role.end():]):
        behind = _NAME_BEHIND.match(text, role.end())
        name = name_beside(text, role.start(), role.end()) or (behind.group("name") if behind is not None else "")
        single = _NAME_BETWEEN.match(text, role.end()) if role.group()[-1].islower() else None
        if not name and single is not None:
            name = single.group("name")
        who = name or tidy(bare_of_age(role.group()))
        inner = re.search(rf"{PERSON}", role.group())
        if not name and inner is not None and not _OFFICE.search(inner.group()):
            full = re.match(PERSON, text[role.start() + inner.start():])
            who = full.group() if full is not None else who
        return Subject(who, role.group(), role.end(), named(who)[1] in _PERSONS or named(role.group())[1] in _PERSONS)
    found = _NAMED.match(text, start) or _SINGLE.match(text, start)
    if found is None or re.match(r"['’]s?\s", text[found.end():]):
        return None
    who = found.group("name")
    words = text[start:found.end()]
    return Subject(who, words, found.end(), _OFFICE.search(who) is None and named(who)[1] in _PERSONS)


@dataclass(slots=True)
class People:
    """The persons of a document in the order in which they were last spoken of; names told in passing stand aside."""

    _latest: dict[str, int] = field(default_factory=dict)
    _aside: dict[str, int] = field(default_factory=dict)
    _sex: dict[str, str] = field(default_factory=dict)
    _plural: tuple[str, int] = ("", -9)

    def speak_of(self, who: str, index: int, words: str = "") -> None:
        """Somebody is the subject of a sentence, or speaks in it."""
        self._latest.pop(who, None)
        self._latest[who] = index
        if _PLURAL.search(re.split(r"\s(?:of|in|from|at|for)\s", words or who)[0]):
            self._plural = who, index
        self._note(who, words or who)
        _forget(self._latest)

    def name_in_passing(self, who: str, index: int, words: str = "") -> None:
        """Somebody is named in a sentence, and is neither its subject nor its speaker."""
        self._aside.pop(who, None)
        self._aside[who] = index
        self._note(who, words or who)
        _forget(self._aside)

    def meant_by(self, pronoun: str, index: int) -> str:
        """Whom he or she means in a sentence: the last spoken of, unless that was long ago; "" where nobody."""
        sex = {"he": "m", "she": "f"}.get(pronoun, "")
        spoken = self._last(self._latest, sex)
        aside = self._last(self._aside, sex)
        far = spoken is None or self._latest[spoken] < index - 2
        chosen = aside if far and aside is not None and self._aside[aside] >= index - 3 else spoken
        chosen = chosen or aside
        if chosen is not None and sex:
            self._sex.setdefault(chosen, sex)
        return chosen or ""

    def several(self, index: int) -> str:
        """Who of several persons spoke or was spoken of a sentence or two before; "" where nobody."""
        who, at = self._plural
        return who if index - 2 <= at < index else ""

    def _last(self, people: dict[str, int], sex: str) -> str | None:
        return next((who for who in reversed(people) if self._sex.get(who, sex) == sex or not sex), None)

    def _note(self, who: str, words: str) -> None:
        if _FEMALE.search(words):
            self._sex[who] = "f"
        elif _MALE.search(words):
            self._sex[who] = "m"


def _forget(people: dict[str, int]) -> None:
    while len(people) > _REMEMBERED:
        del people[next(iter(people))]
