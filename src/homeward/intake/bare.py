"""Numbers that stand by themselves: what they count, by what is told of those counted and by what went before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from homeward.intake.numbers import Number
from homeward.intake.units import UnitSaid, patterns, unit_in, without_hedge
from homeward.model.quantities import UNITS

__all__ = ["REMAINS_OF", "SOMETHING", "bare_unit"]

_THE_OTHERS = re.compile(r"\bthe\s+(?:other|remaining|first|last)\s+$", re.IGNORECASE)
_NEAR = 120  # characters
_PERSON = UnitSaid("person", "")
_OF_THESE = re.compile(r"\b(?:the\s+(?:remaining|rest,)|(?:of\s+(?:these|those|them|which|whom)|whereof|among\s+them"
                       r"|including)\b[^.;]{0,25}"
                       r"|of\s+the\s+\d[\d,]*(?:\s+[^.,;]{1,40})?,\s*|\w+\s+of\s+the\s*"
                       r"|\b(?:all|the\s+other)\s+)$", re.IGNORECASE)
_PUT = re.compile(r"\b(?:number|figure|total|it|them|this|that|count|tally|toll|dead|missing|recovered|identified)\s+"
                  r"(?:at|as|to|to\s+be|had\s+been|has\s+been|is|was|stands?\s+at|amounts\s+to|of)\s*$|\b(?:puts?"
                  r"|makes?|made|set)\s+(?:it|them)\s*$"
                  r"|\b(?:number|figure|total|count|tally|toll|estimate)\b[^.;:]{0,60}\s(?:at|to|as|is|was)\s*$"
                  r"|\b(?:number|figure|total|count|there\s+(?:were|are|is|was"
                  r"|would\s+be|will\s+be)(?:\s+still)?)\s*$", re.IGNORECASE)
_NUMBER_OF = re.compile(r"\b(?:number|total|count|estimate|figure|tally|list)\s+(?:of"
                        r"|for)\s+(?P<what>[^.;:]{3,120}?)\s+"
                        r"(?:is|was|at|as|to|stands\s+at|be|has|between|from|of"
                        r"|amounts\s+to|stood\s+at|rose\s+to|has\s+risen\s+to)\s*$", re.IGNORECASE)
# We had fourteen last year; they found nine.
_FOUND = re.compile(r"\b(?:ha[sd]|have|find|found|count|counted|counts|buried|bury|lost|saw|seen|expects?|got|recover"
                    r"|raised"
                    r"|brought\s+(?:down|in|out|back)|pulled\s+out|took\s+out|dug\s+out|received|handed\s+over"
                    r"|collected|lifted"
                    r"|exhumed|named|admitted|listed|released|misses|miss|brought\s+up|brought\s+home|identify"
                    r"|bring\s+home"
                    r"|given\s+back|gave\s+back|returned?|the\s+remaining"
                    r"|the\s+other|another|a\s+further)\s*$", re.IGNORECASE)
_OF_THEM = re.compile(r"\s+of\s+(?:them|these|those|whom)\b")
_PART = re.compile(r"\s+of\s+(?:the\s+\d|them\b|these\b|those\b|whom\b|which\b)|\s+(?:are|were|remain)\s+(?:still\s+)?"
                   r"(?:in|at|on|from|among|north|south|still)\b"
                   r"|\s+on\s+(?:its|the|our|their)\s+(?:list|roster|books)\b"
                   r"|\s+who\s+(?:are|were|remain|have|had|lie)\b", re.IGNORECASE)
SOMETHING = re.compile(r"\s+(?!times\b|others\b|days\b|years\b|months\b|weeks\b|hours\b|minutes\b|met(?:re|er)s\b"
                        r"|miles\b|sides\b)"
                        r"(?:[A-Za-z-]+\s+)?(?!times\b|years\b|days\b)[a-z]+s\b(?!\s*:)")
_TOLL = re.compile(r"\btoll\b[^.,;]{0,30}\s(?:to|at|of|is|was)\s*$", re.IGNORECASE)
_OF_PEOPLE = re.compile(r"\b(?:missing|unaccounted|accounted|prisoners|killed|died|captured|survived|drowned|perished"
                        r"|dead)\b")
_LISTED = re.compile(r"\s+on\s+(?:its|the|our|their)\s+(?:list|roster|books)\b")
_PEOPLE_COUNTED = re.compile(r"\b(?:those|dead|missing|fallen|victims|losses|killed|prisoners)\b", re.IGNORECASE)
REMAINS_OF = re.compile(r"\b(?:remains|bodies|bones)\s+of\s+$", re.IGNORECASE)
_CREW = re.compile(r"\bcrew\s+of\s+$", re.IGNORECASE)
_FEWER = re.compile(r"\s+(?:fewer|less|more\s+than|times|percent|(?:more\s+|further\s+)?(?:years?|months?|weeks?|days?"
                    r"|hours?)\b|an?\s+(?:year|month|week|day)"
                    r"|in\s+(?:three|four|five|ten)\b)", re.IGNORECASE)
_ENDS = re.compile(r"\s*(?:[.,;:)”\"]|$|(?:in|from|by|on|at|for|an\s+hour|earlier|later|before|ago|last|this|that|than"
                   r"|while|against|given"
                   r"|named|claimed|reported|quoted|yesterday|today|already|then|now|have|has|had|were|are|come|came"
                   r"|so\s+far|more|others?|out"
                   r"|will|may|might"
                   r"|who)\b|names?\b|of\s+(?:its\s+own|their\s+own|the|these|those|them|whom|which)\b)")
_LABEL = re.compile(r"(?:^|[;.])(?P<label>[^.:;]{0,70}):\s*$")
_OPENS = re.compile(r"\W*(?:At\s+this\s+moment|Today|Now|So\s+far|Currently|In\s+all)?,?\s*", re.IGNORECASE)
_HURT = re.compile(r"\s+(?:more\s+|others?\s+|people\s+)?(?:(?:were|was|are|had\s+been|have\s+been"
                   r"|has\s+been)\s+)?(?:hurt|injured"
                   r"|wounded|arrested|detained|evacuated|homeless|displaced|made\s+homeless|treated|hospitali[sz]ed)\b"
                   r"|\s+of\s+them\s+(?:badly|seriously|gravely|lightly|critically)\b")
_AS_NUMBER = re.compile(r"\s+(?:as\s+)?the\s+(?:number|toll|figure|total|count)\b[^.;]{0,50}?\b(?:died|dead|missing"
                        r"|killed"
                        r"|lost|victims|found)\b")
_FIRST_PERSON = re.compile(r"\s+(?:that\s+)?(?:I|we|he|she|they|you)\s+(?:gave|had|have|spoke|told|mentioned|reported"
                           r"|named|put)\b")
_MERELY = re.compile(r"\b(?:only|just|already|so\s+far|another|all|the\s+other|a\s+further|a\s+total\s+of"
                     r"|in\s+all)\s*$", re.IGNORECASE)
_OF_WHICH = re.compile(r"\b(?:of|among)\s+(?:these|those|them|which|whom),?\s+$", re.IGNORECASE)
_BURIED = re.compile(r"\b(?:buried|bury|lost|lose|killed)\s+$")
_GIVEN_BY = re.compile(r"\s+(?:given|named|claimed|reported|quoted|announced|mentioned|listed)\s+by\b")
_COUNTS = re.compile(r"\b(?:number|figure|count|total|toll|tally)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Place:
    """A bare number in its sentence: the words before it without hedges, those around, the units spoken of before.

    ``whole`` still has the "only" and "the other" that ``before`` has lost; ``beyond`` is where a hedge behind it ends.
    """

    text: str
    around: str
    whole: str
    before: str
    end: int
    beyond: int
    last: UnitSaid | None

    @property
    def people(self) -> UnitSaid:
        """What was counted before, people where it was money or nothing."""
        return self.last if self.last is not None and self.last.unit in UNITS else _PERSON

    @property
    def is_asserted(self) -> bool:
        """Whether a verb that counts, finds or tells stands before it."""
        # Only the last words before a number can be its verb; so the time to read stays that of the text's length.
        near, nearer = self.before[-_NEAR:], self.before[-_NEAR // 2:]
        return any(p.search(nearer) for p in (patterns()[8], _FOUND)) or _PUT.search(near) is not None

    @property
    def on_subject(self) -> bool:
        """Whether what is around it is of the missing, the dead and the found."""
        return patterns()[5].search(self.around) is not None


def bare_unit(text: str, around: str, number: Number, last: UnitSaid | None) -> tuple[UnitSaid, str] | None:
    """The unit of a number that stands by itself, and the rule; None where it counts nothing of the subject."""
    whole = without_hedge(text[:number.start]).rstrip("“\"'‘")
    before = _MERELY.sub("", whole)
    before = before.rstrip() + " " if before.strip() else before
    said, value = text[number.start:number.end].lower(), number.value or 0.0
    if _HURT.match(text, number.end) or _FEWER.match(text, number.end) or said in {"one", "single"} or (
            said.isdigit() and 1900 < value < 2100):
        return None
    if last is not None and last.unit not in UNITS and not _OPENS.fullmatch(before):
        last = None  # nothing is counted in money because a sum stood before it
    after = patterns()[2].match(text, number.end)
    place = _Place(text, around, whole, before, number.end, after.end() if after else number.end, last)
    became = patterns()[7].match(text, number.end)
    if became is not None:
        return _by_fate(place, became.group())
    return _by_people(place) or _by_heading(place) or _by_what_went_before(place)


def _by_fate(place: _Place, became: str) -> tuple[UnitSaid, str] | None:
    """The number is followed by what became of those counted."""
    of_people = _OF_PEOPLE.search(became)
    if place.last is None and "identified" not in became and not of_people:
        return None
    # Remains are identified and returned; it is people who are missing.
    unit = _PERSON if place.people.unit == "remains" and of_people else place.people
    return unit, "a number, and what became of those counted"


def _by_people(place: _Place) -> tuple[UnitSaid, str] | None:
    """The words beside the number count people."""
    text, end = place.text, place.end
    if _AS_NUMBER.match(text, end):
        return _PERSON, "the number of those counted"
    if re.match(r"\s+who\b", text[end:]) and place.on_subject:
        return _PERSON, "people, who"
    if re.search(r"\bwith\s+$", place.before) and re.match(r"\s+others?\b", text[end:]) and place.on_subject:
        return _PERSON, "others, with somebody"
    if REMAINS_OF.search(place.before) and _ENDS.match(text, end):
        return _PERSON, "whose remains"
    if _LISTED.match(text, end):
        return _PERSON, "those on a list"
    if _GIVEN_BY.match(text, end) and place.on_subject:
        return place.last or _PERSON, "a number that somebody gave"
    if _OF_THEM.match(text, end) and place.last is None and place.is_asserted and place.on_subject:
        return _PERSON, "of them: people, by what became of them"
    if _CREW.search(place.before):
        return _PERSON, "a crew"
    return (_PERSON, "a toll") if _TOLL.search(place.before) else None


def _by_heading(place: _Place) -> tuple[UnitSaid, str] | None:
    """A heading, or "the number of", says what is counted."""
    label, counted = _LABEL.search(place.before), _NUMBER_OF.search(place.before)
    if label is not None and (unit := unit_in(label.group("label"))) is not None:
        return unit, "a heading that says what is counted"
    if label is not None and _COUNTS.search(label.group("label")):
        return place.last or _PERSON, "a heading that says what is counted"
    if label is not None and patterns()[5].search(label.group("label")):
        return place.people if label.start() > 0 else _PERSON, "a heading that says what is counted"
    if counted is not None and (unit := unit_in(counted.group("what"))) is not None:
        return unit, "the number of what is counted"
    if counted is not None and _PEOPLE_COUNTED.search(counted.group("what")):
        return _PERSON, "the number of those counted"
    return None


def _by_what_went_before(place: _Place) -> tuple[UnitSaid, str] | None:
    """The number goes on with what was counted before it."""
    ends = _ENDS.match(place.text, place.beyond) is not None
    if place.last is None:
        return (_PERSON, "people, by what is told of") if place.is_asserted and place.on_subject and ends else None
    if _FIRST_PERSON.match(place.text, place.end) and re.search(r"\bthe\s+$", place.before):
        return place.last, "the number that somebody gave"
    part = _OF_WHICH.search(place.before) or _THE_OTHERS.search(place.whole)
    if part and not SOMETHING.match(place.text, place.end):
        return place.people, "a part of those counted before"
    if not ends:
        return None
    if _OF_THESE.search(place.whole) or _PART.match(place.text, place.end):
        return place.people, "a part of those counted before"
    if _BURIED.search(place.before) and place.last.unit in {"bone", "tag", "item"}:
        return _PERSON, "people are buried and lost"
    if place.is_asserted:
        return place.last, "a number of what was counted before"
    return (place.last, "a number that opens the sentence") if _OPENS.fullmatch(place.before) else None
