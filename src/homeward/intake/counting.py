"""Those who count: a list of one's own, a figure that somebody gave, an office that holds a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from homeward.intake.actors import tidy
from homeward.intake.cues import Cue
from homeward.intake.subjects import POSSESSIVES, PRONOUNS, can_speak, related, subject_left_of

__all__ = ["counting_cues"]

# The Ombudsman, whose last bulletin has; Sarra, whose own estimate is.
_WHOSE = re.compile(r",?\s+whose\s+(?:own\s+|last\s+|latest\s+|first\s+|new\s+|annual\s+)*(?:[a-z]+\s+){0,2}?"
                    r"(?:bulletin|list|lists|report|reports|estimate|estimates|count|figure|figures|records?|register"
                    r"|roster|roll|books?|files?|notes?|tally|reckoning|diary|survey|data|archives?)\b")
# The police have 119 on their list; the home counts twelve.
_HAS = re.compile(r"\b(?:has|have|had)\s+(?=(?:only\s+|about\s+|some\s+|nearly\s+|over\s+|more\s+than\s+"
                  r"|at\s+least\s+)?"
                  r"(?:\d[\d,]*(?=[.;]|$)|(?:\d[\d,]*|[a-z]+(?:-[a-z]+)?)(?:\s+[\w-]+){0,3}?\s+on\s+(?:its|their|his"
                  r"|her"
                  r"|the)\s+(?:list|register|books|roster|roll|files?)\b))")
# His list has 64 names; the ministry's figure of 290.
_PAPER = (r"(?:list|lists|report|reports|bulletin|records?|register|roster|roll|books?|files?|notes?|diary|survey"
          r"|archives?"
          r"|figure|estimate|number|total|toll|reckoning|count|tally|database|inventory)")
_HIS_PAPER = re.compile(r"(?:\b(?P<who>his|her|its|their)|(?<![\w’'])(?P<name>(?:the\s+"
                        r"|[A-Z])[\w ’'-]{2,50}?)['’]s?)\s+(?:own\s+|last\s+"
                        rf"|latest\s+|first\s+|new\s+|official\s+)*(?:[a-z]+\s+){{0,1}}?{_PAPER}\s+(?:now\s+"
                        rf"|still\s+)?(?:has|have"
                        r"|had|holds?|held|gives?|gave|names?|named|contains?|contained|is|was|stands?\s+at|runs?\s+to"
                        r"|ran\s+to)\b",
                        re.IGNORECASE)
_HIS_FIGURE = re.compile(r"(?P<who>(?:\b[Tt]he\s+|\b[Aa]n?\s+|\b(?=[A-Z]))(?:[\w-]+\s+){0,4}?[\w-]+)['’]s?\s+(?:own\s+"
                         r"|official\s+"
                         r"|latest\s+|earlier\s+|first\s+)*(?:figure|estimate|count|number|total|toll|tally"
                         r"|claim)s?\s+of\s+"
                         r"(?=(?:[a-z]+\s+){0,3}?\d|(?:[a-z]+\s+){0,2}?(?:[a-z]+-)?(?:[a-z]+)\b)")
_FOUND = re.compile(r"[,”\"]\s+(?P<who>(?:the|an?|(?:[a-z]+\s+){1,3}[A-Z]|[A-Z])[^,;:“”\"]{2,60}?)\s+(?:has\s+"
                    r"|had\s+)?(?:found|heard|learned"
                    r"|learnt|ruled"
                    r"|judged|held|corrected|confirm|fears?|reckons?|guess(?:es)?)(?=[.;:]|$)", re.IGNORECASE)
_GIVEN = re.compile(r"\bthe\s+(?:[\d,]+|[a-z]+(?:-[a-z]+)?)(?:\s+[a-z]+){0,2}?\s+(?:given|named|claimed|reported"
                    r"|quoted|announced|mentioned"
                    r"|listed)\s+by\s+(?P<who>(?:the\s+|an?\s+|[A-Z])[^,.;:“”\"]{2,50}?)(?=[,.;:]|$|\s(?:and|but|in|on"
                    r"|to|of)\s)")


def _whose(text: str) -> Iterator[Cue]:
    """The Ombudsman, whose last bulletin has 111 names: the figures behind it are theirs."""
    for match in _WHOSE.finditer(text):
        who = related(text, match.start())
        if who and can_speak(who):
            end = re.search(r",\s+and\s|;|,\s+which\s|$", text[match.end():])
            reach = match.end() + (end.start() if end is not None else 0)
            yield Cue(who, "records", match.start(), match.end(), (match.end(), reach), origin=True)


def _holding(text: str) -> Iterator[Cue]:
    """The police have 119 on their list: an office that counts is behind its count."""
    for match in _HAS.finditer(text):
        start, who = subject_left_of(text, match.start(), 0)
        bare = tidy(who)
        if bare and bare.lower() not in PRONOUNS and can_speak(who) and not re.match(
                r"(?:state|country|families)\b", bare):
            yield Cue(who, "records", start, match.end(), (match.end(), len(text)))


def _given(text: str) -> Iterator[Cue]:
    """The 1,400 given by the veterans: of that figure alone."""
    for match in _GIVEN.finditer(text):
        if can_speak(match.group("who")):
            yield Cue(match.group("who"), "says", match.start(), match.end(), match.span(), origin=True)


def _found(text: str) -> Iterator[Cue]:
    """At the end: 702 perished, the board of inquiry found."""
    for match in _FOUND.finditer(text):
        if can_speak(match.group("who")):
            yield Cue(match.group("who"), "says", match.start("who"), match.end(), (0, len(text)), beside=True)


def _owned(text: str) -> Iterator[Cue]:
    """His list has 64 names; the ministry's figure of 290: the owner is behind them."""
    for match in _HIS_PAPER.finditer(text):
        who = match.group("who") or match.group("name")
        if who.lower() in POSSESSIVES or can_speak(who):
            yield Cue(POSSESSIVES.get(who.lower(), who), "records", match.start(), match.end(),
                      (match.end(), len(text)))
    for match in _HIS_FIGURE.finditer(text):
        who = match.group("who")
        if can_speak(who):
            end = re.search(r"[,;:.]\s|$|\s(?:and|but|while)\s", text[match.end():])
            yield Cue(who, "claims", match.start(), match.end(),
                      (match.end(), match.end() + (end.start() if end is not None else 0)), origin=True)


def counting_cues(text: str) -> Iterator[Cue]:
    """The cues of counting in a sentence."""
    for finder in (_whose, _holding, _owned, _given, _found):
        yield from finder(text)
